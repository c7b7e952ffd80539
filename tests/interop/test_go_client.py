"""A log exported as static files is read by Go's sumdb client, which shares no line with us."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from toguna.core import ed25519, merkle, note, tiles
from toguna.core.note import ED25519, Checkpoint, VerifierKey

ORIGIN, SEED = "toguna/abc/ml", bytes(range(32))
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def write_files(files: Iterable[tuple[str, bytes]], folder: Path) -> None:
    for path, data in files:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def export(size: int, folder: Path, step: int = 20_000) -> tiles.Edge:
    """A log of ``size`` commitments, grown in steps and written as static files."""
    entries = [merkle.leaf_hash(i.to_bytes(4, "big")) for i in range(size)]
    edge, stored = tiles.Edge.empty(), dict[tuple[int, int], bytes]()
    while edge.size < size:
        more = merkle.leaf_hashes(entries[edge.size : edge.size + step])
        edge, changed = tiles.extend(edge, more)
        stored.update({(t.level, t.index): t.data for t in changed})
    checkpoint = note.sign_checkpoint(Checkpoint(ORIGIN, size, edge.root()), SEED)
    witnessed = note.cosign(checkpoint, "toguna/abc/bf", bytes(32), 1_700_000_000)
    files = tiles.static_files(
        size,
        lambda level, index: stored.get((level, index)),
        lambda start, end: entries[start:end],
        str(VerifierKey(ORIGIN, ED25519, ed25519.public_key(SEED))),
        note.add_signatures(checkpoint, [witnessed]),
    )
    write_files(files, folder)
    return edge


def base64_of(value: bytes) -> str:
    return base64.b64encode(value).decode()


@pytest.mark.parametrize("size", [0, 1, 5, 256, 257, 70_000])
def test_the_go_client_verifies_everything(size: int, gotlog: Run, tmp_path: Path) -> None:
    edge = export(size, tmp_path)
    done = gotlog(tmp_path)
    assert done.stderr == ""
    assert done.stdout == f"ok {size} {base64_of(edge.root())}\n"


def test_the_go_client_makes_the_same_paths(gotlog: Run, tmp_path: Path) -> None:
    size = 777
    export(size, tmp_path)

    def read(level: int, index: int) -> bytes | None:
        found = [*tmp_path.glob(f"tile/{level}/{index:03d}*")]
        file = found[0] if found else tmp_path / "none"
        return (next(file.iterdir()) if file.is_dir() else file).read_bytes()

    def fetch(level: int, index: int) -> bytes:
        return tiles.subtree_hash(level, index, read)

    places = [0, 3, 255, 256, 600, 776]
    lines = []
    for place in places:
        for what, at, path in (
            ("inclusion", place, merkle.inclusion_path(place, size, fetch)),
            ("consistency", place + 1, merkle.consistency_path(place + 1, size, fetch)),
        ):
            lines.append(f"{what} {at} [{' '.join(map(base64_of, path))}]")
    assert gotlog(tmp_path, *places).stdout.splitlines()[:-1] == lines


@pytest.mark.parametrize(
    ("file", "at"),
    [
        ("tile/entries/000", 17),
        ("tile/entries/001.p/44", 0),
        ("tile/0/000", 4000),
        ("tile/0/001.p/44", 9),
        ("tile/1/000.p/1", 31),
        ("checkpoint", 16),  # within the size or the root
        ("vkey", 40),
    ],
)
def test_the_go_client_refuses_a_changed_byte(
    file: str, at: int, gotlog: Run, tmp_path: Path
) -> None:
    export(300, tmp_path)
    assert gotlog(tmp_path).returncode == 0
    data = bytearray((tmp_path / file).read_bytes())
    data[at] ^= 1
    (tmp_path / file).write_bytes(data)
    done = gotlog(tmp_path)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("gotlog:")


@pytest.mark.parametrize("file", ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"])
def test_the_go_client_refuses_what_is_cut_or_missing(
    file: str, gotlog: Run, tmp_path: Path
) -> None:
    export(300, tmp_path)
    data = (tmp_path / file).read_bytes()
    (tmp_path / file).write_bytes(data[:-1])
    assert gotlog(tmp_path).returncode == 1
    (tmp_path / file).unlink()
    assert gotlog(tmp_path).returncode == 1
