"""Requests for information (B7): a deadline, an owner, and a rate that counts the late as late."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.alliance import DAY, SECOND, Alliance, report
from toguna.core.labels import Label
from toguna.core.record import Draft
from toguna.domains.questions import Close, Question, Reply
from toguna.domains.questions.boards import Rate, Standing
from toguna.errors import BadInput, Conflict, Refused, Unknown

HOUR = 3_600 * SECOND
TITLE = "Quels marchés sont ouverts ?"


class Desks:
    def __init__(self) -> None:
        self.alliance = Alliance(("bf", "ml", "ne"))
        self.clock = self.alliance.clock

    def __getitem__(self, party: str):
        return self.alliance[party]

    def _submit(self, party: str, draft: Draft, office: str) -> str:
        (address,) = self[party].submit([draft], office)
        self.pass_on()
        return str(address)

    def pass_on(self) -> None:
        now = self.clock.now_us
        self.alliance.exchange(2)
        self.clock.now_us = now

    def ask(
        self, party: str, *to: str, due_in: int = 6 * HOUR, refs: tuple[str, ...] = (), **more: Any
    ) -> str:
        body = Question(title=TITLE, text="Texte", due_us=self.clock.now_us + due_in, **more)
        draft = Draft("questions.question/1", body, Label(to=to), None, refs)
        return self._submit(party, draft, "analyst")

    def reply(
        self, party: str, about: str, *to: str, refs: tuple[str, ...] = (), **more: Any
    ) -> str:
        body = Reply(**({"text": "Ansongo et Gao."} | more))
        return self._submit(
            party, Draft("questions.reply/1", body, Label(to=to), about, refs), "duty"
        )

    def close(self, party: str, about: str, *to: str) -> str:
        draft = Draft("questions.close/1", Close(why="vu"), Label(to=to), about)
        return self._submit(party, draft, "analyst")

    def board(self, party: str, name: str, view: str = "", **query: str) -> list[Any]:
        node = self[party]
        actor = node.access.actor(view or party, "duty")
        return node.looking.board(actor, "questions", name, query)

    def standing(self, party: str, about: str, view: str = "") -> Standing:
        (found,) = self.board(party, "questions", view, address=about)
        return found

    def states(self, party: str, about: str, view: str = "") -> dict[str, str]:
        return {a.party: a.state for a in self.standing(party, about, view).asked}

    def rates(self, party: str, **query: str) -> dict[str, Rate]:
        return {r.party: r for r in self.board(party, "rates", **query)}

    def waiting(self, party: str, office: str = "duty") -> list[tuple[str, str]]:
        found = self[party].looking.waiting(frozenset({office}))
        return [(w.what, w.party) for w in found if w.what.startswith("questions.")]


@pytest.fixture
def desks() -> Desks:
    return Desks()


def test_question_when_due_in_six_hours_and_answered_at_seven_is_late_and_counted(
    desks: Desks,
) -> None:
    about = desks.ask("ml", "bf", "ne")
    assert desks.waiting("bf") == [("questions.reply", "ml")]
    desks.clock.advance(5 * HOUR)
    desks.reply("ne", about, "ml")
    desks.clock.advance(90 * 60 * SECOND)
    assert desks.states("ml", about) == {"bf": "overdue", "ne": "answered"}
    assert desks.waiting("ml", "analyst") == [("questions.overdue", "bf")]
    assert desks.waiting("bf") == [("questions.reply", "ml")]
    desks.clock.advance(30 * 60 * SECOND)
    desks.reply("bf", about, "ml")
    assert desks.states("ml", about) == {"bf": "late", "ne": "answered"}
    assert desks.waiting("ml", "analyst") == desks.waiting("bf") == []
    bf, ne = (desks.rates("ml")[p] for p in ("bf", "ne"))
    assert (bf.asked, bf.in_time, bf.late, bf.overdue, bf.median_s) == (1, 0, 1, 0, 7 * 3_600)
    assert (bf.answer_percent, bf.in_time_percent) == (100, 0)
    assert (ne.in_time, ne.late, ne.in_time_percent, ne.median_s) == (1, 0, 100, 5 * 3_600)


def test_rates_when_some_are_silent_and_some_still_open_say_what_is_known(desks: Desks) -> None:
    first = desks.ask("ml", "bf", due_in=HOUR)
    desks.ask("ml", "bf", due_in=HOUR)
    third = desks.ask("ml", "bf", due_in=HOUR)
    assert desks.rates("ml")["bf"].answer_percent is None
    desks.reply("bf", first, "ml")
    desks.reply("bf", third, "ml", text=None, cannot_answer=True, why="pas de moyens")
    desks.clock.advance(2 * HOUR)
    desks.ask("ml", "bf")
    bf = desks.rates("ml")["bf"]
    assert (bf.asked, bf.in_time, bf.cannot, bf.overdue, bf.open) == (4, 1, 1, 1, 1)
    assert (bf.answer_percent, bf.in_time_percent) == (33, 33)


def test_reply_when_it_is_only_a_part_leaves_the_clock_running(desks: Desks) -> None:
    about = desks.ask("ml", "bf", due_in=HOUR)
    desks.reply("bf", about, "ml", final=False, text="Gao, le reste suit.")
    assert desks.states("ml", about) == {"bf": "open"}
    assert desks.waiting("bf") == [("questions.reply", "ml")]
    desks.clock.advance(2 * HOUR)
    desks.reply("bf", about, "ml")
    (asked,) = desks.standing("ml", about).asked
    assert (asked.state, len(asked.replies), asked.answer_s) == ("late", 2, 7_200)


def test_reply_when_it_cannot_be_answered_says_why_and_is_a_final_word(desks: Desks) -> None:
    about = desks.ask("ml", "bf")
    with pytest.raises(BadInput, match="say why"):
        desks.reply("bf", about, "ml", text=None, cannot_answer=True)
    with pytest.raises(BadInput, match="says something"):
        desks.reply("bf", about, "ml", text=None)
    desks.reply("bf", about, "ml", text=None, cannot_answer=True, why="secret", final=False)
    assert desks.states("ml", about) == {"bf": "cannot"}
    assert desks.waiting("bf") == []
    desks.clock.advance(HOUR)
    desks.reply("bf", about, "ml")
    (asked,) = desks.standing("ml", about).asked
    assert (asked.state, asked.answer_s) == ("answered", 3_600)


def test_replies_when_told_to_the_asker_alone_are_not_called_silence_elsewhere(
    desks: Desks,
) -> None:
    about = desks.ask("ml", "bf", "ne", due_in=HOUR)
    desks.reply("bf", about, "ml")
    desks.clock.advance(2 * HOUR)
    assert desks.states("ne", about) == {"bf": "not_told", "ne": "overdue"}
    assert desks.states("ml", about, view="ne") == {"bf": "not_told", "ne": "overdue"}
    line = desks.rates("ne")["bf"]
    assert (line.not_told, line.overdue, line.answer_percent) == (1, 0, None)


def test_reply_when_not_asked_or_not_to_the_asker_is_refused(desks: Desks) -> None:
    about = desks.ask("ml", "bf")
    with pytest.raises(Unknown, match="no question"):
        desks.reply("ne", about, "ml")
    with pytest.raises(Refused, match="does not ask us"):
        desks.reply("ml", about, "bf")
    with pytest.raises(BadInput, match="ml asks"):
        desks.reply("bf", about, "ne")
    with pytest.raises(Refused, match="ne was not asked"):
        desks.reply("bf", about, "ml", "ne")


def test_refs_when_a_reader_does_not_hold_them_are_refused(desks: Desks) -> None:
    about = desks.ask("ml", "bf", "ne")
    draft = Draft("sharing.report/1", report(source=None), Label(to=("ml",)))
    (shared,) = desks["bf"].submit([draft], "duty")
    with pytest.raises(Refused, match=f"ne does not hold {shared}"):
        desks.reply("bf", about, "ml", "ne", refs=(str(shared),))
    with pytest.raises(Unknown, match="no record"):
        desks.reply("bf", about, "ml", refs=("bf/spine/99",))
    desks.reply("bf", about, "ml", refs=(str(shared),))
    (reply,) = desks.standing("ml", about).asked[0].replies
    assert reply["refs"] == [str(shared)]
    with pytest.raises(Refused, match="ne does not hold"):
        desks.ask("ml", "ne", refs=(str(shared),))


def test_close_when_the_asker_needs_it_no_more_ends_the_waiting(desks: Desks) -> None:
    about = desks.ask("ml", "bf", "ne")
    with pytest.raises(Refused, match="ml's question"):
        desks.close("bf", about, "ml", "ne")
    with pytest.raises(BadInput, match="ne was asked"):
        desks.close("ml", about, "bf")
    desks.reply("bf", about, "ml")
    desks.close("ml", about, "bf", "ne")
    with pytest.raises(Conflict, match="closed already"):
        desks.close("ml", about, "bf", "ne")
    desks.clock.advance(DAY)
    assert desks.waiting("ne") == desks.waiting("ml", "analyst") == []
    assert desks.states("ml", about) == {"bf": "answered", "ne": "closed"}
    line = desks.rates("ml")["ne"]
    assert (line.closed, line.overdue, line.answer_percent) == (1, 0, None)


def test_question_when_it_makes_no_sense_is_refused(desks: Desks) -> None:
    with pytest.raises(BadInput, match="nobody"):
        desks.ask("ml")
    with pytest.raises(BadInput, match="due already"):
        desks.ask("ml", "bf", due_in=0)


def test_waiting_when_a_question_is_for_another_office_is_not_shown_to_duty(desks: Desks) -> None:
    desks.ask("ml", "bf", for_office="analyst", priority="urgent")
    assert desks.waiting("bf") == []
    (line,) = desks["bf"].looking.waiting(frozenset({"analyst"}))
    assert (line.urgency, line.title, line.due_us) == (
        "urgent", TITLE, desks.clock.now_us + 6 * HOUR,
    )  # fmt: skip


def test_questions_when_projections_are_rebuilt_are_the_same(desks: Desks) -> None:
    about = desks.ask("ml", "bf", "ne")
    desks.reply("bf", about, "ml")
    desks.close("ml", about, "bf", "ne")
    node = desks["ml"]
    before = msgspec.json.encode(desks.board("ml", "questions"))
    with node.writing() as tx:
        node.projector.rebuild(tx, node.view(tx))
    assert msgspec.json.encode(desks.board("ml", "questions")) == before
    assert desks.rates("ml", asker="bf") == {}
