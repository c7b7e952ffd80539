"""Who commands, and whether orders agree: the two chains of late 2019."""

from __future__ import annotations

import pytest

from tests.alliance import START
from tests.operations_house import HOUR, Force
from toguna.domains.operations import bodies
from toguna.errors import BadInput, Conflict, Refused, Unknown


@pytest.fixture
def force():
    return Force(("bf", "ml", "ne"))


def attached(force, under="ne", hours=24):
    unit = force.unit()
    now = force.clock()
    body = bodies.Attachment(
        under=under, from_us=now, until_us=now + hours * HOUR, caveats=("pas de nuit",)
    )
    force.say("ml", "attachment", body, ("bf", "ne"), unit)
    return unit


def card(force, party):
    return force.board(party, "units")[0]


def test_a_unit_stands_under_whom_its_owner_says_with_its_caveats_until_the_end(force):
    attached(force)
    for party in ("bf", "ml", "ne"):
        unit = card(force, party)
        assert (unit.under, unit.caveats, unit.state) == ("ne", ["pas de nuit"], "in order")
    force.clock.advance(25 * HOUR)
    assert (card(force, "bf").under, card(force, "bf").caveats) == ("ml", [])


def test_opposite_orders_of_two_chains_show_on_every_desk_and_neither_wins(force):
    unit = attached(force)
    across = force.order("ne", unit, "cross", "joint", ("bf", "ml"))
    assert force.waiting("ml") == []
    stay = force.order("ml", unit, "do_not_cross", "national", ("bf", "ne"))
    for party in ("bf", "ml", "ne"):
        shown = card(force, party)
        assert (shown.state, shown.conflicts) == ("conflicting orders", [[across, stay]])
        assert {o.party for o in shown.orders} == {"ml", "ne"}
        assert "operations.conflicting_orders" in force.waiting(party)


def test_an_order_that_is_taken_back_or_over_conflicts_no_more(force):
    unit = attached(force)
    across = force.order("ne", unit, "cross", "joint", ("bf", "ml"))
    force.order("ml", unit, "do_not_cross", "national", ("bf", "ne"), hours=2)
    with pytest.raises(Refused, match="order of ne"):
        force.say("ml", "rescind", bodies.Rescind(why="x"), ("bf", "ne"), across)
    force.say("ne", "rescind", bodies.Rescind(why="entendu"), ("bf", "ml"), across)
    assert card(force, "bf").state == "in order"
    force.order("ne", unit, "cross", "joint", ("bf", "ml"))
    assert card(force, "bf").state == "conflicting orders"
    force.clock.advance(2 * HOUR)
    assert card(force, "bf").state == "in order"
    with pytest.raises(Conflict):
        force.say("ne", "rescind", bodies.Rescind(why="x"), ("bf", "ml"), across)


def test_a_later_order_of_one_chain_stands_for_the_earlier(force):
    unit = attached(force)
    force.order("ml", unit, "hold", "national", ("bf", "ne"))
    force.order("ml", unit, "move", "national", ("bf", "ne"))
    assert card(force, "ne").state == "in order"


def test_who_does_not_command_gives_no_order(force):
    unit = attached(force)
    with pytest.raises(Refused, match="capital of ml"):
        force.order("ne", unit, "hold", "national", ("bf", "ml"))
    with pytest.raises(Refused, match="does not stand under us"):
        force.order("bf", unit, "hold", "joint", ("ml", "ne"))
    force.clock.advance(25 * HOUR)
    with pytest.raises(Refused, match="does not stand under us"):
        force.order("ne", unit, "hold", "joint", ("bf", "ml"))
    with pytest.raises(Unknown):
        force.order("ml", "ml/spine/999", "hold", "national", ("bf",))


def test_the_owner_alone_attaches_and_tells_all_who_know_the_unit(force):
    unit = force.unit()
    body = bodies.Attachment(under="ne", from_us=START, until_us=START + 9 * HOUR)
    with pytest.raises(Refused, match="unit of ml"):
        force.say("ne", "attachment", body, ("bf", "ml"), unit)
    with pytest.raises(BadInput, match="bf"):
        force.say("ml", "attachment", body, ("ne",), unit)
    over = bodies.Attachment(under="ne", from_us=START - 9, until_us=START - 1)
    with pytest.raises(BadInput, match="over already"):
        force.say("ml", "attachment", over, ("bf", "ne"), unit)
