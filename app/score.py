"""Scores a frozen forecast with new figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.settings import DONE, RequestError, Settings
from app.tables import print_json, print_table
from app.validate import new_file, write_file
from app.words import Words

if TYPE_CHECKING:
    from calibration.forecasts.frozen import Frozen
    from calibration.forecasts.scoring import Scored, Summary

FORMATS = (".csv", ".json")
DIGITS = 3


def score(settings: Settings, file: str, forecast: str | None, to: str | None, overwrite: bool, as_json: bool) -> int:
    """Read new figures, hold them beside a frozen forecast and print the scores.

    Raises:
        RequestError: when the figures or the request are wrong.
    """
    from calibration.forecasts.figures import FigureError, read_figures
    from calibration.forecasts.scoring import score_figures, summaries

    words = settings.words
    target = new_file(to, FORMATS, overwrite, words)
    frozen = _frozen(forecast, words)
    try:
        scored = score_figures(frozen, read_figures(Path(file), frozen))
    except FigureError as error:
        raise RequestError(words(f"score.{error.code}", **error.details)) from None
    found = summaries(scored)
    content = _content(frozen, scored, found)
    if target is not None:
        write_file(target, content, content["figures"], words)
    if as_json:
        print_json(content)
        return DONE
    _print(frozen, scored, found, words)
    return DONE


def _frozen(name: str | None, words: Words) -> Frozen:
    from calibration.forecasts.frozen import FrozenError, frozen_names, read_frozen

    names = frozen_names()
    if not names:
        raise RequestError(words("score.none_frozen"))
    if name is not None and name not in names:
        raise RequestError(words("score.unknown_forecast", found=name, allowed=", ".join(names)))
    try:
        return read_frozen(name or names[-1])
    except FrozenError:
        raise RequestError(words("score.changed", found=name or names[-1])) from None


def _content(frozen: Frozen, scored: Sequence[Scored], found: Sequence[Summary]) -> dict[str, Any]:
    figures = []
    for one in scored:
        row = asdict(one)
        quantiles = row.pop("quantiles")
        figures.append(row | {f"q{number:02d}": value for number, value in quantiles.items()})
    return {
        "schema": 1,
        "forecast": frozen.name,
        "frozen": {name: frozen.facts[name] for name in ("date", "commit", "sha256", "fingerprint", "posterior")},
        "summary": [asdict(one) for one in found],
        "figures": figures,
    }


def _print(frozen: Frozen, scored: Sequence[Scored], found: Sequence[Summary], words: Words) -> None:
    from sim.areas import load_area
    from sim.outcomes import OUTCOMES

    def named(outcome: str) -> str:
        return str(getattr(OUTCOMES[outcome], f"name_{words.language}"))

    print(words("score.title", name=frozen.name, date=frozen.facts["date"]))
    lines = [
        [
            load_area(one.area).name,
            named(one.outcome),
            str(one.year),
            shown(one.value, words),
            shown(one.quantiles[50], words),
            words("compare.to", low=shown(one.quantiles[5], words), high=shown(one.quantiles[95], words)),
            *(shown(value, words) for value in (one.crps, one.crps_national, one.crps_last)),
        ]
        for one in scored
    ]
    names = ("area", "outcome", "year", "figure", "forecast", "interval", "crps", "national", "last")
    print_table([words(f"score.{name}") for name in names], lines, right=range(2, len(names)))
    print("\n" + words("score.together"))
    totals = [
        [
            words("score.all") if one.outcome == "all" else named(one.outcome),
            str(one.figures),
            words.percent(one.covered_50),
            words.percent(one.covered_90),
            *(_skill(value, words) for value in (one.skill_national, one.skill_last)),
        ]
        for one in found
    ]
    heads = ("outcome", "figures", "covered_50", "covered_90", "skill_national", "skill_last")
    print_table([words(f"score.{name}") for name in heads], totals, right=range(1, len(heads)))
    print(words("score.note"))


def _skill(value: float | None, words: Words) -> str:
    return words("compare.nothing") if value is None else words.number(value, 2)


def shown(value: float, words: Words) -> str:
    """Return a number with three digits that matter."""
    text = f"{abs(value):.{DIGITS}g}"
    return words.number(value, 0 if "e" in text else len(text.partition(".")[2]))
