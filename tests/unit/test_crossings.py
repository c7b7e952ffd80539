"""A unit that is followed across a border: told once, to both states, and never guessed."""

from __future__ import annotations

import pytest

from tests.operations_house import HOUR, LINE, NORTH, Force
from toguna.core.labels import Label
from toguna.domains.operations import bodies
from toguna.node.positions import Position
from toguna.surfaces.crossings import OLD_US, Crossings
from toguna.surfaces.tracking import Tracking


class Followed(Force):
    """ml has a company on the move; ml and bf follow it."""

    def __init__(self):
        super().__init__(("bf", "ml", "ne"))
        self.tracking = {p: Tracking(self[p]) for p in ("bf", "ml")}
        for one in self.tracking.values():
            one.noticed = lambda: None  # nobody watches, and there is no event loop
        self.following = {p: Crossings(self[p], t) for p, t in self.tracking.items()}
        body = bodies.Unit(category="ground", name="Compagnie B", stream="patrouilles/MLI-12")
        self.company = self.say("ml", "unit", body, ("bf", "ne"))

    def at(self, km, *, speed=None, track=None, age_us=0):
        """The company is so many kilometres beyond the border; both nodes look."""
        self.clock.advance(1_000_000)
        where = Position(
            id="MLI-12", lat_e7=NORTH + round(km * 90_437), lon_e7=-25_000_000,
            at_us=self.clock() - age_us, speed_ms=speed, track_deg=track,
        )  # fmt: skip
        label = Label(to=("bf",))
        self.tracking["ml"].put("patrouilles", [where], label)
        feed = self.tracking["ml"].positions.feeds["ml/patrouilles"]
        self.tracking["bf"].positions.take("ml", feed._frame(None), self.clock())
        return self.look()

    def look(self):
        changed = {party: following.look() for party, following in self.following.items()}
        self.exchange(rounds=3)
        return changed

    def states(self, party):
        return {c.party: (c.state, c.what) for c in self.board(party, "crossings")}

    def alarms(self, party):
        return [w for w in self.waiting(party) if w.split(".")[1] in ("outside", "no_consent",
                "leaving", "approaching")]  # fmt: skip


@pytest.fixture
def force():
    return Followed()


def test_a_unit_inside_its_consent_is_noted_once_and_51_km_alarms_both_states(force):
    force.answer(force.request(force.company))
    assert force.at(20) == {"bf": 1, "ml": 1}
    assert force.at(21) == {"bf": 0, "ml": 0}
    assert force.states("bf") == {"bf": ("inside", "none"), "ml": ("inside", "none")}
    force.at(51)
    for party in ("bf", "ml"):
        assert force.states(party)["ml"] == ("outside", "depth")
        assert force.alarms(party) == ["operations.outside"]
    shown = force.board("bf", "crossings")[0]
    assert shown.beyond_m == pytest.approx(1_000, abs=60)
    assert force.board("ne", "crossings") == []


def test_after_12_hours_it_is_outside_of_its_window(force):
    force.answer(force.request(force.company))
    force.at(20)
    force.clock.advance(12 * HOUR)
    force.at(20)
    assert force.states("bf")["bf"] == ("outside", "window")


def test_without_any_answer_the_line_alarms_before_it_is_crossed(force):
    force.request(force.company)
    force.at(-2, speed=15, track=0)
    assert force.states("ml")["ml"] == ("approaching", "none")
    force.at(1, speed=15, track=0)
    assert force.alarms("bf") == ["operations.no_consent"]
    force.at(-3)
    assert force.states("bf")["bf"][0] == "home"
    assert force.alarms("bf") == []


def test_a_border_that_a_host_published_is_watched_without_any_request(force):
    terms = bodies.Terms(border=LINE, depth_m=1, hours=1, until_us=force.clock() + 9 * HOUR)
    force.say("bf", "terms", terms, ("ml",), office="liaison")
    force.at(2)
    assert force.states("ml")["ml"] == ("no_consent", "none")


def test_an_old_position_says_nothing(force):
    force.request(force.company)
    assert force.at(5, age_us=OLD_US + 1) == {"bf": 0, "ml": 0}
    assert force.states("ml") == {}


def test_a_node_that_starts_again_does_not_say_it_twice(force):
    force.request(force.company)
    force.at(5)
    force.following = {p: Crossings(force[p], t) for p, t in force.tracking.items()}
    assert force.at(5) == {"bf": 0, "ml": 0}
