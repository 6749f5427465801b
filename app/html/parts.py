"""What a page is made of, as plain data: the template says how each of these looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.tables import Table

if TYPE_CHECKING:
    from markupsafe import Markup


@dataclass(frozen=True)
class Text:
    """A paragraph; ``marked`` makes it stand out."""

    text: str
    marked: bool = False
    kind: str = "text"


@dataclass(frozen=True)
class Facts:
    """Names with their values."""

    rows: Sequence[tuple[str, str]]
    kind: str = "facts"


@dataclass(frozen=True)
class Code:
    """Commands or a file, as they are."""

    text: str
    kind: str = "code"


@dataclass(frozen=True)
class Picture:
    """A chart with its caption."""

    svg: Markup
    caption: str


@dataclass(frozen=True)
class Pictures:
    """Charts beside each other."""

    pictures: Sequence[Picture]
    kind: str = "pictures"


@dataclass(frozen=True)
class Grid:
    """A table.

    Attributes:
        table: headings and cells.
        wide: whether its cells hold sentences and not numbers.
        lead: place of the column that comes first on a narrow screen, where rows become lines; 0 where they do not.
    """

    table: Table
    wide: bool = False
    lead: int = 0
    kind: str = "grid"


@dataclass(frozen=True)
class Folded:
    """Parts that open when asked for, and in print."""

    summary: str
    parts: Sequence[Part]
    kind: str = "folded"


Part = Text | Facts | Code | Pictures | Grid | Folded


@dataclass(frozen=True)
class Section:
    """A part with a heading.

    Attributes:
        id: where links point to.
        title: its heading.
        parts: what it holds.
        under: sections inside it.
    """

    id: str
    title: str
    parts: Sequence[Part] = ()
    under: Sequence[Section] = ()


@dataclass(frozen=True)
class Page:
    """A whole report.

    Attributes:
        language: of its words.
        title: its heading.
        lead: sentences below the heading.
        contents: name of the list of sections.
        sections: the sections.
        foot: the last line.
    """

    language: str
    title: str
    lead: Sequence[Text]
    contents: str
    sections: Sequence[Section]
    foot: str
