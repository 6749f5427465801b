"""The components that pages are made of. The Vue files beside this one draw them; here is what they are given.

Everything that is a form, a table or a chart is a native element: the framework's own widgets fail accessibility.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import solara

from app.browser.speech import Speech
from app.tables import Table

LOCALES = {"nl": "nl-NL", "en": "en-GB"}

Json = Mapping[str, Any]
Element = solara.Element[Any]


@solara.component_vue("vue/chrome.vue", vuetify=False)
def Chrome(  # noqa: N802 - components are named as classes
    pages: Sequence[Json],
    languages: Sequence[Json],
    language: str,
    path: str,
    query: str,
    home: str,
    title: str,
    says: Json,
    event_visit: Callable[[Json], None],
) -> None:
    """Skip link, name, languages and pages; keeps address and title what they should be."""


@solara.component_vue("vue/chart.vue", vuetify=False)
def _Chart(spec: str, words: Json) -> None:  # noqa: N802
    """A chart with its table and files; what it shows as JSON text, which no render has to look through."""


@solara.component_vue("vue/table.vue", vuetify=False)
def _Table(spec: str, words: Json, event_choose: Callable[[int], None] | None = None) -> None:  # noqa: N802
    """A table with its file; what it shows as JSON text."""


@solara.component_vue("vue/form.vue", vuetify=False)
def _Form(name: str, label: str, fields: str, event_press: Callable[[Json], None]) -> None:  # noqa: N802
    """Fields, as JSON text."""


def Form(name: str, label: str, fields: Sequence[Json], event_press: Callable[[Json], None]) -> Element:  # noqa: N802
    """Show fields.

    Args:
        name: the beginning of their ids on the page.
        label: what a screen reader calls them together.
        fields: each has ``id``, ``kind`` (select, checkbox, range, number, text, button), ``label``, ``value``.
        event_press: called with ``id`` and ``value`` of what was changed.
    """
    return _Form(name=name, label=label, fields=json.dumps(list(fields)), event_press=event_press)


@solara.component_vue("vue/levers.vue", vuetify=False)
def Levers(  # noqa: N802
    groups: str,
    values: Json,
    years: Sequence[int],
    words: Json,
    event_move: Callable[[Sequence[Json]], None],
    event_reset: Callable[[Json], None],
) -> None:
    """The levers of a scenario, line by line; the groups as JSON text, which no render has to look through."""


@solara.component_vue("vue/files.vue", vuetify=False)
def _Files(  # noqa: N802
    name: str,
    label: str,
    content: str | None,
    type: str,
    accept: str,
    help: str,
    most: int,
    event_got: Callable[[Json], None] | None = None,
) -> None:
    """A file to save, or a field for a file to read."""


def Chart(spec: Json, words: Speech) -> Element:  # noqa: N802
    """Show a chart.

    Args:
        spec: ``kind`` (``lines``, ``dots``), ``title``, ``subtitle``, ``spoken`` (what a screen reader says in place of
            the picture), ``years`` and ``series`` (name, values, low, high, color, dash) or ``rows`` (name, value, low,
            high), ``decimals``, ``note``, ``file`` (name without ending), ``table`` (columns, rows), ``height``,
            ``level`` of the heading.
        words: the language.
    """
    whole = {"locale": LOCALES[words.language], "level": 3, **spec}
    return _Chart(spec=json.dumps(whole), words=words.all("parts.chart_"))


def TableOf(  # noqa: N802
    table: Table | Json,
    words: Speech,
    file: str = "wijklab",
    level: int = 3,
    choose: Callable[[int], None] | None = None,
    **more: Any,
) -> Element:
    """Show a table.

    Args:
        table: a table of the reports, or ``title``, ``columns``, ``rows``, ``notes``.
        words: the language.
        file: name of its file, without ending.
        level: level of its heading.
        choose: called with the number of a row whose first cell was pressed.
        more: ``texts`` (no column holds numbers), ``chosen`` (a row that stands out), ``english`` (a column that is
            English whatever the language).
    """
    if isinstance(table, Table):
        rows = [list(row) for row in table.rows]
        table = {"title": table.title, "columns": list(table.headings), "rows": rows, "notes": list(table.notes)}
    spec = {
        "locale": LOCALES[words.language],
        "file": file,
        "level": level,
        "choose": choose is not None,
        **table,
        **more,
    }
    return _Table(spec=json.dumps(spec), words=words.all("parts.chart_"), event_choose=choose or (lambda row: None))


def Save(name: str, label: str, content: str, type: str = "text/plain;charset=utf-8") -> Element:  # noqa: N802
    """Show a button that saves a text as a file."""
    return _Files(name=name, label=label, content=content, type=type, accept="", help="", most=0)


def Open(  # noqa: N802
    name: str, label: str, accept: str, most: int, got: Callable[[Json], None], help: str = ""
) -> Element:
    """Show a field for a file; ``got`` gets ``name``, ``size`` and ``text`` (``None`` when larger than ``most``)."""
    return _Files(name=name, label=label, content=None, type="", accept=accept, help=help, most=most, event_got=got)


def Markup(html: str, tag: str = "div", classes: Sequence[str] = ()) -> Element:  # noqa: N802
    """Show HTML that was made from a template of ours, in which everything is escaped."""
    html_of: Any = solara.HTML  # which carries no types
    return html_of(tag=tag, unsafe_innerHTML=html, classes=list(classes))


def Heading(text: str, level: int = 2) -> Element:  # noqa: N802
    """Show a heading."""
    return solara.v.Html(tag=f"h{level}", children=[text])


def Paragraph(text: str, classes: str = "") -> Element:  # noqa: N802
    """Show a paragraph."""
    return solara.v.Html(tag="p", children=[text], class_=classes)


def Status(text: str, said: str | None = None) -> None:  # noqa: N802
    """Show a sentence that a screen reader says when it changes.

    Args:
        text: the sentence.
        said: what a screen reader says instead: counts that change three times a second would drown everything.
    """
    live = {"role": "status", "aria-live": "polite"}
    if said is None:
        solara.v.Html(tag="p", children=[text], class_="status", attributes=live)
        return
    solara.v.Html(tag="p", children=[text], class_="status")
    solara.v.Html(tag="p", children=[said], class_="unseen", attributes=live)
