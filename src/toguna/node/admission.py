"""Whether a record counts: the checks on what we author, and on what comes in.

A record that stands in a proved log and breaks a rule cannot be thrown away, for then the
log would not add up. It is kept, marked with the reason, and counts for nothing.
"""

from __future__ import annotations

from toguna.core import record
from toguna.core.catalogue import Catalogue
from toguna.core.domain import BY_RULE, Kind, Stored, View
from toguna.core.labels import Label
from toguna.core.record import Address, Draft, Envelope
from toguna.core.standing import Standing
from toguna.errors import BadInput, Refused, TogunaError

CLOCK_SKEW_US = 600_000_000
"""How far a member's clock may run ahead of ours: ten minutes."""
_OUTSIDE = {"left": "has left the alliance", "excluded": "was removed from the charter"}


class Admission:
    """The checks on what one stretch of another party's log says.

    The right to write a kind is judged once for all records of one office, kind and moment:
    a batch has one moment, and the charter does not change under a transaction.
    """

    def __init__(self, standing: Standing, catalogue: Catalogue, view: View) -> None:
        self._standing = standing
        self._catalogue = catalogue
        self._view = view
        self._rights: dict[tuple[str, str, str, int], str] = {}

    def admit(
        self, raw: bytes, address: Address, readers: tuple[str, ...]
    ) -> tuple[Envelope | None, str | None]:
        """The envelope of a received record, and why it does not count (None: it counts)."""
        try:
            envelope = record.decode(raw)
            kind = self._catalogue.kinds.get(envelope.kind)
            self._check(raw, envelope, kind, address, readers)
            if kind is not None:
                kind.admit(Stored(address, raw, envelope, readers, self._view.now_us), self._view)
        except TogunaError as error:
            return None, str(error)
        return envelope, None

    def _check(
        self,
        raw: bytes,
        envelope: Envelope,
        kind: Kind | None,
        address: Address,
        readers: tuple[str, ...],
    ) -> None:
        by = envelope.by
        if by.party != address.party:
            raise Refused(
                f"it says that it is by {by.party}, and stands in the log of {address.party}"
            )
        if envelope.label.to != readers:
            raise Refused("its label names other readers than its place in the log")
        ahead_us = envelope.at - self._view.now_us
        if ahead_us > CLOCK_SKEW_US:
            raise Refused(f"it is dated {ahead_us // 60_000_000} minutes ahead of our clock")
        if envelope.about:
            Address.parse(envelope.about)
        self._check_right(envelope, kind)
        if kind is not None:
            self._catalogue.decode_body(kind.name, envelope.body)
            _check_lasting(kind, envelope.label)
        if envelope.sig is not None or (kind is not None and kind.act is not None):
            _check_author(raw, envelope, address, self._standing)

    def _check_right(self, envelope: Envelope, kind: Kind | None) -> None:
        by = envelope.by
        asked = (envelope.kind, by.party, by.office, envelope.at)
        reason = self._rights.get(asked)
        if reason is None:
            may, why = _may(self._standing, kind, by.party, by.office, envelope.at)
            reason = self._rights[asked] = "" if may else why
        if reason:
            raise Refused(reason)
        if kind is not None:
            _check_office(kind, by.office)


def _may(
    standing: Standing, kind: Kind | None, party: str, office: str, at_us: int
) -> tuple[bool, str]:
    """Whether the charter lets this office write such a record at that moment."""
    if kind is not None and kind.act is not None:
        return standing.may_sign(party, office, kind.act.value, at_us)
    return standing.may_act(party, office, at_us)


def _check_author(raw: bytes, envelope: Envelope, address: Address, standing: Standing) -> None:
    by = envelope.by
    key = standing.desk_key(by.party, by.key)
    if key is None:
        check_person(raw, envelope, standing)
        return
    public, most = key
    if most is not None and address.index >= most:
        raise Refused(f"signed with key {by.key} after it was revoked")
    record.verify_signature(raw, envelope, public)


def check_person(raw: bytes, envelope: Envelope, standing: Standing) -> None:
    """Check a record that a person signed with an own, enrolled key.

    :raises Refused: the key is not enrolled, not for this office, or not at that moment.
    :raises Unverified: the signature does not hold.
    """
    by = envelope.by
    own = standing.person_key(by.party, by.key)
    if own is None:
        raise Refused(f"signed with key {by.key}, which is none of {by.party}'s")
    if why := own.refusal(by.office, envelope.at):
        raise Refused(why)
    record.verify_signature(raw, envelope, own.public)


def _check_lasting(kind: Kind, label: Label) -> None:
    if kind.lasting and (label.until is not None or label.keep_days is not None):
        raise Refused(
            f"a {kind.noun} is kept for good", remedy="leave its end out", where="label.until"
        )


def _check_office(kind: Kind, office: str) -> None:
    if kind.authors and office not in kind.authors:
        offices = ", ".join(sorted(kind.authors))
        raise Refused(f"{office} may not write {kind.name}", remedy=f"these may: {offices}")


class Drafting:
    """The checks on one submission of one office of ours.

    A label, and the right to write a kind, are judged once for all drafts that share them:
    the charter, the moment and the office are the same for the whole submission.
    """

    def __init__(self, office: str, standing: Standing, view: View) -> None:
        self._office = office
        self._standing = standing
        self._view = view
        self._labels: dict[Label, Label] = {}
        self._judged: set[tuple[str, bool]] = set()

    def check(self, draft: Draft, kind: Kind) -> Draft:
        """Check what one of us wants to say. Raises :class:`Refused` or :class:`BadInput`."""
        label = self._labels.get(draft.label)
        if label is None:
            label = self._labels[draft.label] = self._check_label(draft.label)
        if draft.about is not None:
            _check_reference(draft.about, label)
        for ref in draft.refs:
            _check_reference(ref, label)
        use = (kind.name, bool(label.to))
        if use not in self._judged:
            self._check_right(kind, leaves=bool(label.to))
            self._judged.add(use)
        _check_lasting(kind, label)
        checked = Draft(kind.name, draft.body, label, draft.about, draft.refs)
        kind.check(checked, self._view)
        return checked

    def _check_label(self, given: Label) -> Label:
        standing, view = self._standing, self._view
        label = given.normalised()
        if label.to and not standing.in_force:
            raise Refused(
                "there is no charter in force", remedy="found an alliance or adopt a charter"
            )
        label.check([p.party for p in standing.parties], view.party)
        for reader in label.to:
            if not view.active(reader):
                why = _OUTSIDE.get(standing.status(reader, view.now_us), "is not in the charter")
                raise Refused(f"{reader} {why}, nothing goes there")
        if label.until is not None and label.until <= view.now_us:
            raise BadInput("the label has ended already", where="label.until")
        return label

    def _check_right(self, kind: Kind, *, leaves: bool) -> None:
        """The charter rules what leaves the house; at home everybody writes as they like."""
        view = self._view
        if leaves:
            may, reason = _may(self._standing, kind, view.party, self._office, view.now_us)
            if not may:
                raise Refused(reason)
        _check_office(kind, self._office)


def check_rule(draft: Draft, kind: Kind) -> None:
    """What a rule may write by itself, with no person behind it: nothing that is decided.

    :raises Refused: a decisive act other than :data:`BY_RULE`, or something let out of the
        house that people release from home.
    """
    if kind.act is not None and kind.act not in BY_RULE:
        raise Refused(f"a rule does not {kind.act.value}: that is for an office to decide")
    if draft.label.to and kind.release is not None:
        raise Refused(f"a rule publishes nothing: {kind.name} is released by somebody")


def _check_reference(ref: str, label: Label) -> None:
    if Address.parse(ref).log == "home" and label.to:
        raise Refused(f"{ref} is in a home journal, whose addresses never leave the house")


def check_draft(draft: Draft, kind: Kind, office: str, standing: Standing, view: View) -> Draft:
    """:meth:`Drafting.check` for a single draft."""
    return Drafting(office, standing, view).check(draft, kind)
