"""How records become rows of the lists (:mod:`.tables`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

import msgspec

from toguna.core.domain import Drop, Placing, Put, Stored, View
from toguna.core.record import Envelope, decode
from toguna.core.table import Row, Where
from toguna.core.time import day_of
from toguna.domains.sharing import bodies, tables
from toguna.domains.sharing.lookup import MOST_HANDS, about_of, by_owner, cell, noun_of, rows_of
from toguna.errors import BadInput

WHERE_KIND: Final = {
    1: "point",
    2: "near",
    3: "district",
    4: "region",
    5: "line",
    6: "country",
    7: "international",
}
"""What the place of an event is, by UCDP's ``where_prec``; only the first two are points."""

_NEAR_M: Final = 25_000  # UCDP codebook, where_prec 2: "within ca. 25 km"

_to_json = msgspec.json.Encoder(order="sorted").encode
Folded = Iterable[Put | Drop]


class Said(NamedTuple):
    """What a record says, its own or (in a copy) somebody else's."""

    envelope: Envelope
    body: msgspec.Struct
    party: str
    origin: str
    via: str | None


_SHOWN = {"report": bodies.Report, "event": bodies.Event}


def _said(stored: Stored, view: View) -> Said | None:
    """The statement in a record; that of a copy is unwrapped down to the owner's."""
    envelope, body = stored.envelope, view.body(stored)
    if envelope is None or body is None:
        return None
    party, origin = stored.address.party, str(stored.address)
    via = None
    for _ in range(MOST_HANDS):
        if not isinstance(body, bodies.Copy):
            return Said(envelope, body, party, origin, via)
        via = stored.address.party
        try:
            inner = decode(body.record.encode())
            struct = bodies.Copy if noun_of(inner) == "copy" else _SHOWN.get(noun_of(inner))
            if envelope.about is None or struct is None:
                return None
            party, origin = inner.by.party, envelope.about
            body = msgspec.json.decode(inner.body, type=struct)
        except (BadInput, msgspec.DecodeError):
            return None
        envelope = inner
    return None


# --- reports ------------------------------------------------------------------------------


def fold_report(stored: Stored, view: View, placing: Placing) -> Folded:
    """A report, or a copy of one, is a row; a correction by its author changes that row."""
    said = _said(stored, view)
    if said is None:
        return
    if isinstance(said.body, bodies.Correction):
        yield from _correct(stored, said.body, view)
    elif isinstance(said.body, bodies.Report):
        row = _report_row(stored, said.body, said, placing)
        # Only a copy may come after a correction of what it is a copy of.
        for known in rows_of(view, tables.CORRECTIONS, said.origin) if said.via else ():
            correction = msgspec.json.decode(_bytes(known[-1]))
            body = msgspec.convert(correction["report"], bodies.Report)
            row = _corrected(row, body, correction)
        yield Put(tables.REPORTS, row)


def _head(stored: Stored, said: Said) -> dict[str, Any]:
    head = {
        "address": str(stored.address),
        "at": said.envelope.at,
        "kind": said.envelope.kind,
        "party": said.party,
        "to": stored.readers,
    }
    if said.via is not None:
        head |= {"origin": said.origin, "via": said.via}
    return head


def _report_fields(report: bodies.Report) -> dict[str, Any]:
    """What a list shows of a report: not its text, and no point that would be false."""
    doc: dict[str, Any] = msgspec.to_builtins(report)
    for name in ("text", "text_en", "evidence"):
        doc.pop(name, None)
    doc["where_precision"] = report.where_precision
    doc["date_precision"] = report.date_precision
    if _point(report) is None:
        for name in ("lat_e7", "lon_e7", "radius_m"):
            doc.pop(name, None)
    return doc


def _point(report: bodies.Report) -> tuple[int, int] | None:
    if report.where_precision in bodies.REGIONS:
        return None
    if report.lat_e7 is None or report.lon_e7 is None:
        return None
    return report.lat_e7, report.lon_e7


def _report_row(stored: Stored, report: bodies.Report, said: Said, placing: Placing) -> Row:
    doc = _head(stored, said) | {"state": "stated", "corrections": 0}
    start: Row = (
        placing.id,
        placing.audience,
        str(stored.address),
        said.origin,
        stored.address.log,
        said.party,
        said.envelope.at,
    )
    return _filled(start, report, "stated", doc)


def _filled(start: Row, report: bodies.Report, state: str, doc: dict[str, Any]) -> Row:
    lat, lon = _point(report) or (None, None)
    radius = None if lat is None else report.radius_m
    facts = (report.from_us, report.grade, report.credibility, report.category, lat, lon, radius)
    return (*start, *facts, state, _to_json(doc | _report_fields(report)))


def _correct(stored: Stored, body: bodies.Correction, view: View) -> Folded:
    about = by_owner(stored)
    if about is None or stored.envelope is None:
        return
    for row in rows_of(view, tables.REPORTS, str(about)):
        # Only its own author corrects a report, also where it came as a copy.
        if cell(tables.REPORTS, row, "party") == stored.address.party:
            told = {"address": str(stored.address), "at": stored.envelope.at, "why": body.why}
            yield Put(tables.REPORTS, _corrected(row, body.report, told))


_STATED = (
    "title",
    "title_en",
    "category",
    "deaths_best",
    "deaths_high",
    "deaths_low",
    "from_us",
    "to_us",
    "grade",
    "credibility",
)


def _corrected(row: Row, report: bodies.Report, told: dict[str, Any]) -> Row:
    """The row with the new report; what it said before is kept under ``previous``.

    Logs arrive, and are folded again, in any order among themselves: a correction that the
    row has already taken in does not count twice.
    """
    old = msgspec.json.decode(_bytes(row[-1]))
    taken = old.get("corrected_by", [])
    if told["address"] in taken:
        return row
    before = {name: old[name] for name in _STATED if name in old}
    head = ("address", "at", "kind", "party", "to", "origin", "via")
    doc = {name: old[name] for name in head if name in old} | {
        "corrected_at": told["at"],
        "corrected_by": [*taken, told["address"]],
        "corrections": old["corrections"] + 1,
        "previous": [*old.get("previous", ()), before],
        "state": "corrected",
        "why": told["why"],
    }
    return _filled(row[: tables.REPORTS.position("from_us")], report, "corrected", doc)


def _bytes(value: object) -> bytes:
    assert isinstance(value, bytes)
    return value


def fold_correction(stored: Stored, view: View, placing: Placing) -> Folded:
    """Each correction by the owner, so that a recall finds it."""
    about, body = by_owner(stored), view.body(stored)
    if about is None or stored.envelope is None or not isinstance(body, bodies.Correction):
        return
    doc = {"address": str(stored.address), "at": stored.envelope.at, "about": str(about)}
    doc |= {"party": stored.address.party, "why": body.why}
    yield Put(
        tables.CORRECTIONS,
        (
            placing.id,
            placing.audience,
            placing.about,
            str(stored.address),
            str(about),
            stored.address.party,
            stored.envelope.at,
            _to_json(doc | {"report": msgspec.to_builtins(body.report)}),
        ),
    )


# --- events and copies --------------------------------------------------------------------


def fold_event(stored: Stored, view: View, placing: Placing) -> Folded:
    """An event, or a copy of one, is a row; from ``where_prec`` 3 on it has no point."""
    said = _said(stored, view)
    if said is None or not isinstance(said.body, bodies.Event):
        return
    event = said.body
    kind = WHERE_KIND[event.where_prec]
    drawn = event.where_prec <= 2
    lat, lon = (event.lat_e7, event.lon_e7) if drawn else (None, None)
    doc = _head(stored, said) | msgspec.to_builtins(event) | {"where_kind": kind}
    if drawn:
        doc["radius_m"] = max(event.radius_m or 0, _NEAR_M if kind == "near" else 0)
    else:
        for name in ("lat_e7", "lon_e7", "radius_m"):
            doc.pop(name, None)
        doc["where_name"] = _region(event)
    yield Put(
        tables.EVENTS,
        (
            placing.id,
            placing.audience,
            stored.address.log,
            said.party,
            event.dataset,
            event.dataset_id,
            event.country,
            event.adm_1,
            event.date_end_us,
            int(day_of(event.date_end_us)[:4]),
            event.type_of_violence,
            event.where_prec,
            lat,
            lon,
            doc.get("radius_m"),
            event.deaths_best,
            _to_json(doc),
        ),
    )


def _region(event: bodies.Event) -> str:
    """The name that stands where a point would be false."""
    by_precision = {
        3: event.adm_2 or event.where_text,
        4: event.adm_1 or event.where_text,
        5: event.where_text or event.adm_1,
        7: event.where_text,
    }
    return by_precision.get(event.where_prec) or event.country


def fold_copy(stored: Stored, view: View, placing: Placing) -> Folded:
    """Each copy, whatever it is of, so that a recall finds it."""
    about, body = about_of(stored), view.body(stored)
    if about is None or stored.envelope is None or not isinstance(body, bodies.Copy):
        return
    address, party, at = str(stored.address), stored.address.party, stored.envelope.at
    doc = {"address": address, "at": at, "origin": str(about), "owner": about.party}
    doc |= {"party": party, "to": stored.readers}
    row = (placing.id, placing.audience, placing.about, address, str(about), party)
    yield Put(tables.COPIES, (*row, about.party, at, _to_json(doc)))


# --- requests and consents ----------------------------------------------------------------


def fold_consent(stored: Stored, view: View, placing: Placing) -> Folded:
    """An owner's yes or no; what another says about somebody's record is no consent."""
    about, body = by_owner(stored), view.body(stored)
    if about is None or stored.envelope is None or not isinstance(body, bodies.Consent):
        return
    doc = {"about": str(about), "address": str(stored.address), "at": stored.envelope.at}
    doc |= {"party": stored.address.party} | msgspec.to_builtins(body)
    yield Put(
        tables.CONSENTS,
        (
            placing.id,
            placing.audience,
            placing.about,
            str(about),
            stored.address.party,
            body.onto,
            int(body.allowed),
            body.until_us,
            stored.envelope.at,
            _to_json(doc),
        ),
    )


def fold_request(stored: Stored, view: View, placing: Placing) -> Folded:
    """A request is a row that the owner's consent answers, whichever of them came first."""
    body, envelope = view.body(stored), stored.envelope
    if envelope is None:
        return
    if isinstance(body, bodies.Consent):
        about = by_owner(stored)
        if about is not None:
            here = (Where("origin", "=", str(about)), Where("onto", "=", body.onto))
            answer = {"allowed": body.allowed, "at": envelope.at, "address": str(stored.address)}
            answer |= {"until_us": body.until_us, "why": body.why}
            for asked in view.rows(tables.REQUESTS, here):
                yield Put(tables.REQUESTS, _answered(asked, answer))
        return
    about = about_of(stored)
    if about is None or not isinstance(body, bodies.Request) or about.party == stored.address.party:
        return
    doc = {"about": str(about), "address": str(stored.address), "at": envelope.at}
    doc |= {"onto": body.onto, "owner": about.party, "party": stored.address.party}
    doc |= {"state": "open", "why": body.why}
    start = (placing.id, placing.audience, placing.about, str(about), stored.address.party)
    row: Row = (*start, about.party, body.onto, "open", envelope.at, _to_json(doc))
    here = (Where("origin", "=", str(about)), Where("onto", "=", body.onto))
    for known in view.rows(tables.CONSENTS, here):
        consent = msgspec.json.decode(_bytes(known[-1]))
        names = ("allowed", "at", "address", "until_us", "why")
        row = _answered(row, {name: consent.get(name) for name in names})
    yield Put(tables.REQUESTS, row)


def _answered(row: Row, answer: dict[str, Any]) -> Row:
    """The request with an answer; a later answer takes the place of an earlier one."""
    doc = msgspec.json.decode(_bytes(row[-1]))
    if doc.get("answer", {"at": 0})["at"] > answer["at"]:
        return row
    state = "allowed" if answer["allowed"] else "refused"
    said = {name: value for name, value in answer.items() if value is not None}
    start = row[: tables.REQUESTS.position("state")]
    at = row[tables.REQUESTS.position("at")]
    return (*start, state, at, _to_json(doc | {"answer": said, "state": state}))
