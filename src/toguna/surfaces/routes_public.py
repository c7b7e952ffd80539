"""What anybody may ask: is it well, its numbers, and our spine as C2SP tiles."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from toguna.node import tables as t
from toguna.surfaces import front_page, meters, static_log
from toguna.surfaces.endpoints import Answer, Asked, Endpoint, Query, answer_json

_HOST: Final = re.compile(r"[A-Za-z0-9.\-\[\]:]{1,255}")
_SET_ANYWAY: Final = ("content-type", "cache-control", "x-content-type-options")


class Health(msgspec.Struct):
    """That the node answers and that its storage can be read."""

    ok: bool


async def healthz(asked: Asked) -> Answer:
    """One small read; storage that fails answers 503 through its EngineFailure."""
    with asked.node.reading() as tx:
        tx.get(t.META, ("secret",))
    return answer_json(Health(ok=True))


async def metrics(asked: Asked) -> Answer:
    """The meters, as Prometheus reads them."""
    return Answer(asked.house.meters.text(), meters.TYPE)


def _file(file: static_log.File) -> Answer:
    return Answer(file.content, file.type, 200, file.cache)


async def front(asked: Asked) -> Answer:
    """The one page for people. What it says of our address is what the reader typed."""
    headers, query = asked.house.headers(asked.scope), asked.query()
    lang = front_page.language(query.get("lang", ""), headers.get("accept-language", ""))
    host = headers.get("host", "")
    url = f"{asked.scope.get('scheme', 'http')}://{host}" if _HOST.fullmatch(host) else ""
    more = {k: v for k, v in front_page.HEADERS.items() if k not in _SET_ANYWAY}
    page = front_page.front_page(asked.node, lang, url)
    return Answer(page, front_page.HEADERS["content-type"], 200, static_log.CHANGES, more)


async def checkpoint(asked: Asked) -> Answer:
    """The newest checkpoint."""
    return _file(static_log.checkpoint(asked.node))


async def vkey(asked: Asked) -> Answer:
    """The key that verifies it."""
    return _file(static_log.vkey(asked.node))


async def tile(asked: Asked) -> Answer:
    """A tile or an entry bundle."""
    return _file(static_log.tile(asked.node, f"tile/{asked.params['tile']}"))


ENDPOINTS: Final = (
    Endpoint(
        "GET", "/", front, "public", "A page for people: whose node this is, and its head.",
        front_page.HEADERS["content-type"],
        query=(Query("lang", "string", "fr or en; what the browser asks for unless given."),),
    ),
    Endpoint("GET", "/healthz", healthz, "public", "Whether the node answers.", Health),
    Endpoint("GET", "/metrics", metrics, "public", "Numbers for Prometheus.", meters.TYPE),
    Endpoint(
        "GET",
        "/spine/checkpoint",
        checkpoint,
        "public",
        "The newest signed checkpoint of our spine (C2SP tlog-checkpoint).",
        static_log.TEXT,
    ),
    Endpoint(
        "GET", "/spine/vkey", vkey, "public", "The key that verifies the checkpoint.",
        static_log.TEXT,
    ),
    Endpoint(
        "GET",
        "/spine/tile/{tile:path}",
        tile,
        "public",
        "A tile <level>/<index>[.p/<width>] or an entry bundle entries/<index>[.p/<width>] "
        "(C2SP tlog-tiles). Commitments only.",
        static_log.BYTES,
    ),
)  # fmt: skip
