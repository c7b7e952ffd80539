"""The life of a plan: who has checked and approved it, what it rests on, what is missing (C4, C6).

Nothing is set running while something is missing, and what is missing is named. A site that is
notified after the approvals opens the plan again. A closed operation without a review is
overdue after two weeks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any, Final

import msgspec
from msgspec import Struct

from toguna.core import volumes
from toguna.core.domain import Effect, Stored, View, Waiting, Write
from toguna.core.folding import doc_of, docs, in_order
from toguna.core.labels import Label
from toguna.core.record import Address, Draft
from toguna.core.time import DAY_US
from toguna.core.volumes import Volume
from toguna.domains.operations import bodies, consent, guard, tables
from toguna.domains.operations.finding import about, one, reaches
from toguna.errors import BadInput, Conflict, Refused

REVIEW_US: Final = 14 * DAY_US
LEGAL: Final = "operations.legal_check"
APPROVE: Final = "operations.approve"
REVIEW: Final = "operations.review"
REOPENED: Final = "operations.reopened"
UNCHECKED: Final = "operations.unchecked"
_OFFICE: Final = "j3"
_STEP: Final = (
    "address", "noun", "at", "party", "office", "text", "why", "lawful", "approved", "thing",
)  # fmt: skip


def check_plan(draft: Draft, view: View) -> None:
    """Volumes that are ones and are not over, known units and consents, ourselves among those
    who contribute.
    """
    body = draft.body
    assert isinstance(body, bodies.Plan)
    for k, volume in enumerate(body.volumes):
        volumes.check(volume, f"volumes[{k}]")
    end = tables.end_of(body)
    if end is not None and end <= view.now_us:
        raise BadInput("it would be over already", where="volumes")
    if list(body.contributors) != sorted(set(body.contributors)):
        raise BadInput("each once, in order", where="contributors")
    for party in body.contributors:
        if not view.active(party):
            raise BadInput(f"{party[:40]} is no party in good standing", where="contributors")
    reaches(set(body.contributors), draft, view, "contributes and must see the plan")
    for k, address in enumerate(body.units):
        one(view, tables.UNITS, address, "unit", f"units[{k}]")
    for k, address in enumerate(body.consents):
        one(view, tables.REQUESTS, address, "request", f"consents[{k}]")


def react_plan(stored: Stored, view: View) -> Iterable[Effect]:
    """Our own plan is held against what is protected at once, and each notifier hears that its
    list was used: a number, a version, a commitment, and nothing of the plan.
    """
    body = view.body(stored)
    if stored.address.party != view.party or not isinstance(body, bodies.Plan):
        return
    used = _lists(view)
    plan = sha256(stored.raw).hexdigest()
    number = sum(doc["party"] == view.party for doc in docs(view, tables.PLANS))
    for notifier, (version, digest) in used.items():
        draft = view.make(
            "protection.use", checked=True, digest=digest, number=number, plan=plan, version=version
        )
        yield Write(draft._replace(label=Label(to=(notifier,))), _OFFICE)
    told = bodies.Guard(
        lists={party: f"{version} {digest}" for party, (version, digest) in used.items()},
        plan=plan,
        touches=len(guard.touched(view, body.volumes)),
    )
    label = Label(to=stored.readers)
    yield Write(Draft("operations.guard/1", told, label, str(stored.address)), _OFFICE)


def _lists(view: View) -> dict[str, tuple[int, str]]:
    """By notifier, the version and digest of its list as we hold it; as
    :mod:`toguna.domains.protection.lists` makes them.
    """
    given: dict[str, list[str]] = {}
    for row in view.rows(view.table(guard.CHANGES)):
        doc = doc_of(row)
        if doc["party"] != view.party and view.party in doc["to"]:
            given.setdefault(doc["party"], []).append(doc["address"])
    return {
        party: (
            len(found),
            sha256("".join(f"{a}\n" for a in _by_place(found)).encode()).hexdigest(),
        )
        for party, found in sorted(given.items())
    }


def _by_place(addresses: list[str]) -> list[str]:
    return sorted(addresses, key=lambda text: Address.parse(text).index)


# Steps ---------------------------------------------------------------------------------


def _plan(draft: Draft, view: View) -> dict[str, Any]:
    plan = about(draft, view, tables.PLANS, "plan")
    reaches(set(plan["to"]) | {plan["party"]}, draft, view, "knows of the plan")
    return plan


def _contributes(plan: dict[str, Any], view: View) -> None:
    if view.party not in plan["contributors"]:
        raise Refused("we do not contribute to this plan", where="about")


def check_contribution(draft: Draft, view: View) -> None:
    """A legal check or an approval: by a contributor."""
    _contributes(_plan(draft, view), view)


def check_waiver(draft: Draft, view: View) -> None:
    """About something that the plan does touch, by the party that carries it out."""
    body, plan = draft.body, _plan(draft, view)
    assert isinstance(body, bodies.Waiver)
    _contributes(plan, view)
    if body.thing not in {t.address for t in guard.touched(view, _volumes(plan))}:
        raise BadInput("the plan does not touch this", where="thing")


def check_start(draft: Draft, view: View) -> None:
    """By the plan's owner, once nothing is missing any more."""
    plan = _plan(draft, view)
    _owner(plan, view)
    shown = plan_shown(view, plan)
    if shown.state != "approved":
        missing = "; ".join(shown.missing) or f"it is {shown.state}"
        raise Refused(f"it cannot be set running: {missing}", where="about")


def check_close(draft: Draft, view: View) -> None:
    """By the owner of what runs."""
    plan = _plan(draft, view)
    _owner(plan, view)
    if plan_shown(view, plan).state not in ("running", "reopened"):
        raise Conflict("it does not run", where="about")


def check_review(draft: Draft, view: View) -> None:
    """By a contributor, after it was closed."""
    plan = _plan(draft, view)
    _contributes(plan, view)
    if plan_shown(view, plan).state not in ("closed", "review overdue", "reviewed"):
        raise Conflict("it is not closed", where="about")


def check_guard(draft: Draft, view: View) -> None:
    """By a node about its own plan."""
    plan = about(draft, view, tables.PLANS, "plan")
    _owner(plan, view)


def _owner(plan: dict[str, Any], view: View) -> None:
    if plan["party"] != view.party:
        raise Refused(f"it is a plan of {plan['party']}", where="about")


# How plans stand -----------------------------------------------------------------------


class PlanShown(Struct, omit_defaults=True, kw_only=True):
    """One plan as it stands, and what is missing."""

    address: str
    at: int
    party: str
    title: str
    text: str
    desk: str
    contributors: list[str]
    state: str
    """draft, approved, running, reopened, closed, review overdue, reviewed, or over (its time
    passed and it never ran)."""
    missing: list[str]
    """In words, by code and party: ``legal_check bf``, ``approval ml``, ``consent ml/spine/7``,
    ``protected ml/spine/9``."""
    checked: bool
    """Whether its own node held it against what is protected, and says with which lists."""
    touched: list[guard.Touched]
    waived: list[str]
    """Addresses of what two persons of two offices let it touch."""
    cautions: list[guard.Caution]
    meets: list[guard.Met]
    consents: list[str] = []
    steps: list[dict[str, Any]]
    volumes: list[dict[str, Any]]
    until_us: int | None = None
    review_due_us: int | None = None
    to: list[str]


def board_plans(view: View, query: Mapping[str, str]) -> Iterator[PlanShown]:
    """Plans, those that wait for something first, the newest of them first."""
    order = ("reopened", "draft", "approved", "running", "review overdue", "closed")
    shown = [plan_shown(view, plan) for plan in docs(view, tables.PLANS)]
    ranks = {state: k for k, state in enumerate(order)}
    yield from sorted(shown, key=lambda p: (ranks.get(p.state, 9), -p.at, p.address))


def plan_shown(view: View, plan: dict[str, Any]) -> PlanShown:
    """How one plan stands now."""
    steps = sorted(docs(view, tables.STEPS, thing=plan["address"]), key=in_order)
    own = _volumes(plan)
    hits, waived = guard.touched(view, own), _waived(steps)
    missing = _missing(view, plan, steps, [h.address for h in hits if h.address not in waived])
    guards = docs(view, tables.GUARDS, thing=plan["address"], party=plan["party"])
    closed = [s["at"] for s in steps if s["noun"] == "close" and s["party"] == plan["party"]]
    others = [p for p in guard.plans_under_way(view, tables.PLANS) if not _same(p, plan)]
    more = {
        "state": _state(plan, steps, missing, hits, waived, view),
        "missing": missing,
        "checked": bool(guards),
        "touched": hits,
        "waived": sorted(waived),
        "cautions": guard.cautions(view, own),
        "meets": guard.met(own, others),
        "steps": [{name: step.get(name) for name in _STEP} for step in steps],
        "review_due_us": closed[0] + REVIEW_US if closed else None,
    }
    return msgspec.convert(plan | more, PlanShown)


def _missing(
    view: View, plan: dict[str, Any], steps: list[dict[str, Any]], touched: list[str]
) -> list[str]:
    lawful, approved = _latest(steps, "check", plan), _latest(steps, "approval", plan)
    return [
        *(f"legal_check {p}" for p in plan["contributors"] if not _yes(lawful, p, "lawful")),
        *(f"consent {a}" for a in plan.get("consents", ()) if not _consented(view, a)),
        *(f"protected {address}" for address in dict.fromkeys(touched)),
        *(f"approval {p}" for p in plan["contributors"] if not _yes(approved, p, "approved")),
    ]


def _yes(words: dict[str, dict[str, Any]], party: str, field: str) -> bool:
    return bool(words.get(party, {}).get(field))


def under_way(view: View) -> list[tuple[str, tuple[Volume, ...]]]:
    """Our own plans that are neither over nor closed, each once: address and volumes."""
    found: dict[tuple[str, str], tuple[str, tuple[Volume, ...]]] = {}
    for plan in docs(view, tables.PLANS, party=view.party):
        over = plan.get("until_us") is not None and plan["until_us"] <= view.now_us
        steps = docs(view, tables.STEPS, thing=plan["address"])
        if not over and not any(s["noun"] in ("close", "review") for s in steps):
            found[plan["title"], str(plan["volumes"])] = (plan["address"], _volumes(plan))
    return sorted(found.values())


def _same(other: dict[str, Any], plan: dict[str, Any]) -> bool:
    """The plan itself, or the same plan at home and released."""
    return (other["party"], other["title"]) == (plan["party"], plan["title"])


def _volumes(plan: dict[str, Any]) -> tuple[Volume, ...]:
    return msgspec.convert(plan["volumes"], tuple[Volume, ...])


def _latest(
    steps: list[dict[str, Any]], noun: str, plan: dict[str, Any]
) -> dict[str, dict[str, Any]]:
    """Each contributor's latest word of one kind."""
    return {
        s["party"]: s for s in steps if s["noun"] == noun and s["party"] in plan["contributors"]
    }


def _consented(view: View, address: str) -> bool:
    found = docs(view, tables.REQUESTS, address=address)
    return bool(found) and consent.request_shown(view, found[0]).state in ("granted", "limited")


def _waived(steps: list[dict[str, Any]]) -> set[str]:
    """What two persons of two offices have let the plan touch."""
    by: dict[str, list[tuple[str, str]]] = {}
    for step in steps:
        if step["noun"] == "waiver":
            by.setdefault(step["thing"], []).append((step["key"], step["office"]))
    return {
        thing
        for thing, signers in by.items()
        if any(a[0] != b[0] and a[1] != b[1] for a in signers for b in signers)
    }


def _state(
    plan: dict[str, Any],
    steps: list[dict[str, Any]],
    missing: list[str],
    hits: list[guard.Touched],
    waived: set[str],
    view: View,
) -> str:
    nouns = {s["noun"]: s for s in steps if s["party"] == plan["party"]}
    if any(s["noun"] == "review" for s in steps):
        return "reviewed"
    if "close" in nouns:
        overdue = view.now_us >= nouns["close"]["at"] + REVIEW_US
        return "review overdue" if overdue else "closed"
    approvals = _latest(steps, "approval", plan).values()
    approved_us = max((a["at"] for a in approvals), default=None)
    later = [h for h in hits if h.address not in waived and approved_us and h.at > approved_us]
    if later:
        return "reopened"
    if "start" in nouns:
        return "running"
    if plan.get("until_us") is not None and plan["until_us"] <= view.now_us:
        return "over"
    return "draft" if missing else "approved"


def waits(view: View) -> Iterator[Waiting]:
    """What each of our offices still has to do about plans."""
    for plan in board_plans(view, {}):
        if plan.party != view.party and "/spine/" in plan.address and not plan.checked:
            yield _wait(UNCHECKED, plan, ("protection", "j3"), "urgent")
        if plan.state == "reopened":
            yield _wait(REOPENED, plan, ("j3", "protection"), "flash")
        if view.party not in plan.contributors or plan.state not in ("draft", "review overdue"):
            continue
        if f"legal_check {view.party}" in plan.missing:
            yield _wait(LEGAL, plan, ("legal",), "routine")
        elif f"approval {view.party}" in plan.missing and plan.state == "draft":
            yield _wait(APPROVE, plan, ("j3", "commander"), "routine")
        if plan.state == "review overdue":
            yield _wait(REVIEW, plan, ("j3",), "urgent", plan.review_due_us)


def _wait(
    what: str, plan: PlanShown, offices: tuple[str, ...], urgency: Any, due: int | None = None
) -> Waiting:
    return Waiting(what, plan.address, plan.party, plan.title, plan.at, due, urgency, offices)
