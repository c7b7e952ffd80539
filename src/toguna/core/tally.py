"""Counting yes and no: which versions of the charter are accepted.

After TUF (The Update Framework s5.3.4) a version needs the rule's quorum of the members of
the version before it, *and* of its own members, each by the threshold of its root keys. Also
always: more than half of the members before it, the signature of every newcomer, and that of
every party whose own keys change. A founding needs every member.

Everything here is a pure function of a set, so every node that holds the same documents comes
to the same charter, in whatever order they arrived. Hence these rules:

* a yes (root signatures on the version, or a vote) outweighs a no of the same party;
* a party that says yes to two versions with the same number has contradicted itself, and its
  yes counts for neither, until one of them is refused or it votes no to one itself;
* a version on which a later one already stands keeps its yes, so that a late
  contradiction cannot pull down what others built on.

A member that has left (its notice ran out before the version's date) is not counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from toguna.core.acts import Act, Vote, Withdrawal
from toguna.core.amendment import Need, needs, summary
from toguna.core.charter import Charter, PartyEntry

State = Literal["pending", "accepted", "rejected"]
Signers = frozenset[tuple[str, bytes]]
"""Who signed an act, verified: (party, public key)."""


class Signed(NamedTuple):
    """An act whose signatures hold."""

    hash: str
    act: Act
    signers: Signers


class Proposal(NamedTuple):
    """A version of the charter and how it stands.

    ``missing`` are those whose yes is awaited; ``short`` of the others suffice. ``partial``
    says how many root signatures a party gave of how many. ``contradicted`` names those
    that said yes to another version with the same number as well. ``required`` are those of
    ``missing`` without whom it cannot pass.
    """

    hash: str
    version: int
    prev: str
    summary: str
    signed_by: tuple[str, ...]
    refused_by: dict[str, str]
    missing: tuple[str, ...]
    required: tuple[str, ...]
    short: int
    partial: dict[str, str]
    contradicted: tuple[str, ...]
    state: State

    def describe(self) -> str:
        """In words: ``pending, waiting ne`` or ``rejected: ne refused: <why>``."""
        if self.state == "accepted":
            return "accepted"
        if self.state == "rejected":
            reasons = "; ".join(f"{p} refused: {why}" for p, why in self.refused_by.items())
            return f"rejected: {reasons or 'too few members remain to decide it'}"
        names = [p + (f" ({self.partial[p]})" if p in self.partial else "") for p in self.required]
        others = [p for p in self.missing if p not in self.required]
        if others:
            names.append(f"{self.short} of {', '.join(others)}")
        text = f"pending, waiting {', '.join(names)}" if names else "pending"
        doubled = ", ".join(self.contradicted)
        return f"{text}; {doubled} said yes to a rival version as well" if doubled else text


class Tally(NamedTuple):
    """The accepted versions in order, and every proposal that stands on one of them."""

    chain: tuple[tuple[str, Charter], ...]
    proposals: tuple[Proposal, ...]


class _Ballot(NamedTuple):
    """Who says what to one version: yes by the keys before it, yes by its own, and no."""

    old: frozenset[str]
    new: frozenset[str]
    no: dict[str, str]

    @property
    def backers(self) -> frozenset[str]:
        return self.old | self.new


def holds(entry: PartyEntry | None, signers: Signers) -> bool:
    """Whether enough of the party's root keys are among the signers (k of m)."""
    return entry is not None and _given(entry, signers) >= entry.keys.threshold


def _given(entry: PartyEntry, signers: Signers) -> int:
    return sum((entry.party, raw) in signers for raw in entry.keys.roots().values())


def counts(
    chain: Iterable[tuple[str, Charter]], party: str, charter: str, at: int, signers: Signers
) -> bool:
    """Whether an act of ``party`` alone, written under ``charter``, is signed as it must be.

    The charter is an accepted one that names the party, and its root keys then reached the
    threshold. Keys that a later version replaced speak only for what was dated before it.
    """
    entry: PartyEntry | None = None
    for hash_, version in chain:
        there = version.party(party)
        if hash_ == charter:
            entry = there
        elif at >= version.at and not _same_roots(entry, there):
            return False
    return holds(entry, signers)


def _same_roots(one: PartyEntry | None, other: PartyEntry | None) -> bool:
    return one is None or other is None or set(one.keys.root) == set(other.keys.root)


def tally(acts: Mapping[str, Signed], founding: str = "") -> Tally:
    """Fold the set of verified acts into the accepted versions. ``founding`` pins version 1."""
    case = _Case({}, {}, [], [])
    for signed in acts.values():
        act = signed.act
        if isinstance(act, Charter):
            if act.prev or not founding or signed.hash == founding:
                case.children.setdefault(act.prev, []).append((signed, act))
        elif isinstance(act, Vote):
            case.votes.setdefault(act.charter, []).append((signed, act))
        elif isinstance(act, Withdrawal):
            case.leaving.append(signed)
    proposals: list[Proposal] = []
    prev, prev_hash = None, ""
    while group := case.children.get(prev_hash):
        judged = _judge_group(group, prev, case)
        proposals += judged
        won = {p.hash for p in judged if p.state == "accepted"}
        best = min(
            ((v.at, s.hash, v) for s, v in group if s.hash in won),
            default=None,
            key=lambda ranked: ranked[:2],
        )
        if best is None:
            break
        _, prev_hash, prev = best
        case.chain.append((prev_hash, prev))
    return Tally(tuple(case.chain), tuple(proposals))


class _Case(NamedTuple):
    """What is judged: versions by what they stand on, votes by version, withdrawals.

    ``chain`` is what has been accepted so far; it grows while the versions are judged.
    """

    children: dict[str, list[tuple[Signed, Charter]]]
    votes: dict[str, list[tuple[Signed, Vote]]]
    leaving: list[Signed]
    chain: list[tuple[str, Charter]]

    def left(self, at_us: int) -> frozenset[str]:
        """The parties whose notice ran out by ``at_us``, and who were not admitted again."""
        counted = withdrawals(self.chain, self.leaving).values()
        return frozenset(w.party for w in counted if w.effective <= at_us)


def withdrawals(
    chain: Sequence[tuple[str, Charter]], signed: Iterable[Signed]
) -> dict[str, Withdrawal]:
    """By hash, the withdrawals that count and were not followed by another admission.

    The effect must be as the charter says. Of several by one party the earliest counts.
    """
    first: dict[str, tuple[int, str, Withdrawal]] = {}
    for item in signed:
        act = item.act
        if not isinstance(act, Withdrawal):
            continue
        entry = chain[-1][1].party(act.party) if chain else None
        again = entry is not None and entry.since_us > act.at
        if again or not counts(chain, act.party, act.charter, act.at, item.signers):
            continue
        rank = (act.effective, item.hash, act)
        if act.party not in first or rank[:2] < first[act.party][:2]:
            first[act.party] = rank
    return {hash_: act for _, hash_, act in first.values()}


# One group of versions that stand on the same one ----------------------------------------


def _judge_group(
    group: list[tuple[Signed, Charter]], prev: Charter | None, case: _Case
) -> list[Proposal]:
    ballots = {item.hash: _ballot(item, version, prev, case) for item, version in group}
    lost = set()
    for item, version in group:
        ballot = ballots[item.hash]
        needed = needs(version, prev, case.left(version.at), ballot.old, ballot.new)
        if _state(needed, ballot.no) == "rejected":
            lost.add(item.hash)
    settled = {item.hash for item, version in group if _is_built_on(item.hash, version, case)}
    doubled = _contradictions(ballots, lost, settled)
    found = []
    for item, version in group:
        both = doubled.get(item.hash, frozenset())
        ballot = ballots[item.hash]
        counted = _Ballot(ballot.old - both, ballot.new - both, ballot.no)
        needed = needs(version, prev, case.left(version.at), counted.old, counted.new)
        missing, required, short = _awaited(needed, ballot.no)
        found.append(
            Proposal(
                hash=item.hash,
                version=version.version,
                prev=version.prev,
                summary=summary(version, prev),
                signed_by=tuple(sorted(ballot.backers)),
                refused_by={p: why for p, why in ballot.no.items() if p not in counted.backers},
                missing=missing,
                required=required,
                short=short,
                partial=_partial(item, version, prev, missing),
                contradicted=tuple(sorted(both)),
                state=_state(needed, ballot.no),
            )
        )
    return sorted(found, key=lambda p: p.hash)


def _is_built_on(hash_: str, version: Charter, case: _Case) -> bool:
    """Whether a later version on top of this one has its quorum."""
    for item, child in case.children.get(hash_, ()):
        ballot = _ballot(item, child, version, case)
        needed = needs(child, version, case.left(child.at), ballot.old, ballot.new)
        if _state(needed, ballot.no) == "accepted":
            return True
    return False


def _contradictions(
    ballots: Mapping[str, _Ballot], lost: set[str], settled: set[str]
) -> dict[str, frozenset[str]]:
    """For each version, whose yes does not count because a rival one has it as well."""
    live = [h for h in ballots if h not in lost]
    doubled: dict[str, frozenset[str]] = {}
    for hash_, ballot in ballots.items():
        rivals = [ballots[h] for h in live if h != hash_]
        # A no to one of the two says which of them the party means.
        both = frozenset(
            p
            for p in ballot.backers
            if any(p in r.backers and (p in ballot.no or p not in r.no) for r in rivals)
        )
        if both and settled != {hash_}:
            doubled[hash_] = both
    return doubled


def _ballot(item: Signed, version: Charter, prev: Charter | None, case: _Case) -> _Ballot:
    old = _all_holding(prev, item.signers)
    new = _all_holding(version, item.signers)
    no: dict[str, tuple[int, str]] = {}
    for signed, vote in case.votes.get(item.hash, ()):
        before = prev.party(vote.party) if prev else None
        own = version.party(vote.party)
        if vote.vote == "yes":
            old |= {vote.party} if holds(before, signed.signers) else set()
            new |= {vote.party} if holds(own, signed.signers) else set()
        elif holds(before or own, signed.signers):
            reason = (vote.at, vote.why)
            no[vote.party] = max(no.get(vote.party, reason), reason)
    reasons = {party: why for party, (_, why) in sorted(no.items())}
    return _Ballot(frozenset(old), frozenset(new), reasons)


def _all_holding(version: Charter | None, signers: Signers) -> set[str]:
    return {p.party for p in (version.parties if version else ()) if holds(p, signers)}


# Where a version stands ------------------------------------------------------------------


def _state(found: list[Need], no: dict[str, str]) -> State:
    if any(need.is_lost(no) for need in found):
        return "rejected"
    return "pending" if any(need.lack() for need in found) else "accepted"


def _awaited(found: list[Need], no: dict[str, str]) -> tuple[tuple[str, ...], tuple[str, ...], int]:
    """Who is awaited, who of them cannot be done without, and how many of the others."""
    awaited = [(need.awaited(no), need.lack()) for need in found]
    required = set().union(*(who for who, lack in awaited if len(who) <= lack))
    short = max((lack - len(who & required) for who, lack in awaited), default=0)
    missing = set().union(*(who for who, _ in awaited)) if short > 0 else required
    return tuple(sorted(missing)), tuple(sorted(required)), max(0, short)


def _partial(
    item: Signed, version: Charter, prev: Charter | None, missing: tuple[str, ...]
) -> dict[str, str]:
    found = {}
    for party in missing:
        before, own = prev.party(party) if prev else None, version.party(party)
        for entry, which in ((before, ""), (own, " by its new keys" if before else "")):
            if entry is None or holds(entry, item.signers):
                continue
            given = _given(entry, item.signers)
            if given or (which and holds(before, item.signers)):
                found[party] = f"{given} of {entry.keys.threshold} root signatures{which}"
    return found
