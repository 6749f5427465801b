"""A decision in words and tables: the verdict first, then what it leans on."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from app.breakeven import break_even_sentence, is_about_the_alliance
from app.figures import line_name
from app.tables import Table, print_whole
from app.words import Words, decimals_for
from results.comparison import FEWEST_DRAWS
from sim.areas import load_area

if TYPE_CHECKING:
    from app.decide import Decision
    from calibration.decisions.break_even import BreakEven
    from calibration.decisions.information import Information
    from calibration.decisions.next_euros import NextEuros
    from calibration.decisions.regret import RegretTable
    from calibration.decisions.study import InDraws
    from results.codebook import Codebook

DIGITS = 3
CENTS = 2
MOST_LINES = 3
"""Lines of the balance that are told of."""

MOST_WORTHS = 8
"""Uncertainties that are told of."""


def print_decision(found: Decision, words: Words) -> None:
    """Print the decision."""
    design = found.design
    titles = titles_of(found, words)
    areas = ", ".join(load_area(area).name for area in design.areas)
    others = _either((titles[each.id] for each in design.scenarios), words)
    print(words("decide.title", options=others))
    print(words("decide.where", areas=areas, years=design.years, percent=words.percent(design.sample, 1)))
    if found.draws is not None:
        for sentence in verdict(found.draws, titles, words):
            print(sentence)
        reference = titles[design.reference]
        print_whole(break_even_table(found.draws.break_even, titles, reference, _codebook(found), words))
        _print_alliance(found, words)
        print_whole(worth_table(found.draws.known, found.draws.part.gains.residents.mean(), words))
    if found.worlds is not None:
        print_whole(regret_table(found.worlds.regret, titles, words))
        print_whole(switch_table(found.worlds.by_switch, found.worlds.part.gains.options, titles, words))
    if found.more is not None:
        print_whole(next_table(found.more, titles[design.scenarios[0].id], words))
    for sentence in _footer(found, words):
        print("\n" + sentence)


def titles_of(found: Decision, words: Words) -> dict[str, str]:
    """Return what the options are called, by id."""
    return {each.id: getattr(each.title, words.language) for each in found.design.scenarios}


def verdict(found: InDraws, titles: dict[str, str], words: Words) -> list[str]:
    """Return in how many futures which option is better, and whether knowing more would change the choice."""
    gains, reference = found.part.gains, found.part.gains.options[0]
    sentences = []
    for option, share in found.better.items():
        place = gains.options.index(option)
        if not gains.euros[:, place].any():
            sentences.append(words("decide.same", option=titles[option], reference=titles[reference]))
            continue
        better, other = (option, reference) if share >= 1 / 2 else (reference, option)
        mean = gains.per_draw()[:, place].mean()
        sentences.append(
            words(
                "decide.better",
                better=titles[better],
                other=titles[other],
                share=words.percent(max(share, 1 - share)),
                euros=words.number(abs(mean), decimals_for(mean, digits=DIGITS, most=CENTS)),
                which=titles[option if mean >= 0 else reference],
            )
        )
    sentences.append(words("decide.best", option=titles[found.best]))
    return [*sentences, _seen(found.known, words)]


def _seen(known: Information, words: Words) -> str:
    """Say whether clearing something up may change the choice."""
    from calibration.decisions.information import FEWEST_DRAWS as FEWEST_FITTED

    if known.draws < FEWEST_FITTED:
        return words("decide.not_looked", fewest=FEWEST_FITTED)
    return words("decide.something_seen" if known.seen else "decide.nothing_seen")


def break_even_table(
    known: Mapping[str, BreakEven], titles: Mapping[str, str], reference: str, codebook: Codebook, words: Words
) -> Table | None:
    """Return what must be true for every option to be worth as much as the reference; nothing without a balance.

    Args:
        known: by option what must be true.
        titles: what the options are called.
        reference: what the reference is called.
        codebook: names the lines of the balance.
        words: the language.
    """
    rows: list[list[str]] = []
    for option, one in known.items():
        rows += [[titles[option]], *break_even_rows(one, codebook, words)]
    if not rows:
        return None
    headings = [words("decide.what"), words("decide.how_much")]
    return Table(
        words("decide.break_even_title", reference=reference), headings, rows, [words("decide.break_even_note")]
    )


def break_even_rows(one: BreakEven, codebook: Codebook, words: Words) -> list[list[str]]:
    """Return what must be true of one option: a name and a value in every row."""
    rows = [[words("decide.net"), words.number(one.net, _decimals(one.net), signed=True)]]
    rows.append([words("decide.gains_times"), _times(one.gains_times, words)])
    rows.append([words("decide.costs_times"), _times(one.costs_times, words)])
    for line in one.lines[:MOST_LINES]:
        name = line_name(codebook.outcome(line.outcome), words)
        euros = words.number(line.per_resident, _decimals(line.per_resident), signed=True)
        rows.append([words("decide.line", line=name, euros=euros), _times(line.factor, words)])
    return rows


def _print_alliance(found: Decision, words: Words) -> None:
    *options, reference = found.design.scenarios
    if any(is_about_the_alliance(each, reference) for each in options):
        print("\n" + break_even_sentence(words))


def worth_table(known: Information, residents: float, words: Words) -> Table:
    """Return what knowing is worth, per resident and for the area."""
    rows = [[words("decide.everything"), *_euros(known.everything, residents, words)]]
    for one in known.seen[:MOST_WORTHS]:
        name = thing_name(one.name, words.language)
        if one.turns_at is not None:
            name += " " + words("decide.turns_at", value=_value(one.turns_at, words))
        rows.append([name, *_euros(one.euros, residents, words)])
    notes = [words("decide.worth_note", draws=known.draws)]
    if not known.seen:
        notes.insert(0, _seen(known, words))
    headings = [words("decide.uncertainty"), words("decide.per_resident"), words("decide.for_area")]
    return Table(words("decide.worth_title"), headings, rows, notes)


def thing_name(name: str, language: str) -> str:
    """Return what a parameter or a group of them is called."""
    from calibration.groups import groups
    from sim.parameters import declared_parameters

    if name in groups():
        return groups()[name].name(language)
    return str(getattr(declared_parameters()[name].description, language))


def regret_table(regret: RegretTable, titles: Mapping[str, str], words: Words) -> Table:
    """Return regrets by option, over the worlds that are built differently."""
    values = [value for one in regret.options for value in (one.mean_gain, one.worst_regret)]
    decimals = _decimals(*values)
    rows = [
        [
            titles[one.option],
            words.number(one.mean_gain, decimals, signed=True),
            words.number(one.mean_regret, decimals),
            words.number(one.worst_regret, decimals),
            words.number(one.best_in, 0 if one.best_in == round(one.best_in) else 1),
        ]
        for one in regret.options
    ]
    names = ("option", "mean_gain", "mean_regret", "worst_regret", "best_in")
    if len(regret.choice) == len(regret.options):
        choice = words("decide.choice_none")
    else:
        choice = words("decide.choice", option=_either((titles[each] for each in regret.choice), words))
    headings = [words(f"decide.{name}", worlds=regret.worlds) for name in names]
    title = words("decide.regret_title", worlds=regret.worlds)
    return Table(title, headings, rows, [choice, words("decide.regret_note")])


def switch_table(
    by_switch: Mapping[tuple[str, bool], Sequence[float]],
    options: Sequence[str],
    titles: Mapping[str, str],
    words: Words,
) -> Table:
    """Return what every option is worth in the worlds that are built one way, and in those built the other.

    Args:
        by_switch: by switch and way (second or not) the mean worth of every option.
        options: ids of the options, the reference first.
        titles: what they are called.
        words: the language.
    """
    decimals = _decimals(*(value for means in by_switch.values() for value in means))
    rows = [
        [
            words(f"decide.{switch}_{'second' if second else 'first'}"),
            *(words.number(value, decimals, signed=True) for value in means[1:]),
        ]
        for (switch, second), means in by_switch.items()
    ]
    headings = [words("decide.worlds_with"), *(titles[option] for option in options[1:])]
    title = words("decide.switch_title", reference=titles[options[0]])
    return Table(title, headings, rows, [words("decide.switch_note")])


def next_table(more: list[NextEuros], scenario: str, words: Words) -> Table:
    """Return what 100,000 euros a year more does in each line."""
    from calibration.decisions.next_euros import EUROS
    from sim.programme.catalogue import LINE_BY_NAME

    rows = []
    for one in more:
        line = LINE_BY_NAME[one.line]
        rows.append(
            [
                line.nl if words.language == "nl" else line.en,
                words.percent(one.spent),
                words.number(one.posts, 1),
                words.number(one.vacant, 1),
                words.number(one.places, 1),
                words.number(one.idle),
                words.number(one.per_euro, CENTS, signed=True) + _chance(one.plain, words),
                words.number(one.youths, CENTS, signed=True) + _chance(one.plain_youths, words),
            ]
        )
    names = ("line_of_money", "spent", "posts", "vacant", "places", "idle", "per_euro", "suspects")
    title = words("decide.next_title", euros=words.number(EUROS), scenario=scenario)
    return Table(title, [words(f"decide.{name}") for name in names], rows, [words("decide.next_note")])


def _footer(found: Decision, words: Words) -> list[str]:
    sentences = []
    parts = [part.part for part in (found.draws, found.worlds) if part is not None]
    dropped = sum(part.gains.dropped for part in parts)
    if found.failed or dropped:
        sentences.append(words("decide.dropped", failed=found.failed, dropped=dropped))
    if found.draws is not None and len(found.draws.part.gains.draws) < FEWEST_DRAWS:
        sentences.append(words("footer.few", fewest=FEWEST_DRAWS))
    if len(found.design.areas) > 1:
        sentences.append(words("decide.next_one_area"))
    return [*sentences, words("footer.no_forecast")]


def _codebook(found: Decision) -> Codebook:
    from results.codebook import Codebook
    from scenarios.codebook import build_codebook

    return Codebook.from_content(build_codebook(found.design.scenarios, found.design.areas))


def _either(names: Iterable[str], words: Words) -> str:
    return f" {words('decide.or')} ".join(names)


def _chance(plain: bool, words: Words) -> str:
    return "" if plain else f" {words('decide.chance_mark')}"


def _times(factor: float, words: Words) -> str:
    if math.isnan(factor):
        return words("decide.no_costs")
    if math.isinf(factor):
        return words("decide.no_gains")
    if not factor:
        return words("decide.not_for_nothing")
    return words("decide.times", factor=words.number(factor, decimals_for(factor, digits=2)))


def _euros(per_resident: float, residents: float, words: Words) -> list[str]:
    return [
        words.number(per_resident, decimals_for(per_resident, digits=DIGITS, most=CENTS)),
        words.number(per_resident * residents),
    ]


def _value(value: float, words: Words) -> str:
    return words.number(value, decimals_for(value, digits=DIGITS))


def _decimals(*values: float) -> int:
    return decimals_for(*values, digits=DIGITS, most=CENTS)
