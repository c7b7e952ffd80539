"""Importing STIX 2.1 and MISP files: first a preview, then, of the same bytes, the import.

A file is read in memory, within bounds, and forgotten. What describes persons is named by its
reason alone; see :mod:`.intake_persons` for what that can do and what it cannot. CISE files are
not read.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

import msgspec

from toguna.core.labels import MAX_KEEP_DAYS
from toguna.domains.intake import Import, Reason
from toguna.errors import BadInput, Conflict
from toguna.node.intake import Coming, Intake
from toguna.surfaces.endpoints import Answer, Asked, Endpoint, Query, answer_json, number
from toguna.surfaces.intake_misp import is_misp, read_misp
from toguna.surfaces.intake_reading import MOST_BYTES, Read, Taken, parse
from toguna.surfaces.intake_stix import read_stix

SHOWN: Final = 500
"""How many of the reports to be are listed; all are counted."""


class ReportToBe(msgspec.Struct):
    """A report as it would be written. ``cleaned``: words were taken out of it."""

    title: str
    category: str
    from_us: int
    to_us: int
    place_name: str | None
    lat_e7: int | None
    lon_e7: int | None
    radius_m: int | None
    source: str | None
    handling: str | None
    cleaned: bool


class KeptOutShown(msgspec.Struct):
    """What describes a person: the reason, and a mark of its id where that tells nothing."""

    reason: Reason
    mark: str | None


class IntakeShown(msgspec.Struct):
    """What a file would bring, or has brought when ``accepted``."""

    format: str
    digest: str
    accepted: bool
    new: int
    already: int
    cleaned: int
    reports: list[ReportToBe]
    kept_out: list[KeptOutShown]
    left_out: dict[str, int]
    addresses: list[str]


def read_file(data: bytes) -> Read:
    """Understand a file of either format. BadInput says what it is instead."""
    value = parse(data)
    if isinstance(value, dict) and value.get("type") == "bundle":
        return read_stix(value)
    if is_misp(value):
        return read_misp(value)
    raise BadInput(
        "this is neither a STIX 2.1 bundle nor a MISP export", remedy="export it as one of these"
    )


async def intake(asked: Asked) -> Answer:
    """Preview, or take in."""
    query = asked.query()
    accept = _yes(query.pop("accept", "no"))
    wanted = query.pop("digest", "")
    keep = query.pop("keep_days", "")
    keep_days = number(keep, "keep_days") if keep else None
    if keep_days is not None and not 1 <= keep_days <= MAX_KEEP_DAYS:
        raise BadInput("out of bounds", where="keep_days", remedy=f"1 to {MAX_KEEP_DAYS:,}")
    office = asked.office(query.pop("as", ""))
    if query:
        raise BadInput("there is no such parameter", where="query")
    data = await asked.body()
    digest = sha256(data).hexdigest()
    if accept and wanted != digest:
        raise Conflict(
            "this is not the file that was previewed", where="digest",
            remedy="preview it, then accept it with the digest that the preview gives",
        )  # fmt: skip

    def take() -> IntakeShown:
        return _take(Intake(asked.node), data, digest, accept, office, keep_days)

    return answer_json(await asked.house.writer.run(take))


def _yes(text: str) -> bool:
    if text not in ("yes", "no"):
        raise BadInput("neither yes nor no", where="accept")
    return text == "yes"


def _take(
    intake: Intake, data: bytes, digest: str, accept: bool, office: str, keep_days: int | None
) -> IntakeShown:
    read = read_file(data)
    known = set(intake.known())
    new: list[Taken] = []
    for one in read.taken:
        if one.mark not in known:
            known.add(one.mark)
            new.append(one)
    already = len(read.taken) - len(new)
    cleaned = sum(one.cleaned for one in new)
    addresses: list[str] = []
    if accept:
        told = Import(
            already=already,
            cleaned=cleaned,
            digest=digest,
            format=read.format,
            kept_out=tuple(read.kept_out),
            left_out=read.left_out,
            taken=tuple(one.mark for one in new),
        )
        coming = [Coming(one.report, one.handling) for one in new]
        addresses = [str(a) for a in intake.accept(coming, told, office, keep_days)]
    return IntakeShown(
        format=read.format,
        digest=digest,
        accepted=accept,
        new=len(new),
        already=already,
        cleaned=cleaned,
        reports=[_to_be(one) for one in new[:SHOWN]],
        kept_out=[KeptOutShown(one.reason, one.mark) for one in read.kept_out],
        left_out=read.left_out,
        addresses=addresses,
    )


def _to_be(one: Taken) -> ReportToBe:
    report = one.report
    return ReportToBe(
        report.title, report.category, report.from_us, report.to_us, report.place_name,
        report.lat_e7, report.lon_e7, report.radius_m, report.source, one.handling, one.cleaned,
    )  # fmt: skip


ENDPOINTS: Final = (
    Endpoint(
        "POST", "/api/intake", intake, "person",
        "Preview or import a STIX 2.1 bundle or a MISP export; what describes persons stays out.",
        IntakeShown, takes="application/json", most=MOST_BYTES,
        query=(
            Query("accept", "string", "yes to import; no, unless given, only shows what would be."),
            Query("digest", "string", "With accept: the digest that the preview gave."),
            Query("keep_days", "integer", "The label's retention for what is imported."),
            Query("as", "string", "The office that imports; that of the request unless given."),
        ),
    ),
)  # fmt: skip
