"""Reads parameter draws made elsewhere, such as a fitted posterior, from the table that a design names."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from scenarios.design import POSTERIOR, PRIOR, Drawn
from scenarios.design_errors import DesignError, nearest
from scenarios.design_reader import NUMBER, DesignReader
from scenarios.parameter_limits import limits_of
from sim.scenario_errors import shown


def read_draws(reader: DesignReader, draws: Sequence[int], areas: Sequence[str], folder: Path | None) -> Drawn | None:
    """Read the table of draws that a design names, or the shipped one; ``None`` where it draws from the prior.

    A table has the columns of ``draws.parquet``; parameters that it does not hold keep their prior.

    Args:
        reader: the design.
        draws: the draws of the design, which must be in the table (but the central set).
        areas: the areas of the design.
        folder: where the table is looked for.

    Raises:
        DesignError: one sentence on the first thing that is wrong.
    """
    name = reader.text("draws_from", reader.usual_draws)
    if name == PRIOR:
        return None
    if name == POSTERIOR:
        return _shipped(reader, draws, areas)
    place = (folder or Path()) / name
    try:
        content = place.read_bytes()
    except OSError:
        raise DesignError("file_missing", str(place)) from None
    checksum = hashlib.sha256(content).hexdigest()
    if reader.text("draws_sha256", checksum) != checksum:
        raise reader.refuse("draws_changed", "draws_sha256", found=name)
    values = _draw_values(reader, name, content)
    missing = [draw for draw in draws if draw and not any(known == draw for known, _ in values)]
    if missing:
        raise reader.refuse("draw_missing", "draws", found=missing[0], allowed=name)
    return Drawn(name, checksum, {key: tuple(sorted(pairs)) for key, pairs in values.items()})


def _shipped(reader: DesignReader, draws: Sequence[int], areas: Sequence[str]) -> Drawn | None:
    from scenarios.posterior import shipped_draws

    found = shipped_draws(draws, areas)
    if found is not None and reader.text("draws_sha256", found.sha256) != found.sha256:
        raise reader.refuse("draws_changed", "draws_sha256", found=POSTERIOR)
    return found


def _draw_values(reader: DesignReader, name: str, content: bytes) -> dict[tuple[int, str], list[tuple[str, float]]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from results.tables import DRAWS
    from sim.parameters import declared_parameters

    try:
        table = pq.read_table(BytesIO(content), columns=list(DRAWS)).to_pandas().astype(dict(DRAWS))
    except (pa.ArrowException, KeyError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise reader.refuse("draws_file", "draws_from", found=name, allowed=reason) from None
    known = {path: limits_of(one) for path, one in declared_parameters().items() if not isinstance(one.value, list)}
    values: dict[tuple[int, str], list[tuple[str, float]]] = {}
    for draw, area, path, value in table.itertuples(index=False, name=None):
        if path not in known:
            raise reader.refuse("unknown_parameter", f"{name}: {path}", nearest=nearest(path, known))
        if not math.isfinite(value):
            raise reader.refuse("wrong_type", f"{name}: {path}", found=shown(value), allowed=NUMBER)
        low, high = known[path]
        if not low <= value <= high:
            key, allowed = f"{name}: {path}", f"{low:g} .. {high:g}"
            raise reader.refuse("out_of_range", key, found=f"{value:g}", allowed=allowed)
        values.setdefault((draw, area), []).append((path, value))
    return values
