"""Signing in with a passkey.

A passkey is found by the browser, not by a name that somebody typed, so nobody can ask this
node who works here. The authenticator must have verified its user. The challenge is stamped by
us, good once and for ten minutes.
"""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING, Any, Final

import msgspec

from toguna.errors import Refused, TogunaError
from toguna.surfaces.endpoints import Answer, Asked, Endpoint, answer_json, read_json
from toguna.surfaces.session_shown import SessionShown, begin
from toguna.surfaces.sessions import origin_of, relying_party

if TYPE_CHECKING:
    from toguna.surfaces.authenticators import Site

CREDENTIAL_BYTES: Final = 32_768
CHALLENGE_BYTES: Final = 32
MOST_ID_BYTES: Final = 1_023  # WebAuthn level 3, 4: credential ID
_SIGN_IN: Final = "passkey sign-in"


class Begun(msgspec.Struct):
    """What the browser is asked: ``options`` as WebAuthn has them in JSON; ``ticket`` comes
    back with its answer.
    """

    ticket: str
    options: dict[str, Any]


class Nothing(msgspec.Struct, forbid_unknown_fields=True):
    """An empty object."""


class PasskeySaid(msgspec.Struct, forbid_unknown_fields=True):
    """The browser's answer: ``credential`` is ``PublicKeyCredential.toJSON()``."""

    ticket: str
    credential: dict[str, Any]


def site_of(asked: Asked) -> Site:
    """For whom passkeys are made here; Refused where there is no name for them."""
    from toguna.surfaces.authenticators import Site

    host = relying_party(asked.house, asked.scope)
    if not host:
        raise Refused(
            "passkeys need a name", where="passkey",
            remedy="set serve.origin in toguna.toml, or ask for localhost",
        )  # fmt: skip
    return Site(asked.node.party, host, origin_of(asked.house, asked.scope))


def new_challenge() -> bytes:
    """Random bytes for an authenticator to sign."""
    return secrets.token_bytes(CHALLENGE_BYTES)


async def begin_passkey(asked: Asked) -> Answer:
    """A challenge. Nothing in it depends on who will answer."""
    from toguna.surfaces.authenticators import asking

    read_json(await asked.body() or b"{}", Nothing)
    challenge = new_challenge()
    options = asking(site_of(asked), challenge)
    ticket = asked.house.threshold.stamps.stamp(_SIGN_IN, challenge, asked.node.now())
    return answer_json(Begun(ticket, options))


async def by_passkey(asked: Asked) -> Answer:
    """Sign in with a passkey."""
    from toguna.surfaces.authenticators import check_shown

    said = read_json(await asked.body(), PasskeySaid)
    house, threshold, now = asked.house, asked.house.threshold, asked.node.now()
    challenge = threshold.stamps.use(_SIGN_IN, said.ticket, bytes, now)
    key = threshold.passkeys.find(id_of(str(said.credential.get("id", ""))))
    person = house.people.find(key.person) if key else None
    if key is None or person is None or not person.offices(now):
        raise Refused("this passkey does not open here", where="credential")
    try:
        signs = check_shown(site_of(asked), said.credential, challenge, key.public, key.signs)
    except TogunaError:
        house.meters.refused("sign-in")
        raise
    known = key
    await house.writer.run(lambda: threshold.passkeys.used(known, signs))
    shown, more = await begin(asked, person.id, "passkey")
    return answer_json(shown)._replace(more=more)


def id_of(text: str) -> bytes:
    """The id of a passkey as it stands in JSON; empty, which none has, when it cannot be one."""
    try:
        return urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))[:MOST_ID_BYTES]
    except ValueError:
        return b""


def text_of(id_: bytes) -> str:
    """The id of a passkey as it stands in JSON."""
    return urlsafe_b64encode(id_).decode().rstrip("=")


ENDPOINTS: Final = (
    Endpoint(
        "POST", "/api/sign-in/passkey/begin", begin_passkey, "public",
        "A challenge for a passkey.", Begun, takes=Nothing, most=1_024,
    ),
    Endpoint(
        "POST", "/api/sign-in/passkey", by_passkey, "public", "Sign in with a passkey.",
        SessionShown, takes=PasskeySaid, most=CREDENTIAL_BYTES,
    ),
)  # fmt: skip
