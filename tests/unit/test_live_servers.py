"""300 subscribers on real servers: half of them leave, and nothing of them is left behind."""

from __future__ import annotations

import asyncio
import gc
import time
import tracemalloc

import httpx
import msgspec
import pytest

from tests.alliance import report
from tests.unit.live_house import LIVE, until
from tests.unit.test_http_serving import HOST, Served

SUBSCRIBERS = 300
IDLE_CPU_S = 0.35
"""The most CPU in a second in which nobody says anything. One server that spins takes all of it."""


class Subscriber(asyncio.Protocol):
    """A stream over a bare socket."""

    def __init__(self, served, url: str = LIVE) -> None:
        self._headers = served.signed("GET", url)
        self._url = url
        self.text = b""
        self.lost = False

    def connection_made(self, transport):
        self.transport = transport
        lines = [f"GET {self._url} HTTP/1.1", f"Host: {HOST}"]
        lines += [f"{name}: {value}" for name, value in self._headers.items()]
        transport.write("\r\n".join([*lines, "", ""]).encode())

    def data_received(self, data):
        self.text += data

    def connection_lost(self, _error):
        self.lost = True


async def subscribe(served, count):
    loop = asyncio.get_running_loop()
    found = []
    for _ in range(count):
        make = lambda: Subscriber(served)  # noqa: E731
        found.append((await loop.create_connection(make, HOST, served.ports["ml"]))[1])
    await until(lambda: all(b"event: hello" in one.text for one in found), 20)
    return found


@pytest.mark.parametrize("server", ["granian", "uvicorn"])
def test_300_subscribers_of_whom_half_leave_leave_nothing_behind(server):
    served = Served()

    async def say(client, title):
        path, body = "/api/sharing/report", msgspec.json.encode({"body": report(title)})
        headers = served.signed("POST", path, body)
        answer = await client.post(served.urls["ml"] + path, content=body, headers=headers)
        assert answer.status_code == 200

    async def run():
        node = served["ml"]
        async with (
            served.running("ml", server=server),
            httpx.AsyncClient(trust_env=False) as client,
        ):
            subscribers = await subscribe(served, SUBSCRIBERS)
            live = _live(node)
            assert len(live.streams.listeners) == len(live._followers) == SUBSCRIBERS
            await say(client, "à tous")
            await until(lambda: all("à tous".encode() in one.text for one in subscribers), 20)
            tasks = len(asyncio.all_tasks())
            staying, leaving = subscribers[::2], subscribers[1::2]
            for n, one in enumerate(leaving):
                one.transport.abort() if n % 2 else one.transport.close()
            await until(lambda: len(live.streams.listeners) == len(staying), 20)
            assert len(live._followers) == len(staying)
            assert not any(one.lost for one in staying)
            assert len(asyncio.all_tasks()) <= tasks / 2 + 20, "no task of a stream that is gone"
            await say(client, "aux autres")
            await until(lambda: all(b"aux autres" in one.text for one in staying), 20)
            await asyncio.sleep(0.3)  # what waits is said by now
            began, cpu = time.monotonic(), time.process_time()
            await asyncio.sleep(1.0)
            spent = (time.process_time() - cpu) / (time.monotonic() - began)
            assert spent < IDLE_CPU_S, f"{spent:.0%} of a core for nothing"
            for one in staying:
                one.transport.close()
            await until(lambda: not live.streams.listeners, 20)
            assert live.streams._beating is None, "without streams no clock runs"

    asyncio.run(run())
    assert served["ml"].changes.listeners == []


def _live(node):
    """The streams of a running node: the feed tells them."""
    (told,) = node.changes.listeners
    return told.__self__


@pytest.mark.parametrize("server", ["granian", "uvicorn"])
def test_subscribers_that_come_and_go_do_not_make_a_node_grow(server):
    served = Served()

    async def run():
        async with served.running("ml", server=server):
            live = _live(served["ml"])

            async def rush():
                for one in await subscribe(served, 50):
                    one.transport.close()
                await until(lambda: not live.streams.listeners, 20)
                gc.collect()

            await rush()
            await rush()
            tracemalloc.start()
            try:
                before = tracemalloc.get_traced_memory()[0]
                for _ in range(4):
                    await rush()
                grown = tracemalloc.get_traced_memory()[0] - before
            finally:
                tracemalloc.stop()
            # 200 streams; what the guard remembers of their nonces is under 300 bytes each.
            assert grown < 200 * 1_000, f"{grown:,} bytes are left of 200 streams"

    asyncio.run(run())


@pytest.mark.parametrize("server", ["granian", "uvicorn"])
def test_a_caller_who_does_not_read_holds_nobody_up_and_gets_all_of_it_later(server):
    served = Served()

    async def run():
        node = served["ml"]
        async with served.running("ml", server=server):
            stuck, quick = await subscribe(served, 2)
            stuck.transport.pause_reading()
            drafts = [{"kind": "sharing.report/1", "body": report("x" * 150)} for _ in range(500)]
            path, body = "/api/batch", msgspec.json.encode({"items": drafts})
            async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
                for n in range(6):
                    headers = served.signed("POST", path, body)
                    answer = await client.post(
                        served.urls["ml"] + path, content=body, headers=headers
                    )
                    assert answer.status_code == 200
                    count = (n + 1) * 500
                    await until(lambda c=count: quick.text.count(b"event: change") == c, 20)
            followers = sorted(f.place for f in _live(node)._followers)
            assert followers[1] == node.changes.last == 3_000
            stuck.transport.resume_reading()
            await until(lambda: stuck.text.count(b"event: change") == 3_000, 20)

    asyncio.run(run())
