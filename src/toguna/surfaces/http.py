"""A node over HTTP: one ASGI application, for any server of that kind.

Who asks is settled before where to: a request that is not for a public path is judged by its
signature alone, and only then is a route looked for. So a stranger gets the same 404, byte
for byte, for every path there is and for every path there is not.

A party that asks for what is for our own people gets that 404 as well, and so does a witness
key that asks for anything but to hand over charter documents. What stands behind
the routes: public (:mod:`routes_public`), peers (:mod:`peering`), our own people
(:mod:`routes_records`, :mod:`routes_house`).
"""

from __future__ import annotations

import itertools
import logging
import secrets
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from toguna.errors import BadInput, NeverKept, TogunaError
from toguna.node import logs
from toguna.node.node import Node
from toguna.surfaces import (
    basemap,
    changed,
    desk,
    encounters,
    entrance,
    evidence,
    intake,
    live,
    openapi,
    packing,
    peering,
    routes_acts,
    routes_desk,
    routes_files,
    routes_house,
    routes_operations,
    routes_picture,
    routes_positions,
    routes_public,
    routes_records,
)
from toguna.surfaces.endpoints import (
    NOT_FOUND,
    Answer,
    Asked,
    Endpoint,
    Receive,
    Scope,
    Send,
    Stream,
    answer_error,
)
from toguna.surfaces.house import House
from toguna.surfaces.sessions import caller_of, check_request
from toguna.surfaces.signatures import Caller

NOBODY: Final = Caller("", "")
UNREAD: Final = NOT_FOUND._replace(more={"connection": "close"})
"""For a stranger, whose body nobody reads: the connection that it still fills is not used again."""
_LOG: Final = "toguna.http"
_log = logs.logger(_LOG)
_plain_log = logging.getLogger(_LOG)


def app_for(node: Node, more: Sequence[Endpoint] = ()) -> Starlette:
    """The application of this node; ``app.state.house`` is what its endpoints share.

    ``more`` are further endpoints (of a surface that is not always there).
    """
    house = House(node)
    endpoints = all_endpoints(node, more)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        house.close()

    doors = [Door(e, house) for e in endpoints]
    app = Starlette(
        routes=[Route(d.endpoint.path, d, methods=[d.endpoint.method]) for d in doors],
        middleware=[Middleware(Gate, house=house, doors=doors)],
        exception_handlers={HTTPException: _no_route},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    app.state.house = house
    app.state.endpoints = endpoints
    return app


def all_endpoints(node: Node, more: Sequence[Endpoint] = ()) -> list[Endpoint]:
    """Every endpoint of this node, those of its kinds included."""
    endpoints = [
        *routes_public.ENDPOINTS,
        *peering.ENDPOINTS,
        *live.ENDPOINTS,
        *routes_positions.ENDPOINTS,
        *routes_house.ENDPOINTS,
        *routes_records.ENDPOINTS,
        *routes_acts.ENDPOINTS,
        *routes_files.ENDPOINTS,
        *evidence.ENDPOINTS,
        *intake.ENDPOINTS,
        *entrance.ENDPOINTS,
        *routes_desk.ENDPOINTS,
        *encounters.ENDPOINTS,
        *routes_operations.ENDPOINTS,
        *desk.endpoints(),
        *changed.ENDPOINTS,
        *routes_picture.ENDPOINTS,
        *basemap.ENDPOINTS,
        *more,
    ]
    endpoints.append(openapi.endpoint())
    taken = {e.path for e in endpoints}
    for endpoint in routes_records.for_kinds(node.catalogue):
        if endpoint.path in taken:
            raise BadInput(f"the kind at {endpoint.path} has the name of a part of the house")
        endpoints.append(endpoint)
    return endpoints


async def _no_route(_request: Request, _error: Exception) -> Response:
    """No route, or not by this method: both are simply not there."""
    head = {k.decode(): v.decode() for k, v in _head(NOT_FOUND.type, NOT_FOUND.cache, "")}
    return Response(NOT_FOUND.content, NOT_FOUND.status, headers=head)


class Gate:
    """Lets in what is public or signed; everything else is not there."""

    def __init__(self, app: ASGIApp, house: House, doors: Sequence[Door]) -> None:
        self._app = app
        self._house = house
        # Most paths have no variable part: one look finds their door, without the router.
        self._plain = {
            (d.endpoint.method, d.endpoint.path): d for d in doors if "{" not in d.endpoint.path
        }
        public = [d.endpoint.path for d in doors if d.endpoint.access == "public"]
        self._public = frozenset(p for p in public if "{" not in p)
        self._below = tuple(p.partition("{")[0] for p in public if "{" in p)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Judge the request, then pass it on or answer that there is nothing."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        path: str = scope["path"]
        scope["toguna.caller"] = NOBODY
        if path not in self._public and not path.startswith(self._below):
            house = self._house
            try:
                scope["toguna.caller"] = caller_of(house, scope) or house.guard.caller(
                    house.message(scope), house.node.now()
                )
            except Exception as error:
                house.meters.refused("unsigned")
                if isinstance(error, TogunaError):
                    _log.info("unsigned", method=scope["method"], path=path[:200], why=error.what)
                else:  # whatever went wrong in judging, a stranger learns nothing of it
                    _log.exception("failed", route="gate")
                await send_answer(send, UNREAD, scope["method"], "")
                return
        found = self._plain.get((scope["method"], path), self._app)
        await found(scope, receive, send)


class Door:
    """One endpoint as an ASGI application: asks it, times it, and words its errors."""

    def __init__(self, endpoint: Endpoint, house: House) -> None:
        self.endpoint = endpoint
        self._house = house
        self._ids = itertools.count(1)
        self._process = secrets.token_hex(4)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request of somebody whom the gate let in."""
        began = time.perf_counter()
        endpoint, house = self.endpoint, self._house
        caller: Caller = scope["toguna.caller"]
        request_id = f"{self._process}-{next(self._ids)}"
        answer: Answer | Stream
        if not self._admits(caller):
            house.meters.refused("unknown")
            await send_answer(send, NOT_FOUND, scope["method"], "")
            return
        try:
            if caller.key == "session" or endpoint.access == "public":
                check_request(house, scope, endpoint)
            answer = await endpoint.answer(Asked(house, scope, receive, caller, endpoint.most))
        except NeverKept as error:
            told = f"{caller.office or caller.party}: {error}"
            await house.writer.run(lambda: house.node.journal("misuse", told))
            answer = self._refusal(error, request_id)
        except TogunaError as error:
            answer = self._refusal(error, request_id)
        except Exception:
            _log.exception("failed", route=endpoint.path, request=request_id)
            remedy = f"look in the node's log for request {request_id}"
            answer = self._refusal(TogunaError("it failed inside", remedy=remedy), request_id)
        if isinstance(answer, Stream):
            await _send_stream(receive, send, answer, request_id)
        else:
            if caller.key == "session":
                accepted = house.headers(scope).get("accept-encoding", "")
                answer = await packing.packed(answer, accepted)
            await send_answer(send, answer, scope["method"], request_id)
        seconds = time.perf_counter() - began
        house.meters.took(endpoint.method, endpoint.path, seconds)
        self._write_log(caller, answer, request_id, seconds)

    def _admits(self, caller: Caller) -> bool:
        access = self.endpoint.access
        if access == "public":
            return True
        if caller.key == "witness" and not self.endpoint.by_witness:
            return False
        own = caller.party == self._house.node.party
        if caller.key == "session":
            offices = self.endpoint.offices
            return own and access == "person" and (not offices or bool(offices & caller.offices))
        return own if access in ("operator", "person") else not own

    def _refusal(self, error: TogunaError, request_id: str) -> Answer:
        self._house.meters.refused(error.name)
        _log.info(
            "refused",
            route=self.endpoint.path,
            request=request_id,
            error=error.name,
            what=error.what if error.http_status >= 500 else "",
        )
        return answer_error(error)

    def _write_log(
        self, caller: Caller, answer: Answer | Stream, request_id: str, seconds: float
    ) -> None:
        seldom = self.endpoint.access == "operator" and self.endpoint.method == "POST"
        level = logging.INFO if seldom else logging.DEBUG
        if not _plain_log.isEnabledFor(level):
            return
        _log.log(
            level,
            "answered",
            method=self.endpoint.method,
            route=self.endpoint.path,
            party=caller.party,
            status=answer.status if isinstance(answer, Answer) else 200,
            ms=round(seconds * 1000, 1),
            request=request_id,
        )


def _head(content_type: str, cache: str, request_id: str) -> list[tuple[bytes, bytes]]:
    head = [
        (b"content-type", content_type.encode("latin-1")),
        (b"cache-control", cache.encode("latin-1")),
        (b"x-content-type-options", b"nosniff"),
    ]
    if request_id:
        head.append((b"x-request-id", request_id.encode("latin-1")))
    return head


async def send_answer(send: Send, answer: Answer, method: str, request_id: str) -> None:
    """Send a whole answer; to HEAD its head alone."""
    head = _head(answer.type, answer.cache, request_id)
    head += [(k.encode("latin-1"), v.encode("latin-1")) for k, v in answer.more.items()]
    if answer.status != 304:  # which has the length of what it leaves out (RFC 9110 8.6)
        head.append((b"content-length", b"%d" % len(answer.content)))
    await send({"type": "http.response.start", "status": answer.status, "headers": head})
    content = b"" if method == "HEAD" else answer.content
    await send({"type": "http.response.body", "body": content})


async def _send_stream(receive: Receive, send: Send, stream: Stream, request_id: str) -> None:
    head = _head(stream.type, "no-store", request_id)
    await send({"type": "http.response.start", "status": 200, "headers": head})
    try:
        await stream.run(receive, send)
    except ConnectionAbortedError:
        return  # it takes nothing more, not even an end
    await send({"type": "http.response.body", "body": b""})
