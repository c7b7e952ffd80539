"""Consent to cross: asked, answered by the host alone, narrower never wider, silence is none."""

from __future__ import annotations

import pytest

from tests.alliance import SECOND, START
from tests.operations_house import HOUR, LINE, NORTH, Force, square, window
from toguna.core.tracking import Fix, judge
from toguna.domains.operations import bodies, consent
from toguna.errors import BadInput, Conflict, Refused, TogunaError


@pytest.fixture
def force():
    return Force(("bf", "ml", "ne"))


@pytest.fixture
def request_(force):
    return force.request(force.unit())


def shown(force, party="ml"):
    return force.board(party, "requests")[0]


def state_at(force, km, *, after_us=0):
    """How a unit stands so many kilometres beyond the border."""
    node = force["ml"]
    with node.reading() as tx:
        (_, border, grant), *_ = consent.grants(node.view(tx))
    now = START + after_us
    fix = Fix(NORTH + round(km * 90_437), -25_000_000, now)
    return judge(border, [grant] if grant else [], fix, now)


def test_silence_is_no_consent_on_both_desks(force, request_):
    for party in ("bf", "ml"):
        assert (shown(force, party).state, shown(force, party).granted) == ("no_consent", None)
    assert force.waiting("bf") == ["operations.consent"]
    assert force.waiting("ml") == ["operations.no_consent"]
    force.clock.advance(5 * HOUR)
    assert shown(force).state == "no_consent"
    assert state_at(force, 3).state == "no_consent"


def test_49_km_51_km_and_12_h_01(force, request_):
    force.answer(request_)
    assert shown(force).state == "granted"
    assert state_at(force, 49).state == "inside"
    deep = state_at(force, 51)
    assert (deep.state, deep.what, round(deep.metres, -2)) == ("outside", "depth", 1_000)
    late = state_at(force, 20, after_us=12 * HOUR + 60 * SECOND)
    assert (late.state, late.what, late.seconds) == ("outside", "window", 60)


def test_limits_make_narrower_and_never_wider(force, request_):
    force.answer(request_, "limits", depth_m=20_000, until_us=START + 6 * HOUR)
    granted = shown(force).granted
    assert (granted.depth_m, granted.until_us) == (20_000, START + 6 * HOUR)
    assert state_at(force, 19).state == "inside"
    assert state_at(force, 21).state == "outside"
    for wider in ({"depth_m": 50_001}, {"until_us": START + 13 * HOUR}, {"from_us": START - 1}):
        with pytest.raises(BadInput, match="more than was asked"):
            force.answer(request_, "limits", **wider)


def test_two_desks_that_disagree_leave_the_narrower_word(force, request_):
    force.answer(request_)
    no = force.answer(request_, "no", why="pas cette nuit")
    assert (shown(force).state, shown(force).disagree, shown(force).granted) == (
        "refused", True, None,
    )  # fmt: skip
    force.say("bf", "revocation", bodies.Revocation(why="erreur"), ("ml",), no)
    assert (shown(force).state, shown(force).disagree) == ("granted", False)
    with pytest.raises(Conflict):
        force.say("bf", "revocation", bodies.Revocation(why="x"), ("ml",), no)


def test_a_consent_is_taken_back_from_the_moment_it_is_heard(force, request_):
    yes = force.answer(request_)
    assert state_at(force, 10).state == "inside"
    force.say("bf", "revocation", bodies.Revocation(why="incident"), ("ml",), yes)
    assert shown(force).state == "revoked"
    assert state_at(force, 10).state == "no_consent"
    assert shown(force).answers[0].revoked_why == "incident"


def test_what_is_taken_back_during_a_cut_holds_until_it_is_heard(force, request_):
    from toguna.core.labels import Label
    from toguna.core.record import Draft

    yes = force.answer(request_)
    taken = Draft("operations.revocation/1", bodies.Revocation(why="x"), Label(to=("ml",)), yes)
    force["bf"].submit([taken], "j3")
    assert (shown(force, "bf").state, shown(force, "ml").state) == ("revoked", "granted")
    force.exchange()
    assert shown(force, "ml").state == "revoked"


def test_the_host_alone_answers(force, request_):
    with pytest.raises(Refused, match="bf answers"):
        force.say("ml", "consent", bodies.Consent(answer="yes"), ("bf",), request_)
    assert shown(force).state == "no_consent"


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"answer": "no"}, "why"),
        ({"answer": "limits"}, "depth_m"),
        ({"answer": "yes", "depth_m": 5}, "answer"),
    ],
)
def test_an_answer_that_is_not_in_order_is_named(force, request_, said, where):
    with pytest.raises(BadInput) as refused:
        force.say("bf", "consent", bodies.Consent(**said), ("ml",), request_)
    assert refused.value.where == where


def test_standing_terms_fill_an_answer_in_and_are_none(force, request_):
    terms = bodies.Terms(depth_m=20_000, hours=6, until_us=START + 90 * HOUR)
    address = force.say("bf", "terms", terms, ("ml",), office="liaison")
    assert shown(force).state == "no_consent"
    limits = {"depth_m": 20_000, "until_us": START + 6 * HOUR, "terms": address}
    force.answer(request_, "limits", **limits)
    assert shown(force).state == "limited"
    other = force.say("ml", "terms", terms, ("bf",), office="liaison")
    with pytest.raises(Refused, match="no standing terms of ours"):
        force.answer(request_, "limits", depth_m=1, terms=other)


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"host": "ml"}, "host"),
        ({"host": "xx"}, "host"),
        ({"volume": square(0, 0, 9)}, "volume.until_us"),
        ({"volume": square(0, 0, 9, from_us=START - 9, until_us=START - 5)}, "until_us"),
        ({"border": (LINE[0], LINE[0])}, "border"),
        ({"units": ("ml/spine/999",)}, "units[0]"),
        ({"volume": square(0, 0, 9, floor_m=9, ceiling_m=1, **window())}, "volume.floor_m"),
    ],
)
def test_a_request_that_is_not_in_order_is_named(force, more, where):
    unit = force.unit()
    with pytest.raises(TogunaError) as refused:
        force.request(unit, **more)
    assert where in refused.value.where


def test_who_was_not_asked_sees_nothing_of_it(force, request_):
    assert force.board("ne", "requests") == force.board("ml", "requests", "ne") == []
