"""Asking a peer again for everything that we may see, and comparing it with what we hold.

What a peer changed in its own store cannot meet the root that it signed; and what it signed
anew cannot meet what we verified before. Either way the first record that is not as it was is
named. Nothing that comes is kept.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, cast

import httpx

from toguna.core import frame as frames
from toguna.core import messages, sync
from toguna.core.frame import Frame
from toguna.core.messages import Pull, Want
from toguna.core.note import VerifierKey
from toguna.core.table import Reader, Row
from toguna.errors import EngineFailure, TogunaError, Unknown, Unverified
from toguna.node import opening
from toguna.node import tables as t
from toguna.node.answering import commitment_of
from toguna.node.node import Node
from toguna.surfaces.signatures import sign_request

ROOM: Final = 4 << 20
_TIMEOUT_S: Final = 120


def verify_afresh(
    url: str, folder: Path, vkey: str | None, progress: Callable[[int], None]
) -> Iterator[dict[str, Any]]:
    """Verify the log that is served at ``url`` as the party of the node in ``folder``.

    Raises Unverified naming the first bad record.
    """
    node = opening.open_node(folder)
    try:
        with httpx.Client(base_url=url.rstrip("/"), timeout=_TIMEOUT_S, trust_env=False) as client:
            party = _owner(client, url, vkey)
            if party == node.party or node.standing.party(party) is None:
                raise Unknown(f"{party} is no other party of our charter", where=url)
            yield _compare(node, party, _Peer(client, node, party), progress)
    finally:
        node.close()


def _owner(client: httpx.Client, url: str, vkey: str | None) -> str:
    try:
        text = vkey or client.get("/spine/vkey").raise_for_status().text.strip()
    except httpx.HTTPError as error:
        raise EngineFailure(f"does not answer: {error}", where=url) from None
    return VerifierKey.parse(text).name.rpartition("/")[2]


class _Peer:
    """One peer, asked for whole frames one after the other."""

    def __init__(self, client: httpx.Client, node: Node, party: str) -> None:
        self._client = client
        self._node = node
        self._party = party
        self._heads = sync.known_heads(node.state)

    def frame(self, size: int) -> Frame | None:
        """The frame behind ``size``, put together from its parts; None at the end."""
        name = sync.spine(self._party)
        data, digest = b"", b""
        while True:
            reply = self._pull(Want(name, size, digest, len(data)))
            part = next((p for p in reply.parts if p.log == name), None)
            if part is None:
                return None
            if part.offset != len(data) or part.total > frames.MAX_FRAME_BYTES:
                data, digest = b"", b""
                if part.offset:
                    raise Unverified("the parts of a frame do not fit", where=f"{name}/{size}")
            data, digest = data + part.data, part.digest
            if len(data) >= part.total:
                return frames.decode(data)

    def _pull(self, want: Want) -> messages.Reply:
        node = self._node
        pull = Pull(wants=(want,), heads=self._heads, book=node.book.digest(), room=ROOM)
        body = messages.encode(pull)
        headers = sign_request(
            "POST",
            "/peer/pull",
            body,
            party=node.party,
            to=self._party,
            seed=node.parts.keys.log,
            now_us=node.now(),
            nonce=secrets.token_bytes(16),
        )
        headers["content-type"] = "application/msgpack"
        try:
            answer = self._client.post("/peer/pull", content=body, headers=headers)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise EngineFailure(f"does not answer: {error}", where=self._party) from None
        return messages.decode_reply(answer.content)


def _compare(
    node: Node, party: str, peer: _Peer, progress: Callable[[int], None]
) -> dict[str, Any]:
    name = sync.spine(party)
    held = node.state.followed.get(name)
    state = sync.begin(node.party, node.spine.followed())
    size, records = 0, 0
    with node.lock, node.reading() as tx:
        context = node.following.context(tx)
        while (frame := peer.frame(size)) is not None:
            try:
                state, effects = sync.take_frame(state, party, frame, context)
            except TogunaError as error:
                first = _first_other(node, tx, frame)
                where = first or error.where or f"{name}/{size}"
                raise Unverified(error.what, where=where) from None
            if (changed := _first_other(node, tx, frame)) is not None:
                what = "it is not what we verified before, and is signed anew"
                raise Unverified(what, where=changed)
            if frame.end <= size:
                break
            arrived = sum(len(e.arrived) for e in effects if isinstance(e, sync.Keep))
            size, records = frame.end, records + arrived
            progress(arrived)
    if held is not None and size < held.size:
        what = f"the log went back to {size:,} entries; we verified {held.size:,}"
        raise Unverified(what, where=f"{name}/{size}")
    return {"log": name, "size": size, "records": records, "note": f"as {node.party}, asked afresh"}


def _first_other(node: Node, tx: Reader, frame: Frame) -> str | None:
    """The first record of a frame that differs from the one that we hold; None when none."""
    no = node.ledger.log_numbers.get(frame.log)
    if no is None:
        return None
    try:
        bodies = iter(frames.unpack_bodies(frame.bodies) if frame.bodies else ())
    except TogunaError:
        bodies = iter(())
    shown: set[int] = set()
    for run in frame.runs:
        gone = {g.index: g.commitment for g in run.gone}
        for index in range(run.start, run.start + run.count):
            shown.add(index)
            row = tx.get(t.RECORD, (t.pack(no, index),))
            if index in gone:
                if row is not None and commitment_of(row) != gone[index]:
                    return f"{frame.log}/{index}"
                continue
            if _differs(row, next(bodies, None)):
                return f"{frame.log}/{index}"
    # What we hold and the peer does not show any more.
    for row in node.ledger.rows_between(tx, no, frame.start, frame.end):
        index = t.unpack(cast(int, row[0]))[1]
        if index not in shown:
            return f"{frame.log}/{index}"
    return None


def _differs(row: Row | None, body: bytes | None) -> bool:
    """Whether a body is not the one that we hold. What we erased cannot be compared."""
    return row is not None and bool(row[8]) and row[8] != body
