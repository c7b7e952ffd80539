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
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, cast

import apsw

from toguna.core.table import Row, Table, Where
from toguna.engines.rows import (
    FORMAT,
    Order,
    Shape,
    check_format,
    check_limit,
    check_same,
    declaration,
    moved,
    not_declared,
    taken,
)
from toguna.errors import BadInput, Conflict, EngineFailure, Unknown

_APPLICATION: Final = 0x546F6775  # "Togu", in the header of every file of ours
_MAGIC: Final = b"SQLite format 3\0"
_TYPES: Final = {"int": "INTEGER", "text": "TEXT", "bytes": "BLOB"}
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


class _Plan(Shape):
    """A shape with the SQL texts of its table; apsw keeps the statements prepared."""

    __slots__ = ("add", "columns", "delete", "get", "name", "put", "selects")

    def __init__(self, table: Table) -> None:
        super().__init__(table)
        self.name = f'"{table.name}"'
        self.columns = ", ".join(f'"{name}"' for name in self.names)
        marks = ", ".join("?" * len(self.names))
        keyed = " AND ".join(f'"{name}" = ?' for name in table.key)
        self.get = f"SELECT {self.columns} FROM {self.name} WHERE {keyed}"
        self.put = f"REPLACE INTO {self.name} ({self.columns}) VALUES ({marks})"
        self.add = f"INSERT INTO {self.name} ({self.columns}) VALUES ({marks})"
        self.delete = f"DELETE FROM {self.name} WHERE {keyed}"
        self.selects: dict[tuple[Any, ...], str] = {}

    def create(self) -> str:
        """The native table. A single integer key is the rowid itself: the fastest way in."""
        key = self.table.key
        rowid = len(key) == 1 and self.key_columns[0].type == "int"
        parts = []
        for column in self.table.columns:
            rest = "" if column.nullable else " NOT NULL"
            if rowid and column.name == key[0]:
                rest = " PRIMARY KEY"
            parts.append(f'"{column.name}" {_TYPES[column.type]}{rest}')
        if not rowid:
            parts.append("PRIMARY KEY (" + ", ".join(f'"{name}"' for name in key) + ")")
        options = "STRICT" if rowid else "STRICT, WITHOUT ROWID"
        return f"CREATE TABLE {self.name} ({', '.join(parts)}) {options}"

    def create_indexes(self) -> Iterator[str]:
        """One statement for each index; SQLite appends the primary key to it by itself."""
        for n, index in enumerate(self.table.indexes):
            columns = ", ".join(f'"{name}"' for name in index)
            yield f'CREATE INDEX "{self.table.name}${n}" ON {self.name} ({columns})'

    def select(self, conditions: list[Where], order: Order | None, limited: bool) -> str:
        """The query for these operators; a count when there is no order."""
        signature = (*((w.column, w.op) for w in conditions), order, limited)
        text = self.selects.get(signature)
        if text is None:
            text = self.selects[signature] = self._select(conditions, order, limited)
        return text

    def _select(self, conditions: list[Where], order: Order | None, limited: bool) -> str:
        met = [
            f'"{w.column}" IN (SELECT value FROM carray(?))'
            if w.op == "in"
            else f'"{w.column}" {w.op} ?'
            for w in conditions
        ]
        where = f" WHERE {' AND '.join(met)}" if met else ""
        if order is None:
            return f"SELECT count(*) FROM {self.name}{where}"
        terms = [f'"{self.names[i]}"{" DESC" if descending else ""}' for i, descending in order]
        limit = " LIMIT ?" if limited else ""
        return f"SELECT {self.columns} FROM {self.name}{where} ORDER BY {', '.join(terms)}{limit}"


def _bound(conditions: list[Where]) -> tuple[Any, ...] | None:
    """The values to bind; None when an empty ``in`` makes the answer empty."""
    if any(w.op == "in" and not w.value for w in conditions):
        return None
    return tuple([apsw.carray(cast(Any, w.value)) if w.op == "in" else w.value for w in conditions])


class _View:
    """A reader over one connection that has a snapshot open."""

    def __init__(self, engine: SqliteEngine, connection: apsw.Connection) -> None:
        self._engine = engine
        self._connection = connection
        self._open = True

    def _plan(self, table: Table) -> _Plan:
        if not self._open:
            raise EngineFailure("the transaction or snapshot has ended")
        plan = self._engine._plans.get(table.name)
        if plan is None or (plan.table is not table and plan.table != table):
            raise not_declared(table)
        return plan

    def get(self, table: Table, key: Row) -> Row | None:
        """The row with this primary key, or None."""
        plan = self._plan(table)
        with self._engine._failing():
            found = self._connection.execute(plan.get, plan.key(key)).fetchone()
        return cast("Row | None", found)

    def scan(
        self,
        table: Table,
        where: Sequence[Where] = (),
        *,
        order: Sequence[str] = (),
        limit: int | None = None,
    ) -> Iterator[Row]:
        """Rows that meet every condition, in ``order``; ties come by primary key."""
        plan = self._plan(table)
        check_limit(limit)
        conditions = plan.conditions(where)
        values = _bound(conditions)
        text = plan.select(conditions, plan.order(order), limit is not None)
        if values is None:
            return iter(())
        if limit is not None:
            values = (*values, limit)
        return self._rows(table, text, values)

    def _rows(self, table: Table, text: str, values: tuple[Any, ...]) -> Iterator[Row]:
        with self._engine._failing():
            for row in self._connection.execute(text, values):
                yield row
                self._plan(table)

    def count(self, table: Table, where: Sequence[Where] = ()) -> int:
        """How many rows meet every condition."""
        plan = self._plan(table)
        conditions = plan.conditions(where)
        values = _bound(conditions)
        if values is None:
            return 0
        with self._engine._failing():
            text = plan.select(conditions, None, False)
            return int(self._connection.execute(text, values).get)


class _Writing(_View):
    """The one write transaction."""

    def _rows(self, table: Table, text: str, values: tuple[Any, ...]) -> Iterator[Row]:
        # Read at once: SQLite does not say what a cursor sees of rows that change under it.
        return self._checked(table, list(super()._rows(table, text, values)))

    def _checked(self, table: Table, rows: list[Row]) -> Iterator[Row]:
        for row in rows:
            self._plan(table)
            yield row

    def _run(self, text: str, rows: Sequence[Row]) -> int:
        before = self._connection.total_changes()
        with self._engine._failing():
            self._connection.executemany(text, rows)
        return self._connection.total_changes() - before

    def put(self, table: Table, rows: Iterable[Row]) -> None:
        """Insert rows, replacing those with the same key; of equal keys the last stays."""
        plan = self._plan(table)
        self._run(plan.put, plan.rows(rows))

    def add(self, table: Table, rows: Iterable[Row]) -> None:
        """Insert rows; ``Conflict`` and nothing inserted if any key is there already."""
        plan = self._plan(table)
        checked = plan.rows(rows)
        try:
            with self._connection:  # a savepoint: one taken key takes the whole call back
                self._run(plan.add, checked)
        except apsw.ConstraintError:
            raise taken(table) from None

    def delete(self, table: Table, keys: Iterable[Row]) -> int:
        """Delete by primary key; the number of rows that were there."""
        plan = self._plan(table)
        return self._run(plan.delete, plan.keys(keys))

    def swap(self, table: Table, key: Row, expected: Row | None, new: Row) -> None:
        """Compare and swap one row; ``Conflict`` when it is not what was expected."""
        plan = self._plan(table)
        key, new = plan.swapped(key, new)
        if self.get(table, key) != (None if expected is None else tuple(expected)):
            raise moved(table)
        self._run(plan.put, (new,))

    def clear(self, table: Table) -> None:
        """Delete every row of the table."""
        plan = self._plan(table)
        with self._engine._failing():
            self._connection.execute(f"DELETE FROM {plan.name}")


class SqliteEngine:
    """An :class:`~toguna.engines.Engine` in the file ``path``; its folder must exist.

    With ``create=False`` a missing file is :class:`~toguna.errors.Unknown`. Otherwise:
    ``Conflict`` when another process holds the folder or the file has a newer format,
    ``BadInput`` for a file that is not ours, ``EngineFailure`` for a damaged one.
    """

    def __init__(self, path: Path | str, *, create: bool = True) -> None:
        self._path = Path(path)
        self._plans: dict[str, _Plan] = {}
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
            with self._failing():
                self._connection = self._connected()
                self._check_kept()
        except BaseException:
            os.close(self._lock_file)
            raise

    def _create(self) -> None:
        fresh = self._path.with_name(self._path.name + ".new")
        for leftover in (fresh, Path(f"{fresh}-wal"), Path(f"{fresh}-shm")):
            leftover.unlink(missing_ok=True)
        with self._failing():
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
            raise EngineFailure(f"cannot read: {e.strerror}", where=str(self._path)) from e
        ours = header[68:72] == _APPLICATION.to_bytes(4, "big")
        if header[:16] == _MAGIC and ours:
            return
        if not header or ours or (header[:16] == _MAGIC and len(header) < 100):
            raise self._damaged("its header is cut or overwritten")
        raise BadInput("this is not a Toguna database", where=str(self._path))

    def _check_kept(self) -> None:
        found = self._connection.execute("SELECT value FROM toguna_meta WHERE name = 'format'")
        row = found.fetchone()
        if row is None:
            raise self._damaged("the record of its format is missing")
        check_format(str(row[0]), str(self._path))

    def _connected(self) -> apsw.Connection:
        connection = apsw.Connection(
            str(self._path), flags=apsw.SQLITE_OPEN_READWRITE, statementcachesize=256
        )
        connection.set_busy_timeout(_BUSY_MS)
        for setting in _SETTINGS[1:]:
            connection.execute(setting)
        return connection

    def _damaged(self, what: str) -> EngineFailure:
        return EngineFailure(
            f"the database is damaged: {what}", where=str(self._path), remedy="run toguna restore"
        )

    @contextmanager
    def _failing(self) -> Iterator[None]:
        """Turn what SQLite reports into our errors; a taken key passes for ``add``."""
        try:
            yield
        except apsw.ConstraintError:
            raise
        except (apsw.CorruptError, apsw.NotADBError) as e:
            raise self._damaged(str(e)) from e
        except (apsw.FullError, apsw.IOError) as e:
            raise EngineFailure(
                f"the disk did not take the data: {e}",
                where=str(self._path),
                remedy="make room on the disk, then try again",
            ) from e
        except apsw.Error as e:
            raise EngineFailure(f"SQLite: {e}", where=str(self._path)) from e

    @contextmanager
    def _writing(self) -> Iterator[apsw.Connection]:
        if self._owner == threading.get_ident():
            raise EngineFailure("a write transaction is open in this thread already")
        with self._writer:
            if self._closed:
                raise EngineFailure("the store is closed", where=str(self._path))
            self._owner = threading.get_ident()
            try:
                with self._failing():
                    self._connection.execute("BEGIN IMMEDIATE")
                yield self._connection
                with self._failing():
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
        plans = [_Plan(table) for table in tables]
        with self._writing() as connection, self._failing():
            for plan in plans:
                _declare(connection, plan)
        self._plans.update({plan.table.name: plan for plan in plans})

    def drop(self, table: Table) -> None:
        """Remove a table and its rows; nothing happens when it is not there."""
        plan = _Plan(table)
        with self._writing() as connection, self._failing():
            connection.execute(f"DROP TABLE IF EXISTS {plan.name}")
            connection.execute("DELETE FROM toguna_meta WHERE name = ?", (f"table {table.name}",))
        self._plans.pop(table.name, None)

    @contextmanager
    def write(self) -> Iterator[_Writing]:
        """Begin the one write transaction; waits for the writer before it."""
        with self._writing() as connection:
            transaction = _Writing(self, connection)
            try:
                yield transaction
            finally:
                transaction._open = False

    @contextmanager
    def read(self) -> Iterator[_View]:
        """A snapshot for reading."""
        connection = self._reader()
        with self._failing():
            connection.execute("BEGIN")
            connection.execute("SELECT 1 FROM toguna_meta").fetchone()  # takes the snapshot
        view = _View(self, connection)
        try:
            yield view
        finally:
            view._open = False
            self._give_back(connection)

    def _reader(self) -> apsw.Connection:
        with self._pool:
            if self._closed:
                raise EngineFailure("the store is closed", where=str(self._path))
            if self._idle:
                return self._idle.pop()
        with self._failing():
            connection = self._connected()
            connection.execute("PRAGMA query_only = ON")
            return connection

    def _give_back(self, connection: apsw.Connection) -> None:
        try:
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
            with suppress(apsw.Error):
                connection.execute("BEGIN")
            self._give_back(connection)
        return [line for line in found if line != "ok"]

    def checkpoint(self) -> None:
        """Move the write-ahead log into the file and empty it, as far as readers allow."""
        with self._writer, self._failing():
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


def _declare(connection: apsw.Connection, plan: _Plan) -> None:
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
