"""Following the other members' spines, as a state machine without I/O.

``step(state, event, now, standing)`` returns the next state and a list of effects; the node
performs them and feeds the outcome back as events. So one simulator can drive thousands of
nodes, and every failure replays from a seed.

The rules it keeps:

* A log is followed by one integer: how many entries are verified. To resume is to ask from
  there; a frame that was half carried over goes on at its byte offset.
* Nothing is kept before it is verified (frame.py). What fails is named and asked for again.
* At every contact all heads known of all logs are swapped. Two signed heads of one log that
  cannot both be true are a fork, and the pair is kept as the evidence.
* A head of *our own* log that is newer than ours means that we came out of an old backup:
  we stop sealing until we have taken our log back.
* Never wait for a quorum. A peer that does not answer is asked again, ever more seldom.

Not here: the values it speaks in (talk.py), heads and forks (heads.py), sockets and timers
(outbox.py), storage (node), answering (answering.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import NamedTuple

import msgspec

from toguna.core import frame as frames
from toguna.core import heads, merkle, note, returning
from toguna.core import log as spines
from toguna.core.frame import Arrived, Followed, Frame
from toguna.core.heads import ROOTS_KEPT, log_keys, own_head, spine
from toguna.core.messages import Flash, Part, Proof, Pull, Reply, Want
from toguna.core.standing import Standing
from toguna.core.talk import (
    Alarm,
    Asked,
    Behind,
    Doubt,
    Effect,
    Emptied,
    Event,
    Failed,
    Fork,
    Keep,
    KeepFlash,
    Learn,
    Lost,
    OwnHead,
    Peer,
    Replied,
    SavePart,
    Send,
    State,
    Tick,
    Under,
    Woken,
)
from toguna.errors import TogunaError, Unverified

__all__ = [
    "ROOTS_KEPT", "Alarm", "Asked", "Behind", "Context", "Doubt", "Effect", "Emptied", "Event",
    "Failed", "Fork", "Keep", "KeepFlash", "Learn", "Lost", "OwnHead", "Peer", "Replied",
    "SavePart", "Send", "State", "Tick", "Under", "Woken", "begin", "known_heads", "log_keys",
    "own_head", "spine", "step", "take_frame", "under_key", "with_cosignature", "with_peer",
]  # fmt: skip

POLL_US = 5_000_000
RETRY_US = 1_000_000
SLOWEST_POLL_US = 300_000_000
ANSWER_WITHIN_US = 120_000_000
DOUBTS_SHOWN = 16


def begin(me: str, mine: Followed, followed: Mapping[str, Followed] | None = None) -> State:
    """A state that has heard of no peer yet."""
    return State(me, mine, dict(followed or {}), {}, {}, (), {}, {})


def with_peer(state: State, party: str, now_us: int) -> State:
    """Talk to this party from now on."""
    if party in state.peers or party == state.me:
        return state
    return state._replace(peers={**state.peers, party: Peer(party, due_us=now_us)})


class Context(NamedTuple):
    """What a step may read besides its state: the charter as it stands, the book's digest
    and documents, and the compact range of our own log at an earlier size.
    """

    standing: Standing
    book: bytes
    documents: tuple[bytes, ...]
    own_range: Callable[[int], merkle.CompactRange]


def step(state: State, event: Event, now_us: int, context: Context) -> tuple[State, list[Effect]]:
    """Take one event. Pure: the same arguments always give the same answer."""
    effects: list[Effect] = []
    match event:
        case Tick():
            pass
        case Woken(party):
            state = _peer(state, party, due_us=now_us)
        case Failed(party, why):
            state = _failed(state, party, why, now_us)
        case Asked(party, shown):
            return heads.judge_heads(state, party, shown, context.standing)
        case Replied(party, reply):
            state, effects = _replied(state, party, reply, now_us, context)
    state, sends = _ask_due(state, now_us, context)
    return state, effects + sends


def _peer(state: State, party: str, **changes: object) -> State:
    peer = state.peers.get(party)
    if peer is None:
        return state
    return state._replace(peers={**state.peers, party: peer._replace(**changes)})  # type: ignore[arg-type]


def _failed(state: State, party: str, why: str, now_us: int) -> State:
    failures = state.peers[party].failures + 1 if party in state.peers else 1
    wait = min(RETRY_US << min(failures - 1, 10), SLOWEST_POLL_US)
    return _peer(state, party, failures=failures, due_us=now_us + wait, asked_us=-1, last_error=why)


def _ask_due(state: State, now_us: int, context: Context) -> tuple[State, list[Effect]]:
    sends: list[Effect] = []
    for party, peer in state.peers.items():
        if peer.asked_us >= 0 and now_us - peer.asked_us >= ANSWER_WITHIN_US:
            state = _failed(state, party, "no answer in time", now_us)
        elif peer.asked_us < 0 and peer.due_us <= now_us:
            state, pull = _pull(state, party, context)
            own = any(want.log == state.mine.log for want in pull.wants)
            turn = max(now_us, peer.turn + 1)
            state = _peer(state, party, asked_us=now_us, asked_own=own, turn=turn)
            pull = msgspec.structs.replace(pull, turn=turn)
            sends.append(Send(party, pull))
    return state, sends


def _pull(state: State, party: str, context: Context) -> tuple[State, Pull]:
    name = spine(party)
    wants = [_want(state, party, name, state.followed.get(name, frames.unfollowed(name)).size)]
    back = returning.size_from(state, party)
    if back is not None:
        wants.append(_want(state, party, state.mine.log, back))
    same = state.peers[party].book == context.book
    pull = Pull(
        wants=tuple(wants),
        heads=known_heads(state, party),
        book=context.book,
        documents=() if same or not state.peers[party].book else context.documents,
        flashed=state.flashed.get(name, -1),
        prove=tuple(
            Proof(name, doubt.size, state.followed[name].size)
            for doubt in heads.to_prove(state, party)
        ),
    )
    return state, pull


def under_key(state: State, party: str, name: str) -> str:
    """Under which name the parts of a frame are kept: of our own log each peer has its own."""
    return f"{name} from {party}" if name == state.mine.log else name


def with_cosignature(pull: Pull, line: bytes) -> Pull:
    """The same pull with our witness line under the peer's head."""
    return msgspec.structs.replace(pull, cosigned=line)


def _want(state: State, party: str, name: str, size: int) -> Want:
    under = state.under.get(under_key(state, party, name))
    return Want(name, size, under.digest, len(under.data)) if under else Want(name, size)


def known_heads(state: State, party: str = "") -> tuple[bytes, ...]:
    """The newest signed head of every log that we know, our own first.

    ``party`` is who looks: an owner is shown its heads that we doubt, too, so that it learns
    what it may have lost before it goes on.
    """
    mine = (note.bare(state.mine.note),) if state.mine.note else ()
    doubts = sorted((d.size, d.note) for d in state.doubts if d.log == spine(party))
    return (
        mine
        + tuple(f.note for f in state.followed.values() if f.note)
        + tuple(signed for _size, signed in doubts[-DOUBTS_SHOWN:])
    )


# Answers -------------------------------------------------------------------------------


def _replied(
    state: State, party: str, reply: Reply, now_us: int, context: Context
) -> tuple[State, list[Effect]]:
    standing, peer = context.standing, state.peers.get(party)
    if peer is None or peer.asked_us < 0 or reply.turn != peer.turn:
        return state, []  # late, or a repeat: what it brings has been asked for again
    if reply.documents and reply.book != peer.book:
        # The rest is judged by the charter as these documents make it: ask again at once.
        return _heard(state, party, reply, now_us, now_us), [Learn(party, reply.documents)]
    effects: list[Effect] = []
    before = state
    for flash in reply.flashes:
        state, more = _take_flash(state, party, flash, standing)
        effects += more
    for part in reply.parts:
        state, more = _take_part(state, party, part, context)
        effects += more
    state, more = heads.take_proofs(state, before, party, reply, standing)
    effects += more
    state, more = heads.judge_heads(state, party, reply.heads, standing)
    effects += more
    # Only now: the heads may have said that there was more than this peer could give back.
    if peer.asked_own and not reply.why and not any(p.log == state.mine.log for p in reply.parts):
        state, more = returning.emptied(state, party)
        effects += more
    refused = any(isinstance(e, Alarm) for e in effects)
    if refused:
        why = next(e.why for e in effects if isinstance(e, Alarm))
        return _failed(state, party, why, now_us), effects
    again = (reply.more and state is not before) or reply.book != peer.book
    return _heard(state, party, reply, now_us, now_us if again else now_us + POLL_US), effects


def _heard(state: State, party: str, reply: Reply, now_us: int, due_us: int) -> State:
    return _peer(
        state,
        party,
        due_us=due_us,
        asked_us=-1,
        failures=0,
        book=reply.book,
        last_heard_us=now_us,
        last_error=reply.why,
    )


def _take_part(
    state: State, party: str, part: Part, context: Context
) -> tuple[State, list[Effect]]:
    if part.log not in (spine(party), state.mine.log):
        return state, [Alarm(party, f"{party} sent {part.log[:80]!r}, which it was not asked for")]
    key = under_key(state, party, part.log)
    held = state.under.get(key)
    so_far = held.data if held and held.digest == part.digest else b""
    if part.offset != len(so_far):
        return _drop_part(state, key), []
    data = so_far + part.data
    if not part.data or len(data) > part.total or part.total > frames.MAX_FRAME_BYTES:
        why = f"{part.log}: a frame of {part.total:,} bytes sent {len(data):,}"
        return _drop_part(state, key), [Alarm(party, why)]
    if len(data) < part.total:
        under = {**state.under, key: Under(part.digest, data)}
        return state._replace(under=under), [SavePart(key, part.digest, part.data)]
    try:
        if sha256(data).digest()[: len(part.digest)] != part.digest or len(part.digest) < 16:
            raise Unverified("the frame was damaged on the way", where=part.log)
        frame = frames.decode(data)
        if frame.log != part.log:
            raise Unverified(f"a frame of {frame.log[:80]!r} under another name", where=part.log)
        return take_frame(_drop_part(state, key), party, frame, context)
    except TogunaError as error:
        return _drop_part(state, key), [Alarm(party, str(error))]


def _drop_part(state: State, name: str) -> State:
    return state._replace(under={k: v for k, v in state.under.items() if k != name})


def take_frame(
    state: State, source: str, frame: Frame, context: Context
) -> tuple[State, list[Effect]]:
    """Verify a whole frame, from the wire or out of a bundle, and say what to keep.

    Raises :class:`Unverified` or :class:`BadInput`; the state is then as before. Our own log
    comes back through :mod:`toguna.core.returning`.
    """
    standing = context.standing
    if frame.log == state.mine.log:
        return returning.take_back(state, source, frame, standing, context.own_range)
    owner = frame.log.partition("/")[0]
    followed = state.followed.get(frame.log, frames.unfollowed(frame.log))
    if frame.end <= followed.size:
        return state, []
    restored = {r.size for r in standing.restorations(owner)}
    if followed.size in restored:
        followed = followed._replace(slot=frames.unfollowed("").slot)
    entry = standing.party(state.me)
    if entry is None:
        raise Unverified(f"{state.me} is no party of the charter", where=frame.log)
    frames.check_signature(frame, heads.sender_keys(standing, owner))
    grown, arrived = frames.verify(
        frame,
        followed,
        state.me,
        entry.slot,
        log_keys(standing, owner, frame.end),
        rebased=frame.end in restored,
    )
    state = state._replace(followed={**state.followed, frame.log: grown})
    state = heads.remember_root(state, frame.log, frame.end, grown.range.root(), frame.note)
    return state, [Keep(grown, frame, arrived, source)]


def _take_flash(
    state: State, party: str, flash: Flash, standing: Standing
) -> tuple[State, list[Effect]]:
    if flash.index <= state.flashed.get(flash.log, -1):
        return state, []
    try:
        checkpoint = heads.open_head(flash.note, flash.log, standing)
        committed = spines.commitment(flash.salt, flash.raw)
        merkle.verify_inclusion(
            merkle.leaf_hash(committed), flash.index, checkpoint.size, flash.path, checkpoint.root
        )
        if state.me not in flash.readers:
            raise Unverified(f"a flash that is not for {state.me}", where=flash.log)
    except TogunaError as error:
        return state, [Alarm(party, str(error))]
    state, effects = heads.judge_heads(state, party, (flash.note,), standing)
    state = state._replace(flashed={**state.flashed, flash.log: flash.index})
    arrived = Arrived(flash.index, flash.readers, flash.salt, flash.raw, committed, "")
    return state, [*effects, KeepFlash(flash.log, arrived)]
