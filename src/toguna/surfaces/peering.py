"""What another party may ask: pull our spine, hear of new heads, read the charter book, and
hand over charter documents.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Annotated, Final

import msgspec

from toguna.errors import BadInput, Unknown
from toguna.node.outbox import DOCUMENTS_BYTES
from toguna.surfaces.endpoints import (
    MSGPACK,
    PEER_BYTES,
    Answer,
    Asked,
    Endpoint,
    Receive,
    Send,
    Stream,
    answer_json,
)

KEEP_ALIVE_S: Final = 15.0
EVENTS: Final = "text/event-stream"
DOCUMENTS: Final = 1_024
"""More than this is no list of charter documents: each of them takes over 256 bytes."""
_documents = msgspec.msgpack.Decoder(Annotated[list[bytes], msgspec.Meta(max_length=DOCUMENTS)])


class Taken(msgspec.Struct):
    """How many of the charter documents that were handed over were new here."""

    new: int


async def pull(asked: Asked) -> Answer:
    """Answer a pull (core/messages.py). It may write: what the peer shows us is noted."""
    data = await asked.body()
    node, party = asked.node, asked.caller.party
    return Answer(await asked.house.writer.run(lambda: node.answer(party, data)), MSGPACK)


async def book(asked: Asked) -> Answer:
    """All charter documents that we know, as a msgpack array of bytes."""
    _still_served(asked)
    node = asked.node
    documents = await asked.house.writer.run(node.book.documents)
    return Answer(msgspec.msgpack.encode(documents), MSGPACK)


async def take_documents(asked: Asked) -> Answer:
    """Take charter documents, each of which proves itself; a false one is journalled.

    The one thing that a party may do with its witness key: so its word that the log key was
    stolen arrives also where no other log key of it is known yet.
    """
    _still_served(asked)
    try:
        documents = _documents.decode(await asked.body())
    except msgspec.DecodeError as error:
        raise BadInput(f"no list of charter documents: {error}", where="body") from None
    house, node, party = asked.house, asked.node, asked.caller.party
    new = await house.writer.run(lambda: node.following.learn(documents, source=party))
    if new:
        house.wakes.sealed()
    return answer_json(Taken(new))


async def wake(asked: Asked) -> Stream:
    """One event for every new head; the first says where we are."""
    _still_served(asked)
    queue = asked.house.wakes.listen(asked.caller.party)

    async def run(receive: Receive, send: Send) -> None:
        gone = asyncio.ensure_future(_gone(receive))
        try:
            while (text := await _next(queue, gone)) and _is_served(asked):
                await send({"type": "http.response.body", "body": text, "more_body": True})
        except OSError:
            return  # the other side went away in the middle of a word
        finally:
            gone.cancel()
            with suppress(asyncio.CancelledError):
                await gone
            asked.house.wakes.leave(queue)

    return Stream(run, EVENTS)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _next(queue: asyncio.Queue[int | None], gone: asyncio.Future[None]) -> bytes:
    """The next event, or a comment after a while; empty when the stream is over."""
    word = asyncio.ensure_future(queue.get())
    try:
        await asyncio.wait((word, gone), timeout=KEEP_ALIVE_S, return_when=asyncio.FIRST_COMPLETED)
        if gone.done():
            return b""
        if not word.done():
            return b": still here\n\n"
        size = word.result()
        return b"" if size is None else b'event: head\nid: %d\ndata: {"size":%d}\n\n' % (size, size)
    finally:
        word.cancel()


def _is_served(asked: Asked) -> bool:
    return asked.node.standing.is_active(asked.caller.party, asked.node.now())


def _still_served(asked: Asked) -> None:
    if not _is_served(asked):
        raise Unknown("there is nothing here for you")


ENDPOINTS: Final = (
    Endpoint(
        "POST",
        "/peer/pull",
        pull,
        "peer",
        "Ask for what is new on our spine for the asking party: frames, flashes, heads, proofs.",
        MSGPACK,
        takes=MSGPACK,
        most=PEER_BYTES,
    ),
    Endpoint(
        "GET", "/peer/wake", wake, "peer", "A stream with one event for each new head.", EVENTS
    ),
    Endpoint("GET", "/peer/book", book, "peer", "The charter documents that we know.", MSGPACK),
    Endpoint(
        "POST",
        "/peer/book",
        take_documents,
        "peer",
        "Hand over charter documents, a msgpack array of bytes. Also by the witness key.",
        Taken,
        takes=MSGPACK,
        most=DOCUMENTS_BYTES,
        by_witness=True,
    ),
)
