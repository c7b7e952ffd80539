"""What an authenticator must have done (WebAuthn level 3), checked by the package `webauthn`.

Apart from the endpoints, for the package is slow to load and most commands never need it.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec
import webauthn
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from toguna.errors import Refused

_AMISS = (WebAuthnException, ValueError, TypeError, KeyError, IndexError, AttributeError)


class Site(NamedTuple):
    """For whom passkeys are: our party, the name of the host, and the whole origin."""

    party: str
    host: str
    origin: str


class Made(NamedTuple):
    """A new passkey that was checked: its id and its public key."""

    id: bytes
    public: bytes


def making(
    site: Site, person: str, name: str, known: Sequence[bytes], challenge: bytes
) -> dict[str, Any]:
    """The options with which a browser makes a passkey; not on a device that has a known one."""
    return _plain(
        webauthn.generate_registration_options(
            rp_id=site.host,
            rp_name=f"Toguna {site.party}",
            # The same person has the same handle, and it names nobody to whoever reads it.
            user_id=sha256(f"toguna {site.party}/{person}".encode()).digest(),
            user_name=person,
            user_display_name=name,
            challenge=challenge,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                require_resident_key=True,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=id_) for id_ in known],
        )
    )


def check_made(site: Site, credential: dict[str, Any], challenge: bytes) -> Made:
    """The passkey that a browser made for this challenge; Refused when anything is amiss."""
    try:
        found = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except _AMISS:
        raise Refused("the passkey could not be made", where="credential") from None
    return Made(found.credential_id, found.credential_public_key)


def asking(site: Site, challenge: bytes) -> dict[str, Any]:
    """The options with which a browser is asked for any passkey of this site."""
    return _plain(
        webauthn.generate_authentication_options(
            rp_id=site.host,
            challenge=challenge,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def check_shown(
    site: Site, credential: dict[str, Any], challenge: bytes, public: bytes, signs: int
) -> int:
    """The passkey signed this challenge with its user verified; its new count of signatures.

    Refused also when it counted less than before: then there are two of it.
    """
    try:
        found = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=public,
            credential_current_sign_count=signs,
            require_user_verification=True,
        )
    except _AMISS:
        raise Refused("this passkey does not open here", where="credential") from None
    return found.new_sign_count


def _plain(options: Any) -> dict[str, Any]:
    return msgspec.json.decode(webauthn.options_to_json(options), type=dict[str, Any])
