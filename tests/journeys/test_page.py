"""The runner of the journeys itself: what a block means, and what it does not let through."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.journeys.page import PageError, compare, own_ports, read_page
from tests.journeys.walk import Mismatch, Walk


def lines(text: str) -> list[tuple[int, str]]:
    return list(enumerate(text.splitlines(), 1))


@pytest.mark.parametrize(
    ("expected", "printed"),
    [
        ("", ""),
        ("one", "one\n"),
        ("one  ", "one"),
        ("a...z", "a lot z\n"),
        ("...", ""),
        ("...", "one\ntwo\n"),
        ("one\n...\nfour", "one\ntwo\nthree\nfour\n"),
        ("at $place", "at Gao"),
        ("${place}s and ${other}", "Gaos and ${other}"),
        ("costs $5 (*)", "costs $5 (*)"),
        ("ml  5", "ml      5"),
        ("[[x]] and [[x]]", "same and same"),
    ],
)
def test_text_when_as_expected_passes(expected: str, printed: str) -> None:
    assert compare(lines(expected), printed, {"place": "Gao"}).failed_line is None


@pytest.mark.parametrize(
    ("expected", "printed", "line"),
    [
        ("one", "two", 1),
        ("one", "", 1),
        ("one", "one\ntwo", 2),
        ("one\ntwo\nthree", "one\n2\nthree", 2),
        ("one\n...\nfour", "one\ntwo\n", 3),
        ("at $place", "at Kidal", 1),
        ("[[x]] and [[x]]", "one and other", 1),
        ("a.c", "abc", 1),
        ("ml  5", "ml 5", 1),
    ],
)
def test_text_when_other_than_expected_names_the_line(
    expected: str, printed: str, line: int
) -> None:
    assert compare(lines(expected), printed, {"place": "Gao"}).failed_line == line


def test_words_when_named_are_taken() -> None:
    outcome = compare(lines("[[at]] to [[who]], ne"), "ml/spine/17 to bf, ne", {})
    assert outcome.taken == {"at": "ml/spine/17", "who": "bf"}


def test_ports_when_named_are_led_to_free_ones() -> None:
    text = "http://127.0.0.1:8101 and 127.0.0.1:9000"
    assert own_ports(text, {8101: 20_001}) == "http://127.0.0.1:20001 and 127.0.0.1:9000"


def walk(tmp_path: Path, text: str) -> Walk:
    page = tmp_path / "page.md"
    page.write_text(text, "utf-8")
    folder = tmp_path / "walk"
    folder.mkdir()
    return Walk(page, folder, 60)


GOOD = """
```json file=place.json
{"place": "Gao"}
```
```console
$ cat place.json
{"place": "[[town]]}
$ echo one \\
  two; false
one two
[exit 1]
```
prose
```console background=other
$ python3 -c "import time; print('ready', flush=True); time.sleep(60)"
ready
```
```console
$ kill -0 $other && echo "there in $town"
there in Gao"
```
```console until=20s
$ echo x >> tries; wc -l < tries
3
```
```text
$ not run
```
"""


def test_page_when_right_is_walked_and_leaves_nothing_running(tmp_path: Path) -> None:
    with walk(tmp_path, GOOD) as going:
        going.go()
    pid = int(going.known["other"])
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.parametrize(
    ("block", "place"),
    [
        ("```console\n$ echo one\ntwo\n```", "page.md:3"),
        ("```console\n$ true\n[exit 1]\n```", "page.md:2"),
        ("```console\n$ true\n$ false\n```", "page.md:3"),
        ("```console until=0.5s\n$ echo no\nyes\n```", "page.md:3"),
        ("```console background=x\n$ sh -c 'echo gone; exit 3'\nthere\n```", "page.md:3"),
    ],
)
def test_page_when_wrong_is_named_by_line(tmp_path: Path, block: str, place: str) -> None:
    with walk(tmp_path, block) as going, pytest.raises(Mismatch, match=f"^{place}: "):
        going.go()


@pytest.mark.parametrize(
    "block",
    ["```console\n$ echo", "```console\necho\n```", "```console until=1s\n$ a\n$ b\n```"],
)
def test_page_when_malformed_is_refused(tmp_path: Path, block: str) -> None:
    page = tmp_path / "page.md"
    page.write_text(block, "utf-8")
    with pytest.raises(PageError, match=r"page\.md"):
        read_page(page)
