"""``wijklab report``: from a folder of results to one page in one file."""

from __future__ import annotations

import sys
from importlib.resources import files
from typing import TYPE_CHECKING

from app.settings import DONE, Settings
from app.stored import check_year_of, chosen_scenarios, new_file, open_stored, write_file, wrong_outcomes

if TYPE_CHECKING:
    from app.html.parts import Page

ENDINGS = (".html", ".htm")


def write_report(
    folder: str, to: str, scenario: str | None, year: int | None, overwrite: bool, settings: Settings
) -> int:
    """Write the report of a folder, and return the exit code.

    Args:
        folder: where the results lie.
        to: the file to write.
        scenario: id of the scenario; all of the folder unless given.
        year: year of the tables; the last unless given.
        overwrite: whether a file that is there may be replaced.
        settings: language and how much to say.

    Raises:
        RequestError: when the request was wrong.
    """
    from app.html.content import page
    from results.comparison import ComparisonError

    words = settings.words
    path = new_file(to, ENDINGS, overwrite, words)
    results = open_stored(folder, words)
    check_year_of(results, year, words)
    scenarios = chosen_scenarios(results, scenario, words)
    try:
        content = page(results, scenarios, year, words)
    except ComparisonError as error:
        raise wrong_outcomes(error, folder, words) from error
    write_file(path, render(content).encode("utf-8"), words)
    if not settings.quiet:
        print(words("note.written", folder=path), file=sys.stderr)
    return DONE


def render(content: Page) -> str:
    """Return a page as HTML; everything in it is text and is escaped, but for the charts."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    own = files("app.html")
    environment = Environment(
        loader=FileSystemLoader(str(own)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    # our own file, which is no text of anybody else
    style = Markup(own.joinpath("report.css").read_text(encoding="utf-8"))
    return environment.get_template("report.html.jinja").render(page=content, style=style)
