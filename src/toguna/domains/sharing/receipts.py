"""The lists of recalls and receipts: who erased, who refused, who had read, who is silent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from toguna.core.domain import Drop, Placing, Put, Stored, View
from toguna.core.table import Row
from toguna.domains.sharing import bodies, tables
from toguna.domains.sharing.lookup import about_of, by_owner, cell, rows_of

NOT_COMPLIED: Final = "not complied"
"""How a refusal is shown: no more is promised than we can know."""

_to_json = msgspec.json.Encoder(order="sorted").encode


def fold_receipt(stored: Stored, view: View, placing: Placing) -> Iterable[Put | Drop]:
    """A receipt is a row of its own; nobody gives a receipt for its own record."""
    told = _told(stored, view)
    about = about_of(stored)
    if told is None or about is None:
        return
    state, at, office, doc = told
    party = stored.address.party
    head = (placing.id, placing.audience, placing.about, str(about), party, office)
    doc |= {"about": str(about), "address": str(stored.address), "party": party, "state": state}
    yield Put(tables.RECEIPTS, (*head, state, at, _to_json(doc)))


def _told(stored: Stored, view: View) -> tuple[str, int, str, dict[str, Any]] | None:
    """State, time, office and further words of a receipt."""
    body, about, envelope = view.body(stored), about_of(stored), stored.envelope
    if about is None or envelope is None or about.party == stored.address.party:
        return None
    if isinstance(body, bodies.Read):
        return "read", body.at_us, body.office, {"at": body.at_us, "office": body.office}
    if isinstance(body, bodies.Deleted):
        doc = msgspec.to_builtins(body) | {"at": body.deleted_at_us}
        return "deleted", body.deleted_at_us, envelope.by.office, doc
    if isinstance(body, bodies.Refused):
        doc = {"at": envelope.at, "shown": NOT_COMPLIED, "why": body.why}
        return "refused", envelope.at, envelope.by.office, doc
    return None


def fold_recall(stored: Stored, view: View, placing: Placing) -> Iterable[Put | Drop]:
    """A recall by the owner is a row; receipts say in it, party by party, what became of it."""
    body, envelope = view.body(stored), stored.envelope
    told = _told(stored, view)
    if told is not None:
        about = about_of(stored)
        for recall in rows_of(view, tables.RECALLS, str(about)):
            yield Put(tables.RECALLS, _noted(recall, stored.address.party, told))
        return
    about = by_owner(stored)
    if about is None or envelope is None or not isinstance(body, bodies.Recall):
        return
    doc = {
        "about": str(about),
        "address": str(stored.address),
        "at": envelope.at,
        "parties": {party: {"state": "pending"} for party in stored.readers},
        "party": stored.address.party,
        "why": body.why,
    }
    head = (placing.id, placing.audience, placing.about, str(stored.address), str(about))
    row: Row = (*head, stored.address.party, "pending", envelope.at, _to_json(doc))
    for known in rows_of(view, tables.RECEIPTS, str(about)):
        said = msgspec.json.decode(_bytes(known[-1]))
        at = known[tables.RECEIPTS.position("at")]
        state, office = (cell(tables.RECEIPTS, known, name) for name in ("state", "office"))
        assert isinstance(at, int)
        row = _noted(row, str(said["party"]), (state, at, office, said))
    yield Put(tables.RECALLS, row)


def _noted(row: Row, party: str, told: tuple[str, int, str, dict[str, Any]]) -> Row:
    """The recall with one receipt more. Reading first is a fact beside the answer, not one."""
    state, at, office, said = told
    doc = msgspec.json.decode(_bytes(row[-1]))
    entry = doc["parties"].setdefault(party, {"state": "pending"})
    readers = {*entry.get("read_by", ()), *said.get("read_by", ())}
    if state == "read":
        readers.add(office)
        entry["first_read_us"] = min(at, entry.get("first_read_us", at))
    else:
        entry |= {"at": at, "state": NOT_COMPLIED if state == "refused" else state}
        if "why" in said:
            entry["why"] = said["why"]
        if "first_read_us" in said:
            first = said["first_read_us"]
            entry["first_read_us"] = min(first, entry.get("first_read_us", first))
    if readers:
        entry["read_by"] = sorted(readers)
    start = row[: tables.RECALLS.position("state")]
    at_recall = row[tables.RECALLS.position("at")]
    return (*start, _worst(doc["parties"]), at_recall, _to_json(doc))


def _worst(parties: dict[str, dict[str, Any]]) -> str:
    states = {entry["state"] for entry in parties.values()}
    if NOT_COMPLIED in states:
        return "refused"
    return "pending" if "pending" in states else "complied"


def _bytes(value: object) -> bytes:
    assert isinstance(value, bytes)
    return value
