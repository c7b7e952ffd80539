"""Tables as plain declarations, shared by the engines and by domains' projections.

A table is a name, typed columns and a key. An engine turns the declaration into its own
native storage; nobody above an engine writes SQL. What is here is a description only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple, Protocol

ColumnType = Literal["int", "text", "bytes"]
Value = int | str | bytes | None
Row = tuple[Value, ...]
Operator = Literal["=", "!=", "<", "<=", ">", ">=", "in"]


class Column(NamedTuple):
    """One column. ``int`` is a signed 64-bit integer; ``text`` is UTF-8 without NUL."""

    name: str
    type: ColumnType
    nullable: bool = False


class Table(NamedTuple):
    """A declared table.

    ``key`` names the columns of the primary key, in order. ``indexes`` lists further
    orders in which rows are looked up (each a tuple of column names).
    Rows are plain tuples in the order of ``columns``.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    indexes: tuple[tuple[str, ...], ...] = ()

    def position(self, column: str) -> int:
        """Index of ``column`` in a row; ``KeyError`` when there is none."""
        for i, c in enumerate(self.columns):
            if c.name == column:
                return i
        raise KeyError(f"table {self.name} has no column {column}")


class Where(NamedTuple):
    """One condition. With ``in`` the value is a sequence; an empty one matches nothing.

    A comparison with a NULL cell is false, as in SQL.
    """

    column: str
    op: Operator
    value: Value | Sequence[Value]


class Reader(Protocol):
    """A consistent snapshot of the tables."""

    def get(self, table: Table, key: Row) -> Row | None:
        """The row with this primary key, or None."""

    def scan(
        self,
        table: Table,
        where: Sequence[Where] = (),
        *,
        order: Sequence[str] = (),
        limit: int | None = None,
        columns: Sequence[str] = (),
    ) -> Iterator[Row]:
        """Rows that meet every condition, in ``order`` (a leading ``-`` means descending).

        Without ``order`` rows come by primary key, ascending. With ``columns`` a row holds
        these alone, in the order named.
        """

    def count(self, table: Table, where: Sequence[Where] = ()) -> int:
        """How many rows meet every condition."""


class Transaction(Reader, Protocol):
    """A reader that may also write. All of it becomes durable, or none of it."""

    def put(self, table: Table, rows: Iterable[Row]) -> None:
        """Insert rows, replacing those with the same key."""

    def add(self, table: Table, rows: Iterable[Row]) -> None:
        """Insert rows; :class:`~toguna.errors.Conflict` if any key is there already."""

    def delete(self, table: Table, keys: Iterable[Row]) -> int:
        """Delete by primary key; the number of rows that were there."""

    def swap(self, table: Table, key: Row, expected: Row | None, new: Row) -> None:
        """Compare and swap one row; ``expected`` None means "not there yet".

        :class:`~toguna.errors.Conflict` when the row is not what was expected.
        """

    def clear(self, table: Table) -> None:
        """Delete every row of the table."""
