"""How live streams end: parties that leave, sessions, limits, callers who take nothing."""

from __future__ import annotations

import asyncio

import pytest

from tests.unit.live_house import (
    LIVE,
    Watcher,
    listing,
    read_events,
    registered,
    say,
    titles,
    until,
)
from tests.unit.serving_house import Web
from toguna.core import acts
from toguna.surfaces import streams
from toguna.surfaces.streams import Listener


@pytest.fixture
def web():
    return Web()


# Sessions -------------------------------------------------------------------------------


class SignedIn(Watcher):
    """A person of ``ml`` in a browser."""

    def __init__(self, web, url, secret):
        super().__init__(web, url, more={"cookie": f"toguna-ml={secret}", "host": "node"})

    def _headers(self):
        return self.more


def sign_in(web, person="awa"):
    house = web.house("ml")
    if house.people.find(person) is None:
        house.people.add(person, "Awa", {"duty": None}, "keeper")
    return house.sessions.begin(person, "Firefox", "password")


def test_a_stream_ends_with_its_session(web):
    async def run():
        first, second = sign_in(web), sign_in(web)
        async with (
            SignedIn(web, LIVE, first.secret) as one,
            SignedIn(web, LIVE, first.secret) as two,
            SignedIn(web, LIVE, second.secret) as other,
        ):
            assert [w.status for w in (one, two, other)] == [200] * 3
            web.house("ml").sessions.end(first.session.id)
            await until(lambda: one.over and two.over)
            await say(web, "Un")
            await until(lambda: titles(other) == ["Un"])
            assert registered(web) == (1, 1)
        async with SignedIn(web, LIVE, first.secret) as late:
            assert late.status == 404

    asyncio.run(run())


def test_a_session_has_so_many_streams_and_no_more(web, monkeypatch):
    monkeypatch.setattr(streams, "STREAMS_EACH", 2)

    async def run():
        first, second = sign_in(web), sign_in(web)
        async with SignedIn(web, LIVE, first.secret), SignedIn(web, LIVE, first.secret):
            async with SignedIn(web, LIVE, first.secret) as third:
                assert third.status == 403
            async with SignedIn(web, LIVE, second.secret) as another:
                assert another.status == 200
        async with SignedIn(web, LIVE, first.secret) as again:
            assert again.status == 200
        assert not web.house("ml").sessions._told, "whoever was to be told has gone"

    asyncio.run(run())


# Parties, sessions, limits --------------------------------------------------------------


def test_a_party_that_leaves_takes_its_sight_with_it(web, monkeypatch):
    monkeypatch.setattr(streams, "BEAT_S", 0.02)

    async def run():
        async with Watcher(web, LIVE + "?view=bf") as through_bf, Watcher(web, LIVE) as ours:
            await say(web, "avant", to=["bf"])
            await until(lambda: titles(through_bf) == ["avant"])
            leave(web, "bf")
            await until(lambda: [e for e in through_bf.events if e.name == "reset"])
            await say(web, "après", to=["ne"])
            await until(lambda: titles(ours) == ["avant", "après"])
            assert titles(through_bf) == ["avant"]
            assert "reset" not in [event.name for event in ours.events]
            assert await listing(web, "bf") == []

    asyncio.run(run())


def leave(web, party):
    """The party leaves the charter, and its notice has run."""
    alliance = web.alliance
    node = alliance[party]
    act = acts.withdrawal_of(
        node.standing.charter, node.standing.charter_hash, party, "décision", alliance.clock()
    )
    document = acts.sign_act(acts.encode_act(act), party, alliance.seeds[party].root)
    alliance.clock.now_us = act.effective + 1
    for each in alliance.nodes.values():
        each.learn([document])


def test_no_more_streams_than_allowed(web, monkeypatch):
    monkeypatch.setattr(streams, "STREAMS", 2)

    async def run():
        async with Watcher(web, LIVE), Watcher(web, LIVE), Watcher(web, LIVE) as third:
            assert third.status == 403
            assert registered(web) == (2, 2)
        async with Watcher(web, LIVE) as again:
            assert again.status == 200

    asyncio.run(run())


def test_closing_the_house_ends_every_stream_and_opens_no_more(web):
    async def run():
        async with Watcher(web, LIVE) as one, Watcher(web, LIVE) as two:
            two.slow = True
            await say(web, "Un")
            await until(lambda: titles(one))
            web.house("ml").end_streams()
            await until(lambda: one.over and two.over)
            assert registered(web) == (0, 0)
            async with Watcher(web, LIVE) as late:
                await until(lambda: late.over)
            assert late.events == []

    asyncio.run(run())
    assert web["ml"].changes.listeners == []


def test_a_silent_stream_says_that_it_is_there_and_how_far(web, monkeypatch):
    monkeypatch.setattr(streams, "BEAT_S", 0.005)

    async def run():
        async with Watcher(web, LIVE + "?view=ne") as watcher:
            for n in range(3):
                await say(web, f"n{n}", to=["bf"])
            await until(lambda: b": still here" in watcher.text)
            epoch = web["ml"].changes.epoch
            assert watcher.text.rstrip().splitlines()[-1] == f"id: {epoch}.3".encode()
            assert [e.name for e in watcher.events if e.name != "waiting"] == ["hello"]

    asyncio.run(run())


def test_who_takes_nothing_for_a_minute_is_cut_off(web, monkeypatch):
    monkeypatch.setattr(streams, "BEAT_S", 0.002)

    async def run():
        async with Watcher(web, LIVE) as stuck, Watcher(web, LIVE) as well:
            stuck.slow = True
            await say(web, "Un")
            await until(lambda: stuck.over)
            assert not well.over
            assert registered(web) == (1, 1)

    asyncio.run(run())


@pytest.mark.parametrize("url", ["?view=xx", "?column=1", "?after=1.1&after=2.1"])
def test_what_is_asked_wrongly_is_said(web, url):
    assert web.get(LIVE + url, status=400)["error"] == "bad_input"
    assert registered(web) == (0, 0)


def test_head_answers_and_ends(web):
    answer = web.send("HEAD", LIVE, None, web.signed("HEAD", LIVE, None))
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"] == "text/event-stream"


def test_a_listener_that_cannot_be_sent_to_ends():
    async def run():
        async def receive():
            await asyncio.Event().wait()

        async def send(_message):
            raise OSError("the other side went away")

        listener = Listener("", lambda: b"data: 1\n\n")
        await asyncio.wait_for(listener.run(receive, send), 2)

    asyncio.run(run())


def test_events_are_read_as_the_standard_says():
    assert read_events(b": x\nid: a.1\n\nid: a.2\nevent: change\ndata: {}\n\nevent: x") == [
        ("change", "a.2", {})
    ]
