"""How a node is, in words and numbers: its head, its witnesses, its peers, its charter."""

from __future__ import annotations

from typing import cast

import msgspec

from toguna.core import note, sync
from toguna.core.table import Row
from toguna.core.time import SECOND_US
from toguna.errors import TogunaError
from toguna.node import tables as t
from toguna.node.node import Node
from toguna.surfaces.meters import newest_known


class PeerShown(msgspec.Struct):
    """One other party. Sizes are entries; times microseconds since the epoch, -1 for never.

    ``verified``: of its spine by us. ``behind``: known to us and not verified. ``holds``:
    of our spine, by its own signed word. ``same_charter`` is None while we have not heard.
    """

    party: str
    name: str
    status: str
    verified: int
    behind: int
    holds: int
    asked_us: int
    heard_us: int
    failures: int
    error: str
    same_charter: bool | None


class ForkShown(msgspec.Struct):
    """Two signed heads that contradict each other, kept as evidence."""

    log: str
    why: str
    at: int


class CharterBrief(msgspec.Struct):
    """Which charter stands, and how many of its parties we know to hold the same one."""

    id: str
    version: int
    hash: str
    same: int
    of: int


class Status(msgspec.Struct):
    """The health of a node. ``words`` says in sentences what somebody should look at."""

    party: str
    now_us: int
    head: int
    home: int
    sealed_us: int
    witnessed: list[str]
    witnesses: int
    held_back: str
    forks: list[ForkShown]
    charter: CharterBrief
    peers: list[PeerShown]
    words: list[str]


def status_of(node: Node) -> Status:
    """Look at the node; reads only."""
    standing, now = node.standing, node.now()
    with node.reading() as tx:
        held = {cast(str, row[0]): row for row in tx.scan(t.HELD)}
        seal = tx.get(t.SEAL, (node.spine.no, node.spine.size))
        forks = [
            ForkShown(cast(str, row[1]), cast(str, row[3]), cast(int, row[2]))
            for row in tx.scan(t.FORK)
        ]
    others = [p for p in standing.parties if p.party != node.party]
    names = {p.party: p.name for p in others}
    peers = [_peer(node, party, names.get(party, ""), held.get(party)) for party in _known(node)]
    active = [p.party for p in others if standing.is_active(p.party)]
    charter = CharterBrief(
        standing.id,
        standing.version,
        standing.charter_hash,
        1 + sum(p.same_charter is True for p in peers if p.party in active),
        1 + len(active),
    )
    found = Status(
        party=node.party,
        now_us=now,
        head=node.spine.size,
        home=node.home.size,
        sealed_us=cast(int, seal[3]) if seal else -1,
        witnessed=_witnessed(node, active),
        witnesses=len(active),
        held_back=node.held_back,
        forks=forks,
        charter=charter,
        peers=peers,
        words=[],
    )
    found.words = words_of(found)
    return found


def _known(node: Node) -> list[str]:
    parties = {p.party for p in node.standing.parties} | set(node.state.peers)
    return sorted(parties - {node.party})


def _peer(node: Node, party: str, name: str, held: Row | None) -> PeerShown:
    state, log = node.state, sync.spine(party)
    peer = state.peers.get(party, sync.Peer(party))
    verified = state.followed[log].size if log in state.followed else 0
    return PeerShown(
        party=party,
        name=name,
        status=node.standing.status(party),
        verified=verified,
        behind=max(0, newest_known(state, log) - verified),
        holds=cast(int, held[1]) if held else 0,
        asked_us=cast(int, held[2]) if held else -1,
        heard_us=peer.last_heard_us,
        failures=peer.failures,
        error=peer.last_error,
        same_charter=peer.book == node.book.digest() if peer.book else None,
    )


def _witnessed(node: Node, parties: list[str]) -> list[str]:
    """Who cosigned our newest head. A count to show, never one to wait for."""
    standing, signed = node.standing, node.spine.note
    if not signed:
        return []
    found = []
    for party in parties:
        name = standing.witness_name(party)
        keys = [
            note.VerifierKey(name, note.COSIGNATURE, public)
            for public, until in standing.witness_keys(party)
            if until is None
        ]
        try:
            if note.cosignatures(signed, keys):
                found.append(party)
        except TogunaError:
            continue
    return found


def words_of(found: Status) -> list[str]:
    """What to say of it, the gravest first; one sentence when all is well."""
    words = [f"fork: {fork.why}" for fork in found.forks]
    if found.held_back:
        words.append(f"nothing is sealed: {found.held_back}")
    if not found.charter.version:
        words.append("no charter is in force; records stay at home")
    if found.sealed_us > found.now_us:
        ahead = (found.sealed_us - found.now_us) // SECOND_US
        words.append(f"our last seal is dated {ahead} s ahead of the clock: look at the clock")
    for peer in found.peers:
        if peer.failures:
            words.append(f"{peer.party} does not answer ({peer.failures} times): {peer.error}")
        if peer.behind:
            words.append(f"{peer.party}: {peer.behind} entries known and not verified yet")
        if peer.status in ("active", "leaving") and 0 < found.head > peer.holds:
            words.append(f"{peer.party} has not taken {found.head - peer.holds} entries of ours")
        if peer.same_charter is False:
            words.append(f"{peer.party} knows other charter documents than we do")
    if found.head and found.charter.version:
        words.append(f"the head is witnessed {len(found.witnessed)}/{found.witnesses}")
    return words or ["all is well"]
