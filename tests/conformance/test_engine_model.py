"""Random transactions and snapshots, against plain dictionaries, over every engine."""

from __future__ import annotations

import operator
from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from toguna.core.table import Column, Reader, Row, Table, Transaction, Where
from toguna.engines import Engine
from toguna.errors import Conflict

WIDE = Table(
    "wide",
    (
        Column("k", "text"),
        Column("n", "int", nullable=True),
        Column("i", "int"),
        Column("t", "text", nullable=True),
        Column("b", "bytes", nullable=True),
    ),
    ("i", "k"),  # not in the order of the columns
    (("n",), ("t", "n"), ("k",)),
)
SLIM = Table("slim", (Column("i", "int"), Column("t", "text")), ("i",))
TABLES = (WIDE, SLIM)
Model = dict[str, dict[Row, Row]]

CELLS: dict[str, st.SearchStrategy[Any]] = {
    "int": st.sampled_from([-(2**63), -1, 0, 1, 2, 2**63 - 1]) | st.integers(-3, 40),
    "text": st.sampled_from(["", "a", "Z", "é", "\ue000", "\U0001f600"])
    | st.text("ab\x01", max_size=2),
    "bytes": st.sampled_from([b"", b"\0", b"a", b"\xff"]) | st.binary(max_size=2),
}


def key_of(table: Table, row: Row) -> Row:
    return tuple(row[table.position(c)] for c in table.key)


def cell(column: Column) -> st.SearchStrategy[Any]:
    return CELLS[column.type] | st.none() if column.nullable else CELLS[column.type]


def a_row(table: Table) -> st.SearchStrategy[Row]:
    return st.tuples(*(cell(c) for c in table.columns))


def a_key(table: Table) -> st.SearchStrategy[Row]:
    return st.tuples(*(CELLS[table.columns[table.position(c)].type] for c in table.key))


def rows_of(data: st.DataObject, table: Table) -> list[Row]:
    # Now and then many at once: the engines take other paths in bulk.
    least = data.draw(st.sampled_from([0, 0, 0, 25]))
    return data.draw(st.lists(a_row(table), min_size=least, max_size=least + 8))


@st.composite
def conditions(draw: st.DrawFn, table: Table) -> list[Where]:
    found = []
    for column in draw(st.lists(st.sampled_from(table.columns), max_size=3)):
        if draw(st.booleans()):
            op: Any = draw(st.sampled_from(["=", "!=", "<", "<=", ">", ">="]))
            found.append(Where(column.name, op, draw(cell(column))))
        else:
            found.append(Where(column.name, "in", draw(st.lists(cell(column), max_size=6))))
    return found


def an_order(table: Table) -> st.SearchStrategy[list[str]]:
    term = st.sampled_from([c.name for c in table.columns])
    return st.lists(st.builds(operator.add, st.sampled_from(["", "-"]), term), max_size=3)


def meets(table: Table, row: Row, w: Where) -> bool:
    here: Any = row[table.position(w.column)]
    if here is None or w.value is None:
        return False
    if w.op == "in":
        return here in [v for v in w.value if v is not None]  # type: ignore[union-attr]
    names = {"=": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
    return bool(getattr(operator, names[w.op])(here, w.value))


def expected(
    rows: dict[Row, Row], table: Table, where: list[Where], order: list[str], limit: int | None
) -> list[Row]:
    """What the contract says, in the plainest way."""

    def rank(row: Row, column: str) -> Any:
        value = row[table.position(column)]
        value = value.encode() if isinstance(value, str) else value
        return (value is not None, value)

    found = [row for row in rows.values() if all(meets(table, row, w) for w in where)]
    last = "-" if order and order[-1].startswith("-") else ""
    for term in reversed([*order, *(last + name for name in table.key)]):
        found.sort(key=lambda row: rank(row, term.lstrip("-")), reverse=term.startswith("-"))
    return found[:limit]


def copied(model: Model) -> Model:
    return {name: dict(rows) for name, rows in model.items()}


class EngineMachine(RuleBasedStateMachine):
    """One engine beside its model: ``kept`` is committed, ``mine`` the open transaction's."""

    engine: Engine

    def __init__(self) -> None:
        super().__init__()
        self.writing: Transaction | None = None
        self.closing = ExitStack()
        self.readers: list[tuple[ExitStack, Reader, Model]] = []
        self.kept: Model = {table.name: {} for table in TABLES}
        self.mine = copied(self.kept)

    @initialize()
    def empty(self) -> None:
        with self.engine.write() as w:
            for table in TABLES:
                w.clear(table)

    @precondition(lambda self: self.writing is None)
    @rule()
    def begin(self) -> None:
        self.closing = ExitStack()
        self.writing = self.closing.enter_context(self.engine.write())
        self.mine = copied(self.kept)

    @precondition(lambda self: self.writing is not None)
    @rule()
    def commit(self) -> None:
        self.closing.close()
        self.writing, self.kept = None, self.mine

    @precondition(lambda self: self.writing is not None)
    @rule()
    def roll_back(self) -> None:
        def failing() -> None:
            with self.closing:
                raise LookupError

        with pytest.raises(LookupError):
            failing()
        self.writing = None

    @precondition(lambda self: self.writing is not None)
    @rule(data=st.data(), table=st.sampled_from(TABLES))
    def put(self, data: st.DataObject, table: Table) -> None:
        rows = rows_of(data, table)
        assert self.writing
        self.writing.put(table, rows)
        self.mine[table.name].update({key_of(table, row): row for row in rows})

    @precondition(lambda self: self.writing is not None)
    @rule(data=st.data(), table=st.sampled_from(TABLES))
    def add(self, data: st.DataObject, table: Table) -> None:
        rows = rows_of(data, table)
        fresh = {key_of(table, row): row for row in rows}
        assert self.writing
        if len(fresh) < len(rows) or fresh.keys() & self.mine[table.name].keys():
            with pytest.raises(Conflict):
                self.writing.add(table, rows)
            rows = [row for k, row in fresh.items() if k not in self.mine[table.name]]
        self.writing.add(table, rows)
        self.mine[table.name].update({key_of(table, row): row for row in rows})

    @precondition(lambda self: self.writing is not None)
    @rule(data=st.data(), table=st.sampled_from(TABLES))
    def delete(self, data: st.DataObject, table: Table) -> None:
        there = (
            st.sampled_from(sorted(self.mine[table.name]))
            if self.mine[table.name]
            else a_key(table)
        )
        keys = data.draw(st.lists(there | a_key(table), max_size=5))
        assert self.writing
        gone = {k for k in keys if self.mine[table.name].pop(k, None) is not None}
        assert self.writing.delete(table, keys) == len(gone)

    @precondition(lambda self: self.writing is not None)
    @rule(data=st.data(), table=st.sampled_from(TABLES), right=st.booleans())
    def swap(self, data: st.DataObject, table: Table, right: bool) -> None:
        new = data.draw(a_row(table))
        key = key_of(table, new)
        there = self.mine[table.name].get(key)
        before = there if right else data.draw(st.none() | a_row(table))
        assert self.writing
        if before == there:
            self.writing.swap(table, key, before, new)
            self.mine[table.name][key] = new
        else:
            with pytest.raises(Conflict):
                self.writing.swap(table, key, before, new)

    @precondition(lambda self: self.writing is not None)
    @rule(table=st.sampled_from(TABLES))
    def clear(self, table: Table) -> None:
        assert self.writing
        self.writing.clear(table)
        self.mine[table.name].clear()

    @precondition(lambda self: len(self.readers) < 2)
    @rule()
    def begin_reading(self) -> None:
        closing = ExitStack()
        reader = closing.enter_context(self.engine.read())
        self.readers.append((closing, reader, copied(self.kept)))

    @precondition(lambda self: self.readers)
    @rule()
    def end_reading(self) -> None:
        self.readers.pop(0)[0].close()

    @precondition(lambda self: self.readers or self.writing is not None)
    @rule(data=st.data(), table=st.sampled_from(TABLES))
    def ask(self, data: st.DataObject, table: Table) -> None:
        views = [(reader, model) for _, reader, model in self.readers]
        if self.writing is not None:
            views.append((self.writing, self.mine))
        view, model = data.draw(st.sampled_from(views))
        rows = model[table.name]
        where, order = data.draw(conditions(table)), data.draw(an_order(table))
        limit = data.draw(st.none() | st.integers(0, 12))
        found = list(view.scan(table, where, order=order, limit=limit))
        assert found == expected(rows, table, where, order, limit)
        assert view.count(table, where) == len(expected(rows, table, where, [], None))
        key = data.draw(a_key(table))
        assert view.get(table, key) == rows.get(key)

    @invariant()
    def readers_see_what_was_committed_when_they_began(self) -> None:
        for _, reader, model in self.readers:
            for table in TABLES:
                assert list(reader.scan(table)) == expected(model[table.name], table, [], [], None)

    def teardown(self) -> None:
        for closing, _, _ in self.readers:
            closing.close()
        self.closing.close()


def test_an_engine_does_what_dictionaries_do(engine: Engine) -> None:
    engine.declare(TABLES)
    machine = type("Machine", (EngineMachine,), {"engine": engine})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=40,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
