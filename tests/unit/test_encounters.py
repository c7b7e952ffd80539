"""Two nodes that serve compare plans: both learn where, neither sees the other's plan."""

from __future__ import annotations

import asyncio

import httpx
import msgspec
import pytest

from tests.alliance import START
from tests.operations_house import NORTH, Force, square, window
from tests.unit.test_http_serving import Served
from toguna.core.labels import Label
from toguna.core.record import Draft
from toguna.domains.operations.bodies import Plan
from toguna.domains.operations.tables import ENCOUNTERS
from toguna.surfaces import encounters

OURS = square(-20_000_000, NORTH, 600_000, floor_m=0, ceiling_m=900, **window(1))
NEAR = square(-19_800_000, NORTH, 600_000, floor_m=100, ceiling_m=1_500, **window(3))
FAR = square(20_000_000, NORTH, 600_000, floor_m=0, ceiling_m=900, **window(1))


def plan(node, title, volume):
    body = Plan(contributors=(node.party,), desk="PC", text="x", title=title, volumes=(volume,))
    return str(node.submit([Draft("operations.plan/1", body, Label())], "j3")[0])


@pytest.fixture
def served():
    return Served(settings={"bf": {"encounter_desk": "PC Ouaga, poste 12"}})


async def compare(served, **said):
    body, path = msgspec.json.encode({"party": "bf", **said}), "/api/encounters"
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        answer = await client.post(
            served.urls["ml"] + path, content=body, headers=served.signed("POST", path, body)
        )
    return answer.status_code, answer.json()


def asked(served, *questions):
    async def run():
        async with served.running("ml", "bf"), served.running("bf", "ml"):
            return [await compare(served, **question) for question in questions]

    return asyncio.run(run())


def kept(node):
    with node.reading() as tx:
        return [msgspec.json.decode(row[-1]) for row in tx.scan(ENCOUNTERS)]


def test_both_learn_where_plans_meet_and_whom_to_call(served):
    ours, _ = plan(served["ml"], "Notre plan secret", OURS), plan(served["bf"], "Le leur", NEAR)
    ((status, said),) = asked(served, {"plan": ours})
    assert (status, said["desk"], said["uncovered"]) == (200, "PC Ouaga, poste 12", 0)
    boxes = said["met"]
    assert boxes
    assert min(b["west_e7"] for b in boxes) >= -20_500_000
    assert {b["other"] for b in kept(served["ml"])} == {"bf"}
    (theirs,) = kept(served["bf"])
    assert (theirs["asked"], theirs["other"], theirs["met"]) == (False, "ml", boxes)
    for node, other in (("ml", "Le leur"), ("bf", "Notre plan secret")):
        with served[node].reading() as tx:
            from toguna.node import tables as t

            assert other.encode() not in b"".join(row[8] for row in tx.scan(t.RECORD))
    waiting = [w.what for w in served["bf"].looking.waiting(None)]
    assert "operations.encounter" in waiting


def test_plans_far_from_one_another_meet_nowhere(served):
    ours, _ = plan(served["ml"], "Ici", OURS), plan(served["bf"], "Là", FAR)
    ((status, said),) = asked(served, {"plan": ours})
    assert (status, said["met"], said["cells"] > 0) == (200, [], True)
    assert "met" not in kept(served["bf"])[0] or kept(served["bf"])[0]["met"] == []


def test_volumes_that_are_only_drawn_are_compared_and_a_plan_without_end_is_told(served):
    endless = square(0, 0, 9, from_us=START)
    plan(served["bf"], "Sans fin", endless)
    plan(served["bf"], "Le leur", NEAR)
    drawn = msgspec.to_builtins(OURS)
    ((status, said),) = asked(served, {"volumes": [drawn], "grid": "coarse"})
    assert (status, said["uncovered"], bool(said["met"])) == (200, 1, True)


def test_who_asks_too_often_is_refused_and_it_is_journalled(served, monkeypatch):
    monkeypatch.setattr(encounters, "QUESTIONS_AN_HOUR", 2)
    ours = plan(served["ml"], "Ici", OURS)
    answers = asked(served, *[{"plan": ours}] * 3)
    assert [status for status, _ in answers[:2]] == [200, 200]
    assert answers[2][0] >= 400
    actor = served["bf"].access.actor("bf", "keeper")
    lines = b"".join(served["bf"].access.list(actor, "journal.line").docs)
    assert b"more than 2 times" in lines


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({}, 400),
        ({"plan": "ml/home/999"}, 404),
        ({"plan": "ml/home/0", "volumes": [msgspec.to_builtins(OURS)]}, 400),
        ({"party": "ml", "volumes": [msgspec.to_builtins(OURS)]}, 400),
        ({"party": "xx", "volumes": [msgspec.to_builtins(OURS)]}, 400),
        ({"volumes": [msgspec.to_builtins(square(0, 0, 9))]}, 400),
    ],
)
def test_a_question_that_is_not_in_order_is_named(served, said, status):
    ((got, error),) = asked(served, said)
    assert got == status, error
    assert error["what"]


def test_a_plan_that_was_released_stands_once_among_those_under_way():
    force = Force(("bf", "ml", "ne"))
    home = plan(force["ml"], "Un", OURS)
    from toguna.core.record import Address

    force["ml"].releasing.release(Address.parse(home), Label(to=("bf",)), "j3")
    from toguna.domains.operations import plans

    with force["ml"].reading() as tx:
        assert len(plans.under_way(force["ml"].view(tx))) == 1
