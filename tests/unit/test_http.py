"""A node over HTTP, asked without a socket: what goes in, what comes out, what is refused."""

from __future__ import annotations

import asyncio
import random

import msgspec
import pytest

from tests.alliance import draft, report
from tests.unit.serving_house import Web
from toguna.core.table import Where
from toguna.errors import EngineFailure
from toguna.node import tables as t


@pytest.fixture
def web():
    return Web()


# Authoring -----------------------------------------------------------------------------


def test_what_is_authored_stays_at_home_until_it_is_released(web):
    at_home = web.author("Au foyer")
    assert at_home == "ml/home/0"
    preview = web.post("/api/preview", {"address": at_home, "label": {"to": ["bf"]}})
    released = web.post("/api/release", {"address": at_home, "label": {"to": ["bf"]}})
    shown = web.get(f"/api/records/{released['address']}")
    assert released["address"] == "ml/spine/0"
    assert shown["raw"] == preview["bytes"], "the preview is the very bytes that left"
    assert shown["readers"] == ["bf"]
    assert shown["record"]["body"]["title"] == "Au foyer"


def test_the_list_shows_what_its_reader_may_see(web):
    web.author("Au foyer")
    web.author("Pour bf", to=["bf"])
    titles = [row["title"] for row in web.get("/api/sharing/report")["items"]]
    assert titles == ["Pour bf", "Au foyer"]
    for party, seen in (("bf", ["Pour bf"]), ("ne", [])):
        items = web.get(f"/api/sharing/report?view={party}&as=analyst")["items"]
        assert [row["title"] for row in items] == seen


def test_a_list_goes_on_where_the_page_ended_and_filters_by_columns(web):
    for n in range(5):
        web.author(f"n{n}", body=report(f"n{n}", category="hazard" if n % 2 else "movement"))
    first = web.get("/api/sharing/report?limit=2")
    rest = web.get(f"/api/sharing/report?limit=9&after={first['next']}")
    assert [r["title"] for r in first["items"] + rest["items"]] == ["n4", "n3", "n2", "n1", "n0"]
    assert rest["next"] is None
    hazards = web.get("/api/sharing/report?category=hazard")["items"]
    assert [r["title"] for r in hazards] == ["n3", "n1"]


def test_a_batch_is_sealed_at_once_or_not_at_all(web):
    item = {
        "kind": "sharing.report",
        "body": msgspec.to_builtins(report()),
        "label": {"to": ["bf"]},
    }
    answer = web.post("/api/batch", {"items": [item] * 20})
    assert len(set(answer["addresses"])) == 20
    with web["ml"].reading() as tx:
        assert tx.count(t.SEAL, [Where("log", "=", web["ml"].spine.no)]) == 1
    size = web["ml"].spine.size
    wrong = {**item, "body": {**item["body"], "grade": "Z"}}
    problem = web.post("/api/batch", {"items": [item, wrong]}, status=400)
    assert "items[1]" in problem["where"]
    assert web["ml"].spine.size == size


def test_authors_at_the_same_time_share_a_seal_and_each_has_its_own_error(web):
    node = web["ml"]
    writer = web.house("ml").writer

    async def all_at_once():
        await writer.run(lambda: None)
        drafts = [draft(report(f"n{n}"), to=("xx",) if n == 5 else ("bf",)) for n in range(12)]
        waiting = [writer.submit([d], "duty") for d in drafts]
        return await asyncio.gather(*waiting, return_exceptions=True)

    results = asyncio.run(all_at_once())
    assert "no party 'xx'" in str(results[5])
    good = [r[0] for n, r in enumerate(results) if n != 5]
    titles = [web.get(f"/api/records/{a}")["record"]["body"]["title"] for a in good]
    assert titles == [f"n{n}" for n in range(12) if n != 5], "each got its own address"
    with node.reading() as tx:
        assert tx.count(t.SEAL, [Where("log", "=", node.spine.no)]) < 6


def test_storage_that_fails_fails_for_all_who_waited(web, monkeypatch):
    node, writer = web["ml"], web.house("ml").writer
    calls = []

    def broken(*_args, **_more):
        calls.append(1)
        raise EngineFailure("no space left", remedy="make room")

    monkeypatch.setattr(node, "submit", broken)

    async def all_at_once():
        waiting = [writer.submit([draft()], "duty") for _ in range(4)]
        return await asyncio.gather(*waiting, return_exceptions=True)

    errors = asyncio.run(all_at_once())
    assert [str(e) for e in errors] == ["no space left -- make room"] * 4
    assert len({id(e) for e in errors}) == 4
    assert len(calls) <= 2, "what failed for all is not tried again one by one"


def test_random_groups_keep_every_author_apart(web):
    rng = random.Random(7)
    writer = web.house("ml").writer

    async def author(n):
        count, bad = rng.randint(1, 3), rng.random() < 0.2
        drafts = [draft(report(f"{n}-{k}"), to=("bf",)) for k in range(count)]
        if bad:
            drafts.append(draft(to=("nowhere",)))
        await asyncio.sleep(rng.random() * 0.02)
        try:
            office = rng.choice(["duty", "analyst"])
            return n, bad, count, await writer.submit(drafts, office, flash=rng.random() < 0.2)
        except Exception as error:
            return n, bad, count, error

    async def many():
        return await asyncio.gather(*(author(n) for n in range(60)))

    for n, bad, count, result in asyncio.run(many()):
        assert bad == isinstance(result, Exception)
        if not bad:
            raws = [web.get(f"/api/records/{a}")["record"]["body"]["title"] for a in result]
            assert raws == [f"{n}-{k}" for k in range(count)]


# What is refused -----------------------------------------------------------------------

BODY = msgspec.json.encode(report()).decode()
REFUSED = {
    "not JSON": ("{", "not JSON"),
    "a list": ("[]", "Expected `object`"),
    "an unknown field": ('{"body":%s,"labels":{}}', "labels"),
    "an unknown field of the body": ('{"body":{"names":"x"}}', "no such field"),
    "an unknown field of the label": ('{"body":%s,"label":{"untill":1}}', "untill"),
    "a label of another shape": ('{"body":%s,"label":{"to":"bf"}}', "Expected `array`"),
    "a label to nobody known": ('{"body":%s,"label":{"to":["xx"]}}', "no party"),
    "a float": ('{"body":%s,"label":{"until":1.0}}', "a float"),
    "not a number": ('{"body":%s,"label":{"until":NaN}}', "a float"),
    "a large integer": ('{"body":%s,"label":{"until":9007199254740993}}', "2^53"),
    "a doubled key": ('{"body":%s,"flash":false,"flash":true}', "'flash' stands twice"),
    "a doubled key inside": ('{"body":{"grade":"A","grade":"B"}}', "'grade' stands twice"),
    "half a surrogate pair": ('{"body":%s,"about":"\\ud800"}', ""),
    "deep nesting": ('{"body":' + "[" * 90 + "]" * 90 + "}", "nested"),
    "very deep nesting": ('{"body":' + "[" * 60_000 + "]" * 60_000 + "}", "nested"),
    "an end that is over": ('{"body":%s,"label":{"until":1}}', "ended already"),
    "no body": ("{}", "body"),
    "nothing": ("", "not JSON"),
    "not text": (b"\xff\xfe{}", ""),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_understood_is_said_and_nothing_is_written(web, name):
    text, word = REFUSED[name]
    data = text if isinstance(text, bytes) else text.replace("%s", BODY).encode()
    problem = web.post("/api/sharing/report", data, status=400)
    assert set(problem) == {"error", "what", "where", "remedy"}
    assert problem["error"] == "bad_input"
    assert word in f"{problem['where']}: {problem['what']}"
    assert (web["ml"].home.size, web["ml"].spine.size) == (0, 0)


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("/api/sharing/report?limit=0", "limit"),
        ("/api/sharing/report?limit=x", "limit"),
        ("/api/sharing/report?after=-1", "after"),
        ("/api/sharing/report?no_such=1", "no_such"),
        ("/api/sharing/report?limit=1&limit=2", "query"),
        ("/api/sharing/report?title=%ff", "query"),
        ("/api/sharing/report?view=xx", "xx"),
        ("/api/records/ml/home/x", "address"),
        ("/api/records/ml/cellar/0", "address"),
        ("/api/receipts?limit=0", "limit"),
        ("/api/receipts?x=0", "x"),
    ],
)
def test_a_question_that_makes_no_sense_is_answered_with_its_place(web, url, word):
    problem = web.get(url, status=400)
    assert word in f"{problem['where']} {problem['what']}"


def test_a_body_that_is_too_large_is_refused_before_it_is_read(web):
    body = b"x" * (3 << 20)
    problem = web.post("/api/release", body, status=400)
    assert "more than" in problem["what"]


def test_a_body_that_was_not_signed_is_refused(web):
    headers = web.signed("POST", "/api/sharing/report", b"{}")
    answer = web.send("POST", "/api/sharing/report", b'{"body":{}}', headers)
    assert answer.status_code == 422
    assert web["ml"].home.size == 0


def test_what_one_may_not_see_is_as_unknown_as_what_never_was(web):
    web.author("Au foyer")
    web.author("Pour bf", to=["bf"])
    hidden = web.get("/api/records/ml/home/0?view=bf", status=404)
    absent = web.get("/api/records/ml/home/9?view=bf", status=404)
    assert hidden["what"].replace("/0", "/9") == absent["what"]
    assert web.get("/api/records/ml/spine/0?view=bf")["record"]["body"]["title"] == "Pour bf"


def test_a_rule_that_says_no_is_named(web):
    problem = web.post("/api/recall", {"address": "ml/home/0", "why": "test"}, status=404)
    assert problem["error"] == "unknown"
    address = web.author(to=["bf"])
    refused = web.post(
        "/api/sharing/recall",
        {"body": {"why": "x"}, "label": {"to": ["ne"]}, "about": "bf/spine/0"},
        status=403,
    )
    assert refused["error"] == "refused"
    assert refused["what"]
    assert web.post("/api/recall", {"address": address, "why": "faux"})["address"]


# The house -----------------------------------------------------------------------------


def test_receipts_say_what_became_of_a_release(web):
    address = web.author("Pour bf", to=["bf"])
    assert web.get("/api/receipts")["items"][0]["parties"]["bf"]["state"] == "pending"
    web.alliance.exchange(2)
    assert web.get("/api/receipts")["items"][0]["parties"]["bf"]["state"] == "received"
    web.get(f"/api/records/{address}", by="bf", to="bf")
    web.post("/api/recall", {"address": address, "why": "erreur"})
    web.alliance.exchange(3)
    entry = next(e for e in web.get("/api/receipts")["items"] if e["address"] == address)
    assert entry["parties"]["bf"]["state"] == "deleted"
    assert entry["parties"]["bf"]["read_by"] == ["duty"]


def test_a_correction_takes_the_place_of_a_report(web):
    address = web.author("Faux", to=["bf"])
    body = msgspec.to_builtins(report("Juste"))
    web.post("/api/correct", {"address": address, "body": body, "why": "erreur de lieu"})
    web.alliance.exchange(2)
    rows = web.get("/api/sharing/report", by="bf", to="bf")["items"]
    assert [row["title"] for row in rows] == ["Juste"]


def test_status_says_in_words_how_the_node_is(web):
    web.author("Pour bf", to=["bf"])
    before = web.get("/api/status")
    assert before["witnessed"] == []
    assert any("bf has not taken" in words for words in before["words"])
    web.alliance.exchange(3)
    after = web.get("/api/status")
    assert (after["witnessed"], after["witnesses"]) == (["bf", "ne"], 2)
    assert (after["charter"]["same"], after["charter"]["of"]) == (3, 3)
    assert after["words"] == ["the head is witnessed 2/2"]
    assert after["head"] == web["ml"].spine.size


def test_the_charter_is_shown_and_its_documents_come_back_as_they_were(web):
    shown = web.get("/api/charter")
    assert [p["party"] for p in shown["parties"]] == ["bf", "ml", "ne"]
    assert shown["in_force"]
    documents = web.get("/api/charter/documents")["documents"]
    assert [d.encode() for d in documents] == web["ml"].book.documents()
    again = web.post("/api/charter/documents", {"documents": documents})
    assert (again["new"], again["version"]) == (0, 1)
    problem = web.post("/api/charter/documents", {"documents": ["{}"]}, status=400)
    assert problem["error"] == "bad_input"


def test_every_kind_is_shown_with_the_schema_of_its_body(web):
    kinds = {kind["name"]: kind for kind in web.get("/api/kinds")["kinds"]}
    assert set(kinds) == set(web["ml"].catalogue.kinds)
    assert kinds["sharing.recall/1"]["act"] == "recall"
    assert kinds["sharing.report/1"]["releasable"]
    assert kinds["sharing.report/1"]["path"] == "/api/sharing/report"


def test_sync_without_peers_to_reach_says_so(web):
    assert "no peer" in web.post("/api/sync", {"timeout_s": 1}, status=400)["what"]
    answer = web.post("/api/sync", {"parties": ["bf"], "timeout_s": 1})
    assert answer["parties"]["bf"]["error"] == "no address is known"
    assert web.post("/api/sync", {"timeout_s": 0}, status=400)["where"] == "timeout_s"
