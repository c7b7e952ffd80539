"""Stamped texts: what a browser carries for us between two requests, and cannot change.

A challenge, a half-finished sign-up, the way to an identity provider and back: none of them
costs us memory, so strangers cannot fill it. The stamp is an HMAC by a key of this process; it
says what the text is for and when it ends. What must be good once is remembered once it was.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections import OrderedDict
from hashlib import sha256
from typing import Any, Final, TypeVar

import msgspec

from toguna.errors import Refused

TEN_MINUTES_US: Final = 600_000_000
MOST_USED: Final = 10_000
_MAC: Final = 32
_T = TypeVar("_T")


class _Stamped(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    purpose: str
    until_us: int
    once: bytes
    value: msgspec.Raw


class Stamps:
    """Stamps and opens texts; one for each node, used on the event loop."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._used: OrderedDict[bytes, int] = OrderedDict()

    def stamp(self, purpose: str, value: Any, now_us: int, lasts_us: int = TEN_MINUTES_US) -> str:
        """A text that only we can have made, for this purpose and no longer than that."""
        raw = msgspec.Raw(msgspec.msgpack.encode(value))
        stamped = _Stamped(purpose, now_us + lasts_us, secrets.token_bytes(16), raw)
        data = msgspec.msgpack.encode(stamped)
        return urlsafe_b64encode(self._mac(data) + data).decode().rstrip("=")

    def open(self, purpose: str, text: str, kind: type[_T], now_us: int) -> _T:
        """The value of a stamped text, as often as it is shown.

        :raises Refused: it is not ours, for something else, over, or was used up.
        """
        return self._open(purpose, text, kind, now_us)[0]

    def use(self, purpose: str, text: str, kind: type[_T], now_us: int) -> _T:
        """The value of a stamped text, which is good no more from now on."""
        value, stamped = self._open(purpose, text, kind, now_us)
        while self._used and next(iter(self._used.values())) < now_us:
            self._used.popitem(last=False)
        if len(self._used) >= MOST_USED:
            raise Refused("too many are signing in", where="wait", remedy="try again in 60 s")
        self._used[stamped.once] = stamped.until_us
        return value

    def _open(self, purpose: str, text: str, kind: type[_T], now_us: int) -> tuple[_T, _Stamped]:
        over = Refused("this took too long, or was done already", where="ticket",
                       remedy="begin again")  # fmt: skip
        try:
            raw = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
            mac, data = raw[:_MAC], raw[_MAC:]
            if not hmac.compare_digest(mac, self._mac(data)):
                raise over
            stamped = msgspec.msgpack.decode(data, type=_Stamped)
            value = msgspec.msgpack.decode(stamped.value, type=kind)
        except (Base64Error, ValueError, msgspec.DecodeError):
            raise over from None
        if stamped.purpose != purpose or now_us >= stamped.until_us or stamped.once in self._used:
            raise over
        return value, stamped

    def _mac(self, data: bytes) -> bytes:
        return hmac.digest(self._key, data, sha256)
