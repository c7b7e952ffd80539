"""Ed25519 by one rule on every node: libsodium's.

RFC 8032 leaves room for disagreement: verifiers differ on small-order points and on
encodings that are not canonical, so two honest nodes could judge one signature
differently and the alliance would split over it. libsodium's rule is stricter than the
RFC's (it refuses a public key or an R of small order, an S that is not reduced, and a
public key that is not canonical), and every node uses it through PyNaCl.

There is no key generation here: a seed is 32 random bytes, and randomness is an argument.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from nacl import bindings
from nacl.exceptions import BadSignatureError

from toguna.errors import BadInput

SEED_SIZE: Final = 32
PUBLIC_SIZE: Final = 32
SIGNATURE_SIZE: Final = 64


@lru_cache(maxsize=64)
def _keypair(seed: bytes) -> tuple[bytes, bytes]:
    """Public key and expanded secret key. Expanding costs as much as signing, so keep it.

    The cache holds secrets for the life of the process, as the seeds' owner does anyway.
    """
    if len(seed) != SEED_SIZE:
        raise BadInput(f"an Ed25519 seed has {SEED_SIZE} bytes, not {len(seed)}")
    return bindings.crypto_sign_seed_keypair(seed)


def public_key(seed: bytes) -> bytes:
    """The 32-byte public key of a 32-byte seed (RFC 8032 s5.1.5)."""
    return _keypair(seed)[0]


def sign(seed: bytes, message: bytes) -> bytes:
    """The 64-byte signature of ``message`` (RFC 8032 s5.1.6); the same every time."""
    return bindings.crypto_sign(message, _keypair(seed)[1])[:SIGNATURE_SIZE]


def verify(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether ``signature`` is one of ``message`` by ``public``, by libsodium's rule.

    Anything malformed (lengths included) is simply not a signature: the answer is False.
    """
    if len(signature) != SIGNATURE_SIZE or len(public) != PUBLIC_SIZE:
        return False
    try:
        bindings.crypto_sign_open(signature + message, public)
    except BadSignatureError:
        return False
    return True
