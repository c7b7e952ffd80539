"""Who may write what about which question: each rule refuses a draft before it is a record."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from toguna.core.domain import View
from toguna.core.record import Address, Draft
from toguna.domains.questions import bodies, tables
from toguna.domains.questions.folds import CLOSED, doc_of, rows_of
from toguna.errors import BadInput, Conflict, Refused, Unknown


def check_question(draft: Draft, view: View) -> None:
    """To somebody, due later than now, about records that all who are asked hold."""
    question = draft.body
    if not isinstance(question, bodies.Question):
        raise BadInput("the body is no question", where=draft.kind)
    if not draft.label.to:
        raise BadInput("it asks nobody", remedy="name whom it asks", where="label.to")
    if question.due_us <= view.now_us:
        raise BadInput("the answer would be due already", where="due_us")
    _check_refs(draft, view)


def check_reply(draft: Draft, view: View) -> None:
    """By a party that was asked, to the asker, about records that its readers hold."""
    reply = draft.body
    if not isinstance(reply, bodies.Reply):
        raise BadInput("the body is no reply", where=draft.kind)
    question = _question(draft, view)
    if view.party not in question["to"]:
        raise Refused(f"{question['address']} does not ask us", where="about")
    if reply.cannot_answer and reply.why is None:
        raise BadInput("say why it cannot be answered", where="why")
    if not reply.cannot_answer and reply.text is None:
        raise BadInput("an answer says something", where="text")
    asker = question["party"]
    if asker not in draft.label.to:
        raise BadInput(
            f"{asker} asks and would not read this",
            remedy=f"release it to {asker}",
            where="label.to",
        )
    _none_else({*draft.label.to, *draft.label.onward} - {asker, *question["to"]})
    _check_refs(draft, view)


def check_close(draft: Draft, view: View) -> None:
    """Only by the asker, once, to all who were asked."""
    if not isinstance(draft.body, bodies.Close):
        raise BadInput("the body closes nothing", where=draft.kind)
    question = _question(draft, view)
    if question["party"] != view.party:
        raise Refused(f"it is {question['party']}'s question", remedy="answer it", where="about")
    if question["state"] == CLOSED:
        raise Conflict("it is closed already", where="about")
    missed = sorted(p for p in set(question["to"]) - set(draft.label.to) if view.active(p))
    if missed:
        raise BadInput(
            f"{', '.join(missed)} was asked and would not hear of this",
            remedy=f"release it to {', '.join(question['to'])}",
            where="label.to",
        )
    _none_else(set(draft.label.to) - set(question["to"]))


def _question(draft: Draft, view: View) -> dict[str, Any]:
    if draft.about is None:
        raise BadInput("it names no question", remedy="say which: about ml/spine/17", where="about")
    rows = rows_of(view, tables.QUESTIONS, "address", draft.about)
    if not rows:
        raise Unknown(f"there is no question {draft.about}", where="about")
    return doc_of(rows[0])


def _none_else(strangers: Iterable[str]) -> None:
    named = ", ".join(sorted(strangers))
    if named:
        raise Refused(f"{named} was not asked", remedy="leave them out", where="label.to")


def _check_refs(draft: Draft, view: View) -> None:
    """Who reads this can read what it rests on; an address alone would tell that it exists."""
    readers = {*draft.label.to, *draft.label.onward}
    for ref in draft.refs:
        stored = view.record(Address.parse(ref))
        if stored is None:
            raise Unknown(f"there is no record {ref}", where="refs")
        if not stored.raw:
            raise Refused(f"{ref} is gone ({stored.gone})", where="refs")
        missed = sorted(readers - {stored.address.party, *stored.readers})
        if missed:
            raise Refused(
                f"{', '.join(missed)} does not hold {ref}, and would learn of it",
                remedy=f"release {ref} to {', '.join(missed)} first, and name that release",
                where="refs",
            )
