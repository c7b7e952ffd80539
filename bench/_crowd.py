"""Many connections that listen, and how late each of them hears: for fan-out and streams.

The crowd lives in the process of the benchmark; what is measured lives in another.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from bench import _house
from tests.alliance import Seeds
from toguna.engines.sqlite import SqliteEngine
from toguna.surfaces import serving
from toguna.surfaces.signatures import sign_request

HOST = "127.0.0.1"
_ENDS_S = 15


class Ear(asyncio.Protocol):
    """One connection. ``stamp`` finds, in what is heard, when it was said (microseconds)."""

    def __init__(self, greeting: bytes, stamp: re.Pattern[bytes]) -> None:
        self._greeting = greeting
        self._stamp = stamp
        self._rest = b""
        self.late_us: list[int] = []
        self.heard = 0
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]
        self.transport.write(self._greeting)

    def data_received(self, data: bytes) -> None:
        now = time.time_ns() // 1_000
        self.heard += len(data)
        text = self._rest + data
        end = 0
        for found in self._stamp.finditer(text):
            self.late_us.append(now - int(found.group(1)))
            end = found.end()
        self._rest = text[end:]


async def gather(
    count: int, port: int, greet: Callable[[int], bytes], stamp: re.Pattern[bytes]
) -> list[Ear]:
    """So many connections, each with its greeting."""
    loop = asyncio.get_running_loop()
    ears = []
    for n in range(count):
        made = await loop.create_connection(partial(Ear, greet(n), stamp), HOST, port)
        ears.append(made[1])
    return ears


def disperse(ears: Sequence[Ear]) -> None:
    """Everybody hangs up."""
    for ear in ears:
        ear.transport.abort()


def late_ms(ears: Sequence[Ear], *shares: float) -> list[float]:
    """How late they heard, in milliseconds: for each share (0.99), so many heard sooner."""
    late = sorted(one for ear in ears for one in ear.late_us)
    return [round(late[min(len(late) - 1, int(len(late) * s))] / 1_000, 1) for s in shares]


def greeting(party: str, path: str) -> bytes:
    """A signed GET of our own people, as it stands on the wire."""
    headers = signed(party, "GET", path, None)
    lines = [f"GET {path} HTTP/1.1", f"Host: {HOST}", *(f"{k}: {v}" for k, v in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()


def signed(party: str, method: str, path: str, body: bytes | None) -> dict[str, str]:
    """The headers of a request of this party's own people to their node."""
    return sign_request(
        method, path, body, party=party, to=party, seed=_log_seed(party),
        now_us=_house.now_us(), nonce=secrets.token_bytes(16), office=_house.OFFICE,
    )  # fmt: skip


def _log_seed(party: str) -> bytes:
    import random

    rng = random.Random(1)  # as the house makes them, in the order of the parties
    seeds = {p: Seeds(p, rng) for p in ("bf", "ml", "ne")}
    return seeds[party].log


# Processes -------------------------------------------------------------------------------


class Running:
    """A node that serves in a process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.url = self._read()["url"]
        self.port = int(self.url.rpartition(":")[2])

    def _read(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the node's process ended")
        found: dict[str, Any] = json.loads(line)
        return found

    def ask(self, **command: Any) -> dict[str, Any]:
        """What it answers to a command; waits for it."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        return self._read()

    async def asking(self, **command: Any) -> dict[str, Any]:
        """The same, while the crowd goes on listening."""
        return await asyncio.to_thread(self.ask, **command)


@contextmanager
def nodes(*parties: str, server: str = "granian") -> Iterator[dict[str, Running]]:
    """Founded nodes on SQLite, each in a process, each with the others as its peers."""
    with _house.folder() as path:
        places: dict[int, Path] = {}

        def engine() -> SqliteEngine:
            own = path / str(len(places))
            own.mkdir()
            places[len(places)] = own / "toguna.db"
            return SqliteEngine(places[len(places) - 1])

        names = ("bf", "ml", "ne")
        _house.House(names, engine=engine).close()
        ports = {party: serving.free_port(HOST, 0) for party in parties}
        running: dict[str, Running] = {}
        try:
            for party in parties:
                given = {
                    "party": party, "database": str(places[names.index(party)]),
                    "port": ports[party], "server": server,
                    "peers": {p: f"http://{HOST}:{ports[p]}" for p in parties if p != party},
                }  # fmt: skip
                command = [sys.executable, "-m", "bench._node", json.dumps(given)]
                running[party] = Running(
                    subprocess.Popen(
                        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                        cwd=Path(__file__).parents[1],
                    )
                )  # fmt: skip
            yield running
        finally:
            for one in running.values():
                end(one.process)


def end(process: subprocess.Popen[Any]) -> None:
    """End a process that was started here, and wait for it."""
    if process.stdin is not None:
        process.stdin.close()
    else:
        process.terminate()
    try:
        process.wait(_ENDS_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


def cpu_of(pid: int) -> float:
    """CPU seconds of a process, by the kernel's ticks (proc(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
