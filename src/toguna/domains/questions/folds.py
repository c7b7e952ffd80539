"""How records become rows of the lists (:mod:`.tables`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from toguna.core.domain import Drop, Placing, Put, Stored, View
from toguna.core.record import Address, Envelope
from toguna.core.table import Row, Table, Where
from toguna.domains.questions import bodies, tables
from toguna.errors import BadInput

OPEN: Final = "open"
CLOSED: Final = "closed"

_to_json = msgspec.json.Encoder(order="sorted").encode
Folded = Iterable[Put | Drop]


def fold_question(stored: Stored, view: View, placing: Placing) -> Folded:
    """A question is a row; its asker's closing changes its state, whichever came first."""
    body, envelope = view.body(stored), stored.envelope
    if envelope is None:
        return
    if isinstance(body, bodies.Close):
        about = _by_asker(stored)
        for known in rows_of(view, tables.QUESTIONS, "address", str(about)) if about else ():
            yield Put(tables.QUESTIONS, _closed(known, _head(stored, envelope) | _plain(body)))
        return
    if not isinstance(body, bodies.Question):
        return
    address, party = str(stored.address), stored.address.party
    doc = _head(stored, envelope) | _plain(body)
    doc |= {"state": OPEN, "to": stored.readers, "refs": envelope.refs}
    head = (placing.id, placing.audience, address, party, envelope.at)
    row: Row = (*head, body.due_us, body.priority, OPEN, _to_json(doc))
    for known in rows_of(view, tables.CLOSES, "question", address):
        row = _closed(row, doc_of(known))
    yield Put(tables.QUESTIONS, row)


def fold_reply(stored: Stored, view: View, placing: Placing) -> Folded:
    """A reply is a row; whether its party was asked at all is seen when it is counted."""
    about, body, envelope = _about(stored), view.body(stored), stored.envelope
    if about is None or envelope is None or not isinstance(body, bodies.Reply):
        return
    doc = _head(stored, envelope) | _plain(body)
    doc |= {"about": str(about), "to": stored.readers, "refs": envelope.refs}
    doc["received_us"] = stored.received_us
    final = int(body.final or body.cannot_answer)
    head = (placing.id, placing.audience, str(about), stored.address.party, final)
    yield Put(tables.REPLIES, (*head, envelope.at, _to_json(doc)))


def fold_close(stored: Stored, view: View, placing: Placing) -> Folded:
    """Each closing by the asker; nobody else closes a question."""
    about, body = _by_asker(stored), view.body(stored)
    if about is None or stored.envelope is None or not isinstance(body, bodies.Close):
        return
    doc = _head(stored, stored.envelope) | _plain(body) | {"about": str(about)}
    head = (placing.id, placing.audience, str(about), stored.address.party)
    yield Put(tables.CLOSES, (*head, stored.envelope.at, _to_json(doc)))


def rows_of(view: View, table: Table, column: str, address: str) -> list[Row]:
    """Rows of ``table`` whose ``column`` is this address."""
    return view.rows(table, (Where(column, "=", address),))


def doc_of(row: Row) -> dict[str, Any]:
    """The document of a row."""
    doc: dict[str, Any] = msgspec.json.decode(row[-1])  # type: ignore[arg-type]
    return doc


def in_order(doc: dict[str, Any]) -> tuple[int, int]:
    """Sorts what one party wrote: by its time, and in the order of its log."""
    return doc["at"], Address.parse(doc["address"]).index


def _head(stored: Stored, envelope: Envelope) -> dict[str, Any]:
    return {
        "address": str(stored.address),
        "at": envelope.at,
        "kind": envelope.kind,
        "office": envelope.by.office,
        "party": stored.address.party,
    }


def _plain(body: msgspec.Struct) -> dict[str, Any]:
    """The body with its defaults, without what was left empty."""
    named = {name: getattr(body, name) for name in body.__struct_fields__}
    return {name: value for name, value in named.items() if value is not None}


def _closed(row: Row, said: dict[str, Any]) -> Row:
    """The question with its closing; of several the first counts."""
    doc = doc_of(row)
    if doc.get("close", said)["at"] < said["at"]:
        return row
    doc |= {"close": {name: said[name] for name in ("address", "at", "why")}, "state": CLOSED}
    at = tables.QUESTIONS.position("state")
    return (*row[:at], CLOSED, *row[at + 1 : -1], _to_json(doc))


def _about(stored: Stored) -> Address | None:
    if stored.envelope is None or stored.envelope.about is None:
        return None
    try:
        return Address.parse(stored.envelope.about)
    except BadInput:
        return None


def _by_asker(stored: Stored) -> Address | None:
    """The question that a record is about, when its author asked that."""
    about = _about(stored)
    return about if about is not None and about.party == stored.address.party else None
