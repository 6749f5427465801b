"""Every evidence row that is built replays its study: a trial inside the model returns the row.

Here each is lived at the central parameters; ``python -m calibration.proofs`` lives them over draws of all parameters.
"""

import numpy as np
import pytest

from calibration.proofs import notes
from calibration.replays import EQUIVALENT, TOLERANCE, Row, StreetRow, source_area, stated, with_dose
from calibration.rows import BY_ID, PROCESSED, ROWS, STREET_ROWS
from calibration.rows_domains import DOMAIN_ROWS, MEASURE_ROWS
from sim.bench import Bench, StreetBench, offences
from sim.model import NeighbourhoodModel
from sim.parameters import load_parameters

CENTRAL = load_parameters()

SIZES = {"E03": 4_800, "E19": 946, "E22": 7_304, "E23": 944}
"""Persons in the studies behind a row, where it says how many."""

SPOTS = 120
LUCK_OF_STREETS = 3
"""Standard errors that crime on some dozens of streets may lie from the row."""


@pytest.fixture(scope="module")
def source() -> NeighbourhoodModel:
    return source_area()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_a_trial_returns_the_row(source: NeighbourhoodModel, row: Row) -> None:
    found = row.trial(row.bench(source))
    median = stated(row.path)[0]
    print(f"{row.id}: {found.value:.4f} ({found.low:.4f} to {found.high:.4f}), row {median}")
    assert found.error < TOLERANCE / 2
    assert found.value == pytest.approx(median, abs=row.tolerance)


@pytest.mark.parametrize("row", DOMAIN_ROWS, ids=lambda row: row.id)
def test_a_trial_in_another_domain_returns_the_row(source: NeighbourhoodModel, row: Row) -> None:
    if row.id in notes():
        pytest.skip("explained in the table of proofs")
    found = row.compared(row.bench(source))
    says = stated(row.path, row.says)[0]
    assert found.error < TOLERANCE / 2
    assert found.value == pytest.approx(says, abs=row.tolerance)


@pytest.mark.parametrize("row", [*STREET_ROWS, *MEASURE_ROWS], ids=lambda row: row.id)
def test_a_lottery_among_hot_spots_returns_the_row(source: NeighbourhoodModel, row: StreetRow) -> None:
    bench = StreetBench(source, SPOTS)
    won, lost = bench.trial(row.way)
    found = won.ratio(row.first, None, "it")
    print(f"{row.id}: {found.value:.4f} ({found.low:.4f} to {found.high:.4f}), row {stated(row.path)[0]}")
    assert abs(np.log(found.value / stated(row.path)[0])) < row.tolerance + LUCK_OF_STREETS * found.error
    assert abs(lost.ratio(row.first, None, "it").value - 1) < 0.02  # some comes along, some goes there


@pytest.mark.parametrize("row", [row for row in ROWS if row.null], ids=lambda row: row.id)
def test_a_null_row_is_a_null_by_equivalence(source: NeighbourhoodModel, row: Row) -> None:
    found = row.trial(row.bench(source), same_luck=False)
    assert EQUIVALENT[0] < found.low < found.high < EQUIVALENT[1]


@pytest.mark.parametrize("row", [row for row in ROWS if row.null], ids=lambda row: row.id)
def test_a_row_of_nothing_is_shown_to_be_nothing(source: NeighbourhoodModel, row: Row) -> None:
    no_effect = {row.path: 1.0, "services.halt_school": 1.0}
    bench = row.bench(source)
    exact = row.trial(bench.under(bench.parameters.with_values(no_effect)), same_luck=False)
    assert EQUIVALENT[0] < exact.low < exact.high < EQUIVALENT[1]


@pytest.mark.parametrize(("name", "persons"), SIZES.items())
def test_studies_of_the_source_find_the_row(source: NeighbourhoodModel, name: str, persons: int) -> None:
    """Twenty lotteries that count what happened: their intervals cover the row, the mean comes near it."""
    row, parameters = BY_ID[name], with_dose(CENTRAL)
    truth = CENTRAL[row.path]
    first, until = row.months(parameters)
    studies = []
    for seed in range(1, 21):
        bench = Bench(row.eligible, persons, parameters, seed, source=source)
        study = bench.lottery(row.treat, until, {"it": offences}, row.instead)
        studies.append(study.ratio(first, until, "it"))
    assert sum(study.low < truth < study.high for study in studies) >= 16
    mean = np.mean([np.log(study.value) for study in studies])
    spread = np.sqrt(np.mean([study.error**2 for study in studies]) / len(studies))
    assert abs(mean - np.log(truth)) < 3 * spread + TOLERANCE


def test_a_lottery_finds_what_the_trial_of_the_same_persons_finds(source: NeighbourhoodModel) -> None:
    """Pattern P37, process or divert: half of the persons each, or the same persons twice."""
    bench = BY_ID["E22"].bench(source)
    halt = BY_ID["E23"].treat
    found = bench.trial(PROCESSED, 25, instead=halt).ratio(1)
    study = bench.lottery(PROCESSED, 25, instead=halt).ratio(1)
    assert abs(np.log(study.value / found.value)) < 4 * study.error
