"""Who works at a node: offices with terms, and what the keeper does. Nothing of it leaves."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from tests.alliance import DAY, SECOND
from tests.unit.people_house import PASSWORD, Desks, all_bytes, journal


@pytest.fixture
def web():
    return Desks()


@pytest.fixture
def keeper(web):
    return web.inside("ml-keeper", "keeper")


def grant(keeper, person, office, **more):
    return keeper.post("/api/people/office", {"person": person, "office": office, **more})


def test_person_when_added_holds_their_offices_for_their_term(web):
    until = web.clock() + DAY
    said = web.add("ml-duty", "duty", "liaison", until_us=until)["person"]
    assert said["offices"] == ["duty", "liaison"]
    assert {t["until_us"] for t in said["terms"]} == {until}
    web.clock.advance(DAY)
    assert web.get("/api/people")["items"][0]["offices"] == []


def test_person_when_added_on_a_live_node_gets_a_code_and_no_password(web):
    web.reopen(exercise=False)
    refused = web.post(
        "/api/people",
        {"id": "ml-a", "name": "A", "offices": [{"office": "duty"}], "password": PASSWORD},
        status=403,
    )
    assert refused["where"] == "password"
    assert web.get("/api/people")["items"] == []
    said = web.add("ml-a", password="")
    assert len(said["code"]) == 19
    assert said["code_until_us"] == web.clock() + DAY
    assert said["person"]["ways"] == ["code"]
    web.clock.advance(DAY)
    assert web.get("/api/people")["items"][0]["ways"] == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "ML-duty"),
        ("id", "a"),
        ("id", "a" * 33),
        ("id", "a\r\nSet-Cookie: x=y"),
        ("id", "ml_duty"),
        ("name", ""),
        ("name", "A\r\nLocation: http://evil.example"),
        ("name", "A\u2028B"),
        ("name", " A"),
        ("name", "A" * 81),
        ("offices", []),
        ("offices", [{"office": "Du ty"}]),
        ("offices", [{"office": "duty\n"}]),
        ("offices", [{"office": "duty", "until_us": 1}]),
        ("password", "short"),
        ("password", "aaaaaaaaaaaaaaaa"),
        ("password", "x" * 257),
    ],
)
def test_person_when_something_about_them_cannot_be_is_refused_by_field(web, field, value):
    whole = {"id": "ml-a", "name": "A", "offices": [{"office": "duty"}], "password": PASSWORD}
    said = web.post("/api/people", whole | {field: value}, status=400)
    assert said["where"] in {field, {"offices": "office"}.get(field), "until_us"}
    assert web.get("/api/people")["items"] == []


def test_password_when_it_is_the_name_is_refused(web):
    value = {"id": "ml-ibrahim-keita", "name": "Ibrahim Keïta", "offices": [{"office": "duty"}]}
    for password in ("ml-ibrahim-keita", "IBRAHIM  KEÏTA", "ML.Ibrahim.Keita"):
        assert web.post("/api/people", value | {"password": password}, status=400)["where"] == (
            "password"
        )


def test_id_when_taken_stays_taken_after_they_left(web):
    web.add("ml-duty")
    web.post("/api/people/end", {"person": "ml-duty"})
    value = {"id": "ml-duty", "name": "B", "offices": [{"office": "duty"}]}
    assert web.post("/api/people", value, status=409)["where"] == "id"


# Offices ---------------------------------------------------------------------------------


def test_office_when_given_counts_from_the_next_sign_in(web, keeper):
    duty = web.inside("ml-duty", "duty")
    web.clock.advance(SECOND)
    grant(keeper, "ml-duty", "keeper")
    said = duty.get("/api/session")
    assert (said["offices"], said["later"]) == (["duty"], ["keeper"])
    duty.get("/api/people", status=404)
    duty.enter("ml-duty")
    assert duty.get("/api/session")["offices"] == ["duty", "keeper"]
    duty.get("/api/people")


def test_office_when_ended_is_over_at_once_and_its_last_ends_the_session(web, keeper):
    duty = web.inside("ml-duty", "duty", "liaison")
    duty.get("/api/kinds", toguna_office="liaison")
    grant(keeper, "ml-duty", "liaison", end=True)
    duty.get("/api/kinds", toguna_office="liaison", status=404)
    duty.get("/api/kinds")
    grant(keeper, "ml-duty", "duty", end=True)
    duty.get("/api/kinds", status=404)
    assert not duty.is_in()
    duty.enter("ml-duty", status=403)


def test_office_when_its_term_begins_later_counts_from_then(web, keeper):
    at = web.clock() + 3_600 * SECOND
    web.add("ml-duty")
    grant(keeper, "ml-duty", "liaison", from_us=at, until_us=at + 60 * SECOND)
    duty = web.browser()
    duty.enter("ml-duty")
    assert duty.session["offices"] == ["duty"]
    for moment, offices in ((at, ["duty", "liaison"]), (at + 60 * SECOND, ["duty"])):
        web.clock.now_us = moment
        assert duty.get("/api/session")["offices"] == offices


def test_office_when_given_again_has_the_new_term_alone(web, keeper):
    web.add("ml-duty")
    grant(keeper, "ml-duty", "liaison", until_us=web.clock() + DAY)
    grant(keeper, "ml-duty", "liaison", until_us=web.clock() + 2 * DAY)
    terms = web.get("/api/people")["items"][0]["terms"]
    assert [t["until_us"] for t in terms if t["office"] == "liaison"] == [web.clock() + 2 * DAY]


def test_office_when_its_term_is_made_longer_goes_on_without_a_break(web, keeper):
    duty = web.inside("ml-duty", "duty", until_us=web.clock() + 60 * SECOND)
    web.clock.advance(30 * SECOND)
    grant(keeper, "ml-duty", "duty", until_us=web.clock() + DAY)
    web.clock.advance(60 * SECOND)
    assert duty.get("/api/session")["offices"] == ["duty"]


def test_office_when_it_ends_while_it_is_being_looked_up_is_not_remembered(web):
    """A reader that began before a change must not put back what it read."""
    web.add("ml-duty", "duty", "liaison")
    people, node, ended = web.house("ml").people, web["ml"], []
    reading = node.reading

    @contextmanager
    def slowly():
        with reading() as tx:
            yield tx
        if not ended:
            ended.append(True)
            people.take("ml-duty", "liaison", "somebody")

    people._known, node.reading = None, slowly
    people.find("ml-duty")
    assert ended
    assert people.find("ml-duty").offices(web.clock()) == {"duty"}


def test_diary_when_the_change_fails_says_nothing(web, keeper):
    before = journal(web)
    value = {"id": "ml-keeper", "name": "B", "offices": [{"office": "duty"}]}
    keeper.post("/api/people", value, status=409)
    assert journal(web) == before


def test_office_when_given_for_the_past_or_to_nobody_is_refused(web, keeper):
    web.add("ml-duty")
    value = {"person": "ml-duty", "office": "liaison"}
    past = keeper.post("/api/people/office", value | {"from_us": web.clock() - 1}, status=400)
    assert past["where"] == "from_us"
    gone = keeper.post("/api/people/office", value | {"person": "ml-x"}, status=404)
    assert gone["where"] == "person"
    none = keeper.post("/api/people/office", value | {"end": True}, status=404)
    assert none["where"] == "office"


def test_last_keeper_when_at_the_desk_cannot_leave_by_the_command_line_can(web, keeper):
    assert "keeps" in keeper.post("/api/people/end", {"person": "ml-keeper"}, status=403)["what"]
    value = {"person": "ml-keeper", "office": "keeper", "end": True}
    keeper.post("/api/people/office", value, status=403)
    web.add("ml-other", "keeper")
    grant(keeper, "ml-keeper", "duty")
    keeper.post("/api/people/office", value)
    web.post("/api/people/end", {"person": "ml-other"})


def test_keepers_endpoints_when_another_office_asks_are_not_there(web):
    duty, nothing = web.inside("ml-duty", "duty", "liaison"), web.send("GET", "/no/such").content
    for method, path, endpoint in (
        (e.method, e.path, e) for e in web.endpoints() if e.offices == {"keeper"}
    ):
        answer = duty.ask(method, path, None if method == "GET" else {})
        assert (answer.status_code, answer.content) == (404, nothing), endpoint.path


# Leaving and beginning anew --------------------------------------------------------------


def test_person_when_they_leave_is_out_and_nothing_of_their_door_is_kept(web, keeper):
    duty = web.inside("ml-duty")
    assert b"argon2" in all_bytes(web)
    keeper.post("/api/people/end", {"person": "ml-duty"})
    assert not duty.is_in()
    duty.enter("ml-duty", status=403)
    listed = {p["id"]: p for p in keeper.get("/api/people")["items"]}["ml-duty"]
    assert (listed["offices"], listed["ways"], listed["sessions"]) == ([], [], 0)
    assert listed["ended_us"] == web.clock()
    keeper.post("/api/people/reset", {"person": "ml-duty"}, status=403)


def test_person_when_reset_gets_in_by_the_new_code_alone(web, keeper):
    duty = web.inside("ml-duty")
    said = keeper.post("/api/people/reset", {"person": "ml-duty"})
    assert not duty.is_in()
    duty.enter("ml-duty", status=403)
    begun = web.browser()
    ticket = begun.post("/api/sign-up/begin", {"person": "ml-duty", "code": said["code"]})["ticket"]
    begun.post("/api/sign-up/password", {"ticket": ticket, "password": PASSWORD + " 2"})
    assert begun.is_in()
    again = keeper.post("/api/people/reset", {"person": "ml-duty"})["code"]
    assert again != said["code"]


def test_diary_when_people_change_names_who_did_what_and_no_secret(web, keeper):
    code = keeper.post(
        "/api/people",
        {"id": "ml-a", "name": "A", "offices": [{"office": "duty"}]},
    )["code"]
    grant(keeper, "ml-a", "liaison")
    grant(keeper, "ml-a", "liaison", end=True)
    again = keeper.post("/api/people/reset", {"person": "ml-a"})["code"]
    keeper.post("/api/people/end", {"person": "ml-a"})
    lines = "\n".join(journal(web))
    for said in (
        "added ml-a as duty",
        "gave ml-a the office liaison from 2023-11-14T22:13:20Z",
        "ended the office liaison of ml-a",
        "ended the work of ml-a here",
    ):
        assert f"people: ml-keeper {said}" in lines
    assert lines.count("people: ml-keeper gave ml-a a sign-up code") == 2
    for secret in (code, again, PASSWORD, "argon2"):
        assert secret not in lines
    assert code.encode() not in all_bytes(web)
    assert PASSWORD.encode() not in all_bytes(web)


def test_people_when_nodes_sync_reach_nobody(web, keeper):
    from toguna.node import tables as t

    keeper.post("/api/people/reset", {"person": "ml-keeper"})
    web.author("Pont coupé", to=["bf", "ne"])
    web.alliance.exchange()
    for party in ("bf", "ne"):
        node = web[party]
        with node.reading() as tx:
            rows = [row for table in t.ALL for row in tx.scan(table)]
        held = b"".join(v for row in rows for v in row if isinstance(v, bytes))
        assert "Pont coupé".encode() in held
        assert b"ml-keeper" not in held + repr(rows).encode()
