"""Imports (B8): events come in, persons stay out, and nothing of them is stored anywhere."""

from __future__ import annotations

import copy
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.alliance import CATALOGUE
from tests.unit.cli_house import done, make, toguna
from tests.unit.intake_house import NAMES, TRACES, as_bytes, misp, new_id, stix, thing
from tests.unit.serving_house import Web
from toguna.errors import BadInput
from toguna.surfaces import intake
from toguna.surfaces.intake_persons import Persons, mark_of
from toguna.surfaces.intake_reading import MOST_BYTES


def no_trace_in(data: bytes) -> None:
    for trace in TRACES:
        assert trace.encode() not in data, trace
        assert json.dumps(trace).strip('"').encode() not in data, trace


# The row of B8 ---------------------------------------------------------------------------


@pytest.mark.parametrize(("made", "form"), [(stix, "STIX 2.1"), (misp, "MISP")])
def test_file_when_imported_brings_its_events_and_none_of_its_persons(
    tmp_path: Path, made: Any, form: str, caplog: Any
) -> None:
    home, file = make(tmp_path, "ml"), tmp_path / "file.json"
    file.write_bytes(as_bytes(made()))
    preview = done("intake", home, file, "--preview", "--json")
    assert (preview.json["format"], preview.json["new"]) == (form, 20)
    assert done("list", home, "sharing.report", "--json").json["items"] == []
    taken = done("intake", home, file, "--json")
    assert (taken.json["new"], len(taken.json["addresses"])) == (20, 21)
    reasons = sorted(one["reason"] for one in taken.json["kept_out"])
    wanted = {
        "STIX 2.1": ["person"] * 3,
        "MISP": ["account", "person", "person_field", "person_field"],
    }
    assert reasons == wanted[form]
    rows = done("list", home, "sharing.report", "--limit", "0", "--json").json["items"]
    assert len(rows) == 20
    for answer in (preview, taken, done("intake", home, file), done("doctor", home, "--json")):
        no_trace_in((answer.out + answer.err).encode())
    no_trace_in(caplog.text.encode())
    stored = [p for p in home.rglob("*") if p.is_file()]
    assert any(p.suffix in (".db", ".sqlite", ".sqlite3") or "sqlite" in p.name for p in stored)
    for path in stored:  # the database, its write-ahead log, everything else in the folder
        no_trace_in(path.read_bytes())


def test_file_when_it_comes_twice_brings_nothing_twice() -> None:
    web = Web()
    bundle = stix()
    assert accept(web, bundle)["new"] == 20
    again = accept(web, bundle)
    assert (again["new"], again["already"]) == (0, 20)
    # A later file with half of them, and two more.
    grown = {**bundle, "objects": [*bundle["objects"][:15], *stix(events=2)["objects"]]}
    third = accept(web, grown)
    assert (third["new"], third["already"]) == (2, 10)
    assert len(web.get("/api/sharing/report?limit=1000")["items"]) == 22
    told = web.get("/api/intake/import")["items"]
    assert [(one["taken"], one["already"]) for one in told] == [(2, 10), (0, 20), (20, 0)]


def ask(web: Web, value: Any, status: int = 200, **query: Any) -> Any:
    text = "&".join(f"{k}={v}" for k, v in query.items())
    data = value if isinstance(value, bytes) else as_bytes(value)
    return web.post(f"/api/intake?{text}" if text else "/api/intake", data, status=status)


def accept(web: Web, value: Any, **query: Any) -> Any:
    digest = sha256(value if isinstance(value, bytes) else as_bytes(value)).hexdigest()
    return ask(web, value, accept="yes", digest=digest, **query)


def test_import_when_accepted_releases_nothing_and_keeps_the_label() -> None:
    web = Web()
    said = accept(web, stix(), keep_days=30)
    for address in said["addresses"]:
        assert address.startswith("ml/home/")
    assert web["ml"].spine.size == 0
    shown = web.get(f"/api/records/{said['addresses'][0]}")
    assert shown["record"]["label"] == {"keep_days": 30}
    told = web.get(f"/api/records/{said['addresses'][-1]}")["record"]
    assert told["kind"] == "intake.import/1"
    assert [set(one) for one in told["body"]["kept_out"]] == [{"mark", "reason"}] * 3


def test_import_when_it_is_another_file_than_the_preview_is_refused() -> None:
    web = Web()
    digest = ask(web, stix())["digest"]
    told = ask(web, stix(), 409, accept="yes", digest=digest)
    assert "previewed" in told["what"]
    assert web.get("/api/sharing/report")["items"] == []


def test_record_of_an_import_when_it_names_readers_is_refused() -> None:
    web = Web()
    body = {"already": 0, "cleaned": 0, "digest": "0" * 64, "format": "MISP", "kept_out": [],
            "left_out": {}, "taken": []}  # fmt: skip
    said = web.post("/api/intake/import", {"body": body, "label": {"to": ["bf"]}}, status=403)
    assert "nobody else's business" in said["what"]


# What becomes of what -----------------------------------------------------------------------


def read(*things: dict[str, Any], events: int = 0) -> Any:
    return intake.read_file(as_bytes(stix(*things, events=events)))


def incident(**more: Any) -> dict[str, Any]:
    return thing("incident", name="Pont coupé", first_seen="2026-01-02T03:04:05Z", **more)


def test_incident_when_read_keeps_time_place_category_and_confidence() -> None:
    town = thing("location", name="Gao", latitude=16.2717, longitude=-0.0447, precision=1500.2)
    one = incident(confidence=85, labels=["infrastructure"], last_seen="2026-01-03T00:00:00Z")
    there = thing("relationship", relationship_type="located-at", source_ref=one["id"],
                  target_ref=town["id"])  # fmt: skip
    (taken,) = read(town, one, there).taken
    report = taken.report
    assert (report.category, report.credibility, report.grade) == ("infrastructure", 1, "F")
    assert (report.lat_e7, report.lon_e7, report.radius_m) == (162_717_000, -447_000, 1_501)
    assert (report.place_name, report.where_precision) == ("Gao", "exact")
    assert report.to_us - report.from_us == 75_355_000_000
    assert not taken.cleaned


@pytest.mark.parametrize(
    ("confidence", "credibility"),
    [(100, 1), (80, 1), (79, 2), (60, 2), (40, 3), (20, 4), (19, 5), (0, 5), (None, 6), ("x", 6)],
)
def test_confidence_when_read_is_an_admiralty_grade(confidence, credibility) -> None:
    one = incident() if confidence is None else incident(confidence=confidence)
    assert read(one).taken[0].report.credibility == credibility


def test_places_when_there_are_several_are_no_place() -> None:
    towns = [thing("location", name=n, latitude=1.5, longitude=1.5) for n in ("A", "B")]
    one = thing("report", name="Semaine", published="2026-01-02T00:00:00Z",
                object_refs=[t["id"] for t in towns])  # fmt: skip
    report = read(*towns, one).taken[0].report
    assert (report.lat_e7, report.place_name) == (None, None)


def test_place_when_it_is_a_country_is_drawn_nowhere_and_a_street_is_not_read() -> None:
    land = thing("location", country="ml", street_address="12 rue du Fleuve")
    one = thing("sighting", sighting_of_ref=new_id("malware"), where_sighted_refs=[land["id"]],
                first_seen="2026-01-02T00:00:00Z")  # fmt: skip
    report = read(land, one).taken[0].report
    assert (report.place_name, report.where_precision, report.lat_e7) == ("ml", "country", None)
    assert "rue" not in repr(report)


@pytest.mark.parametrize(
    ("described", "reason"),
    [
        (thing("identity", identity_class="individual", name="X Y"), "person"),
        (thing("identity", name="X Y"), "unknown_identity"),
        (thing("identity", identity_class="unknown", name="X Y"), "unknown_identity"),
        (thing("threat-actor", name="X Y", resource_level="individual"), "actor"),
        (thing("user-account", user_id="xy"), "account"),
        (thing("email-addr", value="x@y.test"), "account"),
        (thing("x-acme-person-of-note", name="X Y"), "person"),
        (thing("x-missing-persons", name="X Y"), "person"),
    ],
)
def test_object_when_it_describes_a_person_is_kept_out_with_its_reason(described, reason) -> None:
    found = read(described, incident())
    assert [one.reason for one in found.kept_out[3:]] == [reason]
    assert len(found.taken) == 1


def test_sighting_when_it_is_of_a_person_is_kept_out() -> None:
    somebody = thing("identity", identity_class="individual", name=NAMES[0])
    seen = thing("sighting", sighting_of_ref=somebody["id"], first_seen="2026-01-02T00:00:00Z",
                 description="au marché")  # fmt: skip
    found = read(somebody, seen)
    assert [one.reason for one in found.kept_out[3:]] == ["person", "about_person"]
    assert found.taken == []


def test_groups_and_other_things_when_read_are_left_out_and_counted() -> None:
    odd = thing("x-whatever-it-is-called", name="?")
    found = read(thing("malware", name="M"), thing("threat-actor", name="G"), odd, incident())
    assert found.left_out["malware"] == 1
    assert found.left_out["threat-actor"] == 1
    assert found.left_out["other"] == 1  # its type may be named after anybody
    assert "x-whatever-it-is-called" not in found.left_out


def test_object_when_it_has_no_time_or_no_id_or_was_revoked_is_left_out() -> None:
    bare = {"type": "incident", "id": new_id("incident"), "name": "quand ?"}
    nameless = {k: v for k, v in incident().items() if k != "id"}
    found = read(bare, nameless, incident(revoked=True))
    assert found.taken == []
    assert {k: found.left_out[k] for k in ("without a time", "without an id", "revoked")} == {
        "without a time": 1, "without an id": 1, "revoked": 1,
    }  # fmt: skip


def test_object_when_it_stands_there_in_two_versions_comes_once_in_the_newest() -> None:
    old = incident()
    new = {**old, "name": "Pont rouvert", "modified": "2026-03-01T00:00:00Z"}
    assert [t.report.title for t in read(new, old).taken] == ["Pont rouvert"]


# Words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (f"Vu par {NAMES[0]}.", "Vu par …."),
        ("vu par zébédée   QUINTALBE", "vu par …"),
        ("Quintalbe a parlé", "… a parlé"),
        ("le quintalbe est un outil", "le quintalbe est un outil"),
        ("Zébédée-Quintalbe", "…"),
        ("Surquintalbe", "Surquintalbe"),
        ("écrire à a.b+c@d-e.test demain", "écrire à … demain"),
        ("appeler le +223 76 12 34 56 !", "appeler le … !"),
        ("IMEI 358240051111110", "IMEI …"),
        ("le 12/01/2026 à 06:30, 15.6597", "le 12/01/2026 à 06:30, 15.6597"),
    ],
)
def test_text_when_it_names_a_person_of_the_file_is_cleaned(text, clean) -> None:
    persons = Persons()
    persons.learn(NAMES[0])
    assert persons.clean(text) == clean


def test_text_when_a_name_stands_nowhere_as_a_person_is_not_known() -> None:
    """The limit that the page states: what only a text says, nobody here can know."""
    assert "Inconnu" in read(incident(description="Vu par Inconnu Anonyme.")).taken[0].report.text


def test_many_names_when_cleaned_cost_no_more_than_the_text_is_long() -> None:
    persons = Persons()
    for k in range(20_000):
        persons.learn(f"Nom{k} Prenom{k}")
    text = "Un texte ordinaire sans personne. " * 500 + "Nom7 Prenom7"
    assert persons.clean(text).endswith("personne. …")


@pytest.mark.parametrize(
    ("id_", "marked"),
    [
        ("identity--0b6b5b4e-0000-4000-8000-000000000000", True),
        ("email-addr--0b6b5b4e-0000-5000-8000-000000000000", False),  # made of the address
        ("identity--zebedee-quintalbe", False),
        ("", False),
    ],
)
def test_mark_when_the_id_could_tell_something_is_not_made(id_, marked) -> None:
    assert (mark_of(id_) is not None) == marked


# Bounds --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff\xfe", "not"),
        (b"[]", "neither"),
        (b'{"type":"indicator"}', "neither"),
        (b'{"type":"bundle","type":"bundle"}', "twice"),
        (b'{"type":"bundle","spec_version":"2.0"}', "2.0"),
        (b'{"type":"bundle","objects":{}}', "no list"),
        (b'{"type":"bundle","objects":' + b"[" * 60 + b"]" * 60 + b"}", "deeper"),
        (b"[" * 100_000, "deeper"),
        (b'{"type":"bundle","objects":[' + b"{}," * 10_001 + b"{}]}", "at most 10,000"),
        (b'{"Event":{"name":"x"}}', "no MISP event"),
        (b'{"response":[{"Event":7}]}', "no MISP event"),
        (b" " * (MOST_BYTES + 1), "at most"),
    ],
)
def test_file_when_it_is_odd_is_refused_without_a_word_of_it(data, says) -> None:
    with pytest.raises(BadInput, match=says):
        intake.read_file(data)


@pytest.mark.parametrize("kind", ["latitude", "precision", "confidence", "name", "first_seen"])
@pytest.mark.parametrize("value", [None, True, [], {}, -1e300, "9" * 400, "\ud800", 10**400])
def test_field_when_it_is_rubbish_spoils_no_more_than_itself(kind: str, value: Any) -> None:
    town = thing("location", name="A", latitude=1.0, longitude=1.0)
    one = incident()
    (town if kind in town or kind == "precision" else one)[kind] = value
    there = thing("relationship", relationship_type="located-at", source_ref=one["id"],
                  target_ref=town["id"])  # fmt: skip
    data = json.dumps(stix(town, one, there, events=1)).encode()
    found = intake.read_file(data)
    assert len(found.taken) in (1, 2)
    kind_ = CATALOGUE.kind("sharing.report")
    for taken in found.taken:  # what was made of it can be written
        CATALOGUE.author_body(kind_, msgspec.json.encode(taken.report))


def test_error_when_a_file_is_odd_names_nobody(tmp_path: Path) -> None:
    home, file = make(tmp_path, "ml"), tmp_path / "file.json"
    bundle = stix()
    bundle["objects"].append({"type": "bundle", NAMES[0]: {NAMES[1]: 1}})
    odd = as_bytes(bundle).replace(b'"type": "bundle", "id"', b'"type": "bundle", "type": 1, "id"')
    for data in (odd, as_bytes(copy.deepcopy(bundle))[:-9]):
        file.write_bytes(data)
        answer = toguna("intake", home, file)
        assert answer.code == 2
        no_trace_in((answer.out + answer.err).encode())


def test_misp_when_read_keeps_place_grade_and_marking() -> None:
    found = intake.read_file(as_bytes(misp()))
    report = found.taken[1].report
    assert (report.lat_e7, report.lon_e7, report.place_name) == (156_597_000, 5_022_000, "Ansongo")
    assert (report.grade, report.credibility, report.source) == ("B", 2, "MISP: CERT d'essai")
    assert found.taken[0].report.title == "Attaque, selon …"
    assert {t.handling for t in found.taken} == {"TLP:AMBER"}
    assert found.left_out == {"attribute": 20, "galaxy": 20}
