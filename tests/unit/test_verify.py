"""verify: the first bad record is named, whatever was changed, and by whom."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest

from tests.unit.cli_house import carry, done, found, served, toguna
from toguna.core.labels import Label
from toguna.core.record import Draft
from toguna.core.table import Row, Transaction, Where
from toguna.domains.sharing import Report
from toguna.node import tables as t
from toguna.node.node import Node
from toguna.node.opening import open_node, settle_anchor


def report(number: int) -> Report:
    return Report(
        category="other", credibility=2, from_us=0, grade="B", text="x" * 800,
        title=f"number {number}", to_us=0,
    )  # fmt: skip


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``ml`` wrote 600 records to ``bf`` and 30 at home; ``bf`` and ``ne`` have what is theirs."""
    folder = tmp_path_factory.mktemp("origin")
    homes = found(folder, "ml", "bf", "ne")
    node = open_node(homes["ml"])
    for batch in range(3):
        drafts = [
            Draft("sharing.report", report(batch * 200 + k), Label(to=("bf",))) for k in range(200)
        ]
        drafts += [Draft("sharing.report", report(k), Label(to=("bf", "ne"))) for k in range(5)]
        drafts += [Draft("sharing.report", report(k), Label()) for k in range(10)]
        node.submit(drafts, "duty")
    node.close()
    for reader in ("bf", "ne"):
        carry(folder, homes["ml"], homes[reader])
    return folder


@pytest.fixture
def homes(origin: Path, tmp_path: Path) -> dict[str, Path]:
    found_ = {}
    for party in ("ml", "bf", "ne"):
        shutil.copytree(origin / party, tmp_path / party)
        node = open_node(tmp_path / party)
        node.recovery.go_on("a copy for a test")
        settle_anchor(node, tmp_path / party)
        node.close()
        found_[party] = tmp_path / party
    return found_


@contextlib.contextmanager
def tampering(home: Path) -> Iterator[tuple[Node, Transaction]]:
    """Somebody with the disk in hand, who goes around the node."""
    node = open_node(home)
    try:
        with node.parts.engine.write() as tx:
            yield node, tx
    finally:
        node.close()


def record_rows(node: Node, tx: Transaction, log: str) -> list[Row]:
    no = node.ledger.log_numbers[log]
    return [r for r in node.ledger.rows_between(tx, no, 0, 1 << 40) if r[8]]


def address(node: Node, row: Row) -> str:
    return str(node.ledger.address_of(cast(int, row[0])))


def flip(node: Node, tx: Transaction, row: Row) -> None:
    raw = cast(bytes, row[8]).replace(b'"at":1', b'"at":2', 1)
    tx.put(t.RECORD, [(*row[:8], raw, *row[9:])])


def drop(_node: Node, tx: Transaction, row: Row) -> None:
    tx.delete(t.RECORD, [(row[0],)])


def salt(_node: Node, tx: Transaction, row: Row) -> None:
    tx.put(t.RECORD, [(*row[:9], bytes(16), row[10])])


def entry(node: Node, tx: Transaction, row: Row) -> None:
    no, index = t.unpack(cast(int, row[0]))
    tile = cast(Row, tx.get(t.TILE, (no, t.ENTRIES, index >> 8)))
    data = bytearray(cast(bytes, tile[3]))
    data[(index & 255) * 34 + 2] ^= 1
    tx.put(t.TILE, [(*tile[:3], bytes(data))])


def leaf(node: Node, tx: Transaction, row: Row) -> None:
    no, index = t.unpack(cast(int, row[0]))
    tile = cast(Row, tx.get(t.TILE, (no, 0, index >> 8)))
    data = bytearray(cast(bytes, tile[3]))
    data[(index & 255) * 32] ^= 1
    tx.put(t.TILE, [(*tile[:3], bytes(data))])


Change = Callable[[Node, Transaction, Row], None]
CHANGES: dict[str, Change] = {
    "a byte of a body": flip,
    "a record dropped": drop,
    "a salt": salt,
    "an entry": entry,
    "a hash in a tile": leaf,
}


def test_verify_when_nothing_was_changed_says_what_was_checked(homes: dict[str, Path]) -> None:
    for party, home in homes.items():
        said = done("verify", home, "--json").json
        assert said["verified"]
        records = {log["log"]: log["records"] for log in said["logs"]}
        wanted = {"ml": 615, "bf": 615, "ne": 15}[party]
        assert records["ml/spine"] == wanted


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("log", ["ml/spine", "ml/home"])
@pytest.mark.parametrize("place", [0, 17, -1])
def test_own_folder_when_changed_names_the_record(
    homes: dict[str, Path], change: Change, log: str, place: int
) -> None:
    with tampering(homes["ml"]) as (node, tx):
        row = record_rows(node, tx, log)[place]
        wanted = address(node, row)
        change(node, tx, row)
    answer = toguna("verify", homes["ml"])
    assert answer.code == 1
    assert answer.err.startswith(f"toguna: {wanted}: ")


def test_own_folder_when_two_are_changed_names_the_first(homes: dict[str, Path]) -> None:
    with tampering(homes["ml"]) as (node, tx):
        rows = record_rows(node, tx, "ml/spine")
        for row in (rows[400], rows[50], rows[500]):
            flip(node, tx, row)
        wanted = address(node, rows[50])
    assert toguna("verify", homes["ml"]).err.startswith(f"toguna: {wanted}: ")


def test_own_folder_when_a_whole_run_is_gone_is_noticed(homes: dict[str, Path]) -> None:
    with tampering(homes["ml"]) as (node, tx):
        run = node.ledger.runs_between(tx, node.spine.no, 0, node.spine.size)[-1]
        low, count = cast(int, run[1]), cast(int, run[2])
        keys = [(t.pack(node.spine.no, i),) for i in range(low, low + count)]
        tx.delete(t.RECORD, keys)
        tx.delete(t.RUN, [(run[0], run[1])])
    answer = toguna("verify", homes["ml"])
    assert answer.code == 1
    assert answer.err.startswith(f"toguna: ml/spine/{low}: {count} records are gone")


@pytest.mark.parametrize("log", ["ml/spine", "ml/home"])
def test_own_folder_when_a_checkpoint_is_changed_is_noticed(
    homes: dict[str, Path], log: str
) -> None:
    with tampering(homes["ml"]) as (node, tx):
        no = node.ledger.log_numbers[log]
        seal = next(iter(tx.scan(t.SEAL, [Where("log", "=", no)], order=("log", "size"), limit=1)))
        signed = cast(bytes, seal[4]).replace(b"\n" + str(seal[1]).encode(), b"\n7", 1)
        tx.put(t.SEAL, [(*seal[:4], signed, seal[5])])
    answer = toguna("verify", homes["ml"])
    assert answer.code == 1
    assert f"{log}/0" in answer.err


@pytest.mark.parametrize("change", [flip, drop, salt], ids=["flip", "drop", "salt"])
def test_followed_log_when_changed_here_names_where(homes: dict[str, Path], change: Change) -> None:
    with tampering(homes["bf"]) as (node, tx):
        rows = record_rows(node, tx, "ml/spine")
        change(node, tx, rows[0])
        wanted = address(node, rows[0])
    answer = toguna("verify", homes["bf"])
    assert answer.code == 1
    assert answer.err.startswith(f"toguna: {wanted}: ")


def test_decisive_act_when_its_signature_is_gone_is_named(homes: dict[str, Path]) -> None:
    done("recall", homes["ml"], "ml/spine/0", "--why", "wrong village")
    with tampering(homes["ml"]) as (node, tx):
        row = next(r for r in record_rows(node, tx, "ml/spine") if r[1] == "sharing.recall/1")
        raw = cast(bytes, row[8])
        at = raw.index(b',"sig":"')
        changed = raw[: at + 8] + (b"A" if raw[at + 8 : at + 9] != b"A" else b"B") + raw[at + 9 :]
        tx.put(t.RECORD, [(*row[:8], changed, *row[9:])])
        wanted = address(node, row)
    assert toguna("verify", homes["ml"]).err.startswith(f"toguna: {wanted}: ")


@pytest.mark.parametrize("damage", ["cut", "flip"])
def test_database_when_damaged_ends_with_a_clear_error(homes: dict[str, Path], damage: str) -> None:
    path = homes["ml"] / "toguna.db"
    data = bytearray(path.read_bytes())
    if damage == "cut":
        data = data[: len(data) // 2]
    else:
        for place in range(20_000, len(data), 16_384):
            data[place : place + 64] = bytes(64)
    path.write_bytes(bytes(data))
    answer = toguna("verify", homes["ml"])
    assert answer.code in (1, 3), answer
    assert answer.err.count("\n") == 1


# Over the network ----------------------------------------------------------------------------


@pytest.mark.parametrize("change", [flip, drop], ids=["flip", "drop"])
@pytest.mark.parametrize("reader", ["bf", "ne"])
def test_peer_when_it_changed_its_store_is_found_out_by_each_reader(
    homes: dict[str, Path], change: Change, reader: str
) -> None:
    with tampering(homes["ml"]) as (node, tx):
        rows = record_rows(node, tx, "ml/spine")
        row = next(
            r for r in rows[210:] if reader in node.ledger.readers(cast(int, r[4]))[1]
        )  # fmt: skip
        wanted = address(node, row)
        change(node, tx, row)
    with served(homes["ml"]) as url:
        answer = toguna("verify", url, "--as", homes[reader])
    assert answer.code == 1
    assert answer.err.startswith(f"toguna: {wanted}: ")


def test_peer_when_it_changed_nothing_is_verified(homes: dict[str, Path], tmp_path: Path) -> None:
    with served(homes["ml"]) as url:
        assert done("verify", url, "--as", homes["bf"], "--json").json["logs"][0]["records"] == 615
        assert "commitments" in done("verify", url).out
        wrong = "toguna/sahel-00000000/ml+00000000+AQ"
        assert toguna("verify", url, "--vkey", wrong).code == 2
    out = tmp_path / "out"
    done("log", "export", homes["ml"], "-o", out)
    vkey = (out / "vkey").read_text().strip()
    done("verify", out, "--vkey", vkey)


# Exports ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def exported(origin: Path) -> Path:
    out = origin / "out"
    done("log", "export", origin / "ml", "-o", out)
    return out


@pytest.mark.parametrize("name", ["tile/0/000", "tile/entries/001", "tile/1/000.p/2", "checkpoint"])
@pytest.mark.parametrize("damage", ["flip", "cut", "gone"])
def test_export_when_damaged_is_not_verified(
    exported: Path, tmp_path: Path, name: str, damage: str
) -> None:
    out = tmp_path / "out"
    shutil.copytree(exported, out)
    path = next(
        p for p in out.rglob("*") if p.is_file() and str(p.relative_to(out)).startswith(name)
    )
    data = bytearray(path.read_bytes())
    if damage == "gone":
        path.unlink()
    else:
        data[len(data) // 2] ^= 1
        path.write_bytes(bytes(data if damage == "flip" else data[: len(data) // 2]))
    answer = toguna("verify", out)
    assert answer.code in (1, 2), answer
    if name.startswith("tile/0") and damage == "flip":
        assert answer.err.startswith("toguna: ml/spine/128: ")


def test_target_when_it_is_nothing_is_wrong_input(tmp_path: Path) -> None:
    assert toguna("verify", tmp_path).code == 2
    assert toguna("verify", tmp_path / "none").code == 2
    assert toguna("verify", "http://127.0.0.1:9/").code == 3


@pytest.mark.slow
def test_verify_when_the_log_is_long_takes_less_than_ten_seconds(tmp_path: Path) -> None:
    homes = found(tmp_path, "ml", "bf")
    node = open_node(homes["ml"])
    for _ in range(100):
        node.submit(
            [Draft("sharing.report", report(k), Label(to=("bf",))) for k in range(1_000)], "duty"
        )
    node.close()
    with tampering(homes["ml"]) as (opened, tx):
        row = record_rows(opened, tx, "ml/spine")[-1]
        wanted = address(opened, row)
        flip(opened, tx, row)
    begin = time.monotonic()
    answer = toguna("verify", homes["ml"])
    took = time.monotonic() - begin
    assert answer.err.startswith(f"toguna: {wanted}: ")
    assert took < 10, took
