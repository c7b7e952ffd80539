"""The node's own diary: refusals, alarms, forks, restores. It never leaves the house."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import msgspec

from toguna.core.domain import Domain, Drop, Kind, Placing, Projection, Put, Stored, View
from toguna.core.table import Column, Table


class Line(msgspec.Struct, frozen=True):
    """One line. ``what`` is a short word to search for, ``text`` says it in a sentence."""

    what: Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


LINES = Table(
    "journal_lines",
    (
        Column("id", "int"),
        Column("audience", "int"),
        Column("at", "int"),
        Column("what", "text"),
        Column("doc", "bytes"),
    ),
    ("id",),
    (("at",), ("what", "at")),
)


def _fold(stored: Stored, view: View, placing: Placing) -> Iterable[Put | Drop]:
    body = view.body(stored)
    if isinstance(body, Line) and stored.envelope is not None:
        doc = msgspec.json.encode(
            {
                "address": str(stored.address),
                "at": stored.envelope.at,
                "what": body.what,
                "text": body.text,
            }
        )
        yield Put(LINES, (placing.id, placing.audience, stored.envelope.at, body.what, doc))


DOMAIN = Domain(
    name="journal",
    kinds=(Kind("journal.line/1", Line, "Ligne du journal", "Journal line"),),
    projections=(Projection(LINES, ("journal.line/1",), _fold, newest="at"),),
)
