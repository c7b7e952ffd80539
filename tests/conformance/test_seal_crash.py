"""kill -9 at every step of a seal: nothing acknowledged is lost, and the log does not fork."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.alliance import Seeds
from tests.conformance.conftest import Store
from tests.conformance.sealing import PARTIES, open_mali, seal
from toguna.core import acts, merkle, note, tiles
from toguna.core.drafting import found
from toguna.core.record import Address
from toguna.node import tables as t
from toguna.node.node import Node

REPO = Path(__file__).parents[2]
MOST_STEPS = 60


def founded() -> bytes:
    """A charter signed by all three."""
    rng = random.Random(7)
    seeds = {p: Seeds(p, rng) for p in PARTIES}
    charter = found([seeds[p].card() for p in PARTIES], "aes", "aes", 1_690_000_000_000_000)
    document = acts.sign_act(acts.encode_act(charter), "bf", seeds["bf"].root)
    for party in PARTIES[1:]:
        document = acts.cosign_act(document, party, seeds[party].root)
    return document


def run_until_killed(store: Store, step: int) -> list[list[str]]:
    """The promises that the process made before it died."""
    place = [store.url, str(store.folder), str(step)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.conformance.sealing", *place],
        cwd=REPO, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode in (0, -9), done.stderr
    return [line.split() for line in done.stdout.splitlines()]


def check_log(node: Node) -> None:
    """The stored tree adds up to the signed root, record by record."""
    with node.reading() as tx:
        entries = []
        for index in range(-(-node.spine.size // 256)):
            bundle = node.spine.tile(tx, t.ENTRIES, index)
            assert bundle is not None
            entries += tiles.decode_entries(bundle)
        checkpoint = note.Checkpoint.parse(note.Note.parse(node.spine.note).text)
        assert len(entries) == checkpoint.size == node.spine.size
        assert merkle.tree_root(merkle.leaf_hashes(entries)) == checkpoint.root


def grew_from(node: Node, size: int, root: bytes) -> bool:
    """Whether the log of today continues the one of which this root was promised."""
    with node.reading() as tx:
        return node.spine.range_at(tx, size).root() == root


@pytest.mark.slow
def test_killed_at_every_step_of_a_seal_nothing_is_lost_or_forked(store: Store) -> None:
    engine = store.open()
    open_mali(engine, [founded()])
    engine.close()
    for step in range(1, MOST_STEPS):
        promised = run_until_killed(store, step)
        engine = store.open()
        node = open_mali(engine)
        check_log(node)
        for word, *said in promised:
            if word != "sealed":
                continue
            address, size, root = said
            actor = node.access.actor("ml", "duty")
            assert node.access.show(actor, Address.parse(address)).raw
            assert grew_from(node, int(size), bytes.fromhex(root))
        seal(node, "après")  # it goes on, whatever happened
        check_log(node)
        engine.close()
        if promised[-1] == ["end"]:
            assert step > 8, "a seal that hardly writes is no test"
            return
    pytest.fail(f"a seal has more than {MOST_STEPS} steps")
