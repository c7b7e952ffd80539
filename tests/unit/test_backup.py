"""Backups and restores: what comes back, what does not, and what opens for nobody."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pyrage
import pytest

from tests.postgres import fresh_schema, running_server
from tests.unit.cli_house import REPORT, carry, done, found, served, toguna
from toguna.node import backup
from toguna.node import tables as t
from toguna.node.opening import COPIED, open_node


class Cheap:
    """In place of scrypt, which takes a second and a half by design."""

    @staticmethod
    def encrypt(data: bytes, passphrase: str) -> bytes:
        return passphrase.encode() + b"|" + data

    @staticmethod
    def decrypt(data: bytes, passphrase: str) -> bytes:
        given, _, plain = data.partition(b"|")
        if given != passphrase.encode():
            raise pyrage.DecryptError("wrong")
        return plain


@pytest.fixture(autouse=True)
def cheap(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "sealed_in_earnest" not in request.fixturenames:
        quick = SimpleNamespace(
            **{n: getattr(pyrage, n) for n in pyrage.__all__ if n != "passphrase"}
        )
        quick.x25519, quick.passphrase, quick.DecryptError = (
            pyrage.x25519,
            Cheap,
            pyrage.DecryptError,
        )
        monkeypatch.setattr(backup, "pyrage", quick)


@pytest.fixture
def sealed_in_earnest() -> None:
    """This test is about the real thing."""


@pytest.fixture
def homes(tmp_path: Path) -> dict[str, Path]:
    """An alliance of two in which ``ml`` has released one report and keeps one at home."""
    homes = found(tmp_path, "ml", "bf")
    (tmp_path / "secret").write_text("open sesame\n")
    write(homes, "--to", "bf")
    write(homes)
    carry(tmp_path, homes["ml"], homes["bf"])
    return homes


def write(homes: dict[str, Path], *label: str) -> list[str]:
    report = homes["ml"].parent / "report.json"
    return done("record", homes["ml"], "sharing.report", "--file", report, *label).lines


def back_up(homes: dict[str, Path], *more: object) -> Path:
    file = homes["ml"].parent / "ml.backup"
    done("backup", homes["ml"], "-o", file, *more)
    return file


def sealed(homes: dict[str, Path]) -> tuple[object, ...]:
    return ("--passphrase-file", homes["ml"].parent / "secret")


def rows(home: Path) -> dict[str, list[object]]:
    node = open_node(home)
    try:
        with node.reading() as tx:
            skipped = ("meta_values",)
            return {x.name: sorted(tx.scan(x)) for x in t.ALL if x.name not in skipped}  # type: ignore[type-var]
    finally:
        node.close()


def test_backup_when_restored_holds_every_row(homes: dict[str, Path], tmp_path: Path) -> None:
    before = rows(homes["ml"])
    file = back_up(homes, *sealed(homes))
    shutil.rmtree(homes["ml"])
    # Nobody answers: what the backup held is there all the same.
    answer = toguna(
        "restore", homes["ml"], "--from", "bf=http://127.0.0.1:9", "--backup", file,
        *sealed(homes), "--timeout", "1",
    )  # fmt: skip
    assert answer.code == 3
    assert "run toguna sync when a peer answers" in answer.err
    after = rows(homes["ml"])
    for name in ("documents", "audiences", "released", "logs"):
        assert after[name] == before[name]
    assert set(map(repr, before["records"])) <= set(map(repr, after["records"]))
    done("verify", homes["ml"])
    assert {p.name for p in (homes["ml"] / "keys").iterdir()} >= {"log.key", "root.pub"}
    assert not (homes["ml"] / "keys" / "root.key").exists()


def test_node_when_lost_comes_back_with_what_peers_hold(
    homes: dict[str, Path], tmp_path: Path
) -> None:
    file = back_up(homes, *sealed(homes))
    shared, private = write(homes, "--to", "bf")[1], write(homes)[0]
    carry(tmp_path, homes["ml"], homes["bf"])
    shutil.rmtree(homes["ml"])
    with served(homes["bf"]) as url:
        said = done(
            "restore",
            homes["ml"],
            "--from",
            f"bf={url}",
            "--backup",
            file,
            *sealed(homes),
            "--json",
        ).json
    assert said["own_from_peers"] == 1
    assert said["complete"] == {"bf": "complete"}
    done("show", homes["ml"], shared)
    assert toguna("show", homes["ml"], private).code == 2
    done("verify", homes["ml"])
    # It goes on, also after it was closed and opened again.
    fresh = write(homes, "--to", "bf")[1]
    assert int(fresh.rpartition("/")[2]) > int(shared.rpartition("/")[2])
    write(homes, "--to", "bf")
    carry(tmp_path, homes["ml"], homes["bf"])
    done("show", homes["bf"], fresh)
    done("verify", homes["ml"])
    done("verify", homes["bf"])


def test_node_when_only_its_keys_are_left_comes_back_with_what_was_shared(
    homes: dict[str, Path], tmp_path: Path
) -> None:
    keys = tmp_path / "safe"
    (homes["ml"] / "keys").rename(keys)
    shutil.rmtree(homes["ml"])
    with served(homes["bf"]) as url:
        done("restore", homes["ml"], "--from", f"bf={url}", "--keys", keys)
    assert "ml/spine/0" in done("list", homes["ml"], "sharing.report").out
    done("verify", homes["ml"])


@pytest.mark.usefixtures("sealed_in_earnest")
def test_backup_when_made_is_sealed_and_private(homes: dict[str, Path]) -> None:
    file = back_up(homes, *sealed(homes))
    data = file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    for secret in (b"Pont", b"toguna key v1", b"lorry", b"open sesame"):
        assert secret not in data


def test_backup_when_sealed_to_the_box_key_opens_with_it(
    homes: dict[str, Path], tmp_path: Path
) -> None:
    file, keys = back_up(homes), tmp_path / "safe"
    shutil.copytree(homes["ml"] / "keys", keys)
    keys.chmod(0o700)
    shutil.rmtree(homes["ml"])
    with served(homes["bf"]) as url:
        command = ("restore", homes["ml"], "--from", f"bf={url}", "--backup", file)
        assert "--box-key" in toguna(*command).err
        done(*command, "--box-key", keys / "box.key")
    done("show", homes["ml"], "ml/home/1")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda d: d[: len(d) - 40], "cut short or changed"),
        (lambda d: d[:-9] + bytes([d[-9] ^ 1]) + d[-8:], "cut short or changed"),
        (lambda d: d[:40], "header is damaged"),
        (lambda d: b"", "no backup"),
        (lambda d: b"PK" + d, "no backup"),
    ],
)
def test_backup_when_damaged_makes_no_folder(
    homes: dict[str, Path], tmp_path: Path, damage: object, said: str
) -> None:
    file = back_up(homes, *sealed(homes))
    file.write_bytes(damage(file.read_bytes()))  # type: ignore[operator]
    before = sorted(p.name for p in tmp_path.iterdir())
    answer = toguna(
        "restore", tmp_path / "new", "--from", "bf=http://127.0.0.1:9", "--backup", file,
        *sealed(homes),
    )  # fmt: skip
    assert answer.code in (1, 2)
    assert said in answer.err
    assert sorted(p.name for p in tmp_path.iterdir()) == before


@pytest.mark.usefixtures("sealed_in_earnest")
def test_backup_when_the_passphrase_is_wrong_stays_closed(
    homes: dict[str, Path], tmp_path: Path
) -> None:
    file = back_up(homes, *sealed(homes))
    (tmp_path / "wrong").write_text("open barley\n")
    restore = ("restore", tmp_path / "new", "--from", "bf=http://127.0.0.1:9", "--backup", file)
    assert (
        "passphrase does not open" in toguna(*restore, "--passphrase-file", tmp_path / "wrong").err
    )
    assert "give --passphrase-file" in toguna(*restore).err
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("--from", "bf=http://127.0.0.1:9"),
        ("--backup", "x"),
        ("--from", "bf", "--backup", "x"),
        ("--from", "bf=ftp://x", "--backup", "x"),
    ],
)
def test_restore_when_something_is_missing_says_what(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    answer = toguna("restore", tmp_path / "new", *arguments)
    assert answer.code == 2
    assert list(tmp_path.iterdir()) == []


def test_restore_when_the_folder_is_taken_leaves_it_alone(homes: dict[str, Path]) -> None:
    file = back_up(homes, *sealed(homes))
    answer = toguna(
        "restore", homes["ml"], "--from", "bf=http://127.0.0.1:9", "--backup", file, *sealed(homes)
    )
    assert answer.code == 3
    assert "something here already" in answer.err


def test_folder_when_copied_seals_nothing_until_somebody_answers(
    homes: dict[str, Path], tmp_path: Path
) -> None:
    copy = {"ml": tmp_path / "copy"}
    shutil.copytree(homes["ml"], copy["ml"])
    answer = toguna(
        "record", copy["ml"], "sharing.report", "--file", tmp_path / "report.json", "--to", "bf"
    )
    assert answer.code == 1
    assert COPIED in answer.err
    assert toguna("doctor", copy["ml"]).code == 1
    done("record", copy["ml"], "sharing.report", "--file", tmp_path / "report.json")
    done("doctor", copy["ml"], "--accept-copy")
    done("record", copy["ml"], "sharing.report", "--file", tmp_path / "report.json", "--to", "bf")


def test_folder_when_copied_and_somebody_is_missing_says_so_at_every_sync(tmp_path: Path) -> None:
    homes, copy = found(tmp_path, "ml", "bf", "ne"), tmp_path / "copy"
    write(homes, "--to", "bf")
    shutil.copytree(homes["ml"], copy)
    with served(homes["bf"]) as url:
        to = ("--peer", f"bf={url}", "--peer", "ne=http://127.0.0.1:9")
        answer = done("sync", copy, *to)
        assert answer.lines[-1].startswith(f"nothing is sealed: {COPIED}. Run toguna sync again")
        assert "when ne answers; or, if no other copy runs: toguna doctor" in answer.lines[-1]
        assert done("sync", copy, *to, "--json").json["held_back"] == COPIED
        doctor = toguna("doctor", copy)
        assert doctor.code == 1
        assert "when the others answer; or, if no other copy runs: toguna doctor" in doctor.out
        toguna("doctor", copy, "--accept-copy")
        assert "sealed" not in done("sync", copy, *to).out
        assert done("sync", copy, *to, "--json").json["held_back"] == ""


def test_folder_when_moved_goes_on(homes: dict[str, Path], tmp_path: Path) -> None:
    homes["ml"].rename(tmp_path / "elsewhere")
    done(
        "record",
        tmp_path / "elsewhere",
        "sharing.report",
        "--file",
        tmp_path / "report.json",
        "--to",
        "bf",
    )


def test_doctor_when_a_backup_was_made_says_when(homes: dict[str, Path]) -> None:
    assert "there is none" in done("doctor", homes["ml"]).out
    back_up(homes, *sealed(homes))
    assert "there is none" not in done("doctor", homes["ml"]).out


def test_file_when_it_cannot_be_written_is_named(homes: dict[str, Path], tmp_path: Path) -> None:
    answer = toguna("backup", homes["ml"], "-o", tmp_path / "report.json" / "x", *sealed(homes))
    assert answer.code == 3
    assert "report.json" in answer.err


def test_node_when_on_postgresql_is_backed_up_and_restored(tmp_path: Path) -> None:
    with running_server() as server, fresh_schema(server) as url:
        homes = {"ml": tmp_path / "ml"}
        done("init", homes["ml"], "--party", "ml", "--name", "Mali", "--store", url)
        (tmp_path / "report.json").write_text(json.dumps(REPORT))
        (tmp_path / "secret").write_text("open sesame\n")
        written = write(homes)[0]
        taken = toguna("init", tmp_path / "bf", "--party", "bf", "--name", "B", "--store", url)
        assert taken.code == 3
        assert "a node of ml already" in taken.err
        file = back_up(homes, *sealed(homes))
        done("verify", homes["ml"])
        shutil.rmtree(homes["ml"])
        restore = ("restore", homes["ml"], "--from", "bf=http://127.0.0.1:9", "--backup", file)
        full = toguna(*restore, *sealed(homes), "--timeout", "1")
        assert "is not empty" in full.err
        schema = url.rpartition("=")[2]
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP SCHEMA "{schema}" CASCADE')
        toguna(*restore, *sealed(homes), "--timeout", "1")
        done("show", homes["ml"], written)
