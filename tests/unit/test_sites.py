"""Protected sites out of a table: what has no place is listed, and nothing comes in twice."""

from __future__ import annotations

import pytest

from tests.unit.cli_house import done, make, toguna
from toguna.errors import BadInput
from toguna.surfaces.sites import Columns, read_sites

HEADERS = {"name": "Nom", "lat": "Lat", "lon": "Long", "category": "Type"}
COLUMNS = Columns(HEADERS, {"CSPS": "clinic", "CHR": "hospital"}, None, "Liste 2024", 400)


@pytest.fixture
def table(tmp_path):
    def write(*lines, header="Nom,Type,Lat,Long", encoding="utf-8"):
        path = tmp_path / "sites.csv"
        path.write_bytes("\n".join([header, *lines, ""]).encode(encoding))
        return path

    return write


def test_rows_become_sites_with_exact_places(table):
    read = read_sites(table("Bagala,CSPS,12.593833,-3.8342780"), COLUMNS)
    (row,) = read.rows
    assert (row.line, row.site.name, row.site.category) == (2, "Bagala", "clinic")
    assert (row.site.lat_e7, row.site.lon_e7, row.site.buffer_m) == (125_938_330, -38_342_780, 400)
    assert row.site.register == "Liste 2024"


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (",CSPS,1,1", "no name"),
        ("A,CSPS,,", "no place"),
        ("A,CSPS,12.5,", "no place"),
        ("A,CSPS,douze,1", "no place"),
        ("A,CSPS,nan,1", "no place"),
        ("A,CSPS,95,12", "not on the earth"),
        ("A,Pharmacie,1,1", "no category"),
    ],
)
def test_what_cannot_come_in_is_listed_with_its_line(table, line, what):
    read = read_sites(table("B,CHR,1,1", line), COLUMNS)
    assert [row.site.name for row in read.rows] == ["B"]
    assert [p.line for p in read.problems] == [3]
    assert what in read.problems[0].what or what == "no place"


def test_a_file_that_is_no_such_table_is_named(table, tmp_path):
    with pytest.raises(BadInput, match="no column 'Long'"):
        read_sites(table("A,CSPS,1,1", header="Nom,Type,Lat,Lon"), COLUMNS)
    with pytest.raises(BadInput, match="UTF-8"):
        read_sites(table("Bagal\xe9,CSPS,1,1", encoding="latin-1"), COLUMNS)
    with pytest.raises(BadInput, match="no such file"):
        read_sites(tmp_path / "none.csv", COLUMNS)
    with pytest.raises(BadInput, match="named for lat"):
        read_sites(table("A,1,1,1"), COLUMNS._replace(headers={"name": "Nom"}))


def test_the_real_list_of_health_facilities_comes_in_with_76_rows_listed(shared_dir):
    path = shared_dir / "data" / "geo" / "health_facilities_who_kwtrp_2019.csv"
    columns = Columns(
        {"name": "Facility name", "lat": "Lat", "lon": "Long", "category": "facility_type_9"},
        {"Hospital": "hospital"},
        "clinic",
        "WHO/KWTRP 2019",
        500,
    )
    read = read_sites(path, columns)
    assert (len(read.rows) + len(read.problems), len(read.problems)) == (6_085, 76)
    assert {p.what for p in read.problems} == {"it has no place"}


def test_sites_come_in_by_the_command_once_and_are_previewed(tmp_path, table):
    home = make(tmp_path / "ml", "ml")
    path = table("Bagala,CSPS,12.5,-3.8", "Sans lieu,CSPS,,", "Gao,CHR,16.2,-0.04")
    given = [f"--column={k}={v}" for k, v in HEADERS.items()]
    given += ["--word=CSPS=clinic", "--word=CHR=hospital", "--json"]
    said = done("sites", "import", home, path, *given, "--preview").json
    assert (said["rows"], said["new"], said["left_out"][0]["name"]) == (2, 0, "Sans lieu")
    assert done("list", home, "protection.site", "--json").json["items"] == []
    for new, there in ((2, 0), (0, 2)):
        said = done("sites", "import", home, path, *given).json
        assert (said["new"], said["already_there"]) == (new, there)
    assert len(done("list", home, "protection.site", "--json").json["items"]) == 2
    bad = toguna("sites", "import", home, path, "--column=name", "--category=clinic")
    assert (bad.code != 0, "NAME=VALUE" in bad.err) == (True, True)
