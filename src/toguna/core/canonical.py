"""Restricted RFC 8785 JSON: one meaning, one sequence of bytes.

Inside these limits sorted msgspec output is byte-identical to RFC 8785, so what is signed
or hashed can be compared, carried and stored as plain bytes:

* object keys are ASCII and stand once each, sorted (RFC 8785 s3.2.3);
* numbers are integers within +-(2^53-1) (RFC 7493 s2.2); **no floats**, not even 1.0;
* no white space, the shortest escapes (RFC 8785 s3.2.2.2), valid UTF-8, no lone surrogates;
* nesting no deeper than 32, and no more bytes than the caller allows.

Verification hashes the received bytes. They are serialised again here only to compare,
never to be hashed.
"""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import Any, Final

import msgspec

from toguna.errors import BadInput

MAX_INT: Final = (1 << 53) - 1
MAX_DEPTH: Final = 32
MAX_BYTES: Final = 1 << 20
"""What :func:`check` allows unless told otherwise: 1 MiB."""

_encode = msgspec.json.Encoder(order="sorted").encode
_decode_any = msgspec.json.Decoder().decode


def _refuse_float(text: str) -> float:
    raise ValueError(text)


_decode = msgspec.json.Decoder(float_hook=_refuse_float).decode
"""Stops at a float with a ValidationError, which costs nothing where there is none."""

# An integer beyond the limit has 17 digits, or 16 of which the first is a 9. Text that looks
# like one is a false alarm, which costs only the walk over the decoded value.
_BEYOND = re.compile(rb"9\d{15}")
_SEVENTEEN_DIGITS = b"0" * 17
_DIGITS_TO_ZERO = bytes(ord("0") if 48 <= byte <= 57 else 0 for byte in range(256))


def encode(obj: Any) -> bytes:
    """The canonical bytes of plain JSON values and msgspec structs.

    Raises :class:`BadInput` naming the path of a float, an integer beyond +-(2^53-1), a key
    that is not ASCII text, a lone surrogate, a type that JSON lacks, or nesting too deep.
    """
    _walk(obj, "$", 1)
    try:
        return _encode(obj)
    except UnicodeEncodeError:
        raise BadInput("text holds half a surrogate pair, which is not Unicode") from None
    except (TypeError, msgspec.MsgspecError) as error:
        raise BadInput(f"cannot be written as JSON: {error}") from None


def decode_strict(data: bytes, max_bytes: int = MAX_BYTES) -> Any:
    """The value of ``data``; :class:`BadInput` says what is not canonical, and where."""
    if len(data) > max_bytes:
        raise BadInput(f"{len(data):,} bytes of JSON; the most here is {max_bytes:,}")
    try:
        try:
            value, has_float = _decode(data), False
        except msgspec.ValidationError:
            value, has_float = _decode_any(data), True
    except RecursionError:
        raise BadInput(f"JSON nested deeper than {MAX_DEPTH}") from None
    except UnicodeDecodeError as error:
        raise BadInput(f"not UTF-8: {error.reason} (byte {error.start})") from None
    except msgspec.DecodeError as error:
        raise BadInput(f"not JSON: {error}") from None
    if has_float or _is_odd(data):
        _walk(value, "$", 1)
    if _encode(value) != data:
        _walk(value, "$", 1)
        raise BadInput(_what_differs(data), remedy="write it as RFC 8785 says")
    return value


def check(data: bytes, max_bytes: int = MAX_BYTES) -> None:
    """Like :func:`decode_strict`, for callers that decode into their own types."""
    decode_strict(data, max_bytes)


def _is_odd(data: bytes) -> bool:
    """Whether these bytes could break a limit that byte comparison does not see.

    What is not ASCII is: a key may be among it. The walk costs less than to look for keys.
    """
    if data.count(b"{") + data.count(b"[") > MAX_DEPTH or not data.isascii():
        return True
    return _SEVENTEEN_DIGITS in data.translate(_DIGITS_TO_ZERO) or bool(_BEYOND.search(data))


def _walk(value: Any, path: str, depth: int) -> None:
    """Refuse what the restriction excludes, naming the path to it."""
    kind = type(value)
    if kind is str or kind is bool or value is None or value is msgspec.UNSET:
        return
    if kind is int:
        if not -MAX_INT <= value <= MAX_INT:
            raise BadInput("an integer beyond +-(2^53-1)", where=path)
        return
    if kind is float:
        raise BadInput("a float", where=path, remedy="use integers (degrees x 10^7, metres)")
    if depth > MAX_DEPTH:
        raise BadInput(f"JSON nested deeper than {MAX_DEPTH}", where=path[:80])
    if kind is dict:
        for key, item in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise BadInput(f"the key {str(key)[:40]!a} is not ASCII text", where=path)
            _walk(item, f"{path}.{key}", depth + 1)
    elif kind is list or kind is tuple:
        for i, item in enumerate(value):
            _walk(item, f"{path}[{i}]", depth + 1)
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            _walk(getattr(value, name), f"{path}.{name}", depth + 1)
    elif isinstance(value, msgspec.Raw):
        decode_strict(bytes(value))
    else:
        raise BadInput(f"JSON has no {kind.__name__}", where=path)


def _what_differs(data: bytes) -> str:
    """Why bytes that decode well are not their own canonical form."""
    doubled: list[str] = []
    unsorted: list[str] = []

    def look(pairs: list[tuple[str, Any]]) -> None:
        names = [name for name, _ in pairs]
        doubled.extend(n for i, n in enumerate(names) if n in names[:i])
        unsorted.extend(b for a, b in pairwise(names) if b < a)

    json.loads(data, object_pairs_hook=look)
    if doubled:
        return f"the key {doubled[0][:40]!a} stands twice"
    if unsorted:
        return f"the key {unsorted[0][:40]!a} is out of order"
    if re.search(rb"\s", re.sub(rb'"(?:[^"\\]|\\.)*"', b"", data)):
        return "white space between values"
    return "text or numbers are not written in their shortest form"
