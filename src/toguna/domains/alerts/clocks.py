"""What waits for our people, and what time alone makes due: a second ring, an escalation.

Each addressee's own node keeps its own clocks, and says so to the sender: once each, also
after a restart, since what was said stands in the lists. The clocks run from the moment at
which the alert was given; one that arrives late is late.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from toguna.core.domain import Effect, View, Waiting, Write
from toguna.core.labels import Label
from toguna.core.record import Draft
from toguna.domains.alerts import bodies
from toguna.domains.alerts.rules import addressees
from toguna.domains.alerts.standing import (
    NO_ANSWER,
    Answers,
    ack_due_us,
    answers_to,
    escalate_due_us,
    open_alerts,
    seconds_to,
    state_of,
)

ACKNOWLEDGE: Final = "alerts.acknowledge"
"""We have not answered an alert: acknowledge it, act, or decline."""
ACT: Final = "alerts.act"
"""We have acknowledged, and not said whether we act."""
CHASE: Final = "alerts.no_answer"
"""An addressee of our alert is silent beyond its time: call it, or wait; nothing is assumed."""

NODE_OFFICE: Final = "duty"
"""The office in whose name a node writes by itself."""


def waits(view: View) -> Iterator[Waiting]:
    """Alerts that we have not answered, and addressees of ours that have not."""
    for alert in open_alerts(view):
        for answers in answers_to(view, alert):
            if answers.party == view.party:
                yield from _ours(alert, answers, view.now_us)
            elif alert["party"] == view.party:
                yield from _theirs(alert, answers, view)


def _ours(alert: dict[str, Any], answers: Answers, now_us: int) -> Iterator[Waiting]:
    offices = alert["for_offices"]
    asked: dict[str, Any] = {
        "about": alert["address"],
        "party": alert["party"],
        "title": alert["title"],
        "since_us": alert["at"],
    }
    if not answers.said:
        if answers.escalated_us is not None or now_us >= escalate_due_us(alert):
            offices = [*offices, alert["escalate_to"]]
        yield Waiting(
            what=ACKNOWLEDGE,
            due_us=ack_due_us(alert),
            urgency=alert["level"],
            offices=tuple(dict.fromkeys(offices)),
            **asked,
        )
    elif answers.said[-1]["answer"] == "acknowledged":
        yield Waiting(what=ACT, offices=tuple(offices), **asked)


def _theirs(alert: dict[str, Any], answers: Answers, view: View) -> Iterator[Waiting]:
    if state_of(alert, answers, view.party, view.now_us) != NO_ANSWER:
        return
    offices = [alert["office"], NODE_OFFICE]
    if view.now_us >= escalate_due_us(alert):
        offices.append(alert["escalate_to"])
    yield Waiting(
        what=CHASE,
        about=alert["address"],
        party=answers.party,
        title=alert["title"],
        since_us=ack_due_us(alert),
        offices=tuple(dict.fromkeys(offices)),
    )


def on_clock(view: View) -> Iterable[Effect]:
    """Our own second ring and escalation of every open alert that we have not answered."""
    for alert in open_alerts(view):
        if view.party not in addressees(alert) or view.now_us < ack_due_us(alert):
            continue
        ours = next(a for a in answers_to(view, alert) if a.party == view.party)
        if ours.said:
            continue
        after_s = seconds_to(alert, view.now_us) or 0
        if ours.rung_us is None:
            yield _told("alerts.ring/1", bodies.Ring(after_s=after_s), alert, view)
        if ours.escalated_us is None and view.now_us >= escalate_due_us(alert):
            body = bodies.Escalation(after_s=after_s, office=alert["escalate_to"])
            yield _told("alerts.escalation/1", body, alert, view)


def _told(
    kind: str, body: bodies.Ring | bodies.Escalation, alert: dict[str, Any], view: View
) -> Write:
    """To the sender alone; of our own alert, or when the sender has left, at home."""
    sender = alert["party"]
    there = sender != view.party and view.active(sender)
    draft = Draft(kind, body, Label(to=(sender,) if there else ()), alert["address"])
    return Write(draft, NODE_OFFICE, flash=True)
