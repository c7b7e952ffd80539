"""Tables, rows and queries of the PostgreSQL engine; ``postgres`` owns the connections."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, cast

import psycopg
from psycopg.rows import TupleRow
from psycopg.types.numeric import Int8

from toguna.core.table import Column, Row, Table, Where
from toguna.engines.rows import Order, Shape, check_limit, moved, not_declared, taken
from toguna.errors import EngineFailure

Connection = psycopg.Connection[TupleRow]

# COLLATE "C" orders text by its UTF-8 bytes, as the other engines do.
_TYPES: Final = {"int": "bigint", "text": 'text COLLATE "C"', "bytes": "bytea"}
_PLAIN: Final = {"int": "bigint", "text": "text", "bytes": "bytea"}
_AT_ONCE: Final = 1_000  # rows that a query may return at once; more come through a cursor
_COPY: Final = 20  # from here on COPY beats INSERT


@contextmanager
def failing(place: str) -> Iterator[None]:
    """Turn what PostgreSQL reports into our errors; a taken key passes for ``add``.

    Only the first line of a report is kept: the rest may quote cells.
    """
    try:
        yield
    except psycopg.errors.UniqueViolation:
        raise
    except (psycopg.errors.DataCorrupted, psycopg.errors.IndexCorrupted) as e:
        raise EngineFailure(
            f"the database is damaged: {e.diag.message_primary}",
            where=place,
            remedy="run toguna restore",
        ) from e
    except psycopg.errors.InsufficientResources as e:
        raise EngineFailure(
            f"the server did not take the data: {e.diag.message_primary}",
            where=place,
            remedy="make room on the server, then try again",
        ) from e
    except psycopg.Error as e:
        what = e.diag.message_primary or str(e).partition("\n")[0]
        raise EngineFailure(f"PostgreSQL: {what}", where=place) from e


class Plan(Shape):
    """A shape with the SQL texts of its table; the server keeps the statements prepared."""

    __slots__ = ("add", "copy", "delete", "get", "name", "put", "schema", "selects")

    def __init__(self, table: Table, schema: str) -> None:
        super().__init__(table)
        self.schema = schema
        self.name = f'"{schema}"."{table.name}"'
        columns = _listed(self.names)
        marks = ", ".join(["%s"] * len(self.names))
        keyed = " AND ".join(f'"{name}" = %s' for name in table.key)
        self.get = f"SELECT {columns} FROM {self.name} WHERE {keyed}"
        self.add = f"INSERT INTO {self.name} ({columns}) VALUES ({marks})"
        self.copy = f"COPY {self.name} ({columns}) FROM STDIN (FORMAT BINARY)"
        self.put = (
            f"INSERT INTO {self.name} ({columns}) SELECT * FROM {_unnested(table.columns)}"
            f" ON CONFLICT ({_listed(table.key)}) DO {self._replace()}"
        )
        same = " AND ".join(f't."{name}" = k."{name}"' for name in table.key)
        self.delete = (
            f"DELETE FROM {self.name} t USING {_unnested(self.key_columns)}"
            f" k({_listed(table.key)}) WHERE {same}"
        )
        self.selects: dict[tuple[Any, ...], str] = {}

    def _replace(self) -> str:
        rest = [name for name in self.names if name not in self.table.key]
        if not rest:
            return "NOTHING"
        return "UPDATE SET " + ", ".join(f'"{name}" = excluded."{name}"' for name in rest)

    def create(self) -> str:
        """The native table."""
        parts = [
            f'"{c.name}" {_TYPES[c.type]}{"" if c.nullable else " NOT NULL"}'
            for c in self.table.columns
        ]
        parts.append(f"PRIMARY KEY ({_listed(self.table.key)})")
        return f"CREATE TABLE {self.name} ({', '.join(parts)})"

    def create_indexes(self) -> Iterator[str]:
        """One statement for each index, ending in the key as every order does."""
        for n, index in enumerate(self.table.indexes):
            at = [self.position[name] for name in index]
            at += [i for i in self.key_at if i not in at]
            terms = ", ".join(self._term(i, False) for i in at)
            yield f'CREATE INDEX "{self.table.name}${n}" ON {self.name} ({terms})'

    def _term(self, at: int, descending: bool) -> str:
        # PostgreSQL puts NULL last when ascending; SQLite and the contract put it first.
        # Where no NULL can be, saying so would only hide the index from the planner.
        nulls = self.table.columns[at].nullable
        if descending:
            return f'"{self.names[at]}" DESC' + (" NULLS LAST" if nulls else "")
        return f'"{self.names[at]}"' + (" NULLS FIRST" if nulls else "")

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
            f'"{w.column}" = ANY(%s)' if w.op == "in" else f'"{w.column}" {w.op} %s'
            for w in conditions
        ]
        where = f" WHERE {' AND '.join(met)}" if met else ""
        if order is None:
            return f"SELECT count(*) FROM {self.name}{where}"
        terms = ", ".join(self._term(i, descending) for i, descending in order)
        limit = " LIMIT %s" if limited else ""
        columns = _listed([self.names[i] for i in chosen])
        return f"SELECT {columns} FROM {self.name}{where} ORDER BY {terms}{limit}"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _unnested(columns: Sequence[Column]) -> str:
    return f"unnest({', '.join(f'%s::{_PLAIN[c.type]}[]' for c in columns)})"


def _bound(conditions: list[Where]) -> list[Any] | None:
    """The values to bind; None when an empty ``in`` makes the answer empty."""
    if any(w.op == "in" and not w.value for w in conditions):
        return None
    return [_array(cast(Any, w.value)) if w.op == "in" else w.value for w in conditions]


class View:
    """A reader over one connection that has a snapshot open."""

    def __init__(self, connection: Connection, plans: dict[str, Plan], place: str) -> None:
        self._connection = connection
        self._plans = plans
        self._place = place
        self._cursors: set[psycopg.ServerCursor[TupleRow]] = set()
        self._named = 0
        self._open = True

    def end(self) -> None:
        """Close what is left open."""
        self._open = False
        for cursor in self._cursors:
            if not self._connection.broken:
                cursor.close()

    def _plan(self, table: Table) -> Plan:
        if not self._open:
            raise EngineFailure("the transaction or snapshot has ended")
        plan = self._plans.get(table.name)
        if plan is None or (plan.table is not table and plan.table != table):
            raise not_declared(table)
        return plan

    def _run(self, text: str, values: Sequence[Any]) -> psycopg.Cursor[TupleRow]:
        cursor = self._connection.cursor(binary=True)
        return cursor.execute(cast(Any, text), values, prepare=True)

    def get(self, table: Table, key: Row) -> Row | None:
        """The row with this primary key, or None."""
        plan = self._plan(table)
        checked = plan.key(key)
        with failing(self._place):
            return self._run(plan.get, checked).fetchone()

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
            return self._rows(table, text, values, None)
        return self._rows(table, text, [*values, limit], limit)

    def _rows(self, table: Table, text: str, values: list[Any], limit: int | None) -> Iterator[Row]:
        if limit is None or limit > _AT_ONCE:
            return self._streamed(table, text, values)
        return self._at_once(table, text, values)

    def _at_once(self, table: Table, text: str, values: list[Any]) -> Iterator[Row]:
        self._plan(table)
        with failing(self._place):
            rows = self._run(text, values).fetchall()
        for row in rows:
            self._plan(table)
            yield row

    def _streamed(self, table: Table, text: str, values: list[Any]) -> Iterator[Row]:
        self._plan(table)
        self._named += 1
        cursor = self._connection.cursor(f"scan_{self._named}")
        cursor.itersize = _AT_ONCE
        self._cursors.add(cursor)
        with failing(self._place):
            for row in cursor.execute(cast(Any, text), values, binary=True):
                yield row
                self._plan(table)
            cursor.close()
        self._cursors.discard(cursor)

    def count(self, table: Table, where: Sequence[Where] = ()) -> int:
        """How many rows meet every condition."""
        plan = self._plan(table)
        conditions = plan.conditions(where)
        values = _bound(conditions)
        if values is None:
            return 0
        with failing(self._place):
            found = self._run(plan.select(conditions, None, False), values).fetchone()
        return int(found[0]) if found else 0


class Writing(View):
    """The one write transaction."""

    def _rows(self, table: Table, text: str, values: list[Any], limit: int | None) -> Iterator[Row]:
        # Asked at once, so that what is written while the rows are read is not among them.
        with failing(self._place):
            rows = self._run(text, values).fetchall()
        return self._checked(table, rows)

    def _checked(self, table: Table, rows: Sequence[Row]) -> Iterator[Row]:
        for row in rows:
            self._plan(table)
            yield row

    def put(self, table: Table, rows: Iterable[Row]) -> None:
        """Insert rows, replacing those with the same key; of equal keys the last stays."""
        plan = self._plan(table)
        # One statement may not touch a row twice.
        last = {plan.key_of(row): row for row in plan.rows(rows)}
        with failing(self._place):
            if len(last) >= _COPY:
                # What is there already goes first: COPY itself cannot replace rows.
                self._run(plan.delete, _columns(list(last)))
                self._copy(plan, list(last.values()))
            elif last:
                self._run(plan.put, _columns(list(last.values())))

    def add(self, table: Table, rows: Iterable[Row]) -> None:
        """Insert rows; ``Conflict`` and nothing inserted if any key is there already."""
        plan = self._plan(table)
        checked = plan.rows(rows)
        if not checked:
            return
        try:
            with failing(self._place), self._connection.transaction():  # a savepoint
                if len(checked) < _COPY:
                    for row in checked:
                        self._run(plan.add, row)
                else:
                    self._copy(plan, checked)
        except psycopg.errors.UniqueViolation:
            raise taken(table) from None

    def _copy(self, plan: Plan, rows: Iterable[Row]) -> None:
        types = [_PLAIN[c.type] for c in plan.table.columns]
        with self._connection.cursor().copy(cast(Any, plan.copy)) as copy:
            copy.set_types(types)
            for row in rows:
                copy.write_row(row)

    def delete(self, table: Table, keys: Iterable[Row]) -> int:
        """Delete by primary key; the number of rows that were there."""
        plan = self._plan(table)
        checked = plan.keys(keys)
        if not checked:
            return 0
        with failing(self._place):
            return self._run(plan.delete, _columns(checked)).rowcount

    def swap(self, table: Table, key: Row, expected: Row | None, new: Row) -> None:
        """Compare and swap one row; ``Conflict`` when it is not what was expected."""
        plan = self._plan(table)
        key, new = plan.swapped(key, new)
        if self.get(table, key) != (None if expected is None else tuple(expected)):
            raise moved(table)
        with failing(self._place):
            self._run(plan.put, _columns([new]))

    def clear(self, table: Table) -> None:
        """Delete every row of the table. Not TRUNCATE, which older snapshots would see."""
        plan = self._plan(table)
        with failing(self._place):
            self._run(f"DELETE FROM {plan.name}", ())


def _columns(rows: list[Row]) -> list[Any]:
    return [_array(cells) for cells in zip(*rows, strict=True)]


def _array(cells: Sequence[Any]) -> list[Any]:
    """A list for an array parameter; psycopg guesses the width of plain integers wrongly."""
    return [Int8(v) if type(v) is int else v for v in cells]
