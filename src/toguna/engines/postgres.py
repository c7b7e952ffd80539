"""The PostgreSQL engine (15 or newer): one schema for each node, through psycopg 3.

Who owns what, and which order survives a crash:

* One session writes. It also holds an advisory lock on the schema, so the session that
  writes is always the session that holds the lock: when the connection is lost the server
  gives the lock back, and nothing can be written before a new session has taken it.
* ``COMMIT`` with ``synchronous_commit`` on returns after the server's log is on its disk;
  only then does ``write()`` return.
* Readers take idle sessions from a pool; a REPEATABLE READ transaction is their snapshot.
  Only ``drop`` and a change of indexes wait for readers, and give up after ten seconds.

A later version may let several processes share a schema by taking the same lock for each
transaction; nothing that is stored depends on it being held for longer.
"""

from __future__ import annotations

import hashlib
import os
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Final, cast
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import psycopg
from psycopg.types.numeric import Int8BinaryDumper

from toguna.core.table import Table
from toguna.engines.postgres_rows import Connection, Plan, View, Writing, failing
from toguna.engines.rows import FORMAT, check_format, check_same, declaration
from toguna.errors import BadInput, Conflict, EngineFailure, Unknown

_OLDEST: Final = 150_000
_DEFAULT_SCHEMA: Final = "toguna"
_SCHEMA_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,47}")
_LOCK_WAIT_MS: Final = 1_500  # the server needs a moment to notice that a holder was killed
_TABLE_WAIT_MS: Final = 10_000
_IDLE_READERS: Final = 8


class PostgresEngine:
    """An :class:`~toguna.engines.Engine` in one schema of a PostgreSQL database.

    ``url`` is ``postgresql://…``; ``schema`` (or ``?schema=`` in the URL) names the schema.
    With ``create=False`` a schema that is not there is :class:`~toguna.errors.Unknown`.
    Otherwise: ``Conflict`` when another process holds the schema or it has a newer format,
    ``BadInput`` for a schema that is not ours, ``EngineFailure`` when the server is away.
    No message quotes the URL, which may hold a password.
    """

    def __init__(self, url: str, schema: str | None = None, *, create: bool = True) -> None:
        self._url, named = _split(url)
        self._schema = schema or named
        if not _SCHEMA_NAME.fullmatch(self._schema) or self._schema.startswith("pg_"):
            raise BadInput("this is no name for a schema", where=self._schema)
        self._place = f"PostgreSQL schema {self._schema}"
        self._plans: dict[str, Plan] = {}
        self._idle: list[Connection] = []
        self._pool = threading.Lock()
        self._writer = threading.Lock()
        self._owner = 0
        self._closed = False
        self._connection = self._locked()
        try:
            with failing(self._place):
                self._check_kept(create)
        except BaseException:
            self._connection.close()
            raise

    def _connected(self) -> Connection:
        try:
            connection: Connection = psycopg.connect(
                self._url,
                autocommit=True,
                connect_timeout=10,
                application_name=f"toguna process {os.getpid()}",
                client_encoding="utf8",
            )
        except psycopg.ProgrammingError:
            raise BadInput("the PostgreSQL URL cannot be understood") from None
        except psycopg.Error as e:
            raise EngineFailure(
                f"cannot reach the server: {str(e).partition(chr(10))[0]}",
                where=self._place,
                remedy="start the server, or correct the URL",
            ) from None
        # Every integer as int8: otherwise each size of number is a prepared statement.
        connection.adapters.register_dumper(int, Int8BinaryDumper)
        return connection

    def _locked(self) -> Connection:
        """A session that may write: with the lock, and durable commits."""
        connection = self._connected()
        try:
            with failing(self._place):
                _check_server(connection, self._place)
                connection.execute("SET synchronous_commit = on")
                connection.execute(f"SET lock_timeout = {_LOCK_WAIT_MS}")
                self._take_lock(connection)
                connection.execute(f"SET lock_timeout = {_TABLE_WAIT_MS}")
        except BaseException:
            connection.close()
            raise
        return connection

    def _take_lock(self, connection: Connection) -> None:
        name = f"toguna/{self._schema}".encode()
        number = int.from_bytes(hashlib.sha256(name).digest()[:8], "big", signed=True)
        try:
            connection.execute("SELECT pg_advisory_lock(%s)", (number,))
        except psycopg.errors.LockNotAvailable:
            holder = connection.execute(
                "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)"
                " WHERE locktype = 'advisory' AND granted AND objsubid = 1"
                " AND classid::bigint = %s AND objid::bigint = %s",
                ((number >> 32) & 0xFFFFFFFF, number & 0xFFFFFFFF),
            ).fetchone()
            raise Conflict(
                f"{holder[0] if holder else 'another process'} uses this schema",
                where=self._place,
                remedy="stop that process first, or give another schema",
            ) from None

    def _check_kept(self, create: bool) -> None:
        run = self._connection.execute
        tables = {
            str(name)
            for (name,) in run(
                "SELECT tablename FROM pg_tables WHERE schemaname = %s", (self._schema,)
            )
        }
        meta = f'"{self._schema}".toguna_meta'
        if "toguna_meta" in tables:
            row = run(cast(Any, f"SELECT value FROM {meta} WHERE name = 'format'")).fetchone()
            check_format(str(row[0]) if row else "unknown", self._place)
        elif tables:
            raise BadInput("the schema holds tables that are not ours", where=self._place)
        elif not create:
            raise Unknown("there is no data", where=self._place, remedy="run toguna restore")
        else:
            with self._connection.transaction():
                run(cast(Any, f'CREATE SCHEMA IF NOT EXISTS "{self._schema}"'))
                run(cast(Any, f"CREATE TABLE {meta} (name text PRIMARY KEY, value text NOT NULL)"))
                run(cast(Any, f"INSERT INTO {meta} VALUES ('format', '{FORMAT}')"))

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        if self._owner == threading.get_ident():
            raise EngineFailure("a write transaction is open in this thread already")
        with self._writer:
            if self._closed:
                raise EngineFailure("the store is closed", where=self._place)
            self._owner = threading.get_ident()
            try:
                self._begin()
                yield self._connection
                with failing(self._place):
                    ended = self._connection.execute("COMMIT").statusmessage
                # A statement that failed has ended the transaction, whoever caught its error.
                if ended != "COMMIT":
                    raise EngineFailure("a write before this failed", where=self._place)
            except BaseException:
                with suppress(psycopg.Error):
                    self._connection.execute("ROLLBACK")
                raise
            finally:
                self._owner = 0

    def _begin(self) -> None:
        """Begin; with a new session when the old one was lost since the last commit."""
        try:
            self._connection.execute("BEGIN")
        except psycopg.OperationalError:
            self._connection.close()
            self._connection = self._locked()
            with failing(self._place):
                self._connection.execute("BEGIN")

    def declare(self, tables: Sequence[Table]) -> None:
        """Create what is missing; ``Conflict`` for other columns or another key."""
        plans = [Plan(table, self._schema) for table in tables]
        with self._writing() as connection, failing(self._place):
            for plan in plans:
                _declare(connection, plan)
        self._plans.update({plan.table.name: plan for plan in plans})

    def drop(self, table: Table) -> None:
        """Remove a table and its rows; nothing happens when it is not there.

        It waits for readers of the table; ``EngineFailure`` after ten seconds.
        """
        plan = Plan(table, self._schema)
        with self._writing() as connection, failing(self._place):
            connection.execute(cast(Any, f"DROP TABLE IF EXISTS {plan.name}"))
            meta = f'"{self._schema}".toguna_meta'
            connection.execute(
                cast(Any, f"DELETE FROM {meta} WHERE name = %s"), (f"table {table.name}",)
            )
        self._plans.pop(table.name, None)
        # Readers' sessions have statements prepared for the table that is gone.
        with self._pool:
            stale, self._idle = self._idle, []
        for connection in stale:
            connection.close()

    @contextmanager
    def write(self) -> Iterator[Writing]:
        """Begin the one write transaction; waits for the writer before it."""
        with self._writing() as connection:
            transaction = Writing(connection, self._plans, self._place)
            try:
                yield transaction
            finally:
                transaction.end()

    @contextmanager
    def read(self) -> Iterator[View]:
        """A snapshot for reading."""
        connection = self._reader()
        view = View(connection, self._plans, self._place)
        try:
            yield view
        finally:
            with suppress(psycopg.Error):
                view.end()
            self._give_back(connection)

    def _reader(self) -> Connection:
        """A session with a snapshot; idle ones that the server has closed are thrown away."""
        # The SELECT takes the snapshot; without it the first query of the reader would.
        begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT 1"
        while True:
            with self._pool:
                if self._closed:
                    raise EngineFailure("the store is closed", where=self._place)
                idle = self._idle.pop() if self._idle else None
            connection = idle or self._connected()
            try:
                connection.execute(begin)
            except psycopg.Error as e:
                connection.close()
                if idle is None:
                    raise EngineFailure(f"cannot begin to read: {e}", where=self._place) from e
            else:
                return connection

    def _give_back(self, connection: Connection) -> None:
        with suppress(psycopg.Error):
            # COMMIT, since a ROLLBACK makes psycopg forget its prepared statements.
            connection.execute("COMMIT")
            with self._pool:
                if not self._closed and len(self._idle) < _IDLE_READERS:
                    self._idle.append(connection)
                    return
        connection.close()

    def close(self) -> None:
        """Give back everything; a second call does nothing."""
        with self._writer:
            with self._pool:
                self._closed = True
                idle, self._idle = self._idle, []
            for connection in (*idle, self._connection):
                connection.close()


def _split(url: str) -> tuple[str, str]:
    """The URL without our ``schema`` parameter, and the schema."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise BadInput("a PostgreSQL store begins with postgresql://")
    query = parse_qsl(parts.query, keep_blank_values=True)
    schema = dict(query).get("schema", _DEFAULT_SCHEMA)
    rest = [(name, value) for name, value in query if name != "schema"]
    return urlunsplit(parts._replace(query=urlencode(rest))), schema


def _check_server(connection: Connection, place: str) -> None:
    if connection.info.server_version < _OLDEST:
        raise EngineFailure(
            "the server is too old", where=place, remedy="use PostgreSQL 15 or newer"
        )
    if connection.info.parameter_status("server_encoding") != "UTF8":
        raise EngineFailure("the database does not hold UTF-8", where=place, remedy="use another")


def _declare(connection: Connection, plan: Plan) -> None:
    run = connection.execute
    meta = f'"{plan.schema}".toguna_meta'
    name, text = f"table {plan.table.name}", declaration(plan.table)
    kept = run(cast(Any, f"SELECT value FROM {meta} WHERE name = %s"), (name,)).fetchone()
    if kept is None:
        run(cast(Any, plan.create()))
    elif not check_same(str(kept[0]), plan.table):
        return
    old = "SELECT indexname FROM pg_indexes WHERE schemaname = %s AND tablename = %s"
    for (index,) in run(old, (plan.schema, plan.table.name)).fetchall():
        if "$" in index:  # not the primary key
            run(cast(Any, f'DROP INDEX "{plan.schema}"."{index}"'))
    for statement in plan.create_indexes():
        run(cast(Any, statement))
    keep = f"INSERT INTO {meta} VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET value = %s"
    run(cast(Any, keep), (name, text, text))
