"""Codes: those of an authenticator app (RFC 6238), and those that are good once.

A code of an app is six digits for thirty seconds; one step before and after is taken for
clocks that differ, and no step twice. Codes that are good once have 80 random bits, so their
SHA-256 is all that needs to be kept.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import b32encode
from hashlib import sha256
from typing import Final

import pyotp

STEP_US: Final = 30_000_000
DRIFT_STEPS: Final = 1
APP_SECRET_BYTES: Final = 20
RECOVERY_CODES: Final = 10
_DIGITS: Final = 6
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O, U
_LETTERS: Final = 16
_MISREAD: Final = str.maketrans("ILO", "110")


# The app ---------------------------------------------------------------------------------


def new_app_secret() -> bytes:
    """A secret for an authenticator app."""
    return secrets.token_bytes(APP_SECRET_BYTES)


def app_uri(secret: bytes, person: str, house: str) -> str:
    """The ``otpauth:`` address that an app reads from a QR code."""
    return _app(secret).provisioning_uri(name=person, issuer_name=house)


def app_code(secret: bytes, step: int) -> str:
    """The code of a step."""
    return _app(secret).generate_otp(step)


def step_of(secret: bytes, code: str, now_us: int, after: int) -> int | None:
    """The step for which this is the code: near now, and later than ``after``; else None."""
    now, found = now_us // STEP_US, None
    given = code.strip().replace(" ", "").encode()
    for step in range(now - DRIFT_STEPS, now + DRIFT_STEPS + 1):
        if hmac.compare_digest(app_code(secret, step).encode(), given) and step > after:
            found = step
    return found


def _app(secret: bytes) -> pyotp.TOTP:
    return pyotp.TOTP(b32encode(secret).decode(), digits=_DIGITS)


# Codes that are good once ----------------------------------------------------------------


def new_code() -> str:
    """A code of 16 letters in four groups, like ``7Q4K-…``."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(_LETTERS))
    return "-".join(letters[i : i + 4] for i in range(0, _LETTERS, 4))


def hash_code(code: str) -> bytes:
    """What is kept of such a code, however it was typed."""
    plain = "".join(c for c in code.upper().translate(_MISREAD) if c.isalnum())
    return sha256(b"toguna code " + plain.encode()).digest()
