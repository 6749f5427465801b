"""What the code says of itself: modules, agents and the month, read from docstrings and from the order of calls."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from textwrap import dedent
from types import ModuleType
from typing import Any

import mesa

from sim import model as model_module
from sim.model import MONTH, NeighbourhoodModel

HELD = "not during burn-in"
WHEN = {
    "self.month % MONTHS_PER_YEAR == JANUARY": "in January",
    "season == AUGUST": "in August",
    "season == SEPTEMBER": "in September",
    "not self.demography_held": HELD,
}
"""What the conditions in the code of a month mean."""


@dataclass(frozen=True)
class Step:
    """One thing that is called in a part of the month.

    Attributes:
        what: what it does, one sentence.
        where: its module and name.
        when: when it happens, empty for every month.
    """

    what: str
    where: str
    when: str


def first_sentence(text: str | None) -> str:
    """Return the first paragraph of a docstring on one line, without the marks of cross-references.

    Raises:
        ValueError: when there is none.
    """
    if not text:
        raise ValueError("what stands in a document has a docstring")
    return plain(inspect.cleandoc(text).partition("\n\n")[0])


def plain(text: str) -> str:
    """Return the text of a docstring as it stands in a table: one line, names in code type."""
    text = re.sub(r":\w+:`~?([\w.]+)`", lambda found: f"`{found[1].rpartition('.')[2]}`", text)
    return " ".join(text.replace("``", "`").split())


def modules(package: str) -> list[tuple[str, str]]:
    """Return the modules of a package with what each is, in order of their names."""
    folder = Path(str(files(package)))
    # read, not imported: some modules may only be imported by the site or by a worker
    texts = {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.py") if path.stem != "__init__"}
    return [(name, first_sentence(ast.get_docstring(ast.parse(texts[name])))) for name in sorted(texts)]


@cache
def agents() -> tuple[tuple[str, str, str], ...]:
    """Return every agent that decides: class, module, and its rule as its docstring states it."""
    found = []
    for name, _ in modules("sim.agents"):
        module = import_module(f"sim.agents.{name}")
        for one in vars(module).values():
            if inspect.isclass(one) and issubclass(one, mesa.Agent) and one.__module__ == module.__name__:
                found.append((one.__name__, f"sim/agents/{name}.py", _rule(one)))
    return tuple(found)


def _rule(one: type) -> str:
    """Return what a class says of itself, but for the list of its attributes."""
    text = inspect.cleandoc(one.__doc__ or "")
    body = re.split(r"^(?:Attributes|Args):$", text, flags=re.MULTILINE)[0]
    return "<br>".join(plain(paragraph) for paragraph in body.strip().split("\n\n"))


@cache
def month() -> dict[str, tuple[str, tuple[Step, ...]]]:
    """Return the parts of a month in their order, each with its sentence and its steps in the order of the code.

    Raises:
        ValueError: when the code of the month and its declared parts have grown apart, or hold a condition without a
            meaning in ``WHEN``.
    """
    called = [name for name in _called_on_self(NeighbourhoodModel.live_month) if name in vars(NeighbourhoodModel)]
    if called != list(MONTH):
        raise ValueError(f"the month lives {called}; declared are {list(MONTH)}")
    parts = {}
    for name in called:
        method = getattr(NeighbourhoodModel, name)
        parts[name] = (first_sentence(method.__doc__), tuple(_steps(_body(method), "")))
    return parts


def _body(function: Any) -> list[ast.stmt]:
    tree = ast.parse(dedent(inspect.getsource(function)))
    (definition,) = tree.body
    assert isinstance(definition, ast.FunctionDef)
    return definition.body


def _called_on_self(function: Any) -> list[str]:
    calls = [call for statement in _body(function) for call in _calls(statement)]
    names = [ast.unparse(call.func).split(".") for call in calls]
    return [name for owner, name in (names for names in names if len(names) == 2) if owner == "self"]


def _steps(body: list[ast.stmt], when: str) -> Iterator[Step]:
    """Yield the steps of some statements, those under a condition with what it means."""
    for statement in body:
        if isinstance(statement, ast.If):
            test = ast.unparse(statement.test)
            if test not in WHEN:
                raise ValueError(f"a part of the month asks '{test}'; say in app/documents/code.py what that means")
            yield from _steps(statement.body, ", ".join(filter(None, (when, WHEN[test]))))
            continue
        for call in _calls(statement):
            target = _target(call)
            if target is not None:
                module = inspect.getmodule(target)
                assert module is not None
                yield Step(first_sentence(target.__doc__), f"{module.__name__}.{target.__qualname__}", when)


def _calls(statement: ast.stmt) -> list[ast.Call]:
    """Return the calls of a statement in the order in which they are made: those inside another one first."""
    found: list[ast.Call] = []

    def visit(node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            visit(child)
        if isinstance(node, ast.Call):
            found.append(node)

    visit(statement)
    return found


def _target(call: ast.Call) -> Any:
    """Return what a call reaches, when that lives or decides something; ``None`` for mere arithmetic."""
    names = ast.unparse(call.func).split(".")
    if names[0] == "self" and len(names) == 3:
        owner = _class_of(names[1])
        return None if owner is None else getattr(owner, names[2])
    first = getattr(model_module, names[0], None)
    takes_model = any(isinstance(given, ast.Name) and given.id == "self" for given in call.args)
    if first is None or not takes_model:
        return None
    return getattr(first, names[1]) if isinstance(first, ModuleType) else first


def _class_of(attribute: str) -> type | None:
    """Return the class of an attribute of the model, when it is one of ours that acts."""
    name = NeighbourhoodModel.__annotations__.get(attribute, "")
    found = getattr(model_module, name, None)
    return found if inspect.isclass(found) and found.__module__.startswith("sim.") and name != "Table" else None
