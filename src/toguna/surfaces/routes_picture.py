"""What the map draws: the points of a list, in columns."""

from __future__ import annotations

import asyncio
from typing import Final

import msgspec

from toguna.errors import BadInput
from toguna.node.plotting import Plot, plot
from toguna.surfaces.endpoints import Answer, Asked, Endpoint, Query, number
from toguna.surfaces.routes_records import LOOKING

_encode: Final = msgspec.json.Encoder().encode


async def picture(asked: Asked) -> Answer:
    """The points of one list that one may see."""
    query, node = asked.query(), asked.node
    office = asked.office(query.pop("as", ""))
    actor = node.access.actor(query.pop("view", "") or node.party, office)
    first = number(query.pop("from"), "from") if "from" in query else None
    last = number(query.pop("to"), "to") if "to" in query else None
    if query:
        raise BadInput(f"no parameter {next(iter(query))[:40]!r}", where="query")
    name = asked.params["projection"]
    # 100,000 rows take a good part of a second: neither the loop nor the writer waits for them.
    return Answer(await asyncio.to_thread(lambda: _encode(plot(node, actor, name, first, last))))


ENDPOINTS: Final = (
    Endpoint(
        "GET",
        "/api/picture/{projection}",
        picture,
        "person",
        "The points of a list, such as sharing_reports, in columns.",
        Plot,
        query=(
            *LOOKING,
            Query("from", "integer", "Not before this time, microseconds since the epoch."),
            Query("to", "integer", "Not after this time."),
        ),
    ),
)
