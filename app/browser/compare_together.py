"""What the comparison tells of all scenarios at once."""

from __future__ import annotations

from collections.abc import Sequence

import solara

from app.browser import session
from app.browser.compare_charts import LEVEL, WHATS, small_chart
from app.browser.compare_effects import counts_sentence, effect_in, sentence
from app.browser.compare_money import beside_table
from app.browser.compare_shared import (
    PLACE_OR_PEOPLE,
    Computed,
    Event,
    outcome_field,
    pressed,
    section,
    title_of,
    view_field,
    year_field,
)
from app.browser.compare_sides import Known, Side
from app.browser.compare_tables import MAIN, headline_table
from app.browser.parts import Chart, Form, Markup, Paragraph, TableOf
from app.browser.templates import fill
from app.browser.told import HEADLINES, shown_view
from app.tables import Table
from scenarios.live.summary import live_codebook


@solara.component
def Together(sides: Sequence[Side], there: Known) -> None:  # noqa: N802
    """Show the sentences, the main outcomes, the charts and the balances.

    Args:
        sides: the scenarios.
        there: the answers that are there, one at least.
    """
    with section("plain"):
        _Plain(sides, there)
    with section("main"):
        _Main(sides, there)
    with section("over_years"):
        _Charts(sides, there)
    with section("money"):
        _Balances(sides, there)


@solara.component
def _Plain(sides: Sequence[Side], there: Known) -> None:  # noqa: N802
    visit, words = session.visit.value, session.words()
    codebook = live_codebook(visit.area)
    outcome = codebook.outcome(visit.outcome)
    year = solara.use_reactive(visit.last_year)
    fields = [outcome_field(), view_field(outcome.views), year_field(year.value)]
    Form(name="plain", label=words("side_by_side.plain"), fields=fields, event_press=lambda event: pressed(event, year))
    told = []
    for side in sides:
        if side.key not in there:
            continue
        summary = there[side.key]
        effect = effect_in(summary, outcome, shown_view(outcome, visit.view), year.value)
        said = words("side_by_side.not_counted", year=year.value) if effect is None else sentence(effect, words)
        main = [effect_in(summary, one, shown_view(one, "place"), year.value) for one in map(codebook.outcome, MAIN)]
        told.append((side.title, said, counts_sentence([one for one in main if one is not None], words)))
    Markup(fill("compare_plain.html.jinja", words, sentences=told))


@solara.component
def _Main(sides: Sequence[Side], there: Known) -> None:  # noqa: N802
    visit, words = session.visit.value, session.words()
    year = solara.use_reactive(visit.last_year)
    every = solara.use_reactive(False)

    def press(event: Event) -> None:
        pressed(event, year)
        if event["id"] == "every":
            every.set(bool(event["value"]))

    checkbox = {"id": "every", "kind": "checkbox", "label": words("side_by_side.every"), "value": every.value}
    fields = [view_field(PLACE_OR_PEOPLE), year_field(year.value), checkbox]
    Form(name="headline", label=words("side_by_side.main"), fields=fields, event_press=press)
    table = headline_table(sides, there, year.value, visit.view, every.value, live_codebook(visit.area), words)
    TableOf(table, words, file=f"wijklab-{visit.area}-naast-elkaar", texts=True)


@solara.component
def _Charts(sides: Sequence[Side], there: Known) -> None:  # noqa: N802
    visit, words = session.visit.value, session.words()
    codebook = live_codebook(visit.area)
    what = solara.use_reactive(LEVEL)
    year = solara.use_reactive(visit.last_year)

    def press(event: Event) -> None:
        pressed(event, year)
        if event["id"] == "what" and event["value"] in WHATS:
            what.set(event["value"])

    options = [{"value": one, "label": words(f"side_by_side.what_{one}")} for one in WHATS]
    label = words("side_by_side.what")
    choice = {"id": "what", "kind": "select", "label": label, "options": options, "value": what.value}
    more = {**outcome_field(), "label": words("side_by_side.one_more")}
    Form(name="multiples", label=words("side_by_side.over_years"), fields=[choice, more], event_press=press)
    Paragraph(words("side_by_side.level_note"), "quiet")
    reference = title_of(visit.reference)
    with solara.v.Html(tag="div", class_="multiples"):
        for name in dict.fromkeys((*HEADLINES, visit.outcome)):
            spec = small_chart(sides, there, codebook.outcome(name), what.value, visit, reference, words)
            Chart(spec, words).key(f"chart-{name}")


@solara.component
def _Balances(sides: Sequence[Side], there: Known) -> None:  # noqa: N802
    visit, words = session.visit.value, session.words()

    def make() -> list[Table]:
        found = beside_table(sides, there, visit.area, words)
        return [] if found is None else [found]

    depends = [tuple((side.key, side.title, side.key in there) for side in sides), words.language]
    Computed(make, depends, f"wijklab-{visit.area}-kosten-baten", 3, texts=True)
