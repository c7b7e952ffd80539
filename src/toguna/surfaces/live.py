"""The live picture: what changes in the lists, as it happens, filtered before it leaves the node.

``GET /api/live`` is a stream of events (``text/event-stream``) for one of our own people:

==========  =================================================================================
`hello`     ``{"epoch", "party", "now_us"}``: from here on nothing is missed. Lists that are
            read after it, together with what follows, are the whole
`change`    ``{"table", "address", "doc"}``: this row of a projection is now so; null: gone
`reset`     one cannot go on from where one was: read the lists again
`waiting`   what waits for our people may have changed: read it again
==========  =================================================================================

A change has the id ``<epoch>.<number>``; given back as ``Last-Event-ID`` (or ``after``), the
stream goes on behind it, without gap or double. Numbers that one's party may not see are
skipped. ``view`` looks through another party's eyes, as it does in lists.
"""

from __future__ import annotations

import asyncio
from typing import Final

import msgspec

from toguna.core.labels import Actor
from toguna.errors import BadInput
from toguna.node.changes import Seen, Sight
from toguna.node.node import Node
from toguna.surfaces.endpoints import (
    Answer,
    Asked,
    Endpoint,
    Query,
    Receive,
    Send,
    Stream,
)
from toguna.surfaces.streams import EVENTS, STILL_HERE, Listener, Streams, answer_with

WAITING_S: Final = 0.2
"""How long changes to what waits are gathered before anybody is told."""
AGAIN_MS: Final = 2_000
"""How long a browser waits before it connects again."""
WAITING: Final = b"event: waiting\ndata: {}\n\n"


class Follower:
    """One who follows the feed: through whose eyes, and how far it has been told."""

    def __init__(self, live: Live, actor: Actor, session: str, after: str) -> None:
        self._live = live
        self.party = actor.party
        self.listener = Listener(session, self._owed)
        self.listener.still_here = self._still_here
        self.waiting = False
        self.reset = False
        self._after = after
        self._place: int | None = None

    async def run(self, receive: Receive, send: Send) -> None:
        """Serve it until it is over."""
        await self._live.run(self, receive, send)

    @property
    def place(self) -> int:
        """The number of the newest change of which it was told, or which it may not see."""
        return self._place or 0

    def _owed(self) -> bytes:
        if self._place is None:
            return self._hello()
        if self._place == self._live.changes.last and not (self.reset or self.waiting):
            return b""
        seen = self._live.seen(self)
        if seen is None or self.reset:
            self.reset = False
            self._place = self._live.changes.last
            return b"id: %b\nevent: reset\ndata: {}\n\n" % self._id()
        self._place = seen.place
        if self.waiting:
            self.waiting = False
            return seen.data + WAITING
        return seen.data

    def _hello(self) -> bytes:
        changes, node = self._live.changes, self._live.node
        place = changes.place_of(self._after) if self._after else changes.last
        self.reset = place is None
        self._place = changes.last if place is None else place
        said = {"epoch": changes.epoch, "party": self.party, "now_us": node.now()}
        return b"retry: %d\nid: %b\nevent: hello\ndata: %b\n\n" % (
            AGAIN_MS, self._id(), msgspec.json.encode(said),
        )  # fmt: skip

    def _id(self) -> bytes:
        return f"{self._live.changes.epoch}.{self.place}".encode()

    def _still_here(self) -> bytes:
        """A comment, and the place reached: what it may not see is not walked through again."""
        return STILL_HERE[:-1] + b"id: %b\n\n" % self._id()


class Live:
    """Everybody who follows one node's feed."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.changes = node.changes
        self.streams = Streams(self._look_around)
        self._followers: dict[Follower, None] = {}
        self._sights: dict[str, Sight] = {}
        self._waits = self.changes.waits
        self._saying: asyncio.TimerHandle | None = None
        self.changes.listeners.append(self._changed)

    async def run(self, follower: Follower, receive: Receive, send: Send) -> None:
        """Serve one stream; however it ends, nothing of it is left here."""
        self._followers[follower] = None
        try:
            await self.streams.run(follower.listener, receive, send)
        finally:
            del self._followers[follower]

    def seen(self, follower: Follower) -> Seen | None:
        """What is new for a follower; None when it fell out of the ring."""
        return self.changes.seen_from(follower.place, self._sight(follower.party))

    def _sight(self, party: str) -> Sight:
        sight = self._sights.get(party)
        if sight is None:
            sight = self._sights[party] = self.changes.sight(party, self._is_active(party))
        return sight

    def _is_active(self, party: str) -> bool:
        return party == self.node.party or self.node.access.active(party)

    def _changed(self) -> None:
        """Something was committed. Called from whichever thread did it."""
        self.streams.wake_soon(self._tell)

    def _tell(self) -> None:
        """Wake whoever has something to hear of."""
        self._look_around()
        if self._waits != self.changes.waits and self._saying is None:
            loop = asyncio.get_running_loop()
            self._saying = loop.call_later(WAITING_S, self._say_waiting)
        for follower in self._followers:
            follower.listener.tell()

    def _say_waiting(self) -> None:
        self._saying = None
        self._waits = self.changes.waits
        for follower in self._followers:
            follower.waiting = True
            follower.listener.tell()

    def _look_around(self) -> None:
        """A party that left, or came back, sees other things from now on: read all again."""
        for party, sight in list(self._sights.items()):
            if sight.who[1] != self._is_active(party):
                del self._sights[party]
                for follower in self._followers:
                    if follower.party == party:
                        follower.reset = True
                        follower.listener.tell()

    def close(self) -> None:
        """End every stream; from the event loop."""
        self.streams.close()
        if self._saying is not None:
            self._saying.cancel()
        if self._changed in self.changes.listeners:
            self.changes.listeners.remove(self._changed)


async def live(asked: Asked) -> Stream | Answer:
    """What changes from now on, or from where one was."""
    query = asked.query()
    asked.office("")
    actor = asked.node.access.actor(query.pop("view", "") or asked.node.party, asked.caller.office)
    after = query.pop("after", "") or asked.house.headers(asked.scope).get("last-event-id", "")
    if query:
        raise BadInput(f"no parameter {next(iter(query))[:40]!r}", where="query")
    house = asked.house
    house.live.streams.check(asked.caller.session)
    if not asked.node.changes.epoch:
        await house.writer.run(asked.node.show_changes)
    follower = Follower(house.live, actor, asked.caller.session, after[:80])
    return answer_with(asked, follower.run, follower.listener)


ENDPOINTS: Final = (
    Endpoint(
        "GET",
        "/api/live",
        live,
        "person",
        "What changes in the lists, as it happens: a stream of events.",
        EVENTS,
        query=(
            Query("view", "string", "look as this party does"),
            Query("after", "string", "the id of the last event that arrived"),
        ),
    ),
)
