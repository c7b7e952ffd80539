"""Frames out of real nodes, to be changed by adversaries: a relay, or the owner itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import msgspec

from tests.alliance import DAY, SECOND, START, Alliance, report
from toguna.core import ed25519, log, messages, record, sync
from toguna.core import frame as frames
from toguna.core.frame import Frame
from toguna.core.labels import Label
from toguna.core.record import Address, Author, Draft
from toguna.core.table import Row
from toguna.domains.journal import Line
from toguna.engines.memory import MemoryEngine
from toguna.errors import BadInput
from toguna.node import tables as t
from toguna.node.answering import Asking
from toguna.node.node import Node

SPINE = "ml/spine"


def drafts(word: str, *to: str, count: int = 1) -> list[Draft]:
    """Reports by that name, each for these readers."""
    return [
        Draft("sharing.report/1", report(f"{word} {k}", source=None), Label(to=to))
        for k in range(count)
    ]


def speak(ml: Node) -> None:
    """Four seals at ml: for bf, for ne, for both; some that bf sees nothing of."""
    ml.submit(
        drafts("deux", "bf", "ne", count=2) + drafts("faso", "bf", count=3)
        + drafts("niger", "ne", count=2), "duty",
    )  # fmt: skip
    ml.submit(drafts("encore niger", "ne", count=11), "duty")
    ml.submit(drafts("encore faso", "bf", count=4), "duty")
    ml.submit(drafts("fin", "ne"), "duty")


@lru_cache(maxsize=1)
def spoken() -> Alliance:
    """An alliance in which ml has spoken and nobody has asked yet. Never change it."""
    alliance = Alliance()
    speak(alliance["ml"])
    return alliance


def copy_of(alliance: Alliance, party: str) -> Node:
    """A second node on a copy of the party's store, to do as one likes with."""
    engine = alliance[party].parts.engine
    assert isinstance(engine, MemoryEngine)
    node = alliance.open(party, MemoryEngine.restored(engine.snapshot()))
    for other in alliance.nodes:
        if other != party:
            node.talk_to(other)
    return node


def frame_of(node: Node, reader: str, start: int = 0, name: str = "") -> Frame:
    """The next frame that this node hands to ``reader``."""
    entry = node.standing.party(reader)
    assert entry is not None
    with node.reading() as tx:
        asking = Asking(reader, entry.slot)
        found = node.answers.frame(tx, asking, name or node.spine.name, start, frozenset())
    assert found is not None
    return found


def take(node: Node, frame: Frame, source: str = "ml") -> list[sync.Effect]:
    """Let a node verify a frame; the effects. Nothing is kept."""
    with node.reading() as tx:
        return sync.take_frame(node.state, source, frame, node.following.context(tx))[1]


def change(frame: Frame, **fields: object) -> Frame:
    """The same frame with other fields; its signature is now false."""
    return msgspec.structs.replace(frame, **fields)


def sealed_by(alliance: Alliance, party: str, frame: Frame) -> Frame:
    """The frame, signed again: what only the party itself could hand over."""
    key = alliance.seeds[party].log
    return frames.sign(frame, lambda data: ed25519.sign(key, data))


def raws(node: Node, name: str = SPINE) -> dict[int, bytes]:
    """What a node holds of a log, by index, where it counts."""
    no = node.ledger.log_numbers.get(name)
    if no is None:
        return {}
    with node.reading() as tx:
        rows = node.ledger.rows_between(tx, no, 0, 1 << t.INDEX_BITS)
        return {t.unpack(int(r[0]))[1]: bytes(r[8]) for r in rows if not r[6] and not r[7]}  # type: ignore[arg-type]


def journal(node: Node, what: str) -> list[str]:
    """The texts of the node's own lines of this sort."""
    found = []
    for raw in raws(node, f"{node.party}/home").values():
        if b'"kind":"journal.line/1"' in raw:
            body = msgspec.json.decode(bytes(msgspec.json.decode(raw, type=_Lines).body), type=Line)
            if body.what == what:
                found.append(body.text)
    return found


def raw_of(node: Node, draft: Draft, office: str = "duty", at_us: int | None = None) -> bytes:
    """The bytes of a record that nothing has checked."""
    author = Author(node.parts.keys.desk_id, office, node.party)
    return record.encode(draft, author, node.now() if at_us is None else at_us)


def seal_raw(node: Node, raw: bytes, readers: tuple[str, ...]) -> None:
    """Seal any bytes into the spine, as only a changed program could."""
    with node.writing() as tx:
        audience = node.ledger.audience(tx, node.party, readers)
        slots = tuple(p.slot for p in node.standing.parties if p.party in readers)

        def rows(sealed: log.Sealed) -> list[Row]:
            run, at = sealed.runs[0], node.now()
            key, salt = t.pack(node.spine.no, run.start), run.salts[0]
            return [(key, "sharing.report/1", None, at, audience, at, None, None, raw, salt, b"")]

        others = [p.slot for p in node.standing.parties if p.party != node.party]
        node.spine.committed(
            node.spine.append(
                tx, [log.Group(audience, slots, [raw])], others, rows, node.authoring._sign,
                node.standing.origin(node.party), node.now(), node.parts.randbytes,
            )
        )  # fmt: skip


class _Lines(msgspec.Struct):
    body: msgspec.Raw


def ask(asker: Node, answerer: Node, change: Callable[[bytes], bytes] = bytes) -> None:
    """One question and its answer between two nodes, through a relay that may change it."""
    asker.parts.clock.advance(3_600 * SECOND)  # type: ignore[attr-defined]
    sends = asker.step(sync.Tick()) + asker.step(sync.Woken(answerer.party))
    for _ in range(20):
        if not sends:
            return
        send = sends.pop(0)
        if send.party != answerer.party:
            asker.step(sync.Failed(send.party, "not in this test"))
            continue
        reply = change(answerer.answer(asker.party, messages.encode(send.pull)))
        try:
            sends += asker.step(sync.Replied(answerer.party, messages.decode_reply(reply)))
        except BadInput as error:
            asker.step(sync.Failed(answerer.party, str(error)))


__all__ = ["DAY", "SPINE", "START", "Address"]
