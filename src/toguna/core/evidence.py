r"""Evidence bundles: records with all that a stranger needs to check them, in one file.

::

    README.txt                   what this is, for whoever opens it by hand
    manifest.json                what is in it, by whom it was put together, when, for whom
    manifest.sig                 {"key": id, "sig": base64}: the desk key's Ed25519 signature over
                                 "toguna/evidence/v1\n" and the manifest's bytes
    charter/0001.json ...        the charter documents from which the keys follow
    records/ml-spine-17.json     the exact bytes of a record
    records/ml-spine-17.salt     the 16 bytes that open its commitment, base64
    records/ml-spine-17.tlog-proof   C2SP tlog-proof with its signed, cosigned checkpoint
    files/<sha256>               a file that a record quotes by its digest

The manifest names the digest of every other file, and the zip has one form only
(:mod:`toguna.core.stored_zip`): so each byte is covered by a signature. What is proved rests on
the charter, whose founding hash names the alliance; whoever verifies compares that with what
the alliance told by another way, or has proved only that the file agrees with itself.

What is *not* here: who may make one (:mod:`toguna.node.evidence`), and whether what a record
says is true.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any, Final, NamedTuple

import msgspec

from toguna.core import canonical, ed25519, heads, log, merkle, note, record, stored_zip
from toguna.core.book import Book
from toguna.core.inclusion import InclusionProof
from toguna.core.record import Address, Envelope
from toguna.core.standing import Standing
from toguna.core.time import check_time
from toguna.errors import BadInput, TogunaError, Unverified

FORMAT: Final = "toguna/evidence/v1"
SIGNED: Final = b"toguna/evidence/v1\n"
README, MANIFEST, SIGNATURE = "README.txt", "manifest.json", "manifest.sig"
MAX_RECORDS: Final = 1_000
MAX_MANIFEST_BYTES: Final = 4 << 20
SALT_BYTES: Final = 16

GREETING: Final = b"""\
This file holds signed records of an alliance that runs Toguna, and the proofs that they are
what was signed. To check all of it, without a network:

    toguna evidence verify FILE --founding HASH

HASH is the hash of the alliance's founding charter; ask a member for it by another way than
the one by which this file came. The proofs are C2SP tlog-proofs, the records are JSON.
Verifying shows who said what, and by when. It does not show that what they say is true.
"""


class By(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who put the bundle together: party, office, and the id of the desk key that signed."""

    key: str
    office: str
    party: str


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a bundle says of itself, in the order of RFC 8785. ``onto`` is for whom it was made,
    empty for anybody; ``left_out`` are addresses that its records name and that may not go
    along; ``absent`` are digests of files that they quote and that are not in it.
    """

    absent: tuple[str, ...]
    alliance: str
    at: int
    by: By
    charter: tuple[str, ...]
    files: tuple[str, ...]
    format: str
    founding: str
    left_out: tuple[str, ...]
    onto: str
    parts: dict[str, str]
    records: tuple[str, ...]


class Exhibit(NamedTuple):
    """One record to be shown: its address, exact bytes, salt, and proof."""

    address: Address
    raw: bytes
    salt: bytes
    proof: InclusionProof


class Case(NamedTuple):
    """All that goes into a bundle, but for its signature."""

    by: By
    at_us: int
    onto: str
    documents: Sequence[bytes]
    exhibits: Sequence[Exhibit]
    files: Mapping[str, bytes]
    left_out: Sequence[str]
    absent: Sequence[str]


class Signature(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``manifest.sig``."""

    key: str
    sig: str


class Proved(NamedTuple):
    """One record, and what was proved of it.

    ``signed_by`` is the id of its author's own key, empty where the record is no decisive act:
    then the log's checkpoint alone signs it. ``witnesses`` say when each saw the log so far,
    in POSIX seconds: the record stood there by then.
    """

    address: Address
    envelope: Envelope
    raw: bytes
    signed_by: str
    log_key: str
    size: int
    witnesses: dict[str, int]


class Verified(NamedTuple):
    """A bundle of which every byte holds. ``pinned``: its founding hash was given from outside."""

    manifest: Manifest
    standing: Standing
    records: tuple[Proved, ...]
    files: dict[str, bytes]
    pinned: bool


def stem(address: Address) -> str:
    """The name of a record's files: ``records/ml-spine-17``."""
    return f"records/{address.party}-{address.log}-{address.index}"


def encode(case: Case, standing: Standing, sign: Any) -> bytes:
    """The bundle's bytes. ``sign`` is the desk key's signature over what it is given."""
    parts: list[tuple[str, bytes]] = []
    charter = [f"charter/{number:04}.json" for number in range(1, len(case.documents) + 1)]
    parts += zip(charter, case.documents, strict=True)
    for exhibit in sorted(case.exhibits):
        name = stem(exhibit.address)
        parts.append((f"{name}.json", exhibit.raw))
        parts.append((f"{name}.salt", note.encode64(exhibit.salt).encode()))
        parts.append((f"{name}.tlog-proof", exhibit.proof.encode()))
    parts += [(f"files/{digest}", case.files[digest]) for digest in sorted(case.files)]
    manifest = Manifest(
        absent=tuple(sorted(case.absent)),
        alliance=standing.id,
        at=case.at_us,
        by=case.by,
        charter=tuple(charter),
        files=tuple(sorted(case.files)),
        format=FORMAT,
        founding=standing.founding_hash,
        left_out=tuple(sorted(case.left_out)),
        onto=case.onto,
        parts={name: sha256(data).hexdigest() for name, data in [(README, GREETING), *parts]},
        records=tuple(str(exhibit.address) for exhibit in sorted(case.exhibits)),
    )
    data = canonical.encode(manifest)
    signature = Signature(key=case.by.key, sig=note.encode64(sign(SIGNED + data)))
    head = [(README, GREETING), (MANIFEST, data), (SIGNATURE, canonical.encode(signature))]
    return stored_zip.pack([*head, *parts])


# Verifying ------------------------------------------------------------------------------


def verify(
    data: bytes, now_us: int, *, founding: str = "", decisive: Collection[str] = ()
) -> Verified:
    """Check every byte of a bundle.

    :param founding: the hash of the alliance's version 1, got by another way; without it a
        bundle of an alliance that somebody made up verifies as well.
    :param decisive: kinds that must bear their author's own signature.
    :raises BadInput: this is no bundle.
    :raises Unverified: something in it does not hold; ``where`` names the part.
    """
    parts = dict(stored_zip.unpack(data))
    manifest = _manifest(parts)
    standing = _standing(manifest, parts, now_us)
    if founding and standing.founding_hash != founding:
        raise Unverified(
            f"it is of another alliance, founded by {standing.founding_hash}", where="founding"
        )
    _check_signature(manifest, parts, standing)
    proved = [_prove(text, parts, standing, decisive) for text in manifest.records]
    files = {digest: parts[f"files/{digest}"] for digest in manifest.files}
    _check_quotes(files, manifest, proved)
    return Verified(manifest, standing, tuple(proved), files, bool(founding))


def _manifest(parts: Mapping[str, bytes]) -> Manifest:
    data = parts.get(MANIFEST)
    if data is None or SIGNATURE not in parts:
        raise BadInput("this is no evidence bundle: it has no signed manifest")
    canonical.check(data, MAX_MANIFEST_BYTES)
    try:
        manifest = msgspec.json.decode(data, type=Manifest)
    except msgspec.DecodeError as error:
        raise BadInput(f"the manifest cannot be read: {error}", where=MANIFEST) from None
    if manifest.format != FORMAT:
        raise BadInput(f"the form {manifest.format[:40]!r} is not known", remedy="update toguna")
    if len(manifest.records) > MAX_RECORDS:
        raise BadInput(f"at most {MAX_RECORDS:,} records are read", where=MANIFEST)
    check_time(manifest.at, "manifest.at")
    wanted = [README, MANIFEST, SIGNATURE, *manifest.charter]
    for text in manifest.records:
        name = stem(Address.parse(text))
        wanted += [f"{name}.json", f"{name}.salt", f"{name}.tlog-proof"]
    wanted += [f"files/{digest}" for digest in manifest.files]
    if list(parts) != wanted or set(manifest.parts) != set(wanted) - {MANIFEST, SIGNATURE}:
        raise Unverified("what is in it is not what the manifest says", where=MANIFEST)
    for name, digest in manifest.parts.items():
        if sha256(parts[name]).hexdigest() != digest:
            raise Unverified("it is not what the manifest says", where=name)
    if parts[README] != GREETING:
        raise Unverified("the text is not the one that belongs there", where=README)
    return manifest


def _standing(manifest: Manifest, parts: Mapping[str, bytes], now_us: int) -> Standing:
    """What the charter documents amount to, by the same rules as at every member's node."""
    book = Book(manifest.founding)
    for name in manifest.charter:
        try:
            # A clock that is behind is no reason to doubt a signature.
            book.add(parts[name], max(now_us, manifest.at))
        except TogunaError as error:
            raise Unverified(error.what, where=name) from None
    standing = book.standing(max(now_us, manifest.at))
    if not standing.in_force or standing.founding_hash != manifest.founding:
        raise Unverified(
            "the charter in it is not signed by enough of its parties", where="charter"
        )
    if standing.id != manifest.alliance:
        raise Unverified(f"the charter is that of {standing.id}", where=MANIFEST)
    return standing


def _check_signature(manifest: Manifest, parts: Mapping[str, bytes], standing: Standing) -> None:
    by = manifest.by
    canonical.check(parts[SIGNATURE], MAX_MANIFEST_BYTES)
    try:
        signature = msgspec.json.decode(parts[SIGNATURE], type=Signature)
    except msgspec.DecodeError as error:
        raise BadInput(f"the signature cannot be read: {error}", where=SIGNATURE) from None
    known = standing.desk_key(by.party, by.key)
    if known is None or signature.key != by.key:
        raise Unverified(f"no key of {by.party} has the id {by.key[:32]}", where=SIGNATURE)
    if known[1] is not None:
        raise Unverified(f"the key {by.key} of {by.party} was revoked", where=SIGNATURE)
    sig = note.decode64(signature.sig, "signature")
    if not ed25519.verify(known[0], sig, SIGNED + parts[MANIFEST]):
        raise Unverified(f"the signature of {by.party} does not hold", where=SIGNATURE)


def _prove(
    text: str, parts: Mapping[str, bytes], standing: Standing, decisive: Collection[str]
) -> Proved:
    """One record: its bytes stand in its owner's log under a checkpoint that the owner signed."""
    address = Address.parse(text)
    name = stem(address)
    raw = parts[f"{name}.json"]
    try:
        salt = note.decode64(parts[f"{name}.salt"].decode("ascii", "replace"), "salt")
        if len(salt) != SALT_BYTES:
            raise Unverified(f"the salt has {len(salt)} bytes, not {SALT_BYTES}")
        proof = InclusionProof.parse(parts[f"{name}.tlog-proof"])
        if proof.index != address.index or address.log != "spine":
            raise Unverified(f"the proof is for entry {proof.index}")
        checkpoint = heads.open_head(proof.checkpoint, address.log_name, standing)
        leaf = merkle.leaf_hash(log.commitment(salt, raw))
        merkle.verify_inclusion(leaf, proof.index, checkpoint.size, proof.path, checkpoint.root)
        envelope = record.decode(raw)
        if envelope.by.party != address.party:
            raise Unverified(f"it says that it is by {envelope.by.party}")
        signed_by = _author(raw, envelope, address, standing, envelope.kind in decisive)
        witnesses = _witnesses(proof.checkpoint, standing)
    except TogunaError as error:
        raise Unverified(error.what, where=name) from None
    keys = heads.log_keys(standing, address.party, checkpoint.size)
    signers = note.verify(note.Note.parse(proof.checkpoint), keys)
    return Proved(address, envelope, raw, signed_by, str(signers[0]), checkpoint.size, witnesses)


def _author(
    raw: bytes, envelope: Envelope, address: Address, standing: Standing, decisive: bool
) -> str:
    """The id of the key with which the author signed; empty for what needs no signature."""
    by = envelope.by
    if envelope.sig is None and not decisive:
        return ""
    desk = standing.desk_key(by.party, by.key)
    if desk is not None:
        public, most = desk
        if most is not None and address.index >= most:
            raise Unverified(f"signed with key {by.key} after it was revoked")
    else:
        own = standing.person_key(by.party, by.key)
        if own is None:
            raise Unverified(f"signed with key {by.key}, which is none of {by.party}'s")
        if why := own.refusal(by.office, envelope.at):
            raise Unverified(why)
        public = own.public
    record.verify_signature(raw, envelope, public)
    return by.key


def _witnesses(checkpoint: bytes, standing: Standing) -> dict[str, int]:
    found: dict[str, int] = {}
    for entry in standing.parties:
        name = standing.witness_name(entry.party)
        keys = [
            note.VerifierKey(name, note.COSIGNATURE, public)
            for public, until_us in standing.witness_keys(entry.party)
            if until_us is None
        ]
        seen = note.cosignatures(checkpoint, keys)
        if seen:
            found[entry.party] = max(seen.values())
    return found


def _check_quotes(files: Mapping[str, bytes], manifest: Manifest, proved: Iterable[Proved]) -> None:
    """A file belongs to a bundle because a record in it quotes the file's digest."""
    quoted = {digest for one in proved for digest in quotes(one.raw)}
    for digest, data in files.items():
        if sha256(data).hexdigest() != digest or digest not in quoted:
            raise Unverified("no record in it quotes this file", where=f"files/{digest}")
    if not set(manifest.absent) <= quoted - set(files):
        raise Unverified("it misses files that no record quotes", where=MANIFEST)


def quotes(raw: bytes) -> list[str]:
    """The digests of files that a record's body quotes, in its field ``evidence``."""
    body = msgspec.json.decode(raw).get("body")
    listed = body.get("evidence", ()) if isinstance(body, dict) else ()
    return [text for text in listed if isinstance(text, str) and len(text) == 64]
