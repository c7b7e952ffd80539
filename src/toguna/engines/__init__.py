"""Storage engines: memory, SQLite, PostgreSQL. Each is native and small; one contract for all."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from toguna.core.table import Reader, Table, Transaction


class Engine(Protocol):
    """What a node asks of storage. The conformance suite is the whole contract.

    * One writer at a time in a process; readers never wait for it.
    * Leaving ``write()`` normally makes the transaction durable (it survives kill -9
      and a power cut) before it returns; leaving it by an exception leaves no trace.
    * Every failure of the storage itself is an :class:`~toguna.errors.EngineFailure`.
    """

    def declare(self, tables: Sequence[Table]) -> None:
        """Create what is missing. Declaring a table again with other columns is a Conflict."""

    def drop(self, table: Table) -> None:
        """Remove a declared table and its rows (projections are dropped and replayed)."""

    def write(self) -> AbstractContextManager[Transaction]:
        """Begin the one write transaction; waits for the writer before it."""

    def read(self) -> AbstractContextManager[Reader]:
        """A snapshot for reading."""

    def close(self) -> None:
        """Give back everything; a second call does nothing."""
