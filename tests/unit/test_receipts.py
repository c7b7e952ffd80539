"""What became of one record: its releases, the copies and corrections of it, and nobody else's."""

from __future__ import annotations

import msgspec
import pytest

from tests.alliance import report
from tests.unit.serving_house import Web


@pytest.fixture
def web():
    return Web()


def about(web, address, party="ml"):
    return web.get(f"/api/receipts?about={address}", by=party, to=party)["items"]


def release(web, home, *to, **label):
    asked = {"address": home, "label": {"to": list(to), **label}}
    return web.post("/api/release", asked)["address"]


def test_a_home_record_names_its_releases(web):
    home, other = web.author("Marché"), web.author("Autre")
    coarse = release(web, home, "bf", precision_m=10_000)
    fine = release(web, home, "ne")
    release(web, other, "bf")
    entries = about(web, home)
    assert [entry["address"] for entry in entries] == [fine, coarse]
    assert {entry["home"] for entry in entries} == {home}
    assert entries[1]["label"] == {"precision_m": 10_000, "to": ["bf"]}
    assert set(entries[0]["parties"]) == {"ne"}


def test_a_released_record_names_its_home_its_corrections_and_its_copies(web):
    home = web.author("Marché")
    address = release(web, home, "bf")
    fixed = msgspec.to_builtins(report("Marché couvert"))
    web.post("/api/correct", {"address": address, "body": fixed, "why": "précision"})
    release(web, address, "ne")
    entries = about(web, address)
    assert [e["kind"] for e in entries] == [
        "sharing.copy/1", "sharing.correction/1", "sharing.report/1",
    ]  # fmt: skip
    assert [e.get("about") for e in entries] == [address, address, None]
    assert entries[-1]["home"] == home
    assert [e["address"] for e in about(web, home)] == [e["address"] for e in entries]


def test_a_record_that_was_not_released_has_none(web):
    assert about(web, web.author("Reste ici")) == []
    assert about(web, "ml/home/999") == []


def test_a_record_of_another_names_our_copies_alone(web):
    theirs = web.author("De bf", by="bf", to=["ml"], onward=["ne"])
    web.alliance.exchange(2)
    assert about(web, theirs) == []
    copy = release(web, theirs, "ne")
    assert [e["address"] for e in about(web, theirs)] == [copy]
