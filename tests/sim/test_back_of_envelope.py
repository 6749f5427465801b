"""The prices and amounts of the model against arithmetic that fits on an envelope (evidence section E2)."""

from __future__ import annotations

import math

import numpy as np

from scenarios.catalogue import load_scenario
from sim.calendar import MONTHS_PER_YEAR, SCENARIO_START
from sim.parameters import load_parameters

P = load_parameters()
STAY = 86
"""Days of a mean stay in youth custody (C04)."""


def test_a_stay_in_youth_custody_costs_as_much_as_five_or_six_family_therapies() -> None:
    stay = STAY * P["prices.youth_custody_day"]
    assert 65_000 < stay < 90_000
    assert 5 <= stay / P["services.mst_cost"] <= 6


def test_the_housing_fund_pays_for_some_28_thousand_homes() -> None:
    schedule = load_scenario("volkshuisvesting").schedule("rotterdam-zuid")
    path = "programme.volkshuisvesting.budget_national"
    months = range(SCENARIO_START, SCENARIO_START + 20 * MONTHS_PER_YEAR)
    euros = sum(schedule.value(path, month) for month in months) / MONTHS_PER_YEAR
    assert math.isclose(euros, 600e6, rel_tol=1e-6)
    assert 25_000 < euros / P["homes.grant"] < 30_000


def test_a_label_jump_saves_three_to_seven_hundred_euros_a_year() -> None:
    by_label = P.table("homes.energy_euros")
    saved = by_label[4:] - by_label[int(P["homes.new_label"])]
    assert np.all((saved >= 300) & (saved <= 700))


def test_energy_alone_does_not_pay_for_an_improvement() -> None:
    rate, years = P["prices.discount_rate"], P["homes.lifetime"]
    worth = (1 - (1 + rate) ** -years) / rate * 700
    assert 15.0 < worth / 700 < 27.0
    assert worth < P["homes.total"]


def test_a_year_of_training_pays_for_who_offends_much_and_not_for_the_average_youth() -> None:
    """A programme of 1,500 euros that takes 16 % off for a year, at the price of a serious offence here."""
    gain = 0.16 * P["prices.serious_offence"]
    assert gain * 0.75 > 1_500
    assert gain * 0.05 < 1_500 / 5


def test_the_money_for_poverty_and_debts_is_little_beside_what_debts_cost() -> None:
    debts = 80_000 * P["prices.debt"]
    assert 0.8e9 < debts < 1.1e9
    assert 4 * 20e6 / debts < 0.1
