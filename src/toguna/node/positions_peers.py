"""Hearing the streams that other parties show us.

For each peer with an address one request is kept open (``GET /peer/positions``, signed as all
requests between nodes). Each event is a whole frame of one of its streams, filtered and made
coarser by its owner before it left. What does not hold together ends the connection, and is
asked for again later; what a stream was in between is lost, for it is no record.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Final

import httpx
import msgspec

from toguna.errors import EngineFailure, TogunaError
from toguna.node import logs
from toguna.node.node import Node
from toguna.node.outbox import Sign
from toguna.node.positions import Frame, Positions

EVENT_BYTES: Final = 8 << 20
"""The longest event: a frame of the most objects that a stream has takes about 2 MB."""
QUIET_S: Final = 45.0
"""A stream without even a comment for three keep-alives is dead."""
AGAIN_S: Final = (1.0, 60.0)
LOOK_S: Final = 1.0
_PREFIX: Final = b"event: positions\ndata: "
_frames: Final = msgspec.json.Decoder(Frame)
_FAILED: Final = (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError, msgspec.DecodeError)
_log = logs.logger("toguna.positions")


class Hearing:
    """Keeps the streams of all peers up to date. Belongs to one event loop.

    ``heard`` is called after each frame that was taken. ``every_s`` is how often a frame of
    one stream is asked for at the most.
    """

    def __init__(
        self,
        node: Node,
        positions: Positions,
        addresses: Callable[[], Mapping[str, str]],
        sign: Sign,
        heard: Callable[[], None],
    ) -> None:
        self._node = node
        self._positions = positions
        self._addresses = addresses
        self._sign = sign
        self._heard = heard
        self._every_s = node.parts.positions.ask_every_s
        self._listening: dict[str, asyncio.Task[None]] = {}

    async def run_forever(self) -> None:
        """Listen to every peer until cancelled."""
        wait = httpx.Timeout(15.0, read=QUIET_S)
        try:
            async with httpx.AsyncClient(timeout=wait, trust_env=False) as client:
                while True:
                    self._look(client)
                    await asyncio.sleep(LOOK_S)
        finally:
            for task in self._listening.values():
                task.cancel()
            await asyncio.gather(*self._listening.values(), return_exceptions=True)

    def _look(self, client: httpx.AsyncClient) -> None:
        """Listen to whoever has an address; who is no peer any more is forgotten."""
        addresses = self._addresses()
        for party in addresses:
            if party not in self._listening:
                self._listening[party] = asyncio.create_task(self._listen(client, party))
        for party in self._listening.keys() - addresses.keys():
            self._listening.pop(party).cancel()
            self._positions.forget(party)
            self._heard()

    async def _listen(self, client: httpx.AsyncClient, party: str) -> None:
        wait, longest = AGAIN_S
        while True:
            try:
                async for frame in self._frames(client, party):
                    wait = AGAIN_S[0]
                    self._positions.take(party, frame, self._node.now())
                    self._heard()
            except (*_FAILED, TogunaError) as error:
                _log.debug("positions ended", party=party, why=str(error)[:200])
            spread = self._node.parts.randbytes(1)[0] / 255
            await asyncio.sleep(wait * (0.5 + spread))
            wait = min(wait * 2, longest)

    async def _frames(self, client: httpx.AsyncClient, party: str) -> AsyncIterator[Frame]:
        url = f"{self._addresses()[party]}/peer/positions?every={self._every_s}"
        headers = self._sign("GET", url, None, party)
        headers |= {"accept-encoding": "identity"}
        async with client.stream("GET", url, headers=headers) as answer:
            if answer.status_code != 200:
                raise EngineFailure(f"it answered {answer.status_code}")
            text = bytearray()
            async for piece in answer.aiter_raw():
                text += piece
                while (end := text.find(b"\n\n")) >= 0:
                    event = bytes(text[:end])
                    del text[: end + 2]
                    if event.startswith(_PREFIX):
                        yield _frames.decode(event[len(_PREFIX) :])
                if len(text) > EVENT_BYTES:
                    raise EngineFailure("an event of its stream is too long")
