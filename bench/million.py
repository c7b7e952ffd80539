"""A node that holds a million records: memory, start, and what an append costs by then.

Two processes of their own: one fills the store and then times appends, in turn with a node
that began empty, so that a busy machine slows both; one opens it as after a restart.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from bench import _house
from bench._rows import Row, Size, Taken, say, timed
from toguna.core.labels import Label
from toguna.engines import Engine
from toguna.engines.sqlite import SqliteEngine
from toguna.surfaces.http import app_for

SUMMARY = "a node with 1,000,000 records"
BOUNDS = (
    "A node keeps the right edge of its tree in memory, not the tree: opening reads the newest "
    "head, three partial tiles and 512 checkpoints. Memory is Python with its packages and "
    "SQLite's page cache; most of the start is importing."
)
LABEL = Label(to=("bf",))
_ROOT = Path(__file__).parents[1]
_WINDOW = 50


def run(size: Size) -> Iterator[Row]:
    """Fill, then open again."""
    with _house.folder() as path:
        built = _child("fill", path, size.million, size.batch)
        opened = [_child("open", path, size.batch, size.batches) for _ in range(size.rounds)]
    told = f"{size.million:,} records of 1,000 bytes in batches of {size.batch:,}, SQLite"
    yield Row(
        "memory with a million records", max(o["rss_mb"] for o in opened), "MB RSS at most",
        target=150, better="less", runs=len(opened),
        conditions=f"{told}; opened, with the HTTP application, a page listed, "
        f"{size.batches} batches appended",
    )  # fmt: skip
    yield Row(
        "start with a million records", round(median(o["start_s"] for o in opened), 2),
        "s by the wall", target=2, better="less", runs=len(opened),
        conditions=f"{told}; from the start of the process to the first page listed",
    )  # fmt: skip
    empty, full = built["empty_us"], built["full_us"]
    yield Row(
        "append to a million records, by append to none", round(full / empty, 2), "times",
        target=1.2, better="less", runs=_WINDOW,
        conditions=f"{told}; CPU a record, a batch to each in turn: {empty:.1f} us for the node "
        f"that began empty, {full:.1f} us for the other; the file has {built['mb']:,} MB",
    )  # fmt: skip


def _child(what: str, path: Path, *numbers: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.million", what, str(path), *map(str, numbers)]
    command.append(repr(time.time()))
    done = subprocess.run(command, cwd=_ROOT, stdout=subprocess.PIPE, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def fill(path: Path, records: int, batch: int) -> dict[str, float]:
    """Write into one node of a house, then in turn into that node and into an empty one."""
    full, empty = _found(path), _found(path / "empty")
    node, writer = full["ml"], _house.Writer()
    for n in range(records // batch):
        node.submit(writer.drafts(batch, LABEL), _house.OFFICE)
        if n % 100 == 99:
            say(f"  {(n + 1) * batch:,} records")
    taken: dict[str, list[Taken]] = {"ml": [], "empty": []}
    for _ in range(_WINDOW):
        for name, house in (("ml", full), ("empty", empty)):
            drafts = writer.drafts(batch, LABEL)
            with timed(taken[name]):
                house["ml"].submit(drafts, _house.OFFICE)
    full.close()
    empty.close()
    return {
        "full_us": _per_record(taken["ml"], batch),
        "empty_us": _per_record(taken["empty"], batch),
        "mb": (path / "1" / "toguna.db").stat().st_size >> 20,
    }


def _found(path: Path) -> _house.House:
    """A house on SQLite files below this folder."""
    made = iter(range(3))

    def engine() -> Engine:
        own = path / str(next(made))
        own.mkdir(parents=True)
        return SqliteEngine(own / "toguna.db")

    return _house.House(engine=engine)


def _per_record(taken: list[Taken], batch: int) -> float:
    return median(t.cpu for t in taken) / batch * 1e6


def reopen(path: Path, batch: int, batches: int, began: float) -> dict[str, float]:
    """Open the node, list a page, then append; peak memory of all of it."""
    # The house makes its engines in the order of its parties: bf, ml, ne.
    node = _house.again("ml", SqliteEngine(path / "1" / "toguna.db", create=False))
    app = app_for(node)
    page = node.access.list(node.access.actor("ml", _house.OFFICE), _house.NOTE)
    start_s = time.time() - began
    writer = _house.Writer()
    for _ in range(batches):
        node.submit(writer.drafts(batch, LABEL), _house.OFFICE)
    app.state.house.close()
    node.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"start_s": start_s, "rss_mb": peak / 1024, "page": len(page.docs)}


if __name__ == "__main__":
    what, folder, *numbers, began = sys.argv[1:]
    counts = list(map(int, numbers))
    if what == "fill":
        print(json.dumps(fill(Path(folder), *counts)))
    else:
        print(json.dumps(reopen(Path(folder), *counts, float(began))))
