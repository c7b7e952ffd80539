"""Moving things: five thousand positions a second, ten who look, one node.

Feeders sign and post as the product's own do; whoever looks reads whole frames. A position is
late from its own time, which the feeder gave it just before it was sent, to the moment at which
the frame that holds it has arrived whole.
"""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections.abc import Iterator
from typing import Any

import httpx
import msgspec

from bench import _crowd, _house
from bench._rows import Row, Size

SUMMARY = "5,000 moving tracks at 1 Hz, 10 viewers"
BOUNDS = (
    "A frame of a stream is encoded once, 1 ms for 5,000 objects, and is the same bytes for all; "
    "ten viewers take some 3 MB a second off the kernel. Feeding costs the digest, the signature "
    "and one decoding. A frame goes out at once when the one before is a second old, so a feeder "
    "that speaks once a second is not kept waiting; one that speaks in between waits for its turn."
)
VIEWERS, FEEDERS = 10, 5
_FRAME = re.compile(rb'event: positions\ndata: [^\n]*?"at":\[([0-9]+)[^\n]*\n\n')


def run(size: Size) -> Iterator[Row]:
    """Some minutes of it."""
    with _crowd.nodes("ml") as nodes:
        found = asyncio.run(_soak(nodes["ml"], size))
    objects = size.tracks // FEEDERS * FEEDERS
    told = f"{objects:,} objects in {FEEDERS} streams, each fed once a second, {VIEWERS} viewers"
    yield Row(
        "source to viewer", found["p95"], "ms", target=1_000, better="less", runs=found["frames"],
        conditions=f"95 of 100 frames, by the wall; half within {found['p50']:,.0f} ms, 99 of 100 "
        f"within {found['p99']:,.0f} ms; {told}; {found['shown']:.1%} of the frames arrived",
    )  # fmt: skip
    yield Row(
        "one core's share", round(found["share"] * 100, 1), "%", better="less", runs=1,
        conditions=f"CPU of the node's process by the wall; {told}",
    )  # fmt: skip
    yield Row(
        "resident memory at the end by that after a third", round(found["grown"], 3), "times",
        target=1.05, better="less", runs=1,
        conditions=f"{found['rss'] / 2**20:,.0f} MiB in the end, after {found['seconds']:,.0f} s",
    )  # fmt: skip


async def _soak(node: _crowd.Running, size: Size) -> dict[str, Any]:
    ears = await _crowd.gather(
        VIEWERS, node.port, lambda _n: _crowd.greeting("ml", "/api/positions"), _FRAME
    )  # fmt: skip
    began = time.perf_counter()
    rounds = size.seconds
    async with httpx.AsyncClient(trust_env=False, base_url=node.url) as client:
        feeders = [
            asyncio.create_task(_feed(client, n, size.tracks // FEEDERS, rounds))
            for n in range(FEEDERS)
        ]
        await asyncio.sleep(rounds / 3)
        early = await node.asking(do="look")
        middle = time.perf_counter()
        await asyncio.gather(*feeders)
    late = await node.asking(do="look")
    ended = time.perf_counter()
    await asyncio.sleep(1.0)
    p50, p95, p99 = _crowd.late_ms(ears, 0.5, 0.95, 0.99)
    frames = sum(len(ear.late_us) for ear in ears)
    _crowd.disperse(ears)
    return {
        "p50": p50, "p95": p95, "p99": p99, "frames": frames,
        "shown": frames / (rounds * FEEDERS * VIEWERS), "rss": late["rss"],
        "grown": late["rss"] / early["rss"], "seconds": ended - began,
        "share": (late["cpu"] - early["cpu"]) / (ended - middle),
    }  # fmt: skip


async def _feed(client: httpx.AsyncClient, number: int, objects: int, rounds: int) -> None:
    """One stream, once a second, each feeder at a moment of its own."""
    rng = random.Random(number)
    things: list[list[Any]] = [
        [f"T{number}{n:04d}", rng.randint(10**8, 2 * 10**8), rng.randint(-(10**8), 10**8)]
        for n in range(objects)
    ]
    path = f"/api/positions/feed{number}"
    began = time.perf_counter() + number / FEEDERS
    for second in range(rounds):
        await asyncio.sleep(max(0, began + second - time.perf_counter()))
        now = _house.now_us()
        for thing in things:
            thing[1] += rng.randint(-900, 900)
            thing[2] += rng.randint(-900, 900)
        value = {
            "label": {"to": ["bf"], "precision_m": 1_000},
            "objects": [
                {"id": i, "lat_e7": lat, "lon_e7": lon, "at_us": now, "speed_ms": 12,
                 "track_deg": 90}
                for i, lat, lon in things
            ],
        }  # fmt: skip
        body = msgspec.json.encode(value)
        headers = _crowd.signed("ml", "POST", path, body)
        answer = await client.post(path, content=body, headers=headers)
        answer.raise_for_status()
