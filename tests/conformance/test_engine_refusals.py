"""What every engine refuses, and refuses alike: rows, questions, declarations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest

from tests.conformance.tables import NAMES, NUMBERS, REPORTS, everything, report
from toguna.core.table import Column, Table, Where
from toguna.engines import Engine
from toguna.errors import BadInput

BAD_ROWS: dict[str, tuple[Table, object]] = {
    "NUL in text": (NAMES, ("a\0b",)),
    "half a surrogate pair": (NAMES, ("\ud800",)),
    "bytes for text": (NAMES, (b"a",)),
    "text for int": (NUMBERS, ("1", 1)),
    "a float": (NUMBERS, (1.0, 1)),
    "a bool": (NUMBERS, (True, 1)),
    "65 bits": (NUMBERS, (2**63, 1)),
    "65 bits below": (NUMBERS, (1, -(2**63) - 1)),
    "NULL in a key": (NUMBERS, (None, 1)),
    "NULL where none may be": (NUMBERS, (1, None)),
    "too short": (NUMBERS, (1,)),
    "too long": (NUMBERS, (1, 2, 3)),
    "a key above 512 bytes": (NAMES, ("é" * 257,)),
    "an indexed cell above 512 bytes": (REPORTS, ("ml", 1, "a" * 513, None, None)),
}


@pytest.mark.parametrize("case", BAD_ROWS)
def test_a_bad_row_is_refused_everywhere_alike(tables: Engine, case: str) -> None:
    table, row = BAD_ROWS[case]
    good = {NAMES: ("good",), NUMBERS: (0, 0), REPORTS: report(0)}[table]
    with tables.write() as w:
        for write in (w.put, w.add):
            with pytest.raises(BadInput) as caught:
                write(table, [good, row])  # type: ignore[list-item]
            assert table.name in str(caught.value)
    assert everything(tables, table) == []


def test_bad_questions_are_refused_everywhere_alike(tables: Engine) -> None:
    questions: list[Callable[..., object]] = [
        lambda r: r.get(NUMBERS, ("1",)),
        lambda r: r.get(REPORTS, ("ml",)),
        lambda r: r.scan(NUMBERS, [Where("none", "=", 1)]),
        lambda r: r.scan(NUMBERS, [Where("n", cast(Any, "like"), 1)]),
        lambda r: r.scan(NUMBERS, [Where("n", "=", "1")]),
        lambda r: r.scan(NUMBERS, [Where("n", "=", (1,))]),
        lambda r: r.scan(NUMBERS, [Where("n", "in", 1)]),
        lambda r: r.scan(NUMBERS, [Where("n", "in", (1, "2"))]),
        lambda r: r.scan(NUMBERS, order=("none",)),
        lambda r: r.scan(NUMBERS, limit=-1),
        lambda r: r.count(NAMES, [Where("name", "=", "\0")]),
    ]
    for question in questions:
        with tables.read() as r, pytest.raises(BadInput):
            question(r)


BAD_TABLES: dict[str, Table] = {
    "no key": Table("t", (Column("a", "int"),), ()),
    "nullable key": Table("t", (Column("a", "int", nullable=True),), ("a",)),
    "foreign key column": Table("t", (Column("a", "int"),), ("b",)),
    "foreign index column": Table("t", (Column("a", "int"),), ("a",), (("b",),)),
    "a column twice": Table("t", (Column("a", "int"), Column("a", "int")), ("a",)),
    "unknown type": Table("t", (Column("a", "float"),), ("a",)),  # type: ignore[arg-type]
    "a name with a quote": Table('t"', (Column("a", "int"),), ("a",)),
    "a reserved name": Table("toguna_meta", (Column("a", "int"),), ("a",)),
    "a long name": Table("t" * 49, (Column("a", "int"),), ("a",)),
}


@pytest.mark.parametrize("case", BAD_TABLES)
def test_a_bad_declaration_is_refused(engine: Engine, case: str) -> None:
    with pytest.raises(BadInput):
        engine.declare([BAD_TABLES[case]])
