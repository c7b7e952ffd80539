"""The owner itself lies: its store is changed, then served and signed. All of it is named."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.framing import (
    SPINE,
    ask,
    change,
    copy_of,
    drafts,
    frame_of,
    journal,
    raw_of,
    raws,
    seal_raw,
    sealed_by,
    spoken,
    take,
)
from toguna.core import log, messages
from toguna.core.labels import Label
from toguna.core.record import Draft
from toguna.core.table import Transaction, Where
from toguna.domains.sharing.bodies import Recall
from toguna.errors import TogunaError
from toguna.node import tables as t
from toguna.node.answering import commitment_of
from toguna.node.node import Node

ADD_UP = "do not add up to the signed root"
LEFT_OUT = "left out or changed"


@pytest.fixture
def ml() -> Node:
    return copy_of(spoken(), "ml")


@pytest.fixture
def bf() -> Node:
    return copy_of(spoken(), "bf")


def lie(ml: Node, deed: Callable[[Transaction], None]) -> None:
    with ml.parts.engine.write() as tx:
        deed(tx)
    ml.answers.forget()


def refused(bf: Node, ml: Node) -> str:
    """What bf says of ml's answer; it has kept nothing of it."""
    before = raws(bf)
    ask(bf, ml)
    assert raws(bf) == before
    lines = journal(bf, "alarm")
    assert lines, "it is named in the journal"
    assert bf.state.peers["ml"].last_error
    return lines[-1]


def row_of(tx: Transaction, ml: Node, index: int) -> list:
    return list(tx.get(t.RECORD, (t.pack(ml.spine.no, index),)))


def put(tx: Transaction, row: list) -> None:
    tx.put(t.RECORD, [tuple(row)])


def test_a_body_when_it_is_rewritten_in_the_store_is_refused(ml, bf):
    def deed(tx):
        row = row_of(tx, ml, 2)
        row[8] = row[8].replace(b"faso", b"FASO")
        put(tx, row)

    lie(ml, deed)
    assert ADD_UP in refused(bf, ml)


def test_a_record_when_it_is_dropped_from_the_store_is_refused(ml, bf):
    lie(ml, lambda tx: tx.delete(t.RECORD, [(t.pack(ml.spine.no, 3),)]))
    why = refused(bf, ml)
    assert "is missing" in why or ADD_UP in why


def test_records_when_they_are_reordered_are_refused(ml, bf):
    def deed(tx):
        one, two = row_of(tx, ml, 2), row_of(tx, ml, 3)
        one[8], two[8] = two[8], one[8]
        put(tx, one)
        put(tx, two)

    lie(ml, deed)
    assert ADD_UP in refused(bf, ml)


def test_a_run_when_it_is_withheld_from_its_reader_is_refused(ml, bf):
    """The owner gives bf's run to another audience, so that bf gets hashes for it."""

    def deed(tx):
        run = tx.get(t.RUN, (ml.spine.no, 2))
        tx.put(t.RUN, [(*run[:3], ml.ledger.audience(tx, "ml", ("ne",)), run[4])])

    lie(ml, deed)
    assert LEFT_OUT in refused(bf, ml)


def test_a_run_when_it_goes_to_the_wrong_reader_is_refused(ml, bf):
    """What was assigned to ne comes to bf, who is not asked to believe that it is whole."""

    def deed(tx):
        run = tx.get(t.RUN, (ml.spine.no, 5))  # -1: the salts go along one by one
        tx.put(t.RUN, [(*run[:3], ml.ledger.audience(tx, "ml", ("bf", "ne")), -1)])

    lie(ml, deed)
    assert LEFT_OUT in refused(bf, ml)


def test_a_run_when_it_names_other_readers_is_refused(ml, bf):
    frame = frame_of(ml, "bf")
    run = msgspec.structs.replace(frame.runs[0], readers=("ne",))
    forged = sealed_by(spoken(), "ml", change(frame, runs=(run, *frame.runs[1:])))
    with pytest.raises(TogunaError, match="is not for bf"):
        take(bf, forged)


@pytest.mark.parametrize("what", ["count", "chain", "empty"])
def test_a_slot_when_it_is_another_is_refused(ml, bf, what):
    """Wrong chain, other count, or a slot of nothing, under a checkpoint that is signed anew."""
    slot = next(p.slot for p in ml.standing.parties if p.party == "bf")

    def deed(tx):
        row = tx.get(t.SEAL, (ml.spine.no, ml.spine.size))
        slots = msgspec.msgpack.decode(row[5], type=dict[int, tuple[int, bytes]])
        count, chain = slots[slot]
        slots[slot] = {
            "count": (count - 1, chain),
            "chain": (count, bytes(32)),
            "empty": (0, bytes(32)),
        }[what]
        tx.put(t.SEAL, [(*row[:5], msgspec.msgpack.encode(slots))])

    lie(ml, deed)
    why = refused(bf, ml)
    assert ADD_UP in why or LEFT_OUT in why


def test_a_slot_when_it_was_sealed_wrong_is_refused(ml, bf):
    """The lie stands in the log itself: everything adds up but what bf was promised."""
    slot = next(p.slot for p in ml.standing.parties if p.party == "bf")
    true = ml.spine.slots
    ml.spine.slots = {**true, slot: log.Slot(true[slot].count + 1, true[slot].chain)}
    ml.submit(drafts("suite", "bf"), "duty")
    assert LEFT_OUT in refused(bf, ml)


def test_a_key_of_salts_when_it_is_of_another_batch_is_refused(ml, bf):
    def deed(tx):
        run = tx.get(t.RUN, (ml.spine.no, 2))
        tx.put(t.RUN, [(*run[:4], 8)])

    lie(ml, deed)
    assert ADD_UP in refused(bf, ml)


def test_a_hidden_hash_when_it_is_rewritten_is_refused(ml, bf):
    """An old record that bf never saw is another now; its tile says so."""

    def deed(tx):
        row = tx.get(t.TILE, (ml.spine.no, 0, 0))
        at = 6 * 32
        data = row[3][:at] + bytes([row[3][at] ^ 1]) + row[3][at + 1 :]
        tx.put(t.TILE, [(*row[:3], data)])

    lie(ml, deed)
    assert ADD_UP in refused(bf, ml)


def test_a_record_when_it_is_gone_without_recall_is_named(ml, bf):
    """It may be over for good reasons; that it came empty, and who says why, is written down."""
    lie(ml, lambda tx: ml.ledger.erase(tx, t.pack(ml.spine.no, 3), "lost"))
    ask(bf, ml)
    assert 3 not in raws(bf)
    assert journal(bf, "gone") == ["1 came without content, first ml/spine/3: ml says lost"]
    shown = bf.access.show(bf.access.actor("bf", "duty"), t.address_of(SPINE, 3))
    assert shown.gone == "lost"
    assert bf.state.followed[SPINE].slot.count == 9  # and it is counted


def test_a_record_of_anothers_name_when_it_is_in_the_log_counts_for_nothing(ml, bf):
    """The owner writes in ne's name, or for other readers than it serves."""

    def forged(word: str) -> bytes:
        report = drafts(word, "bf")[0]
        raw = raw_of(ml, report)
        return raw.replace(b'"party":"ml"', b'"party":"ne"')

    seal_raw(ml, forged("faux"), ("bf",))
    ask(bf, ml)
    assert not any(b"faux" in raw for raw in raws(bf).values())
    (line,) = journal(bf, "refused")
    assert "it says that it is by ne" in line


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b'"to":["bf"]', b'"to":["ne"]', "other readers"),
        (b'"v":1}', b'"v":2}', "version 2"),
        (b'"credibility":2', b'"credibility":9', "credibility"),
        (b'"kind":"sharing.report/1"', b'"kind":"sharing.recall/1"', "recall"),
    ],
)
def test_a_record_when_it_breaks_a_rule_counts_for_nothing_and_is_named(ml, bf, old, new, why):
    raw = raw_of(ml, drafts("faux", "bf")[0]).replace(old, new)
    seal_raw(ml, raw, ("bf",))
    ask(bf, ml)
    assert raw not in raws(bf).values()
    (line,) = journal(bf, "refused")
    assert why in line


def test_a_recall_when_it_is_of_anothers_record_does_nothing(ml, bf):
    """ml recalls what is ne's; bf keeps it."""
    ne = copy_of(spoken(), "ne")
    at = ne.submit(drafts("à moi", "bf"), "duty")[0]
    ask(bf, ne)
    held = raws(bf, "ne/spine")
    assert held
    draft = Draft("sharing.recall/1", Recall(why="hop"), Label(to=("bf",)), str(at))
    from toguna.core import record

    seal_raw(ml, record.sign(raw_of(ml, draft), ml.parts.keys.sign_desk), ("bf",))
    ask(bf, ml)
    assert raws(bf, "ne/spine") == held


# Any row at all -------------------------------------------------------------------------


@settings(max_examples=60)
@given(st.data())
def test_any_row_when_it_is_changed_before_it_is_served_brings_nothing_false(data):
    """Whatever is changed in the tables out of which ml answers: bf takes no false record."""
    ml, bf = copy_of(spoken(), "ml"), copy_of(spoken(), "bf")
    true = raws(ml)
    for _ in range(data.draw(st.integers(1, 3))):
        lie(ml, lambda tx: spoil(tx, ml, data))
    ask(bf, ml)
    ask(bf, ml)
    for index, raw in raws(bf).items():
        assert true[index] == raw
        assert b'"bf"' in raw
    followed = bf.state.followed.get(SPINE)
    if followed is not None and not journal(bf, "gone"):
        mine = {i: raw for i, raw in true.items() if b'"bf"' in raw and i < followed.size}
        assert raws(bf) == mine  # nothing is missing where bf says that it has verified
        assert followed.slot.count == len(mine)


def spoil(tx: Transaction, ml: Node, data: st.DataObject) -> None:
    table = data.draw(st.sampled_from([t.RECORD, t.RUN, t.TILE, t.SEAL]))
    no = ml.spine.no
    low, high = t.pack(no, 0), t.pack(no + 1, 0)
    if table is t.RECORD:
        rows = list(tx.scan(table, [Where("id", ">=", low), Where("id", "<", high)]))
    else:
        rows = list(tx.scan(table, [Where("log", "=", no)]))
    if not rows:
        return
    row = list(data.draw(st.sampled_from(rows)))
    key = tuple(row[: len(table.key)])
    if data.draw(st.integers(0, 4)) == 0:
        tx.delete(table, [key])
        return
    column = data.draw(st.integers(len(table.key), len(row) - 1))
    value = row[column]
    if isinstance(value, bytes) and value:
        at = data.draw(st.integers(0, len(value) - 1))
        row[column] = (
            value[:at] + bytes([value[at] ^ data.draw(st.integers(1, 255))]) + value[at + 1 :]
        )
    elif isinstance(value, int):
        row[column] = max(0, value + data.draw(st.integers(-2, 2)))
        if table is t.RUN and column == 3:
            row[column] = data.draw(st.sampled_from(sorted(ml.ledger._audience_of)))
        if table is t.RECORD and column == 4:
            return  # whom the owner's own lists show it to is the owner's affair
    tx.put(table, [tuple(row)])


def test_pulls_when_they_ask_for_what_is_not_theirs_get_nothing(ml):
    """bf asks for ml's home journal, for ne's spine, and beyond the end."""
    for name in ("ml/home", "ne/spine", "../../etc", ""):
        pull = messages.Pull((messages.Want(name, 0),), (), b"")
        reply = messages.decode_reply(ml.answer("bf", messages.encode(pull)))
        assert reply.parts == ()
        assert "is not served to bf" in reply.why
    for size in (3, 7, 999):
        pull = messages.Pull((messages.Want(SPINE, size),), (), b"")
        reply = messages.decode_reply(ml.answer("bf", messages.encode(pull)))
        assert reply.parts == ()
        assert size == 999 or "was never sealed at" in reply.why


def test_commitments_when_a_record_is_erased_stay(ml):
    with ml.parts.engine.write() as tx:
        before = commitment_of(tx.get(t.RECORD, (t.pack(ml.spine.no, 3),)))
        ml.ledger.erase(tx, t.pack(ml.spine.no, 3), "lost")
        assert commitment_of(tx.get(t.RECORD, (t.pack(ml.spine.no, 3),))) == before
