"""The description and the routes are the same list, and nobody gets in unsigned."""

from __future__ import annotations

import re

import msgspec
import pytest

from tests.alliance import SECOND
from tests.conftest import ROOT
from tests.unit.serving_house import Web
from toguna.surfaces.openapi import describe

PUBLIC = {
    "/",
    "/desk",
    "/desk/",
    "/desk/worker.js",
    "/desk/{file}",
    "/healthz",
    "/metrics",
    "/api/session",
    "/api/sign-in/password",
    "/api/sign-in/passkey/begin",
    "/api/sign-in/passkey",
    "/api/sign-in/oidc",
    "/api/sign-in/oidc/back",
    "/api/sign-up/begin",
    "/api/sign-up/password",
    "/api/sign-up/passkey",
    "/spine/checkpoint",
    "/spine/vkey",
    "/spine/tile/{tile}",
}
"""All that a stranger may ask. A path is added here on purpose, or not at all."""

BY_WITNESS = {("POST", "/peer/book")}
"""All that a party may do with its witness key alone."""

PEERS = {
    "/peer/encounter",
    "/peer/encounter/end",
    "/peer/pull",
    "/peer/wake",
    "/peer/book",
    "/peer/positions",
}


@pytest.fixture(scope="module")
def web():
    return Web()


@pytest.fixture(scope="module")
def described(web):
    return describe(web.endpoints())


def operations(described):
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def goes_on(operation):
    """Whether the answer is a stream, which ends when its caller leaves."""
    return "text/event-stream" in operation["responses"]["200"]["content"]


def filled(path):
    return re.sub(r"\{\w+\}", "0", path)


def test_every_route_is_described_and_every_described_path_is_a_route(web, described):
    routes = {
        (method, re.sub(r":\w+\}", "}", route.path))
        for route in web.apps["ml"].routes
        for method in route.methods - {"HEAD"}
    }
    assert routes == {(method, path) for method, path, _ in operations(described)}


def test_every_kind_can_be_listed_and_written(web, described):
    for kind in web["ml"].catalogue.kinds.values():
        assert set(described["paths"][f"/api/{kind.domain}/{kind.noun}"]) == {"get", "post"}


def test_only_what_is_on_the_list_is_public(described):
    public = {path for _, path, operation in operations(described) if not operation["security"]}
    assert public == PUBLIC
    peers = {p for _, p, operation in operations(described) if operation["x-access"] == "peer"}
    assert peers == PEERS


def test_only_what_is_on_the_list_is_for_a_witness_key(described):
    keys = {(m, p): operation["x-keys"] for m, p, operation in operations(described)}
    assert {at for at, known in keys.items() if "witness" in known} == BY_WITNESS
    assert {path for (_, path), known in keys.items() if not known} == PUBLIC


def test_the_node_gives_its_own_description(web, described):
    assert web.get("/api/openapi.json") == msgspec.json.decode(msgspec.json.encode(described))


def test_references_and_ids_hold(described):
    names = set(described["components"]["schemas"])
    used = set(re.findall(r"#/components/schemas/([\w.]+)", str(described)))
    assert used <= names
    ids = [operation["operationId"] for _, _, operation in operations(described)]
    assert len(ids) == len(set(ids))
    for _, path, operation in operations(described):
        declared = {p["name"] for p in operation["parameters"] if p["in"] == "path"}
        assert declared == set(re.findall(r"\{(\w+)\}", path))


def attempts(web, method, url, access):
    """Every way of not being allowed to ask this, by name, as headers."""
    body = None if method == "GET" else b"{}"
    stranger = bytes(32)
    ours, theirs = ("ml", "bf") if access in ("operator", "person") else ("bf", "ml")
    yield "no signature", {}
    yield "rubbish", {"signature-input": "x", "signature": "y"}
    yield "a foreign key", web.signed(method, url, body, by=ours, seed=stranger)
    yield "an unknown party", web.signed(method, url, body, party="xx", seed=stranger)
    yield "a stale date", web.signed(method, url, body, by=ours, now_us=web.clock() - 301 * SECOND)
    yield "a date ahead", web.signed(method, url, body, by=ours, now_us=web.clock() + 301 * SECOND)
    yield "for somebody else", web.signed(method, url, body, by=ours, to="ne")
    yield "for another path", web.signed(method, "/api/other", body, by=ours)
    yield "for another method", web.signed("DELETE", url, body, by=ours)
    yield "the wrong party", web.signed(method, url, body, by=theirs)
    for party in (theirs,) if (method, url) in BY_WITNESS else (ours, theirs):
        seed = web[party].parts.keys.witness
        headers = web.signed(method, url, body, by=party, seed=seed, key="witness")
        yield f"{party}'s witness", headers
        yield f"{party}'s witness as log key", web.signed(method, url, body, by=party, seed=seed)
    replayed = web.signed(method, "/api/kinds?replayed", body, by=ours)
    web.send(method, "/api/kinds?replayed", body, replayed)
    yield "of another request", replayed


def test_whoever_may_not_ask_gets_what_a_path_that_is_not_there_gives(web, described):
    nothing = web.send("GET", "/no/such/path").content
    for method, path, operation in operations(described):
        if not operation["security"]:
            continue
        url = filled(path)
        for name, headers in attempts(web, method, url, operation["x-access"]):
            answer = web.send(method, url, None if method == "GET" else b"{}", headers)
            assert answer.status_code == 404, (method, path, name)
            assert answer.content == nothing, (method, path, name)
            assert "x-request-id" not in answer.headers, (method, path, name)


def test_a_request_is_answered_once(web, described):
    for method, path, operation in operations(described):
        if not operation["security"] or goes_on(operation):
            continue
        url, body = filled(path), None if method == "GET" else b"\x00"
        headers = web.signed(
            method, url, body, by="bf" if operation["x-access"] == "peer" else "ml"
        )
        first = web.send(method, url, body, headers)
        again = web.send(method, url, body, headers)
        assert again.status_code == 404, path
        assert again.content == web.send("GET", "/no/such/path").content
        assert first.status_code in (200, 400, 404), (path, first.text)


def test_another_method_than_the_declared_one_is_not_there(web):
    nothing = web.send("GET", "/no/such/path").content
    for method, url in (("DELETE", "/api/kinds"), ("PUT", "/healthz"), ("GET", "/api/release")):
        for headers in ({}, web.signed(method, url, b"")):
            answer = web.send(method, url, b"", headers)
            assert (answer.status_code, answer.content) == (404, nothing), (method, url)


def test_the_reference_page_names_every_endpoint_and_no_other(described):
    page = (ROOT / "docs" / "reference" / "http.md").read_text("utf-8")
    named = set(re.findall(r"^\| `(GET|POST)` \| `([^`]+)`", page, re.MULTILINE))
    there = {(method, path) for method, path, operation in operations(described)}
    of_kinds = {
        (m, p) for m, p, o in operations(described) if o["tags"][0] not in ("api", "peer", "spine")
    } - {(m, p) for m, p in there if p in PUBLIC}
    example = {("GET", "/api/sharing/report"), ("POST", "/api/sharing/report")}
    assert named == (there - of_kinds) | example
