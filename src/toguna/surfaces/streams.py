"""Answers that go on: every open stream of this node, told what is new until somebody ends it.

A stream has one task that sends and one that waits for its caller to leave; both are over when
either is. Nothing is queued for a stream: when there is something new it is asked what it owes,
and when its caller is slow it is asked later. So a slow caller costs its place in the list and
no memory, and one that takes nothing for a minute is cut off.

What a server takes at once is sent without waking the stream's task: of the 17 us that an event
costs with granian, 5 are a task's.

One clock beats once a second for all of them while there are any, and not at all when there are
none. Everything here belongs to the event loop, but for :meth:`Streams.wake_soon`.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Generator, Iterable
from typing import Any, Final

from toguna.errors import Refused
from toguna.surfaces.endpoints import Answer, Asked, Receive, Send, Stream

EVENTS: Final = "text/event-stream"
KEEP_ALIVE_S: Final = 15
SLOWEST_SEND_S: Final = 60
BEAT_S: Final = 1.0
STREAMS: Final = 2_000
"""How many streams a node keeps open in all."""
STREAMS_EACH: Final = 8
"""How many of them one session, or one party, may have."""
TICK_S: Final = 0.005
"""Words that come within this time of one another go out together."""
STILL_HERE: Final = b": still here\n\n"

Run = Callable[[Receive, Send], Awaitable[None]]


class Listener:
    """One open stream. ``who`` counts towards a limit unless it is empty.

    ``owed`` is asked what is to be sent now: nothing yet (empty), or None when it is over.
    """

    def __init__(self, who: str, owed: Callable[[], bytes | None]) -> None:
        self.who = who
        self.owed = owed
        self.still_here: Callable[[], bytes] = lambda: STILL_HERE
        self._send: Send | None = None
        self._rest: _Rest | None = None
        self._pause: asyncio.Future[None] | None = None
        self._telling: asyncio.Task[None] | None = None
        self._silent_beats = 0
        self._sending_beats = -1
        self._cut = False

    def tell(self) -> None:
        """There may be something new: send it, unless something is being sent; then it follows."""
        while self._pause is not None and not self._pause.done():
            data = self.owed()
            if data is None:
                self.end()
                return
            if not data and self._silent_beats >= KEEP_ALIVE_S:
                data = self.still_here()
            if not data or not self._took(data):
                return

    def _took(self, data: bytes) -> bool:
        """Send from outside the task, if it is taken at once; else the task's to end."""
        assert self._send is not None
        assert self._pause is not None
        self._silent_beats = 0
        steps = self._send(_more(data)).__await__()
        try:
            first = next(steps)
        except StopIteration:
            return True
        except Exception:  # whatever a server raises at whom it has lost
            self.end()
            return False
        self._rest = _Rest(first, steps)
        self._pause.set_result(None)
        return False

    def end(self) -> None:
        """Cut it off, whatever it is doing."""
        self._cut = self._sending_beats >= 0
        if self._telling is not None:
            self._telling.cancel()

    def beat(self) -> None:
        """A second has passed: say something after a long silence, give up on who takes nothing."""
        self._silent_beats += 1
        if self._sending_beats >= 0:
            self._sending_beats += 1
            if self._sending_beats > SLOWEST_SEND_S:
                self.end()
        elif self._silent_beats >= KEEP_ALIVE_S:
            self.tell()

    async def run(self, receive: Receive, send: Send) -> None:
        """Send what is owed until it is over, the caller is gone, or somebody ends it.

        ConnectionAbortedError when that was in the middle of a word that was not taken.
        """
        # Tasks of our own: not every server runs an application in one that can be cancelled.
        self._send = send
        self._telling = asyncio.ensure_future(self._keep_telling(send))
        gone = asyncio.ensure_future(_gone(receive))
        try:
            await asyncio.wait((self._telling, gone), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._telling.cancel()
            gone.cancel()
            # Whatever a server raises at whom it has lost: the stream is over all the same.
            await asyncio.gather(self._telling, gone, return_exceptions=True)
        if self._cut:
            raise ConnectionAbortedError("it takes nothing")

    async def _keep_telling(self, send: Send) -> None:
        loop = asyncio.get_running_loop()
        while (data := self.owed()) is not None:
            if data:
                self._silent_beats = self._sending_beats = 0
                await send(_more(data))
            else:
                self._pause = loop.create_future()
                await self._pause
                rest, self._rest = self._rest, None
                if rest is not None:
                    self._sending_beats = 0
                    await rest
            self._sending_beats = -1


class _Rest:
    """What is left of an awaitable of which one step was done outside of any task."""

    def __init__(self, first: Any, steps: Generator[Any, Any, Any]) -> None:
        self._first = first
        self._steps = steps

    def __await__(self) -> Generator[Any, Any, None]:
        yield self._first
        yield from self._steps


def _more(data: bytes) -> dict[str, Any]:
    return {"type": "http.response.body", "body": data, "more_body": True}


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


class Streams:
    """The streams of one kind. ``beat`` is called once a second while there are any."""

    def __init__(self, beat: Callable[[], None] = lambda: None) -> None:
        self.listeners: dict[Listener, None] = {}
        self._each: Counter[str] = Counter()
        self._beat = beat
        self._loop: asyncio.AbstractEventLoop | None = None
        self._beating: asyncio.TimerHandle | None = None
        self._ticking: asyncio.TimerHandle | None = None
        self._ticked = 0.0
        self._closed = False

    def check(self, who: str) -> None:
        """Refused when ``who`` has as many streams as one may have, or the node has."""
        if len(self.listeners) >= STREAMS or (who and self._each[who] >= STREAMS_EACH):
            raise Refused(
                "too many streams are open already",
                remedy="close a page that shows the same, then try again",
            )

    async def run(self, listener: Listener, receive: Receive, send: Send) -> None:
        """Serve one stream; however it ends, nothing of it is left here."""
        if self._closed:
            return
        self._loop = asyncio.get_running_loop()
        self.listeners[listener] = None
        self._each[listener.who] += 1
        if self._beating is None:
            self._beating = self._loop.call_later(BEAT_S, self._on_beat)
        try:
            await listener.run(receive, send)
        finally:
            del self.listeners[listener]
            self._each[listener.who] -= 1
            if not self._each[listener.who]:
                del self._each[listener.who]
            if not self.listeners and self._beating is not None:
                self._beating.cancel()
                self._beating = None

    def wake_soon(self, tick: Callable[[], None]) -> None:
        """Call ``tick`` on the event loop, now or once for all who ask within a few ms of the
        last one. Any thread.
        """
        loop = self._loop
        if loop is not None and not loop.is_closed() and self.listeners:
            loop.call_soon_threadsafe(self._wake_soon, tick)

    def _wake_soon(self, tick: Callable[[], None]) -> None:
        if self._ticking is None and self._loop is not None:
            due = max(self._ticked + TICK_S, self._loop.time())
            self._ticking = self._loop.call_at(due, self._tick, tick)

    def _tick(self, tick: Callable[[], None]) -> None:
        assert self._loop is not None
        self._ticking, self._ticked = None, self._loop.time()
        tick()

    def _on_beat(self) -> None:
        assert self._loop is not None
        self._beating = self._loop.call_later(BEAT_S, self._on_beat)
        self._beat()
        for listener in list(self.listeners):
            listener.beat()

    def end_of(self, who: str) -> None:
        """End every stream of this session or party."""
        end(listener for listener in list(self.listeners) if listener.who == who)

    def close(self) -> None:
        """End every stream, and open no more."""
        self._closed = True
        end(list(self.listeners))


def end(listeners: Iterable[Listener]) -> None:
    """End these streams."""
    for listener in listeners:
        listener.end()


def answer_with(asked: Asked, run: Run, listener: Listener) -> Answer | Stream:
    """The answer that goes on, and ends with its caller's session; to HEAD its head alone."""
    if asked.scope["method"] == "HEAD":
        return Answer(b"", EVENTS)
    session, sessions = asked.caller.session, asked.house.sessions

    async def run_while_signed_in(receive: Receive, send: Send) -> None:
        undo = sessions.on_end(session, listener.end) if session else None
        try:
            await run(receive, send)
        finally:
            if undo is not None:
                undo()

    return Stream(run_while_signed_in, EVENTS)
