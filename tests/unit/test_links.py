"""Links between reports (B5): one event, both figures, nothing merged, dissent kept."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.alliance import DAY, SECOND, START, Alliance, report
from toguna.core.labels import Label
from toguna.core.record import Address, Draft
from toguna.domains.sharing import Link, Unlink
from toguna.domains.sharing.bodies import Correction
from toguna.errors import BadInput, Conflict, Refused, Unknown

WHY = "même heure, même village"


@pytest.fixture
def alliance() -> Alliance:
    return Alliance(("bf", "ml", "ne"))


def share(alliance: Alliance, party: str, *to: str, dead: int | None = None, **more: Any) -> str:
    body = report(f"Attaque, selon {party}", category="attack", source=None, **more)
    body = msgspec.structs.replace(body, deaths_best=dead)
    (address,) = alliance[party].submit([Draft("sharing.report/1", body, Label(to=to))], "duty")
    return str(address)


def link(alliance: Alliance, party: str, claims: tuple[str, ...], *to: str, **more: Any) -> str:
    body = Link(claims=claims, why=WHY, **more)
    (address,) = alliance[party].submit([Draft("sharing.link/1", body, Label(to=to))], "analyst")
    return str(address)


def unlink(alliance: Alliance, party: str, about: str, *to: str) -> None:
    draft = Draft("sharing.unlink/1", Unlink(why="deux villages"), Label(to=to), about)
    alliance[party].submit([draft], "analyst")


def board(alliance: Alliance, party: str, name: str = "incidents", view: str = "", **query: str):
    node = alliance[party]
    actor = node.access.actor(view or party, "analyst")
    return node.looking.board(actor, "sharing", name, query)


@pytest.fixture
def two(alliance: Alliance) -> tuple[str, str]:
    """ml says 9 dead, bf says 14; all three hold both."""
    nine = share(alliance, "ml", "bf", "ne", dead=9)
    fourteen = share(alliance, "bf", "ml", "ne", dead=14, grade="C")
    alliance.exchange()
    return nine, fourteen


# --- one event, both figures ----------------------------------------------------------------


def test_link_when_two_count_the_dead_differently_makes_one_event_with_a_range(
    alliance: Alliance, two: tuple[str, str]
) -> None:
    assert [i.claims for i in board(alliance, "ne")] == [1, 1]
    link(alliance, "ml", two, "bf", "ne", confidence="presque certain")
    alliance.exchange()
    for party in ("ml", "bf", "ne"):
        (event,) = board(alliance, party)
        assert (event.deaths_low, event.deaths_high) == (9, 14)
        figures = {(c.party, c.deaths_best, c.grade) for c in event.members}
        assert figures == {("ml", 9, "B"), ("bf", 14, "C")}
        assert [(said.party, said.why) for said in event.links] == [("ml", WHY)]
        assert not event.disputed
        total = board(alliance, party, "statistics")[0]
        assert (total.party, total.events, total.claims) == (None, 1, 2)
        assert (total.deaths_low, total.deaths_high) == (9, 14)


def test_statistics_when_counted_by_party_keep_each_ones_own_figure(
    alliance: Alliance, two: tuple[str, str]
) -> None:
    link(alliance, "bf", two, "ml", "ne")
    share(alliance, "ml", "bf", "ne", dead=None)
    alliance.exchange()
    lines = {t.party: t for t in board(alliance, "ne", "statistics")}
    assert {t.month for t in lines.values()} == {"2023-11"}
    assert (lines[None].events, lines[None].without_figure) == (2, 1)
    assert (lines["ml"].events, lines["ml"].deaths_low, lines["ml"].deaths_high) == (2, 9, 9)
    assert (lines["bf"].events, lines["bf"].deaths_low, lines["bf"].deaths_high) == (1, 14, 14)


def test_unlink_when_its_author_takes_it_back_restores_both(
    alliance: Alliance, two: tuple[str, str]
) -> None:
    said = link(alliance, "ml", two, "bf", "ne")
    alliance.exchange()
    unlink(alliance, "ml", said, "bf", "ne")
    alliance.exchange()
    for party in ("ml", "bf", "ne"):
        events = board(alliance, party)
        assert sorted(e.deaths_low for e in events) == [9, 14]
        assert all(e.claims == 1 and not e.links for e in events)
        assert board(alliance, party, "statistics")[0].events == 2
    with pytest.raises(Conflict, match="taken back"):
        unlink(alliance, "ml", said, "bf", "ne")


def test_reports_when_linked_stay_as_they_were(alliance: Alliance, two: tuple[str, str]) -> None:
    node = alliance["ne"]
    actor = node.access.actor("ne", "duty")
    before = {a: node.access.show(actor, Address.parse(a), read=False).raw for a in two}
    listed = node.access.list(actor, "sharing.report").docs
    link(alliance, "ml", two, "bf", "ne")
    alliance.exchange()
    assert {a: node.access.show(actor, Address.parse(a), read=False).raw for a in two} == before
    assert node.access.list(actor, "sharing.report").docs == listed


def test_dissent_when_another_says_not_the_same_is_shown_and_undoes_nothing(
    alliance: Alliance, two: tuple[str, str]
) -> None:
    link(alliance, "ml", two, "bf", "ne")
    alliance.exchange()
    link(alliance, "bf", two, "ml", "ne", same=False)
    alliance.exchange()
    (event,) = board(alliance, "ne")
    assert event.disputed
    assert {(said.party, said.same) for said in event.links} == {("ml", True), ("bf", False)}
    assert board(alliance, "ne", "statistics")[0].disputed == 1
    assert len(board(alliance, "ne", by="bf")) == 2
    (believed,) = board(alliance, "ne", by="ml,ne")
    assert not believed.disputed


def test_links_when_they_meet_in_one_report_make_one_event_of_three(alliance: Alliance) -> None:
    a = share(alliance, "ml", "bf", "ne", dead=9)
    b = share(alliance, "bf", "ml", "ne", dead=14)
    c = share(alliance, "ne", "ml", "bf", dead=11)
    share(alliance, "ne", "ml", "bf", dead=2)
    alliance.exchange()
    link(alliance, "ml", (a, b), "bf", "ne")
    link(alliance, "ne", (b, c), "bf", "ml")
    alliance.exchange()
    first, second = sorted(board(alliance, "bf"), key=lambda e: -e.claims)
    assert (first.claims, first.deaths_low, first.deaths_high, len(first.links)) == (3, 9, 14, 2)
    assert (second.claims, second.deaths_low) == (1, 2)
    assert [e.claims for e in board(alliance, "bf", linked="yes")] == [3]


# --- who may say it, to whom ----------------------------------------------------------------


def test_link_when_a_reader_does_not_hold_both_is_refused_and_says_which(
    alliance: Alliance,
) -> None:
    a = share(alliance, "ml", "bf", "ne")
    b = share(alliance, "bf", "ml")
    alliance.exchange()
    with pytest.raises(Refused, match=f"ne does not hold {b}"):
        link(alliance, "ml", (a, b), "bf", "ne")
    onward = Label(to=("bf",), onward=("ne",))
    draft = Draft("sharing.link/1", Link(claims=(a, b), why=WHY), onward)
    with pytest.raises(Refused, match=f"ne does not hold {b}"):
        alliance["ml"].submit([draft], "analyst")
    link(alliance, "ml", (a, b), "bf")
    alliance.exchange()
    assert [e.claims for e in board(alliance, "bf")] == [2]
    assert [e.claims for e in board(alliance, "ne")] == [1]
    assert [e.claims for e in board(alliance, "ml", view="ne")] == [1]


def test_link_when_it_names_what_the_author_does_not_hold_is_refused(alliance: Alliance) -> None:
    a = share(alliance, "ml", "bf", "ne")
    hidden = share(alliance, "bf", "ml")
    alliance.exchange()
    with pytest.raises(Unknown, match="no report"):
        link(alliance, "ne", (a, hidden), "ml")
    with pytest.raises(Refused, match="home journal"):
        link(alliance, "ml", (a, "ml/home/0"), "bf")


def test_link_when_a_reader_got_a_copy_holds_it(alliance: Alliance) -> None:
    a = share(alliance, "ml", "bf")
    b = share(alliance, "bf", "ml", "ne")
    alliance.exchange()
    alliance["ml"].releasing.release(Address.parse(a), Label(to=("ne",)), "liaison")
    alliance.exchange()
    link(alliance, "ml", (a, b), "bf", "ne")
    alliance.exchange()
    (event,) = board(alliance, "ne")
    assert {c.origin or c.address for c in event.members} == {a, b}


@pytest.mark.parametrize("same", [True, False])
def test_link_when_it_makes_no_sense_is_refused(
    alliance: Alliance, two: tuple[str, str], same: bool
) -> None:
    third = share(alliance, "ml", "bf", "ne")
    alliance.exchange()
    with pytest.raises(BadInput, match="twice"):
        link(alliance, "ml", (two[0], two[0]), same=same)
    if not same:
        with pytest.raises(BadInput, match="which of them"):
            link(alliance, "ml", (*two, third), same=same)
    said = link(alliance, "ml", two, "bf", same=same)
    with pytest.raises(BadInput, match="no report"):
        link(alliance, "ml", (said, two[0]), same=same)
    with pytest.raises(Conflict, match="said so already"):
        link(alliance, "ml", two[::-1], "bf", same=same)


def test_unlink_when_another_tries_is_refused(alliance: Alliance, two: tuple[str, str]) -> None:
    said = link(alliance, "ml", two, "bf", "ne")
    alliance.exchange()
    with pytest.raises(Refused, match="ml's word"):
        unlink(alliance, "bf", said, "ml", "ne")
    with pytest.raises(BadInput, match="ne would hold the link"):
        unlink(alliance, "ml", said, "bf")
    with pytest.raises(Unknown, match="no link"):
        unlink(alliance, "ml", two[0], "bf", "ne")


def test_link_at_home_when_an_analyst_thinks_aloud_reaches_nobody(
    alliance: Alliance, two: tuple[str, str]
) -> None:
    said = link(alliance, "ne", two)
    assert said.startswith("ne/home/")
    alliance.exchange()
    assert [e.claims for e in board(alliance, "ne")] == [2]
    assert [e.claims for e in board(alliance, "ne", view="bf")] == [1, 1]
    assert [e.claims for e in board(alliance, "bf")] == [1, 1]
    unlink(alliance, "ne", said)
    assert [e.claims for e in board(alliance, "ne")] == [1, 1]


# --- what counts once -----------------------------------------------------------------------


def released(alliance: Alliance, *tos: tuple[str, ...]) -> tuple[str, list[str]]:
    node = alliance["ml"]
    body = report("Attaque", category="attack", deaths_best=9)
    (home,) = node.submit([Draft("sharing.report/1", body, Label())], "duty")
    label = Label(source_shield=True)
    out = [
        node.releasing.release(home, msgspec.structs.replace(label, to=to), "duty") for to in tos
    ]
    return str(home), [str(a) for a in out]


def test_report_when_released_twice_counts_once_at_its_owner(alliance: Alliance) -> None:
    _home, (first, second) = released(alliance, ("bf",), ("ne",))
    theirs = share(alliance, "bf", "ml", "ne", dead=14)
    alliance.exchange()
    assert sorted(e.claims for e in board(alliance, "ml")) == [1, 1]
    (mine,) = [e for e in board(alliance, "ml") if e.parties == ["ml"]]
    assert mine.id == first
    link(alliance, "bf", (first, theirs), "ml")
    link(alliance, "ne", (second, theirs), "ml")
    alliance.exchange()
    (event,) = board(alliance, "ml")
    assert (event.claims, len(event.links)) == (2, 2)


def test_claim_when_corrected_changes_the_range_and_when_recalled_leaves_it(
    alliance: Alliance, two: tuple[str, str]
) -> None:
    link(alliance, "ml", two, "bf", "ne")
    alliance.exchange()
    better = report("Attaque", category="attack", source=None, deaths_best=11)
    label = Label(to=("bf", "ne"))
    draft = Draft("sharing.correction/1", Correction(report=better, why="x"), label, two[0])
    alliance["ml"].submit([draft], "duty")
    alliance.exchange()
    (event,) = board(alliance, "ne")
    assert (event.deaths_low, event.deaths_high) == (11, 14)
    alliance["bf"].releasing.recall(Address.parse(two[1]), "faux", "duty")
    alliance.exchange()
    (event,) = board(alliance, "ne")
    assert (event.claims, event.deaths_low, event.deaths_high) == (1, 11, 11)


def test_board_when_the_window_cuts_an_event_shows_the_whole_of_it(alliance: Alliance) -> None:
    old, new = START - 40 * DAY, START - DAY
    a = share(alliance, "ml", "bf", dead=1, from_us=old, to_us=old)
    b = share(alliance, "bf", "ml", dead=3, from_us=new, to_us=new)
    alliance.exchange()
    assert [e.deaths_low for e in board(alliance, "ml")] == [3]
    link(alliance, "ml", (a, b), "bf")
    alliance.exchange()
    (event,) = board(alliance, "bf")
    assert (event.claims, event.from_us, event.to_us) == (2, old, new)
    assert board(alliance, "bf", from_us=str(START)) == []


def test_figure_when_only_bounds_are_given_is_not_called_unreported(alliance: Alliance) -> None:
    share(alliance, "ml", "bf", deaths_low=3, deaths_high=8)
    alliance.exchange()
    (event,) = board(alliance, "bf")
    assert (event.deaths_low, event.deaths_high, event.without_figure) == (3, 8, 0)


def test_board_when_asked_badly_says_what_it_takes(alliance: Alliance) -> None:
    for query in ({"from_us": "x"}, {"limit": "0"}, {"linked": "1"}, {"form_us": "1"}):
        with pytest.raises(BadInput):
            board(alliance, "ml", **query)


def test_links_when_projections_are_rebuilt_are_the_same(
    alliance: Alliance, two: tuple[str, str]
) -> None:
    said = link(alliance, "ml", two, "bf", "ne")
    link(alliance, "bf", two, "ml", "ne", same=False)
    alliance.exchange()
    unlink(alliance, "ml", said, "bf", "ne")
    alliance.exchange()
    node = alliance["ne"]
    before = board(alliance, "ne")
    with node.writing() as tx:
        node.projector.rebuild(tx, node.view(tx))
    assert board(alliance, "ne") == before
    alliance.clock.advance(SECOND)
    docs = node.access.list(node.access.actor("ne", "duty"), "sharing.link").docs
    states = {d["party"]: d["state"] for d in map(msgspec.json.decode, docs)}
    assert states == {"ml": "undone", "bf": "standing"}
