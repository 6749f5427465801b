"""The keys of a design file, each with its type checked when it is asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from scenarios.design import POSTERIOR, PRIOR, SCHEMA
from scenarios.design_errors import DesignError, nearest
from sim.scenario_errors import shown

KEYS = (
    "schema", "id", "scenarios", "reference", "areas", "draws", "draws_from", "draws_sha256", "seeds", "seed",
    "sample", "years", "groups", "sweep",
)  # fmt: skip

FIRST_SCHEMA = 1
READ = (FIRST_SCHEMA, SCHEMA)

TEXT = {"nl": "tekst", "en": "text"}
WHOLE = {"nl": "een geheel getal", "en": "a whole number"}
NUMBER = {"nl": "een getal", "en": "a number"}
LIST = {"nl": "een lijst", "en": "a list"}


class DesignReader:
    """The keys of a design, each with its type checked when it is asked for."""

    def __init__(self, content: Mapping[str, Any], where: str) -> None:
        self.content, self.where = content, where

    def refuse(self, code: str, key: str, **details: Any) -> DesignError:
        """Return the refusal of what stands under a key."""
        return DesignError(code, self.where, key=key, **details)

    def check_keys(self) -> None:
        """Refuse unknown keys, and another schema."""
        for key in self.content:
            if key not in KEYS:
                allowed = ", ".join(KEYS)
                raise self.refuse("unknown_key", key, nearest=nearest(key, KEYS), allowed=allowed)
        if "schema" not in self.content:
            raise self.refuse("missing_key", "schema")
        if self.content["schema"] not in READ or isinstance(self.content["schema"], bool):
            raise self.refuse("bad_schema", "schema", found=self.content["schema"], allowed=SCHEMA)

    @property
    def usual_draws(self) -> str:
        """Where draws come from unless the design says so: the first designs knew the prior alone."""
        return PRIOR if self.content["schema"] == FIRST_SCHEMA else POSTERIOR

    def text(self, key: str, usual: str) -> str:
        """Return a text."""
        found = self.content.get(key, usual)
        if not isinstance(found, str):
            raise self.refuse("wrong_type", key, found=shown(found), allowed=TEXT)
        return found

    def whole(self, key: str, usual: int) -> int:
        """Return a whole number."""
        found = self.content.get(key, usual)
        if not _is_whole(found):
            raise self.refuse("wrong_type", key, found=shown(found), allowed=WHOLE)
        return int(found)

    def texts(self, key: str) -> list[str]:
        """Return a list of texts, each once."""
        found = self.content[key]
        if not isinstance(found, list) or not found:
            raise self.refuse("wrong_type", key, found=shown(found), allowed=LIST)
        for one in found:
            if not isinstance(one, str):
                raise self.refuse("wrong_type", key, found=shown(one), allowed=TEXT)
        self.once(key, found)
        return list(found)

    def wholes(self, key: str, low: int, high: int) -> list[int] | None:
        """Return a list of whole numbers, or ``None`` where there is something else."""
        found = self.content.get(key)
        if not isinstance(found, list):
            return None
        for one in found:
            if not _is_whole(one):
                raise self.refuse("wrong_type", key, found=shown(one), allowed=WHOLE)
            self.check(key, one, low, high)
        if not found:
            raise self.refuse("wrong_type", key, found="[]", allowed=LIST)
        self.once(key, found)
        return [int(one) for one in found]

    def once(self, key: str, found: Sequence[Any]) -> None:
        """Refuse what stands there twice."""
        twice = [one for one, count in Counter(found).items() if count > 1]
        if twice:
            raise self.refuse("twice", key, found=shown(twice[0]))

    def check(self, key: str, found: float, low: float, high: float) -> None:
        """Refuse a number outside its range."""
        if not low <= found <= high:
            raise self.refuse("out_of_range", key, found=f"{found:g}", allowed=f"{low:g} .. {high:g}")


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
