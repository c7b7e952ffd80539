"""Positions of what moves: streams in memory, each under its owner's label. They are no records.

A stream is named ``party/name``. It holds the newest position of each of its objects and no
more; what its owner keeps for evidence is written elsewhere (:mod:`.positions_files`). Whoever
may see it gets the whole stream as one frame, encoded once for all who see it alike: exact for
its owner, made coarser by the label's ``precision_m`` for everybody else, before it leaves.

Objects are vehicles, aircraft, vessels, units, never persons. No software can tell one from the
other by a name, but it can refuse what names people and their telephones: an id is a call sign,
short, with a digit in it and not more than six. A symbol says friend, neutral or unknown; there is
no place for another.

Here are neither network nor files nor a clock: the time is given. Owned by the event loop.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Annotated, Any, Final, NamedTuple

import msgspec

from toguna.core.geo import coarsen
from toguna.core.labels import Label
from toguna.errors import BadInput, Refused

OBJECTS: Final = 20_000
"""The most objects in one stream."""
OBJECTS_IN_ALL: Final = 100_000
STREAMS: Final = 64
"""The most streams of a node, its own and those of others together."""
AHEAD_US: Final = 60_000_000
"""How far a position may be dated ahead of our clock."""
MINUTE_US: Final = 60_000_000

NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,31}")
_CALL_SIGN: Final = re.compile(r"(?=.*[0-9])(?!(.*[0-9]){7})[A-Za-z0-9]+([ ./-][A-Za-z0-9]+)*")
# MIL-STD-2525: whose it is stands at one place of a code. Friend and assumed friend, neutral,
# unknown and pending, and the same of exercises in the older letters.
_SYMBOL: Final = re.compile(r"[0-9]{3}[0-4][0-9]{16}([0-9]{10})?|[SGOIE][PUAFNGWDLM][A-Z*-]{8,13}")

_Id = Annotated[str, msgspec.Meta(min_length=1, max_length=24)]
_Lat = Annotated[int, msgspec.Meta(ge=-900_000_000, le=900_000_000)]
_Lon = Annotated[int, msgspec.Meta(ge=-1_800_000_000, le=1_800_000_000)]
_At = Annotated[int, msgspec.Meta(ge=0, le=(1 << 53) - 1)]
_Height = Annotated[int, msgspec.Meta(ge=-1_000, le=100_000)]
_Speed = Annotated[int, msgspec.Meta(ge=0, le=12_000)]
_Track = Annotated[int, msgspec.Meta(ge=0, le=360)]
_Symbol = Annotated[str, msgspec.Meta(min_length=10, max_length=30)]


class Position(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """Where one object was. Degrees x 10^7, microseconds since the epoch, metres above the sea,
    metres a second, degrees clockwise from true north.
    """

    id: _Id
    lat_e7: _Lat
    lon_e7: _Lon
    at_us: _At
    alt_m: _Height | None = None
    speed_ms: _Speed | None = None
    track_deg: _Track | None = None
    symbol: _Symbol | None = None


class Frame(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A whole stream as it is shown: a list for each field, one entry for each object.

    ``precision_m`` is how coarse the places are, None for exact; then ``radius_m`` is the
    circle within which each object is, and there is neither speed, track nor height.
    """

    stream: Annotated[str, msgspec.Meta(max_length=64)]
    at_us: _At
    ids: list[_Id]
    lat_e7: list[_Lat]
    lon_e7: list[_Lon]
    at: list[_At]
    track_deg: list[_Track | None]
    speed_ms: list[_Speed | None]
    alt_m: list[_Height | None]
    symbol: list[_Symbol | None]
    precision_m: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] | None = None
    radius_m: Annotated[int, msgspec.Meta(ge=0, le=21_000_000)] | None = None
    handling: Annotated[str, msgspec.Meta(max_length=200)] | None = None
    purpose: Annotated[str, msgspec.Meta(max_length=200)] | None = None

    def positions(self) -> list[Position]:
        """The objects one by one. BadInput when the lists do not fit one another."""
        columns = (
            self.ids, self.lat_e7, self.lon_e7, self.at, self.alt_m, self.speed_ms,
            self.track_deg, self.symbol,
        )  # fmt: skip
        if len({len(column) for column in columns}) != 1:
            raise BadInput("lists of unequal length", where=self.stream)
        return [Position(*row) for row in zip(*columns, strict=True)]


class Shown(NamedTuple):
    """A frame as the event that carries it, and the version of the stream that it shows."""

    event: bytes
    version: int


_encode: Final = msgspec.json.Encoder().encode


def check_id(id_: str) -> None:
    """BadInput unless this may name a moving object."""
    if not _CALL_SIGN.fullmatch(id_):
        raise BadInput(
            f"{id_[:24]!r} is no call sign",
            remedy="letters and one to six digits, like LION 21; nothing here follows persons",
            where="id",
        )


def check_symbol(symbol: str) -> None:
    """BadInput unless this is a symbol code that may stand here."""
    if not _SYMBOL.fullmatch(symbol):
        raise BadInput(
            f"{symbol[:30]!r} is no symbol that may stand here",
            remedy="a code of MIL-STD-2525 for friend, neutral, unknown or pending",
            where="symbol",
        )


def check_label(label: Label, parties: Iterable[str], owner: str) -> None:
    """BadInput for a label that a stream cannot keep: nobody passes a stream on, or keeps it."""
    label.check(list(parties), owner)
    if label.onward or label.keep_days is not None or label.source_shield:
        raise BadInput(
            "a stream is neither kept nor passed on by its receivers",
            remedy="leave out onward, keep_days and source_shield",
            where="label",
        )


class Feed:
    """One stream: whose, under which label, and where its objects are now."""

    def __init__(self, name: str, label: Label, versions: Iterator[int]) -> None:
        self.name = name
        self.owner = name.partition("/")[0]
        self.label = label
        self._versions = versions
        self.objects: dict[str, Position] = {}
        self.version = 0
        self.at_us = 0
        self.received: Frame | None = None
        self._frames: dict[int | None, Shown] = {}

    def put(self, positions: Iterable[Position], label: Label, now_us: int) -> list[Position]:
        """Take newer positions, all or none; which of them were new.

        BadInput for an id or a symbol that may not be; a position that is older than the one
        known, or dated ahead, changes nothing.
        """
        fresh: dict[str, Position] = {}
        for position in positions:
            known = fresh.get(position.id) or self.objects.get(position.id)
            if known is None:
                check_id(position.id)
            if position.symbol is not None and (known is None or known.symbol != position.symbol):
                check_symbol(position.symbol)
            if (known is None or position.at_us > known.at_us) and (
                position.at_us <= now_us + AHEAD_US
            ):
                fresh[position.id] = position
        self.objects |= fresh
        if fresh or label != self.label:
            self._changed(label, now_us)
        return list(fresh.values())

    def replace(
        self, frame: Frame, positions: Iterable[Position], label: Label, now_us: int
    ) -> None:
        """Take what another party shows of its stream, as it is."""
        self.objects = {position.id: position for position in positions}
        self.received = frame
        self._changed(label, now_us)

    def drop_older(self, than_us: int) -> None:
        """Forget objects of which nothing was heard since."""
        stale = [id_ for id_, position in self.objects.items() if position.at_us < than_us]
        for id_ in stale:
            del self.objects[id_]
        if stale:
            self._changed(self.label, self.at_us)

    def _changed(self, label: Label, now_us: int) -> None:
        self.label, self.at_us = label, now_us
        self.version = next(self._versions)
        self._frames.clear()

    def shown(self, precision_m: int | None) -> Shown:
        """The frame at this precision; encoded once until something changes."""
        found = self._frames.get(precision_m)
        if found is None:
            frame = self._frame(precision_m)
            event = b"event: positions\ndata: %b\n\n" % _encode(frame)
            found = self._frames[precision_m] = Shown(event, self.version)
        return found

    def _frame(self, precision_m: int | None) -> Frame:
        there = list(self.objects.values())
        exact = precision_m is None
        if precision_m is None:
            places = [(p.lat_e7, p.lon_e7, 0) for p in there]
        else:
            places = [coarsen(p.lat_e7, p.lon_e7, precision_m) for p in there]
        radius = max((place[2] for place in places), default=0)
        given = self.received
        return Frame(
            stream=self.name,
            at_us=self.at_us,
            ids=[p.id for p in there],
            lat_e7=[place[0] for place in places],
            lon_e7=[place[1] for place in places],
            at=[p.at_us for p in there],
            track_deg=[p.track_deg if exact else None for p in there],
            speed_ms=[p.speed_ms if exact else None for p in there],
            alt_m=[p.alt_m if exact else None for p in there],
            symbol=[p.symbol for p in there],
            precision_m=given.precision_m if given else precision_m,
            radius_m=given.radius_m if given else None if exact else radius,
            handling=self.label.handling,
            purpose=self.label.purpose,
        )


def empty_frame(stream: str, at_us: int) -> bytes:
    """The event that takes a stream from whoever saw it: it has no objects any more."""
    none: dict[str, Any] = {
        name: [] for name in ("ids", "lat_e7", "lon_e7", "at", "track_deg", "speed_ms", "alt_m")
    }
    frame = Frame(stream=stream, at_us=at_us, symbol=[], **none)
    return b"event: positions\ndata: %b\n\n" % _encode(frame)


class Positions:
    """All streams of one node. ``party`` is ours; others' are here as they were shown to us."""

    def __init__(self, party: str, stale_minutes: int = 15) -> None:
        self.party = party
        self._stale_us = stale_minutes * MINUTE_US
        # Of all streams, so that one that went and came again is never taken for its old self.
        self._versions = itertools.count(1)
        self.feeds: dict[str, Feed] = {}

    def put(
        self, name: str, positions: Sequence[Position], label: Label, now_us: int
    ) -> list[Position]:
        """New positions of one of our own streams; which of them were new."""
        if not NAME.fullmatch(name):
            raise BadInput(
                f"{name[:40]!r} is no name of a stream",
                remedy="a word of small letters, digits and hyphens, like patrols",
                where="name",
            )
        full = f"{self.party}/{name}"
        known = self.feeds.get(full)
        self._check_room(full, {p.id for p in positions}, known.objects if known else {})
        feed = known or Feed(full, label, self._versions)
        fresh = feed.put(positions, label, now_us)
        if feed.objects:
            self.feeds[full] = feed
        return fresh

    def take(self, party: str, frame: Frame, now_us: int) -> None:
        """What another party shows of one of its streams; BadInput when it is no such thing."""
        owner, _, name = frame.stream.partition("/")
        if owner != party or not NAME.fullmatch(name) or party == self.party:
            raise BadInput("it is no stream of its own", where=frame.stream)
        known = self.feeds.get(frame.stream)
        positions = frame.positions()
        self._check_room(frame.stream, set(frame.ids), {})
        for position in positions:
            if known is None or position.id not in known.objects:
                check_id(position.id)
            if position.symbol is not None:
                check_symbol(position.symbol)
        label = Label(to=(self.party,), handling=frame.handling, purpose=frame.purpose)
        feed = known or Feed(frame.stream, label, self._versions)
        feed.replace(frame, positions, label, now_us)
        self.feeds[frame.stream] = feed

    def _check_room(self, name: str, ids: Set[str], known: Mapping[str, Position]) -> None:
        """BadInput when there would be too many objects; Refused for too many streams."""
        count = len(known) + len(ids - known.keys())
        others = sum(len(feed.objects) for feed in self.feeds.values() if feed.name != name)
        if count > OBJECTS or count + others > OBJECTS_IN_ALL:
            raise BadInput(
                f"more than {OBJECTS:,} objects in a stream, or {OBJECTS_IN_ALL:,} in all",
                where=name,
                remedy="leave out what has not moved for long",
            )
        if name not in self.feeds and len(self.feeds) >= STREAMS:
            raise Refused(f"a node has {STREAMS} streams at most", remedy="end one first")

    def drop_stale(self, now_us: int) -> None:
        """Forget objects of which nothing was heard for a while, and streams without any."""
        for name, feed in list(self.feeds.items()):
            feed.drop_older(now_us - self._stale_us)
            if not feed.objects:
                del self.feeds[name]

    def forget(self, party: str) -> None:
        """Nothing is known any more of another party's streams."""
        self.feeds = {n: feed for n, feed in self.feeds.items() if feed.owner != party}

    def seen_by(self, party: str, now_us: int, *, active: bool) -> dict[str, Shown]:
        """The streams that a party sees now, by name, as it sees them.

        The rules are those of core/labels.py: an owner sees its own, exactly; a reader that
        the label names sees it as coarse as the label says, while it is in good standing and
        the label has not ended. Others' streams are ours to see, not ours to show.
        """
        return {
            name: feed.shown(None if party in (feed.owner, self.party) else feed.label.precision_m)
            for name, feed in self.feeds.items()
            if party == feed.owner
            or (feed.owner != self.party and party == self.party)
            or (feed.owner == self.party and active and _may_see(feed.label, party, now_us))
        }


def _may_see(label: Label, party: str, now_us: int) -> bool:
    return party in label.to and (label.until is None or now_us < label.until)
