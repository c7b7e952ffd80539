"""The conversation as a pure machine: when it asks, what it makes of answers, what it doubts."""

from __future__ import annotations

import msgspec
import pytest

from tests.alliance import SECOND
from tests.framing import SPINE, copy_of, drafts, spoken
from toguna.core import messages, sync
from toguna.core.sync import Failed, Replied, Send, Tick, Woken


class Talk:
    """bf's side of the talk with ml, event by event."""

    def __init__(self) -> None:
        self.ml, self.bf = copy_of(spoken(), "ml"), copy_of(spoken(), "bf")
        self.now = self.bf.now()
        self.state = sync.with_peer(sync.begin("bf", self.bf.spine.followed()), "ml", self.now)

    def __call__(self, event: sync.Event) -> list[sync.Effect]:
        with self.bf.reading() as tx:
            context = self.bf.following.context(tx)
            self.state, effects = sync.step(self.state, event, self.now, context)
        return effects

    def asks(self, event: sync.Event = Tick()) -> messages.Pull | None:  # noqa: B008
        (send,) = [e for e in self(event) if isinstance(e, Send)] or [None]
        return send.pull if send else None

    def answer(self, pull: messages.Pull) -> messages.Reply:
        return messages.decode_reply(self.ml.answer("bf", messages.encode(pull)))

    @property
    def peer(self) -> sync.Peer:
        return self.state.peers["ml"]


@pytest.fixture
def talk() -> Talk:
    return Talk()


def test_a_peer_when_it_was_asked_is_not_asked_again_before_it_answers(talk):
    assert talk.asks() is not None
    assert talk.asks() is None
    assert talk.asks(Woken("ml")) is None
    talk.now += sync.ANSWER_WITHIN_US
    assert talk.asks() is None  # it counts as a failure, and is asked a little later
    talk.now += SECOND
    assert talk.asks() is not None


def test_a_peer_when_it_fails_is_asked_ever_more_seldom(talk):
    waits = []
    for _ in range(12):
        talk(Tick())
        talk(Failed("ml", "no route"))
        waits.append(talk.peer.due_us - talk.now)
        talk.now = talk.peer.due_us
    assert waits[:4] == [SECOND, 2 * SECOND, 4 * SECOND, 8 * SECOND]
    assert waits[-1] == sync.SLOWEST_POLL_US
    assert talk.peer.last_error == "no route"


def test_a_peer_when_it_wakes_us_is_asked_at_once(talk):
    talk(Failed("ml", "no route"))
    assert talk.asks(Woken("ml")) is not None


def test_an_answer_when_it_comes_late_or_twice_changes_nothing(talk):
    pull = talk.asks()
    reply = talk.answer(pull)
    effects = talk(Replied("ml", reply))
    assert any(isinstance(e, sync.Keep) for e in effects)
    before = talk.state
    assert talk(Replied("ml", reply)) == []
    assert talk.state == before
    late = msgspec.structs.replace(reply, turn=pull.turn - 1)
    assert talk(Replied("ml", late)) == []
    assert talk(Replied("xx", reply)) == []


def test_a_frame_when_it_comes_in_parts_goes_on_where_it_stopped(talk):
    talk.ml.submit(drafts("long" * 40, "bf", count=600), "duty")
    sizes, kept = [], []
    pull = talk.asks()
    for _ in range(200):
        pull = msgspec.structs.replace(pull, room=1_024)
        (part,) = talk.answer(pull).parts
        sizes.append(part.offset)
        effects = talk(Replied("ml", msgspec.structs.replace(talk.answer(pull), parts=(part,))))
        kept = [e for e in effects if isinstance(e, sync.Keep)]
        if kept:
            break
        assert [type(e) for e in effects] == [sync.SavePart, Send]
        pull = next(e.pull for e in effects if isinstance(e, Send))
    assert kept
    assert len(sizes) >= 3
    assert sizes == [1_024 * k for k in range(len(sizes))]
    assert talk.state.under == {}


def test_documents_when_they_come_are_learned_before_anything_is_judged_by_them(talk):
    pull = talk.asks()
    reply = msgspec.structs.replace(talk.answer(pull), documents=(b"new",), book=b"other")
    effects = talk(Replied("ml", reply))
    assert [type(e) for e in effects] == [sync.Learn, Send]  # and asked again at once
    assert SPINE not in talk.state.followed


def test_what_a_node_cannot_be_given_when_it_is_told_why_is_shown(talk):
    pull = talk.asks()
    reply = msgspec.structs.replace(talk.answer(pull), parts=(), why="never sealed at 7")
    talk(Replied("ml", reply))
    assert talk.peer.last_error == "never sealed at 7"
    assert talk.peer.failures == 0


def test_a_step_when_it_is_taken_again_gives_the_same(talk):
    state = talk.state
    one = talk(Tick())
    after = talk.state
    talk.state = state
    assert talk(Tick()) == one
    assert talk.state == after


def test_heads_when_they_are_known_are_shown_to_everybody(talk):
    pull = talk.asks()
    talk(Replied("ml", talk.answer(pull)))
    talk.bf.submit(drafts("à nous", "ml"), "duty")
    talk.state = sync.own_head(talk.state, talk.bf.spine.followed())
    shown = sync.known_heads(talk.state)
    assert [b"/bf\n" in head or b"/ml\n" in head for head in shown] == [True, True]
    assert all(head.count(b"\xe2\x80\x94") == 1 for head in shown)  # bare: no cosignatures


def test_our_own_log_when_it_is_asked_back_is_asked_of_each_peer_once(talk):
    from toguna.core import returning

    talk.state = returning.begin(talk.state, 0)
    pull = talk.asks()
    assert [w.log for w in pull.wants] == [SPINE, "bf/spine"]
    effects = talk(Replied("ml", talk.answer(pull)))
    assert sync.Emptied("ml") in effects  # it holds nothing of ours
    talk.now += 3_600 * SECOND
    pull = talk.asks()
    assert pull is None or [w.log for w in pull.wants] == [SPINE]
