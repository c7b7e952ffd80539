"""A relay between two nodes changes what passes. Nothing of it is kept, and it is named."""

from __future__ import annotations

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
    raws,
    sealed_by,
    spoken,
    take,
)
from toguna.core import frame as frames
from toguna.core import log, merkle, messages, sync
from toguna.core.frame import Frame, Gone, Run
from toguna.errors import TogunaError, Unverified

ADD_UP = "do not add up to the signed root"
LEFT_OUT = "left out or changed"


@pytest.fixture(scope="module")
def alliance():
    return spoken()


@pytest.fixture(scope="module")
def honest(alliance) -> Frame:
    return frame_of(alliance["ml"], "bf")


def refusal(alliance, frame: Frame, *, signed: bool = True) -> str:
    """Why bf does not take the frame. ``signed`` leaves the sender's signature aside, so that
    the hashes are what refuses."""
    bf = alliance["bf"]
    before = bf.state
    with pytest.raises(TogunaError) as caught:
        take(bf, sealed_by(alliance, "ml", frame) if signed else frame)
    assert bf.state is before
    assert SPINE in str(caught.value)
    return str(caught.value)


def bodies(frame: Frame) -> list[bytes]:
    return frames.unpack_bodies(frame.bodies)


def hide(alliance, frame: Frame, k: int) -> Frame:
    """The frame without its run k, with the true hashes in its place."""
    ml, run = alliance["ml"], frame.runs[k]
    runs = tuple(r for r in frame.runs if r is not run)
    before = sum(r.count for r in frame.runs[:k])
    kept = bodies(frame)
    del kept[before : before + run.count]
    with ml.reading() as tx:
        hidden = frames.withheld(runs, frame.start, frame.end - 1, ml.spine.fetch(tx), frame.seals)
    return change(frame, runs=runs, withheld=hidden, bodies=frames.pack_bodies(kept))


def test_honest_frame_when_it_arrives_is_kept_whole(alliance, honest):
    (kept,) = take(alliance["bf"], honest)
    assert isinstance(kept, sync.Keep)
    assert len(kept.arrived) == 9
    assert honest.seals == (8, 20, 28)


def test_a_body_when_it_is_changed_is_refused(alliance, honest):
    for k, raw in enumerate(bodies(honest)):
        other = bodies(honest)
        other[k] = raw.replace(b"faso", b"FASO").replace(b"deux", b"DEUX")
        assert ADD_UP in refusal(alliance, change(honest, bodies=frames.pack_bodies(other)))


def test_bodies_when_they_are_reordered_are_refused(alliance, honest):
    other = bodies(honest)
    other[0], other[1] = other[1], other[0]
    assert ADD_UP in refusal(alliance, change(honest, bodies=frames.pack_bodies(other)))


def test_a_body_when_it_is_left_out_or_added_is_refused(alliance, honest):
    some = bodies(honest)
    fewer = change(honest, bodies=frames.pack_bodies(some[:-1]))
    assert "is missing" in refusal(alliance, fewer)
    more = change(honest, bodies=frames.pack_bodies([*some, b"{}"]))
    assert "more bodies than entries" in refusal(alliance, more)


def test_a_run_when_it_is_hidden_behind_correct_hashes_is_refused(alliance, honest):
    for k in range(len(honest.runs)):
        assert LEFT_OUT in refusal(alliance, hide(alliance, honest, k))


def test_hidden_hashes_when_changed_or_dropped_are_refused(alliance, honest):
    for k in range(0, len(honest.withheld), 32):
        hidden = bytearray(honest.withheld)
        hidden[k] ^= 1
        assert ADD_UP in refusal(alliance, change(honest, withheld=bytes(hidden)))
    assert "are missing" in refusal(alliance, change(honest, withheld=honest.withheld[:-32]))
    assert "more hidden hashes" in refusal(
        alliance, change(honest, withheld=honest.withheld + bytes(32))
    )


def test_an_old_hidden_record_when_it_is_rewritten_is_refused(alliance):
    """bf has verified all; the relay shows it a log in which an old one is another."""
    bf = copy_of(alliance, "bf")
    ask(bf, alliance["ml"])
    ml = copy_of(alliance, "ml")
    ml.submit(drafts("suite", "bf"), "duty")
    later = frame_of(ml, "bf", bf.state.followed[SPINE].size)
    held = bf.state.followed[SPINE]
    peaks = (bytes(32), *held.range.peaks[1:])
    forged = held._replace(range=merkle.CompactRange(held.size, peaks))
    with pytest.raises(Unverified, match=ADD_UP):
        frames.verify(
            later, forged, "bf", _slot(alliance), sync.log_keys(bf.standing, "ml", later.end)
        )


def _slot(alliance) -> int:
    return next(p.slot for p in alliance["bf"].standing.parties if p.party == "bf")


def test_the_slot_when_it_is_another_readers_is_refused(alliance, honest):
    other = frame_of(alliance["ml"], "ne")
    assert LEFT_OUT in refusal(alliance, change(honest, blind=other.blind))
    assert LEFT_OUT in refusal(alliance, change(honest, path=other.path))
    assert "malformed" in refusal(alliance, change(honest, path=honest.path[:-32]))
    assert LEFT_OUT in refusal(alliance, change(honest, blind=bytes(16)))


def test_the_last_entry_when_it_is_made_a_gap_is_refused(alliance, honest):
    """Without a heads entry there is no proof of completeness, whatever the hashes say."""
    hidden = honest.withheld + merkle.leaf_hash(honest.heads)
    bare = change(honest, heads=b"", blind=b"", path=b"", withheld=hidden)
    why = refusal(alliance, bare)
    assert "more hidden hashes than gaps" in why  # the log's last batch is cut otherwise
    with alliance["ml"].reading() as tx:
        fetch = alliance["ml"].spine.fetch(tx)
        hidden = frames.withheld(honest.runs, 0, honest.end, fetch, honest.seals)
    bare = change(honest, heads=b"", blind=b"", path=b"", withheld=hidden)
    assert "malformed" in refusal(alliance, bare)


def test_a_checkpoint_when_it_is_of_another_size_or_log_is_refused(alliance, honest):
    ml, ne = alliance["ml"], copy_of(alliance, "ne")
    ne.submit(drafts("autre", "bf"), "duty")
    with ml.reading() as tx:
        from toguna.node import tables as t

        older = bytes(tx.get(t.SEAL, (ml.spine.no, 20))[4])
    assert "is of size 20" in refusal(alliance, change(honest, note=older))
    foreign = frame_of(ne, "bf").note
    assert "no key of this log" in refusal(alliance, change(honest, note=foreign))


def test_start_and_end_when_they_are_moved_are_refused(alliance, honest):
    assert "verified so far are 0" in refusal(alliance, change(honest, start=4))
    assert "checkpoint is of size" in refusal(alliance, change(honest, end=honest.end + 8))
    assert "not in order" in refusal(alliance, change(honest, end=20))
    assert take(alliance["bf"], change(honest, end=0, start=0)) == []


def test_readers_when_they_are_changed_are_refused(alliance, honest):
    first = msgspec.structs.replace(honest.runs[0], readers=("bf",))
    frame = change(honest, runs=(first, *honest.runs[1:]))
    assert "changed on the way" in refusal(alliance, frame, signed=False)


def test_a_record_when_it_is_called_gone_by_a_relay_is_refused(alliance, honest):
    run = honest.runs[0]
    salted = log.salts(run.key, run.start, run.count)
    kept = bodies(honest)
    dead = Gone(run.start, log.commitment(salted[0], kept[0]), "recalled")
    lied = Run(run.start, run.count, run.readers, b"", b"".join(salted[1:]), (dead,))
    frame = change(honest, runs=(lied, *honest.runs[1:]), bodies=frames.pack_bodies(kept[1:]))
    assert "changed on the way" in refusal(alliance, frame, signed=False)


def test_entries_when_they_are_called_gone_outside_their_run_are_refused(alliance, honest):
    run = msgspec.structs.replace(honest.runs[0], gone=(Gone(90, bytes(32), "x"),))
    frame = change(honest, runs=(run, *honest.runs[1:]))
    assert "gone that are not its" in refusal(alliance, frame)


def test_seals_when_they_are_invented_or_left_out_are_refused(alliance, honest):
    frame = change(honest, seals=(8, 16, 20, 28))
    assert "changed on the way" in refusal(alliance, frame, signed=False)
    refusal(alliance, change(honest, seals=(20, 8, 28)))


def test_keys_of_salts_when_they_are_changed_are_refused(alliance, honest):
    run = msgspec.structs.replace(honest.runs[0], key=honest.runs[-1].key)
    assert ADD_UP in refusal(alliance, change(honest, runs=(run, *honest.runs[1:])))
    bare = msgspec.structs.replace(honest.runs[0], key=b"", salts=bytes(16))
    assert "bytes of salts" in refusal(alliance, change(honest, runs=(bare, *honest.runs[1:])))


def test_bodies_when_they_would_unfold_without_end_are_refused(alliance, honest):
    import zstandard

    bomb = zstandard.ZstdCompressor(level=3).compress(bytes(65 << 20))
    frame = change(honest, bodies=bomb)
    with pytest.raises(TogunaError, match="unfold to more than"):
        take(alliance["bf"], sealed_by(alliance, "ml", frame))


def test_an_old_frame_when_it_is_played_again_changes_nothing(alliance, honest):
    """A rollback: the resume point never goes back."""
    bf = copy_of(alliance, "bf")
    ask(bf, alliance["ml"])
    size = bf.state.followed[SPINE].size
    with bf.reading() as tx:
        state, effects = sync.take_frame(bf.state, "ml", honest, bf.following.context(tx))
    assert effects == []
    assert state.followed[SPINE].size == size == 36


@given(st.data())
def test_any_byte_of_a_frame_when_it_is_changed_is_refused(data):
    alliance = spoken()
    frame = frame_of(alliance["ml"], "bf")
    raw = frames.encode(frame)
    other = data.draw(damaged(raw))
    bf = alliance["bf"]
    try:
        effects = take(bf, frames.decode(other))
    except TogunaError:
        return
    assert effects == take(bf, frame), "another writing of the very same frame"


@st.composite
def damaged(draw, raw: bytes) -> bytes:
    """The bytes with one bit flipped, one byte other, some cut, doubled or put in."""
    at = draw(st.integers(0, len(raw) - 1))
    how = draw(st.sampled_from(("bit", "byte", "cut", "end", "put", "double")))
    if how == "bit":
        return raw[:at] + bytes([raw[at] ^ 1 << draw(st.integers(0, 7))]) + raw[at + 1 :]
    if how == "byte":
        return raw[:at] + draw(st.binary(min_size=1, max_size=1)) + raw[at + 1 :]
    if how == "cut":
        return raw[:at] + raw[at + draw(st.integers(1, 64)) :]
    if how == "end":
        return raw[:at]
    if how == "put":
        return raw[:at] + draw(st.binary(min_size=1, max_size=40)) + raw[at:]
    return raw[:at] + raw[max(0, at - draw(st.integers(1, 64))) : at] + raw[at:]


@settings(max_examples=60)
@given(st.data())
def test_any_byte_of_an_answer_when_it_is_changed_leaves_no_harm(data):
    """Whatever a relay makes of an answer: bf holds nothing false, and catches up after."""
    alliance = spoken()
    ml, bf = copy_of(alliance, "ml"), copy_of(alliance, "bf")
    for _ in range(data.draw(st.integers(1, 3))):
        ask(bf, ml, lambda raw: data.draw(damaged(raw)))
    true = {i: raw for i, raw in raws(ml).items() if b'"bf"' in raw}
    held = raws(bf)
    assert all(true.get(index) == raw for index, raw in held.items())
    for _ in range(3):
        ask(bf, ml)
    assert raws(bf) == true
    assert bf.state.followed[SPINE].range.root() == ml.spine.edge.root()


@pytest.mark.parametrize("where", ["body", "flash", "part"])
def test_an_answer_when_it_is_false_is_named_in_the_journal(alliance, where):
    ml, bf = copy_of(alliance, "ml"), copy_of(alliance, "bf")
    ml.submit(drafts("éclair", "bf"), "duty", flash=True)

    def lie(raw: bytes) -> bytes:
        reply = messages.decode_reply(raw)
        if where == "flash":
            flash = msgspec.structs.replace(reply.flashes[0], raw=b"{}")
            return messages.encode(msgspec.structs.replace(reply, flashes=(flash,)))
        part = reply.parts[0]
        if where == "part":
            part = msgspec.structs.replace(part, log="ne/spine")
        else:
            data = part.data[:200] + bytes([part.data[200] ^ 1]) + part.data[201:]
            part = msgspec.structs.replace(part, data=data)
        return messages.encode(msgspec.structs.replace(reply, parts=(part,), flashes=()))

    ask(bf, ml, lie)
    (line,) = journal(bf, "alarm")
    word = {"body": "damaged on the way", "flash": "leaf", "part": "not asked for"}[where]
    assert line.startswith("from ml: ")
    assert word in line
    assert b"{}" not in raws(bf).values()
    assert where == "flash" or raws(bf) == {}
    assert bf.state.peers["ml"].last_error
