"""The page on what decides (``docs/sensitivity.md``), with its chart, made from the tables of the analysis."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from calibration.groups import groups
from calibration.kept_tables import packaged_table
from calibration.sensitivity.questions import RACES, difference
from calibration.sensitivity.tables import GROUP, PARAMETER, RACE, SCREENING, VARIANCE, Row
from calibration.sensitivity.variance import OTHER
from scenarios.catalogue import load_scenario
from sim.areas import load_area
from sim.outcomes import OUTCOMES
from sim.parameters import declared_parameters

CHART = "images/sensitivity.svg"
CHARTED = ("integrated_balance", "preventie_met_gezag_suspects", "preventie_met_gezag_latent")
"""Differences that stand in the chart."""

INTRODUCTION = """\
# What decides: sensitivity of differences

Made from `calibration/sensitivity.csv`, `variance.csv` and `sensitivity_lines.csv` by `python -m app.documents`; the
tables by `python -m calibration.sensitivity`. Do not edit this page.

A figure that is uncertain need not make a *choice* uncertain: most doubts push both scenarios the same way. So what is
asked here is which doubts move the **difference** between two scenarios. Every uncertain parameter of the model takes
part, in groups; chance is a group of its own. *Een onzeker cijfer maakt een keuze nog niet onzeker: de meeste twijfels
duwen beide scenario's dezelfde kant op. Daarom staat hier welke twijfels het* verschil *tussen twee scenario's
bewegen. Alle onzekere parameters doen mee, in groepen; toeval is een groep apart.*

How to read it. **Effect** (Morris): how far the difference moves, on average, when everything in the group goes from
one end of its doubt to the other while the rest is anywhere; with half the width of its 95% interval. **Share**
(Sobol, total): the part of the variance of the difference in which the group takes part. Shares may add up to more
than 100%, where groups work together, and an estimate may fall outside 0 to 100%: the interval is wide because worlds
are few. A share smaller than its interval cannot be told from nothing. *Effect: hoeveel het verschil beweegt als alles
in de groep van het ene naar het andere uiterste gaat. Aandeel: het deel van de spreiding waarin de groep meespeelt.
Een aandeel dat kleiner is dan zijn marge is niet van niets te onderscheiden.*
"""

LIMITS = """\
## Limits

Prior distributions go from their 5th to their 95th percentile, fitted parameters through the rows of the posterior,
each by itself: what moves together there moves apart here. What one area deviates from the country is left out. One
area, and the answer need not be the same in another. Judgement about how things work, rather than about numbers, is in
the thirty-two worlds of `wijklab decide`. *Eén gebied: elders kan het anders liggen. Twijfel over hoe dingen werken,
en niet over getallen, staat in de tweeëndertig werelden van `wijklab decide`.*
"""

HEADINGS = {
    "integrated_balance": ("Does the integrated way pay?", "Loont integraal werken?"),
    "preventie_met_gezag_suspects": (
        "What Preventie met gezag does: suspects",
        "Wat Preventie met gezag doet: verdachten",
    ),
    "preventie_met_gezag_latent": (
        "What Preventie met gezag does: offending, registered or not",
        "Wat Preventie met gezag doet: delicten plegen, geregistreerd of niet",
    ),
    "preventie_met_gezag_repeat": (
        "What Preventie met gezag does: repeat offending",
        "Wat Preventie met gezag doet: herhaald delictgedrag",
    ),
    "ahead_suspects": (
        "How far Preventie met gezag is ahead of the best other line: suspects",
        "Hoe ver Preventie met gezag voorligt op de beste andere lijn: verdachten",
    ),
    "ahead_repeat": (
        "How far Preventie met gezag is ahead of the best other line: repeat offending",
        "Hoe ver Preventie met gezag voorligt op de beste andere lijn: herhaald delictgedrag",
    ),
}


def made() -> bool:
    """Return whether the tables are there to make the page of."""
    return all(packaged_table(name) for name in (SCREENING, VARIANCE, RACE))


def page() -> str:
    """Return the page.

    Raises:
        ValueError: when the tables have not been made.
    """
    if not made():
        raise ValueError("the tables are not there: python -m calibration.sensitivity makes them")
    parts = [INTRODUCTION, _standing(), f"![Effects by group]({CHART})\n"]
    parts += [_section(name) for name in HEADINGS]
    return "\n".join([*parts, _race(), LIMITS])


def _standing() -> str:
    row = packaged_table(SCREENING)[0]
    area, sample = load_area(row["area"]).name, f"{float(row['sample']):.0%}"
    points = {(each["question"], each["points"], each["failed"]) for each in packaged_table(SCREENING)}
    closer = {(each["question"], each["points"], each["failed"]) for each in packaged_table(VARIANCE)}
    worlds, failed = (sum(int(each[place]) for each in [*points, *closer]) for place in (1, 2))
    return (
        f"{area}, {sample} of the streets, years: {row['years']}; {worlds} worlds, of which {failed} failed (offending "
        "that feeds on itself is refused) and were left out with all that belongs to them. "
        f"*{area}, {sample} van de straten, jaren: {row['years']}; {worlds} werelden, waarvan {failed} mislukt en met "
        f"alles wat erbij hoort weggelaten.* Made {row['date']} with draws from: {row['posterior']}.\n"
    )


def _section(name: str) -> str:
    rows = [row for row in packaged_table(SCREENING) if row["difference"] == name]
    one, title = difference(name), HEADINGS[name]
    outcome = OUTCOMES[one.outcome]
    scenario, reference = (load_scenario(each).title for each in (one.scenario, one.reference))
    better = f"{float(rows[0]['better']):.0%}"
    text = [f"## {title[0]}\n", f"*{title[1]}*\n"]
    if one.best_of:
        text.append(
            f"{outcome.name_en}: {scenario.en} is further ahead than every other line in {better} of the worlds. "
            f"*{outcome.name_nl}: {scenario.nl} helpt meer dan elke andere lijn in {better} van de werelden.*\n"
        )
    else:
        text.append(
            f"{outcome.name_en}: {scenario.en} is better than {reference.en} in {better} of the worlds; in the middle "
            f"the difference is {_short(rows[0]['middle'])} {outcome.unit_en}. *{outcome.name_nl}: {scenario.nl} is "
            f"beter dan {reference.nl} in {better} van de werelden; middelste verschil {_short(rows[0]['middle'])}.*\n"
        )
    shares = {
        row["thing"]: row for row in packaged_table(VARIANCE) if row["difference"] == name and row["kind"] == GROUP
    }
    cells = [
        (_name(row["group"]), f"{_short(row['effect'])} ± {_short(row['error'])}", _share(shares.get(row["group"])))
        for row in rows
    ]
    if OTHER in shares:
        cells.append(("all other groups together *(alle andere groepen samen)*", "", _share(shares[OTHER])))
    text.append(_table(("group", "effect", "share of the variance"), cells))
    single = [row for row in packaged_table(VARIANCE) if row["difference"] == name and row["kind"] == PARAMETER]
    if shares:
        text.append(_singles(single))
    return "\n".join(text)


def _singles(rows: Sequence[Row]) -> str:
    if not rows:
        return (
            "No single parameter stands out from chance in these worlds. "
            "*Geen enkele parameter steekt in deze werelden boven toeval uit.*\n"
        )
    listed = [
        f"{declared_parameters()[row['thing']].description.en} (`{row['thing']}`, {float(row['correlation']):+.2f}; "
        f"*{declared_parameters()[row['thing']].description.nl}*)"
        for row in rows
    ]
    return "Single parameters that stand out from chance, with their rank correlation: " + "; ".join(listed) + ".\n"


def _race() -> str:
    text = [
        "## Which line helps youths most?\n",
        "*Welke lijn helpt jongeren het meest?* Every line by itself against no programme. **Helps most**: the share "
        "of the worlds in which it lowers the outcome more than any other line; where none does, nobody wins.\n",
    ]
    for outcome in RACES:
        known = OUTCOMES[outcome]
        cells = [
            (
                f"{load_scenario(row['line']).title.en} *({load_scenario(row['line']).title.nl})*",
                f"{_short(row['middle'])} ({_short(row['low'])} to {_short(row['high'])})",
                f"{float(row['best']):.0%}",
            )
            for row in packaged_table(RACE)
            if row["outcome"] == outcome
        ]
        text.append(f"{known.name_en}, {known.unit_en}. *{known.name_nl}.*\n")
        text.append(_table(("line", "difference (90% of the worlds)", "helps most"), cells))
    return "\n".join(text)


def _name(group: str) -> str:
    return f"{groups()[group].en} *({groups()[group].nl})*"


def _share(row: Row | None) -> str:
    return "" if row is None else f"{float(row['total']):.0%} ± {float(row['total_error']):.0%}"


def _short(number: str) -> str:
    text = f"{float(number):.3g}"
    return "0" if text == "-0" else text


def _table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cells) + " |"

    return "\n".join([line(head), line(["---"] * len(head)), *map(line, lines)]) + "\n"


# --- the chart

WIDTH, ROW, HEAD, MARGIN, LEFT = 860, 20, 46, 16, 330
"""Width of the drawing, height of a bar with its room, of the heading of a panel, room around, where bars begin."""

INK, SOFT, BLUE, GREY = "#1b1b1b", "#4f4f4f", "#154273", "#8a8a8a"
FONT = "font-family='Segoe UI, Helvetica, Arial, sans-serif'"
TITLE = "How far each group of doubts moves a difference between scenarios; chance in grey"


def svg() -> str:
    """Return the chart: a panel per difference, a bar per group with its interval; the longest fills the panel."""
    panels = [(name, [row for row in packaged_table(SCREENING) if row["difference"] == name]) for name in CHARTED]
    height = 2 * MARGIN + sum(HEAD + ROW * len(rows) for _, rows in panels)
    told = "; ".join(f"{HEADINGS[name][0]} {_name_plain(rows[0]['group'])} moves it most" for name, rows in panels)
    lines = [
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {height}' role='img' "
        f"aria-labelledby='sensitivity-title sensitivity-text' {FONT}>",
        f"<title id='sensitivity-title'>{TITLE}</title>",
        f"<desc id='sensitivity-text'>{escape(told)}</desc>",
        f"<rect width='{WIDTH}' height='{height}' fill='#fff'/>",
    ]
    top = MARGIN
    for name, rows in panels:
        lines += _panel(name, rows, top)
        top += HEAD + ROW * len(rows)
    return "\n".join([*lines, "</svg>"]) + "\n"


def _panel(name: str, rows: Sequence[Row], top: int) -> list[str]:
    unit = OUTCOMES[difference(name).outcome].unit_en
    lines = [_text(MARGIN, top + 22, 16, f"{HEADINGS[name][0]} ({unit})", BLUE)]
    longest = max(float(row["effect"]) + float(row["error"]) for row in rows) or 1.0
    for place, row in enumerate(rows):
        y = top + HEAD - 8 + place * ROW
        effect, error = (
            (WIDTH - LEFT - 6 * MARGIN) * float(row[key]) / longest for key in ("effect", "error")
        )  # fmt: skip
        colour = GREY if row["group"] == "chance" else BLUE
        ends = (LEFT + max(effect - error, 0.0), LEFT + effect + error)
        lines += [
            _text(MARGIN, y + 11, 13, _name_plain(row["group"]), INK),
            f"<rect x='{LEFT}' y='{y}' width='{effect:.1f}' height='13' fill='{colour}'/>",
            f"<path d='M{ends[0]:.1f} {y + 6.5} H{ends[1]:.1f}' stroke='{INK}' stroke-width='1.5'/>",
            _text(int(ends[1]) + 6, y + 11, 12, _short(row["effect"]), SOFT),
        ]
    return lines


def _name_plain(group: str) -> str:
    return groups()[group].en


def _text(x: int, y: int, size: int, text: str, colour: str) -> str:
    return f"<text x='{x}' y='{y}' font-size='{size}' fill='{colour}'>{escape(text)}</text>"
