"""From alert to response (B6): answers, clocks, escalation, medians; nothing for the silent."""

from __future__ import annotations

import msgspec
import pytest

from tests.alliance import DAY, SECOND
from tests.unit.alerting import MINUTE, TITLE, Desks, alert
from toguna.core.geo import coarsen
from toguna.core.labels import Label
from toguna.core.record import Draft
from toguna.domains.alerts import Escalation, Ring
from toguna.errors import BadInput, Conflict, Refused, Unknown
from toguna.node import tables as t


@pytest.fixture
def desks() -> Desks:
    return Desks()


# --- the row itself -------------------------------------------------------------------------


def test_alert_when_ne_does_nothing_rings_at_five_minutes_and_escalates_at_fifteen(
    desks: Desks,
) -> None:
    """To three duty desks: bf, ne, and the sender's own."""
    about = desks.give("ml", "bf", "ne", also_ours=True)
    assert desks.waiting("ne") == [("alerts.acknowledge", "ml")]
    assert desks.waiting("ne", "liaison") == []
    desks.wait(40 * SECOND)
    desks.answer("bf", about, "acknowledged", "ml", "ne")
    desks.answer("ml", about, "acting", "bf", "ne", why="reconnaissance envoyée")
    desks.wait(80 * SECOND)
    desks.answer("bf", about, "acting", "ml", "ne", why="patrouille en route")
    assert desks.states("ml", about) == {"bf": "acting", "ml": "acting", "ne": "waiting"}
    desks.wait(3 * MINUTE - SECOND)
    assert desks.standing("ml", about).addressees[2].rung_us is None
    desks.wait(SECOND)
    given = desks.standing("ml", about).at
    silent = desks.standing("ml", about).addressees[2]
    assert (silent.party, silent.state) == ("ne", "no_answer")
    assert silent.rung_us == given + 5 * MINUTE
    assert silent.escalated_us is None
    assert ("alerts.no_answer", "ne") in desks.waiting("ml")
    assert desks.waiting("ne", "liaison") == []
    desks.wait(10 * MINUTE)
    silent = desks.standing("ml", about).addressees[2]
    assert silent.escalated_us == given + 15 * MINUTE
    assert silent.state == "no_answer"
    assert desks.waiting("ne", "liaison") == [("alerts.acknowledge", "ml")]
    assert desks.waiting("ml", "liaison") == [("alerts.no_answer", "ne")]
    lines = desks.response("ml")
    assert (lines["bf"].median_answer_s, lines["bf"].median_action_s) == (40, 120)
    assert (lines["ml"].median_answer_s, lines["ml"].median_action_s) == (40, 40)
    ne = lines["ne"]
    assert (ne.addressed, ne.no_answer, ne.rings, ne.escalations) == (1, 1, 1, 1)
    assert (ne.median_answer_s, ne.median_action_s) == (None, None)


def test_rings_when_time_goes_on_or_the_node_restarts_are_written_once(desks: Desks) -> None:
    about = desks.give("ml", "bf", "ne")
    desks.answer("bf", about, "acknowledged", "ml")
    for _ in range(5):
        desks.wait(4 * MINUTE)
    again = desks.alliance.open("ne", desks["ne"].parts.engine)
    desks.alliance.nodes["ne"] = again
    with again.writing() as tx:
        again.projector.rebuild(tx, again.view(tx))
    assert again.authoring.keep_time() == 0
    desks.wait(MINUTE)
    kinds = [row[1] for row in rows(again, "ne/spine")]
    assert kinds == ["alerts.ring/1", "alerts.escalation/1"]
    assert [row[1] for row in rows(desks["bf"], "bf/spine")] == ["alerts.answer/1"]


def rows(node, log: str) -> list[tuple]:
    with node.reading() as tx:
        no = node.ledger.log_numbers[log]
        return list(node.ledger.rows_between(tx, no, 0, 1 << t.INDEX_BITS))


def test_alert_when_the_addressee_was_cut_off_is_late_at_once_when_it_comes(desks: Desks) -> None:
    draft = Draft("alerts.alert/1", alert(), Label(to=("bf", "ne")))
    (address,) = desks["ml"].submit([draft], "duty", flash=True)
    desks.clock.advance(20 * MINUTE)
    assert desks.states("ml", str(address))["ne"] == "no_answer"
    desks.pass_on()
    desks.wait(SECOND)
    silent = {a.party: a for a in desks.standing("ml", str(address)).addressees}["ne"]
    assert silent.rung_us == silent.escalated_us == desks.clock.now_us
    desks.answer("ne", str(address), "acting", "ml", why="ligne coupée")
    (line,) = [r for r in desks.board("ml", "response") if r.party == "ne"]
    assert (line.acting, line.late, line.median_answer_s) == (1, 1, 20 * 60 + 1)


# --- answers --------------------------------------------------------------------------------


def test_answer_when_declined_gives_its_reason_and_stops_the_clock(desks: Desks) -> None:
    about = desks.give("ml", "bf", "ne")
    with pytest.raises(BadInput, match="reason"):
        desks.answer("bf", about, "declined", "ml")
    desks.answer("bf", about, "declined", "ml", why="hors de portée")
    desks.wait(20 * MINUTE)
    bf = desks.standing("ml", about).addressees[0]
    assert (bf.state, bf.why, bf.rung_us, bf.late) == ("declined", "hors de portée", None, False)
    assert desks.waiting("bf") == []


def test_answer_when_acknowledged_leaves_the_action_open_as_routine(desks: Desks) -> None:
    about = desks.give("ml", "bf")
    desks.answer("bf", about, "acknowledged", "ml", office="analyst")
    (left,) = desks["bf"].looking.waiting(frozenset({"duty"}))
    assert (left.what, left.urgency, left.about) == ("alerts.act", "routine", about)
    with pytest.raises(Conflict, match="answered already"):
        desks.answer("bf", about, "acknowledged", "ml")
    desks.answer("bf", about, "acting", "ml")
    assert desks.waiting("bf") == []
    desks.answer("bf", about, "declined", "ml", why="rappelés")
    assert desks.states("ml", about) == {"bf": "declined"}


def test_answer_when_it_comes_from_who_was_not_asked_is_refused(desks: Desks) -> None:
    about = desks.give("ml", "bf")
    with pytest.raises(Unknown, match="no alert"):
        desks.answer("ne", about, "acknowledged", "ml")
    with pytest.raises(Refused, match="not addressed to us"):
        desks.answer("ml", about, "acknowledged", "bf")
    with pytest.raises(Refused, match="ne did not get the alert"):
        desks.answer("bf", about, "acknowledged", "ml", "ne")
    with pytest.raises(BadInput, match="ml gave the alert"):
        desks.answer("bf", about, "acknowledged")


def test_answer_when_forged_by_who_was_not_asked_counts_for_nothing(desks: Desks) -> None:
    """A dishonest node gets past its own rules, and not past ours."""
    about = desks.give("ml", "bf")
    ne = desks["ne"]
    kind = ne.catalogue.kinds["alerts.answer/1"]
    forged = Draft(kind.name, kind.body(answer="acting"), Label(to=("ml",)), about)
    ne.catalogue = _without_rules(ne.catalogue)
    ne.submit([forged], "duty")
    desks.pass_on()
    assert desks.states("ml", about) == {"bf": "waiting"}
    assert set(desks.response("ml")) == {"bf"}


def _without_rules(catalogue):
    import copy
    import dataclasses

    loose = copy.copy(catalogue)
    free = {"check": lambda _draft, _view: None}
    loose.kinds = {k: dataclasses.replace(v, **free) for k, v in catalogue.kinds.items()}
    return loose


def test_answers_when_they_went_to_the_sender_alone_are_not_called_silence_elsewhere(
    desks: Desks,
) -> None:
    about = desks.give("ml", "bf", "ne")
    desks.answer("bf", about, "acting", "ml")
    desks.wait(6 * MINUTE)
    assert desks.states("ne", about) == {"bf": "not_told", "ne": "no_answer"}
    assert desks.states("ml", about, view="ne") == {"bf": "not_told", "ne": "no_answer"}
    line = desks.response("ne")["bf"]
    assert (line.not_told, line.no_answer, line.median_answer_s) == (1, 0, None)
    assert desks.states("ml", about)["bf"] == "acting"


# --- ends -----------------------------------------------------------------------------------


def test_end_when_the_sender_calls_it_off_stops_every_clock(desks: Desks) -> None:
    about = desks.give("ml", "bf", "ne")
    desks.answer("bf", about, "acknowledged", "ml")
    with pytest.raises(Refused, match="ml's alert"):
        desks.end("bf", about, "ml", "ne")
    with pytest.raises(BadInput, match="ne got the alert"):
        desks.end("ml", about, "bf")
    desks.end("ml", about, "bf", "ne", outcome="cancelled")
    with pytest.raises(Conflict, match="ended already"):
        desks.end("ml", about, "bf", "ne")
    desks.wait(20 * MINUTE)
    assert desks.waiting("ne") == desks.waiting("bf") == desks.waiting("ml") == []
    stands = desks.standing("ne", about)
    assert (stands.state, stands.end["outcome"]) == ("ended", "cancelled")
    assert desks.states("ml", about) == {"bf": "acknowledged", "ne": "not_needed"}
    assert desks.response("ml")["ne"].not_needed == 1
    desks.answer("ne", about, "acknowledged", "ml")
    assert desks.response("ml")["ne"].late == 1


def test_alert_when_its_time_is_over_rings_nobody(desks: Desks) -> None:
    until = desks.clock.now_us + 3 * MINUTE
    about = desks.give("ml", "bf", until_us=until)
    forever = desks.give("ml", "bf", ack_within_s=604_800, escalate_after_s=604_800)
    desks.wait(20 * MINUTE)
    assert desks.waiting("bf") == [("alerts.acknowledge", "ml")]
    assert (desks.standing("bf", about).state, rows(desks["bf"], "bf/spine")) == ("over", [])
    desks.wait(3 * DAY)
    assert desks.standing("bf", forever).state == "over"


def test_end_when_it_overtakes_its_alert_still_ends_it(desks: Desks) -> None:
    about = desks.give("ml", "bf")
    desks.end("ml", about, "bf")
    node = desks["bf"]
    with node.writing() as tx:
        for table in node.projector.tables():
            tx.clear(table)
        no = node.ledger.log_numbers["ml/spine"]
        stored = list(node.ledger.rows_between(tx, no, 0, 1 << t.INDEX_BITS))
        for row in reversed(stored):
            node.projector.fold(tx, node.ledger.held(row), node.view(tx))
    assert desks.standing("bf", about).state == "ended"


# --- what may be written ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"ack_within_s": 900, "escalate_after_s": 300}, "before the desk rings"),
        ({"until_us": 1}, "over already"),
        ({"lat_e7": 1}, "half a place"),
        ({"radius_m": 5}, "around no point"),
        ({"for_offices": ("duty", "duty")}, "twice"),
    ],
)
def test_alert_when_it_makes_no_sense_is_refused(desks: Desks, changes, told: str) -> None:
    with pytest.raises(BadInput, match=told):
        desks.give("ml", "bf", **changes)


def test_alert_when_it_is_for_nobody_is_refused_and_for_ourselves_stays_home(desks: Desks) -> None:
    with pytest.raises(BadInput, match="nobody"):
        desks.give("ml")
    about = desks.give("ml", also_ours=True)
    assert about.startswith("ml/home/")
    assert desks.waiting("ml") == [("alerts.acknowledge", "ml")]
    desks.wait(16 * MINUTE)
    assert [row[1] for row in rows(desks["ml"], "ml/home")][1:] == [
        "alerts.ring/1",
        "alerts.escalation/1",
    ]
    assert desks.board("bf", "alerts") == []


def test_alert_when_its_place_is_finer_than_the_label_is_refused(desks: Desks) -> None:
    place = {"lat_e7": 149_600_000, "lon_e7": 6_800_000}
    draft = Draft("alerts.alert/1", alert(**place), Label(to=("bf",), precision_m=10_000))
    with pytest.raises(Refused, match="finer"):
        desks["ml"].submit([draft], "duty")
    lat, lon, radius = coarsen(place["lat_e7"], place["lon_e7"], 10_000)
    coarse = alert(lat_e7=lat, lon_e7=lon, radius_m=radius)
    desks["ml"].submit([draft._replace(body=coarse)], "duty")


def test_ring_when_somebody_writes_it_by_hand_keeps_to_the_clock(desks: Desks) -> None:
    about = desks.give("ml", "bf")
    ring = Draft("alerts.ring/1", Ring(after_s=1), Label(to=("ml",)), about)
    with pytest.raises(Refused, match="not due"):
        desks["bf"].submit([ring], "duty")
    with pytest.raises(Refused, match="may not write"):
        desks["bf"].submit([ring], "analyst")
    desks.clock.advance(6 * MINUTE)
    desks["bf"].submit([ring], "duty")
    with pytest.raises(Conflict, match="stands already"):
        desks["bf"].submit([ring], "duty")
    up = Draft("alerts.escalation/1", Escalation(after_s=1, office="liaison"), Label(to=("ne",)),
               about)  # fmt: skip
    desks.clock.advance(10 * MINUTE)
    with pytest.raises(Refused, match="ne did not get"):
        desks["bf"].submit([up], "duty")


def test_waiting_when_a_flash_waits_stands_first(desks: Desks) -> None:
    desks.give("ml", "bf", level="routine")
    desks.give("ne", "bf", level="flash", title="Crue")
    found = desks["bf"].looking.waiting(None)
    assert [(w.urgency, w.title) for w in found] == [("flash", "Crue"), ("routine", TITLE)]


def test_response_when_asked_for_a_window_counts_that_alone(desks: Desks) -> None:
    desks.give("ml", "bf")
    desks.wait(40 * DAY)
    newer = desks.give("ne", "bf")
    desks.answer("bf", newer, "acting", "ne")
    assert desks.response("bf")["bf"].addressed == 1
    whole = desks.response("bf", from_us="0")["bf"]
    assert (whole.addressed, whole.no_answer, whole.acting) == (2, 1, 1)
    assert desks.response("bf", from_us="0", sender="ml")["bf"].acting == 0
    with pytest.raises(BadInput, match="out of bounds"):
        desks.response("bf", from_us="99999999999999999")


def test_lists_when_read_hold_the_alert_and_its_answers_apart(desks: Desks) -> None:
    about = desks.give("ml", "bf", "ne")
    desks.answer("bf", about, "acting", "ml")
    ml = desks["ml"]
    for view, answers in (("ml", 1), ("bf", 1), ("ne", 0)):
        actor = ml.access.actor(view, "duty")
        (doc,) = map(msgspec.json.decode, ml.access.list(actor, "alerts.alert").docs)
        assert (doc["to"], doc["state"]) == (["bf", "ne"], "open")
        assert len(ml.access.list(actor, "alerts.answer").docs) == answers
