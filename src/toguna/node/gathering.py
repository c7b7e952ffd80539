"""A transaction that writes rows together: a batch's folds as one call instead of thousands.

Rows wait until anything else is done in the transaction: a look at any table, a deletion, a
swap. So whoever uses it sees exactly what it would see without it, and what a row breaks is
still said before the transaction can commit, by :meth:`Gathering.flush` at the latest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from toguna.core.table import Row, Table, Transaction, Where

ROWS_AT_MOST: Final = 2_000
"""Rows that wait together, so that a rebuild does not hold a whole projection in memory."""


class Gathering:
    """A :class:`~toguna.core.table.Transaction` over another; :meth:`flush` ends its use."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._waiting: dict[str, tuple[Table, list[Row]]] = {}
        self._count = 0

    def flush(self) -> None:
        """Write the rows that wait. Of rows with one key the last stays, as always."""
        waiting, self._waiting, self._count = self._waiting, {}, 0
        for table, rows in waiting.values():
            self._tx.put(table, rows)

    def put(self, table: Table, rows: Iterable[Row]) -> None:
        """Insert rows, replacing those with the same key; soon."""
        _table, waiting = self._waiting.setdefault(table.name, (table, []))
        before = len(waiting)
        waiting.extend(rows)
        self._count += len(waiting) - before
        if self._count >= ROWS_AT_MOST:
            self.flush()

    def get(self, table: Table, key: Row) -> Row | None:
        """The row with this primary key, or None."""
        self.flush()
        return self._tx.get(table, key)

    def scan(
        self,
        table: Table,
        where: Sequence[Where] = (),
        *,
        order: Sequence[str] = (),
        limit: int | None = None,
        columns: Sequence[str] = (),
    ) -> Iterator[Row]:
        """Rows that meet every condition, in ``order``."""
        self.flush()
        return self._tx.scan(table, where, order=order, limit=limit, columns=columns)

    def count(self, table: Table, where: Sequence[Where] = ()) -> int:
        """How many rows meet every condition."""
        self.flush()
        return self._tx.count(table, where)

    def add(self, table: Table, rows: Iterable[Row]) -> None:
        """Insert rows; Conflict if any key is there already."""
        self.flush()
        self._tx.add(table, rows)

    def delete(self, table: Table, keys: Iterable[Row]) -> int:
        """Delete by primary key; the number of rows that were there."""
        self.flush()
        return self._tx.delete(table, keys)

    def swap(self, table: Table, key: Row, expected: Row | None, new: Row) -> None:
        """Compare and swap one row."""
        self.flush()
        self._tx.swap(table, key, expected, new)

    def clear(self, table: Table) -> None:
        """Delete every row of the table."""
        self.flush()
        self._tx.clear(table)
