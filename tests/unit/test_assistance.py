"""A call for assistance: everybody sees the same answers, and nothing is assumed of the silent."""

from __future__ import annotations

import pytest

from tests.alliance import DAY, SECOND, Alliance
from toguna.core.labels import Label
from toguna.core.record import Draft
from toguna.domains.assistance import Answer, Call, End
from toguna.errors import BadInput, Conflict, Refused, Unknown

BODY = {"title": "Poste attaqué", "text": "Besoin d'aide", "needs": ("evacuation", "fuel")}


@pytest.fixture
def alliance():
    return Alliance(("bf", "ml", "ne"))


def call(alliance, *to, **more):
    draft = Draft("assistance.call/1", Call(**(BODY | more)), Label(to=to or ("ml", "ne")))
    address = alliance["bf"].submit([draft], "duty")[0]
    alliance.exchange()
    return str(address)


def answer(alliance, party, about, *to, **said):
    others = tuple(sorted({"bf", "ml", "ne"} - {party}))
    draft = Draft("assistance.answer/1", Answer(**said), Label(to=to or others), about)
    alliance[party].submit([draft], "j3")
    alliance.exchange()


def board(node, looker=""):
    actor = node.access.actor(looker or node.party, "duty")
    return list(node.looking.board(actor, "assistance", "calls", {}))


def states(node, looker=""):
    return {m.party: m.state for m in board(node, looker)[0].members}


def waiting(node):
    return [(w.what, w.urgency) for w in node.looking.waiting(None) if "assistance" in w.what]


def test_at_24_hours_all_see_who_is_silent_and_what_the_others_said(alliance):
    about = call(alliance)
    assert waiting(alliance["ml"]) == waiting(alliance["ne"]) == [("assistance.answer", "flash")]
    alliance.clock.advance(90 * SECOND)
    answer(alliance, "ml", about, answer="limited", gives=("evacuation",), text="un hélicoptère")
    for party in ("bf", "ml", "ne"):
        assert states(alliance[party]) == {"ml": "limited", "ne": "waiting"}
    alliance.clock.advance(DAY)
    for party in ("bf", "ml", "ne"):
        assert states(alliance[party]) == {"ml": "limited", "ne": "no_answer"}
    ml = board(alliance["bf"])[0].members[0]
    assert (ml.answer_s, ml.late, ml.gives) == (150, False, ["evacuation"])
    assert waiting(alliance["bf"]) == [("assistance.no_answer", "urgent")]
    assert waiting(alliance["ml"]) == []


def test_a_late_answer_counts_with_its_time_and_the_latest_word_stands(alliance):
    about = call(alliance, answer_within_s=60)
    alliance.clock.advance(61 * SECOND)
    answer(alliance, "ne", about, answer="declined", text="pas de moyens")
    alliance.clock.advance(SECOND)
    answer(alliance, "ne", about, answer="full")
    ne = board(alliance["ml"])[0].members[1]
    assert (ne.state, ne.late, ne.answer_s) == ("full", True, 121)


def test_a_call_that_ended_waits_for_nobody(alliance):
    about = call(alliance)
    end = Draft("assistance.end/1", End(outcome="over", why="secours venus"),
                Label(to=("ml", "ne")), about)  # fmt: skip
    alliance["bf"].submit([end], "j3")
    alliance.exchange()
    shown = board(alliance["ne"])[0]
    assert (shown.state, shown.why) == ("over", "secours venus")
    assert {m.state for m in shown.members} == {"not_needed"}
    assert waiting(alliance["ml"]) == []
    with pytest.raises(Conflict):
        alliance["bf"].submit([end], "j3")


def test_who_was_not_called_sees_nothing_of_it(alliance):
    call(alliance, "ml")
    assert board(alliance["ne"]) == board(alliance["bf"], "ne") == []
    assert waiting(alliance["ne"]) == []


@pytest.mark.parametrize(
    ("party", "said", "to", "error", "where"),
    [
        ("ml", {"answer": "limited"}, (), BadInput, "gives"),
        ("ml", {"answer": "declined"}, (), BadInput, "text"),
        ("ml", {"answer": "declined", "text": "x", "gives": ("fuel",)}, (), BadInput, "gives"),
        ("ml", {"answer": "full"}, ("bf",), BadInput, "label.to"),
        ("bf", {"answer": "full"}, (), Refused, "about"),
    ],
)
def test_an_answer_that_is_not_in_order_is_named(alliance, party, said, to, error, where):
    about = call(alliance)
    with pytest.raises(error) as refused:
        answer(alliance, party, about, *to, **said)
    assert refused.value.where == where


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"lat_e7": 1}, "lat_e7"),
        ({"until_us": 1}, "until_us"),
        ({"needs": ("fuel", "fuel")}, "needs"),
    ],
)
def test_a_call_that_is_not_in_order_is_named(alliance, more, where):
    with pytest.raises(BadInput) as refused:
        call(alliance, **more)
    assert refused.value.where == where


def test_an_answer_or_an_end_to_what_is_no_call_of_ours_is_refused(alliance):
    about = call(alliance)
    with pytest.raises(Unknown):
        answer(alliance, "ml", "bf/spine/999", answer="full")
    end = Draft("assistance.end/1", End(outcome="over", why="x"), Label(to=("bf",)), about)
    with pytest.raises(Refused):
        alliance["ml"].submit([end], "j3")
