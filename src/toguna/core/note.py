"""Signed notes, checkpoints and cosignatures, as C2SP writes them.

Rules enforced, by clause: c2sp.org/signed-note (format, key IDs, known keys must verify),
c2sp.org/tlog-checkpoint (note text) and c2sp.org/tlog-cosignature (Ed25519, timestamped).
Offline proofs are in :mod:`toguna.core.inclusion`. Only the signature types 0x01 and 0x04 are
known here; lines of other types are kept and ignored, as the specification asks.

What cannot be parsed is :class:`BadInput`; a signature that does not hold is
:class:`Unverified`. Base64 must be canonical, so that one note has one encoding.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, NamedTuple

from toguna.core import ed25519
from toguna.core.merkle import HASH_SIZE
from toguna.errors import BadInput, Unverified

MAX_NOTE_BYTES: Final = 1_000_000
MAX_SIGNATURES: Final = 64
MAX_INT64: Final = 2**63 - 1

ED25519: Final = 1
"""Signature type of a plain Ed25519 signature over the note text."""
COSIGNATURE: Final = 4
"""Signature type of a timestamped Ed25519 checkpoint cosignature."""

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
# What UTF-8 cannot carry (lone surrogates) is refused together with what a note forbids.
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")
_MARK = "\u2014 "  # an em dash and a space begin each signature line


def encode64(data: bytes) -> str:
    """Standard, padded base64 (RFC 4648 s4)."""
    return base64.b64encode(data).decode("ascii")


def decode64(text: str, what: str) -> bytes:
    """Standard, padded, canonical base64 (RFC 4648 s4), and nothing else."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadInput(f"the {what} is not base64") from None
    if encode64(data) != text:
        raise BadInput(f"the {what} is not canonical base64")
    return data


def decimal(text: str, what: str) -> int:
    """ASCII decimal without leading zeroes, below 2^63."""
    if not _DECIMAL.fullmatch(text) or int(text) > MAX_INT64:
        raise BadInput(f"the {what} is not a decimal number without leading zeroes")
    return int(text)


def hash64(text: str, what: str) -> bytes:
    """A hash in base64; BadInput unless it has 32 bytes."""
    value = decode64(text, what)
    if len(value) != HASH_SIZE:
        raise BadInput(f"the {what} has {len(value)} bytes, not {HASH_SIZE}")
    return value


def _check_name(name: str) -> None:
    """signed-note, Format: key names are non-empty, without Unicode spaces and plus."""
    if not name or "+" in name or _CONTROL.search(name) or any(c.isspace() for c in name):
        raise BadInput("a key name is non-empty and holds no space, plus or control character")


def text_of(data: bytes, what: str) -> str:
    """UTF-8 without control characters other than newline, within the limit of size."""
    if len(data) > MAX_NOTE_BYTES:
        raise BadInput(f"the {what} has {len(data)} bytes; at most {MAX_NOTE_BYTES} are read")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as e:
        raise BadInput(f"the {what} is not UTF-8 at byte {e.start}") from None
    if found := _CONTROL.search(text):
        raise BadInput(f"the {what} holds the control character 0x{ord(found[0]):02x}")
    return text


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A name, a signature type (1 or 4) and a 32-byte Ed25519 public key.

    ``str(key)`` is the vkey, ``name+hex(key ID)+base64(type || public key)``.
    """

    name: str
    algorithm: int
    public: bytes

    def __post_init__(self) -> None:
        _check_name(self.name)
        if self.algorithm not in (ED25519, COSIGNATURE):
            raise BadInput(f"signature type {self.algorithm} is not known; 1 and 4 are")
        if len(self.public) != ed25519.PUBLIC_SIZE:
            raise BadInput(f"an Ed25519 public key has 32 bytes, not {len(self.public)}")

    @property
    def key_id(self) -> int:
        """SHA-256(name || 0x0A || type || public key), its first 32 bits (signed-note)."""
        material = self.name.encode() + b"\n" + bytes([self.algorithm]) + self.public
        return int.from_bytes(sha256(material).digest()[:4], "big")

    def __str__(self) -> str:
        material = encode64(bytes([self.algorithm]) + self.public)
        return f"{self.name}+{self.key_id:08x}+{material}"

    @classmethod
    def parse(cls, vkey: str) -> VerifierKey:
        """The key that a vkey names; :class:`BadInput` when its ID does not fit."""
        parts = vkey.split("+", 2)  # base64 may hold a plus, a name never does
        if len(parts) != 3:
            raise BadInput("a vkey has three parts: name+ID+key")
        name, key_id, encoded = parts
        material = decode64(encoded, "key of the vkey")
        key = cls(name, material[0] if material else 0, material[1:])
        if f"{key.key_id:08x}" != key_id:
            raise BadInput(f"the vkey of {name} has an ID that is not its key's")
        return key

    def _holds(self, text: str, signature: bytes) -> bool:
        if self.algorithm == ED25519:
            return ed25519.verify(self.public, signature, text.encode())
        at_s, plain = int.from_bytes(signature[:8], "big"), signature[8:]
        return at_s <= MAX_INT64 and ed25519.verify(self.public, plain, _cosigned(text, at_s))


class NoteSignature(NamedTuple):
    """One signature line. ``key_id`` is 32 bits; ``signature`` is what follows it."""

    name: str
    key_id: int
    signature: bytes

    def line(self) -> str:
        """The line in a note, newline included."""
        body = encode64(self.key_id.to_bytes(4, "big") + self.signature)
        return f"{_MARK}{self.name} {body}\n"

    @classmethod
    def parse(cls, line: str) -> NoteSignature:
        """One signature line, without its newline."""
        name, space, encoded = line.removeprefix(_MARK).partition(" ")
        if not line.startswith(_MARK) or not space:
            raise BadInput("a signature line is an em dash, a key name and a base64 signature")
        _check_name(name)
        body = decode64(encoded, f"signature of {name}")
        if len(body) < 5:
            raise BadInput(f"the signature of {name} is too short")
        return cls(name, int.from_bytes(body[:4], "big"), body[4:])


@dataclass(frozen=True, slots=True)
class Note:
    """A text and its signatures. Nothing of it may be trusted before :func:`verify`."""

    text: str
    signatures: tuple[NoteSignature, ...]

    def encode(self) -> bytes:
        """The note as bytes; :class:`BadInput` when they would not be a note."""
        _check_text(self.text)
        if not self.signatures:
            raise BadInput("a note has at least one signature")
        if len(self.signatures) > MAX_SIGNATURES:
            raise BadInput(f"a note has at most {MAX_SIGNATURES} signatures")
        return f"{self.text}\n{''.join(s.line() for s in self.signatures)}".encode()

    @classmethod
    def parse(cls, data: bytes) -> Note:
        """The note in these bytes (signed-note, Format), its signatures not yet verified."""
        text = text_of(data, "note")
        split = text.rfind("\n\n")  # the text may hold empty lines: the last one separates
        lines = text[split + 2 :].split("\n")
        if split < 0 or lines.pop() != "" or not lines:
            raise BadInput("a note is a text, an empty line and signature lines, each ended")
        if len(lines) > MAX_SIGNATURES:
            raise BadInput(f"the note has {len(lines)} signatures; {MAX_SIGNATURES} are read")
        return cls(text[: split + 1], tuple(NoteSignature.parse(line) for line in lines))

    def with_signatures(self, lines: Iterable[NoteSignature]) -> Note:
        """This note with more signatures; a key's newer one takes the place of its older.

        They are not verified here: verify what a stranger sends before it is merged, or a
        bad line displaces a good one.
        """
        merged = {(s.name, s.key_id): s for s in self.signatures}
        merged.update({(s.name, s.key_id): s for s in lines})
        return Note(self.text, tuple(merged.values()))


def _check_text(text: str) -> None:
    """signed-note, Format: UTF-8, no control characters, ends in newline."""
    if not text.endswith("\n"):
        raise BadInput("the text of a note ends in a newline")
    if _CONTROL.search(text):
        raise BadInput("the text of a note holds no control character but newlines")


def _by_name_and_id(keys: Iterable[VerifierKey]) -> dict[tuple[str, int], VerifierKey]:
    """Known keys as signature lines name them. Two keys under one name and ID are a trap."""
    known: dict[tuple[str, int], VerifierKey] = {}
    for key in keys:
        if known.setdefault((key.name, key.key_id), key) != key:
            raise BadInput(f"two different keys have the name and ID {key.name}+{key.key_id:08x}")
    return known


def sign(text: str, vkey_name: str, seed: bytes) -> NoteSignature:
    """A plain Ed25519 signature over a note text, by the key of that name and seed."""
    _check_text(text)
    key = VerifierKey(vkey_name, ED25519, ed25519.public_key(seed))
    return NoteSignature(key.name, key.key_id, ed25519.sign(seed, text.encode()))


def verify(note: Note, keys: Sequence[VerifierKey]) -> list[VerifierKey]:
    """Those of ``keys`` that signed the note, each once, in the order of its lines.

    Lines of unknown keys are ignored. Raises :class:`Unverified` when a line of a known
    key does not hold (the whole note is refused then), and when no known key signed.
    """
    known = _by_name_and_id(keys)
    signers: dict[VerifierKey, None] = {}
    for s in note.signatures:
        key = known.get((s.name, s.key_id))
        if key is None:
            continue
        if not key._holds(note.text, s.signature):
            raise Unverified(f"the signature of {s.name} on the note does not hold")
        signers[key] = None
    if not signers:
        raise Unverified(
            "the note is not signed by any key known here",
            remedy="check that the charter names the key of whoever signed",
        )
    return list(signers)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree head: whose log, how many leaves, which root (tlog-checkpoint, Note text).

    Raises :class:`BadInput` when it could not be written as a note text.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size <= MAX_INT64 or len(self.root) != HASH_SIZE:
            raise BadInput("a checkpoint has a size from 0 to 2^63-1 and a root of 32 bytes")
        for line in (self.origin, *self.extensions):
            if not line or "\n" in line or _CONTROL.search(line):
                raise BadInput("origin and extension lines are non-empty single lines")

    def text(self) -> str:
        """The note text, which is what the log signs."""
        lines = (self.origin, str(self.size), encode64(self.root), *self.extensions)
        return "\n".join(lines) + "\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """The checkpoint in a note text."""
        lines = text.split("\n")
        if lines.pop() != "" or len(lines) < 3:
            raise BadInput("a checkpoint has at least three lines: origin, size and root")
        origin, size, root, *extensions = lines
        return cls(
            origin,
            decimal(size, "tree size of the checkpoint"),
            hash64(root, "root of the checkpoint"),
            tuple(extensions),
        )


def sign_checkpoint(checkpoint: Checkpoint, seed: bytes) -> bytes:
    """The checkpoint as a note signed by its log, whose key name is the origin."""
    text = checkpoint.text()
    return Note(text, (sign(text, checkpoint.origin, seed),)).encode()


def open_checkpoint(note_bytes: bytes, key: VerifierKey) -> Checkpoint:
    """The checkpoint that the log with this key signed.

    Raises :class:`Unverified` when the key did not sign it, or when it is one of
    another log.
    """
    note = Note.parse(note_bytes)
    verify(note, [key])
    checkpoint = Checkpoint.parse(note.text)
    if key.algorithm != ED25519 or checkpoint.origin != key.name:
        raise Unverified(f"the checkpoint of {checkpoint.origin} is not one of log {key.name}")
    return checkpoint


def _cosigned(text: str, at_s: int) -> bytes:
    """What a cosigner signs (tlog-cosignature, Ed25519 signed message)."""
    return f"cosignature/v1\ntime {at_s}\n{text}".encode()


def cosign(note_bytes: bytes, name: str, seed: bytes, at_s: int) -> NoteSignature:
    """The cosignature of witness ``name`` on a checkpoint, at POSIX second ``at_s``.

    The witness states by it that no larger consistent tree of this log was seen by it:
    check the log's signature and consistency first.
    """
    if not 0 <= at_s <= MAX_INT64:
        raise BadInput("the time of a cosignature is a POSIX second from 0 to 2^63-1")
    text = Note.parse(note_bytes).text
    Checkpoint.parse(text)
    key = VerifierKey(name, COSIGNATURE, ed25519.public_key(seed))
    signature = at_s.to_bytes(8, "big") + ed25519.sign(seed, _cosigned(text, at_s))
    return NoteSignature(name, key.key_id, signature)


def cosignatures(note_bytes: bytes, keys: Sequence[VerifierKey]) -> dict[str, int]:
    """When each of these witnesses cosigned the checkpoint: name to POSIX second.

    Empty when none did; that is a fact to show, not an error. Keys of other types are
    passed over. Raises :class:`Unverified` when a line of a known witness does not hold.
    """
    note = Note.parse(note_bytes)
    known = _by_name_and_id(k for k in keys if k.algorithm == COSIGNATURE)
    seen: dict[str, int] = {}
    for s in note.signatures:
        key = known.get((s.name, s.key_id))
        if key is None:
            continue
        if not key._holds(note.text, s.signature):
            raise Unverified(f"the cosignature of {s.name} on the checkpoint does not hold")
        at_s = int.from_bytes(s.signature[:8], "big")
        seen[s.name] = max(at_s, seen.get(s.name, 0))
    return seen


def bare(note_bytes: bytes) -> bytes:
    """The checkpoint with the log's own signatures alone, as it goes to peers: cosignatures
    are many and large, and each peer makes its own.
    """
    note = Note.parse(note_bytes)
    origin = Checkpoint.parse(note.text).origin
    kept = tuple(s for s in note.signatures if s.name == origin)
    return Note(note.text, kept).encode()


def add_signatures(note_bytes: bytes, signatures: Iterable[NoteSignature]) -> bytes:
    """The note with these signatures merged in, as :meth:`Note.with_signatures` does."""
    return Note.parse(note_bytes).with_signatures(signatures).encode()
