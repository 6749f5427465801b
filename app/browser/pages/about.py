"""The page about the model: how it works, what it rests on, what it is good for and what not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import solara

from app.browser import session
from app.browser.about_evidence import GRADES, NO_EFFECT, evidence, evidence_rows, grade_counts
from app.browser.about_told import facts, fit_sentences, grades_table, misses_table
from app.browser.parts import Form, Heading, Markup, Paragraph, TableOf
from app.browser.templates import fill
from app.tables import Table
from sim.areas import area_ids

EVERY = ""
SOURCE = 3
"""The column of sources: titles and notes on them are in English."""

METHOD = ("world", "month", "money", "pairs", "doubt", "whose")
GOOD, BAD = 5, 6
"""Sentences of what it is good for, and of what it is not."""

ETHICS, PRIVACY, ACCESS = 6, 5, 4


@solara.component
def About() -> None:  # noqa: N802
    """Show the page."""
    words = session.words()
    Heading(words("site.about"), 1)
    Paragraph(words("about_page.lead"), "lead")
    method = [
        (words(f"about_page.{name}_title"), words(f"about_page.{name}", areas=len(area_ids()))) for name in METHOD
    ]
    Markup(
        fill(
            "about_text.html.jinja",
            words,
            method=method,
            good=_listed("good", GOOD),
            bad=_listed("bad", BAD),
        )
    )
    _Evidence()
    Heading(words("about_page.judgement"))
    counts = grade_counts()
    judged, total = counts["judgement"], sum(counts.values())
    share = words.percent(judged / total)
    Paragraph(words("about_page.judgement_text", judged=judged, total=words.number(total), share=share))
    TableOf(grades_table(words), words, file="wijklab-onderbouwing")
    Heading(words("about_page.fit_title"))
    for sentence in fit_sentences(words):
        Paragraph(sentence)
    misses = misses_table(words)
    if misses is not None:
        TableOf(misses, words, file="wijklab-patronen", texts=True)
    parts = (("ethics", ETHICS), ("privacy", PRIVACY), ("access", ACCESS))
    sections = [(words(f"about_page.{name}_title"), _listed(name, count)) for name, count in parts]
    Markup(fill("about_foot.html.jinja", words, sections=sections, facts=facts(words)))


def _listed(name: str, count: int) -> list[str]:
    words = session.words()
    return [words(f"about_page.{name}_{number}") for number in range(1, count + 1)]


@solara.component
def _Evidence() -> None:  # noqa: N802
    words = session.words()
    grade = solara.use_reactive(EVERY)
    allowed = (EVERY, *GRADES, NO_EFFECT)

    def press(event: Mapping[str, Any]) -> None:
        if event["value"] in allowed:
            grade.set(event["value"])

    names = {EVERY: words("about_page.every_grade"), NO_EFFECT: words("about_page.nothing_to_grade")}
    options = [{"value": one, "label": names.get(one) or words(f"html.grade_{one}")} for one in allowed]
    field = {"id": "grade", "kind": "select", "label": words("html.grade"), "options": options, "value": grade.value}
    Heading(words("about_page.evidence"))
    Paragraph(words("about_page.evidence_text", count=len(evidence())))
    Form(name="evidence", label=words("about_page.evidence"), fields=[field], event_press=press)
    rows = evidence_rows(grade.value, words)
    shown = sum(len(row) > 1 for row in rows)
    headings = [words(f"about_page.{name}") for name in ("measure", "put_in", "known", "source", "label")]
    title = words("about_page.evidence_title", shown=shown)
    notes = [words(f"about_page.{name}_note") for name in ("put_in", "label", "source")]
    TableOf(Table(title, headings, rows, notes), words, file="wijklab-maatregelen", texts=True, english=SOURCE)
