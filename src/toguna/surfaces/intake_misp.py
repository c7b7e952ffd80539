"""MISP JSON: each event becomes one report; what it tells of persons does not come in.

====================================  ==================================================
in MISP                               here
====================================  ==================================================
Event: ``info``, ``date``, ``Orgc``   title and text, the day, the source
object ``geolocation``                the place
tags ``tlp:``, ``admiralty-scale:``   the marking, grade and credibility
attributes made for persons           kept out, one by one
objects made for persons              kept out, each with all its attributes
other attributes, galaxies            left out, counted
====================================  ==================================================

Only ``info`` is taken as text. Comments and text attributes of an event are written for
analysts of networks, often with names in them, and say little here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from toguna.core.time import DAY_US
from toguna.domains.intake import KeptOut, Reason
from toguna.domains.sharing import Report
from toguna.errors import BadInput
from toguna.surfaces.intake_persons import Persons, any_mark, mark_of, one_line, plain
from toguna.surfaces.intake_reading import (
    CATEGORIES,
    Place,
    Read,
    Taken,
    count,
    metres,
    moment,
    objects,
    point,
)

PERSON_TYPES: Final = frozenset(
    "first-name middle-name last-name full-name date-of-birth place-of-birth gender "
    "passport-number passport-country passport-expiration redress-number nationality "
    "visa-number issue-date-of-the-visa primary-residence country-of-residence "
    "special-service-request frequent-flyer-number travel-details payment-details "
    "place-port-of-original-embarkation place-port-of-clearance "
    "place-port-of-onward-foreign-destination passenger-name-record-locator-number "
    "identity-card-number target-user target-email target-location phone-number "
    "whois-registrant-name whois-registrant-email whois-registrant-phone "
    "dns-soa-email prtn iban bic aba-rtn cc-number bank-account-nr btc xmr dash".split()
)
"""Attribute types of MISP that hold something of a person, or lead to one."""
ACCOUNT_TYPES: Final = frozenset(
    "email email-src email-dst email-reply-to email-src-display-name email-dst-display-name "
    "eppn jabber-id twitter-id github-username github-organisation".split()
)
PERSON_CATEGORIES: Final = frozenset({"person", "social network", "targeting data"})
_PERSON_OBJECTS: Final = (
    "person", "passport", "victim", "employee", "identity", "phone", "telecom", "user-account",
    "facial", "biometric", "fingerprint", "legal-entity", "organization-member", "social",
)  # fmt: skip
_TAG: Final = re.compile(r"([a-z-]+):([a-z-]+)=\"([a-f1-6])\"")
_MOST_TEXT: Final = 19_000


def read_misp(value: Any) -> Read:
    """Understand a file of MISP events. :raises BadInput: it holds none."""
    taken: list[Taken] = []
    kept_out: list[KeptOut] = []
    left_out: dict[str, int] = {}
    events = list(_events(value))
    persons = Persons()
    for event in events:
        kept_out += _persons_of(event, persons, left_out)
    for event in events:
        report = _report(event, persons)
        if report is None:
            count(left_out, "without a time")
        else:
            taken.append(report)
    return Read("MISP", taken, kept_out, left_out)


def is_misp(value: Any) -> bool:
    """Whether this looks like what MISP exports."""
    if isinstance(value, list):
        return bool(value) and isinstance(value[0], dict) and "Event" in value[0]
    return isinstance(value, dict) and ("Event" in value or "response" in value)


def _events(value: Any) -> Iterator[dict[str, Any]]:
    shell = value.get("response", value) if isinstance(value, dict) else value
    for one in objects(shell if isinstance(shell, list) else [shell], "response"):
        event = one.get("Event", one)
        if not isinstance(event, dict) or "info" not in event:
            raise BadInput("an entry of the file is no MISP event", remedy="export it as MISP JSON")
        yield event


def _persons_of(
    event: Mapping[str, Any], persons: Persons, left_out: dict[str, int]
) -> Iterator[KeptOut]:
    """What of an event describes persons; learns their names on the way, counts the rest."""
    for attribute in objects(event.get("Attribute", []), "Attribute"):
        if reason := _attribute_reason(attribute):
            persons.learn(attribute.get("value"))
            yield _kept_out(attribute, reason)
        else:
            count(left_out, "attribute")
    for held in objects(event.get("Object", []), "Object"):
        inside = list(objects(held.get("Attribute", []), "Attribute"))
        name = str(held.get("name", "")).lower()
        if any(word in name for word in _PERSON_OBJECTS):
            for attribute in inside:
                persons.learn(attribute.get("value"))
            yield _kept_out(held, "person")
            continue
        for attribute in inside:
            if reason := _attribute_reason(attribute):
                persons.learn(attribute.get("value"))
                yield _kept_out(attribute, reason)
        if name != "geolocation":
            count(left_out, "object")
    for galaxy in objects(event.get("Galaxy", []), "Galaxy"):
        count(left_out, "galaxy")
        if str(galaxy.get("type", "")).lower() in ("threat-actor", "target-information"):
            for cluster in objects(galaxy.get("GalaxyCluster", []), "GalaxyCluster"):
                yield from _actor(cluster, persons)


def _actor(cluster: Mapping[str, Any], persons: Persons) -> Iterator[KeptOut]:
    """A cluster that says that it is one person."""
    meta = cluster.get("meta")
    said = str(meta.get("cfr-type-of-incident", meta)).lower() if isinstance(meta, dict) else ""
    if "individual" in said:
        persons.learn(cluster.get("value"))
        yield _kept_out(cluster, "actor")


def _attribute_reason(attribute: Mapping[str, Any]) -> Reason | None:
    kind = str(attribute.get("type", "")).lower()
    if kind in ACCOUNT_TYPES:
        return "account"
    if kind in PERSON_TYPES or str(attribute.get("category", "")).lower() in PERSON_CATEGORIES:
        return "person_field"
    relation = str(attribute.get("object_relation", "")).lower()
    return "person_field" if relation in PERSON_TYPES else None


def _kept_out(one: Mapping[str, Any], reason: Reason) -> KeptOut:
    return KeptOut(mark=mark_of(str(one.get("uuid", ""))), reason=reason)


def _report(event: Mapping[str, Any], persons: Persons) -> Taken | None:
    day = moment(event.get("date"))
    if day is None:
        return None
    title, text = one_line(event.get("info")), plain(event.get("info"), _MOST_TEXT)
    tags = [str(t.get("name", "")).lower() for t in objects(event.get("Tag", []), "Tag")]
    place = _place(event)
    name = persons.clean(place.name) if place.name else None
    org = event.get("Orgc", event.get("Org"))
    maker = persons.clean(one_line(org.get("name"), 180)) if isinstance(org, dict) else ""
    body = Report(
        category=_category(tags),  # type: ignore[arg-type]
        credibility=int(_scale(tags, "information-credibility") or 6),
        date_precision="day",
        from_us=day - day % DAY_US,
        grade=(_scale(tags, "source-reliability") or "f").upper(),  # type: ignore[arg-type]
        lat_e7=place.lat_e7,
        lon_e7=place.lon_e7,
        place_name=name,
        radius_m=place.radius_m,
        source=f"MISP: {maker}"[:200] if maker else "MISP",
        text=persons.clean(text) or "MISP",
        title=persons.clean(title)[:200] or "MISP",
        to_us=day - day % DAY_US,
        where_precision=place.precision,  # type: ignore[arg-type]
    )
    cleaned = (body.title, body.text, name) != (title or "MISP", text or "MISP", place.name)
    marking = next((t.upper() for t in tags if t.startswith("tlp:") and len(t) < 40), None)
    return Taken(any_mark(str(event.get("uuid", ""))), body, marking, cleaned)


def _scale(tags: list[str], scale: str) -> str:
    """The Admiralty grade in a tag like ``admiralty-scale:source-reliability="b"``."""
    for tag in tags:
        found = _TAG.fullmatch(tag)
        if found and found[1] == "admiralty-scale" and found[2] == scale:
            grade = found[3]
            if (scale == "source-reliability") == grade.isalpha():
                return grade
    return ""


def _category(tags: list[str]) -> str:
    return next((c for c in CATEGORIES if c in tags or f"category:{c}" in tags), "other")


def _place(event: Mapping[str, Any]) -> Place:
    """The place of an event's only geolocation object; its address is not read."""
    held = [h for h in objects(event.get("Object", []), "Object") if h.get("name") == "geolocation"]
    if len(held) != 1:
        return Place()
    said = {
        str(a.get("object_relation", a.get("type", ""))): a.get("value")
        for a in objects(held[0].get("Attribute", []), "Attribute")
    }
    name = one_line(said.get("city")) or None
    found = point(said.get("latitude"), said.get("longitude"))
    if found is not None:
        return Place(*found, metres(said.get("accuracy-radius")), name)
    for field in ("region", "country"):
        if text := one_line(said.get(field)):
            return Place(name=name or text, precision=field)
    return Place(name=name, precision="area") if name else Place()
