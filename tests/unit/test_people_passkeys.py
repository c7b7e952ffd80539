"""Passkeys: made and used by a real signature, and nothing but an honest one is taken."""

from __future__ import annotations

import copy

import pytest

from tests.alliance import SECOND
from tests.unit.authenticator import PRESENT, Authenticator, raw, text
from tests.unit.people_house import PASSWORD, Desks, all_bytes, journal


@pytest.fixture
def web():
    return Desks()


def begin(browser):
    return browser.post("/api/sign-in/passkey/begin", {})


def enter(browser, key, status=200):
    begun = begin(browser)
    value = {"ticket": begun["ticket"], "credential": key.sign(begun["options"])}
    return browser.post("/api/sign-in/passkey", value, status=status)


def add(browser, name="phone", key=None, status=200):
    key = key or Authenticator()
    begun = browser.post("/api/account/passkeys/begin", {})
    value = {
        "ticket": begun["ticket"],
        "credential": key.make(begun["options"]),
        "name": name,
    }
    return key, browser.post("/api/account/passkeys", value, status=status)


def test_passkey_when_made_opens_the_door(web):
    duty = web.inside("ml-duty")
    before = dict(duty.cookies)
    key, _ = add(duty)
    assert duty.cookies != before  # a new session, for what opens the door has changed
    browser = web.browser()
    said = enter(browser, key)
    assert (said["person"]["id"], said["way"]) == ("ml-duty", "passkey")
    assert browser.is_in()
    assert [k["name"] for k in browser.get("/api/account")["passkeys"]] == ["phone"]


def test_options_when_given_want_a_verified_user_and_no_name_typed(web):
    duty = web.inside("ml-duty")
    made = duty.post("/api/account/passkeys/begin", {})["options"]
    assert made["rp"]["id"] == "localhost"
    assert made["authenticatorSelection"]["userVerification"] == "required"
    assert made["authenticatorSelection"]["residentKey"] == "required"
    assert b"ml-duty" not in raw(made["user"]["id"])
    asked = begin(web.browser())["options"]
    assert asked["userVerification"] == "required"
    assert asked["allowCredentials"] == []
    key, _ = add(duty)
    again = duty.post("/api/account/passkeys/begin", {})["options"]
    assert [one["id"] for one in again["excludeCredentials"]] == [text(key.id)]


def test_sign_up_when_by_passkey_needs_no_password(web):
    web.reopen(exercise=False)
    code = web.add("ml-duty", password="")["code"]
    browser, key = web.browser(), Authenticator()
    begun = browser.post("/api/sign-up/begin", {"person": "ml-duty", "code": code})
    value = {"ticket": begun["ticket"], "credential": key.make(begun["passkey"]), "name": "phone"}
    assert browser.post("/api/sign-up/passkey", value)["session"]["way"] == "passkey"
    assert browser.is_in()
    web.browser().post("/api/sign-up/passkey", value, status=403)
    enter(web.browser(), key)
    assert web.get("/api/people")["items"][0]["ways"] == ["passkey"]


@pytest.mark.parametrize("wrong", ["origin", "host", "unverified", "challenge", "type", "another"])
def test_passkey_when_something_is_amiss_is_not_made(web, wrong):
    duty = web.inside("ml-duty")
    key = Authenticator("http://evil.example" if wrong == "host" else "http://localhost")
    if wrong == "host":
        key.origin = "http://localhost"
    elif wrong == "origin":
        key.origin = "http://localhost:8102"
    elif wrong == "unverified":
        key.flags = PRESENT
    begun = duty.post("/api/account/passkeys/begin", {})
    options = begun["options"]
    if wrong == "challenge":
        options = options | {"challenge": text(b"\0" * 32)}
    made = key.make(options)
    if wrong == "type":
        made = key.sign(options)
    value = {"ticket": begun["ticket"], "credential": made, "name": "phone"}
    if wrong == "another":
        duty = web.inside("ml-other")
    said = duty.post("/api/account/passkeys", value, status=403)
    assert said["where"] == ("ticket" if wrong == "another" else "credential")
    assert web.house("ml").threshold.passkeys.find(key.id) is None


@pytest.mark.parametrize(
    "wrong", ["origin", "host", "unverified", "challenge", "signature", "stranger", "handle"]
)
def test_passkey_when_the_answer_is_not_right_opens_nothing(web, wrong):
    key, _ = add(web.inside("ml-duty"))
    browser, shown = web.browser(), key
    begun = begin(browser)
    if wrong == "origin":
        key.origin = "http://127.0.0.1"
    elif wrong == "host":
        key.host = "evil.example"
    elif wrong == "unverified":
        key.flags = PRESENT
    elif wrong == "stranger":
        shown = Authenticator()
    elif wrong == "signature":
        shown = copy.copy(key)
        shown._key = Authenticator()._key
    credential = shown.sign(begun["options"], text(b"\0" * 32) if wrong == "challenge" else "")
    if wrong == "handle":
        credential["id"] = "é"
    value = {"ticket": begun["ticket"], "credential": credential}
    said = browser.post("/api/sign-in/passkey", value, status=403)
    assert (said["what"], said["where"]) == ("this passkey does not open here", "credential")
    assert not browser.is_in()


@pytest.mark.parametrize(
    "credential",
    [{}, {"id": "AAAA"}, {"id": 3}, {"id": "AAAA", "response": []}, {"response": {"a": None}}],
)
def test_credential_when_it_is_none_is_refused(web, credential):
    key, _ = add(web.inside("ml-duty"))
    for id_ in ("", text(key.id)):
        browser = web.browser()
        value = {"ticket": begin(browser)["ticket"], "credential": dict(credential)}
        if id_:
            value["credential"]["id"] = id_
        browser.post("/api/sign-in/passkey", value, status=403)


def test_answer_when_it_is_shown_twice_opens_once(web):
    key, _ = add(web.inside("ml-duty"))
    browser = web.browser()
    begun = begin(browser)
    value = {"ticket": begun["ticket"], "credential": key.sign(begun["options"])}
    browser.post("/api/sign-in/passkey", value)
    assert web.browser().post("/api/sign-in/passkey", value, status=403)["where"] == "ticket"
    late = begin(browser)
    web.clock.advance(600 * SECOND)
    value = {"ticket": late["ticket"], "credential": key.sign(late["options"])}
    assert web.browser().post("/api/sign-in/passkey", value, status=403)["where"] == "ticket"


def test_passkey_when_it_counts_less_than_before_is_a_copy(web):
    key, _ = add(web.inside("ml-duty"))
    key.signs = 4
    enter(web.browser(), key)
    copied = copy.copy(key)
    enter(web.browser(), key)
    enter(web.browser(), copied, status=403)
    enter(web.browser(), key)


def test_passkey_when_it_does_not_count_is_taken(web):
    key, _ = add(web.inside("ml-duty"))
    for _ in range(2):
        key.signs = -1
        enter(web.browser(), key)


def test_passkeys_when_there_are_several_have_names_and_go_one_by_one(web):
    duty = web.inside("ml-duty")
    phone, _ = add(duty, "phone")
    stick, _ = add(duty, "stick")
    _, said = add(duty, "stick", stick, status=409)
    assert said["where"] == "credential"
    other = web.inside("ml-other")
    other.post("/api/account/passkeys/end", {"id": text(phone.id)}, status=404)
    other.post("/api/account/passkeys/end", {"id": "nothing/of it"}, status=404)
    duty.post("/api/account/passkeys/end", {"id": text(phone.id)})
    enter(web.browser(), phone, status=403)
    enter(web.browser(), stick)
    assert "people: ml-duty removed the passkey phone" in journal(web)
    for number in range(9):
        add(duty, f"key {number}")
    assert "enough" in add(duty, "eleventh", status=403)[1]["what"]


def test_last_passkey_when_nothing_else_opens_stays(web):
    code = web.add("ml-duty", password="")["code"]
    browser, key = web.browser(), Authenticator()
    begun = browser.post("/api/sign-up/begin", {"person": "ml-duty", "code": code})
    value = {"ticket": begun["ticket"], "credential": key.make(begun["passkey"]), "name": "phone"}
    browser.post("/api/sign-up/passkey", value)
    browser.post("/api/account/passkeys/end", {"id": text(key.id)}, status=403)
    browser.post("/api/account/password", {"password": PASSWORD})
    browser.post("/api/account/passkeys/end", {"id": text(key.id)})


@pytest.mark.parametrize("name", ["", "a\r\nb", "x" * 81, " phone"])
def test_name_when_it_cannot_be_is_refused_by_its_field(web, name):
    _, said = add(web.inside("ml-duty"), name, status=400)
    assert said["where"] == "name"


def test_passkey_when_its_person_left_or_begins_anew_opens_nothing(web):
    key, _ = add(web.inside("ml-duty"))
    web.post("/api/people/reset", {"person": "ml-duty"})
    enter(web.browser(), key, status=403)
    assert key.id not in all_bytes(web)


def test_passkey_when_the_term_is_over_opens_nothing(web):
    key, _ = add(web.inside("ml-duty", until_us=web.clock() + 60 * SECOND))
    web.clock.advance(60 * SECOND)
    enter(web.browser(), key, status=403)


def test_passkeys_when_the_node_has_no_name_are_not_offered(web):
    web.add("ml-duty")
    for headers, origin in (
        ({"host": "127.0.0.1:8101"}, ""),
        ({"host": "evil.example"}, ""),
        ({}, "http://127.0.0.1"),
        ({}, "http://[::1]"),
    ):
        web.reopen(origin=origin)
        browser = web.browser(**headers)
        assert browser.get("/api/session")["ways"]["passkey"] is False, (headers, origin)
        own = origin or f"http://{headers['host']}"
        said = browser.post("/api/sign-in/passkey/begin", {}, status=403, origin=own)
        assert said["where"] == "passkey"


def test_passkey_when_the_origin_is_configured_is_for_its_host(web):
    web.reopen(origin="https://desk.example.org")
    browser = web.browser()
    options = browser.post("/api/sign-in/passkey/begin", {}, origin="https://desk.example.org")[
        "options"
    ]
    assert options["rpId"] == "desk.example.org"
