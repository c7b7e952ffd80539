"""Who may write what about whose record: each rule refuses a draft before it is a record.

Not here: what a node does with a record that it receives (:mod:`.reactions`). A false claim
from outside is not repaired; it does nothing.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterable
from typing import TypeVar

import msgspec

from toguna.core.domain import Stored, View
from toguna.core.labels import Actor, Label, Use, decide, narrower
from toguna.core.record import Address, Draft, Envelope, decode
from toguna.domains.sharing import bodies
from toguna.domains.sharing.lookup import (
    ANSWERS,
    MOST_HANDS,
    about_of,
    has_consent,
    holders,
    is_recalled,
    noun_of,
    owned_about,
)
from toguna.domains.sharing.release import release_correction, release_event, release_report
from toguna.errors import BadInput, Conflict, Refused, Unknown, Unverified

_Body = TypeVar("_Body", bound=msgspec.Struct)


def _expect(draft: Draft, body: type[_Body]) -> _Body:
    if not isinstance(draft.body, body):
        raise BadInput(f"the body is no {body.__name__.lower()}", where=draft.kind)
    return draft.body


def _own(draft: Draft, view: View) -> Stored:
    """Our own spine record that the draft is about, still there or a tombstone."""
    about = owned_about(draft.about)
    if about.party != view.party:
        raise Refused(
            f"{about} belongs to {about.party}; only its owner may do this",
            remedy=f"ask {about.party}: sharing.request or your own report",
            where=draft.kind,
        )
    stored = view.record(about)
    if stored is None:
        raise Unknown(f"there is no {about}", where=draft.kind)
    return stored


def _others(draft: Draft, view: View) -> Address:
    """The record of somebody else that a receipt or a question is about; it must reach them."""
    about = owned_about(draft.about)
    if about.party == view.party:
        raise Refused(f"{about} is our own: it needs no answer from us", where=draft.kind)
    if about.party not in draft.label.to:
        raise BadInput(
            f"{about.party} owns {about} and would not read this",
            remedy=f"release it to {about.party}",
            where="label.to",
        )
    return about


def _reaches(draft: Draft, readers: Iterable[str], view: View) -> None:
    """Whoever holds the record must hear of it, unless the charter has let them go."""
    missed = sorted(p for p in set(readers) - set(draft.label.to) if view.active(p))
    if missed:
        raise BadInput(
            f"{', '.join(missed)} would hold the record and not hear of this",
            remedy=f"release it to {', '.join(sorted({*readers} | {*draft.label.to}))}",
            where="label.to",
        )


def _span(low: int | None, best: int | None, high: int | None) -> None:
    given = [n for n in (low, best, high) if n is not None]
    if given != sorted(given):
        raise BadInput(
            f"deaths {low}, {best}, {high} are not in order",
            remedy="low is at most best, and best at most high",
            where="deaths_best",
        )


def _check_facts(report: bodies.Report) -> None:
    if report.to_us < report.from_us:
        raise BadInput("it ends before it begins", where="to_us")
    if (report.lat_e7 is None) != (report.lon_e7 is None):
        raise BadInput("half a place", remedy="give both lat_e7 and lon_e7", where="lat_e7")
    if report.radius_m is not None and report.lat_e7 is None:
        raise BadInput("a radius around no point", remedy="leave it out", where="radius_m")
    _span(report.deaths_low, report.deaths_best, report.deaths_high)


def _check_release(draft: Draft, released: msgspec.Struct) -> None:
    """Whoever writes straight onto the spine is held to the label as a release would be."""
    if draft.label.to and released != draft.body:
        raise Refused(
            "the body tells more than its label allows (place or source)",
            remedy="record it at home without readers and release it, or make it coarser",
            where=draft.kind,
        )


def check_report(draft: Draft, _view: View) -> None:
    """A report whose numbers, times and place make sense, and keep to the label."""
    report = _expect(draft, bodies.Report)
    _check_facts(report)
    _check_release(draft, release_report(report, draft.label))


def check_event(draft: Draft, _view: View) -> None:
    """An event whose days are in order, and that keeps to the label.

    The figures stand as the dataset gives them, in whatever order: they are not ours.
    """
    event = _expect(draft, bodies.Event)
    if event.date_end_us < event.date_start_us:
        raise BadInput("it ends before it begins", where="date_end_us")
    _check_release(draft, release_event(event, draft.label))


def check_correction(draft: Draft, view: View) -> None:
    """Only of our own report, to all who have it, under a label no wider than its own."""
    correction = _expect(draft, bodies.Correction)
    stored = _own(draft, view)
    if stored.envelope is None or not stored.envelope.kind.startswith("sharing.report/"):
        raise BadInput(
            f"{stored.address} is no report that still stands",
            remedy="correct the report that was released, or release a new one",
            where="about",
        )
    _check_facts(correction.report)
    _reaches(draft, stored.readers, view)
    free = (*draft.label.to, *draft.label.onward)
    _no_wider(stored.envelope, draft.label, free, None)
    _check_release(draft, release_correction(correction, draft.label))


def check_recall(draft: Draft, view: View) -> None:
    """Only of our own record, once, to all who hold it or a copy that we know of."""
    _expect(draft, bodies.Recall)
    stored = _own(draft, view)
    origin = str(stored.address)
    if is_recalled(view, origin):
        raise Conflict(f"{origin} is recalled already", remedy="see its receipts", where="about")
    if stored.envelope is not None:
        noun = noun_of(stored.envelope)
        if noun in ANSWERS:
            raise Refused(f"a {noun} is not recalled: it is itself an answer", where="about")
    _may_go(stored, view)
    _reaches(draft, holders(view, stored), view)


def _may_go(stored: Stored, view: View) -> None:
    if view.lasting(stored):
        raise Refused(f"{stored.address} is kept for good, nobody recalls it", where="about")


def admit_recall(stored: Stored, view: View) -> None:
    """A recall of what is kept for good counts for nothing."""
    about = about_of(stored)
    held = None if about is None else view.record(about)
    if held is not None:
        _may_go(held, view)


def check_receipt(draft: Draft, view: View) -> None:
    """About somebody else's record, and to its owner."""
    _others(draft, view)


def check_request(draft: Draft, view: View) -> None:
    """To the owner of a record that we hold, about a third party."""
    request = _expect(draft, bodies.Request)
    about = _others(draft, view)
    if view.record(about) is None:
        raise Unknown(f"there is no {about}", where="about")
    if request.onto in (view.party, about.party):
        raise BadInput(f"{request.onto} has it already", remedy="name a third party", where="onto")
    _known(view, request.onto)


def check_consent(draft: Draft, view: View) -> None:
    """Only by the owner, for a party of the charter, with an end that is not over."""
    consent = _expect(draft, bodies.Consent)
    _own(draft, view)
    if consent.onto == view.party:
        raise BadInput("we own it", remedy="name who shall get it", where="onto")
    if consent.allowed:
        _known(view, consent.onto)
        if consent.until_us is not None and consent.until_us <= view.now_us:
            raise BadInput("the consent would be over already", where="until_us")


def _known(view: View, party: str) -> None:
    if not view.active(party):
        raise Refused(f"{party} is no party in good standing", where="onto")


def check_copy(draft: Draft, view: View) -> None:
    """The owner's bytes as we hold them, to whom its label or its signed yes lets them go."""
    copy = _expect(draft, bodies.Copy)
    about = owned_about(draft.about)
    stored = view.record(about)
    if stored is None:
        raise Unknown(f"there is no {about}", where="about")
    if not stored.raw:
        raise Refused(f"{about} is gone ({stored.gone}): it goes nowhere", where="about")
    raw = copy.record.encode()
    if raw != stored.raw:
        raise BadInput(f"these are not the bytes of {about}", where="record")
    original = decode(raw)
    actor = Actor(view.party, "", active=view.active(view.party))
    consented = {p for p in (*draft.label.to, *draft.label.onward) if has_consent(view, about, p)}
    for onto in draft.label.to:
        decision = decide(
            actor,
            about.party,
            original.label,
            Use.PASS_ON,
            view.now_us,
            onto=onto,
            onto_active=view.active(onto),
            consented=onto in consented,
            received_us=stored.received_us,
        )
        if not decision:
            raise Refused(
                decision.reason,
                remedy=f"ask {about.party} with sharing.request",
                where=str(about),
            )
    if about.party == view.party:
        consented |= {*draft.label.to, *draft.label.onward}
    _no_wider(original, draft.label, consented, stored.received_us)
    asked, known = draft.label.precision_m, original.label.precision_m
    if asked is not None and (known is None or known < asked):
        raise BadInput(
            "a copy is exact: its place cannot be made coarser",
            remedy="leave precision_m as it is, or derive a report of your own",
            where="label.precision_m",
        )


def admit_copy(stored: Stored, view: View) -> None:
    """A received copy counts only when its bytes are proved to stand where it says.

    A copy of a copy is proved hand by hand, down to the owner's own bytes.

    :raises Unverified: a proof or signature does not hold, or the record is another party's.
    :raises BadInput: it is about nothing on a spine, or holds no record.
    """
    body = view.body(stored)
    about = stored.envelope.about if stored.envelope is not None else None
    for _ in range(MOST_HANDS):
        if not isinstance(body, bodies.Copy):
            return
        address, raw = owned_about(about), body.record.encode()
        inner = decode(raw)
        if inner.by.party != address.party:
            raise Unverified(f"a record of {inner.by.party} cannot stand at {address}")
        try:
            salt = b64decode(body.salt, validate=True)
        except Base64Error:
            raise BadInput("it is not base64", where="salt") from None
        view.proves(address, raw, salt, body.proof)
        if noun_of(inner) != "copy":
            return
        try:
            body, about = msgspec.json.decode(inner.body, type=bodies.Copy), inner.about
        except msgspec.DecodeError as error:
            raise BadInput(str(error), where=str(address)) from None
    raise BadInput(f"it went through more than {MOST_HANDS} hands", where="record")


def _no_wider(outer: Envelope, inner: Label, free: Iterable[str], received_us: int | None) -> None:
    wider = narrower(
        outer.label, inner, owner=outer.by.party, consented=set(free), received_us=received_us
    )
    if wider:
        raise Refused(
            f"the label is wider than the first one: {'; '.join(wider)}",
            remedy="narrow it",
            where="label",
        )
