"""Lists: newest first whoever wrote it, page by page, nothing twice and nothing left out."""

from __future__ import annotations

import msgspec
import pytest

from tests.alliance import SECOND, Alliance, draft, report
from toguna.core.labels import Label
from toguna.core.record import Address
from toguna.errors import BadInput


@pytest.fixture(scope="module")
def alliance() -> Alliance:
    """Twelve reports of two members at turns, some in the same microsecond, all before bf."""
    house = Alliance()
    everybody = {"ml": Label(to=("bf", "ne")), "ne": Label(to=("bf", "ml"))}
    for number in range(6):
        for party, label in everybody.items():
            home = house[party].submit([draft(report(f"{party} {number}"))], "duty")[0]
            house[party].releasing.release(home, label, "duty")
        house.clock.advance(SECOND if number % 2 else 0)
    house.exchange(3)
    return house


def pages(alliance: Alliance, kind: str, limit: int) -> list[dict[str, object]]:
    access = alliance["bf"].access
    actor, found, after = access.actor("bf", "duty"), [], None
    while True:
        page = access.list(actor, kind, limit=limit, after=after)
        found += [msgspec.json.decode(doc) for doc in page.docs]
        if page.next is None:
            return found
        after = page.next


@pytest.mark.parametrize("limit", [1, 3, 5, 12, 100])
def test_pages_when_walked_hold_every_report_once_newest_first(
    alliance: Alliance, limit: int
) -> None:
    found = pages(alliance, "sharing.report", limit)
    assert len(found) == len({doc["address"] for doc in found}) == 12
    times = [doc["at"] for doc in found]
    assert times == sorted(times, reverse=True)
    assert {doc["party"] for doc in found[:4]} == {"ml", "ne"}


def test_kind_without_a_projection_when_listed_is_newest_first_too(alliance: Alliance) -> None:
    node = alliance["bf"]
    for doc in pages(alliance, "sharing.report", 100)[:3]:
        alliance.clock.advance(SECOND)
        address = Address.parse(str(doc["address"]))
        node.access.show(node.access.actor("bf", "analyst"), address)  # writes a read receipt
    found = pages(alliance, "sharing.read", 2)
    times = [doc["record"]["at"] for doc in found]  # type: ignore[index]
    assert len(times) == 3
    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize("after", ["x", "1", "1.-2", ".5", "5.", "1.2.3", "9" * 50 + ".1"])
def test_place_when_it_is_none_is_named(alliance: Alliance, after: str) -> None:
    access = alliance["bf"].access
    with pytest.raises(BadInput, match="where a page begins"):
        access.list(access.actor("bf", "duty"), "sharing.report", after=after)
