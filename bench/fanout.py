"""One event to many who listen: from an acknowledged write to a hundred open streams.

The node stands in a process of its own and its CPU time is counted there; whoever listens is
here. Beside us, in the same run: taky, which relays CoT over TCP, and a bare asyncio relay that
knows nothing of what it passes on.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from bench import _crowd, _house, _scratch
from bench._rows import Peer, Row, Size, beside, say
from toguna.surfaces.serving import free_port

SUMMARY = "fan out one event to 100 subscribers"
BOUNDS = (
    "Of what a delivery costs, the kernel takes most: one write to one socket, 6 to 10 us on "
    "loopback. Granian hands it from Python to its own thread; an event that was filtered and "
    "encoded once is the same bytes for everybody. What comes within 5 ms goes out together, so in "
    "bursts the cost is shared. A relay that checks no rights and keeps nothing is the limit. "
    "Each event is also authored, sealed, stored durably and folded first: that costs a hundred "
    "times a delivery, once. taky parses XML and remembers, but stores and signs nothing."
)
LIVE = "/api/live"
TAKY = "taky==0.10"
_OURS = re.compile(rb'event: change\ndata: [^\n]*?"at":([0-9]+)')
_STAMP = re.compile(rb'stamp="([0-9]+)"')
_EVERY_S = 0.0095
_BURST = 10
_EVENT = (
    '<event version="2.0" uid="{uid}" type="a-f-G-U-C" how="m-g" time="{now}" start="{now}" '
    'stale="{stale}"><point lat="15.66" lon="0.5" hae="300" ce="10" le="10"/><detail>'
    '<contact callsign="{uid}" endpoint="*:-1:stcp"/><__group name="Cyan" role="Team Member"/>'
    "{more}</detail></event>"
)


class Heard(NamedTuple):
    """What came of one run: CPU seconds, deliveries, how many a second, how late in ms."""

    cpu: float
    deliveries: int
    rate: float
    p50: float
    p99: float

    @property
    def each_us(self) -> float:
        """CPU microseconds a delivery."""
        return self.cpu * 1e6 / max(1, self.deliveries)


def run(size: Size) -> Iterator[Row]:
    """Single events, bursts of ten, and the peers, in turn."""
    single, burst, alone, alone_burst = [], [], [], []
    taky, relay, failed = [], [], ""
    with _crowd.nodes("ml") as nodes:
        node = nodes["ml"]
        for _ in range(size.rounds):
            alone.append(asyncio.run(_ours(node, 0, 1, size)))
            single.append(asyncio.run(_ours(node, size.listeners, 1, size)))
            alone_burst.append(asyncio.run(_ours(node, 0, _BURST, size)))
            burst.append(asyncio.run(_ours(node, size.listeners, _BURST, size)))
            relay.append(asyncio.run(_relay(size)))
            if size.peers and not failed:
                try:
                    taky.append(asyncio.run(_taky(size)))
                except (RuntimeError, OSError, ValueError) as error:
                    failed = f"skipped: {error}"
                    say(f"  {TAKY} {failed}")
    peers = [Peer("bare asyncio relay", _each(relay))]
    if size.peers:
        peers.append(Peer(f"{TAKY}, CoT over TCP", _each(taky) if taky else None, failed))
        peers += _not_run()
    yield from _rows(single, alone, burst, alone_burst, peers, taky, relay)


def _rows(
    single: list[Heard], alone: list[Heard], burst: list[Heard], alone_burst: list[Heard],
    peers: list[Peer], taky: list[Heard], relay: list[Heard],
) -> Iterator[Row]:  # fmt: skip
    runs = len(single)
    rate = round(median(h.rate for h in single))
    late = median(h.p99 for h in single)
    p50 = median(h.p50 for h in single)
    count = single[0].deliveries
    beside_us = "; ".join(
        f"{name}: {median(h.rate for h in found):,.0f}/s, "
        f"p99 {median(h.p99 for h in found):,.0f} ms"
        for name, found in (("relay", relay), ("taky", taky))
        if found
    )
    offered = f"{count:,} deliveries of single events, each authored and sealed at a steady pace"
    yield Row(
        "deliveries to all subscribers, single events", rate, "deliveries/s", target=10_000,
        runs=runs, conditions=f"by the wall; {offered}; p50 {p50:,.0f} ms, p99 {late:,.0f} ms from "
        f"the author's clock to the socket, the commit included ({beside_us})",
    )  # fmt: skip
    yield Row(
        "99 of 100 deliveries come within", late, "ms", target=250, better="less", runs=runs,
        conditions="by the wall; the same run",
    )  # fmt: skip
    whole = _each(single)
    row = Row(
        "CPU a delivery, single events", _fan_out(single, alone), "us of CPU", target=15,
        better="less", runs=runs, conditions="CPU of the node's process with subscribers less that "
        f"without, through granian; with authoring, seal, SQLite and fold {whole:,.1f}",
    )  # fmt: skip
    yield from beside(row, *peers)
    yield Row(
        f"CPU a delivery, {_BURST} events at once", _fan_out(burst, alone_burst), "us of CPU",
        better="less", runs=runs, conditions="the same in bursts, as after a sync; with authoring, "
        f"seal, SQLite and fold {_each(burst):,.1f}",
    )  # fmt: skip


def _each(found: list[Heard]) -> float:
    return round(median(h.each_us for h in found), 1)


def _fan_out(found: list[Heard], alone: list[Heard]) -> float:
    """CPU a delivery beyond what the event costs without anybody who listens."""
    spent = median(h.cpu for h in found) - median(h.cpu for h in alone)
    return round(max(0.1, spent * 1e6 / max(1, found[0].deliveries)), 1)


def _heard(ears: list[_crowd.Ear], cpu: float, wall: float) -> Heard:
    count = sum(len(ear.late_us) for ear in ears)
    p50, p99 = _crowd.late_ms(ears, 0.5, 0.99) if count else (0.0, 0.0)
    return Heard(cpu, count, count / wall, p50, p99)


# Ours --------------------------------------------------------------------------------------


async def _ours(node: _crowd.Running, listeners: int, burst: int, size: Size) -> Heard:
    ears = await _crowd.gather(
        listeners, node.port, lambda _n: _crowd.greeting("ml", LIVE), _OURS
    )  # fmt: skip
    await asyncio.sleep(0.5)
    events = size.requests * 2 // burst
    took = await node.asking(
        do="say", events=events, burst=burst, every_s=_EVERY_S * burst, to=["bf"]
    )
    await asyncio.sleep(0.3)
    heard = _heard(ears, took["cpu"], took["wall"])
    if heard.deliveries != events * burst * listeners:
        raise RuntimeError(f"{heard.deliveries} deliveries of {events * burst * listeners}")
    _crowd.disperse(ears)
    return heard


# Peers -------------------------------------------------------------------------------------


@asynccontextmanager
async def _process(port: int, *command: Any) -> AsyncIterator[subprocess.Popen[Any]]:
    """A process that listens on a port, ended afterwards."""
    quiet = subprocess.DEVNULL
    process = subprocess.Popen([str(c) for c in command], stdout=quiet, stderr=quiet)
    try:
        for _ in range(200):
            try:
                _, writer = await asyncio.open_connection(_crowd.HOST, port)
                writer.close()
                break
            except OSError:
                await asyncio.sleep(0.05)
        else:
            raise RuntimeError("it does not listen")
        yield process
    finally:
        _crowd.end(process)


async def _relayed(process: subprocess.Popen[Any], port: int, size: Size) -> Heard:
    """A hundred hear what one more says."""
    ears = await _crowd.gather(size.listeners + 1, port, lambda n: _cot(f"CROWD-{n}"), _STAMP)
    await asyncio.sleep(1.0)
    speaker, others = ears[0], ears[1:]
    before, began = _crowd.cpu_of(process.pid), time.perf_counter()
    events = size.requests * 2
    for n in range(1, events + 1):
        stamp = f'<bench stamp="{_house.now_us()}"/><remarks>{"." * 400}</remarks>'
        speaker.transport.write(_cot("CROWD-0", stamp))
        await asyncio.sleep(max(0, began + n * _EVERY_S - time.perf_counter()))
    wall = time.perf_counter() - began
    await asyncio.sleep(1.0)
    heard = _heard(others, _crowd.cpu_of(process.pid) - before, wall)
    _crowd.disperse(ears)
    if not heard.deliveries:
        raise RuntimeError("nobody heard anything")
    return heard


def _cot(uid: str, more: str = "") -> bytes:
    now, stale = (
        time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + s)) for s in (0, 600)
    )
    return _EVENT.format(uid=uid, now=now, stale=stale, more=more).encode()


async def _relay(size: Size) -> Heard:
    port = free_port(_crowd.HOST, 0)
    script = _scratch.PEERS / "relay.py"
    async with _process(port, sys.executable, script, port) as process:
        return await _relayed(process, port, size)


async def _taky(size: Size) -> Heard:
    _scratch.python("setuptools<81")  # taky asks for pkg_resources and does not say so
    binary = _scratch.python(TAKY).parent / "taky"
    port = free_port(_crowd.HOST, 0)
    with _house.folder() as path:
        config = Path(path, "taky.conf")
        config.write_text(
            f"[taky]\nbind_ip = {_crowd.HOST}\nroot_dir = {path}\n[cot_server]\nport = {port}\n"
            f"[dp_server]\nupload_path = {path}\n[ssl]\nenabled = false\n"
        )
        async with _process(port, binary, "-l", "error", "-c", config) as process:
            return await _relayed(process, port, size)


def _not_run() -> list[Peer]:
    """Servers of this kind that were tried, and why no number stands here."""
    return [
        Peer(
            "FreeTAKServer", None,
            "not run: it installs from PyPI, but its CoT port does not open with the versions of "
            "its dependencies that PyPI gives today",
        ),
        Peer("OpenTAKServer", None, "not run: it needs RabbitMQ, which PyPI does not have"),
    ]  # fmt: skip
