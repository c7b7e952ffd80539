"""Imports under any input: nothing crashes, nothing is bent, and no person comes through."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tests.alliance import CATALOGUE
from tests.unit.intake_house import attribute, misp, stix, thing
from toguna.errors import BadInput
from toguna.surfaces import intake

KEYS = st.sampled_from(
    "type id name objects identity_class spec_version created first_seen description aliases "
    "latitude longitude precision confidence labels object_refs sighting_of_ref created_by_ref "
    "relationship_type source_ref target_ref resource_level revoked modified response Event info "
    "date uuid Attribute Object Galaxy GalaxyCluster Tag value category Orgc meta".split()
)
WORDS = st.sampled_from(
    "bundle incident sighting report identity individual location relationship located-at person "
    "2026-01-02T03:04:05Z 2026-01-02 2.1 geolocation full-name tlp:red".split()
)
VALUES: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=40,
)
KIND = CATALOGUE.kind("sharing.report")


def read(value: Any) -> Any:
    """What the file would bring; everything in it must be a report that can be written."""
    found = intake.read_file(json.dumps(value).encode())
    for taken in found.taken:
        CATALOGUE.author_body(KIND, msgspec.json.encode(taken.report))
    return found


@given(st.lists(st.dictionaries(KEYS, VALUES, max_size=8), max_size=6))
def test_stix_when_its_objects_are_anything_is_read_or_refused(there) -> None:
    with suppress(BadInput):
        read({"type": "bundle", "objects": there})


@given(st.lists(st.dictionaries(KEYS, VALUES, max_size=8), max_size=4))
def test_misp_when_its_events_are_anything_is_read_or_refused(events) -> None:
    with suppress(BadInput):
        read({"response": [{"Event": event} for event in events]})


NAMES = st.builds(
    "{} {}".format,
    st.text("abcdefghij", min_size=5, max_size=9).map(str.capitalize),
    st.text("klmnopqrst", min_size=5, max_size=9).map(str.capitalize),
)


@given(NAMES, st.text(max_size=60), st.text(max_size=60))
def test_name_when_the_file_has_it_as_a_persons_comes_through_in_no_text(name, a, b) -> None:
    somebody = thing("identity", identity_class="individual", name=name)
    told = thing("incident", name=f"{a} {name} {b}", description=f"{b} {name.upper()} {a} {name}",
                 first_seen="2026-01-02T03:04:05Z")  # fmt: skip
    of_misp = misp(events=3)
    event = of_misp["response"][2]["Event"]
    event["info"] = f"{a} {name} {b}"
    event["Attribute"].append(attribute("full-name", name, "Person"))
    for value in (stix(somebody, told, events=0), of_misp):
        found = read(value)
        assert found.taken
        shown = repr(found).casefold()
        assert name.casefold() not in shown


@given(NAMES)
def test_kept_out_when_written_down_holds_a_reason_and_a_mark_alone(name) -> None:
    somebody = thing("identity", identity_class="individual", name=name, aliases=[name[::-1]])
    (one,) = read(stix(somebody, events=0)).kept_out[3:]
    assert set(msgspec.to_builtins(one)) == {"mark", "reason"}
