"""What is asked of a trial: the service, who draws lots, for how long, and which register the evaluator reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sim.calendar import MONTHS_PER_YEAR
from sim.programme.catalogue import BY_NAME, OFFERED

AREA = "vlaardingen-westwijk"
SERVICE = "mentoring"
SCENARIO, REFERENCE = "preventie-met-gezag", "geen-programma"

FIRST_CRIME_AGE = 12
"""Nobody is registered as a suspect below this age."""

ADULT = 18

SUSPECT, CONVICTED, LEFT_SCHOOL, EMPLOYED, PROBLEM_DEBT = (
    "suspect", "convicted", "left_school", "employed", "problem_debt",
)  # fmt: skip
SHARES = (SUSPECT, CONVICTED, LEFT_SCHOOL, EMPLOYED, PROBLEM_DEBT)
"""What an evaluator finds in a register as yes or no of each person, over or at the end of the follow-up.

``suspect`` registered as a suspect again; ``convicted`` convicted again; ``left_school`` left school without a start
qualification, of who attended; ``employed`` has work at the end, of who is 18 by then; ``problem_debt`` lives in a
household with problem debt at the end.
"""

REGISTRATIONS = "registrations"
"""Months with a new registration as a suspect, per person."""

OFFENCES = "offences"
"""Offences per person, registered or not: what happened and no evaluator sees."""

BETTER: Mapping[str, int] = MappingProxyType(
    {SUSPECT: -1, CONVICTED: -1, LEFT_SCHOOL: -1, EMPLOYED: 1, PROBLEM_DEBT: -1, REGISTRATIONS: -1, OFFENCES: -1}
)
"""Which sign of a difference is good."""

SMALLEST_CELL = 10
"""Counts of persons below this do not leave a secured register (CBS microdata: at least ten units in a cell)."""

_OF_PILLAR = {"education": LEFT_SCHOOL, "jobs": EMPLOYED}
_OF_SERVICE = {"supported_work": EMPLOYED}


def main_outcome(service: str) -> str:
    """Return the share on which a trial of a service is judged, unless somebody says otherwise."""
    return _OF_SERVICE.get(service, _OF_PILLAR.get(BY_NAME[service].pillar, SUSPECT))


@dataclass(frozen=True)
class LotteryPlan:
    """An evaluation by lottery among the eligible of one area.

    Attributes:
        service: name of the service in the catalogue, one of ``OFFERED``.
        area: area id.
        scenario: the policy under which everything else goes on, by id or path.
        enrol_months: months in which lots are drawn, from the scenario's start.
        follow_months: months each person is followed, from the month of the lot.
        places: persons let in per year in the whole area; ``None`` for the places that the scenario pays for.
        crossover: share of who lost the lottery and gets the service all the same.
        national: whether the register follows who moves out of the area.
        sample: share of the streets.
        changes: parameters in place of those of the draw, by path.
    """

    service: str
    area: str = AREA
    scenario: str = SCENARIO
    enrol_months: int = 2 * MONTHS_PER_YEAR
    follow_months: int = 2 * MONTHS_PER_YEAR
    places: float | None = None
    crossover: float = 0.0
    national: bool = False
    sample: float = 1.0
    changes: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        if self.service not in OFFERED:
            raise ValueError(f"'{self.service}' is no service with places; choose one of {', '.join(OFFERED)}")

    @property
    def months(self) -> int:
        """Months the world is lived: until the last who drew a lot has been followed."""
        return self.enrol_months + self.follow_months - 1
