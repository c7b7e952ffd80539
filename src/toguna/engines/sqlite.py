"""The embedded engine: one SQLite file in the node's folder, through apsw.

Who owns what, and which order survives a crash:

* The folder lock belongs to one process; it is taken before the file is opened and given
  back after it is closed. The kernel gives it back when the process is killed.
* A new database is built under another name and then renamed, so a file that carries the
  name and is empty or short is always damage, never a half-made beginning.
* One connection writes, under a lock. ``COMMIT`` with ``synchronous=FULL`` in WAL mode
  returns after the log is on the disk; only then does ``write()`` return.
* Readers take idle connections from a pool; a snapshot is theirs for one ``read()``.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import apsw

from toguna.core.table import Table
from toguna.engines.rows import FORMAT, check_format, check_same, declaration
from toguna.engines.sqlite_rows import Plan, View, Writing, damaged, failing
from toguna.errors import BadInput, Conflict, EngineFailure, Unknown

_APPLICATION: Final = 0x546F6775  # "Togu", in the header of every file of ours
_MAGIC: Final = b"SQLite format 3\0"
_BUSY_MS: Final = 10_000
_IDLE_READERS: Final = 8
_SETTINGS: Final = (
    # A WITHOUT ROWID row stays in its page up to about a quarter of the page: 4 KB here.
    "PRAGMA page_size = 16384",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA cell_size_check = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -16384",
    "PRAGMA wal_autocheckpoint = 1000",
    "PRAGMA journal_size_limit = 67108864",
)


class SqliteEngine:
    """An :class:`~toguna.engines.Engine` in the file ``path``; its folder must exist.

    With ``create=False`` a missing file is :class:`~toguna.errors.Unknown`. Otherwise:
    ``Conflict`` when another process holds the folder or the file has a newer format,
    ``BadInput`` for a file that is not ours, ``EngineFailure`` for a damaged one.
    """

    def __init__(self, path: Path | str, *, create: bool = True) -> None:
        self._path = Path(path)
        self._place = str(path)
        self._plans: dict[str, Plan] = {}
        self._idle: list[apsw.Connection] = []
        self._pool = threading.Lock()
        self._writer = threading.Lock()
        self._owner = 0
        self._closed = False
        if not self._path.exists() and not create:
            raise Unknown("there is no database", where=str(path), remedy="run toguna restore")
        self._lock_file = _lock_folder(self._path.parent)
        try:
            if not self._path.exists():
                self._create()
            self._check_header()
            with failing(self._place):
                self._connection = self._connected()
                self._check_kept()
        except BaseException:
            os.close(self._lock_file)
            raise

    def _create(self) -> None:
        fresh = self._path.with_name(self._path.name + ".new")
        for leftover in (fresh, Path(f"{fresh}-wal"), Path(f"{fresh}-shm")):
            leftover.unlink(missing_ok=True)
        with failing(self._place):
            connection = apsw.Connection(str(fresh))
            for setting in _SETTINGS:
                connection.execute(setting)
            connection.execute(f"PRAGMA application_id = {_APPLICATION}")
            connection.execute(
                "CREATE TABLE toguna_meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;"
                f"INSERT INTO toguna_meta VALUES ('format', '{FORMAT}')"
            )
            connection.close()
        fresh.chmod(0o600)
        fresh.rename(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)

    def _check_header(self) -> None:
        try:
            with self._path.open("rb") as file:
                header = file.read(100)
        except OSError as e:
            raise EngineFailure(f"cannot read: {e.strerror}", where=self._place) from e
        ours = header[68:72] == _APPLICATION.to_bytes(4, "big")
        if header[:16] == _MAGIC and ours:
            return
        if not header or ours or (header[:16] == _MAGIC and len(header) < 100):
            raise damaged("its header is cut or overwritten", self._place)
        raise BadInput("this is not a Toguna database", where=self._place)

    def _check_kept(self) -> None:
        found = self._connection.execute("SELECT value FROM toguna_meta WHERE name = 'format'")
        row = found.fetchone()
        if row is None:
            raise damaged("the record of its format is missing", self._place)
        check_format(str(row[0]), self._place)

    def _connected(self) -> apsw.Connection:
        connection = apsw.Connection(
            str(self._path), flags=apsw.SQLITE_OPEN_READWRITE, statementcachesize=256
        )
        connection.set_busy_timeout(_BUSY_MS)
        for setting in _SETTINGS[1:]:
            connection.execute(setting)
        return connection

    @contextmanager
    def _writing(self) -> Iterator[apsw.Connection]:
        if self._owner == threading.get_ident():
            raise EngineFailure("a write transaction is open in this thread already")
        with self._writer:
            if self._closed:
                raise EngineFailure("the store is closed", where=self._place)
            self._owner = threading.get_ident()
            try:
                with failing(self._place):
                    self._connection.execute("BEGIN IMMEDIATE")
                yield self._connection
                with failing(self._place):
                    self._connection.execute("COMMIT")
            except BaseException:
                # A full disk may have rolled back already. What is then left is thrown away.
                with suppress(apsw.Error):
                    if self._connection.in_transaction:
                        self._connection.execute("ROLLBACK")
                raise
            finally:
                self._owner = 0

    def declare(self, tables: Sequence[Table]) -> None:
        """Create what is missing; ``Conflict`` for other columns or another key."""
        plans = [Plan(table) for table in tables]
        with self._writing() as connection, failing(self._place):
            for plan in plans:
                _declare(connection, plan)
        self._plans.update({plan.table.name: plan for plan in plans})

    def drop(self, table: Table) -> None:
        """Remove a table and its rows; nothing happens when it is not there."""
        plan = Plan(table)
        with self._writing() as connection, failing(self._place):
            connection.execute(f"DROP TABLE IF EXISTS {plan.name}")
            connection.execute("DELETE FROM toguna_meta WHERE name = ?", (f"table {table.name}",))
        self._plans.pop(table.name, None)

    @contextmanager
    def write(self) -> Iterator[Writing]:
        """Begin the one write transaction; waits for the writer before it."""
        with self._writing() as connection:
            transaction = Writing(connection, self._plans, self._place)
            try:
                yield transaction
                if transaction.failed:  # whoever caught the error
                    raise EngineFailure("a write before this failed", where=self._place)
            finally:
                transaction.end()

    @contextmanager
    def read(self) -> Iterator[View]:
        """A snapshot for reading."""
        connection = self._reader()
        view = View(connection, self._plans, self._place)
        try:
            with failing(self._place):
                connection.execute("BEGIN")
                connection.execute("SELECT 1 FROM toguna_meta").fetchone()  # takes the snapshot
            yield view
        finally:
            view.end()
            self._give_back(connection)

    def _reader(self) -> apsw.Connection:
        with self._pool:
            if self._closed:
                raise EngineFailure("the store is closed", where=self._place)
            if self._idle:
                return self._idle.pop()
        with failing(self._place):
            connection = self._connected()
            connection.execute("PRAGMA query_only = ON")
            return connection

    def _give_back(self, connection: apsw.Connection) -> None:
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except apsw.Error:
            connection.close(True)
            return
        with self._pool:
            if not self._closed and len(self._idle) < _IDLE_READERS:
                self._idle.append(connection)
                return
        connection.close(True)

    def integrity(self) -> list[str]:
        """What is broken in the file, in SQLite's words; empty when it is whole.

        It reads the whole structure, so it takes about a second for a gigabyte.
        """
        connection = self._reader()
        try:
            found = [str(row[0]) for row in connection.execute("PRAGMA quick_check(20)")]
        except apsw.Error as e:
            found = [str(e)]
        finally:
            self._give_back(connection)
        return [line for line in found if line != "ok"]

    def checkpoint(self) -> None:
        """Move the write-ahead log into the file and empty it, as far as readers allow."""
        with self._writer, failing(self._place):
            if not self._closed:
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Give back everything; a second call does nothing."""
        with self._writer:
            if self._closed:
                return
            with self._pool:
                self._closed = True
                for connection in self._idle:
                    connection.close(True)
                self._idle.clear()
            with suppress(apsw.Error):
                self._connection.close(True)
            os.close(self._lock_file)


def _declare(connection: apsw.Connection, plan: Plan) -> None:
    name, text = f"table {plan.table.name}", declaration(plan.table)
    kept = connection.execute("SELECT value FROM toguna_meta WHERE name = ?", (name,)).fetchone()
    if kept is None:
        connection.execute(plan.create())
    elif not check_same(str(kept[0]), plan.table):
        return
    old = "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql <> ''"
    for (index,) in connection.execute(old, (plan.table.name,)).fetchall():
        connection.execute(f'DROP INDEX "{index}"')
    for statement in plan.create_indexes():
        connection.execute(statement)
    connection.execute("REPLACE INTO toguna_meta VALUES (?, ?)", (name, text))


def _lock_folder(folder: Path) -> int:
    """Hold ``folder/lock`` for this process; ``Conflict`` names the one that holds it."""
    try:
        file = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as e:
        raise EngineFailure(f"cannot lock the folder: {e.strerror}", where=str(folder)) from e
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        holder = os.read(file, 20).decode(errors="replace").strip() or "unknown"
        os.close(file)
        raise Conflict(
            f"process {holder} uses this folder",
            where=str(folder),
            remedy="stop that process first, or give another folder",
        ) from None
    os.ftruncate(file, 0)
    with suppress(OSError):  # on a full disk the lock still holds, only without a name
        os.write(file, f"{os.getpid()}\n".encode())
    return file
