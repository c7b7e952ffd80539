"""Author, commit, seal and store durably, in batches: ``node.submit`` as surfaces call it.

Beside us: pymerkle on SQLite (a Merkle tree without labels, signatures or readers) and
hypercore from npm (a signed log), each appended in the same batches and one by one.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import msgspec
import psycopg

from bench import _house, _scratch
from bench._rows import Peer, Row, Size, Taken, beside, per_second, say, timed
from toguna.core.labels import Label
from toguna.engines import Engine
from toguna.engines.postgres import PostgresEngine

SUMMARY = "author + commit + seal + store durably"
BOUNDS = (
    "SQLite itself takes over half: rows, two indexes and the write-ahead log that goes to the "
    "disk at each commit. The rest is one JSON encoding, four hashes a record (salt, commitment, "
    "leaf, its share of the tree) and a few Python objects; labels and rights are judged once a "
    "batch. An author's own signature costs twice as much as all the rest and cannot be shared. "
    "A folded report is read again, turned into a row of its list and stored a second time with "
    "three more indexes. PostgreSQL is bound by the round trips and the server's own log. pymerkle "
    "stores entries without labels, signatures, readers, salts or tiles, and is faster in bulk "
    "for it."
)
PYMERKLE, HYPERCORE = "pymerkle==7.0.0", "hypercore@11.27"
LABEL = Label(to=("bf",))
_SINGLE = 100

Open = Callable[[], AbstractContextManager[_house.House]]
Found = dict[str, list[float]]


def run(size: Size) -> Iterator[Row]:
    """Our engines, our kinds, and the peers in turn with us."""
    plain: list[Taken] = []
    merkle: Found = {}
    hyper: Found = {}
    failed: dict[str, str] = {}
    for _ in range(size.rounds):
        plain += _batches(_house.on_sqlite, _house.NOTE, size)
        if size.peers:
            _ask(merkle, failed, "python", PYMERKLE, "pymerkle_append.py", size)
            _ask(hyper, failed, "node", HYPERCORE, "hypercore_append.mjs", size)
    row = _row("author, SQLite", plain, size, target=40_000)
    peers = [
        _peer("pymerkle on SQLite, in bulk", merkle, "bulk", failed.get(PYMERKLE)),
        _peer("pymerkle on SQLite, singly", merkle, "single", failed.get(PYMERKLE)),
        _peer("hypercore, in batches", hyper, "bulk", failed.get(HYPERCORE)),
        _peer("hypercore, singly", hyper, "single", failed.get(HYPERCORE)),
    ]
    yield from beside(row, *(peers if size.peers else []))
    for kind, name in (
        (_house.ACT, "author, SQLite, each record signed by its author"),
        (_house.REPORT, "author, SQLite, reports folded into their list"),
    ):
        yield _row(name, _batches(_house.on_sqlite, kind, size), size)
    if size.postgres:
        yield from _on_postgres(size)


def _batches(
    opened: Open,
    kind: str,
    size: Size,
    around: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> list[Taken]:
    """What each batch took, on a fresh node; the first one warms up and is not counted."""
    writer, taken = _house.Writer(kind), list[Taken]()
    with opened() as house:
        node = house["ml"]
        node.submit(writer.drafts(size.batch, LABEL), _house.OFFICE)
        with around():
            for _ in range(size.batches):
                drafts = writer.drafts(size.batch, LABEL)
                with timed(taken):
                    node.submit(drafts, _house.OFFICE)
    return taken


def _row(name: str, taken: list[Taken], size: Size, **changes: Any) -> Row:
    cpu, wall = per_second(size.batch, taken)
    words = {
        "runs": len(taken),
        "unit": "records/s",
        "conditions": f"batches of {size.batch:,}, records of 1,000 bytes, one reader, "
        "synchronous=FULL; drafts in, addresses out once all is durable",
    }
    return Row(**{"name": name, "value": cpu, "wall": wall, **words, **changes})


def _ask(
    into: Found, failed: dict[str, str], runtime: str, package: str, script: str, size: Size
) -> None:
    try:
        with _house.folder() as path:
            numbers = (size.batches, size.batch, _SINGLE // size.rounds)
            found = _scratch.ask(runtime, package, script, path, *numbers)
    except (RuntimeError, OSError, ValueError) as error:
        failed[package] = f"skipped: {error}"
        say(f"  {package} {failed[package]}")
        return
    for name, values in found.items():
        into.setdefault(name, []).extend(values)


def _peer(name: str, found: Found, what: str, why: str | None) -> Peer:
    return _scratch.peer(name, found.get(what), why or "", found.get(f"{what}_wall"))


def _on_postgres(size: Size) -> Iterator[Row]:
    """By the CPU time of both sides, ours and the server's. Its fsync is on."""
    try:
        from tests.postgres import fresh_schema, running_server

        with warnings.catch_warnings(), running_server() as server:
            warnings.simplefilter("ignore")

            @contextmanager
            def opened() -> Iterator[_house.House]:
                with fresh_schema(server) as url:
                    made = iter(range(100))

                    def engine() -> Engine:
                        return PostgresEngine(url, f"bench_{next(made)}_{url[-8:]}")

                    with _house.on_engines(engine) as house:
                        yield house

            for kind, name, target in (
                (_house.NOTE, "author, PostgreSQL", 25_000),
                (_house.ACT, "author, PostgreSQL, each record signed by its author", None),
            ):
                yield _both_sides(server, partial(_batches, opened, kind, size), name, target, size)
    except Exception as error:  # whatever a foreign server may say
        say(f"  PostgreSQL: {error}")
        yield Row("author, PostgreSQL", None, "records/s", target=25_000, why=str(error)[:200])


def _both_sides(
    server: str, batches: Callable[..., list[Taken]], name: str, target: int | None, size: Size
) -> Row:
    taken: list[Taken] = []
    with psycopg.connect(server, autocommit=True) as watching:
        theirs: list[float] = []

        @contextmanager
        def around() -> Iterator[None]:
            before = _server_cpu(watching)
            yield
            theirs.append((_server_cpu(watching) - before) / size.batches)

        for _ in range(size.rounds):
            taken += batches(around=around)
    batch_s = median(t.cpu for t in taken) + median(theirs)
    row = _row(name, taken, size, target=target, value=round(size.batch / batch_s))
    conditions = row.conditions.replace("synchronous=FULL", "fsync on")
    alone = size.batch / median(t.cpu for t in taken)
    told = f"CPU of our process and of the server's together (ours alone: {alone:,.0f}/s)"
    return msgspec.structs.replace(row, conditions=f"{told}; {conditions}")


def _server_cpu(watching: psycopg.Connection[Any]) -> float:
    """Seconds of CPU that the server's processes have taken, ended sessions included.

    The postmaster is the parent of every session, and has inherited the time of those that
    ended. OSError when the server is not on this machine, or this is no Linux.
    """
    live = [int(pid) for (pid,) in watching.execute("SELECT pid FROM pg_stat_activity")]
    postmaster = _stat(watching.info.backend_pid)[1]
    ticks = sum(_stat(postmaster)[11:15]) + sum(sum(_stat(pid)[11:13]) for pid in live)
    return ticks / os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[int]:
    """The fields of /proc/PID/stat behind the name and the state (proc(5)), from ``ppid`` on."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return [0, *map(int, fields[1:])]
