"""Frames: what one peer hands another of a log, and how the receiver checks it.

A frame covers entries [start, end) of a log, from one seal to a later one. It holds the
bodies of every run that the reader may see, the maximal subtree hashes of what it may not
see, the signed checkpoint of size ``end`` and the reader's slot with its path. The receiver
rebuilds the root and its own slot. Both must meet what was signed, or nothing is kept.

The caller gives the keys. Not here: when to ask for a frame (sync.py) and where to keep it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from itertools import pairwise
from typing import NamedTuple

import msgspec
import zstandard

from toguna.core import ed25519, log, merkle, note
from toguna.errors import BadInput, Unverified

MAX_FRAME_BYTES = 64 << 20
"""The most that the bodies of one frame may unfold to: a guard against zip bombs."""

_LENGTH = 4
_SIGNED = b"toguna/frame-signature/v1\n"
Fetch = Callable[[int, int], bytes]


class Gone(msgspec.Struct, frozen=True, array_like=True):
    """A record of a run that is erased at its holder: only its commitment is left."""

    index: int
    commitment: bytes
    why: str


class Run(msgspec.Struct, frozen=True, array_like=True):
    """Entries ``start … start+count-1``, all for one audience.

    ``key`` gives the salts of a whole run at once; when a record is gone, or the sender is
    not the owner, ``salts`` holds those of the records present, so that none is given away.
    """

    start: int
    count: int
    readers: tuple[str, ...]
    key: bytes = b""
    salts: bytes = b""
    gone: tuple[Gone, ...] = ()


class Frame(msgspec.Struct, frozen=True, array_like=True):
    """Entries [start, end) of ``log`` as one reader may see them.

    ``bodies``: one zstd frame over all bodies, each behind its length (4 bytes, big-endian).
    ``withheld``: the hashes of the gaps, left to right, each gap cut as
    :func:`merkle.cover` does. ``heads`` (the last entry), ``blind`` and ``path`` prove the
    reader's slot; all three are empty when the owner cannot prove it any more, and then the
    last entry counts as a gap. ``seals``: the sizes strictly inside at which the owner sealed.
    Gaps are cut there too, so whoever holds the frame can give the owner its log back at
    every size that it ever published. ``signature``: by whoever hands the frame over, for
    what no hash in the log covers (who else may read a run, why a record is gone).
    """

    log: str
    start: int
    end: int
    note: bytes
    runs: tuple[Run, ...]
    withheld: bytes
    heads: bytes
    blind: bytes
    path: bytes
    bodies: bytes
    seals: tuple[int, ...] = ()
    signature: bytes = b""


class Arrived(msgspec.Struct, frozen=True, order=True):
    """One entry of a verified frame. ``raw`` and ``salt`` are empty when it is gone."""

    index: int
    readers: tuple[str, ...]
    salt: bytes
    raw: bytes
    commitment: bytes
    why: str


class Followed(NamedTuple):
    """How far a reader has verified a log: its compact range and the reader's own slot."""

    log: str
    range: merkle.CompactRange
    slot: log.Slot
    note: bytes

    @property
    def size(self) -> int:
        """Entries verified so far; to resume is to ask from here."""
        return self.range.size


def unfollowed(name: str) -> Followed:
    """The state of a reader that has seen nothing of a log yet."""
    return Followed(name, merkle.CompactRange.empty(), log.EMPTY_SLOT, b"")


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Frame)


def encode(frame: Frame) -> bytes:
    """The frame as msgpack, for the wire and for bundles."""
    return _encoder.encode(frame)


def decode(data: bytes) -> Frame:
    """Read a frame; :class:`BadInput` when it is cut, damaged or of another shape."""
    try:
        return _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"not a frame: {error}", remedy="fetch it again") from None


def sign(frame: Frame, signer: Callable[[bytes], bytes]) -> Frame:
    """The frame, signed by the log key of the party that hands it over."""
    return msgspec.structs.replace(frame, signature=signer(_signed_bytes(frame)))


def check_signature(frame: Frame, keys: Sequence[bytes]) -> None:
    """Check that nothing was changed since one of these public keys signed the frame."""
    signed = _signed_bytes(frame)
    if not any(ed25519.verify(key, frame.signature, signed) for key in keys):
        raise Unverified(
            "changed on the way: no key of its sender signed this frame",
            where=f"{frame.log} {frame.start}..{frame.end}",
        )


def _signed_bytes(frame: Frame) -> bytes:
    plain = encode(msgspec.structs.replace(frame, signature=b""))
    return _SIGNED + sha256(plain).digest()


def pack_bodies(raws: Sequence[bytes], level: int = 3) -> bytes:
    """All bodies as one zstd frame."""
    plain = b"".join([len(r).to_bytes(_LENGTH, "big") + r for r in raws])
    return zstandard.ZstdCompressor(level=level).compress(plain)


def unpack_bodies(data: bytes, limit: int = MAX_FRAME_BYTES) -> list[bytes]:
    """Undo :func:`pack_bodies`. Refuses what would unfold beyond ``limit`` bytes."""
    try:
        if zstandard.frame_content_size(data) > limit:
            raise BadInput(f"bodies would unfold to more than {limit:,} bytes")
        plain = zstandard.ZstdDecompressor().decompress(data, max_output_size=limit)
    except zstandard.ZstdError as error:
        raise BadInput(f"bodies do not unfold: {error}", remedy="fetch it again") from None
    raws, at, end = [], 0, len(plain)
    while at < end:
        stop = at + _LENGTH + int.from_bytes(plain[at : at + _LENGTH], "big")
        if stop > end or at + _LENGTH > end:
            raise BadInput("bodies are cut short", remedy="fetch it again")
        raws.append(plain[at + _LENGTH : stop])
        at = stop
    return raws


def gaps(
    runs: Sequence[Run], start: int, end: int, seals: Sequence[int] = ()
) -> list[tuple[int, int]]:
    """The stretches of [start, end) that no run covers, cut at the seals inside them.

    Runs and seals must be in order and apart.
    """
    out: list[tuple[int, int]] = []
    at = start
    for run in runs:
        if run.start < at or run.count < 1 or run.start + run.count > end:
            raise Unverified(f"run {run.start}+{run.count} does not fit into {at}..{end}")
        if run.start > at:
            out.append((at, run.start))
        at = run.start + run.count
    if at < end:
        out.append((at, end))
    return _cut(out, seals) if seals else out


def _cut(stretches: Sequence[tuple[int, int]], seals: Sequence[int]) -> list[tuple[int, int]]:
    out: list[tuple[int, int]] = []
    k = 0
    for low, high in stretches:
        while k < len(seals) and seals[k] <= low:
            k += 1
        while k < len(seals) and seals[k] < high:
            out.append((low, seals[k]))
            low = seals[k]
            k += 1
        out.append((low, high))
    return out


def withheld(
    runs: Sequence[Run], start: int, end: int, fetch: Fetch, seals: Sequence[int] = ()
) -> bytes:
    """The hashes of everything in [start, end) that the runs do not show."""
    return b"".join(
        fetch(level, index)
        for low, high in gaps(runs, start, end, seals)
        for level, index in merkle.cover(low, high)
    )


def verify(
    frame: Frame,
    followed: Followed,
    reader: str,
    slot_number: int,
    keys: Sequence[note.VerifierKey],
    *,
    rebased: bool = False,
) -> tuple[Followed, list[Arrived]]:
    """Check a frame on top of what was verified before.

    ``keys`` are those that may sign this log at ``frame.end``. ``rebased`` is set when the
    log's owner has declared a restoration of exactly ``frame.end``, or takes its own log back
    from a peer: then the slot cannot be proved and begins again at zero. Raises
    :class:`Unverified` naming the log, the stretch and what does not hold.
    """
    where = f"{frame.log} {frame.start}..{frame.end}"
    if any(a >= b for a, b in pairwise((frame.start, *frame.seals, frame.end))):
        raise Unverified("the seals inside it are not in order", where=where)
    checkpoint = _checkpoint(frame, followed, keys, where)
    arrived = list(_arrivals(frame, reader, where))
    slot = log.EMPTY_SLOT if rebased else _advance(frame, followed.slot, arrived)
    grown = _grow(frame, followed.range, arrived, where)
    if grown.root() != checkpoint.root:
        raise Unverified("bodies and hidden hashes do not add up to the signed root", where=where)
    if not rebased:
        _check_slot(frame, slot, slot_number, where)
    return Followed(frame.log, grown, slot, frame.note), arrived


def _checkpoint(
    frame: Frame, followed: Followed, keys: Sequence[note.VerifierKey], where: str
) -> note.Checkpoint:
    if frame.log != followed.log or frame.start != followed.size:
        raise Unverified(
            f"the frame begins at {frame.start}, verified so far are {followed.size}", where=where
        )
    if frame.end <= frame.start:
        raise Unverified("the frame ends before it begins", where=where)
    for key in keys:
        try:
            checkpoint = note.open_checkpoint(frame.note, key)
        except Unverified:
            continue
        if checkpoint.size != frame.end:
            raise Unverified(f"the checkpoint is of size {checkpoint.size}", where=where)
        return checkpoint
    raise Unverified("no key of this log that counts here signed the checkpoint", where=where)


def _arrivals(frame: Frame, reader: str, where: str) -> Iterator[Arrived]:
    raws = iter(unpack_bodies(frame.bodies)) if frame.bodies else iter(())
    for run in frame.runs:
        if reader not in run.readers and frame.log.partition("/")[0] != reader:
            raise Unverified(f"run {run.start} is not for {reader}", where=where)
        gone = {g.index: g for g in run.gone}
        inside = range(run.start, run.start + run.count)
        if len(gone) < len(run.gone) or any(index not in inside for index in gone):
            raise Unverified(f"run {run.start} names entries as gone that are not its", where=where)
        present = [i for i in range(run.start, run.start + run.count) if i not in gone]
        salted = _run_salts(run, len(present), where)
        for index, salt in zip(present, salted, strict=True):
            raw = next(raws, None)
            if raw is None:
                raise Unverified(f"the body of entry {index} is missing", where=where)
            yield Arrived(index, run.readers, salt, raw, log.commitment(salt, raw), "")
        for g in run.gone:
            yield Arrived(g.index, run.readers, b"", b"", g.commitment, g.why or "gone")
    if next(raws, None) is not None:
        raise Unverified("there are more bodies than entries", where=where)


def _run_salts(run: Run, present: int, where: str) -> list[bytes]:
    if run.key and not run.gone:
        return log.salts(run.key, run.start, run.count)
    size = log.SALT_BYTES
    if len(run.salts) != present * size:
        raise Unverified(f"run {run.start} has {len(run.salts)} bytes of salts", where=where)
    return [run.salts[k : k + size] for k in range(0, len(run.salts), size)]


def _advance(frame: Frame, slot: log.Slot, arrived: list[Arrived]) -> log.Slot:
    arrived.sort()
    at = 0
    for run in frame.runs:
        slot = log.next_slot(slot, run.start, [a.commitment for a in arrived[at : at + run.count]])
        at += run.count
    return slot


def range_inside(
    frame: Frame, before: merkle.CompactRange, arrived: Sequence[Arrived], size: int
) -> merkle.CompactRange | None:
    """The tree at a seal inside a verified frame that stands on ``before``; None when the
    owner did not seal there.
    """
    if size not in frame.seals:
        return None
    steps = _steps(frame, before, arrived, frame.log)
    return next((grown for grown in steps if grown.size == size), None)


def _grow(
    frame: Frame, grown: merkle.CompactRange, arrived: Sequence[Arrived], where: str
) -> merkle.CompactRange:
    """Rebuild the tree over the whole frame."""
    whole = grown
    for whole in _steps(frame, grown, arrived, where):  # noqa: B007 - the last one is wanted
        continue
    return whole


def _steps(
    frame: Frame, grown: merkle.CompactRange, arrived: Sequence[Arrived], where: str
) -> Iterator[merkle.CompactRange]:
    """The tree piece by piece: leaves where we see, subtree hashes where we do not."""
    arrived = sorted(arrived)
    leaves = merkle.leaf_hashes([a.commitment for a in arrived])
    hidden = iter([frame.withheld[k : k + 32] for k in range(0, len(frame.withheld), 32)])
    at = 0
    end = frame.end - 1 if frame.heads else frame.end
    pieces = [(low, high, False) for low, high in gaps(frame.runs, frame.start, end, frame.seals)]
    pieces += [(run.start, run.start + run.count, True) for run in frame.runs]
    for low, high, seen in sorted(pieces):
        if seen:
            grown = grown.extend(leaves[at : at + high - low])
            at += high - low
            yield grown
            continue
        for level, _index in merkle.cover(low, high):
            digest = next(hidden, b"")
            if len(digest) != merkle.HASH_SIZE:
                raise Unverified(f"hidden hashes for {low}..{high} are missing", where=where)
            grown = grown.extend_subtree(level, digest)
        yield grown
    if next(hidden, None) is not None:
        raise Unverified("there are more hidden hashes than gaps", where=where)
    if frame.heads:
        yield grown.extend([merkle.leaf_hash(frame.heads)])


def _check_slot(frame: Frame, slot: log.Slot, number: int, where: str) -> None:
    path = [frame.path[k : k + 32] for k in range(0, len(frame.path), 32)]
    if len(path) != log.SLOT_LEVELS or len(frame.path) != 32 * log.SLOT_LEVELS:
        raise Unverified("the path of the reader's slot is malformed", where=where)
    leaf = log.slot_leaf(frame.blind, slot)
    if log.heads_from_path(leaf, number, path) != frame.heads:
        raise Unverified(
            f"records assigned to this reader were left out or changed: {slot.count} came, "
            "and the owner's signed count says otherwise",
            where=where,
        )
