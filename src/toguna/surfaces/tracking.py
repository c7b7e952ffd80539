"""The streams of positions of a node that serves: who looks at them, how often, what is kept.

A frame of a stream goes out when something in it has changed, at most once a second, at once
when it stood still before. So a feeder that speaks once a second is heard without delay, and one
that speaks ten times costs no more. Everything here belongs to the event loop, but for what is
said to be done in the writing thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import msgspec

from toguna.core.labels import Label
from toguna.errors import TogunaError
from toguna.node import logs
from toguna.node import positions_files as files
from toguna.node.node import Node
from toguna.node.positions import Position, Positions, Shown, empty_frame
from toguna.surfaces.endpoints import Receive, Send
from toguna.surfaces.streams import Listener, Streams
from toguna.surfaces.writing import Writer

FRAME_S: Final = 0.95
"""A little less than a second, so that a feeder's own unsteadiness costs no frame."""
TIDY_S: Final = 10.0
WRITE_S: Final = 60.0
_BEGIN: Final = b"retry: 2000\n\n"
_log = logs.logger("toguna.positions")


class Viewer:
    """One who looks: through which party's eyes, and which frames it was given.

    ``ours_only``: it is a peer, to whom the streams of others are not ours to show.
    """

    def __init__(
        self,
        tracking: Tracking,
        party: str,
        every_s: int,
        *,
        who: str = "",
        ours_only: bool = False,
    ) -> None:
        self._tracking = tracking
        self._party = party
        self._every_s = every_s - 1 + FRAME_S
        self._ours_only = ours_only
        self._known: dict[str, int] = {}
        self._sent: dict[str, float] = {}
        self._begun = False
        self.listener = Listener(who, self._owed)

    async def run(self, receive: Receive, send: Send) -> None:
        """Serve it until it is over."""
        await self._tracking.streams.run(self.listener, receive, send)

    def _owed(self) -> bytes | None:
        tracking, party = self._tracking, self._party
        if self._ours_only and not tracking.is_active(party):
            return None
        now = asyncio.get_running_loop().time()
        shown = tracking.seen_by(party, ours_only=self._ours_only)
        events = [] if self._begun else [_BEGIN]
        self._begun = True
        for name, one in shown.items():
            version = tracking.published(name)
            late = self._every_s <= FRAME_S or now - self._sent.get(name, -60.0) >= self._every_s
            if self._known.get(name) != version and late:
                self._known[name], self._sent[name] = version, now
                events.append(one.event)
        for name in self._known.keys() - shown.keys():
            del self._known[name]
            events.append(empty_frame(name, tracking.node.now()))
        return b"".join(events)


class Tracking:
    """The streams of one node, while it serves."""

    def __init__(self, node: Node) -> None:
        given = node.parts.positions
        self.node = node
        self.positions = Positions(node.party, given.stale_minutes)
        self.streams = Streams(self._tell)
        self.files: files.HourlyFiles | None = None
        if given.folder is not None:
            self.files = files.HourlyFiles(
                given.folder, given.every_s, given.keep_days, self._journal
            )
        self._published: dict[str, tuple[int, float]] = {}
        self._later: asyncio.TimerHandle | None = None

    def _journal(self, line: str) -> None:
        self.node.journal(files.JOURNAL, line)

    # Feeding -----------------------------------------------------------------------------

    def put(self, name: str, positions: Sequence[Position], label: Label) -> int:
        """New positions of one of our own streams; how many of them were new."""
        now = self.node.now()
        fresh = self.positions.put(name, positions, label, now)
        if self.files is not None and fresh:
            self.files.note(f"{self.node.party}/{name}", fresh, now)
        self.noticed()
        return len(fresh)

    def noticed(self) -> None:
        """Something in the streams is otherwise: whoever sees it is told soon."""
        self.streams.wake_soon(self._tell)

    # Showing -----------------------------------------------------------------------------

    def is_active(self, party: str) -> bool:
        """Whether a party is in good standing now; ours always is to itself."""
        return party == self.node.party or self.node.access.active(party)

    def seen_by(self, party: str, *, ours_only: bool = False) -> dict[str, Shown]:
        """The streams that a party sees now, as it sees them."""
        seen = self.positions.seen_by(party, self.node.now(), active=self.is_active(party))
        if ours_only:
            own = f"{self.node.party}/"
            return {name: one for name, one in seen.items() if name.startswith(own)}
        return seen

    def published(self, name: str) -> int:
        """The version of a stream that everybody is shown now, or a newer one."""
        if name not in self._published:
            self._publish()
        return self._published[name][0]

    def _publish(self) -> bool:
        """Let out what is due; whether there was something. The rest is let out in its time."""
        loop = asyncio.get_running_loop()
        now, due, found = loop.time(), [], False
        feeds = self.positions.feeds
        for name in self._published.keys() - feeds.keys():
            del self._published[name]
            found = True
        for name, feed in feeds.items():
            version, at = self._published.get(name, (0, 0.0))
            if feed.version != version and now - at >= FRAME_S:
                self._published[name] = feed.version, now
                found = True
            elif feed.version != version:
                due.append(at + FRAME_S)
        if due and self._later is None:
            self._later = loop.call_at(min(due), self._tell_later)
        return found

    def _tell_later(self) -> None:
        self._later = None
        self._tell()

    def _tell(self) -> None:
        """Let out what is due, and tell whoever has not seen it. Once a second in any case: a
        label may have ended, or a party left.
        """
        self._publish()
        for listener in list(self.streams.listeners):
            listener.tell()

    def close(self) -> None:
        """End every stream; from the event loop."""
        self.streams.close()
        if self._later is not None:
            self._later.cancel()
            self._later = None

    # Keeping -----------------------------------------------------------------------------

    async def keep(self, writer: Writer) -> None:
        """Drop what is silent, write what is kept, until cancelled; then end all files."""
        written = 0.0
        try:
            await self._try(writer, self._take_up)
            while True:
                await asyncio.sleep(TIDY_S)
                self.positions.drop_stale(self.node.now())
                self.noticed()
                written += TIDY_S
                if written >= WRITE_S:
                    written = 0.0
                    await self._write(writer)
        finally:
            self._finish()

    async def _write(self, writer: Writer) -> None:
        kept = self.files
        if kept is None:
            return
        kept.forget(self.positions.feeds)
        noted, now = kept.take(), self.node.now()

        def write() -> None:
            kept.write(noted, now)
            if dropped := kept.drop_old(now):
                _log.info("files dropped", files=dropped)

        await self._try(writer, write)

    async def _try(self, writer: Writer, call: Callable[[], None]) -> None:
        """Do something in the writing thread. A full disk stops no stream."""
        try:
            await writer.run(call)
        except (OSError, TogunaError) as error:
            _log.warning("files", why=str(error))

    def _take_up(self) -> None:
        """In the writing thread: what an earlier run left is ended, and stands in the journal."""
        if self.files is not None:
            self.files.end_old()
            self.files.journal_missing(dict(journalled(self.node)))

    def _finish(self) -> None:
        if self.files is None:
            return
        try:
            self.files.write(self.files.take(), self.node.now(), last=True)
        except (OSError, TogunaError) as error:
            _log.warning("files", why=str(error))


def journalled(node: Node) -> Iterator[tuple[str, str]]:
    """Files of positions and their digests, as the node's own journal has them."""
    actor, after = node.access.actor(node.party, "keeper"), None
    while True:
        page = node.access.list(
            actor, "journal.line", where={"what": files.JOURNAL}, limit=1_000, after=after
        )
        for doc in page.docs:
            found = files.parse_line(msgspec.json.decode(doc)["text"])
            if found is not None:
                yield found
        after = page.next
        if after is None:
            return
