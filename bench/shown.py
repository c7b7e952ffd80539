"""From a release at one member to the open stream of another: two nodes, two processes.

The clock starts when ``ml`` authors the record (its own time in it) and ends when the event is
in the hands of somebody who listens at ``bf``: seal, commit, wake, pull, verify, store, fold,
commit, feed and socket lie between.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator

from bench import _crowd
from bench._rows import Row, Size

SUMMARY = "released at one member, shown at another"
BOUNDS = (
    "Three commits that go to the disk (ml's seal, bf's frame, bf's receipt) and one round trip. "
    "The stream by which ml wakes bf lets a new head pass at most every 100 ms, so that a busy "
    "member does not ask for each record by itself: that bounds what follows closely."
)
_AT = re.compile(rb'event: change\ndata: [^\n]*?"address":"ml/spine/[^\n]*?"at":([0-9]+)')


def run(size: Size) -> Iterator[Row]:
    """One release after another, at a pace at which each travels alone."""
    with _crowd.nodes("ml", "bf") as nodes:
        ears = asyncio.run(_release(nodes, size))
    p50, p99 = _crowd.late_ms(ears, 0.5, 0.99)
    count = sum(len(ear.late_us) for ear in ears)
    yield Row(
        "released at ml, in a stream of bf", p99, "ms", target=1_000, better="less", runs=count,
        conditions=f"99 of 100, by the wall; half of them within {p50:,.0f} ms; both nodes, SQLite "
        "and who listens on this machine, HTTP on loopback",
    )  # fmt: skip


async def _release(nodes: dict[str, _crowd.Running], size: Size) -> list[_crowd.Ear]:
    ears = await _crowd.gather(
        1, nodes["bf"].port, lambda _n: _crowd.greeting("bf", "/api/live"), _AT
    )  # fmt: skip
    events = max(5, size.requests * 2 // 3)
    # The two have to meet first; what is said until then comes late and is not counted.
    for _ in range(60):
        await nodes["ml"].asking(do="say", events=1, burst=1, every_s=0.2, to=["bf"])
        if ears[0].late_us:
            break
    else:
        raise RuntimeError("the two never met")
    await asyncio.sleep(2.0)
    ears[0].late_us.clear()
    await nodes["ml"].asking(do="say", events=events, burst=1, every_s=0.27, to=["bf"])
    await asyncio.sleep(3.0)
    if len(ears[0].late_us) != events:
        raise RuntimeError(f"{len(ears[0].late_us)} of {events} arrived")
    _crowd.disperse(ears)
    return ears
