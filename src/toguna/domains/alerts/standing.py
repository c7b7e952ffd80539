"""How an alert stands: what each addressee has said, as far as the one who looks may see it.

Nothing is assumed for the silent. An answer goes to the sender, and to others only where its
author says so: who is neither sender nor author, and sees no answer, is *not told*; that is
no silence. Times are those that the authors signed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from toguna.core.domain import View
from toguna.core.table import Table, Where
from toguna.core.time import HOUR_US, SECOND_US
from toguna.domains.alerts import tables
from toguna.domains.alerts.folds import ENDED, OPEN, doc_of, in_order, rows_of
from toguna.domains.alerts.rules import addressees

WAITING: Final = "waiting"
NO_ANSWER: Final = "no_answer"
NOT_NEEDED: Final = "not_needed"
NOT_TOLD: Final = "not_told"

SKEW_US: Final = HOUR_US
"""An answer may bear an earlier time than its alert, by as much as two clocks differ."""


_Said = dict[str, list[dict[str, Any]]]
"""Documents by the party that wrote them."""


class Answers(NamedTuple):
    """What one addressee has said, oldest first, and when its own node rang and escalated."""

    party: str
    said: Sequence[dict[str, Any]]
    rung_us: int | None
    escalated_us: int | None


def open_alerts(view: View) -> Iterator[dict[str, Any]]:
    """Alerts that nobody has ended and whose time is not over."""
    now = Where("until_us", ">", view.now_us)
    for row in view.rows(tables.ALERTS, (Where("state", "=", OPEN), now)):
        yield doc_of(row)


def answers_to(view: View, alert: dict[str, Any]) -> list[Answers]:
    """What each addressee has said to one alert. Words of others do not count."""
    asked = sorted(addressees(alert))
    said = _by_party(view, tables.ANSWERS, alert["address"])
    rung = _by_party(view, tables.RINGS, alert["address"])
    return [_of_party(p, said.get(p, ()), rung.get(p, ())) for p in asked]


def all_answers(view: View, alerts: Sequence[dict[str, Any]]) -> dict[str, list[Answers]]:
    """The same for many alerts, by their address, out of two scans."""
    since_us = min((alert["at"] for alert in alerts), default=view.now_us) - SKEW_US
    said = _by_alert(view, tables.ANSWERS, since_us)
    rung = _by_alert(view, tables.RINGS, since_us)
    none: _Said = {}
    return {
        (at := alert["address"]): [
            _of_party(p, said.get(at, none).get(p, ()), rung.get(at, none).get(p, ()))
            for p in sorted(addressees(alert))
        ]
        for alert in alerts
    }


def _of_party(
    party: str, said: Sequence[dict[str, Any]], rung: Sequence[dict[str, Any]]
) -> Answers:
    first = {what: _first(doc["at"] for doc in rung if doc["what"] == what)
             for what in ("ring", "escalation")}  # fmt: skip
    return Answers(party, sorted(said, key=in_order), first["ring"], first["escalation"])


def _by_party(view: View, table: Table, alert: str) -> _Said:
    found: _Said = {}
    for row in rows_of(view, table, "alert", alert):
        doc = doc_of(row)
        found.setdefault(doc["party"], []).append(doc)
    return found


def _by_alert(
    view: View, table: Table, since_us: int
) -> dict[str, dict[str, list[dict[str, Any]]]]:
    found: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for row in view.rows(table, (Where("at", ">=", since_us),)):
        doc = doc_of(row)
        found.setdefault(doc["about"], {}).setdefault(doc["party"], []).append(doc)
    return found


def state_of(alert: dict[str, Any], answers: Answers, looker: str, now_us: int) -> str:
    """The latest answer, or what its absence means to the one who looks.

    ``waiting`` its clock runs; ``no_answer`` its clock has run out; ``not_needed`` the sender
    ended the alert before; ``not_told`` the answer, if there is one, went to others.
    """
    if answers.said:
        return str(answers.said[-1]["answer"])
    if looker not in (alert["party"], answers.party):
        return NOT_TOLD
    due_us = ack_due_us(alert)
    if alert["state"] == ENDED and alert["end"]["at"] <= due_us:
        return NOT_NEEDED
    return WAITING if now_us < due_us else NO_ANSWER


def ack_due_us(alert: dict[str, Any]) -> int:
    """When an addressee that is silent is rung again."""
    return int(alert["at"] + alert["ack_within_s"] * SECOND_US)


def escalate_due_us(alert: dict[str, Any]) -> int:
    """When it lies before the further office, too."""
    return int(alert["at"] + alert["escalate_after_s"] * SECOND_US)


def seconds_to(alert: dict[str, Any], at_us: int | None) -> int | None:
    """Whole seconds from the alert to a moment; clocks differ a little, so never below zero."""
    return None if at_us is None else max(0, (at_us - alert["at"]) // SECOND_US)


def first_answer_us(answers: Answers) -> int | None:
    """When this party first answered, whatever it said."""
    return _first(doc["at"] for doc in answers.said)


def first_action_us(answers: Answers) -> int | None:
    """When this party first said that it acts."""
    return _first(doc["at"] for doc in answers.said if doc["answer"] == "acting")


def _first(moments: Iterable[int]) -> int | None:
    return min(moments, default=None)
