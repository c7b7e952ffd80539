"""Acts that a person signs with a key of their own, in two steps.

First the exact bytes are made and shown (*prepare*); the person's device signs them; then
they are authored as they are, or not at all (*commit*). The node never holds the private key
and cannot make a person say something else: another byte, and the signature is false. What
was prepared is kept in memory alone, for some minutes, for the one session that asked.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from toguna.core.labels import Label
from toguna.core.record import Address, Draft
from toguna.domains.sharing import bodies
from toguna.errors import Conflict, Refused
from toguna.node.authoring import Signing
from toguna.node.releasing import Ready

if TYPE_CHECKING:
    from toguna.node.node import Node

KEPT_US: Final = 600_000_000
"""How long something prepared can be signed: ten minutes."""
MOST_KEPT: Final = 1_000
TOKEN_BYTES: Final = 16

Perform = Callable[[Ready], Address]


class Signer(NamedTuple):
    """Who prepares: the session, the enrolled key that will sign, and the office."""

    session: str
    key: str
    office: str


class Shown(NamedTuple):
    """What is to be signed: ``raw`` are the record's bytes without the signature."""

    token: str
    raw: bytes
    expires_us: int


class _Prepared(NamedTuple):
    by: Signer
    draft: Draft
    at_us: int
    perform: Perform


class PersonalActs:
    """Prepared acts of one node. Owned by the writing thread: nothing else may call it."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._kept: OrderedDict[str, _Prepared] = OrderedDict()

    # Prepare ---------------------------------------------------------------------------

    def write(self, by: Signer, draft: Draft, *, flash: bool = False) -> Shown:
        """Prepare any record that is released by being written."""

        def perform(ready: Ready) -> Address:
            with self._node.writing() as tx:
                authoring = self._node.authoring
                return authoring.author(
                    tx, [ready.draft], by.office, flash=flash, signed=ready.signed
                )[0]

        return self._prepare(by, draft, perform)

    def release(
        self, by: Signer, address: Address, label: Label, *, flash: bool = False, why: str = ""
    ) -> Shown:
        """Prepare a release, or the passing on of another's record; ``why`` are words to its
        owner, whose yes is asked for where it is needed.
        """
        releasing = self._node.releasing
        draft = releasing.release_draft(address, label, by.office, why)
        return self._prepare(
            by,
            draft,
            lambda ready: releasing.release(address, label, by.office, flash=flash, ready=ready),
        )

    def recall(self, by: Signer, address: Address, why: str) -> Shown:
        """Prepare the recall of an own released record."""
        releasing = self._node.releasing
        with self._node.reading() as tx:
            draft = releasing.recall_draft(tx, address, why)
        return self._prepare(
            by, draft, lambda ready: releasing.recall(address, why, by.office, ready=ready)
        )

    def correct(self, by: Signer, address: Address, report: bodies.Report, why: str) -> Shown:
        """Prepare a full replacement of an own released report."""
        releasing = self._node.releasing
        with self._node.reading() as tx:
            draft = releasing.correct_draft(tx, address, report, why)
        return self._prepare(
            by, draft, lambda ready: releasing.correct(address, report, why, by.office, ready=ready)
        )

    def _prepare(self, by: Signer, draft: Draft, perform: Perform) -> Shown:
        node = self._node
        now = node.now()
        self._check_key(by, now)
        with node.reading() as tx:
            draft, raw = node.authoring.unsigned(tx, draft, by.key, by.office, now)
        token = node.parts.randbytes(TOKEN_BYTES).hex()
        self._kept[token] = _Prepared(by, draft, now, perform)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return Shown(token, raw, now + KEPT_US)

    def _check_key(self, by: Signer, now_us: int) -> None:
        """Refused when the key does not sign in this office now."""
        own = self._node.standing.person_key(self._node.party, by.key)
        why = (
            f"key {by.key[:16]} is not enrolled" if own is None else own.refusal(by.office, now_us)
        )
        if why:
            raise Refused(why, remedy="ask your keeper to approve the key of this device")

    # Commit ----------------------------------------------------------------------------

    def commit(self, session: str, token: str, sig: str) -> Address:
        """Author what was prepared, with the person's signature; its address.

        :raises Conflict: nothing such was prepared in this session, or too long ago, or it
            would say something else by now.
        :raises Unverified: the signature is not over these bytes by this key.
        """
        kept, now = self._kept.get(token), self._node.now()
        if kept is None or kept.by.session != session or now - kept.at_us > KEPT_US:
            raise Conflict(
                "there is nothing to sign here any more", remedy="look at it and sign again"
            )
        self._check_key(kept.by, now)
        address = kept.perform(Ready(kept.draft, Signing(kept.by.key, kept.at_us, sig)))
        del self._kept[token]
        return address
