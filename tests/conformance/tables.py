"""The tables of the contract's cases, and short ways to fill and read them."""

from __future__ import annotations

from typing import Any

from toguna.core.table import Column, Row, Table, Where
from toguna.engines import Engine

REPORTS = Table(
    "reports",
    (
        Column("party", "text"),
        Column("number", "int"),
        Column("grade", "text", nullable=True),
        Column("at_us", "int", nullable=True),
        Column("body", "bytes", nullable=True),
    ),
    ("party", "number"),
    (("grade", "at_us"), ("at_us",)),
)
NUMBERS = Table("numbers", (Column("n", "int"), Column("square", "int")), ("n",))
NAMES = Table("names", (Column("name", "text"),), ("name",))
ALL = (REPORTS, NUMBERS, NAMES)


def put(engine: Engine, table: Table, *rows: Row) -> None:
    with engine.write() as w:
        w.put(table, rows)


def everything(engine: Engine, table: Table, *where: Where, **how: Any) -> list[Row]:
    with engine.read() as r:
        return list(r.scan(table, where, **how))


def report(number: int, grade: str | None = None, at_us: int | None = None) -> Row:
    return ("ml", number, grade, at_us, b"body")
