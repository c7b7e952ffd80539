"""Signing in with a password: what a wrong one tells (nothing), codes, and the first time."""

from __future__ import annotations

import asyncio
import time
from base64 import b32decode

import pytest

from tests.alliance import DAY, SECOND
from tests.unit.people_house import PASSWORD, Desks, all_bytes, journal
from toguna.node.second_factor import STEP_US, app_code
from toguna.surfaces.attempts import MOST_KEPT, Attempts

MINUTE = 60 * SECOND


@pytest.fixture
def web():
    return Desks()


def now_code(web, secret, steps=0):
    return app_code(b32decode(secret), web.clock() // STEP_US + steps)


def begin(web, person, code, status=200):
    value = {"person": person, "code": code}
    return web.browser().post("/api/sign-up/begin", value, status=status)


def with_app(web, id_="ml-duty", *offices):
    """Somebody who signed up with an app: browser, the app's secret, recovery codes."""
    begun = begin(web, id_, web.add(id_, *offices, password="")["code"])
    secret, browser = begun["app"]["secret"], web.browser()
    value = {"ticket": begun["ticket"], "password": PASSWORD, "code": now_code(web, secret)}
    said = browser.post("/api/sign-up/password", value)
    return browser, secret, said["recovery_codes"]


# What a wrong attempt tells --------------------------------------------------------------


def test_wrong_attempts_when_compared_are_the_same_bytes(web):
    web.reopen(exercise=False)
    with_app(web, "ml-app")
    web.add("ml-code", password="")
    web.add("ml-gone", password="")
    web.post("/api/people/end", {"person": "ml-gone"})
    told = set()
    for person in ("ml-app", "ml-code", "ml-gone", "ml-nobody", "%", "ml-app\x00", "Ä" * 64):
        value = {"person": person, "password": "not the one that it is", "code": "000000"}
        answer = web.browser().ask("POST", "/api/sign-in/password", value)
        told.add((answer.status_code, answer.content))
        assert "set-cookie" not in answer.headers
    right = {"person": "ml-app", "password": PASSWORD}
    for code in ("", "000000", "AAAA-BBBB-CCCC-DDDD"):
        answer = web.browser().ask("POST", "/api/sign-in/password", right | {"code": code})
        told.add((answer.status_code, answer.content))
    assert len(told) == 1


def test_wrong_attempts_when_counted_do_the_same_work(web):
    """As many hashes for somebody who is not there; time itself is not for a test to measure."""
    web.add("ml-duty")
    passwords, done = web.house("ml").threshold.passwords, []
    verify = passwords._hasher.verify

    class Counting:
        def __getattr__(self, name):
            return getattr(hasher, name)

        def verify(self, *args):
            done.append(args[0].split("$")[3])
            return verify(*args)

    hasher, passwords._hasher = passwords._hasher, Counting()
    for person in ("ml-duty", "ml-nobody"):
        web.browser().enter(person, "not the one that it is", status=403)
    assert len(done) == 2
    assert done[0] == done[1]  # the same memory and passes


def test_hashing_when_it_takes_long_leaves_the_node_free(web):
    web.add("ml-duty")
    passwords = web.house("ml").threshold.passwords
    passwords.fits = lambda kept, password: bool(time.sleep(0.5)) or True

    async def run():
        browser, value = web.browser(), {"person": "ml-duty", "password": PASSWORD}
        entering = asyncio.create_task(browser.asking("POST", "/api/sign-in/password", value))
        while not web.house("ml").threshold._waiting:
            await asyncio.sleep(0)
        there = await web.sending("GET", "/healthz")
        assert not entering.done()
        assert there.status_code == 200
        assert (await entering).status_code == 200

    asyncio.run(run())


@pytest.mark.parametrize(
    ("body", "status", "where"),
    [
        (b'{"person": "' + b"a" * 4_096 + b'", "password": "x"}', 400, ""),
        (b'{"person": "' + b"a" * 65 + b'", "password": "x"}', 400, "person"),
        (b'{"person": "", "password": "x"}', 400, "person"),
        (b'{"person": "a", "password": ""}', 400, "password"),
        (b'{"person": "a", "password": "' + b"x" * 257 + b'"}', 400, "password"),
        (b'{"person": 1, "password": "x"}', 400, "$.person"),
        (b'{"person": "a", "password": "x", "office": "keeper"}', 400, "body"),
        (b'{"person": "a", "person": "b", "password": "x"}', 400, "body"),
        (b"person=a&password=x", 400, "body"),
        (b"[" * 4_000, 400, "body"),
        (b"\xff", 400, "body"),
    ],
)
def test_body_when_it_cannot_be_is_refused_by_its_field(web, body, status, where):
    answer = web.browser().ask("POST", "/api/sign-in/password", body)
    assert (answer.status_code, answer.json()["where"]) == (status, where)


# Limits ----------------------------------------------------------------------------------


def test_door_when_tried_too_often_stays_shut_longer_and_longer(web):
    web.add("ml-duty")
    browser = web.browser()
    for _ in range(5):
        assert browser.enter("ml-duty", "wrong", status=403)["where"] == "password"
    for minutes in (1, 2, 4, 8, 16, 32, 60, 60):
        said = browser.enter("ml-duty", status=403)  # the right one, but too soon
        assert (said["where"], said["remedy"]) == ("wait", f"try again in {minutes * 60} s")
        web.clock.advance(minutes * MINUTE)
        assert browser.enter("ml-duty", "wrong", status=403)["where"] == "password"
    web.clock.advance(60 * MINUTE)
    browser.enter("ml-duty")
    browser.enter("ml-duty", "wrong", status=403)
    browser.enter("ml-duty")  # what was wrong before is forgotten


def test_door_when_it_is_nobodys_shuts_in_the_same_way(web):
    web.add("ml-duty")
    told = []
    for person in ("ml-duty", "ml-nobody"):
        browser = web.browser()
        told.append([browser.enter(person, "wrong", status=403) for _ in range(7)])
    assert told[0] == told[1]
    assert told[0][6]["where"] == "wait"


def test_door_when_tried_by_many_at_once_counts_each(web):
    web.add("ml-duty")

    async def run():
        value = {"person": "ml-duty", "password": "wrong"}
        asked = [web.browser().asking("POST", "/api/sign-in/password", value) for _ in range(12)]
        return [answer.json()["where"] for answer in await asyncio.gather(*asked)]

    assert sorted(asyncio.run(run())) == ["password"] * 5 + ["wait"] * 7


def test_address_when_it_tries_many_names_is_stopped(web):
    for number in range(30):
        web.browser().enter(f"ml-{number:02}", "wrong", status=403)
    web.add("ml-duty")
    assert web.browser().enter("ml-duty", status=403)["where"] == "wait"
    web.reopen(proxies=("127.0.0.1",))
    for number in range(31):
        away = web.browser(**{"x-forwarded-for": "10.0.0.9, 192.0.2.1"})
        away.enter(f"ml-{number:02}", "wrong", status=403)
    assert away.enter("ml-duty", status=403)["where"] == "wait"
    web.browser(**{"x-forwarded-for": "192.0.2.1, 192.0.2.2"}).enter("ml-duty")


def test_counts_when_flooded_stay_bounded_and_keep_the_door_shut():
    attempts = Attempts(5)
    for _ in range(9):
        attempts.wrong("ml-duty", 0)
    for number in range(MOST_KEPT + 2_000):
        attempts.wrong(f"made-up-{number}", 1)
    assert len(attempts._counts) == MOST_KEPT
    assert attempts.wait_s("ml-duty", 0) == 960
    assert attempts.wait_s("ml-duty", 960 * SECOND) == 0
    attempts.wrong("ml-duty", 2 * DAY)
    assert attempts.wait_s("ml-duty", 2 * DAY) == 0  # after a day it begins again


# Apps and recovery codes -----------------------------------------------------------------


def test_app_when_enrolled_password_alone_is_never_enough(web):
    browser, secret, _ = with_app(web)
    assert browser.get("/api/account")["app"] is True
    web.clock.advance(10 * MINUTE)
    browser.enter("ml-duty", status=403)
    browser.enter("ml-duty", code=now_code(web, secret))


def test_password_when_there_is_no_app_opens_in_an_exercise_alone(web):
    duty = web.inside("ml-duty")
    assert duty.is_in()
    web.reopen(exercise=False)
    web.browser().enter("ml-duty", status=403)


def test_code_of_the_app_when_used_is_good_no_more(web):
    _, secret, _ = with_app(web)
    browser = web.browser()
    browser.enter("ml-duty", code=now_code(web, secret), status=403)  # it was used to sign up
    browser.enter("ml-duty", code=now_code(web, secret, 1))
    browser.enter("ml-duty", code=now_code(web, secret, 1), status=403)
    web.clock.advance(30 * SECOND)
    browser.enter("ml-duty", code=now_code(web, secret), status=403)  # the step of just now
    web.clock.advance(30 * SECOND)
    code = now_code(web, secret)
    browser.enter("ml-duty", code=f"{code[:3]} {code[3:]}")


def test_code_of_the_app_when_too_old_or_too_early_is_refused(web):
    _, secret, _ = with_app(web)
    web.clock.advance(10 * MINUTE)
    for steps in (-2, 2, -10):
        web.browser().enter("ml-duty", code=now_code(web, secret, steps), status=403)
    web.browser().enter("ml-duty", code=now_code(web, secret, -1))


def test_codes_when_guessed_one_after_the_other_are_stopped_after_five(web):
    with_app(web)
    told = [
        web.browser().enter("ml-duty", code=f"{guess:06}", status=403)["where"]
        for guess in range(8)
    ]
    assert told == ["password"] * 5 + ["wait"] * 3


def test_recovery_code_when_used_is_good_no_more(web):
    browser, _, codes = with_app(web)
    assert len(set(codes)) == 10
    sloppy = codes[0].lower().replace("-", " ").replace("0", "o").replace("1", "l")
    browser.enter("ml-duty", code=sloppy)
    assert browser.get("/api/account")["recovery_codes_left"] == 9
    browser.enter("ml-duty", code=codes[0], status=403)
    browser.enter("ml-duty", code=codes[1])
    assert "people: ml-duty used a recovery code" in journal(web)


def test_codes_when_kept_are_kept_as_hashes(web):
    _, _, codes = with_app(web)
    held = all_bytes(web)
    for code in codes:
        assert code.encode() not in held
        assert code.replace("-", "").encode() not in held


def test_recovery_codes_when_made_anew_replace_the_old(web):
    browser, secret, codes = with_app(web)
    web.clock.advance(MINUTE)
    browser.post("/api/account/recovery", {"code": "000000"}, status=403)
    said = browser.post("/api/account/recovery", {"code": now_code(web, secret)})
    assert len(said["recovery_codes"]) == 10
    browser.enter("ml-duty", code=codes[0], status=403)
    browser.enter("ml-duty", code=said["recovery_codes"][0])


def test_app_when_enrolled_later_needs_its_first_code(web):
    duty = web.inside("ml-duty")
    begun = duty.post("/api/account/app/begin", {})
    secret = begun["app"]["secret"]
    assert begun["app"]["qr"].startswith("data:image/svg+xml")
    assert f"secret={secret}" in begun["app"]["uri"]
    value = {"ticket": begun["ticket"], "code": now_code(web, secret)}
    wrong = duty.post("/api/account/app", value | {"code": "000000"}, status=403)
    assert wrong["where"] == "code"
    duty.enter("ml-duty")  # nothing has changed yet
    other = web.inside("ml-other")
    other.post("/api/account/app", value, status=403)
    assert len(duty.post("/api/account/app", value)["recovery_codes"]) == 10
    duty.post("/api/account/app", value, status=403)
    duty.enter("ml-duty", status=403)


def test_what_opens_the_door_when_one_signed_in_long_ago_is_not_changed(web):
    duty = web.inside("ml-duty")
    web.clock.advance(15 * MINUTE)
    for path, value in (
        ("/api/account/password", {"before": PASSWORD, "password": "another long word"}),
        ("/api/account/app/begin", {}),
        ("/api/account/passkeys/begin", {}),
        ("/api/account/passkeys/end", {"id": "AAAA"}),
        ("/api/account/recovery", {"code": "000000"}),
    ):
        assert duty.post(path, value, status=403)["where"] == "fresh", path
    duty.enter("ml-duty")
    duty.post("/api/account/app/begin", {})


def test_password_when_changed_needs_the_one_before(web):
    duty = web.inside("ml-duty")
    value = {"before": "not the one before", "password": "another long word"}
    assert duty.post("/api/account/password", value, status=403)["where"] == "before"
    weak = duty.post(
        "/api/account/password", {"before": PASSWORD, "password": "Agent ml-duty"}, status=400
    )
    assert weak["where"] == "password"


def test_password_when_hashed_by_older_settings_is_hashed_anew(web):
    web.add("ml-duty")
    web.reopen(password_passes=2)
    before = web.house("ml").threshold.credentials.of("ml-duty").password
    web.browser().enter("ml-duty", "wrong", status=403)
    assert web.house("ml").threshold.credentials.of("ml-duty").password == before
    web.browser().enter("ml-duty")
    after = web.house("ml").threshold.credentials.of("ml-duty").password
    assert ("t=1" in before, "t=2" in after) == (True, True)
    web.browser().enter("ml-duty")


def test_password_when_typed_on_another_keyboard_is_the_same(web):
    web.add("ml-duty", password="la forêt derrière le puits")
    web.browser().enter("ml-duty", "la fore\u0302t derrie\u0300re le puits")


# The first time --------------------------------------------------------------------------


def test_sign_up_when_the_code_is_wrong_tells_nothing_and_is_counted(web):
    code = web.add("ml-duty", password="")["code"]
    wrong = [begin(web, "ml-duty", "AAAA-BBBB-CCCC-DDDD", 403) for _ in range(2)]
    nobody = begin(web, "ml-nobody", "AAAA-BBBB-CCCC-DDDD", 403)
    assert wrong[0] == nobody
    assert begin(web, "ml-duty", "", 403) == nobody
    for _ in range(2):
        begin(web, "ml-duty", "x", 403)
    assert begin(web, "ml-duty", code, 403)["where"] == "wait"
    web.clock.advance(MINUTE)
    begin(web, "ml-duty", code)


def test_sign_up_code_when_used_or_too_old_opens_no_more(web):
    code = web.add("ml-duty", password="")["code"]
    first, second = begin(web, "ml-duty", code), begin(web, "ml-duty", code)
    value = {"ticket": first["ticket"], "password": PASSWORD}
    web.browser().post("/api/sign-up/password", value)
    for ticket in (first["ticket"], second["ticket"]):
        said = web.browser().post("/api/sign-up/password", value | {"ticket": ticket}, status=403)
        assert said["where"] == "code"
    begin(web, "ml-duty", code, 403)
    later = web.add("ml-other", password="")["code"]
    ticket = begin(web, "ml-other", later)["ticket"]
    web.clock.advance(30 * MINUTE)
    over = web.browser().post("/api/sign-up/password", value | {"ticket": ticket}, status=403)
    assert over["where"] == "ticket"
    web.clock.advance(DAY)
    begin(web, "ml-other", later, 403)


def test_sign_up_when_half_done_leaves_nothing(web):
    web.reopen(exercise=False)
    begun = begin(web, "ml-duty", web.add("ml-duty", password="")["code"])
    assert begun["app_needed"] is True
    whole = {"ticket": begun["ticket"], "password": PASSWORD, "code": ""}
    for wrong, status, where in (
        ({"code": ""}, 403, "code"),
        ({"code": "000000"}, 403, "code"),
        ({"password": "short"}, 400, "password"),
        ({"ticket": begun["ticket"][:-4] + "AAAA"}, 403, "ticket"),
        ({"ticket": "é"}, 403, "ticket"),
        ({"ticket": ""}, 403, "ticket"),
    ):
        said = web.browser().post("/api/sign-up/password", whole | wrong, status=status)
        assert said["where"] == where, wrong
    assert web.get("/api/people")["items"][0]["ways"] == ["code"]


def test_ticket_when_it_was_for_something_else_is_refused(web):
    duty = web.inside("ml-duty")
    ticket = duty.post("/api/account/app/begin", {})["ticket"]
    value = {"ticket": ticket, "password": PASSWORD}
    assert web.browser().post("/api/sign-up/password", value, status=403)["where"] == "ticket"
    passkey = web.browser().post("/api/sign-in/passkey/begin", {})["ticket"]
    code = {"ticket": passkey, "code": "000000"}
    assert duty.post("/api/account/app", code, status=403)["where"] == "ticket"
