"""Receipts of a withdrawal: each node that hears of it answers once, by itself."""

from __future__ import annotations

from tests.alliance import DAY, Alliance
from toguna.core import acts


def withdrawal(house: Alliance, party: str) -> bytes:
    standing = house[party].standing
    act = acts.withdrawal_of(
        standing.charter, standing.charter_hash, party, "by decision", house.clock()
    )
    return acts.sign_act(acts.encode_act(act), party, house.seeds[party].root)


def receipts(house: Alliance, party: str) -> tuple[list[str], tuple[str, ...]]:
    (departure,) = house[party].standing.departures
    return sorted(departure.receipts), departure.waiting


def test_withdrawal_when_it_arrives_is_acknowledged_by_each() -> None:
    house = Alliance()
    house["ne"].learn([withdrawal(house, "ne")])
    assert receipts(house, "ne") == ([], ("bf", "ml"))
    house.exchange()
    assert {p: receipts(house, p) for p in house.nodes} == dict.fromkeys(
        house.nodes, (["bf", "ml"], ())
    )


def test_withdrawal_when_heard_again_is_acknowledged_once() -> None:
    house = Alliance()
    document = withdrawal(house, "ne")
    assert house["ml"].learn([document]) == 2
    house.clock.advance(DAY)
    assert house["ml"].learn([document]) == 0
    house.exchange()
    assert {len(node.book.documents()) for node in house.nodes.values()} == {4}


def test_withdrawal_when_the_desk_key_does_not_count_gets_no_receipt() -> None:
    house = Alliance()
    node = house["ml"]
    house.seeds["ml"].desk = house.seeds["bf"].desk
    node.parts = node.parts._replace(keys=house.seeds["ml"].keys())
    assert node.learn([withdrawal(house, "ne")]) == 1
    assert receipts(house, "ml") == ([], ("bf", "ml"))
