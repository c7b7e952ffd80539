"""Tables, rows and queries of the SQLite engine; :mod:`toguna.engines.sqlite` owns the file."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, cast

import apsw

from toguna.core.table import Row, Table, Where
from toguna.engines.rows import Order, Shape, check_limit, moved, not_declared, taken
from toguna.errors import EngineFailure

_TYPES: Final = {"int": "INTEGER", "text": "TEXT", "bytes": "BLOB"}
_AT_ONCE: Final = 1_000  # rows that a query may fetch in one call; more come one by one


def damaged(what: str, place: str) -> EngineFailure:
    """The error for a file whose structure does not hold."""
    return EngineFailure(
        f"the database is damaged: {what}", where=place, remedy="run toguna restore"
    )


@contextmanager
def failing(place: str) -> Iterator[None]:
    """Turn what SQLite reports into our errors; a taken key passes for ``add``."""
    try:
        yield
    except apsw.ConstraintError:
        raise
    except (apsw.CorruptError, apsw.NotADBError, UnicodeDecodeError) as e:
        raise damaged(str(e), place) from e
    except (apsw.FullError, apsw.IOError) as e:
        raise EngineFailure(
            f"the disk did not take or give the data: {e}",
            where=place,
            remedy="make room on the disk or look after it, then try again",
        ) from e
    except apsw.Error as e:
        raise EngineFailure(f"SQLite: {e}", where=place) from e


class Plan(Shape):
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

    def select(
        self,
        conditions: list[Where],
        order: Order | None,
        limited: bool,
        chosen: tuple[int, ...] = (),
    ) -> str:
        """The query for these operators and columns; a count when there is no order."""
        signature = (*((w.column, w.op) for w in conditions), order, limited, chosen)
        text = self.selects.get(signature)
        if text is None:
            text = self.selects[signature] = self._select(conditions, order, limited, chosen)
        return text

    def _select(
        self, conditions: list[Where], order: Order | None, limited: bool, chosen: tuple[int, ...]
    ) -> str:
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
        columns = ", ".join(f'"{self.names[i]}"' for i in chosen)
        return f"SELECT {columns} FROM {self.name}{where} ORDER BY {', '.join(terms)}{limit}"


def _bound(conditions: list[Where]) -> tuple[Any, ...] | None:
    """The values to bind; None when an empty ``in`` makes the answer empty."""
    if any(w.op == "in" and not w.value for w in conditions):
        return None
    return tuple([_array(w.value) if w.op == "in" else w.value for w in conditions])


def _array(values: Any) -> Any:
    if isinstance(values[0], int):
        return apsw.carray(array("q", values), flags=apsw.SQLITE_CARRAY_INT64)
    return apsw.carray(values)


class View:
    """A reader over one connection that has a snapshot open."""

    def __init__(self, connection: apsw.Connection, plans: dict[str, Plan], place: str) -> None:
        self._connection = connection
        self._plans = plans
        self._place = place
        self._cursors: set[apsw.Cursor] = set()
        self._open = True

    def end(self) -> None:
        """Close what is left open: a cursor read halfway would hold an old snapshot."""
        self._open = False
        for cursor in self._cursors:
            cursor.close(True)

    def _plan(self, table: Table) -> Plan:
        if not self._open:
            raise EngineFailure("the transaction or snapshot has ended")
        plan = self._plans.get(table.name)
        if plan is None or (plan.table is not table and plan.table != table):
            raise not_declared(table)
        return plan

    def get(self, table: Table, key: Row) -> Row | None:
        """The row with this primary key, or None."""
        plan = self._plan(table)
        with failing(self._place):
            found = self._connection.execute(plan.get, plan.key(key)).fetchone()
        return cast("Row | None", found)

    def scan(
        self,
        table: Table,
        where: Sequence[Where] = (),
        *,
        order: Sequence[str] = (),
        limit: int | None = None,
        columns: Sequence[str] = (),
    ) -> Iterator[Row]:
        """Rows that meet every condition, in ``order``; ties come by primary key."""
        plan = self._plan(table)
        check_limit(limit)
        conditions = plan.conditions(where)
        values = _bound(conditions)
        chosen = plan.chosen(columns)
        text = plan.select(conditions, plan.order(order), limit is not None, chosen)
        if values is None:
            return iter(())
        if limit is None:
            return self._rows(table, text, values)
        if limit > _AT_ONCE:
            return self._rows(table, text, (*values, limit))
        return self._page(table, text, (*values, limit))

    def _page(self, table: Table, text: str, values: tuple[Any, ...]) -> Iterator[Row]:
        """A few rows, fetched in one call: a third of the time that row by row takes."""
        self._plan(table)
        with failing(self._place):
            rows = self._connection.execute(text, values).fetchall()
        return self._checked(table, cast("list[Row]", rows))

    def _checked(self, table: Table, rows: list[Row]) -> Iterator[Row]:
        for row in rows:
            if not self._open:
                self._plan(table)  # says so
            yield row

    def _rows(self, table: Table, text: str, values: tuple[Any, ...]) -> Iterator[Row]:
        self._plan(table)
        cursor = self._connection.cursor()
        self._cursors.add(cursor)
        with failing(self._place):
            for row in cursor.execute(text, values):
                yield row
                self._plan(table)
        self._cursors.discard(cursor)

    def count(self, table: Table, where: Sequence[Where] = ()) -> int:
        """How many rows meet every condition."""
        plan = self._plan(table)
        conditions = plan.conditions(where)
        values = _bound(conditions)
        if values is None:
            return 0
        with failing(self._place):
            text = plan.select(conditions, None, False)
            return int(self._connection.execute(text, values).get)


class Writing(View):
    """The one write transaction. ``failed`` when half of a call may have been written."""

    failed = False

    def _rows(self, table: Table, text: str, values: tuple[Any, ...]) -> Iterator[Row]:
        # Read at once: SQLite does not say what a cursor sees of rows that change under it.
        return self._checked(table, list(super()._rows(table, text, values)))

    def _run(self, text: str, rows: Sequence[Row]) -> int:
        before = self._connection.total_changes()
        try:
            with failing(self._place):
                self._connection.executemany(text, rows)
        except EngineFailure:
            self.failed = True
            raise
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
        self._run(f"DELETE FROM {plan.name}", ((),))
