"""The codebook that travels with results: an older one is brought up to date, an unknown one refused."""

import json
from pathlib import Path

import pytest

from results.codebook import SCHEMA, Codebook, CodebookError

SAMPLES = Path(__file__).parent
OLD, SECOND = SAMPLES / "codebook-schema-1.json", SAMPLES / "codebook-schema-2.json"


def test_schema_1_knew_no_sections_and_no_interventions() -> None:
    codebook = Codebook.read(OLD)
    assert codebook.outcome("employed_share").section == ""
    assert codebook.outcome("employed_share").better == "higher"
    assert (codebook.sections, codebook.interventions) == ({}, {})
    assert codebook.content["schema"] == SCHEMA == 3


def test_schema_2_knew_no_latent_outcomes_and_no_balances() -> None:
    codebook = Codebook.read(SECOND)
    employed = codebook.outcome("employed_share")
    assert (employed.section, employed.latent, employed.kept_by) == ("life", False, "sim")
    assert codebook.sections["life"]["en"] == "School, work, income, moving"
    assert codebook.interventions["halt"].pillar["nl"] == "grenzen stellen"
    assert codebook.content["schema"] == SCHEMA
    assert Codebook.from_content(codebook.content) == codebook


def test_a_parameter_is_read_from_the_codebook() -> None:
    codebook = Codebook.read(SECOND)
    assert codebook.parameter("work.displacement") == 0.3
    with pytest.raises(CodebookError, match=r"no parameter 'prices\.discount_rate'"):
        codebook.parameter("prices.discount_rate")


@pytest.mark.parametrize("schema", [0, 4, "2", None])
def test_a_newer_or_unknown_schema_is_refused(schema: object) -> None:
    content = json.loads(OLD.read_text(encoding="utf-8")) | {"schema": schema}
    with pytest.raises(CodebookError, match="schema"):
        Codebook.from_content(content)
