"""The pages on Preventie met gezag, in plain Dutch and in English: what the model can say, and what it cannot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.documents.fill import filled
from app.words import Words, decimals_for
from calibration import gezag
from sim.areas import load_area
from sim.outcomes import OUTCOMES

Row = Mapping[str, str]

YOUTHS = (
    ("registered_suspects_12_24_per_10k", "place"), ("latent_offending_12_17_share", "place"),
    ("latent_offending_12_17_share", "exposed"), ("youths_repeat_share", "place"), ("youths_hardened_share", "place"),
    ("new_hardened", "place"), ("drug_market_recruits", "place"), ("early_school_leavers_share", "place"),
)  # fmt: skip
NEIGHBOURHOOD = (
    ("registered_crimes_per_1000", "place"), ("crimes_per_1000", "place"), ("victims_share", "place"),
    ("feels_unsafe_share", "place"),
)  # fmt: skip
HARM = (
    ("police_stops_per_1000", "place"), ("trust_youths_mean", "place"), ("formally_processed_minors", "place"),
    ("custody_days", "place"), ("enrolled_not_offending_share", "place"), ("programme_posts_from_elsewhere", "place"),
)  # fmt: skip
BALANCE = "npv_society_per_resident"
SURE = 0.9
"""Share of better futures from which a direction is called clear, and below one less it, the other direction."""

NOUGHT = 1e-6
NAMED = {
    "programme_posts_from_elsewhere": {
        "nl": "Mensen op posten van het programma die andere gebieden of diensten missen",
        "en": "People in posts of the programme whom other areas or services go without",
    }
}
"""Names that hold outside the list of outcomes, where one line leans on the line before it."""

LIKELY_NOT = 0.2
"""Share of futures with a balance above nought below which it is called unlikely to pay for itself."""

SPENT_IN = gezag.SHOWN_YEARS[1]
LAST = gezag.SHOWN_YEARS[-1]
NAMES = OUTCOMES


def page(language: str = "nl") -> str:
    """Return the whole page in a language."""
    words = Words(language)
    rows = [row for row in gezag.packaged() if row["area"] == "all"]
    parts = ("spent", "budget", "idle", "replacing_regular")
    spent, budget, idle, replacing = (_found(rows, f"programme_euros_{name}", "place", SPENT_IN) for name in parts)
    balance = _found(rows, BALANCE, "people", LAST) or _found(rows, BALANCE, "place", LAST)
    assert spent
    assert budget
    assert balance
    return filled(
        f"preventie_met_gezag_{language}",
        draws=rows[0]["draws"],
        areas=_joined([load_area(name).name for name in gezag.AREAS], language),
        sample=words.percent(gezag.SAMPLE),
        years=gezag.YEARS,
        last=LAST,
        spent_in=SPENT_IN,
        headings=_headings(language),
        youths=[_line(rows, *one, words) for one in YOUTHS],
        neighbourhood=[_line(rows, *one, words) for one in NEIGHBOURHOOD],
        harm=[_line(rows, *one, words) for one in HARM],
        spent_share=words.percent(float(spent["difference"]) / float(budget["difference"])),
        idle_share=words.percent(_part(idle, spent)),
        replacing_share=words.percent(_part(replacing, spent)),
        balance=_amount(balance, words),
        balance_better=words.percent(float(balance["share_better"])),
        pays="unlikely" if float(balance["share_better"]) < LIKELY_NOT else "unknown",
        burdens=[
            _name(name, view, words, unit=False) for name, view in HARM[:1] + HARM[4:5] if _is_more(rows, name, view)
        ],
        clear=[
            _name(name, view, words, unit=False)
            for name, view in (*YOUTHS, *NEIGHBOURHOOD)
            if _is_clear(rows, name, view)
        ],
        sure=words.percent(SURE),
    )


def english() -> str:
    """Return the page in English."""
    return page("en")


def _joined(names: Sequence[str], language: str) -> str:
    return f"{', '.join(names[:-1])} {'en' if language == 'nl' else 'and'} {names[-1]}"


def _found(rows: Sequence[Row], outcome: str, view: str, year: int) -> Row | None:
    return next((row for row in rows if (row["outcome"], row["view"], int(row["year"])) == (outcome, view, year)), None)


def _part(part: Row | None, whole: Row) -> float:
    return float(part["difference"]) / float(whole["difference"]) if part else 0.0


def _amount(row: Row, words: Words) -> str:
    low, middle, high = (words.number(float(row[name]), signed=True) for name in ("low", "difference", "high"))
    return words("compare.to", low=low, high=high).join((f"{middle} (", ")"))


def _headings(language: str) -> list[str]:
    if language == "nl":
        return ["wat", "zonder programma", f"verschil in {LAST}", "90%-interval", "in procenten", "beter in"]
    return ["what", "without the programme", f"difference in {LAST}", "90% interval", "in per cent", "better in"]


def _line(rows: Sequence[Row], outcome: str, view: str, words: Words) -> tuple[str, ...]:
    row = _found(rows, outcome, view, LAST)
    if row is None:
        raise KeyError(f"the table has no row of {outcome}, {view}, {LAST}")
    reference, difference, low, high = (float(row[name]) for name in ("reference_value", "difference", "low", "high"))
    share = NAMES[outcome].unit_en.startswith("share")
    scale, digits = (100.0, 2) if share else (1.0, decimals_for(difference, low, high, digits=2))
    relative = words.percent(difference / reference, 1) if _has_share(outcome, reference) else ""
    better = words.percent(float(row["share_better"])) if row["share_better"] else ""

    def number(value: float, signed: bool = True, places: int = digits) -> str:
        return words.number(scale * value, places, signed) + (" pp" if share and signed else "%" if share else "")

    shown: Any = number(reference, False, 1 if share else decimals_for(reference, digits=3))
    between = words("compare.to", low=number(low), high=number(high))
    return _name(outcome, view, words), shown, number(difference), between, relative, better


def _has_share(outcome: str, reference: float) -> bool:
    """Return whether a difference as a share of the reference means something: not beside nought, not of deviations."""
    return abs(reference) > NOUGHT and not NAMES[outcome].unit_en.startswith("standard deviations")


def _name(outcome: str, view: str, words: Words, unit: bool = True) -> str:
    one = NAMES[outcome]
    name = NAMED.get(outcome, {}).get(words.language) or (one.name_nl if words.language == "nl" else one.name_en)
    if unit and not one.unit_en.startswith("share"):
        name += f", {one.unit_nl if words.language == 'nl' else one.unit_en}"
    grown = {"nl": "wie er opgroeide", "en": "who grew up there"}[words.language]
    return f"{name} ({grown})" if view == "exposed" else name


def _is_clear(rows: Sequence[Row], outcome: str, view: str) -> bool:
    row = _found(rows, outcome, view, LAST)
    return bool(row and row["share_better"] and float(row["share_better"]) >= SURE)


def _is_more(rows: Sequence[Row], outcome: str, view: str) -> bool:
    row = _found(rows, outcome, view, LAST)
    return bool(row and float(row["low"]) > 0)
