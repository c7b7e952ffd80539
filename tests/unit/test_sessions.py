"""Sessions: how they begin, what they may do, and that they end."""

from __future__ import annotations

import asyncio
import re

import httpx
import pytest

from tests.alliance import SECOND
from tests.unit.people_house import ORIGIN, PASSWORD, Desks, all_bytes
from toguna.node.people_tables import SESSION

HOUR = 3_600 * SECOND


@pytest.fixture
def web():
    return Desks()


def nothing_there(web, answer):
    return (answer.status_code, answer.content) == (404, web.send("GET", "/no/such").content)


# Beginning -------------------------------------------------------------------------------


def test_session_when_it_begins_says_who_and_for_how_long(web):
    until = web.clock() + HOUR
    duty = web.inside("ml-duty", "duty", "liaison", until_us=until)
    said = duty.session
    assert said["person"] == {"id": "ml-duty", "name": "Agent ml-duty"}
    assert (said["offices"], said["office"]) == (["duty", "liaison"], "duty")
    assert said["ends_us"] == until
    assert said["idle_ends_us"] == web.clock() + 8 * HOUR
    assert said["parties"] == ["bf", "ml", "ne"]
    assert duty.get("/api/session") == said


def test_stranger_when_asking_learns_whose_node_it_is_and_no_more(web):
    web.add("ml-duty")
    said = web.browser().get("/api/session")
    assert said.pop("ways") == {"password": True, "passkey": True, "oidc": ""}
    assert {k: v for k, v in said.items() if v} == {"party": "ml", "now_us": web.clock()}


def test_cookie_when_given_is_for_this_host_and_no_script(web):
    web.add("ml-duty")
    value = {"person": "ml-duty", "password": PASSWORD}
    given = web.browser().ask("POST", "/api/sign-in/password", value).headers["set-cookie"]
    secret = re.fullmatch(r"toguna-ml=([\w-]{43}); Path=/; HttpOnly; SameSite=Strict", given)
    assert secret
    assert secret[1].encode() not in all_bytes(web)  # only its hash is kept


def test_cookie_when_the_browser_speaks_tls_is_for_tls_alone(web):
    web.add("ml-duty")
    value = {"person": "ml-duty", "password": PASSWORD}
    behind = {"x-forwarded-proto": "https", "origin": "https://localhost"}
    believed = web.browser().ask("POST", "/api/sign-in/password", value, **behind)
    assert believed.status_code == 403  # nobody said that this proxy is one
    web.reopen(proxies=("127.0.0.1",))
    browser = web.browser(**{"x-forwarded-proto": "https"})
    answer = browser.ask("POST", "/api/sign-in/password", value, origin="https://localhost")
    assert re.fullmatch(
        r"__Host-toguna-ml=[\w-]{43}; Path=/; HttpOnly; SameSite=Strict; Secure",
        answer.headers["set-cookie"],
    )
    assert browser.is_in()
    browser.headers = {"x-forwarded-proto": "http"}
    assert not browser.is_in()  # the name goes with TLS


def test_session_when_somebody_signs_in_has_a_new_id_and_the_old_is_over(web):
    web.add("ml-duty")
    planted = web.browser()
    planted.cookies["toguna-ml"] = "A" * 43
    planted.enter("ml-duty")
    first = dict(planted.cookies)
    assert first["toguna-ml"] != "A" * 43
    web.add("ml-other")
    planted.enter("ml-other")
    assert planted.cookies != first
    stale = web.browser()
    stale.cookies = first
    assert nothing_there(web, stale.ask("GET", "/api/kinds"))


def test_session_when_what_opens_the_door_changes_has_a_new_id_and_others_end(web):
    duty, elsewhere = web.inside("ml-duty"), web.browser()
    elsewhere.enter("ml-duty")
    before = web.browser()
    before.cookies = dict(duty.cookies)
    duty.post("/api/account/password", {"before": PASSWORD, "password": "another long word"})
    assert duty.is_in()
    assert not before.is_in()
    assert not elsewhere.is_in()
    elsewhere.enter("ml-duty", status=403)
    elsewhere.enter("ml-duty", "another long word")


def test_device_when_listed_is_told_in_two_words(web):
    agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537 (KHTML) Chrome/120.0 Safari/537"
    for sent, shown in ((agent, "Chrome · Linux"), ("<script>\x01", "unknown"), ("", "unknown")):
        browser = web.browser(**{"user-agent": sent})
        if not web.house("ml").people.find("ml-duty"):
            web.add("ml-duty")
        browser.enter("ml-duty")
        current = [s for s in browser.get("/api/sessions")["items"] if s["current"]]
        assert [s["device"] for s in current] == [shown]


# What a session may not do ---------------------------------------------------------------


@pytest.mark.parametrize(
    "cookie",
    ["", "A" * 43, "A" * 42, "A" * 5_000, "../..", "\x00", "a b", '"', "{secret}{secret}"],
)
def test_cookie_when_forged_opens_nothing(web, cookie):
    duty = web.inside("ml-duty")
    forged = web.browser()
    forged.cookies["toguna-ml"] = cookie.format(secret=duty.cookies["toguna-ml"])
    assert nothing_there(web, forged.ask("GET", "/api/kinds"))
    assert not forged.get("/api/session")["signed_in"]


def test_cookie_when_it_stands_twice_counts_as_none(web):
    duty = web.inside("ml-duty")
    sent = f"toguna-ml={'A' * 43}; {duty.cookie}"
    assert nothing_there(web, duty.ask("GET", "/api/kinds", cookie=sent))


def test_cookie_of_another_party_when_shown_opens_nothing(web):
    web.reopen("bf")
    duty = web.inside("ml-duty")
    there = web.browser("bf")
    there.cookies = {"toguna-bf": duty.cookies["toguna-ml"], **duty.cookies}
    assert nothing_there(web, there.ask("GET", "/api/kinds"))


def test_office_when_not_held_is_not_there(web):
    duty = web.inside("ml-duty", "duty")
    for office in ("liaison", "keeper", "", "DUTY", "duty, keeper"):
        answer = duty.ask("GET", "/api/kinds", toguna_office=office)
        assert nothing_there(web, answer), office


def test_session_when_it_asks_for_what_is_the_operators_or_a_peers_finds_nothing(web):
    keeper = web.inside("ml-keeper", "keeper", "duty")
    for endpoint in web.endpoints():
        if endpoint.access in ("operator", "peer"):
            path = re.sub(r"\{\w+\}", "0", endpoint.path)
            answer = keeper.ask(endpoint.method, path, {} if endpoint.method == "POST" else None)
            assert nothing_there(web, answer), path


# Forgery across sites --------------------------------------------------------------------

CHANGE = ("/api/account/password", {"before": PASSWORD, "password": "set by another site"})


@pytest.mark.parametrize(
    ("name", "headers"),
    [
        ("no token", {"toguna_csrf": None}),
        ("a wrong token", {"toguna_csrf": "0" * 64}),
        ("a token that is not ASCII", {"toguna_csrf": "é"}),
        ("another origin", {"origin": "http://evil.example"}),
        ("another port", {"origin": "http://localhost:8102"}),
        ("TLS that we do not speak", {"origin": "https://localhost"}),
        ("no origin that can be told", {"origin": "null"}),
        ("another site", {"sec_fetch_site": "cross-site"}),
        ("the same site, another port", {"sec_fetch_site": "same-site"}),
        ("neither is told", {"origin": None, "sec_fetch_site": None}),
    ],
)
def test_change_when_it_does_not_come_from_our_page_is_refused(web, name, headers):
    duty = web.inside("ml-duty")
    answer = duty.ask("POST", *CHANGE, **headers)
    assert (answer.status_code, answer.json()["where"]) == (403, "csrf"), name
    web.browser().enter("ml-duty")  # the password is the old one


@pytest.mark.parametrize(
    "kind",
    ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", None],
)
def test_change_when_it_is_what_a_form_sends_is_refused(web, kind):
    duty = web.inside("ml-duty")
    answer = duty.ask("POST", *CHANGE, content_type=kind)
    assert (answer.status_code, answer.json()["where"]) == (400, "content-type")
    web.browser().enter("ml-duty")


def test_form_when_another_site_posts_it_signs_nobody_in_or_out(web):
    duty = web.inside("ml-duty")
    value = {"person": "ml-duty", "password": PASSWORD}
    for headers in ({"origin": "http://evil.example"}, {"sec_fetch_site": "cross-site"}):
        answer = web.browser().ask("POST", "/api/sign-in/password", value, **headers)
        assert (answer.status_code, answer.json()["where"]) == (403, "csrf")
        duty.ask("POST", "/api/sign-out", b"", **headers)
    form = web.browser().ask(
        "POST", "/api/sign-in/password", b"person=ml-duty", content_type="text/plain"
    )
    assert form.status_code == 400
    assert duty.is_in()


def test_reading_when_another_site_asks_is_refused(web):
    duty = web.inside("ml-duty")
    assert duty.ask("GET", "/api/people", sec_fetch_site="cross-site").status_code == 404
    assert duty.ask("GET", "/api/kinds", sec_fetch_site="cross-site").status_code == 403
    assert duty.ask("GET", "/api/kinds", sec_fetch_site="none").status_code == 200


def test_own_origin_when_configured_is_the_only_one(web):
    web.add("ml-duty")
    web.reopen(origin="https://desk.example.org")
    value = {"person": "ml-duty", "password": PASSWORD}
    told = web.browser().ask("POST", "/api/sign-in/password", value)
    assert told.status_code == 403
    answer = web.browser().ask(
        "POST", "/api/sign-in/password", value, origin="https://desk.example.org"
    )
    assert answer.status_code == 200


# Ending ----------------------------------------------------------------------------------


def test_session_when_silent_ends_and_when_used_goes_on(web):
    duty, silent = web.inside("ml-duty"), web.browser()
    silent.enter("ml-duty")
    for _ in range(3):
        web.clock.advance(4 * HOUR)
        assert duty.is_in()
    assert nothing_there(web, silent.ask("GET", "/api/kinds"))
    web.clock.advance(4 * HOUR)  # 16 h, the longest
    assert nothing_there(web, duty.ask("GET", "/api/kinds"))


def test_session_when_the_settings_are_shorter_ends_earlier(web):
    web.reopen(idle_minutes=10, longest_minutes=15)
    duty = web.inside("ml-duty")
    web.clock.advance(9 * 60 * SECOND)
    assert duty.is_in()
    web.clock.advance(6 * 60 * SECOND)
    assert not duty.is_in()


def test_session_when_the_last_term_ends_is_over(web):
    duty = web.inside("ml-duty", until_us=web.clock() + HOUR)
    web.clock.advance(HOUR - 1)
    assert duty.is_in()
    web.clock.advance(1)
    assert nothing_there(web, duty.ask("GET", "/api/kinds"))


def test_session_when_signed_out_is_over_and_the_cookie_taken(web):
    duty = web.inside("ml-duty")
    before = dict(duty.cookies)
    duty.post("/api/sign-out", b"")
    assert duty.cookies == {}
    duty.cookies = before
    assert not duty.is_in()


def test_sessions_when_listed_are_ones_own_and_can_be_ended(web):
    duty, phone = web.inside("ml-duty"), web.browser()
    phone.enter("ml-duty")
    web.inside("ml-other")
    listed = duty.get("/api/sessions")["items"]
    assert {s["person"] for s in listed} == {"ml-duty"}
    assert sorted(s["current"] for s in listed) == [False, True]
    other = next(s["id"] for s in listed if not s["current"])
    assert duty.post("/api/sessions/end", {"id": other}) == {"ended": 1}
    assert not phone.is_in()
    phone.enter("ml-duty")
    assert duty.post("/api/sessions/end", {"all": True}) == {"ended": 1}
    assert duty.is_in()
    assert not phone.is_in()


def test_sessions_of_others_when_one_is_no_keeper_are_not_there(web):
    duty, other = web.inside("ml-duty"), web.inside("ml-other")
    theirs = other.session["id"]
    duty.get("/api/sessions?person=ml-other", status=404)
    duty.post("/api/sessions/end", {"id": theirs}, status=404)
    duty.post("/api/sessions/end", {"person": "ml-other"}, status=404)
    assert other.is_in()
    keeper = web.inside("ml-keeper", "keeper")
    assert [s["id"] for s in keeper.get("/api/sessions?person=ml-other")["items"]] == [theirs]
    assert len(keeper.get("/api/sessions?person=")["items"]) == 3
    assert keeper.post("/api/sessions/end", {"person": "ml-other"}) == {"ended": 1}
    assert not other.is_in()


def test_sessions_when_there_are_too_many_the_most_silent_ends(web):
    first = web.inside("ml-duty")
    for _ in range(20):
        web.clock.advance(SECOND)
        web.browser().enter("ml-duty")
    assert not first.is_in()
    assert len(web.get("/api/sessions?person=ml-duty")["items"]) == 20


def test_session_when_the_process_ends_is_there_again_with_the_next(web):
    duty = web.inside("ml-duty")
    web.clock.advance(HOUR)
    assert duty.is_in()
    web.house("ml").sessions.sweep()
    web.reopen()
    assert duty.is_in()
    assert duty.get("/api/session")["idle_ends_us"] == web.clock() + 8 * HOUR
    duty.post("/api/sign-out", b"")
    web.reopen()
    with web["ml"].reading() as tx:
        assert tx.count(SESSION) == 0


def test_sweep_when_nobody_asks_ends_what_is_over(web):
    web.inside("ml-duty")
    web.clock.advance(17 * HOUR)
    assert web.house("ml").sessions.sweep() == 1
    with web["ml"].reading() as tx:
        assert tx.count(SESSION) == 0


# Streams ---------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["signed out", "ended by the keeper", "its term", "an office"])
def test_stream_when_its_session_ends_is_over_at_once(web, how):
    keeper = web.inside("ml-keeper", "keeper")
    duty = web.inside("ml-duty", "duty", "liaison", until_us=web.clock() + HOUR)
    house = web.house("ml")

    async def end():
        if how == "signed out":
            await duty.asking("POST", "/api/sign-out", b"")
        elif how == "ended by the keeper":
            await keeper.asking("POST", "/api/sessions/end", {"person": "ml-duty"})
        elif how == "its term":
            web.clock.advance(HOUR)
            await house.writer.run(house.sessions.sweep)
        else:
            value = {"person": "ml-duty", "office": "liaison", "end": True}
            await keeper.asking("POST", "/api/people/office", value)

    async def run():
        stream = asyncio.create_task(duty.asking("GET", "/api/live"))
        while not house.live.streams.listeners:
            await asyncio.sleep(0)
        await end()
        answer = await asyncio.wait_for(stream, 20)
        assert b"event: hello" in answer.content
        assert not house.live.streams.listeners

    asyncio.run(run())


def test_word_of_the_end_when_undone_or_too_late_comes_never_or_at_once(web):
    duty, sessions, heard = web.inside("ml-duty"), web.house("ml").sessions, []
    id_ = duty.session["id"]
    sessions.on_end(id_, lambda: heard.append("undone"))()
    sessions.on_end(id_, lambda: heard.append("in time"))
    assert sessions.offices(id_) == {"duty"}
    sessions.end(id_)
    sessions.on_end(id_, lambda: heard.append("too late"))
    assert heard == ["in time", "too late"]
    assert sessions.offices(id_) == frozenset()


def test_both_when_a_signature_and_a_cookie_come_the_signature_counts(web):
    duty = web.inside("ml-duty", "duty")
    headers = {**web.signed("GET", "/api/care"), "cookie": duty.cookie}

    async def ask():
        transport = httpx.ASGITransport(app=web.apps["ml"])
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
            return await client.get("/api/people", headers=headers)

    assert asyncio.run(ask()).status_code == 404  # it was made for another path
