r"""Charter acts and the documents that carry them.

A document is ``{"act": ..., "signatures": [...]}``. The act's bytes are kept as they were
received; its hash is their SHA-256, and each signature covers ``toguna/act/v1\n`` and them.
Signatures of several parties on one act gather over time: documents with the same act merge.

==============  ===================================================  =====================
act             what it says                                         signed with
==============  ===================================================  =====================
charter         a version of the charter                             root keys, k of m each
vote            yes or no to a version, with the reason              root keys, k of m
withdrawal      a party leaves, and when that takes effect           root keys, k of m
receipt         a party has seen a withdrawal                        desk key, or root keys
revocation      a key no longer counts, beyond a cut-off             root keys, k of m
handover        an office passes to another party                    desk key of the holder
restoration     a log goes on at this size, after a loss             log key
enrolment       a person's own key signs for some offices            desk key
cancellation    such a key no longer counts, from now on             desk key
==============  ===================================================  =====================

Each names by hash the charter under which it was written (a vote: the version voted on).

Not here: whether a signature counts (:mod:`toguna.core.book`) and what follows from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final, Literal, NamedTuple, TypeAlias

import msgspec

from toguna.core import canonical
from toguna.core import signed as signatures
from toguna.core.charter import (
    MAX_CHARTER_BYTES,
    Charter,
    KeyRole,
    check_hash,
    check_office,
    check_party,
    check_text,
    decode_as,
    validate,
)
from toguna.core.signed import Signature, decode_key
from toguna.core.time import add_months, check_time
from toguna.errors import BadInput, Unverified

MAX_DOCUMENT_BYTES: Final = MAX_CHARTER_BYTES + 65_536
MAX_FILE_BYTES: Final = 64 * MAX_DOCUMENT_BYTES
_ACT: Final = b"toguna/act/v1\n"


class _Act(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="type"):
    """What every act has: when it was written, and under which charter (by hash)."""

    at: int
    charter: str
    v: int = 1


class Vote(_Act, frozen=True, tag="vote"):
    """Yes or no to the version whose hash is ``charter``."""

    party: str
    vote: Literal["yes", "no"]
    why: str


class Withdrawal(_Act, frozen=True, tag="withdrawal"):
    """``party`` leaves; ``effective`` is ``at`` plus the charter's months of notice."""

    effective: int
    party: str
    why: str


class Receipt(_Act, frozen=True, tag="receipt"):
    """``party`` has seen the withdrawal with this hash."""

    party: str
    withdrawal: str


class Cutoff(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The last state of a spine that the revoked key stands for: size and root (hex)."""

    root: str
    size: int


class Revocation(_Act, frozen=True, tag="revocation"):
    """The key with id ``key`` no longer counts, but for what stands before ``cutoff``.

    Without a cut-off nothing that a log or desk key signed stands. ``replacement`` takes
    over on the same spine.
    """

    cutoff: Cutoff | None
    key: str
    party: str
    replacement: str | None
    role: KeyRole
    why: str


class Handover(_Act, frozen=True, tag="handover"):
    """``from_party`` passes ``office`` to ``to_party`` at ``from_us``, not before it signs."""

    from_party: str
    from_us: int
    office: str
    to_party: str
    until_us: int | None


class Restoration(_Act, frozen=True, tag="restoration"):
    """After a loss ``party`` goes on with its spine at this size and root (hex)."""

    party: str
    root: str
    size: int


class Enrolment(_Act, frozen=True, tag="enrolment"):
    """``public`` (base64) signs records of ``party`` in these offices, from ``at`` on.

    It is the key of a device of one person; who that is stays in the party's own house.
    """

    offices: tuple[str, ...]
    party: str
    public: str
    until_us: int | None


class Cancellation(_Act, frozen=True, tag="cancellation"):
    """The enrolled key with id ``key`` signs nothing that is dated ``at`` or later, for good."""

    key: str
    party: str
    why: str


Act: TypeAlias = (
    Charter
    | Vote
    | Withdrawal
    | Receipt
    | Revocation
    | Handover
    | Restoration
    | Enrolment
    | Cancellation
)


class Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An act and its signatures as they are stored and carried."""

    act: msgspec.Raw
    signatures: tuple[Signature, ...]


class Parsed(NamedTuple):
    """A document that is well-formed; its signatures are not verified yet."""

    hash: str
    raw: bytes
    act: Act
    signatures: tuple[Signature, ...]


def author(act: Act) -> str | None:
    """The party that alone signs this act; None for a charter, which many sign."""
    if isinstance(act, Charter):
        return None
    return act.from_party if isinstance(act, Handover) else act.party


def read_act(raw: bytes) -> Act:
    """An act from its exact bytes; BadInput names the field that is wrong."""
    act: Act = decode_as(raw, Act, MAX_CHARTER_BYTES, "a charter act")  # type: ignore[arg-type]
    check_act(act)
    if canonical.encode(act) != raw:  # one act, one sequence of bytes, one hash
        raise BadInput("fields are left out", where=describe(act))
    return act


def check_act(act: Act) -> None:
    """BadInput naming what does not hold inside this act, by itself."""
    if isinstance(act, Charter):
        validate(act)
        return
    where = f"{type(act).__name__.lower()} of {(author(act) or '')[:16]}"
    if act.v != 1:
        raise BadInput(f"format {act.v} is not known here", where=where, remedy="update toguna")
    check_time(act.at, where)
    check_hash(act.charter, f"{where}: charter")
    check_party(author(act) or "", where)
    _check_fields(act, where)


def _check_fields(act: Act, where: str) -> None:
    plain_yes = isinstance(act, Vote) and act.vote == "yes" and not act.why
    if isinstance(act, Vote | Withdrawal | Revocation | Cancellation) and not plain_yes:
        check_text(act.why, 2000, f"{where}: why")
    if isinstance(act, Withdrawal):
        check_time(act.effective, where)
    elif isinstance(act, Receipt):
        check_hash(act.withdrawal, f"{where}: withdrawal")
    elif isinstance(act, Revocation):
        if act.cutoff is not None:
            _check_head(act.cutoff.size, act.cutoff.root, f"{where}: cutoff")
        if act.replacement is not None:
            decode_key(act.replacement, f"{where}: replacement")
    elif isinstance(act, Handover):
        check_office(act.office, where)
        check_party(act.to_party, where)
        if check_time(act.from_us, where) < act.at:
            raise BadInput("an office passes on after the act is signed, not before", where=where)
        _check_term(act.from_us, act.until_us, where)
    elif isinstance(act, Restoration):
        _check_head(act.size, act.root, where)
    elif isinstance(act, Enrolment):
        decode_key(act.public, f"{where}: public")
        for office in act.offices:
            check_office(office, where)
        if not act.offices or list(act.offices) != sorted(set(act.offices)):
            raise BadInput("name the offices, each once, in order", where=f"{where}: offices")
        _check_term(act.at, act.until_us, where)


def _check_term(from_us: int, until_us: int | None, where: str) -> None:
    if until_us is not None and check_time(until_us, where) <= from_us:
        raise BadInput("a term ends after it begins", where=where)


def _check_head(size: int, root: str, where: str) -> None:
    check_hash(root, where)
    if size < 0:
        raise BadInput("a size is not negative", where=where)


# Writing -------------------------------------------------------------------------------


def encode_act(act: Act) -> bytes:
    """The bytes to sign. BadInput when the act is not in order."""
    check_act(act)
    return canonical.encode(act)


def sign_act(raw: bytes, party: str, *seeds: bytes) -> bytes:
    """A document of these act bytes, signed for ``party`` with each of its keys' seeds."""
    read_act(raw)
    return encode_document(raw, [signatures.sign(_ACT, raw, party, seed) for seed in seeds])


def cosign_act(document: bytes, party: str, *seeds: bytes) -> bytes:
    """The same document with further signatures; one key signs once."""
    parsed = parse_document(document)
    more = [signatures.sign(_ACT, parsed.raw, party, seed) for seed in seeds]
    there = {(s.party, s.key) for s in parsed.signatures}
    new = [s for s in more if (s.party, s.key) not in there]
    return encode_document(parsed.raw, [*parsed.signatures, *new])


def encode_document(raw: bytes, signed: Iterable[Signature]) -> bytes:
    """A document as bytes, its signatures in order of key, party and value."""
    return canonical.encode(Document(act=msgspec.Raw(raw), signatures=tuple(sorted(signed))))


def withdrawal_of(charter: Charter, hash_: str, party: str, why: str, now_us: int) -> Withdrawal:
    """A withdrawal under this charter: its effect after the months of notice that it says."""
    effective = add_months(now_us, charter.rules.withdrawal_months)
    return Withdrawal(at=now_us, charter=hash_, effective=effective, party=party, why=why)


# Reading -------------------------------------------------------------------------------


def parse_document(data: bytes) -> Parsed:
    """Read a document without judging its signatures.

    BadInput when it is not well-formed; Unverified when it bears no signature, or one key
    signed twice.
    """
    document = decode_as(data, Document, MAX_DOCUMENT_BYTES, "a charter document")
    raw = bytes(document.act)
    act = read_act(raw)
    where = describe(act)
    if not document.signatures:
        raise Unverified("bears no signature", where=where)
    signatures.refuse_doubled(document.signatures, where)
    return Parsed(sha256(raw).hexdigest(), raw, act, document.signatures)


def verify_signature(raw: bytes, signature: Signature, keys: dict[str, bytes], where: str) -> None:
    """Check one signature of an act against the keys (by id) that may sign it."""
    signatures.verify(_ACT, raw, signature, keys, where)


def describe(act: Act) -> str:
    """The act in a few words, for messages."""
    if isinstance(act, Charter):
        return f"charter version {act.version}"
    return f"{type(act).__name__.lower()} of {author(act)}"


# charter.json --------------------------------------------------------------------------


class CharterFile(NamedTuple):
    """A version of the charter as a file: its document, what it stands on, and its votes."""

    document: bytes
    votes: tuple[bytes, ...]
    before: tuple[bytes, ...]

    def documents(self) -> tuple[bytes, ...]:
        """All documents, in an order in which a book can take them."""
        return (*self.before, self.document, *self.votes)


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    act: msgspec.Raw
    before: tuple[msgspec.Raw, ...] = ()
    signatures: tuple[Signature, ...]
    votes: tuple[msgspec.Raw, ...] = ()


def read_charter_file(data: bytes) -> CharterFile:
    """Read charter.json; BadInput when it is not one. A final newline is allowed."""
    file = decode_as(data.removesuffix(b"\n"), _File, MAX_FILE_BYTES, "a charter file")
    return CharterFile(
        encode_document(bytes(file.act), file.signatures),
        tuple(bytes(vote) for vote in file.votes),
        tuple(bytes(document) for document in file.before),
    )


def write_charter_file(
    document: bytes, votes: Sequence[bytes] = (), before: Sequence[bytes] = ()
) -> bytes:
    """charter.json: one version, the votes on it, and the documents that it stands on."""
    parsed = parse_document(document)
    file = _File(
        act=msgspec.Raw(parsed.raw),
        before=tuple(msgspec.Raw(d) for d in before),
        signatures=parsed.signatures,
        votes=tuple(msgspec.Raw(v) for v in votes),
    )
    return canonical.encode(file) + b"\n"
