"""Receive, verify and store: what a node does with another's frames.

Once over pulls, as the wire brings them, and once as whole frames, as a bundle brings them.
Beside us: pymerkle, which verifies an inclusion proof for each entry and stores nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bench import _house, _scratch
from bench._rows import Peer, Row, Size, Taken, beside, per_second, say, timed
from toguna.core import frame as frames
from toguna.core import messages, sync
from toguna.core.labels import Label
from toguna.node.answering import Asking
from toguna.node.node import Node

SUMMARY = "receive + verify + store"
BOUNDS = (
    "A record is decoded three times (as canonical JSON, as an envelope, as the body of its "
    "kind), hashed twice and stored once; SQLite takes about a third. Over pulls a piece of a "
    "frame is also saved by itself, so that a power cut loses none of it. An author's signature "
    "takes one verification of 60 to 75 us by libsodium, which has none in bulk: that alone "
    "bounds signed records to some 14,000 a second. pymerkle's number is the check of one "
    "inclusion proof, without decoding, rules or storage."
)
PYMERKLE = "pymerkle==7.0.0"
LABEL = Label(to=("bf",))
SPINE = "ml/spine"
_PROOFS = 500


def run(size: Size) -> Iterator[Row]:
    """Three ways in, and the peer."""
    pulled, whole, signed = [], [], []
    found: list[float] = []
    why = ""
    for _ in range(size.rounds):
        pulled.append(_over_pulls(_house.NOTE, size))
        whole += _in_frames(_house.NOTE, size)
        signed += _in_frames(_house.ACT, size)
        if size.peers and not why:
            try:
                numbers = (size.batch * 10, _PROOFS)
                found += _scratch.ask("python", PYMERKLE, "pymerkle_verify.py", *numbers)["verify"]
            except (RuntimeError, OSError, ValueError) as error:
                why = f"skipped: {error}"
                say(f"  {PYMERKLE} {why}")
    peers = [_scratch.peer("pymerkle, verify alone", found, why)] if size.peers else []
    count = size.batch * size.batches
    yield from _rows("receive over pulls, SQLite", pulled, count, peers, target=30_000)
    yield from _rows("receive whole frames, SQLite", whole, 1, peers, target=30_000)
    yield from _rows("receive whole frames, SQLite, each record signed", signed, 1, peers)


def _rows(
    name: str, taken: list[Taken], count: int, peers: list[Peer], **changes: Any
) -> Iterator[Row]:
    cpu, wall = per_second(count, taken)
    conditions = (
        "records of 1,000 bytes in batches of 1,000, synchronous=FULL; "
        "the receiver's work alone: unpack, verify, admit, store durably, fold"
    )
    row = Row(name, cpu, "records/s", wall, runs=len(taken), conditions=conditions)
    yield from beside(Row(**{**_fields(row), **changes}), *peers)


def _fields(row: Row) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__struct_fields__}


def _fill(node: Node, kind: str, size: Size) -> None:
    writer = _house.Writer(kind)
    for _ in range(size.batches):
        node.submit(writer.drafts(size.batch, LABEL), _house.OFFICE)


def _over_pulls(kind: str, size: Size) -> Taken:
    """One whole sync of everything, parts as sync asks for them."""
    with _house.on_sqlite() as house:
        source, reader = house["ml"], house["bf"]
        _fill(source, kind, size)
        taken: list[Taken] = []
        sends = [s for s in reader.step(sync.Woken("ml")) if s.party == "ml"]
        while sends:
            answer = source.answer("bf", messages.encode(sends.pop(0).pull))
            with timed(taken):
                more = reader.step(sync.Replied("ml", messages.decode_reply(answer)))
            sends += [s for s in more if s.party == "ml"]
        assert reader.state.followed[SPINE].size == source.spine.size
        return _sum(taken)


def _sum(taken: list[Taken]) -> Taken:
    total = Taken()
    total.cpu, total.wall = sum(t.cpu for t in taken), sum(t.wall for t in taken)
    return total


def _in_frames(kind: str, size: Size) -> list[Taken]:
    """Frame by frame, as out of a bundle; what each took for one record."""
    with _house.on_sqlite() as house:
        source, reader = house["ml"], house["bf"]
        _fill(source, kind, size)
        entry = source.standing.party("bf")
        assert entry is not None
        at, taken = 0, list[Taken]()
        while at < source.spine.size:
            with source.reading() as tx:
                asking = Asking("bf", entry.slot)
                frame = source.answers.frame(tx, asking, SPINE, at, frozenset())
            assert frame is not None
            data, one = frames.encode(frame), list[Taken]()
            with timed(one):
                _take(reader, data)
            count = sum(run.count for run in frame.runs)
            one[0].cpu, one[0].wall = one[0].cpu / count, one[0].wall / count
            at, taken = frame.end, taken + one
        return taken


def _take(reader: Node, data: bytes) -> None:
    context = _house.context(reader)
    state, effects = sync.take_frame(reader.state, "ml", frames.decode(data), context)
    reader.state = state
    for effect in effects:
        if isinstance(effect, sync.Keep):
            reader.following.keep(effect)
