"""The command line beside a running node; imports that are cut off; the demonstration."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import shared
from tests.unit.cli_house import done, found, make, toguna
from toguna.surfaces.client import RUN, running

COMMAND = [sys.executable, "-c", "from toguna.surfaces.cli import main; main()"]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Path]]:
    """Two nodes; ``ml`` is served by a process of its own."""
    homes = found(tmp_path_factory.mktemp("house"), "ml", "bf")
    process = serve(homes["ml"])
    try:
        yield homes
    finally:
        process.terminate()
        assert process.wait(20) == 0
    assert not (homes["ml"] / RUN).exists()


def serve(home: Path) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [*COMMAND, "serve", str(home), "--listen", "127.0.0.1:0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    assert b"answers at http://127.0.0.1:" in process.stdout.readline()
    return process


def test_commands_when_the_node_runs_are_answered_by_it(house: dict[str, Path]) -> None:
    report = house["ml"].parent / "report.json"
    at_home, released = done(
        "record", house["ml"], "sharing.report", "--file", report, "--to", "bf"
    ).lines
    assert released in done("list", house["ml"], "sharing.report").out
    done("show", house["ml"], at_home)
    done("kinds", house["ml"])
    done("charter", "show", house["ml"])
    done("doctor", house["ml"])
    done("receipts", house["ml"])
    bundle = house["ml"].parent / "b"
    done("bundle", "export", house["ml"], "--for", "bf", "-o", bundle)
    assert done("bundle", "import", house["bf"], bundle, "--json").json["records"] >= 1
    done("backup", house["ml"], "-o", house["ml"].parent / "ml.backup")
    done("log", "export", house["ml"], "-o", house["ml"].parent / "out")
    done("verify", house["ml"].parent / "out")


def test_errors_when_the_node_runs_are_the_same(house: dict[str, Path]) -> None:
    answer = toguna("show", house["ml"], "ml/spine/99999")
    assert (answer.code, answer.err[:7]) == (2, "toguna:")
    report = house["ml"].parent / "report.json"
    answer = toguna("record", house["ml"], "sharing.report", "--file", report, "--to", "td")
    assert "no party 'td'" in answer.err


def test_second_process_when_started_names_the_first(house: dict[str, Path]) -> None:
    there = running(house["ml"])
    assert there is not None
    for command in (("serve", house["ml"]), ("verify", house["ml"])):
        answer = toguna(*command)
        assert answer.code == 3
        assert str(there.pid) in answer.err


def test_clock_when_the_node_runs_is_its_own(tmp_path: Path) -> None:
    home = make(tmp_path, "ml", "--exercise")
    process = serve(home)
    try:
        answer = toguna("list", home, "sharing.report", "--at", "2030-01-01")
        assert answer.code == 3
        assert "serve --at" in answer.err
    finally:
        process.terminate()
        process.wait(20)


def test_port_when_in_use_is_named(house: dict[str, Path]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        answer = toguna("serve", house["bf"], "--listen", place)
    assert answer.code == 3
    assert answer.err.startswith(f"toguna: {place}: the port is in use")


def test_process_when_killed_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    home = make(tmp_path, "ml")
    process = serve(home)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert (home / RUN).exists()
    assert running(home) is None
    done("list", home, "sharing.report")


# Imports -----------------------------------------------------------------------------------

HEAD = (
    "id,year,type_of_violence,dyad_name,side_a,side_b,where_prec,where_coordinates,adm_1,adm_2,"
    "latitude,longitude,country,date_prec,date_start,date_end,deaths_a,deaths_b,"
    "deaths_civilians,deaths_unknown,best,high,low\n"
)
ROW = (
    "{id},2020,3,A - Civilians,A,Civilians,1,Place,Region,Cercle,14.5,-4.1,{country},1,"
    "2020-01-02,2020-01-02,0,0,3,0,3,4,2\n"
)


def events(path: Path, count: int) -> Path:
    rows = [ROW.format(id=k, country=("Mali", "Niger")[k % 2]) for k in range(count)]
    path.write_text(HEAD + "".join(rows), "utf-8")
    return path


def test_import_when_run_twice_adds_nothing(tmp_path: Path) -> None:
    home, file = make(tmp_path, "ml"), events(tmp_path / "ged241.csv", 30)
    first = done("import", "ucdp", home, file, "--json").json
    assert first["by_country"] == {"Mali": 15, "Niger": 15}
    again = done("import", "ucdp", home, file, "--json").json
    assert (again["new"], again["already_there"]) == (0, 30)
    assert "30 were here already" in done("import", "ucdp", home, file).out


def test_import_when_rows_are_bad_lists_their_lines(tmp_path: Path) -> None:
    home, file = make(tmp_path, "ml"), events(tmp_path / "ged241.csv", 3)
    with file.open("a") as out:
        out.write(ROW.format(id=7, country="Mali").replace("14.5", "95"))
        out.write(ROW.format(id=8, country="Mali"))
    answer = done("import", "ucdp", home, file)
    assert "line 5: " in answer.out
    assert "1 row left out" in answer.out
    assert "4 new events" in answer.out


def test_import_when_one_country_is_asked_for_takes_only_that(tmp_path: Path) -> None:
    home, file = make(tmp_path, "ml"), events(tmp_path / "ged241.csv", 10)
    assert done("import", "ucdp", home, file, "--country", "Niger", "--json").json["new"] == 5


def test_import_when_the_file_is_none_says_so(tmp_path: Path) -> None:
    home = make(tmp_path, "ml")
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    assert toguna("import", "ucdp", home, tmp_path / "x.csv").code == 2
    assert toguna("import", "ucdp", home, tmp_path / "none.csv").code == 2


def test_import_when_killed_goes_on_where_it_stopped(tmp_path: Path) -> None:
    home, file = make(tmp_path, "ml"), events(tmp_path / "ged241.csv", 6_000)
    process = subprocess.Popen(
        [*COMMAND, "import", "ucdp", str(home), str(file)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(0.9)
    process.kill()
    process.wait()
    said = done("import", "ucdp", home, file, "--json").json
    assert said["new"] + said["already_there"] == 6_000
    assert done("import", "ucdp", home, file, "--json").json["already_there"] == 6_000


def test_import_when_it_is_the_real_file_counts_as_published(tmp_path: Path) -> None:
    file = shared("data", "conflict", "ucdp_ged_v24_1_uemoa_events_1989_2023.csv")
    said = done("import", "ucdp", make(tmp_path, "ml"), file, "--json").json
    assert said["new"] == 5_073
    assert {c: said["by_country"][c] for c in ("Mali", "Burkina Faso", "Niger")} == {
        "Mali": 2_120,
        "Burkina Faso": 1_504,
        "Niger": 588,
    }
    assert said["problems"] == []


# The demonstration ---------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_demo_when_checked_ends_well_and_leaves_nothing(tmp_path: Path, lang: str) -> None:
    data = events(tmp_path / "ged241.csv", 10)
    begin = time.monotonic()
    answer = toguna("demo", "--check", "--lang", lang, "--data", data, "--keep", tmp_path / "demo")
    assert answer.code == 0, answer
    assert answer.lines[-1] == "demo: ok"
    assert time.monotonic() - begin < 60
    assert ("Rappelé par ml" if lang == "fr" else "Recalled by ml") in answer.out
    for party in ("ml", "bf", "ne"):
        assert running(tmp_path / "demo" / party) is None


def test_demo_when_interrupted_ends_its_processes(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [*COMMAND, "demo", "--lang", "en", "--keep", str(tmp_path / "demo")],
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if b"Ctrl-C" in line:
            break
    pids = [running(tmp_path / "demo" / party) for party in ("ml", "bf", "ne")]
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
    process.stdout.close()
    for there in pids:
        assert there is not None
        with pytest.raises(ProcessLookupError):
            os.kill(there.pid, 0)
