"""The command line: offices, exit, keys, proposals, health."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.cli_house import carry, done, found, make, toguna


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return found(tmp_path_factory.mktemp("house"), "ml", "bf", "ne", more=("--exercise",))


# Time, offices, exit -------------------------------------------------------------------------


def test_clock_when_moved_on_a_live_node_is_refused(tmp_path: Path) -> None:
    home = make(tmp_path, "ml")
    answer = toguna("list", home, "sharing.report", "--at", "2027-01-01")
    assert answer.code == 1
    assert "exercise = true" in answer.err


def test_withdrawal_when_its_notice_ends_closes_the_channel(tmp_path: Path) -> None:
    homes = found(tmp_path, "ml", "bf", "ne", more=("--exercise",))
    said = done("withdraw", homes["ne"], "--why", "by decision of parliament", "--json").json
    assert said["party"] == "ne"
    assert "leaves on" in done("charter", "show", homes["ne"]).out
    carry(tmp_path, homes["ne"], homes["ml"])
    later = "2200-01-01"
    answer = toguna(
        "bundle", "export", homes["ml"], "--for", "ne", "-o", tmp_path / "b", "--at", later
    )
    assert answer.code == 1
    assert "it is left" in answer.err


def test_office_when_handed_over_is_lost(tmp_path: Path) -> None:
    homes = found(tmp_path, "ml", "bf")
    done("handover", homes["ml"], "presidency", "--to", "bf")
    assert "presidency: bf" in done("charter", "show", homes["ml"]).out
    answer = toguna("handover", homes["ml"], "presidency", "--to", "bf")
    assert answer.code == 1
    assert "out of office" in answer.err


def test_key_when_revoked_is_replaced_on_the_same_spine(tmp_path: Path) -> None:
    homes = found(tmp_path, "ml", "bf")
    write = (
        "record",
        homes["ml"],
        "sharing.report",
        "--file",
        tmp_path / "report.json",
        "--to",
        "bf",
    )
    done(*write)
    for role in ("log", "desk", "witness"):
        said = done("revoke", homes["ml"], "--key", role, "--replace", "--json").json
        assert said["replacement"]
    done(*write)
    done("verify", homes["ml"])
    told = carry(tmp_path, homes["ml"], homes["bf"])
    assert "2 new records" in told.out
    done("verify", homes["bf"])


# Proposals -----------------------------------------------------------------------------------


def test_proposal_when_one_says_no_is_rejected_everywhere(tmp_path: Path) -> None:
    homes = found(tmp_path, "ml", "bf", "ne")
    td = make(tmp_path, "td")
    file = tmp_path / "admit.json"
    answer = done("propose", homes["ml"], "--admit", tmp_path / "td.card", "-o", file)
    assert "admit td, version 2" in answer.out
    done("sign", td, file)
    done("sign", homes["bf"], file)
    assert "pending, waiting ne" in toguna("adopt", homes["bf"], file).err
    done("refuse", homes["ne"], file, "--why", "the border question first")
    for party in ("ml", "bf", "ne"):
        assert toguna("adopt", homes[party], file).code == 1
        shown = done("charter", "show", homes[party]).out
        assert "admit td: rejected: ne refused: the border question first" in shown


@pytest.mark.parametrize("arguments", [(), ("--exclude", "ne", "--profile", "park")])
def test_proposal_when_it_is_not_one_change_is_refused(
    homes: dict[str, Path], tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    answer = toguna("propose", homes["ml"], *arguments, "-o", tmp_path / "c.json")
    assert answer.code == 2
    assert "give one of" in answer.err


# Health ----------------------------------------------------------------------------------------


def test_doctor_when_all_is_well_warns_of_the_open_root_key(homes: dict[str, Path]) -> None:
    said = done("doctor", homes["ml"], "--json").json
    topics = {f["topic"]: f for f in said["findings"]}
    assert said["well"]
    assert "open" in topics["keys"]["text"]
    assert "none" in topics["backup"]["text"]
    assert topics["database"]["text"] == "whole"


def test_key_when_others_may_read_it_is_refused(tmp_path: Path) -> None:
    home = make(tmp_path, "ml")
    (home / "keys" / "log.key").chmod(0o644)
    answer = toguna("doctor", home)
    assert answer.code == 1
    assert "chmod 600" in answer.err


def test_folder_when_locked_names_the_process(homes: dict[str, Path]) -> None:
    holder = subprocess.Popen(
        [
            sys.executable, "-c",
            "import sys, time; from pathlib import Path; from toguna.node.opening import open_node;"
            "open_node(Path(sys.argv[1])); print('held', flush=True); time.sleep(60)",
            str(homes["ne"]),
        ],
        stdout=subprocess.PIPE,
    )  # fmt: skip
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        answer = toguna("list", homes["ne"], "sharing.report")
        assert answer.code == 3
        assert f"process {holder.pid}" in answer.err
    finally:
        holder.kill()
        holder.wait()
