"""Labels in the words of others: the Traffic Light Protocol 2.0 and STANAG 4774.

One way only, for exporters: what comes back from outside is a marking, never a rule of ours.

STANAG 4774 (ADatP-4774), an originator confidentiality label:

=====================  ======================================================
element                from
=====================  ======================================================
PolicyIdentifier       ``policy``
Classification         ``handling``; without one, the TLP marking
PrivacyMark            "ORIGINATOR CONTROLLED", and "NO ONWARD RELEASE" if so
Category PERMISSIVE    "Releasable To" (owner and ``to``), "Onward Releasable To"
Category RESTRICTIVE   "Purpose", "Retention Days", "Precision Metres",
                       "Source Shield", "Until"
Category INFORMATIVE   "TLP"
OriginatorID           ``owner``
CreationDateTime       ``at_us``
ReviewDateTime         ``until``: no field there ends a label by itself
=====================  ======================================================
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from toguna.core.labels import Label
from toguna.core.time import format_time

# Strictest first. TLP 2.0 (FIRST, August 2022) s3; CLEAR is never derived: there is no label
# that lets the world read, since publication is an act of a person.
_TLP: Final = ("TLP:RED", "TLP:AMBER+STRICT", "TLP:AMBER", "TLP:GREEN")


def to_tlp(label: Label, community: Collection[str] = ()) -> str:
    """The nearest Traffic Light Protocol 2.0 marking that is not wider than the label.

    ====================================================  ================
    the label                                             TLP 2.0
    ====================================================  ================
    nobody but the owner                                  TLP:RED
    readers, and no one else                              TLP:AMBER+STRICT
    readers who may pass it on to some                    TLP:AMBER
    readers and onward together make the whole community  TLP:GREEN
    ====================================================  ================

    ``community`` is the parties other than the owner; without it nothing is GREEN. If
    ``handling`` is itself a TLP marking, the stricter of the two is returned.
    """
    if not label.to:
        derived = 0
    elif community and set(community) <= {*label.to, *label.onward}:
        derived = 3
    else:
        derived = 2 if label.onward else 1
    marked = (label.handling or "").upper()
    return _TLP[min(derived, _TLP.index(marked))] if marked in _TLP else _TLP[derived]


STANAG_POLICY: Final = "urn:toguna:originator-control:1"
"""Our policy identifier where the owner has not said under which of its own it marks."""


def to_stanag(
    label: Label, owner: str, at_us: int, *, policy: str = STANAG_POLICY
) -> dict[str, Any]:
    """The label as the fields of a STANAG 4774 originator confidentiality label.

    Keys are that schema's element names; the table above says where each comes from.

    :raises BadInput: ``at_us`` or ``until`` is outside the years 1900..2200.
    """
    tlp = to_tlp(label)
    mark = "ORIGINATOR CONTROLLED" + ("" if label.onward else "; NO ONWARD RELEASE")
    fields: dict[str, Any] = {
        "ConfidentialityInformation": {
            "PolicyIdentifier": policy,
            "Classification": label.handling or tlp,
            "PrivacyMark": mark,
            "Category": _categories(label, owner, tlp),
        },
        "OriginatorID": owner,
        "CreationDateTime": format_time(at_us),
    }
    if label.until is not None:
        fields["ReviewDateTime"] = format_time(label.until)
    return fields


def _categories(label: Label, owner: str, tlp: str) -> list[dict[str, Any]]:
    """The Category elements that have a value.

    PERMISSIVE: one of the values must fit; RESTRICTIVE: all must; INFORMATIVE: none decides.
    """
    until = None if label.until is None else format_time(label.until)
    rows: tuple[tuple[str, str, tuple[str, ...]], ...] = (
        ("PERMISSIVE", "Releasable To", (owner, *label.to)),
        ("PERMISSIVE", "Onward Releasable To", label.onward),
        ("RESTRICTIVE", "Purpose", _one(label.purpose)),
        ("RESTRICTIVE", "Retention Days", _one(label.keep_days)),
        ("RESTRICTIVE", "Precision Metres", _one(label.precision_m)),
        ("RESTRICTIVE", "Source Shield", _one(True if label.source_shield else None)),
        ("RESTRICTIVE", "Until", _one(until)),
        ("INFORMATIVE", "TLP", (tlp,)),
    )
    return [
        {"Type": kind, "TagName": name, "GenericValue": list(values)}
        for kind, name, values in rows
        if values
    ]


def _one(value: str | int | None) -> tuple[str, ...]:
    if value is None:
        return ()
    return ("true",) if value is True else (str(value),)
