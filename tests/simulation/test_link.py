"""A thin line (B4): 64 kbit/s, 600 ms there and back, 30 % loss, cut for hours at a time.

Times are virtual. Bytes are counted where they arrive, both ways.
"""

from __future__ import annotations

import random

import pytest

from tests.alliance import SECOND, report
from tests.framing import raws
from tests.simulation.world import MS, Weather, World
from toguna.core import frame as frames
from toguna.core import sync
from toguna.core.labels import Label
from toguna.core.record import Draft
from toguna.engines.memory import MemoryEngine
from toguna.node import tables as t
from toguna.node.answering import Asking
from toguna.node.node import Node

THIN = Weather(
    loss=0.3, doubled=0.0, delay=(300 * MS, 300 * MS), bits_per_s=64_000, silence_us=20 * SECOND
)
HOUR = 3_600 * SECOND
MOST = 1.3
WORDS = (
    "convoi camions piste gué patrouille village marché puits forage pâturage troupeau vu "
    "entendu signalé vers depuis matin soir nuit calme axe route nord sud est ouest école "
    "antenne relais pompage carburant farine mil riz médicaments civils retour départ"
).split()


def told(rng: random.Random, k: int, words: int = 60):
    text = " ".join(rng.choice(WORDS) for _ in range(words))
    place = {"lat_e7": rng.randint(10**8, 2 * 10**8), "lon_e7": rng.randint(-5 * 10**7, 10**8)}
    return report(f"Rapport {k} {rng.choice(WORDS)}", text=text, source=None, **place)


def speak(node: Node, rng: random.Random, count: int, to: tuple[str, ...], **more: int) -> None:
    label = Label(to=to)
    drafts = [Draft("sharing.report/1", told(rng, k, **more), label) for k in range(count)]
    node.submit(drafts, "duty")


def thin_world(seed: int = 1) -> World:
    world = World(seed, ("bf", "ml", "ne"))
    for host in world.hosts.values():
        host.skew_us = 0
    world.heal(30 * SECOND)
    world.weather = THIN
    world.arrived.clear()
    return world


def until(world: World, done, most_us: int, step_us: int = SECOND) -> int:
    """Run until ``done()``; how long it took in seconds."""
    start = world.now_us
    while not done():
        assert world.now_us - start < most_us, "it does not come to an end"
        world.run(step_us)
    return (world.now_us - start) // SECOND


def payload(world: World, reader: str) -> int:
    """All bodies that this reader gets, as one zstd frame of level 3."""
    ml = world.nodes["ml"]
    whom = f'"{reader}"'.encode()
    mine = [raw for _i, raw in sorted(raws(ml, "ml/spine").items()) if whom in raw]
    return len(frames.pack_bodies(mine))


def ratio(world: World, reader: str) -> float:
    both = world.arrived[("ml", reader)] + world.arrived[(reader, "ml")]
    return both / payload(world, reader)


def behind(world: World, *parties: str) -> bool:
    size = world.nodes["ml"].spine.size
    return any(
        world.nodes[p].state.followed.get("ml/spine", frames.unfollowed("")).size < size
        for p in parties
    )


@pytest.mark.parametrize("batch", [1_000, 50])
def test_a_thousand_records_when_the_line_is_thin_arrive_for_little_more_than_their_bytes(
    batch, capsys
):
    world = thin_world(batch)
    rng = random.Random(batch)
    for _ in range(1_000 // batch):
        speak(world.nodes["ml"], rng, batch, ("bf", "ne"))
    took = until(world, lambda: not behind(world, "bf", "ne"), HOUR)
    for reader in ("bf", "ne"):
        assert raws(world.nodes[reader]) == raws(world.nodes["ml"])
        with capsys.disabled():
            print(
                f"\n  {batch} a seal, {reader}: {payload(world, reader):,} bytes of payload, "
                f"x {ratio(world, reader):.3f}, {took} s of 64 kbit/s"
            )
        assert ratio(world, reader) <= MOST


def test_cuts_when_they_last_for_hours_lose_no_byte_that_arrived(capsys):
    """A cut every 7 s of transfer, 6 hours long; bf also dies in the middle of a frame."""
    world = thin_world(3)
    speak(world.nodes["ml"], random.Random(3), 1_000, ("bf", "ne"))
    cuts = 0
    while behind(world, "bf"):
        world.run(7 * SECOND)
        world.apart = {frozenset(pair) for pair in (("bf", "ml"), ("ml", "ne"), ("bf", "ne"))}
        node = world.nodes["bf"]
        under = {k: len(u.data) for k, u in node.state.under.items()}
        world.run(6 * HOUR)
        if cuts % 3 == 1:
            world.hosts["bf"].node = None  # power cut: nothing is closed
            world.hosts["bf"].start()
            kept = {k: len(u.data) for k, u in world.nodes["bf"].state.under.items()}
            assert kept == under
        world.apart.clear()
        for party in ("ml", "ne"):
            world.hosts["bf"].step(sync.Woken(party))
        cuts += 1
        assert cuts < 60
    assert cuts >= 3
    assert raws(world.nodes["bf"]) == raws(world.nodes["ml"])
    with capsys.disabled():
        print(f"\n  {cuts} cuts of 6 hours: x {ratio(world, 'bf'):.3f}")
    assert ratio(world, "bf") <= MOST


def test_a_flash_when_ten_megabytes_wait_overtakes_them(capsys):
    worst = 0
    for seed in range(4, 7):
        world = thin_world(seed)
        ml, rng = world.nodes["ml"], random.Random(seed)
        noise = [
            Draft(
                "sharing.report/1",
                report(f"Lourd {k}", source=None, text=rng.randbytes(9_900).hex()),
                Label(to=("bf",)),
            )
            for k in range(1_050)
        ]
        for start in range(0, len(noise), 210):
            ml.submit(noise[start : start + 210], "duty")
        assert payload(world, "bf") > 10_000_000
        world.run(120 * SECOND)
        assert behind(world, "bf")
        assert not raws(world.nodes["bf"])
        label = Label(to=("bf",))
        urgent = Draft("sharing.report/1", report("Crue soudaine", source=None), label)
        (address,) = ml.submit([urgent], "duty", flash=True)
        world.hosts["bf"].step(sync.Woken("ml"))
        took = until(world, lambda w=world, a=address: a.index in raws(w.nodes["bf"]), 300 * SECOND)
        worst = max(worst, took)
        assert behind(world, "bf")
    with capsys.disabled():
        print(f"\n  a flash before 10 MB: {worst} s at worst")
    assert worst <= 60


def test_frames_when_they_come_by_hand_give_the_same_rows_as_by_wire():
    """The same frames, once over the line and once carried: the records are byte-equal."""
    world = thin_world(9)
    world.weather = Weather(0, 0, (MS, MS))
    ml, rng = world.nodes["ml"], random.Random(9)
    for _ in range(5):
        speak(ml, rng, 40, ("bf",))
        speak(ml, rng, 7, ("ne",))
    by_wire = MemoryEngine.restored(world.hosts["bf"].engine.snapshot())
    world.hosts["bf"].engine, by_hand = by_wire, world.hosts["bf"].engine  # type: ignore[assignment]
    carried = world.hosts["bf"].node
    assert carried is not None
    assert carried.parts.engine is by_hand
    world.hosts["bf"].start()
    with ml.reading() as tx:
        slot = next(p.slot for p in ml.standing.parties if p.party == "bf")
        at, book = 0, []
        while at < ml.spine.size:
            frame = ml.answers.frame(tx, Asking("bf", slot), "ml/spine", at, frozenset())
            assert frame is not None
            book.append(frames.encode(frame))
            at = frame.end
    for data in book:
        with carried.reading() as tx:
            context = carried.following.context(tx)
            state, effects = sync.take_frame(carried.state, "ml", frames.decode(data), context)
        carried.state = state
        for effect in effects:
            assert isinstance(effect, sync.Keep)
            carried.following.keep(effect)
    until(world, lambda: not behind(world, "bf"), HOUR)
    rows = [records(node) for node in (carried, world.nodes["bf"])]
    assert len(rows[0]) == 200
    assert rows[0] == rows[1]
    assert carried.state.followed["ml/spine"] == world.nodes["bf"].state.followed["ml/spine"]


def records(node: Node) -> list[tuple]:
    """All rows of ml's spine but for the moment at which they came."""
    no = node.ledger.log_numbers["ml/spine"]
    with node.reading() as tx:
        rows = list(node.ledger.rows_between(tx, no, 0, 1 << t.INDEX_BITS))
    return [(*row[:5], *row[6:]) for row in rows]
