"""Founds a world: population, institutions, past, burn-in; or puts one together from a snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa
import numpy as np

from sim.agents.alliance import Alliance
from sim.agents.care import CareTeam
from sim.agents.corporaties import CORPORATIES_PER_AREA, Corporatie
from sim.agents.debt_help import DebtHelp, first_help
from sim.agents.employers import Employers
from sim.agents.housing_fund import HousingFund
from sim.agents.justice import JusticeChain
from sim.agents.municipality import Municipality
from sim.agents.police import PoliceTeam
from sim.agents.residents_groups import ResidentsGroups
from sim.agents.schools import Schools
from sim.agents.social import SocialOrganisations
from sim.areas.keys import area_keys
from sim.calendar import BASE, BURN_IN_START
from sim.counting import Counts
from sim.draws import text_ids
from sim.mechanisms.careers import home_risks
from sim.mechanisms.debts import first_debts
from sim.mechanisms.health import Health
from sim.mechanisms.homes import survey_streets
from sim.mechanisms.income import first_incomes, income_score
from sim.mechanisms.offending import Offending
from sim.mechanisms.places import Places, outsider_rate
from sim.mechanisms.register import Register
from sim.mechanisms.schooling import Schooling
from sim.mechanisms.welfare import first_welfare
from sim.mechanisms.work import Turnover
from sim.networks import friends
from sim.population import columns as c
from sim.population.demography import Demography
from sim.population.donors import DonorPool, freeze
from sim.population.past import live_past
from sim.population.synthesis import frame_of, recount_households, synthesise
from sim.population.table import Table
from sim.population.traits import calibrate
from sim.programme.services import Effects
from sim.snapshot import State, give_back

PER = 1000.0
FIRST_TRACK_AGE, LAST_TRACK_AGE = 12, 27
"""Ages of those who had a track in secondary school at the base date, as far as it still matters."""

if TYPE_CHECKING:
    from sim.model import NeighbourhoodModel


def found_world(model: NeighbourhoodModel) -> None:
    """Synthesise the population, give it a past and live the burn-in; stand at the base date."""
    population = synthesise(model.area, model.draws, model.p, model.sample)
    model.people, model.households = population.people, population.households
    model.dwellings, model.streets = population.dwellings, population.streets
    model.calibration, model.fraction = population.calibration, population.fraction
    model.cases = Table(c.CASE, 256)
    model.month = BASE
    _mechanisms(model)
    _institutions(model, frame_of(model.area, model.draws, model.p, model.sample).ages)
    model.dwellings.landlord[:] = _landlords(model)
    model.normal_vacancy = int((model.dwellings.household < 0).sum())
    rows = np.arange(model.people.used)
    model.counts.place(rows)
    model.income_line = _income_line(model)
    first_incomes(model)
    _burn_in(model)
    first_welfare(model)
    model.employers.freeze()
    model.police.freeze()
    model.donors = freeze(model)
    model.counts.start()


def _mechanisms(model: NeighbourhoodModel) -> None:
    """Make the tables of the mechanisms from the parameters and the frozen centres."""
    p, centres = model.p, model.centres
    model.area_key = text_ids("area", model.area.id)
    model.offending = Offending(p, centres)
    model.register = Register(p, centres["known_share"])
    model.demography = Demography(p)
    model.schooling = Schooling(p)
    model.effects = Effects.from_parameters(p)
    model.health = Health(p)
    model.turnover = Turnover(p)
    rate = outsider_rate(centres["residents_rate"], p["places.outsider_share"])
    model.places = Places(model.streets, model.area.rings(), p, rate)
    for name in (
        "crime_per_head", "pressure", "victims", "low_income", "own_recent", "leaving_log", "minor", "moved",
        "weak_homes",
    ):  # fmt: skip
        setattr(model, f"usual_{name}", centres[f"usual_{name}"])
    model.usual_unwell = np.asarray(centres["usual_unwell"])
    model.usual_leaving = np.asarray(centres["usual_leaving"])
    model.usual_pupil = np.asarray(centres["usual_pupil"])
    model.counts = Counts(model, len(model.area.wijken))
    model.with_effect = np.empty(0, dtype=np.intp)
    model.birthday_rows = model.with_effect
    model.demography_held = False
    model._youths = None


def _institutions(model: NeighbourhoodModel, ages: np.ndarray) -> None:
    """Register the institutions as Mesa agents; capacities follow the whole area, scaled to the sample."""
    whole = ages.sum(axis=(0, 2)) * model.fraction
    model.roles = model.p["careers.roles"] * float(whole[12:28].sum()) / PER
    model.closed_roles = 0.0
    residents = float(whole.sum())
    homes = (
        float(sum(wijk.dwellings for wijk in model.area.wijken)) * model.fraction * (1 - model.p["population.vacancy"])
    )
    model.alliance = Alliance(model)
    keys = area_keys(model.area.id) | dict(model.local.keys if model.local is not None else {})
    model.municipality = Municipality(model, keys, float(whole[8:28].sum()))
    model.debt_help = DebtHelp(model, homes)
    model.care = CareTeam(model, residents)
    model.social = SocialOrganisations(model, residents)
    model.residents_groups = ResidentsGroups(model)
    model.housing_fund = HousingFund(model)
    model.police = PoliceTeam(model, residents, model.centres["usual_demand"])
    model.justice = JusticeChain(model, float(whole[12:18].sum()), float(whole[12:].sum()))
    model.corporaties = [Corporatie(model, number) for number in range(CORPORATIES_PER_AREA)]
    model.employers = Employers(model)
    unscaled = ages.sum(axis=(0, 2))
    model.schools_of_area = Schools(model, (float(unscaled[4:12].sum()), float(unscaled[12:18].sum())))
    # Mesa 3.3 keeps a counter per model for ever, and with it the model: no agent is made after this
    getattr(mesa.Agent, "_ids", {}).pop(model, None)


def _landlords(model: NeighbourhoodModel) -> np.ndarray:
    """Return which corporatie owns each dwelling: whole streets, -1 for owners and private landlords."""
    streets = model.draws.bits("housing.landlord", model.streets.life) % np.uint32(CORPORATIES_PER_AREA)
    owner = streets.astype(np.int16)[model.dwellings.street]
    return np.where(model.dwellings.tenure == c.CORPORATIE, owner, -1)


def _income_line(model: NeighbourhoodModel) -> float:
    """Return the income position below which a household counts as low; frozen per area at the base year."""
    lines = model.centres["income_line"]
    if model.area.id in lines:
        return float(lines[model.area.id])
    people = model.people  # only while the centres are being made
    homes = np.arange(model.households.used)
    score = income_score(model, homes)[people.household[: people.used]]
    return float(np.quantile(score[people.column("age") >= 12], model.area.figures["low_income"].value))


def _burn_in(model: NeighbourhoodModel) -> None:
    """Live the past and 36 months with demography, school and work held; people are as old as they were."""
    people = model.people
    pupils = np.flatnonzero(people.column("enrolled"))
    model.schooling.settle_absence(model, pupils)
    model.schools_of_area.form_classes(model)
    model.circles = friends.circles_per_wijk(model)
    model.friends_renewed = 0
    live_past(model)
    survey_streets(model)
    streets = model.streets
    streets.disorder[:] = streets.cohesion[:] = 1.0
    streets.residents[:] = np.bincount(people.column("street"), minlength=streets.used)
    streets.minor_last_year[:] = np.rint(model.usual_minor * streets.residents)
    _hold_turnover(model)
    streets.moved_last_year[:] = streets.moved
    model.people.unsafe[: model.people.used] = False
    first_debts(model)
    first_help(model)
    model.health.begin(model)
    pupils = np.flatnonzero((people.column("age") >= FIRST_TRACK_AGE) & (people.column("age") < LAST_TRACK_AGE))
    model.schooling.choose_track(model, pupils)
    home_risks(model, np.arange(people.used))
    streets.rank[: streets.used] = np.argsort(np.argsort(-streets.column("opportunity"), kind="stable"))
    model.month = BURN_IN_START
    people.age[: people.used] = np.maximum(model.month - 1 - people.column("born"), 0) // 12
    model.counts.place(np.arange(people.used))
    friends.renew(model, first=True)
    model.demography_held = True
    while model.month < BASE:
        _hold_turnover(model)
        model.live_month()
    model.demography_held = False
    recount_households(model.people, model.households)


def _hold_turnover(model: NeighbourhoodModel) -> None:
    """While nobody moves, streets have the usual number of arrivals: the turn of the year would count none."""
    streets = model.streets
    moved = model.usual_moved * streets.column("residents")
    streets.moved[: streets.used] = np.rint(moved)


def live_until(model: NeighbourhoodModel, month: int) -> None:
    """Live the months up to the start of the scenario."""
    while model.month < month:
        model.live_month()


def restore_world(model: NeighbourhoodModel, state: State) -> None:
    """Put a world together from a state."""
    tables = {
        "people": c.PERSON,
        "households": c.HOUSEHOLD,
        "dwellings": c.DWELLING,
        "streets": c.STREET,
        "cases": c.CASE,
    }
    for name, columns in tables.items():
        table = Table(columns, 1)
        table.load(state.part(name))
        setattr(model, name, table)
    ages = state.arrays["frame.ages"]
    model.calibration = calibrate(model.area, ages, model.p)
    model.fraction = state.facts["fraction"]
    model.month = state.facts["month"]
    _mechanisms(model)
    _institutions(model, ages)
    model.donors = DonorPool(state.part("donors"))
    give_back(model, state)
