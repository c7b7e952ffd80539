"""The board of disputed facts: matter by matter, every claim beside the others, none merged.

A matter is what several claims speak of: the report or event that they are about, or the
first claim. Each claim is measured from every boundary near it that the looker may see, so that
one can tell whether two sides differ about the place or about the line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import msgspec

from toguna.core.domain import Board, View, Waiting
from toguna.core.geodesy import geodesic_m
from toguna.core.record import Address
from toguna.core.table import Row, Table, Where
from toguna.domains.disputes.bodies import Boundary, Claim
from toguna.domains.disputes.measuring import Measure, measure
from toguna.domains.disputes.tables import BOUNDARIES, CLAIMS, DISPUTES

FAR_M: Final = 200_000
"""A line so far away says nothing of a claim, unless its author measures from it."""
_TITLES: Final = ("title", "dyad", "name", "dataset")
"""The fields by which a record of any kind may be called in a list."""
MOST_HANDS: Final = 8
"""A word about a word about a word: so far it is followed to its matter."""


class Measured(Measure, kw_only=True):
    """A measure, and the boundary record from which it was taken."""

    boundary: str
    """Its address."""
    boundary_party: str
    """Who brought the dataset."""
    name: str
    name_en: str | None
    source: str
    """The dataset and its version."""
    as_of_us: int
    disputed: bool
    cited: bool
    """Whether the claim's author measures from this one."""


class ClaimShown(msgspec.Struct, kw_only=True):
    """A claim as its author made it, and what we measure."""

    address: str
    party: str
    """Whose record it is; ``claimant`` is who claims it."""
    at: int
    claimant: str
    title: str
    title_en: str | None
    says: str
    says_en: str | None
    source: str | None
    said_us: int | None
    lat_e7: int
    lon_e7: int
    error_m: int
    stated_m: int | None
    stated_side: str | None
    measures: list[Measured]
    """From the cited boundaries first, then from the others, by name."""


class DisputeShown(msgspec.Struct, kw_only=True):
    """Who contradicts what, and what it says instead."""

    address: str
    party: str
    at: int
    about: str
    owner: str
    reason: str
    reason_en: str | None
    version: str | None
    version_en: str | None


class Matter(msgspec.Struct, kw_only=True):
    """One disputed matter."""

    id: str
    """Address of the report, event or first claim that the others are about."""
    kind: str
    """Noun of its kind (``report``, ``event``, ``claim``); ``other`` where it is not here."""
    title: str
    title_en: str | None
    claims: list[ClaimShown]
    disputes: list[DisputeShown]
    parties: list[str]
    apart_m: int | None
    """The largest distance between two of the claimed places; None for fewer than two."""
    apart_error_m: int | None
    """What that distance may be off at worst: both claims' errors, and a metre."""
    latest_us: int


class _Said(NamedTuple):
    doc: Mapping[str, Any]
    claim: Claim


def board_claims(view: View, query: Mapping[str, str]) -> Iterator[Matter]:
    """Disputed matters, the newest word first."""
    wanted = query.get("matter", "")
    if wanted:
        Address.parse(wanted)
    book = _Book(view)
    found = list(book.matters(wanted))
    yield from sorted(found, key=lambda m: (-m.latest_us, m.id))


class _Book:
    """All that a looker may see of claims, disputes and boundaries, each record once."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._released: dict[str, str] = {}
        self._boundaries = [
            (doc, _body(doc, Boundary, {"parts": doc["lines"]})) for doc in self._docs(BOUNDARIES)
        ]
        self._claims = {
            str(doc["address"]): _Said(doc, _body(doc, Claim)) for doc in self._docs(CLAIMS)
        }
        self._disputes = list(self._docs(DISPUTES))
        words = [said.doc for said in self._claims.values()] + self._disputes
        self._about = {str(d["address"]): str(d["about"]) for d in words if d.get("about")}

    def _docs(self, table: Table) -> list[Mapping[str, Any]]:
        """Rows as documents. What was released stands for the same thing at home."""
        rows = self._view.rows(table)
        there = {str(row[table.position("address")]) for row in rows}
        kept = []
        for row in rows:
            address = str(row[table.position("address")])
            if row[table.position("log")] == "home":
                twins = {str(a) for a in self._view.released(Address.parse(address))} & there
                if twins:
                    self._released[address] = min(twins, key=lambda t: Address.parse(t).index)
                    continue
            kept.append(_doc(table, row))
        return kept

    def _root(self, about: str) -> str:
        """What a word is about in the end: through words about words, and out of home."""
        for _ in range(MOST_HANDS):
            about = self._released.get(about, about)
            if about not in self._about:
                return self._at_large(about)
            about = self._about[about]
        return about

    def _at_large(self, about: str) -> str:
        """A report at home is the one that was released, if it was."""
        address = Address.parse(about)
        if address.log == "home":
            return str(next(iter(self._view.released(address)), address))
        return about

    def matters(self, wanted: str) -> Iterator[Matter]:
        """Each matter, or the one that ``wanted`` belongs to."""
        claims: dict[str, list[_Said]] = {}
        for address, said in self._claims.items():
            claims.setdefault(self._root(address), []).append(said)
        disputes: dict[str, list[Mapping[str, Any]]] = {}
        for doc in self._disputes:
            disputes.setdefault(self._root(str(doc["about"])), []).append(doc)
        only = self._root(wanted) if wanted else ""
        for root in {**claims, **disputes}:
            if not only or root == only:
                yield self._matter(root, claims.get(root, []), disputes.get(root, []))

    def _matter(self, root: str, said: list[_Said], disputes: list[Mapping[str, Any]]) -> Matter:
        said.sort(key=lambda s: (s.doc["at"], s.doc["address"]))
        disputes.sort(key=lambda d: (d["at"], d["address"]))
        kind, title, title_en = self._title(root, said)
        apart_m, apart_error_m = _apart([s.claim for s in said])
        words = [s.doc for s in said] + disputes
        return Matter(
            id=root,
            kind=kind,
            title=title,
            title_en=title_en,
            claims=[self._shown(s) for s in said],
            disputes=[msgspec.convert({**_OPEN, **d}, DisputeShown) for d in disputes],
            parties=sorted({str(d["party"]) for d in words}),
            apart_m=apart_m,
            apart_error_m=apart_error_m,
            latest_us=max(int(d["at"]) for d in words),
        )

    def _title(self, root: str, said: list[_Said]) -> tuple[str, str, str | None]:
        """What the matter is called: by its report or event, else by its first claim."""
        if root in self._claims:
            first = self._claims[root].claim
            return "claim", first.title, first.title_en
        stored = self._view.record(Address.parse(root))
        body = self._view.body(stored) if stored is not None else None
        if stored is not None and stored.envelope is not None and body is not None:
            kind = stored.envelope.kind.partition("/")[0].rpartition(".")[2]
            title = next((t for n in _TITLES if (t := getattr(body, n, None))), root)
            return kind, str(title), getattr(body, "title_en", None)
        if said:
            return "other", said[0].claim.title, said[0].claim.title_en
        return "other", root, None

    def _shown(self, said: _Said) -> ClaimShown:
        doc, claim = said
        cited = {self._released.get(ref, ref) for ref in doc.get("refs", ())}
        measures = [
            Measured(
                **msgspec.structs.asdict(measure(claim, boundary)),
                boundary=str(drawn["address"]),
                boundary_party=str(drawn["party"]),
                name=boundary.name,
                name_en=boundary.name_en,
                source=boundary.source,
                as_of_us=boundary.as_of_us,
                disputed=boundary.disputed,
                cited=str(drawn["address"]) in cited,
            )
            for drawn, boundary in self._boundaries
        ]
        measures = [m for m in measures if m.cited or m.distance_m <= FAR_M]
        body = {k: v for k, v in msgspec.structs.asdict(claim).items() if k != "evidence"}
        return ClaimShown(
            address=str(doc["address"]),
            party=str(doc["party"]),
            at=int(doc["at"]),
            measures=sorted(measures, key=lambda m: (not m.cited, m.name, m.boundary)),
            **body,
        )


_OPEN: Final[dict[str, None]] = dict.fromkeys(("reason_en", "version", "version_en"))
"""What a dispute may leave out."""


def _doc(table: Table, row: Row) -> Mapping[str, Any]:
    data = row[table.position("doc")]
    assert isinstance(data, bytes)
    found: Mapping[str, Any] = msgspec.json.decode(data)
    return found


def _body(doc: Mapping[str, Any], kind: type[Any], more: Mapping[str, Any] | None = None) -> Any:
    return msgspec.convert({**doc, **(more or {})}, kind)


def _apart(claims: list[Claim]) -> tuple[int | None, int | None]:
    """The two claimed places that lie farthest apart."""
    pairs = [
        (round(geodesic_m((a.lat_e7, a.lon_e7), (b.lat_e7, b.lon_e7))), a.error_m + b.error_m + 1)
        for k, a in enumerate(claims)
        for b in claims[k + 1 :]
    ]
    return max(pairs) if pairs else (None, None)


# What waits for us -----------------------------------------------------------------------


def waits(view: View) -> Iterator[Waiting]:
    """A dispute of a record of ours, until we have said something to it: a claim or a dispute
    of our own about the same thing, or about the dispute itself.
    """
    ours = Where("party", "=", view.party)
    for row in view.rows(DISPUTES, (Where("owner", "=", view.party),)):
        doc = _doc(DISPUTES, row)
        about, address, at = str(doc["about"]), str(doc["address"]), int(doc["at"])
        answers = [
            answer
            for table in (CLAIMS, DISPUTES)
            for text in (about, address)
            for answer in view.rows(table, (ours, Where("about", "=", text), Where("at", ">=", at)))
        ]
        if not answers:
            yield Waiting(
                "disputes.answer", address, str(doc["party"]), str(doc["reason"])[:200], at,
                offices=("analyst", "liaison"),
            )  # fmt: skip


BOARDS: Final = (
    Board(
        "claims",
        "Faits contestés",
        "Disputed facts",
        Matter,
        board_claims,
        {"matter": "only the matter to which this address belongs"},
    ),
)
