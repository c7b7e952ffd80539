"""Keys of devices: asked for, approved by the keeper, said to everybody, and cancelled in time."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

import msgspec
import pytest

from tests.alliance import DAY, SECOND, report
from tests.unit.people_house import Desks, all_bytes
from toguna.core import ed25519
from toguna.core.signed import encode_key, key_id


@pytest.fixture
def web():
    return Desks()


@pytest.fixture
def keeper(web):
    return web.inside("ml-keeper", "keeper")


class Device:
    """A browser's key; the private half stays here."""

    def __init__(self, name: str) -> None:
        self.seed = sha256(name.encode()).digest()
        self.public = encode_key(ed25519.public_key(self.seed))
        self.id = key_id(ed25519.public_key(self.seed))

    def ask(self, browser, status=200):
        value = {"public": self.public, "device": "Chrome · Linux"}
        return browser.post("/api/keys", value, status=status)


def approve(keeper, id_, *offices, status=200, **more):
    value = {"id": id_, "offices": list(offices) or ["duty"], **more}
    return keeper.post("/api/keys/approve", value, status=status)


def enrolled(web, keeper, id_="ml-duty", *offices, **more):
    browser, device = web.inside(id_, *offices or ("duty",), **more), Device(id_)
    device.ask(browser)
    approve(keeper, device.id, *offices)
    return browser, device


def prepare(browser, device, status=200, **more):
    body = msgspec.to_builtins(report())
    value = {"act": "write", "key": device.id, "kind": "sharing.report", "body": body}
    return browser.post(
        "/api/acts/prepare", value | {"label": {"to": ["bf"]}} | more, status=status
    )


def commit(browser, device, prepared, status=200):
    signed = ed25519.sign(device.seed, (prepared["prefix"] + prepared["raw"]).encode())
    value = {"token": prepared["token"], "sig": b64encode(signed).decode()}
    return browser.post("/api/acts/commit", value, status=status)


def state(web, device):
    return {k["id"]: k for k in web.get("/api/keys")["items"]}[device.id]


# Asking and approving --------------------------------------------------------------------


def test_key_when_asked_for_waits_and_signs_nothing(web, keeper):
    duty, device = web.inside("ml-duty"), Device("a")
    said = device.ask(duty)
    assert (said["id"], said["state"], said["mine"]) == (device.id, "asked", True)
    assert device.ask(duty) == said
    prepare(duty, device, status=403)
    listed = keeper.get("/api/keys")["items"]
    assert [(k["person"], k["name"], k["mine"]) for k in listed] == [
        ("ml-duty", "Agent ml-duty", False)
    ]


def test_key_when_approved_signs_and_the_others_take_it(web, keeper):
    duty, device = enrolled(web, keeper)
    known = duty.get("/api/keys")["items"][0]
    assert (known["state"], known["offices"]) == ("approved", ["duty"])
    address = commit(duty, device, prepare(duty, device))["address"]
    web.alliance.exchange()
    shown = web.get(f"/api/records/{address}", by="bf", to="bf")
    assert shown["record"]["by"]["key"] == device.id


def test_enrolment_when_it_reaches_the_others_names_no_person(web, keeper):
    _, device = enrolled(web, keeper)
    web.alliance.exchange()
    documents = web.get("/api/charter/documents", by="bf", to="bf")["documents"]
    said = [text for text in documents if device.public in text]
    assert len(said) == 1
    assert "ml-duty" not in said[0]
    assert device.seed not in all_bytes(web)


def test_key_when_it_is_anothers_signs_nothing_for_me(web, keeper):
    _, device = enrolled(web, keeper)
    other = web.inside("ml-other")
    assert prepare(other, device, status=403)["where"] == "key"
    assert other.get("/api/keys")["items"] == []
    other.post("/api/keys/cancel", {"id": device.id, "why": "mine"}, status=404)
    assert device.ask(other, status=409)["where"] == "public"


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ({"public": "AAAA"}, "public"),
        ({"public": ""}, "public"),
        ({"public": "A" * 44}, "public"),
        ({"device": ""}, "device"),
        ({"device": "a\r\nb"}, "device"),
        ({"device": "x" * 81}, "device"),
    ],
)
def test_key_when_it_cannot_be_is_refused_by_its_field(web, value, where):
    whole = {"public": Device("a").public, "device": "phone"}
    said = web.inside("ml-duty").post("/api/keys", whole | value, status=400)
    assert said["where"] == where


def test_keys_when_there_are_too_many_are_refused(web):
    duty = web.inside("ml-duty")
    for number in range(10):
        Device(str(number)).ask(duty)
    assert "enough" in Device("10").ask(duty, status=403)["what"]
    duty.post("/api/keys/cancel", {"id": Device("3").id, "why": "not used"})
    Device("10").ask(duty)


def test_approval_when_it_is_not_the_keepers_is_not_there(web):
    duty, device = web.inside("ml-duty", "duty", "liaison"), Device("a")
    device.ask(duty)
    approve(duty, device.id, status=404)
    assert state(web, device)["state"] == "asked"


def test_approval_when_for_more_than_the_person_holds_is_refused(web, keeper):
    until = web.clock() + DAY
    duty, device = web.inside("ml-duty", "duty", until_us=until), Device("a")
    device.ask(duty)
    assert approve(keeper, device.id, "liaison", status=403)["where"] == "offices"
    late = approve(keeper, device.id, until_us=until + 1, status=403)
    assert late["where"] == "until_us"
    past = approve(keeper, device.id, until_us=web.clock(), status=400)
    assert past["where"] == "until_us"
    none = keeper.post("/api/keys/approve", {"id": device.id, "offices": []}, status=400)
    assert none["where"] == "offices"
    assert approve(keeper, "0" * 16, status=404)["where"] == "id"
    assert approve(keeper, device.id)["until_us"] == until


def test_approval_when_no_charter_is_in_force_is_refused(web, keeper):
    device = Device("a")
    device.ask(web.inside("ml-duty"))
    web["ml"].book = type(web["ml"].book)()
    web["ml"].book_version += 1
    assert "charter" in approve(keeper, device.id, status=403)["what"]


# The end of a key ------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["its owner", "the keeper"])
def test_key_when_cancelled_signs_nothing_more_and_what_it_signed_stands(web, keeper, who):
    duty, device = enrolled(web, keeper)
    address = commit(duty, device, prepare(duty, device))["address"]
    web.clock.advance(SECOND)
    under_way = prepare(duty, device)
    by = duty if who == "its owner" else keeper
    said = by.post("/api/keys/cancel", {"id": device.id, "why": "the phone was lost"})
    assert (said["state"], said["until_us"], said["why"]) == (
        "cancelled", web.clock(), "the phone was lost",
    )  # fmt: skip
    commit(duty, device, under_way, status=403)
    prepare(duty, device, status=403)
    web.clock.advance(SECOND)
    web.alliance.exchange()
    assert web.get(f"/api/records/{address}", by="bf", to="bf")["refused"] in ("", None)
    own = web["bf"].standing.person_key("ml", device.id)
    assert own.why == "the phone was lost"
    assert device.ask(duty, status=409)["where"] == "public"
    assert approve(keeper, device.id, status=409)["where"] == "id"


def test_key_when_cancelled_before_it_was_approved_never_signs(web, keeper):
    duty, device = web.inside("ml-duty"), Device("a")
    device.ask(duty)
    duty.post("/api/keys/cancel", {"id": device.id, "why": "a mistake"})
    approve(keeper, device.id, status=409)
    documents = web.get("/api/charter/documents")["documents"]
    assert not [text for text in documents if device.public in text]


@pytest.mark.parametrize("why", ["", "x" * 201, "a\x00b"])
def test_cancellation_when_the_reason_cannot_be_is_refused(web, keeper, why):
    duty, device = enrolled(web, keeper)
    said = duty.post("/api/keys/cancel", {"id": device.id, "why": why}, status=400)
    assert said["where"] == "why"
    assert state(web, device)["state"] == "approved"


def test_key_when_its_time_is_over_signs_nothing(web, keeper):
    duty, device = web.inside("ml-duty"), Device("a")
    device.ask(duty)
    approve(keeper, device.id, until_us=web.clock() + 60 * SECOND)
    prepare(duty, device)
    web.clock.advance(60 * SECOND)
    assert state(web, device)["state"] == "over"
    prepare(duty, device, status=403)
    approve(keeper, device.id)
    prepare(duty, device)


def test_key_when_an_office_of_its_person_ends_keeps_to_the_others(web, keeper):
    duty, device = enrolled(web, keeper, "ml-duty", "duty", "liaison")
    web.clock.advance(SECOND)
    keeper.post("/api/people/office", {"person": "ml-duty", "office": "liaison", "end": True})
    assert state(web, device)["offices"] == ["duty"]
    prepare(duty, device)
    prepare(duty, device, status=404, office="liaison")
    web.clock.advance(SECOND)
    keeper.post("/api/people/office", {"person": "ml-duty", "office": "duty", "end": True})
    assert state(web, device)["state"] == "cancelled"


def test_keys_when_their_person_leaves_are_cancelled(web, keeper):
    _, device = enrolled(web, keeper)
    web.clock.advance(SECOND)
    keeper.post("/api/people/end", {"person": "ml-duty"})
    web.alliance.exchange()
    assert web["bf"].standing.person_key("ml", device.id).why == (
        "the terms of its offices are over"
    )


def test_key_when_the_term_is_cut_short_ends_with_it(web, keeper):
    duty, device = enrolled(web, keeper)
    until = web.clock() + 60 * SECOND
    web.clock.advance(SECOND)
    value = {"person": "ml-duty", "office": "duty", "until_us": until}
    keeper.post("/api/people/office", value)
    assert state(web, device)["until_us"] == until
    duty.enter("ml-duty")
    prepare(duty, device)
