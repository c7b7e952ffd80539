r"""Bundles: what one party would have sent another by wire, as one sealed file.

::

    toguna bundle v1\n              plain, so that a wrong recipient is told at once
    {"from":…,"for":…,"alliance":…,"digest":…}\n      restricted JSON; digest of what follows
    an age file, for the reader's box key, of a zstd frame of a msgpack array:
        [log, book documents, signed heads, frames]

Importing takes the same way as a reply over the network: each frame is verified on top of
what was verified before and kept in one transaction. So the state is byte-equal to that of a
sync, a bundle cut short or flipped in one bit leaves no trace, and one that comes twice or too
late does nothing.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final, NamedTuple

import msgspec
import pyrage
import zstandard

from toguna.core import canonical, heads, log, merkle, sync
from toguna.core import frame as frames
from toguna.core.frame import Frame
from toguna.errors import BadInput, Refused, Unknown, Unverified
from toguna.node.answering import Asking
from toguna.node.node import Node

MAGIC: Final = b"toguna bundle v1\n"
MOST_BYTES: Final = 1 << 30
"""The most that a bundle may unfold to."""


class Header(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    rename={"reader": "for", "sender": "from"},
):
    """What stands outside: who made it, for whom, in which alliance, and a digest."""

    alliance: str
    digest: str
    reader: str
    sender: str


class Content(msgspec.Struct, frozen=True, array_like=True):
    """What stands inside."""

    log: str
    documents: tuple[bytes, ...]
    heads: tuple[bytes, ...]
    frames: tuple[bytes, ...]


class Told(NamedTuple):
    """What a bundle holds, or brought: entries [start, end) of a log, how many records."""

    sender: str
    log: str
    start: int
    end: int
    records: int
    documents: int


_content_in = msgspec.msgpack.Decoder(Content)
_header_in = msgspec.json.Decoder(Header)


# Writing -----------------------------------------------------------------------------------


def export_bundle(node: Node, party: str, start: int | None = None) -> tuple[bytes, Told]:
    """All frames for ``party`` from ``start`` (or from what it has shown us) to our head.

    Refused for who is no party in good standing.
    """
    standing = node.standing
    entry = standing.party(party)
    if entry is None or not standing.is_active(party) or party == node.party:
        raise Refused(f"nothing goes to {party[:40]!r}: it is {standing.status(party)}")
    first = held_by(node, party) if start is None else start
    built = list(_frames(node, Asking(party, entry.slot), first))
    documents = tuple(node.book.documents())
    content = Content(
        node.spine.name,
        documents,
        sync.known_heads(node.state),
        tuple(frames.encode(f) for f in built),
    )
    packed = zstandard.ZstdCompressor(level=3).compress(msgspec.msgpack.encode(content))
    sealed = pyrage.encrypt(packed, [pyrage.x25519.Recipient.from_str(entry.keys.box)])
    header = Header(standing.id, sha256(sealed).hexdigest(), party, node.party)
    records = sum(run.count - len(run.gone) for f in built for run in f.runs)
    end = built[-1].end if built else first
    told = Told(node.party, node.spine.name, first, end, records, len(documents))
    return MAGIC + canonical.encode(header) + b"\n" + sealed, told


def held_by(node: Node, party: str) -> int:
    """How far this party has shown us that it verified our spine."""
    from toguna.node import tables as t

    with node.reading() as tx:
        row = tx.get(t.HELD, (party,))
    return int(row[1]) if row is not None and isinstance(row[1], int) else 0


def _frames(node: Node, asking: Asking, start: int) -> list[Frame]:
    found: list[Frame] = []
    boundaries = frozenset(r.size for r in node.standing.restorations(node.party))
    with node.lock, node.reading() as tx:
        at = start
        while at < node.spine.size:
            frame = node.answers.frame(tx, asking, node.spine.name, at, boundaries)
            if frame is None:
                break
            found.append(frame)
            at = frame.end
    return found


# Reading -----------------------------------------------------------------------------------


def read_header(data: bytes, where: str) -> tuple[Header, bytes]:
    """The header and the sealed part; BadInput when this is no bundle, or one that was cut."""
    if not data.startswith(MAGIC):
        raise BadInput("this is no bundle", where=where, remedy="one is made by bundle export")
    line, newline, sealed = data[len(MAGIC) :].partition(b"\n")
    try:
        header = _header_in.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise BadInput("its header is damaged", where=where, remedy="copy it again") from None
    if not newline or sha256(sealed).hexdigest() != header.digest:
        raise BadInput(
            "it was cut short or changed on the way", where=where, remedy="copy it again"
        )
    return header, sealed


def is_bundle(data: bytes) -> bool:
    """Whether a file begins like a bundle."""
    return data.startswith(MAGIC)


def open_bundle(node: Node, data: bytes, where: str) -> tuple[Header, Content]:
    """Open a bundle that was sealed for us.

    Refused when it is for somebody else or of another alliance, Unverified when it does not
    open with our box key, BadInput when what it holds is no bundle's content.
    """
    header, sealed = read_header(data, where)
    if header.reader != node.party:
        raise Refused(f"it is for {header.reader}, this node is {node.party}", where=where)
    if node.standing.in_force and header.alliance != node.standing.id:
        raise Refused(f"it is of {header.alliance}, this node of {node.standing.id}", where=where)
    try:
        identity = pyrage.x25519.Identity.from_str(node.parts.keys.box)
        packed = pyrage.decrypt(sealed, [identity])
    except pyrage.DecryptError:
        raise Unverified(
            "our box key does not open it", where=where, remedy="ask for one made for our new key"
        ) from None
    try:
        if zstandard.frame_content_size(packed) > MOST_BYTES:
            raise BadInput(f"it would unfold to more than {MOST_BYTES:,} bytes", where=where)
        plain = zstandard.ZstdDecompressor().decompress(packed, max_output_size=MOST_BYTES)
        return header, _content_in.decode(plain)
    except (zstandard.ZstdError, msgspec.DecodeError) as error:
        raise BadInput(f"its content is damaged: {error}", where=where) from None


def import_bundle(node: Node, data: bytes, where: str) -> Told:
    """Take in a bundle; what it brought. The first thing that does not hold is raised, and
    what stood before it in the bundle, each part proved by itself, is kept.
    """
    header, content = open_bundle(node, data, where)
    learned = node.learn(content.documents) if content.documents else 0
    name = content.log
    if name != sync.spine(header.sender):
        raise Unverified(f"it holds {name[:40]}, which is not {header.sender}'s", where=where)
    node.talk_to(header.sender)
    before = _size(node, name)
    decoded = [frames.decode(raw) for raw in content.frames]
    if decoded and decoded[0].start > before:
        raise Unknown(
            f"it begins at {decoded[0].start:,}, and {name} is verified here to {before:,}",
            where=where,
            remedy=f"ask {header.sender} for one with --from-size {before}",
        )
    verify_frames(node, decoded, header.sender)
    records = sum(_take(node, header.sender, frame) for frame in decoded)
    node.step(sync.Tick())
    return Told(header.sender, name, before, _size(node, name), records, learned)


def _size(node: Node, name: str) -> int:
    followed = node.state.followed.get(name)
    return followed.size if followed else 0


def verify_frames(node: Node, decoded: list[Frame], source: str) -> int:
    """Verify frames one upon another without keeping anything; how many records they show.

    Raises Unverified for the first that does not hold.
    """
    state, records = node.state, 0
    with node.lock, node.reading() as tx:
        context = node.following.context(tx)
        for frame in decoded:
            state, effects = _verified(state, source, frame, context)
            records += sum(len(e.arrived) for e in effects if isinstance(e, sync.Keep))
    return records


def _verified(
    state: sync.State, source: str, frame: Frame, context: sync.Context
) -> tuple[sync.State, list[sync.Effect]]:
    """Like :func:`sync.take_frame`, also for a frame that begins before what is verified.

    Whoever makes a bundle often does not know how far its reader is. The frame's signature
    is checked over all of it, what is new then on top of what was verified.
    """
    followed = state.followed.get(frame.log, frames.unfollowed(frame.log))
    own = frame.log == state.mine.log
    if own or not frame.start < followed.size < frame.end:
        return sync.take_frame(state, source, frame, context)
    standing, owner = context.standing, frame.log.partition("/")[0]
    entry = standing.party(state.me)
    if entry is None:
        raise Unverified(f"{state.me} is no party of the charter", where=frame.log)
    frames.check_signature(frame, heads.sender_keys(standing, owner))
    rest = behind(frame, followed.size)
    restored = {r.size for r in standing.restorations(owner)}
    if followed.size in restored:
        followed = followed._replace(slot=log.EMPTY_SLOT)
    keys = sync.log_keys(standing, owner, rest.end)
    grown, arrived = frames.verify(
        rest, followed, state.me, entry.slot, keys, rebased=rest.end in restored
    )
    state = state._replace(followed={**state.followed, rest.log: grown})
    state = heads.remember_root(state, rest.log, rest.end, grown.range.root(), rest.note)
    return state, [sync.Keep(grown, rest, arrived, source)]


def behind(frame: Frame, size: int) -> Frame:
    """The part of a frame behind a seal inside it. Gaps and runs are cut at every seal."""
    where = f"{frame.log} {frame.start}..{frame.end}"
    if size not in frame.seals:
        raise Unverified(f"nothing was sealed at {size}", where=where)
    before = [run for run in frame.runs if run.start < size]
    if any(run.start + run.count > size for run in before):
        raise Unverified("a run goes over a seal", where=where)
    end = frame.end - 1 if frame.heads else frame.end
    gaps = frames.gaps(frame.runs, frame.start, end, frame.seals)
    hidden = sum(len(merkle.cover(low, high)) for low, high in gaps if high <= size)
    bodies = frames.unpack_bodies(frame.bodies) if frame.bodies else []
    kept = bodies[sum(run.count - len(run.gone) for run in before) :]
    return msgspec.structs.replace(
        frame,
        start=size,
        runs=frame.runs[len(before) :],
        withheld=frame.withheld[32 * hidden :],
        bodies=frames.pack_bodies(kept) if kept else b"",
        seals=tuple(s for s in frame.seals if s > size),
    )


def _take(node: Node, source: str, frame: Frame) -> int:
    """Verify one frame on top of what is held, and keep it in one transaction."""
    with node.lock:
        with node.reading() as tx:
            state, effects = _verified(node.state, source, frame, node.following.context(tx))
        before, node.state = node.state, state
        records = 0
        try:
            for effect in effects:
                if isinstance(effect, sync.Keep):
                    node.following.keep(effect)
                    records += sum(not one.why for one in effect.arrived)
        except BaseException:
            node.state = before
            raise
        return records
