"""Who may say what of what is protected: each rule refuses a draft before it is a record."""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct, structs

from toguna.core.domain import View
from toguna.core.folding import docs, in_order
from toguna.core.geo import coarsen
from toguna.core.labels import Label
from toguna.core.record import Draft
from toguna.core.table import Table
from toguna.domains.protection import bodies, tables
from toguna.errors import BadInput, Conflict, Refused, Unknown

INDEPENDENT: Final = frozenset({"protection", "legal", "auditor"})
"""Offices outside of a unit's chain: they inquire, find, recategorise and close."""
GRAVITY: Final = ("death", "injury", "detention", "displacement", "damage", "other")
"""The gravest first; a case that is moved down this list was downgraded, and is counted."""
FINEST_CASE_M: Final = 100


def check_site(draft: Draft, view: View) -> None:
    """To somebody who plans, with its exact place: a blurred hospital protects nobody."""
    _no_blur(draft)
    _ahead(draft.body, "until_us", view)


def check_movement(draft: Draft, view: View) -> None:
    """A way with a window that is not over, and its exact line."""
    body = draft.body
    assert isinstance(body, bodies.Movement)
    _no_blur(draft)
    if body.until_us <= body.from_us:
        raise BadInput("it arrives before it sets out", where="until_us")
    _ahead(body, "until_us", view)
    if len(set(body.line)) < 2:
        raise BadInput("the way has two places or more", where="line")


def _no_blur(draft: Draft) -> None:
    if draft.label.precision_m and draft.label.precision_m > 1:
        raise BadInput(
            "a protected place is told exactly, or it protects nobody",
            remedy="leave the precision out, or do not release it",
            where="label.precision_m",
        )


def _ahead(body: Struct, field: str, view: View) -> None:
    until = getattr(body, field)
    if until is not None and until <= view.now_us:
        raise BadInput("it is over already", where=field)


def check_season(draft: Draft, _view: View) -> None:
    """Months and days each once, in order."""
    body = draft.body
    assert isinstance(body, bodies.Season)
    for field in ("months", "days"):
        named = list(getattr(body, field))
        if named != sorted(set(named)):
            raise BadInput("each once, in order", where=field)


def check_seen(draft: Draft, view: View) -> None:
    """Once, by a member that got it, to whoever notified it."""
    thing = _thing(draft, view)
    if thing["party"] == view.party:
        raise Refused("it is our own", where="about")
    _reaches(thing["party"], draft)
    if any(s["party"] == view.party for s in docs(view, tables.SEEN, thing=thing["address"])):
        raise Conflict("we have taken it in already", where="about")


def check_change(draft: Draft, view: View) -> None:
    """A renewal or an end: by whoever notified it, to all who got it."""
    thing = _thing(draft, view)
    if thing["party"] != view.party:
        raise Refused(f"{thing['party']} notified it", where="about")
    if thing["state"] == tables.ENDED:
        raise Conflict("it has ended already", where="about")
    if isinstance(draft.body, bodies.Renewal):
        _ahead(draft.body, "until_us", view)
    missed = sorted(p for p in set(thing["to"]) - set(draft.label.to) if view.active(p))
    if missed:
        raise BadInput(
            f"{', '.join(missed)} got it and would not hear of this",
            remedy=f"release it to {', '.join(thing['to'])}",
            where="label.to",
        )


def _thing(draft: Draft, view: View) -> dict[str, Any]:
    return _find(draft, view, (tables.SITES, tables.MOVEMENTS), "site or movement")


def _find(draft: Draft, view: View, among: tuple[Table, ...], what: str) -> dict[str, Any]:
    if draft.about is None:
        raise BadInput(f"it names no {what}", remedy="say which: about ml/spine/17", where="about")
    for table in among:
        if found := docs(view, table, address=draft.about):
            return found[0]
    raise Unknown(f"there is no {what} {draft.about}", where="about")


def _reaches(party: str, draft: Draft) -> None:
    if party not in draft.label.to:
        raise BadInput(
            f"{party} would not read this", remedy=f"release it to {party}", where="label.to"
        )


# Cases ---------------------------------------------------------------------------------


def check_case(draft: Draft, view: View) -> None:
    """Not of the future, with both halves of a place; kept for good, whatever its label says."""
    body = draft.body
    assert isinstance(body, bodies.Case)
    if body.from_us > view.now_us:
        raise BadInput("it has not happened yet", where="from_us")
    if (body.lat_e7 is None) != (body.lon_e7 is None):
        raise BadInput("half a place", remedy="give both lat_e7 and lon_e7", where="lat_e7")
    if draft.label.to and body.filer is not None:
        raise Refused(
            "who filed it stays at home",
            remedy="file it at home first, then release it",
            where="filer",
        )


def release_case(body: Struct, label: Label) -> Struct:
    """A case as it leaves the house: without its filer, its place as coarse as the label says
    and never finer than :data:`FINEST_CASE_M`.
    """
    assert isinstance(body, bodies.Case)
    if body.lat_e7 is None or body.lon_e7 is None:
        return structs.replace(body, filer=None)
    size_m = max(label.precision_m or 0, FINEST_CASE_M)
    lat, lon, radius = coarsen(body.lat_e7, body.lon_e7, size_m)
    radius = max(radius, (body.radius_m or 0) + radius)
    return structs.replace(
        body, filer=None, lat_e7=lat, lon_e7=lon, radius_m=min(radius, 1_000_000)
    )


def check_step(draft: Draft, view: View) -> None:
    """What is decided about a case is decided outside of the unit's chain, and a case is not
    closed before somebody has found something.
    """
    body = draft.body
    assert isinstance(body, bodies.CaseStep)
    case = _find(draft, view, (tables.CASES,), "case")
    fields = {"category": "recategorised", "established": "finding"}
    for field, step in fields.items():
        if (getattr(body, field) is not None) != (body.step == step):
            raise BadInput(f"{field} belongs to the step {step}", where=field)
    if (body.remedy is not None) != body.step.startswith("remedy_"):
        raise BadInput("a remedy says what, and only a remedy does", where="remedy")
    taken = {s["step"] for s in docs(view, tables.STEPS, thing=case["address"])}
    if body.step == "closed" and "finding" not in taken:
        raise Refused("it is not closed before something was found", where="step")
    knowing = {p for p in (case["party"], *case["to"]) if p != view.party and view.active(p)}
    if case["to"] and not set(draft.label.to) >= knowing:
        raise BadInput(
            "whoever knows of the case hears what becomes of it",
            remedy=f"release it to {', '.join(sorted(knowing))}",
            where="label.to",
        )


def case_state(case: dict[str, Any], steps: list[dict[str, Any]]) -> dict[str, Any]:
    """How a case stands after its steps: state, category, finding, and what was counted down."""
    state, category, downgrades, established = "filed", case["category"], 0, None
    for step in sorted(steps, key=in_order):
        if step["step"] == "recategorised":
            downgrades += GRAVITY.index(step["category"]) > GRAVITY.index(category)
            category = step["category"]
        elif step["step"] == "finding":
            established = step["established"]
        if step["step"] != "recategorised":
            state = step["step"]
    return {
        "state": state,
        "category": category,
        "downgrades": downgrades,
        "established": established,
        "open": state != "closed",
    }
