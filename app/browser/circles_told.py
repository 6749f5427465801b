"""A street or a school class as a picture and a table: age bands, roles and ties, and nothing else of anybody."""

from __future__ import annotations

from collections import Counter
from math import comb
from typing import Any

from app.browser.graph_part import Line, spread
from app.browser.speech import Speech
from scenarios.live.circles import BANDS, TIES, Circle, Kind, Person

LOOKS = {
    "household": Line("#555555", "solid", 2.0),
    "friends": Line("#00569d", "dashed", 2.0),
    "together": Line("#8b1a1a", "dashdot", 4.0),
    "class": Line("#0b6b3a", "dotted", 2.5),
}
"""How each kind of tie is drawn."""

BENDS = {"household": 0.0, "friends": 0.15, "together": -0.15, "class": 0.3}
"""How far ties bend: two kinds between the same persons lie apart."""

STRENGTHS = {"household": 1.0, "friends": 0.3, "together": 0.3, "class": 0.1}
"""How near ties bring persons in the picture; in the model they mean nothing."""

ROLES = {
    "child": ("circle", "#00569d"),
    "grown_child": ("diamond", "#0b6b3a"),
    "parent": ("rect", "#8a3b00"),
    "adult": ("triangle", "#555555"),
    "pupil": ("circle", "#00569d"),
}
"""Shape and colour of each role: one says the same as the other."""

NODE_SIZE = 16
HEIGHT = 520


def band(number: int) -> str:
    """Return an age band as text."""
    if number >= len(BANDS):
        return f"{BANDS[-1]}+"
    first = BANDS[number - 1] if number else 0
    return f"{first}\N{EN DASH}{BANDS[number] - 1}"


def circle_spec(found: Circle, kind: Kind, number: int, words: Speech, file: str) -> dict[str, Any]:
    """Return a street or a class as a picture.

    Args:
        found: who and which ties.
        kind: street or class.
        number: which one, from 0.
        words: the language.
        file: name of its files.
    """
    bands = {person.band for person in found.persons}
    drawn = [name for name in TIES if any(name == each for *_, each in found.ties)]
    counts = Counter(name for *_, name in found.ties)
    title = words(f"networks_page.{kind}_title", number=number + 1)
    if len(bands) > 1:
        note = words("networks_page.labels_note")
    else:
        note = words("networks_page.one_band_note", band=band(min(bands)))
    return {
        "title": title,
        "subtitle": words("networks_page.nobody"),
        "spoken": words(
            "networks_page.circle_spoken",
            title=title,
            persons=len(found.persons),
            ties="; ".join(f"{tie_kind(name, words)}: {counts[name]}" for name in drawn),
        ),
        "nodes": _nodes(found, kind, words, labelled=len(bands) > 1),
        "links": [_link(found, a, b, name, words) for a, b, name in found.ties],
        "legend": _legend(found, drawn, words),
        "note": note,
        "file": f"{file}-{number + 1}",
        "table": {
            "columns": [words(f"networks_page.column_{name}") for name in ("one", "other", "kind")],
            "rows": [[*_ends(found, a, b, words), tie_kind(name, words)] for a, b, name in found.ties],
        },
        "height": HEIGHT,
    }


def _nodes(found: Circle, kind: Kind, words: Speech, labelled: bool) -> list[dict[str, Any]]:
    """Return everybody with a place: near those to whom they have ties."""
    strong = [(a, b, STRENGTHS[name]) for a, b, name in found.ties]
    points = spread(len(found.persons), strong, _homes(found) if kind == "street" else None)
    return [
        {
            "label": band(person.band) if labelled else "",
            "x": x,
            "y": y,
            "symbol": ROLES[person.role][0],
            "color": ROLES[person.role][1],
            "size": NODE_SIZE,
            "said": who(person, words),
        }
        for person, (x, y) in zip(found.persons, points, strict=True)
    ]


def _link(found: Circle, a: int, b: int, name: str, words: Speech) -> dict[str, Any]:
    look = LOOKS[name]
    return {
        "source": a,
        "target": b,
        "width": look.width,
        "color": look.color,
        "dash": look.dash,
        "curve": BENDS[name],
        "said": f"{tie_kind(name, words)}: {', '.join(_ends(found, a, b, words))}",
    }


def _ends(found: Circle, a: int, b: int, words: Speech) -> list[str]:
    return [who(found.persons[each], words) for each in (a, b)]


def _legend(found: Circle, drawn: list[str], words: Speech) -> list[dict[str, Any]]:
    """Return the roles and the ties that are there."""
    there = {person.role for person in found.persons}
    roles = [
        {"name": words(f"networks_page.role_{role}"), "symbol": symbol, "color": colour}
        for role, (symbol, colour) in ROLES.items()
        if role in there
    ]
    ties = [
        {
            "name": tie_kind(name, words),
            "color": LOOKS[name].color,
            "dash": LOOKS[name].dash,
            "width": LOOKS[name].width,
        }
        for name in drawn
    ]
    return roles + ties


def _homes(found: Circle) -> list[int]:
    """Return the household of each person, as the number of its first member."""
    homes = list(range(len(found.persons)))
    for a, b, name in found.ties:
        if name == "household":
            homes[b] = min(homes[b], a)
    return homes


def who(person: Person, words: Speech) -> str:
    """Return a person as role and age band."""
    return words("networks_page.who", role=words(f"networks_page.role_{person.role}"), band=band(person.band))


def tie_kind(name: str, words: Speech) -> str:
    """Return what a kind of tie is called."""
    return words(f"networks_page.kind_{name}")


def circle_table(found: Circle, kind: Kind, number: int, words: Speech) -> dict[str, Any]:
    """Return the counts of a street or a class as a table.

    Args:
        found: who and which ties.
        kind: street or class.
        number: which one, from 0.
        words: the language.
    """
    persons = Counter((list(ROLES).index(person.role), person.band, who(person, words)) for person in found.persons)
    ties = Counter(name for *_, name in found.ties)
    if kind == "class":
        ties["class"] = comb(len(found.persons), 2)
    rows: list[list[str]] = [[words("networks_page.persons")]]
    rows += [[text, words.number(count), ""] for (_, _, text), count in sorted(persons.items())]
    rows.append([words("networks_page.ties")])
    for name in TIES:
        outside = words.number(found.outside[name]) if name in found.outside else ""
        rows.append([tie_kind(name, words), words.number(ties[name]), outside])
    notes = [words("networks_page.outside_note")]
    if kind == "class":
        notes.append(words("networks_page.class_note"))
    return {
        "title": words("networks_page.counts_title", title=words(f"networks_page.{kind}_title", number=number + 1)),
        "columns": [words(f"networks_page.column_{name}") for name in ("what", "inside", "outside")],
        "rows": rows,
        "notes": notes,
    }
