"""Streams of positions over HTTP: fed beside the node, shown to our people and to peers.

``POST /api/positions/{name}`` takes positions of a stream of ours from a feeder that holds the
log key. ``GET /api/positions`` shows our people what their party sees, ``GET /peer/positions``
another party what our labels name it for; both are streams of events, at most one frame of
each stream a second, encoded once for all who see it alike and filtered before it leaves.
"""

from __future__ import annotations

from typing import Annotated, Final

import msgspec

from toguna.core.labels import Label
from toguna.errors import BadInput
from toguna.node.positions import OBJECTS, Position, check_label
from toguna.surfaces.endpoints import (
    Answer,
    Asked,
    Endpoint,
    Query,
    Stream,
    answer_json,
    number,
    read_label,
    shape_of,
)
from toguna.surfaces.streams import EVENTS, answer_with
from toguna.surfaces.tracking import Viewer

BATCH_BYTES: Final = 4 << 20


class Fed(msgspec.Struct, forbid_unknown_fields=True):
    """Newer positions of one of our streams, and the label that it has from now on."""

    label: msgspec.Raw
    objects: Annotated[list[Position], msgspec.Meta(max_length=OBJECTS)]


class Taken(msgspec.Struct):
    """The stream's full name, how many objects it has, and how many positions were new."""

    stream: str
    objects: int
    new: int


_decode: Final = msgspec.json.Decoder(Fed).decode


async def feed(asked: Asked) -> Answer:
    """Take positions. They are no records: nothing is signed or stored but for the files."""
    name, said = asked.params["name"], _read(await asked.body())
    node, tracking = asked.node, asked.house.tracking
    label = read_label(said.label)
    check_label(label, (p.party for p in node.standing.parties), node.party)
    new = tracking.put(name, said.objects, label)
    full = f"{node.party}/{name}"
    there = tracking.positions.feeds.get(full)
    return answer_json(Taken(full, len(there.objects) if there else 0, new))


def _read(data: bytes) -> Fed:
    try:
        return _decode(data)
    except msgspec.ValidationError as error:
        what, _, place = str(error).partition(" - at ")
        raise BadInput(what, where=place.strip("`") or "body") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"the body is not JSON: {error}", where="body") from None


async def show(asked: Asked) -> Stream | Answer:
    """What our party sees move, or what another one does of it."""
    query = asked.query()
    asked.office("")
    node = asked.node
    actor = node.access.actor(query.pop("view", "") or node.party, asked.caller.office)
    return _watch(asked, Viewer(asked.house.tracking, actor.party, _every(query)))


async def show_peer(asked: Asked) -> Stream | Answer:
    """What our labels let the asking party see."""
    party, query = asked.caller.party, asked.query()
    viewer = Viewer(asked.house.tracking, party, _every(query), who=party, ours_only=True)
    return _watch(asked, viewer)


def _watch(asked: Asked, viewer: Viewer) -> Stream | Answer:
    viewer.listener.who = viewer.listener.who or asked.caller.session
    asked.house.tracking.streams.check(viewer.listener.who)
    return answer_with(asked, viewer.run, viewer.listener)


def _every(query: dict[str, str]) -> int:
    every = number(query.pop("every", "1"), "every")
    if query:
        raise BadInput(f"no parameter {next(iter(query))[:40]!r}", where="query")
    if not 1 <= every <= 60:
        raise BadInput("from 1 to 60 seconds", where="every")
    return every


_EVERY: Final = Query("every", "integer", "seconds between two frames of a stream, 1 to 60")

ENDPOINTS: Final = (
    Endpoint(
        "POST",
        "/api/positions/{name}",
        feed,
        "operator",
        "Newer positions of one of our streams, and its label.",
        Taken,
        takes=shape_of(Fed, label=Label),
        most=BATCH_BYTES,
    ),
    Endpoint(
        "GET",
        "/api/positions",
        show,
        "person",
        "Where things are now: a stream of events, a frame a second for each stream that moved.",
        EVENTS,
        query=(Query("view", "string", "look as this party does"), _EVERY),
    ),
    Endpoint(
        "GET",
        "/peer/positions",
        show_peer,
        "peer",
        "Our streams whose labels name the asking party, as coarse as these say.",
        EVENTS,
        query=(_EVERY,),
    ),
)
