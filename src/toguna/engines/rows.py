"""What every engine refuses alike, before its own storage sees a value.

The engines share no storage code, but they must share one idea of a good value: otherwise
a record that one member can keep would be lost at another. A :class:`Shape` is a declared
table whose declaration was checked once, and it checks rows, keys, conditions and orders.
Values are checked by column, not by row, because that is several times faster in Python.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from toguna.core.table import Column, Operator, Row, Table, Value, Where
from toguna.errors import BadInput, Conflict, EngineFailure

FORMAT: Final = 1
"""Version of the stored layout. An engine refuses a store with a higher one."""

KEY_BYTES: Final = 512
"""Most bytes in a cell of a key or an index. PostgreSQL cannot index rows above 2.7 KB."""

INT_MIN: Final = -(2**63)
INT_MAX: Final = 2**63 - 1

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,47}")
_RESERVED: Final = ("toguna_", "sqlite_", "pg_")
_KINDS: Final[dict[str, type]] = {"int": int, "text": str, "bytes": bytes}
_OPERATORS: Final[frozenset[Operator]] = frozenset(("=", "!=", "<", "<=", ">", ">=", "in"))

Order = tuple[tuple[int, bool], ...]
"""Positions of columns in a row, each with True for descending; always a total order."""


class Shape:
    """A checked declaration of one table.

    ``key_at`` holds the positions of the key columns in a row, ``key_of`` takes the key
    out of a row. :class:`~toguna.errors.BadInput` when the declaration is not well-formed.
    """

    __slots__ = ("key_at", "key_columns", "key_of", "names", "position", "table")

    def __init__(self, table: Table) -> None:
        _check_declaration(table)
        self.table = table
        self.names = tuple(c.name for c in table.columns)
        self.position = {name: i for i, name in enumerate(self.names)}
        self.key_at = tuple(self.position[name] for name in table.key)
        self.key_columns = tuple(table.columns[i] for i in self.key_at)
        self.key_of = _key_picker(self.key_at)

    def rows(self, rows: Iterable[Row]) -> list[Row]:
        """The rows as a list of tuples; ``BadInput`` names the first bad column.

        The iterable is read to its end first, so a call that fails has written nothing.
        """
        return _checked(self.table, self.table.columns, rows)

    def keys(self, keys: Iterable[Row]) -> list[Row]:
        """The primary keys as a list of tuples; ``BadInput`` names the first bad column."""
        return _checked(self.table, self.key_columns, keys)

    def key(self, key: Row) -> Row:
        """One primary key, checked."""
        return _checked(self.table, self.key_columns, (key,))[0]

    def swapped(self, key: Row, new: Row) -> tuple[Row, Row]:
        """Key and row of a compare-and-swap; ``BadInput`` when the row has another key."""
        key, new = self.key(key), self.rows((new,))[0]
        if self.key_of(new) != key:
            raise BadInput("the new row has another key", where=self.table.name)
        return key, new

    def conditions(self, where: Sequence[Where]) -> list[Where]:
        """The conditions, checked; the value of ``in`` becomes a tuple without NULL."""
        return [self._condition(w) for w in where]

    def _condition(self, w: Where) -> Where:
        at = self.position.get(w.column)
        if at is None or w.op not in _OPERATORS:
            raise BadInput(f"cannot compare {w.column!r} by {w.op!r}", where=self.table.name)
        column = self.table.columns[at]
        if w.op != "in":
            if isinstance(w.value, (int, str, bytes)):
                _check_cells(self.table, column, (w.value,))
            elif w.value is not None:
                raise BadInput(f"{w.column} {w.op} takes one value", where=self.table.name)
            return w
        if w.value is None or isinstance(w.value, (int, str, bytes)):
            raise BadInput(f"{w.column} in takes a sequence", where=self.table.name)
        chosen = tuple(v for v in w.value if v is not None)
        _check_cells(self.table, column, chosen)
        return Where(w.column, "in", chosen)

    def order(self, order: Sequence[str]) -> Order:
        """The order asked for, made total: ties come by primary key.

        The key follows the direction of the last term, so that "newest first" is a plain
        backward walk over an index.
        """
        terms: dict[int, bool] = {}
        descending = False
        for term in order:
            descending = term.startswith("-")
            at = self.position.get(term.removeprefix("-"))
            if at is None:
                raise BadInput(f"cannot order by {term!r}", where=self.table.name)
            terms.setdefault(at, descending)
        for at in self.key_at:
            terms.setdefault(at, descending)
        return tuple(terms.items())

    def chosen(self, columns: Sequence[str]) -> tuple[int, ...]:
        """The positions of the columns asked for; of all of them when none is named."""
        for name in columns:
            if name not in self.position:
                raise BadInput(f"no column {name!r}", where=self.table.name)
        return tuple(self.position[name] for name in columns) or tuple(range(len(self.names)))


def check_limit(limit: int | None) -> None:
    """``BadInput`` for a negative limit."""
    if limit is not None and limit < 0:
        raise BadInput("a limit cannot be negative")


def check_format(found: str, where: str) -> None:
    """``Conflict`` for a store whose layout is newer than this program understands."""
    if not found.isdecimal() or int(found) > FORMAT:
        raise Conflict(
            f"the store has format {found}, this program knows up to {FORMAT}",
            where=where,
            remedy="use a newer version of toguna",
        )


def check_same(kept: str, table: Table) -> bool:
    """Whether the kept declaration (see :func:`declaration`) has other indexes.

    ``Conflict`` when columns or key differ: rows of the old form would be misread.
    ``EngineFailure`` when the kept text is damaged.
    """
    new = json.loads(declaration(table))
    try:
        old = json.loads(kept)
    except ValueError:
        raise EngineFailure(
            "the kept declaration is damaged", where=table.name, remedy="run toguna restore"
        ) from None
    if {**old, "indexes": new["indexes"]} != new:
        raise Conflict(
            "the table is kept with other columns or another key",
            where=table.name,
            remedy="drop it first, or give the new form another name",
        )
    return bool(old != new)


def declaration(table: Table) -> str:
    """The declaration as the text that an engine keeps beside the rows."""
    return json.dumps(
        {
            "columns": [[c.name, c.type, c.nullable] for c in table.columns],
            "key": list(table.key),
            "indexes": [list(index) for index in table.indexes],
        },
        sort_keys=True,
    )


def not_declared(table: Table) -> EngineFailure:
    """The error for a table that this engine was not told about."""
    return EngineFailure("the table was not declared", where=table.name, remedy="declare it first")


def taken(table: Table) -> Conflict:
    """The error of ``add`` when a key is there already. The key itself stays out of it."""
    return Conflict("a row with this key is there already", where=table.name)


def moved(table: Table) -> Conflict:
    """The error of ``swap`` when the row is not what was expected."""
    return Conflict("the row is not what was expected", where=table.name, remedy="read it again")


def _key_picker(at: tuple[int, ...]) -> Callable[[Row], Row]:
    if len(at) == 1:
        only = at[0]
        return lambda row: (row[only],)
    if at == tuple(range(len(at))):
        width = len(at)
        return lambda row: row[:width]
    return lambda row: tuple([row[i] for i in at])


def _check_declaration(table: Table) -> None:
    names = [c.name for c in table.columns]
    for name in (table.name, *names):
        if not _NAME.fullmatch(name):
            raise BadInput(f"{name!r} is no name for a table or column", where=table.name)
    if table.name.startswith(_RESERVED):
        raise BadInput("the name is reserved for the engine", where=table.name)
    if len(set(names)) != len(names) or any(c.type not in _KINDS for c in table.columns):
        raise BadInput("columns must have different names and known types", where=table.name)
    for group in (table.key, *table.indexes):
        if not group or len(set(group)) != len(group) or not set(group) <= set(names):
            raise BadInput(f"{group!r} does not name columns, each once", where=table.name)
    if any(c.nullable for c in table.columns if c.name in table.key):
        raise BadInput("a key column cannot be nullable", where=table.name)


def _checked(table: Table, columns: Sequence[Column], rows: Iterable[Row]) -> list[Row]:
    listed = list(rows)
    if not listed:
        return listed
    if set(map(type, listed)) != {tuple}:
        listed = [tuple(row) for row in listed]
    if set(map(len, listed)) != {len(columns)}:
        expected = ", ".join(c.name for c in columns)
        raise BadInput(f"a row must hold exactly: {expected}", where=table.name)
    for column, cells in zip(columns, zip(*listed, strict=True), strict=True):
        _check_cells(table, column, cells)
    return listed


def _check_cells(table: Table, column: Column, cells: Sequence[Value]) -> None:
    kinds = set(map(type, cells))
    if type(None) in kinds and column.nullable:
        kinds.discard(type(None))
        cells = [c for c in cells if c is not None]
    if not kinds:
        return
    place = f"{table.name}.{column.name}"
    # Exact types: a bool or an enumeration would come back as something else.
    if kinds != {_KINDS[column.type]}:
        found = ", ".join(sorted(k.__name__ for k in kinds))
        raise BadInput(f"the column holds {column.type}, not {found}", where=place)
    if column.type == "int":
        if min(cells) < INT_MIN or max(cells) > INT_MAX:  # type: ignore[type-var, operator]
            raise BadInput("the integer does not fit into 64 bits", where=place)
        return
    if column.type == "text":
        _check_text("".join(cells), place)  # type: ignore[arg-type]
    sought = (column.name in group for group in (table.key, *table.indexes))
    if max(map(len, cells)) * 4 > KEY_BYTES and any(sought):  # type: ignore[arg-type]
        widest = max(len(c.encode() if isinstance(c, str) else c) for c in cells)  # type: ignore[arg-type]
        if widest > KEY_BYTES:
            raise BadInput(f"a cell of a key or index holds up to {KEY_BYTES} bytes", where=place)


def _check_text(text: str, place: str) -> None:
    if "\0" in text:
        raise BadInput("text cannot hold the character NUL", where=place)
    if text.isascii():
        return
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadInput("text holds half of a surrogate pair", where=place) from None
