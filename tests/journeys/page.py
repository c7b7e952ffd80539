"""A page that is manual and test: its blocks, and how printed text is held against what was said.

Blocks of a page that count, by the words after the three backticks:

``console``                 lines that begin ``$ `` are run, one after another; the lines below
                            each are what it must print
``console until=10s``       the one command is repeated until it prints that
``console background=NAME`` the one command goes on running, as ``$NAME``, its process id; the
                            lines below are waited for
``json file=NAME``          (or any language) the block is written to this file

In what is expected ``...`` stands for any lines, or for anything inside a line, ``[[name]]``
takes a word which later commands have as ``$name``, two or more spaces stand for any number of
them (columns), and ``[exit 1]`` is how the command ends.
A command goes on over a line that ends in a backslash.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

_FENCE = re.compile(r"^```(\w+)?((?: +\w+=\S+)*) *$")
_EXIT = re.compile(r"^\[exit (\d+)\]$")
_PIECES = re.compile(r"(\.\.\.|\[\[\w+\]\]|\$\w+|\$\{\w+\}| {2,})")
_PORT = re.compile(r"\b127\.0\.0\.1:(81\d\d)\b")
PATIENCE_S = 30.0
"""How long a background command may take to say what its block expects."""


class Step(NamedTuple):
    """One command: the line it stands on, what it must print (with line numbers), its end."""

    line: int
    command: str
    expected: tuple[tuple[int, str], ...]
    exit_code: int
    until_s: float | None
    background: str
    file: str


class PageError(Exception):
    """The page itself is not well-formed; the message names the line."""


def read_page(path: Path) -> list[Step]:
    """Every step of a page in order. A file to write is a step whose command is its text."""
    steps: list[Step] = []
    lines = path.read_text("utf-8").splitlines()
    at = 0
    while at < len(lines):
        fence = _FENCE.match(lines[at])
        at += 1
        if fence is None:
            continue
        begin = at
        while at < len(lines) and lines[at] != "```":
            at += 1
        if at == len(lines):
            raise PageError(f"{path.name}:{begin}: the block has no end")
        words = dict(word.split("=", 1) for word in fence[2].split())
        block = lines[begin:at]
        at += 1
        if "file" in words:
            text = "".join(f"{line}\n" for line in block)
            steps.append(Step(begin, text, (), 0, None, "", words["file"]))
        elif fence[1] == "console":
            steps += _console(path, begin + 1, block, words)
    return steps


def _console(path: Path, first: int, block: Sequence[str], words: Mapping[str, str]) -> list[Step]:
    steps: list[Step] = []
    until = words.get("until")
    until_s = float(until.removesuffix("s")) if until else None
    at = 0
    while at < len(block):
        line = first + at
        if not block[at].startswith("$ "):
            raise PageError(f"{path.name}:{line}: a command begins with '$ '")
        command = block[at][2:]
        while block[at].endswith("\\"):
            at += 1
            command += "\n" + block[at]
        at += 1
        expected: list[tuple[int, str]] = []
        while at < len(block) and not block[at].startswith("$ "):
            expected.append((first + at, block[at]))
            at += 1
        code = 0
        if expected and (ends := _EXIT.match(expected[-1][1])):
            code = int(ends[1])
            expected.pop()
        background = words.get("background", "")
        steps.append(Step(line, command, tuple(expected), code, until_s, background, ""))
    if len(steps) != 1 and (until or "background" in words):
        raise PageError(f"{path.name}:{first}: such a block has one command")
    return steps


def own_ports(text: str, ports: Mapping[int, int]) -> str:
    """The text with the page's addresses 127.0.0.1:81xx led to ports that are free here."""
    return _PORT.sub(lambda found: f"127.0.0.1:{ports[int(found[1])]}", text)


def ports_named(path: Path) -> list[int]:
    """The ports that a page speaks of."""
    return sorted({int(port) for port in _PORT.findall(path.read_text("utf-8"))})


class Outcome(NamedTuple):
    """How printed text meets what was expected: what it named, or the first line that fails."""

    taken: dict[str, str]
    failed_line: int | None


def compare(expected: Sequence[tuple[int, str]], printed: str, known: Mapping[str, str]) -> Outcome:
    """Hold printed text against the expected lines, from the first to the last."""
    text = "".join(f"{line.rstrip()}\n" for line in printed.splitlines())
    whole = re.fullmatch(_pattern([line for _, line in expected], known), text)
    if whole is not None:
        return Outcome(dict(whole.groupdict()), None)
    for count in range(1, len(expected) + 1):
        part = _pattern([line for _, line in expected[:count]], known)
        if re.match(part, text) is None:
            return Outcome({}, expected[count - 1][0])
    return Outcome({}, expected[-1][0] + 1 if expected else 0)


def _pattern(lines: Sequence[str], known: Mapping[str, str]) -> str:
    named: set[str] = set()
    out = []
    for line in lines:
        if line.strip() == "...":
            out.append(r"(?:[^\n]*\n)*?")
            continue
        for piece in _PIECES.split(line.rstrip()):
            out.append(_piece(piece, known, named))
        out.append(r"\n")
    return "".join(out)


def _piece(piece: str, known: Mapping[str, str], named: set[str]) -> str:
    if piece == "...":
        return r"[^\n]*?"
    if piece.startswith("  "):
        return r" {2,}"
    if piece.startswith("[[") and piece.endswith("]]"):
        name = piece[2:-2]
        if name in named:
            return rf"(?P={name})"
        named.add(name)
        return rf"(?P<{name}>[^\s,;()]+)"
    if piece.startswith("$") and piece[1:].strip("{}") in known:
        return re.escape(known[piece[1:].strip("{}")])
    return re.escape(piece)
