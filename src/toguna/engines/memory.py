"""The memory engine: dictionaries and sorted lists, for tests, simulations and exercises.

Committed rows are changed in place unless somebody looks at them: a reader or a kept
snapshot *pins* a table, and the next commit to a pinned table works on a copy. So a reader
costs nothing until a writer meets it, and a simulation of many nodes stays cheap.
A transaction collects its changes in an overlay; to roll back is to forget the overlay.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import NamedTuple

from toguna.core.table import Row, Table, Where
from toguna.engines.memory_rows import Change, Rows, candidates, condition, in_order
from toguna.engines.rows import (
    Order,
    Shape,
    check_limit,
    check_same,
    declaration,
    moved,
    not_declared,
    taken,
)
from toguna.errors import EngineFailure


class Snapshot(NamedTuple):
    """All rows at one moment; see :meth:`MemoryEngine.snapshot`. It never changes."""

    tables: dict[str, Rows]


class _View:
    """A reader, and the reading half of a transaction when ``changes`` is not empty."""

    def __init__(self, tables: dict[str, Rows]) -> None:
        self._tables = tables
        self._changes: dict[str, Change] = {}
        self._open = True

    def _base(self, table: Table) -> Rows:
        if not self._open:
            raise EngineFailure("the transaction or snapshot has ended")
        base = self._tables.get(table.name)
        if base is None or (base.shape.table is not table and base.shape.table != table):
            raise not_declared(table)
        return base

    def _row(self, base: Rows, key: Row) -> Row | None:
        change = self._changes.get(base.shape.table.name)
        if change is not None and (change.cleared or key in change.rows):
            return change.rows.get(key)
        return base.rows.get(key)

    def get(self, table: Table, key: Row) -> Row | None:
        """The row with this primary key, or None."""
        base = self._base(table)
        return self._row(base, base.shape.key(key))

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
        base = self._base(table)
        check_limit(limit)
        asked = base.shape.order(order)
        chosen = base.shape.chosen(columns)
        rows, ordered = self._found(base, base.shape.conditions(where), asked)
        if not ordered:
            rows = iter(in_order(rows, asked))
        # Read at once: the committed rows may change in place after this view has ended.
        found = list(islice(rows, limit))
        if columns:
            found = [tuple([row[i] for i in chosen]) for row in found]
        return self._while_open(table, found)

    def _while_open(self, table: Table, rows: list[Row]) -> Iterator[Row]:
        for row in rows:
            self._base(table)
            yield row

    def count(self, table: Table, where: Sequence[Where] = ()) -> int:
        """How many rows meet every condition."""
        base = self._base(table)
        if not where and table.name not in self._changes:
            return len(base.rows)
        rows, _ = self._found(base, base.shape.conditions(where), ())
        return sum(1 for _ in rows)

    def _found(
        self, base: Rows, conditions: list[Where], asked: Order
    ) -> tuple[Iterator[Row], bool]:
        tests = [condition(base.shape.position[w.column], w) for w in conditions]
        rows, ordered = candidates(base, conditions, asked)
        change = self._changes.get(base.shape.table.name)
        if change is not None:
            key_of, changed = base.shape.key_of, change.rows
            kept = [] if change.cleared else [r for r in rows if key_of(r) not in changed]
            rows = iter(kept + [r for r in changed.values() if r is not None])
        return (r for r in rows if all(t(r) for t in tests)), ordered and change is None


class _Writing(_View):
    """The one write transaction: the committed rows below, its own changes above."""

    def _change(self, table: Table) -> Change:
        return self._changes.setdefault(table.name, Change())

    def put(self, table: Table, rows: Iterable[Row]) -> None:
        """Insert rows, replacing those with the same key; of equal keys the last stays."""
        shape = self._base(table).shape
        checked = shape.rows(rows)
        key_of, changed = shape.key_of, self._change(table).rows
        for row in checked:
            changed[key_of(row)] = row

    def add(self, table: Table, rows: Iterable[Row]) -> None:
        """Insert rows; ``Conflict`` and nothing inserted if any key is there already."""
        base = self._base(table)
        checked = base.shape.rows(rows)
        fresh = {base.shape.key_of(row): row for row in checked}
        if len(fresh) < len(checked) or any(self._row(base, k) is not None for k in fresh):
            raise taken(table)
        self._change(table).rows.update(fresh)

    def delete(self, table: Table, keys: Iterable[Row]) -> int:
        """Delete by primary key; the number of rows that were there."""
        base = self._base(table)
        there = {k for k in base.shape.keys(keys) if self._row(base, k) is not None}
        self._change(table).rows.update(dict.fromkeys(there))
        return len(there)

    def swap(self, table: Table, key: Row, expected: Row | None, new: Row) -> None:
        """Compare and swap one row; ``Conflict`` when it is not what was expected."""
        base = self._base(table)
        key, new = base.shape.swapped(key, new)
        if self._row(base, key) != (None if expected is None else tuple(expected)):
            raise moved(table)
        self._change(table).rows[key] = new

    def clear(self, table: Table) -> None:
        """Delete every row of the table."""
        self._base(table)
        change = self._change(table)
        change.cleared = True
        change.rows.clear()


class MemoryEngine:
    """An :class:`~toguna.engines.Engine` that forgets everything when it is closed."""

    def __init__(self) -> None:
        self._tables: dict[str, Rows] = {}
        self._writer = threading.Lock()  # held for a whole transaction
        self._latch = threading.Lock()  # held while tables are pinned or changed
        self._owner = 0
        self._closed = False

    @contextmanager
    def _writing(self) -> Iterator[None]:
        if self._owner == threading.get_ident():
            raise EngineFailure("a write transaction is open in this thread already")
        with self._writer:
            if self._closed:
                raise EngineFailure("the store is closed")
            self._owner = threading.get_ident()
            try:
                yield
            finally:
                self._owner = 0

    def declare(self, tables: Sequence[Table]) -> None:
        """Create what is missing; ``Conflict`` for other columns or another key."""
        shapes = [Shape(table) for table in tables]
        with self._writing(), self._latch:
            for shape in shapes:
                kept = self._tables.get(shape.table.name)
                if kept is None:
                    self._tables[shape.table.name] = Rows.of(shape, {})
                elif check_same(declaration(kept.shape.table), shape.table):
                    self._tables[shape.table.name] = Rows.of(shape, kept.rows.copy())

    def drop(self, table: Table) -> None:
        """Remove a table and its rows; nothing happens when it is not there."""
        with self._writing(), self._latch:
            self._tables.pop(table.name, None)

    @contextmanager
    def write(self) -> Iterator[_Writing]:
        """Begin the one write transaction; waits for the writer before it."""
        with self._writing():
            transaction = _Writing(self._tables)
            try:
                yield transaction
                self._commit(transaction._changes)
            finally:
                transaction._open = False

    def _commit(self, changes: dict[str, Change]) -> None:
        with self._latch:
            for name, change in changes.items():
                rows = self._tables[name]
                if rows.pins:
                    rows = self._tables[name] = rows.copy()
                rows.apply(change)

    @contextmanager
    def read(self) -> Iterator[_View]:
        """A snapshot for reading."""
        view = _View(self.snapshot().tables)
        try:
            yield view
        finally:
            view._open = False
            with self._latch:
                for rows in view._tables.values():
                    rows.pins -= 1

    def snapshot(self) -> Snapshot:
        """Everything as it is committed now, at the cost of one copy at the next change."""
        with self._latch:
            if self._closed:
                raise EngineFailure("the store is closed")
            for rows in self._tables.values():
                rows.pins += 1
            return Snapshot(dict(self._tables))

    @classmethod
    def restored(cls, snapshot: Snapshot) -> MemoryEngine:
        """A new engine that starts from a snapshot, as from an old backup."""
        engine = cls()
        engine._tables = {name: rows.copy() for name, rows in snapshot.tables.items()}
        return engine

    def close(self) -> None:
        """Forget everything; a second call does nothing."""
        self._closed = True
        self._tables = {}
