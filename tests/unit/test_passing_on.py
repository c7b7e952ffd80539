"""Passing on what another owns: what was not said stays as the owner said it; one question each."""

from __future__ import annotations

import pytest

from tests.alliance import DAY, START, Alliance, draft
from toguna.core.labels import Label
from toguna.core.record import Address, Draft
from toguna.domains.sharing import bodies
from toguna.errors import Refused

GIVEN = {
    "keep_days": 30,
    "purpose": "border watch",
    "handling": "DIFFUSION RESTREINTE",
    "until": START + 90 * DAY,
}


def given(house: Alliance, **label: object) -> Address:
    (address,) = house["ml"].submit([draft(to=("bf",), **label)], "duty")
    house.exchange()
    return address


def requests(house: Alliance) -> list[str]:
    ml = house["ml"]
    page = ml.access.list(ml.access.actor("ml", "duty"), "sharing.request")
    return [doc.decode() for doc in page.docs]


def test_copy_when_nothing_else_is_said_keeps_the_label_it_came_under() -> None:
    house = Alliance()
    address = given(house, onward=("ne",), **GIVEN)
    bf = house["bf"]
    copy = bf.releasing.release(address, Label(to=("ne",)), "duty")
    label = bf.access.show(bf.access.actor("bf", "duty"), copy).envelope.label
    assert (label.keep_days, label.purpose, label.handling) == (
        30, "border watch", "DIFFUSION RESTREINTE",
    )  # fmt: skip
    assert label.onward == ()
    assert START + 30 * DAY <= label.until <= START + 31 * DAY


def test_copy_when_a_wider_label_is_asked_for_is_refused_without_asking_the_owner() -> None:
    house = Alliance()
    address = given(house, onward=("ne",), **GIVEN)
    with pytest.raises(Refused, match="it must end by"):
        house["bf"].releasing.release(address, Label(to=("ne",), until=START + 80 * DAY), "duty")
    house.exchange()
    assert requests(house) == []


def test_owner_when_its_word_is_missing_is_asked_once() -> None:
    house = Alliance()
    address = given(house)
    with pytest.raises(Refused) as first:
        house["bf"].releasing.release(address, Label(to=("ne",)), "duty")
    assert first.value.remedy.startswith("ml has been asked (bf/spine/")
    with pytest.raises(Refused) as second:
        house["bf"].releasing.release(address, Label(to=("ne",)), "duty")
    assert second.value.remedy == "ml has been asked and has not answered yet"
    house.exchange()
    assert len(requests(house)) == 1


def test_owner_when_it_said_no_may_be_asked_again_and_when_it_said_yes_is_not() -> None:
    house = Alliance()
    address, ml, bf = given(house), house["ml"], house["bf"]

    def answer(allowed: bool) -> None:
        body = bodies.Consent(allowed=allowed, onto="ne")
        ml.submit([Draft("sharing.consent/1", body, Label(to=("bf",)), str(address))], "duty")
        house.exchange()

    for _ in range(2):
        with pytest.raises(Refused):
            bf.releasing.release(address, Label(to=("ne",)), "duty")
        answer(False)
    assert len(requests(house)) == 2
    answer(True)
    assert bf.releasing.release(address, Label(to=("ne",)), "duty").party == "bf"
