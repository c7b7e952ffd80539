"""The OpenAPI 3.1 description, made from the declared endpoints and the catalogue.

Nothing is written by hand twice: paths, parameters and schemas follow from the same
declarations as the routes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from toguna import __version__
from toguna.surfaces.endpoints import JSON, Answer, Asked, Endpoint, Query

_PART: Final = re.compile(r"\{(\w+)(?::\w+)?\}")
_REF: Final = "#/components/schemas/{name}"
_ERRORS: Final = {
    "400": "What was sent cannot be understood.",
    "403": "A rule says no, and is named.",
    "404": "There is no such thing for whoever asks.",
    "409": "Somebody else was first.",
    "422": "A proof, signature or digest does not hold.",
    "503": "Storage or network failed.",
}
_SIGNED: Final = (
    "HTTP message signature (RFC 9421), Ed25519 by the log key of the asking party: "
    "@method, @path, @query, content-digest and toguna-office where there are any; "
    "created, keyid `<party>/log`, nonce, tag `toguna:<asked party>`. Where x-keys says so, the "
    "party's witness key and keyid `<party>/witness` are taken as well."
)


_SESSION: Final = (
    "The session of a person who signed in (`__Host-toguna-PARTY` over TLS). `Toguna-Office` "
    "names the office acted in; where x-offices is not empty, the person holds one of those."
)


class Problem(msgspec.Struct):
    """What went wrong: its name, what, where, and what to do."""

    error: str
    what: str
    where: str
    remedy: str


def describe(endpoints: Sequence[Endpoint]) -> dict[str, Any]:
    """The whole description as plain JSON values."""
    kinds = {
        t for e in endpoints for t in (e.takes, e.gives) if t is not None and not isinstance(t, str)
    }
    ordered = sorted({*kinds, Problem}, key=lambda t: str(t.__name__))
    refs, schemas = msgspec.json.schema_components(ordered, ref_template=_REF)
    known = dict(zip(ordered, refs, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in endpoints:
        operations = paths.setdefault(path_of(endpoint), {})
        operations[endpoint.method.lower()] = _operation(endpoint, known)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Toguna",
            "version": __version__,
            "description": "One party's node. Errors are 404 for whoever may not ask.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "signature": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Signature",
                    "description": _SIGNED,
                },
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "toguna-PARTY",
                    "description": _SESSION,
                },
                "csrf": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Toguna-CSRF",
                    "description": "`csrf` of GET /api/session, with whatever changes something.",
                },
            },
        },
    }


def path_of(endpoint: Endpoint) -> str:
    """The path without the types of its variable parts."""
    return _PART.sub(r"{\1}", endpoint.path)


def _operation(endpoint: Endpoint, known: dict[type, Any]) -> dict[str, Any]:
    path = path_of(endpoint) + ("start" if endpoint.path.endswith("/") else "")
    name = re.sub(r"\W+", "_", f"{endpoint.method.lower()}{path}").strip("_")
    operation: dict[str, Any] = {
        "operationId": name,
        "summary": endpoint.summary,
        "tags": [endpoint.tag or endpoint.path.split("/")[1]],
        "security": _security(endpoint),
        "x-access": endpoint.access,
        "x-keys": _keys_of(endpoint),
        "x-offices": sorted(endpoint.offices),
        "parameters": _parameters(endpoint),
        "responses": {"200": {"description": "Done.", "content": _content(endpoint.gives, known)}},
    }
    problem = {"application/json": {"schema": known[Problem]}}
    for code, meaning in _ERRORS.items():
        operation["responses"][code] = {"description": meaning, "content": problem}
    if endpoint.method == "GET":
        operation["responses"]["3XX"] = {"description": "Elsewhere (`location`), or unchanged."}
    if endpoint.takes is not None:
        body = {"required": True, "content": _content(endpoint.takes, known)}
        operation["requestBody"] = body
        operation["x-max-bytes"] = endpoint.most
    return operation


def _security(endpoint: Endpoint) -> list[dict[str, list[str]]]:
    if endpoint.access == "public":
        return []
    session: dict[str, list[str]] = {"session": []}
    if endpoint.method == "POST":
        session["csrf"] = []
    return [{"signature": []}, *([session] if endpoint.access == "person" else [])]


def _keys_of(endpoint: Endpoint) -> list[str]:
    if endpoint.access == "public":
        return []
    return ["log", "witness"] if endpoint.by_witness else ["log"]


def _content(kind: type | str, known: dict[type, Any]) -> dict[str, Any]:
    return {kind: {}} if isinstance(kind, str) else {JSON: {"schema": known[kind]}}


def _parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    parts = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _PART.findall(endpoint.path)
    ]
    return parts + [_parameter(query) for query in endpoint.query]


def _parameter(query: Query) -> dict[str, Any]:
    return {
        "name": query.name,
        "in": "query",
        "required": False,
        "description": query.meaning,
        "schema": {"type": query.type},
    }


async def _answer(asked: Asked) -> Answer:
    endpoints: list[Endpoint] = asked.scope["app"].state.endpoints
    return Answer(msgspec.json.encode(describe(endpoints)))


def endpoint() -> Endpoint:
    """The endpoint that gives the description."""
    return Endpoint("GET", "/api/openapi.json", _answer, "person", "This description.", JSON)
