"""Files to import, made here: events at real towns, and persons who do not exist."""

from __future__ import annotations

import json
import random
import uuid
from typing import Any

NAMES = ("Zébédée Quintalbe", "Ouroumi Fakadène", "Tassilga Worbanka")
"""Invented, and found nowhere else: whatever holds one of these holds a person."""
TRACES = (
    "Zébédée", "Quintalbe", "Ouroumi", "Fakadène", "Tassilga", "Worbanka", "Le Renard Borgne",
    "zq@exemple.test", "+22376123456", "358240051111110", "AB1234567",
)  # fmt: skip
"""Everything of theirs that stands in the files below."""

_rng = random.Random(4)


def new_id(kind: str) -> str:
    return f"{kind}--{uuid.UUID(int=_rng.getrandbits(128), version=4)}"


def thing(kind: str, **more: Any) -> dict[str, Any]:
    base = {
        "type": kind,
        "spec_version": "2.1",
        "id": new_id(kind),
        "created": "2026-02-01T08:00:00.000Z",
        "modified": "2026-02-01T08:00:00.000Z",
    }
    return {**base, **more}


def stix(*more: dict[str, Any], events: int = 20) -> dict[str, Any]:
    """A bundle with three named individuals, and so many incidents that speak of them."""
    persons = [thing("identity", identity_class="individual", name=name) for name in NAMES]
    persons[0]["contact_information"] = "zq@exemple.test"
    persons[1]["aliases"] = ["Le Renard Borgne"]
    house = thing("identity", identity_class="organization", name="Centre de veille")
    town = thing("location", name="Ansongo", latitude=15.6597, longitude=0.5022, precision=5000)
    incidents = [
        thing(
            "incident",
            name=f"Incident {k}",
            description=f"Véhicule brûlé. Vu par {NAMES[k % 3]} ({TRACES[k % 3 + 7]}).",
            first_seen=f"2026-01-{k % 27 + 1:02}T06:30:00Z",
            confidence=75,
            labels=["attack"],
            created_by_ref=house["id"] if k % 2 else persons[0]["id"],
        )
        for k in range(events)
    ]
    places = [
        thing("relationship", relationship_type="located-at", source_ref=one["id"],
              target_ref=town["id"])
        for one in incidents[:5]
    ]  # fmt: skip
    there = [*persons, house, town, *incidents, *places, *more]
    return {"type": "bundle", "id": new_id("bundle"), "objects": there}


def attribute(kind: str, value: str, category: str = "Other", **more: Any) -> dict[str, Any]:
    return {"type": kind, "value": value, "category": category,
            "uuid": new_id("x").partition("--")[2], **more}  # fmt: skip


def misp(events: int = 20) -> dict[str, Any]:
    """As many events as MISP exports, the first three with persons in every shape."""
    place = {
        "name": "geolocation",
        "uuid": new_id("x").partition("--")[2],
        "Attribute": [
            attribute("float", "15.6597", object_relation="latitude"),
            attribute("float", "0.5022", object_relation="longitude"),
            attribute("text", "Ansongo", object_relation="city"),
            attribute("text", "12 rue Zébédée", object_relation="address"),
        ],
    }
    said: list[dict[str, Any]] = [
        {
            "info": f"Attaque {k}" if k else f"Attaque, selon {NAMES[0]}",
            "date": f"2026-01-{k % 27 + 1:02}",
            "uuid": new_id("x").partition("--")[2],
            "Orgc": {"name": "CERT d'essai", "uuid": "1"},
            "Tag": [
                {"name": "tlp:amber"},
                {"name": 'admiralty-scale:source-reliability="b"'},
                {"name": 'admiralty-scale:information-credibility="2"'},
            ],
            "Attribute": [attribute("ip-dst", "192.0.2.7", "Network activity")],
            "Object": [place] if k == 1 else [],
            "Galaxy": [{"type": "threat-actor", "GalaxyCluster": [{"value": "groupe"}]}],
        }
        for k in range(events)
    ]
    said[0]["Object"] = [
        {
            "name": "person",
            "uuid": new_id("x").partition("--")[2],
            "Attribute": [
                attribute("full-name", NAMES[0], "Person"),
                attribute("passport-number", "AB1234567", "Person"),
            ],
        }
    ]
    said[1]["Attribute"] += [
        attribute("full-name", NAMES[1], "Person"),
        attribute("phone-number", "+22376123456"),
    ]
    said[2]["Attribute"] += [attribute("email-src", "zq@exemple.test", "Payload delivery")]
    return {"response": [{"Event": event} for event in said]}


def as_bytes(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
