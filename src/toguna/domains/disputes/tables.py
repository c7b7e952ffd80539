"""The lists of disputes; folded from records, dropped and rebuilt at will."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from toguna.core.domain import Drop, Placing, Put, Stored, View
from toguna.core.table import Column, Row, Table
from toguna.domains.disputes.bodies import Boundary, Claim, Dispute

_HEAD = (
    Column("id", "int"),
    Column("audience", "int"),
    Column("address", "text"),
    Column("log", "text"),
    Column("party", "text"),
    Column("at", "int"),
)
_ABOUT = Column("about", "text", nullable=True)
_DOC = Column("doc", "bytes")

BOUNDARIES = Table("disputes_boundaries", (*_HEAD, _DOC), ("id",), (("at",), ("address",)))
"""One row a boundary of one dataset; ``doc.lines`` are its parts, ``doc.line`` the only one."""

CLAIMS = Table(
    "disputes_claims",
    (*_HEAD, _ABOUT, Column("lat_e7", "int"), Column("lon_e7", "int"), _DOC),
    ("id",),
    (("at",), ("address",), ("about",), ("lat_e7",)),
)
"""One row a claim, as its author made it."""

DISPUTES = Table(
    "disputes_disputes",
    (*_HEAD, _ABOUT, Column("owner", "text"), _DOC),
    ("id",),
    (("at",), ("about",), ("owner",)),
)
"""One row a dispute; ``owner`` is whose record it contradicts."""

Folded = Iterable[Put | Drop]
_to_json = msgspec.json.Encoder(order="sorted").encode


def _start(stored: Stored, placing: Placing) -> Row:
    assert stored.envelope is not None
    address = stored.address
    head = (placing.id, placing.audience, str(address), address.log, address.party)
    return (*head, stored.envelope.at)


def _doc(stored: Stored, body: msgspec.Struct) -> dict[str, Any]:
    assert stored.envelope is not None
    doc: dict[str, Any] = {
        **msgspec.to_builtins(body),
        "address": str(stored.address),
        "at": stored.envelope.at,
        "kind": stored.envelope.kind,
        "party": stored.address.party,
        "to": stored.readers,
    }
    if stored.envelope.about is not None:
        doc["about"] = stored.envelope.about
    if stored.envelope.refs:
        doc["refs"] = stored.envelope.refs
    return doc


def fold_boundary(stored: Stored, view: View, placing: Placing) -> Folded:
    """A boundary is a row, drawn as one line or several."""
    body = view.body(stored)
    if stored.envelope is None or not isinstance(body, Boundary):
        return
    doc = _doc(stored, body)
    doc["lines"] = doc.pop("parts")
    if len(doc["lines"]) == 1:
        doc["line"] = doc["lines"][0]
    yield Put(BOUNDARIES, (*_start(stored, placing), _to_json(doc)))


def fold_claim(stored: Stored, view: View, placing: Placing) -> Folded:
    """A claim is a row; ``radius_m`` is its error, as the map draws it."""
    body, envelope = view.body(stored), stored.envelope
    if envelope is None or not isinstance(body, Claim):
        return
    doc = _doc(stored, body) | {"radius_m": body.error_m}
    start = _start(stored, placing)
    yield Put(CLAIMS, (*start, envelope.about, body.lat_e7, body.lon_e7, _to_json(doc)))


def fold_dispute(stored: Stored, view: View, placing: Placing) -> Folded:
    """A dispute is a row. Nobody disputes its own record: such a one does nothing."""
    body, envelope = view.body(stored), stored.envelope
    if envelope is None or envelope.about is None or not isinstance(body, Dispute):
        return
    owner = envelope.about.partition("/")[0]
    if owner == stored.address.party:
        return
    doc = _doc(stored, body) | {"owner": owner}
    yield Put(DISPUTES, (*_start(stored, placing), envelope.about, owner, _to_json(doc)))
