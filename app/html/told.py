"""A comparison out of a folder of results: the rows that a report is made of, and no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.split import SHOWN
from results.balance import GOALS
from results.comparison import ARRIVAL_GROUP, EVERYBODY, PAIR_KEY, SERVICE_GROUP
from results.ledger import LATER, PAYER, RESIDENTS, SOCIETY
from results.report import PROGRAMME
from results.stored_tables import DONE
from results.tables import OUTCOMES, table

if TYPE_CHECKING:
    import pandas as pd

    from results.codebook import Codebook
    from results.comparison import Run
    from results.reading import Results

MONEY = (PROGRAMME, SOCIETY, PAYER)
"""Beginnings of the outcomes that are told in euros, posts and places."""


@dataclass(frozen=True)
class Told:
    """What :class:`app.compared.Compared` asks for, out of a folder.

    Attributes:
        scenario: id of the scenario.
        reference: id of what it is compared with.
        areas: ids of the areas.
        draws: numbers of the draws that were asked for.
        codebook: names, units, directions.
        table: the comparison for everybody, all years and views.
        outcomes: rows of the money, of the goals of the balance, and of one year by arrival.
        failed: runs that failed.
        year: the year of the tables.
    """

    scenario: str
    reference: str
    areas: tuple[str, ...]
    draws: tuple[int, ...]
    codebook: Codebook
    table: pd.DataFrame
    outcomes: pd.DataFrame
    failed: list[Run]
    year: int


def told(results: Results, scenario: str, year: int | None = None) -> Told:
    """Read what a report tells of one scenario.

    Args:
        results: the folder.
        scenario: id of the scenario, or of a point of a sweep.
        year: year of the tables; the last unless given.

    Raises:
        ComparisonError: when no pair of runs was completed.
    """
    reference = results.reference_of(scenario)
    table = results.compare(scenario, reference, group=EVERYBODY)
    shown_year = int(table["year"].max()) if year is None else year
    runs = results.runs
    failed = runs.loc[runs["status"] != DONE, ["scenario", *PAIR_KEY]]
    return Told(
        scenario,
        reference,
        results.areas,
        tuple(results.manifest["draws"]),
        results.codebook,
        table,
        _outcomes(results, (scenario, reference), shown_year),
        list(failed.itertuples(index=False, name=None)),
        shown_year,
    )


def _outcomes(results: Results, scenarios: tuple[str, str], year: int) -> pd.DataFrame:
    import pandas as pd

    known = list(results.codebook.outcomes)
    once = {LATER, RESIDENTS, *(goal.outcome for goal in GOALS)}
    money = [name for name in known if name.startswith(MONEY) or name in once]
    split = [name for name in known if name in SHOWN]
    wanted: list[tuple[list[str], str, int | None]] = [(money, SERVICE_GROUP, None), (split, ARRIVAL_GROUP, year)]
    parts = [
        results.outcomes(None, scenario=scenarios, outcome=names, group=[EVERYBODY, kind], year=of_year)
        for names, kind, of_year in wanted
        if names
    ]
    if not parts:
        return table([], OUTCOMES)
    # an outcome that is both a goal and split was read twice
    return pd.concat(parts).drop_duplicates(["scenario", *PAIR_KEY, "year", "view", "group", "outcome"])
