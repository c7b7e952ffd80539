"""Every endpoint that is not for anybody, asked by browsers that may not ask it.

The list is that of the description, so an endpoint that is added is walked as well. Signed
requests are walked in ``test_openapi.py``.
"""

from __future__ import annotations

import re

import pytest

from tests.alliance import SECOND
from tests.unit.people_house import PASSWORD, Desks
from toguna.surfaces.openapi import describe

OFFICES = ("duty", "keeper", "liaison")


@pytest.fixture(scope="module")
def web():
    return Desks()


@pytest.fixture(scope="module")
def walked(web):
    """Method, path, URL and operation of every endpoint that is not public."""
    return [
        (method.upper(), path, re.sub(r"\{\w+\}", "0", path), operation)
        for path, methods in describe(web.endpoints())["paths"].items()
        for method, operation in methods.items()
        if operation["security"]
    ]


@pytest.fixture(scope="module")
def nothing(web):
    return web.send("GET", "/no/such/path")


@pytest.fixture(scope="module")
def nobodies(web):
    """Browsers that are not signed in here, by what is wrong with them."""
    ended = web.inside("ml-ended")
    kept = dict(ended.cookies)
    ended.post("/api/sign-out", b"")
    ended.cookies = kept
    silent = web.inside("ml-silent", until_us=web.clock() + 8 * 3_600 * SECOND)
    away = web.inside("ml-left", *OFFICES)
    web.post("/api/people/end", {"person": "ml-left"})
    web.clock.advance(8 * 3_600 * SECOND)
    forged, doubled = web.browser(), web.inside("ml-doubled", *OFFICES)
    forged.cookies["toguna-ml"] = "A" * 43
    doubled.cookies = {"toguna-ml": f"{'A' * 43}; {doubled.cookie}"}
    web.reopen("bf")
    foreign = web.inside("bf-all", *OFFICES, party="bf")
    foreign.party = "ml"
    foreign.cookies["toguna-ml"] = foreign.cookies["toguna-bf"]
    return {
        "no session": web.browser(),
        "an ended session": ended,
        "a session that was silent too long": silent,
        "a session of somebody who left": away,
        "a forged cookie": forged,
        "two cookies": doubled,
        "a session of another party's node": foreign,
    }


def ask(browser, method, url, **headers):
    return browser.ask(method, url, b"{}" if method == "POST" else None, **headers)


def is_nothing(answer, nothing):
    """The very answer to a path that is not there, by status, body and headers."""
    apart = {"connection"}  # a stranger's is closed
    told = {k: v for k, v in answer.headers.items() if k not in apart}
    return (answer.status_code, answer.content, told) == (
        404, nothing.content, {k: v for k, v in nothing.headers.items() if k not in apart},
    )  # fmt: skip


def test_nobody_when_asking_for_anything_gets_what_is_not_there(nobodies, walked, nothing):
    assert len(walked) > 50
    for name, browser in nobodies.items():
        for method, path, url, _ in walked:
            assert is_nothing(ask(browser, method, url), nothing), (name, method, path)


def test_person_when_asking_for_what_is_not_for_people_gets_what_is_not_there(web, walked, nothing):
    browser = web.inside("ml-all", *OFFICES)
    for method, path, url, operation in walked:
        if operation["x-access"] != "person":
            assert is_nothing(ask(browser, method, url), nothing), (method, path)


def test_person_when_asking_in_an_office_that_is_not_theirs_gets_what_is_not_there(
    web, walked, nothing
):
    browser = web.inside("ml-analyst", "analyst")
    for method, path, url, operation in walked:
        told = ask(browser, method, url, toguna_office="keeper")
        assert is_nothing(told, nothing), (method, path)
        if operation["x-offices"]:
            assert "analyst" not in operation["x-offices"]
            assert is_nothing(ask(browser, method, url), nothing), (method, path)


def test_person_when_the_request_is_not_from_our_page_is_told_so_and_nothing_happens(web, walked):
    browser = web.inside("ml-forged", *OFFICES)
    for method, path, url, operation in walked:
        if method != "POST" or operation["x-access"] != "person":
            continue
        for headers in (
            {"toguna_csrf": None},
            {"toguna_csrf": "0" * 64},
            {"origin": "http://evil.example"},
            {"sec_fetch_site": "cross-site"},
            {"origin": None, "sec_fetch_site": None},
        ):
            answer = ask(browser, method, url, **headers)
            told = (answer.status_code, answer.json()["where"])
            assert told == (403, "csrf"), (path, headers)
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
            answer = ask(browser, method, url, content_type=kind)
            told = (answer.status_code, answer.json()["where"])
            assert told == (400, "content-type"), (path, kind)
    browser.enter("ml-forged", PASSWORD)


def test_person_when_all_is_right_is_let_in(web, walked):
    """The walk above refuses what it refuses for its own reason, and not everything."""
    for method, path, url, operation in walked:
        if operation["x-access"] != "person" or "text/event-stream" in str(operation["responses"]):
            continue
        # Some of these requests end the session in which they are made.
        browser = web.browser()
        if web.house("ml").people.find("ml-welcome") is None:
            web.add("ml-welcome", *OFFICES)
        browser.enter("ml-welcome")
        answer = ask(browser, method, url)
        assert "x-request-id" in answer.headers, (method, path)
        assert answer.status_code != 403 or answer.json()["where"] != "csrf", (method, path)
