"""An alliance that gives alerts and answers them, for the tests of alerts."""

from __future__ import annotations

from typing import Any

from tests.alliance import SECOND, Alliance
from toguna.core.labels import Label
from toguna.core.record import Draft
from toguna.domains.alerts import Alert, Answer, End
from toguna.domains.alerts.boards import Response, Standing

MINUTE = 60 * SECOND
TITLE = "Colonne signalée vers Labbezanga"


def alert(**changes: Any) -> Alert:
    body: dict[str, Any] = {"title": TITLE, "text": "Trois villages sur l'axe.",
                            "category": "movement"}  # fmt: skip
    return Alert(**{**body, **changes})


class Desks:
    """Every step of the clock is kept by every node, as the product's sweep does."""

    def __init__(self, *parties: str, **more: Any) -> None:
        self.alliance = Alliance(parties or ("bf", "ml", "ne"), **more)
        self.clock = self.alliance.clock

    def __getitem__(self, party: str):
        return self.alliance[party]

    def give(self, party: str, *to: str, office: str = "duty", **body: Any) -> str:
        draft = Draft("alerts.alert/1", alert(**body), Label(to=to))
        (address,) = self[party].submit([draft], office, flash=True)
        self.pass_on()
        return str(address)

    def answer(
        self, party: str, about: str, word: str, *to: str, why: str | None = None,
        office: str = "duty",
    ) -> str:  # fmt: skip
        body = Answer(answer=word, why=why)
        draft = Draft("alerts.answer/1", body, Label(to=to), about)
        (address,) = self[party].submit([draft], office)
        self.pass_on()
        return str(address)

    def end(self, party: str, about: str, *to: str, outcome: str = "over") -> str:
        body = End(outcome=outcome, why="terminé")
        draft = Draft("alerts.end/1", body, Label(to=to), about)
        (address,) = self[party].submit([draft], "duty")
        self.pass_on()
        return str(address)

    def pass_on(self) -> None:
        """Everybody hears of everything, and no time passes."""
        now = self.clock.now_us
        self.alliance.exchange(2)
        self.clock.now_us = now

    def wait(self, us: int, *, without: frozenset[str] = frozenset()) -> None:
        """Time passes; each node does what is due, then they exchange."""
        self.clock.advance(us)
        for party, node in self.alliance.nodes.items():
            if party not in without:
                node.authoring.keep_time()
        self.pass_on()

    def board(self, party: str, name: str, view: str = "", **query: str) -> list[Any]:
        node = self[party]
        return node.looking.board(node.access.actor(view or party, "duty"), "alerts", name, query)

    def standing(self, party: str, about: str, view: str = "") -> Standing:
        (found,) = self.board(party, "alerts", view, address=about)
        return found

    def states(self, party: str, about: str, view: str = "") -> dict[str, str]:
        return {a.party: a.state for a in self.standing(party, about, view).addressees}

    def response(self, party: str, view: str = "", **query: str) -> dict[str, Response]:
        return {r.party: r for r in self.board(party, "response", view, **query)}

    def waiting(self, party: str, office: str = "duty") -> list[tuple[str, str]]:
        found = self[party].looking.waiting(frozenset({office}))
        return [(w.what, w.party) for w in found if w.what.startswith("alerts.")]
