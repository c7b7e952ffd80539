"""The story that ships: whole, sourced, bounded by the rules, and naming nobody."""

from __future__ import annotations

import msgspec
import pytest

from tests.unit.sharing_house import House
from toguna.core.labels import Actor, Use, decide
from toguna.core.record import Draft
from toguna.domains.sharing import release, rules
from toguna.surfaces.scenario import PARTIES, Item, Scenario, scenario

STORY = scenario()


def test_story_when_read_has_every_turn() -> None:
    assert 20 <= len(STORY.items) <= 30
    assert all(STORY.of(party) for party in PARTIES)
    assert any(item.recall for item in STORY.released())
    assert any(item.correction for item in STORY.released())
    assert any(item.pass_on for item in STORY.released())
    assert any(not item.label.to for item in STORY.items)
    assert any(item.label.precision_m == 10_000 and not item.label.onward for item in STORY.items)
    assert any(item.body.where_precision == "region" for item in STORY.items)


@pytest.mark.parametrize("item", STORY.items, ids=lambda item: item.name)
def test_item_when_recorded_and_released_keeps_the_rules(item: Item) -> None:
    house = House()
    label = msgspec.structs.replace(item.label, to=())
    rules.check_report(Draft(item.kind, item.body, label), house[item.party])
    released = release.release_report(item.body, item.label)
    rules.check_report(Draft(item.kind, released, item.label), house[item.party])
    assert item.body.title_en
    assert item.body.text_en


@pytest.mark.parametrize("item", STORY.items, ids=lambda item: item.name)
def test_item_when_invented_says_so_and_else_names_its_source(item: Item) -> None:
    marked = item.body.title.startswith("EXERCICE") and "Exercice" in item.body.text
    marked_en = (item.body.title_en or "").startswith("EXERCISE")
    assert (marked, marked_en) == (item.exercise, item.exercise)
    assert item.sources


def test_item_when_passed_on_goes_where_its_owner_allows() -> None:
    for item in STORY.items:
        if item.pass_on:
            actor = Actor(item.pass_on.by, "duty")
            assert decide(actor, item.party, item.label, Use.PASS_ON, 0, onto=item.pass_on.to)


def test_turns_when_taken_by_the_rules_end_as_told() -> None:
    house = House()
    for item in STORY.released():
        desk = house[item.party]
        body = release.release_report(item.body, item.label)
        about = desk.write(Draft(item.kind, body, item.label))
        if item.correction:
            after = release.release_correction(item.correction, item.label)
            desk.write(Draft("sharing.correction/1", after, item.label, str(about)))
    assert isinstance(STORY, Scenario)
    assert STORY.item("ansongo-9-morts").correction
