"""The break-even of the alliance: what an improvement of each kind is worth, and from where the alliance pays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.settings import DONE, Settings
from app.tables import print_json, print_table
from app.words import Words

if TYPE_CHECKING:
    from calibration.breakeven import BreakEven

INTEGRATED = "programme.alliantie.integrated"


def list_break_even(settings: Settings, as_json: bool) -> int:
    """Print the packaged break-even table."""
    from calibration.breakeven import break_even, packaged

    words, found = settings.words, break_even(packaged())
    if as_json:
        print_json([_content(one) for one in found])
        return DONE
    levels = sorted({level for one in found for level in one.gains if level})
    cells = [
        [
            words(f"breakeven.{one.channel}"),
            *(words.number(one.gains[level], signed=True) for level in levels),
            _pays(one, words),
        ]
        for one in found
    ]
    print(words("breakeven.title", cost=words.number(found[0].cost)))
    headings = [words("breakeven.channel"), *(words("breakeven.gain", level=words.percent(level)) for level in levels)]
    print_table([*headings, words("breakeven.pays")], cells, right=tuple(range(1, len(levels) + 2)))
    print(words("breakeven.note"))
    return DONE


def _content(one: BreakEven) -> dict[str, Any]:
    return {
        "channel": one.channel,
        "gain_per_resident": {f"{level:g}": gain for level, gain in one.gains.items()},
        "cost_per_resident": one.cost,
        "pays_from": one.at,
    }


def _pays(one: BreakEven, words: Words) -> str:
    if one.at is None:
        return words("breakeven.never", level=words.percent(max(one.gains)))
    return words("breakeven.from", level=words.percent(one.at))


def break_even_sentence(words: Words) -> str:
    """Return the headline of a comparison of integrated with fragmented work."""
    from calibration.breakeven import EVERYTHING, break_even, packaged

    one = next(each for each in break_even(packaged()) if each.channel == EVERYTHING)
    if one.at is None:
        return words("breakeven.headline_never", cost=words.number(one.cost), level=words.percent(max(one.gains)))
    return words("breakeven.headline", cost=words.number(one.cost), level=words.percent(one.at))


def is_about_the_alliance(scenario: Any, reference: Any) -> bool:
    """Return whether two scenarios differ in working as one alliance."""
    return bool(scenario.levers.get(INTEGRATED) != reference.levers.get(INTEGRATED))
