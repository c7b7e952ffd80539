"""The lists of borders: sectors, postures, watches; folded from records, rebuilt at will."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from toguna.core.domain import Drop, Placing, Put, Stored, View
from toguna.core.table import Column, Row, Table
from toguna.domains.borders.bodies import Posture, Sector, Watch

_HEAD = (Column("id", "int"), Column("audience", "int"), Column("address", "text"))
_PARTY = Column("party", "text")
_AT = Column("at", "int")
_DOC = Column("doc", "bytes")
_ABOUT = Column("sector", "text")

SECTORS = Table(
    "borders_sectors",
    (*_HEAD, Column("log", "text"), _PARTY, _AT, _DOC),
    ("id",),
    (("at",), ("address",)),
)
"""One row a sector; at its owner a released one stands twice, at home and on the spine."""

POSTURES = Table(
    "borders_postures",
    (*_HEAD, _ABOUT, _PARTY, Column("posture", "text"), _AT, _DOC),
    ("id",),
    (("at",), ("sector", "at")),
)
"""One row a posture; of one party in one ``sector`` the latest counts."""

WATCHES = Table(
    "borders_watches",
    (*_HEAD, _ABOUT, _PARTY, Column("state", "text"), _AT, Column("to_us", "int"), _DOC),
    ("id",),
    (("at",), ("sector", "to_us")),
)
"""One row a watch; ``to_us`` is until when it speaks, at most until it was written."""

Folded = Iterable[Put | Drop]
_to_json = msgspec.json.Encoder(order="sorted").encode


def _head(stored: Stored, body: msgspec.Struct) -> dict[str, Any]:
    assert stored.envelope is not None
    head = {
        "address": str(stored.address),
        "at": stored.envelope.at,
        "kind": stored.envelope.kind,
        "office": stored.envelope.by.office,
        "party": stored.address.party,
        "to": stored.readers,
    }
    if stored.envelope.about is not None:
        head["sector"] = stored.envelope.about
    return {**msgspec.to_builtins(body), **head}


def fold_sector(stored: Stored, view: View, placing: Placing) -> Folded:
    """A sector is a row."""
    body, envelope = view.body(stored), stored.envelope
    if envelope is None or not isinstance(body, Sector):
        return
    address, doc = stored.address, _head(stored, body)
    row = (placing.id, placing.audience, str(address), address.log, address.party, envelope.at)
    yield Put(SECTORS, (*row, _to_json(doc)))


def fold_posture(stored: Stored, view: View, placing: Placing) -> Folded:
    """Each posture is a row, so that the earlier ones can be looked up."""
    body, envelope = view.body(stored), stored.envelope
    if envelope is None or envelope.about is None or not isinstance(body, Posture):
        return
    head = (placing.id, placing.audience, str(stored.address), envelope.about)
    cells = (stored.address.party, body.posture, envelope.at)
    yield Put(POSTURES, (*head, *cells, _to_json(_head(stored, body))))


def fold_watch(stored: Stored, view: View, placing: Placing) -> Folded:
    """Each watch is a row. It says nothing of the time after it was written."""
    body, envelope = view.body(stored), stored.envelope
    if envelope is None or envelope.about is None or not isinstance(body, Watch):
        return
    head = (placing.id, placing.audience, str(stored.address), envelope.about)
    until = min(body.to_us, envelope.at)
    cells = (stored.address.party, body.state, envelope.at, until)
    doc = _head(stored, body) | {"to_us": until}
    yield Put(WATCHES, (*head, *cells, _to_json(doc)))


def doc_of(row: Row) -> Mapping[str, Any]:
    """The document of a row."""
    data = row[-1]
    assert isinstance(data, bytes)
    found: Mapping[str, Any] = msgspec.json.decode(data)
    return found
