"""Many seeds of a bad world. A seed that fails says its number; TOGUNA_SEED=n replays it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.alliance import SECOND
from tests.simulation.work import Work, check
from tests.simulation.world import Weather, World
from toguna.node import tables as t

NAMES = ("bf", "ml", "ne", "td", "mr", "sn", "gn")
FAST, MANY = 30, 220


def seeds(count: int, first: int = 1) -> list[int]:
    asked = os.environ.get("TOGUNA_SEED")
    return [int(asked)] if asked else list(range(first, first + count))


def play(seed: int) -> Work:
    """One history: minutes of bad weather, deeds and disasters; then all is well."""
    world = World(seed, NAMES[: 3 + (seed % 5 if seed % 3 == 0 else seed % 2)])
    rng, work = world.rng, Work(world)
    world.weather = Weather(rng.choice((0.0, 0.1, 0.3)), rng.choice((0.0, 0.1)))
    losses = rng.sample(sorted(world.hosts), rng.choice((0, 1, 1)))
    moments = rng.randint(15, 30)
    lose_at = {rng.randint(moments // 3, moments - 1): p for p in losses}
    leaves_at = rng.randint(0, 4 * moments)
    for k in range(moments):
        for _ in range(rng.randint(0, 3)):
            work.act()
        roll = rng.random()
        if roll < 0.08:
            pair = frozenset(rng.sample(sorted(world.hosts), 2))
            world.apart ^= {pair}
            world.log(f"{'cut' if pair in world.apart else 'joined'}: {' '.join(sorted(pair))}")
        elif roll < 0.13:
            alone = rng.choice(sorted(world.hosts))
            world.apart |= {frozenset((alone, p)) for p in world.hosts if p != alone}
            world.log(f"{alone} is alone")
        elif roll < 0.2:
            world.apart.clear()
        elif roll < 0.3:
            host = rng.choice(list(world.hosts.values()))
            if host.node is not None:
                host.crash()
        elif roll < 0.45:
            work.back_up()
        if k in lose_at:
            work.lose(lose_at[k])
        if k == leaves_at:
            work.withdraw(rng.choice(sorted(world.hosts)))
        world.run(rng.randint(1, 15) * SECOND)
    world.heal(400 * SECOND)
    return work


def told(work: Work) -> str:
    return "\n".join([*work.world.history[-60:], replay(work.world.seed)])


def replay(seed: int) -> str:
    return f"TOGUNA_SEED={seed} pytest tests/simulation/{Path(__file__).name}"


def judge(seed: int) -> None:
    try:
        work = play(seed)
    except Exception as error:
        error.add_note(replay(seed))
        raise
    try:
        check(work)
    except AssertionError as error:
        error.add_note(told(work))
        raise


@pytest.mark.parametrize("seed", seeds(FAST))
def test_everybody_holds_what_was_released_to_it_and_nothing_else(seed):
    judge(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", seeds(MANY, FAST + 1))
def test_many_more_seeds(seed):
    judge(seed)


@pytest.mark.parametrize("seed", seeds(6, 900))
def test_a_backup_that_went_on_by_itself_is_never_unnoticed(seed):
    """No gate: the folder is restored by hand, alone, and seals. Then everybody meets again."""
    world = World(seed, NAMES[:3])
    rng, work = world.rng, Work(world)
    for _ in range(4):
        work.speak_to_all(rng.choice(list(world.hosts.values())))
        world.run(20 * SECOND)
    for party in world.hosts:
        work.backups[party] = world.hosts[party].engine.snapshot()
    lost = rng.choice(sorted(world.hosts))
    work.speak_to_all(world.hosts[lost])
    world.run(120 * SECOND)
    world.apart = {frozenset((lost, p)) for p in world.hosts if p != lost}
    work.lose(lost, gate=False)
    world.run(21 * SECOND)
    for _ in range(rng.randint(1, 4)):
        work.speak_to_all(world.hosts[lost])
    world.run(30 * SECOND)
    world.heal(900 * SECOND)
    found = 0
    for node in world.nodes.values():
        with node.reading() as tx:
            found += tx.count(t.FORK)
    assert found, told(work)
    check(work, forked=frozenset({lost}))


def test_a_seed_when_it_is_played_again_gives_the_same_history():
    one, two = play(5), play(5)
    assert one.world.history == two.world.history
    assert one.world.carried == two.world.carried
