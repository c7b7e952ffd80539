"""Our own description, taken at its word: every operation is asked what its schema allows, and
what it does not. Nothing fails inside, every answer is one that is described, and what the schema
forbids is refused.

Not asked: streams, which do not end, and what peers send, which is no JSON.
"""

from __future__ import annotations

import asyncio
import copy
import re
from urllib.parse import urlsplit

import hypothesis
import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from tests.conftest import SLOW
from tests.unit.people_house import ORIGIN, Browser, Desks
from tests.unit.serving_house import Web
from toguna.surfaces.openapi import describe

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
)
EXAMPLES = 12 if SLOW else 2
STREAM = "text/event-stream"

# What there is to be found, so that more than refusals is asked for.
KNOWN = {
    "party": ["ml", "bf"],
    "log": ["home", "spine"],
    "index": ["0", "1", "99"],
    "view": ["ml", "bf", "ne"],
    "as": ["duty", "liaison"],
    "domain": ["sharing"],
}


class Lasting:
    """The application, which does not end when one client is done with it."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self._app = web.apps["ml"]

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http":
            await self.answer(scope, receive, send)
            return
        for step in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{step}.complete"})

    async def answer(self, scope, receive, send):
        await self._app(scope, receive, send)


class Signed(Lasting):
    """The same for whoever holds the log key: each request is signed on its way in."""

    async def answer(self, scope, receive, send):
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        path = (scope.get("raw_path") or scope["path"].encode()).partition(b"?")[0]
        url = b"?".join(filter(None, (path, scope["query_string"]))).decode("latin-1")
        method = scope["method"]
        signed = self._web.signed(method, url, None if method == "GET" else body)
        headers = {k.lower(): v for k, v in scope["headers"]} | {
            k.encode(): v.encode() for k, v in signed.items()
        }

        async def again():
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(dict(scope, headers=list(headers.items())), again, send)


class Seated(Lasting):
    """The same for a person who has signed in, in a browser."""

    def __init__(self, web: Desks, browser: Browser) -> None:
        super().__init__(web)
        self._browser = browser

    async def answer(self, scope, receive, send):
        headers = {k.lower(): v for k, v in scope["headers"]}
        given = headers.get(b"content-type", b"application/json").decode("latin-1")
        more = self._browser.sent(scope["method"], content_type=given)
        headers |= {k.encode(): v.encode("latin-1") for k, v in more.items()}
        headers[b"host"] = urlsplit(ORIGIN).netloc.encode()
        await self._app(dict(scope, headers=list(headers.items())), receive, send)


@pytest.fixture(scope="module")
def web():
    web = Desks()
    web.author("Au foyer")
    for to in (["bf"], ["bf", "ne"]):
        web.author("Pour d'autres", to=to)
    web.author("De bf", by="bf", to=["ml"])
    web.alliance.exchange()
    return web


def asked(web, keep):
    """The operations to be asked, out of the description itself."""
    raw = msgspec.json.decode(msgspec.json.encode(describe(web.endpoints())))
    for path, methods in list(raw["paths"].items()):
        for method, operation in list(methods.items()):
            gives = operation["responses"]["200"]["content"]
            if operation["x-access"] == "peer" or STREAM in gives or not keep(operation):
                del methods[method]
                continue
            operation.pop("security")  # the requests are signed beneath
        if not methods:
            del raw["paths"][path]
    return raw


def knowing(raw):
    """The description for somebody who knows what there is to be found."""
    raw = copy.deepcopy(raw)
    for methods in raw["paths"].values():
        for operation in methods.values():
            for parameter in operation["parameters"]:
                if parameter["name"] in KNOWN:
                    parameter["schema"]["enum"] = KNOWN[parameter["name"]]
    return raw


def operations(raw, app):
    schema = schemathesis.openapi.from_dict(raw)
    schema.app = app
    return [found.ok() for found in schema.get_all_operations()]


def wrong_in(app, raw):
    """What went wrong, by operation and check, each with one example."""
    wrong, cases = {}, 0

    def one(case):
        nonlocal cases
        cases += 1
        answer = case.call()
        for check in CHECKS:
            try:
                case.validate_response(answer, checks=[check])
            except BaseException as failure:
                if not isinstance(failure, Exception | BaseExceptionGroup):
                    raise
                wrong.setdefault((case.operation.label, check.__name__), str(failure)[:500])

    quick = settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    for mode, told in ((GenerationMode.POSITIVE, knowing(raw)), (GenerationMode.NEGATIVE, raw)):
        for operation in operations(told, app):
            try:
                quick(hypothesis.given(case=operation.as_strategy(generation_mode=mode))(one))()
            except hypothesis.errors.Unsatisfiable:
                assert mode is GenerationMode.NEGATIVE  # nothing there can be wrong
    assert cases >= len(operations(raw, app))
    return wrong


def test_what_our_own_people_may_ask_answers_as_described(web):
    raw = asked(web, lambda operation: operation["x-access"] != "public")
    assert not wrong_in(Signed(web), raw)


@pytest.mark.slow
def test_what_a_session_may_ask_answers_as_described(web):
    ending = re.compile("sign_out|sessions_end|people_(end|reset|office)|account_")
    browser = web.inside("awa", "duty", "keeper", "liaison", "analyst")
    raw = asked(
        web,
        lambda operation: (
            operation["x-access"] == "person" and not ending.search(operation["operationId"])
        ),
    )
    app = Seated(web, browser)
    assert not wrong_in(app, raw)
    assert asyncio.run(browser.asking("GET", "/api/kinds")).status_code == 200, "it was signed out"


def test_what_anybody_may_ask_answers_as_described(web):
    raw = asked(web, lambda operation: operation["x-access"] == "public")
    assert not wrong_in(Lasting(web), raw)


def test_an_answer_that_is_not_as_described_is_seen(web):
    raw = asked(web, lambda operation: operation["operationId"] == "get_api_kinds")
    answers = raw["paths"]["/api/kinds"]["get"]["responses"]
    answers["200"]["content"]["application/json"]["schema"] = {"type": "string"}
    assert set(wrong_in(Signed(web), raw)) == {("GET /api/kinds", "response_schema_conformance")}
    del answers["200"]
    assert ("GET /api/kinds", "status_code_conformance") in wrong_in(Signed(web), raw)
