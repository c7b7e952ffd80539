"""What the map draws: the columns of a list, and that nobody gets a point too many."""

from __future__ import annotations

import random

import pytest

from tests.alliance import START, report
from tests.unit.serving_house import Web

PARTIES = ("bf", "ne")


@pytest.fixture
def web():
    return Web()


def picture(web, query="", **how):
    return web.get(f"/api/picture/sharing_reports{query}", **how)


def addresses(seen):
    return [f"{seen['logs'][n]}/{i}" for n, i in zip(seen["log"], seen["index"], strict=True)]


def region(title, **changes):
    nowhere = {"lat_e7": None, "lon_e7": None, "where_precision": "region"}
    return report(title, **{**nowhere, **changes})


def test_a_report_with_a_point_stands_in_the_columns(web):
    address = web.author(body=report(radius_m=1_500), to=["bf"])
    seen = picture(web)
    assert addresses(seen) == [address]
    assert (seen["lat_e7"], seen["lon_e7"], seen["radius_m"]) == (
        [156_597_000],
        [5_022_000],
        [1_500],
    )
    assert seen["at"] == [START - 3_600_000_000]
    assert seen["time"] == "from_us"
    assert [seen["categories"][n] for n in seen["category"]] == ["movement"]
    assert [seen["parties"][n] for n in seen["party"]] == ["ml"]
    assert [seen["grades"][n] for n in seen["grade"]] == ["B2"]
    assert (seen["total"], seen["cut"], seen["regions"]) == (1, False, [])


def test_a_report_known_to_a_region_is_counted_by_its_name_and_never_a_point(web):
    for body in (
        region("a", place_name="Ménaka"),
        region("b", place_name="Ménaka", from_us=START - 1_000_000, to_us=START),
        region("c", place_name=None),
        report("d", where_precision="country"),
    ):
        web.author(body=body, to=["bf"])
    seen = picture(web)
    assert seen["lat_e7"] == seen["index"] == []
    assert seen["total"] == 4
    assert seen["regions"] == [
        {"name": "Ménaka", "count": 2, "newest_us": START - 1_000_000},
        {"name": "", "count": 1, "newest_us": START - 3_600_000_000},
        {"name": "Ansongo", "count": 1, "newest_us": START - 3_600_000_000},
    ]


def test_what_was_released_is_drawn_once_at_its_owner_and_as_it_was_released_elsewhere(web):
    home = web.author()
    label = {"to": ["bf"], "precision_m": 20_000}
    released = web.post("/api/release", {"address": home, "label": label})["address"]
    assert addresses(picture(web)) == [home]
    assert picture(web)["total"] == 1
    as_bf = picture(web, "?view=bf&as=analyst")
    assert addresses(as_bf) == [released]
    assert as_bf["lat_e7"] != [156_597_000]
    assert as_bf["radius_m"][0] >= 10_000
    assert as_bf["view"] == "bf"


def test_no_party_gets_a_point_too_many_under_any_labels(web):
    chance = random.Random(5)
    told = {party: set() for party in PARTIES}
    for n in range(60):
        to = [party for party in PARTIES if chance.random() < 0.5]
        address = web.author(f"n{n}", to=to) if to else web.author(f"n{n}")
        for party in to:
            told[party].add(address)
    for party in PARTIES:
        assert set(addresses(picture(web, f"?view={party}&as=analyst"))) == told[party]
    assert len(addresses(picture(web))) == 60


def test_a_span_of_time_lets_through_what_happened_in_it(web):
    for n in range(4):
        body = report(f"n{n}", from_us=START - n * 1_000_000, to_us=START)
        web.author(body=body, to=["bf"])
    seen = picture(web, f"?from={START - 2_000_000}&to={START - 1_000_000}")
    assert sorted(seen["at"]) == [START - 2_000_000, START - 1_000_000]
    assert seen["total"] == 2


def test_more_than_fits_is_cut_and_the_newest_stay(web, monkeypatch):
    monkeypatch.setattr("toguna.node.plotting.MOST", 3)
    for n in range(5):
        web.author(body=report(f"n{n}", from_us=START - n, to_us=START), to=["bf"])
    seen = picture(web)
    assert (seen["total"], seen["cut"]) == (5, True)
    assert sorted(seen["at"]) == [START - 2, START - 1, START]


def test_events_of_a_data_set_have_their_own_time_and_category(web):
    web.post("/api/sharing/event", {"body": event(where_prec=2), "label": {"to": ["bf"]}})
    web.post("/api/sharing/event", {"body": event(where_prec=4), "label": {"to": ["bf"]}})
    seen = web.get("/api/picture/sharing_events")
    assert seen["time"] == "date_end_us"
    assert seen["categories"] == ["type_of_violence-3"]
    assert seen["radius_m"] == [25_000]
    assert [(r["name"], r["count"]) for r in seen["regions"]] == [("Gao", 1)]


def test_a_list_without_a_column_for_it_takes_the_radius_from_its_documents(web):
    claim = {
        "claimant": "État-major", "error_m": 900, "lat_e7": 190_000_000, "lon_e7": 12_000_000,
        "says": "Ici", "title": "Ici",
    }  # fmt: skip
    about = web.author(to=["bf"])
    said = {"body": claim, "label": {"to": ["bf"]}, "about": about, "office": "liaison"}
    web.post("/api/disputes/claim", said)
    seen = web.get("/api/picture/disputes_claims")
    assert (seen["radius_m"], seen["categories"]) == ([900], [""])


@pytest.mark.parametrize("name", ["sharing_receipts", "records", "x" * 200, "sharing_reports'--"])
def test_what_has_no_places_has_no_picture(web, name):
    assert web.get(f"/api/picture/{name}", status=404)["error"] == "unknown"


@pytest.mark.parametrize("query", ["?from=soon", "?limit=3", "?from=1&from=2", "?view=zz"])
def test_a_query_that_cannot_be_read_is_refused(web, query):
    assert picture(web, query, status=400)["what"]


def event(**changes):
    sides = ("a", "b", "best", "civilians", "high", "low", "unknown")
    body = {
        "country": "Mali", "adm_1": "Gao", "dataset": "UCDP GED", "dataset_version": "24.1",
        "date_start_us": START - 9_000_000, "date_end_us": START - 8_000_000, "date_prec": 1,
        "lat_e7": 162_700_000, "lon_e7": -400_000, "type_of_violence": 3, "where_prec": 1,
    }  # fmt: skip
    return {**body, **{f"deaths_{side}": 0 for side in sides}, **changes}
