"""What the model assumes of everything that can be bought, with how well that is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from app.browser.speech import Speech
from app.words import decimals_for
from sim.parameters import declared_parameters
from sim.parameters.intervention_texts import (
    ACTS_AS,
    AGAINST_PRISON,
    ALSO,
    LABELS,
    NOTHING,
    ON_ALL,
    ON_MINORS,
    ON_SERIOUS,
    ON_STREET,
    OTHERWISE,
    SANCTION_TEXTS,
    Text,
)
from sim.programme.catalogue import (
    INTERVENTIONS,
    PILLAR_NAMES,
    PILLARS,
    SANCTIONS,
    SERIOUS_ONLY,
    STREET_MEASURES,
    Quality,
)

GRADES = ("high", "medium", "low", "judgement")
NO_EFFECT = "none"
"""Of what nothing is put in for: there is nothing to grade."""

RATIO_DECIMALS = 2
DIGITS = 3
SHORT_PRISON, COMMUNITY_SERVICE = "short_prison", "services.community_service_effect"
"""The effect of community service is told against that of a short prison sentence, so that of prison is its inverse."""


@dataclass(frozen=True)
class Evidence:
    """What is assumed of one thing.

    Attributes:
        id: its name in the code.
        name: in English and Dutch.
        heading: what it is listed under, in English and Dutch; nothing for what police and justice do.
        parts: parameters with their sizes, each with what it is on, in English and Dutch.
        otherwise: what is said where there is no size, in English and Dutch.
        label: what a quality framework makes of it.
    """

    id: str
    name: Text
    heading: Text | None
    parts: tuple[tuple[str, Text], ...]
    otherwise: Text
    label: Quality | None

    @property
    def grade(self) -> str:
        """How well its first size is known."""
        return declared_parameters()[self.parts[0][0]].grade if self.parts else NO_EFFECT

    @property
    def source(self) -> str:
        """Where its first size comes from."""
        return declared_parameters()[self.parts[0][0]].source if self.parts else ""


@cache
def evidence() -> tuple[Evidence, ...]:
    """Return everything that can be bought, by pillar, and then what police and justice do to a person."""
    bought = [
        Evidence(
            one.name,
            (one.en, one.nl),
            (PILLAR_NAMES[pillar][1], PILLAR_NAMES[pillar][0]),
            tuple(_parts(one.name)),
            OTHERWISE.get(one.name, NOTHING),
            one.quality,
        )
        for pillar in PILLARS
        for one in INTERVENTIONS
        if one.pillar == pillar
    ]
    sanctions = [
        Evidence(name, SANCTION_TEXTS[name][0], None, tuple(_parts(name)), NOTHING, None) for name in SANCTIONS
    ]
    return (*bought, *sanctions)


def _parts(name: str) -> Iterator[tuple[str, Text]]:
    """Yield the parameters of the effects that are put in, each with what it is on."""
    if name == SHORT_PRISON:
        yield COMMUNITY_SERVICE, ON_ALL
        return
    path = next((path for path in effect_paths(name) if path in declared_parameters()), None)
    if path is not None and name not in OTHERWISE:
        yield path, _on(name, path)
    for path, en, nl in ALSO.get(name, ()):
        yield path, (en, nl)


def effect_paths(name: str) -> tuple[str, str]:
    """Return where an effect on offending or crime stands, if there is one."""
    return f"police.{name}_effect", f"services.{ACTS_AS.get(name, name)}_effect"


def _on(name: str, path: str) -> Text:
    if name == "community_service":
        return AGAINST_PRISON
    if path == "services.processing_effect":
        return ON_MINORS
    if path.startswith("police.") or name in STREET_MEASURES:
        return ON_STREET
    return ON_SERIOUS if name in SERIOUS_ONLY else ON_ALL


def size_text(one: Evidence, path: str, words: Speech) -> str:
    """Return the size of an effect with the range of the draws."""
    parameter = declared_parameters()[path]
    assert not isinstance(parameter.value, list)
    value, low, high = parameter.value, parameter.distribution.p05, parameter.distribution.p95
    if low is None or high is None:
        return words.number(value, decimals_for(value, digits=DIGITS))
    if one.id == SHORT_PRISON:
        value, low, high = 1 / value, 1 / high, 1 / low
    shown = [words.number(each, RATIO_DECIMALS) for each in (value, low, high)]
    return words("about_page.ranged", value=shown[0], low=shown[1], high=shown[2])


def evidence_rows(grade: str, words: Speech) -> list[list[str]]:
    """Return the table of what is assumed; a row of one cell is a heading.

    Args:
        grade: only what has this grade; everything when empty.
        words: the language.
    """
    place = 1 if words.language == "nl" else 0
    rows: list[list[str]] = []
    above: str | None = None
    for one in evidence():
        if grade and one.grade != grade:
            continue
        heading = one.heading[place] if one.heading else words("about_page.sanctions")
        if heading != above:
            rows.append([_capital(heading)])
        above = heading
        put_in = "; ".join(f"{size_text(one, path, words)} {on[place]}" for path, on in one.parts)
        known = words("about_page.nothing_to_grade") if one.grade == NO_EFFECT else words(f"html.grade_{one.grade}")
        label = LABELS[one.label][place] if one.label else words("compare.nothing")
        rows.append([_capital(one.name[place]), put_in or one.otherwise[place], known, one.source, label])
    return rows


def grade_counts() -> dict[str, int]:
    """Return how many parameters there are of each grade, the best first."""
    found: Counter[str] = Counter(parameter.grade for parameter in declared_parameters().values())
    return {grade: found[grade] for grade in GRADES}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
