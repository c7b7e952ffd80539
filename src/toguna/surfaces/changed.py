"""What is newest over all lists: the desk's second column.

A list is sorted by when its records were written, or by something else that its domain chose.
Only the first sort is looked at here: a dataset of a thousand old events is no news.
"""

from __future__ import annotations

from heapq import nlargest
from typing import Final

import msgspec

from toguna.core.catalogue import Catalogue
from toguna.errors import BadInput
from toguna.surfaces.endpoints import Answer, Asked, Endpoint, Query, answer_json, number
from toguna.surfaces.routes_records import LOOKING

MOST: Final = 300
USUAL: Final = 60
_NEWEST: Final = "at"


class ListShown(msgspec.Struct):
    """A list that was looked at: the kind that it opens, and its table in the live picture."""

    kind: str
    table: str


class ChangedItem(msgspec.Struct):
    """A document of the list of that table."""

    table: str
    doc: msgspec.Raw


class Changed(msgspec.Struct):
    """Documents of the lists, newest first, as of ``at_us``."""

    items: list[ChangedItem]
    lists: list[ListShown]
    at_us: int


class _Dated(msgspec.Struct):
    at: int = 0
    address: str = ""


async def changed(asked: Asked) -> Answer:
    """The newest documents of every list, or of those of the named kinds."""
    query, access, catalogue = asked.query(), asked.node.access, asked.node.catalogue
    office = asked.office(query.pop("as", ""))
    actor = access.actor(query.pop("view", "") or asked.node.party, office)
    limit = number(query.pop("limit", str(USUAL)), "limit")
    if not 1 <= limit <= MOST:
        raise BadInput(f"from 1 to {MOST}", where="limit")
    wanted = _kinds(catalogue, query.pop("kinds", ""))
    if query:
        raise BadInput(f"no parameter {next(iter(query))[:40]!r}", where="query")
    lists = [ListShown(kind, catalogue.opens[kind].table.name) for kind in wanted]
    found: list[tuple[int, str, str, bytes]] = []
    for shown in lists:
        for doc in access.list(actor, shown.kind, limit=limit).docs:
            dated = msgspec.json.decode(doc, type=_Dated)
            found.append((dated.at, dated.address, shown.table, doc))
    newest = nlargest(limit, found)
    items = [ChangedItem(table, msgspec.Raw(doc)) for _, _, table, doc in newest]
    return answer_json(Changed(items, lists, asked.node.now()))


def _kinds(catalogue: Catalogue, names: str) -> list[str]:
    """The kinds of that name, comma between them, that have a list by time; all for ""."""
    there = [k for k, p in catalogue.opens.items() if p.newest == _NEWEST]
    if not names:
        return sorted(there)
    wanted = names.split(",")
    for name in wanted:
        if name not in there:
            raise BadInput(f"no list by time of {name[:40]!r}", where="kinds")
    return sorted(set(wanted))


ENDPOINTS: Final = (
    Endpoint(
        "GET", "/api/changed", changed, "person", "What is newest over all lists.", Changed,
        query=(
            *LOOKING,
            Query("limit", "integer", f"How many, 1 to {MOST}; {USUAL} unless given."),
            Query("kinds", "string", "Names of kinds, comma between them; all unless given."),
        ),
    ),
)  # fmt: skip
