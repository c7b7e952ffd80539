"""What a benchmark says: rows, and how their numbers are taken."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from statistics import median
from typing import Literal

import msgspec


class Row(msgspec.Struct, frozen=True):
    """One measured number, and what stands beside it.

    ``value`` counts CPU time of this process unless ``conditions`` says otherwise; ``wall`` is
    the same by the clock on the wall. ``ratio`` is value by peer_value. ``why`` says why a
    number is missing.
    """

    name: str
    value: float | None
    unit: str
    wall: float | None = None
    target: float | None = None
    better: Literal["more", "less"] = "more"
    peer: str = ""
    peer_value: float | None = None
    peer_wall: float | None = None
    ratio: float | None = None
    runs: int = 0
    conditions: str = ""
    why: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None when there is none, or no value."""
        if self.target is None or self.value is None:
            return None
        return self.value >= self.target if self.better == "more" else self.value <= self.target


class Peer(msgspec.Struct, frozen=True):
    """What a peer did beside us: its name, its median, or why there is none."""

    name: str
    value: float | None
    why: str = ""
    wall: float | None = None


class Size(msgspec.Struct, frozen=True):
    """How much to measure. ``full`` is what the page shows; ``tiny`` only shows that it runs."""

    rounds: int = 3
    places: int = 32
    batches: int = 20
    batch: int = 1_000
    million: int = 1_000_000
    requests: int = 300
    listeners: int = 100
    tracks: int = 5_000
    seconds: int = 240
    peers: bool = True
    postgres: bool = True


FULL = Size()
TINY = Size(
    rounds=1, places=2, batches=2, batch=40, million=400, requests=10, listeners=5, tracks=50,
    seconds=4, peers=False, postgres=False,
)  # fmt: skip


def beside(row: Row, *peers: Peer) -> Iterator[Row]:
    """The row once for each peer, with the ratio to it; the row alone when there is none."""
    if not peers:
        yield row
    for peer in peers:
        value = row.value if peer.value else None
        yield msgspec.structs.replace(
            row,
            peer=peer.name,
            peer_value=peer.value,
            peer_wall=peer.wall,
            ratio=round(value / peer.value, 3) if value and peer.value else None,
            why=row.why or peer.why,
        )


class Taken:
    """Seconds that one thing took: CPU of this process, and the clock on the wall."""

    cpu = 0.0
    wall = 0.0


@contextmanager
def timed(into: list[Taken]) -> Iterator[None]:
    """Measure a block and append what it took."""
    taken = Taken()
    cpu, wall = time.process_time(), time.perf_counter()
    yield
    taken.cpu, taken.wall = time.process_time() - cpu, time.perf_counter() - wall
    into.append(taken)


def per_second(count: int, taken: Sequence[Taken]) -> tuple[float, float]:
    """``count`` things each time: how many a second, by CPU and by wall, medians."""
    return (
        round(count / median(t.cpu for t in taken)),
        round(count / median(t.wall for t in taken)),
    )


def say(text: str) -> None:
    """Progress, on standard error."""
    print(text, file=sys.stderr, flush=True)


Benchmark = Callable[[Size], Iterator[Row]]
