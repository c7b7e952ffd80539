"""Sharing: graded reports and outside events, corrected, recalled, passed on, and answered for.

=====================  ===========  ======================================================
kind                   act          who may write it, about what
=====================  ===========  ======================================================
sharing.report/1                    anybody; released from home as a new, coarser body
sharing.event/1                     anybody; an incident of an outside dataset
sharing.correction/1   correct      the owner, about its own report on its spine
sharing.recall/1       recall       the owner, about its own record on its spine
sharing.deleted/1      acknowledge  a holder, about another's record: it is erased
sharing.refused/1      acknowledge  a holder, about another's record: it did not comply
sharing.read/1         acknowledge  a holder, about another's record: an office read it
sharing.request/1                   a holder, about another's record: may it go on?
sharing.consent/1      consent      the owner, about its own record: yes or no
sharing.copy/1         release      whoever the owner allows: its exact bytes and their proof
sharing.link/1                      a holder: these reports speak of one event, or do not
sharing.unlink/1                    the author of a link, about it: not any more
=====================  ===========  ======================================================

What is about something names it in its envelope (``about``), by an address on a spine.
"""

from __future__ import annotations

from toguna.core.domain import Act, Domain, Fold, Kind, Layer, Projection
from toguna.core.table import Table
from toguna.domains.sharing import folds, incidents, links, reactions, receipts, rules, tables
from toguna.domains.sharing.bodies import (
    Consent,
    Copy,
    Correction,
    Deleted,
    Event,
    Link,
    Read,
    Recall,
    Refused,
    Report,
    Request,
    Unlink,
)
from toguna.domains.sharing.lookup import has_consent
from toguna.domains.sharing.reactions import read_receipt
from toguna.domains.sharing.release import release_correction, release_event, release_report
from toguna.domains.sharing.waits import waits

__all__ = [
    "DOMAIN",
    "Consent",
    "Copy",
    "Correction",
    "Deleted",
    "Event",
    "Link",
    "Read",
    "Recall",
    "Refused",
    "Report",
    "Request",
    "Unlink",
    "has_consent",
    "read_receipt",
]

_KINDS = (
    Kind(
        "sharing.report/1",
        Report,
        "Compte rendu",
        "Report",
        release=release_report,
        check=rules.check_report,
    ),
    Kind(
        "sharing.event/1",
        Event,
        "Événement d'une base externe",
        "Event of an outside dataset",
        release=release_event,
        check=rules.check_event,
    ),
    Kind(
        "sharing.correction/1",
        Correction,
        "Rectificatif",
        "Correction",
        act=Act.CORRECT,
        release=release_correction,
        check=rules.check_correction,
        react=reactions.react_late,
    ),
    Kind(
        "sharing.recall/1",
        Recall,
        "Rappel",
        "Recall",
        act=Act.RECALL,
        check=rules.check_recall,
        admit=rules.admit_recall,
        react=reactions.react_recall,
    ),
    Kind(
        "sharing.deleted/1",
        Deleted,
        "Accusé d'effacement",
        "Deletion receipt",
        act=Act.ACKNOWLEDGE,
        check=rules.check_receipt,
    ),
    Kind(
        "sharing.refused/1",
        Refused,
        "Refus d'effacer",
        "Refusal to erase",
        act=Act.ACKNOWLEDGE,
        check=rules.check_receipt,
    ),
    Kind(
        "sharing.read/1",
        Read,
        "Accusé de lecture",
        "Read receipt",
        act=Act.ACKNOWLEDGE,
        check=rules.check_receipt,
    ),
    Kind(
        "sharing.request/1",
        Request,
        "Demande au propriétaire",
        "Request to the owner",
        check=rules.check_request,
    ),
    Kind(
        "sharing.consent/1",
        Consent,
        "Accord du propriétaire",
        "Owner's consent",
        act=Act.CONSENT,
        check=rules.check_consent,
    ),
    Kind(
        "sharing.copy/1",
        Copy,
        "Copie transmise",
        "Copy passed on",
        act=Act.RELEASE,
        check=rules.check_copy,
        admit=rules.admit_copy,
        react=reactions.react_late,
    ),
    Kind("sharing.link/1", Link, "Rapprochement", "Link", check=links.check_link),
    Kind("sharing.unlink/1", Unlink, "Rapprochement retiré", "Unlink", check=links.check_unlink),
)


def _list(table: Table, nouns: str, fold: Fold, newest: str = "at") -> Projection:
    """A projection of these kinds; the first of them is the one that it lists."""
    return Projection(table, tuple(f"sharing.{n}/1" for n in nouns.split()), fold, newest)


DOMAIN = Domain(
    name="sharing",
    kinds=_KINDS,
    projections=(
        _list(tables.REPORTS, "report correction copy", folds.fold_report),
        _list(tables.EVENTS, "event copy", folds.fold_event, newest="date_end_us"),
        _list(tables.CORRECTIONS, "correction", folds.fold_correction),
        _list(tables.COPIES, "copy", folds.fold_copy),
        _list(tables.RECEIPTS, "deleted refused read", receipts.fold_receipt),
        _list(tables.RECALLS, "recall deleted refused read", receipts.fold_recall),
        _list(tables.CONSENTS, "consent", folds.fold_consent),
        _list(tables.REQUESTS, "request consent", folds.fold_request),
        _list(tables.LINKS, "link unlink", links.fold_link),
        _list(tables.UNLINKS, "unlink", links.fold_unlink),
    ),
    on_read=reactions.on_read,
    settings={reactions.COMPLY: "yes", reactions.READ_RECEIPTS: "yes"},
    waits=waits,
    boards=incidents.BOARDS,
    layers=(
        Layer("reports", tables.REPORTS, "Rapports", "Reports"),
        Layer("events", tables.EVENTS, "Événements de jeux de données", "Events of data sets"),
    ),
)
"""The declaration; everything else follows from it."""
