"""Who has what of ours: each released record, reader by reader, with the proof behind it.

``received`` rests on the size that the reader says it has verified, in a request that it
signed; ``deleted``, ``read`` and ``not complied`` on its signed receipts. Of a reader that is
silent we say that it is silent: for how long, and that we do not know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import msgspec

from toguna.core.table import Reader, Row, Where
from toguna.core.time import HOUR_US
from toguna.domains.sharing import tables as sharing
from toguna.node import tables as t

if TYPE_CHECKING:
    from toguna.node.node import Node

_NOT_SHOWN = frozenset(
    {"sharing.recall/1", "sharing.deleted/1", "sharing.refused/1", "sharing.read/1"}
)


def receipts(node: Node, limit: int = 100, after: int | None = None) -> list[dict[str, Any]]:
    """The newest releases of ours, one entry each: ``address``, ``kind``, ``at`` (us), and
    ``parties``: what became of it at each reader (``state``, ``at``, ``read_by``, ``why``).
    """
    no = node.spine.no
    where = [Where("id", ">=", t.pack(no, 0)), Where("id", "<", after or t.pack(no + 1, 0))]
    out: list[dict[str, Any]] = []
    with node.reading() as tx:
        held = {row[0]: row for row in tx.scan(t.HELD)}
        for row in tx.scan(t.RECORD, where, order=("-id",)):
            if row[1] in _NOT_SHOWN:
                continue
            out.append(_entry(node, tx, row, held))
            if len(out) >= limit:
                break
    return out


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
    _take_recall(node, tx, entry)
    for receipt in tx.scan(sharing.RECEIPTS, [Where("origin", "=", str(address))]):
        doc = msgspec.json.decode(cast(bytes, receipt[-1]))
        if doc["state"] == "read" and doc["party"] in parties:
            read_by = {*parties[doc["party"]].get("read_by", ()), doc["office"]}
            parties[doc["party"]]["read_by"] = sorted(read_by)
    return entry


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
