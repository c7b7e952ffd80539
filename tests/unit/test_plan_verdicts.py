"""Verdicts while one draws: nothing is stored, and bad shapes are named with their place."""

from __future__ import annotations

import msgspec
import pytest

from tests.operations_house import NORTH, square, window
from tests.unit.serving_house import Web
from toguna.core.labels import Label
from toguna.core.record import Draft
from toguna.domains.operations.bodies import Plan
from toguna.domains.protection.bodies import Season, Site

AREA = square(-20_000_000, NORTH, 2_000_000, **window())


@pytest.fixture(scope="module")
def web():
    house = Web()
    site = Site(category="school", lat_e7=NORTH + 1_000_000, lon_e7=-19_000_000, name="École")
    market = Season(category="market", line=((-19_000_000, NORTH),), name="Foire", source="x 2023")
    plan = Plan(contributors=("ml",), desk="PC 3", text="x", title="Autre", volumes=(AREA,))
    for kind, body in (("protection.site/1", site), ("protection.season/1", market),
                       ("operations.plan/1", plan)):  # fmt: skip
        house["ml"].submit([Draft(kind, body, Label())], "j3")
    return house


def verdict(web, *volumes, **more):
    path = "/api/plans/verdict"
    body = msgspec.json.encode({"volumes": [msgspec.to_builtins(v) for v in volumes], **more})
    answer = web.send("POST", path, body, web.signed("POST", path, body))
    return answer.status_code, answer.json()


def test_a_drawn_volume_says_what_it_touches_and_meets_and_is_not_kept(web):
    size = web["ml"].home.size
    status, said = verdict(web, AREA)
    assert status == 200
    assert [t["name"] for t in said["touched"]] == ["École"]
    assert [c["name"] for c in said["cautions"]] == ["Foire"]
    assert [(m["title"], m["desk"]) for m in said["meets"]] == [("Autre", "PC 3")]
    assert web["ml"].home.size == size


def test_a_plan_that_is_drawn_anew_does_not_meet_itself(web):
    address = verdict(web, AREA)[1]["meets"][0]["address"]
    assert verdict(web, AREA, but=address)[1]["meets"] == []


def test_far_away_there_is_nothing(web):
    said = verdict(web, square(0, 0, 9, **window()))[1]
    assert (said["touched"], said["cautions"], said["meets"]) == ([], [], [])


@pytest.mark.parametrize(
    ("volume", "where"),
    [
        (square(0, 0, 9, floor_m=5, ceiling_m=1), "volumes[0].floor_m"),
        (square(0, 0, 9, from_us=window()["until_us"], until_us=window()["from_us"]),
         "volumes[0].until_us"),
    ],
)  # fmt: skip
def test_a_shape_that_is_not_in_order_is_named(web, volume, where):
    status, error = verdict(web, volume)
    assert (status, error["where"]) == (400, where)


def test_no_volumes_or_too_many_are_refused(web):
    assert verdict(web)[0] == 400
    assert verdict(web, *[square(0, 0, 9)] * 33)[0] == 400


def test_swapped_latitude_and_longitude_beyond_the_pole_are_refused(web):
    area = [[0, 1_000_000_000], [1, 1_000_000_000], [1, 1_000_000_001], [0, 1_000_000_000]]
    path, body = "/api/plans/verdict", msgspec.json.encode({"volumes": [{"area": [area]}]})
    answer = web.send("POST", path, body, web.signed("POST", path, body))
    assert (answer.status_code, "volumes[0].area" in answer.json()["where"]) == (400, True)
