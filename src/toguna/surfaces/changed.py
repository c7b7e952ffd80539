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


class Changed(msgspec.Struct):
    """Documents of the lists, newest first, as of ``at_us``; ``kinds`` are those looked at."""

    items: list[msgspec.Raw]
    kinds: list[str]
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
    found: list[tuple[int, str, bytes]] = []
    for kind in wanted:
        for doc in access.list(actor, kind, limit=limit).docs:
            dated = msgspec.json.decode(doc, type=_Dated)
            found.append((dated.at, dated.address, doc))
    newest = nlargest(limit, found)
    return answer_json(Changed([msgspec.Raw(d) for _, _, d in newest], wanted, asked.node.now()))


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
