"""Disputed facts (D3): claims side by side, measured by whoever reads, nothing overwritten."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from tests.alliance import report
from tests.unit.disputes_house import (
    KM_E7,
    LAT,
    LON,
    NORTH,
    SOUTH,
    Scene,
    boundary,
    claim,
    dispute,
    line,
)
from toguna.core.labels import Label
from toguna.core.record import Address, Draft
from toguna.domains.disputes import measure
from toguna.errors import BadInput, Refused, Unknown


@pytest.fixture(scope="module")
def scene():
    return Scene()


@pytest.mark.parametrize("party", ["ml", "bf"])
def test_two_claims_when_shown_stand_side_by_side_with_distance_and_error(scene, party) -> None:
    """Scene 6: 1.6 km inside Algeria by one line, 9.5 km south of the other, 751 m either way."""
    (matter,) = scene.board(party)
    assert (matter.id, matter.kind, matter.parties) == (scene.algiers, "claim", ["ml"])
    algiers, bamako = matter.claims
    assert (algiers.claimant, bamako.claimant) == ("Algérie", "Mali")
    for shown, cited, distance_m, side in (
        (algiers, scene.line_a, 1_600, NORTH),
        (bamako, scene.line_b, 9_500, SOUTH),
    ):
        own, other = shown.measures
        assert (own.boundary, own.cited, other.cited) == (cited, True, False)
        assert own.distance_m == pytest.approx(distance_m, abs=2)
        assert (own.error_m, own.claim_error_m, own.uncertainty_m) == (751, 500, 250)
        assert (own.side, own.certain, own.agrees) == (side, True, "yes")
        assert other.agrees == "no"
    # The places are one: what differs is the line.
    assert (matter.apart_m, matter.apart_error_m) == (0, 1_001)
    assert algiers.measures[1].distance_m == bamako.measures[0].distance_m


def test_two_claims_when_told_leave_one_another_and_every_report_as_it_was(scene) -> None:
    raws: dict[str, bytes] = {}
    for party in ("ml", "bf"):
        node = scene.alliance[party]
        for address in (scene.algiers, scene.bamako, scene.line_a, scene.line_b):
            shown = node.access.show(node.access.actor(party, "analyst"), Address.parse(address))
            assert raws.setdefault(address, shown.raw) == shown.raw
    assert len(set(raws.values())) == 4


def test_board_when_somebody_has_no_claim_is_empty(scene) -> None:
    assert scene.board("ne") == []
    assert scene.board("ml", view="ne") == []
    assert scene.board("bf", matter=scene.bamako)[0].id == scene.algiers
    assert scene.board("bf", matter="ml/spine/99") == []
    with pytest.raises(BadInput):
        scene.board("bf", matter="rubbish")


# Measuring ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("km", "stated_m", "side", "found_side", "certain", "agrees"),
    [
        (2.0, 2_000, SOUTH, SOUTH, True, "yes"),
        (2.0, 2_700, SOUTH, SOUTH, True, "yes"),
        (2.0, 2_800, SOUTH, SOUTH, True, "no"),
        (2.0, 2_000, NORTH, SOUTH, True, "no"),
        (0.3, 300, NORTH, SOUTH, False, "yes"),  # 600 m apart, within 751
        (0.5, 500, NORTH, SOUTH, False, "no"),  # 1,000 m apart
        (2.0, 2_000, "Neverland", SOUTH, True, "cannot tell"),
        (2.0, 2_000, None, SOUTH, True, "yes"),
        (2.0, None, None, SOUTH, True, None),
        (0.0, 0, NORTH, None, False, "yes"),
    ],
)
def test_measure_when_a_claim_is_held_against_a_line(
    km, stated_m, side, found_side, certain, agrees
) -> None:
    found = measure(claim("X", stated_m, side), boundary(km, "L"))
    assert found.distance_m == pytest.approx(km * 1_000, abs=2)
    assert (found.side, found.certain, found.agrees) == (found_side, certain, agrees)
    assert found.foot_lat_e7 == pytest.approx(LAT + km * KM_E7, abs=5)


def test_measure_when_the_line_ends_before_the_place_names_no_side() -> None:
    short = boundary(2.0, "L", parts=(line(2.0)[0][:2],))
    found = measure(claim("X", 2_000, SOUTH, lon_e7=LON + 1_000_000), short)
    assert (found.side, found.certain, found.agrees) == (None, False, "cannot tell")
    assert found.distance_m > 10_000


def test_measure_when_a_line_is_in_parts_takes_the_nearest() -> None:
    parts = (line(9.0)[0], line(3.0)[0], line(-6.0)[0])
    found = measure(claim("X", None, None), boundary(0, "L", parts=parts))
    assert found.distance_m == pytest.approx(3_000, abs=2)


def test_line_when_it_is_far_away_is_measured_only_where_its_author_names_it() -> None:
    scene = Scene()
    far = scene.say("ml", "boundary", boundary(900, "loin"))
    scene.say("ml", "claim", claim("X", None, None), scene.algiers, refs=(far,))
    (matter,) = scene.board("ml")
    measured = [[m.boundary for m in c.measures] for c in matter.claims]
    assert [far in m for m in measured] == [False, False, True]


# Disputes ----------------------------------------------------------------------------------


def test_dispute_when_signed_stands_beside_the_record_that_it_contradicts() -> None:
    scene = Scene()
    assert [w.what for w in scene.ml.looking.waiting(None)] == []
    said = scene.say(
        "bf", "dispute", dispute(version="au sud du tracé A"), scene.algiers, to=("ml",)
    )
    scene.alliance.exchange(2)
    for party in ("ml", "bf"):
        (matter,) = scene.board(party)
        assert [(d.address, d.party, d.about, d.owner) for d in matter.disputes] == [
            (said, "bf", scene.algiers, "ml")
        ]
        assert matter.parties == ["bf", "ml"]
        assert [c.address for c in matter.claims] == [scene.algiers, scene.bamako]
    shown = scene.ml.access.show(scene.ml.access.actor("ml", "duty"), Address.parse(said))
    assert shown.envelope is not None
    assert shown.envelope.sig is not None
    (waiting,) = scene.ml.looking.waiting(frozenset({"analyst"}))
    assert (waiting.what, waiting.about, waiting.party) == ("disputes.answer", said, "bf")
    assert scene.ml.looking.waiting(frozenset({"duty"})) == []
    scene.say("ml", "dispute", dispute("le tracé A est celui de 1983"), said)
    assert scene.ml.looking.waiting(None) == []
    (matter,) = scene.board("ml")
    assert len(matter.disputes) == 2


def test_dispute_when_it_is_about_a_report_is_a_matter_and_leaves_the_report_alone() -> None:
    scene = Scene()
    body = report("Avion abattu", source=None)
    at = scene.ml.submit([Draft("sharing.report/1", body, Label(to=("bf",)))], "duty")[0]
    scene.alliance.exchange(2)
    duty = scene.bf.access.actor("bf", "duty")
    before = scene.bf.access.list(duty, "sharing.report").docs
    scene.say("bf", "dispute", dispute(), str(at), to=("ml",))
    scene.say("bf", "claim", claim("Burkina Faso", None, None), str(at), to=("ml",))
    scene.alliance.exchange(2)
    matter = next(m for m in scene.board("ml") if m.id == str(at))
    assert (matter.kind, matter.title, len(matter.claims)) == ("report", "Avion abattu", 1)
    assert scene.bf.access.list(duty, "sharing.report").docs == before


@pytest.mark.parametrize(
    ("about", "to", "error", "says"),
    [
        ("own", ("ml",), Refused, "is our own"),
        ("claim", ("ne",), BadInput, "ml owns"),
        ("claim", ("ml", "ne"), Refused, "ne does not hold"),
        (None, ("ml",), BadInput, "names no record"),
        ("ml/spine/77", ("ml",), Unknown, "there is no"),
    ],
)
def test_dispute_when_it_may_not_be_is_refused(about, to, error, says) -> None:
    scene = Scene()
    own = scene.say("bf", "claim", claim("BF", None, None), to=("ml",))
    named = {"own": own, "claim": scene.algiers}.get(about, about)
    with pytest.raises(error, match=says):
        scene.say("bf", "dispute", dispute(), named, to=to)


def test_dispute_when_the_record_is_recalled_is_refused() -> None:
    scene = Scene()
    scene.ml.releasing.recall(Address.parse(scene.algiers), "erreur", "duty")
    scene.alliance.exchange(2)
    with pytest.raises(Refused, match="gone"):
        scene.say("bf", "dispute", dispute(), scene.algiers, to=("ml",))


def test_dispute_of_ones_own_record_when_it_comes_from_outside_does_nothing(monkeypatch) -> None:
    """A dishonest node writes what the rule refuses; no board shows it."""
    scene = Scene()
    kind = scene.ml.catalogue.kinds["disputes.dispute/1"]
    monkeypatch.setitem(
        scene.ml.catalogue.kinds, kind.name, replace(kind, check=lambda _draft, _view: None)
    )
    scene.say("ml", "dispute", dispute(), scene.algiers)
    scene.alliance.exchange(2)
    assert scene.board("bf")[0].disputes == []


# Claims and boundaries: what is refused, what leaves ---------------------------------------


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"right": "ALGÉRIE"}, "one name"),
        ({"parts": (((0, 0), (0, 0)),)}, "twice in a row"),
        ({"parts": (((-1_790_000_000, 0), (1_790_000_000, 0)),)}, "antimeridian"),
        ({"parts": (tuple((k, 0) for k in range(3_000)),) * 2}, "6,000 vertices"),
    ],
)
def test_boundary_when_it_cannot_be_drawn_is_refused(changes, says) -> None:
    with pytest.raises(BadInput, match=says):
        Scene().say("ml", "boundary", boundary(1.0, "L", **changes))


def test_claim_when_it_names_a_side_without_a_distance_is_refused() -> None:
    with pytest.raises(BadInput, match="without a distance"):
        Scene().say("ml", "claim", claim("X", None, NORTH))


def test_claim_when_a_reader_does_not_hold_its_boundary_is_refused() -> None:
    scene = Scene()
    with pytest.raises(Refused, match="ne does not hold"):
        scene.say("ml", "claim", claim("X", None, None), to=("ne",), refs=(scene.line_a,))


def test_claim_when_written_straight_to_readers_keeps_to_its_label() -> None:
    scene = Scene()
    with pytest.raises(Refused, match="tells more"):
        scene.say("ml", "claim", claim("X", None, None), precision_m=10_000)
    with pytest.raises(Refused, match="tells more"):
        scene.say("ml", "claim", claim("X", None, None), source_shield=True)


def released(scene: Scene, body: Any, refs: tuple[str, ...] = (), **label: Any) -> Any:
    home = scene.ml.submit([Draft("disputes.claim/1", body, Label(), None, refs)], "analyst")[0]
    address = scene.ml.releasing.release(home, Label(to=("bf",), **label), "analyst")
    shown = scene.ml.access.show(scene.ml.access.actor("ml", "duty"), address)
    assert shown.envelope is not None
    return shown, msgspec.json.decode(shown.envelope.body)


def test_claim_when_released_coarsely_hides_the_place_and_what_would_tell_it() -> None:
    scene = Scene()
    shown, body = released(scene, claim("X", 1_600, NORTH), precision_m=10_000)
    for trace in (b"199500000", b"29000000", b"1600", NORTH.encode()):
        assert trace not in shown.raw
    assert body["error_m"] >= 5_000 + 500
    found = measure(msgspec.convert(body, type(claim("X", None, None))), boundary(0.0, "L"))
    assert found.distance_m <= found.error_m  # the circle still takes in the true place
    assert not found.certain


def test_claim_when_released_with_a_shield_hides_its_source_everywhere() -> None:
    scene = Scene()
    body = claim("X", None, None, source="Poste 14", says="Selon  poste 14, au nord.",
                 evidence=("ab" * 32,))  # fmt: skip
    shown, said = released(scene, body, source_shield=True)
    assert b"oste 14" not in shown.raw
    assert "evidence" not in said
    assert said["says"] == "Selon  …, au nord."


def test_claim_when_released_from_home_still_rests_on_its_boundary() -> None:
    scene = Scene()
    shown, _ = released(scene, claim("X", None, None), refs=(scene.line_a,))
    assert shown.envelope.refs == (scene.line_a,)
    here = [m for m in scene.board("ml") if m.claims[0].claimant == "X"]
    assert [len(m.claims) for m in here] == [1]  # at home and released: one claim
    assert here[0].claims[0].measures[0].cited


def test_claim_when_it_rests_on_another_partys_line_needs_its_word_to_go_on() -> None:
    scene = Scene()
    home = scene.bf.submit(
        [Draft("disputes.claim/1", claim("X", None, None), Label(), None, (scene.line_a,))],
        "analyst",
    )[0]
    with pytest.raises(Refused, match="no onward"):
        scene.bf.releasing.release(home, Label(to=("ne",)), "analyst")


def test_layers_when_drawn_have_points_and_lines(scene) -> None:
    duty = scene.bf.access.actor("bf", "duty")
    points = [msgspec.json.decode(d) for d in scene.bf.access.list(duty, "disputes.claim").docs]
    assert {(p["lat_e7"], p["lon_e7"], p["radius_m"]) for p in points} == {(LAT, LON, 500)}
    lines = [msgspec.json.decode(d) for d in scene.bf.access.list(duty, "disputes.boundary").docs]
    assert all(d["line"] == d["lines"][0] and len(d["line"]) == 3 for d in lines)
    drawn = {x.name: x.drawn_as for x in scene.bf.catalogue.by_name["disputes"].layers}
    assert drawn == {"claims": "point", "boundaries": "line"}
