"""The life of a plan: what is missing is named, what is protected stops it, use is proved."""

from __future__ import annotations

import pytest

from tests.alliance import DAY, START
from tests.operations_house import HOUR, NORTH, Force, square, window
from toguna.core.domain import Drop
from toguna.core.labels import Label
from toguna.core.record import Draft
from toguna.domains.operations import bodies, plans, tables
from toguna.domains.protection.bodies import End, Season
from toguna.errors import BadInput, Conflict, Refused, TogunaError

IN_PLAN = (NORTH + 1_000_000, -19_000_000)


@pytest.fixture
def force():
    return Force(("bf", "ml", "ne"))


def shown(force, party="ml", k=0):
    return force.board(party, "plans")[k]


def start(force, plan, party="ml"):
    return force.say(party, "start", bodies.Start(text="PC à Gao"), ("bf",), plan)


def test_nothing_runs_while_a_legal_check_is_missing_and_it_is_named(force):
    plan = force.plan()
    assert shown(force).missing == [
        "legal_check bf", "legal_check ml", "approval bf", "approval ml",
    ]  # fmt: skip
    force.clear(plan, "ml")
    force.say("bf", "approval", bodies.Approval(approved=True, text="oui"), ("ml",), plan)
    assert (shown(force).state, shown(force).missing) == ("draft", ["legal_check bf"])
    assert "operations.legal_check" in force.waiting("bf")
    with pytest.raises(Refused, match="legal_check bf"):
        start(force, plan)
    force.say("bf", "check", bodies.Check(lawful=True, text="vu"), ("ml",), plan, "legal")
    assert shown(force).state == "approved"
    start(force, plan)
    assert shown(force, "bf").state == "running"


def test_a_no_stands_until_that_party_says_yes(force):
    plan = force.plan()
    force.clear(plan, "bf", "ml")
    force.say("bf", "approval", bodies.Approval(approved=False, text="non"), ("ml",), plan)
    assert (shown(force).state, shown(force).missing) == ("draft", ["approval bf"])


def test_a_closed_operation_without_a_review_is_overdue_after_two_weeks(force):
    plan = force.plan()
    force.clear(plan, "bf", "ml")
    with pytest.raises(Conflict):
        force.say("ml", "close", bodies.Close(text="x"), ("bf",), plan)
    start(force, plan)
    force.say("ml", "close", bodies.Close(text="terminé"), ("bf",), plan)
    assert shown(force).state == "closed"
    force.clock.advance(14 * DAY)
    assert shown(force).state == "review overdue"
    assert "operations.review" in force.waiting("bf")
    force.say("bf", "review", bodies.Review(text="leçons"), ("ml",), plan)
    assert shown(force).state == "reviewed"


def test_a_plan_waits_for_the_consents_that_it_rests_on(force):
    request = force.request(force.unit())
    plan = force.plan(consents=(request,))
    force.clear(plan, "bf", "ml")
    assert shown(force).missing == [f"consent {request}"]
    force.answer(request)
    assert shown(force).state == "approved"


def test_a_plan_that_never_ran_is_over_when_its_time_is(force):
    force.plan()
    force.clock.advance(49 * HOUR)
    assert shown(force).state == "over"
    assert "operations.legal_check" not in force.waiting("bf")


# What is protected -----------------------------------------------------------------------


def test_a_plan_that_touches_a_hospital_is_stopped(force):
    site = force.site(*IN_PLAN)
    plan = force.plan()
    force.clear(plan, "bf", "ml")
    assert shown(force).missing == [f"protected {site}"]
    assert shown(force).touched[0].name == "Hôpital"
    with pytest.raises(Refused, match="protected"):
        start(force, plan)


def test_beside_the_buffer_it_is_not_touched(force):
    force.site(NORTH - 100_000, -19_000_000)
    force.plan()
    assert shown(force).touched == []


def test_it_passes_with_reasons_of_two_persons_of_two_offices_only(force):
    site = force.site(*IN_PLAN)
    plan = force.plan()
    force.clear(plan, "bf", "ml")

    def waive(party, office):
        readers = {"bf", "ml"} - {party}
        force.say(party, "waiver", bodies.Waiver(thing=site, why="évacuée"), readers, plan, office)

    waive("ml", "j3")
    waive("ml", "legal")  # the same key: one hand, whatever office it names
    assert shown(force).state == "draft"
    waive("bf", "j3")  # another hand, the same office as one, another than the other
    assert (shown(force).state, shown(force).waived) == ("approved", [site])
    assert [s["noun"] for s in shown(force, "bf").steps].count("waiver") == 3
    body = bodies.Waiver(thing="ne/spine/999", why="x")
    with pytest.raises(BadInput, match="does not touch"):
        force.say("ml", "waiver", body, ("bf",), plan)


def test_a_site_that_comes_later_opens_an_approved_plan_again(force):
    plan = force.plan()
    force.clear(plan, "bf", "ml")
    start(force, plan)
    assert shown(force).state == "running"
    site = force.site(*IN_PLAN)
    for party in ("bf", "ml"):
        assert shown(force, party).state == "reopened"
        assert "operations.reopened" in force.waiting(party)
    force["ne"].submit(
        [Draft("protection.end/1", End(why="déplacé"), Label(to=("bf", "ml")), site)], "protection"
    )
    force.exchange()
    assert shown(force).state == "running"


def test_each_plan_is_proved_to_have_been_checked_and_nothing_of_it_is_told(force):
    force.site(*IN_PLAN, name="A")
    force.site(NORTH, 0, name="B")
    force.plan(title="Secret Un")
    force.plan(title="Secret Deux", to=(), contributors=("ml",))
    node = force["ne"]
    uses = list(node.looking.board(node.access.actor("ne", "duty"), "protection", "uses", {}))
    ml = next(row for row in uses if row.party == "ml")
    assert (ml.plans, ml.used, ml.version, ml.alarm) == (2, 2, 2, False)
    with node.reading() as tx:
        from toguna.node import tables as t

        raws = b"".join(row[8] for row in tx.scan(t.RECORD))
    assert b"Secret" not in raws
    assert b"Taabo" not in raws


def test_a_plan_of_a_node_that_skips_the_check_shows_as_unchecked(force, monkeypatch):
    force.plan("bf", ("ml",))
    assert shown(force, "ml").checked
    # A node that was changed: it writes its plan down and holds it against nothing.
    monkeypatch.setattr(plans, "Write", lambda _draft, _office: Drop(tables.GUARDS, (0,)))
    force.plan("bf", ("ml",), title="Sans contrôle")
    assert [p.checked for p in force.board("ml", "plans") if p.title == "Sans contrôle"] == [False]
    assert "operations.unchecked" in force.waiting("ml")


# Others and seasons ----------------------------------------------------------------------


def test_two_plans_that_meet_say_where_when_and_whom_to_call(force):
    force.plan("ml", ("bf",), title="Un")
    over = square(-19_000_000, NORTH, 9_000_000, **window(2))
    force.plan("bf", ("ml",), volumes=(over,), title="Deux", desk="PC 1")
    met = next(p for p in force.board("ml", "plans") if p.title == "Un").meets
    assert [(m.title, m.desk, m.until_us) for m in met] == [("Deux", "PC 1", over.until_us)]
    assert met[0].box == [-19_000_000, NORTH, -18_000_000, NORTH + 2_000_000]
    assert force.board("ne", "plans") == []


def test_a_herd_way_in_its_season_is_a_caution_and_out_of_it_is_none(force):
    line = ((-19_500_000, NORTH - 5_000_000), (-19_500_000, NORTH + 5_000_000))
    for months, name in (((11,), "retour"), ((6, 7), "départ")):  # START is in November
        body = Season(category="transhumance", line=line, months=months, name=name, source="x 2023")
        force["ml"].submit([Draft("protection.season/1", body, Label())], "protection")
    force.plan()
    found = shown(force).cautions
    assert [(c.name, c.months) for c in found] == [("retour", [11])]
    assert shown(force).missing[0].startswith("legal_check")


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"contributors": ("ml", "bf")}, "contributors"),
        ({"contributors": ("ml", "xx")}, "contributors"),
        ({"volumes": (square(0, 0, 9, from_us=START - 9, until_us=START - 1),)}, "volumes"),
        ({"volumes": (square(0, 0, 9, floor_m=5, ceiling_m=1),)}, "volumes[0].floor_m"),
        ({"units": ("ml/spine/999",)}, "units[0]"),
        ({"consents": ("ml/spine/999",)}, "consents[0]"),
        ({"to": ("ne",)}, "label.to"),
    ],
)
def test_a_plan_that_is_not_in_order_is_named(force, more, where):
    with pytest.raises(TogunaError) as refused:
        force.plan(**more)
    assert refused.value.where == where
