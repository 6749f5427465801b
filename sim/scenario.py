"""What policy can ask of the model: a scenario sets levers over time, for the country and single areas."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import chain
from typing import Annotated, Any

import tomlkit
from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from sim.areas import area_ids
from sim.calendar import BASE, MONTHS_PER_YEAR, month_label, month_number
from sim.levers import LeverSchedule, join_steps
from sim.programme.budget import PREFIX, pillar_shares, pillar_weights
from sim.programme.catalogue import GEZAG_PILLARS, HOUR_RULES, LINES
from sim.scenario_errors import ScenarioError, nearest, shown
from sim.scenario_levers import Levers, check_names, in_order, merged, refusal, steps_of
from sim.scenario_text import checked_toml

SCHEMA = 1
MOST_TITLE = 120
MOST_EXPLANATION = 5_000
MOST_YEARS = 40
LAST_START = MONTHS_PER_YEAR * 2100
ROUNDING = 1e-9
"""Shares may miss one by this much."""


_ID = re.compile(r"[a-z0-9-]{1,60}\Z")
_START = re.compile(r"\d{4}-(0[1-9]|1[0-2])\Z")


class Texts(BaseModel):
    """One text in Dutch and English."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    nl: str
    en: str

    @field_validator("nl", "en")
    @classmethod
    def _not_empty(cls, text: str) -> str:
        if not text.strip():
            raise refusal("bad_text", found=shown(text), allowed=MOST_EXPLANATION)
        return text


class AreaLevers(BaseModel):
    """What one area gets instead of what the country gets."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    levers: Levers = {}


class Scenario(BaseModel):
    """One policy over time.

    ``levers`` and ``areas`` include what the base says; periods are written ``YYYY-MM``, in order of time.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    schema_: Annotated[int, Field(alias="schema")]
    id: str
    title: Texts
    explanation: Texts
    base: str | None = None
    start: str
    horizon_years: int = 20
    levers: Levers = {}
    areas: dict[str, AreaLevers] = {}

    @field_validator("schema_")
    @classmethod
    def _known_schema(cls, schema: int) -> int:
        if schema != SCHEMA:
            raise refusal("bad_schema", found=schema, allowed=SCHEMA)
        return schema

    @field_validator("id", "base")
    @classmethod
    def _plain_id(cls, name: str | None) -> str | None:
        if name is not None and not _ID.match(name):
            raise refusal("bad_id", found=shown(name))
        return name

    @field_validator("title", "explanation")
    @classmethod
    def _printable(cls, texts: Texts, info: ValidationInfo) -> Texts:
        is_title = info.field_name == "title"
        most = MOST_TITLE if is_title else MOST_EXPLANATION
        for language, text in (("nl", texts.nl), ("en", texts.en)):
            letters = text if is_title else text.replace("\n", "")
            if len(text) > most or not letters.isprintable():
                raise refusal("bad_text", path=f"{info.field_name}.{language}", found=shown(text), allowed=most)
        return texts

    @field_validator("start")
    @classmethod
    def _possible_start(cls, start: str) -> str:
        if not _START.match(start) or not BASE <= month_number(start) <= LAST_START:
            raise refusal("bad_start", found=shown(start), allowed=month_label(BASE))
        return start

    @field_validator("horizon_years")
    @classmethod
    def _possible_horizon(cls, years: int) -> int:
        if not 1 <= years <= MOST_YEARS:
            raise refusal("bad_number", found=years, allowed=f"1 .. {MOST_YEARS}")
        return years

    @field_validator("levers", mode="before")
    @classmethod
    def _national_names(cls, levers: Any) -> Any:
        check_names(levers, "levers", "national")
        return levers

    @field_validator("areas", mode="before")
    @classmethod
    def _area_names(cls, areas: Any) -> Any:
        for area, body in areas.items() if isinstance(areas, dict) else ():
            if area not in area_ids():
                allowed = ", ".join(area_ids())
                raise refusal("unknown_area", path=f"areas.{area}", nearest=nearest(area, area_ids()), allowed=allowed)
            check_names(body.get("levers") if isinstance(body, dict) else None, f"areas.{area}.levers", "area")
        return areas

    @field_validator("levers")
    @classmethod
    def _national_periods(cls, levers: Levers, info: ValidationInfo) -> Levers:
        return in_order(levers, "levers", info)

    @field_validator("areas")
    @classmethod
    def _area_periods(cls, areas: dict[str, AreaLevers], info: ValidationInfo) -> dict[str, AreaLevers]:
        return {
            area: AreaLevers.model_construct(levers=in_order(body.levers, f"areas.{area}.levers", info))
            for area, body in sorted(areas.items())
        }

    @property
    def start_month(self) -> int:
        """Month number at which the scenario starts."""
        return month_number(self.start)

    def schedule(self, area_id: str) -> LeverSchedule:
        """Return what is asked of one area: the national values, its own from where they begin."""
        steps = {path: steps_of(periods) for path, periods in self.levers.items()}
        own = self.areas.get(area_id)
        for path, periods in own.levers.items() if own else ():
            steps[path] = join_steps(steps.get(path, ()), steps_of(periods))
        return LeverSchedule(steps)

    def over(self, base: Scenario) -> Scenario:
        """Return this scenario with the levers of ``base`` under its own.

        A lever of the base holds until the first period this scenario gives for that lever, and no longer.
        """
        areas = {
            area: AreaLevers.model_construct(levers=merged(_area_levers(base, area), _area_levers(self, area)))
            for area in sorted({*base.areas, *self.areas})
        }
        return self.model_copy(update={"levers": merged(base.levers, self.levers), "areas": areas})

    def to_toml(self) -> str:
        """Return the scenario as a file that needs no other: the levers of its base are written out."""
        document = tomlkit.document()
        if self.base is not None:
            document.add(tomlkit.comment(f"base: {self.base} (its levers are written out below)"))
        document["schema"] = self.schema_
        document["id"] = self.id
        document["title"] = _inline(self.title.model_dump())
        document["explanation"] = _inline(self.explanation.model_dump())
        document["start"] = self.start
        document["horizon_years"] = self.horizon_years
        document["levers"] = {path: _inline(periods) for path, periods in self.levers.items()}
        if self.areas:
            document["areas"] = {
                area: {"levers": {path: _inline(periods) for path, periods in body.levers.items()}}
                for area, body in self.areas.items()
            }
        return tomlkit.dumps(document)


def parse_scenario(text: str, where: str, find_base: Callable[[str], Scenario] | None = None) -> Scenario:
    """Read a scenario from TOML.

    Args:
        text: content of the file.
        where: name of the file, for messages.
        find_base: gives the scenario a file names as its base, with its own base already under it.

    Raises:
        ScenarioError: one sentence on the first thing that is wrong.
    """
    try:
        scenario = Scenario.model_validate(checked_toml(text, where))
    except ValidationError as error:
        raise _as_sentence(error, where) from None
    if scenario.base is not None:
        if find_base is None or scenario.base == scenario.id:
            raise ScenarioError("base_cycle", where, found=shown(scenario.base))
        scenario = scenario.over(find_base(scenario.base))
    _check_mix(scenario, where)
    return scenario


def _check_mix(scenario: Scenario, where: str) -> None:
    """Refuse a pillar with money but no weights, and shares that add up to more than one."""
    for area in (None, *scenario.areas):
        schedule = scenario.schedule(area or "")
        path = f"areas.{area}.levers" if area else "levers"
        for month in sorted({month for month, _ in chain.from_iterable(schedule.steps.values())}):
            shares = pillar_shares(schedule, month)
            if sum(shares.values()) > 1 + ROUNDING:
                found = f"{month_label(month)}: {shares['limits']:g} + {shares['authority']:g}"
                raise ScenarioError("shares_above_one", where, path=f"{path}.…share_limits", found=found)
            if not any(schedule.value(f"police.hours.{rule}", month) for rule in HOUR_RULES):
                raise ScenarioError("empty_mix", where, path=f"{path}.police.hours.…", found=month_label(month))
            for pillar in GEZAG_PILLARS:
                paid = shares[pillar] > ROUNDING or any(
                    schedule.value(f"{PREFIX}{name}.{pillar}", month)
                    for name in ("pillar_euros", "pillar_euros_national")
                )
                if paid and not any(pillar_weights(schedule, month, pillar).values()):
                    found = f"{month_label(month)}, {pillar}"
                    raise ScenarioError("empty_mix", where, path=f"{path}.…mix", found=found)
            for line in (line for line in LINES if line.mix):
                stem = f"programme.{line.name}"
                euros = schedule.value(f"{stem}.budget", month) + schedule.value(f"{stem}.budget_national", month)
                if euros and not any(schedule.value(f"{stem}.mix.{name}", month) for name, _ in line.mix):
                    raise ScenarioError("empty_mix", where, path=f"{path}.{stem}.mix", found=month_label(month))


def _area_levers(scenario: Scenario, area: str) -> Levers:
    found = scenario.areas.get(area)
    return found.levers if found else {}


def _inline(values: Mapping[str, Any]) -> tomlkit.items.InlineTable:
    table = tomlkit.inline_table()
    table.update({key: _plain(value) for key, value in values.items()})
    return table


def _plain(value: Any) -> Any:
    whole = isinstance(value, float) and value.is_integer()
    return int(value) if whole else value


_EXPECTED = (
    ("string", "text"),
    ("int", "integer"),
    ("float", "number"),
    ("finite", "number"),
    ("dict", "table"),
    ("model", "table"),
)
"""How pydantic's kinds of error begin, and what was expected there."""


def _as_sentence(error: ValidationError, where: str) -> ScenarioError:
    # A misspelt key is missing and unknown at once: say the second, which names the spelling.
    first = min(error.errors(include_url=False), key=lambda found: found["type"] != "extra_forbidden")
    path = ".".join(f'"{part}"' if "." in str(part) else str(part) for part in first["loc"])
    kind = first["type"]
    if kind == "wijklab":
        details = first["ctx"]["details"]
        return ScenarioError(first["ctx"]["code"], where, **{"path": path, **details})
    if kind == "missing":
        return ScenarioError("missing_key", where, path=path)
    if kind == "extra_forbidden":
        allowed = _keys_beside(first["loc"])
        near = nearest(str(first["loc"][-1]), allowed)
        return ScenarioError("unknown_key", where, path=path, nearest=near, allowed=", ".join(allowed))
    expected = next((name for start, name in _EXPECTED if kind.startswith(start)), kind)
    return ScenarioError("wrong_type", where, path=path, found=shown(first["input"]), allowed=expected)


def _keys_beside(location: tuple[Any, ...]) -> list[str]:
    if location[0] in ("title", "explanation"):
        model: type[BaseModel] = Texts
    else:
        model = AreaLevers if location[0] == "areas" else Scenario
    return [field.alias or name for name, field in model.model_fields.items()]
