"""Joint operations with consent: who commands, who may cross, what a plan still lacks.

========================  ===========  ====================================================
kind                      act          who may write it, about what
========================  ===========  ====================================================
operations.unit/1                      the owner of a unit
operations.attachment/1   hand over    the owner: under whom the unit stands, until when
operations.order/1        decide       the owner's capital, or those under whom it stands
operations.rescind/1      decide       the author of an order
operations.request/1                   a party whose units want to cross, to the host
operations.consent/1      consent      the host alone: yes, within limits, no
operations.revocation/1   withdraw     the host: its consent is taken back
operations.terms/1        consent      a host: what its desk may grant at once
operations.plan/1                      whoever plans; at home, or to those who take part
operations.guard/1                     a node, about its own plan: held against the lists
operations.check/1                     a contributor's legal office
operations.approval/1     decide       a contributor
operations.waiver/1       decide       two persons of two offices, about one protected thing
operations.start/1        decide       the plan's owner, when nothing is missing
operations.close/1        decide       the plan's owner
operations.review/1                    a contributor
operations.crossing/1                  a node that follows a unit: how it stands
operations.encounter/1                 both nodes, at home: plans compared without being shown
========================  ===========  ====================================================

Silence is never consent, and nothing here resolves a conflict between two chains of command.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from toguna.core.domain import (
    Act,
    Board,
    Domain,
    Kind,
    Layer,
    Projection,
    View,
    Waiting,
)
from toguna.core.folding import docs, in_order
from toguna.core.record import Draft
from toguna.core.table import Table
from toguna.core.time import DAY_US
from toguna.domains.operations import bodies, command, consent, guard, plans, tables
from toguna.domains.operations.tables import following, opening
from toguna.errors import Refused

__all__ = ["DESK", "DOMAIN"]

DESK = "encounter_desk"
"""The setting with whom another party calls about plans that meet."""
_Check = Callable[[Draft, View], None]


def _kind(
    noun: str, body: type[Struct], fr: str, en: str, check: _Check, act: Act | None = None,
    authors: tuple[str, ...] = (), **more: Any,
) -> Kind:  # fmt: skip
    return Kind(
        f"operations.{noun}/1", body, fr, en, act=act, authors=frozenset(authors), check=check,
        **more,
    )  # fmt: skip


def _check_crossing(_draft: Draft, _view: View) -> None:
    """What a node measured is what it measured."""


def _check_encounter(draft: Draft, _view: View) -> None:
    """It says where own plans are, and stays at home."""
    if draft.label.to:
        raise Refused("it stays at home: it tells where our plans are", where="label.to")


def _as_it_is(body: Struct, _label: object) -> Struct:
    """A plan that leaves the house is told exactly, or two plans could not be compared."""
    return body


_KINDS = (
    _kind("unit", bodies.Unit, "Unité", "Unit", command.check_unit, release=_as_it_is),
    _kind("attachment", bodies.Attachment, "Mise à disposition", "Attachment",
          command.check_attachment, Act.HAND_OVER),
    _kind("order", bodies.Order, "Ordre", "Order", command.check_order, Act.DECIDE),
    _kind("rescind", bodies.Rescind, "Ordre rapporté", "Order taken back", command.check_rescind,
          Act.DECIDE),
    _kind("request", bodies.Request, "Demande de passage", "Request to cross",
          consent.check_request, release=_as_it_is),
    _kind("consent", bodies.Consent, "Réponse de l'hôte", "Host's answer", consent.check_consent,
          Act.CONSENT),
    _kind("revocation", bodies.Revocation, "Retrait d'accord", "Consent taken back",
          consent.check_revocation, Act.WITHDRAW),
    _kind("terms", bodies.Terms, "Conditions permanentes", "Standing terms", consent.check_terms,
          Act.CONSENT),
    _kind("plan", bodies.Plan, "Plan", "Plan", plans.check_plan, release=_as_it_is,
          react=plans.react_plan),
    _kind("guard", bodies.Guard, "Plan vérifié", "Plan checked", plans.check_guard),
    _kind("check", bodies.Check, "Avis juridique", "Legal check", plans.check_contribution,
          authors=("legal",)),
    _kind("approval", bodies.Approval, "Approbation", "Approval", plans.check_contribution,
          Act.DECIDE),
    _kind("waiver", bodies.Waiver, "Dérogation motivée", "Reasoned exception",
          plans.check_waiver),
    _kind("start", bodies.Start, "Mise en œuvre", "Start", plans.check_start, Act.DECIDE),
    _kind("close", bodies.Close, "Fin d'opération", "Close", plans.check_close, Act.DECIDE),
    _kind("review", bodies.Review, "Retour d'expérience", "After-action review",
          plans.check_review),
    _kind("crossing", bodies.Crossing, "Suivi de passage", "Crossing", _check_crossing),
    _kind("encounter", bodies.Encounter, "Plans comparés sans être montrés",
          "Plans compared without being shown", _check_encounter),
)  # fmt: skip


def _p(table: Table, nouns: str, fold: Any) -> Projection:
    return Projection(table, tuple(f"operations.{n}/1" for n in nouns.split()), fold, newest="at")


def _none(_body: Any, _noun: str) -> tuple[Any, ...]:
    return ()


class CrossingShown(Struct, omit_defaults=True, kw_only=True):
    """How a unit stood the last time that this changed, as one node measured it."""

    address: str
    at: int
    party: str
    unit: str
    host: str
    state: str
    what: str
    beyond_m: int | None = None
    late_s: int | None = None
    error_m: int | None = None
    about: str | None = None


def _crossings(view: View, _query: Mapping[str, str]) -> Iterator[CrossingShown]:
    for doc in sorted(_latest_crossings(view), key=lambda d: -d["at"]):
        yield msgspec.convert(doc, CrossingShown)


def _latest_crossings(view: View) -> list[dict[str, Any]]:
    """How each unit stands at each border, as each node last measured it."""
    latest: dict[tuple[str, str, str], dict[str, Any]] = {}
    for doc in sorted(docs(view, tables.CROSSINGS), key=in_order):
        latest[doc["party"], doc["unit"], doc["host"]] = doc
    return list(latest.values())


_ALARMS = {
    "outside": "flash", "no_consent": "flash", "leaving": "urgent", "approaching": "urgent",
}  # fmt: skip


def _alarms(view: View) -> Iterator[Waiting]:
    """Units that are where no consent lets them be, or will be so in minutes: once each."""
    names = {u["address"]: u["name"] for u in docs(view, tables.UNITS)}
    told: dict[tuple[str, str], dict[str, Any]] = {}
    for doc in _latest_crossings(view):
        if doc["state"] in _ALARMS and view.now_us - doc["at"] < DAY_US:
            told[doc["unit"], doc["state"]] = doc
    for doc in told.values():
        urgency: Any = _ALARMS[doc["state"]]
        yield Waiting(f"operations.{doc['state']}", doc["address"], doc["host"],
                      names.get(doc["unit"], doc["unit"]), doc["at"], None, urgency,
                      ("duty", "liaison", "j3"))  # fmt: skip


def _encounters(view: View) -> Iterator[Waiting]:
    """Plans that meet another party's: call its desk, until the meeting is past."""
    for doc in docs(view, tables.ENCOUNTERS):
        met = doc.get("met", ())
        if met and max(cell["until_us"] for cell in met) > view.now_us:
            due = min(cell["from_us"] for cell in met)
            title = f"{doc['other']}: {doc.get('desk', '')}".rstrip(": ")
            yield Waiting("operations.encounter", doc["address"], doc["other"], title, doc["at"],
                          due, "urgent", ("j3", "duty", "liaison"))  # fmt: skip


def _waits(view: View) -> Iterator[Waiting]:
    yield from _encounters(view)
    yield from _alarms(view)
    yield from command.waits(view)
    yield from consent.waits(view)
    yield from plans.waits(view)


DOMAIN = Domain(
    name="operations",
    kinds=_KINDS,
    projections=(
        _p(tables.UNITS, "unit", opening(tables.UNITS, bodies.Unit, lambda b: (b.until_us,))),
        _p(tables.ATTACHMENTS, "attachment",
           following(tables.ATTACHMENTS, lambda b, _: (b.until_us,))),
        _p(tables.ORDERS, "order", following(tables.ORDERS, lambda b, _: (b.until_us,))),
        _p(tables.RESCINDED, "rescind", following(tables.RESCINDED, _none)),
        _p(tables.REQUESTS, "request",
           opening(tables.REQUESTS, bodies.Request, lambda b: (b.host, b.volume.until_us))),
        _p(tables.CONSENTS, "consent", following(tables.CONSENTS, lambda b, _: (b.answer,))),
        _p(tables.REVOCATIONS, "revocation", following(tables.REVOCATIONS, _none)),
        _p(tables.TERMS, "terms", opening(tables.TERMS, bodies.Terms, lambda b: (b.until_us,))),
        _p(tables.PLANS, "plan", tables.fold_plan),
        _p(tables.GUARDS, "guard", following(tables.GUARDS, _none)),
        _p(tables.STEPS, "check approval waiver start close review",
           following(tables.STEPS, lambda _, noun: (noun,))),
        _p(tables.CROSSINGS, "crossing",
           following(tables.CROSSINGS, lambda b, _: (b.unit, b.state), needed=False)),
        _p(tables.ENCOUNTERS, "encounter",
           opening(tables.ENCOUNTERS, bodies.Encounter, lambda b: (b.other,))),
    ),
    needs=guard.NEEDS,
    boards=(
        Board("units", "Qui commande", "Who commands", command.UnitShown, command.board_units),
        Board("requests", "Demandes de passage", "Requests to cross", consent.RequestShown,
              consent.board_requests),
        Board("plans", "Plans", "Plans", plans.PlanShown, plans.board_plans),
        Board("crossings", "Passages suivis", "Crossings", CrossingShown, _crossings),
    ),
    layers=(
        Layer("requests", tables.REQUESTS, "Demandes de passage", "Requests to cross", "line"),
    ),
    waits=_waits,
    settings={DESK: ""},
)  # fmt: skip
"""The declaration; everything else follows from it."""
