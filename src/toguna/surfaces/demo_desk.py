"""The desks of the demonstration: somebody to sit at each, and something that waits for them."""

from __future__ import annotations

import secrets
from typing import Any, Final, NamedTuple

from toguna.core.time import HOUR_US
from toguna.surfaces.client import Client

OFFICES: Final = ("analyst", "duty", "j3", "keeper", "legal", "liaison", "protection")
"""One person holds them all, so that one visitor can try everything, approvals included."""


class Seat(NamedTuple):
    """Who sits at a desk, and the password of this one run."""

    person: str
    password: str


def seat(client: Client) -> Seat:
    """Let one person in at a node for exercises; their password is made anew each time."""
    password = "-".join(secrets.token_hex(2) for _ in range(4))
    person = f"{client.party}-demo"
    offices = [{"office": office, "until_us": None} for office in OFFICES]
    said = {"id": person, "name": "Visiteur / Visitor", "offices": offices, "password": password}
    client.post("/api/people", said, "keeper")
    return Seat(person, password)


def give_work(clients: dict[str, Client]) -> None:
    """An alert to two desks, and a question to each of three."""
    ml, bf, ne = clients["ml"], clients["bf"], clients["ne"]
    alert = {
        "title": "Crue soudaine à Ayorou",
        "title_en": "Flash flood at Ayorou",
        "text": "EXERCICE. Le gué est coupé ; les convois attendent à Labbezanga.",
        "text_en": "EXERCISE. The ford is cut; convoys wait at Labbezanga.",
        "category": "hazard",
        "lat_e7": 147_310_000,
        "lon_e7": 9_170_000,
        "radius_m": 5_000,
    }
    ml.post("/api/alerts/alert", {"body": alert, "label": {"to": ["bf", "ne"]}})
    _ask(bf, "ml", "État de la piste de Gorom-Gorom ?", "The state of the Gorom-Gorom track?")
    _ask(ne, "bf", "Places au centre de santé de Dori ?", "Beds at the health centre of Dori?")
    _ask(ml, "ne", "Débit du fleuve à Niamey ?", "The flow of the river at Niamey?")


def _ask(client: Client, of: str, title: str, english: str) -> None:
    body: dict[str, Any] = {
        "title": title,
        "title_en": english,
        "text": f"EXERCICE. {title}",
        "due_us": client.now() + 6 * HOUR_US,
    }
    client.post("/api/questions/question", {"body": body, "label": {"to": [of]}})
