"""Who has what of ours: each released record, reader by reader, with the proof behind it.

``received`` rests on the size that the reader says it has verified, in a request that it
signed; ``deleted``, ``read`` and ``not complied`` on its signed receipts. Of a reader that is
silent we say that it is silent: for how long, and that we do not know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import msgspec

from toguna.core.record import Address, decode_trusted
from toguna.core.table import Reader, Row, Where
from toguna.core.time import HOUR_US
from toguna.domains.sharing import tables as sharing
from toguna.node import tables as t

if TYPE_CHECKING:
    from toguna.node.node import Node

_NOT_SHOWN = frozenset(
    {"sharing.recall/1", "sharing.deleted/1", "sharing.refused/1", "sharing.read/1"}
)
_CARRY = frozenset({"sharing.copy/1", "sharing.correction/1"})


def receipts(
    node: Node, limit: int = 100, after: int | None = None, about: Address | None = None
) -> list[dict[str, Any]]:
    """The newest releases of ours, one entry each: ``address``, ``kind``, ``at`` (us), and
    ``parties``: what became of it at each reader (``state``, ``at``, ``read_by``, ``why``).

    ``home`` is the home record from which it was made, ``about`` the record that it is about,
    ``label`` what it left under. With ``about`` given: what was released of this record of
    ours, the record itself where it stands on the spine, its copies and its corrections.
    """
    no = node.spine.no
    where = [Where("id", ">=", t.pack(no, 0)), Where("id", "<", after or t.pack(no + 1, 0))]
    out: list[dict[str, Any]] = []
    with node.reading() as tx:
        held = {row[0]: row for row in tx.scan(t.HELD)}
        if about is not None:
            where.append(Where("id", "in", _released_of(node, tx, about)))
        for row in tx.scan(t.RECORD, where, order=("-id",)):
            if row[1] in _NOT_SHOWN:
                continue
            out.append(_entry(node, tx, row, held))
            if len(out) >= limit:
                break
    return out


def _released_of(node: Node, tx: Reader, about: Address) -> list[int]:
    """Our spine records that were made of this record, or that carry or correct it."""
    key = node.ledger.id_of(about)
    if key is None:
        return []
    found = [cast(int, row[0]) for row in tx.scan(t.RELEASED, [Where("home", "=", key)])]
    if about.party == node.party and about.log == "spine":
        found.append(key)
    for first in tuple(found) or (key,):
        found += [
            cast(int, row[0])
            for row in tx.scan(t.RECORD, [Where("about", "=", first)])
            if row[1] in _CARRY and t.unpack(cast(int, row[0]))[0] == node.spine.no
        ]
    return found


def _entry(node: Node, tx: Reader, row: Row, held: dict[Any, Row]) -> dict[str, Any]:
    key = cast(int, row[0])
    address = node.ledger.address_of(key)
    parties: dict[str, dict[str, Any]] = {}
    for reader in node.ledger.readers(cast(int, row[4]))[1]:
        at = held.get(reader)
        arrived = at is not None and cast(int, at[1]) > address.index
        parties[reader] = {"state": "received" if arrived else "pending"}
        if at is not None:
            parties[reader]["last_asked_us"] = at[2]
    entry = {"id": key, "address": str(address), "kind": row[1], "at": row[3], "parties": parties}
    entry |= _origin(node, tx, row)
    _take_recall(node, tx, entry)
    for receipt in tx.scan(sharing.RECEIPTS, [Where("origin", "=", str(address))]):
        doc = msgspec.json.decode(cast(bytes, receipt[-1]))
        if doc["state"] == "read" and doc["party"] in parties:
            read_by = {*parties[doc["party"]].get("read_by", ()), doc["office"]}
            parties[doc["party"]]["read_by"] = sorted(read_by)
    return entry


def _origin(node: Node, tx: Reader, row: Row) -> dict[str, Any]:
    """Where it was made from, what it is about, and its label; for our own people alone."""
    said: dict[str, Any] = {}
    made = tx.get(t.RELEASED, (row[0],))
    if made is not None:
        said["home"] = str(node.ledger.address_of(cast(int, made[1])))
    if row[2] is not None:
        said["about"] = str(node.ledger.address_of(cast(int, row[2])))
    if row[8]:
        said["label"] = msgspec.to_builtins(decode_trusted(cast(bytes, row[8])).label)
    return said


def _take_recall(node: Node, tx: Reader, entry: dict[str, Any]) -> None:
    """After a recall its answers count, and who is silent beyond the charter's clock is named."""
    recall = next(tx.scan(sharing.RECALLS, [Where("origin", "=", entry["address"])]), None)
    if recall is None:
        return
    doc = msgspec.json.decode(cast(bytes, recall[-1]))
    entry["recalled"] = {"at": doc["at"], "why": doc["why"]}
    hours = node.standing.charter.rules.recall_hours
    for party, said in doc["parties"].items():
        entry["parties"].setdefault(party, {}).update(said)
        if said["state"] == "pending" and node.now() - doc["at"] > hours * HOUR_US:
            entry["parties"][party]["state"] = "no answer"
