"""What is kept of streams: hour by hour, whole or not at all, its digest in the journal."""

from __future__ import annotations

import hashlib

import pytest

from tests.alliance import Alliance
from tests.unit.cli_house import toguna
from toguna.core.labels import Label
from toguna.core.time import DAY_US
from toguna.errors import BadInput
from toguna.node import positions_files as files
from toguna.node.config import Moving
from toguna.node.opening import create_folder, open_node
from toguna.node.positions import Feed, Position
from toguna.surfaces import tracking as tr
from toguna.surfaces.tracking import Tracking, journalled

HOUR = files.HOUR_US
NOW = 1_800_000_000_000_000 // HOUR * HOUR
SECOND = 1_000_000
NAME = "20270115T08-ml.patrols"


def at(id_="LION 21", us=NOW, **more):
    return Position(id_, 156_597_000, -5_022_000, us, **more)


class Kept:
    """Files in a folder, and what they wrote into the journal."""

    def __init__(self, path, every_s=10, keep_days=30):
        self.path = path
        self.folder = path / files.FOLDER
        self.lines: list[str] = []
        self.files = files.HourlyFiles(path, every_s, keep_days, self.lines.append)

    def write(self, now=NOW, **more):
        self.files.write(self.files.take(), now, **more)

    def names(self):
        return sorted(p.name for p in self.folder.iterdir())

    def rows(self, name=NAME + files.SUFFIX):
        return [position for chunk in files.read_chunks(self.folder / name) for position in chunk]


@pytest.fixture
def kept(tmp_path):
    return Kept(tmp_path)


def test_an_hour_is_a_file_with_every_field(kept):
    first = at(alt_m=-20, speed_ms=0, track_deg=360)
    second = Position("TIGRE 1", -900_000_000, 1_800_000_000, NOW + 5)
    kept.files.note("ml/patrols", [first, second], NOW)
    kept.write()
    assert kept.names() == [NAME + files.PART]
    third = at(us=NOW + 20 * SECOND)
    kept.files.note("ml/patrols", [third], NOW + 20 * SECOND)
    kept.write(NOW + 60 * SECOND)
    assert kept.lines == []
    kept.write(NOW + HOUR)
    assert kept.names() == [NAME + files.SUFFIX]
    assert kept.rows() == [first, second, third]
    data = (kept.folder / (NAME + files.SUFFIX)).read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    assert kept.lines == [f"{NAME}.positions sha256:{digest}, 3 positions of 2 objects"]
    assert files.parse_line(kept.lines[0]) == (f"{NAME}.positions", digest)
    assert files.stream_of(f"{NAME}.positions") == "ml/patrols"
    assert (kept.folder / (NAME + files.SUFFIX)).stat().st_mode & 0o777 == 0o600


def test_of_each_object_one_position_in_so_many_seconds(kept):
    for second in range(35):
        things = [at(us=NOW + second * SECOND), at("TIGRE 1", us=NOW + second * SECOND)]
        kept.files.note("ml/patrols", things[: 1 + second % 2], NOW + second * SECOND)
    kept.write(NOW + HOUR)
    seconds = [((p.at_us - NOW) // SECOND, p.id) for p in kept.rows()]
    assert [s for s, id_ in seconds if id_ == "LION 21"] == [0, 10, 20, 30]
    assert [s for s, id_ in seconds if id_ == "TIGRE 1"] == [1, 11, 21, 31]


def test_what_is_noted_over_the_hour_goes_into_two_files(kept):
    kept.files.note("ml/patrols", [at(us=NOW + HOUR - 1)], NOW + HOUR - 1)
    kept.files.note("ml/patrols", [at(us=NOW + HOUR + 10 * SECOND)], NOW + HOUR + 10 * SECOND)
    kept.files.note("ml/boats", [at("B 1", us=NOW)], NOW + HOUR)
    kept.write(NOW + HOUR + 11 * SECOND)
    assert kept.names() == [
        f"{NAME}.positions", "20270115T09-ml.boats.part", "20270115T09-ml.patrols.part",
    ]  # fmt: skip
    kept.write(NOW + HOUR + 12 * SECOND, last=True)
    assert [name.endswith(files.SUFFIX) for name in kept.names()] == [True] * 3
    assert len(kept.lines) == 3


def test_a_second_run_within_the_hour_has_a_file_of_its_own(kept):
    for n in range(3):
        kept.files.note("ml/patrols", [at(us=NOW + 20 * n * SECOND)], NOW)
        kept.write(last=True)
    assert kept.names() == [f"{NAME}.2.positions", f"{NAME}.3.positions", f"{NAME}.positions"]
    assert all(files.stream_of(name) == "ml/patrols" for name in kept.names())
    assert len({line.partition(" ")[0] for line in kept.lines}) == 3


@pytest.mark.parametrize("torn", [0, 1, 3, 4, 5, 40])
def test_what_a_crash_left_is_ended_without_its_torn_chunk(kept, torn):
    kept.files.note("ml/patrols", [at()], NOW)
    kept.write()
    part = kept.folder / (NAME + files.PART)
    whole = part.read_bytes()
    kept.files.note("ml/patrols", [at(us=NOW + 60 * SECOND)], NOW)
    kept.write()
    chunk = part.read_bytes()[len(whole) :]
    assert len(chunk) > 40
    part.write_bytes(whole + chunk[:torn])
    again = Kept(kept.path)
    again.files.end_old()
    assert again.names() == [f"{NAME}.positions"]
    assert again.rows() == [at()]
    assert len(again.lines) == 1


def test_a_file_that_was_never_begun_is_ended_as_an_empty_one(kept):
    kept.folder.mkdir()
    (kept.folder / (NAME + files.PART)).write_bytes(b"tog")
    kept.files.end_old()
    assert kept.rows() == []
    assert kept.lines[0].endswith("0 positions of 0 objects")


def test_a_file_without_a_line_gets_one(kept):
    kept.files.note("ml/patrols", [at()], NOW)
    kept.write(last=True)
    (line,) = kept.lines
    again = Kept(kept.path)
    again.files.journal_missing({})
    assert again.lines == [line]
    again.files.journal_missing(dict([files.parse_line(line)]))
    assert again.lines == [line]


def test_a_chunk_that_the_disk_refused_leaves_no_half_of_it(kept, monkeypatch):
    kept.files.note("ml/patrols", [at()], NOW)
    kept.write()

    def full(_handle):
        raise OSError(28, "No space left on device")

    kept.files.note("ml/patrols", [at(us=NOW + 60 * SECOND)], NOW)
    with monkeypatch.context() as patch:
        patch.setattr(files.os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            kept.write()
    kept.files.note("ml/patrols", [at(us=NOW + 90 * SECOND)], NOW)
    kept.write(last=True)
    assert kept.rows() == [at(), at(us=NOW + 90 * SECOND)]


def test_old_files_are_deleted(kept):
    for day in (0, 1, 29, 30, 31):
        us = NOW + day * DAY_US
        kept.files.note("ml/patrols", [at(us=us)], us)
    kept.write(NOW + 32 * DAY_US)
    assert kept.files.drop_old(NOW + 31 * DAY_US) == 1
    assert kept.files.drop_old(NOW + 31 * DAY_US + HOUR) == 1
    assert [name[:8] for name in kept.names()] == ["20270213", "20270214", "20270215"]


def test_what_is_gone_is_not_remembered(kept):
    feed = Feed("ml/patrols", Label(), iter(range(1, 9)))
    feed.put([at()], Label(), NOW)
    kept.files.note("ml/patrols", [at(), at("TIGRE 1")], NOW)
    kept.files.note("ml/boats", [at("B 1")], NOW)
    kept.files.forget({"ml/patrols": feed})
    assert kept.files._kept == {"ml/patrols": {"LION 21": NOW}}


@pytest.mark.parametrize(
    "data", [b"", b"other\n", files.FIRST_LINE + b"\0\0\0\4abcd", files.FIRST_LINE + b"\0\0\0\4ab",
             files.FIRST_LINE + b"\xff\xff\xff\xffab", files.FIRST_LINE + b"\0\0"]
)  # fmt: skip
def test_a_broken_file_is_said_to_be_one(tmp_path, data):
    path = tmp_path / f"{NAME}.positions"
    path.write_bytes(data)
    with pytest.raises(BadInput) as refused:
        list(files.read_chunks(path))
    assert str(path) in refused.value.where


# With a node ----------------------------------------------------------------------------


def test_the_journal_has_the_digest_of_each_file(tmp_path):
    node = Alliance()["ml"]
    node.parts = node.parts._replace(positions=Moving(folder=tmp_path))
    tracking = Tracking(node)
    tracking.put("patrols", [at(us=node.now())], Label(to=("bf",)))
    tracking._finish()
    (path,) = files.files_in(tmp_path / files.FOLDER)
    assert dict(journalled(node)) == {path.name: files.digest_of(path)}
    Tracking(node)._take_up()
    assert len(list(journalled(node))) == 1, "a second start adds nothing"


def test_a_journal_of_many_pages_is_read_to_its_end(tmp_path, monkeypatch):
    node = Alliance()["ml"]
    text = "20270115T08-ml.a%d.positions sha256:%064d, 1 positions of 1 objects"
    for n in range(7):
        node.journal(files.JOURNAL, text % (n, n))
    node.journal(files.JOURNAL, "something else")
    real = node.access.list
    monkeypatch.setattr(
        node.access, "list", lambda *a, limit, **more: real(*a, limit=min(limit, 3), **more)
    )
    assert len(dict(journalled(node))) == 7


def test_without_a_folder_nothing_is_kept():
    node = Alliance()["ml"]
    tracking = Tracking(node)
    assert tracking.put("patrols", [at(us=node.now())], Label(to=("bf",))) == 1
    tracking._finish()
    assert tracking.files is None
    assert list(tr.journalled(node)) == []


@pytest.fixture
def folder(tmp_path):
    """A founded folder in which three files were kept."""
    path = tmp_path / "ml"
    create_folder(path, "ml", "Mali")
    node = open_node(path)
    tracking = Tracking(node)
    for name in ("patrols", "boats", "planes"):
        tracking.put(name, [at(us=node.now())], Label())
    tracking._finish()
    node.close()
    return path


def test_verify_says_which_file_is_not_what_it_was(folder):
    answer = toguna("positions", "verify", str(folder))
    assert (answer.code, answer.out) == (0, "3 files whole\n")
    boats, patrols, planes = (folder / files.FOLDER / name for name in sorted(
        p.name for p in files.files_in(folder / files.FOLDER)
    ))  # fmt: skip
    assert "patrols" in patrols.name
    data = bytearray(boats.read_bytes())
    data[-1] ^= 1
    boats.write_bytes(data)
    planes.unlink()
    stray = patrols.with_name("20200101T00-ml.strange.positions")
    stray.write_bytes(patrols.read_bytes())
    answer = toguna("positions", "verify", str(folder), "--json")
    assert answer.code == 1
    states = {f["file"]: f["state"] for f in answer.json["files"]}
    assert states == {
        boats.name: "altered", patrols.name: "whole", planes.name: "missing",
        stray.name: "in no line",
    }  # fmt: skip
    text = toguna("positions", "verify", str(folder)).out
    assert "1 file whole, 3 not" in text
    assert patrols.name not in text
    listed = toguna("positions", "list", str(folder)).out
    assert all(name in listed for name in states)
    assert "ml/home/" in listed


def test_a_file_that_is_older_than_it_is_kept_is_not_missing(folder):
    config = folder / "toguna.toml"
    config.write_text(config.read_text().replace("exercise = false", "exercise = true"))
    for path in files.files_in(folder / files.FOLDER):
        path.unlink()
    answer = toguna("positions", "verify", str(folder), "--json")
    assert answer.code == 1
    later = toguna("positions", "verify", str(folder), "--at", "2099-01-01", "--json")
    assert later.code == 0
    assert {f["state"] for f in later.json["files"]} == {"no longer kept"}
