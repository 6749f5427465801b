"""The catalogue: every intervention that can be bought, and every sanction, with whom it is for and who delivers it.

Numbers (costs, ages, effects) stand in ``sim/parameters/services.toml`` under ``services.NAME_...``; what stands here
is structure. An intervention without an evidence row as input has no effect parameter: what it does must emerge, or is
nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Pillar = Literal["perspective", "limits", "authority", "homes", "poverty", "jobs", "education", "meeting"]
PILLARS: tuple[Pillar, ...] = (
    "perspective", "limits", "authority", "homes", "poverty", "jobs", "education", "meeting",
)  # fmt: skip

PILLAR_NAMES: dict[Pillar, tuple[str, str]] = {
    "perspective": ("perspectief bieden", "offering perspective"),
    "limits": ("grenzen stellen", "setting limits"),
    "authority": ("gezag tonen", "showing authority"),
    "homes": ("wonen en straat", "homes and streets"),
    "poverty": ("armoede en schulden", "poverty and debts"),
    "jobs": ("werk", "work"),
    "education": ("onderwijs", "education"),
    "meeting": ("ontmoeten en meedoen", "meeting and taking part"),
}
"""Names of the pillars in Dutch and English; the first three are those of Preventie met gezag."""

GEZAG_PILLARS: tuple[Pillar, ...] = ("perspective", "limits", "authority")

Found = Literal[
    "signals", "everyone", "street", "severe", "idle", "released", "detained", "group", "prolific",
    "behind", "absent", "toddlers", "poor_toddlers", "long_idle", "jobless", "unwell_jobless",
]  # fmt: skip
"""How people come into a service:

``signals`` known to case managers by a signal; ``everyone`` all of the age; ``street`` youths who go wrong, as far as
street workers know; ``severe`` reported, and on youth probation or registered several times; ``idle`` without school or
work; ``released`` back from custody; ``detained`` in youth custody; ``group`` police suspects with ties of
co-offending; ``prolific`` most registrations; ``behind`` pupils of schools inside with the lowest skill; ``absent``
pupils of schools inside who are often absent; ``toddlers`` children of two and three, ``poor_toddlers`` those in
households with a low income; ``long_idle`` on welfare without work for a year; ``jobless`` adults without work whom
the municipality knows; ``unwell_jobless`` adults in mental care without work.
"""

Delivery = Literal[
    "places", "chain", "hours", "training", "contacts", "households", "surroundings", "teachers", "grants"
]
"""How money becomes help: places in a service, cases in the justice chain, hours on the street, trained officers,
contacts with households, places for households, measures on the street, teaching posts, grants for homes."""

Quality = Literal["effective", "promising", "unproven", "harmful"]
"""What a quality framework knows: trials find an effect; signs of one; none was found or looked for; it does harm."""


@dataclass(frozen=True)
class Intervention:
    """One intervention that the programme can buy.

    Attributes:
        name: stem of its parameters and levers.
        pillar: part of the programme that pays for it.
        delivery: how money becomes help.
        quality: what a quality framework makes of it.
        weight: usual weight in the mix of its pillar (a judgement: no source gives the split).
        found: how people come in, for services with places.
        at_school: whether it needs somebody enrolled at a school.
        rounds: whether it takes people in by rounds instead of every month.
        nl: name in Dutch.
        en: name in English.
    """

    name: str
    pillar: Pillar
    delivery: Delivery
    quality: Quality
    weight: float
    nl: str
    en: str
    found: Found | None = None
    at_school: bool = False
    rounds: bool = True


INTERVENTIONS: tuple[Intervention, ...] = (
    Intervention("mentoring", "perspective", "places", "effective", 0.4, "mentoren", "mentoring", "signals"),
    Intervention("cbt_at_school", "perspective", "places", "effective", 0.2, "gedragstraining op school",
                 "CBT at school", "signals", at_school=True),
    Intervention("after_school_hours", "perspective", "places", "unproven", 0.08, "activiteiten na school",
                 "after-school hours", "everyone", at_school=True),
    Intervention("scared_straight", "perspective", "places", "harmful", 0.02, "afschriklessen door ex-daders",
                 "scared-straight lessons", "signals"),
    Intervention("sport_with_method", "perspective", "places", "promising", 0.06, "sport met een methode",
                 "sport with a method", "signals"),
    Intervention("sport_membership", "perspective", "places", "unproven", 0.02, "lidmaatschap van een sportclub",
                 "membership of a sports club", "everyone"),
    Intervention("side_job", "perspective", "places", "effective", 0.05, "bijbaan met een mentor",
                 "side job with a mentor", "signals"),
    Intervention("street_youth_work", "perspective", "places", "unproven", 0.1, "jongerenwerk op straat",
                 "street youth work", "street"),
    Intervention("mst", "perspective", "places", "promising", 0.02, "multisysteemtherapie (MST)",
                 "multisystemic therapy (MST)", "severe"),
    Intervention("fft", "perspective", "places", "promising", 0.02, "gezinstherapie (FFT)",
                 "functional family therapy (FFT)", "severe"),
    Intervention("supported_work", "perspective", "places", "promising", 0.03, "begeleid werk", "supported work",
                 "idle"),
    Intervention("reintegration", "limits", "places", "unproven", 0.15, "re-integratieofficier",
                 "re-integration officer", "released", rounds=False),
    Intervention("cbt_in_detention", "limits", "places", "effective", 0.02, "gedragstraining in jeugddetentie",
                 "CBT in youth custody", "detained", rounds=False),
    Intervention("focused_deterrence", "limits", "places", "promising", 0.15, "groepsaanpak (focused deterrence)",
                 "focused deterrence of groups", "group"),
    Intervention("prolific_list", "limits", "places", "unproven", 0.1, "lijst van veelplegers",
                 "list of prolific offenders", "prolific"),
    Intervention("halt", "limits", "chain", "promising", 0.08, "Halt", "Halt"),
    Intervention("prosecution", "limits", "chain", "harmful", 0.05, "vervolging", "prosecution"),
    Intervention("swift_handling", "limits", "chain", "unproven", 0.08, "snelle afdoening", "swift handling"),
    Intervention("neighbourhood_court", "limits", "chain", "unproven", 0.08, "wijkrechtspraak", "neighbourhood court"),
    Intervention("community_service", "limits", "chain", "promising", 0.08, "taakstraf in plaats van korte celstraf",
                 "community service instead of short prison"),
    Intervention("youth_probation", "limits", "chain", "unproven", 0.16, "jeugdreclassering", "youth probation"),
    Intervention("isd", "limits", "chain", "promising", 0.05, "ISD-maatregel", "ISD placement"),
    Intervention("jeugdboa", "authority", "hours", "promising", 0.6, "jeugdboa's te voet", "jeugdboa's on foot"),
    Intervention("hot_spots", "authority", "hours", "effective", 0.15, "politie op hot spots", "hot-spot policing"),
    Intervention("problem_oriented", "authority", "hours", "effective", 0.1, "probleemgericht politiewerk",
                 "problem-oriented policing"),
    Intervention("wijkagent", "authority", "hours", "unproven", 0.1, "extra wijkagenten", "more wijkagenten"),
    Intervention("procedural_justice", "authority", "training", "promising", 0.05, "training eerlijke bejegening",
                 "training in procedural justice"),
    Intervention("tutoring", "education", "places", "effective", 0.3, "intensieve bijles", "high-dosage tutoring",
                 "behind", at_school=True),
    Intervention("extended_hours", "education", "places", "unproven", 0.25, "verlengde schooldag",
                 "extended school day", "everyone", at_school=True),
    Intervention("extra_funding", "education", "places", "unproven", 0.1, "extra geld zonder werkwijze",
                 "extra funding without a practice", "everyone", at_school=True),
    Intervention("small_classes", "education", "places", "promising", 0.05, "kleine klassen en zorg (lwoo)",
                 "small classes and support (lwoo)", "behind", at_school=True),
    Intervention("truancy", "education", "places", "promising", 0.05, "aanpak van verzuim", "truancy intervention",
                 "absent", at_school=True),
    Intervention("attendance_letters", "education", "places", "effective", 0.02, "brieven over verzuim",
                 "attendance letters", "absent", at_school=True),
    Intervention("vve", "education", "places", "unproven", 0.15, "voorschool (vve)", "pre-school (vve)", "toddlers"),
    Intervention("intensive_preschool", "education", "places", "promising", 0.0, "intensieve voorschool (Perry)",
                 "intensive pre-school (Perry)", "poor_toddlers"),
    Intervention("teachers", "education", "teachers", "promising", 0.08, "extra leraren werven", "recruiting teachers"),
    Intervention("early_warning", "poverty", "contacts", "unproven", 0.25, "huisbezoek na een signaal",
                 "home visits after a signal"),
    Intervention("debt_counselling", "poverty", "households", "promising", 0.3, "schuldhulp", "debt counselling"),
    Intervention("youth_debt_fund", "poverty", "contacts", "unproven", 0.15, "jongerenschuldfonds", "youth debt fund"),
    Intervention("income_support", "poverty", "contacts", "promising", 0.1, "hulp bij aanvragen van bijstand",
                 "help with claiming welfare"),
    Intervention("basic_job", "jobs", "places", "promising", 0.1, "basisbaan", "basic job", "long_idle"),
    Intervention("retraining", "jobs", "places", "effective", 0.08, "omscholing en activering",
                 "retraining and activation", "jobless"),
    Intervention("ips", "jobs", "places", "effective", 0.02, "werk en zorg samen (IPS)",
                 "individual placement and support (IPS)", "unwell_jobless"),
    Intervention("home_improvement", "homes", "grants", "promising", 0.94, "woningverbetering", "home improvement"),
    Intervention("street_lighting", "homes", "surroundings", "promising", 0.02, "straatverlichting", "street lighting"),
    Intervention("camera_watch", "homes", "surroundings", "promising", 0.02, "cameratoezicht", "camera surveillance"),
    Intervention("greening", "homes", "surroundings", "unproven", 0.02, "groen en schoon", "greening and cleaning"),
    Intervention("meeting_places", "meeting", "surroundings", "unproven", 0.5, "ontmoetingsplekken", "meeting places"),
    Intervention("neighbourhood_watch", "meeting", "surroundings", "promising", 0.05, "buurtpreventie",
                 "neighbourhood watch"),
)  # fmt: skip
"""All interventions; the order numbers the kinds of case."""

BY_NAME = {one.name: one for one in INTERVENTIONS}
BOUGHT = tuple(BY_NAME)
"""What the programme can buy."""

OFFERED = tuple(one.name for one in INTERVENTIONS if one.delivery == "places")
"""Services with places that people are enrolled in."""

SANCTIONS = (
    "halt", "processing", "swift_handling", "neighbourhood_court", "youth_probation", "youth_custody", "short_prison",
    "long_prison", "isd", "stop", "fair_stop",
)  # fmt: skip
"""What police and justice do to a person; numbered after the services."""

KINDS = OFFERED + SANCTIONS
NUMBER = {name: number for number, name in enumerate(KINDS)}

POLICE_HOURS = ("hot_spots", "problem_oriented", "wijkagent")
"""What is paid for in hours of the police: the city has them only once."""

MEASURES = ("youth_probation", "isd")
"""What of the justice chain has places for a time instead of cases at once."""

WITHOUT_EFFECT = (
    "sport_membership", "supported_work", "prolific_list", "youth_probation", "tutoring", "extended_hours",
    "extra_funding", "small_classes", "truancy", "attendance_letters", "vve", "basic_job", "retraining", "ips",
)  # fmt: skip
"""Kinds for which nothing is put in about offending: what they do must emerge, or is nothing."""

ON_SCHOOL: dict[str, tuple[str, ...]] = {
    "skill": ("tutoring", "vve", "mentoring"),
    "absence": ("truancy", "attendance_letters"),
    "leaving": ("small_classes", "cbt_at_school"),
}
"""Kinds that change something at school, by what they change; sizes are ``services.KIND_WHAT``."""

FINDS_WORK = ("supported_work", "ips")
"""Kinds in which people find work more often, by the ratio ``services.KIND_employment``."""

ENDS_UNEMPLOYMENT = ("basic_job", "retraining")
"""Kinds that take people out of unemployment, by the ratio ``services.KIND_unemployment``."""

SERIOUS_ONLY = ("side_job", "focused_deterrence")
"""Kinds that act on serious offending alone, as their studies found."""

IN_CUSTODY = ("cbt_in_detention", "youth_custody", "short_prison", "long_prison", "isd", "youth_probation")
"""Kinds that detention does not end."""

STREET_MEASURES = ("street_lighting", "camera_watch", "greening")
"""Bought by the segment and put where last year's register has most crime."""

HOUR_RULES = ("uniform", "hot_spot", "problem_oriented", "youth_groups")
"""How hours on the street can be spent; the levers ``police.hours.RULE`` weigh them."""

YOUTH_AGES = (8, 28)
"""Ages the programme is for: 8 to 27."""


def of_pillar(pillar: Pillar) -> tuple[Intervention, ...]:
    """Return the interventions of a pillar."""
    return tuple(one for one in INTERVENTIONS if one.pillar == pillar)


@dataclass(frozen=True)
class Line:
    """One line of the programme: money with a purpose, and what it buys.

    Attributes:
        name: part of its levers' paths.
        nl: name in Dutch.
        en: name in English.
        payer: who pays, a line of the ledger of payers.
        key: how national money is divided over the areas (:mod:`sim.areas.keys`).
        reaches: parameter with the share of the national amount that lands in the twenty areas.
        mix: usual weights of what it buys; for Preventie met gezag the catalogue's, within pillars.
    """

    name: str
    nl: str
    en: str
    payer: str
    key: str
    reaches: str
    mix: tuple[tuple[str, float], ...] = ()


def _usual(*pillars: Pillar) -> tuple[tuple[str, float], ...]:
    return tuple((one.name, one.weight) for pillar in pillars for one in of_pillar(pillar))


GRANT = "home_improvement"
GEZAG = "preventie_met_gezag"
LINES: tuple[Line, ...] = (
    Line(GEZAG, "Preventie met gezag", "Preventie met gezag", "rijk_jenv", "suspects", "programme.share_reaching"),
    Line(
        "jeugdcriminaliteit_keten", "jeugdcriminaliteit: keten en wijk", "youth crime: justice chain and wijk",
        "rijk_jenv", "suspects", "programme.share_of_61",
        (("neighbourhood_court", 0.15), ("swift_handling", 0.1), ("youth_probation", 0.25), ("reintegration", 0.2),
         ("prolific_list", 0.1), ("halt", 0.1), ("street_youth_work", 0.1)),
    ),
    Line("volkshuisvesting", "volkshuisvesting", "housing", "rijk_other", "dwellings", "programme.share_of_600",
         _usual("homes")),
    Line("armoede_en_schulden", "armoede en schulden", "poverty and debts", "rijk_other", "poor",
         "programme.share_of_poverty", _usual("poverty", "jobs")),
    Line("onderwijs", "onderwijs", "education", "rijk_other", "pupils", "programme.share_of_education",
         _usual("education")),
    Line("sport_en_ontmoeting", "sport en ontmoeting", "sport and meeting", "rijk_other", "residents",
         "programme.share_of_sport", (("sport_membership", 0.45), *_usual("meeting"))),
    Line("alliantie", "alliantie", "alliance", "rijk_other", "residents", "programme.share_of_alliance"),
)  # fmt: skip
"""The lines in the order of the announcement; the prolific list stands for the table of the safety house."""

LINE_BY_NAME = {line.name: line for line in LINES}
