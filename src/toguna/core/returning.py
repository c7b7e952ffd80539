"""Taking our own log back from the peers that hold it, after a loss.

Each peer gives back what it was shown: its own frames, with hashes where it saw nothing. We
go through every peer's frames from the size at which our copy ends (``State.base``), because
no single peer was shown everything. What a peer gives must join what we hold: at every size
that we sealed ourselves the two trees have one root. Where they have not, our log has been
forked (a folder out of an old backup went on sealing), and the two checkpoints prove it.

Not here: when sealing stops and goes on again (node/recovery.py).
"""

from __future__ import annotations

from collections.abc import Callable

from toguna.core import frame as frames
from toguna.core import heads, merkle, record
from toguna.core.frame import Arrived, Followed, Frame
from toguna.core.standing import Standing
from toguna.core.talk import Behind, Effect, Emptied, Fork, Keep, State
from toguna.errors import Unknown, Unverified

OwnRange = Callable[[int], merkle.CompactRange]


def begin(state: State, base: int) -> State:
    """Ask every peer for our own log behind ``base``, and seal nothing meanwhile."""
    if state.base is not None and state.recovering:
        return state
    return state._replace(recovering=True, base=base, returned={}, emptied=frozenset())


def go_on(state: State, *, done: bool) -> State:
    """Sealing may go on. Unless ``done``, peers that come late are still asked."""
    if not done:
        return state._replace(recovering=False)
    return state._replace(recovering=False, base=None, returned={}, emptied=frozenset())


def size_from(state: State, party: str) -> int | None:
    """From where this peer is to be asked for our own log; None when it is not."""
    if state.base is None or party in state.emptied:
        return None
    had = state.returned.get(party)
    return state.base if had is None else had.size


def emptied(state: State, party: str) -> tuple[State, list[Effect]]:
    """This peer was asked for our own log and had no more of it."""
    if state.base is None or party in state.emptied:
        return state, []
    return state._replace(emptied=state.emptied | {party}), [Emptied(party)]


def take_back(
    state: State, source: str, frame: Frame, standing: Standing, own_range: OwnRange
) -> tuple[State, list[Effect]]:
    """Verify a frame of our own log out of a peer's hands (or a bundle), and say what to keep.

    Raises :class:`Unverified` when it does not hold together; the state is then as before.
    """
    entry = standing.party(state.me)
    if entry is None:
        raise Unverified(f"{state.me} is no party of the charter", where=frame.log)
    frames.check_signature(frame, heads.sender_keys(standing, source))
    start = _start(state, source, frame, own_range)
    grown, arrived = frames.verify(
        frame,
        Followed(frame.log, start, frames.unfollowed("").slot, b""),
        state.me,
        entry.slot,
        heads.log_keys(standing, state.me, frame.end),
        rebased=True,
    )
    _check_readers(arrived)
    why = _apart(state, frame, start, grown, arrived, own_range)
    if why:
        state = heads.remember_root(state, frame.log, frame.end, grown.range.root(), frame.note)
        state, more = emptied(state, source)
        return state, [Fork(frame.log, state.mine.note, frame.note, why), *more]
    effects: list[Effect] = []
    if grown.size > state.mine.size:
        if not state.recovering:  # out of a bundle, before any peer was heard
            effects.append(Behind(source, grown.size, grown.range.root()))
            state = begin(state, state.mine.size)
        state = state._replace(mine=grown)
        state = heads.remember_root(state, frame.log, frame.end, grown.range.root(), frame.note)
    state = state._replace(returned={**state.returned, source: grown})
    return state, [*effects, Keep(grown, frame, arrived, source)]


def _check_readers(arrived: list[Arrived]) -> None:
    """Who may read a record of ours is said by its label, not by who gives it back."""
    for one in arrived:
        if one.raw and record.decode(one.raw).label.to != one.readers:
            raise Unverified(f"the peer says that entry {one.index} is for other readers")


def _start(state: State, source: str, frame: Frame, own_range: OwnRange) -> merkle.CompactRange:
    """The tree on which the peer's frame stands: what it gave before, or what we hold."""
    had = state.returned.get(source)
    if had is not None and had.size == frame.start:
        return had.range
    try:
        if frame.start <= state.mine.size:
            return own_range(frame.start)
    except Unknown:
        pass
    raise Unverified(
        f"the frame begins at {frame.start}, and of ours nothing ends there",
        where=f"{frame.log} {frame.start}..{frame.end}",
    )


def _apart(
    state: State,
    frame: Frame,
    start: merkle.CompactRange,
    grown: Followed,
    arrived: list[Arrived],
    own_range: OwnRange,
) -> str:
    """Why the frame and our own copy cannot be one log; empty when they join."""
    at = min(state.mine.size, grown.size)
    if at <= frame.start:
        return ""
    theirs = grown.range if at == grown.size else frames.range_inside(frame, start, arrived, at)
    try:
        joined = theirs is not None and theirs == own_range(at)
    except Unknown:
        joined = False
    if not joined:
        return f"{frame.log}: sizes {state.mine.size} and {frame.end} were signed in two histories"
    return ""
