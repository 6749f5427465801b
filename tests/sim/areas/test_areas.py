import math
import pickle
import subprocess
import sys

import numpy as np
import pytest

from sim.areas import AGE_BANDS, WIJK_AGE_KEYS, Area, UnknownArea, area_ids, load_area, load_areas, sources

WIJK_SHARES = {
    *WIJK_AGE_KEYS,
    "owner_occupied",
    "employed_15_75",
    "lowest40_income",
    "highest20_income",
    "higher_educated",
}
AREA_SHARES = {
    "low_income",
    "corporatie_share",
    "household_single",
    "household_no_children",
    "household_with_children",
    "problem_debt",
    "budget_key",
}
AREA_NUMBERS = {
    "residents_2025",
    "residents_2022",
    "dwellings_2022",
    "suspects_per_10k_12plus",
    "crimes_per_1000",
    "youths_12_24",
    "youth_suspects",
}
STATUSES = {"observed", "municipality", "country", "estimated"}


@pytest.fixture(params=area_ids())
def area(request: pytest.FixtureRequest) -> Area:
    return load_area(request.param)


def test_twenty_areas_in_nineteen_municipalities() -> None:
    assert len(area_ids()) == 20
    assert list(area_ids()) == sorted(area_ids())
    assert [area.id for area in load_areas()] == list(area_ids())
    assert len({area.municipality_code for area in load_areas()}) == 19


def test_about_1_2_million_residents() -> None:
    of_2025 = sum(area.figures["residents_2025"].value for area in load_areas())
    of_2022 = sum(wijk.residents for area in load_areas() for wijk in area.wijken)
    assert of_2025 == 1_192_000
    assert of_2022 == pytest.approx(1_153_700, abs=100)


def test_wijken_add_up_to_the_area(area: Area) -> None:
    assert sum(wijk.residents for wijk in area.wijken) == pytest.approx(area.figures["residents_2022"].value)
    assert sum(wijk.dwellings for wijk in area.wijken) == pytest.approx(area.figures["dwellings_2022"].value)
    # The composition was checked against the totals of 2025: 0.95 to 1.12.
    ratio = area.figures["residents_2025"].value / area.figures["residents_2022"].value
    assert 0.95 <= ratio <= 1.121


def test_only_wijken_that_count(area: Area) -> None:
    assert area.wijken
    assert all(0 < wijk.weight <= 1 for wijk in area.wijken)
    assert all(wijk.residents > 0 and wijk.dwellings > 0 for wijk in area.wijken)
    codes = [wijk.code for wijk in area.wijken]
    assert codes == sorted(set(codes))


def test_no_wijk_belongs_to_two_areas() -> None:
    codes = [wijk.code for area in load_areas() for wijk in area.wijken]
    assert len(codes) == len(set(codes)) == 101


def test_residents_of_partly_included_areas_are_marked_as_estimated() -> None:
    estimated = {area.id for area in load_areas() if area.figures["residents_2022"].status == "estimated"}
    assert estimated == {"groningen-noord", "lelystad-oost", "nieuwegein-centrale-as"}


def test_age_by_sex_sums_to_one(area: Area) -> None:
    assert area.age_sex.shape == (len(AGE_BANDS), 2) == (20, 2)
    assert area.age_sex.sum() == pytest.approx(1.0)
    assert (area.age_sex >= 0).all()
    assert not area.age_sex.flags.writeable


def test_age_by_sex_agrees_with_the_wijken(area: Area) -> None:
    under_15 = sum(wijk.residents * wijk.age_shares[0] for wijk in area.wijken)
    assert area.age_sex[:3].sum() == pytest.approx(under_15 / area.figures["residents_2022"].value, abs=0.012)


def test_figures_of_wijken(area: Area) -> None:
    for wijk in area.wijken:
        assert set(wijk.figures) == WIJK_SHARES | {"woz_keur"}
        assert all(0 <= wijk.figures[key].value <= 1 for key in WIJK_SHARES)
        assert 50 < wijk.figures["woz_keur"].value < 1000
        assert sum(wijk.age_shares) == pytest.approx(1.0)
        # Whole percentages: five of them add up to 100, give or take, unless almost nobody lives there.
        if wijk.residents > 100:
            assert sum(wijk.figures[key].value for key in WIJK_AGE_KEYS) == pytest.approx(1.0, abs=0.021)


def test_figures_of_areas(area: Area) -> None:
    assert set(area.figures) == AREA_SHARES | AREA_NUMBERS
    assert all(0 < area.figures[key].value < 1 for key in AREA_SHARES)
    assert all(area.figures[key].value > 0 for key in AREA_NUMBERS)
    households = [value.value for key, value in area.figures.items() if key.startswith("household_")]
    assert sum(households) == pytest.approx(1.0, abs=0.021)


def test_every_figure_knows_where_it_comes_from(area: Area) -> None:
    for figure in [*area.figures.values(), *(f for wijk in area.wijken for f in wijk.figures.values())]:
        assert figure.source in sources()
        assert figure.status in STATUSES
        assert 2015 <= figure.year <= 2026
        assert math.isfinite(figure.value)


def test_every_source_has_a_publisher_and_a_licence() -> None:
    for source in sources().values():
        assert source.publisher
        assert source.title
        assert source.licence
        assert source.publisher != "CBS" or source.attribution == "Source: CBS (CC BY 4.0), adapted"
    assert "was not read" in sources()["police-crime-2024"].licence


def test_what_is_not_observed_is_marked() -> None:
    assert load_area("den-haag-zuidwest").figures["low_income"].status == "observed"
    assert load_area("breda-noord").figures["low_income"].status == "estimated"
    assert load_area("heerlen-noord").figures["suspects_per_10k_12plus"].status == "municipality"
    assert load_area("arnhem-oost").figures["suspects_per_10k_12plus"].status == "estimated"
    assert load_area("delft-west").figures["problem_debt"].status == "country"
    assert load_area("delft-west").figures["crimes_per_1000"].status == "estimated"
    de_hei = next(wijk for wijk in load_area("heerlen-noord").wijken if wijk.code == "WK091723")
    assert de_hei.figures["employed_15_75"].status == "municipality"
    assert de_hei.figures["woz_keur"].status == "observed"


def test_rates_that_were_not_published_lie_between_the_country_and_the_published_ones() -> None:
    assert 80 < load_area("breda-noord").figures["suspects_per_10k_12plus"].value < 131
    assert 44 < load_area("delft-west").figures["crimes_per_1000"].value < 54.36
    # 2018 moves along with the three municipalities published in both years: 425 over 454.
    arnhem = load_area("arnhem-oost").figures["suspects_per_10k_12plus"].value
    assert arnhem == pytest.approx(137 * 425 / 454)


def test_the_budget_key_shares_out_everything_by_youth_suspects() -> None:
    areas = load_areas()
    keys = np.array([area.figures["budget_key"].value for area in areas])
    suspects = np.array([area.figures["youth_suspects"].value for area in areas])
    assert keys.sum() == pytest.approx(1.0)
    assert keys == pytest.approx(suspects / suspects.sum())


def test_neighbours_are_pairs_of_places_in_order(area: Area) -> None:
    assert all(0 <= one < other < len(area.wijken) for one, other in area.adjacency)
    assert len(set(area.adjacency)) == len(area.adjacency)
    assert list(area.adjacency) == sorted(area.adjacency)


@pytest.mark.parametrize(
    ("asked", "nearest"),
    [
        ("den-haag-zuid-west", "den-haag-zuidwest"),
        ("Den Haag", "den-haag-zuidwest"),
        ("rotterdam", "rotterdam-zuid"),
        ("Zaandam-Oost", "zaanstad-oost"),
    ],
)
def test_an_unknown_area_is_refused_in_one_sentence(asked: str, nearest: str) -> None:
    with pytest.raises(UnknownArea) as refusal:
        load_area(asked)
    message = str(refusal.value)
    assert refusal.value.nearest == nearest
    assert repr(asked) in message
    assert all(area_id in message for area_id in area_ids())
    assert message.endswith(".")
    assert "\n" not in message


def test_any_nonsense_is_refused() -> None:
    for asked in ("", "x", "../areas", "é" * 500):
        with pytest.raises(UnknownArea):
            load_area(asked)


def test_areas_and_refusals_travel_between_processes() -> None:
    area = load_area("heerlen-noord")
    copy = pickle.loads(pickle.dumps(area))
    assert copy.figures == area.figures
    assert copy.wijken == area.wijken
    with pytest.raises(UnknownArea) as refusal:
        load_area("heerlen")
    assert str(pickle.loads(pickle.dumps(refusal.value))) == str(refusal.value)


def test_importing_areas_stays_light() -> None:
    code = "import sim.areas, sys; sys.exit('pandas' in sys.modules or 'scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
