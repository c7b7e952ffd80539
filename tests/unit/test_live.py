"""The live stream: hello, catch-up, live, without gap or double, and nobody else's."""

from __future__ import annotations

import asyncio
import random

import pytest

from tests.alliance import report
from tests.unit.live_house import LIVE, Watcher, listing, registered, say, titles, until
from tests.unit.serving_house import Web
from toguna.node import changes as feed
from toguna.surfaces import live


@pytest.fixture
def web():
    return Web()


def test_hello_comes_first_then_what_is_committed(web):
    async def run():
        async with Watcher(web, LIVE) as watcher:
            (hello,) = watcher.events
            node = web["ml"]
            assert hello == (
                "hello",
                f"{node.changes.epoch}.0",
                {"epoch": node.changes.epoch, "party": "ml", "now_us": node.now()},
            )
            assert b"retry: 2000\n" in watcher.text
            address = await say(web, "Un", to=["bf"])
            await until(watcher.changes)
            change = watcher.events[1]
            assert change.id == f"{node.changes.epoch}.1"
            assert change.data["table"] == "sharing_reports"
            assert change.data["address"] == address
            listed = await listing(web)
            assert change.data["doc"] == listed[0], "the very document that lists show"

    asyncio.run(run())


def test_a_party_is_looked_through_before_anything_leaves(web):
    async def run():
        async with (
            Watcher(web, LIVE) as ours,
            Watcher(web, LIVE + "?view=bf") as through_bf,
            Watcher(web, LIVE + "?view=ne") as through_ne,
        ):
            for readers in ([], ["bf"], ["ne"], ["bf", "ne"]):
                await say(web, " ".join(readers) or "chez nous", to=readers)
            await until(lambda: len(titles(ours)) == 4)
            await until(lambda: len(titles(through_ne)) == 2)
            assert titles(ours) == ["chez nous", "bf", "ne", "bf ne"]
            assert titles(through_bf) == ["bf", "bf ne"]
            assert titles(through_ne) == ["ne", "bf ne"]
            assert b"chez nous" not in through_bf.text + through_ne.text
            assert through_bf.events[0].data["party"] == "bf"
            for watcher, view in ((ours, ""), (through_bf, "bf"), (through_ne, "ne")):
                assert [d["title"] for d in await listing(web, view)] == titles(watcher)[::-1]

    asyncio.run(run())


def test_what_comes_together_goes_out_in_one_piece(web):
    async def run():
        async with Watcher(web, LIVE) as watcher:
            items = [{"kind": "sharing.report/1", "body": report(f"n{n}")} for n in range(200)]
            await web.posting("/api/batch", {"items": items})
            await until(lambda: len(watcher.changes()) == 200)
            assert watcher.pieces == 2, "hello, and then all of them"

    asyncio.run(run())


def test_more_than_one_piece_can_hold_is_told_to_its_end(web, monkeypatch):
    monkeypatch.setattr(feed, "CHUNK_BYTES", 2_000)

    async def run():
        async with Watcher(web, LIVE) as watcher:
            items = [{"kind": "sharing.report/1", "body": report(f"n{n}")} for n in range(200)]
            await web.posting("/api/batch", {"items": items})
            await until(lambda: len(watcher.changes()) == 200)
            assert watcher.pieces > 20

    asyncio.run(run())


def test_what_waits_is_told_once_for_many_changes(web, monkeypatch):
    monkeypatch.setattr(live, "WAITING_S", 0.05)

    async def run():
        async with Watcher(web, LIVE) as watcher:
            for n in range(5):
                await say(web, f"n{n}", to=["bf"])
            await until(lambda: [e for e in watcher.events if e.name == "waiting"])
            await asyncio.sleep(0.2)
            waiting = [event for event in watcher.events if event.name == "waiting"]
            assert 1 <= len(waiting) <= 3
            assert all(event.id == "" for event in waiting), "an id would move the place"

    asyncio.run(run())


# Resuming -------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["header", "query"])
def test_a_stream_goes_on_behind_the_last_event(web, way):
    async def run():
        async with Watcher(web, LIVE) as watcher:
            for n in range(3):
                await say(web, f"n{n}")
            await until(lambda: len(titles(watcher)) == 3)
        first, second, _third = (e for e in watcher.events if e.name == "change")
        for event, expected in ((first, ["n1", "n2", "n3"]), (second, ["n2", "n3"])):
            again = LIVE + (f"?after={event.id}" if way == "query" else "")
            header = {"last-event-id": event.id} if way == "header" else {}
            if event is first:
                await say(web, "n3")
            async with Watcher(web, again, more=header) as resumed:
                await until(lambda r=resumed, e=expected: len(titles(r)) >= len(e))
                assert titles(resumed) == expected
                assert resumed.events[0].id == event.id, "hello moves no place forward"
                assert "reset" not in [e.name for e in resumed.events]

    asyncio.run(run())


@pytest.mark.parametrize("after", ["0123456789abcdef.1", "rubbish", "9" * 400, "%0d%0aevent:x"])
def test_a_stream_that_cannot_go_on_says_so(web, after):
    async def run():
        async with Watcher(web, LIVE):
            await say(web, "Un")
        async with Watcher(web, f"{LIVE}?after={after}") as watcher:
            await until(lambda: len(watcher.events) == 2)
            hello, reset = watcher.events
            assert (hello.name, reset.name) == ("hello", "reset")
            assert hello.id == reset.id == f"{web['ml'].changes.epoch}.1"
            await say(web, "Deux")
            await until(watcher.changes)
            assert titles(watcher) == ["Deux"]

    asyncio.run(run())


def test_a_slow_caller_holds_nobody_up_and_is_reset_when_it_falls_out(web, monkeypatch):
    monkeypatch.setattr(feed, "KEPT", 16)

    async def run():
        async with Watcher(web, LIVE) as slow, Watcher(web, LIVE) as quick:
            slow.slow = True
            for n in range(40):
                await say(web, f"n{n}")
                await until(lambda n=n: len(titles(quick)) == n + 1)
            assert titles(slow) == []
            slow.take_again()
            await until(lambda: [e for e in slow.events if e.name == "reset"])
            await say(web, "dernier")
            await until(lambda: titles(slow)[-1:] == ["dernier"])
            names = [event.name for event in slow.events if event.name != "waiting"]
            assert names == ["hello", "change", "reset", "change"]
            assert "reset" not in [event.name for event in quick.events]

    asyncio.run(run())


class Screen:
    """A page as one would write it: reads its list after hello, follows, resumes, resets."""

    def __init__(self, web, view) -> None:
        self.web, self.view = web, view
        self.rows: dict[str, dict] = {}
        self.ids: list[tuple[str, int]] = []
        self.last = ""
        self.read = 0

    def look(self):
        url = LIVE + (f"?view={self.view}" if self.view else "")
        return Watcher(self.web, url, more={"last-event-id": self.last} if self.last else {})

    async def follow(self, watcher):
        """Take in what has arrived since."""
        for event in watcher.events[self.read :]:
            self.read += 1
            if event.id:
                self.last = event.id
            if event.name == "reset" or (event.name == "hello" and not self.rows):
                self.rows = {d["address"]: d for d in await listing(self.web, self.view)}
            elif event.name == "change":
                self.ids.append(event.id)
                if event.data["table"] != "sharing_reports":
                    continue
                self.rows.pop(event.data["address"], None)
                if event.data["doc"]:
                    self.rows[event.data["address"]] = event.data["doc"]


@pytest.mark.parametrize("seed", range(6))
def test_screens_that_come_and_go_at_random_miss_nothing_and_see_nothing_twice(seed, monkeypatch):
    rng = random.Random(seed)
    monkeypatch.setattr(feed, "KEPT", rng.choice([8, 64, 1024]))
    web = Web()
    node = web["ml"]

    async def change(own):
        step = rng.randrange(6)
        if own and step == 0:
            address, readers = own.pop(rng.randrange(len(own)))
            if readers:
                await web.posting("/api/recall", {"address": address, "why": "faux"})
        elif step == 1:
            items = [{"kind": "sharing.report/1", "body": report(f"n{k}")} for k in range(3)]
            await web.posting("/api/batch", {"items": items})
        else:
            readers = rng.choice([[], ["bf"], ["ne"], ["bf", "ne"]])
            own.append((await say(web, f"r{rng.random()}", to=readers), readers))

    async def run():
        screens = [Screen(web, view) for view in ("", "bf", "ne", "", "bf")]
        own: list = []
        open_: dict[int, Watcher] = {}
        for _ in range(60):
            which = rng.randrange(len(screens) + 4)
            if which >= len(screens):
                await change(own)
                continue
            screen, watcher = screens[which], open_.get(which)
            if watcher is None:
                screen.read = 0
                open_[which] = await screen.look().__aenter__()
            elif rng.random() < 0.3:
                watcher.slow = not watcher.slow
                watcher.take_again() if not watcher.slow else None
            else:
                await open_.pop(which).leave()
                await screen.follow(watcher)
        for which, screen in enumerate(screens):
            if which not in open_:
                screen.read = 0
                open_[which] = await screen.look().__aenter__()
            open_[which].take_again()
        end = str(await say(web, "fin", to=["bf", "ne"]))
        for which, screen in enumerate(screens):
            watcher = open_[which]
            await until(lambda w=watcher: end in w.text.decode() or knows_reset(w))
            await asyncio.sleep(0.02)
            await screen.follow(watcher)
            numbers = [int(id_.partition(".")[2]) for id_ in screen.ids]
            assert numbers == sorted(set(numbers)), "each once, in order"
            listed = {d["address"]: d for d in await listing(web, screen.view)}
            assert screen.rows == listed
            await watcher.leave()
        assert registered(web) == (0, 0)

    asyncio.run(run())
    assert node.changes.last > 20


def knows_reset(watcher):
    return watcher.events and watcher.events[-1].name == "reset"
