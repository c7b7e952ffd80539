"""Nodes that serve on loopback ports and talk to one another: servers, streams, the outbox."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import time

import httpx
import msgspec
import pytest

from tests.alliance import START, Alliance, draft, report
from tests.conftest import ROOT
from tests.unit.serving_house import unanswered
from toguna.core.labels import Label
from toguna.errors import Conflict, EngineFailure
from toguna.node import outbox
from toguna.node.opening import wall_clock
from toguna.surfaces import peering, serving
from toguna.surfaces.signatures import sign_request

SECOND = 1_000_000
HOST = "127.0.0.1"


class Served:
    """An alliance of which some nodes serve; its clock goes on from its start."""

    def __init__(self, **more) -> None:
        self.alliance = Alliance(**more)
        offset = START - wall_clock()
        self.skew_us = 0
        for node in self.alliance.nodes.values():
            clock = lambda: wall_clock() + offset + self.skew_us  # noqa: E731
            node.parts = node.parts._replace(clock=clock)
            node.state = node.state._replace(peers={})
        self.ports = {p: serving.free_port(HOST, 0) for p in self.alliance.nodes}
        self.urls = {p: f"http://{HOST}:{port}" for p, port in self.ports.items()}

    def __getitem__(self, party):
        return self.alliance[party]

    def running(self, party, *peers, server="granian"):
        return serving.running(
            self[party], HOST, self.ports[party], {p: self.urls[p] for p in peers}, server=server
        )

    def signed(self, method, url, body=None, *, by="ml", to="ml", **more):
        return sign_request(
            method,
            url,
            body,
            party=by,
            to=to,
            seed=self[by].parts.keys.log,
            now_us=self[by].now(),
            nonce=secrets.token_bytes(16),
            **more,
        )

    def heard(self, at, of):
        peer = self[at].state.peers.get(of)
        return peer is not None and peer.last_heard_us > 0

    def size(self, at, of):
        followed = self[at].state.followed.get(f"{of}/spine")
        return followed.size if followed else 0


async def until(true, seconds=10.0):
    """Wait for something that comes by itself."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        await asyncio.sleep(0.01)


@pytest.fixture
def served():
    return Served()


@pytest.mark.parametrize("server", ["granian", "uvicorn"])
def test_two_nodes_share_and_a_new_head_wakes_the_other(served, server):
    async def run():
        async with (
            served.running("ml", "bf", server=server),
            served.running("bf", "ml", server=server),
            httpx.AsyncClient(trust_env=False) as client,
        ):
            await until(lambda: served.heard("bf", "ml"))
            await asyncio.sleep(1.2)  # the streams are there, and the next poll is 4 s away
            body = msgspec.json.encode({"body": report("Alerte"), "label": {"to": ["bf"]}})
            url = served.urls["ml"] + "/api/sharing/report"
            began = time.monotonic()
            answer = await client.post(
                url, content=body, headers=served.signed("POST", "/api/sharing/report", body)
            )
            assert answer.status_code == 200, answer.text
            await until(lambda: served.size("bf", "ml") == served["ml"].spine.size > 0)
            assert time.monotonic() - began < 2, "woken, not polled"
            path = "/api/sharing/report"
            rows = await client.get(
                served.urls["bf"] + path, headers=served.signed("GET", path, by="bf", to="bf")
            )
            assert [row["title"] for row in rows.json()["items"]] == ["Alerte"]
            return time.monotonic()

    ended = asyncio.run(run())
    assert time.monotonic() - ended < 5, "streams do not keep a server from ending"


def test_sync_once_asks_until_there_is_nothing_more(served):
    for n in range(3):
        served["ml"].submit([draft(report(f"n{n}"), to=("bf",))] * 50, "duty")

    async def run():
        async with served.running("ml"):
            return await serving.sync_once(
                served["bf"], {"ml": served.urls["ml"], "ne": served.urls["ne"]}, timeout_s=10
            )

    outcomes = asyncio.run(run())
    size = served["ml"].spine.size
    assert outcomes["ml"] == outbox.Outcome(True, size, size)
    assert not outcomes["ne"].ok
    assert "connect" in outcomes["ne"].error.lower()


def test_the_running_node_syncs_on_demand(served):
    served["bf"].submit([draft(report("De bf"), to=("ml",))], "duty")

    async def run():
        async with (
            served.running("ml", "bf"),
            served.running("bf"),
            httpx.AsyncClient(trust_env=False) as client,
        ):
            body = msgspec.json.encode({"timeout_s": 10})
            answer = await client.post(
                served.urls["ml"] + "/api/sync",
                content=body,
                headers=served.signed("POST", "/api/sync", body),
                timeout=20,
            )
            return answer.json()["parties"]

    assert asyncio.run(run())["bf"]["ok"]
    assert served.size("ml", "bf") == served["bf"].spine.size > 0


# Peers that do not do their part -------------------------------------------------------


@contextlib.asynccontextmanager
async def strange(answer: bytes | None, port: int):
    """A server that says only this, or nothing at all, to whoever asks."""

    async def talk(reader, writer):
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            if answer is not None:
                writer.write(answer)
                await writer.drain()
                writer.close()
            else:
                await asyncio.sleep(60)
        writer.close()

    server = await asyncio.start_server(talk, HOST, port)
    try:
        yield
    finally:
        server.close()


def test_a_peer_that_never_answers_keeps_nobody_waiting(served, monkeypatch):
    monkeypatch.setattr(outbox, "ANSWER_S", 0.7)
    served["ml"].submit([draft(to=("bf",))], "duty")

    async def run():
        async with (
            strange(None, served.ports["ne"]),
            served.running("ml"),
            served.running("bf", "ml", "ne"),
        ):
            began = time.monotonic()
            await until(lambda: served.size("bf", "ml") > 0)
            arrived = time.monotonic() - began
            await until(lambda: served["bf"].state.peers["ne"].failures)
            return arrived

    assert asyncio.run(run()) < 0.6
    assert served["bf"].state.peers["ne"].last_error


HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/msgpack\r\nconnection: close\r\n\r\n"


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (HEAD + b"\xc1rubbish", "not a reply"),
        (HEAD + b"x" * 9_000_000, "more than"),
        (b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\n\r\n", "answered 302"),
        (b"HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n", "answered 500"),
        (b"this is no HTTP\r\n\r\n", ""),
        (b"", ""),
    ],
    ids=["rubbish", "too much", "elsewhere", "an error", "no HTTP", "nothing"],
)
def test_what_a_peer_answers_wrongly_is_a_failure_and_no_more(served, answer, word):
    async def run():
        async with strange(answer, served.ports["ml"]):
            return await serving.sync_once(
                served["bf"], {"ml": served.urls["ml"]}, parties=["ml"], timeout_s=10
            )

    outcome = asyncio.run(run())["ml"]
    assert not outcome.ok
    assert outcome.error
    assert word in outcome.error
    assert served["bf"].state.peers["ml"].failures == 1


# Streams -------------------------------------------------------------------------------


def test_a_stream_says_each_head_keeps_alive_and_ends_with_its_listener(served, monkeypatch):
    monkeypatch.setattr(peering, "KEEP_ALIVE_S", 0.2)

    async def run():
        async with served.running("ml"), httpx.AsyncClient(trust_env=False) as client:
            headers = served.signed("GET", "/peer/wake", by="bf")
            url = served.urls["ml"] + "/peer/wake"
            async with client.stream("GET", url, headers=headers, timeout=5) as answer:
                assert answer.headers["content-type"] == "text/event-stream"
                text = answer.aiter_text()
                assert '"size":0' in await anext(text)
                assert await anext(text) == ": still here\n\n"
                await asyncio.to_thread(served["ml"].submit, [draft(to=("bf",))], "duty")
                while "event: head" not in (said := await anext(text)):
                    pass
                assert f"id: {served['ml'].spine.size}\n" in said

    asyncio.run(run())


def listeners(app_house):
    return app_house.wakes._listening


def test_a_listener_that_goes_away_is_forgotten_and_one_party_has_few(served):
    async def run():
        from toguna.surfaces.http import app_for

        app = app_for(served["ml"])
        async with (
            serving._listening(app, HOST, served.ports["ml"], "granian"),
            httpx.AsyncClient(trust_env=False) as client,
        ):
            url, house = served.urls["ml"] + "/peer/wake", app.state.house
            async with contextlib.AsyncExitStack() as stack:
                for _ in range(5):
                    headers = served.signed("GET", "/peer/wake", by="bf")
                    stream = client.stream("GET", url, headers=headers, timeout=5)
                    answer = await stack.enter_async_context(stream)
                assert answer.status_code == 403, "the fifth is too many"
                assert len(listeners(house)) == 4
            await until(lambda: not listeners(house))
            house.close()

    asyncio.run(run())


def test_a_stream_ends_when_its_party_has_left(served, monkeypatch):
    monkeypatch.setattr(peering, "KEEP_ALIVE_S", 0.1)

    async def run():
        async with served.running("ml"), httpx.AsyncClient(trust_env=False) as client:
            headers = served.signed("GET", "/peer/wake", by="bf")
            url = served.urls["ml"] + "/peer/wake"
            async with client.stream("GET", url, headers=headers, timeout=5) as answer:
                text = answer.aiter_text()
                await anext(text)
                monkeypatch.setattr(peering, "_is_served", lambda asked: False)
                return [said async for said in text]

    assert len(asyncio.run(run())) <= 1


# The server's own limits ---------------------------------------------------------------


@pytest.mark.parametrize("server", ["granian", "uvicorn"])
def test_bodies_that_are_too_large_or_cut_off_are_refused(served, server, monkeypatch):
    from toguna.surfaces import endpoints

    monkeypatch.setattr(endpoints, "SLOWEST_CHUNK_S", 0.3)

    async def run():
        async with served.running("ml", server=server):
            large = b"x" * ((2 << 20) + 1)
            async with httpx.AsyncClient(trust_env=False) as client:
                url = served.urls["ml"] + "/api/release"
                signed = served.signed("POST", "/api/release", large)
                refused = await client.post(url, content=large, headers=signed)
                unsigned = [await unanswered(client.post(url, content=b)) for b in (b"{}", large)]
            well = await asyncio.to_thread(httpx.get, served.urls["ml"] + "/healthz")
            slow = await slowly(served, served.signed("POST", "/api/release", b"{}"))
            return refused, unsigned, well, slow

    refused, unsigned, well, slow = asyncio.run(run())
    assert (refused.status_code, well.status_code) == (400, 200)
    assert unsigned in ([404, 404], [404, None])
    assert b"too slowly" in slow


async def slowly(served, headers):
    """Send the head of a request and never its body; what comes back."""
    reader, writer = await asyncio.open_connection(HOST, served.ports["ml"])
    lines = ["POST /api/release HTTP/1.1", "host: x", "content-length: 2", "connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    answer = await asyncio.wait_for(reader.read(4_096), 5)
    writer.close()
    return answer


def test_a_port_in_use_is_said_before_anything_else(served):
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        where = f"{HOST}:{taken.getsockname()[1]}"
        with pytest.raises(Conflict, match="port is in use"):
            serving.serve(served["ml"], where, {})
    with pytest.raises(EngineFailure, match="cannot listen"):
        serving.serve(served["ml"], "203.0.113.7:1", {})


def test_labels_that_end_are_kept_while_nobody_asks(served, monkeypatch):
    monkeypatch.setattr(serving, "SWEEP_S", 0.05)
    label = Label(to=("bf",), until=served["ml"].now() + 60 * SECOND)
    address = served["ml"].submit([draft()._replace(label=label)], "duty")[0]

    def gone():
        with served["ml"].reading() as tx:
            return served["ml"].ledger.find(tx, address).stored.gone

    async def run():
        async with served.running("ml"):
            await asyncio.sleep(0.2)
            assert not gone()
            served.skew_us = 61 * SECOND
            await until(gone)

    asyncio.run(run())


PROGRAM = """
import sys
from tests.alliance import Alliance
from toguna.surfaces import serving
serving.serve(
    Alliance()["ml"], "127.0.0.1:0", {}, server=sys.argv[1],
    ready=lambda url: print(url, flush=True),
)
print("ended", flush=True)
"""


@pytest.mark.parametrize("server", ["granian", "uvicorn"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_node_cleanly(server, number):
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, server],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        url = process.stdout.readline().strip()
        assert httpx.get(f"{url}/healthz", trust_env=False).json() == {"ok": True}
        with httpx.stream("GET", f"{url}/healthz", trust_env=False):
            process.send_signal(number)
            out, err = process.communicate(timeout=15)
        assert (process.returncode, out) == (0, "ended\n"), err
        assert "Traceback" not in err
    finally:
        process.kill()
        process.wait()
