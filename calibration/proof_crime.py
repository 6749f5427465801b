"""The proofs about crime, police and justice."""

# ruff: noqa: E501 - a text in two languages reads best on one line
from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from calibration import experiments as lab
from calibration import experiments_levers as levers
from calibration import experiments_streets as streets
from calibration.findings import equivalence, replay, replay_on_streets
from calibration.proof_kinds import Proof
from calibration.replays import StreetRow
from calibration.rows import ROWS, STREET_ROWS
from sim.parameters.loader import declared_parameters

STREET_SPOTS = 300
"""Hot spots in the lottery, of the streets of a large area."""

CRIME = ("delicten", "offences")
SEEN = {
    "E07": ("ernstige delicten", "serious offences"),
    "E24": ("kans op voortijdig schoolverlaten", "chance of early school leaving"),
    "E34": ("vindt werk binnen een jaar", "finds work within a year"),
    "E36": ("ernstige delicten", "serious offences"),
}
"""What a row's ratio applies to, where it is not all offences."""


def rows() -> list[Proof]:
    """Return the proofs of the evidence rows about crime."""
    found = []
    for row in ROWS:
        moved = SEEN.get(row.id, CRIME)
        source = declared_parameters()[row.path].source
        found.append(Proof(row.id, "row", row.nl, row.en, *moved, source, partial(replay, row)))
        if row.null:
            found.append(
                Proof(f"{row.id}-null", "null", f"{row.nl}: geen effect", f"{row.en}: no effect", *moved, source,
                      partial(equivalence, row))
            )  # fmt: skip
    return found + on_streets(STREET_ROWS)


def on_streets(streets: Iterable[StreetRow]) -> list[Proof]:
    """Return the proofs of evidence rows about places."""
    return [
        Proof(street.id, "row", f"{street.nl}, door loting", f"{street.en}, by lottery",
              "delicten op de gelote straten", "crime on the streets drawn", declared_parameters()[street.path].source,
              partial(replay_on_streets, street, STREET_SPOTS))
        for street in streets
    ]  # fmt: skip


NULLS = (
    Proof("E14", "null", "lid van een sportclub", "member of a sports club", *CRIME, "E14: sport as such does not cut crime", lab.sport_membership),
    Proof("P34", "null", "op de lijst van veelplegers, tegenover vergelijkbaren", "on the list of prolific offenders, against matched others", *CRIME, "E31, P34: no difference between matched groups in two years", lab.listed_against_matched),
    Proof("P34-before", "mechanism", "op de lijst van veelplegers: twee jaar na tegenover twee jaar voor", "on the list of prolific offenders: two years after against two years before", *CRIME, "P34: falls by selection and regression to the mean", lab.listed_before_and_after),
    Proof("P35-serious-1", "mechanism", "bijbaan met mentor, eerste jaar", "side job with a mentor, first year", "ernstige delicten", "serious offences", "E07, P35: 0.65 to 0.98", partial(lab.side_job, "serious", False)),
    Proof("P35-serious-2", "null", "bijbaan met mentor, tweede jaar", "side job with a mentor, second year", "ernstige delicten", "serious offences", "E07, P35: gone in months 13 to 24", partial(lab.side_job, "serious", True)),
    Proof("P35-minor-1", "null", "bijbaan met mentor, eerste jaar", "side job with a mentor, first year", "lichte delicten", "minor offences", "E07: none on property offences", partial(lab.side_job, "minor", False)),
    Proof("P35-minor-2", "null", "bijbaan met mentor, tweede jaar", "side job with a mentor, second year", "lichte delicten", "minor offences", "E07: none on property offences", partial(lab.side_job, "minor", True)),
    Proof("E03-2", "null", "gedragstraining op school, tweede jaar", "CBT at school, second year", *CRIME, "E03: gone in the second year", partial(lab.second_year, "E03", 1.0)),
    Proof("E09-register", "null", "MST, drie jaar in het register", "MST, three years on the register", "geregistreerd als verdachte", "registered as a suspect", "E09: the trial saw less reported, nothing on the register; at most half of the effect is left", lab.mst_on_the_register),
    Proof("E40-crime", "null", "meer wijkagenten, twee jaar", "more wijkagenten, two years", "delicten in het gebied", "crimes in the area", "E40: no effect on crime", streets.wijkagenten_and_crime),
    Proof("E40-trust", "mechanism", "meer wijkagenten, twee jaar", "more wijkagenten, two years", "vertrouwen (SD)", "trust (SD)", "E40: satisfaction and legitimacy rise", streets.wijkagenten_and_trust),
    Proof("E44", "mechanism", "tien procent meer politie-uren, een jaar", "ten per cent more police hours, one year", "elasticiteit van delicten", "elasticity of crimes", "E44: -0.17 (property) to -0.34 (violence); never put in", streets.elasticity_of_police),
)  # fmt: skip

MECHANISMS = (
    Proof("P37", "mechanism", "minderjarige met een licht eerste feit: formele afdoening, tegenover Halt", "minor with a minor first offence: formal processing, against Halt", *CRIME, "P37", lab.processed_or_diverted),
    Proof("E19-register", "mechanism", "afschriklessen", "scared-straight lessons", "geregistreerd als verdachte", "registered as a suspect", "E19: harm shows in the register too", lab.harm_in_the_register),
    Proof("low-income", "mechanism", "laag inkomen voor iedereen, tegenover niemand", "low income for everybody, against nobody", *CRIME, "offending.low_income", lab.low_income),
    Proof("idle", "mechanism", "iedereen zonder school en werk, tegenover niemand", "everybody without school and work, against nobody", *CRIME, "offending.not_in_school_or_work", lab.idleness),
    Proof("strained", "mechanism", "betalingsproblemen in het huishouden, tegenover geen", "payment trouble in the household, against none", *CRIME, "offending.strained", lab.payment_trouble),
    Proof("supported", "mechanism", "bijstand, 18-26 jaar zonder werk of school, tegenover geen", "welfare, ages 18-26 without work or school, against none", *CRIME, "E77: welfare.supported", lab.on_welfare),
    Proof("family", "mechanism", "een verdachte in het gezin, tegenover geen", "a suspect in the family, against none", *CRIME, "careers.family", lab.family),
    Proof("partner", "mechanism", "samenwonen met een partner, tegenover zonder", "living with a partner, against without", *CRIME, "careers.partner", lab.partner),
    Proof("trust", "mechanism", "een standaardafwijking minder vertrouwen", "one standard deviation less trust", *CRIME, "trust.offending", lab.trust),
    Proof("own-recent", "mechanism", "vorige maand drie delicten, tegenover geen", "three offences last month, against none", *CRIME, "offending.own_recent", lab.own_recent),
    Proof("role", "mechanism", "een rol op de drugsmarkt", "a role on the drug market", *CRIME, "careers.role_ratio", lab.role),
    Proof("friends", "mechanism", "alle vrienden plegen delicten, tegenover geen", "all friends offend, against none", *CRIME, "offending.peers", lab.friends),
    Proof("earlier-partner", "mechanism", "een vriend met wie eerder een delict werd gepleegd", "a friend with whom one offended before", "odds om weer samen te gaan", "odds of going together again", "careers.co_offending", lab.earlier_partner),
    Proof("half-exposure", "mechanism", "de helft van de vrienden die delicten pleegden stopt, bij iedereen", "half of the friends who offended stop, for everybody", *CRIME, "offending.peers with frozen centres (D15)", lab.exposure_halved),
    Proof("half-low-income", "mechanism", "de helft van wie een laag inkomen heeft niet meer", "half of those with a low income no longer have one", *CRIME, "offending.low_income with frozen centres (D15)", partial(lab.need_halved, "offending.low_income", "low_income", False)),
    Proof("half-idle", "mechanism", "de helft van wie zonder school of werk zit krijgt werk", "half of those without school or work get work", *CRIME, "offending.not_in_school_or_work with frozen centres (D15)", partial(lab.need_halved, "offending.not_in_school_or_work", "work", 1)),
    Proof("half-propensity", "mechanism", "ieders eigen neiging gehalveerd, eerste maand", "everybody's own propensity halved, first month", *CRIME, "the hazard is a product (D15)", partial(lab.propensity_halved, 1)),
    Proof("half-propensity-year", "mechanism", "hetzelfde, na een jaar", "the same, after a year", *CRIME, "own recent offending, itself lower, adds to it", partial(lab.propensity_halved, 12)),
    Proof("stop-trust", "mechanism", "iedereen een keer staande gehouden", "everybody stopped once", "vertrouwen (SD)", "trust (SD)", "E42: trust.stop", partial(lab.stop_costs_trust, False)),
    Proof("fair-stop-trust", "mechanism", "hetzelfde, eerlijk bejegend", "the same, fairly treated", "vertrouwen (SD)", "trust (SD)", "E41: trust.fair_share", partial(lab.stop_costs_trust, True)),
    Proof("recruit-exposure", "mechanism", "geronseld met alleen gewicht voor verharde daders in gezin of klas", "recruited with weight for hardened offenders in family or class alone", "odds onder geronselden", "odds among the recruited", "careers.exposure", partial(streets.recruitment, "exposure")),
    Proof("recruit-poor", "mechanism", "hetzelfde voor laag inkomen", "the same for low income", "odds onder geronselden", "odds among the recruited", "careers.poor", partial(streets.recruitment, "poor")),
    Proof("recruit-idle", "mechanism", "hetzelfde voor zonder school of werk", "the same for without school or work", "odds onder geronselden", "odds among the recruited", "careers.idle", partial(streets.recruitment, "idle")),
    Proof("recruit-active", "mechanism", "hetzelfde voor wie delicten pleegt", "the same for who offends", "odds onder geronselden", "odds among the recruited", "careers.active", partial(streets.recruitment, "active")),
    Proof("roles-closed", "mechanism", "iedereen met een rol een jaar vast, niemand neemt over", "everybody with a role detained for a year, nobody takes over", "delicten van wie een rol heeft", "offences of role holders", "careers.replacement 0: the crime falls until roles open again", partial(streets.roles_after_custody, 0.0, 0.1, 0.7)),
    Proof("roles-replaced", "mechanism", "hetzelfde, elke rol wordt overgenomen", "the same, every role is taken over", "delicten van wie een rol heeft", "offences of role holders", "careers.replacement 1: the crime does not fall", partial(streets.roles_after_custody, 1.0, 0.95, 2.0)),
    Proof("regression", "mechanism", "straten met de meeste delicten, het jaar erna, zonder dat er iets gebeurt", "streets with most crime, the year after, with nothing done", "delicten daar, tegenover alle straten", "crime there, against all streets", "regression to the mean: below 1 without any policy", streets.regression_to_the_mean),
    Proof("displacement", "mechanism", "politie op hot spots, 30 % van de tegengehouden pogingen elders", "hot-spot policing, 30 % of the stopped attempts made elsewhere", "voorkomen delicten, tegenover 0 % elders", "crimes prevented, against 0 % elsewhere", "places.displacement: 0 to 0.3", partial(streets.displacement, 0.3)),
    Proof("hours-crime", "mechanism", "de helft meer politie-uren, een jaar", "half as many police hours again, one year", "delicten in het gebied", "crimes in the area", "E44: down", partial(streets.police_hours, "crimes_per_1000", 0.8, 0.999)),
    Proof("hours-registered", "mechanism", "de helft meer politie-uren, een jaar", "half as many police hours again, one year", "geregistreerd per delict", "registered per crime", "more police register more of what happens", partial(streets.police_hours, "registered_crimes_per_1000", 1.005, 1.2, "crimes_per_1000")),
    Proof("hours-suspects", "mechanism", "de helft meer politie-uren, een jaar", "half as many police hours again, one year", "geregistreerde verdachten", "registered suspects", "more police clear more of what is registered", partial(streets.police_hours, "registered_suspects_12plus_per_10k", 1.005, 1.3)),
    Proof("targeting-signals", "mechanism", "mentoren voor wie de meeste signalen heeft, tegenover loting onder iedereen", "mentors for who has most signals, against a lottery among everyone", "risicopunten van de deelnemers", "risk points of the participants", "lever targeting", partial(levers.targeting, 1.0, 0.0)),
    Proof("targeting-risk", "mechanism", "mentoren voor het hoogste zichtbare risico, tegenover de meeste signalen", "mentors for the highest visible risk, against most signals", "risicopunten van de deelnemers", "risk points of the participants", "lever targeting", partial(levers.targeting, 2.0, 1.0)),
    Proof("framework-risk", "mechanism", "kwaliteitskader, tegenover geen", "quality framework, against none", "risicopunten van wie een mentor krijgt", "risk points of who gets a mentor", "lever quality_framework", levers.framework_reaches),
    Proof("framework-harm", "mechanism", "kwaliteitskader, tegenover geen", "quality framework, against none", "jongeren naar afschriklessen", "youths sent to scared-straight lessons", "lever quality_framework: nothing harmful is bought", levers.framework_and_harm),
    Proof("threshold", "mechanism", "drempel voor formele afdoening van niets naar alles", "threshold of formal processing from nothing to everything", "minderjarigen formeel afgedaan", "minors formally processed", "lever processing_threshold", levers.formal_share),
)  # fmt: skip
