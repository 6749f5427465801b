"""A trial among areas as a municipality or the programme reads it."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

from app.settings import DONE
from app.tables import Table, print_json, print_table, print_whole
from app.trial import STEPPED, print_found
from app.words import Words, decimals_for
from calibration.trials.areas import YEARS_BEFORE, AreaPlan, AreaTrial
from calibration.trials.assign import NEVER
from calibration.trials.power import POWER
from scenarios.catalogue import load_scenario
from sim.areas import area_ids
from sim.calendar import BASE, SCENARIO_START, year_of
from sim.outcomes import OUTCOMES

MOST_AREAS_SAID = 1000
"""More areas than this are no longer counted out."""


def show_areas(plan: AreaPlan, found: AreaTrial, words: Words, as_json: bool) -> int:
    """Print what a trial among areas sees and what is true.

    Args:
        plan: what was asked.
        found: what came of it.
        words: language of the reader.
        as_json: one JSON value in place of text.
    """
    if as_json:
        print_json(_content(plan, found))
        return DONE
    print(_title(plan, words))
    print(f"\n{words('trial.lots')}")
    print_table(*_lottery(plan, found, words))
    print_whole(_power_table(plan, found, words))
    return print_found(_sentences(plan, found, words))


def _title(plan: AreaPlan, words: Words) -> str:
    titles = [getattr(load_scenario(name).title, words.language) for name in (plan.scenario, plan.reference)]
    first = year_of(SCENARIO_START)
    years = f"{first}-{first + plan.years - 1}"
    lines = [words("trial.areas_title", scenario=titles[0], reference=titles[1], years=years)]
    lines.append(words("trial.stepped") if plan.design == STEPPED else words("trial.matched"))
    lines.append(words("trial.judged", outcome=_outcome(plan, words)))
    if plan.sample < 1:
        lines.append(words("trial.sample_areas", share=words.percent(plan.sample, 1)))
    return "\n".join(lines)


def _outcome(plan: AreaPlan, words: Words) -> str:
    outcome = OUTCOMES[plan.outcome]
    name = getattr(outcome, f"name_{words.language}")
    unit = words("trial.percent") if _scale(plan) > 1 else getattr(outcome, f"unit_{words.language}")
    return f"{name} ({unit})"


def _scale(plan: AreaPlan) -> float:
    """Return what values are multiplied by to be shown: shares as percentages."""
    return 100.0 if OUTCOMES[plan.outcome].unit_en.startswith("share") else 1.0


def _number(value: float, plan: AreaPlan, words: Words, signed: bool = False) -> str:
    shown = value * _scale(plan)
    return words.number(shown, decimals_for(shown, digits=2, most=2), signed)


def _count(areas: int, words: Words) -> str:
    """Return a number of areas; above some it says only that nobody has so many."""
    if areas > MOST_AREAS_SAID:
        return words("trial.more_than", number=words.number(MOST_AREAS_SAID))
    return words.number(areas)


def _year(number: int) -> int:
    return year_of(BASE) + number


def _lottery(plan: AreaPlan, found: AreaTrial, words: Words) -> tuple[list[str], list[list[str]]]:
    """Return headings and rows of who got the programme, and when."""
    starts = found.assignments.starts[0]
    if plan.design != STEPPED:
        cells = []
        for pair in found.assignments.pairs:
            treated, other = pair if starts[pair[0]] < NEVER else pair[::-1]
            cells.append([plan.areas[treated], plan.areas[other]])
        return [words("trial.treated"), words("trial.untreated")], cells
    cells = [
        [str(_year(start)), ", ".join(name for name, own in zip(plan.areas, starts, strict=True) if own == start)]
        for start in sorted(found.before)
    ]
    return [words("trial.starts"), words("trial.area_names")], cells


def _power_table(plan: AreaPlan, found: AreaTrial, words: Words) -> Table:
    cells = []
    for years, power in found.power.items():
        needed = words("compare.nothing") if power.areas is None else _count(power.areas, words)
        cells.append([
            str(_year(YEARS_BEFORE + years - 1)), _number(power.expected, plan, words, signed=True),
            _number(power.spread, plan, words), words.percent(power.power), needed,
        ])  # fmt: skip
    names = ("until", "expected", "spread", "power", "areas_needed")
    return Table(
        words("trial.power_title"), [words(f"trial.{name}") for name in names], cells, [words("trial.power_note")]
    )


def _sentences(plan: AreaPlan, found: AreaTrial, words: Words) -> list[str]:
    seen, last = found.found, found.power[max(found.power)]
    ends = {"low": _number(seen.low, plan, words, True), "high": _number(seen.high, plan, words, True)}
    verdict = words("trial.detected") if seen.detected else words("trial.not_detected")
    estimate = _number(seen.estimate, plan, words, True)
    lines = [words("trial.areas_see", estimate=estimate, **ends, p=words.number(seen.p, 2), verdict=verdict)]
    share = found.happened / found.usual if found.usual else math.nan
    percent = words("compare.nothing") if math.isnan(share) else words.number(100 * share, 1, signed=True)
    happened = _number(found.happened, plan, words, True)
    lines.append(words("trial.areas_true", change=happened, usual=_number(found.usual, plan, words), percent=percent))
    if last.areas is None:
        lines.append(words("trial.needs_nothing"))
    else:
        values = {"areas": _count(last.areas, words), "there": len(area_ids()), "power": words.percent(POWER)}
        enough = last.areas <= len(area_ids())
        lines.append(words("trial.areas_enough", **values) if enough else words("trial.areas_need", **values))
    return [*lines, words("trial.model_note")]


def _content(plan: AreaPlan, found: AreaTrial) -> dict[str, Any]:
    starts = found.assignments.starts[0].tolist()
    return {
        "design": plan.design,
        "plan": asdict(plan),
        "starts": {
            name: None if start == NEVER else _year(start) for name, start in zip(plan.areas, starts, strict=True)
        },
        "pairs": [[plan.areas[one], plan.areas[other]] for one, other in found.assignments.pairs],
        "lotteries": len(found.assignments.starts),
        "all_lotteries": found.assignments.exact,
        "seen": {**asdict(found.found), "detected": found.found.detected},
        "before": {"never" if start == NEVER else str(_year(start)): level for start, level in found.before.items()},
        "truth": {"change": found.happened, "usual": found.usual},
        "power": {str(_year(YEARS_BEFORE + years - 1)): asdict(one) for years, one in found.power.items()},
    }
