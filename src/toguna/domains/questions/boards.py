"""Questions with everybody's answer, what waits for an answer, and how often members answer.

A reply goes to the asker, and to others only where its author says so: who is neither, and
sees no reply, is *not told*; that is no silence. Times are those that the authors signed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from toguna.core.board import median, number, window
from toguna.core.domain import Board, View, Waiting
from toguna.core.table import Where
from toguna.core.time import DAY_US, HOUR_US, SECOND_US
from toguna.domains.questions import tables
from toguna.domains.questions.folds import CLOSED, OPEN, doc_of, in_order, rows_of

REPLY: Final = "questions.reply"
"""We are asked, and have not given our answer."""
OVERDUE: Final = "questions.overdue"
"""A party that we asked has not answered in time: ask again, or call."""

WINDOW_DAYS: Final = 90
MOST: Final = 1_000
SKEW_US: Final = HOUR_US
"""A reply may bear an earlier time than its question, by as much as two clocks differ."""

_Said = dict[str, list[dict[str, Any]]]
"""Replies by the party that wrote them."""


class Asked(msgspec.Struct, omit_defaults=True, kw_only=True):
    """One party that was asked, as it stands."""

    party: str
    state: str
    """answered (in time), late, cannot, open, overdue, closed (the asker needed it no more), or
    not_told (a reply would have gone to others than the one who looks)."""
    answered_us: int | None = None
    """When its answer was written, or else its word that it cannot."""
    answer_s: int | None = None
    """Seconds from the question to that."""
    replies: list[dict[str, Any]] = []
    """All that it said, oldest first: address, at, office, text, why, final, refs."""


class Standing(msgspec.Struct, omit_defaults=True, kw_only=True):
    """One question, with everybody who was asked."""

    address: str
    at: int
    party: str
    """Who asks."""
    office: str
    title: str
    title_en: str | None = None
    text: str
    text_en: str | None = None
    due_us: int
    for_office: str
    priority: str
    state: str
    """open or closed (by the asker)."""
    close: dict[str, Any] | None = None
    to: list[str]
    refs: list[str] = []
    asked: list[Asked]


class Rate(msgspec.Struct, kw_only=True):
    """How one member answered the questions of a window. Percentages are of those questions
    whose time is over or that were answered; None while there is none: we cannot tell yet.
    """

    party: str
    asked: int
    in_time: int
    late: int
    """Answers after their time; they count as late, whatever they say."""
    cannot: int
    """Final words that it cannot answer, with a reason."""
    open: int
    overdue: int
    """Silent beyond the time. Nothing is assumed on its behalf."""
    closed: int
    """The asker needed the answer no more."""
    not_told: int
    """The reply, if there is one, went to others; it counts in no rate."""
    answer_percent: int | None
    """Answered, in time or late."""
    in_time_percent: int | None
    median_s: int | None
    """Whole seconds from question to answer."""
    newest_us: int
    """When the newest of these questions was asked."""


# --- how it stands -------------------------------------------------------------------------


def _replies(view: View, since_us: int) -> dict[str, _Said]:
    found: dict[str, _Said] = {}
    for row in view.rows(tables.REPLIES, (Where("at", ">=", since_us - SKEW_US),)):
        doc = doc_of(row)
        found.setdefault(doc["about"], {}).setdefault(doc["party"], []).append(doc)
    return found


def _asked(question: dict[str, Any], party: str, said: _Said, view: View) -> Asked:
    replies = sorted(said.get(party, ()), key=in_order)
    finals = [doc for doc in replies if _is_final(doc)]
    answers = [doc for doc in finals if not doc["cannot_answer"]]
    first = next((doc["at"] for doc in answers or finals), None)
    return Asked(
        party=party,
        state=_state(question, party, finals, view),
        answered_us=first,
        answer_s=None if first is None else max(0, (first - question["at"]) // SECOND_US),
        replies=[{k: doc[k] for k in _SHOWN if k in doc} for doc in replies],
    )


_SHOWN: Final = (
    "address", "at", "office", "text", "why", "final", "cannot_answer", "refs", "to",
)  # fmt: skip


def _is_final(reply: dict[str, Any]) -> bool:
    return bool(reply["final"] or reply["cannot_answer"])


def _state(
    question: dict[str, Any], party: str, finals: Sequence[dict[str, Any]], view: View
) -> str:
    answers = [doc for doc in finals if not doc["cannot_answer"]]
    if answers:
        return "late" if answers[0]["at"] > question["due_us"] else "answered"
    if finals:
        return "cannot"
    if view.looker not in (question["party"], party):
        return "not_told"
    if question["state"] == CLOSED and question["close"]["at"] <= question["due_us"]:
        return "closed"
    return "overdue" if view.now_us > question["due_us"] else "open"


# --- what waits ----------------------------------------------------------------------------


def waits(view: View) -> Iterator[Waiting]:
    """Questions that we owe an answer, and answers that are owed to us beyond their time."""
    for row in view.rows(tables.QUESTIONS, (Where("state", "=", OPEN),)):
        question = doc_of(row)
        if view.party in question["to"]:
            yield from _owed_by_us(question, view)
        elif question["party"] == view.party and view.now_us > question["due_us"]:
            yield from _owed_to_us(question, view)


def _owed_by_us(question: dict[str, Any], view: View) -> Iterator[Waiting]:
    if not _final_parties(question, view) & {view.party}:
        yield Waiting(
            what=REPLY,
            about=question["address"],
            party=question["party"],
            title=question["title"],
            since_us=question["at"],
            due_us=question["due_us"],
            urgency=question["priority"],
            offices=(question["for_office"],),
        )


def _owed_to_us(question: dict[str, Any], view: View) -> Iterator[Waiting]:
    answered = _final_parties(question, view)
    for party in question["to"]:
        if party not in answered and view.active(party):
            yield Waiting(
                what=OVERDUE,
                about=question["address"],
                party=party,
                title=question["title"],
                since_us=question["due_us"],
                offices=tuple(dict.fromkeys((question["office"], "liaison"))),
            )


def _final_parties(question: dict[str, Any], view: View) -> set[str]:
    rows = rows_of(view, tables.REPLIES, "question", question["address"])
    return {doc["party"] for doc in map(doc_of, rows) if _is_final(doc)}


# --- boards --------------------------------------------------------------------------------


def board_questions(view: View, query: Mapping[str, str]) -> Iterator[Standing]:
    """Questions with everybody's replies, the newest first."""
    if "address" in query:
        address = query["address"]
        found = [doc_of(row) for row in rows_of(view, tables.QUESTIONS, "address", address)]
    else:
        found = _in_window(view, query)
    newest = sorted(found, key=lambda doc: (-doc["at"], doc["address"]))
    newest = newest[: number(query, "limit", 100, 1, MOST)]
    replies = _replies(view, min((doc["at"] for doc in newest), default=view.now_us))
    for question in newest:
        said = replies.get(question["address"], {})
        asked = [_asked(question, party, said, view) for party in question["to"]]
        yield msgspec.convert(question | {"asked": asked}, Standing)


def board_rates(view: View, query: Mapping[str, str]) -> Iterator[Rate]:
    """One line for each member that was asked, by its name."""
    questions = _in_window(view, query)
    replies = _replies(view, min((doc["at"] for doc in questions), default=view.now_us))
    by_party: dict[str, list[tuple[dict[str, Any], Asked]]] = {}
    for question in questions:
        said = replies.get(question["address"], {})
        for party in question["to"]:
            entry = (question, _asked(question, party, said, view))
            by_party.setdefault(party, []).append(entry)
    for party in sorted(by_party):
        yield _rate(party, by_party[party])


def _rate(party: str, found: Sequence[tuple[dict[str, Any], Asked]]) -> Rate:
    states = [asked.state for _, asked in found]
    in_time, late = states.count("answered"), states.count("late")
    cannot, overdue = states.count("cannot"), states.count("overdue")
    of = in_time + late + cannot + overdue
    answered = [a.answer_s for _, a in found if a.state in ("answered", "late")]
    return Rate(
        party=party,
        asked=len(found),
        in_time=in_time,
        late=late,
        cannot=cannot,
        open=states.count("open"),
        overdue=overdue,
        closed=states.count("closed"),
        not_told=states.count("not_told"),
        answer_percent=100 * (in_time + late) // of if of else None,
        in_time_percent=100 * in_time // of if of else None,
        median_s=median([s for s in answered if s is not None]),
        newest_us=max(question["at"] for question, _ in found),
    )


def _in_window(view: View, query: Mapping[str, str]) -> list[dict[str, Any]]:
    first, last = window(query, view.now_us - WINDOW_DAYS * DAY_US)
    where = [Where("at", ">=", first), Where("at", "<=", last)]
    if asker := query.get("asker"):
        where.append(Where("party", "=", asker))
    return [doc_of(row) for row in view.rows(tables.QUESTIONS, where)]


_WINDOW: Final = {
    "from_us": "questions asked at this moment or later; 90 days back unless said",
    "to_us": "questions asked at this moment or earlier",
    "asker": "questions of this party alone",
}

BOARDS: Final = (
    Board(
        "questions",
        "Demandes de renseignement et réponses",
        "Requests for information, and the replies",
        Standing,
        board_questions,
        _WINDOW
        | {
            "address": "this question alone",
            "limit": "how many at most, 100 unless said, 1,000 at most",
        },
    ),
    Board("rates", "Taux de réponse par membre", "Answer rates by member", Rate, board_rates,
          _WINDOW),
)  # fmt: skip
"""What questions compute for whoever looks."""
