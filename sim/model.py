"""The model of one area: ``step()`` lives one month and reads as its table of contents."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import mesa
import networkx as nx
import numpy as np
from numpy.typing import NDArray

from sim import setup, snapshot
from sim.agents.agentset import ColumnAgentSet, Youth
from sim.agents.alliance import Alliance
from sim.agents.care import CareTeam
from sim.agents.corporaties import Corporatie, let_vacant
from sim.agents.debt_help import DebtHelp
from sim.agents.employers import Employers
from sim.agents.housing_fund import HousingFund
from sim.agents.justice import JusticeChain
from sim.agents.municipality import Municipality
from sim.agents.police import PoliceTeam
from sim.agents.residents_groups import ResidentsGroups
from sim.agents.schools import Schools
from sim.agents.social import SocialOrganisations
from sim.areas.local import LocalNumbers, area_with
from sim.calendar import MONTHS_PER_YEAR, SCENARIO_START, month_label
from sim.counting import Counts
from sim.draws import F64, U32, U64, Draws, Rows
from sim.levers import LeverSchedule
from sim.mechanisms.arrays import runs
from sim.mechanisms.careers import count_offenders, home_risks, participants, remember, tie
from sim.mechanisms.debts import fall_behind, live_elsewhere
from sim.mechanisms.drug_market import turn_over
from sim.mechanisms.expectations import count_expectations
from sim.mechanisms.health import Health
from sim.mechanisms.homes import keep_up
from sim.mechanisms.income import review
from sim.mechanisms.offending import Offences, Offending, Rates
from sim.mechanisms.placement import place_in_work
from sim.mechanisms.places import Crimes, Places, feel_unsafe, turn_of_year
from sim.mechanisms.register import Register, Suspects
from sim.mechanisms.schooling import Schooling
from sim.mechanisms.surroundings import wear
from sim.mechanisms.trust import fade
from sim.mechanisms.welfare import review_welfare, welfare_elsewhere
from sim.mechanisms.work import Turnover
from sim.networks import friends, graphs
from sim.parameters import ParameterSet, load_parameters
from sim.parameters.loader import frozen_centres
from sim.population import columns as c
from sim.population.demography import Demography, move_people
from sim.population.donors import DonorPool
from sim.population.table import Table
from sim.population.traits import Calibration
from sim.programme import services
from sim.programme.catalogue import YOUTH_AGES
from sim.readout import outcome_rows
from sim.scenario import Scenario

BLOCK_ROWS = 32_768
"""Rows worked on at once: the columns of a block fit the cache. Results do not depend on it."""

AUGUST, SEPTEMBER, JANUARY = 7, 8, 0


class NeighbourhoodModel(mesa.Model):
    """One focus area with its residents and institutions, month by month.

    The constructor synthesises the population of January 2022, gives it a past, lives 36 months of burn-in and then
    the months up to the scenario's start.

    Args:
        area: id of the area, see :func:`sim.areas.area_ids`.
        scenario: what policy does; ``None`` for no programme at all.
        rng: the seed, an integer.
        sample: share of the street segments to simulate, above 0 up to 1.
        draw: number of the parameter draw; 0 is the central set.
        parameters: a parameter set in place of ``draw``.
        start: month at which to stop preparing (default: the scenario's start).
        elsewhere_share: share of the leavers followed elsewhere; by default 10 % at full scale and more in a sample.
        threads: threads for the work on blocks of rows.
        block_rows: rows per block.
        centres: frozen centres in place of the packaged ones (they are made with this).
        local: what the area knows itself; its parameters come on top of ``draw`` or ``parameters``.
        collect: model reporters for a :class:`mesa.DataCollector`, collected after every step.

    Raises:
        UnknownArea: when there is no such area.
        ValueError: when ``sample`` is not above 0 and at most 1.
    """

    people: Table
    households: Table
    dwellings: Table
    streets: Table
    cases: Table
    calibration: Calibration
    donors: DonorPool
    counts: Counts
    offending: Offending
    register: Register
    places: Places
    demography: Demography
    schooling: Schooling
    effects: services.Effects
    municipality: Municipality
    police: PoliceTeam
    justice: JusticeChain
    corporaties: list[Corporatie]
    employers: Employers
    alliance: Alliance
    debt_help: DebtHelp
    care: CareTeam
    social: SocialOrganisations
    residents_groups: ResidentsGroups
    housing_fund: HousingFund
    health: Health
    turnover: Turnover
    usual_unwell: F64
    usual_pupil: F64
    usual_leaving: F64
    usual_minor: float
    usual_moved: float
    usual_weak_homes: float
    schools_of_area: Schools
    month: int
    start: int
    fraction: float
    income_line: float
    normal_vacancy: int
    friends_renewed: int
    circles: NDArray[np.int64]
    with_effect: Rows
    birthday_rows: Rows
    birthday_lives: U64
    demography_held: bool
    area_key: np.uint64
    roles: float
    closed_roles: float
    usual_crime_per_head: float
    usual_pressure: float
    usual_victims: float
    usual_low_income: float
    usual_own_recent: float
    usual_leaving_log: float
    rates: Rates
    caught: U32
    offences: Offences
    crimes: Crimes
    suspects: Suspects
    _youths: Rows | None

    def __init__(
        self,
        area: str = "den-haag-zuidwest",
        scenario: Scenario | None = None,
        rng: int | None = 1,
        sample: float = 1.0,
        draw: int = 0,
        parameters: ParameterSet | None = None,
        start: int | None = None,
        elsewhere_share: float | None = None,
        threads: int = 1,
        block_rows: int = BLOCK_ROWS,
        centres: Mapping[str, Any] | None = None,
        local: LocalNumbers | None = None,
        collect: Mapping[str, Callable[[NeighbourhoodModel], Any]] | None = None,
        _state: snapshot.State | None = None,
    ) -> None:
        super().__init__(rng=rng)
        if not 0 < sample <= 1:
            raise ValueError(f"sample is {sample}; choose a share above 0 and at most 1")
        self.seed_value = int(rng) if rng is not None else 0
        self.scenario = scenario
        self.local = local
        self.area = area_with(area, local)
        self.sample = float(sample)
        self.draw = draw
        self.p = parameters if parameters is not None else load_parameters(draw, area)
        if local is not None and local.parameters:
            self.p = self.p.with_values(local.parameter_values)
        self.draws = Draws(self.seed_value)
        self.threads, self.block_rows = threads, block_rows
        self.centres = centres if centres is not None else frozen_centres()
        full_scale = self.p["demography.elsewhere_share"]
        self.elsewhere_share = elsewhere_share if elsewhere_share is not None else min(1.0, full_scale / self.sample)
        self.datacollector = mesa.DataCollector(model_reporters=dict(collect)) if collect else None
        self._schedule = scenario.schedule(area) if scenario is not None else LeverSchedule({})
        if _state is not None:
            setup.restore_world(self, _state)
            return
        setup.found_world(self)
        first = scenario.start_month if scenario is not None else SCENARIO_START
        setup.live_until(self, first if start is None else start)
        self.begin()

    # --- the month

    def step(self) -> None:
        """Live one month, and collect where a collector was asked for."""
        self.live_month()
        if self.datacollector is not None:
            self.datacollector.collect(self)

    def live_month(self) -> None:
        """Live one month: its parts in order (Mesa counts and collects only in :meth:`step`)."""
        self.grow_older()
        self.plan_institutions()
        self.run_cases()
        self.move_house()
        self.learn_and_work()
        self.offend()
        self.register_and_judge()
        self.count()
        self.month += 1

    def grow_older(self) -> None:
        """The calendar: birthdays, and in January the streets' counts of last year."""
        self.birthday_rows = self.demography.birthdays(self)
        self.birthday_lives = self.people.life[self.birthday_rows]
        if self.month % MONTHS_PER_YEAR == JANUARY:
            turn_of_year(self)

    def plan_institutions(self) -> None:
        """Institutions plan: money to posts, hours to cases and streets, teachers; grants and works on homes."""
        self.municipality.plan()
        self.police.plan()
        self.schools_of_area.plan()
        self.social.work()
        self.residents_groups.work()
        if not self.demography_held:
            self.housing_fund.work()
            keep_up(self)
        wear(self)

    def run_cases(self) -> None:
        """Arrears; partners refer; people are enrolled, drop out or finish; help, sanctions, trust, roles act."""
        fall_behind(self)
        self.alliance.meet()
        services.run_cases(self)
        self.municipality.find_and_enrol()
        self.municipality.help_with_claims()
        self.debt_help.work()
        self.care.work()
        place_in_work(self)
        services.apply_effects(self, fade(self))

    def move_house(self) -> None:
        """People are born, die, leave home, form and end households; dwellings fall vacant and are let."""
        if not self.demography_held:
            self.demography.live(self, self.birthday_rows)
            let_vacant(self)

    def learn_and_work(self) -> None:
        """School year, early leaving, work, income, benefits, health, home, feeling safe; in September friendships."""
        season = self.month % MONTHS_PER_YEAR
        # rows may have been given to somebody else this month: only who had a birthday takes part
        rows = self.birthday_rows.compress(self.people.life[self.birthday_rows] == self.birthday_lives)
        if not self.demography_held:
            if season == AUGUST:
                self.schooling.new_year(self)
            self.schooling.leave_early(self, rows)
            changed = self.employers.settle(rows)
            review(self, rows)
            review_welfare(self, runs(np.sort(np.concatenate([self._homes_of_heads(rows), changed])))[0])
        live_elsewhere(self, rows)
        welfare_elsewhere(self, rows)
        self.health.live(self, rows)
        home_risks(self, rows)
        feel_unsafe(self, rows)
        if season == SEPTEMBER:
            friends.renew(self)
        self._youths = None
        self.counts.expose()

    def _homes_of_heads(self, rows: Rows) -> Rows:
        """Return the households in the area that some of the persons head."""
        people = self.people
        heads = rows.compress((people.position[rows] == c.HEAD) & (people.status[rows] == c.INSIDE))
        return people.household[heads].astype(np.intp)

    def offend(self) -> None:
        """Roles are filled; people attempt offences, alone or together, here or elsewhere; some are stopped there."""
        turn_over(self)
        self.places.prepare(self)
        self.rates = self.offending.rates(self)
        self.caught = count_expectations(self, self.rates, self.register.chances(self))
        attempts = self.offending.draw(self, self.rates)
        self.offences, self.crimes = self.places.crimes(self, attempts, self.rates)

    def register_and_judge(self) -> None:
        """Offences are registered and cleared or not; Halt, diversion, trial, custody, return; youths are stopped."""
        self.justice.count_custody()
        self.suspects = self.register.process(self, self.offences, self.crimes)
        self.justice.handle(self.suspects)
        self.police.stop_youths()
        tie(self, self.offences)
        rows, kinds = participants(self.offences)
        remember(self, rows, kinds)
        count_offenders(self, runs(rows)[0])

    def count(self) -> None:
        """The month is counted."""
        self.counts.month_end()

    # --- what the reader asks

    @property
    def scenario(self) -> Scenario | None:
        """What policy does. Newer Mesa versions have an attribute of this name; ours is a plain value."""
        return self._policy

    @scenario.setter
    def scenario(self, value: Scenario | None) -> None:
        self._policy = value

    @property
    def residents(self) -> ColumnAgentSet:
        """Everybody who lives in the area now."""
        return ColumnAgentSet(self, np.flatnonzero(self.people.column("status") == c.INSIDE))

    @property
    def youths(self) -> ColumnAgentSet:
        """Residents of 8 to 27, the ages the programme is for."""
        age = self.people.column("age")
        low, high = YOUTH_AGES
        rows = np.flatnonzero((self.people.column("status") == c.INSIDE) & (age >= low) & (age < high))
        return ColumnAgentSet(self, rows, Youth)

    @property
    def label(self) -> str:
        """The month about to be lived, as ``2025-01``."""
        return month_label(self.month)

    def network(self, kind: str, wijk: str | None = None, school_class: int | None = None) -> nx.Graph:
        """Return a network as a networkx graph, see :func:`sim.networks.graphs.network`."""
        return graphs.network(self, kind, wijk, school_class)

    def outcome_rows(self, groups: Sequence[str] = ()) -> list[dict[str, Any]]:
        """Return the outcome table's rows of the complete years since the start (see ``docs/contracts.md``)."""
        return outcome_rows(self.counts, groups)

    # --- copies

    def begin(self) -> None:
        """Mark this month as the start: views ``people`` and ``exposed`` and the counts begin here."""
        self.start = self.month
        self.counts.start()

    def branch(self, scenario: Scenario | None) -> NeighbourhoodModel:
        """Return an independent world in the same state under another scenario; the counts begin anew."""
        twin = self._twin(self.state(), scenario)
        twin.begin()
        return twin

    def state(self) -> snapshot.State:
        """Return a copy of everything that decides how this world goes on."""
        return snapshot.take(self)

    def save(self, path: Path) -> None:
        """Write the state to a new folder: npy files and one JSON file."""
        snapshot.write(self.state(), path)

    @classmethod
    def restore(cls, path: Path, scenario: Scenario | None = None, **options: Any) -> NeighbourhoodModel:
        """Return a world read from a folder written by :meth:`save`, going on under a scenario.

        Args:
            path: the folder.
            scenario: what policy does from here on.
            options: ``parameters``, ``centres``, ``local``, ``threads``, ``block_rows`` as for the constructor.

        Raises:
            SnapshotError: when the folder holds no world of this version, or one with other parameters.
        """
        return cls._of_state(snapshot.read(path), scenario, **options)

    def _twin(self, state: snapshot.State, scenario: Scenario | None) -> NeighbourhoodModel:
        return type(self)._of_state(
            state,
            scenario,
            parameters=self.p,
            threads=self.threads,
            block_rows=self.block_rows,
            centres=self.centres,
            local=self.local,
        )

    @classmethod
    def _of_state(cls, state: snapshot.State, scenario: Scenario | None, **options: Any) -> NeighbourhoodModel:
        facts = state.facts
        return cls(
            area=facts["area"], scenario=scenario, rng=facts["seed"], sample=facts["sample"], draw=facts["draw"],
            elsewhere_share=facts["elsewhere_share"], _state=state, **options,
        )  # fmt: skip

    # --- for the mechanisms

    @property
    def levers(self) -> LeverSchedule:
        """The levers of the scenario in this area."""
        return self._schedule

    def blocks(self, work: Callable[[slice], None], rows: int) -> None:
        """Call ``work`` for blocks of rows; each call may write only to its own rows."""
        slices = [slice(low, min(low + self.block_rows, rows)) for low in range(0, rows, self.block_rows)]
        if self.threads <= 1 or len(slices) <= 1:
            for part in slices:
                work(part)
            return
        with ThreadPoolExecutor(self.threads) as pool:
            list(pool.map(work, slices))

    def youth_rows(self) -> Rows:
        """Return the rows of residents of the ages at which friends are named (kept for the month)."""
        if self._youths is None:
            self._youths = friends.youth_rows(self)
        return self._youths

    def move_people(self, rows: Rows, homes: Rows) -> None:
        """Put persons into households that live in a dwelling of the area."""
        move_people(self, rows, homes)

    def vacate(self, homes: Rows) -> None:
        """Dissolve households and leave their dwellings vacant."""
        dwelling = self.households.dwelling[homes]
        self.dwellings.household[dwelling] = -1
        self.dwellings.vacant_since[dwelling] = self.month
        self.households.release(homes)

    def occupy(self, dwellings: Rows, homes: Rows) -> None:
        """Put households into dwellings."""
        self.dwellings.household[dwellings] = homes
        self.dwellings.vacant_since[dwellings] = c.LONG_AGO


MONTH = {
    "grow_older": "De kalender: verjaardagen, en in januari de delicten per straat van vorig jaar.",
    "plan_institutions": "Geld wordt posten, uren gaan naar zaken en straten; leraren, subsidies, werk aan woningen.",
    "run_cases": "Achterstanden; partners verwijzen; plaatsing, uitval, afronding; hulp, straf, vertrouwen werken.",
    "move_house": "Geboorte, sterfte, uit huis gaan, samenwonen, scheiden; vrije woningen worden toegewezen.",
    "learn_and_work": "Schooljaar, verlaten, werk, inkomen, bijstand, gezondheid, thuis; in september vrienden.",
    "offend": "Rollen worden vervuld; pogingen, alleen of samen, hier of elders; een deel tegengehouden.",
    "register_and_judge": "Registratie, opheldering; Halt, zitting, detentie en terugkeer; staandehoudingen.",
    "count": "De maand wordt geteld.",
}
"""The parts of a month in the order of :meth:`NeighbourhoodModel.live_month`, with what they do in Dutch."""


def month_table(language: str = "en") -> list[tuple[str, str]]:
    """Return name and one sentence for each part of a month, in Dutch (``nl``) or English (``en``)."""
    if language == "nl":
        return list(MONTH.items())
    return [(name, inspect.getdoc(getattr(NeighbourhoodModel, name)) or "") for name in MONTH]
