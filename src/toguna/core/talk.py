"""What following is told, what it wants done, and what it remembers: events, effects, state.

Plain values only. Not here: what is decided on them (sync.py, heads.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from toguna.core.frame import Arrived, Followed, Frame
from toguna.core.messages import Pull, Reply

# Events --------------------------------------------------------------------------------


class Tick(NamedTuple):
    """Time has passed."""


class Woken(NamedTuple):
    """A peer says that it has something new."""

    party: str


class Replied(NamedTuple):
    """A peer answered our pull."""

    party: str
    reply: Reply


class Failed(NamedTuple):
    """A peer could not be reached, or its answer could not be read."""

    party: str
    why: str


class Asked(NamedTuple):
    """A peer pulled from us and showed the heads that it knows."""

    party: str
    heads: tuple[bytes, ...]


Event = Tick | Woken | Replied | Failed | Asked


# Effects -------------------------------------------------------------------------------


class Send(NamedTuple):
    """Ask this peer."""

    party: str
    pull: Pull


class Keep(NamedTuple):
    """Store a verified frame: all of it in one transaction, then forget its parts."""

    followed: Followed
    frame: Frame
    arrived: list[Arrived]
    source: str


class KeepFlash(NamedTuple):
    """Store one record that came ahead of the rest; it is proved, completeness is not yet."""

    log: str
    arrived: Arrived


class Learn(NamedTuple):
    """Add charter documents to the book."""

    party: str
    documents: tuple[bytes, ...]


class SavePart(NamedTuple):
    """Keep the bytes of a frame that is still under way, so that a power cut loses none.

    ``log`` is the key of ``State.under``.
    """

    log: str
    digest: bytes
    data: bytes


class Fork(NamedTuple):
    """Two signed checkpoints of one log that contradict each other. ``why`` in words."""

    log: str
    first: bytes
    second: bytes
    why: str


class Lost(NamedTuple):
    """An owner had signed a head under which nobody holds anything, and has declared since
    that it came out of a loss and went on from before it.
    """

    log: str
    why: str


class Alarm(NamedTuple):
    """Something from this peer did not verify. Nothing of it was kept."""

    party: str
    why: str


class Behind(NamedTuple):
    """A peer holds a newer head of our own log than we do: stop sealing, take it back."""

    party: str
    size: int
    root: bytes


class OwnHead(NamedTuple):
    """Somebody holds an older head of our own log: look whether we really signed it."""

    size: int
    root: bytes
    note: bytes


class Emptied(NamedTuple):
    """This peer has given back all that it holds of our own log."""

    party: str


Effect = (
    Send | Keep | KeepFlash | Learn | SavePart | Fork | Alarm | Behind | OwnHead | Emptied | Lost
)


# State ---------------------------------------------------------------------------------


class Peer(NamedTuple):
    """What we know of one peer's conversation with us. Times in microseconds.

    ``asked_us`` is -1 while no question is under way; ``turn`` is the number of the last one:
    an answer to another is late or a repeat. ``asked_own``: our own log was asked for, too.
    """

    party: str
    due_us: int = 0
    asked_us: int = -1
    failures: int = 0
    book: bytes = b""
    last_heard_us: int = -1
    last_error: str = ""
    asked_own: bool = False
    turn: int = 0


class Under(NamedTuple):
    """A frame that is arriving in parts."""

    digest: bytes
    data: bytes


class Doubt(NamedTuple):
    """A signed head that must still be shown consistent with what we follow.

    ``seen_us`` is when it was first shown, ``held`` whether somebody else than its owner shows
    it: then somebody holds what stands under it.
    """

    log: str
    size: int
    root: bytes
    note: bytes
    asked: int = 0
    seen_us: int = 0
    held: bool = False


class State(NamedTuple):
    """All that following needs to remember. ``mine`` is our own log's newest head.

    While our own log is taken back (returning.py): ``base`` is where our copy ended,
    ``returned`` how far each peer has given it back, ``emptied`` who has no more of it.
    ``recovering`` is true until sealing may go on; ``disowned`` are the heads of ours (size and
    root) of which nobody could give back what stood under them.
    """

    me: str
    mine: Followed
    followed: Mapping[str, Followed]
    peers: Mapping[str, Peer]
    under: Mapping[str, Under]
    doubts: tuple[Doubt, ...]
    roots: Mapping[tuple[str, int], tuple[bytes, bytes]]
    flashed: Mapping[str, int]
    recovering: bool = False
    base: int | None = None
    returned: Mapping[str, Followed] = {}
    emptied: frozenset[str] = frozenset()
    disowned: frozenset[tuple[int, bytes]] = frozenset()
