"""A table on its way to a file: its columns with what is known of them, and its rows in parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa

from results.export.labels import Labels
from results.store import arrow_schema
from results.tables import Columns

LABEL_ENDING = "_label"
OUTCOME = "outcome"
UNIT = "unit"
SHARE_UNIT = "share"
"""Units that begin with this, in English, are of shares."""

NUMBERED = frozenset({"draw", "seed", "year", "draws", "seeds", "years", "attempt"})
"""Whole numbers that are not below zero."""

SHARES = frozenset({"sample", "share_better"})


@dataclass(frozen=True)
class Column:
    """One column of a file.

    Attributes:
        name: in the file; short where it is one of an outcome.
        kind: ``str``, ``int64`` or ``float64``.
        title: in plain language.
        description: what it means.
        id: the outcome, where the name is its short one.
        unit: of its values, where all have the same.
        share: whether its values are shares of one.
        filled: whether no cell of it is empty.
        named: whether its values have names.
        label_of: the column whose values it names, and ``label`` or ``unit``.
        least: smallest value that can be right.
        most: largest value that can be right.
    """

    name: str
    kind: str
    title: str
    description: str = ""
    id: str = ""
    unit: str = ""
    share: bool = False
    filled: bool = False
    named: bool = False
    label_of: tuple[str, str] | None = None
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True)
class Content:
    """A table to write.

    Attributes:
        table: which one.
        columns: in order.
        key: columns that tell rows apart; none where nothing does.
        rows: how many.
        batches: starts reading; every call begins again.
    """

    table: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    rows: int
    batches: Callable[[], Iterator[pa.RecordBatch]] = field(repr=False)

    @property
    def schema(self) -> pa.Schema:
        """The columns as Arrow knows them."""
        return schema_of(self.columns)


def schema_of(columns: Sequence[Column]) -> pa.Schema:
    """Return columns as Arrow knows them."""
    return arrow_schema({column.name: column.kind for column in columns})


def columns_of(kinds: Columns, labels: Labels, filled: Sequence[str] = ()) -> tuple[Column, ...]:
    """Describe the columns of a table.

    Args:
        kinds: names and types.
        labels: what they are called.
        filled: the ones without empty cells, beside whole numbers and what has a name.
    """
    return tuple(_column(name, kind, labels, name in filled) for name, kind in kinds.items())


def outcome_column(name: str, outcome: str, labels: Labels) -> Column:
    """Describe the column of an outcome in the wide shape.

    Args:
        name: what the column is called.
        outcome: id of the outcome.
        labels: what it is called.
    """
    known = labels.codebook.outcome(outcome)
    share = known.unit["en"].startswith(SHARE_UNIT)
    title = labels.outcome(outcome)
    return Column(name, "float64", title, f"{outcome}: {title}", outcome, labels.unit(outcome), share)


def with_labels(content: Content, labels: Labels) -> Content:
    """Return a table with a column of names for every column whose values have names, and one of units.

    Args:
        content: the table; in the wide shape the names stand before the outcomes, else behind all columns.
        labels: the names.
    """
    added = tuple(new for column in content.columns if column.named for new in _label_columns(column, labels))
    first_outcome = next((place for place, column in enumerate(content.columns) if column.id), len(content.columns))
    columns = (*content.columns[:first_outcome], *added, *content.columns[first_outcome:])

    def batches() -> Iterator[pa.RecordBatch]:
        for batch in content.batches():
            found = {**_arrays(batch), **{new.name: _labels_of(batch, new, labels) for new in added}}
            yield pa.record_batch([found[column.name] for column in columns], schema=schema_of(columns))

    return replace(content, columns=columns, batches=batches)


def _column(name: str, kind: str, labels: Labels, filled: bool) -> Column:
    title, description = labels.column(name)
    named = name in labels.named
    whole, share = name in NUMBERED, name in SHARES
    return Column(
        name,
        kind,
        title,
        description,
        share=share,
        filled=filled or named or whole,
        named=named,
        least=0 if whole or share else None,
        most=1 if share else None,
    )


def _label_columns(column: Column, labels: Labels) -> Iterator[Column]:
    title = labels.word("texts", "label_of", column=column.title)
    yield Column(f"{column.name}{LABEL_ENDING}", "str", title, label_of=(column.name, "label"))
    if column.name == OUTCOME:
        unit = labels.column(UNIT)[0]
        yield Column(f"{UNIT}{LABEL_ENDING}", "str", unit, labels.column(UNIT)[1], label_of=(OUTCOME, UNIT))


def _arrays(batch: pa.RecordBatch) -> Mapping[str, Any]:
    return dict(zip(batch.schema.names, batch.columns, strict=True))


def _labels_of(batch: pa.RecordBatch, column: Column, labels: Labels) -> pa.Array:
    """Return the names of the values of a column: each value is looked up once a batch."""
    assert column.label_of is not None
    source, what = column.label_of
    coded = batch.column(source).dictionary_encode()
    texts = [labels.unit(text) if what == UNIT else labels.label(source, text) for text in coded.dictionary.to_pylist()]
    return pa.array(texts, pa.string()).take(coded.indices)
