"""The same write asked again: the same addresses, and nothing new in the log."""

from __future__ import annotations

import asyncio
import json
from uuid import uuid4

import msgspec
import pytest

from tests.alliance import DAY, report
from tests.unit.serving_house import Web
from toguna.errors import EngineFailure
from toguna.node import once
from toguna.node import tables as t

REPORT = msgspec.to_builtins(report())


@pytest.fixture
def web():
    return Web()


def said(title="Convoi signalé", **more):
    return {"body": {**REPORT, "title": title}, "once": str(uuid4()), **more}


def size(web):
    return web["ml"].home.size


def test_the_same_asked_twice_stands_once(web):
    value = said()
    first = web.post("/api/sharing/report", value)
    before = size(web)
    assert web.post("/api/sharing/report", value) == first
    assert size(web) == before


def test_how_it_is_spelled_makes_no_difference(web):
    value = said()
    first = web.post("/api/sharing/report", value)
    turned = json.dumps(dict(reversed(value.items())), indent=1).encode()
    assert web.post("/api/sharing/report", turned) == first


@pytest.mark.parametrize(
    "change",
    [
        {"body": {**REPORT, "title": "Another"}},
        {"about": "ml/home/0"},
        {"office": "analyst"},
        {"flash": True},
        {"label": {"purpose": "other"}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_something_else_under_the_same_id_is_a_conflict(web, change):
    value = said()
    web.post("/api/sharing/report", value)
    before = size(web)
    answer = web.post("/api/sharing/report", {**value, **change}, status=409)
    assert answer["where"] == "once"
    assert answer["remedy"]
    assert size(web) == before


def test_the_same_words_under_another_id_are_another_record(web):
    value = said()
    first = web.post("/api/sharing/report", value)
    assert web.post("/api/sharing/report", {**value, "once": str(uuid4())}) != first


def test_an_id_of_one_person_is_nothing_to_another():
    web = Web()
    node, draft = web["ml"], web.alliance["ml"].catalogue
    kind = draft.kind("sharing.report")
    from toguna.core.labels import Label
    from toguna.core.record import Draft

    drafts = [Draft(kind.name, report(), Label())]
    same = str(uuid4())
    first = node.submit(drafts, "duty", once=once.asked(same, "awa", drafts, "duty", flash=False))
    other = node.submit(
        drafts, "duty", once=once.asked(same, "moussa", drafts, "duty", flash=False)
    )
    again = node.submit(drafts, "duty", once=once.asked(same, "awa", drafts, "duty", flash=False))
    assert first == again != other


@pytest.mark.parametrize("bad", ["", "x", "1", 7, "zzzzzzzz-0000-4000-8000-000000000000"])
def test_what_is_no_uuid_is_refused_by_name(web, bad):
    answer = web.post("/api/sharing/report", said() | {"once": bad}, status=400)
    assert "once" in answer["where"]
    assert size(web) == 0


def test_a_batch_is_written_once_whole(web):
    items = [{"kind": "sharing.report/1", "body": {**REPORT, "title": f"{k}"}} for k in range(20)]
    value = {"items": items, "once": str(uuid4())}
    first = web.post("/api/batch", value)
    assert len(set(first["addresses"])) == 20
    before = size(web)
    assert web.post("/api/batch", value) == first
    assert size(web) == before
    shorter = {**value, "items": items[1:]}
    assert web.post("/api/batch", shorter, status=409)["where"] == "once"


def test_an_id_counts_for_what_was_written_not_for_what_was_refused(web):
    value = said()
    wrong = {**value, "body": {**REPORT, "title": ""}}
    assert web.post("/api/sharing/report", wrong, status=400)
    assert web.post("/api/sharing/report", value)["addresses"]


def test_the_id_is_noted_together_with_the_record_or_not_at_all(web, monkeypatch):
    value = said()

    def fails(*_given):
        raise EngineFailure("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(once, "remember", fails)
        web.post("/api/sharing/report", value, status=503)
    assert size(web) == 0
    with web["ml"].reading() as tx:
        assert tx.count(t.ONCE) == tx.count(t.RECORD) == 0
    assert web.post("/api/sharing/report", value)["addresses"] == ["ml/home/0"]


def test_twenty_at_the_same_moment_each_asked_three_times_stand_once_each(web):
    values = [said(f"Report {k}") for k in range(20)]

    async def all_of_them():
        return await asyncio.gather(
            *(web.posting("/api/sharing/report", v) for _ in range(3) for v in values)
        )

    answers = asyncio.run(all_of_them())
    assert answers[:20] == answers[20:40] == answers[40:]
    titles = [row["title"] for row in web.get("/api/sharing/report")["items"]]
    assert sorted(titles) == sorted(v["body"]["title"] for v in values)


def test_the_others_in_line_do_not_suffer_from_a_conflict(web):
    value = said()
    web.post("/api/sharing/report", value)

    async def together():
        return await asyncio.gather(
            web.posting("/api/sharing/report", {**value, "flash": True}, status=409),
            web.posting("/api/sharing/report", said("Fine")),
            web.posting("/api/sharing/report", {"body": REPORT}),
        )

    _, fine, plain = asyncio.run(together())
    assert fine["addresses"] != plain["addresses"]


def test_ids_are_forgotten_after_ninety_days(web):
    value = said()
    first = web.post("/api/sharing/report", value)
    node = web["ml"]
    for days, forgotten in ((90, 0), (1, 1)):
        web.clock.advance(days * DAY)
        with node.writing() as tx:
            assert once.forget(tx, node.now()) == forgotten
    assert web.post("/api/sharing/report", value) != first


def test_ids_outlive_a_restart():
    from toguna.engines.memory import MemoryEngine

    engines = {}

    def engine():
        engines[len(engines)] = made = MemoryEngine()
        return made

    web = Web(engine=engine)
    value = said()
    first = web.post("/api/sharing/report", value)
    again = web.alliance.open("ml", engines[1])
    with again.reading() as tx:
        rows = list(tx.scan(t.ONCE))
    assert [row[3] for row in rows] == first["addresses"]
