"""The memory engine: dictionaries and sorted lists, for tests, simulations and exercises.

Committed rows are changed in place unless somebody looks at them: a reader or a kept
snapshot *pins* a table, and the next commit to a pinned table works on a copy. So a reader
costs nothing until a writer meets it, and a simulation of many nodes stays cheap.
A transaction collects its changes in an overlay; to roll back is to forget the overlay.
"""

from __future__ import annotations

import operator
import threading
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, Final, NamedTuple

from toguna.core.table import Row, Table, Value, Where
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

_COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_BULK: Final = 32  # from here on, sorting a list again beats inserting one by one


class _Path:
    """One sorted way to the rows: the positions it sorts by, and the sorted entries.

    An entry is one (is not NULL, value) pair for each position, so that NULL comes first.
    The key is always the tail of an entry; therefore entries are unique.
    """

    __slots__ = ("at", "entries")

    def __init__(self, at: tuple[int, ...], entries: list[Row]) -> None:
        self.at = at
        self.entries = entries

    def entry(self, row: Row) -> Row:
        return tuple([_ranked(row[i]) for i in self.at])

    def add(self, rows: Sequence[Row]) -> None:
        fresh = [self.entry(row) for row in rows]
        if len(fresh) < _BULK:
            for entry in fresh:
                insort(self.entries, entry)
        else:
            self.entries.extend(fresh)
            self.entries.sort()

    def remove(self, rows: Sequence[Row]) -> None:
        gone = [self.entry(row) for row in rows]
        if len(gone) < _BULK:
            for entry in gone:
                del self.entries[bisect_left(self.entries, entry)]
        else:
            dead = set(gone)
            self.entries = [entry for entry in self.entries if entry not in dead]


class _Rows:
    """The committed rows of one table. ``pins`` counts who relies on them not changing."""

    __slots__ = ("paths", "pins", "rows", "shape")

    def __init__(self, shape: Shape, rows: dict[Row, Row], paths: list[_Path]) -> None:
        self.shape = shape
        self.rows = rows
        self.paths = paths
        self.pins = 0

    @classmethod
    def of(cls, shape: Shape, rows: dict[Row, Row]) -> _Rows:
        groups = [shape.key_at]
        for index in shape.table.indexes:
            named = tuple(shape.position[name] for name in index)
            groups.append(named + tuple(i for i in shape.key_at if i not in named))
        paths = [_Path(at, []) for at in groups]
        for path in paths:
            path.add(list(rows.values()))
        return cls(shape, rows, paths)

    def copy(self) -> _Rows:
        paths = [_Path(path.at, path.entries.copy()) for path in self.paths]
        return _Rows(self.shape, self.rows.copy(), paths)

    def apply(self, change: _Change) -> None:
        if change.cleared:
            self.rows.clear()
            for path in self.paths:
                path.entries.clear()
        gone = [self.rows.pop(key) for key in change.rows if key in self.rows]
        come = {key: row for key, row in change.rows.items() if row is not None}
        self.rows.update(come)
        for path in self.paths:
            path.remove(gone)
            path.add(list(come.values()))


class _Change:
    """What a transaction does to one table; None stands for a deleted row."""

    __slots__ = ("cleared", "rows")

    def __init__(self) -> None:
        self.cleared = False
        self.rows: dict[Row, Row | None] = {}


class Snapshot(NamedTuple):
    """All rows at one moment; see :meth:`MemoryEngine.snapshot`. It never changes."""

    tables: dict[str, _Rows]


class _View:
    """A reader, and the reading half of a transaction when ``changes`` is not empty."""

    def __init__(self, tables: dict[str, _Rows]) -> None:
        self._tables = tables
        self._changes: dict[str, _Change] = {}
        self._open = True

    def _base(self, table: Table) -> _Rows:
        if not self._open:
            raise EngineFailure("the transaction or snapshot has ended")
        base = self._tables.get(table.name)
        if base is None or (base.shape.table is not table and base.shape.table != table):
            raise not_declared(table)
        return base

    def _row(self, base: _Rows, key: Row) -> Row | None:
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
    ) -> Iterator[Row]:
        """Rows that meet every condition, in ``order``; ties come by primary key."""
        base = self._base(table)
        check_limit(limit)
        asked = base.shape.order(order)
        rows, ordered = self._found(base, base.shape.conditions(where), asked)
        if not ordered:
            rows = iter(_sorted(rows, asked))
        # Read at once: the committed rows may change in place after this view has ended.
        return self._while_open(table, list(islice(rows, limit)))

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
        self, base: _Rows, conditions: list[Where], asked: Order
    ) -> tuple[Iterator[Row], bool]:
        tests = [_test(base.shape.position[w.column], w) for w in conditions]
        rows, ordered = _candidates(base, conditions, asked)
        change = self._changes.get(base.shape.table.name)
        if change is not None:
            key_of, changed = base.shape.key_of, change.rows
            kept = [] if change.cleared else [r for r in rows if key_of(r) not in changed]
            rows = iter(kept + [r for r in changed.values() if r is not None])
        return (r for r in rows if all(t(r) for t in tests)), ordered and change is None


class _Writing(_View):
    """The one write transaction: the committed rows below, its own changes above."""

    def _change(self, table: Table) -> _Change:
        return self._changes.setdefault(table.name, _Change())

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
        self._tables: dict[str, _Rows] = {}
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
                    self._tables[shape.table.name] = _Rows.of(shape, {})
                elif check_same(declaration(kept.shape.table), shape.table):
                    self._tables[shape.table.name] = _Rows.of(shape, kept.rows.copy())

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

    def _commit(self, changes: dict[str, _Change]) -> None:
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


def _ranked(value: Value) -> Any:
    return (value is not None, value)


def _sorted(rows: Iterable[Row], order: Order) -> list[Row]:
    listed = list(rows)
    for at, descending in reversed(order):  # stable: the last term first
        listed.sort(key=lambda row, at=at: _ranked(row[at]), reverse=descending)  # type: ignore[misc]
    return listed


def _test(at: int, w: Where) -> Callable[[Row], bool]:
    value: Any = w.value
    if w.op == "in":
        chosen = frozenset(value)
        return lambda row: row[at] in chosen
    if value is None:
        return lambda row: False
    compare = _COMPARE[w.op]
    return lambda row: row[at] is not None and compare(row[at], value)


def _candidates(base: _Rows, conditions: list[Where], asked: Order) -> tuple[Iterator[Row], bool]:
    """Rows that may meet the conditions, by the path that fixes most columns.

    The second value says whether they come in the order asked for.
    """
    at = base.shape.position
    fixed = {at[w.column]: w.value for w in conditions if w.op == "=" and w.value is not None}
    ranged = {at[w.column]: w for w in conditions if w.op in ("<", "<=", ">", ">=")}
    directions = {descending for i, descending in asked if i not in fixed}
    want = [i for i, _ in asked if i not in fixed]

    def fitness(path: _Path) -> tuple[int, bool, bool]:
        n = _fixed_columns(path, fixed)
        here = n < len(path.at) and path.at[n] in ranged
        return n, here, [i for i in path.at if i not in fixed] == want

    path = max(base.paths, key=fitness)
    n, here, ordered = fitness(path)
    prefix = tuple([_ranked(fixed[i]) for i in path.at[:n]])  # type: ignore[arg-type]
    low, high = _bounds(path, prefix, ranged[path.at[n]] if here else None)
    entries = path.entries[low:high]
    ordered = ordered and len(directions) <= 1
    if ordered and directions == {True}:
        entries.reverse()
    key_in = [path.at.index(i) for i in base.shape.key_at]
    rows = base.rows
    return (rows[tuple([e[i][1] for i in key_in])] for e in entries), ordered  # type: ignore[index, misc]


def _fixed_columns(path: _Path, fixed: dict[int, Any]) -> int:
    n = 0
    while n < len(path.at) and path.at[n] in fixed:
        n += 1
    return n


def _bounds(path: _Path, prefix: Row, ranged: Where | None) -> tuple[int, int]:
    entries, n = path.entries, len(prefix)
    low = bisect_left(entries, prefix, key=lambda e: e[:n])
    high = bisect_right(entries, prefix, lo=low, key=lambda e: e[:n])
    if ranged is None or ranged.value is None:
        return low, high
    edge: Any = (*prefix, (True, ranged.value))
    if ranged.op == ">=":
        low = bisect_left(entries, edge, lo=low, hi=high, key=lambda e: e[: n + 1])
    elif ranged.op == ">":
        low = bisect_right(entries, edge, lo=low, hi=high, key=lambda e: e[: n + 1])
    elif ranged.op == "<":
        high = bisect_left(entries, edge, lo=low, hi=high, key=lambda e: e[: n + 1])
    else:
        high = bisect_right(entries, edge, lo=low, hi=high, key=lambda e: e[: n + 1])
    return low, high
