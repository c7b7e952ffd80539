"""Signed requests: what a guard lets in, and everything that it must not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toguna.core import ed25519
from toguna.errors import Unverified
from toguna.surfaces import signatures
from toguna.surfaces.signatures import (
    Caller,
    Guard,
    Message,
    check_digest,
    read_signature,
    sign_request,
)

NOW = 1_700_000_000_000_000
SECOND = 1_000_000
SEED = bytes(range(32))
OTHER = bytes(range(1, 33))
KEYS = {"ml": [ed25519.public_key(SEED)], "bf": [ed25519.public_key(OTHER)]}


def guard(opened_us: int = 0) -> Guard:
    return Guard("ml", lambda party: KEYS.get(party, []), opened_us)


def signed(method="POST", url="/api/x?a=1", body: bytes | None = b"{}", **more) -> Message:
    given = {"party": "ml", "to": "ml", "seed": SEED, "now_us": NOW, "nonce": b"n" * 16}
    headers = sign_request(method, url, body, **{**given, **more})
    path, _, query = url.partition("?")
    return Message(method, path, query, headers)


def test_what_the_key_of_a_party_signed_is_from_that_party():
    assert guard().caller(signed(office="j3"), NOW) == Caller("ml", "j3")
    assert guard().caller(signed(), NOW) == Caller("ml", "duty")
    by_bf = signed(party="bf", seed=OTHER)
    assert guard().caller(by_bf, NOW).party == "bf"
    without_body = signed("GET", "/api/x", None)
    assert guard().caller(without_body, NOW).party == "ml"


def changed(message: Message, **headers: str) -> Message:
    return message._replace(headers={**message.headers, **headers})


FALSE = {
    "another method": lambda m: m._replace(method="PUT"),
    "another path": lambda m: m._replace(path="/api/y"),
    "another query": lambda m: m._replace(query="a=2"),
    "no query": lambda m: m._replace(query=""),
    "another digest": lambda m: changed(m, **{"content-digest": signatures.content_digest(b"[]")}),
    "another office": lambda m: changed(m, **{"toguna-office": "legal"}),
    "another label": lambda m: changed(m, signature=m.headers["signature"].replace("toguna", "x")),
    "no signature": lambda m: m._replace(
        headers={k: v for k, v in m.headers.items() if k != "signature"}
    ),
    "no headers": lambda m: m._replace(headers={}),
    "two signatures": lambda m: changed(
        m, **{"signature-input": m.headers["signature-input"] + ", " + m.headers["signature-input"]}
    ),
    "another time": lambda m: changed(
        m,
        **{
            "signature-input": m.headers["signature-input"].replace("1700000000", "1700000001"),
        },
    ),
    "not base64": lambda m: changed(m, signature="toguna=:????:"),
}


@pytest.mark.parametrize("name", FALSE)
def test_a_request_that_was_changed_is_from_nobody(name):
    with pytest.raises(Unverified):
        guard().caller(FALSE[name](signed(office="duty")), NOW)


def test_an_office_that_is_not_signed_is_refused():
    with pytest.raises(Unverified, match="not covered"):
        guard().caller(changed(signed(), **{"toguna-office": "legal"}), NOW)


def test_a_body_whose_digest_is_not_signed_is_refused():
    with pytest.raises(Unverified, match="not covered"):
        guard().caller(signed("POST", body=None), NOW)


@pytest.mark.parametrize(
    "more",
    [
        {"seed": OTHER},
        {"party": "bf"},
        {"party": "ne"},
        {"to": "bf"},
        {"now_us": NOW - 301 * SECOND},
        {"now_us": NOW + 301 * SECOND},
        {"nonce": b""},
        {"office": "Not A Word"},
    ],
    ids=str,
)
def test_a_request_signed_otherwise_than_it_must_be_is_refused(more):
    with pytest.raises(Unverified):
        guard().caller(signed(**more), NOW)


@pytest.mark.parametrize("off_s", [-300, 0, 300])
def test_clocks_may_differ_by_five_minutes(off_s):
    assert guard().caller(signed(now_us=NOW + off_s * SECOND), NOW)


def test_a_request_is_taken_once():
    door = guard()
    door.caller(signed(), NOW)
    with pytest.raises(Unverified, match="before"):
        door.caller(signed(), NOW)
    with pytest.raises(Unverified, match="before"):
        door.caller(signed(), NOW + 299 * SECOND)
    assert door.caller(signed(nonce=b"m" * 16), NOW)


def test_a_replay_is_refused_also_when_there_is_no_room_for_nonces(monkeypatch):
    monkeypatch.setattr(signatures, "NONCES_KEPT", 3)
    door = guard()
    for n in range(5):
        door.caller(signed(nonce=bytes([n]) * 16, now_us=NOW + n * SECOND), NOW)
    for n in range(5):
        with pytest.raises(Unverified, match="before"):
            door.caller(signed(nonce=bytes([n]) * 16, now_us=NOW + n * SECOND), NOW)
    assert door.caller(signed(nonce=b"fresh" * 4, now_us=NOW + 9 * SECOND), NOW)


def test_what_a_former_process_took_is_not_taken_again():
    opened = NOW + 10 * SECOND
    with pytest.raises(Unverified, match="before this process"):
        guard(opened).caller(signed(), opened)
    assert guard(opened).caller(signed(now_us=opened), opened)
    assert guard(opened).caller(signed(party="bf", seed=OTHER), opened), "a peer's clock may lag"


def test_a_clock_that_is_set_back_does_not_lock_the_operator_out():
    assert guard(NOW + 3600 * SECOND).caller(signed(), NOW)


def test_a_revoked_key_is_nobodys():
    keys = dict(KEYS)
    door = Guard("ml", lambda party: keys.get(party, []))
    assert door.caller(signed(party="bf", seed=OTHER), NOW)
    keys["bf"] = []
    with pytest.raises(Unverified):
        door.caller(signed(party="bf", seed=OTHER, nonce=b"m" * 16), NOW)


def test_a_witness_key_is_told_apart_and_is_nobodys_unless_asked_for():
    witnesses = {"bf": [ed25519.public_key(SEED)]}
    door = Guard("ml", lambda party: KEYS.get(party, []), 0, lambda p: witnesses.get(p, []))
    by_witness = signed(party="bf", key="witness")
    assert door.caller(by_witness, NOW) == Caller("bf", "duty", "witness")
    assert door.caller(signed(party="bf", seed=OTHER), NOW).key == "log", "a nonce of its own"
    for false in (signed(party="bf"), signed(party="bf", seed=OTHER, key="witness")):
        with pytest.raises(Unverified, match="no key"):
            door.caller(false, NOW)
    with pytest.raises(Unverified, match="no key"):
        guard().caller(by_witness, NOW)
    with pytest.raises(Unverified, match="keyid"):
        door.caller(signed(party="bf", key="desk"), NOW)


def test_only_the_signed_body_passes():
    headers = sign_request(
        "POST", "/x", b"{}", party="ml", to="ml", seed=SEED, now_us=NOW, nonce=b"n" * 16
    )
    check_digest(headers, b"{}")
    for other in (headers, {}, {"content-digest": "sha-512=:AAAA:"}):
        with pytest.raises(Unverified):
            check_digest(other, b"[]")


@given(st.text(max_size=200), st.text(max_size=100))
def test_no_header_makes_the_guard_stumble(given_input, signature):
    headers = {"signature-input": given_input, "signature": signature}
    with pytest.raises(Unverified):
        guard().caller(Message("GET", "/", "", headers), NOW)


@given(st.integers(0, 400), st.sampled_from(list(' ";=()_:,\\xé0')))
def test_no_changed_letter_of_the_input_passes(place, letter):
    message = signed(office="duty")
    text = message.headers["signature-input"]
    place %= len(text)
    bent = text[:place] + letter + text[place + 1 :]
    if bent == text:
        return
    # The label before "=" names the pair and is not signed; both must agree on it.
    with pytest.raises(Unverified):
        guard().caller(changed(message, **{"signature-input": bent}), NOW)


def test_two_parameters_of_one_name_are_refused():
    headers = signed().headers
    doubled = headers["signature-input"] + ";created=1"
    with pytest.raises(Unverified, match="twice"):
        read_signature({**headers, "signature-input": doubled})
