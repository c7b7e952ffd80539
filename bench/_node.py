"""A node in a process of its own, so that its CPU time is its own: ``python -m bench._node``.

Takes one JSON object as argument (``party``, ``database``, ``port``, ``server``, ``peers``),
prints its URL, then answers one JSON command on each line of standard input:

    {"do": "say", "events": 300, "burst": 1, "every_s": 0.01, "to": ["bf"]}
    {"do": "look"}                      CPU seconds so far, resident bytes
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from bench import _house
from toguna.core.labels import Label
from toguna.engines.sqlite import SqliteEngine
from toguna.node.node import Node
from toguna.node.opening import house_catalogue
from toguna.surfaces import serving


def look() -> dict[str, float]:
    """What this process has taken."""
    status = Path("/proc/self/status").read_text("ascii")
    kib = next(int(line.split()[1]) for line in status.splitlines() if line[:6] == "VmRSS:")
    return {"cpu": time.process_time(), "rss": kib * 1024}


async def say(node: Node, thread: ThreadPoolExecutor, asked: dict[str, Any]) -> dict[str, float]:
    """Author events at a steady pace; what that took, until everybody had them."""
    loop, writer = asyncio.get_running_loop(), _house.Writer(_house.REPORT)
    label = Label(to=tuple(asked["to"]))
    bursts = [writer.drafts(asked["burst"], label) for _ in range(asked["events"])]
    before, began = look()["cpu"], time.perf_counter()
    for n, drafts in enumerate(bursts, 1):
        await loop.run_in_executor(thread, partial(node.submit, drafts, _house.OFFICE))
        wait = began + n * asked["every_s"] - time.perf_counter()
        await asyncio.sleep(max(0, wait))
    wall = time.perf_counter() - began
    await asyncio.sleep(0.5)
    return {"cpu": look()["cpu"] - before, "wall": wall}


async def main(given: dict[str, Any]) -> None:
    """Serve until standard input ends."""
    engine = SqliteEngine(Path(given["database"]))
    node = _house.again(given["party"], engine, house_catalogue())
    thread = ThreadPoolExecutor(1)
    loop = asyncio.get_running_loop()
    lines = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    peers, server = given.get("peers", {}), given.get("server", "granian")
    async with serving.running(node, "127.0.0.1", given["port"], peers, server=server) as url:
        print(json.dumps({"url": url}), flush=True)
        while line := await lines.readline():
            asked = json.loads(line)
            answer = await say(node, thread, asked) if asked["do"] == "say" else look()
            print(json.dumps(answer), flush=True)
    node.close()


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
