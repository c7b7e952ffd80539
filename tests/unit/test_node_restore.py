"""A headquarters is lost (A7): its node comes back from a backup and from its peers."""

from __future__ import annotations

import msgspec
import pytest

from tests.alliance import DAY, Alliance
from tests.framing import drafts, frame_of, journal, raws, sealed_by, take
from toguna.core import ed25519, sync
from toguna.core.domain import Write
from toguna.core.frame import Arrived
from toguna.core.labels import Label
from toguna.core.messages import Pull
from toguna.core.record import Draft
from toguna.domains.sharing.bodies import Recall
from toguna.engines.memory import MemoryEngine
from toguna.errors import Refused
from toguna.node import tables as t
from toguna.node.answering import commitment_of
from toguna.node.node import Node
from toguna.node.verifying import verify_store

SPINE = "ml/spine"


def back(alliance: Alliance, engine: MemoryEngine, party: str = "ml") -> Node:
    """The party's node on another store, as after a loss."""
    node = alliance.open(party, engine)
    if not node.standing.in_force:
        node.learn([alliance.document])
    for other in alliance.nodes:
        if other != party:
            node.talk_to(other)
    alliance.nodes[party] = node
    return node


def snapshot(alliance: Alliance, party: str = "ml"):
    engine = alliance[party].parts.engine
    assert isinstance(engine, MemoryEngine)
    return engine.snapshot()


def whole(node: Node) -> dict[str, int]:
    """Every log of the store checked again; its sizes."""
    with node.reading() as tx:
        key = ed25519.public_key(node.parts.keys.log)
        return {
            v.log: v.size for v in verify_store(tx, node.party, node.catalogue, key, node.now())
        }


def forks(node: Node) -> int:
    with node.reading() as tx:
        return tx.count(t.FORK)


def speak(alliance: Alliance, word: str) -> None:
    alliance["ml"].submit(
        drafts(f"{word} bf", "bf", count=2) + drafts(f"{word} ne", "ne", count=3)
        + drafts(f"{word} deux", "bf", "ne"), "duty",
    )  # fmt: skip


def test_a_backup_when_it_is_old_gets_back_all_that_any_peer_holds():
    alliance = Alliance()
    speak(alliance, "avant")
    alliance.exchange(2)
    kept = snapshot(alliance)
    for k in range(3):
        speak(alliance, f"après {k}")
        alliance.exchange(2)
    shared, size = raws(alliance["ml"], SPINE), alliance["ml"].spine.size
    ml = back(alliance, MemoryEngine.restored(kept))
    assert ml.spine.size < size
    alliance.exchange(4)
    assert ml.spine.size == size
    assert raws(ml, SPINE) == shared
    assert ml.held_back == ""
    assert whole(ml)[SPINE] == size
    speak(alliance, "de nouveau")
    alliance.exchange(3)
    for party in ("bf", "ne"):
        node = alliance[party]
        to = f'"{party}"'.encode()
        mine = {i: raw for i, raw in raws(alliance["ml"], SPINE).items() if to in raw}
        assert raws(node, SPINE) == mine
        assert node.state.followed[SPINE].size == ml.spine.size
        assert journal(node, "alarm") == []
        assert forks(node) == 0
        assert whole(node)[SPINE] == ml.spine.size
    assert forks(ml) == 0
    assert len(ml.standing.restorations("ml")) == 1


def test_keys_alone_when_nothing_else_is_left_bring_back_all_that_was_shared():
    alliance = Alliance()
    for k in range(3):
        speak(alliance, f"avant {k}")
        alliance["bf"].submit(drafts(f"de bf {k}", "ml"), "duty")
        alliance.exchange(2)
    shared = {n: raws(alliance["ml"], n) for n in (SPINE, "bf/spine")}
    ml = back(alliance, MemoryEngine())
    alliance.exchange(5)
    assert {n: raws(ml, n) for n in (SPINE, "bf/spine")} == shared
    assert ml.held_back == ""
    speak(alliance, "après")
    alliance.exchange(3)
    assert len(raws(alliance["ne"], SPINE)) == 4 * 4
    assert len(raws(alliance["bf"], SPINE)) == 4 * 3
    assert whole(ml)[SPINE] == ml.spine.size
    assert [journal(alliance[p], "alarm") for p in ("bf", "ne")] == [[], []]
    listed = ml.access.list(ml.access.actor("ml", "duty"), "sharing.report").docs
    assert len(listed) == 4 * 6 + 3


def test_peers_when_they_were_at_different_sizes_are_all_served_on():
    """bf had followed further than ne: each goes on from where it stood."""
    alliance = Alliance()
    speak(alliance, "un")
    alliance.exchange(2)
    kept = snapshot(alliance)
    speak(alliance, "deux")
    alliance.exchange(2)
    for word in ("trois", "quatre"):
        speak(alliance, word)
        alliance.exchange(2, apart=frozenset({"ne"}))
    ml = back(alliance, MemoryEngine.restored(kept))
    alliance.exchange(5)
    assert ml.held_back == ""
    speak(alliance, "cinq")
    alliance.exchange(4)
    assert alliance["ne"].state.followed[SPINE].size == ml.spine.size
    titles = b"".join(raws(alliance["ne"], SPINE).values())
    assert b"deux ne 0" in titles  # ne had it all along
    assert b"trois deux 0" in titles  # bf had it too, so ml could give it again
    assert b"trois ne 0" not in titles  # sealed, and reached nobody: lost
    assert b"cinq ne 0" in titles
    assert [journal(alliance[p], "alarm") for p in ("bf", "ne")] == [[], []]
    assert forks(ml) + forks(alliance["bf"]) + forks(alliance["ne"]) == 0


def test_sealing_when_the_folder_is_old_waits_until_all_peers_have_answered():
    alliance = Alliance()
    speak(alliance, "un")
    alliance.exchange(2)
    kept = snapshot(alliance)
    speak(alliance, "deux")
    alliance.exchange(2)
    ml = back(alliance, MemoryEngine.restored(kept))
    alliance.exchange(1, apart=frozenset({"ne"}))
    assert "taken back" in ml.held_back
    assert ml.recovery.waiting_for == ("ne",)
    with pytest.raises(Refused, match="taken back"):
        ml.submit(drafts("trop tôt", "bf"), "duty")
    ml.submit(drafts("chez nous"), "duty")  # at home one can always write
    alliance.exchange(2)
    assert ml.held_back == ""


def test_sealing_when_a_peer_is_silent_goes_on_after_a_day_or_a_word():
    for word in (True, False):
        alliance = Alliance()
        speak(alliance, "un")
        alliance.exchange(2)
        kept = snapshot(alliance)
        speak(alliance, "deux")
        alliance.exchange(2)
        ml = back(alliance, MemoryEngine.restored(kept))
        alliance.exchange(2, apart=frozenset({"ne"}))
        assert ml.held_back
        if word:
            ml.recovery.go_on("ne burned down")
        else:
            alliance.clock.advance(DAY)
            alliance.exchange(1, apart=frozenset({"ne"}))
        assert ml.held_back == ""
        speak(alliance, "trois")
        alliance.exchange(4)
        assert ml.recovery.waiting_for == ()
        assert b"deux ne 0" in b"".join(raws(ml, SPINE).values())  # ne came late, and gave it
        assert forks(ml) == 0
        assert alliance["ne"].state.followed[SPINE].size == ml.spine.size


def test_a_node_when_it_dies_while_it_is_taken_back_goes_on():
    alliance = Alliance()
    speak(alliance, "un")
    alliance.exchange(2)
    kept = snapshot(alliance)
    speak(alliance, "deux")
    alliance.exchange(2)
    size = alliance["ml"].spine.size
    back(alliance, MemoryEngine.restored(kept))
    alliance.exchange(1, apart=frozenset({"ne"}))
    ml = back(alliance, MemoryEngine.restored(snapshot(alliance)))
    assert "taken back" in ml.held_back
    alliance.exchange(3)
    assert ml.held_back == ""
    assert ml.spine.size == size


def test_a_backup_when_it_sealed_while_cut_off_is_found_out_by_two_checkpoints():
    alliance = Alliance()
    speak(alliance, "un")
    alliance.exchange(2)
    kept = snapshot(alliance)
    speak(alliance, "deux")
    alliance.exchange(2)
    ml = back(alliance, MemoryEngine.restored(kept))
    for k in range(3):
        speak(alliance, f"autre histoire {k}")
    alliance.exchange(6)
    assert forks(ml) + forks(alliance["bf"]) + forks(alliance["ne"]) > 0
    assert not any(b"autre histoire" in raw for raw in raws(alliance["bf"], SPINE).values())


def test_answers_of_rules_when_nothing_may_be_sealed_go_out_later():
    """bf recalls while ml is being taken back: ml's receipt waits, and goes out in the end."""
    alliance = Alliance()
    address = alliance["bf"].submit(drafts("à rappeler", "ml"), "duty")[0]
    speak(alliance, "un")
    alliance.exchange(2)
    kept = snapshot(alliance)
    speak(alliance, "deux")
    alliance.exchange(2)
    alliance["bf"].releasing.recall(address, "error", "liaison")
    ml = back(alliance, MemoryEngine.restored(kept))
    alliance.exchange(1, apart=frozenset({"ne"}))
    with ml.reading() as tx:
        assert tx.count(t.WAITING) == 1
    assert ml.held_back
    alliance.exchange(3)
    bf = alliance["bf"]
    (deleted,) = bf.access.list(bf.access.actor("bf", "duty"), "sharing.deleted").docs
    assert b'"state":"deleted"' in deleted


def test_an_answer_that_waited_when_it_is_not_wanted_any_more_stops_nothing():
    alliance = Alliance()
    ml = alliance["ml"]
    address = ml.submit(drafts("faux", "bf"), "duty")[0]
    ml.recovery.must_ask_first("this folder is a copy")
    draft = Draft("sharing.recall/1", Recall(why="deux fois"), Label(to=("bf",)), str(address))
    with ml.writing() as tx:
        ml.authoring.answer_with(tx, Write(draft, "liaison"), ml.view(tx))
    ml.held_back = ""
    ml.releasing.recall(address, "erreur", "liaison")
    alliance.exchange(2)
    assert ml.held_back == ""
    assert ml.recovery.waiting_for == ()
    with ml.reading() as tx:
        assert tx.count(t.WAITING) == 0
    assert any("recalled already" in line for line in journal(ml, "refused"))


def test_a_copied_folder_when_it_is_opened_asks_before_it_seals():
    alliance = Alliance()
    speak(alliance, "un")
    alliance.exchange(2)
    ml = back(alliance, MemoryEngine.restored(snapshot(alliance)))
    ml.recovery.must_ask_first("this folder is a copy")
    with pytest.raises(Refused, match="copy"):
        speak(alliance, "trop tôt")
    alliance.exchange(2)
    assert ml.held_back == ""
    assert ml.standing.restorations("ml") == []  # nothing was lost, so nothing begins anew
    speak(alliance, "deux")
    alliance.exchange(2)
    assert alliance["bf"].state.followed[SPINE].size == ml.spine.size


def test_a_peer_when_it_gives_our_log_back_with_other_readers_is_refused():
    """A peer may hold our record; it does not get to say who else may read it."""

    alliance = Alliance()
    speak(alliance, "un")
    alliance.exchange(2)
    ml = back(alliance, MemoryEngine())
    frame = frame_of(alliance["bf"], "ml", 0, SPINE)
    assert take(ml, frame, "bf")
    runs = [
        msgspec.structs.replace(r, readers=("bf", "ne")) if r.readers == ("bf",) else r
        for r in frame.runs
    ]
    wider = msgspec.structs.replace(frame, runs=tuple(runs))
    with pytest.raises(Exception, match="changed on the way"):
        take(ml, wider, "bf")
    with pytest.raises(Exception, match="for other readers"):
        take(ml, sealed_by(alliance, "bf", wider), "bf")


def leaked(alliance: Alliance) -> int:
    """bf and ne are shown a head of ml whose records never reach them; then ml loses its disk.

    The size of that head.
    """
    speak(alliance, "un")
    alliance.exchange(2)
    kept = snapshot(alliance)
    speak(alliance, "perdu")
    ml = alliance["ml"]
    for party in ("bf", "ne"):
        book = alliance[party].shown_book()[0]
        alliance[party].following.answer("ml", Pull((), (ml.spine.note,), book))
        assert len(alliance[party].state.doubts) == 1
    size = ml.spine.size
    back(alliance, MemoryEngine.restored(kept)).recovery.must_ask_first("out of a backup")
    return size


@pytest.mark.parametrize("seals", [1, 3])
def test_a_head_when_its_records_reached_nobody_is_told_as_lost_and_not_as_a_fork(seals):
    """With one seal the new head has the very size of the lost one; with three it goes past."""
    alliance = Alliance()
    size = leaked(alliance)
    alliance.exchange(3)
    ml = alliance["ml"]
    assert ml.held_back == ""
    (restoration,) = ml.standing.restorations("ml")
    assert restoration.size < size
    ml = back(alliance, MemoryEngine.restored(snapshot(alliance)))  # it dies, and still knows
    assert any("nobody could give back the rest" in line for line in journal(ml, "restore"))
    for k in range(seals):
        speak(alliance, f"suite {k}")
        alliance.exchange(3)
    alliance.exchange(4)
    assert ml.spine.size >= size
    assert [forks(n) for n in alliance.nodes.values()] == [0, 0, 0]
    for party in ("bf", "ne"):
        assert alliance[party].state.followed[SPINE].size == ml.spine.size
        assert alliance[party].state.doubts == ()
    assert len(ml.standing.restorations("ml")) == 1
    assert ml.held_back == ""


def test_a_flash_when_its_owner_lost_it_gives_way_to_what_stands_there_now():
    alliance = Alliance()
    speak(alliance, "un")
    alliance.exchange(2)
    kept = snapshot(alliance)
    ml, bf = alliance["ml"], alliance["bf"]
    address = ml.submit(drafts("éclair", "bf"), "duty", flash=True)[0]
    with ml.reading() as tx:
        row = tx.get(t.RECORD, (t.pack(ml.spine.no, address.index),))
    arrived = Arrived(address.index, ("bf",), row[9], row[8], commitment_of(row), "")
    bf.following._perform(sync.KeepFlash(SPINE, arrived))
    assert address.index in raws(bf, SPINE)
    ml = back(alliance, MemoryEngine.restored(kept))
    alliance.exchange(2)
    speak(alliance, "deux")
    alliance.exchange(2)
    to = b'"bf"'
    assert raws(bf, SPINE) == {i: raw for i, raw in raws(ml, SPINE).items() if to in raw}
    assert any("ml lost it" in line for line in journal(bf, "restore"))
    titles = bf.access.list(bf.access.actor("bf", "duty"), "sharing.report").docs
    assert not any("éclair".encode() in doc for doc in titles)
