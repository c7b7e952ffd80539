"""Frames: gaps and their hashes, packing, the seals inside."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.framing import SPINE, copy_of, drafts, frame_of, spoken
from toguna.core import frame as frames
from toguna.core import merkle, note, sync
from toguna.core.frame import Run
from toguna.errors import BadInput, Unverified


def runs(*pairs: tuple[int, int]) -> tuple[Run, ...]:
    return tuple(Run(start, count, ("bf",)) for start, count in pairs)


@given(st.data())
def test_gaps_when_they_are_cut_cover_all_that_runs_leave(data):
    end = data.draw(st.integers(1, 200))
    marks = sorted(data.draw(st.sets(st.integers(0, end), max_size=8)))
    some = runs(*((a, b - a) for a, b in zip(marks[::2], marks[1::2], strict=False)))
    seals = sorted(data.draw(st.sets(st.integers(1, end), max_size=8)))
    found = frames.gaps(some, 0, end, seals)
    seen = {i for r in some for i in range(r.start, r.start + r.count)}
    assert sorted(i for a, b in found for i in range(a, b)) == sorted(set(range(end)) - seen)
    assert all(a < b for a, b in found)
    assert not any(a < seal < b for seal in seals for a, b in found)


@pytest.mark.parametrize("some", [((3, 2), (4, 1)), ((5, 0),), ((9, 4),), ((4, 1), (2, 1))])
def test_runs_when_they_overlap_or_stand_outside_are_refused(some):
    with pytest.raises(Unverified, match="does not fit"):
        frames.gaps(runs(*some), 0, 10)


@given(st.lists(st.binary(max_size=50), max_size=20))
def test_bodies_when_they_are_packed_come_back(raws):
    assert frames.unpack_bodies(frames.pack_bodies(raws)) == raws


def test_bodies_when_they_are_cut_are_refused():
    packed = frames.pack_bodies([b"abc", b"defgh"])
    with pytest.raises(BadInput):
        frames.unpack_bodies(packed[:-3])
    import zstandard

    short = zstandard.ZstdCompressor().compress(b"\x00\x00\x00\x09abc")
    with pytest.raises(BadInput, match="cut short"):
        frames.unpack_bodies(short)


def test_a_frame_when_it_is_cut_anywhere_verifies_on_from_there():
    """From every seal on, and in any number of frames, the same end is reached."""
    ml, bf = copy_of(spoken(), "ml"), copy_of(spoken(), "bf")
    keys = sync.log_keys(bf.standing, "ml", 10_000)
    slot = next(p.slot for p in bf.standing.parties if p.party == "bf")
    followed = frames.unfollowed(SPINE)
    for _ in range(4):
        frame = frame_of(ml, "bf", followed.size)
        followed, _arrived = frames.verify(frame, followed, "bf", slot, keys)
        assert followed.range.root() == ml.spine.edge.root()
        ml.submit(drafts("plus", "bf"), "duty")
        ml.submit(drafts("caché", "ne"), "duty")
    assert followed.slot.count == 9 + 3


def test_the_tree_inside_a_frame_when_it_is_asked_for_is_the_owners_at_each_seal():
    ml = spoken()["ml"]
    frame = frame_of(ml, "ne")
    slot = next(p.slot for p in ml.standing.parties if p.party == "ne")
    keys = sync.log_keys(ml.standing, "ml", frame.end)
    _grown, arrived = frames.verify(frame, frames.unfollowed(SPINE), "ne", slot, keys)
    empty = merkle.CompactRange.empty()
    with ml.reading() as tx:
        for size in frame.seals:
            inside = frames.range_inside(frame, empty, arrived, size)
            assert inside is not None
            assert inside.root() == ml.spine.root_at(tx, size)
    assert frames.range_inside(frame, empty, arrived, 9) is None


def test_a_frame_when_it_is_encoded_comes_back():
    frame = frame_of(spoken()["ml"], "bf")
    assert frames.decode(frames.encode(frame)) == frame
    with pytest.raises(BadInput, match="not a frame"):
        frames.decode(frames.encode(frame)[:-1])
    assert note.Checkpoint.parse(note.Note.parse(frame.note).text).size == frame.end
