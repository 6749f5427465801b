"""The alliance as pictures and tables: who passes what on to whom, and what comes of it over the years."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.browser.chart_specs import REFERENCE_COLOUR, SCENARIO_COLOUR
from app.browser.graph_part import Line, round_table
from app.browser.speech import Speech
from app.figures import factor_of, name_and_unit
from app.words import decimals_for
from results.codebook import Codebook
from scenarios.live.networks import WORKING, AllianceYears, Tie
from sim.agents.alliance import TIES

PARTNERS = ("school", "police", "municipality", "debt_help", "care", "corporatie")
"""As they stand round the table."""

PROBLEMS = {
    "debt_help": Line("#00569d", "solid", 3.0),
    "care": Line("#8a3b00", "dashed", 3.0),
    "municipality": Line("#0b6b3a", "dotted", 3.0),
}
"""How the ties to an owner are drawn."""

PARTNER_COLOUR = "#333333"
PARTNER_SIZE = 26
LABEL_SIZE = 13
THINNEST, THICKEST = 1.5, 10.0
BEND = 0.16
"""How far ties bend, so that two ways between partners lie apart."""

DECIMALS = 1
"""Of flows: referrals that several partners saw are shared among them."""


@dataclass(frozen=True)
class Side:
    """One of two worlds.

    Attributes:
        id: ``scenario`` or ``reference``.
        title: what it is called.
        years: its alliance.
    """

    id: str
    title: str
    years: AllianceYears


def partner(name: str, words: Speech) -> str:
    """Return what a partner is called."""
    return words(f"networks_page.partner_{name}")


def tie_name(tie: Tie, words: Speech) -> str:
    """Return a tie as who passes on to whom."""
    return words("networks_page.tie", seer=partner(tie.seer, words), owner=partner(tie.owner, words))


def most_referrals(sides: tuple[Side, Side]) -> float:
    """Return the largest flow along one tie in a year of either world: the thickest line."""
    return max((flow for side in sides for tie in side.years.ties for flow in tie.referrals or ()), default=0.0)


def alliance_spec(side: Side, place: int, most: float, words: Speech, file: str) -> dict[str, Any]:
    """Return the alliance of one world in one year as a picture.

    Args:
        side: the world.
        place: number of the year from the first.
        most: flow of the thickest line.
        words: the language.
        file: name of its files.
    """
    points = dict(zip(PARTNERS, round_table(len(PARTNERS)), strict=True))
    year = side.years.first_year + place
    nodes = [
        {"label": partner(name, words), "x": x, "y": y, "color": PARTNER_COLOUR, "size": PARTNER_SIZE}
        for name, (x, y) in points.items()
    ]
    flows = [None if tie.referrals is None else tie.referrals[place] for tie in side.years.ties]
    told = [
        f"{tie_name(tie, words)}: {flow_text(flow, words)}" for tie, flow in zip(side.years.ties, flows, strict=True)
    ]
    links = [
        _link(tie, thickness(flow, most), said) for tie, flow, said in zip(side.years.ties, flows, told, strict=True)
    ]
    rows = [
        [tie_name(tie, words), words(f"networks_page.problem_{tie.owner}"), flow, tie.chance[place], tie.months[place]]
        for tie, flow in zip(side.years.ties, flows, strict=True)
    ]
    counted = [said for said, flow in zip(told, flows, strict=True) if flow is not None]
    coordination = words.number(side.years.outcomes["coordination_mean"][place])
    return {
        "title": words("networks_page.graph_title", title=side.title, year=year),
        "subtitle": words("networks_page.graph_state", coordination=coordination),
        "spoken": words("networks_page.graph_spoken", title=side.title, year=year, ties="; ".join(counted)),
        "nodes": nodes,
        "links": links,
        "legend": [
            {
                "name": words(f"networks_page.problem_{owner}"),
                "color": look.color,
                "dash": look.dash,
                "width": look.width,
            }
            for owner, look in PROBLEMS.items()
        ],
        "file": f"{file}-{side.id}-{year}",
        "table": {"columns": _columns(words), "rows": rows},
        "font": LABEL_SIZE,
        "outward": True,
        "height": 360,
    }


def _link(tie: Tie, width: float, said: str) -> dict[str, Any]:
    look = PROBLEMS[tie.owner]
    return {
        "source": PARTNERS.index(tie.seer),
        "target": PARTNERS.index(tie.owner),
        "width": width,
        "color": look.color,
        "dash": look.dash,
        "curve": BEND,
        "arrow": True,
        "said": said,
    }


def _columns(words: Speech) -> list[str]:
    return [words(f"networks_page.column_{name}") for name in ("tie", "problem", "referrals", "chance", "months")]


def thickness(flow: float | None, most: float) -> float:
    """Return the width of a line: by its flow, the thinnest where nothing is counted."""
    if flow is None or most <= 0:
        return THINNEST
    return THINNEST + (THICKEST - THINNEST) * flow / most


def flow_text(flow: float | None, words: Speech) -> str:
    """Return a flow as text."""
    if flow is None:
        return words("networks_page.not_counted")
    return words.number(flow, DECIMALS)


def ties_table(sides: tuple[Side, Side], place: int, words: Speech) -> dict[str, Any]:
    """Return the ties of both worlds in one year as a table that says what the pictures say.

    Args:
        sides: scenario and reference.
        place: number of the year from the first.
        words: the language.
    """
    scenario, reference = sides
    whole = [_total(side, place) for side in (reference, scenario)]
    change = _change(whole[1] - whole[0], words)
    rows = [[words("networks_page.all_ties"), *(flow_text(each, words) for each in whole), change, "", ""]]
    for owner in TIES:
        rows.append([words(f"networks_page.problem_{owner}")])
        pairs = [
            (mine, other)
            for mine, other in zip(scenario.years.ties, reference.years.ties, strict=True)
            if mine.owner == owner
        ]
        rows += [_tie_row(mine, other, place, words) for mine, other in pairs]
    year = scenario.years.first_year + place
    names = ("tie", "reference", "scenario", "difference", "chance_both", "months_both")
    return {
        "title": words("networks_page.table_title", year=year),
        "columns": [words(f"networks_page.column_{name}") for name in names],
        "rows": rows,
        "notes": [words("networks_page.shared_note"), words("networks_page.signal_note")],
    }


def _tie_row(mine: Tie, other: Tie, place: int, words: Speech) -> list[str]:
    flows = [None if tie.referrals is None else tie.referrals[place] for tie in (other, mine)]
    before, after = flows
    return [
        tie_name(mine, words),
        *(flow_text(flow, words) for flow in flows),
        "" if before is None or after is None else _change(after - before, words),
        _both([words.percent(tie.chance[place], 1) for tie in (other, mine)], words),
        _both([words.number(tie.months[place], 1) for tie in (other, mine)], words),
    ]


def _both(texts: list[str], words: Speech) -> str:
    """Return what holds in reference and scenario: once where it is the same."""
    one, other = texts
    return one if one == other else words("networks_page.both", reference=one, scenario=other)


def _change(difference: float, words: Speech) -> str:
    return words.number(difference, DECIMALS, signed=True)


def _total(side: Side, place: int) -> float:
    return math.fsum(tie.referrals[place] for tie in side.years.ties if tie.referrals is not None)


def over_years_options(years: AllianceYears, codebook: Codebook, words: Speech) -> list[dict[str, Any]]:
    """Return what can be followed over the years: outcomes of working together, and every tie that is counted."""
    outcomes = [{"value": name, "label": codebook.outcome(name).name[words.language]} for name in WORKING]
    ties = [{"value": tie_id(tie), "label": tie_name(tie, words)} for tie in years.ties if tie.referrals is not None]
    return [
        {"label": words("networks_page.group_outcomes"), "options": outcomes},
        {"label": words("networks_page.group_ties"), "options": ties},
    ]


def tie_id(tie: Tie) -> str:
    """Return a name for a tie."""
    return f"{tie.seer}:{tie.owner}"


def over_years_spec(
    sides: tuple[Side, Side], what: str, codebook: Codebook, words: Speech, file: str
) -> dict[str, Any]:
    """Return something over the years in both worlds as lines.

    Args:
        sides: scenario and reference.
        what: an outcome of working together, or the name of a tie.
        codebook: what outcomes are called.
        words: the language.
        file: name of its files.
    """
    if what in WORKING:
        outcome = codebook.outcome(what)
        title, factor = name_and_unit(outcome, words), factor_of(outcome)
    else:
        tie = next(tie for tie in sides[0].years.ties if tie_id(tie) == what)
        title, factor = words("networks_page.tie_title", tie=tie_name(tie, words)), 1.0
    drawn: list[dict[str, Any]] = []
    looks = ((SCENARIO_COLOUR, "solid", "circle"), (REFERENCE_COLOUR, "dashed", "emptyCircle"))
    for side, (color, dash, symbol) in zip(sides, looks, strict=True):
        values = [factor * value for value in _values(side.years, what)]
        drawn.append({"name": side.title, "values": values, "color": color, "dash": dash, "symbol": symbol})
    years = [sides[0].years.first_year + place for place in range(len(drawn[0]["values"]))]
    shown = [value for one in drawn for value in one["values"]]
    decimals = decimals_for(*shown, digits=3)
    spoken = [
        words("told.spoken", name=one["name"], start=words.number(one["values"][0], decimals), first=years[0],
              end=words.number(one["values"][-1], decimals), last=years[-1])
        for one in drawn
    ]  # fmt: skip
    rows: list[list[Any]] = [[str(year), *(one["values"][place] for one in drawn)] for place, year in enumerate(years)]
    return {
        "kind": "lines",
        "title": title,
        "spoken": ". ".join([title, *spoken]),
        "years": years,
        "series": drawn,
        "decimals": decimals,
        "note": words("networks_page.one_draw"),
        "file": f"{file}-{what.replace(':', '-')}",
        "table": {"columns": [words("told.year"), *(one["name"] for one in drawn)], "rows": rows},
        "height": 260,
    }


def _values(years: AllianceYears, what: str) -> tuple[float, ...]:
    values: Mapping[str, tuple[float, ...]] = years.outcomes
    if what in values:
        return values[what]
    return next(tie.referrals for tie in years.ties if tie_id(tie) == what and tie.referrals is not None)
