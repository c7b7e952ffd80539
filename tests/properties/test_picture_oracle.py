"""D1: whatever reaches a viewer (lists, live frames, pictures, boards, positions) is what the
labels say: no object too many, none missing, through any party's eyes, at any node.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import AsyncExitStack

import msgspec
import pytest

from tests.alliance import DAY, report
from tests.properties.picture_world import PARTIES, TOKEN, Said, World
from tests.properties.test_labels_oracle import Question, oracle
from tests.unit.live_house import Watcher, until
from tests.unit.serving_house import Web
from tests.unit.test_live_ends import leave
from toguna.core.labels import Actor, Label, Use

ADDRESS = re.compile(r"\b([a-z]{2,3}/(?:home|spine)/[0-9]+)\b")


async def check(world: World) -> int:
    """Compare every screen with the oracle; how many objects were compared."""
    compared = 0
    now = world.now
    for screen in world.screens:
        node, view = screen.node, screen.view
        may = world.oracle.sees(node, view, now)
        where = (node, view)
        listed = {doc["address"]: doc for doc in await world.listed(node, view)}
        assert set(listed) == may, (where, "lists")
        for address, doc in listed.items():
            assert doc["title"].endswith(world.oracle.said[address].token), (where, address)
        assert await pictured(world, node, view) == once(world, node, view, may), (where, "map")
        world.sweep(node)  # what has ended is hidden from lists at once, and told by the sweep
        await until(lambda s=screen: has_all(world, s))
        await screen.follow()
        assert screen.rows == listed, (where, "live")
        compared += len(may)
    return compared


def has_all(world: World, screen) -> bool:
    """Whether a screen was told of everything that its node has committed."""
    (follower,) = (
        f for f in world.web.house(screen.node).live._followers
        if f.listener is listener_of(world, screen)
    )  # fmt: skip
    return follower.place == world.web[screen.node].changes.last


def listener_of(world: World, screen):
    """The stream of a screen: those of one node stand in the order in which they began."""
    listeners = list(world.web.house(screen.node).live.streams.listeners)
    return listeners[PARTIES.index(screen.view)]


async def pictured(world: World, node: str, view: str) -> set[str]:
    """The addresses that the map gets."""
    plot = msgspec.json.decode(await world.ask(node, f"/api/picture/sharing_reports?view={view}"))
    pairs = zip(plot["log"], plot["index"], strict=True)
    found = {f"{plot['logs'][log]}/{index}" for log, index in pairs}
    assert plot["total"] == len(found)
    return found


def once(world: World, node: str, view: str, may: set[str]) -> set[str]:
    """Its owner's map draws what stands at home and was released as well only once, at home."""
    if view != node:
        return may
    said = world.oracle.said
    home = {said[a].token for a in may if "/home/" in a and said[a].owner == node}
    return {a for a in may if "/home/" in a or said[a].owner != node or said[a].token not in home}


async def check_boards(world: World) -> None:
    """No board, no layer and no list of any kind speaks of what its viewer may not see."""
    catalogue = world.web["ml"].catalogue
    urls = [f"/api/board/{d.name}/{b.name}" for d in catalogue.domains for b in d.boards]
    urls += [f"/api/{kind.domain}/{kind.noun}" for kind in catalogue.kinds.values()]
    urls += ["/api/changed", "/api/layers"]
    there = {endpoint.path for endpoint in world.web.endpoints()}
    for screen in world.screens:
        node, view = screen.node, screen.view
        may = world.oracle.tokens(world.oracle.sees(node, view, world.now))
        for url in urls:
            if url.startswith("/api/board/") or url in there:
                text = await world.ask(node, f"{url}?view={view}" if url != "/api/layers" else url)
                assert set(TOKEN.findall(text)) <= may, (node, view, url)


def check_frames(world: World) -> None:
    """Of all that was ever sent, nothing names what its viewer might never see."""
    for screen in world.screens:
        sent = set(TOKEN.findall(screen.watcher.text))
        ever = {
            one.token.encode()
            for one in world.oracle.said.values()
            if screen.view == one.owner or screen.view in one.to
        }
        assert sent <= ever, (screen.node, screen.view)


def check_cedar(world: World) -> int:
    """Cedar and the plain sets say the same of every statement; how many questions."""
    asked = 0
    for one in world.oracle.said.values():
        if one.recalled:
            continue
        label = Label(to=tuple(sorted(one.to)), until=one.until, keep_days=one.keep_days)
        for view in PARTIES:
            node = view if view in one.came or view == one.owner else one.owner
            received = one.came.get(node)
            actor = Actor(view, "duty", view == node or view not in world.oracle.left)
            if view == one.owner and not one.is_held(node, world.now):
                continue  # it may read its own for ever; its label had it erased all the same
            wanted = one.address in _sees(world, one, node, view)
            asked += 1
            assert cedar(actor, one, label, world.now, received) == wanted, (one, node, view)
    return asked


def _sees(world: World, one: Said, node: str, view: str) -> set[str]:
    alone = type(world.oracle)()
    alone.said, alone.left = {one.address: one}, world.oracle.left
    return alone.sees(node, view, world.now)


def cedar(actor, one, label, now, received) -> bool:
    """Whether Cedar lets this actor read. Its clock stands, so times are shifted to it."""
    from tests.properties.test_labels_oracle import NOW

    moved = msgspec.structs.replace(
        label, until=None if label.until is None else label.until - now + NOW
    )
    at = None if received is None else received - now + NOW
    return oracle(Question(actor, one.owner, moved, Use.READ, None, True, False, at))


async def live_through(world: World, rounds: int, count: int, leaving: str = "") -> int:
    """So many rounds of a week; how many objects were compared."""
    compared = 0
    async with AsyncExitStack() as stack:
        for screen in world.screens:
            await stack.enter_async_context(screen.watcher)
        for round_ in range(rounds):
            for party in PARTIES:
                world.author(party, count // len(PARTIES))
                for _ in range(3):
                    world.release(party)
            world.meet()
            compared += await check(world)
            for party in PARTIES:
                world.recall(party)
            world.meet()
            if leaving and round_ == rounds - 2:
                leave(world.web, leaving)
                world.oracle.left.add(leaving)
            world.pass_time()
            compared += await check(world)
        await check_boards(world)
        check_frames(world)
    return compared


def test_screens_show_what_labels_say_in_1000_random_label_sets():
    world = World(1)
    assert asyncio.run(live_through(world, 4, 240)) > 5_000
    assert len(world.oracle.said) > 960
    assert check_cedar(world) > 3_000


def test_screens_show_what_labels_say_when_a_party_leaves():
    world = World(2)
    assert asyncio.run(live_through(world, 3, 60, leaving="ne")) > 500


@pytest.mark.slow
def test_screens_show_what_labels_say_in_10_000_random_label_sets():
    world = World(3)
    compared = asyncio.run(live_through(world, 5, 2_000, leaving="ne"))
    assert len(world.oracle.said) > 10_000
    assert compared > 100_000
    assert check_cedar(world) > 20_000


# The row itself -------------------------------------------------------------------------


def test_ml_has_12_objects_bf_sees_9_and_hum_2():
    web = Web(parties=PARTIES, roles={"hum": "humanitarian"})
    readers = [("bf", "hum")] * 2 + [("bf",)] * 7 + [()] * 3

    async def run():
        async with (
            Watcher(web, "/api/live") as ours,
            Watcher(web, "/api/live?view=bf") as bf,
            Watcher(web, "/api/live?view=hum") as hum,
        ):
            for n, to in enumerate(readers):
                value = {"body": report(f"zq{n:06d}"), "label": {"to": to}}
                await web.posting("/api/sharing/report", value)
            for watcher, count in ((ours, 12), (bf, 9), (hum, 2)):
                await until(lambda w=watcher, c=count: len(set(TOKEN.findall(w.text))) == c)
            for view, count in (("ml", 12), ("bf", 9), ("hum", 2), ("ne", 0)):
                for url in ("/api/sharing/report", "/api/picture/sharing_reports"):
                    headers = web.signed("GET", f"{url}?view={view}")
                    answer = await web.sending("GET", f"{url}?view={view}", None, headers)
                    said = msgspec.json.decode(answer.content)
                    assert len(said.get("items", said.get("index"))) == count, (view, url)

    asyncio.run(run())
    web.alliance.exchange(2)
    for party, count in (("bf", 9), ("hum", 2), ("ne", 0)):
        page = web.get("/api/sharing/report", by=party, to=party)
        assert len(page["items"]) == count, party


# Positions ------------------------------------------------------------------------------


def test_positions_reach_whom_their_labels_name_and_nobody_else():
    world = World(4)
    rng, web = world.rng, world.web
    exact = {}

    async def run():
        async with AsyncExitStack() as stack:
            watchers = {}
            for owner in PARTIES:
                for view in PARTIES:
                    url = "/api/positions" + ("" if view == owner else f"?view={view}")
                    own = Watcher(web, url, by=owner, to=owner)
                    watchers[owner, view] = [await stack.enter_async_context(own)]
                    if view != owner:
                        peer = Watcher(web, "/peer/positions", by=view, to=owner)
                        watchers[owner, view].append(await stack.enter_async_context(peer))
            for round_ in range(6):
                for owner in PARTIES:
                    for name in "abcde":
                        await say_where(owner, name, round_)
                web.clock.advance(DAY // 50)
                await asyncio.sleep(0.1)
                for (owner, view), both in watchers.items():
                    for watcher in both:
                        await until(lambda w=watcher, o=owner, v=view: matches(w, o, v))

    async def say_where(owner, name, round_):
        label = world.label(owner)
        precision = rng.choice([None, 1_000, 100_000])
        lat, lon = rng.randint(10**8, 2 * 10**8), rng.randint(-(10**8), 10**8)
        until_ = web.clock() + rng.choice([DAY // 100, DAY]) if rng.random() < 0.5 else None
        value = {
            "label": {"to": label.to, "precision_m": precision, "until": until_},
            "objects": [{"id": f"T{round_}", "lat_e7": lat, "lon_e7": lon, "at_us": web.clock()}],
        }
        await web.posting(f"/api/positions/{name}", value, by=owner, to=owner)
        exact.setdefault(f"{owner}/{name}", {})[f"T{round_}"] = (lat, lon)
        labels[f"{owner}/{name}"] = (set(label.to), precision, until_)

    labels: dict = {}

    def matches(watcher, owner, view):
        shown = {e.data["stream"]: e.data for e in watcher.events if e.name == "positions"}
        there = {name: frame for name, frame in shown.items() if frame["ids"]}
        may = {
            name
            for name, (to, _, ends) in labels.items()
            if name.startswith(owner + "/")
            and (view == owner or (view in to and (ends is None or web.clock() < ends)))
        }
        if set(there) != may:
            return False
        return all(
            frame["ids"] == list(exact[name]) and coarse_enough(frame, name, view == owner)
            for name, frame in there.items()
        )

    def coarse_enough(frame, name, own):
        precision = None if own else labels[name][1]
        assert frame["precision_m"] == precision
        for id_, lat, lon in zip(frame["ids"], frame["lat_e7"], frame["lon_e7"], strict=True):
            true = exact[name][id_]
            # 90 units of latitude are a metre; the circle reaches the true place, and no more
            # than a cell's diagonal.
            off_m = abs(lat - true[0]) / 90
            if precision is None:
                assert (lat, lon) == true
            else:
                assert (lat, lon) != true
                assert off_m <= precision
                assert precision / 2 <= frame["radius_m"] <= 2 * precision
        return True

    asyncio.run(run())
