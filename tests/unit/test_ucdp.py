"""UCDP GED files: the real one against its own yearly sums, and files that are wrong."""

from __future__ import annotations

import csv
from collections import Counter
from contextlib import suppress
from functools import cache
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import shared
from toguna.core.time import day_of, parse_time
from toguna.domains.sharing import Event
from toguna.errors import BadInput, TogunaError, Unknown
from toguna.surfaces.ucdp import Problem, Row, read_ucdp, version_of

THREE = ("Burkina Faso", "Mali", "Niger")
GOOD = {
    "id": "7",
    "country": "Mali",
    "date_start": "2022-03-08",
    "date_end": "2022-03-09",
    "date_prec": "2",
    "type_of_violence": "3",
    "where_prec": "1",
    "where_coordinates": "Ansongo town",
    "adm_1": "Gao region",
    "latitude": "15.66",
    "longitude": "0.5000001",
    "deaths_a": "0",
    "deaths_b": "1",
    "deaths_civilians": "9",
    "deaths_unknown": "0",
    "best": "10",
    "low": "8",
    "high": "14",
    "dyad_name": "A - Civilians",
}


def text_of(*rows: dict[str, str], delimiter: str = ",") -> str:
    lines = [delimiter.join(GOOD), *(delimiter.join(row.values()) for row in rows)]
    return "\n".join(lines) + "\n"


def read(tmp_path: Path, content: str | bytes) -> list[Row | Problem]:
    path = tmp_path / "ged241.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read_ucdp(path))


# --- the real file --------------------------------------------------------------------------


@cache
def real() -> list[Event]:
    path = shared("data", "conflict", "ucdp_ged_v24_1_uemoa_events_1989_2023.csv")
    rows = list(read_ucdp(path))
    assert [row for row in rows if isinstance(row, Problem)] == []
    return [row.event for row in rows if isinstance(row, Row)]


def test_real_file_when_read_gives_every_event() -> None:
    countries = Counter(event.country for event in real())
    assert sum(countries.values()) == 5_073
    assert [countries[name] for name in THREE] == [1_504, 2_120, 588]
    assert {event.dataset_version for event in real()} == {"24.1"}


def test_real_file_when_read_keeps_what_is_not_exact() -> None:
    ours = [event for event in real() if event.country in THREE]
    assert sum(event.date_prec > 1 for event in ours) == 936
    assert sum(event.where_prec > 3 for event in ours) == 623


def test_real_file_when_summed_agrees_with_the_yearly_table() -> None:
    path = shared("data", "conflict", "ucdp_organizedviolence_country_year_v25_1.csv")
    sums = Counter[tuple[str, int]]()
    for event in real():
        sums[event.country, int(day_of(event.date_end_us)[:4])] += event.deaths_best
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = {
            (row["country_cy"], int(row["year_cy"])): sum(
                int(row[f"{kind}_total_deaths_best_cy"]) for kind in ("sb", "ns", "os")
            )
            for row in csv.DictReader(file)
            if row["country_cy"] in THREE and int(row["year_cy"]) <= 2023
        }
    differ = {key: (sums[key], dead) for key, dead in table.items() if sums[key] != dead}
    assert (len(table), len(differ)) == (105, 9)
    largest = max(differ, key=lambda key: abs(differ[key][0] - differ[key][1]))
    assert (largest, differ[largest]) == (("Burkina Faso", 2022), (2_609, 2_704))


def test_real_file_when_turned_into_bodies_keeps_every_bound() -> None:
    decoder = msgspec.json.Decoder(Event)
    for event in real():
        assert decoder.decode(msgspec.json.encode(event)) == event


# --- forms of the file ----------------------------------------------------------------------


def test_row_when_good_is_an_event_in_integers(tmp_path: Path) -> None:
    (row,) = read(tmp_path, text_of(GOOD))
    assert isinstance(row, Row)
    event = row.event
    assert (event.lat_e7, event.lon_e7) == (156_600_000, 5_000_001)
    assert (event.date_start_us, event.date_end_us) == (
        parse_time("2022-03-08"),
        parse_time("2022-03-09"),
    )
    assert (event.deaths_low, event.deaths_best, event.deaths_high) == (8, 10, 14)
    assert (event.where_text, event.adm_2, event.dyad) == ("Ansongo town", None, "A - Civilians")
    assert (row.line, row.read_bytes) == (2, len(text_of(GOOD).encode()))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_file_when_delimited_otherwise_is_read(tmp_path: Path, delimiter: str) -> None:
    (row,) = read(tmp_path, text_of(GOOD, delimiter=delimiter))
    assert isinstance(row, Row)


@pytest.mark.parametrize("form", ["{}_est", "deaths_{}"])
def test_columns_when_named_otherwise_are_read(tmp_path: Path, form: str) -> None:
    header, rest = text_of(GOOD).split("\n", 1)
    for name in ("best", "low", "high"):
        header = header.replace(f",{name}", "," + form.format(name))
    (row,) = read(tmp_path, f"{header}\n{rest}")
    assert isinstance(row, Row)
    assert row.event.deaths_best == 10


def test_file_when_it_has_bom_hxl_tags_a_further_field_and_crlf_is_read(tmp_path: Path) -> None:
    header, row = text_of(GOOD).splitlines()
    tags = ",".join(f"#meta+{name}" if name != "dyad_name" else "" for name in GOOD)
    (found,) = read(tmp_path, "\r\n".join(["\ufeff" + header, tags, row + ",", ""]))
    assert isinstance(found, Row)
    assert found.line == 3


def test_day_when_ucdp_adds_midnight_is_read(tmp_path: Path) -> None:
    (row,) = read(tmp_path, text_of(GOOD | {"date_end": "2022-03-09 00:00:00.000"}))
    assert isinstance(row, Row)


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("ucdp_ged_v24_1_uemoa_events_1989_2023.csv", "24.1"),
        ("GEDEvent_v25_1.csv", "25.1"),
        ("ged241.csv", "24.1"),
        ("events.csv", "unknown"),
        ("ged-2024.csv", "unknown"),
    ],
)
def test_version_when_in_the_name_is_found(name: str, version: str) -> None:
    assert version_of(Path(name)) == version


# --- rows that are wrong --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value", "what"),
    [
        ("latitude", "95", "95 is not in -90..90 degrees"),
        ("latitude", "15,66", "'15' is not a day"),
        ("longitude", "NaN", "NaN is not in"),
        ("longitude", "", "'' is not a number of degrees"),
        ("date_end", "2022-02-30", "is not a time"),
        ("date_end", "09/03/2022", "'09/03/2022' is not a day like"),
        ("date_end", "2021-03-09", "is before date_start"),
        ("where_prec", "8", "8 is not in 1..7"),
        ("date_prec", "0", "0 is not in 1..5"),
        ("best", "3.5", "'3.5' is not a whole number"),
        ("deaths_a", "-1", "-1 is not in"),
        ("country", "", "it is empty"),
        ("id", " ", "it is empty"),
    ],
)
def test_row_when_wrong_is_left_out_with_line_and_column(
    tmp_path: Path, column: str, value: str, what: str
) -> None:
    found = read(tmp_path, text_of(GOOD | {"id": "1"}, GOOD | {column: value}, GOOD | {"id": "3"}))
    assert [type(row) for row in found] == [Row, Problem, Row]
    problem = found[1]
    assert isinstance(problem, Problem)
    assert problem.line == 3
    if value == "15,66":  # an unquoted decimal comma makes a field too many
        assert "fields instead of" in problem.what
    else:
        assert problem.what.startswith(f"column {column}: ")
        assert what in problem.what


def test_row_when_doubled_names_the_first(tmp_path: Path) -> None:
    found = read(tmp_path, text_of(GOOD, GOOD))
    assert found[1] == Problem(3, "column id: 7 stood in line 2")


def test_row_when_mangled_by_a_spreadsheet_is_named_not_guessed(tmp_path: Path) -> None:
    header, row = text_of(GOOD).splitlines()
    found = read(tmp_path, f'{header}\n"{row};;;"\n{row}\n')
    assert isinstance(found[0], Problem)
    assert found[0].line == 2
    assert "mangled" in found[0].what
    assert isinstance(found[1], Row)


def test_row_when_it_spans_lines_is_counted_by_its_last(tmp_path: Path) -> None:
    found = read(
        tmp_path, text_of(GOOD | {"where_coordinates": '"Ansongo\ntown"'}, GOOD | {"best": "x"})
    )
    assert [row.line for row in found] == [3, 4]


def test_row_when_text_follows_a_quote_is_left_out(tmp_path: Path) -> None:
    found = read(tmp_path, text_of(GOOD | {"country": '"Mali" Sud'}, GOOD))
    assert found[0] == Problem(2, "text follows a closing quote")
    assert isinstance(found[1], Row)


# --- files that are wrong -------------------------------------------------------------------


def test_column_when_missing_is_named(tmp_path: Path) -> None:
    text = text_of(GOOD).replace("latitude", "lat").replace(",best", ",bst")
    with pytest.raises(BadInput, match=r"ged241\.csv:1: no column latitude, best") as caught:
        read(tmp_path, text)
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b'{"type": "FeatureCollection"}', "no column id"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "not UTF-8|not a CSV"),
        (text_of(GOOD).encode("utf-16"), "not UTF-8|not a CSV"),
        (text_of(GOOD, GOOD | {"country": "Côte d'Ivoire"}).encode("latin-1"), ":3: byte"),
        (text_of(GOOD).encode() + b'"' + b"x" * 200_000, "not CSV"),
        (text_of(GOOD, GOOD | {"country": '"Mali'}, GOOD).encode(), ":3: this is not CSV"),
        (text_of(GOOD).replace(",high,", ",low,").encode(), "no column high"),
        (text_of(GOOD).replace("adm_1", "id").encode(), "column id stands there twice"),
    ],
)
def test_file_when_it_is_no_such_csv_says_so(tmp_path: Path, content: bytes, what: str) -> None:
    with pytest.raises(BadInput, match=what):
        read(tmp_path, content)


def test_file_when_missing_or_a_folder_is_unknown(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(Unknown, match="cannot be read"):
            list(read_ucdp(path))


@given(content=st.binary(max_size=300), at=st.integers(0, 400))
def test_file_when_damaged_anywhere_never_ends_in_another_error(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, at: int
) -> None:
    whole = text_of(GOOD, GOOD | {"id": "8"}).encode()
    path = tmp_path_factory.getbasetemp() / "damaged.csv"
    path.write_bytes(whole[:at] + content + whole[at + len(content) :])
    with suppress(TogunaError):
        for row in read_ucdp(path):
            if isinstance(row, Row):
                msgspec.convert(msgspec.to_builtins(row.event), Event)


def test_file_when_a_quote_in_its_header_never_closes_says_so(tmp_path: Path) -> None:
    whole = text_of(GOOD)
    path = tmp_path / "header.csv"
    path.write_text(whole.replace("dyad_name", '"yad_name', 1))
    with pytest.raises(BadInput, match="not CSV"):
        list(read_ucdp(path))
