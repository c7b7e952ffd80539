"""Carrying out what ``core/sync.py`` asks for: requests to peers over HTTP.

One task for each request, so a slow peer keeps nobody waiting; the state machine itself asks
no peer twice at once. When to ask, and how long to wait after a failure, is decided there.
Here are only sockets, timeouts and limits.

Each peer is also listened to: a long-lived stream says when it has a new head. Without one
(a proxy, an old link) the polls of the state machine find it a little later.

A peer that answers "there is nothing here for you" may not know our log key: it was revoked
and replaced, and the peer has not heard of it. Then our own charter documents are handed over
first, signed with the witness key, and the question is asked again.

Not here: signing. How a request becomes ours is given from outside, as is the thread in
which the node is written to.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Final, Literal, Protocol, TypeVar

import httpx
import msgspec

from toguna.core import messages, sync
from toguna.errors import EngineFailure, TogunaError
from toguna.node import logs
from toguna.node.node import Node

ANSWER_S: Final = 110.0
"""Less than the state machine waits (sync.ANSWER_WITHIN_US), so that it is told."""
MOST_BYTES: Final = 8 << 20
DOCUMENTS_BYTES: Final = 256 << 10
"""The most that is handed over of our own charter documents at once."""
HAND_OVER_AGAIN_US: Final = 3_600_000_000
"""The same book is handed to a peer that does not know us once an hour, not at every poll."""
TICK_S: Final = 0.5
QUIET_S: Final = 45.0
"""A stream without even a comment for three keep-alives is dead."""
LISTEN_AGAIN_S: Final = (1.0, 60.0)
WORD_BYTES: Final = 4_096
BETWEEN_WORDS_S: Final = 0.1

_T = TypeVar("_T")
_log = logs.logger("toguna.outbox")
_NETWORK: Final = (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError, ValueError)


class Sign(Protocol):
    """Makes a request ours: the headers for it. ``to`` is the party that is asked, ``key``
    the one that signs.
    """

    def __call__(
        self,
        method: str,
        url: str,
        body: bytes | None,
        to: str,
        key: Literal["log", "witness"] = "log",
    ) -> dict[str, str]:
        """The headers of a signed request."""


class Run(Protocol):
    """Does something in the thread that writes."""

    def __call__(self, call: Callable[[], _T]) -> Awaitable[_T]:
        """What the call returned, once its turn came."""


class _NotKnown(EngineFailure):
    """The peer says that there is nothing for whoever signed this."""


class Outcome(msgspec.Struct, frozen=True):
    """What a sync with one peer came to: entries of its spine verified now and in all."""

    ok: bool
    new: int
    size: int
    error: str = ""


class Outbox:
    """One node's requests to its peers. All methods belong to one event loop.

    ``given`` are addresses by party that go before those of the charter.
    """

    def __init__(self, node: Node, given: Mapping[str, str], sign: Sign, run: Run) -> None:
        self._node = node
        self._given = {party: url.rstrip("/") for party, url in given.items()}
        self._sign = sign
        self._run = run
        self._client: httpx.AsyncClient | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._listeners: dict[str, asyncio.Task[None]] = {}
        self._moved = asyncio.Event()
        self._handed: dict[str, tuple[bytes, int]] = {}

    def addresses(self) -> dict[str, str]:
        """Where each other party of the charter answers, as far as we know."""
        node = self._node
        standing = node.standing
        found = {p.party: p.addresses[0].rstrip("/") for p in standing.parties if p.addresses}
        found |= self._given
        return {
            party: url
            for party, url in found.items()
            if party != node.party and standing.is_active(party)
        }

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Connections are possible while this lasts; at its end all tasks are over."""
        limits = httpx.Limits(max_connections=64, max_keepalive_connections=16)
        wait = httpx.Timeout(60.0, connect=15.0)
        # The environment's proxies are not for talk between nodes.
        async with httpx.AsyncClient(timeout=wait, limits=limits, trust_env=False) as client:
            self._client = client
            try:
                yield
            finally:
                tasks = [*self._tasks, *self._listeners.values()]
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                self._client = None

    # Running -----------------------------------------------------------------------------

    async def run_forever(self) -> None:
        """Talk to the peers until cancelled; inside :meth:`open`."""
        while True:
            addresses = self.addresses()
            await self._meet(addresses)
            for party in addresses:
                listener = self._listeners.get(party)
                if listener is None or listener.done():
                    self._listeners[party] = asyncio.create_task(self._listen(party))
            if self._is_due():
                await self._step(sync.Tick())
            await asyncio.sleep(TICK_S)

    async def sync_now(
        self, parties: Sequence[str] = (), timeout_s: float = 60
    ) -> dict[str, Outcome]:
        """Ask these peers, or all that have an address, until they have nothing more to say."""
        addresses = self.addresses()
        asked = list(parties) or sorted(addresses)
        await self._meet(addresses)
        before = {party: self._size(party) for party in asked}
        outcomes = {p: Outcome(False, 0, before[p], "no address is known") for p in asked}
        there = [party for party in asked if party in addresses]
        for party in there:
            await self._step(sync.Woken(party))
        deadline = asyncio.get_running_loop().time() + timeout_s
        while pending := [party for party in there if self._is_busy(party)]:
            self._moved.clear()
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                break
            with_timeout = asyncio.wait_for(self._moved.wait(), min(left, TICK_S))
            await asyncio.gather(with_timeout, return_exceptions=True)
            if self._is_due():
                await self._step(sync.Tick())
        for party in there:
            outcomes[party] = self._outcome(party, before[party], party in pending)
        return outcomes

    def _outcome(self, party: str, before: int, pending: bool) -> Outcome:
        peer, size = self._node.state.peers[party], self._size(party)
        error = peer.last_error or ("not done in time" if pending else "")
        return Outcome(not error, size - before, size, error)

    def _size(self, party: str) -> int:
        followed = self._node.state.followed.get(sync.spine(party))
        return followed.size if followed else 0

    async def _meet(self, addresses: Mapping[str, str]) -> None:
        node = self._node
        for party in addresses:
            if party not in node.state.peers:
                await self._run(lambda party=party: node.talk_to(party))  # type: ignore[misc]

    def _is_due(self) -> bool:
        now = self._node.now()
        return any(
            peer.due_us <= now
            if peer.asked_us < 0
            else now - peer.asked_us >= sync.ANSWER_WITHIN_US
            for peer in self._node.state.peers.values()
        )

    def _is_busy(self, party: str) -> bool:
        peer = self._node.state.peers.get(party)
        return peer is not None and (peer.asked_us >= 0 or peer.due_us <= self._node.now())

    # The state machine -------------------------------------------------------------------

    async def _step(self, event: sync.Event) -> None:
        """Give the node an event, and send what it then wants sent."""
        try:
            sends = await self._run(lambda: self._take(event))
        except TogunaError as error:
            sends = await self._after_failure(event, error)
        for send in sends:
            task = asyncio.create_task(self._exchange(send))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        self._moved.set()

    def _take(self, event: sync.Event) -> list[sync.Send]:
        """In the writing thread: a step, and the gate of a copied folder opens when a peer
        was heard that knows of no newer head of ours.
        """
        sends = self._node.step(event)
        if isinstance(event, sync.Replied) and not self._node.state.peers[event.party].failures:
            self._node.recovery.confirm({event.party})
        return sends

    async def _after_failure(self, event: sync.Event, error: TogunaError) -> list[sync.Send]:
        """A step that failed at home counts as a failure with that peer: ask again later."""
        party = getattr(event, "party", "")
        _log.warning("step", what=type(event).__name__, party=party, why=str(error))
        if not isinstance(event, sync.Replied):
            return []
        try:
            return await self._run(lambda: self._node.step(sync.Failed(party, str(error))))
        except TogunaError:
            return []

    async def _exchange(self, send: sync.Send) -> None:
        event: sync.Event
        try:
            event = sync.Replied(send.party, await self._ask(send))
        except _NETWORK as error:
            event = sync.Failed(send.party, _describe(error))
        except TogunaError as error:
            event = sync.Failed(send.party, str(error))
        if isinstance(event, sync.Failed):
            _log.info("no answer", party=send.party, why=event.why)
        await self._step(event)

    # The network -------------------------------------------------------------------------

    async def _ask(self, send: sync.Send) -> messages.Reply:
        address = self.addresses().get(send.party)
        if address is None:
            raise EngineFailure("no address is known, or it is no party any more")
        body, url = messages.encode(send.pull), f"{address}/peer/pull"
        async with asyncio.timeout(ANSWER_S):
            try:
                data = await self._post(url, body, send.party)
            except _NotKnown:
                if not await self._hand_over(send.party, address):
                    raise
                data = await self._post(url, body, send.party)
        return messages.decode_reply(data)

    async def ask(self, party: str, path: str, body: bytes) -> bytes:
        """What a party answers at a path of its own for parties, ``/peer/...``.

        :raises EngineFailure: no address is known, it cannot be reached, or it refuses.
        """
        address = self.addresses().get(party)
        if address is None:
            raise EngineFailure(f"no address of {party} is known", remedy="call its desk")
        try:
            async with asyncio.timeout(ANSWER_S):
                return await self._post(f"{address}{path}", body, party)
        except (httpx.HTTPError, TimeoutError, OSError) as error:
            why = _describe(error)
            raise EngineFailure(
                f"{party} cannot be reached: {why}", remedy="call its desk"
            ) from None

    async def _post(self, url: str, body: bytes, to: str, **more: Any) -> bytes:
        """What it answers; EngineFailure when that is an error, or too much."""
        async with self._request("POST", url, body, to, **more) as answer:
            if answer.status_code != 200:
                kind = _NotKnown if answer.status_code == 404 else EngineFailure
                raise kind(f"it answered {answer.status_code}")
            data = bytearray()
            async for piece in answer.aiter_raw():
                data += piece
                if len(data) > MOST_BYTES:
                    raise EngineFailure(f"its answer has more than {MOST_BYTES:,} bytes")
        return bytes(data)

    async def _hand_over(self, party: str, address: str) -> bool:
        """Hand over our own charter documents by the witness key; whether that was done now."""
        node = self._node
        digest, _ = await self._run(node.shown_book)
        now = node.now()
        before, at_us = self._handed.get(party, (b"", 0))
        if before == digest and 0 <= now - at_us < HAND_OVER_AGAIN_US:
            return False
        documents = as_many_as_fit(await self._run(lambda: node.book.documents_of(node.party)))
        body = msgspec.msgpack.encode(documents)
        try:
            await self._post(f"{address}/peer/book", body, party, key="witness")
        except _NotKnown:
            self._handed[party] = digest, now
            raise
        self._handed[party] = digest, now
        _log.info("handed over", party=party, documents=len(documents), bytes=len(body))
        return True

    def _request(
        self,
        method: str,
        url: str,
        body: bytes | None,
        to: str,
        key: Literal["log", "witness"] = "log",
        **more: Any,
    ) -> AbstractAsyncContextManager[httpx.Response]:
        assert self._client is not None, "inside open() only"
        headers = self._sign(method, url, body, to, key)
        # What is carried is packed already; a packed answer could grow without a limit.
        headers |= {"accept-encoding": "identity", "content-type": "application/msgpack"}
        return self._client.stream(method, url, content=body, headers=headers, **more)

    async def _listen(self, party: str) -> None:
        """Hear when this peer has a new head, for as long as it has an address."""
        wait, longest = LISTEN_AGAIN_S
        while (address := self.addresses().get(party)) is not None:
            try:
                async for size in self._words(party, f"{address}/peer/wake"):
                    wait = LISTEN_AGAIN_S[0]
                    if size > self._size(party):
                        await self._step(sync.Woken(party))
                    await asyncio.sleep(BETWEEN_WORDS_S)
            except (*_NETWORK, TogunaError) as error:
                _log.debug("stream ended", party=party, why=_describe(error))
            spread = self._node.parts.randbytes(1)[0] / 255
            await asyncio.sleep(wait * (0.5 + spread))
            wait = min(wait * 2, longest)

    async def _words(self, party: str, url: str) -> AsyncIterator[int]:
        """The sizes that a peer's stream of events tells."""
        timeout = httpx.Timeout(15.0, read=QUIET_S)
        async with self._request("GET", url, None, party, timeout=timeout) as answer:
            if answer.status_code != 200:
                raise EngineFailure(f"it answered {answer.status_code}")
            text = b""
            async for piece in answer.aiter_raw():
                *events, text = (text + piece).split(b"\n\n")
                if len(text) > WORD_BYTES:
                    raise EngineFailure("its stream is not one of events")
                for event in events:
                    for line in event.split(b"\n"):
                        if line.startswith(b"id: ") and line[4:].isdigit():
                            yield int(line[4:24])


def as_many_as_fit(documents: Sequence[bytes], most: int = DOCUMENTS_BYTES) -> list[bytes]:
    """Those documents, in their order, that msgpack packs into ``most`` bytes."""
    kept, left = [], most - 5
    for document in documents:
        if len(document) + 5 <= left:
            kept.append(document)
            left -= len(document) + 5
    return kept


def _describe(error: BaseException) -> str:
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return "no answer in time"
    return str(error).splitlines()[0][:200] if str(error) else type(error).__name__
