"""Streams of positions over HTTP: fed by whoever has the log key, shown to whom the label names."""

from __future__ import annotations

import asyncio

import httpx
import msgspec
import pytest

from tests.alliance import SECOND
from tests.unit.live_house import Watcher, until
from tests.unit.serving_house import Web
from tests.unit.test_http_serving import Served
from tests.unit.test_http_serving import until as until_soon
from tests.unit.test_live_ends import leave
from tests.unit.test_positions import FRIEND
from toguna.core.geo import coarsen
from toguna.surfaces import http, serving, streams, tracking

SHOW = "/api/positions"
PEER = "/peer/positions"
LAT, LON = 156_597_000, 5_022_000


@pytest.fixture
def web(monkeypatch):
    monkeypatch.setattr(tracking, "FRAME_S", 0.02)
    monkeypatch.setattr(streams, "BEAT_S", 0.02)
    return Web()


def thing(web, id_="LION 21", *, late=0, **more):
    return {"id": id_, "lat_e7": LAT, "lon_e7": LON, "at_us": web.clock() + late, **more}


async def feed(web, *things, name="patrols", by="ml", status=200, **label):
    value = {"label": label, "objects": things}
    return await web.posting(f"/api/positions/{name}", value, by=by, to=by, status=status)


def frames(watcher):
    return [event.data for event in watcher.events if event.name == "positions"]


def newest(watcher):
    """The newest frame of each stream."""
    return {frame["stream"]: frame for frame in frames(watcher)}


def test_positions_that_are_fed_are_shown(web):
    async def run():
        async with Watcher(web, SHOW) as watcher:
            answer = await feed(web, thing(web, speed_ms=12, track_deg=270, symbol=FRIEND))
            assert answer == {"stream": "ml/patrols", "objects": 1, "new": 1}
            await until(lambda: frames(watcher))
            (frame,) = frames(watcher)
            assert {k: v for k, v in frame.items() if v is not None} == {
                "stream": "ml/patrols", "at_us": web.clock(), "ids": ["LION 21"],
                "lat_e7": [LAT], "lon_e7": [LON], "at": [web.clock()], "track_deg": [270],
                "speed_ms": [12], "alt_m": [None], "symbol": [FRIEND],
            }  # fmt: skip
            answer = await feed(web, thing(web), thing(web, "TIGRE 1"))
            assert answer == {"stream": "ml/patrols", "objects": 2, "new": 1}
            await until(lambda: newest(watcher)["ml/patrols"]["ids"] == ["LION 21", "TIGRE 1"])
        async with Watcher(web, SHOW) as late:
            await until(lambda: frames(late))
            assert frames(late)[0]["ids"] == ["LION 21", "TIGRE 1"], "what is there is shown first"

    asyncio.run(run())


def test_each_party_sees_what_its_label_says_and_no_finer(web):
    async def run():
        async with (
            Watcher(web, SHOW) as ours,
            Watcher(web, SHOW + "?view=bf") as through_bf,
            Watcher(web, PEER, by="bf") as bf,
            Watcher(web, PEER, by="ne") as ne,
        ):
            await feed(web, thing(web, speed_ms=3), name="a", to=["bf"], precision_m=10_000)
            await feed(web, thing(web), name="b", to=["bf", "ne"])
            await feed(web, thing(web), name="c")
            await until(lambda: len(newest(ours)) == 3 and len(newest(bf)) == 2)
            await until(lambda: len(newest(through_bf)) == 2 and newest(ne))
            assert set(newest(ours)) == {"ml/a", "ml/b", "ml/c"}
            assert newest(bf) == newest(through_bf)
            assert set(newest(bf)) == {"ml/a", "ml/b"}
            assert set(newest(ne)) == {"ml/b"}
            lat, lon, radius = coarsen(LAT, LON, 10_000)
            coarse = newest(bf)["ml/a"]
            assert (coarse["lat_e7"], coarse["lon_e7"]) == ([lat], [lon])
            assert (coarse["radius_m"], coarse["speed_ms"]) == (radius, [None])
            assert str(LAT) not in str(coarse)
            assert newest(ours)["ml/a"]["lat_e7"] == [LAT]

    asyncio.run(run())


def test_who_is_named_no_more_loses_the_stream_at_once(web):
    async def run():
        async with Watcher(web, PEER, by="bf") as bf, Watcher(web, PEER, by="ne") as ne:
            await feed(web, thing(web), to=["bf"])
            await until(lambda: frames(bf))
            await feed(web, thing(web, late=1), to=["ne"])
            await until(lambda: newest(bf)["ml/patrols"]["ids"] == [] and frames(ne))
            await feed(web, thing(web, late=2), to=["ne"])
            await until(lambda: len(frames(ne)) == 2)
            assert [frame["ids"] for frame in frames(bf)] == [["LION 21"], []]

    asyncio.run(run())


def test_a_label_that_ends_takes_the_stream_away(web):
    async def run():
        async with Watcher(web, PEER, by="bf") as bf:
            await feed(web, thing(web), to=["bf"], until=web.clock() + SECOND)
            await until(lambda: frames(bf))
            web.clock.advance(SECOND)
            await until(lambda: newest(bf)["ml/patrols"]["ids"] == [])

    asyncio.run(run())


def test_a_party_that_left_is_shown_nothing_more(web):
    async def run():
        async with Watcher(web, PEER, by="bf") as bf, Watcher(web, SHOW + "?view=bf") as through:
            await feed(web, thing(web), to=["bf", "ne"])
            await until(lambda: frames(bf) and frames(through))
            leave(web, "bf")
            await until(lambda: bf.over)
            await until(lambda: newest(through)["ml/patrols"]["ids"] == [])
            await feed(web, thing(web), to=["ne"])
            assert len(frames(bf)) == 1
        async with Watcher(web, PEER, by="bf") as again:
            assert again.status == 404

    asyncio.run(run())


def test_a_stream_that_falls_silent_goes(web):
    async def run():
        async with Watcher(web, SHOW) as ours:
            await feed(web, thing(web))
            await until(lambda: frames(ours))
            web.clock.advance(16 * 60 * SECOND)
            house = web.house("ml")
            house.tracking.positions.drop_stale(web.clock())
            await until(lambda: newest(ours)["ml/patrols"]["ids"] == [])
            await feed(web, thing(web, "TIGRE 1"))
            await until(lambda: newest(ours)["ml/patrols"]["ids"] == ["TIGRE 1"])

    asyncio.run(run())


def test_a_frame_goes_out_at_once_and_then_once_a_while(web, monkeypatch):
    monkeypatch.setattr(tracking, "FRAME_S", 0.3)
    monkeypatch.setattr(streams, "BEAT_S", 5)

    async def run():
        async with Watcher(web, SHOW) as one, Watcher(web, SHOW) as two:
            loop = asyncio.get_running_loop()
            await feed(web, thing(web))
            await until(lambda: frames(one) and frames(two))
            began = loop.time()
            for late in range(1, 20):
                await feed(web, thing(web, late=late))
                await asyncio.sleep(0.001)
            assert loop.time() - began > 0.3 or len(frames(one)) == 1
            await until(lambda: newest(one)["ml/patrols"]["at"] == [web.clock() + 19])
            assert len(frames(one)) <= 2 + (loop.time() - began) / 0.3
            await until(lambda: frames(two)[-1] == frames(one)[-1])

    asyncio.run(run())


def test_whoever_asks_for_fewer_frames_gets_fewer(web):
    async def run():
        async with Watcher(web, SHOW) as quick, Watcher(web, SHOW + "?every=60") as seldom:
            for late in range(5):
                await feed(web, thing(web, late=late))
                await until(lambda n=late: len(frames(quick)) == n + 1)
            assert len(frames(seldom)) == 1

    asyncio.run(run())


def test_a_slow_viewer_gets_the_newest_frame_and_no_backlog(web):
    async def run():
        async with Watcher(web, SHOW) as slow, Watcher(web, SHOW) as quick:
            slow.slow = True
            for late in range(20):
                await feed(web, thing(web, late=late))
                await until(lambda n=late: len(frames(quick)) == n + 1)
            slow.take_again()
            await until(lambda: frames(slow) and frames(slow)[-1] == frames(quick)[-1])
            assert len(frames(slow)) <= 2

    asyncio.run(run())


def test_streams_are_closed_with_the_house_and_counted_by_party(web):
    async def run():
        house = web.house("ml")
        watchers = [Watcher(web, PEER, by="bf") for _ in range(streams.STREAMS_EACH + 1)]
        for watcher in watchers:
            await watcher.__aenter__()
        assert [w.status for w in watchers] == [200] * streams.STREAMS_EACH + [403]
        async with Watcher(web, PEER, by="ne") as other:
            assert other.status == 200
            house.end_streams()
            await until(lambda: other.over)
        for watcher in watchers:
            await watcher.leave()
        assert house.tracking.streams.listeners == {}

    asyncio.run(run())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Patrols", {}),
        ("patrols", {"objects": [{"id": "Moussa"}]}),
        ("patrols", {"objects": [{"symbol": FRIEND[:3] + "6" + FRIEND[4:]}]}),
        ("patrols", {"objects": [{"lat_e7": 900_000_001}]}),
        ("patrols", {"objects": [{"lat_e7": 1.5}]}),
        ("patrols", {"objects": [{"person": "x"}]}),
        ("patrols", {"label": {"to": ["xx"]}}),
        ("patrols", {"label": {"to": ["bf"], "onward": ["ne"]}}),
        ("patrols", {"label": {"too": ["bf"]}}),
        ("patrols", {"more": 1}),
        ("patrols", {"objects": None}),
        ("patrols", b"{"),
        ("patrols", b"\xff"),
    ],
)
def test_what_cannot_be_fed_is_said(web, name, value):
    body = value
    if isinstance(value, dict):
        objects = value.get("objects", [{}])
        body = {"label": {}} | value
        body["objects"] = objects and [thing(web) | changes for changes in objects]
        body = msgspec.json.encode(body)
    headers = web.signed("POST", f"/api/positions/{name}", body)
    answer = web.send("POST", f"/api/positions/{name}", body, headers)
    assert answer.status_code == 400, answer.text
    assert answer.json()["what"]
    assert web.house("ml").tracking.positions.feeds == {}


@pytest.mark.parametrize("url", ["?every=0", "?every=61", "?every=x", "?more=1", "?view=xx"])
def test_what_is_asked_wrongly_is_said(web, url):
    assert web.get(SHOW + url, status=400)["error"] == "bad_input"


def test_a_peer_looks_through_nobody_else(web):
    assert web.get(PEER + "?view=ne", by="bf", status=400)["error"] == "bad_input"


# Two real nodes -------------------------------------------------------------------------


@pytest.fixture
def tracked(monkeypatch):
    """What each running node tracks, by party."""
    found = {}

    def app_for(node, more=()):
        app = http.app_for(node, more)
        found[node.party] = app.state.house.tracking
        return app

    monkeypatch.setattr(serving, "app_for", app_for)
    return found


@pytest.mark.parametrize("server", ["granian", "uvicorn"])
def test_a_stream_reaches_the_other_node_as_coarse_as_its_label_says(server, tracked):
    served = Served()

    async def run():
        async with (
            served.running("ml", server=server),
            served.running("bf", "ml", server=server),
            served.running("ne", "ml", server=server),
        ):
            await until_soon(lambda: len(tracked["ml"].streams.listeners) == 2)
            now = served["ml"].now()
            label = {"label": {"to": ["bf"], "precision_m": 1_000}, "objects": [
                {"id": "LION 21", "lat_e7": LAT, "lon_e7": LON, "at_us": now, "speed_ms": 3}
            ]}  # fmt: skip
            await _post(served, label)
            theirs = tracked["bf"].positions
            await until_soon(lambda: theirs.feeds)
            (feed_,) = theirs.feeds.values()
            lat, lon, _ = coarsen(LAT, LON, 1_000)
            (seen,) = feed_.objects.values()
            assert (feed_.name, seen.id, seen.lat_e7, seen.lon_e7) == (
                "ml/patrols", "LION 21", lat, lon,
            )  # fmt: skip
            assert seen.speed_ms is None
            assert tracked["ne"].positions.feeds == {}
            await _post(served, {**label, "label": {"to": []}})
            await until_soon(lambda: not feed_.objects)

    asyncio.run(run())


def test_a_peer_that_was_away_is_heard_again(tracked):
    served = Served()

    async def run():
        async with served.running("bf", "ml"):
            theirs = tracked["bf"].positions
            for n in range(2):
                async with served.running("ml"):
                    now = served["ml"].now()
                    thing_ = {"id": f"T{n}", "lat_e7": n, "lon_e7": LON, "at_us": now}
                    await _post(served, {"label": {"to": ["bf"]}, "objects": [thing_]})
                    await until_soon(
                        lambda n=n: any(f"T{n}" in f.objects for f in theirs.feeds.values()), 20
                    )

    asyncio.run(run())


async def _post(served, value):
    path, body = "/api/positions/patrols", msgspec.json.encode(value)
    async with httpx.AsyncClient(trust_env=False) as client:
        headers = served.signed("POST", path, body)
        answer = await client.post(served.urls["ml"] + path, content=body, headers=headers)
        assert answer.status_code == 200, answer.text
