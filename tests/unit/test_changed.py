"""What is newest over all lists, as far as one may see it."""

from __future__ import annotations

import pytest

from tests.alliance import SECOND
from tests.unit.serving_house import Web


@pytest.fixture
def web():
    return Web()


def spoken(web, *titles, **label):
    for title in titles:
        web.clock.now_us += SECOND
        web.author(title, **label)


def titles_in(found):
    return [item["doc"]["title"] for item in found["items"]]


def test_changed_when_lists_differ_is_one_order_by_time(web):
    spoken(web, "un", "deux", to=["bf"])
    web.post("/api/recall", {"address": "ml/spine/0", "why": "faux"})
    spoken(web, "trois")
    found = web.get("/api/changed")
    times = [item["doc"]["at"] for item in found["items"]]
    assert times == sorted(times, reverse=True)
    assert {item["table"] for item in found["items"]} == {"sharing_reports", "sharing_recalls"}
    assert found["items"][0]["doc"]["title"] == "trois"
    kinds = {shown["kind"]: shown["table"] for shown in found["lists"]}
    assert kinds["sharing.report/1"] == "sharing_reports"
    assert "sharing.event/1" not in kinds


def test_changed_when_limited_is_the_newest(web):
    spoken(web, "un", "deux", "trois")
    found = web.get("/api/changed?limit=2&kinds=sharing.report/1")
    assert titles_in(found) == ["trois", "deux"]
    assert [shown["kind"] for shown in found["lists"]] == ["sharing.report/1"]


def test_changed_when_seen_by_another_party_holds_only_its_own(web):
    spoken(web, "pour bf", to=["bf"])
    spoken(web, "à la maison")
    assert titles_in(web.get("/api/changed?view=bf")) == ["pour bf"]
    assert titles_in(web.get("/api/changed?view=ne")) == []


@pytest.mark.parametrize("query", ["limit=0", "limit=301", "limit=x", "kinds=no.thing", "more=1"])
def test_changed_when_asked_wrongly_says_so(web, query):
    assert web.get(f"/api/changed?{query}", status=400)["error"] == "bad_input"
