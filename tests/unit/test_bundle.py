"""Bundles: the same state as by network; anything else leaves no trace."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.cli_house import carry, done, found, toguna
from toguna.errors import Unverified
from toguna.node import bundle as bundles
from toguna.node import tables as t
from toguna.node.opening import open_node


def rows(home: Path) -> dict[str, list[object]]:
    """All that a node holds of the logs, but for the times at which it came."""
    node = open_node(home)
    try:
        with node.reading() as tx:
            held = [(r[0], *r[1:5], *r[6:]) for r in tx.scan(t.RECORD) if r[1] != "journal.line/1"]
            spans = [tuple(r) for r in tx.scan(t.SPAN)]
            heads = [tuple(r) for r in tx.scan(t.HEAD)]
        return {"records": held, "spans": spans, "heads": heads}
    finally:
        node.close()


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("house")
    homes = found(folder, "ml", "bf", "ne")
    for to in ("bf", "ne", "bf,ne"):
        done("record", homes["ml"], "sharing.report", "--file", folder / "report.json", "--to", to)
    return homes


@pytest.fixture(scope="module")
def bundle(homes: dict[str, Path]) -> Path:
    file = homes["ml"].parent / "ml-bf.bundle"
    done("bundle", "export", homes["ml"], "--for", "bf", "-o", file)
    return file


def test_bundle_when_for_somebody_else_says_so(homes: dict[str, Path], bundle: Path) -> None:
    before = rows(homes["ne"])
    answer = toguna("bundle", "import", homes["ne"], bundle)
    assert answer.code == 1
    assert answer.err == f"toguna: {bundle}: it is for bf, this node is ne\n"
    assert toguna("verify", bundle, "--as", homes["ne"]).err == answer.err
    assert rows(homes["ne"]) == before


def test_bundle_when_of_another_alliance_is_refused(bundle: Path, tmp_path: Path) -> None:
    others = found(tmp_path, "bf", "td")
    answer = toguna("bundle", "import", others["bf"], bundle)
    assert answer.code == 1
    assert "of sahel-" in answer.err


def test_bundle_when_damaged_leaves_no_trace(homes: dict[str, Path], bundle: Path) -> None:
    whole, before = bundle.read_bytes(), rows(homes["bf"])
    broken = bundle.with_name("broken.bundle")

    @settings(max_examples=15)
    @given(st.data())
    def check(data: st.DataObject) -> None:
        place = data.draw(st.integers(0, len(whole) - 1))
        if data.draw(st.booleans()):
            broken.write_bytes(whole[:place])
        else:
            flipped = bytearray(whole)
            flipped[place] ^= 1 << data.draw(st.integers(0, 7))
            broken.write_bytes(bytes(flipped))
        answer = toguna("bundle", "import", homes["bf"], broken)
        assert answer.code in (1, 2), answer
        assert answer.err.count("\n") == 1
        assert answer.err.startswith(f"toguna: {broken}: ")

    check()
    assert rows(homes["bf"]) == before


def test_bundle_when_no_bundle_is_wrong_input(homes: dict[str, Path], tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_bytes(b"PK\x03\x04")
    assert toguna("bundle", "import", homes["bf"], file).code == 2
    assert toguna("bundle", "import", homes["bf"], tmp_path / "none").code == 2


def test_bundle_when_verified_keeps_nothing(homes: dict[str, Path], bundle: Path) -> None:
    before = rows(homes["bf"])
    assert "nothing was kept" in done("verify", bundle, "--as", homes["bf"]).out
    assert toguna("verify", bundle).code == 2
    assert rows(homes["bf"]) == before


def test_bundle_when_taken_in_twice_changes_nothing(homes: dict[str, Path], bundle: Path) -> None:
    first = done("bundle", "import", homes["bf"], bundle, "--json").json
    assert (first["records"], first["start"]) == (2, 0)
    after = rows(homes["bf"])
    again = done("bundle", "import", homes["bf"], bundle, "--json").json
    assert again["records"] == 0
    assert rows(homes["bf"]) == after


def test_bundle_when_it_begins_before_what_is_held_brings_the_rest(
    homes: dict[str, Path], tmp_path: Path
) -> None:
    report = homes["ml"].parent / "report.json"
    carry(tmp_path, homes["ml"], homes["bf"])
    for _ in range(2):
        done("record", homes["ml"], "sharing.report", "--file", report, "--to", "bf")
        file = tmp_path / "all.bundle"
        done("bundle", "export", homes["ml"], "--for", "bf", "--from-size", "0", "-o", file)
        assert done("bundle", "import", homes["bf"], file, "--json").json["records"] == 1
    done("verify", homes["bf"])


def test_bundle_when_one_is_missing_before_it_says_what_to_ask_for(
    homes: dict[str, Path], tmp_path: Path
) -> None:
    file = tmp_path / "late.bundle"
    done("bundle", "export", homes["ml"], "--for", "ne", "--from-size", "8", "-o", file)
    answer = toguna("bundle", "import", homes["ne"], file)
    assert answer.code == 2
    assert "--from-size 0" in answer.err
    assert answer.err.startswith(f"toguna: {file}: it begins at 8")


def test_bundle_when_what_it_carries_is_false_names_the_file_and_the_place(
    homes: dict[str, Path], bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def false(*_: object) -> int:
        raise Unverified("the root is not the one that was signed", where="ml/spine")

    monkeypatch.setattr(bundles, "verify_frames", false)
    wanted = f"toguna: {bundle}: ml/spine: the root is not the one that was signed\n"
    to = homes["bf"]
    for command in (("bundle", "import", to, bundle), ("verify", bundle, "--as", to)):
        assert toguna(*command).err == wanted


def test_bundle_when_for_nobody_is_refused(homes: dict[str, Path], tmp_path: Path) -> None:
    for party in ("ml", "td"):
        answer = toguna("bundle", "export", homes["ml"], "--for", party, "-o", tmp_path / "b")
        assert answer.code == 1
    assert not (tmp_path / "b").exists()
