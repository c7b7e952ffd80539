"""Ed25519: outside vectors, and the cases where libsodium is stricter than RFC 8032."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from toguna.core import ed25519
from toguna.errors import BadInput

SEED = bytes(range(32))

# libsodium refuses these although RFC 8032's equation holds for some S.
IDENTITY_POINT = b"\x01" + bytes(31)
GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493


def test_sign_verifies_when_nothing_is_changed() -> None:
    signature = ed25519.sign(SEED, b"words")
    assert len(signature) == 64
    assert ed25519.verify(ed25519.public_key(SEED), signature, b"words")


def test_verify_is_false_when_message_key_or_signature_differ() -> None:
    public, signature = ed25519.public_key(SEED), ed25519.sign(SEED, b"words")
    assert not ed25519.verify(public, signature, b"word")
    assert not ed25519.verify(ed25519.public_key(bytes(32)), signature, b"words")
    assert not ed25519.verify(public, signature[:-1] + bytes([signature[-1] ^ 1]), b"words")


@pytest.mark.parametrize("cut", [0, 1, 63, 65])
def test_verify_is_false_when_lengths_are_wrong(cut: int) -> None:
    public, signature = ed25519.public_key(SEED), ed25519.sign(SEED, b"words") + b"!"
    assert not ed25519.verify(public, signature[:cut], b"words")
    assert not ed25519.verify((public * 3)[:cut], signature[:64], b"words")


def test_sign_refuses_a_seed_of_wrong_length() -> None:
    with pytest.raises(BadInput, match="32 bytes, not 31"):
        ed25519.sign(SEED[:31], b"words")


def test_verify_is_false_for_a_key_of_small_order() -> None:
    # With A the identity, R = the identity and S = 0 satisfy RFC 8032 for every message.
    assert not ed25519.verify(IDENTITY_POINT, IDENTITY_POINT + bytes(32), b"any message")


def test_verify_is_false_when_s_is_not_reduced() -> None:
    public, signature = ed25519.public_key(SEED), ed25519.sign(SEED, b"words")
    s = int.from_bytes(signature[32:], "little") + GROUP_ORDER
    assert not ed25519.verify(public, signature[:32] + s.to_bytes(32, "little"), b"words")


def test_all_wycheproof_cases_are_judged_as_published(shared_dir: Path) -> None:
    """libsodium's stricter rule differs from none of the 151 published judgements."""
    data = json.loads((shared_dir / "vectors/wycheproof/ed25519_test.json").read_text())
    judged, differing = 0, []
    for group in data["testGroups"]:
        public = bytes.fromhex(group["publicKey"]["pk"])
        for case in group["tests"]:
            good = ed25519.verify(public, bytes.fromhex(case["sig"]), bytes.fromhex(case["msg"]))
            judged += 1
            if good != (case["result"] == "valid"):
                differing.append(case["tcId"])
    assert judged == data["numberOfTests"] == 151
    assert differing == []
