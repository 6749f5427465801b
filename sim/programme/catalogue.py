"""The catalogue: every intervention that can be bought, and every sanction, with whom it is for and who delivers it.

Numbers (costs, ages, effects) stand in ``sim/parameters/services.toml`` under ``services.NAME_...``; what stands here
is structure. An intervention without an evidence row as input has no effect parameter: what it does must emerge, or is
nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Pillar = Literal["perspective", "limits", "authority"]
PILLARS: tuple[Pillar, ...] = ("perspective", "limits", "authority")

PILLAR_NAMES: dict[Pillar, tuple[str, str]] = {
    "perspective": ("perspectief bieden", "offering perspective"),
    "limits": ("grenzen stellen", "setting limits"),
    "authority": ("gezag tonen", "showing authority"),
}
"""Names of the pillars in Dutch and English."""

Found = Literal["signals", "everyone", "street", "severe", "idle", "released", "detained", "group", "prolific"]
"""How people come into a service:

``signals`` known to case managers by a signal; ``everyone`` all of the age; ``street`` youths who go wrong, as far as
street workers know; ``severe`` reported, and on youth probation or registered several times; ``idle`` without school or
work; ``released`` back from custody; ``detained`` in youth custody; ``group`` police suspects with ties of
co-offending; ``prolific`` most registrations.
"""

Delivery = Literal["places", "chain", "hours", "training"]
"""How money becomes help: places in a service, cases in the justice chain, hours on the street, trained officers."""

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

SERIOUS_ONLY = ("side_job", "focused_deterrence")
"""Kinds that act on serious offending alone, as their studies found."""

IN_CUSTODY = ("cbt_in_detention", "youth_custody", "short_prison", "long_prison", "isd", "youth_probation")
"""Kinds that detention does not end."""

HOUR_RULES = ("uniform", "hot_spot", "problem_oriented", "youth_groups")
"""How hours on the street can be spent; the levers ``police.hours.RULE`` weigh them."""

YOUTH_AGES = (8, 28)
"""Ages the programme is for: 8 to 27."""


def of_pillar(pillar: Pillar) -> tuple[Intervention, ...]:
    """Return the interventions of a pillar."""
    return tuple(one for one in INTERVENTIONS if one.pillar == pillar)
