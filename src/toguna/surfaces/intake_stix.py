"""STIX 2.1 bundles: incidents, events, sightings and reports come in; persons do not.

=========================================  =============================================
in the bundle                              here
=========================================  =============================================
incident, event, sighting, report          a report at home, graded F and by ``confidence``
location                                   the place of what is ``located-at`` it
identity of an organisation or group       the source's name, where it made the object
identity of a person, or of no class       kept out
threat-actor of ``resource_level``         kept out
``individual``
accounts, addresses, custom persons        kept out
a sighting of one of these                 kept out
everything else                            left out, counted by type
=========================================  =============================================

Clauses are those of STIX 2.1 (OASIS Standard, 10 June 2021).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from toguna.domains.intake import KeptOut, Reason
from toguna.domains.sharing import Report
from toguna.errors import BadInput
from toguna.surfaces.intake_persons import Persons, any_mark, mark_of, one_line, plain, texts
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

EVENTS: Final = frozenset({"incident", "event", "sighting", "report"})
ACCOUNTS: Final = frozenset({"user-account", "email-addr", "email-message"})
GROUPS: Final = frozenset({"organization", "group", "class", "system"})  # s10.7
KNOWN: Final = frozenset(
    "attack-pattern campaign course-of-action grouping indicator infrastructure intrusion-set "
    "language-content location malware malware-analysis marking-definition note observed-data "
    "opinion relationship threat-actor tool vulnerability identity artifact file url "
    "domain-name ipv4-addr ipv6-addr network-traffic".split()
)
"""Types that are counted by name; a type that nobody knows may be named after anybody."""
_PERSON_WORDS: Final = ("person", "individual", "victim", "suspect", "employee", "passport")
_SCALE: Final = ((80, 1), (60, 2), (40, 3), (20, 4))
_REGIONS: Final = {"administrative_area": "region", "region": "region", "country": "country"}


def read_stix(bundle: Mapping[str, Any]) -> Read:
    """Understand a bundle. :raises BadInput: it is none, or of STIX 2.0."""
    if bundle.get("spec_version") == "2.0":
        raise BadInput("this is STIX 2.0", remedy="export it as STIX 2.1")
    there = list(objects(bundle.get("objects", []), "objects"))
    persons, kept_out = Persons(), []
    hidden: set[str] = set()
    for one in there:
        if reason := _reason(one):
            persons.note(one)
            hidden.add(_id(one))
            kept_out.append(_kept_out(one, reason))
    rest = [one for one in there if _reason(one) is None and _id(one) not in hidden - {""}]
    reading = _Reading(rest, hidden, persons)
    taken: list[Taken] = []
    left_out: dict[str, int] = {}
    newest = {_id(one): one for one in sorted(rest, key=_modified)}
    for one in newest.values():
        if not _id(one):
            count(left_out, "without an id")
        elif _type(one) not in EVENTS:
            count(left_out, _type(one) if _type(one) in KNOWN else "other")
        elif one.get("sighting_of_ref") in hidden:
            kept_out.append(_kept_out(one, "about_person"))
        elif one.get("revoked") is True:
            count(left_out, "revoked")
        else:
            report = reading.report(one)
            if report is None:
                count(left_out, "without a time")
            else:
                taken.append(report)
    return Read("STIX 2.1", taken, kept_out, left_out)


def _type(one: Mapping[str, Any]) -> str:
    return str(one.get("type", ""))


def _id(one: Mapping[str, Any]) -> str:
    return str(one.get("id", ""))


def _modified(one: Mapping[str, Any]) -> str:
    return str(one.get("modified", one.get("created", "")))


def _reason(one: Mapping[str, Any]) -> Reason | None:
    """Why an object describes a person; None when it does not."""
    kind = _type(one).lower()
    if kind == "identity":  # s4.5
        known = str(one.get("identity_class", "unknown")).lower()
        if known in GROUPS:
            return None
        return "person" if known == "individual" else "unknown_identity"
    if kind in ("threat-actor", "intrusion-set"):  # s10.18, attack resource level
        return "actor" if one.get("resource_level") == "individual" else None
    if kind in ACCOUNTS:
        return "account"
    return "person" if any(word in kind for word in _PERSON_WORDS) else None


def _kept_out(one: Mapping[str, Any], reason: Reason) -> KeptOut:
    return KeptOut(mark=mark_of(_id(one)), reason=reason)


class _Reading:
    """Making reports of one bundle's objects."""

    def __init__(self, there: list[dict[str, Any]], hidden: set[str], persons: Persons) -> None:
        self._persons = persons
        self._hidden = hidden
        self._by_id = {_id(one): one for one in there}
        self._located = {
            str(r.get("source_ref")): str(r.get("target_ref"))
            for r in there
            if _type(r) == "relationship" and r.get("relationship_type") == "located-at"
        }

    def report(self, one: Mapping[str, Any]) -> Taken | None:
        """The report of an object; None when it says no time at all."""
        begin = next((at for at in map(moment, _times(one)) if at is not None), None)
        if begin is None:
            return None
        ends = ("last_seen", "end_time", "stop_time")
        end = next((at for name in ends if (at := moment(one.get(name))) is not None), begin)
        title, told = self._title(one), plain(one.get("description"), 19_000)
        clean = self._persons.clean
        place = self._place(one)
        name = clean(place.name) if place.name else None
        source = self._source(one)
        body = Report(
            category=_category(one),
            credibility=_credibility(one.get("confidence")),
            date_precision="moment",
            from_us=begin,
            grade="F",
            lat_e7=place.lat_e7,
            lon_e7=place.lon_e7,
            place_name=name,
            radius_m=place.radius_m,
            source=f"STIX: {clean(source)}"[:200] if source else "STIX",
            text=clean(told or title),
            title=clean(title)[:200],
            to_us=max(begin, end),
            where_precision=place.precision,  # type: ignore[arg-type]
        )
        cleaned = (body.title, body.text, name) != (title, told or title, place.name)
        return Taken(any_mark(_id(one)), body, self._marking(one), cleaned)

    def _title(self, one: Mapping[str, Any]) -> str:
        title = one_line(one.get("name"))
        if not title and _type(one) == "sighting":
            of = self._by_id.get(str(one.get("sighting_of_ref")), {})
            title = f"Sighting: {one_line(of.get('name'), 180)}".rstrip(": ")
        return title or f"STIX {_type(one)}"

    def _place(self, one: Mapping[str, Any]) -> Place:
        """Where it happened: its own point, or the location that it names."""
        own = point(one.get("latitude"), one.get("longitude"))
        if own is not None:
            return Place(*own, metres(one.get("precision")))
        named = [self._located.get(_id(one)), *texts(_listed(one, "where_sighted_refs"))]
        named += texts(_listed(one, "object_refs"))
        places = [p for ref in named if ref and (p := self._by_id.get(ref))]
        places = [p for p in places if _type(p) == "location"]
        # Several places are none: a report that names ten towns happened in no one of them.
        return _location(places[0]) if len({_id(p) for p in places}) == 1 else Place()

    def _source(self, one: Mapping[str, Any]) -> str:
        """Who made the object, when that is no person."""
        maker = self._by_id.get(str(one.get("created_by_ref")), {})
        return one_line(maker.get("name"), 180) if _type(maker) == "identity" else ""

    def _marking(self, one: Mapping[str, Any]) -> str | None:
        """The TLP marking, as the bundle gives it (s7.2.1.4, or TLP 2.0 as an extension)."""
        for ref in texts(_listed(one, "object_marking_refs")):
            marking = self._by_id.get(ref, {})
            name = one_line(marking.get("name"), 40).upper() or _old_tlp(marking)
            if name.startswith("TLP:"):
                return name
        return None


def _listed(one: Mapping[str, Any], name: str) -> list[Any]:
    value = one.get(name)
    return value if isinstance(value, list) else []


def _times(one: Mapping[str, Any]) -> Iterator[Any]:
    for name in ("first_seen", "start_time", "published", "created", "modified"):
        yield one.get(name)


def _location(place: Mapping[str, Any]) -> Place:
    """A location (s4.8). A street is somebody's address, and is not read."""
    name = one_line(place.get("name")) or one_line(place.get("city")) or None
    found = point(place.get("latitude"), place.get("longitude"))
    if found is not None:
        return Place(*found, metres(place.get("precision")), name)
    for field, precision in _REGIONS.items():
        if text := one_line(place.get(field)):
            return Place(name=name or text, precision=precision)
    return Place(name=name, precision="area") if name else Place()


def _category(one: Mapping[str, Any]) -> Any:
    labels = {t.lower() for t in texts(_listed(one, "labels"))}
    return next((c for c in CATEGORIES if c in labels), "other")


def _credibility(confidence: Any) -> int:
    """Admiralty credibility of a confidence from 0 to 100 (appendix A, its fifth scale)."""
    if isinstance(confidence, bool) or not isinstance(confidence, int):
        return 6
    return next(
        (grade for grade, low in ((1, 80), (2, 60), (3, 40), (4, 20)) if confidence >= low), 5
    )


def _old_tlp(marking: Mapping[str, Any]) -> str:
    definition = marking.get("definition")
    tlp = definition.get("tlp") if isinstance(definition, dict) else None
    known = {"white", "green", "amber", "red"}
    return f"TLP:{str(tlp).upper()}" if str(tlp).lower() in known else ""
