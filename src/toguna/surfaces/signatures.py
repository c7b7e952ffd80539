"""Requests signed with HTTP Message Signatures (RFC 9421), in one small profile.

====================  =====================================================================
algorithm             ed25519 (RFC 9421 s3.3.6), by the house's one rule of libsodium
covered, always       ``@method``, ``@path``, ``@query``
covered, with a body  ``content-digest``: SHA-256 (RFC 9530)
covered, if present   ``toguna-office``: in which office the operator acts
``keyid``             ``<party>/log``: the log key that signs the party's checkpoints; or
                      ``<party>/witness``, for handing over charter documents and no more
``created``           POSIX seconds, within 300 s of the receiver's clock
``nonce``             never seen before from this party while ``created`` is fresh
``tag``               ``toguna:<party>``: for whom the request is, so that nobody who gets
                      one can show it to a third party
====================  =====================================================================

The witness key is there for one case: a party whose log key was stolen, and which can only
call out, must be able to say so to peers that know of no other log key yet.

The path is signed as it stands on the request line. Scheme and authority are not: a node
may stand behind a proxy, and the tag says more surely than a name for whom a request is.

Headers are judged before a byte of the body is read; the digest is compared after.

Why not a package from outside: those that exist verify with OpenSSL, and a federation with
two rules for one signature is broken (see :mod:`toguna.core.ed25519`).
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Final, Literal, NamedTuple
from urllib.parse import urlsplit

from toguna.core import ed25519
from toguna.errors import Unverified

WINDOW_S: Final = 300
"""How far ``created`` may lie from the receiver's clock, either way."""

NONCES_KEPT: Final = 65_536
NONCE_BYTES: Final = 16
OFFICE_HEADER: Final = "toguna-office"
DEFAULT_OFFICE: Final = "duty"

_ALWAYS: Final = ("@method", "@path", "@query")
_KEY: Final = r"[a-z*][a-z0-9_.*-]*"
_STRING: Final = r'"[ !#-\[\]-~]*"'
_INPUT: Final = re.compile(
    rf"(?P<label>{_KEY})="
    rf"(?P<params>\((?P<names>(?:{_STRING}(?: {_STRING})*)?)\)"
    rf"(?P<rest>(?:;{_KEY}=(?:[0-9]{{1,15}}|{_STRING}))*))"
)
_PARAMETER: Final = re.compile(rf";({_KEY})=(?:([0-9]+)|\"([^\"]*)\")")
_NAME: Final = re.compile(r'"([^"]*)"')
_DIGEST: Final = re.compile(r"(?:^|, ?)sha-256=:([A-Za-z0-9+/=]{44}):(?:,|$)")
_OFFICE: Final = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_KEYID: Final = re.compile(r"([a-z][a-z0-9-]{0,15})/(log|witness)")

Signer = Literal["log", "witness"]


class Message(NamedTuple):
    """The signed parts of a request. ``path`` and ``query`` are as on the request line,
    ``headers`` by lower-case name, several of one name joined with ", " (RFC 9421 s2.1).
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]

    def component(self, name: str) -> str:
        """The value of a covered component; Unverified when the request has none."""
        if name == "@method":
            return self.method
        if name == "@path":
            return self.path or "/"
        if name == "@query":
            return "?" + self.query
        if name == "@authority":
            name = "host"
        value = self.headers.get(name)
        if value is None or name.startswith("@"):
            raise Unverified(f"{name[:40]!r} is signed and not there")
        return value.strip()


class Caller(NamedTuple):
    """Who asks: a party, in which office, and by which of its keys a signature held.

    By the witness key alone, charter documents are taken and nothing else. With ``key``
    "session" it is a person of ours who has signed in: ``person`` is their id, ``office`` one
    of the ``offices`` that they hold now, ``session`` the id of the session (not its secret).
    The log key itself (the command line beside the node) may act in any office.
    """

    party: str
    office: str
    key: Signer | Literal["session"] = "log"
    person: str = ""
    offices: frozenset[str] = frozenset()
    session: str = ""


class Signed(NamedTuple):
    """A ``Signature-Input`` and its signature, read and not yet verified."""

    params: str
    names: tuple[str, ...]
    values: Mapping[str, str | int]
    signature: bytes


def signature_base(message: Message, names: Sequence[str], params: str) -> bytes:
    """The bytes that are signed (RFC 9421 s2.5)."""
    lines = [f'"{name}": {message.component(name)}' for name in names]
    lines.append(f'"@signature-params": {params}')
    return "\n".join(lines).encode()


def content_digest(body: bytes) -> str:
    """The ``Content-Digest`` header of a body (RFC 9530 s2)."""
    return f"sha-256=:{b64encode(sha256(body).digest()).decode()}:"


def check_digest(headers: Mapping[str, str], body: bytes) -> None:
    """Unverified unless ``Content-Digest`` names the SHA-256 of these bytes."""
    found = _DIGEST.search(headers.get("content-digest", ""))
    if found is None or found[1] != b64encode(sha256(body).digest()).decode():
        raise Unverified("the body is not the one that was signed")


# Signing -------------------------------------------------------------------------------


def sign_request(
    method: str,
    url: str,
    body: bytes | None,
    *,
    party: str,
    to: str,
    seed: bytes,
    now_us: int,
    nonce: bytes,
    office: str = "",
    key: Signer = "log",
) -> dict[str, str]:
    """The headers that make this request ``party``'s own.

    ``url`` is whole or from the path on, spelled as it will be sent; ``to`` is the party
    whose node is asked; ``seed`` is the key that ``key`` names; ``nonce`` 16 random bytes.
    Send a body with every method but GET, be it empty.
    """
    parts = urlsplit(url)
    headers: dict[str, str] = {}
    names = list(_ALWAYS)
    if body is not None:
        headers["content-digest"] = content_digest(body)
        names.append("content-digest")
    if office:
        headers[OFFICE_HEADER] = office
        names.append(OFFICE_HEADER)
    params = (
        "(" + " ".join(f'"{name}"' for name in names) + ")"
        f';created={now_us // 1_000_000};keyid="{party}/{key}";alg="ed25519"'
        f';nonce="{b64encode(nonce).decode()}";tag="toguna:{to}"'
    )
    message = Message(method.upper(), parts.path, parts.query, headers)
    signature = ed25519.sign(seed, signature_base(message, names, params))
    headers["signature-input"] = f"toguna={params}"
    headers["signature"] = f"toguna=:{b64encode(signature).decode()}:"
    return headers


# Verifying -----------------------------------------------------------------------------


def read_signature(headers: Mapping[str, str]) -> Signed:
    """The one signature of a request; Unverified when there is none, or more than one.

    Only the canonical spelling of RFC 8941 is taken, so the parameters can be verified as
    they were received and nothing is ever written anew.
    """
    found = _INPUT.fullmatch(headers.get("signature-input", ""))
    if found is None:
        raise Unverified("there is no signature that is read here")
    label, text = found["label"], headers.get("signature", "")
    encoded = text.removeprefix(f"{label}=:").removesuffix(":")
    if text != f"{label}=:{encoded}:":
        raise Unverified("the signature does not go with its input")
    try:
        signature = b64decode(encoded, validate=True)
    except (Base64Error, ValueError):
        raise Unverified("the signature is not base64") from None
    names = tuple(_NAME.findall(found["names"]))
    pairs = _PARAMETER.findall(found["rest"])
    values = {name: int(number) if number else text for name, number, text in pairs}
    if len(set(names)) != len(names) or len(values) != len(pairs):
        raise Unverified("something is signed twice")
    return Signed(found["params"], names, values, signature)


class Guard:
    """Tells who sent a request. One for each node; used from one thread.

    ``keys`` gives the log keys of a party that count now, without a limit of size;
    ``witnesses`` its witness keys that do. What the node's own party signed before
    ``opened_us`` is refused: those nonces went with the process that knew them.
    """

    def __init__(
        self,
        me: str,
        keys: Callable[[str], Sequence[bytes]],
        opened_us: int = 0,
        witnesses: Callable[[str], Sequence[bytes]] = lambda _party: (),
    ) -> None:
        self._me = me
        self._keys: dict[Signer, Callable[[str], Sequence[bytes]]]
        self._keys = {"log": keys, "witness": witnesses}
        self._opened_s = opened_us // 1_000_000
        self._seen: dict[tuple[str, Signer], _Nonces] = {}

    def caller(self, message: Message, now_us: int) -> Caller:
        """Who signed this request; Unverified says, for our own log only, why nobody did."""
        signed = read_signature(message.headers)
        self._check_covered(message, signed)
        party, key, created, nonce = self._check_parameters(signed, now_us // 1_000_000)
        base = signature_base(message, signed.names, signed.params)
        known = self._keys[key](party)
        if not any(ed25519.verify(public, signed.signature, base) for public in known):
            raise Unverified(f"no key of {party} signed this request")
        # Only now, so that a stranger can fill nobody's memory of nonces; and apart for each
        # key, so that a stolen witness key cannot fill that of the log key.
        self._seen.setdefault((party, key), _Nonces()).take(nonce, created, now_us // 1_000_000)
        office = message.headers.get(OFFICE_HEADER, DEFAULT_OFFICE)
        if not _OFFICE.fullmatch(office):
            raise Unverified("the office is not a word")
        return Caller(party, office, key)

    def _check_covered(self, message: Message, signed: Signed) -> None:
        needed = set(_ALWAYS)
        if message.method not in ("GET", "HEAD"):
            needed.add("content-digest")
        if OFFICE_HEADER in message.headers:
            needed.add(OFFICE_HEADER)
        if missing := needed - set(signed.names):
            raise Unverified(f"not covered by the signature: {', '.join(sorted(missing))}")

    def _check_parameters(self, signed: Signed, now_s: int) -> tuple[str, Signer, int, str]:
        values = signed.values
        created, nonce = values.get("created"), values.get("nonce")
        key = _KEYID.fullmatch(str(values.get("keyid")))
        if not isinstance(created, int) or not isinstance(nonce, str) or key is None:
            raise Unverified("the signature lacks keyid, created or nonce")
        if not 16 <= len(nonce) <= 64 or values.get("alg", "ed25519") != "ed25519":
            raise Unverified("the signature has another nonce or algorithm than we read")
        if values.get("tag") != f"toguna:{self._me}":
            raise Unverified("the request is for somebody else")
        if abs(created - now_s) > WINDOW_S:
            raise Unverified(f"signed {now_s - created} s ago by our clock")
        # A clock set back behind our start would lock the operator out: then no floor.
        if key[1] == self._me and created < self._opened_s <= now_s:
            raise Unverified("signed before this process began")
        return key[1], "witness" if key[2] == "witness" else "log", created, nonce


class _Nonces:
    """What one key of a party has used. When there is no room, what is older is refused instead."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, int] = OrderedDict()
        self._floor_s = 0

    def take(self, nonce: str, created: int, now_s: int) -> None:
        if nonce in self._seen or created <= self._floor_s:
            raise Unverified("this request was made before")
        while self._seen and next(iter(self._seen.values())) < now_s - WINDOW_S:
            self._seen.popitem(last=False)
        if len(self._seen) >= NONCES_KEPT:
            self._floor_s = max(self._floor_s, self._seen.popitem(last=False)[1])
        self._seen[nonce] = created
