"""What an engine does when the world fails: killed, locked out, damaged, full."""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw
import psycopg
import pytest

from tests.conformance.committing import HEAD, ROWS_A_COMMIT, STEPS
from tests.conformance.conftest import Store
from toguna.core.table import Column, Row, Table, Where
from toguna.engines import Engine
from toguna.engines.postgres import PostgresEngine
from toguna.engines.sqlite import SqliteEngine
from toguna.errors import BadInput, Conflict, EngineFailure, TogunaError, Unknown

Opening = Callable[[], Engine]
CHILD = Path(__file__).with_name("committing.py")
NUMBERS = Table("numbers", (Column("n", "int"), Column("t", "text")), ("n",), (("t",),))


@contextmanager
def child(store: Store, *rest: str) -> Iterator[subprocess.Popen[str]]:
    """A process with the store open; killed at the end if it still runs."""
    command = [sys.executable, str(CHILD), store.url, str(store.folder), *rest]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            assert process.stdout.readline() == "open\n"
            yield process
        finally:
            process.kill()


def test_rows_outlive_the_engine(store: Store, opened: Opening) -> None:
    engine = opened()
    engine.declare([NUMBERS])
    with engine.write() as w:
        w.put(NUMBERS, [(n, str(n)) for n in range(100)])
    engine.close()
    engine = opened()
    with pytest.raises(EngineFailure, match="not declared"), engine.read() as r:
        r.count(NUMBERS)
    with pytest.raises(Conflict):
        engine.declare([NUMBERS._replace(key=("t",))])
    engine.declare([NUMBERS])
    with engine.read() as r:
        assert list(r.scan(NUMBERS, [Where("t", "=", "7")])) == [(7, "7")]
        assert r.count(NUMBERS) == 100


def test_nothing_acknowledged_is_lost_by_kill_9(store: Store, opened: Opening) -> None:
    acknowledged = 0
    for delay in (0.05, 0.15, 0.1):
        with child(store) as process:
            time.sleep(delay)
            process.send_signal(signal.SIGKILL)
            assert process.stdout
            said = [line for line in process.stdout if line.endswith("\n")]
        acknowledged = int(said[-1]) if said else acknowledged
        engine = opened()
        engine.declare((STEPS, HEAD))
        with engine.read() as r:
            head = r.get(HEAD, ("head",)) or ("head", 0)
            kept = [n for n, _ in r.scan(STEPS)]
        assert head[1] in (acknowledged, acknowledged + 1)  # the last one may be unsaid
        assert kept == list(range(ROWS_A_COMMIT * head[1]))
        acknowledged = head[1]
        engine.close()
    assert acknowledged > 0


def test_a_second_process_is_told_who_was_first(store: Store, opened: Opening) -> None:
    with child(store, "hold") as process:
        with pytest.raises(Conflict, match=f"process {process.pid} uses"):
            opened()
        process.kill()
        process.wait()
        opened().close()


def test_a_second_engine_in_this_process_is_a_conflict_too(opened: Opening) -> None:
    engine = opened()
    with pytest.raises(Conflict, match=f"process {os.getpid()} uses"):
        opened()
    engine.close()
    opened()


# --- SQLite: the file -------------------------------------------------------------------


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A closed database of some hundred pages."""
    folder = tmp_path / "node"
    folder.mkdir()
    engine = SqliteEngine(folder / "toguna.db")
    engine.declare((STEPS, NUMBERS))
    with engine.write() as w:
        w.put(STEPS, [(n, bytes([n % 256]) * 1_500) for n in range(1_000)])
        w.put(NUMBERS, [(n, f"text {n}") for n in range(3_000)])
    engine.close()
    return folder / "toguna.db"


def read_all(path: Path) -> list[str]:
    """Open, read everything, and check; what ``integrity`` found."""
    engine = SqliteEngine(path)
    try:
        engine.declare((STEPS, NUMBERS))
        with engine.read() as r:
            assert sum(1 for _ in r.scan(STEPS)) == r.count(STEPS)
            list(r.scan(NUMBERS, [Where("t", ">", "")], order=("t",)))
        return engine.integrity()
    finally:
        engine.close()


def test_a_whole_file_has_nothing_to_report(database: Path) -> None:
    assert read_all(database) == []
    assert database.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("share", [0.0, 0.00002, 0.001, 0.1, 0.5, 0.9, 0.9999])
def test_a_cut_file_is_called_damaged(database: Path, share: float) -> None:
    os.truncate(database, int(database.stat().st_size * share))
    before = database.read_bytes()
    with pytest.raises(EngineFailure, match="damaged") as caught:
        read_all(database)
    assert "toguna restore" in str(caught.value)
    assert str(database) in str(caught.value)
    assert database.read_bytes() == before


def test_flipped_bits_never_surface_as_anything_but_our_errors(database: Path) -> None:
    whole = database.read_bytes()
    dice = random.Random(2)
    page = 16_384
    found = 0
    for n in range(60):
        # Half of them in page headers, where the structure is; half anywhere.
        at = dice.randrange(len(whole))
        if n % 2:
            at = at // page * page + dice.randrange(12)
        flipped = bytearray(whole)
        flipped[at] ^= 1 << dice.randrange(8)
        database.write_bytes(flipped)
        try:
            found += bool(read_all(database))
        except (EngineFailure, BadInput, Conflict):
            found += 1
        for leftover in database.parent.glob("toguna.db-*"):
            leftover.unlink()
    assert found >= 20


def test_an_overwritten_page_is_named(database: Path) -> None:
    with database.open("r+b") as file:
        file.seek(20 * 16_384)
        file.write(b"\xaa" * 16_384)
    engine = SqliteEngine(database)
    assert engine.integrity()
    engine.declare((STEPS, NUMBERS))
    with engine.read() as r, pytest.raises(EngineFailure, match="damaged"):
        list(r.scan(STEPS))
    engine.close()


def test_foreign_files_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "toguna.db"
    path.write_bytes(b"a letter, not a database " * 100)
    with pytest.raises(BadInput, match="not a Toguna database"):
        SqliteEngine(path)
    assert path.read_bytes().startswith(b"a letter")
    path.unlink()
    with apsw.Connection(str(path)) as other:
        other.execute("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
    other.close()
    with pytest.raises(BadInput, match="not a Toguna database"):
        SqliteEngine(path)
    path.unlink()
    path.mkdir()
    with pytest.raises(EngineFailure, match="cannot read"):
        SqliteEngine(path)


def test_a_newer_format_is_refused(database: Path) -> None:
    other = apsw.Connection(str(database))
    other.execute("UPDATE toguna_meta SET value = '2' WHERE name = 'format'")
    other.close()
    with pytest.raises(Conflict, match="newer version"):
        SqliteEngine(database)


def test_a_missing_database_is_not_made_when_it_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(Unknown, match="restore"):
        SqliteEngine(tmp_path / "toguna.db", create=False)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(EngineFailure, match="cannot lock"):
        SqliteEngine(tmp_path / "none" / "toguna.db")


def test_the_log_can_be_moved_into_the_file(database: Path) -> None:
    engine = SqliteEngine(database)
    engine.declare([NUMBERS])
    with engine.write() as w:
        w.put(NUMBERS, [(n, "new") for n in range(500)])
    log = Path(f"{database}-wal")
    assert log.stat().st_size > 0
    engine.checkpoint()
    assert log.stat().st_size == 0
    copy = database.parent / "copy"
    copy.mkdir()
    shutil.copy(database, copy / database.name)
    engine.close()
    assert read_all(copy / database.name) == []


@contextmanager
def full_disk(room: int) -> Iterator[None]:
    """No file of this process grows above ``room`` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_takes_back_the_transaction_and_only_that(tmp_path: Path) -> None:
    engine = SqliteEngine(tmp_path / "toguna.db")
    engine.declare([STEPS])
    kept = 0

    def fill(count: int) -> int:
        nonlocal kept
        for _ in range(count):
            with engine.write() as w:
                w.add(STEPS, [(kept * 100 + i, b"x" * 4_000) for i in range(100)])
            kept += 1
        return kept

    with full_disk(2_500_000), pytest.raises(EngineFailure, match="disk"):
        fill(1_000)
    assert kept > 0
    with engine.read() as r:
        assert r.count(STEPS) == 100 * kept
    fill(2)  # there is room again
    engine.close()
    engine = SqliteEngine(tmp_path / "toguna.db")
    engine.declare([STEPS])
    with engine.read() as r:
        assert r.count(STEPS) == 100 * kept
    assert engine.integrity() == []
    engine.close()


def test_a_caught_failure_cannot_be_committed(tmp_path: Path) -> None:
    engine = SqliteEngine(tmp_path / "toguna.db")
    engine.declare([STEPS])

    def write() -> None:
        with engine.write() as w:
            w.put(STEPS, [(0, b"")])
            with pytest.raises(EngineFailure):
                w.put(STEPS, ((n, b"x" * 100_000) for n in range(1, 1_000)))

    with full_disk(2_500_000), pytest.raises(EngineFailure):
        write()
    with engine.read() as r:
        assert r.count(STEPS) == 0
    engine.close()


# --- PostgreSQL: the server -------------------------------------------------------------


def rows(engine: Engine) -> list[Row]:
    with engine.read() as r:
        return list(r.scan(NUMBERS))


def end_sessions(server: str, application: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s",
            (application,),
        )


def test_lost_sessions_are_replaced(postgres_server: str, postgres_url: str) -> None:
    engine = PostgresEngine(postgres_url)
    engine.declare([NUMBERS])
    with engine.write() as w:
        w.put(NUMBERS, [(1, "kept")])
    assert rows(engine) == [(1, "kept")]
    ours = f"toguna process {os.getpid()}"

    def cut_off() -> None:
        with engine.write() as w:
            w.put(NUMBERS, [(2, "lost")])
            end_sessions(postgres_server, ours)
            w.put(NUMBERS, [(3, "lost")])

    with pytest.raises(EngineFailure):
        cut_off()
    assert rows(engine) == [(1, "kept")]
    end_sessions(postgres_server, ours)
    assert rows(engine) == [(1, "kept")]
    with engine.write() as w:
        w.put(NUMBERS, [(4, "after")])
    assert rows(engine) == [(1, "kept"), (4, "after")]
    engine.close()


def test_a_session_that_lost_the_lock_cannot_write(postgres_server: str, postgres_url: str) -> None:
    first = PostgresEngine(postgres_url)
    first.declare([NUMBERS])
    end_sessions(postgres_server, f"toguna process {os.getpid()}")
    second = PostgresEngine(postgres_url)
    with pytest.raises(Conflict, match="uses this schema"), first.write():
        pass
    second.close()
    with first.write() as w:
        w.put(NUMBERS, [(1, "again")])
    first.close()


def test_foreign_schemas_and_newer_formats_are_refused(
    postgres_server: str, postgres_url: str
) -> None:
    with pytest.raises(Unknown, match="restore"):
        PostgresEngine(postgres_url, create=False)
    PostgresEngine(postgres_url).close()
    PostgresEngine(postgres_url, create=False).close()
    schema = postgres_url.rpartition("=")[2]
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        run = connection.cursor().execute
        run(f"UPDATE {schema}.toguna_meta SET value = '2'")
        with pytest.raises(Conflict, match="newer version"):
            PostgresEngine(postgres_url)
        run(f"ALTER TABLE {schema}.toguna_meta RENAME TO other")
    with pytest.raises(BadInput, match="not ours"):
        PostgresEngine(postgres_url)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://someone:hush@127.0.0.1:1/db",
        "postgresql://someone:hush@127.0.0.1:1/db?nonsense=hush",
        "postgresql://someone:hush@127.0.0.1:none/db",
        "postgresql://someone:hush@127.0.0.1:1/db?schema=pg_hush%22",
    ],
)
def test_a_bad_url_is_refused_without_telling_its_password(url: str) -> None:
    with pytest.raises(TogunaError) as caught:
        PostgresEngine(url)
    assert "someone:hush" not in str(caught.value)
    assert "127.0.0.1:none" not in str(caught.value)
