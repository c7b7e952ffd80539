"""Who may write what about which alert: each rule refuses a draft before it is a record."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from toguna.core.domain import View
from toguna.core.geo import coarsen
from toguna.core.record import Draft
from toguna.core.table import Where
from toguna.domains.alerts import bodies, tables
from toguna.domains.alerts.folds import ENDED, doc_of, in_order, rows_of
from toguna.errors import BadInput, Conflict, Refused, Unknown


def check_alert(draft: Draft, view: View) -> None:
    """To somebody, with clocks in order, an end ahead, and a place no finer than its label."""
    alert = draft.body
    if not isinstance(alert, bodies.Alert):
        raise BadInput("the body is no alert", where=draft.kind)
    if not draft.label.to and not alert.also_ours:
        raise BadInput("it alerts nobody", remedy="name the addressees", where="label.to")
    if alert.escalate_after_s < alert.ack_within_s:
        raise BadInput(
            f"it would escalate after {alert.escalate_after_s} s, before the desk rings again",
            remedy=f"at least {alert.ack_within_s}",
            where="escalate_after_s",
        )
    if alert.until_us is not None and alert.until_us <= view.now_us:
        raise BadInput("it would be over already", where="until_us")
    if len(set(alert.for_offices)) != len(alert.for_offices):
        raise BadInput("an office is named twice", where="for_offices")
    _check_place(draft, alert)


def _check_place(draft: Draft, alert: bodies.Alert) -> None:
    if (alert.lat_e7 is None) != (alert.lon_e7 is None):
        raise BadInput("half a place", remedy="give both lat_e7 and lon_e7", where="lat_e7")
    if alert.lat_e7 is None or alert.lon_e7 is None:
        if alert.radius_m is not None:
            raise BadInput("a radius around no point", remedy="leave it out", where="radius_m")
        return
    size_m = draft.label.precision_m
    if size_m is None:
        return
    lat, lon, radius = coarsen(alert.lat_e7, alert.lon_e7, size_m)
    if (lat, lon) != (alert.lat_e7, alert.lon_e7) or (alert.radius_m or 0) < radius:
        raise Refused(
            "the place is finer than the label allows",
            remedy=f"give lat_e7 {lat}, lon_e7 {lon} and a radius_m of at least {radius}",
            where="lat_e7",
        )


def check_answer(draft: Draft, view: View) -> None:
    """By an addressee, to the sender, and to nobody who did not get the alert."""
    answer = draft.body
    if not isinstance(answer, bodies.Answer):
        raise BadInput("the body is no answer", where=draft.kind)
    alert = _alert_to_us(draft, view)
    if answer.answer == "declined" and answer.why is None:
        raise BadInput("a refusal needs its reason", where="why")
    _check_readers(draft, alert, view)
    known = rows_of(view, tables.ANSWERS, "alert", alert["address"])
    ours = [doc for row in known if (doc := doc_of(row))["party"] == view.party]
    if not ours:
        return
    latest = max(ours, key=in_order)
    again = (answer.answer, answer.why) == (latest["answer"], latest.get("why"))
    if again or answer.answer == "acknowledged":
        raise Conflict(
            f"we have answered already: {latest['answer']}", remedy="see it", where="about"
        )


def _alert_to_us(draft: Draft, view: View) -> dict[str, Any]:
    """The alert that a draft is about, which must be addressed to us."""
    doc = _alert(draft, view)
    if view.party not in addressees(doc):
        raise Refused(f"{doc['address']} is not addressed to us", where="about")
    return doc


def _alert(draft: Draft, view: View) -> dict[str, Any]:
    if draft.about is None:
        raise BadInput("it names no alert", remedy="say which: about ml/spine/17", where="about")
    rows = rows_of(view, tables.ALERTS, "address", draft.about)
    if not rows:
        raise Unknown(f"there is no alert {draft.about}", where="about")
    return doc_of(rows[0])


def addressees(alert: dict[str, Any]) -> list[str]:
    """Who is asked to answer: the readers, and the sender where it says so."""
    return [*alert["to"], *([alert["party"]] if alert["also_ours"] else ())]


def _check_readers(draft: Draft, alert: dict[str, Any], view: View) -> None:
    sender = alert["party"]
    if sender != view.party and sender not in draft.label.to:
        raise BadInput(
            f"{sender} gave the alert and would not read this",
            remedy=f"release it to {sender}",
            where="label.to",
        )
    _none_else({*draft.label.to, *draft.label.onward} - {sender, *alert["to"]})


def _none_else(strangers: Iterable[str]) -> None:
    named = ", ".join(sorted(strangers))
    if named:
        raise Refused(f"{named} did not get the alert", remedy="leave them out", where="label.to")


def check_ring(draft: Draft, view: View) -> None:
    """By an addressee's own node, once, when the clock says so and nobody has answered."""
    ring = draft.body
    if not isinstance(ring, bodies.Ring | bodies.Escalation):
        raise BadInput("the body is no ring", where=draft.kind)
    alert = _alert_to_us(draft, view)
    what = "ring" if isinstance(ring, bodies.Ring) else "escalation"
    seconds = alert["ack_within_s" if what == "ring" else "escalate_after_s"]
    if view.now_us < alert["at"] + seconds * 1_000_000:
        raise Refused("it is not due yet", where="after_s")
    _none_else({*draft.label.to, *draft.label.onward} - {alert["party"]})
    said = (Where("alert", "=", alert["address"]), Where("party", "=", view.party))
    if view.rows(tables.RINGS, (*said, Where("what", "=", what))):
        raise Conflict(f"the {what} stands already", where="about")
    if view.rows(tables.ANSWERS, said):
        raise Conflict("we have answered", where="about")


def check_end(draft: Draft, view: View) -> None:
    """Only by the sender, once, to all who got the alert."""
    if not isinstance(draft.body, bodies.End):
        raise BadInput("the body is no end", where=draft.kind)
    alert = _alert(draft, view)
    if alert["party"] != view.party:
        raise Refused(f"it is {alert['party']}'s alert", remedy="answer it", where="about")
    if alert["state"] == ENDED:
        raise Conflict("it has ended already", where="about")
    missed = sorted(p for p in set(alert["to"]) - set(draft.label.to) if view.active(p))
    if missed:
        raise BadInput(
            f"{', '.join(missed)} got the alert and would not hear of this",
            remedy=f"release it to {', '.join(alert['to'])}",
            where="label.to",
        )
    _none_else(set(draft.label.to) - set(alert["to"]))
