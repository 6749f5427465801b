"""Work: everybody's situation is settled anew now and then, by qualification, age, place, record and luck."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from sim.parameters import ParameterSet

if TYPE_CHECKING:
    from sim.population.table import Table
    from sim.population.traits import Calibration

FIRST_AGE, LAST_AGE = 15, 75


def employment_chance(
    people: Table,
    rows: NDArray[np.intp],
    calibration: Calibration,
    p: ParameterSet,
    with_record: bool = True,
) -> NDArray[np.float64]:
    """Return the chance of being employed once somebody's situation is settled anew, one per row.

    The margin by age, sex, qualification and wijk is kept; within it the lasting position on the labour market
    decides in part, and a criminal record pulls it down.
    """
    age = people.age[rows]
    by_age, by_qualification = calibration.work_logit.ravel(), (p["work.no_qualification"], 0.0, p["work.higher"])
    logit = by_age.take(people.sex[rows] * np.uint16(256) + age)
    logit += calibration.work_shift.take(people.wijk[rows])
    logit += np.array(by_qualification).take(people.qualification[rows])
    margin = 1 / (1 + np.exp(-logit))
    lasting = p["work.persistence"]
    position = people.employability[rows].astype(np.float64)
    if with_record:
        position = position + p["work.record"] * (people.convictions[rows] > 0)
    chance = ndtr((ndtri(margin) + lasting * position) / np.sqrt(1 - lasting**2))
    return np.where((age >= FIRST_AGE) & (age < LAST_AGE), chance, 0.0)
