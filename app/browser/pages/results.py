"""The page of stored results: open a batch, filter, chart, and take tables and reports along."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import solara

from app.browser import session
from app.browser.parts import Chart, Form, Heading, Markup, Paragraph, Status, TableOf
from app.browser.results_choices import can_compare, filter_fields, open_checked, values_of
from app.browser.results_files import (
    FORMATS,
    MEGABYTE,
    TABLES,
    Made,
    Wish,
    command_for,
    make_report,
    make_table,
    rows_wanted,
    shapes,
)
from app.browser.results_stores import Opened, stored_names
from app.browser.results_told import (
    Asked,
    chart_specs,
    compared,
    comparison_table,
    facts,
    shown_outcomes,
    usual,
)
from app.browser.results_work import use_work
from app.browser.templates import fill
from sim.fingerprint import fingerprint

if TYPE_CHECKING:
    import pandas as pd

    from app.browser.results_stores import RefusedError
    from app.browser.speech import Speech

NONE = ""
REPORT = "report"

Event = Mapping[str, Any]


@solara.component_vue("../vue/deliver.vue", vuetify=False)
def _Deliver(name: str, type: str, content: str, event_delivered: Callable[[Event], None]) -> None:  # noqa: N802
    """Gives a file, as base64, to whoever looks at the page."""


@solara.component
def ResultsPage() -> None:  # noqa: N802
    """Show the page."""
    words = session.words()
    chosen = solara.use_reactive(NONE)
    looked = solara.use_reactive(0)
    names = solara.use_memo(stored_names, [looked.value])
    name = chosen.value

    def press(event: Event) -> None:
        if event["id"] == "again":
            looked.set(looked.value + 1)
        elif event["id"] == "store" and event["value"] in (NONE, *names):
            chosen.set(event["value"])

    work = use_work((lambda: open_checked(name)) if name else None, (name, looked.value))
    Heading(words("site.results"), 1)
    Paragraph(words("results_page.lead"), "lead")
    if not names:
        Paragraph(words("results_page.no_stores"))
        Markup(
            fill(
                "results_command.html.jinja",
                words,
                label=words("results_page.make_one"),
                command=words("results_page.example"),
            )
        )
    options: list[dict[str, Any]] = [
        {"value": NONE, "label": words("results_page.choose")},
        *({"value": one, "label": one} for one in names),
    ]
    fields: list[dict[str, Any]] = [
        {"id": "store", "kind": "select", "label": words("results_page.store"), "options": options, "value": name},
        {"id": "again", "kind": "button", "label": words("results_page.look_again")},
    ]
    Form(name="stores", label=words("results_page.store"), fields=fields, event_press=press)
    Status(_status(name, len(names), work.pending, words))
    if work.problem is not None:
        _problem(work.problem)
    elif work.value is not None and not work.pending:
        _Store(work.value).key(f"{name}-{looked.value}")


def _status(name: str, count: int, pending: bool, words: Speech) -> str:
    if not name:
        return words("results_page.found", count=count)
    return words("results_page.opening" if pending else "results_page.opened", folder=name)


def _problem(problem: RefusedError) -> None:
    text = problem.sentence(session.words())
    solara.v.Html(tag="p", children=[text], class_="notice", attributes={"role": "alert"})


@solara.component
def _Store(opened: Opened) -> None:  # noqa: N802
    words = session.words()
    told = opened.results.manifest
    notices = [
        ("results_page.being_written", opened.writing),
        ("results_page.other_model", told["fingerprint"] != fingerprint()),
        ("html.local", bool(told.get("local_data"))),
        ("html.not_whole", opened.results.runs_absent > 0),
    ]
    Heading(words("results_page.what", folder=opened.name))
    Markup(
        fill(
            "results_facts.html.jinja",
            words,
            facts=facts(opened, words),
            notices=[words(key) for key, holds in notices if holds],
        )
    )
    if can_compare(opened):
        _Chosen(opened)
    else:
        Paragraph(words("results_page.no_pairs", folder=opened.name), "notice")


@solara.component
def _Chosen(opened: Opened) -> None:  # noqa: N802
    words = session.words()
    asked = solara.use_reactive(usual(opened))
    fields = filter_fields(opened, asked.value, words)

    def press(event: Event) -> None:
        field = next((field for field in fields if field["id"] == event["id"]), None)
        if field is not None and event["value"] in values_of(field["options"]):
            value: Any = int(event["value"]) if field["id"] == "year" else event["value"]
            asked.set(replace(asked.value, **{field["id"]: value}))

    now = asked.value
    work = use_work(lambda: compared(opened, now), now.read())
    Heading(words("results_page.filter"))
    Form(name="filter", label=words("results_page.filter"), fields=fields, event_press=press)
    Status(words("results_page.comparing" if work.pending else "results_page.compared"))
    if work.problem is not None:
        _problem(work.problem)
    elif work.value is not None and not work.pending:
        _Shown(opened, now, work.value)


@solara.component
def _Shown(opened: Opened, asked: Asked, table: pd.DataFrame) -> None:  # noqa: N802
    words = session.words()
    outcomes = shown_outcomes(opened, asked, table)
    Heading(words("results_page.over_years"))
    charts = chart_specs(opened, asked, table, words)
    if charts:
        with solara.v.Html(tag="div", class_="multiples"):
            for spec in charts:
                Chart(spec, words).key(spec["file"])
    else:
        Paragraph(words("results_page.no_rows"))
    Heading(words("results_page.table"))
    if outcomes:
        TableOf(comparison_table(opened, asked, table, words), words, file=f"{opened.name}-{asked.scenario}")
    else:
        Paragraph(words("results_page.no_rows"))
    _Files(opened, asked, outcomes)


@solara.component
def _Files(opened: Opened, asked: Asked, outcomes: list[str]) -> None:  # noqa: N802
    words = session.words()
    wish = solara.use_reactive(Wish())
    making: solara.Reactive[tuple[str, Callable[[], Made]] | None] = solara.use_reactive(None)
    last: solara.Reactive[Made | None] = solara.use_reactive(None)
    count = solara.use_ref(0)
    fields = _wishes(wish.value, words)
    wanted = rows_wanted(asked, wish.value, outcomes)

    def make(kind: str, function: Callable[[], Made]) -> None:
        count.current += 1
        last.set(None)
        making.set((f"{kind}-{count.current}", function))

    def press(event: Event) -> None:
        name, value = event["id"], event["value"]
        field = next((field for field in fields if field["id"] == name), {})
        if name == "make":
            chosen, rows = wish.value, wanted
            make(chosen.table, lambda: make_table(opened, chosen, rows, words))
        elif name == "every":
            wish.set(replace(wish.value, every=value is True))
        elif value in values_of(field.get("options", [])):
            changed = replace(wish.value, **{name: value})
            wish.set(
                changed if changed.shape in shapes(changed.table) else replace(changed, shape=shapes(changed.table)[0])
            )

    def delivered(event: Event) -> None:
        made = work.value
        if made is not None:
            last.set(replace(made, content=""))
        making.set(None)  # and with it what was made, which may be large

    job = making.value
    work = use_work(job[1] if job else None, job[0] if job else NONE)
    Heading(words("results_page.take_along"))
    Paragraph(words("results_page.take_along_lead"))
    Form(name="files", label=words("results_page.take_along"), fields=fields, event_press=press)
    command = command_for(opened, wish.value, wanted, words)
    Markup(fill("results_command.html.jinja", words, label=words("results_page.as_command"), command=command))
    Heading(words("results_page.report_title"), 3)
    Paragraph(words("results_page.report_lead"))
    report = [{"id": REPORT, "kind": "button", "label": words("results_page.report_make"), "main": True}]
    Form(
        name=REPORT,
        label=words("results_page.report_title"),
        fields=report,
        event_press=lambda event: make(REPORT, lambda: make_report(opened, asked, words)),
    )
    Status(_made_status(work.pending and job is not None, last.value, words))
    if work.problem is not None and job is not None:
        _problem(work.problem)
    elif work.value is not None and job is not None and not work.pending:
        made = work.value
        _Deliver(name=made.name, type=made.kind, content=made.content, event_delivered=delivered).key(job[0])


def _made_status(pending: bool, made: Made | None, words: Speech) -> str:
    if pending:
        return words("results_page.making")
    if made is None:
        return ""
    return words("results_page.made", name=made.name, size=words.number(made.size / MEGABYTE, 2))


def _wishes(wish: Wish, words: Speech) -> list[dict[str, Any]]:
    """Return the fields of a file: which table, which rows, which format."""
    choices = {
        "table": (TABLES, wish.table),
        "format": (tuple(FORMATS), wish.format),
        "shape": (shapes(wish.table), wish.shape),
    }
    fields: list[dict[str, Any]] = [
        {
            "id": name, "kind": "select", "label": words(f"results_page.file_{name}"), "value": value,
            "options": [{"value": one, "label": words(f"results_page.{name}_{one}")} for one in allowed],
        }
        for name, (allowed, value) in choices.items()
        if len(allowed) > 1
    ]  # fmt: skip
    return [
        *fields,
        {"id": "every", "kind": "checkbox", "label": words("results_page.file_every"), "value": wish.every},
        {"id": "make", "kind": "button", "label": words("results_page.file_make"), "main": True},
    ]
