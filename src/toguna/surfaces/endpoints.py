"""What an endpoint is, what it is asked with, and what it answers with.

An endpoint is a declaration: method, path, who may call it, what it takes and gives, and the
coroutine that answers. Routes, the OpenAPI description and the test of unauthorised access
all follow from the same list, so none of them can forget one.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeVar
from urllib.parse import parse_qsl

import msgspec

from toguna.core.canonical import MAX_DEPTH, MAX_INT
from toguna.core.labels import Label
from toguna.errors import BadInput, TogunaError, Unknown
from toguna.surfaces.signatures import Caller, check_digest

if TYPE_CHECKING:
    from toguna.surfaces.house import House

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Access = Literal["public", "peer", "operator", "person"]
"""Who may call: anybody; a party of the charter in good standing; the log key of this node
(the command line); our own people, who signed in, and that key as well."""

JSON: Final = "application/json"
MSGPACK: Final = "application/msgpack"
BODY_BYTES: Final = 2 << 20
PEER_BYTES: Final = 4 << 20
BATCH_BYTES: Final = 8 << 20
SPILLED_BYTES: Final = 8 << 20
SLOWEST_CHUNK_S: Final = 30
SLOWEST_BODY_S: Final = 300

_T = TypeVar("_T")
_LABEL_FIELDS: Final = frozenset(f.encode_name for f in msgspec.structs.fields(Label))


class Query(NamedTuple):
    """A query parameter, for the description: name, JSON type, meaning."""

    name: str
    type: str
    meaning: str


class Answer(NamedTuple):
    """A whole answer. ``more`` are headers besides those that every answer has."""

    content: bytes
    type: str = JSON
    status: int = 200
    cache: str = "no-store"
    more: Mapping[str, str] = {}


class Stream(NamedTuple):
    """An answer that goes on: ``run`` sends it, and ends when it returns."""

    run: Callable[[Receive, Send], Awaitable[None]]
    type: str


class Asked:
    """One request, as far as an endpoint needs it."""

    def __init__(
        self, house: House, scope: Scope, receive: Receive, caller: Caller, most: int
    ) -> None:
        self.house = house
        self.most = most
        self.node = house.node
        self.scope = scope
        self.caller = caller
        self._receive = receive

    def office(self, wanted: str = "") -> str:
        """The office in which the caller acts: ``wanted``, else that of the request.

        Unknown when a person who signed in does not hold it: what one may not be, is not there.
        """
        office = wanted or self.caller.office
        if self.caller.key == "session" and office not in self.caller.offices:
            raise Unknown("there is nothing here for you")
        return office

    @property
    def params(self) -> Mapping[str, str]:
        """The variable parts of the path."""
        found: Mapping[str, str] = self.scope["path_params"]
        return found

    def query(self) -> dict[str, str]:
        """The query parameters; BadInput when one stands twice or they are not text."""
        text: bytes = self.scope["query_string"]
        if not text:
            return {}
        try:
            pairs = parse_qsl(
                text.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=32
            )
        except ValueError:
            raise BadInput("the query cannot be read", where="query") from None
        found = dict(pairs)
        if len(found) != len(pairs):
            raise BadInput("a parameter stands twice", where="query")
        return found

    async def body(self, most: int | None = None) -> bytes:
        """The body, whose digest was signed unless a session or nobody sent it. BadInput when
        it is too large or too slow.

        ``most`` bounds it in bytes, the endpoint's declared ``most`` unless given.
        """
        try:
            async with asyncio.timeout(SLOWEST_BODY_S):
                data = await self._read(self.most if most is None else most)
        except TimeoutError:
            raise BadInput("the body comes too slowly", remedy="send less at once") from None
        if self.caller.party and self.caller.key != "session":
            check_digest(self.house.headers(self.scope), data)
        return data

    async def _read(self, most: int) -> bytes:
        """The body. What is too large is read on for a while and thrown away: a server that
        answers and hangs up in the middle of a body leaves its caller without the answer.
        """
        length = self.house.headers(self.scope).get("content-length", "")
        too_large = length.isdigit() and int(length[:18]) > most
        data, size, more = bytearray(), 0, True
        while more and size <= most + SPILLED_BYTES:
            async with asyncio.timeout(SLOWEST_CHUNK_S):
                message = await self._receive()
            if message["type"] != "http.request":
                raise BadInput("the body was cut off")
            chunk = message.get("body", b"")
            size, more = size + len(chunk), message.get("more_body", False)
            too_large = too_large or size > most
            if not too_large:
                data += chunk
        if too_large:
            raise BadInput(f"the body has more than {most:,} bytes", remedy="send it in parts")
        return bytes(data)


class Endpoint(NamedTuple):
    """A declared endpoint.

    ``path`` is below the root, variable parts in braces (``{tile:path}`` takes slashes).
    ``takes`` is the struct of a JSON body or a content type; ``gives`` the struct of the
    JSON answer or a content type. ``most`` bounds the body in bytes.
    """

    method: Literal["GET", "POST"]
    path: str
    answer: Callable[[Asked], Awaitable[Answer | Stream]]
    access: Access
    summary: str
    gives: type | str
    takes: type | str | None = None
    query: tuple[Query, ...] = ()
    most: int = BODY_BYTES
    tag: str = ""
    """The domain to whose kind this belongs, when it was made from a declaration."""
    by_witness: bool = False
    """Whether a request signed with the party's witness key is taken as well."""
    offices: frozenset[str] = frozenset()
    """For ``person``: who may call it holds one of these offices; none named: any."""


def shape_of(kind: type[msgspec.Struct], name: str = "", /, **types: Any) -> type[msgspec.Struct]:
    """The struct with these fields' types instead, for the description alone.

    Fields that are taken as they stand (``msgspec.Raw``) say nothing of what is in them.
    """
    fields: list[Any] = []
    for field in msgspec.structs.fields(kind):
        known = types.get(field.name, field.type)
        if field.required:
            fields.append((field.name, known))
        elif field.default is not msgspec.NODEFAULT:
            fields.append((field.name, known, field.default))
        else:
            fields.append((field.name, known, msgspec.field(default_factory=dict)))
    return msgspec.defstruct(
        name or kind.__name__,
        fields,
        namespace={"__doc__": kind.__doc__},
        forbid_unknown_fields=True,
    )


_encode = msgspec.json.Encoder().encode


def answer_json(value: Any) -> Answer:
    """An answer of a struct or plain values as JSON."""
    return Answer(_encode(value))


def answer_error(error: TogunaError) -> Answer:
    """The one shape of every error: ``{"error", "what", "where", "remedy"}``."""
    content = _encode(
        {
            "error": error.name,
            "what": error.what,
            "where": error.where,
            "remedy": error.remedy,
        }
    )
    return Answer(content, status=error.http_status)


NOT_FOUND: Final = answer_error(Unknown("there is nothing here for you"))
"""For whoever is not known, and for every path that is not there: the same bytes."""


# Reading what people send --------------------------------------------------------------


def read_json(data: bytes, kind: type[_T]) -> _T:
    """A JSON body as ``kind``. BadInput names the place of what is wrong in it.

    What restricted RFC 8785 has no room for is refused here, before it is quietly bent
    into shape: floats, integers beyond +-(2^53-1), doubled keys, deep nesting.
    """
    check_plain(data)
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError as error:
        what, _, place = str(error).partition(" - at ")
        raise BadInput(what, where=place.strip("`") or "body") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"the body is not JSON: {error}", where="body") from None


def check_plain(data: bytes) -> None:
    """BadInput unless this is JSON without floats, large integers and doubled keys."""
    try:
        value = json.loads(
            data, object_pairs_hook=_pairs, parse_float=_no_float, parse_int=_small,
            parse_constant=_no_float,
        )  # fmt: skip
    except RecursionError:
        raise BadInput(f"JSON nested deeper than {MAX_DEPTH}", where="body") from None
    except ValueError as error:
        raise BadInput(f"the body is not JSON: {error}", where="body") from None
    if _depth(value) > MAX_DEPTH + 4:  # the request's own shell stands around a record's body
        raise BadInput(f"JSON nested deeper than {MAX_DEPTH}", where="body")


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        doubled = next(n for i, n in enumerate(names) if n in names[:i])
        raise BadInput(f"the key {doubled[:40]!a} stands twice", where="body")
    return found


def _no_float(text: str) -> Any:
    raise BadInput(
        f"a float: {text[:24]}", where="body", remedy="use integers (degrees x 10^7, metres)"
    )


def _small(text: str) -> int:
    if len(text) > 17 or not -MAX_INT <= int(text) <= MAX_INT:
        raise BadInput("an integer beyond +-(2^53-1)", where="body")
    return int(text)


def _depth(value: Any) -> int:
    deepest, level = 0, [value]
    while level:
        deepest += 1
        inner: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                inner += item.values()
            elif isinstance(item, list):
                inner += item
        level = inner
        if deepest > MAX_DEPTH + 8:
            break
    return deepest


def read_label(raw: msgspec.Raw) -> Label:
    """A label that somebody authors; null is one without readers.

    A field that we do not know is refused: a misspelt ``until`` that is silently dropped
    would let a record live for ever.
    """
    data = bytes(raw)
    if data == b"null":
        return Label()
    try:
        loose = msgspec.json.decode(data)
        if isinstance(loose, dict) and (unknown := sorted(set(loose) - _LABEL_FIELDS)):
            raise BadInput(
                f"no such field: {', '.join(unknown)[:80]}",
                where="label",
                remedy=f"the fields are {', '.join(sorted(_LABEL_FIELDS))}",
            )
        return msgspec.json.decode(data, type=Label).normalised()
    except msgspec.ValidationError as error:
        what, _, place = str(error).partition(" - at ")
        raise BadInput(what, where="label" + place.strip("`").removeprefix("$")) from None


def number(text: str, where: str) -> int:
    """A whole number out of a query or a path; BadInput otherwise."""
    if not text.isascii() or not text.isdigit() or len(text) > 16:
        raise BadInput(f"{text[:24]!r} is no whole number", where=where)
    return int(text)
