"""What the charter and all acts amount to at one moment: the answers that a node asks for.

A :class:`Standing` is read-only and made from a set of verified acts and a time, so nodes
with the same book agree on every answer. Acts that are not signed as they must be are
left out here, not refused: they may become valid when more signatures arrive.

A revoked log or desk key counts for what stands before its cut-off on the spine. What else it
signed (receipts, handovers) counts by its date, which a thief can put back: revoke early.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from typing import Literal, NamedTuple, TypeVar

from toguna.core.acts import (
    Act,
    Cancellation,
    Enrolment,
    Handover,
    Receipt,
    Restoration,
    Revocation,
    Withdrawal,
)
from toguna.core.charter import (
    Charter,
    KeyRole,
    OfficeTerm,
    PartyEntry,
    alliance_id,
)
from toguna.core.enrolled import PersonKey, fold_keys
from toguna.core.keyspans import KeySpan, key_spans
from toguna.core.offices import fold_terms, term_at
from toguna.core.signed import key_id
from toguna.core.tally import Proposal, Signed, Signers, counts, holds, tally, withdrawals
from toguna.core.time import DAY_US, day_of, format_time
from toguna.errors import Refused

Status = Literal["active", "leaving", "left", "excluded", "unknown"]
_A = TypeVar("_A", bound=Act)
_D = TypeVar("_D", Enrolment, Cancellation)


class Departure(NamedTuple):
    """A withdrawal that counts: who leaves, when, and who has confirmed it.

    ``receipts`` maps a party to when it signed; ``waiting`` names those that have not.
    ``days_left`` is rounded up, and 0 once it has taken effect.
    """

    hash: str
    party: str
    why: str
    at: int
    effective: int
    receipts: dict[str, int]
    waiting: tuple[str, ...]
    days_left: int


class Contradiction(NamedTuple):
    """A party that said yes to two versions with the same number; anyone can check it."""

    party: str
    version: int
    hashes: tuple[str, ...]


class Standing:
    """The charter in force at ``now_us``, and all that follows from it."""

    def __init__(self, acts: Mapping[str, Signed], now_us: int, founding: str = "") -> None:
        self.now_us = now_us
        counted = tally(acts, founding)
        self._chain = counted.chain
        self.proposals: tuple[Proposal, ...] = counted.proposals
        signed = list(acts.values())
        self._withdrawals = withdrawals(self._chain, signed)
        self._revocations = _by_date(
            (item, act)
            for item, act in _of(signed, Revocation)
            if counts(self._chain, act.party, act.charter, act.at, item.signers)
        )
        self._receipts = [
            act
            for item, act in _of(signed, Receipt)
            if act.withdrawal in self._withdrawals
            and self._speaks(act.party, "desk", act.charter, act.at, item.signers)
        ]
        self._restorations = _by_date(
            (item, act)
            for item, act in _of(signed, Restoration)
            if self._speaks(act.party, "log", act.charter, act.at, item.signers, roots=False)
        )
        handovers = [
            (act.from_us, act.at, item.hash, act)
            for item, act in _of(signed, Handover)
            if self._speaks(act.from_party, "desk", act.charter, act.at, item.signers)
        ]
        self._person_keys = fold_keys(
            self._by_desk(signed, Enrolment), self._by_desk(signed, Cancellation)
        )
        self._terms = fold_terms(self._chain, [act for *_, act in sorted(handovers, key=_rank)])

    def _by_desk(self, signed: list[Signed], kind: type[_D]) -> list[_D]:
        """The acts of this kind that the desk key of their party signed, oldest first."""
        return _by_date(
            (item, act)
            for item, act in _of(signed, kind)
            if self._speaks(act.party, "desk", act.charter, act.at, item.signers, roots=False)
        )

    def at(self, now_us: int) -> Standing:
        """The same acts, seen at another moment."""
        other = copy(self)
        other.now_us = now_us
        return other

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Standing) and self._facts() == other._facts()

    __hash__ = None  # type: ignore[assignment]

    def _facts(self) -> tuple[object, ...]:
        return (
            self.now_us,
            self._chain,
            self.proposals,
            self._withdrawals,
            self._revocations,
            sorted((r.withdrawal, r.party, r.at) for r in self._receipts),
            self._restorations,
            self._terms,
            self._person_keys,
        )

    # The charter -----------------------------------------------------------------------

    @property
    def in_force(self) -> bool:
        """Whether any version has been accepted."""
        return bool(self._chain)

    @property
    def charter(self) -> Charter:
        """The newest accepted version; Refused while there is none."""
        if not self._chain:
            raise Refused("no charter is in force", remedy="sign it, then adopt it")
        return self._chain[-1][1]

    @property
    def charter_hash(self) -> str:
        """The hash of the newest accepted version, or ""."""
        return self._chain[-1][0] if self._chain else ""

    @property
    def founding_hash(self) -> str:
        """The hash of version 1, which names the alliance, or ""."""
        return self._chain[0][0] if self._chain else ""

    @property
    def id(self) -> str:
        """The alliance's name for good, ``sahel-1a2b3c4d``, or ""."""
        if not self._chain:
            return ""
        return alliance_id(self._chain[0][1].name, self.founding_hash)

    @property
    def version(self) -> int:
        """The number of the version in force; 0 while there is none."""
        return self._chain[-1][1].version if self._chain else 0

    @property
    def parties(self) -> tuple[PartyEntry, ...]:
        """The entries of the version in force, by party id."""
        return self._chain[-1][1].parties if self._chain else ()

    def party(self, party: str) -> PartyEntry | None:
        """The entry of ``party`` in the version in force, or None."""
        return self._chain[-1][1].party(party) if self._chain else None

    @property
    def pending(self) -> tuple[Proposal, ...]:
        """What was proposed on the version in force and is not accepted: pending or rejected."""
        return tuple(
            p for p in self.proposals if p.prev == self.charter_hash and p.state != "accepted"
        )

    def proposal(self, hash_: str) -> Proposal | None:
        """The version with this hash and how it stands, or None when it stands on nothing."""
        return next((p for p in self.proposals if p.hash == hash_), None)

    @property
    def contradictions(self) -> tuple[Contradiction, ...]:
        """Who said yes to two versions with the same number, while that matters."""
        found: dict[tuple[str, int], list[str]] = {}
        for p in self.proposals:
            for party in p.contradicted:
                found.setdefault((party, p.version), []).append(p.hash)
        return tuple(Contradiction(*k, tuple(h)) for k, h in sorted(found.items()))

    # Parties ---------------------------------------------------------------------------

    def status(self, party: str, at_us: int | None = None) -> Status:
        """Whether ``party`` belongs at ``at_us`` (now unless given).

        A party in its notice period is "leaving" and keeps every right until the end of it.
        """
        at = self.now_us if at_us is None else at_us
        leaving = self._withdrawal_of(party)
        if leaving is not None and leaving.effective <= at:
            return "left"
        if self._version_at(at).get(party) is None:
            known = any(charter.party(party) for _, charter in self._chain)
            return "excluded" if known else "unknown"
        return "leaving" if leaving is not None and leaving.at <= at else "active"

    def is_active(self, party: str, at_us: int | None = None) -> bool:
        """Whether ``party`` has its rights: active, or in its notice period."""
        return self.status(party, at_us) in ("active", "leaving")

    def _withdrawal_of(self, party: str) -> Withdrawal | None:
        return next((w for w in self._withdrawals.values() if w.party == party), None)

    @property
    def departures(self) -> tuple[Departure, ...]:
        """The withdrawals that count, whether in their notice period or in effect."""
        return tuple(
            self._departure(hash_, act) for hash_, act in sorted(self._withdrawals.items())
        )

    def _departure(self, hash_: str, act: Withdrawal) -> Departure:
        receipts = {
            r.party: r.at
            for r in sorted(self._receipts, key=lambda r: (r.party, -r.at))
            if r.withdrawal == hash_ and r.party != act.party
        }
        asked = (p.party for p in self.parties if p.party != act.party)
        return Departure(
            hash=hash_,
            party=act.party,
            why=act.why,
            at=act.at,
            effective=act.effective,
            receipts=receipts,
            waiting=tuple(p for p in asked if p not in receipts and self.is_active(p)),
            days_left=max(0, -((self.now_us - act.effective) // DAY_US)),
        )

    def restorations(self, party: str) -> list[Restoration]:
        """Where the party's spine went on after a loss, oldest first."""
        return [r for r in self._restorations if r.party == party]

    def _version_at(self, at_us: int) -> dict[str, PartyEntry]:
        # The present is the newest version, even where its author's clock is ahead of ours.
        versions = [charter for _, charter in self._chain]
        if at_us < self.now_us:
            versions = [v for v in versions if v.at <= at_us] or versions[:1]
        return {p.party: p for p in versions[-1].parties} if versions else {}

    def origin(self, party: str) -> str:
        """The origin line of the party's checkpoints (C2SP tlog-checkpoint)."""
        return f"toguna/{self.id}/{party}"

    def witness_name(self, party: str) -> str:
        """The key name in the party's cosignatures (C2SP tlog-cosignature)."""
        return f"{self.origin(party)}/witness"

    # Keys ------------------------------------------------------------------------------

    def keys(self, party: str, role: KeyRole) -> list[KeySpan]:
        """All keys of the party for this use, oldest first, with how far each counts."""
        return key_spans(self._chain, self._revocations, party, role)

    def log_keys(self, party: str) -> list[tuple[bytes, int | None]]:
        """Keys that sign the party's checkpoints, each with the largest size that counts."""
        return [(span.public, span.max_size) for span in self.keys(party, "log")]

    def desk_key(self, party: str, key: str) -> tuple[bytes, int | None] | None:
        """The desk key with this id, and the spine index from which it no longer counts."""
        for span in self.keys(party, "desk"):
            if key_id(span.public) == key:
                return span.public, span.max_size
        return None

    def person_key(self, party: str, key: str) -> PersonKey | None:
        """The enrolled key of a person of the party with this id, cancelled ones as well."""
        return self._person_keys.get((party, key))

    def person_keys(self, party: str) -> list[PersonKey]:
        """Every key that the party enrolled for a person, by date."""
        own = [k for (p, _), k in self._person_keys.items() if p == party]
        return sorted(own, key=lambda k: (k.from_us, k.public))

    def witness_keys(self, party: str) -> list[tuple[bytes, int | None]]:
        """Keys of the party's cosignatures; None, or the moment from which none counts."""
        return [(span.public, span.until_us) for span in self.keys(party, "witness")]

    def current_key(self, party: str, role: KeyRole) -> bytes | None:
        """The key that the party signs with now; None when it was revoked or never was."""
        live = [span.public for span in self.keys(party, role) if span.until_us is None]
        return live[-1] if live else None

    @property
    def revocations(self) -> tuple[Revocation, ...]:
        """The revocations that count, oldest first."""
        return tuple(self._revocations)

    def _speaks(
        self,
        party: str,
        role: KeyRole,
        charter: str,
        at: int,
        signers: Signers,
        *,
        roots: bool = True,
    ) -> bool:
        """Whether a key of this use signed for the party before it was revoked."""
        version = next((v for h, v in self._chain if h == charter), None)
        entry = version.party(party) if version else None
        if entry is None:
            return False
        if roots and holds(entry, signers):
            return True
        return any(
            (party, span.public) in signers and (span.until_us is None or at < span.until_us)
            for span in self.keys(party, role)
        )

    # Offices ---------------------------------------------------------------------------

    @property
    def terms(self) -> tuple[OfficeTerm, ...]:
        """The terms of the alliance's offices, handovers applied."""
        return tuple(self._terms)

    def office_holder(self, office: str, at_us: int | None = None) -> str | None:
        """Who holds an office of the alliance at a moment; None when it is vacant or none."""
        at = self.now_us if at_us is None else at_us
        term = term_at(self._terms, office, at)
        return term.party if term is not None and self.is_active(term.party, at) else None

    def may_act(self, party: str, office: str, at_us: int | None = None) -> tuple[bool, str]:
        """Whether ``party`` may act in ``office`` at that moment, and if not, why.

        An office that no term names belongs to each party, which fills it as it likes.
        """
        at = self.now_us if at_us is None else at_us
        status = self.status(party, at)
        if status == "unknown":
            return False, f"{party} is not a party of the charter"
        if status in ("left", "excluded"):
            leaving = self._withdrawal_of(party)
            when = f" on {day_of(leaving.effective)}" if leaving and status == "left" else ""
            word = "left the alliance" if status == "left" else "was removed from the charter"
            return False, f"{party} {word}{when}"
        terms = [t for t in self._terms if t.office == office]
        holder = self.office_holder(office, at)
        if not terms or holder == party:
            return True, ""
        ended = [t.until_us for t in terms if t.party == party and t.until_us is not None]
        past = [us for us in ended if us <= at]
        now = f"{holder} holds {office}" if holder else f"{office} is vacant"
        if past:
            return False, f"{party} is out of office since {format_time(max(past))}: {now}"
        return False, f"{party} is not in office: {now}"

    def may_sign(
        self, party: str, office: str, act: str, at_us: int | None = None
    ) -> tuple[bool, str]:
        """Like :meth:`may_act`, and by the rules this office may sign acts of this name."""
        offices = self.charter.rules.signs.get(act)
        if offices is not None and office not in offices:
            return False, f"by the charter {act} is signed by {', '.join(offices)}, not by {office}"
        return self.may_act(party, office, at_us)


def _of(signed: Iterable[Signed], kind: type[_A]) -> list[tuple[Signed, _A]]:
    return [(item, item.act) for item in signed if isinstance(item.act, kind)]


def _by_date(found: Iterable[tuple[Signed, _A]]) -> list[_A]:
    """In order of date, and of hash where dates are equal, so that all nodes agree."""
    return [act for _, act in sorted(found, key=lambda pair: (pair[1].at, pair[0].hash))]


def _rank(handover: tuple[int, int, str, Handover]) -> tuple[int, int, str]:
    return handover[:3]
