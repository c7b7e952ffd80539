"""Restricted RFC 8785: what is written is RFC 8785's, and nothing else is read."""

from __future__ import annotations

import json

import msgspec
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import shared
from toguna.core import canonical
from toguna.errors import BadInput

WHOLE = st.integers(-canonical.MAX_INT, canonical.MAX_INT)
KEYS = st.text(st.characters(max_codepoint=127), max_size=8)
LEAVES = st.none() | st.booleans() | WHOLE | st.text(max_size=20)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_encoding_is_rfc8785s_and_reads_back(value):
    raw = canonical.encode(value)
    assert raw == rfc8785.dumps(value)
    assert canonical.decode_strict(raw) == value


@given(st.binary(max_size=40) | VALUES.map(lambda v: json.dumps(v).encode()))
def test_what_is_read_is_its_own_canonical_form(data):
    try:
        value = canonical.decode_strict(data)
    except BadInput:
        return
    assert rfc8785.dumps(value) == data


REFUSED = {
    "float": (b'{"a":[1,1.5]}', "a float", "$.a[1]"),
    "whole float": (b"1.0", "a float", "$"),
    "exponent": (b'{"a":1e2}', "a float", "$.a"),
    "big integer": (b'{"a":9007199254740992}', "beyond", "$.a"),
    "huge integer": (b'{"a":-' + b"9" * 400 + b"}", "", ""),
    "small integer": (b"[-9007199254740992]", "beyond", "$[0]"),
    "minus zero": (b"[-0]", "shortest", ""),
    "duplicate key": (b'{"a":1,"a":1}', "stands twice", ""),
    "deep duplicate": (b'{"b":[{"a":1,"a":2}]}', "stands twice", ""),
    "unsorted": (b'{"b":1,"a":2}', "out of order", ""),
    "white space": (b'{"a": 1}', "white space", ""),
    "final newline": (b"1\n", "white space", ""),
    "long escape": (b'"\\u0041"', "shortest", ""),
    "escaped slash": (b'"\\/"', "shortest", ""),
    "key beyond ASCII": ('{"é":1}'.encode(), "not ASCII", "$"),
    "lone surrogate": (b'"\\ud800"', "", ""),
    "not UTF-8": (b'"\xff"', "UTF-8", ""),
    "truncated": (b'{"a":', "not JSON", ""),
    "two values": (b"1 2", "not JSON", ""),
    "nothing": (b"", "not JSON", ""),
    "NaN": (b"NaN", "not JSON", ""),
    "deep": (b"[" * 33 + b"]" * 33, "deeper", ""),
    "very deep": (b"[" * 100_000 + b"]" * 100_000, "deeper", ""),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_and_named(case):
    data, says, where = REFUSED[case]
    with pytest.raises(BadInput) as refusal:
        canonical.check(data)
    assert says in refusal.value.what
    assert where in refusal.value.where


def test_nesting_of_32_is_the_most():
    raw = b"[" * 32 + b"]" * 32
    assert canonical.encode(canonical.decode_strict(raw)) == raw


def test_too_many_bytes_are_refused_before_they_are_read():
    with pytest.raises(BadInput, match="the most here is 10"):
        canonical.check(b'"' + b"x" * 10 + b'"', max_bytes=10)


def _deep(levels):
    value: list = []
    for _ in range(levels):
        value = [value]
    return value


UNWRITABLE = {
    "float": ({"a": [0, {"b": 0.5}]}, "$.a[1].b"),
    "nan": ([float("nan")], "$[0]"),
    "big": ({"n": 1 << 53}, "$.n"),
    "key": ({"x": {"é": 1}}, "$.x"),
    "number as key": ({1: 1}, "$"),
    "bytes": ({"x": b"1"}, "$.x"),
    "set": ([{1}], "$[0]"),
    "deep": (_deep(40), "$[0]"),
    "surrogate": ("\ud800", ""),
    "raw": ({"x": msgspec.Raw(b'{"b":1.5}')}, ""),
}


@pytest.mark.parametrize("case", UNWRITABLE)
def test_not_written_and_the_path_named(case):
    value, where = UNWRITABLE[case]
    with pytest.raises(BadInput) as refusal:
        canonical.encode(value)
    assert where in refusal.value.where


def test_structs_are_written_in_order_of_their_names():
    class Thing(msgspec.Struct, tag_field="type", tag="thing"):
        zone: int
        area: str

    assert canonical.encode(Thing(1, "x")) == b'{"area":"x","type":"thing","zone":1}'


@pytest.mark.parametrize("name", ["arrays", "french", "structures", "unicode", "values", "weird"])
def test_outside_vectors(name):
    """The restriction refuses those with floats or other keys; the rest must agree."""
    given_ = json.loads(shared("vectors", "jcs", "input", f"{name}.json").read_bytes())
    expected = shared("vectors", "jcs", "output", f"{name}.json").read_bytes()
    if name in {"arrays", "unicode"}:
        assert canonical.encode(given_) == expected
    else:  # 56.0 in structures, keys beyond ASCII, floats
        with pytest.raises(BadInput):
            canonical.encode(given_)
    if name in {"arrays", "unicode", "structures"}:
        assert rfc8785.dumps(canonical.decode_strict(expected)) == expected
    else:
        with pytest.raises(BadInput):
            canonical.check(expected)
