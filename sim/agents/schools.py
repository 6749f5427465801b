"""Schools: they form classes in August, look for teachers, and report absence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa
import numpy as np
from numpy.typing import NDArray

from sim.calendar import MONTHS_PER_YEAR
from sim.draws import Rows, derive_ids, threshold
from sim.population import columns as c

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel

PRIMARY, SECONDARY = 0, 1
PRIMARY_AGES = (4, 12)
AGES_IN_CLASSES = (4, 23)
GRADES = 24
CLASSES_PER_GRADE = 64
"""Room for class numbers: school x grade x parallel class."""


class School(mesa.Agent):
    """One school inside the area.

    Rule: it has one teaching post per class; teachers leave at a steady rate and open posts are filled at the rate
    that holds the usual shortage. Pupils of a class without a teacher learn less.

    Attributes:
        kind: primary, or secondary (which includes mbo).
        vacancy: share of the teaching posts that is open.
    """

    STATE = ("vacancy",)

    model: NeighbourhoodModel

    def __init__(self, model: NeighbourhoodModel, number: int, kind: int, life: np.uint64) -> None:
        super().__init__(model)
        self.number = number
        self.kind = kind
        self.life = life
        self.vacancy = model.p["school.vacancies"]

    def recruit(self, share: float) -> None:
        """Lose and hire teachers for a month; money for recruiting fills posts that would stay open.

        Args:
            share: part of all posts that recruiting money can keep filled.
        """
        p = self.model.p
        leaving = p["school.teacher_turnover"] / MONTHS_PER_YEAR
        usual = p["school.vacancies"]
        hiring = leaving * (1 - usual) / usual
        self.vacancy += leaving * (1 - self.vacancy) - hiring * self.vacancy
        # what the money fills in a month, until as many are filled as it pays for
        gap = self.vacancy - (usual - share)
        self.vacancy = max(self.vacancy - max(min(gap, share / MONTHS_PER_YEAR), 0.0), 0.0)


class Schools:
    """The schools of an area together: who attends where, and with whom in class.

    Args:
        model: the world.
        whole_area: pupils of primary and of secondary age in the whole area; they fix the number of schools.
    """

    def __init__(self, model: NeighbourhoodModel, whole_area: tuple[float, float]) -> None:
        p = model.p
        sizes = (p["school.school_size_primary"], p["school.school_size_secondary"])
        # a sample has fewer pupils and so fewer schools: classes and schools keep their real size
        counts = [max(1, round(pupils * model.fraction / size)) for pupils, size in zip(whole_area, sizes, strict=True)]
        self.schools: list[School] = []
        for kind, count in zip((PRIMARY, SECONDARY), counts, strict=True):
            for index in range(count):
                number = len(self.schools)
                life = derive_ids(np.array([model.area_key], dtype=np.uint64), f"school {kind}", index)[0]
                self.schools.append(School(model, number, kind, life))
        self._lives = [
            np.array([s.life for s in self.schools if s.kind == kind], dtype=np.uint64) for kind in (PRIMARY, SECONDARY)
        ]
        self._of_kind = [np.array([s.number for s in self.schools if s.kind == kind]) for kind in (PRIMARY, SECONDARY)]

    @property
    def posts(self) -> float:
        """Teaching posts: one per class."""
        people = self.schools[0].model.people
        return float(np.count_nonzero(people.column("school") >= 0)) / self.schools[0].model.p["school.class_size"]

    def vacancies(self) -> NDArray[np.float64]:
        """Return the teacher shortage by school; the last entry is for pupils outside the area (number -1)."""
        usual = self.schools[0].model.p["school.vacancies"]
        return np.array([school.vacancy for school in self.schools] + [usual])

    def choose(self, model: NeighbourhoodModel, rows: Rows) -> None:
        """Give pupils a school of their kind, inside the area or outside; the choice is fixed per person and kind."""
        people, draws = model.people, model.draws
        life, age = people.life[rows], people.age[rows]
        for kind, mine in ((PRIMARY, age < PRIMARY_AGES[1]), (SECONDARY, age >= PRIMARY_AGES[1])):
            here, ids = rows.compress(mine), life.compress(mine)
            if here.size == 0:
                continue
            share = model.p["school.outside_primary" if kind == PRIMARY else "school.outside"]
            outside = draws.happens(f"school.outside.{kind}", ids, threshold(share))
            schools = self._of_kind[kind]
            keys = draws.pair_bits("school.choice", ids[:, None], self._lives[kind])
            people.school[here] = np.where(outside, -1, schools[keys.argmin(axis=1)])

    def form_classes(self, model: NeighbourhoodModel) -> None:
        """Put the pupils of every school and year of age into parallel classes, at the start of the school year."""
        people = model.people
        age = people.column("age")
        pupils = np.flatnonzero(
            (people.column("status") == c.INSIDE)
            & people.column("enrolled")
            & (age >= AGES_IN_CLASSES[0])
            & (age < AGES_IN_CLASSES[1])
        )
        people.school_class[: people.used] = -1
        entering = pupils.compress((people.school[pupils] < 0) | (people.age[pupils] == PRIMARY_AGES[1]))
        self.choose(model, entering)
        self._into_classes(model, pupils.compress(people.school[pupils] >= 0))

    def _into_classes(self, model: NeighbourhoodModel, rows: Rows) -> None:
        people = model.people
        grade = people.school[rows].astype(np.int64) * GRADES + people.age[rows]
        count = np.bincount(grade, minlength=len(self.schools) * GRADES)
        parallel = np.clip(np.rint(count / model.p["school.class_size"]), 1, CLASSES_PER_GRADE).astype(np.int64)
        best = np.zeros(rows.size, dtype=np.int64)
        lowest = np.full(rows.size, 0xFFFFFFFF, dtype=np.uint32)
        for number in range(int(parallel.max(initial=1))):  # the smallest key wins: one more class moves few pupils
            key = model.draws.bits("school.class", people.life[rows], model.month // MONTHS_PER_YEAR, number)
            better = (number < parallel[grade]) & (key <= lowest)
            best[better], lowest[better] = number, key.compress(better)
        people.school_class[rows] = grade * CLASSES_PER_GRADE + best

    def place_newcomers(self, model: NeighbourhoodModel, rows: Rows) -> None:
        """Give pupils who arrive during the year a school and a seat in one of its classes."""
        people = model.people
        pupils = rows.compress(people.enrolled[rows])
        age = people.age[pupils]
        pupils = pupils[(age >= AGES_IN_CLASSES[0]) & (age < AGES_IN_CLASSES[1])]
        self.choose(model, pupils)
        pupils = pupils[people.school[pupils] >= 0]
        grade = people.school[pupils].astype(np.int64) * GRADES + people.age[pupils]
        people.school_class[pupils] = grade * CLASSES_PER_GRADE

    def plan(self) -> None:
        """Let every school recruit."""
        model = self.schools[0].model
        target = model.municipality.active_euros("teachers") / model.p["services.teachers_cost"]
        share = min(target / max(self.posts, 1.0), model.p["school.vacancies"])
        for school in self.schools:
            school.recruit(share)
