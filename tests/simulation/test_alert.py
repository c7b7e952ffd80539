"""An alert over a thin line (B6, B7): ahead of ten megabytes, answered, rung again, escalated.

Times are virtual: 64 kbit/s, 600 ms there and back, 30 % loss. Each node looks at its clocks
every five seconds, as the product's sweep does.
"""

from __future__ import annotations

import random

from tests.alliance import SECOND, report
from tests.simulation.test_link import behind, payload, thin_world, until
from tests.simulation.world import World
from toguna.core import sync
from toguna.core.labels import Label
from toguna.core.record import Draft
from toguna.domains.alerts import Alert, Answer
from toguna.domains.alerts.boards import Addressee, Response

SWEEP_US = 5 * SECOND
MINUTE = 60 * SECOND


def burden(world: World, rng: random.Random) -> None:
    """Ten megabytes of routine traffic for both."""
    noise = [
        Draft(
            "sharing.report/1",
            report(f"Lourd {k}", source=None, text=rng.randbytes(9_900).hex()),
            Label(to=("bf", "ne")),
        )
        for k in range(1_050)
    ]
    for start in range(0, len(noise), 210):
        world.nodes["ml"].submit(noise[start : start + 210], "duty")
    assert payload(world, "bf") > 10_000_000
    world.run(120 * SECOND)


def go_on(world: World) -> None:
    world.run(SWEEP_US)
    for node in world.nodes.values():
        node.authoring.keep_time()


def board(world: World, name: str, **query: str):
    ml = world.nodes["ml"]
    return ml.looking.board(ml.access.actor("ml", "duty"), "alerts", name, query)


def addressee(world: World, address: str, party: str) -> Addressee:
    (alert,) = board(world, "alerts", address=address)
    return next(a for a in alert.addressees if a.party == party)


def waits_at(world: World, party: str, office: str) -> bool:
    found = world.nodes[party].looking.waiting(frozenset({office}))
    return any(w.what == "alerts.acknowledge" for w in found)


def test_alert_when_ten_megabytes_wait_is_answered_rung_again_and_escalated(capsys) -> None:
    world = thin_world(7)
    burden(world, random.Random(7))
    ml = world.nodes["ml"]
    body = Alert(title="Colonne", text="Vers Labbezanga.", category="movement", level="flash")
    draft = Draft("alerts.alert/1", body, Label(to=("bf", "ne")))
    (address,) = ml.submit([draft], "duty", flash=True)
    for party in ("bf", "ne"):
        world.hosts[party].step(sync.Woken("ml"))
    given = world.now_us
    reached = until(world, lambda: waits_at(world, "bf", "duty"), 300 * SECOND)
    answer = Draft("alerts.answer/1", Answer(answer="acting"), Label(to=("ml",)), str(address))
    world.nodes["bf"].submit([answer], "duty", flash=True)
    world.hosts["ml"].step(sync.Woken("bf"))
    until(world, lambda: addressee(world, str(address), "bf").state == "acting", 300 * SECOND)
    answered = (world.now_us - given) // SECOND
    assert behind(world, "bf")  # the ten megabytes are still on their way
    while world.now_us - given < 6 * MINUTE:
        go_on(world)
    world.hosts["ne"].node = None  # the power goes at ne, and comes back
    world.hosts["ne"].start()
    while world.now_us - given < 17 * MINUTE:
        go_on(world)
    silent = addressee(world, str(address), "ne")
    assert silent.state == "no_answer"
    assert silent.rung_us is not None
    assert silent.escalated_us is not None
    rung, up = ((us - given) // SECOND for us in (silent.rung_us, silent.escalated_us))
    with capsys.disabled():
        print(
            f"\n  an alert before 10 MB: there after {reached} s, answer back after {answered} s,"
        )
        print(f"  silent: rung again after {rung} s, escalated after {up} s")
    assert reached <= 60
    assert answered <= 120
    assert 300 <= rung <= 305
    assert 900 <= up <= 905
    assert waits_at(world, "ne", "liaison")
    lines: dict[str, Response] = {r.party: r for r in board(world, "response")}
    assert (lines["ne"].no_answer, lines["ne"].rings, lines["ne"].escalations) == (1, 1, 1)
    assert lines["bf"].median_action_s == reached
