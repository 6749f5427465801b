"""``wijklab levers``: what a scenario file may set; levers that exist once per intervention or pillar on one line."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.lists import WIDTH
from app.settings import DONE, Settings
from app.tables import print_json
from app.words import Words

if TYPE_CHECKING:
    from sim.levers import Lever

MOST_DECIMALS = 3
INDENT = "    "


@dataclass(frozen=True)
class Family:
    """Levers that differ only in the intervention or pillar they are about.

    Attributes:
        stem: what their paths have in common.
        members: the levers by the last part of their path.
    """

    stem: str
    members: Mapping[str, Lever]


def list_levers(settings: Settings, every: bool, as_json: bool) -> int:
    """Print what a scenario may set: general levers first, then families; ``every`` lists each lever by itself."""
    from sim.levers import declared_levers

    words, levers = settings.words, list(declared_levers().values())
    if as_json:
        print_json([_entry(lever) for lever in levers])
        return DONE
    general, families = _sorted(levers)
    for lever in general:
        _print_lever(lever, words)
    for family in families:
        if every:
            for lever in family.members.values():
                _print_lever(lever, words)
        else:
            _print_family(family, words)
    if not every:
        for name, members in dict.fromkeys((_anything(family, words), tuple(family.members)) for family in families):
            _print_filled(words("levers.name", name=name, members=", ".join(members)), "")
        print(words("levers.every"))
    print(words("levers.where"))
    return DONE


def _sorted(levers: Sequence[Lever]) -> tuple[list[Lever], list[Family]]:
    """Return the general levers, and the families in the order of their first lever."""
    found: dict[str, dict[str, Lever]] = {}
    names = _names()
    for lever in levers:
        stem, _, last = lever.path.rpartition(".")
        if last in names:
            found.setdefault(stem, {})[last] = lever
    families = [Family(stem, members) for stem, members in found.items() if len(members) > 1]
    together = {lever.path for family in families for lever in family.members.values()}
    return [lever for lever in levers if lever.path not in together], families


def _names() -> dict[str, Mapping[str, str]]:
    """Return the names of interventions and pillars by id and language."""
    from sim.programme.catalogue import INTERVENTIONS, PILLAR_NAMES

    names: dict[str, Mapping[str, str]] = {one.name: {"nl": one.nl, "en": one.en} for one in INTERVENTIONS}
    for pillar, (nl, en) in PILLAR_NAMES.items():
        names[pillar] = {"nl": nl, "en": en}
    return names


def _anything(family: Family, words: Words) -> str:
    """Return the word that stands for any name of a family."""
    from sim.programme.catalogue import PILLAR_NAMES

    return words("levers.any_pillar" if set(family.members) <= set(PILLAR_NAMES) else "levers.any_name")


def _print_lever(lever: Lever, words: Words) -> None:
    default = _number(lever.default, words)
    _print_facts(lever.path, lever, default, lever.description[words.language], words)


def _print_family(family: Family, words: Words) -> None:
    """Print all levers of a family as one, with a word in the place of their name."""
    last, lever = next(iter(family.members.items()))
    anything = _anything(family, words)
    text = lever.description[words.language].replace(_names()[last][words.language], anything)
    same = len({member.default for member in family.members.values()}) == 1
    default = _number(lever.default, words) if same else words("levers.differs")
    _print_facts(f"{family.stem}.{anything}", lever, default, text, words)


def _print_facts(path: str, lever: Lever, default: str, text: str, words: Words) -> None:
    low, high = _number(lever.low, words), _number(lever.high, words)
    scope = words(f"levers.{lever.scope}")
    print(words("levers.facts", path=path, low=low, high=high, default=default, scope=scope))
    _print_filled(text, INDENT)


def _print_filled(text: str, indent: str) -> None:
    print(textwrap.fill(text, WIDTH, initial_indent=indent, subsequent_indent=INDENT))


def _number(value: float, words: Words) -> str:
    decimals = 0 if float(value).is_integer() else len(f"{value:.{MOST_DECIMALS}f}".rstrip("0").partition(".")[2])
    return words.number(value, decimals)


def _entry(lever: Lever) -> dict[str, Any]:
    return {**vars(lever), "title": dict(lever.title), "description": dict(lever.description)}
