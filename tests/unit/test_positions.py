"""Streams of positions in memory: who sees what, how coarse, and what may not be in them."""

from __future__ import annotations

import msgspec
import pytest

from toguna.core.geo import coarsen, distance_m
from toguna.core.labels import Label
from toguna.errors import BadInput, Refused
from toguna.node import positions as p
from toguna.node.positions import Frame, Position, Positions, check_id, check_label, check_symbol

NOW = 1_800_000_000_000_000
SECOND = 1_000_000
MINUTE = 60 * SECOND
TO_BF = Label(to=("bf",))
FRIEND = "13031000141211000000"


def at(id_="LION 21", *, lat=156_597_000, lon=5_022_000, us=NOW, **more) -> Position:
    return Position(id_, lat, lon, us, **more)


def shown(positions, party, *, now=NOW, active=True) -> dict[str, Frame]:
    """The frames that a party sees, read back."""
    seen = positions.seen_by(party, now, active=active)
    return {name: frame_in(one.event) for name, one in seen.items()}


def frame_in(event: bytes) -> Frame:
    head, _, data = event.partition(b"\ndata: ")
    assert head == b"event: positions"
    assert data.endswith(b"\n\n")
    assert data.count(b"\n") == 2
    return msgspec.json.decode(data, type=Frame)


@pytest.fixture
def ml():
    return Positions("ml")


# Who sees what --------------------------------------------------------------------------


def test_its_owner_sees_a_stream_exactly_and_a_reader_as_coarse_as_the_label_says(ml):
    label = Label(to=("bf",), precision_m=10_000, handling="DIFFUSION RESTREINTE")
    things = [at(speed_ms=12, track_deg=45, alt_m=300, symbol=FRIEND), at("TIGRE 1")]
    assert ml.put("patrols", things, label, NOW) == things
    (ours,) = shown(ml, "ml").values()
    assert (ours.ids, ours.lat_e7, ours.lon_e7) == (
        ["LION 21", "TIGRE 1"], [156_597_000] * 2, [5_022_000] * 2,
    )  # fmt: skip
    assert (ours.speed_ms, ours.track_deg, ours.alt_m) == ([12, None], [45, None], [300, None])
    assert (ours.symbol, ours.at) == ([FRIEND, None], [NOW, NOW])
    assert (ours.precision_m, ours.radius_m) == (None, None)
    (theirs,) = shown(ml, "bf").values()
    lat, lon, radius = coarsen(156_597_000, 5_022_000, 10_000)
    assert (theirs.lat_e7, theirs.lon_e7) == ([lat] * 2, [lon] * 2)
    assert (theirs.precision_m, theirs.radius_m) == (10_000, radius)
    assert distance_m((lat, lon), (156_597_000, 5_022_000)) <= radius
    assert {*theirs.speed_ms, *theirs.track_deg, *theirs.alt_m} == {None}
    assert theirs.symbol == [FRIEND, None]
    assert theirs.handling == "DIFFUSION RESTREINTE"
    exact = b"156597000"
    assert exact not in ml.seen_by("bf", NOW, active=True)["ml/patrols"].event


def test_nobody_else_sees_it(ml):
    ml.put("patrols", [at()], Label(to=("bf",), until=NOW + MINUTE), NOW)
    assert set(shown(ml, "bf")) == {"ml/patrols"}
    assert shown(ml, "ne") == {}
    assert shown(ml, "bf", active=False) == {}, "a party that left"
    assert set(shown(ml, "bf", now=NOW + MINUTE - 1)) == {"ml/patrols"}
    assert shown(ml, "bf", now=NOW + MINUTE) == {}, "the label has ended"
    assert set(shown(ml, "ml", now=NOW + MINUTE)) == {"ml/patrols"}


def test_another_label_counts_at_once(ml):
    ml.put("patrols", [at()], TO_BF, NOW)
    ml.put("patrols", [], Label(to=("ne",), precision_m=1_000), NOW)
    assert shown(ml, "bf") == {}
    assert shown(ml, "ne")["ml/patrols"].precision_m == 1_000


def test_what_another_party_shows_is_ours_to_see_and_not_ours_to_show():
    ml, bf = Positions("ml"), Positions("bf")
    ml.put("patrols", [at(speed_ms=3)], Label(to=("bf", "ne"), precision_m=1_000), NOW)
    sent = shown(ml, "bf")["ml/patrols"]
    bf.take("ml", sent, NOW + SECOND)
    for party in ("bf", "ml"):
        again = shown(bf, party)["ml/patrols"]
        assert msgspec.structs.replace(again, at_us=sent.at_us) == sent, "as it came, no coarser"
    assert shown(bf, "ne") == {}
    bf.forget("ml")
    assert shown(bf, "bf") == {}


def test_a_frame_is_encoded_once_for_all_who_see_it_alike(ml):
    ml.put("patrols", [at()], Label(to=("bf", "ne"), precision_m=500), NOW)
    first = ml.seen_by("bf", NOW, active=True)["ml/patrols"].event
    assert ml.seen_by("ne", NOW, active=True)["ml/patrols"].event is first
    ml.put("patrols", [at(us=NOW - SECOND)], Label(to=("bf", "ne"), precision_m=500), NOW)
    assert ml.seen_by("ne", NOW, active=True)["ml/patrols"].event is first, "nothing was newer"
    ml.put("patrols", [at(us=NOW + SECOND)], Label(to=("bf", "ne"), precision_m=500), NOW)
    assert ml.seen_by("ne", NOW, active=True)["ml/patrols"].event is not first


# Newer, stale, bounded ------------------------------------------------------------------


def test_only_the_newest_position_of_each_object_is_kept(ml):
    ml.put("patrols", [at(us=NOW, lat=1), at(us=NOW + 2, lat=3), at(us=NOW + 1, lat=2)], TO_BF, NOW)
    assert shown(ml, "ml")["ml/patrols"].lat_e7 == [3]
    assert ml.put("patrols", [at(us=NOW + 2, lat=4)], TO_BF, NOW) == []
    assert ml.put("patrols", [at(us=NOW + 1, lat=4), at("TIGRE 2")], TO_BF, NOW) == [at("TIGRE 2")]
    assert shown(ml, "ml")["ml/patrols"].lat_e7 == [3, 156_597_000]


def test_a_position_that_is_dated_ahead_is_left_out(ml):
    assert ml.put("patrols", [at(us=NOW + p.AHEAD_US + 1)], TO_BF, NOW) == []
    assert ml.feeds == {}
    assert len(ml.put("patrols", [at(us=NOW + p.AHEAD_US)], TO_BF, NOW)) == 1


def test_an_object_of_which_nothing_is_heard_goes_and_then_its_stream():
    ml = Positions("ml", stale_minutes=5)
    ml.put("patrols", [at(us=NOW), at("TIGRE 2", us=NOW + MINUTE)], TO_BF, NOW + MINUTE)
    version = ml.feeds["ml/patrols"].version
    ml.drop_stale(NOW + 5 * MINUTE)
    assert ml.feeds["ml/patrols"].version == version
    ml.drop_stale(NOW + 5 * MINUTE + 1)
    assert shown(ml, "ml")["ml/patrols"].ids == ["TIGRE 2"]
    assert ml.feeds["ml/patrols"].version > version
    ml.drop_stale(NOW + 7 * MINUTE)
    assert ml.feeds == {}
    ml.put("patrols", [at(us=NOW + 7 * MINUTE)], TO_BF, NOW + 7 * MINUTE)
    assert ml.feeds["ml/patrols"].version > version + 1, "no version is ever used again"


def test_streams_and_objects_are_bounded(ml, monkeypatch):
    monkeypatch.setattr(p, "OBJECTS", 3)
    monkeypatch.setattr(p, "OBJECTS_IN_ALL", 5)
    monkeypatch.setattr(p, "STREAMS", 3)
    with pytest.raises(BadInput, match="more than 3 objects"):
        ml.put("a", [at(f"T{n}") for n in range(4)], TO_BF, NOW)
    assert ml.feeds == {}
    ml.put("a", [at(f"T{n}") for n in range(3)], TO_BF, NOW)
    with pytest.raises(BadInput, match="objects"):
        ml.put("a", [at("T9")], TO_BF, NOW)
    ml.put("a", [at("T1", us=NOW + 1)], TO_BF, NOW)
    ml.put("b", [at("T1")], TO_BF, NOW)
    with pytest.raises(BadInput, match="5 in all"):
        ml.put("c", [at("T1"), at("T2")], TO_BF, NOW)
    ml.put("c", [at("T1")], TO_BF, NOW)
    monkeypatch.setattr(p, "OBJECTS_IN_ALL", 50)
    with pytest.raises(Refused, match="3 streams"):
        ml.put("d", [at("T1")], TO_BF, NOW)
    assert sorted(ml.feeds) == ["ml/a", "ml/b", "ml/c"]


# What may not be here -------------------------------------------------------------------


@pytest.mark.parametrize(
    "id_", ["LION 21", "5Y-ABC", "TK.7", "0640F1", "convoi/3", "patrouille-12", "7", "A1 B2 C3 D4"]
)
def test_a_call_sign_names_a_thing(id_):
    check_id(id_)


@pytest.mark.parametrize(
    "id_",
    ["Moussa Traoré", "Moussa", "70123456", "+223 70 12 34 56", "70 12 34 56", "223-70123456",
     "a@b.ml", "356938035643809", "", " 1", "1 ", "A--1", "A 1\n", "<b>1", "ÉCLAIR 1", "٣٤", "A1'"],
)  # fmt: skip
def test_what_names_a_person_or_a_telephone_is_no_call_sign(ml, id_):
    with pytest.raises(BadInput) as refused:
        check_id(id_)
    assert refused.value.where == "id"
    with pytest.raises(BadInput):
        ml.put("patrols", [at("T1"), at(id_)], TO_BF, NOW)
    assert ml.feeds == {}, "all or nothing"


@pytest.mark.parametrize("who", "012345679")
@pytest.mark.parametrize("context", "012")
def test_a_symbol_is_friend_neutral_or_unknown(who, context):
    code = f"10{context}{who}1000141211000000"
    if who in "01234":
        check_symbol(code)
    else:
        with pytest.raises(BadInput, match="no symbol"):
            check_symbol(code)


@pytest.mark.parametrize("letter", "PUAFNGWDLMHSJKO*-")
def test_a_symbol_in_letters_is_friend_neutral_or_unknown(ml, letter):
    code = f"S{letter}GPUCI----D---"
    if letter in "PUAFNGWDLM":
        ml.put("patrols", [at(symbol=code)], TO_BF, NOW)
        return
    with pytest.raises(BadInput):
        ml.put("patrols", [at(symbol=code)], TO_BF, NOW)


def test_a_symbol_that_changes_is_looked_at_again(ml):
    ml.put("patrols", [at(symbol=FRIEND)], TO_BF, NOW)
    with pytest.raises(BadInput):
        ml.put("patrols", [at(us=NOW + 1, symbol=FRIEND[:3] + "6" + FRIEND[4:])], TO_BF, NOW)


@pytest.mark.parametrize("name", ["", "Patrols", "a/b", "../x", "a b", "é", "1a", "x" * 33])
def test_a_stream_has_a_plain_name(ml, name):
    with pytest.raises(BadInput, match="name of a stream"):
        ml.put(name, [at()], TO_BF, NOW)


@pytest.mark.parametrize(
    "label", [Label(to=("bf",), onward=("ne",)), Label(to=("bf",), keep_days=3),
              Label(to=("bf",), source_shield=True), Label(to=("xx",)), Label(to=("ml",))]
)  # fmt: skip
def test_a_label_that_a_stream_cannot_keep_is_refused(label):
    with pytest.raises(BadInput):
        check_label(label, ("bf", "ml", "ne"), "ml")
    check_label(Label(to=("bf",), precision_m=5, until=NOW), ("bf", "ml", "ne"), "ml")


# What a peer may send -------------------------------------------------------------------


def frame(**changes) -> Frame:
    given = {
        "stream": "bf/patrols", "at_us": NOW, "ids": ["T1"], "lat_e7": [1], "lon_e7": [2],
        "at": [NOW], "track_deg": [None], "speed_ms": [None], "alt_m": [None], "symbol": [None],
    }  # fmt: skip
    return Frame(**{**given, **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {"stream": "ne/patrols"}, {"stream": "ml/patrols"}, {"stream": "bf/"}, {"stream": "bf"},
        {"stream": "bf/../x"}, {"ids": []}, {"ids": ["T1", "T2"]}, {"ids": ["Moussa"]},
        {"symbol": [FRIEND[:3] + "6" + FRIEND[4:]]}, {"lat_e7": [1, 2]},
    ],
)  # fmt: skip
def test_a_frame_that_cannot_be_is_not_taken(ml, changes):
    with pytest.raises(BadInput):
        ml.take("bf", frame(**changes), NOW)
    assert ml.feeds == {}


@pytest.mark.parametrize(
    "changes",
    [
        {"lat_e7": [900_000_001]}, {"lon_e7": ["2"]}, {"at": [-1]}, {"track_deg": [400]},
        {"speed_ms": [1.5]}, {"radius_m": -1}, {"more": 1}, {"stream": "bf/" + "x" * 80},
    ],
)  # fmt: skip
def test_a_frame_out_of_bounds_is_not_read(changes):
    given = msgspec.to_builtins(frame()) | changes
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(msgspec.json.encode(given), type=Frame)


def test_a_peer_that_shows_too_much_is_not_taken(ml, monkeypatch):
    monkeypatch.setattr(p, "OBJECTS", 1)
    ml.take("bf", frame(), NOW)
    two = {name: value * 2 for name, value in msgspec.to_builtins(frame()).items()
           if isinstance(value, list)}  # fmt: skip
    with pytest.raises(BadInput, match="objects"):
        ml.take("bf", frame(**{**two, "ids": ["T1", "T2"]}), NOW)


def test_a_peer_that_tries_our_name_for_its_own_stream_gets_nowhere(ml):
    ml.put("patrols", [at()], TO_BF, NOW)
    with pytest.raises(BadInput):
        ml.take("ml", frame(stream="ml/patrols"), NOW)
    assert shown(ml, "ml")["ml/patrols"].ids == ["LION 21"]
