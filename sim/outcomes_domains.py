"""Outcomes of the six domains, of problems that pile up, of working together, and the flows of the ledger."""

# ruff: noqa: E501 - a declaration reads best on few lines
from __future__ import annotations

from sim.outcome import PEOPLE, PLACE, VIEWS, Outcome

_SHARE = ("aandeel", "share")
_HOUSEHOLDS = ("aandeel van de huishoudens", "share of households")
_EUR = ("euro", "EUR")
_YEAR = ("personen per jaar", "persons a year")

DOMAIN_NAMES = {
    "education": ("onderwijs", "education"),
    "poverty": ("armoede en schulden", "poverty and debts"),
    "health": ("gezondheid", "health"),
    "work": ("werk", "work"),
    "housing": ("wonen", "housing"),
    "safety": ("veiligheid", "safety"),
}
"""The six domains in the order of their bits, with names in Dutch and English."""

DOMAINS = (
    Outcome("skill_mean", "skill", "Vaardigheid van 4- tot en met 22-jarigen tegenover leeftijdgenoten", "Skill of those aged 4 to 22 against peers",
            "standaardafwijkingen", "standard deviations", "stock", VIEWS, "higher", "skill", "learners", section="education"),
    Outcome("start_qualification_share", "start_qual", "Heeft een startkwalificatie, 18 tot en met 24 jaar", "Has a start qualification, aged 18 to 24",
            *_SHARE, "stock", VIEWS, "higher", "qualified", "residents", ages=(18, 25), section="education"),
    Outcome("teacher_shortage_share", "teacher_short", "Lerarentekort op scholen in het gebied", "Teaching posts open at schools in the area",
            "aandeel van de posten", "share of the posts", "stock", (PLACE,), "lower", "teacher_posts_open", "teacher_posts", section="education"),
    Outcome("neet_share", "neet", "Zonder school en zonder werk, 15 tot en met 26 jaar", "Neither in school nor at work, aged 15 to 26", *_SHARE,
            "stock", VIEWS, "lower", "neet", "aged_15_26", section="work"),
    Outcome("welfare_share", "welfare", "In een huishouden met bijstand, 18 tot en met 66 jaar", "In a household on welfare, aged 18 to 66", *_SHARE,
            "stock", VIEWS, "lower", "welfare", "aged_18_66", section="work"),
    Outcome("secure_job_share", "secure_job", "Werkenden met een vaste baan", "Employed with a lasting contract", *_SHARE, "stock",
            VIEWS, "higher", "secure_job", "employed", ages=(15, 75), section="work"),
    Outcome("low_financial_welfare_share", "low_welfare", "In een huishouden met lage financiële welvaart, 12 jaar en ouder",
            "In a household of low financial welfare, aged 12 and over", *_SHARE, "stock", VIEWS, "lower", "low_income",
            "residents", ages=(12, 256), section="poverty"),
    Outcome("child_poverty_share", "child_poverty", "Kinderen onder 18 in een huishouden met lage financiële welvaart",
            "Children under 18 in a household of low financial welfare", *_SHARE, "stock", VIEWS, "lower", "low_income", "residents",
            ages=(0, 18), section="poverty"),
    Outcome("disposable_income_per_household", "income", "Besteedbaar inkomen per huishouden", "Disposable income per household",
            "euro per jaar", "EUR a year", "stock", (PLACE,), "higher", "income_euros", "households_here", section="poverty"),
    Outcome("below_social_minimum_share", "below_minimum", "Huishoudens onder het sociaal minimum", "Households below the social minimum",
            *_HOUSEHOLDS, "stock", (PLACE,), "lower", "below_minimum", "households_here", section="poverty"),
    Outcome("problem_debt_share", "problem_debt", "Huishoudens met problematische schulden", "Households with problem debt", *_HOUSEHOLDS,
            "stock", VIEWS, "lower", "problem_debt", "households", section="poverty"),
    Outcome("arrears_share", "arrears", "Huishoudens met betalingsachterstanden", "Households with payment arrears", *_HOUSEHOLDS, "stock",
            VIEWS, "lower", "arrears", "households", section="poverty"),
    Outcome("debt_per_indebted_household", "debt_euros", "Schuld per huishouden met problematische schulden", "Debt per household in problem debt",
            "euro", "EUR", "stock", (PLACE,), "lower", "owed_euros", "in_problem_debt", section="poverty"),
    Outcome("debt_signals_per_1000", "debt_signals", "Signalen van betalingsachterstand", "Signals of payment arrears",
            "per 1.000 inwoners per jaar", "per 1,000 residents a year", "flow", (PLACE,), None, "debt_signals", scale=1e3, section="poverty"),
    Outcome("debt_help_started", "debt_help", "Huishoudens die met schuldhulp beginnen", "Households that start debt help", "huishoudens per jaar",
            "households a year", "flow", (PLACE,), None, "debt_help_started", "", section="poverty"),
    Outcome("debts_solved", "debts_solved", "Huishoudens uit de schulden door hulp", "Households out of debt through help", "huishoudens per jaar",
            "households a year", "flow", (PLACE,), "higher", "debts_solved", "", section="poverty"),
    Outcome("good_health_share", "good_health", "Ervaart de eigen gezondheid als goed of zeer goed", "Own health good or very good", *_SHARE,
            "stock", VIEWS, "higher", "good_health", "residents", section="health"),
    Outcome("poor_mental_health_share", "poor_mental", "Psychische klachten, 12 jaar en ouder", "Poor mental health, aged 12 and over", *_SHARE,
            "stock", VIEWS, "lower", "distressed", "residents", ages=(12, 256), section="health"),
    Outcome("care_cost_per_resident", "care_cost", "Zorgkosten per inwoner", "Care cost per resident", "euro per jaar", "EUR a year", "flow",
            VIEWS, None, "care_euros", section="health"),
    Outcome("weak_housing_share", "weak_housing", "Woningen in slechte staat: vocht of label E tot en met G", "Homes in poor state: damp, or label E to G",
            "aandeel van de woningen", "share of homes", "stock", (PLACE,), "lower", "weak_homes", "homes", section="housing"),
    Outcome("weak_livability_homes_share", "weak_livability", "Woningen in een omgeving met zwakke leefbaarheid", "Homes in surroundings of weak liveability",
            "aandeel van de woningen", "share of homes", "stock", (PLACE,), "lower", "weak_livability", "homes", section="housing"),
    Outcome("homes_improved", "homes_improved", "Verbeterde woningen", "Homes improved", "woningen per jaar", "homes a year", "flow", (PLACE,),
            None, "homes_improved", "", section="housing"),
    Outcome("homes_built", "homes_built", "Nieuw gebouwde woningen", "Homes built", "woningen per jaar", "homes a year", "flow", (PLACE,),
            None, "homes_built", "", section="housing"),
    Outcome("energy_cost_per_household", "energy_cost", "Energiekosten per huishouden", "Energy cost per household", "euro per jaar", "EUR a year",
            "flow", (PLACE,), "lower", "energy_euros", "household_months", scale=12.0, section="housing"),
    Outcome("crowded_share", "crowded", "Huishoudens die te klein wonen", "Households in crowded homes", *_HOUSEHOLDS, "stock", (PLACE,), "lower",
            "crowded", "households", section="housing"),
    Outcome("households_displaced", "displaced_homes", "Huishoudens die door renovatie elders gaan wonen", "Households that renovation moves elsewhere",
            "huishoudens per jaar", "households a year", "flow", (PLACE,), "lower", "households_displaced", "", section="harm"),
    Outcome("stapeling_share", "stapeling", "Huishoudens met problemen op drie of meer van de zes domeinen", "Households in the red in three or more of six domains",
            *_HOUSEHOLDS, "stock", VIEWS, "lower", "stapeling", "households", section="stacking"),
    Outcome("stapeling_independent_share", "stapeling_ind", "Hetzelfde, als de domeinen los van elkaar stonden",
            "The same, if the domains were independent", *_HOUSEHOLDS, "stock", (PLACE,), None, "stapeling_independent", "households", section="stacking"),
    Outcome("stapeling_mean", "stapeling_mean", "Aantal domeinen met problemen per huishouden", "Domains in the red per household", "domeinen", "domains",
            "stock", VIEWS, "lower", "domains_in_red", "households", section="stacking"),
    Outcome("stapeling_entered_share", "stapeling_in", "Huishoudens die in een jaar in stapeling raken", "Households that come to be in three or more in a year",
            "aandeel van de andere huishoudens", "share of the other households", "flow", (PLACE,), "lower", "stapeling_entered", "not_stapeling_before", section="stacking"),
    Outcome("stapeling_left_share", "stapeling_out", "Huishoudens die in een jaar uit stapeling komen", "Households that leave three or more in a year",
            "aandeel van de huishoudens met stapeling", "share of the households in the red", "flow", (PLACE,), "higher", "stapeling_left", "stapeling_before", section="stacking"),
    *(
        Outcome(f"{name}_in_red_share", f"red_{name}", f"Huishoudens met problemen: {nl}", f"Households in the red: {en}", *_HOUSEHOLDS, "stock",
                VIEWS, "lower", f"red_{name}", "households", section="stacking")
        for name, (nl, en) in DOMAIN_NAMES.items()
    ),
    Outcome("referrals", "referrals", "Verwijzingen tussen partners die aankomen", "Referrals between partners that arrive", *_YEAR, "flow", (PLACE,), None,
            "referrals", "", section="working"),
    Outcome("double_caseload_share", "double_caseload", "Huishoudens die bij meer partners in beeld zijn zonder gedeeld plan",
            "Households known to several partners without a shared plan", "aandeel van wie in beeld is", "share of those known", "stock", (PLACE,), "lower",
            "double_known", "known", section="working"),
    Outcome("shared_plans", "shared_plans", "Huishoudens met één gedeeld plan", "Households with one shared plan", "huishoudens", "households", "stock", (PLACE,),
            None, "shared_plans", "", section="working"),
    Outcome("waiting_months_mean", "waiting", "Wachttijd voor hulp", "Waiting time for help", "maanden", "months", "flow", (PLACE,), "lower", "waited_months",
            "waited", section="working"),
    Outcome("trust_mean", "trust", "Vertrouwen van bewoners in politie en gezag", "Trust of residents in police and authority", "basis = 100", "base = 100",
            "stock", (PLACE,), "higher", "trust_index", "index_base", section="index", latent=True),
    Outcome("cohesion_mean", "cohesion", "Sociale samenhang", "Cohesion", "basis = 100", "base = 100", "stock", (PLACE,), "higher", "cohesion_index",
            "index_base", section="index", latent=True),
    Outcome("disorder_mean", "disorder", "Verloedering", "Disorder", "basis = 100", "base = 100", "stock", (PLACE,), "lower", "disorder_index", "index_base",
            section="index", latent=True),
    Outcome("coordination_mean", "coordination", "Samenwerking in de alliantie", "Coordination in the alliance",
            "volledig = 100", "full = 100", "stock", (PLACE,), "higher", "coordination_index", "index_base", section="index", latent=True),
)  # fmt: skip

FLOWS = {
    "society": {
        "programme": ("het programma", "the programme"),
        "overhead": ("overleg en bureau van de alliantie", "meetings and bureau of the alliance"),
        "crime": ("slachtoffers van delicten", "victims of offences"),
        "justice": ("politie, justitie en detentie", "police, justice and custody"),
        "care": ("zorg", "care"),
        "health": ("gezondheid (QALY's)", "health (QALYs)"),
        "work": ("productie", "production"),
        "benefits": ("uitvoering van uitkeringen", "administration of benefits"),
        "debt": ("incasso en schulden", "collection and debts"),
        "school": ("schooljaren", "school years"),
        "homes": ("gebruik van investeringen in woningen", "use of investments in homes"),
        "energy": ("energie", "energy"),
    },
    "payer": {
        "rijk_jenv": ("Rijk: Justitie en Veiligheid", "State: justice and security"),
        "rijk_other": (
            "Rijk: overige (OCW, SZW, VRO, belasting)",
            "State: other (education, social affairs, housing, tax)",
        ),
        "municipality": ("gemeente", "municipality"),
        "insurers": ("zorgverzekeraars (Zvw, Wlz)", "health insurers"),
        "corporaties": ("corporaties", "housing corporations"),
        "uwv": ("UWV", "UWV"),
        "households": ("huishoudens en slachtoffers", "households and victims"),
    },
}
"""Lines of the two ledgers with names in Dutch and English. Gains are positive, costs negative."""

LEDGER = (
    Outcome("residents_at_start", "residents_start", "Bewoners bij de start", "Residents at the start",
            "personen", "persons", "stock", (PEOPLE,), None, "persons_at_start", "", section="ledger"),
    *(
        Outcome(f"flow_{ledger}_{name}", f"f_{ledger[:3]}_{name}"[:20], f"Maatschappij: {nl}" if ledger == "society" else f"Betaler: {nl}",
                f"Society: {en}" if ledger == "society" else f"Payer: {en}", *_EUR, "flow", (PEOPLE,), "higher", f"flow_{ledger}_{name}", "", section="ledger")
        for ledger, lines in FLOWS.items()
        for name, (nl, en) in lines.items()
    ),
    Outcome("programme_euros_on_later_residents", "prog_later", "Programmageld voor wie later kwam wonen (niet in de balans)",
            "Programme money for who came later (not in the balance)", *_EUR, "flow", (PEOPLE,), None, "later", "", section="ledger"),
    Outcome("npv_society_per_resident", "npv_society", "Maatschappelijke balans tot nu, per bewoner bij de start", "Balance for society so far, per resident at the start",
            *_EUR, "stock", (PEOPLE,), "higher", "npv_society", "persons_at_start", section="ledger", kept_by="results"),
    *(
        Outcome(f"npv_payer_{name}", f"npv_{name}"[:20], f"Balans van de betaler tot nu: {nl}", f"Balance of the payer so far: {en}", *_EUR, "stock", (PEOPLE,),
                "higher", f"npv_payer_{name}", "", section="ledger", kept_by="results")
        for name, (nl, en) in FLOWS["payer"].items()
    ),
)  # fmt: skip
