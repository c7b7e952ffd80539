"""Consent to cross: asked for, answered by the host alone, never assumed (C2, C3).

What is granted is what was asked for, made narrower by the answer. Where two desks of one host
answer differently, the narrower word counts: a no before a limit, a limit before a yes, until
the host takes one of them back. Silence is *no consent*, in those words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec
from msgspec import Struct

from toguna.core import volumes
from toguna.core.domain import View, Waiting
from toguna.core.folding import docs, in_order
from toguna.core.geodesy import check_line
from toguna.core.record import Draft
from toguna.core.tracking import Border, Grant
from toguna.core.volumes import Volume
from toguna.domains.operations import bodies, tables
from toguna.domains.operations.finding import about, in_force, one, others, reaches, window
from toguna.errors import BadInput, Conflict, Refused

ANSWER: Final = "operations.consent"
SILENT: Final = "operations.no_consent"
NARROWER: Final = ("no", "limits", "yes")
"""The narrowest word first."""


def check_request(draft: Draft, view: View) -> None:
    """To the host, about units that one owns or that are attached, with a window that ends."""
    body = draft.body
    assert isinstance(body, bodies.Request)
    if body.host == view.party:
        raise BadInput("one does not ask oneself", where="host")
    if not view.active(body.host):
        raise BadInput(f"{body.host[:40]} is no party in good standing", where="host")
    if draft.label.to and body.host not in draft.label.to:
        raise BadInput("the host would not read it", remedy=f"release it to {body.host}",
                       where="label.to")  # fmt: skip
    volumes.check(body.volume)
    if body.volume.from_us is None or body.volume.until_us is None:
        raise BadInput("a consent has a beginning and an end", where="volume.until_us")
    window(body.volume.from_us, body.volume.until_us, view)
    check_line([(lat, lon) for lon, lat in body.border], "border")
    for k, address in enumerate(body.units):
        one(view, tables.UNITS, address, "unit", f"units[{k}]")


def check_consent(draft: Draft, view: View) -> None:
    """By the host, to the asker, no wider than what was asked for."""
    body = draft.body
    assert isinstance(body, bodies.Consent)
    request = about(draft, view, tables.REQUESTS, "request")
    if request["host"] != view.party:
        raise Refused(f"{request['host']} answers this", where="about")
    if body.answer == "no" and body.why is None:
        raise BadInput("a no needs its reason", where="why")
    limits = (body.depth_m, body.ceiling_m, body.from_us, body.until_us, body.conditions)
    if body.answer == "limits" and all(limit is None for limit in limits):
        raise BadInput("say what the limits are", where="depth_m")
    if body.answer != "limits" and any(limit is not None for limit in limits[:4]):
        raise BadInput("limits go with the answer limits", where="answer")
    _no_wider(body, request)
    if body.terms is not None:
        terms = one(view, tables.TERMS, body.terms, "terms", "terms")
        if terms["party"] != view.party or not in_force(terms, view.now_us):
            raise Refused("these are no standing terms of ours in force", where="terms")
    known = others(request["party"], *request["to"], view=view)
    reaches(known, draft, view, "knows of the request and must hear the answer")


def _no_wider(body: bodies.Consent, request: dict[str, Any]) -> None:
    asked = request["volume"]
    wider = {
        "depth_m": body.depth_m is not None and body.depth_m > request["depth_m"],
        "until_us": body.until_us is not None and body.until_us > asked["until_us"],
        "from_us": body.from_us is not None and body.from_us < asked["from_us"],
        "ceiling_m": None not in (body.ceiling_m, asked.get("ceiling_m"))
        and body.ceiling_m > asked["ceiling_m"],
    }  # fmt: skip
    for field, is_wider in wider.items():
        if is_wider:
            raise BadInput("it grants more than was asked for", where=field)


def check_revocation(draft: Draft, view: View) -> None:
    """By the host, once, to all who got its answer."""
    consent = about(draft, view, tables.CONSENTS, "consent")
    if consent["party"] != view.party:
        raise Refused(f"it is the word of {consent['party']}", where="about")
    if docs(view, tables.REVOCATIONS, thing=consent["address"]):
        raise Conflict("it was taken back already", where="about")
    reaches(set(consent["to"]), draft, view, "got the answer")


def check_terms(draft: Draft, view: View) -> None:
    """Terms that are not over."""
    body = draft.body
    assert isinstance(body, bodies.Terms)
    window(None, body.until_us, view)
    if body.border:
        check_line([(lat, lon) for lon, lat in body.border], "border")


# How requests stand --------------------------------------------------------------------


class Granted(Struct, omit_defaults=True, kw_only=True):
    """What may be done: never more than was asked for."""

    depth_m: int
    from_us: int
    until_us: int
    floor_m: int | None = None
    ceiling_m: int | None = None
    conditions: list[str] = []


class Answered(Struct, omit_defaults=True, kw_only=True):
    """One answer of the host's."""

    address: str
    at: int
    party: str
    office: str
    answer: str
    why: str | None = None
    conditions: str | None = None
    revoked_us: int | None = None
    revoked_why: str | None = None


class RequestShown(Struct, omit_defaults=True, kw_only=True):
    """A request and how it stands."""

    address: str
    at: int
    party: str
    host: str
    title: str
    why: str
    urgent: bool
    units: list[str]
    depth_m: int
    volume: dict[str, Any]
    border: list[list[int]]
    conditions: str | None = None
    state: str
    """no_consent (nobody has said yes), granted, limited, refused, revoked, or over."""
    answers: list[Answered]
    disagree: bool
    """Answers of one host say different things; the narrower counts."""
    granted: Granted | None = None
    to: list[str]
    answer_s: int | None = None
    """Seconds from the request to the first answer."""


def board_requests(view: View, query: Mapping[str, str]) -> Iterator[RequestShown]:
    """Requests for consent, those that wait first."""
    shown = [request_shown(view, r) for r in docs(view, tables.REQUESTS)]
    spines = [r for r in shown if "/spine/" in r.address]
    yield from sorted(spines, key=lambda r: (r.state != "no_consent", -r.at, r.address))


def request_shown(view: View, request: dict[str, Any]) -> RequestShown:
    """How a request stands now."""
    words = _answers(view, request)
    standing = [a for a in words if "revoked_us" not in a]
    deciding = min(standing, key=lambda a: NARROWER.index(a["answer"]), default=None)
    over = request["volume"]["until_us"] <= view.now_us
    state = "over" if over else _state(deciding, words)
    granted = None
    if deciding is not None and deciding["answer"] != "no":
        granted = _granted(request, [a for a in standing if a["answer"] != "no"])
    first = min((a["at"] for a in words), default=None)
    more = {
        "answers": words,
        "state": state,
        "disagree": len({a["answer"] for a in standing}) > 1,
        "granted": granted,
        "answer_s": None if first is None else max(0, (first - request["at"]) // 1_000_000),
    }
    return msgspec.convert(request | more, RequestShown)


def _state(deciding: dict[str, Any] | None, words: list[dict[str, Any]]) -> str:
    if deciding is None:
        return "revoked" if words else "no_consent"
    return {"yes": "granted", "limits": "limited", "no": "refused"}[deciding["answer"]]


def _answers(view: View, request: dict[str, Any]) -> list[dict[str, Any]]:
    """The host's answers, oldest first, each with when it was taken back."""
    found = []
    for answer in sorted(docs(view, tables.CONSENTS, thing=request["address"]), key=in_order):
        if answer["party"] != request["host"]:
            continue
        taken = docs(view, tables.REVOCATIONS, thing=answer["address"])
        ends = [t for t in taken if t["party"] == answer["party"]]
        if ends:
            first = min(ends, key=in_order)
            answer |= {"revoked_us": first["at"], "revoked_why": first["why"]}
        found.append(answer)
    return found


def _granted(request: dict[str, Any], answers: list[dict[str, Any]]) -> dict[str, Any]:
    """What was asked for, within the limits of every answer."""
    asked = request["volume"]

    def least(name: str, start: int | None) -> int | None:
        known = [v for v in (start, *(a.get(name) for a in answers)) if v is not None]
        return min(known, default=None)

    begins = max([asked["from_us"], *(a["from_us"] for a in answers if "from_us" in a)])
    return {
        "depth_m": least("depth_m", request["depth_m"]),
        "from_us": begins,
        "until_us": least("until_us", asked["until_us"]),
        "floor_m": asked.get("floor_m"),
        "ceiling_m": least("ceiling_m", asked.get("ceiling_m")),
        "conditions": [a["conditions"] for a in answers if "conditions" in a],
    }


def grants(view: View) -> Iterator[tuple[RequestShown, Border, Grant | None]]:
    """Every request whose units may be under way, its border, and what is granted for it."""
    for request in board_requests(view, {}):
        line = [(lon, lat) for lon, lat in request.border]
        border = Border(line)
        granted = None
        if request.granted is not None:
            given = request.granted
            asked = msgspec.convert(request.volume, Volume)
            volume = msgspec.structs.replace(
                asked, from_us=given.from_us, until_us=given.until_us, ceiling_m=given.ceiling_m
            )
            granted = Grant(border, given.depth_m, volume)
        yield request, border, granted


def borders(view: View) -> Iterator[tuple[str, Border]]:
    """Borders that hosts have published with their standing terms, by host."""
    for terms in docs(view, tables.TERMS):
        if terms.get("border") and in_force(terms, view.now_us):
            yield terms["party"], Border([(lon, lat) for lon, lat in terms["border"]])


def waits(view: View) -> Iterator[Waiting]:
    """Requests that we have not answered, and ours that nobody has."""
    for request in board_requests(view, {}):
        if request.state != "no_consent":
            continue
        urgency: Any = "flash" if request.urgent else "urgent"
        due = request.volume["from_us"]
        told = (request.address, request.party, request.title, request.at, due, urgency)
        if request.host == view.party:
            yield Waiting(ANSWER, *told, ("duty", "liaison", "j3"))
        elif request.party == view.party:
            yield Waiting(SILENT, *told, ("duty", "liaison", "j3"))
