"""Three folders under one charter, and a way to call commands in this process."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from toguna.node.opening import open_node, settle_anchor
from toguna.surfaces.cli import run

REPORT = {
    "title": "Pont coupé",
    "text": "EXERCICE. Le pont est coupé.",
    "category": "infrastructure",
    "grade": "B",
    "credibility": 2,
    "from_us": 1795392000000000,
    "to_us": 1795392000000000,
    "place_name": "Ayorou",
    "lat_e7": 147309000,
    "lon_e7": 9170000,
    "source": "a lorry driver",
}


class Answer(NamedTuple):
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


def toguna(*arguments: object) -> Answer:
    """One command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run([str(a) for a in arguments])
    return Answer(code, out.getvalue(), err.getvalue())


def done(*arguments: object) -> Answer:
    """One command that must succeed."""
    answer = toguna(*arguments)
    assert answer.code == 0, answer
    return answer


def make(folder: Path, party: str, *more: object) -> Path:
    """A node and its card."""
    done("init", folder / party, "--party", party, "--name", party.upper(), *more)
    done("card", folder / party, "-o", folder / f"{party}.card")
    return folder / party


def found(folder: Path, *parties: str, more: tuple[object, ...] = ()) -> dict[str, Path]:
    """Nodes under one charter."""
    homes = {party: make(folder, party, *more) for party in parties}
    first, *others = parties
    charter = folder / "charter.json"
    cards = [folder / f"{party}.card" for party in parties]
    done("found", homes[first], "--cards", *cards, "--name", "sahel", "-o", charter)
    for party in others:
        done("sign", homes[party], charter)
    for party in parties:
        done("adopt", homes[party], charter)
    (folder / "report.json").write_text(json.dumps(REPORT))
    return homes


def carry(folder: Path, sender: Path, reader: Path) -> Answer:
    """A bundle from one node to the other."""
    file = folder / "carried.bundle"
    done("bundle", "export", sender, "--for", reader.name, "-o", file)
    return done("bundle", "import", reader, file)


@contextlib.contextmanager
def served(home: Path) -> Iterator[str]:
    """The node, answering in a thread of this process."""
    from toguna.surfaces.serving import free_port, running

    node, url = open_node(home), ""
    stop, ready = threading.Event(), threading.Event()

    async def serve() -> None:
        nonlocal url
        async with running(
            node, "127.0.0.1", free_port("127.0.0.1", 0), {}, server="uvicorn"
        ) as at:
            url = at
            ready.set()
            while not stop.is_set():
                await asyncio.sleep(0.02)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    try:
        assert ready.wait(20)
        yield url
    finally:
        stop.set()
        thread.join(20)
        settle_anchor(node, home)
        node.close()
