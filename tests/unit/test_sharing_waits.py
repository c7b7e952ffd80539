"""What sharing puts before our own people: open requests, and holders that keep silent."""

from __future__ import annotations

import pytest

from tests.unit.sharing_house import DAY, House, draft, recall, share
from toguna.core.record import Address
from toguna.domains.sharing import Consent, Request
from toguna.domains.sharing.waits import CHASE, CONSENT, OVERDUE_US, PATIENCE_US, waits


@pytest.fixture
def house() -> House:
    return House()


def ask(house: House, about: Address, by: str = "bf", onto: str = "ne") -> Address:
    body = Request(onto=onto, why="ils sont voisins du marché")
    return house[by].write(draft("request", body, about.party, about=about))


def answer(house: House, about: Address, allowed: bool, *to: str) -> None:
    house["ml"].write(draft("consent", Consent(allowed=allowed, onto="ne"), *to, about=about))


def test_request_when_it_comes_waits_for_the_owner_alone(house: House) -> None:
    about = share(house["ml"], "bf")
    asked = ask(house, about)
    (item,) = waits(house["ml"])
    assert (item.what, item.party, item.about) == (CONSENT, "bf", str(asked))
    assert item.title == "ils sont voisins du marché"
    assert "liaison" in item.offices
    assert not list(waits(house["bf"]))


@pytest.mark.parametrize("allowed", [True, False])
def test_request_when_answered_waits_no_more(house: House, allowed: bool) -> None:
    about = share(house["ml"], "bf")
    ask(house, about)
    answer(house, about, allowed, "bf")
    assert not list(waits(house["ml"]))


def test_request_when_answered_for_another_party_still_waits(house: House) -> None:
    about = share(house["ml"], "bf")
    ask(house, about)
    body = Consent(allowed=True, onto="bf")
    house["ml"].write(draft("consent", body, "bf", about=about))
    assert [item.what for item in waits(house["ml"])] == [CONSENT]


def test_request_when_the_record_is_recalled_waits_no_more(house: House) -> None:
    about = share(house["ml"], "bf")
    ask(house, about)
    recall(house["ml"], about, "bf")
    assert not list(waits(house["ml"]))


def test_request_when_the_asker_left_waits_no_more(house: House) -> None:
    about = share(house["ml"], "bf")
    ask(house, about)
    house.gone.add("bf")
    assert not list(waits(house["ml"]))


def test_request_when_it_is_about_what_never_was_waits_not(house: House) -> None:
    about = share(house["ml"], "bf")
    never = Address("ml", "spine", about.index + 40)
    body = Request(onto="ne", why="?")
    house["bf"].force(draft("request", body, "ml", about=never))
    assert not list(waits(house["ml"]))


def test_silence_when_a_recall_is_fresh_is_not_yet_chased(house: House) -> None:
    about = share(house["ml"], "bf", "ne")
    house.away["ne"] = []
    recall(house["ml"], about, "bf", "ne")
    assert not list(waits(house["ml"]))
    house.now_us += PATIENCE_US
    (item,) = waits(house["ml"])
    assert (item.what, item.party) == (CHASE, "ne")
    assert item.due_us == item.since_us + OVERDUE_US


def test_silence_when_the_holder_is_back_is_over(house: House) -> None:
    about = share(house["ml"], "bf", "ne")
    house.away["ne"] = []
    recall(house["ml"], about, "bf", "ne")
    house.now_us += DAY
    assert [item.party for item in waits(house["ml"])] == ["ne"]
    house.back("ne")
    assert not list(waits(house["ml"]))


def test_recall_when_it_is_anothers_waits_for_its_owner(house: House) -> None:
    about = share(house["ml"], "bf", "ne")
    house.away["ne"] = []
    recall(house["ml"], about, "bf", "ne")
    house.now_us += DAY
    assert not list(waits(house["bf"]))
