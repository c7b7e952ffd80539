"""Records: one way to write them, the author's signature, addresses."""

from __future__ import annotations

import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from tests.alliance import report
from toguna.core import ed25519, record
from toguna.core.labels import Label
from toguna.core.record import MAX_INDEX, Address, Author, Draft
from toguna.errors import BadInput, Unverified

SEED = bytes(range(32))
PUBLIC = ed25519.public_key(SEED)
BY = Author("a702f30ee7c72adb", "duty", "ml")


def written(signed: bool = True, **more: object) -> bytes:
    label = Label(to=("bf",), until=1_800_000_000_000_000)
    draft = Draft("sharing.report/1", report(**more), label, "ml/spine/3", ("ne/spine/4",))
    raw = record.encode(draft, BY, 1_700_000_000_000_000)
    return record.sign(raw, lambda m: ed25519.sign(SEED, m)) if signed else raw


@pytest.mark.parametrize("signed", [True, False])
def test_a_record_when_it_is_written_is_rfc_8785(signed):
    raw = written(signed)
    assert rfc8785.dumps(json.loads(raw)) == raw
    envelope = record.decode(raw)
    assert (envelope.kind, envelope.about, envelope.refs) == (
        "sharing.report/1", "ml/spine/3", ("ne/spine/4",),
    )  # fmt: skip
    assert (envelope.sig is not None) is signed


def test_a_signature_when_it_is_checked_covers_every_byte():
    raw = written()
    record.verify_signature(raw, record.decode(raw), PUBLIC)
    for at in range(0, len(raw), 7):
        other = raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
        with pytest.raises((Unverified, BadInput)):
            record.verify_signature(other, record.decode(other), PUBLIC)
    with pytest.raises(Unverified, match="is false"):
        record.verify_signature(raw, record.decode(raw), ed25519.public_key(bytes(32)))
    bare = written(signed=False)
    with pytest.raises(Unverified, match="carries no signature"):
        record.verify_signature(bare, record.decode(bare), PUBLIC)


def test_fields_when_a_later_version_adds_them_are_kept_in_the_bytes():
    raw = written(signed=False).replace(b',"v":1}', b',"urgent":true,"v":1}')
    assert record.decode(raw).kind == "sharing.report/1"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw[:-1],
        lambda raw: raw.replace(b'"v":1}', b'"v":2}'),
        lambda raw: raw.replace(b'"at":', b'"at": '),
        lambda raw: raw + b"\n",
        lambda raw: b"[]",
        lambda raw: raw.replace(b'"kind"', b'"Kind"'),
        lambda raw: raw.replace(b'"at":1700000000000000', b'"at":1.7e15'),
        lambda raw: raw.replace(b"Convoi", b"\xff\xfeonvoi"),
        lambda raw: b"",
    ],
)
def test_bytes_when_they_are_no_record_are_refused(spoil):
    with pytest.raises(BadInput):
        record.decode(spoil(written()))


def test_a_record_when_it_is_too_large_is_refused():
    draft = Draft("sharing.report/1", report(text="x" * 1_100_000), Label())
    with pytest.raises(BadInput, match="the most is 1,048,576"):
        record.encode(draft, BY, 0)


@given(
    st.sampled_from(["ml", "bf", "a-b"]),
    st.sampled_from(["home", "spine"]),
    st.integers(0, MAX_INDEX),
)
def test_an_address_when_it_is_written_and_read_is_the_same(party, log, index):
    address = Address(party, log, index)
    assert Address.parse(str(address)) == address
    assert address.log_name == f"{party}/{log}"


@pytest.mark.parametrize(
    "text",
    ["", "ml", "ml/spine", "ml/spine/", "ml/spine/01", "ml/spine/-1", "ml/spine/1/2", "/spine/1",
     "ml/attic/1", "ml/spine/１", f"ml/spine/{MAX_INDEX + 1}", "ml/spine/1.0"],
)  # fmt: skip
def test_an_address_when_it_is_none_is_refused_with_an_example(text):
    with pytest.raises(BadInput, match="ml/spine/17"):
        Address.parse(text)
