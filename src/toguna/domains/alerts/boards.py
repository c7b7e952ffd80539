"""Alerts with everybody's answer, and how long members take: alert to answer, alert to action."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from toguna.core.board import median, number, window
from toguna.core.domain import Board, View
from toguna.core.table import Where
from toguna.core.time import DAY_US
from toguna.domains.alerts import tables
from toguna.domains.alerts.folds import ENDED, doc_of, rows_of
from toguna.domains.alerts.standing import (
    NO_ANSWER,
    NOT_NEEDED,
    NOT_TOLD,
    WAITING,
    Answers,
    ack_due_us,
    all_answers,
    escalate_due_us,
    first_action_us,
    first_answer_us,
    seconds_to,
    state_of,
)

WINDOW_DAYS: Final = 30
MOST: Final = 1_000


class Addressee(msgspec.Struct, omit_defaults=True, kw_only=True):
    """One addressee of one alert, as it stands."""

    party: str
    state: str
    """acknowledged, acting, declined (its latest word); waiting, no_answer, not_needed (the
    alert ended first), or not_told (an answer would have gone to others than the one who looks)."""
    answered_us: int | None = None
    """When it first answered."""
    answer_s: int | None = None
    """Seconds from the alert to its first answer."""
    action_s: int | None = None
    """Seconds from the alert to its word that it acts."""
    late: bool = False
    """Whether its first answer came after its time."""
    why: str | None = None
    """Its latest words."""
    office: str | None = None
    """The office that answered last."""
    rung_us: int | None = None
    """When its own node rang its desk again."""
    escalated_us: int | None = None
    """When its own node put it before the further office."""


class Standing(msgspec.Struct, omit_defaults=True, kw_only=True):
    """One alert, with all its addressees."""

    address: str
    at: int
    party: str
    """Who gave it."""
    office: str
    title: str
    title_en: str | None = None
    text: str
    text_en: str | None = None
    category: str
    level: str
    state: str
    """open, over (by its own time) or ended (by its sender)."""
    for_offices: list[str]
    escalate_to: str
    ack_due_us: int
    """When a silent addressee is rung again."""
    escalate_due_us: int
    """When it lies before the further office."""
    until_us: int
    """When it is over by itself."""
    end: dict[str, Any] | None = None
    """The sender's end of it: when, outcome, why."""
    lat_e7: int | None = None
    lon_e7: int | None = None
    radius_m: int | None = None
    place_name: str | None = None
    to: list[str]
    """Who got it."""
    addressees: list[Addressee]


class Response(msgspec.Struct, kw_only=True):
    """How one member answered the alerts of a window. Medians are of what is known, in whole
    seconds; None where nothing is known yet.
    """

    party: str
    addressed: int
    """Alerts that asked it."""
    acknowledged: int
    """Its latest word: read, and no more."""
    acting: int
    declined: int
    no_answer: int
    """Silent beyond its time. Nothing is assumed on its behalf."""
    waiting: int
    """Silent, its time still runs."""
    not_needed: int
    """The sender ended the alert before the time was over."""
    not_told: int
    """The answer, if there is one, went to others; it counts in no median."""
    late: int
    """Answers after their time; they count with the time that they took."""
    rings: int
    """How often its own node rang its desk again."""
    escalations: int
    median_answer_s: int | None
    """From the alert to the first answer, whatever it was."""
    median_action_s: int | None
    """From the alert to the first word that it acts."""
    newest_us: int
    """When the newest of these alerts was given."""


def board_alerts(view: View, query: Mapping[str, str]) -> Iterator[Standing]:
    """Alerts with the state of each addressee, the newest first."""
    if "address" in query:
        found = [doc_of(row) for row in rows_of(view, tables.ALERTS, "address", query["address"])]
    else:
        found = _in_window(view, query)
    limit = number(query, "limit", 100, 1, MOST)
    newest = sorted(found, key=lambda doc: (-doc["at"], doc["address"]))
    answers = all_answers(view, newest[:limit])
    for alert in newest[:limit]:
        yield _standing(alert, answers[alert["address"]], view)


def _standing(alert: dict[str, Any], answers: Sequence[Answers], view: View) -> Standing:
    over = alert["state"] != ENDED and view.now_us >= alert["until_us"]
    more = {
        "ack_due_us": ack_due_us(alert),
        "escalate_due_us": escalate_due_us(alert),
        "state": "over" if over else alert["state"],
        "addressees": [_addressee(alert, a, view) for a in answers],
    }
    return msgspec.convert(alert | more, Standing)


def _addressee(alert: dict[str, Any], answers: Answers, view: View) -> Addressee:
    first = first_answer_us(answers)
    latest = answers.said[-1] if answers.said else {}
    return Addressee(
        party=answers.party,
        state=state_of(alert, answers, view.looker, view.now_us),
        answered_us=first,
        answer_s=seconds_to(alert, first),
        action_s=seconds_to(alert, first_action_us(answers)),
        late=first is not None and first > ack_due_us(alert),
        why=latest.get("why"),
        office=latest.get("office"),
        rung_us=answers.rung_us,
        escalated_us=answers.escalated_us,
    )


def board_response(view: View, query: Mapping[str, str]) -> Iterator[Response]:
    """One line for each member that was asked, by its name."""
    alerts = _in_window(view, query)
    answers = all_answers(view, alerts)
    by_party: dict[str, list[tuple[dict[str, Any], Addressee]]] = {}
    for alert in alerts:
        for one in answers[alert["address"]]:
            by_party.setdefault(one.party, []).append((alert, _addressee(alert, one, view)))
    for party in sorted(by_party):
        yield _response(party, by_party[party])


def _response(party: str, asked: Sequence[tuple[dict[str, Any], Addressee]]) -> Response:
    found = [addressee for _, addressee in asked]
    states = [a.state for a in found]
    return Response(
        party=party,
        addressed=len(found),
        acknowledged=states.count("acknowledged"),
        acting=states.count("acting"),
        declined=states.count("declined"),
        no_answer=states.count(NO_ANSWER),
        waiting=states.count(WAITING),
        not_needed=states.count(NOT_NEEDED),
        not_told=states.count(NOT_TOLD),
        late=sum(a.late for a in found),
        rings=sum(a.rung_us is not None for a in found),
        escalations=sum(a.escalated_us is not None for a in found),
        median_answer_s=median([a.answer_s for a in found if a.answer_s is not None]),
        median_action_s=median([a.action_s for a in found if a.action_s is not None]),
        newest_us=max(alert["at"] for alert, _ in asked),
    )


def _in_window(view: View, query: Mapping[str, str]) -> list[dict[str, Any]]:
    first, last = window(query, view.now_us - WINDOW_DAYS * DAY_US)
    where = [Where("at", ">=", first), Where("at", "<=", last)]
    if sender := query.get("sender"):
        where.append(Where("party", "=", sender))
    return [doc_of(row) for row in view.rows(tables.ALERTS, where)]


_WINDOW: Final = {
    "from_us": "alerts given at this moment or later; 30 days back unless said",
    "to_us": "alerts given at this moment or earlier",
    "sender": "alerts of this party alone",
}

BOARDS: Final = (
    Board(
        "alerts",
        "Alertes et réponses de chacun",
        "Alerts, and everybody's answer",
        Standing,
        board_alerts,
        _WINDOW | {
            "address": "this alert alone",
            "limit": "how many at most, 100 unless said, 1,000 at most",
        },
    ),
    Board(
        "response",
        "De l'alerte à la réponse, par membre",
        "From alert to response, by member",
        Response,
        board_response,
        _WINDOW,
    ),
)  # fmt: skip
"""What alerts compute for whoever looks."""
