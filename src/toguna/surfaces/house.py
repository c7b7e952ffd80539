"""What all endpoints of one node share: the node, its writer, who is listening, the meters.

One event loop, one writing thread. Reads that only look are done on the loop with the
node's own reader; whatever may write stands in the writer's line.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Protocol

from toguna.core import ed25519
from toguna.errors import Refused
from toguna.node.device_keys import DeviceKeys
from toguna.node.node import Node
from toguna.node.people import People
from toguna.node.sessions import Sessions
from toguna.surfaces.crossings import Crossings
from toguna.surfaces.encounters import Encounters
from toguna.surfaces.endpoints import Scope
from toguna.surfaces.live import Live
from toguna.surfaces.meters import Meters
from toguna.surfaces.signatures import Guard, Message
from toguna.surfaces.threshold import Threshold
from toguna.surfaces.tracking import Tracking
from toguna.surfaces.writing import Writer

if TYPE_CHECKING:
    from toguna.node.outbox import Outcome

STREAMS_A_PARTY: Final = 4
WORDS_WAITING: Final = 8


class Syncing(Protocol):
    """Whatever talks to the peers for this node while it serves (the outbox)."""

    async def sync_now(self, parties: Sequence[str], timeout_s: float) -> dict[str, Outcome]:
        """Ask these peers, or all, until they have nothing more to say."""

    async def ask(self, party: str, path: str, body: bytes) -> bytes:
        """What a party answers at a path of its own; EngineFailure when it does not."""


class Wakes:
    """Who wants to hear of new heads. Listeners are owned by the event loop.

    Only the newest head matters, so a listener that is slow misses the ones between and
    nobody ever waits for it.
    """

    def __init__(self, node: Node) -> None:
        self._node = node
        self._listening: dict[asyncio.Queue[int | None], str] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = threading.Lock()
        self._closed = False
        node.listeners.append(self.sealed)

    def sealed(self) -> None:
        """Our spine has a new head. Called from whichever thread sealed it."""
        with self._lock:
            if self._loop is not None and not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._tell, self._node.spine.size)

    def _tell(self, size: int | None) -> None:
        for queue in self._listening:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(size)

    def listen(self, party: str) -> asyncio.Queue[int | None]:
        """A queue of sizes for this party, None at the end. Refused when it has too many."""
        if list(self._listening.values()).count(party) >= STREAMS_A_PARTY:
            raise Refused(f"{party} listens {STREAMS_A_PARTY} times already")
        with self._lock:
            self._loop = asyncio.get_running_loop()
        queue: asyncio.Queue[int | None] = asyncio.Queue(WORDS_WAITING)
        queue.put_nowait(None if self._closed else self._node.spine.size)
        self._listening[queue] = party
        return queue

    def leave(self, queue: asyncio.Queue[int | None]) -> None:
        """This listener is gone."""
        self._listening.pop(queue, None)

    def close(self) -> None:
        """End every stream; from the event loop."""
        self._closed = True
        self._tell(None)
        with self._lock:
            self._loop = None
        if self.sealed in self._node.listeners:
            self._node.listeners.remove(self.sealed)


class House:
    """One node, ready to be asked over HTTP."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.writer = Writer(node)
        self.wakes = Wakes(node)
        self.live = Live(node)
        self.tracking = Tracking(node)
        self.encounters = Encounters(node)
        self.crossings = Crossings(node, self.tracking)
        self.meters = Meters(node)
        self.guard = Guard(node.party, self._keys, node.now(), self._witnesses)
        self.people = People(node)
        self.sessions = Sessions(self.people)
        self.threshold = Threshold(self.people)
        self.keys = DeviceKeys(self.people)
        self.syncing: Syncing | None = None
        self._own_key = ed25519.public_key(node.parts.keys.log)

    def _keys(self, party: str) -> Sequence[bytes]:
        """The keys that may sign requests of this party now."""
        if party == self.node.party:
            return (self._own_key,)
        standing = self.node.standing
        if not standing.is_active(party):
            return ()
        return [key for key, most in standing.log_keys(party) if most is None]

    def _witnesses(self, party: str) -> Sequence[bytes]:
        """The keys by which charter documents of this party are taken, besides its log key."""
        standing = self.node.standing
        if party == self.node.party or not standing.is_active(party):
            return ()
        return [key for key, until_us in standing.witness_keys(party) if until_us is None]

    def headers(self, scope: Scope) -> dict[str, str]:
        """The headers of a request by lower-case name, those of one name joined."""
        known: dict[str, str] | None = scope.get("toguna.headers")
        if known is None:
            known = {}
            for raw_name, raw_value in scope["headers"]:
                name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
                known[name] = f"{known[name]}, {value}" if name in known else value
            scope["toguna.headers"] = known
        return known

    def message(self, scope: Scope) -> Message:
        """The parts of a request that a signature covers."""
        path: bytes = scope.get("raw_path") or scope["path"].encode()
        return Message(
            scope["method"],
            path.partition(b"?")[0].decode("latin-1"),
            scope["query_string"].decode("latin-1"),
            self.headers(scope),
        )

    def end_streams(self) -> None:
        """End every answer that goes on; from the event loop."""
        self.wakes.close()
        self.live.close()
        self.tracking.close()

    def close(self) -> None:
        """End streams and the writing thread; the node itself stays open."""
        self.end_streams()
        self.writer.close()
