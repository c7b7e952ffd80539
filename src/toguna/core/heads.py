"""Signed heads: which are true, which are in doubt, and which are evidence of a fork.

A head that we cannot place yet is a *doubt*: its owner is asked to prove that it and what we
follow are one log. Two heads of one log that cannot both be true are a fork, and the pair of
signed checkpoints is the proof that anybody can check.

Clauses: RFC 6962 section 2.1.2 (consistency), C2SP tlog-checkpoint (what is signed).
"""

from __future__ import annotations

from itertools import islice

from toguna.core import merkle, note
from toguna.core.frame import Followed
from toguna.core.messages import Proof, Reply
from toguna.core.standing import Standing
from toguna.core.talk import Behind, Doubt, Effect, Fork, Lost, OwnHead, State
from toguna.errors import BadInput, TogunaError, Unverified

DOUBTS_KEPT = 64
ROOTS_KEPT = 512
ASKED_AT_MOST = 3
SKEW_US = 600_000_000
PROOFS_A_PULL = 8


def spine(party: str) -> str:
    """The name of a party's spine."""
    return f"{party}/spine"


def log_keys(standing: Standing, owner: str, size: int) -> list[note.VerifierKey]:
    """The keys that may sign ``owner``'s spine at ``size``: a revoked one only to its cut-off."""
    return [
        note.VerifierKey(standing.origin(owner), 1, public)
        for public, most in standing.log_keys(owner)
        if most is None or size <= most
    ]


def sender_keys(standing: Standing, party: str) -> list[bytes]:
    """The log keys with which a party signs the frames that it hands over now."""
    return [span.public for span in standing.keys(party, "log") if span.until_us is None]


def open_head(signed: bytes, name: str, standing: Standing) -> note.Checkpoint:
    """The checkpoint under a key of this log that counts at its size; else Unverified."""
    checkpoint = note.Checkpoint.parse(note.Note.parse(signed).text)
    keys = log_keys(standing, name.partition("/")[0], checkpoint.size)
    for key in keys:
        try:
            return note.open_checkpoint(signed, key)
        except Unverified:
            continue
    raise Unverified("no key that counts signed this head", where=name)


def _log_of(signed: bytes, standing: Standing) -> tuple[str, note.Checkpoint]:
    """Which log a head says that it is of, and what it says; nothing is verified yet."""
    checkpoint = note.Checkpoint.parse(note.Note.parse(signed).text)
    origin = checkpoint.origin
    party = origin.rpartition("/")[2]
    if standing.party(party) is None or standing.origin(party) != origin:
        raise BadInput(f"a head of an unknown log {origin[:80]!r}")
    return spine(party), checkpoint


def judge_heads(
    state: State, party: str, heads: tuple[bytes, ...], standing: Standing
) -> tuple[State, list[Effect]]:
    """Take the heads that a peer shows: agree, doubt, or keep two of them as evidence."""
    effects: list[Effect] = []
    for signed in heads:
        try:
            name, shown = _log_of(signed, standing)
            known = state.roots.get((name, shown.size))
            if known is not None and known[0] == shown.root:
                continue  # proved before: nothing to verify again
            checkpoint = open_head(signed, name, standing)
        except TogunaError:
            continue  # an unsigned or foreign head proves nothing and harms nobody
        seen = Doubt(
            name, checkpoint.size, checkpoint.root, signed,
            seen_us=standing.now_us, held=spine(party) != name,
        )  # fmt: skip
        state, more = _judge_head(state, party, seen, standing)
        effects += more
    return state, effects


def _judge_head(
    state: State, party: str, seen: Doubt, standing: Standing
) -> tuple[State, list[Effect]]:
    name, size, root, signed = seen[:4]
    if name == state.mine.log and (size, root) in state.disowned:
        return state, []
    known = state.roots.get((name, size))
    if known is not None:
        if known[0] == root:
            return state, []
        why = f"{name} signed two different trees of size {size}"
        return state, [Fork(name, known[1], signed, why)]
    if name == state.mine.log:
        newer = size > state.mine.size
        return state, [Behind(party, size, root) if newer else OwnHead(size, root, signed)]
    other = next((d for d in state.doubts if (d.log, d.size) == (name, size)), None)
    if other is not None and other.root != root and _disowned(other, standing) is None:
        return state, [Fork(name, other.note, signed, f"{name} signed two trees of size {size}")]
    if other is not None and other.root == root:
        kept = other._replace(held=other.held or seen.held)
    else:
        kept = seen
    if size == 0 or kept == other:
        return state, []
    doubts = [d for d in state.doubts if d is not other]
    return state._replace(doubts=(*doubts, kept)[-DOUBTS_KEPT:]), []


def remember_root(state: State, name: str, size: int, root: bytes, signed: bytes) -> State:
    """This head of this log is proved: later ones of its size must equal it."""
    roots = dict(list(state.roots.items())[-ROOTS_KEPT:])
    roots[name, size] = (root, signed)
    doubts = tuple(d for d in state.doubts if (d.log, d.size, d.root) != (name, size, root))
    return state._replace(roots=roots, doubts=doubts)


def own_head(state: State, mine: Followed) -> State:
    """Our own log was sealed, or taken back, to this head."""
    state = state._replace(mine=mine)
    return remember_root(state, mine.log, mine.size, mine.range.root(), mine.note)


def to_prove(state: State, party: str) -> tuple[Doubt, ...]:
    """The doubts that this party, as the owner, is asked about next."""
    followed = state.followed.get(spine(party))
    if followed is None:
        return ()
    mine = (d for d in state.doubts if d.log == followed.log and d.size < followed.size)
    return tuple(islice(mine, PROOFS_A_PULL))


def take_proofs(
    state: State, before: State, party: str, reply: Reply, standing: Standing
) -> tuple[State, list[Effect]]:
    """Settle the doubts that the owner's consistency proofs settle (RFC 6962 2.1.2).

    ``before`` is the state in which it was asked. An owner that answers, and again and again
    without a proof that holds, has signed two logs. One that shows a head behind ours is
    taking its log back and cannot prove anything yet.
    """
    for proof in reply.proofs:
        state = _settle(state, proof)
    followed = before.followed.get(spine(party))
    if followed is None or _shown_size(reply.heads, spine(party), standing) < followed.size:
        return _overdue(state, standing)
    unproved = {(d.log, d.size) for d in to_prove(before, party)}
    state = state._replace(
        doubts=tuple(
            d._replace(asked=d.asked + 1) if (d.log, d.size) in unproved else d
            for d in state.doubts
        )
    )
    return _overdue(state, standing)


def _shown_size(shown: tuple[bytes, ...], name: str, standing: Standing) -> int:
    sizes = [0]
    for signed in shown:
        try:
            log, checkpoint = _log_of(signed, standing)
        except TogunaError:
            continue
        if log == name:
            sizes.append(checkpoint.size)
    return max(sizes)


def _settle(state: State, proof: Proof) -> State:
    known = state.roots.get((proof.log, proof.new))
    for doubt in state.doubts:
        if known is None or (doubt.log, doubt.size) != (proof.log, proof.old):
            continue
        try:
            merkle.verify_consistency(proof.old, proof.new, doubt.root, known[0], proof.path)
        except Unverified:
            continue  # stays a doubt; when it was asked often enough it is a fork
        state = remember_root(state, proof.log, proof.old, doubt.root, doubt.note)
    return state


def _overdue(state: State, standing: Standing) -> tuple[State, list[Effect]]:
    effects: list[Effect] = []
    kept = []
    for doubt in state.doubts:
        followed = state.followed.get(doubt.log)
        same = followed is not None and followed.size == doubt.size
        wrong = same and followed is not None and followed.range.root() != doubt.root
        overdue = followed is not None and (doubt.asked >= ASKED_AT_MOST or wrong)
        size = _disowned(doubt, standing) if overdue else None
        if size is not None:
            why = f"{doubt.log} had signed size {doubt.size:,}: lost, it goes on from {size:,}"
            effects.append(Lost(doubt.log, why))
        elif followed is not None and overdue:
            why = f"{doubt.log} cannot prove sizes {doubt.size} and {followed.size} to be one log"
            effects.append(Fork(doubt.log, followed.note, doubt.note, why))
            if (doubt.log, doubt.size) not in state.roots:  # told once, not at every contact
                state = remember_root(state, doubt.log, doubt.size, doubt.root, doubt.note)
        else:
            kept.append(doubt)
    return state._replace(doubts=tuple(kept)), effects


def _disowned(doubt: Doubt, standing: Standing) -> int | None:
    """The size of a restoration that explains why this head cannot be proved: the owner alone
    ever showed it, and declared the loss after that.
    """
    if doubt.held:
        return None
    owner = doubt.log.partition("/")[0]
    sizes = [
        r.size
        for r in standing.restorations(owner)
        if r.size < doubt.size and doubt.seen_us <= r.at + SKEW_US
    ]
    return max(sizes, default=None)
