"""Streams of an application, watched through ASGI without a socket."""

from __future__ import annotations

import asyncio
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec

from tests.alliance import report
from tests.unit.serving_house import Web

LIVE = "/api/live"


class Event(NamedTuple):
    """One event of a stream; ``data`` is its JSON."""

    name: str
    id: str
    data: Any


def read_events(text: bytes) -> list[Event]:
    """The events of a stream as the HTML standard reads them, comments left out."""
    found = []
    for block in text.split(b"\n\n")[:-1]:
        fields = dict(
            line.split(b": ", 1) for line in block.split(b"\n") if line and line[:1] != b":"
        )
        if b"data" in fields:
            name, id_ = fields[b"event"].decode(), fields.get(b"id", b"").decode()
            found.append(Event(name, id_, msgspec.json.decode(fields[b"data"])))
    return found


class Watcher:
    """One caller of a stream. ``slow``: it takes nothing more until :meth:`take_again`."""

    def __init__(self, web: Web, url: str, *, by="ml", to="ml", more=None) -> None:
        self.web, self.url, self.by, self.to = web, url, by, to
        self.more = more or {}
        self.status = 0
        self.text = b""
        self.pieces = 0
        self.slow = False
        self._left = asyncio.Event()
        self._taking = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self):
        headers = self._headers()
        parts = urlsplit(self.url)
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET",
            "scheme": "http", "path": parts.path, "raw_path": parts.path.encode(),
            "query_string": parts.query.encode(), "root_path": "", "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 2),
            "headers": [(k.encode(), v.encode()) for k, v in headers.items()],
        }  # fmt: skip
        self._task = asyncio.ensure_future(self.web.apps[self.to](scope, self._receive, self._send))
        await until(lambda: self.text or self._task.done())
        return self

    def _headers(self):
        return self.web.signed("GET", self.url, None, by=self.by, to=self.to) | self.more

    async def __aexit__(self, *_):
        await self.leave()

    async def leave(self):
        """Go away, and wait until the application has noticed."""
        self._left.set()
        self.take_again()
        await asyncio.wait_for(self._task, 5)

    @property
    def over(self):
        """Whether the application has ended the stream."""
        return self._task.done()

    @property
    def events(self) -> list[Event]:
        return read_events(self.text)

    def changes(self) -> list[Any]:
        """Data of the changes so far."""
        return [event.data for event in self.events if event.name == "change"]

    def take_again(self):
        self.slow = False
        self._taking.set()

    async def _receive(self):
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message):
        if message["type"] == "http.response.start":
            self.status = message["status"]
            return
        if self.slow:
            self._taking.clear()
            await self._taking.wait()
        if not self._left.is_set():
            self.text += message["body"]
            self.pieces += 1


async def until(true, seconds=5.0):
    """Wait for something that comes by itself."""
    end = asyncio.get_running_loop().time() + seconds
    while not true():
        assert asyncio.get_running_loop().time() < end, "it did not happen in time"
        await asyncio.sleep(0.002)


async def say(web, title, *, by="ml", **label):
    """A report of this party over HTTP, as a coroutine; its address."""
    value = {"body": report(title), "label": label}
    answer = await web.posting("/api/sharing/report", value, by=by, to=by)
    return answer["addresses"][0]


async def listing(web, view=""):
    """The reports that the lists of ``ml`` show."""
    url = "/api/sharing/report?limit=1000" + (f"&view={view}" if view else "")
    answer = await web.sending("GET", url, None, web.signed("GET", url, None))
    return msgspec.json.decode(answer.content)["items"]


def titles(watcher):
    """The titles of the reports that a watcher was told of."""
    return [d["doc"]["title"] for d in watcher.changes() if d["doc"] and "title" in d["doc"]]


def registered(web, party="ml"):
    """How many streams are open, as the two who count them say."""
    house = web.house(party)
    return len(house.live.streams.listeners), len(house.live._followers)
