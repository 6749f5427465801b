"""The codebook that travels with results: an older one is brought up to date, an unknown one refused."""

import json
from pathlib import Path

import pytest

from results.codebook import SCHEMA, Codebook, CodebookError

OLD = Path(__file__).parent / "codebook-schema-1.json"


def test_schema_1_knew_no_sections_and_no_interventions() -> None:
    codebook = Codebook.read(OLD)
    assert codebook.outcome("employed_share").section == ""
    assert codebook.outcome("employed_share").better == "higher"
    assert (codebook.sections, codebook.interventions) == ({}, {})
    assert codebook.content["schema"] == SCHEMA == 2


@pytest.mark.parametrize("schema", [0, 3, "2", None])
def test_a_newer_or_unknown_schema_is_refused(schema: object) -> None:
    content = json.loads(OLD.read_text(encoding="utf-8")) | {"schema": schema}
    with pytest.raises(CodebookError, match="schema"):
        Codebook.from_content(content)
