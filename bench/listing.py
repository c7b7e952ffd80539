"""A page of 100 records over HTTP, through the whole ASGI application.

Each request is signed (RFC 9421) and its signature verified; the server's own parsing of
HTTP is not in the number, everything behind it is.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Iterator
from statistics import median
from typing import Any

import structlog

from bench import _house
from bench._rows import Row, Size, Taken, timed
from toguna.core.labels import Label
from toguna.surfaces.http import app_for
from toguna.surfaces.signatures import sign_request

SUMMARY = "list a page of 100 records over HTTP"
BOUNDS = (
    "Over a third is the request's signature, over a third the list (the documents lie ready in "
    "the projection and are joined, never read again), the rest routing and logging."
)
PATH = "/api/sharing/report"


def run(size: Size) -> Iterator[Row]:
    """The newest page of reports, asked for by our own people; the log at level info."""
    logging.getLogger("toguna").setLevel(logging.INFO)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
    with _house.on_sqlite() as house:
        node, writer = house["ml"], _house.Writer(_house.REPORT)
        for _ in range(max(1, size.batches // 4)):
            node.submit(writer.drafts(size.batch, Label(to=("bf",))), _house.OFFICE)
        app = app_for(node)
        taken, weight = asyncio.run(_ask(app, house, size))
        app.state.house.close()
    yield Row(
        name="list a page of 100 reports",
        value=round(median(t.cpu for t in taken) * 1e6, 1),
        unit="us of CPU",
        wall=round(median(t.wall for t in taken) * 1e6, 1),
        target=250,
        better="less",
        runs=len(taken),
        conditions=f"{weight:,} bytes a page, out of SQLite, signature verified, the ASGI "
        "application without a server before it",
    )


async def _ask(app: Any, house: _house.House, size: Size) -> tuple[list[Taken], int]:
    taken: list[Taken] = []
    weight = 0
    for n in range(size.requests + 5):
        scope = _scope(house)
        sent: list[Any] = []

        async def send(message: Any, sent: list[Any] = sent) -> None:
            sent.append(message)

        with timed(taken):
            await app(scope, _nothing, send)
        weight = len(sent[1]["body"])
        if sent[0]["status"] != 200 or (weight < 10_000 and size.batch >= 100):
            raise RuntimeError(f"the list answered {sent[0]['status']}: {sent[1]['body'][:200]}")
        if n == 4:
            taken.clear()  # warm by now
    return taken, weight


async def _nothing() -> dict[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}


def _scope(house: _house.House) -> dict[str, Any]:
    headers = sign_request(
        "GET", PATH, None, party="ml", to="ml", seed=house.seeds["ml"].log,
        now_us=_house.now_us(), nonce=os.urandom(16), office=_house.OFFICE,
    )  # fmt: skip
    return {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET",
        "scheme": "http", "path": PATH, "raw_path": PATH.encode(), "query_string": b"",
        "root_path": "", "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 2),
        "headers": [(k.encode(), v.encode()) for k, v in headers.items()],
    }  # fmt: skip
