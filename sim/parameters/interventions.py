"""The page of interventions: the lines, everything the programme can buy and every sanction, with what is assumed.

Made from the catalogue and the parameters by ``python -m sim.parameters.interventions``; its words stand in
:mod:`sim.parameters.intervention_texts`.
"""

from __future__ import annotations

from collections.abc import Sequence

from sim.parameters.book import markdown_table as as_table
from sim.parameters.book import number_text as brief
from sim.parameters.book import write_page
from sim.parameters.intervention_texts import (
    ACTS_AS,
    AGAINST_PRISON,
    ALSO,
    BUREAU,
    BY_PILLARS,
    CHAIN,
    DELIVERY,
    DIVIDED,
    ELSEWHERE,
    FOUND,
    INTRODUCTION,
    LABELS,
    LINES_HEADING,
    NOT_ON_OFFENDING,
    NOTHING,
    ON_ALL,
    ON_MINORS,
    ON_SERIOUS,
    ON_STREET,
    OTHERWISE,
    PAYERS,
    PILLARS_EN_FIRST,
    PRICES,
    SANCTION_HEADING,
    SANCTION_TEXTS,
    STREETS,
    Text,
)
from sim.parameters.loader import Parameter, declared_parameters
from sim.programme.catalogue import (
    GEZAG,
    INTERVENTIONS,
    LINES,
    SANCTIONS,
    SERIOUS_ONLY,
    STREET_MEASURES,
    Intervention,
)

AT_SCHOOL = ("behind", "absent")
"""Ways of being found that say by themselves that it is at school."""


def page() -> str:
    """Return the whole page."""
    bought = [_row(one) for one in INTERVENTIONS]
    sanctions = [_sanction(name) for name in SANCTIONS]
    columns = (
        "intervention", "id", "pillar", "for whom", "delivery", "price, EUR", "months", "willing", "drop-out",
        "on offending and crime", "at school, at work, at home", "lag", "full", "half-life", "source", "grade",
        "weight", "label",
    )  # fmt: skip
    punished = ("sanction", "id", "who", "effect", "lag", "full", "half-life", "source", "grade")
    return (
        f"{INTRODUCTION}\n{LINES_HEADING}{_lines()}\n## What can be bought\n\n{as_table(columns, bought)}\n"
        f"{SANCTION_HEADING}{as_table(punished, sanctions)}"
    )


def _lines() -> str:
    """Return the table of lines."""
    rows = []
    for line in LINES:
        share = declared_parameters()[line.reaches]
        bought = [f"`{name}` {brief(weight)}" for name, weight in line.mix]
        usual = ", ".join(bought) or _both(BY_PILLARS if line.name == GEZAG else BUREAU)
        names = _both((line.en, line.nl))
        reaches = f"{brief(_central(share))}{_range(share)}"
        rows.append((names, f"`{line.name}`", _both(PAYERS[line.payer]), _both(DIVIDED[line.key]), reaches, usual))
    columns = ("line", "id", "who pays", "divided by", "share that lands in the areas", "what it buys, usual weight")
    return as_table(columns, rows)


def _row(one: Intervention) -> tuple[str, ...]:
    """Return what is known of one intervention."""
    effect = _effect_path(one.name)
    return (
        _both((one.en, one.nl)),
        f"`{one.name}`",
        _both(PILLARS_EN_FIRST[one.pillar]),
        _for_whom(one),
        _both(DELIVERY[one.delivery]) + _rounds(one),
        _price(one.name),
        _value(f"services.{one.name}_months"),
        _percent(f"services.{one.name}_accept"),
        _percent(f"services.{one.name}_drop_out", " a month"),
        _effect(one.name, effect),
        _both(_also(one.name)),
        *_curve(effect or f"services.{one.name}_effect"),
        *_source(effect or ALSO.get(one.name, (("",),))[0][0]),
        brief(one.weight),
        _both(LABELS[one.quality]),
    )


def _sanction(name: str) -> tuple[str, ...]:
    names, who = SANCTION_TEXTS[name]
    effect = "services.community_service_effect" if name == "short_prison" else _effect_path(name)
    if name == "short_prison":
        shown = _both((f"{_ratio(effect, inverse=True)} {ON_ALL[0]}", ON_ALL[1]))
    else:
        shown = _effect(name, effect)
    return (_both(names), f"`{name}`", _both(who), shown, *_curve(f"services.{name}_effect"), *_source(effect))


def _for_whom(one: Intervention) -> str:
    """Return ages and the way people come in."""
    if one.found is None:
        return _both((CHAIN | STREETS | ELSEWHERE)[one.name])
    low, high = _table(f"services.{one.name}_age")
    en, nl = FOUND[one.found]
    school = (", at school", ", op school") if one.at_school and one.found not in AT_SCHOOL else ("", "")
    return _both((f"{low} to {high}: {en}{school[0]}", f"{nl}{school[1]}"))


def _rounds(one: Intervention) -> str:
    """Return how a service with places takes people in, and its regular places."""
    if one.delivery != "places":
        return ""
    months = _value("programme.intake_months")
    every = f"every {months} months" if one.rounds else "every month"
    regular = _value(f"services.{one.name}_regular")
    return f"; intake {every}; regular {regular} per 1,000 of 8 to 27"


def _price(name: str) -> str:
    """Return the price with what it is a price of."""
    parameter = declared_parameters()[PRICES.get(name, f"services.{name}_cost")]
    unit = parameter.unit.removeprefix("EUR ")
    return f"{_number(parameter)} {unit}{_range(parameter)}"


def _effect_path(name: str) -> str:
    """Return the parameter that holds the effect, empty when nothing is put in."""
    for path in (f"police.{name}_effect", f"services.{ACTS_AS.get(name, name)}_effect"):
        if path in declared_parameters():
            return path
    return ""


def _effect(name: str, path: str) -> str:
    """Return the effect with what it acts on."""
    if name in OTHERWISE:
        return _both(OTHERWISE[name])
    if not path:
        return _both(NOT_ON_OFFENDING if name in ALSO else NOTHING)
    on = (
        ON_STREET
        if path.startswith("police.") or name in STREET_MEASURES
        else ON_SERIOUS
        if name in SERIOUS_ONLY
        else ON_ALL
    )
    if name == "community_service":
        on = AGAINST_PRISON
    elif path == "services.processing_effect":
        on = ON_MINORS
    return _both((f"{_ratio(path)} {on[0]}", on[1]))


def _also(name: str) -> Text:
    """Return what else is put in, with its size, in both languages."""
    parts = [(_ratio(path), en, nl) for path, en, nl in ALSO.get(name, ())]
    return "; ".join(f"{size} {en}" for size, en, _ in parts), "; ".join(f"{size} {nl}" for size, _, nl in parts)


def _ratio(path: str, inverse: bool = False) -> str:
    parameter = declared_parameters()[path]
    value, low, high = _central(parameter), parameter.distribution.p05, parameter.distribution.p95
    if inverse:
        value, low, high = 1 / value, 1 / high if high else None, 1 / low if low else None
    if path.endswith("_cost"):
        return _number(parameter) + _range(parameter)
    return f"{value:.2f} ({low:.2f} to {high:.2f})" if low is not None and high is not None else brief(value)


def _central(parameter: Parameter) -> float:
    assert not isinstance(parameter.value, list)
    return parameter.value


def _curve(path: str) -> tuple[str, str, str]:
    """Return lag, months of full effect and half-life."""
    stem = path.removesuffix("_effect")
    if path == "services.community_service_effect":
        stem = "services.short_prison"
    if stem.removeprefix("services.") in STREET_MEASURES:
        return ("0", "while there", "0")
    if stem.startswith("police."):
        kind = "problem" if "problem" in stem else "hot_spots"
        there = (
            ("police.problem_lag", "police.problem_half_life")
            if kind == "problem"
            else ("", "police.hot_spots_half_life")
        )
        if "jeugdboa" in stem:
            there = ("", "")
        return (_value(there[0]) or "0", "while there", _value(there[1]) or "0")
    full = _value(f"{stem}_full_months")
    return (_value(f"{stem}_lag"), "while receiving" if full == "0" else full, _value(f"{stem}_half_life"))


def _source(path: str) -> tuple[str, str]:
    parameter = declared_parameters().get(path)
    return (parameter.source, parameter.grade) if parameter else ("", "")


def _value(path: str) -> str:
    """Return the value of a parameter, empty when there is none of that name."""
    parameter = declared_parameters().get(path)
    return _number(parameter) if parameter else ""


def _percent(path: str, unit: str = "") -> str:
    parameter = declared_parameters().get(path)
    if parameter is None or isinstance(parameter.value, list):
        return ""
    return f"{brief(100 * parameter.value)} %{unit}"


def _table(path: str) -> tuple[str, str]:
    value = declared_parameters()[path].value
    assert isinstance(value, list)
    return brief(value[0]), brief(value[1])


def _number(parameter: Parameter) -> str:
    assert not isinstance(parameter.value, list)
    return f"{parameter.value:,.0f}" if parameter.unit.startswith("EUR") else brief(parameter.value)


def _range(parameter: Parameter) -> str:
    low, high = parameter.distribution.low, parameter.distribution.high
    if low is None or high is None:
        return ""
    return f" ({low:,.0f} to {high:,.0f})" if parameter.unit.startswith("EUR") else f" ({brief(low)} to {brief(high)})"


def _both(text: Text) -> str:
    """Return English over Dutch, once where they are the same."""
    return text[0] if text[0] == text[1] else f"{text[0]}<br>*{text[1]}*"


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line of this module."""
    write_page(page, "interventions.md", "Write the page of interventions.", arguments)


if __name__ == "__main__":
    main()
