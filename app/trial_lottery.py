"""An evaluation by lottery as a municipality reads it: what it would see, what truly happened, how large it must be."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from app.settings import DONE
from app.tables import Table, print_json, print_whole
from app.trial import print_found
from app.words import Words, decimals_for
from calibration.trials.cohort import BASELINE
from calibration.trials.design import OFFENCES, REGISTRATIONS, SHARES, SMALLEST_CELL, LotteryPlan
from calibration.trials.estimate import LEVEL, Seen
from calibration.trials.evaluation import Evaluation
from calibration.trials.power import POWER
from calibration.trials.summary import Effect, Summary, summarise, true_effect
from sim.areas import load_area
from sim.calendar import MONTHS_PER_YEAR
from sim.programme.catalogue import BY_NAME

OF_PERSONS = (OFFENCES, REGISTRATIONS)
"""What is counted per person instead of as a share."""

FOUND_OF_ASKED = 0.9
"""Below this share of the places that were asked for, it is said that there are not enough people."""

MOST_YEARS_SAID = 1000
"""More years than this are no longer counted out."""


def show_lottery(plan: LotteryPlan, outcome: str, found: Sequence[Evaluation], words: Words, as_json: bool) -> int:
    """Print what evaluations by lottery see and what is true.

    Args:
        plan: what was asked.
        outcome: the share that is judged.
        found: the evaluations; the first is shown in full.
        words: language of the reader.
        as_json: one JSON value in place of text.
    """
    summary = summarise(plan, found, outcome)
    if as_json:
        print_json(_content(plan, outcome, found, summary))
        return DONE
    print(_title(plan, words))
    if summary is None:
        return print_found([words("trial.nobody", places=_places(plan, words))])
    first = next(one for one in found if one.persons)
    print_whole(_seen_table(plan, first, words))
    print_whole(_truth_table(found, plan, words))
    print_whole(_before_table(first, summary, words))
    return print_found(_sentences(plan, first, found, summary, words))


def _title(plan: LotteryPlan, words: Words) -> str:
    name = getattr(BY_NAME[plan.service], words.language)
    years = [words.number(months / MONTHS_PER_YEAR) for months in (plan.enrol_months, plan.follow_months)]
    register = words("trial.national") if plan.national else words("trial.local")
    title = words("trial.title", service=name, area=load_area(plan.area).name, scenario=plan.scenario)
    lines = [title, words("trial.setup", enrol=years[0], follow=years[1], register=register)]
    if plan.crossover:
        lines.append(words("trial.crossing", share=words.percent(plan.crossover)))
    if plan.sample < 1:
        lines.append(words("trial.sample", share=words.percent(plan.sample, 1)))
    return "\n".join(lines)


def _places(plan: LotteryPlan, words: Words) -> str:
    return words("trial.places_of_scenario") if plan.places is None else words.number(plan.places)


def _seen_table(plan: LotteryPlan, one: Evaluation, words: Words) -> Table:
    cells = []
    for name in (*SHARES, REGISTRATIONS):
        seen = one.seen[name]
        groups = [_cell(seen, side, name, words) for side in (0, 1)]
        mark = "*" if _suppressed(seen, name) else ""
        cells.append([_name(name, words) + mark, *groups, *_compared(seen, name, words)])
    headings = [words(f"trial.{name}") for name in ("outcome", "winners", "losers", "difference", "interval", "p")]
    title = words("trial.seen_title", winners=words.number(one.winners), losers=words.number(one.losers), seed=one.seed)
    notes = [words("trial.moved", winners=one.moved[0], losers=one.moved[1]) if not plan.national
             else words("trial.moved_national", winners=one.moved[0], losers=one.moved[1])]  # fmt: skip
    if any(seen.detected for seen in one.seen.values()):
        luck = 1 - (1 - LEVEL) ** len(one.seen)
        notes.append(words("trial.several", count=len(one.seen), share=words.percent(luck)))
    if any(_suppressed(one.seen[name], name) for name in one.seen):
        notes.append(words("trial.suppressed", fewest=SMALLEST_CELL))
    return Table(title, headings, cells, notes)


def _suppressed(seen: Seen, name: str) -> bool:
    """Return whether a register would keep a cell of this outcome to itself: few with it, or few without."""
    if name in OF_PERSONS:
        return min(seen.persons) < SMALLEST_CELL
    return any(
        min(total, count - total) < SMALLEST_CELL for total, count in zip(seen.totals, seen.persons, strict=True)
    )


def _cell(seen: Seen, side: int, name: str, words: Words) -> str:
    """Return what a register shows of one group."""
    if math.isnan(seen.means[side]):
        return words("compare.nothing")
    if name in OF_PERSONS:
        few = seen.persons[side] < SMALLEST_CELL
        return words("trial.few", fewest=SMALLEST_CELL) if few else words.number(seen.means[side], 2)
    total, count = round(seen.totals[side]), seen.persons[side]
    if min(total, count - total) < SMALLEST_CELL:
        return words("trial.few_of", fewest=SMALLEST_CELL, count=count) if total < SMALLEST_CELL else words(
            "trial.all_but_few", fewest=SMALLEST_CELL, count=count
        )  # fmt: skip
    return words("trial.of", share=words.percent(seen.means[side], 1), total=total, count=count)


def _compared(seen: Seen, name: str, words: Words) -> list[str]:
    if math.isnan(seen.low):
        return [words("compare.nothing")] * 3
    low, high = (_change(end, name, words) for end in (seen.low, seen.high))
    return [_change(seen.difference, name, words), words("compare.to", low=low, high=high), words.number(seen.p, 2)]


def _change(value: float, name: str, words: Words) -> str:
    """Return a difference: percentage points for a share."""
    if math.isnan(value):
        return words("compare.nothing")
    if name in OF_PERSONS:
        return words.number(value, decimals_for(value, digits=2), signed=True)
    return words.number(100 * value, max(1, decimals_for(100 * value, digits=2)), signed=True)


def _level(value: float, name: str, words: Words) -> str:
    if math.isnan(value):
        return words("compare.nothing")
    return words.number(value, 2) if name in OF_PERSONS else words.percent(value, 1)


def _name(name: str, words: Words) -> str:
    return words(f"trial.{name}")


def _truth_table(found: Sequence[Evaluation], plan: LotteryPlan, words: Words) -> Table:
    known = [one for one in found if one.persons]
    cells = []
    for name in (OFFENCES, REGISTRATIONS, *SHARES):
        effect = true_effect(known, name, plan.crossover > 0)
        here = known[0].truth[name]
        cells.append([
            _name(name, words), _level(effect.usual, name, words), _change(here.on_winners, name, words),
            _change(effect.on_winners, name, words), _give_or_take(effect, name, words),
        ])  # fmt: skip
    names = ("outcome", "without", "effect_here", "effect", "error")
    headings = [words(f"trial.{name}", count=len(known)) for name in names]
    notes = [words("trial.truth_note")]
    return Table(words("trial.truth_title"), headings, cells, notes)


def _give_or_take(effect: Effect, name: str, words: Words) -> str:
    if math.isnan(effect.error) or effect.error == 0:
        return words("compare.nothing")
    scale = 1.0 if name in OF_PERSONS else 100.0
    error = scale * effect.error
    return words("trial.give_or_take", error=words.number(error, decimals_for(error, digits=2)))


def _before_table(one: Evaluation, summary: Summary, words: Words) -> Table:
    cells = []
    for name in BASELINE:
        share, balance = name in ("boys", "known"), summary.balance[name]
        here = [words.percent(mean) if share else words.number(mean, 1) for mean in one.before[name]]
        scale, decimals = (100.0, 1) if share else (1.0, 2)
        error = words("compare.nothing")
        if not math.isnan(balance.error):
            error = words("trial.give_or_take", error=words.number(scale * balance.error, decimals))
        cells.append(
            [_name(name, words), *here, words.number(scale * balance.difference, decimals, signed=True), error]
        )
    names = ("trait", "winners", "losers", "difference_all", "error")
    notes = [words("trial.before_note")]
    return Table(words("trial.before_title"), [words(f"trial.{name}") for name in names], cells, notes)


def _sentences(
    plan: LotteryPlan, first: Evaluation, found: Sequence[Evaluation], summary: Summary, words: Words
) -> list[str]:
    lines = [_what_is_seen(summary, words), _what_is_true(found, plan, summary, words), *_what_it_takes(summary, words)]
    years = plan.enrol_months / MONTHS_PER_YEAR
    if plan.places is not None and summary.persons < FOUND_OF_ASKED * 2 * plan.places * plan.sample * years:
        asked, there = 2 * plan.places * plan.sample * years, summary.persons
        lines.append(words("trial.too_few_people", asked=words.number(asked), found=words.number(there)))
    empty = len(found) - summary.evaluations
    if empty:
        lines.append(words("trial.some_empty", count=empty))
    return [*lines, words("trial.model_note")]


def _what_is_seen(summary: Summary, words: Words) -> str:
    low, high = (words.percent(end) for end in summary.found_interval)
    share = words.percent(summary.found / summary.evaluations)
    values = {"persons": words.number(summary.persons), "count": summary.evaluations, "found": summary.found}
    text = words("trial.sees", **values, outcome=_name(summary.outcome, words), share=share, low=low, high=high)
    wrong = words("trial.wrong_way", count=summary.wrong_way) if summary.wrong_way else ""
    return f"{text} {wrong}".rstrip()


def _what_is_true(found: Sequence[Evaluation], plan: LotteryPlan, summary: Summary, words: Words) -> str:
    effect = summary.effect
    offences = true_effect([one for one in found if one.persons], OFFENCES, plan.crossover > 0)
    outcome = _name(summary.outcome, words)
    if not effect.is_there:
        text = words("trial.true_nothing", outcome=outcome, usual=_level(effect.usual, summary.outcome, words))
    else:
        after = _level(effect.usual + effect.offered, summary.outcome, words)
        usual, change = _level(effect.usual, summary.outcome, words), _change(effect.offered, summary.outcome, words)
        text = words("trial.true_effect", outcome=outcome, change=change, usual=usual, after=after)
    if offences.is_there and offences.usual > 0:
        share = offences.offered / offences.usual
        level = words.number(offences.usual, 2)
        text += " " + words("trial.true_offences", change=words.number(100 * share, 1, signed=True), usual=level)
    if effect.over_draws is not None:
        low, high = (_change(end, summary.outcome, words) for end in effect.over_draws)
        text += " " + words("trial.over_draws", low=low, high=high)
    return text


def _what_it_takes(summary: Summary, words: Words) -> list[str]:
    lines = []
    chance = words.percent(POWER)
    if summary.size is None:
        lines.append(words("trial.needs_nothing"))
    else:
        size = summary.size
        years = words.number(size.years, 0 if size.years >= 10 else 1)
        if size.years > MOST_YEARS_SAID:
            years = words("trial.more_than", number=words.number(MOST_YEARS_SAID))
        values = {"persons": words.number(size.persons), "years": years, "areas": words.number(size.areas)}
        lines.append(words("trial.needs", **values, power=chance, now=words.percent(summary.power)))
    if summary.smallest is None:
        lines.append(words("trial.sees_none", power=chance))
    else:
        points = _change(summary.smallest, summary.outcome, words)
        lines.append(words("trial.smallest", points=points, power=chance))
    return lines


def _content(plan: LotteryPlan, outcome: str, found: Sequence[Evaluation], summary: Summary | None) -> dict[str, Any]:
    """Return everything as plain values: what a register keeps to itself is marked, not left out."""
    known = [one for one in found if one.persons]
    whole = asdict(summary) if summary is not None else None
    if whole is not None and summary is not None:
        whole["effect"]["is_there"] = summary.effect.is_there
    return {
        "design": "lottery",
        "plan": {**asdict(plan), "changes": dict(plan.changes)},
        "outcome": outcome,
        "summary": whole,
        "effects": {
            name: asdict(true_effect(known, name, plan.crossover > 0)) for name in (OFFENCES, REGISTRATIONS, *SHARES)
        },
        "evaluations": [_evaluation(one) for one in found],
    }


def _evaluation(one: Evaluation) -> dict[str, Any]:
    content = asdict(one)
    for name, seen in one.seen.items():
        content["seen"][name] |= {"detected": seen.detected, "suppressed": _suppressed(seen, name)}
    return content
