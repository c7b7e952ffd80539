"""Border sectors (D2): a board that equals a sheet computed by hand; silence is no quiet."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.unit.borders_house import ALL, HOUR, NOW, Week, box, said, sector, watch
from toguna.core.labels import Label
from toguna.core.record import Address, Draft
from toguna.domains.borders import Gap, Posture
from toguna.errors import BadInput

# The hand-computed sheet -------------------------------------------------------------------

TRI, RIVER, EAST = "Liptako", "Fleuve", "Kantchari"


def fx_week() -> tuple[Week, dict[str, str]]:
    """Three sectors, three parties, one week; told in the order in which it happened."""
    week = Week()
    at = {
        name: week.say(160, owner, "borders.sector", body, to=body.parties)
        for name, owner, body in (
            (TRI, "ml", sector(name=TRI, contact="Poste de Labbezanga, 8 120 kHz")),
            (RIVER, "ne", sector(name=RIVER, parties=("ml", "ne"), area=box(15, 0, 16, 1),
                                 neighbours=("Algérie",))),
            (EAST, "bf", sector(name=EAST, parties=("bf", "ne"), area=box(12, 1, 13, 2))),
        )
    }  # fmt: skip
    week.alliance.exchange(2)
    week.say(150, "ml", "borders.posture", Posture(posture="normal"), at[TRI])
    week.say(140, "bf", "borders.posture",
             Posture(posture="reinforced", until_us=NOW - 2 * HOUR), at[TRI])  # fmt: skip
    week.say(100, "ml", "borders.posture",
             Posture(posture="closed", note="crue", contact="PC Gao"), at[TRI])  # fmt: skip
    week.say(90, "ne", "borders.watch", watch("quiet", 100, 90), at[RIVER], to=("ml",))
    week.say(30, "bf", "borders.watch", watch("quiet", 48, 30), at[EAST], to=("ne",))
    week.say(28, "ml", "sharing.report", said("attack", 28, 14.5, 0.5))  # before the window
    week.say(20, "bf", "sharing.report", said("attack", 21, 14.4, 0.4))
    first = week.say(19, "ml", "sharing.report", said("clash", 20, 14.6, 0.6))
    week.say(18, "ne", "sharing.report", said("hazard", 19, 14.9, 0.5, radius_m=20_000))
    week.say(17, "bf", "sharing.report", said("attack", 18, 20.0, 0.5))  # elsewhere
    week.say(16, "bf", "sharing.report", said("movement", 17, 12.5, 1.5))
    week.say(12, "ml", "borders.watch",
             watch("quiet", 24, 12, gaps=(Gap(from_us=NOW - 20 * HOUR, to_us=NOW - 17 * HOUR,
                                              why="relève"),)), at[TRI])  # fmt: skip
    week.say(6, "ml", "borders.watch", watch("quiet", 10, 6), at[RIVER], to=("ne",))
    week.say(5, "ne", "sharing.report", said("other", 8, 14.2, 0.2))
    week.say(4, "ne", "sharing.report", said("other", 8, 14.2, 0.2, where_precision="region"))
    week.heard()
    # bf heard of the clash as well, and says that its attack and this are one event.
    week.clock.now_us = NOW - HOUR
    node = week.alliance["bf"]
    held = node.access.list(
        node.access.actor("bf", "duty"), "sharing.report", where={"category": "attack"}
    )
    attacks = [msgspec.json.decode(doc) for doc in held.docs]
    own = next(a["address"] for a in attacks if a["lat_e7"] == 144_000_000)
    link = {"claims": (own, first), "why": "même heure"}
    body = msgspec.convert(link, node.catalogue.kind("sharing.link").body)
    week.say(1, "bf", "sharing.link", body)
    week.heard()
    return week, at


SHEET = {
    # state, contradicted, incidents in, may be, others in, may be, reports without a point
    TRI: ("incident", True, 1, 1, 1, 0, 1),
    RIVER: ("no_reporting", False, 0, 1, 0, 0, 1),
    EAST: ("movement", False, 0, 0, 1, 0, 1),
}
"""Counted by hand from the week above. In Liptako the attack that bf reports and the clash that
ml reports are linked: one event; the hazard's circle of 20 km reaches over the northern edge at
15 degrees, 11 km off, so it may be there, and in Fleuve as well."""

SIDES = {
    # posture, over, state, said hours ago, last word hours ago, unwatched hours
    (TRI, "bf"): ("reinforced", True, "incident", 20, 20, 24),
    (TRI, "ml"): ("closed", False, "incident", 19, 12, 15),
    (TRI, "ne"): (None, False, "reported", 5, 5, 24),
    (RIVER, "ml"): (None, False, "quiet", 6, 6, 20),
    (RIVER, "ne"): (None, False, "no_reporting", None, 90, 24),
    (EAST, "bf"): (None, False, "movement", 16, 16, 24),
    (EAST, "ne"): (None, False, "no_reporting", None, None, 24),
}


def hours(at_us: int | None) -> int | None:
    """How many hours ago that was."""
    return None if at_us is None else (NOW - at_us) // HOUR


@pytest.fixture(scope="module")
def week():
    return fx_week()


@pytest.mark.parametrize("party", ["ml", "ne"])
def test_board_when_compared_with_the_sheet_is_equal(week, party) -> None:
    rows = {r.name: r for r in week[0].board(party)}
    wanted = {name for name in SHEET if party == "ne" or name != EAST}
    assert set(rows) == wanted
    for name in wanted:
        r = rows[name]
        counts = (r.incidents_inside, r.incidents_may_be, r.others_inside, r.others_may_be)
        assert (r.state, r.contradicted, *counts, r.unplaced) == SHEET[name], name
        for side in r.sides:
            posture, over, state, said_h, last_h, unwatched = SIDES[name, side.party]
            assert (side.posture, side.posture_over, side.state) == (posture, over, state), (
                name,
                side,
            )
            assert side.said_at_us == (None if said_h is None else NOW - said_h * HOUR), (
                name,
                side,
            )
            assert side.last_us == (None if last_h is None else NOW - last_h * HOUR), (name, side)
            assert side.unwatched_h == unwatched, (name, side)


def test_board_when_somebody_looks_as_another_shows_what_that_one_may_see(week) -> None:
    seen = {r.name: r for r in week[0].board("ne", view="ml")}
    assert set(seen) == {TRI, RIVER}
    assert {r.name for r in week[0].board("bf", party="ml")} == {TRI}
    liptako = {r.name: r for r in week[0].board("bf")}[TRI]
    assert [side.contact for side in liptako.sides] == [None, "PC Gao", None]
    assert (liptako.contact, liptako.neighbours) == ("Poste de Labbezanga, 8 120 kHz", [])
    gaps = liptako.sides[1].gaps
    assert [(g.why, g.to_us - g.from_us) for g in gaps] == [("relève", 3 * HOUR)]


def test_board_when_the_window_is_wider_counts_more_and_silence_is_the_same(week) -> None:
    rows = {r.name: r for r in week[0].board("ne", hours="48")}
    assert rows[TRI].incidents_inside == 2
    assert rows[EAST].sides[1].state == "no_reporting"
    assert rows[EAST].from_us == NOW - 48 * HOUR


@pytest.mark.parametrize(
    "query", [{"hours": "0"}, {"hours": "x"}, {"hours": "900"}, {"since": "1"}]
)
def test_board_when_asked_for_nonsense_says_what_it_takes(week, query) -> None:
    with pytest.raises(BadInput):
        week[0].board("ml", **query)


def plain_week(**more: Any) -> tuple[Week, str]:
    week = Week(**more)
    return week, week.say(40, "ml", "borders.sector", sector())


def state(week: Week, party: str = "ml") -> tuple[str, list[str]]:
    (row,) = week.board(party)
    return row.state, [side.state for side in row.sides]


def test_sector_when_nobody_says_anything_is_never_quiet() -> None:
    week, _ = plain_week()
    week.heard()
    for party in ALL:
        assert state(week, party) == ("no_reporting", ["no_reporting"] * 3)


def test_sector_when_one_of_three_is_silent_is_not_quiet() -> None:
    week, at = plain_week()
    week.alliance.exchange(2)
    week.say(3, "ml", "borders.watch", watch("quiet", 9, 3), at)
    week.say(2, "bf", "borders.watch", watch("quiet", 9, 2), at)
    week.heard()
    assert state(week) == ("no_reporting", ["quiet", "quiet", "no_reporting"])
    week.say(1, "ne", "borders.watch", watch("quiet", 9, 1), at)
    week.heard()
    for party in ALL:
        assert state(week, party) == ("quiet", ["quiet"] * 3)
    (row,) = week.board("bf")
    assert [s.said_by for s in row.sides] == ["duty"] * 3
    assert [NOW - s.said_at_us for s in row.sides] == [2 * HOUR, 3 * HOUR, HOUR]


@pytest.mark.parametrize(
    ("hours", "found"), [(23, "quiet"), (24, "no_reporting"), (25, "no_reporting")]
)
def test_word_when_it_is_a_day_old_is_no_word_any_more(hours, found) -> None:
    week, at = plain_week()
    week.say(hours, "ml", "borders.watch", watch("quiet", 30, hours), at)
    week.heard()
    assert state(week)[1][1] == found


def test_silence_when_the_setting_says_six_hours_begins_after_six() -> None:
    six = {p: {"borders_silent_after_h": "6"} for p in ALL}
    week, at = plain_week(settings=six)
    week.say(7, "ml", "borders.watch", watch("quiet", 30, 7), at)
    week.heard()
    assert state(week)[1][1] == "no_reporting"


def test_watch_when_it_is_written_late_speaks_of_its_own_time() -> None:
    week, at = plain_week()
    week.say(1, "ml", "borders.watch", watch("quiet", 40, 30), at)
    week.heard()
    assert state(week)[1][1] == "no_reporting"


def test_unknown_when_somebody_could_not_tell_is_not_quiet() -> None:
    week, at = plain_week()
    week.alliance.exchange(2)
    for party in ALL:
        week.say(2, party, "borders.watch", watch("quiet", 9, 2), at)
    week.say(1, "ne", "borders.watch", watch("unknown", 2, 1), at)
    week.heard()
    assert state(week) == ("unknown", ["quiet", "quiet", "unknown"])


def test_sector_when_it_was_drawn_at_home_first_stands_once() -> None:
    week = Week()
    week.clock.now_us = NOW - 5 * HOUR
    ml = week.alliance["ml"]
    home = ml.submit([Draft("borders.sector/1", sector(), Label())], "duty")[0]
    said = Draft("borders.watch/1", watch("quiet", 9, 6), Label(), str(home))
    ml.submit([said], "duty")
    assert [r.address for r in week.board("ml")] == [str(home)]
    spine = ml.releasing.release(home, Label(to=("bf", "ne")), "duty")
    week.heard()
    (row,) = week.board("ml")
    assert row.address == str(spine)
    assert row.sides[1].state == "quiet"  # said at home, and shown at home
    assert state(week, "bf")[1][1] == "no_reporting"


def test_word_when_it_is_released_from_home_is_still_about_its_sector() -> None:
    week, at = plain_week()
    ml = week.alliance["ml"]
    week.clock.now_us = NOW - 6 * HOUR
    home = ml.submit([Draft("borders.watch/1", watch("quiet", 9, 6), Label(), at)], "duty")[0]
    released = ml.releasing.release(home, Label(to=("bf",)), "duty")
    shown = ml.access.show(ml.access.actor("ml", "duty"), released)
    assert shown.envelope is not None
    assert shown.envelope.about == at
    week.heard()
    assert state(week, "bf")[1][1] == "quiet"
    (row,) = week.board("ml")
    assert row.sides[1].unwatched_h == 24 - 3


def test_report_when_it_came_twice_counts_once() -> None:
    week, _ = plain_week()
    ml = week.alliance["ml"]
    week.clock.now_us = NOW - 3 * HOUR
    home = ml.submit([Draft("sharing.report/1", said("attack", 4, 14.5, 0.5), Label())], "duty")[0]
    ml.releasing.release(home, Label(to=("bf",), onward=("ne",)), "duty")
    week.alliance.exchange(2)
    bf = week.alliance["bf"]
    (doc,) = bf.access.list(bf.access.actor("bf", "duty"), "sharing.report").docs
    address = Address.parse(msgspec.json.decode(doc)["address"])
    bf.releasing.release(address, Label(to=("ne",)), "duty")
    week.heard()
    assert [week.board(p)[0].incidents_inside for p in ALL] == [1, 1, 1]


def test_sector_when_it_is_recalled_is_gone_from_every_board() -> None:
    week, at = plain_week()
    week.alliance.exchange(2)
    week.alliance["ml"].releasing.recall(Address.parse(at), "mauvais tracé", "duty")
    week.heard()
    assert [week.board(p) for p in ALL] == [[], [], []]


def test_our_own_silence_when_half_the_time_is_over_waits_for_us() -> None:
    week, at = plain_week()
    week.alliance.exchange(2)
    week.say(11, "bf", "borders.watch", watch("quiet", 30, 11), at)
    week.say(10, "ml", "borders.watch", watch("quiet", 30, 13), at)
    week.heard()
    ours = {
        p: [w for w in week.alliance[p].looking.waiting(None) if w.what == "borders.watch"]
        for p in ALL
    }
    assert ours["bf"] == []
    assert [(w.about, w.due_us, w.urgency) for w in ours["ml"]] == [
        (at, NOW + 11 * HOUR, "routine")
    ]
    assert [w.urgency for w in ours["ne"]] == ["urgent"]


def test_layer_when_drawn_has_the_area() -> None:
    week, at = plain_week()
    ml = week.alliance["ml"]
    (doc,) = ml.access.list(ml.access.actor("ml", "duty"), "borders.sector").docs
    shown = msgspec.json.decode(doc)
    assert shown["address"] == at
    assert shown["area"] == [list(p) for p in sector().area]
    assert [layer.drawn_as for layer in ml.catalogue.by_name["borders"].layers] == ["area"]


def test_lists_when_rebuilt_are_the_same(week) -> None:
    for party in ALL:
        node = week[0].alliance[party]
        before = week[0].board(party)
        with node.writing() as tx:
            node.projector.rebuild(tx, node.view(tx))
        assert week[0].board(party) == before
