"""Nodes to measure: the product's own, on real clocks, engines and randomness.

The kinds ``bench.note/1`` (its batch's checkpoint signs it) and ``bench.act/1`` (its author
signs each) stand here and nowhere in the product. They are folded into no projection: what a
domain does with its records is its own affair, and ``sharing.report/1`` shows one that does.
"""

from __future__ import annotations

import os
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from tests.alliance import Alliance, Seeds, report
from toguna.core import record, sync
from toguna.core.catalogue import Catalogue
from toguna.core.domain import Act, Domain, Kind
from toguna.core.labels import Label
from toguna.core.record import Author, Draft
from toguna.domains import journal, sharing
from toguna.engines import Engine
from toguna.engines.sqlite import SqliteEngine
from toguna.node.node import Node, Parts

SCRATCH = Path(__file__).parent / ".scratch"
RECORD_BYTES = 1_000
OFFICE = "duty"


class Note(msgspec.Struct, frozen=True):
    """A statement with a time, a place and words. Fields stand in the order of the alphabet."""

    at_us: int
    lat_e7: int
    lon_e7: int
    text: str


DOMAIN = Domain(
    name="bench",
    kinds=(
        Kind("bench.note/1", Note, "Note", "Note"),
        Kind("bench.act/1", Note, "Acte", "Act", act=Act.ACKNOWLEDGE),
    ),
)
CATALOGUE = Catalogue([DOMAIN, journal.DOMAIN, sharing.DOMAIN])
NOTE, ACT, REPORT = "bench.note/1", "bench.act/1", "sharing.report/1"
_SYLLABLES = "ba ko du ma li sa ne gou ta ra fo wé ki dia lo pi té nou si yan".split()


def now_us() -> int:
    """The time of the machine, in microseconds since the epoch."""
    return time.time_ns() // 1_000


class House(Alliance):
    """Founded nodes on real clocks and randomness."""

    def open(self, party: str, engine: Engine) -> Node:
        return Node(Parts(engine, self.seeds[party].keys(), CATALOGUE, now_us, os.urandom, {}))

    def close(self) -> None:
        for node in self.nodes.values():
            node.close()


@contextmanager
def folder() -> Iterator[Path]:
    """A folder on this machine's disk, gone afterwards."""
    SCRATCH.mkdir(exist_ok=True)
    path = Path(tempfile.mkdtemp(prefix="run", dir=SCRATCH))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def on_sqlite(parties: Sequence[str] = ("bf", "ml", "ne")) -> Iterator[House]:
    """A house whose nodes stand on SQLite files, as a node does unless told otherwise."""
    with folder() as path:
        made = iter(range(100))

        def engine() -> Engine:
            own = path / str(next(made))
            own.mkdir()
            return SqliteEngine(own / "toguna.db")

        house = House(parties, engine=engine)
        try:
            yield house
        finally:
            house.close()


@contextmanager
def on_engines(
    engine: Callable[[], Engine], parties: Sequence[str] = ("bf", "ml", "ne")
) -> Iterator[House]:
    """A house on engines of your choice."""
    house = House(parties, engine=engine)
    try:
        yield house
    finally:
        house.close()


class Writer:
    """Drafts whose records have exactly :data:`RECORD_BYTES` bytes, out of one seed."""

    def __init__(self, kind: str = NOTE, seed: int = 7, record_bytes: int = RECORD_BYTES) -> None:
        self._kind = kind
        self._rng = random.Random(seed)
        words = ("".join(self._rng.choices(_SYLLABLES, k=3)) for _ in range(10_000))
        self._text = " ".join(words).encode()
        self._bytes = record_bytes - (len(b',"sig":""') + 88 if kind == ACT else 0)

    def _words(self, count: int) -> str:
        at = self._rng.randrange(len(self._text) - count)
        text = self._text[at : at + count].decode(errors="ignore")  # é may be cut in two
        return text + "." * (count - len(text.encode()))

    def _body(self, count: int) -> msgspec.Struct:
        if self._kind == REPORT:
            return report(title="Convoi signalé près du marché", text=self._words(count))
        rng = self._rng
        return Note(
            at_us=now_us(),
            lat_e7=rng.randrange(100_000_000, 200_000_000),
            lon_e7=rng.randrange(10_000_000, 99_000_000),
            text=self._words(count),
        )

    def drafts(self, count: int, label: Label, party: str = "ml") -> list[Draft]:
        """As many drafts under this label."""
        author = Author("0" * 16, OFFICE, party)
        small = Draft(self._kind, self._body(100), label)
        missing = self._bytes - len(record.encode(small, author, now_us()))
        return [Draft(self._kind, self._body(100 + missing), label) for _ in range(count)]


def again(party: str, engine: Engine, catalogue: Catalogue = CATALOGUE) -> Node:
    """A node of an earlier house, on its engine, in another process: seeds are the same."""
    rng = random.Random(1)
    seeds = {p: Seeds(p, rng) for p in ("bf", "ml", "ne")}
    return Node(Parts(engine, seeds[party].keys(), catalogue, now_us, os.urandom, {}))


def context(node: Node) -> sync.Context:
    """What a step of this node may read, now."""
    with node.reading() as tx:
        return node.following.context(tx)
