"""Sharing between three parties: what is released, what may be written, and the declaration."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.sharing_house import (
    CATALOGUE,
    DAY,
    NOW,
    House,
    draft,
    plain,
    recall,
    report,
    share,
)
from toguna.core.domain import Act
from toguna.core.geo import coarsen, distance_m
from toguna.core.labels import Label
from toguna.core.record import Address, decode
from toguna.domains import sharing
from toguna.domains.sharing import (
    Consent,
    Correction,
    Deleted,
    Event,
    Read,
    Recall,
    Refused,
    Report,
    Request,
    bodies,
    release,
    tables,
)
from toguna.errors import BadInput, TogunaError, Unknown
from toguna.errors import Refused as RefusedError


@pytest.fixture
def house() -> House:
    return House()


# --- release --------------------------------------------------------------------------------


def test_report_when_released_at_10_km_holds_neither_source_nor_point() -> None:
    label = Label(to=("bf",), precision_m=10_000, source_shield=True)
    released = release.release_report(report(evidence=("a" * 64,)), label)
    raw = msgspec.json.encode(released).decode().lower()
    assert 'ansongo"' not in raw
    assert "poste 14" not in raw
    assert "156600000" not in raw
    assert (released.lat_e7, released.lon_e7, released.radius_m) == coarsen(
        156_600_000, 5_000_000, 10_000
    )
    assert released.place_name is None
    assert released.source is None
    assert released.evidence == ()
    assert released.where_precision == "near"
    assert released.title == "Attaque à …"
    assert released.text == "Le marché d'… a été attaqué, selon …. Les Ansongois ont fui."


def test_report_when_released_without_conditions_is_unchanged() -> None:
    assert release.release_report(report(), Label(to=("bf",))) == report()


def test_report_when_a_region_keeps_its_name() -> None:
    region = report(where_precision="region", place_name="Région de Gao")
    assert release.release_report(region, Label(precision_m=10_000)).place_name == "Région de Gao"


def test_report_when_uncertain_already_adds_both_radii() -> None:
    vague = release.release_report(report(radius_m=3_000), Label(precision_m=10_000))
    assert vague.radius_m == 3_000 + coarsen(156_600_000, 5_000_000, 10_000)[2]


@given(
    lat=st.integers(-900_000_000, 900_000_000),
    lon=st.integers(-1_800_000_000, 1_800_000_000),
    radius=st.none() | st.integers(0, 50_000),
    precision=st.integers(1, 1_000_000),
    shield=st.booleans(),
)
def test_release_when_repeated_changes_nothing_and_its_circle_stays_true(
    lat: int, lon: int, radius: int | None, precision: int, shield: bool
) -> None:
    label = Label(to=("bf",), precision_m=precision, source_shield=shield)
    first = report(lat_e7=lat, lon_e7=lon, radius_m=radius)
    once = release.release_report(first, label)
    assert release.release_report(once, label) == once
    assert once.lat_e7 is not None
    assert once.lon_e7 is not None
    assert once.radius_m is not None
    apart = distance_m((lat, lon), (once.lat_e7, once.lon_e7))
    assert apart + (radius or 0) <= once.radius_m or once.radius_m == bodies.FARTHEST_M


def event(**changes: Any) -> Event:
    first: dict[str, Any] = {
        "adm_1": "Gao region",
        "adm_2": "Ansongo cercle",
        "country": "Mali",
        "dataset": "UCDP GED",
        "dataset_id": "12",
        "dataset_version": "24.1",
        "date_end_us": NOW,
        "date_prec": 1,
        "date_start_us": NOW,
        "lat_e7": 156_600_000,
        "lon_e7": 5_000_000,
        "type_of_violence": 3,
        "where_detail": "Ansongo town (near)",
        "where_prec": 1,
        "where_text": "Ansongo town",
    }
    deaths = "a b best civilians high low unknown".split()
    return Event(**{**first, **{f"deaths_{name}": 0 for name in deaths}, **changes})


def test_event_when_released_coarsely_loses_words_that_tell_the_place() -> None:
    near = release.release_event(event(), Label(precision_m=10_000))
    assert (near.dataset_id, near.where_text, near.where_detail) == (None, None, None)
    assert (near.adm_1, near.adm_2) == ("Gao region", "Ansongo cercle")
    far = release.release_event(event(where_prec=4), Label(precision_m=500_000))
    assert (far.adm_1, far.adm_2, far.where_text) == (None, None, None)
    assert release.release_event(near, Label(precision_m=10_000)) == near


@pytest.mark.parametrize(
    ("prec", "name"),
    [
        (3, "Ansongo cercle"),
        (4, "Gao region"),
        (5, "Ansongo town"),
        (6, "Mali"),
        (7, "Ansongo town"),
    ],
)
def test_event_when_placed_to_a_region_has_a_name_and_no_point(
    house: House, prec: int, name: str
) -> None:
    house["ml"].write(draft("event", event(where_prec=prec)), log="home")
    (doc,) = house["ml"].docs(tables.EVENTS)
    (row,) = house["ml"].rows(tables.EVENTS)
    assert {"lat_e7", "lon_e7"}.isdisjoint(doc)
    assert doc["where_name"] == name
    assert row[tables.EVENTS.position("lat_e7")] is None


def test_event_when_placed_near_is_drawn_with_25_km(house: House) -> None:
    house["ml"].write(draft("event", event(where_prec=2)), log="home")
    (doc,) = house["ml"].docs(tables.EVENTS)
    assert (doc["lat_e7"], doc["radius_m"]) == (156_600_000, 25_000)


def test_report_when_of_a_region_has_no_point_in_lists(house: House) -> None:
    house["ml"].write(draft("report", report(where_precision="region")), log="home")
    (doc,) = house["ml"].docs(tables.REPORTS)
    assert "lat_e7" not in doc
    assert house["ml"].rows(tables.REPORTS)[0][tables.REPORTS.position("lat_e7")] is None


def test_report_when_listed_leaves_its_text_out(house: House) -> None:
    house["ml"].write(draft("report", report()), log="home")
    (doc,) = house["ml"].docs(tables.REPORTS)
    assert "text" not in doc
    assert (doc["party"], doc["state"], doc["deaths_best"]) == ("ml", "stated", 9)


# --- what may not be written ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"to_us": NOW - 2 * DAY}, "ends before"),
        ({"lon_e7": None}, "half a place"),
        ({"lat_e7": None, "lon_e7": None, "radius_m": 5}, "radius around no point"),
        ({"deaths_low": 12}, "not in order"),
    ],
)
def test_report_when_it_makes_no_sense_is_refused(
    house: House, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(BadInput, match=said):
        house["ml"].write(draft("report", report(**changes)), log="home")


@pytest.mark.parametrize(
    "body",
    [
        {"lat_e7": 900_000_001},
        {"grade": "G"},
        {"credibility": 7},
        {"evidence": ["xyz"]},
        {"deaths_best": -1},
        {"title": ""},
        {"informer": "somebody"},
    ],
)
def test_body_when_out_of_bounds_is_refused(body: dict[str, Any]) -> None:
    kind = CATALOGUE.kind("sharing.report")
    good = msgspec.to_builtins(report())
    CATALOGUE.author_body(kind, msgspec.json.encode(good))
    with pytest.raises(BadInput):
        CATALOGUE.author_body(kind, msgspec.json.encode(good | body))


def test_report_when_finer_than_its_label_is_not_written_to_the_spine(house: House) -> None:
    with pytest.raises(RefusedError, match="more than its label allows"):
        house["ml"].write(draft("report", report(), "bf", precision_m=10_000))
    with pytest.raises(RefusedError, match="more than its label allows"):
        house["ml"].write(draft("report", report(), "bf", source_shield=True))


ABOUT_OTHERS = {
    "correction": Correction(report=plain(), why="x"),
    "recall": Recall(why="x"),
    "consent": Consent(allowed=True, onto="ne"),
}
ABOUT_OWN = {
    "deleted": Deleted(deleted_at_us=NOW),
    "refused": Refused(why="x"),
    "read": Read(at_us=NOW, office="duty"),
    "request": Request(onto="ne", why="x"),
}


@pytest.mark.parametrize("noun", ABOUT_OTHERS)
def test_owners_acts_when_by_a_holder_are_refused(house: House, noun: str) -> None:
    about = share(house["ml"], "bf")
    with pytest.raises(RefusedError, match="belongs to ml"):
        house["bf"].write(draft(noun, ABOUT_OTHERS[noun], "ml", about=about))


@pytest.mark.parametrize("noun", ABOUT_OWN)
def test_holders_acts_when_by_the_owner_are_refused(house: House, noun: str) -> None:
    about = share(house["ml"], "bf")
    with pytest.raises(RefusedError, match="our own"):
        house["ml"].write(draft(noun, ABOUT_OWN[noun], "bf", about=about))


@pytest.mark.parametrize("noun", ABOUT_OWN)
def test_holders_acts_when_the_owner_cannot_read_them_are_refused(house: House, noun: str) -> None:
    about = share(house["ml"], "bf")
    with pytest.raises(BadInput, match="would not read"):
        house["bf"].write(draft(noun, ABOUT_OWN[noun], "ne", about=about))


@pytest.mark.parametrize("noun", [*ABOUT_OTHERS, *ABOUT_OWN])
@pytest.mark.parametrize("about", [None, "ml/home/0", "nowhere"])
def test_acts_when_about_nothing_on_a_spine_are_refused(
    house: House, noun: str, about: str | None
) -> None:
    body = (ABOUT_OTHERS | ABOUT_OWN)[noun]
    with pytest.raises(BadInput):
        house["ml"].write(draft(noun, body, "bf", about=about))


def test_recall_when_about_nothing_that_exists_is_unknown(house: House) -> None:
    with pytest.raises(Unknown):
        recall(house["ml"], Address("ml", "spine", 7), "bf")


# --- the declaration ------------------------------------------------------------------------


def test_kinds_when_decisive_are_the_ones_that_are_signed() -> None:
    acts = {kind.noun: kind.act for kind in sharing.DOMAIN.kinds if kind.act}
    assert acts == {
        "correction": Act.CORRECT,
        "recall": Act.RECALL,
        "deleted": Act.ACKNOWLEDGE,
        "refused": Act.ACKNOWLEDGE,
        "read": Act.ACKNOWLEDGE,
        "consent": Act.CONSENT,
        "copy": Act.RELEASE,
    }


@pytest.mark.parametrize("kind", sharing.DOMAIN.kinds, ids=lambda k: k.name)
def test_fields_when_walked_are_in_order_ascii_and_explained(kind: Any) -> None:
    source = __import__("inspect").getsource(kind.body)
    for field in msgspec.structs.fields(kind.body):
        assert field.encode_name.isascii()
        after = source.split(f"\n    {field.name}: ", 1)[1].split("\n", 1)[1]
        assert after.lstrip().startswith('"""'), f"{kind.name}.{field.name} has no docstring"


def test_rules_when_given_a_body_of_another_kind_say_so(house: House) -> None:
    for kind in sharing.DOMAIN.kinds:
        if kind.noun in ("deleted", "refused", "read"):
            continue
        with pytest.raises(TogunaError):
            kind.check(draft(kind.noun, Label(), "bf", about="ml/spine/0"), house["ml"])


def test_record_when_encoded_is_canonical(house: House) -> None:
    about = share(house["ml"], "bf")
    assert decode(house["bf"].held[about].raw).kind == "sharing.report/1"
    assert isinstance(house["bf"].body(house["bf"].held[about]), Report)


def test_reference_when_read_names_every_kind_field_list_and_setting() -> None:
    root = Path(__file__).resolve().parents[2]
    page = (root / "docs" / "reference" / "sharing.md").read_text("utf-8")
    for kind in sharing.DOMAIN.kinds:
        part = page.split(f"### {kind.name}: ", 1)[1].split("\n#", 1)[0]
        told = re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE)
        assert told == [f.encode_name for f in msgspec.structs.fields(kind.body)], kind.name
    for projection in sharing.DOMAIN.projections:
        assert f"`{projection.table.name}`" in page
    for name, default in sharing.DOMAIN.settings.items():
        assert f"| `{name}` | `{default}` |" in page
