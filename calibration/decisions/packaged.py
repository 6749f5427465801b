"""The decision that travels with the package, integrated against fragmented: tables made beforehand, and their reader.

``python -m calibration.decisions`` makes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from calibration.decisions.next_euros import NextEuros
from calibration.decisions.structure import switches, worlds
from calibration.decisions.study import InDraws, InWorlds
from calibration.groups import groups, source_of_draws
from sim.fingerprint import fingerprint

SCENARIO, REFERENCE = "integraal", "versnipperd"

CHOICE, WORLDS, KNOWING, NEXT = (f"decision_{name}.csv" for name in ("choice", "worlds", "knowing", "next"))
MADE = ("fingerprint", "posterior", "date")
"""Columns of what a row was made with: model, draws, day."""

FIRST, SECOND = "first", "second"
MOST_PARAMETERS = 10
"""Parameters that are kept in the table of what knowing is worth; groups are kept all."""

EVERYTHING = "everything"

Row = dict[str, str]


def made() -> Row:
    """Return what is made now: the columns ``MADE``."""
    return {"fingerprint": fingerprint(), "posterior": source_of_draws(), "date": date.today().isoformat()}


def choice_rows(found: InDraws, years: int, sample: float, areas: Sequence[str]) -> list[Row]:
    """Return the choice over draws: how often the scenario is better, and what must be true."""
    rows = []
    for option, share in found.better.items():
        gains, one = found.part.gains, found.break_even[option]
        mean = gains.per_draw()[:, gains.options.index(option)].mean()
        rows.append(
            {
                "scenario": option,
                "reference": gains.options[0],
                "areas": " ".join(areas),
                "years": str(years),
                "sample": f"{sample:g}",
                "draws": str(len(gains.draws)),
                "dropped": str(gains.dropped),
                "better": f"{share:.4f}",
                "mean_per_resident": f"{mean:.3f}",
                "net_per_resident": f"{one.net:.3f}",
                "gains_times": f"{one.gains_times:.4g}",
                "costs_times": f"{one.costs_times:.4g}",
                **made(),
            }
        )
    return rows


def worlds_rows(found: InWorlds) -> list[Row]:
    """Return a row per world that is built differently: which way each thing is, and what the scenario is worth."""
    gains = found.part.gains
    per_world = dict(zip(gains.draws, gains.per_draw(), strict=True))
    return [
        {
            "world": str(world.number),
            **{switch: SECOND if second else FIRST for switch, second in world.second.items()},
            "gain_per_resident": f"{per_world[world.number][1]:.4f}",
            **made(),
        }
        for world in worlds()
        if world.number in per_world
    ]


def knowing_rows(found: InDraws) -> list[Row]:
    """Return what knowing is worth: of everything, of every group, and of the parameters worth most."""
    known = found.known
    kept = [one for one in known.worths if one.name in groups()]
    kept += [one for one in known.worths if one.name not in groups()][:MOST_PARAMETERS]
    rows = [{"thing": EVERYTHING, "per_resident": f"{known.everything:.4f}", "seen": "", "turns_at": ""}]
    for one in kept:
        turns = "" if one.turns_at is None else f"{one.turns_at:.6g}"
        rows.append(
            {
                "thing": one.name,
                "per_resident": f"{one.euros:.4f}",
                "seen": "yes" if one.seen else "no",
                "turns_at": turns,
            }
        )
    return [{**row, "draws": str(known.draws), **made()} for row in rows]


def next_rows(found: Mapping[str, Iterable[NextEuros]], scenario: str) -> list[Row]:
    """Return what more money does, by area and line."""
    return [
        {
            "scenario": scenario,
            "area": area,
            "line": one.line,
            "spent": f"{one.spent:.4f}",
            "idle": f"{one.idle:.0f}",
            "posts": f"{one.posts:.3f}",
            "vacant": f"{one.vacant:.3f}",
            "places": f"{one.places:.2f}",
            "per_euro": f"{one.per_euro:.4f}",
            "per_euro_plain": "yes" if one.plain else "no",
            "suspects_per_10k": f"{one.youths:.4f}",
            "suspects_plain": "yes" if one.plain_youths else "no",
            **made(),
        }
        for area, lines in found.items()
        for one in lines
    ]


def switch_means(rows: Iterable[Row]) -> dict[tuple[str, bool], float]:
    """Return by switch and way (second or not) the mean worth of the scenario in its worlds."""
    listed = list(rows)
    found = {}
    for switch in switches():
        for second in (False, True):
            mine = [float(row["gain_per_resident"]) for row in listed if (row[switch.id] == SECOND) == second]
            if mine:
                found[switch.id, second] = sum(mine) / len(mine)
    return found
