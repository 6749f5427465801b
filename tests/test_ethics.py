"""A stated limit of the model, held by tests: nothing about where people come from or what they believe.

See docs/ethics.md. Read are the headers of every packaged table, the keys of every packaged TOML and JSON
file and the names inside them, and the names in the code.
"""

import ast
import csv
import json
import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import BytesIO

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

PACKAGES = ("sim", "scenarios", "calibration", "results", "app")

STEMS = """
    migra migrant immigr emigr herkomst afkomst nationalit etni ethn relig geloof godsdienst kerk church
    moslim muslim islam christ jood jewish hindoe hindu autochto allochto racial racis huidskleur
    citizenship staatsburger paspoort passport geboorteland birthplace foreign buitenland vreemdeling
    refugee vluchteling asyl asiel statushouder turk marok morocc surina antil caribbean ancest denomination denominatie
    gezindte levensovertuiging nonwestern westers
"""
"""Beginnings of Dutch and English words for where people come from and what they believe."""

WHOLE_WORDS = "origin origins nation natie western race races ras rassen skin faith"
"""Words that are forbidden as they stand, though longer words may begin with them (original, national)."""

FORBIDDEN = re.compile(rf"(?:(?:{'|'.join(STEMS.split())}).*|(?:{'|'.join(WHOLE_WORDS.split())}))$", re.IGNORECASE)

PAIRS = re.compile(r"(country|land)_(of_)?(birth|geboorte)|born_(in|abroad)|first_name|surname|achternaam|bsn", re.I)
"""Names of more than one word; and whatever would point at a real person."""

IN_CODE = re.compile(r"nationalit|herkomst|afkomst|etni[ck]|etnisch|ethnic|religi|allocht|geboorteland", re.IGNORECASE)
"""Stricter words than these have honest uses in code: an origin of axes, a migration of files."""

NAMING = {"id", "path", "figure", "outcome", "group", "short", "column", "name"}
"""Keys whose values name quantities, and are read as headers are."""


def words_of(name: str) -> list[str]:
    """The words in a name: `pctNonWestern_share` has four."""
    return re.findall(r"[^\W\d_]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", name))


def is_forbidden(name: str) -> bool:
    return bool(PAIRS.search(name)) or any(FORBIDDEN.match(word) for word in words_of(name))


def packaged(*endings: str) -> Iterator[tuple[str, Traversable]]:
    def below(place: Traversable, path: str) -> Iterator[tuple[str, Traversable]]:
        for entry in place.iterdir():
            if entry.is_dir():
                yield from below(entry, f"{path}/{entry.name}")
            elif entry.name.endswith(endings):
                yield f"{path}/{entry.name}", entry

    for package in PACKAGES:
        yield from below(files(package), package)


def keys_of(value: object) -> Iterator[str]:
    """Every key at every depth, and the names that stand as values under a naming key."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            is_place = "code" in value  # a wijk may be called after a church
            if key in NAMING and isinstance(inner, str) and not is_place:
                yield inner
            yield from keys_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys_of(inner)


def headers_of_table(text: str) -> Iterator[str]:
    reader = csv.DictReader(text.splitlines())
    yield from reader.fieldnames or ()
    for row in reader:
        yield from (row[column] for column in ("figure", "path", "outcome", "column") if row.get(column))


def names_in(path: str, file: Traversable) -> list[str]:
    if path.endswith(".parquet"):
        table = pq.read_table(BytesIO(file.read_bytes()))
        texts = [name for name in table.column_names if table.schema.field(name).type == pa.string()]
        return [*table.column_names, *{value for name in texts for value in table[name].to_pylist()}]
    text = file.read_text(encoding="utf-8")
    if path.endswith(".toml"):
        return list(keys_of(tomllib.loads(text)))
    if path.endswith((".json", ".geojson")):
        return list(keys_of(json.loads(text)))
    return list(headers_of_table(text))


OF_PAGES = (".vue", ".js")
"""Code that a browser runs; its names are read word by word."""

DATA = (".csv", ".toml", ".json", ".geojson", ".parquet")
DATA_FILES = [pytest.param(path, file, id=path) for path, file in packaged(*DATA)]


@pytest.mark.parametrize(("path", "file"), DATA_FILES)
def test_no_header_or_key_says_where_people_come_from_or_what_they_believe(path: str, file: Traversable) -> None:
    assert [name for name in names_in(path, file) if is_forbidden(name)] == []


def test_the_reading_sees_headers_keys_and_names() -> None:
    assert list(headers_of_table("figure,value\nherkomst,3\n")) == ["figure", "value", "herkomst"]
    assert "geloof" in keys_of({"a": [{"geloof": 1}]})
    assert "geloof" in keys_of({"parameter": [{"id": "geloof"}]})
    assert {"id", "residents_2025"} <= set(names_in("areas.csv", files("sim.areas") / "data" / "areas.csv"))


def test_nothing_packaged_escapes_the_reading() -> None:
    """A data file of another kind would not be read above; the first one must be added there."""
    read = (".py", *DATA, *OF_PAGES)
    layout = (".pyi", ".typed", ".md", ".jinja", ".css", ".svg")
    known = (*read, *layout)
    others = [path for path, _ in packaged("") if not path.endswith(known) and "__pycache__" not in path]
    assert others == []


def test_no_name_in_the_code_says_so_either() -> None:
    found = []
    for path, file in packaged(".py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            # Variables, attributes, arguments, functions, classes; and short strings: names of columns.
            names = [getattr(node, field, None) for field in ("id", "attr", "arg", "name")]
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " not in node.value:
                names.append(node.value)
            found += [(path, name) for name in names if isinstance(name, str) and IN_CODE.search(name)]
    for path, file in packaged(*OF_PAGES):
        words = set(re.findall(r"\w+", file.read_text(encoding="utf-8")))
        assert len(words) > 10, path
        found += [(path, word) for word in words if IN_CODE.search(word)]
    assert found == []


@pytest.mark.parametrize(
    "name",
    [
        "herkomst",
        "pct_niet_westers_2022",
        "migratieachtergrond",
        "pct_migration_background",
        "nationality",
        "nationaliteit",
        "ethnicity",
        "etniciteit",
        "religion",
        "geloof",
        "pctNonWestern",
        "origin",
        "country_of_birth",
        "born_abroad",
        "Afkomst ouders",
    ],
)
def test_the_reading_catches(name: str) -> None:
    assert is_forbidden(name)


@pytest.mark.parametrize(
    "name",
    [
        "status",
        "pct_age_0_14",
        "vlaardingen-westwijk",
        "budget_national",
        "original",
        "trace",
        "grass",
        "moved_in",
    ],
)
def test_the_reading_lets_pass(name: str) -> None:
    assert not is_forbidden(name)
