"""Agent sets over columns: Mesa's vocabulary without an object per person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NoReturn

import mesa
import numpy as np
from numpy.typing import NDArray

from sim.draws import Bools, Rows
from sim.mechanisms.careers import stages
from sim.population import columns as c
from sim.population.table import Table

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

_AGGREGATES: dict[str, Callable[[NDArray[Any]], Any]] = {
    "sum": np.sum, "mean": np.mean, "min": np.min, "max": np.max, "median": np.median, "count": np.size,
}  # fmt: skip

STAGE_NAMES = ("none", "incidental", "repeat", "hardened")


class Columns:
    """The columns of the members of a set, as attributes holding arrays; what ``select`` hands to its function."""

    def __init__(self, members: ColumnAgentSet) -> None:
        self._members = members

    def __getattr__(self, name: str) -> NDArray[Any]:
        return self._members.get(name)


class Resident(mesa.Agent):
    """A handle on one row: reads and writes the columns of one person.

    It is a :class:`mesa.Agent` to the reader but is not registered with the model; the life id is its ``unique_id``.
    A handle stays with the person, not the row: it raises when that person is gone.
    """

    def __init__(self, model: NeighbourhoodModel, row: int) -> None:  # no super().__init__: never registered
        self.__dict__["model"] = model
        self.__dict__["row"] = int(row)
        self.__dict__["unique_id"] = int(model.people.life[row])

    def _check(self) -> int:
        row: int = self.__dict__["row"]
        if int(self.model.people.life[row]) != self.unique_id:
            raise LookupError(f"person {self.unique_id} is not in the model any more")
        return row

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in _PERSON_COLUMNS:
            raise AttributeError(f"a person has no '{name}'")
        value = getattr(self.model.people, name)[..., self._check()]
        return value.item() if np.ndim(value) == 0 else value

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in _PERSON_COLUMNS:
            raise AttributeError(f"a person has no column '{name}' to set")
        getattr(self.model.people, name)[..., self._check()] = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Resident) and other.unique_id == self.unique_id and other.model is self.model

    def __hash__(self) -> int:
        return hash(self.unique_id)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.unique_id})"

    def remove(self) -> NoReturn:
        """Refuse: people leave by moving or dying, in the demography."""
        raise NotImplementedError("people leave by moving or dying; a handle cannot remove them")

    @property
    def stage(self) -> str:
        """Career stage, a read-out: none, incidental, repeat or hardened."""
        return STAGE_NAMES[int(stages(self.model.people, np.array([self._check()]), self.model.month)[0])]


class Youth(Resident):
    """A handle on a resident of 8 to 27, the ages the programme is for."""


_PERSON_COLUMNS = frozenset(column.name for column in c.PERSON)


class ColumnAgentSet:
    """Members of a population as columns, in Mesa's words.

    Args:
        model: the world.
        rows: rows of the members.
        handle: class of the handles that iteration gives.
    """

    def __init__(self, model: NeighbourhoodModel, rows: Rows, handle: type[Resident] = Resident) -> None:
        self.model = model
        self.rows = rows
        self._handle = handle

    @property
    def table(self) -> Table:
        """The table the members are rows of."""
        return self.model.people

    def __len__(self) -> int:
        return int(self.rows.size)

    def __iter__(self) -> Iterator[Resident]:
        return (self._handle(self.model, row) for row in self.rows)

    def __getitem__(self, index: int) -> Resident:
        return self._handle(self.model, int(self.rows[index]))

    def __contains__(self, member: object) -> bool:
        return isinstance(member, Resident) and bool(np.isin(member.row, self.rows))

    def get(self, names: str | list[str]) -> Any:
        """Return the array of a column (or a list of arrays), one value per member."""
        if isinstance(names, list):
            return [self.get(name) for name in names]
        if names == "stage":
            return np.array(STAGE_NAMES)[stages(self.table, self.rows, self.model.month)]
        if names == "unique_id":
            return self.table.life[self.rows]
        if names not in _PERSON_COLUMNS:
            raise AttributeError(f"there is no column '{names}'")
        return getattr(self.table, names)[..., self.rows]

    def set(self, name: str, value: Any) -> ColumnAgentSet:
        """Set a column of all members."""
        if name not in _PERSON_COLUMNS:
            raise AttributeError(f"there is no column '{name}'")
        getattr(self.table, name)[..., self.rows] = value
        return self

    def select(
        self, condition: Callable[[Columns], Bools] | None = None, at_most: int | float = np.inf
    ) -> ColumnAgentSet:
        """Return the members for whom the condition holds; it is called once, with the columns.

        Args:
            condition: for example ``lambda youths: youths.age >= 18``.
            at_most: keep at most this many, in the order of rows.
        """
        rows = self.rows
        if condition is not None:
            rows = rows[np.asarray(condition(Columns(self)), dtype=bool)]
        if np.isfinite(at_most):
            rows = rows[: int(at_most)]
        return ColumnAgentSet(self.model, rows, self._handle)

    def agg(self, name: str, func: str | Callable[[NDArray[Any]], Any]) -> Any:
        """Return an aggregate of a column: ``sum``, ``mean``, ``min``, ``max``, ``median``, ``count`` or a function."""
        if isinstance(func, str):
            if func not in _AGGREGATES:
                raise ValueError(f"there is no aggregate '{func}'; choose one of {', '.join(_AGGREGATES)}")
            func = _AGGREGATES[func]
        return func(self.get(name))

    def groupby(self, by: str) -> Groups:
        """Return the members grouped by the values of a column."""
        values = self.get(by)
        return Groups({value.item(): ColumnAgentSet(self.model, self.rows[values == value], self._handle)
                       for value in np.unique(values)})  # fmt: skip

    def do(self, *_: Any, **__: Any) -> NoReturn:
        """Refuse: people act together, on last month's state, in ``model.step``."""
        raise NotImplementedError("people act together on last month's state; there is no order of activation")

    shuffle_do = do
    shuffle = do


class Groups(dict[Any, ColumnAgentSet]):
    """Groups of members by value."""

    def agg(self, name: str, func: str | Callable[[NDArray[Any]], Any]) -> dict[Any, Any]:
        """Return an aggregate of a column per group."""
        return {value: members.agg(name, func) for value, members in self.items()}

    def count(self) -> dict[Any, int]:
        """Return the number of members per group."""
        return {value: len(members) for value, members in self.items()}
