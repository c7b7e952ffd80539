"""Which keys of a party count, and how far: charters, revocations and replacements folded.

A party's spine goes on when a key is lost: the revocation names the last state that the old
key stands for and the key that takes over. A key that a charter replaced without revoking it
keeps counting, so a stolen key must be revoked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from toguna.core.acts import Revocation
from toguna.core.charter import Charter, KeyRole, online_keys
from toguna.core.signed import decode_key, key_id


class KeySpan(NamedTuple):
    """A public key and how far it counts.

    ``max_size``: for log and desk keys, the size of the spine beyond which nothing counts;
    ``until_us``: when it was revoked. None where there is no such end.
    """

    public: bytes
    max_size: int | None
    until_us: int | None


def key_spans(
    chain: Sequence[tuple[str, Charter]],
    revocations: Sequence[Revocation],
    party: str,
    role: KeyRole,
) -> list[KeySpan]:
    """All keys of a party for one use, oldest first. ``revocations`` count, oldest first.

    Of several cut-offs for one key the smallest holds; of several replacements the newest.
    """
    own = [r for r in revocations if (r.party, r.role) == (party, role)]
    order: list[bytes] = []
    for _, charter in chain:
        entry = charter.party(party)
        if entry is not None:
            _follow(dict(online_keys(entry.keys))[role], own, order)
    spans = []
    for public in order:
        ends = [r for r in own if r.key == key_id(public)]
        sizes = [r.cutoff.size if r.cutoff else 0 for r in ends]
        most = min(sizes) if sizes and role != "witness" else None
        spans.append(KeySpan(public, most, min((r.at for r in ends), default=None)))
    return spans


def _follow(public: bytes, own: list[Revocation], order: list[bytes]) -> None:
    """Append a key and those that replaced it, one after the other."""
    while public not in order:
        order.append(public)
        replaced = [r.replacement for r in own if r.key == key_id(public) and r.replacement]
        if not replaced:
            return
        public = decode_key(replaced[-1])
