"""How records become rows of the lists (:mod:`.tables`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from toguna.core.domain import Drop, Placing, Put, Stored, View
from toguna.core.record import Address, Envelope
from toguna.core.table import Row, Table, Where
from toguna.core.time import DAY_US
from toguna.domains.alerts import bodies, tables
from toguna.errors import BadInput

OPEN: Final = "open"
ENDED: Final = "ended"
LASTS_US: Final = 3 * DAY_US
"""How long an alert stands that does not say until when."""

_to_json = msgspec.json.Encoder(order="sorted").encode
Folded = Iterable[Put | Drop]


def fold_alert(stored: Stored, view: View, placing: Placing) -> Folded:
    """An alert is a row; its sender's end changes its state, whichever of them came first."""
    body, envelope = view.body(stored), stored.envelope
    if envelope is None:
        return
    if isinstance(body, bodies.End):
        about = _by_sender(stored)
        for known in rows_of(view, tables.ALERTS, "address", str(about)) if about else ():
            yield Put(tables.ALERTS, _ended(known, _end_doc(stored, envelope, body)))
        return
    if not isinstance(body, bodies.Alert):
        return
    address, party = str(stored.address), stored.address.party
    until = body.until_us or envelope.at + LASTS_US
    doc = _head(stored, envelope) | _plain(body)
    doc |= {"office": envelope.by.office, "state": OPEN, "to": stored.readers, "until_us": until}
    doc["received_us"] = stored.received_us
    head = (placing.id, placing.audience, address, party, envelope.at, body.level, body.category)
    row: Row = (*head, OPEN, until, body.lat_e7, body.lon_e7, _to_json(doc))
    for known in rows_of(view, tables.ENDS, "alert", address):
        row = _ended(row, doc_of(known))
    yield Put(tables.ALERTS, row)


def fold_answer(stored: Stored, view: View, placing: Placing) -> Folded:
    """An answer is a row; whether its party was asked at all is seen when it is counted."""
    about, body = _about(stored), view.body(stored)
    if about is None or stored.envelope is None or not isinstance(body, bodies.Answer):
        return
    doc = _head(stored, stored.envelope) | _plain(body)
    doc |= {"about": str(about), "office": stored.envelope.by.office, "to": stored.readers}
    head = (placing.id, placing.audience, str(about), stored.address.party, body.answer)
    yield Put(tables.ANSWERS, (*head, stored.envelope.at, _to_json(doc)))


def fold_ring(stored: Stored, view: View, placing: Placing) -> Folded:
    """A second ring, or an escalation, is a row."""
    about, body = _about(stored), view.body(stored)
    if about is None or stored.envelope is None:
        return
    if not isinstance(body, bodies.Ring | bodies.Escalation):
        return
    what = "ring" if isinstance(body, bodies.Ring) else "escalation"
    doc = _head(stored, stored.envelope) | msgspec.to_builtins(body)
    doc |= {"about": str(about), "what": what}
    head = (placing.id, placing.audience, str(about), stored.address.party, what)
    yield Put(tables.RINGS, (*head, stored.envelope.at, _to_json(doc)))


def fold_end(stored: Stored, view: View, placing: Placing) -> Folded:
    """Each end by the alert's own sender; nobody else ends it."""
    about, body = _by_sender(stored), view.body(stored)
    if about is None or stored.envelope is None or not isinstance(body, bodies.End):
        return
    doc = _end_doc(stored, stored.envelope, body)
    head = (placing.id, placing.audience, str(about), stored.address.party)
    yield Put(tables.ENDS, (*head, stored.envelope.at, _to_json(doc)))


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
        "party": stored.address.party,
    }


def _plain(body: msgspec.Struct) -> dict[str, Any]:
    """The body with its defaults, without what was left empty."""
    named = {name: getattr(body, name) for name in body.__struct_fields__}
    return {name: value for name, value in named.items() if value is not None}


def _end_doc(stored: Stored, envelope: Envelope, body: bodies.End) -> dict[str, Any]:
    return _head(stored, envelope) | {"about": envelope.about} | _plain(body)


def _ended(row: Row, said: dict[str, Any]) -> Row:
    """The alert with its end; of several the first counts."""
    doc = doc_of(row)
    if doc.get("end", said)["at"] < said["at"]:
        return row
    names = ("address", "at", "outcome", "why")
    doc |= {"end": {name: said[name] for name in names}, "state": ENDED}
    at = tables.ALERTS.position("state")
    return (*row[:at], ENDED, *row[at + 1 : -1], _to_json(doc))


def _about(stored: Stored) -> Address | None:
    if stored.envelope is None or stored.envelope.about is None:
        return None
    try:
        return Address.parse(stored.envelope.about)
    except BadInput:
        return None


def _by_sender(stored: Stored) -> Address | None:
    """The alert that a record is about, when its author sent that."""
    about = _about(stored)
    return about if about is not None and about.party == stored.address.party else None
