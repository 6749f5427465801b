"""Every outcome, declared once, in the order in which they are shown."""

# ruff: noqa: E501 - a declaration reads best on few lines
from __future__ import annotations

from sim.outcome import AGE_EDGES, AGE_GROUPS, EXPOSED, PEOPLE, PLACE, SECTIONS, VIEWS, Outcome
from sim.outcomes_domains import DOMAINS, LEDGER

__all__ = ["AGE_EDGES", "AGE_GROUPS", "EXPOSED", "OUTCOMES", "PEOPLE", "PLACE", "SECTIONS", "VIEWS", "Outcome"]

_ALL = VIEWS
_SHARE = ("aandeel", "share")
_COUNT_PERSONS = ("personen", "persons")
_EUR = ("euro", "EUR")

_DECLARED = (
    Outcome("registered_suspects_12_24_per_10k", "susp_12_24", "Geregistreerde verdachten van 12 tot en met 24 jaar",
            "Registered suspects aged 12 to 24", "per 10.000 van die leeftijd per jaar", "per 10,000 of that age a year",
            "flow", _ALL, "lower", "suspects", ages=(12, 25), scale=1e4, expectation=True, section="crime"),
    Outcome("registered_suspects_12plus_per_10k", "susp_12plus", "Geregistreerde verdachten van 12 jaar en ouder",
            "Registered suspects aged 12 and over", "per 10.000 van die leeftijd per jaar",
            "per 10,000 of that age a year", "flow", _ALL, "lower", "suspects", ages=(12, 256), scale=1e4,
            expectation=True, section="crime"),
    Outcome("latent_offending_12_17_share", "offend_12_17", "Jongeren van 12 tot en met 17 die een delict plegen",
            "Youths aged 12 to 17 who commit an offence", "aandeel per jaar", "share a year", "flow",
            (PLACE, EXPOSED), "lower", "offenders", ages=(12, 18), expectation=True, section="youths"),
    Outcome("youths_incidental_share", "incidental", "Jongeren van 12 tot en met 24: incidenteel delictgedrag",
            "Youths aged 12 to 24: incidental offending", *_SHARE, "stock", (PLACE, EXPOSED), None, "stage_1",
            "residents", ages=(12, 25), section="youths"),
    Outcome("youths_repeat_share", "repeat", "Jongeren van 12 tot en met 24: herhaald delictgedrag",
            "Youths aged 12 to 24: repeat offending", *_SHARE, "stock", (PLACE, EXPOSED), "lower", "stage_2",
            "residents", ages=(12, 25), section="youths"),
    Outcome("youths_hardened_share", "hardened", "Jongeren van 12 tot en met 24: verharde daders",
            "Youths aged 12 to 24: hardened offenders", *_SHARE, "stock", (PLACE, EXPOSED), "lower", "stage_3",
            "residents", ages=(12, 25), section="youths"),
    Outcome("new_hardened", "new_hardened", "Nieuwe verharde daders van 12 tot en met 24 jaar",
            "New hardened offenders aged 12 to 24", *_COUNT_PERSONS, "flow", (PLACE, EXPOSED), "lower",
            "new_hardened", "", ages=(12, 25), section="youths"),
    Outcome("crimes_per_1000", "crimes", "Delicten in het gebied, ook de niet geregistreerde",
            "Crimes in the area, registered or not", "per 1.000 inwoners per jaar", "per 1,000 residents a year",
            "flow", (PLACE,), "lower", "crimes", scale=1e3, expectation=True, section="crime"),
    Outcome("registered_crimes_per_1000", "reg_crimes", "Geregistreerde misdrijven in het gebied",
            "Registered crimes in the area", "per 1.000 inwoners per jaar", "per 1,000 residents a year", "flow",
            (PLACE,), "lower", "registered_crimes", scale=1e3, expectation=True, section="crime"),
    Outcome("victims_share", "victims", "Slachtoffers van een delict in het gebied, 15 jaar en ouder",
            "Victims of a crime in the area, aged 15 and over", "aandeel per jaar", "share a year", "flow",
            (PLACE,), "lower", "victims", ages=(15, 256), section="safety"),
    Outcome("reconvicted_within_2_years_juvenile_share", "recid_juv", "Minderjarigen opnieuw veroordeeld binnen twee jaar",
            "Juveniles reconvicted within two years", *_SHARE, "flow", _ALL, "lower", "reconvicted_juvenile",
            "convicted_juvenile", section="justice"),
    Outcome("reconvicted_within_2_years_adult_share", "recid_adult", "Volwassenen opnieuw veroordeeld binnen twee jaar",
            "Adults reconvicted within two years", *_SHARE, "flow", _ALL, "lower", "reconvicted_adult",
            "convicted_adult", section="justice"),
    Outcome("early_school_leavers_share", "early_leavers", "Voortijdig schoolverlaters onder leerlingen van 12 tot en met 22",
            "Early school leavers among pupils aged 12 to 22", "aandeel per jaar", "share a year", "flow",
            (PLACE, EXPOSED), "lower", "early_leavers", "pupils", expectation=True, section="education"),
    Outcome("employed_share", "employed", "Werkzaam, 15 tot en met 74 jaar", "Employed, aged 15 to 74", *_SHARE,
            "stock", _ALL, "higher", "employed", "residents", ages=(15, 75), section="work"),
    Outcome("feels_unsafe_share", "unsafe", "Voelt zich wel eens onveilig in de eigen buurt, 18 jaar en ouder",
            "Feels unsafe in own neighbourhood at times, aged 18 and over", *_SHARE, "stock", (PLACE,), "lower",
            "unsafe", "residents", ages=(18, 256), section="safety"),
    Outcome("inflow_share", "inflow", "Verhuisd naar het gebied", "Moved into the area", "aandeel van de inwoners per jaar",
            "share of the residents a year", "flow", (PLACE,), None, "inflow", section="housing"),
    Outcome("outflow_share", "outflow", "Verhuisd uit het gebied", "Moved out of the area",
            "aandeel van de inwoners per jaar", "share of the residents a year", "flow", (PLACE,), None, "outflow", section="housing"),
    Outcome("programme_euros_budget", "budget", "Budget van het programma", "Budget of the programme", *_EUR, "flow",
            (PLACE,), None, "euros_budget", "", section="programme"),
    Outcome("programme_euros_spent", "spent", "Uitgegeven door het programma", "Spent by the programme", *_EUR, "flow",
            (PLACE,), None, "euros_spent", "", section="programme"),
    Outcome("programme_euros_replacing_regular", "replacing", "Waarvan in plaats van regulier budget",
            "Of which instead of regular budget", *_EUR, "flow", (PLACE,), None, "euros_replacing", "", section="programme"),
    Outcome("programme_euros_idle", "idle", "Waarvan voor capaciteit die niemand gebruikte",
            "Of which for capacity that nobody used", *_EUR, "flow", (PLACE,), "lower", "euros_idle", "", section="programme"),
    Outcome("programme_posts_filled", "posts", "Vervulde posten, gemiddeld over het jaar",
            "Posts filled, mean over the year", "voltijdposten", "full-time posts", "flow", (PLACE,), None, "posts", "", section="programme"),
    Outcome("programme_posts_from_elsewhere", "posts_elsewhere", "Waarvan mensen die andere gebieden of diensten missen",
            "Of which people whom other areas or services go without", "voltijdposten", "full-time posts", "flow", (PLACE,),
            "lower", "posts_elsewhere", "", section="programme"),
    Outcome("jobs_displaced", "jobs_displaced", "Banen via hulp naar werk die een andere werkzoekende misliep",
            "Jobs through help to work that another seeker went without", "per jaar", "a year", "flow", (PLACE,), "lower",
            "jobs_displaced", "", section="harm"),
    Outcome("programme_places", "places", "Plaatsen die het programma toevoegt, gemiddeld over het jaar",
            "Places the programme adds, mean over the year", "plaatsen", "places", "flow", (PLACE,), None, "places", "", section="programme"),
    Outcome("programme_enrolled", "enrolled", "Geplaatst bij programma en gewone dienstverlening samen",
            "Enrolled in the programme and regular service together", "personen per jaar", "persons a year", "flow",
            (PLACE,), None, "enrolled", "", section="programme"),
    Outcome("crimes_displaced_per_1000", "displaced", "Delicten die na een tegengehouden poging elders in het gebied zijn gepleegd",
            "Crimes made elsewhere in the area after a stopped attempt", "per 1.000 inwoners per jaar",
            "per 1,000 residents a year", "flow", (PLACE,), "lower", "displaced", scale=1e3, section="harm"),
    Outcome("police_stops_per_1000", "stops", "Staandehoudingen van 12- tot en met 24-jarigen", "Stops of youths aged 12 to 24",
            "per 1.000 van die leeftijd per jaar", "per 1,000 of that age a year", "flow", (PLACE,), None, "stops", ages=(12, 25), scale=1e3, section="harm"),
    Outcome("trust_youths_mean", "trust_youths", "Vertrouwen van 12- tot en met 24-jarigen in politie en gezag, tegenover hun eigen gewone",
            "Trust of those aged 12 to 24 in police and authority, against their own usual", "standaardafwijkingen",
            "standard deviations", "stock", (PLACE,), "higher", "trust", "residents", ages=(12, 25), section="harm"),
    Outcome("drug_market_roles", "drug_roles", "Rollen op de drugsmarkt die zijn vervuld", "Roles on the drug market that are filled",
            *_COUNT_PERSONS, "stock", (PLACE,), "lower", "roles", "", section="youths"),
    Outcome("drug_market_recruits", "recruits", "Geronseld voor een rol op de drugsmarkt", "Recruited for a role on the drug market",
            "personen per jaar", "persons a year", "flow", (PLACE, EXPOSED), "lower", "recruited", "", section="youths"),
    Outcome("halt_referrals", "halt", "Verwijzingen naar Halt", "Referrals to Halt", "personen per jaar", "persons a year", "flow",
            (PLACE,), None, "halt", "", section="justice"),
    Outcome("community_service_for_prison", "community_service", "Taakstraffen in plaats van een korte celstraf",
            "Community service in place of short prison", "personen per jaar", "persons a year", "flow", (PLACE,), None,
            "community_service", "", section="justice"),
    Outcome("formally_processed_minors", "processed", "Minderjarigen die formeel zijn afgedaan", "Minors formally processed",
            "personen per jaar", "persons a year", "flow", (PLACE,), None, "formally_processed", "", section="harm"),
    Outcome("enrolled_not_offending_share", "enrolled_quiet", "Geplaatsten van Preventie met gezag die een jaar lang geen delict pleegden",
            "Enrolled in Preventie met gezag who had not offended for a year", *_SHARE, "flow", (PLACE,), None, "enrolled_quiet", "enrolled_persons", section="harm"),
    Outcome("custody_days", "custody_days", "Dagen in detentie", "Days in custody", "dagen", "days", "flow",
            (PLACE, EXPOSED), None, "custody_days", "", section="harm"),
)  # fmt: skip

OUTCOMES: dict[str, Outcome] = {
    outcome.id: outcome
    for outcome in sorted((*_DECLARED, *DOMAINS, *LEDGER), key=lambda outcome: list(SECTIONS).index(outcome.section))
}
"""All outcomes by id, in the order in which they are shown."""
