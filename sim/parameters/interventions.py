"""The page of interventions: everything the programme can buy and every sanction, with what is assumed of it.

Made from the catalogue and the parameters by ``python -m sim.parameters.interventions``.
"""

# ruff: noqa: E501 - a text in two languages reads best on one line
from __future__ import annotations

from collections.abc import Sequence

from sim.parameters.book import markdown_table as as_table
from sim.parameters.book import number_text as brief
from sim.parameters.book import write_page
from sim.parameters.loader import Parameter, declared_parameters
from sim.programme.catalogue import (
    INTERVENTIONS,
    PILLAR_NAMES,
    SANCTIONS,
    SERIOUS_ONLY,
    Delivery,
    Found,
    Intervention,
    Quality,
)

Text = tuple[str, str]
"""What is read in English and in Dutch."""

INTRODUCTION = """\
# Interventions

Made from the catalogue (`sim/programme/catalogue.py`) and the parameters by
`python -m sim.parameters.interventions`. Do not edit this page: change those and make it again. How a row becomes
posts, places, people and an effect stands in [design.md](design.md#55-from-euros-to-effect); every number with its
doubt in [parameters.md](parameters.md).

*Deze pagina somt op wat het programma kan kopen en welke straffen er zijn, met wat het model ervan aanneemt.*

- **Effect** is a ratio: 0.86 means that the source, shrunk to half for routine delivery, finds 14 % fewer offences.
  It is the total of a trial. The model puts in what is left after the ways it carries by itself (own recent
  offending, trust, school, work), so that a simulated trial returns the row. In brackets the range of the draws.
- **Nothing put in** means that no study gives an effect to put in, or that the study is kept to check the model
  against. What such a row does has to come out of the model, or is nothing.
- **Lag, full, half-life**: months until the full effect, months it holds from the start (or as long as the service
  is received), months in which it halves afterwards.
- **Weight** is the usual share in the money of its pillar. No source tells how the money is split: this is judgement.
- **Label** is what a quality framework makes of it. *Effective*: trials find an effect. *Promising*: signs of one.
  *Unproven*: none was found, or nobody looked. *Harmful*: it makes things worse.
"""

SANCTION_HEADING = """\
## What police and justice do to a person

*Wat politie en justitie met iemand doen.*

"""

PILLARS_EN_FIRST: dict[str, Text] = {name: (en, nl) for name, (nl, en) in PILLAR_NAMES.items()}

FOUND: dict[Found, Text] = {
    "signals": ("reported by school, police, street work or probation", "gemeld door school, politie, straat of toezicht"),
    "everyone": ("everybody of the age", "iedereen van de leeftijd"),
    "street": ("known to a street worker to go wrong", "bij een jongerenwerker bekend als iemand die de fout in gaat"),
    "severe": ("reported, and on youth probation or registered three times", "gemeld, en onder toezicht of drie keer geregistreerd"),
    "idle": ("without school or work, and known to the municipality", "zonder school of werk, en bekend bij de gemeente"),
    "released": ("back from custody for three months at most", "hooguit drie maanden terug uit detentie"),
    "detained": ("in youth custody", "in jeugddetentie"),
    "group": ("suspects with a tie of co-offending to another suspect", "verdachten die met een andere verdachte delicten pleegden"),
    "prolific": ("registered three times or more and lately, most points first", "drie keer of vaker en onlangs geregistreerd, de meeste punten eerst"),
}  # fmt: skip
"""How people come into a service with places."""

CHAIN: dict[str, Text] = {
    "halt": ("minors with a minor first offence", "minderjarigen met een klein eerste feit"),
    "prosecution": ("suspects who would be let go", "verdachten wier zaak anders ophoudt"),
    "swift_handling": ("who is to be tried", "wie voor de rechter moet komen"),
    "neighbourhood_court": ("who is to be tried for a minor offence", "wie voor een klein feit voor de rechter moet komen"),
    "community_service": ("adults sentenced to less than six months", "volwassenen met een straf van minder dan zes maanden"),
    "youth_probation": ("minors found guilty", "minderjarigen die schuldig zijn bevonden"),
    "isd": ("adults registered ten times or more", "volwassenen met tien of meer registraties"),
}  # fmt: skip
"""Whom the justice chain takes, for what is paid by the case or place."""

STREETS: dict[str, Text] = {
    "jeugdboa": (
        "streets with most registered crime, and groups of youths",
        "straten met de meeste registraties, en groepen jongeren",
    ),
    "hot_spots": ("streets with most registered crime", "straten met de meeste registraties"),
    "problem_oriented": ("streets with most registered crime", "straten met de meeste registraties"),
    "wijkagent": ("all residents", "alle bewoners"),
    "procedural_justice": ("officers and boa's", "agenten en boa's"),
}

DELIVERY: dict[Delivery, Text] = {
    "places": ("places", "plaatsen"),
    "chain": ("cases in the justice chain", "zaken in de keten"),
    "hours": ("hours on the street", "uren op straat"),
    "training": ("training", "training"),
}

PRICES = {
    "jeugdboa": "police.boa_post",
    "hot_spots": "police.police_hour",
    "problem_oriented": "police.police_hour",
    "wijkagent": "police.police_hour",
    "procedural_justice": "police.training_cost",
}
"""Prices that do not stand under the name of the intervention."""

ACTS_AS = {"prosecution": "processing", "community_service": "community_service", "procedural_justice": "fair_stop"}
"""Interventions that act through a sanction of another name."""

OTHERWISE: dict[str, Text] = {
    "wijkagent": ("nothing put in on crime; trust of residents grows", "niets ingevoerd op delicten; vertrouwen van bewoners groeit"),
    "supported_work": ("nothing put in on offending; more find work", "niets ingevoerd op delictgedrag; meer mensen vinden werk"),
}  # fmt: skip
"""What is put in where it is not an effect on offending or crime."""

NOTHING: Text = ("nothing put in", "niets ingevoerd")
ON_ALL: Text = ("on all offending", "op alle delictgedrag")
ON_MINORS: Text = ("on all offending of minors", "op alle delictgedrag van minderjarigen")
ON_SERIOUS: Text = ("on serious offending", "op ernstig delictgedrag")
ON_STREET: Text = ("on crime at the place", "op delicten ter plaatse")
AGAINST_PRISON: Text = ("against short prison", "tegenover korte celstraf")

LABELS: dict[Quality, Text] = {
    "effective": ("effective", "effectief"),
    "promising": ("promising", "veelbelovend"),
    "unproven": ("unproven", "niet bewezen"),
    "harmful": ("harmful", "schadelijk"),
}

SANCTION_TEXTS: dict[str, tuple[Text, Text]] = {
    "halt": (("Halt", "Halt"), ("minors with a minor first offence, while there is room", "minderjarigen met een klein eerste feit, zolang er plaats is")),
    "processing": (("formal processing", "formele afdoening"), ("minors who are tried and not detained", "minderjarigen die voor de rechter komen en niet vastzitten")),
    "swift_handling": (("swift handling", "snelle afdoening"), ("who is tried about a month after the offence", "wie na ongeveer een maand voor de rechter komt")),
    "neighbourhood_court": (("neighbourhood court", "wijkrechtspraak"), ("who is tried there", "wie daar terechtstaat")),
    "youth_probation": (("youth probation", "jeugdreclassering"), ("minors found guilty, while there is room", "minderjarigen die schuldig zijn bevonden, zolang er plaats is")),
    "youth_custody": (("youth custody", "jeugddetentie"), ("minors guilty of a serious offence, some", "een deel van de minderjarigen na een ernstig delict")),
    "short_prison": (("prison below six months", "celstraf korter dan zes maanden"), ("adults guilty of a serious offence, some", "een deel van de volwassenen na een ernstig delict")),
    "long_prison": (("prison of six months or more", "celstraf van zes maanden of langer"), ("adults guilty of a serious offence, some", "een deel van de volwassenen na een ernstig delict")),
    "isd": (("ISD placement", "ISD-maatregel"), ("adults registered ten times or more, while there is room", "volwassenen met tien of meer registraties, zolang er plaats is")),
    "stop": (("stop by police or boa", "staandehouding door politie of boa"), ("youths of 12 to 27 on the street; boys and the known more often", "jongeren van 12 tot en met 27 op straat; jongens en bekenden vaker")),
    "fair_stop": (("fair treatment in a stop", "eerlijke bejegening bij een staandehouding"), ("whom a trained officer stops", "wie door een getrainde agent wordt staande gehouden")),
}  # fmt: skip
"""Name and reach of each sanction."""


def page() -> str:
    """Return the whole page."""
    bought = [_row(one) for one in INTERVENTIONS]
    sanctions = [_sanction(name) for name in SANCTIONS]
    columns = ("intervention", "id", "pillar", "for whom", "delivery", "price, EUR", "months", "willing", "drop-out",
               "effect", "lag", "full", "half-life", "source", "grade", "weight", "label")  # fmt: skip
    punished = ("sanction", "id", "who", "effect", "lag", "full", "half-life", "source", "grade")
    return (
        f"{INTRODUCTION}\n## What can be bought\n\n{as_table(columns, bought)}\n"
        f"{SANCTION_HEADING}{as_table(punished, sanctions)}"
    )


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
        *_curve(effect),
        *_source(effect or f"services.{one.name}_employment"),
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
        return _both(CHAIN[one.name] if one.name in CHAIN else STREETS[one.name])
    low, high = _table(f"services.{one.name}_age")
    en, nl = FOUND[one.found]
    school = (", at school", ", op school") if one.at_school else ("", "")
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
        ratio = f" ({_ratio('services.supported_work_employment')})" if name == "supported_work" else ""
        return _both((OTHERWISE[name][0] + ratio, OTHERWISE[name][1]))
    if not path:
        return _both(NOTHING)
    on = ON_STREET if path.startswith("police.") else ON_SERIOUS if name in SERIOUS_ONLY else ON_ALL
    if name == "community_service":
        on = AGAINST_PRISON
    elif path == "services.processing_effect":
        on = ON_MINORS
    return _both((f"{_ratio(path)} {on[0]}", on[1]))


def _ratio(path: str, inverse: bool = False) -> str:
    parameter = declared_parameters()[path]
    assert not isinstance(parameter.value, list)
    value, low, high = parameter.value, parameter.distribution.p05, parameter.distribution.p95
    if inverse:
        value, low, high = 1 / value, 1 / high if high else None, 1 / low if low else None
    ends = f" ({low:.2f} to {high:.2f})" if low is not None and high is not None else ""
    return f"{value:.2f}{ends}"


def _curve(path: str) -> tuple[str, str, str]:
    """Return lag, months of full effect and half-life."""
    stem = path.removesuffix("_effect")
    if path == "services.community_service_effect":
        stem = "services.short_prison"
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
    return f" ({low:,.0f} to {high:,.0f})" if low is not None and high is not None else ""


def _both(text: Text) -> str:
    """Return English over Dutch, once where they are the same."""
    return text[0] if text[0] == text[1] else f"{text[0]}<br>*{text[1]}*"


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line of this module."""
    write_page(PAGE, "interventions.md", "Write the page of interventions.", arguments)


if __name__ == "__main__":
    main()
