"""What a version of the charter changes, and whose yes that takes.

Admission asks for the charter's quorum of accession, removal for that of exclusion, all else
for that of amendment; a version that does several things needs the highest of them.

Not here: who said yes (:mod:`toguna.core.tally`).
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from toguna.core import quorum
from toguna.core.charter import Charter, PartyEntry
from toguna.errors import Unverified


class Need(NamedTuple):
    """``least`` yes of these voters."""

    voters: tuple[str, ...]
    yes: frozenset[str]
    least: int

    def lack(self) -> int:
        """How many yes are still needed."""
        return max(0, self.least - sum(p in self.yes for p in self.voters))

    def awaited(self, no: dict[str, str]) -> set[str]:
        """While it is not met: the voters who said neither yes nor no."""
        if not self.lack():
            return set()
        return {p for p in self.voters if p not in self.yes and p not in no}

    def is_lost(self, no: dict[str, str]) -> bool:
        """Whether those who said no leave too few to meet it."""
        refusing = sum(p in no and p not in self.yes for p in self.voters)
        return len(self.voters) - refusing < self.least


class Change(NamedTuple):
    """How a version differs from the one before it.

    ``newcomers`` are admitted, admitted again or made members; ``removed`` are struck or no
    longer members; ``rekeyed`` have other keys; ``other`` names further changes in words.
    """

    newcomers: tuple[str, ...]
    removed: tuple[str, ...]
    rekeyed: tuple[str, ...]
    other: tuple[str, ...]


def changes(version: Charter, prev: Charter) -> Change:
    """Compare a version with the one that it stands on."""
    newcomers, removed, rekeyed, other = [], [], [], []
    for entry in version.parties:
        old = prev.party(entry.party)
        if old is None or old.since_us != entry.since_us:
            newcomers.append(entry.party)
            continue
        if entry.role == "member" != old.role:
            newcomers.append(entry.party)
        elif old.role == "member" != entry.role:
            removed.append(entry.party)
        if entry.keys != old.keys:
            rekeyed.append(entry.party)
        if msgspec.structs.replace(entry, keys=old.keys, role=old.role) != old:
            other.append(f"the entry of {entry.party}")
    removed += [p.party for p in prev.parties if version.party(p.party) is None]
    kept = tuple(t for t in prev.offices if version.party(t.party) is not None)
    if version.offices != kept:
        other.append("offices")
    if version.rules != prev.rules:
        other.append("rules")
    return Change(tuple(newcomers), tuple(sorted(removed)), tuple(rekeyed), tuple(other))


def summary(version: Charter, prev: Charter | None) -> str:
    """What a version would do, in words: ``admit td``, ``exclude ne``, ``change rules``."""
    if prev is None:
        return f"found {version.name} with {', '.join(p.party for p in version.parties)}"
    change = changes(version, prev)
    words = []
    for party in change.newcomers:
        entry = version.party(party)
        role = "" if entry is None or entry.role == "member" else f" as {entry.role}"
        words.append(f"admit {party}{role}")
    for party in change.removed:
        words.append(
            f"remove {party}" if version.party(party) is None else f"end membership of {party}"
        )
    words += [f"change the keys of {party}" for party in change.rekeyed]
    words += [f"change {what}" for what in change.other]
    return ", ".join(words) or "change nothing"


def needs(
    version: Charter,
    prev: Charter | None,
    left: frozenset[str],
    old: frozenset[str],
    new: frozenset[str],
) -> list[Need]:
    """All that must be met for ``version`` to be accepted on ``prev``.

    ``left`` are the parties whose notice has run out; ``old`` and ``new`` those who said yes
    by their keys in ``prev`` and in ``version``.
    """
    members = tuple(p for p in version.members() if p not in left)
    if prev is None:
        return [Need(members, new, len(members))]
    change = changes(version, prev)
    there = [p for p in prev.members() if p not in left]
    # A party cannot block its own exclusion; but fewer than half of all exclude nobody.
    out = [p for p in change.removed if p not in left]
    voters = tuple(p for p in there if p not in out)
    kinds = ["accession"] if change.newcomers else []
    kinds += ["exclusion"] if out else []
    if change.other or change.rekeyed or not kinds:
        kinds.append("amendment")
    by_old = [quorum.needed(getattr(prev.rules, kind), len(voters)) for kind in kinds]
    by_new = [quorum.needed(getattr(version.rules, kind), len(members)) for kind in kinds]
    return [
        Need(voters, old, max(len(there) // 2 + 1, *by_old)),
        Need(members, new, max(by_new)),
        *(Need((p,), new, 1) for p in (*change.newcomers, *change.rekeyed)),
        # Who has left may come back with other keys; nobody else is given any.
        *(Need((p,), old, 1) for p in _keyed_anew(version, prev) if p not in left),
    ]


def _keyed_anew(version: Charter, prev: Charter) -> list[str]:
    """The parties of both versions whose keys differ, newly admitted or not."""
    return [
        p.party
        for p in prev.parties
        if (new := version.party(p.party)) is not None and new.keys != p.keys
    ]


def check_successor(version: Charter, prev: Charter, signers: frozenset[tuple[str, bytes]]) -> None:
    """What must hold between a version and the one it names, before anybody counts votes.

    ``signers`` are the verified ones. Unverified for a version that does not follow (a
    replay), that no party of the version before signed, or that changes a party's keys or
    threshold without a signature by the keys which that party had.
    """
    where = f"charter version {version.version}"
    if version.version != prev.version + 1 or version.at <= prev.at:
        raise Unverified(f"does not follow version {prev.version}: a replay?", where=where)
    if (version.name, version.profile) != (prev.name, prev.profile):
        raise Unverified("an alliance keeps its name and profile", where=where)
    known = {(p.party, raw) for p in prev.parties for raw in p.keys.roots().values()}
    if not known & signers:
        raise Unverified("no party of the version before it signed", where=where)
    for entry in version.parties:
        old = prev.party(entry.party)
        anew = old is None or old.since_us != entry.since_us
        if anew and entry.since_us != version.at:
            raise Unverified("admitted at another time than the version's", where=where)
        if old is None or anew:
            continue
        if entry.slot != old.slot:
            raise Unverified(f"the slot of {entry.party} changes", where=where)
        own = {(entry.party, raw) for raw in old.keys.roots().values()}
        if entry.keys != old.keys and not own & signers:
            raise Unverified(_what_changes(entry, old), where=where)


def _what_changes(entry: PartyEntry, old: PartyEntry) -> str:
    if entry.keys.threshold < old.keys.threshold:
        return (
            f"lowers the threshold of {entry.party} from {old.keys.threshold} to "
            f"{entry.keys.threshold} without its signature"
        )
    return f"changes the keys of {entry.party} without its signature"
