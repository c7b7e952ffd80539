"""Passkeys (WebAuthn level 3): making one, and signing in with it.

A passkey is found by the browser, not by a name that somebody typed, so nobody can ask this
node who works here. The authenticator must have verified its user. The challenge is stamped by
us, good once and for ten minutes.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Final

import msgspec
import webauthn
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from toguna.errors import Refused, Unknown
from toguna.node.passkeys import Passkey
from toguna.surfaces.endpoints import Answer, Asked, Endpoint, answer_json, read_json
from toguna.surfaces.session_shown import SessionShown, begin
from toguna.surfaces.sessions import origin_of, relying_party

CREDENTIAL_BYTES: Final = 32_768
CHALLENGE_BYTES: Final = 32
_SIGN_IN: Final = "passkey sign-in"


class Begun(msgspec.Struct):
    """What the browser is asked: ``options`` as WebAuthn has them in JSON; ``ticket`` comes
    back with its answer.
    """

    ticket: str
    options: dict[str, Any]


class Nothing(msgspec.Struct, forbid_unknown_fields=True):
    """An empty object."""


class PasskeyShownUs(msgspec.Struct, forbid_unknown_fields=True):
    """The browser's answer: ``credential`` is ``PublicKeyCredential.toJSON()``."""

    ticket: str
    credential: dict[str, Any]


class Made(msgspec.Struct):
    """A new passkey that was checked: its id, public key and the challenge that it signed."""

    id: bytes
    public: bytes


def party_of(asked: Asked) -> str:
    """For which name passkeys are made here; Refused where there is none."""
    found = relying_party(asked.house, asked.scope)
    if not found:
        raise Refused(
            "passkeys need a name", where="passkey",
            remedy="set serve.origin in toguna.toml, or ask for localhost",
        )  # fmt: skip
    return found


# Making ----------------------------------------------------------------------------------


def making(asked: Asked, person: str, name: str, known: Sequence[Passkey]) -> tuple[bytes, Any]:
    """The challenge and the options with which a browser makes a passkey for a person."""
    challenge = secrets.token_bytes(CHALLENGE_BYTES)
    options = webauthn.generate_registration_options(
        rp_id=party_of(asked),
        rp_name=f"Toguna {asked.node.party}",
        # The same person has the same handle, and it says nothing to whoever reads the device.
        user_id=sha256(f"toguna {asked.node.party}/{person}".encode()).digest(),
        user_name=person,
        user_display_name=name,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=key.id) for key in known],
    )
    return challenge, _plain(options)


def check_made(asked: Asked, credential: dict[str, Any], challenge: bytes) -> Made:
    """The passkey that a browser made for this challenge; Refused when anything is amiss."""
    try:
        found = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party_of(asked),
            expected_origin=origin_of(asked.house, asked.scope),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError):
        raise Refused("the passkey could not be made", where="credential") from None
    return Made(found.credential_id, found.credential_public_key)


def _plain(options: Any) -> Any:
    return msgspec.json.decode(webauthn.options_to_json(options))


# Signing in ------------------------------------------------------------------------------


async def begin_passkey(asked: Asked) -> Answer:
    """A challenge. Nothing in it depends on who will answer."""
    read_json(await asked.body() or b"{}", Nothing)
    challenge = secrets.token_bytes(CHALLENGE_BYTES)
    options = webauthn.generate_authentication_options(
        rp_id=party_of(asked),
        challenge=challenge,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    ticket = asked.house.threshold.stamps.stamp(_SIGN_IN, challenge, asked.node.now())
    return answer_json(Begun(ticket, _plain(options)))


async def by_passkey(asked: Asked) -> Answer:
    """Sign in with a passkey."""
    said = read_json(await asked.body(), PasskeyShownUs)
    house, threshold, now = asked.house, asked.house.threshold, asked.node.now()
    challenge = threshold.stamps.use(_SIGN_IN, said.ticket, bytes, now)
    key = threshold.passkeys.find(_id_in(said.credential))
    person = house.people.find(key.person) if key else None
    amiss = Refused("this passkey does not open here", where="credential")
    if key is None or person is None or not person.offices(now):
        raise amiss
    try:
        found = webauthn.verify_authentication_response(
            credential=said.credential,
            expected_challenge=challenge,
            expected_rp_id=party_of(asked),
            expected_origin=origin_of(house, asked.scope),
            credential_public_key=key.public,
            credential_current_sign_count=key.signs,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError):
        house.meters.refused("sign-in")
        raise amiss from None
    known = key
    await house.writer.run(lambda: threshold.passkeys.used(known, found.new_sign_count))
    shown, more = await begin(asked, person.id, "passkey")
    return answer_json(shown)._replace(more=more)


def _id_in(credential: dict[str, Any]) -> bytes:
    try:
        return base64url_to_bytes(str(credential.get("id", "")))[:1_024]
    except ValueError:
        return b""


def id_of(text: str) -> bytes:
    """The id of a passkey as it stands in JSON; Unknown when it cannot be one."""
    try:
        return base64url_to_bytes(text)
    except ValueError:
        raise Unknown("there is no such passkey", where="id") from None


ENDPOINTS: Final = (
    Endpoint(
        "POST", "/api/sign-in/passkey/begin", begin_passkey, "public",
        "A challenge for a passkey.", Begun, takes=Nothing, most=1_024,
    ),
    Endpoint(
        "POST", "/api/sign-in/passkey", by_passkey, "public", "Sign in with a passkey.",
        SessionShown, takes=PasskeyShownUs, most=CREDENTIAL_BYTES,
    ),
)  # fmt: skip
