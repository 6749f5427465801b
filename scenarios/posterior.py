"""The shipped posterior: where parameter draws come from unless somebody asks for the prior.

The fit (``wijklab calibrate``) learns something about a few parameters. ``scenarios/fitted/draws.parquet`` holds their
draws, ``scenarios/fitted/posterior.toml`` what they follow from. Every other parameter keeps its prior, so a draw is a
row of the posterior with a draw of the rest; where more draws are asked for than there are rows, rows return with other
draws of the rest.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any

FOLDER, TABLE, FACTS = "fitted", "draws.parquet", "posterior.toml"

Row = tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Posterior:
    """The fitted parameters.

    Attributes:
        sha256: checksum of the table.
        rows: values by path, one entry per row.
        facts: what the rows follow from.
    """

    sha256: str
    rows: tuple[Row, ...]
    facts: dict[str, Any]

    @property
    def parameters(self) -> tuple[str, ...]:
        """Paths of the fitted parameters."""
        return tuple(path for path, _ in self.rows[0])

    def row_of(self, draw: int) -> int:
        """Return which row belongs to a draw from 1 up."""
        return (draw - 1) % len(self.rows)


@cache
def posterior() -> Posterior | None:
    """Return the shipped posterior, or nothing where none is shipped."""
    folder = files("scenarios").joinpath(FOLDER)
    place = folder.joinpath(TABLE)
    if not place.is_file():
        return None
    import pyarrow.parquet as pq

    content = place.read_bytes()
    table = pq.read_table(BytesIO(content)).to_pandas()
    rows = tuple(
        tuple(sorted(zip(mine["parameter"], mine["value"], strict=True))) for _, mine in table.groupby("draw", sort=True)
    )
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
    changes = dict(found.rows[found.row_of(draw)])
    if area is not None:
        country, here = load_parameters(draw), load_parameters(draw, area)
        for path in changes:
            if here[path] != country[path]:
                changes[path] *= here[path] / country[path]
    return changes
