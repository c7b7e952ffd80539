"""Rows of the memory engine: a dictionary, and sorted paths to it; and how a query walks them."""

from __future__ import annotations

import operator
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from toguna.core.table import Row, Value, Where
from toguna.engines.rows import Order, Shape

_COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_BULK: Final = 32  # from here on, sorting a list again beats inserting one by one


class Path:
    """One sorted way to the rows: the positions it sorts by, and the sorted entries.

    An entry is one (is not NULL, value) pair for each position, so that NULL comes first.
    The key is always the tail of an entry; therefore entries are unique.
    """

    __slots__ = ("at", "entries")

    def __init__(self, at: tuple[int, ...], entries: list[Row]) -> None:
        self.at = at
        self.entries = entries

    def entry(self, row: Row) -> Row:
        """The entry of a row."""
        return tuple([_ranked(row[i]) for i in self.at])

    def add(self, rows: Sequence[Row]) -> None:
        """Sort in rows that are not there yet."""
        fresh = [self.entry(row) for row in rows]
        if len(fresh) < _BULK:
            for entry in fresh:
                insort(self.entries, entry)
        else:
            self.entries.extend(fresh)
            self.entries.sort()

    def remove(self, rows: Sequence[Row]) -> None:
        """Take out rows that are there."""
        gone = [self.entry(row) for row in rows]
        if len(gone) < _BULK:
            for entry in gone:
                del self.entries[bisect_left(self.entries, entry)]
        else:
            dead = set(gone)
            self.entries = [entry for entry in self.entries if entry not in dead]


class Rows:
    """The committed rows of one table. ``pins`` counts who relies on them not changing."""

    __slots__ = ("paths", "pins", "rows", "shape")

    def __init__(self, shape: Shape, rows: dict[Row, Row], paths: list[Path]) -> None:
        self.shape = shape
        self.rows = rows
        self.paths = paths
        self.pins = 0

    @classmethod
    def of(cls, shape: Shape, rows: dict[Row, Row]) -> Rows:
        """A table of these rows, which become its own."""
        groups = [shape.key_at]
        for index in shape.table.indexes:
            named = tuple(shape.position[name] for name in index)
            groups.append(named + tuple(i for i in shape.key_at if i not in named))
        paths = [Path(at, []) for at in groups]
        for path in paths:
            path.add(list(rows.values()))
        return cls(shape, rows, paths)

    def copy(self) -> Rows:
        """The same rows, with no pins."""
        paths = [Path(path.at, path.entries.copy()) for path in self.paths]
        return Rows(self.shape, self.rows.copy(), paths)

    def apply(self, change: Change) -> None:
        """Make a committed change, in place; the caller has seen to the pins."""
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


class Change:
    """What a transaction does to one table; None stands for a deleted row."""

    __slots__ = ("cleared", "rows")

    def __init__(self) -> None:
        self.cleared = False
        self.rows: dict[Row, Row | None] = {}


def _ranked(value: Value) -> Any:
    return (value is not None, value)


def in_order(rows: Iterable[Row], order: Order) -> list[Row]:
    """The rows sorted, NULL before every value (and after it when descending)."""
    listed = list(rows)
    for at, descending in reversed(order):  # stable: the last term first
        listed.sort(key=lambda row, at=at: _ranked(row[at]), reverse=descending)  # type: ignore[misc]
    return listed


def condition(at: int, w: Where) -> Callable[[Row], bool]:
    """The test of one condition on the cell at position ``at``; false for NULL, as in SQL."""
    value: Any = w.value
    if w.op == "in":
        chosen = frozenset(value)
        return lambda row: row[at] in chosen
    if value is None:
        return lambda row: False
    compare = _COMPARE[w.op]
    return lambda row: row[at] is not None and compare(row[at], value)


def candidates(base: Rows, conditions: list[Where], asked: Order) -> tuple[Iterator[Row], bool]:
    """Rows that may meet the conditions, by the path that fixes most columns.

    The second value says whether they come in the order asked for.
    """
    at = base.shape.position
    fixed = {at[w.column]: w.value for w in conditions if w.op == "=" and w.value is not None}
    ranged = {at[w.column]: w for w in conditions if w.op in ("<", "<=", ">", ">=")}
    directions = {descending for i, descending in asked if i not in fixed}
    want = [i for i, _ in asked if i not in fixed]

    def fitness(path: Path) -> tuple[int, bool, bool]:
        n = _fixed_columns(path, fixed)
        here = n < len(path.at) and path.at[n] in ranged
        return n, here, [i for i in path.at if i not in fixed] == want

    path = max(base.paths, key=fitness)
    n, here, ordered = fitness(path)
    prefix = tuple([_ranked(fixed[i]) for i in path.at[:n]])  # type: ignore[arg-type]
    low, high = _bounds(path, prefix, ranged[path.at[n]] if here else None)
    ordered = ordered and len(directions) <= 1
    steps = range(high - 1, low - 1, -1) if directions == {True} else range(low, high)
    entries: Any = map(path.entries.__getitem__, steps)
    key_in = [path.at.index(i) for i in base.shape.key_at]
    return (base.rows[tuple([e[i][1] for i in key_in])] for e in entries), ordered


def _fixed_columns(path: Path, fixed: dict[int, Any]) -> int:
    n = 0
    while n < len(path.at) and path.at[n] in fixed:
        n += 1
    return n


def _bounds(path: Path, prefix: Row, ranged: Where | None) -> tuple[int, int]:
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
