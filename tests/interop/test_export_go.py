"""What `toguna log export` writes, read by Go's sumdb client, which shares no line with us."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.alliance import draft, report
from toguna.node.opening import open_node
from toguna.surfaces.cli import run

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def toguna(*words: object) -> None:
    assert run([str(word) for word in words]) == 0


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a node that has released 300 reports, in seals of different sizes."""
    place = tmp_path_factory.mktemp("export")
    cards = [place / "ml.card", place / "bf.card"]
    for card in cards:
        toguna("init", place / card.stem, "--party", card.stem, "--name", card.stem)
        toguna("card", place / card.stem, "-o", card)
    charter = place / "charter.json"
    toguna("found", place / "ml", "--cards", *cards, "-o", charter)
    toguna("sign", place / "bf", charter)
    toguna("adopt", place / "ml", charter)
    opened = open_node(place / "ml")
    try:
        for count in (1, 3, 256, 40):
            drafts = [draft(report(f"EXERCICE {i}"), to=("bf",)) for i in range(count)]
            opened.submit(drafts, "duty")
    finally:
        opened.close()
    return place / "ml"


def test_the_go_client_reads_what_the_product_exports(
    node: Path, gotlog: Run, tmp_path: Path
) -> None:
    toguna("log", "export", node, "-o", tmp_path)
    origin, size, root = (tmp_path / "checkpoint").read_text("utf-8").split("\n")[:3]
    assert origin.endswith("/ml")
    assert int(size) > 300
    done = gotlog(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"ok {size} {root}\n"


def test_the_go_client_reads_an_export_that_has_grown(
    node: Path, gotlog: Run, tmp_path: Path
) -> None:
    toguna("log", "export", node, "-o", tmp_path)
    before = gotlog(tmp_path).stdout
    opened = open_node(node)
    try:
        opened.submit([draft(report("EXERCICE de plus"), to=("bf",))], "duty")
    finally:
        opened.close()
    toguna("log", "export", node, "-o", tmp_path)
    after = gotlog(tmp_path)
    assert after.stdout.startswith("ok ")
    assert after.stdout != before


@pytest.mark.parametrize("pattern", ["tile/entries/000", "tile/0/000", "tile/1/000.p/*"])
def test_the_go_client_refuses_an_export_with_one_changed_bit(
    pattern: str, node: Path, gotlog: Run, tmp_path: Path
) -> None:
    toguna("log", "export", node, "-o", tmp_path)
    (file,) = tmp_path.glob(pattern)
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    assert gotlog(tmp_path).returncode == 1
    assert run(["verify", str(tmp_path)]) == 1
