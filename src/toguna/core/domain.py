"""What a domain declares. From the declaration follow decoding, API, command line, forms,
OpenAPI, sync, labels and the generic panel; a new domain is one file.

A domain is kinds of records, with rules, and projections that fold them into tables. Rules
are pure: they look at a record through a :class:`View` and return effects. They never reach
storage, network or clock themselves, and they never import another domain: what a domain
needs of another is named in ``needs`` and arrives as rows of a table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal, NamedTuple, Protocol

import msgspec

from toguna.core.labels import Label
from toguna.core.record import Address, Draft, Envelope
from toguna.core.table import Row, Table, Where


class Act(Enum):
    """The ten acts. A record of a kind with an act is decisive: its author signs it."""

    RELEASE = "release"
    CONSENT = "consent"
    ACKNOWLEDGE = "acknowledge"
    DECIDE = "decide"
    PLEDGE = "pledge"
    HAND_OVER = "hand over"
    CORRECT = "correct"
    RECALL = "recall"
    DISPUTE = "dispute"
    WITHDRAW = "withdraw"


BY_RULE = frozenset({Act.ACKNOWLEDGE, Act.RECALL})
"""The acts that a node may do by itself: it answers, and hands a recall on. The others are
decisions, and a decision is somebody's."""


class Stored(NamedTuple):
    """A record as the node holds it. ``raw`` is empty when only its proof is left
    (``gone`` then says why); ``readers`` is its audience, the owner not among them.
    """

    address: Address
    raw: bytes
    envelope: Envelope | None
    readers: tuple[str, ...]
    received_us: int
    gone: str = ""


class View(Protocol):
    """All that a rule may look at: our node's own holdings at one moment."""

    @property
    def party(self) -> str:
        """Whose node this is."""

    @property
    def looker(self) -> str:
        """Through whose eyes a board looks: ours, unless somebody looks as another party."""

    @property
    def now_us(self) -> int:
        """The time of the act, microseconds since the epoch."""

    @property
    def read_receipts(self) -> bool:
        """Whether the charter asks for read receipts."""

    def setting(self, name: str) -> str:
        """A setting of this domain from the node's configuration."""

    def active(self, party: str) -> bool:
        """Whether this party is in good standing by the charter, now."""

    def record(self, address: Address) -> Stored | None:
        """A record that this node holds, or the tombstone of one."""

    def body(self, stored: Stored) -> msgspec.Struct | None:
        """The decoded body of a record, or None when it is gone or its kind unknown."""

    def lasting(self, stored: Stored) -> bool:
        """Whether records of its kind are kept for good."""

    def proves(self, address: Address, raw: bytes, salt: bytes, proof: str) -> None:
        """Check that ``raw`` stands at ``address`` of its owner's spine, by a C2SP tlog-proof.

        :raises Unverified: the proof, the checkpoint or a signature does not hold.
        """

    def released(self, home: Address) -> Sequence[Address]:
        """Where on our spine the releases of one of our home records stand."""

    def make(self, kind: str, **fields: object) -> Draft:
        """A draft of any kind that is known here, another domain's as well; no label yet.

        :raises BadInput: a field is wrong or missing.
        """

    def table(self, need: str) -> Table:
        """The table of a projection that was declared in ``needs``, ``sharing.reports``."""

    def row(self, table: Table, key: Row) -> Row | None:
        """One row of a projection of this domain, or of one that it declared in ``needs``."""

    def rows(self, table: Table, where: Sequence[Where] = ()) -> list[Row]:
        """Rows of such a projection."""


class Put(NamedTuple):
    """Write one row of a projection."""

    table: Table
    row: Row


class Drop(NamedTuple):
    """Remove one row of a projection."""

    table: Table
    key: Row


class Write(NamedTuple):
    """Author a further record: an answer, a receipt. It goes out like any other act, with
    ``flash`` ahead of everything else.
    """

    draft: Draft
    office: str
    flash: bool = False


class Erase(NamedTuple):
    """Erase body and salt of a record that this node holds; the proof stays."""

    address: Address
    why: str


Effect = Put | Drop | Write | Erase


def _may_be_anything(_draft: Draft, _view: View) -> None:
    """A kind without a rule of its own."""


def _nothing(_stored: Stored, _view: View) -> Iterable[Effect]:
    return ()


def _takes_all(_stored: Stored, _view: View) -> None:
    """A kind whose records need no proof of their own."""


def _nobody_cares(_stored: Stored, _office: str, _view: View) -> Iterable[Effect]:
    return ()


@dataclass(frozen=True)
class Kind:
    """One kind of record, named ``domain.noun/version``.

    ``body``: a msgspec struct with docstring, bounds and units; unknown fields are refused
    where a record is authored. ``act`` makes it decisive. ``authors`` are the offices that
    may write it (none named: any). ``release`` derives what leaves the house from the full
    body under a label (coarsened, source removed); None means that it cannot be released
    from a home record. ``check`` refuses a draft; ``admit`` refuses a received record that does
    not prove what it claims (it is then kept and counts for nothing); ``react`` says what a
    node does once, when it first holds such a record, its own ones included. A ``lasting``
    kind is kept for good: its records bear no end, and no recall of one counts.
    """

    name: str
    body: type[msgspec.Struct]
    title_fr: str
    title_en: str
    act: Act | None = None
    authors: frozenset[str] = frozenset()
    release: Callable[[msgspec.Struct, Label], msgspec.Struct] | None = None
    check: Callable[[Draft, View], None] = _may_be_anything
    admit: Callable[[Stored, View], None] = _takes_all
    react: Callable[[Stored, View], Iterable[Effect]] = _nothing
    lasting: bool = False

    @property
    def domain(self) -> str:
        """``sharing`` of ``sharing.report/1``."""
        return self.name.partition(".")[0]

    @property
    def reacts(self) -> bool:
        """Whether a node does anything of itself when it first holds such a record."""
        return self.react is not _nothing

    @property
    def noun(self) -> str:
        """``report`` of ``sharing.report/1``."""
        return self.name.partition(".")[2].partition("/")[0]


class Placing(NamedTuple):
    """Numbers that a projection's row needs: the record's packed address and audience."""

    id: int
    audience: int
    about: int | None


Fold = Callable[[Stored, View, Placing], Iterable[Put | Drop]]
"""What one record changes in a projection."""


@dataclass(frozen=True)
class Projection:
    """A table folded from records, dropped and rebuilt at will.

    Its key is one ``int`` column ``id``: the packed address of the record that opened the
    thing. It has a column ``audience`` (int) by which lists are filtered before a row leaves
    the store, and ``doc`` (bytes): the JSON that lists show, ready to be sent.
    Lists are sorted by ``newest``, an indexed int column, largest first; ``id`` sorts each
    party's log for itself. ``fold`` is given each record of ``kinds`` in the order of its
    log, and again at a rebuild.
    """

    table: Table
    kinds: tuple[str, ...]
    fold: Fold
    newest: str = "id"


Urgency = Literal["flash", "urgent", "routine"]


class Waiting(NamedTuple):
    """Something that waits for an act of ours; a line of the desk's first column.

    ``what`` names the act as ``domain.verb`` (``alerts.acknowledge``): the desk has its words
    in both languages. ``about`` is the address of the record that asks, ``party`` who asks,
    ``title`` its own words. ``due_us`` is when it is late, None for never. ``offices`` are
    those for whom it waits; none named: any.
    """

    what: str
    about: str
    party: str
    title: str
    since_us: int
    due_us: int | None = None
    urgency: Urgency = "routine"
    offices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Board:
    """A view that is computed when it is asked for, from what the one who looks may see.

    ``rows`` is given a view in which every projection is filtered by the looker's audiences,
    and the query; it returns structs of ``row``. Names of parameters and what they mean stand
    in ``query``. Served at ``/api/board/{domain}/{name}``.
    """

    name: str
    title_fr: str
    title_en: str
    row: type[msgspec.Struct]
    rows: Callable[[View, Mapping[str, str]], Iterable[msgspec.Struct]]
    query: Mapping[str, str] = field(default_factory=dict)


class Layer(NamedTuple):
    """A layer of the map out of a projection: ``doc`` has ``lat_e7`` and ``lon_e7`` (and
    ``radius_m``) for points, ``line`` or ``area`` ([[lon_e7, lat_e7], ...]) for the others.
    """

    name: str
    table: Table
    title_fr: str
    title_en: str
    drawn_as: Literal["point", "line", "area"] = "point"


def _waits_for_nothing(_view: View) -> Iterable[Waiting]:
    return ()


def _has_no_clock(_view: View) -> Iterable[Effect]:
    return ()


@dataclass(frozen=True)
class Domain:
    """A family of kinds. ``on_read`` says what follows when an office of ours reads a record
    that another party owns (a read receipt). ``settings`` are names with default values for the
    configuration; ``needs`` names projections of other domains (``"protection.sites"``).

    ``waits`` says what waits for our own people at ``view.now_us``. ``on_clock`` is asked every
    few seconds what time alone has made due (a second ring, an escalation); it must find in
    the projections what it has said before, or it says it again.
    """

    name: str
    kinds: tuple[Kind, ...]
    projections: tuple[Projection, ...] = ()
    on_read: Callable[[Stored, str, View], Iterable[Effect]] = _nobody_cares
    settings: dict[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    boards: tuple[Board, ...] = ()
    layers: tuple[Layer, ...] = ()
    waits: Callable[[View], Iterable[Waiting]] = _waits_for_nothing
    on_clock: Callable[[View], Iterable[Effect]] = _has_no_clock

    @property
    def has_waits(self) -> bool:
        """Whether anything of this domain may ever wait for our people."""
        return self.waits is not _waits_for_nothing
