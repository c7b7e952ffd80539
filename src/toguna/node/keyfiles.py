"""Private keys as files: ``root.key``, ``log.key``, ``witness.key``, ``desk.key``, ``box.key``.

Each is four lines of text (``toguna key v1``, role, party, secret in base64), mode 0600 in a
folder of mode 0700; a key that others may read is refused rather than used. The root key is
made to be carried away: nothing here needs it but :func:`load_root`. With a passphrase it is
an age file (scrypt recipient). ``root.pub`` stays, so that cards can be made without it.

Secrets appear in no message, no log line and no ``repr``. Randomness is an argument.
"""

from __future__ import annotations

import os
import stat
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

import pyrage

from toguna.core import ed25519
from toguna.core.charter import KeyRole, PartyKeys, check_party
from toguna.core.signed import decode_key, encode_key, key_id
from toguna.errors import BadInput, Conflict, EngineFailure, Refused, Unverified

Role = Literal["root", "log", "witness", "desk", "box"]
RootState = Literal["open", "sealed", "away"]

ONLINE: Final[tuple[Role, ...]] = ("log", "witness", "desk", "box")
_HEAD: Final = "toguna key v1"
_AGE: Final = b"age-encryption.org/v1"
_BECH32: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


@dataclass(frozen=True)
class Keys:
    """The secrets that a node works with: Ed25519 seeds, and ``box``, an age identity."""

    party: str
    log: bytes = field(repr=False)
    witness: bytes = field(repr=False)
    desk: bytes = field(repr=False)
    box: str = field(repr=False)

    @property
    def desk_id(self) -> str:
        """The id of the desk key, which authors' acts name."""
        return key_id(ed25519.public_key(self.desk))

    def sign_desk(self, message: bytes) -> bytes:
        """The desk key's signature over exactly these bytes."""
        return ed25519.sign(self.desk, message)


def create(
    folder: Path, party: str, randbytes: Callable[[int], bytes], passphrase: str | None = None
) -> None:
    """Make all five keys of ``party`` in ``folder``, which is made where it is missing.

    ``randbytes`` must be fit for keys (``secrets.token_bytes``). With ``passphrase`` the root
    key is sealed. Conflict when a key is there already: keys are never written over.
    """
    check_party(party, "party")
    root = randbytes(ed25519.SEED_SIZE)
    text = _text("root", party, root)
    sealed = text if passphrase is None else _sealed(text, passphrase)
    log, witness, desk = (randbytes(ed25519.SEED_SIZE) for _ in range(3))
    keys = Keys(party, log, witness, desk, box=_identity(randbytes(32)))
    save(folder, keys, [encode_key(ed25519.public_key(root))])
    _write(folder / "root.key", sealed)
    _sync(folder)


def save(folder: Path, keys: Keys, roots: Sequence[str], threshold: int = 1) -> None:
    """Write the four online keys, and ``root.pub`` with the public root keys (base64).

    What a restored folder needs; the root key itself is not part of a backup.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)  # whatever the umask or an earlier hand made of it
    except OSError as error:
        raise EngineFailure(f"cannot be made: {error.strerror}", where=str(folder)) from None
    for role in ("log", "witness", "desk"):
        _write(folder / f"{role}.key", _text(role, keys.party, getattr(keys, role)))
    _write(folder / "box.key", _text("box", keys.party, _box_secret(keys.box)))
    _write(folder / "root.pub", _public_text(keys.party, roots, threshold))
    _sync(folder)


def load(folder: Path) -> Keys:
    """The online keys.

    Refused when others may read them (and says ``chmod``), BadInput when one is missing,
    damaged or another party's.
    """
    if not folder.is_dir():
        raise BadInput("there are no keys here", where=str(folder))
    _refuse_readable(folder, 0o700)
    found = {role: _read_key(folder / f"{role}.key", role) for role in ONLINE}
    parties = sorted({party for party, _ in found.values()})
    if len(parties) != 1:
        raise BadInput(f"keys of several parties: {', '.join(parties)}", where=str(folder))
    seeds = {role: secret for role, (_, secret) in found.items()}
    if len(set(seeds.values())) != len(seeds):
        raise BadInput("one key stands in two files", where=str(folder))
    return Keys(
        party=parties[0],
        log=seeds["log"],
        witness=seeds["witness"],
        desk=seeds["desk"],
        box=_identity(seeds["box"]),
    )


def load_root(path: Path, passphrase: str | None = None) -> tuple[str, bytes]:
    """The party and the seed of a root key, wherever it is kept.

    Refused when it is sealed and no passphrase is given, Unverified when the passphrase is
    wrong or the sealed file was changed, BadInput when it is missing or damaged.
    """
    data = _read(path)
    if not data.startswith(_AGE):
        return _parse(data, "root", path)
    if passphrase is None:
        raise Refused("sealed with a passphrase", where=str(path), remedy="give --passphrase-file")
    try:
        opened = pyrage.passphrase.decrypt(data, passphrase)
    except pyrage.DecryptError:
        raise Unverified(
            "the passphrase does not open it, or the file is damaged", where=str(path)
        ) from None
    return _parse(opened, "root", path)


def root_state(folder: Path) -> RootState:
    """Where the root key is: open in the folder, sealed in it, or carried away."""
    path = folder / "root.key"
    if not path.exists():
        return "away"
    return "sealed" if _read(path).startswith(_AGE) else "open"


def public_keys(folder: Path) -> PartyKeys:
    """The public halves, as they stand in a card; the root key may be away."""
    keys = load(folder)
    party, roots, threshold = _parse_public(_read(folder / "root.pub"), folder / "root.pub")
    if party != keys.party:
        raise BadInput(f"of {party}, the others are of {keys.party}", where="root.pub")
    return PartyKeys(
        box=str(pyrage.x25519.Identity.from_str(keys.box).to_public()),
        desk=encode_key(ed25519.public_key(keys.desk)),
        log=encode_key(ed25519.public_key(keys.log)),
        root=roots,
        threshold=threshold,
        witness=encode_key(ed25519.public_key(keys.witness)),
    )


def renew(folder: Path, role: KeyRole, randbytes: Callable[[int], bytes]) -> bytes:
    """Put a new key in the place of a revoked one; its public half, for the revocation.

    The old file stays beside it as ``ROLE.key.old``; Conflict when there is one already.
    """
    path, old = folder / f"{role}.key", folder / f"{role}.key.old"
    party, _ = _read_key(path, role)
    if old.exists():
        raise Conflict(f"{old.name} is there", where=str(folder), remedy="carry it away first")
    seed = randbytes(ed25519.SEED_SIZE)
    fresh = folder / f"{role}.key.new"
    fresh.unlink(missing_ok=True)  # left by a renewal that was cut off: never in use
    _write(fresh, _text(role, party, seed))
    # The link comes first: at every moment the folder has one whole key of this role.
    os.link(path, old)
    fresh.replace(path)
    _sync(folder)
    return ed25519.public_key(seed)


# Files -----------------------------------------------------------------------------------


def _text(role: str, party: str, secret: bytes) -> bytes:
    encoded = b64encode(secret).decode("ascii")
    return f"{_HEAD}\nrole: {role}\nparty: {party}\nsecret: {encoded}\n".encode("ascii")


def _parse(data: bytes, role: Role, path: Path) -> tuple[str, bytes]:
    """Party and secret out of a key's text. Messages never quote what was read."""
    damaged = BadInput("damaged, or not a key file", where=str(path))
    try:
        lines = data.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise damaged from None
    if len(lines) != 5 or lines[0] != _HEAD or lines[4]:
        raise damaged
    named = [line.split(": ", 1) for line in lines[1:4]]
    if [pair[0] for pair in named] != ["role", "party", "secret"] or any(
        len(pair) != 2 for pair in named
    ):
        raise damaged
    found, party, encoded = (pair[1] for pair in named)
    if found != role:
        raise BadInput(f"not the {role} key but another", where=str(path))
    check_party(party, str(path))
    try:
        secret = b64decode(encoded, validate=True)
    except Base64Error:
        raise damaged from None
    if len(secret) != ed25519.SEED_SIZE:
        raise damaged
    return party, secret


def _public_text(party: str, roots: Sequence[str], threshold: int) -> bytes:
    listed = "".join(f"root: {public}\n" for public in roots)
    return f"toguna public v1\nparty: {party}\nthreshold: {threshold}\n{listed}".encode("ascii")


def _parse_public(data: bytes, path: Path) -> tuple[str, tuple[str, ...], int]:
    lines = data.decode("ascii", "replace").split("\n")
    pairs = [line.partition(": ")[::2] for line in lines[1:-1]]
    names = [name for name, _ in pairs]
    if lines[0] != "toguna public v1" or names[:2] != ["party", "threshold"] or len(names) < 3:
        raise BadInput("damaged, or not the public root keys", where=str(path))
    roots = tuple(value for _, value in pairs[2:])
    for public in roots:
        decode_key(public, str(path))
    threshold = pairs[1][1]
    if set(names[2:]) != {"root"} or not threshold.isdecimal():
        raise BadInput("damaged, or not the public root keys", where=str(path))
    return pairs[0][1], roots, int(threshold)


def _read_key(path: Path, role: Role) -> tuple[str, bytes]:
    return _parse(_read(path), role, path)


def _read(path: Path) -> bytes:
    try:
        if path.suffix == ".key":
            _refuse_readable(path, 0o600)
        with path.open("rb") as file:
            return file.read(65_536)
    except FileNotFoundError:
        raise BadInput(
            "the key file is missing",
            where=str(path),
            remedy="put it back from your backup; a lost key is revoked and replaced",
        ) from None
    except OSError as error:
        raise EngineFailure(f"cannot be read: {error.strerror}", where=str(path)) from None


def _refuse_readable(path: Path, mode: int) -> None:
    """Refused when group or others have any right to a secret's place."""
    found = stat.S_IMODE(path.stat().st_mode)
    if found & 0o077:
        raise Refused(
            f"others on this machine may read it (mode {found:o})",
            where=str(path),
            remedy=f"chmod {mode:o} {path}; if others were there, revoke the key",
        )


def _write(path: Path, data: bytes) -> None:
    """Write a new file of mode 0600 and make it durable; Conflict when it is there."""
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise Conflict(
            "there is one already", where=str(path), remedy="keys are never written over"
        ) from None
    except OSError as error:
        raise EngineFailure(f"cannot be written: {error.strerror}", where=str(path)) from None


def _sync(folder: Path) -> None:
    """Make the names in the folder durable as well."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


# age -------------------------------------------------------------------------------------


def _sealed(text: bytes, passphrase: str) -> bytes:
    if not passphrase:
        raise BadInput("an empty passphrase seals nothing", where="passphrase")
    return bytes(pyrage.passphrase.encrypt(text, passphrase))


def _identity(secret: bytes) -> str:
    """The age identity (Bech32, BIP 173) of 32 secret bytes; pyrage would draw its own."""
    bits = int.from_bytes(secret, "big") << 4  # 256 bits and padding make 52 letters
    values = [bits >> shift & 31 for shift in range(255, -1, -5)]
    prefix = "age-secret-key-"
    spread = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    check = _polymod([*spread, *values, 0, 0, 0, 0, 0, 0]) ^ 1
    values += [check >> shift & 31 for shift in range(25, -1, -5)]
    return f"{prefix}1{''.join(_BECH32[v] for v in values)}".upper()


def _polymod(values: Sequence[int]) -> int:
    """Bech32's checksum (BIP 173)."""
    check = 1
    for value in values:
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ value
        for i, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if top >> i & 1 else 0
    return check


def _box_secret(identity: str) -> bytes:
    """The 32 bytes of an age identity."""
    bits = 0
    for letter in identity.lower().rpartition("1")[2][:52]:
        bits = bits << 5 | _BECH32.index(letter)
    return (bits >> 4).to_bytes(32, "big")
