"""What proofs weigh: bytes of a frame beyond its bodies, in bulk and at the tail.

Bodies are one zstd frame; everything else is proof: checkpoint, runs with their salts' key,
hashes of what is withheld, the reader's slot and its path. Beside us: hypercore from npm,
bytes towards the reader beyond the blocks themselves.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from statistics import median

from bench import _house, _scratch
from bench._rows import Peer, Row, Size, beside, say
from toguna.core import frame as frames
from toguna.core.frame import Frame
from toguna.core.labels import Label
from toguna.core.record import Draft
from toguna.node.answering import Asking
from toguna.node.node import Node

SUMMARY = "bytes of proof"
BOUNDS = (
    "In bulk each batch costs five runs (start, count, readers, one key of 32 bytes for all "
    "salts) and the hashes at the edges of what is withheld. At the tail a checkpoint is about "
    "160 bytes, the path of the reader's slot 192, the rest are hashes of padding and edges; a "
    "frame weighs the same for one record and for a thousand. hypercore sends each block in a "
    "message of its own, with its own path."
)
HYPERCORE = "hypercore@11.27"
PARTIES = ("bf", "ci", "ml", "ne", "sn", "td", "tg")
READER = "bf"
CHANNELS = (("bf",), ("bf", "ne"), ("bf", "ne", "td"), ("bf", "tg"), ("bf", "ci", "sn"))
OTHERS = (("ne",), ("ci", "tg"), ("td",))
SHARE = 0.45


def run(size: Size) -> Iterator[Row]:
    """Bulk, then tails of 1, 100 and 1,000 records."""
    yield from beside(_bulk(size), *(_peers() if size.peers else []))
    for new in (1, 100, 1_000):
        yield _tail(new, size)


def _bulk(size: Size) -> Row:
    writer, rng = _house.Writer(), random.Random(5)
    with _house.on_sqlite(PARTIES) as house:
        node, records = house["ml"], 0
        for _ in range(size.batches):
            records += size.batch
            node.submit(_mixed(writer, rng, size.batch), _house.OFFICE)
        frames_ = list(_frames(node, 0))
    released = sum(run.count for frame in frames_ for run in frame.runs)
    proof = sum(proof_bytes(frame) for frame in frames_)
    return Row(
        name=f"proof in bulk, {SHARE:.0%} released over {len(CHANNELS)} channels",
        value=round(proof / released, 2),
        unit="bytes/record received",
        target=4,
        better="less",
        runs=1,
        conditions=f"{records:,} records in batches of {size.batch:,}, {released:,} of them for "
        f"the reader, {len(frames_)} frames; exact, not timed",
    )


def _mixed(writer: _house.Writer, rng: random.Random, count: int) -> list[Draft]:
    """Drafts in the order of a working day: every channel at any time."""
    out: list[Draft] = []
    for readers in rng.choices(
        [*CHANNELS, *OTHERS],
        [SHARE / len(CHANNELS)] * len(CHANNELS) + [(1 - SHARE) / len(OTHERS)] * len(OTHERS),
        k=count,
    ):
        out += writer.drafts(1, Label(to=readers))
    return out


def _frames(node: Node, at: int) -> Iterator[Frame]:
    entry = node.standing.party(READER)
    assert entry is not None
    while at < node.spine.size:
        with node.reading() as tx:
            found = node.answers.frame(
                tx, Asking(READER, entry.slot), node.spine.name, at, frozenset()
            )
        assert found is not None
        yield found
        at = found.end


def proof_bytes(frame: Frame) -> int:
    """What of an encoded frame is not bodies."""
    return len(frames.encode(frame)) - len(frame.bodies)


def _tail(new: int, size: Size) -> Row:
    """What some new records cost a reader who has everything before them."""
    writer, rng = _house.Writer(), random.Random(new)
    weights = []
    with _house.on_sqlite() as house:
        node = house["ml"]
        for _ in range(size.places):  # at other places of the tree each time
            before = writer.drafts(rng.randrange(1, size.batch), Label(to=("bf",)))
            node.submit(before, _house.OFFICE)
            known = node.spine.size
            node.submit(writer.drafts(new, Label(to=("bf",))), _house.OFFICE)
            weights.append(sum(map(proof_bytes, _frames(node, known))))
    return Row(
        name=f"proof of {new:,} new records at the tail, at most",
        value=max(weights),
        unit="bytes",
        target=800,
        better="less",
        runs=len(weights),
        conditions=f"one batch, one channel, at {len(weights)} places of the tree; the median is "
        f"{median(weights):,.0f}; exact, not timed",
    )


def _peers() -> Sequence[Peer]:
    out = []
    for percent in (100, 45, 10):
        name = "hypercore, full" if percent == 100 else f"hypercore, {percent} % of blocks"
        try:
            with _house.folder() as path:
                numbers = (10_000, percent)
                found = _scratch.ask("node", HYPERCORE, "hypercore_replicate.mjs", path, *numbers)
            out.append(_scratch.peer(name, found["proof"]))
        except (RuntimeError, OSError, ValueError) as error:
            say(f"  {name} skipped: {error}")
            out.append(Peer(name, None, f"skipped: {error}"))
    return out
