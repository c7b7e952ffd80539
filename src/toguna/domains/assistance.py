"""Mutual assistance: a member calls, each answers for itself (A4; Charter of Liptako, art. 6).

====================  ========  ============================================================
kind                  act       who may write it, about what
====================  ========  ============================================================
assistance.call/1               a member in need, to the members that it calls
assistance.answer/1   decide    a member that was called: in full, within limits, or not
assistance.end/1      decide    the caller: the need is over, or the call was withdrawn
====================  ========  ============================================================

Anybody may call for help; what a member answers is decided by the offices that the charter names.
An answer goes to everybody who got the call: all members see one and the same list. Whoever
is silent when the clock has run out stands there as *no answer*, and nothing is assumed on its
behalf; a later answer still counts, with its time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta, Struct

from toguna.core.board import number, window
from toguna.core.domain import (
    Act,
    Board,
    Domain,
    Drop,
    Kind,
    Layer,
    Placing,
    Projection,
    Put,
    Stored,
    View,
    Waiting,
)
from toguna.core.fields import LatE7, LineOfText, LonE7, Metres, MomentUs, Text, Why
from toguna.core.folding import about_of, docs, document, in_order, listing, row_of
from toguna.core.record import Draft
from toguna.core.table import Column, Where
from toguna.core.time import DAY_US, SECOND_US
from toguna.errors import BadInput, Conflict, Refused, Unknown

ANSWER: Final = "assistance.answer"
"""A member calls for help and we have not answered."""
CHASE: Final = "assistance.no_answer"
"""A member that we called is silent beyond its time."""
WINDOW_DAYS: Final = 365
OFFICES: Final = ("duty", "j3", "liaison")

Need = Literal[
    "evacuation", "medical", "fuel", "transport", "engineers", "forces", "reconnaissance",
    "shelter", "food_and_water", "communications", "other",
]  # fmt: skip
_Needs = Annotated[tuple[Need, ...], Meta(min_length=1, max_length=11)]
_Seconds = Annotated[int, Meta(ge=1, le=2_592_000)]


class Call(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A member is attacked or in need and calls the others, who stand in the label."""

    answer_within_s: _Seconds = 86_400
    """Seconds in which each member is expected to answer; 24 hours unless said."""
    lat_e7: LatE7 | None = None
    """Latitude x 10^7, north positive."""
    lon_e7: LonE7 | None = None
    """Longitude x 10^7, east positive."""
    needs: _Needs
    """What is needed, each once."""
    place_name: LineOfText | None = None
    """The place in words."""
    radius_m: Metres | None = None
    """The true place lies within so many metres of the point."""
    text: Text
    """What happened and what is asked for."""
    title: LineOfText
    """One line for lists."""
    until_us: MomentUs | None = None
    """Help is of use until then, microseconds since the epoch."""


class Answer(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A called member's own word; the latest counts, the first stops its clock."""

    answer: Literal["full", "limited", "declined"]
    """``full`` all that was asked; ``limited`` what stands in ``gives``; ``declined`` nothing."""
    gives: tuple[Need, ...] = ()
    """What is given; needed when it is limited."""
    text: Text | None = None
    """From when, how much, under which caveats; the reason when it is declined."""


class End(Struct, frozen=True, kw_only=True):
    """The caller's word that its call is no more."""

    outcome: Literal["over", "withdrawn"]
    """``over`` the need is past; ``withdrawn`` it was called in error."""
    why: Why
    """In words, for those who were called."""


# Rules ---------------------------------------------------------------------------------


def check_call(draft: Draft, view: View) -> None:
    """To somebody, for something, with both halves of a place, and not over yet."""
    call = draft.body
    assert isinstance(call, Call)
    if not draft.label.to:
        raise BadInput("it calls nobody", remedy="name the members", where="label.to")
    if len(set(call.needs)) != len(call.needs):
        raise BadInput("a need is named twice", where="needs")
    if (call.lat_e7 is None) != (call.lon_e7 is None):
        raise BadInput("half a place", remedy="give both lat_e7 and lon_e7", where="lat_e7")
    if call.until_us is not None and call.until_us <= view.now_us:
        raise BadInput("it would be over already", where="until_us")


def check_answer(draft: Draft, view: View) -> None:
    """By a member that was called, to the caller and to all who got the call."""
    answer = draft.body
    assert isinstance(answer, Answer)
    call = _call(draft, view)
    if view.party not in call["to"]:
        raise Refused(f"{call['address']} did not call us", where="about")
    if answer.answer == "limited" and not answer.gives:
        raise BadInput("a limited answer says what is given", where="gives")
    if answer.answer == "declined" and answer.text is None:
        raise BadInput("a refusal needs its reason", where="text")
    if answer.answer == "declined" and answer.gives:
        raise BadInput("who declines gives nothing", remedy="answer limited", where="gives")
    _to_all({call["party"], *call["to"]}, draft, view)


def check_end(draft: Draft, view: View) -> None:
    """By the caller, once, to all who got the call."""
    call = _call(draft, view)
    if call["party"] != view.party:
        raise Refused(f"it is {call['party']}'s call", remedy="answer it", where="about")
    if docs(view, ENDS, call=call["address"]):
        raise Conflict("it has ended already", where="about")
    _to_all(set(call["to"]), draft, view)


def _call(draft: Draft, view: View) -> dict[str, Any]:
    if draft.about is None:
        raise BadInput("it names no call", remedy="say which: about bf/spine/17", where="about")
    found = docs(view, CALLS, address=draft.about)
    if not found:
        raise Unknown(f"there is no call {draft.about}", where="about")
    return found[0]


def _to_all(everybody: set[str], draft: Draft, view: View) -> None:
    """The readers are exactly those who got the call, as far as they are still there."""
    there = {p for p in everybody - {view.party} if view.active(p)}
    named = {*draft.label.to, *draft.label.onward}
    if named != there:
        raise BadInput(
            "whoever got the call gets the answer, and nobody else",
            remedy=f"release it to {', '.join(sorted(there))}",
            where="label.to",
        )


# Lists ---------------------------------------------------------------------------------

CALLS = listing(
    "assistance_calls",
    Column("lat_e7", "int", nullable=True),
    Column("lon_e7", "int", nullable=True),
)
"""One row a call."""
_CALL = Column("call", "text")
ANSWERS = listing("assistance_answers", _CALL, Column("answer", "text"), indexes=(("call",),))
"""One row an answer; ``call`` is the address of the call."""
ENDS = listing("assistance_ends", _CALL, indexes=(("call",),))
"""One row an end, by the caller."""


def fold_call(stored: Stored, view: View, placing: Placing) -> Iterable[Put | Drop]:
    """A call is a row."""
    body = view.body(stored)
    if isinstance(body, Call):
        place = (body.lat_e7, body.lon_e7)
        yield Put(CALLS, row_of(stored, placing, place, document(stored, body)))


def fold_answer(stored: Stored, view: View, placing: Placing) -> Iterable[Put | Drop]:
    """An answer is a row; whether its party was called is seen when it is counted."""
    body, about = view.body(stored), about_of(stored)
    if isinstance(body, Answer) and about is not None:
        cells = (str(about), body.answer)
        yield Put(ANSWERS, row_of(stored, placing, cells, document(stored, body)))


def fold_end(stored: Stored, view: View, placing: Placing) -> Iterable[Put | Drop]:
    """An end is a row where the caller says it; nobody else ends a call."""
    body, about = view.body(stored), about_of(stored)
    if isinstance(body, End) and about is not None and about.party == stored.address.party:
        yield Put(ENDS, row_of(stored, placing, (str(about),), document(stored, body)))


# Boards --------------------------------------------------------------------------------


class Member(Struct, omit_defaults=True, kw_only=True):
    """How one called member stands: full, limited, declined (its latest word), waiting, or
    no_answer (its time is over). ``not_needed``: the call ended before.
    """

    party: str
    state: str
    gives: list[str] = []
    text: str | None = None
    office: str | None = None
    answered_us: int | None = None
    """When it first answered."""
    answer_s: int | None = None
    """Seconds from the call to its first answer."""
    late: bool = False


class Standing(Struct, omit_defaults=True, kw_only=True):
    """One call, with the answer of every member that was called."""

    address: str
    at: int
    party: str
    office: str
    title: str
    text: str
    needs: list[str]
    due_us: int
    """When a silent member stands as *no answer*."""
    state: str
    """open, over (by its own time, or its caller's word) or withdrawn."""
    until_us: int | None = None
    place_name: str | None = None
    lat_e7: int | None = None
    lon_e7: int | None = None
    radius_m: int | None = None
    why: str | None = None
    """The caller's words at the end."""
    members: list[Member]


def board_calls(view: View, query: Mapping[str, str]) -> Iterator[Standing]:
    """Calls with everybody's answer, the newest first."""
    first, last = window(query, view.now_us - WINDOW_DAYS * DAY_US)
    limit = number(query, "limit", 100, 1, 1_000)
    where = [Where("at", ">=", first), Where("at", "<=", last)]
    found = [msgspec.json.decode(row[-1]) for row in view.rows(CALLS, where)]  # type: ignore[arg-type]
    for call in sorted(found, key=lambda c: (-c["at"], c["address"]))[:limit]:
        yield _standing(call, view)


def _standing(call: dict[str, Any], view: View) -> Standing:
    ends = sorted(docs(view, ENDS, call=call["address"]), key=in_order)
    end = ends[0] if ends else None
    passed = call.get("until_us") is not None and view.now_us >= call["until_us"]
    state = end["outcome"] if end else "over" if passed else "open"
    said = sorted(docs(view, ANSWERS, call=call["address"]), key=in_order)
    members = [_member(call, p, said, end, view.now_us) for p in sorted(call["to"])]
    more = {"due_us": _due(call), "state": state, "members": members}
    return msgspec.convert(call | more | ({"why": end["why"]} if end else {}), Standing)


def _due(call: dict[str, Any]) -> int:
    return int(call["at"] + call["answer_within_s"] * SECOND_US)


def _member(
    call: dict[str, Any], party: str, said: list[dict[str, Any]], end: Any, now_us: int
) -> Member:
    own = [answer for answer in said if answer["party"] == party]
    if not own:
        ended = end is not None and end["at"] <= _due(call)
        silent = "waiting" if now_us < _due(call) else "no_answer"
        return Member(party=party, state="not_needed" if ended else silent)
    first, latest = own[0], own[-1]
    return Member(
        party=party,
        state=latest["answer"],
        gives=latest["gives"],
        text=latest.get("text"),
        office=latest["office"],
        answered_us=first["at"],
        answer_s=max(0, (first["at"] - call["at"]) // SECOND_US),
        late=first["at"] > _due(call),
    )


def waits(view: View) -> Iterator[Waiting]:
    """Calls that we have not answered, and members that have not answered ours."""
    for call in board_calls(view, {}):
        if call.state != "open":
            continue
        silent = {m.party for m in call.members if m.state in ("waiting", "no_answer")}
        if view.party in silent:
            yield Waiting(
                ANSWER, call.address, call.party, call.title, call.at, call.due_us, "flash", OFFICES
            )
        late = sorted(m.party for m in call.members if m.state == "no_answer")
        if call.party == view.party and late:
            title = f"{call.title} ({', '.join(late)})"
            yield Waiting(
                CHASE, call.address, call.party, title, call.due_us, None, "urgent", OFFICES
            )


DOMAIN = Domain(
    name="assistance",
    kinds=(
        Kind(
            "assistance.call/1",
            Call,
            "Appel à l'assistance mutuelle",
            "Call for assistance",
            check=check_call,
        ),
        Kind(
            "assistance.answer/1",
            Answer,
            "Réponse à un appel",
            "Answer to a call",
            act=Act.DECIDE,
            check=check_answer,
        ),
        Kind(
            "assistance.end/1",
            End,
            "Fin d'un appel",
            "End of a call",
            act=Act.DECIDE,
            check=check_end,
        ),
    ),
    projections=(
        Projection(CALLS, ("assistance.call/1",), fold_call, newest="at"),
        Projection(ANSWERS, ("assistance.answer/1",), fold_answer, newest="at"),
        Projection(ENDS, ("assistance.end/1",), fold_end, newest="at"),
    ),
    boards=(
        Board(
            "calls",
            "Appels à l'assistance et réponses",
            "Calls for assistance, and answers",
            Standing,
            board_calls,
            {
                "from_us": "calls of this moment or later; a year back unless said",
                "to_us": "calls of this moment or earlier",
                "limit": "how many at most, 100 unless said",
            },
        ),
    ),
    layers=(Layer("calls", CALLS, "Appels à l'assistance", "Calls for assistance"),),
    waits=waits,
)
"""The declaration; everything else follows from it."""
