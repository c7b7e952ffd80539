"""What leaves the house: new bodies under a label, coarser and without the source.

Each function is idempotent, so a rule can ask "is this already what the label allows?".
Free text is searched for the words that were taken out elsewhere; what else it tells, only
its author can know: the preview shows every byte before it goes.
"""

from __future__ import annotations

from typing import Final

import msgspec

from toguna.core.geo import coarsen
from toguna.core.labels import Label
from toguna.core.redaction import without
from toguna.domains.sharing.bodies import (
    FARTHEST_M,
    REGIONS,
    Correction,
    Event,
    Report,
    WherePrecision,
)
from toguna.errors import BadInput

# The name of a unit tells the place to about so many metres; coarser releases leave it out.
ADM_2_M: Final = 50_000
ADM_1_M: Final = 250_000

_NEAR_M: Final = 25_000
# A region or a country in words is no finer than the fields say anyhow.
_NAMED_AS_REGION: Final = frozenset({4, 6})


def release_report(body: msgspec.Struct, label: Label) -> Report:
    """The report as it may leave under ``label``: see :func:`coarse_report`."""
    if not isinstance(body, Report):
        raise BadInput("this is no report", where="sharing.report")
    return coarse_report(body, label)


def coarse_report(report: Report, label: Label) -> Report:
    """Place no finer than ``precision_m``; source and evidence gone under ``source_shield``.

    With a precision the place's name goes too, out of the texts as well, unless the place is
    a region or a country: a village's name is an exact point.
    """
    hidden: list[str] = []
    if label.source_shield:
        hidden += [report.source] if report.source else []
        report = msgspec.structs.replace(report, source=None, evidence=())
    if label.precision_m is not None:
        if report.place_name and report.where_precision not in REGIONS:
            hidden.append(report.place_name)
            report = msgspec.structs.replace(report, place_name=None)
        if report.lat_e7 is not None and report.lon_e7 is not None:
            lat, lon, radius = _place(
                report.lat_e7, report.lon_e7, report.radius_m, label.precision_m
            )
            report = msgspec.structs.replace(
                report,
                lat_e7=lat,
                lon_e7=lon,
                radius_m=radius,
                where_precision=_vaguer(report.where_precision, radius),
            )
    if not hidden:
        return report
    return msgspec.structs.replace(
        report,
        text=without(report.text, hidden),
        text_en=report.text_en and without(report.text_en, hidden),
        title=without(report.title, hidden),
        title_en=report.title_en and without(report.title_en, hidden),
    )


def release_correction(body: msgspec.Struct, label: Label) -> Correction:
    """A correction whose report is no finer than the label allows."""
    if not isinstance(body, Correction):
        raise BadInput("this is no correction", where="sharing.correction")
    return msgspec.structs.replace(body, report=coarse_report(body.report, label))


def release_event(body: msgspec.Struct, label: Label) -> Event:
    """The event with a coarser place, and without the words and the number that would tell it.

    The datasets are public: who knows the day and the figures can find the event there again.
    """
    if not isinstance(body, Event):
        raise BadInput("this is no event", where="sharing.event")
    size_m = label.precision_m
    if size_m is None:
        return body
    lat, lon, radius = _place(body.lat_e7, body.lon_e7, body.radius_m, size_m)
    region_named = body.where_prec in _NAMED_AS_REGION and size_m <= ADM_1_M
    return msgspec.structs.replace(
        body,
        lat_e7=lat,
        lon_e7=lon,
        radius_m=radius,
        dataset_id=None,
        where_detail=None,
        where_text=body.where_text if region_named else None,
        adm_2=body.adm_2 if size_m <= ADM_2_M else None,
        adm_1=body.adm_1 if size_m <= ADM_1_M else None,
    )


def _place(lat: int, lon: int, radius: int | None, precision_m: int) -> tuple[int, int, int]:
    """Centre of the cell, and the radius in which the true place lies for certain."""
    coarse_lat, coarse_lon, coarse_m = coarsen(lat, lon, precision_m)
    before_m = radius or 0
    if (coarse_lat, coarse_lon) == (lat, lon) and before_m >= coarse_m:
        return lat, lon, before_m
    # The point itself was only known to before_m: both uncertainties add up.
    return coarse_lat, coarse_lon, min(before_m + coarse_m, FARTHEST_M)


def _vaguer(precision: WherePrecision, radius_m: int) -> WherePrecision:
    if precision in ("exact", "near"):
        return "near" if radius_m <= _NEAR_M else "area"
    return precision
