"""The shipped posterior: where parameter draws come from unless somebody asks for the prior.

The fit (``wijklab calibrate``) learns something about a few parameters. ``scenarios/fitted/draws.parquet`` holds their
draws, ``scenarios/fitted/posterior.toml`` what they follow from. Every other parameter keeps its prior, so a draw is a
row of the posterior with the draw of the rest it was fitted with; where more draws are asked for than there are rows,
rows return with other draws of the rest.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any

from scenarios.design import ALL_AREAS, POSTERIOR, Drawn, Values

FOLDER, TABLE, FACTS = "fitted", "draws.parquet", "posterior.toml"


@dataclass(frozen=True)
class Posterior:
    """The fitted parameters.

    Attributes:
        sha256: checksum of the table.
        rows: by number the values of a row by path.
        facts: what the rows follow from.
    """

    sha256: str
    rows: Mapping[int, Values]
    facts: dict[str, Any]

    @property
    def parameters(self) -> tuple[str, ...]:
        """Paths of the fitted parameters."""
        return tuple(path for path, _ in next(iter(self.rows.values())))

    def row_of(self, draw: int) -> Values:
        """Return the row of a draw from 1 up: that of its own number, with which it was fitted, else another."""
        if draw in self.rows:
            return self.rows[draw]
        numbers = sorted(self.rows)
        return self.rows[numbers[(draw - 1) % len(numbers)]]


@cache
def posterior() -> Posterior | None:
    """Return the shipped posterior.

    A package without its table is broken: reading it raises, rather than falling back on the prior without a word.
    """
    folder = files("scenarios").joinpath(FOLDER)
    place = folder.joinpath(TABLE)
    import pyarrow.parquet as pq

    content = place.read_bytes()
    table = pq.read_table(BytesIO(content)).to_pandas()
    rows = {
        int(number): tuple(sorted(zip(mine["parameter"], mine["value"], strict=True)))
        for number, mine in table.groupby("draw", sort=True)
    }
    facts = tomllib.loads(folder.joinpath(FACTS).read_text(encoding="utf-8"))
    return Posterior(hashlib.sha256(content).hexdigest(), rows, facts)


def posterior_changes(draw: int, area: str | None = None) -> dict[str, float]:
    """Return the fitted parameters of a draw, in place of those of the prior.

    Args:
        draw: parameter draw; 0 is the central set, in which nothing is fitted.
        area: area id for the deviations of an area; ``None`` leaves them out.
    """
    from sim.parameters import load_parameters

    found = posterior()
    if found is None or draw == 0:
        return {}
    changes = dict(found.row_of(draw))
    if area is not None:
        country, here = load_parameters(draw), load_parameters(draw, area)
        for path in changes:
            if here[path] != country[path]:
                changes[path] *= here[path] / country[path]
    return changes


def drawn_values(draw: int, area: str | None = None) -> dict[str, float]:
    """Return every scalar parameter of a draw by path: from the posterior where it was fitted, else from the prior."""
    from sim.parameters import load_parameters

    return {**load_parameters(draw, area).values, **posterior_changes(draw, area)}


def shipped_draws(draws: Iterable[int], areas: Iterable[str]) -> Drawn | None:
    """Return the fitted parameters of some draws in some areas, or nothing where no posterior is shipped."""
    found = posterior()
    if found is None:
        return None
    values: dict[tuple[int, str], Values] = {}
    listed = tuple(areas)
    for draw in draws:
        national = posterior_changes(draw)
        values[draw, ALL_AREAS] = tuple(sorted(national.items()))
        for area in listed:
            here = posterior_changes(draw, area)
            values[draw, area] = tuple(sorted(pair for pair in here.items() if pair[1] != national[pair[0]]))
    return Drawn(POSTERIOR, found.sha256, values)
