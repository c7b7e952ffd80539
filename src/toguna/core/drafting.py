"""Drafts of charter versions: founding, admission, exclusion, other rules or entries.

A draft binds nobody until the parties sign it (:mod:`toguna.core.acts`). Each function gives
a whole new version that stands on the hash of the one before, and has been validated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from toguna.core.charter import (
    SLOTS,
    Card,
    Charter,
    OfficeTerm,
    PartyEntry,
    PartyKeys,
    Role,
    Rules,
    charter_hash,
    validate,
)
from toguna.core.profiles import profile as find_profile
from toguna.errors import BadInput


def found(
    cards: Sequence[Card],
    profile: str,
    name: str,
    now_us: int,
    *,
    roles: Mapping[str, Role] | None = None,
    offices: Sequence[OfficeTerm] | None = None,
) -> Charter:
    """Version 1, out of opened cards. Parties without a role in ``roles`` are members.

    Unless ``offices`` says otherwise the first card's party holds the profile's chair.
    """
    chosen = find_profile(profile)
    if not cards:
        raise BadInput("no cards", remedy="give the card of every founding party")
    given = roles or {}
    strangers = sorted(set(given) - {card.party for card in cards})
    if strangers:
        raise BadInput(f"a role for {', '.join(strangers)}, but no card")
    first = OfficeTerm(from_us=now_us, office=chosen.chair, party=cards[0].party, until_us=None)
    by_id = sorted(cards, key=lambda card: card.party)
    charter = Charter(
        at=now_us,
        name=name,
        offices=tuple([first] if offices is None else _ordered(offices)),
        parties=tuple(
            _entry(card, given.get(card.party, "member"), slot, now_us)
            for slot, card in enumerate(by_id)
        ),
        prev="",
        profile=chosen.name,
        rules=chosen.rules,
        v=1,
        version=1,
    )
    validate(charter)
    return charter


def amend_admit(charter: Charter, card: Card, role: Role, now_us: int) -> Charter:
    """The next version, with the card's party in it, newly admitted at ``now_us``.

    A party that left and stands there still is admitted again with its old slot. A newcomer
    gets a slot that nobody has in this version.
    """
    old = charter.party(card.party)
    taken = {p.slot for p in charter.parties}
    free = [slot for slot in range(SLOTS) if slot not in taken]
    if old is None and not free:
        raise BadInput(f"all {SLOTS} slots are taken")
    entry = _entry(card, role, old.slot if old else free[0], _next_at(charter, now_us))
    others = [p for p in charter.parties if p.party != card.party]
    return _next(charter, now_us, parties=_by_id([*others, entry]))


def amend_exclude(charter: Charter, party: str, now_us: int) -> Charter:
    """The next version without ``party``; the terms of its offices go as well."""
    if charter.party(party) is None:
        raise BadInput(f"{party[:16]!r} is not a party of version {charter.version}")
    return _next(
        charter,
        now_us,
        parties=tuple(p for p in charter.parties if p.party != party),
        offices=tuple(t for t in charter.offices if t.party != party),
    )


def amend_rules(charter: Charter, rules: Rules, now_us: int) -> Charter:
    """The next version, with other rules."""
    return _next(charter, now_us, rules=rules)


def amend_offices(charter: Charter, offices: Sequence[OfficeTerm], now_us: int) -> Charter:
    """The next version, with other terms of office."""
    return _next(charter, now_us, offices=tuple(_ordered(offices)))


def amend_keys(charter: Charter, party: str, keys: PartyKeys, now_us: int) -> Charter:
    """The next version, with other keys for ``party``, which must itself sign it.

    To cut off a stolen key use a revocation: a key that a charter only replaces keeps what
    it signed, and what it may still sign.
    """
    old = charter.party(party)
    if old is None:
        raise BadInput(f"{party[:16]!r} is not a party of version {charter.version}")
    others = [p for p in charter.parties if p.party != party]
    entry = msgspec.structs.replace(old, keys=keys)
    return _next(charter, now_us, parties=_by_id([*others, entry]))


def _entry(card: Card, role: Role, slot: int, now_us: int) -> PartyEntry:
    return PartyEntry(
        addresses=card.addresses,
        keys=card.keys,
        name=card.name,
        party=card.party,
        role=role,
        since_us=now_us,
        slot=slot,
    )


def _by_id(parties: Sequence[PartyEntry]) -> tuple[PartyEntry, ...]:
    return tuple(sorted(parties, key=lambda p: p.party))


def _ordered(offices: Sequence[OfficeTerm]) -> list[OfficeTerm]:
    return sorted(offices, key=lambda t: (t.office, t.from_us))


def _next_at(charter: Charter, now_us: int) -> int:
    """Versions never go back in time, even where a clock does."""
    return max(now_us, charter.at + 1)


def _next(
    charter: Charter,
    now_us: int,
    *,
    parties: tuple[PartyEntry, ...] | None = None,
    offices: tuple[OfficeTerm, ...] | None = None,
    rules: Rules | None = None,
) -> Charter:
    version = msgspec.structs.replace(
        charter,
        at=_next_at(charter, now_us),
        offices=charter.offices if offices is None else offices,
        parties=charter.parties if parties is None else parties,
        prev=charter_hash(charter),
        rules=charter.rules if rules is None else rules,
        version=charter.version + 1,
    )
    validate(version)
    return version
