"""The pages agree with the house: commands exist, links lead somewhere, the map is whole."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from toguna.surfaces.cli import COMMANDS, house

ROOT = Path(__file__).resolve().parents[2]
JOURNEYS = sorted((ROOT / "tests" / "journeys").glob("*.md"))
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *JOURNEYS])
GUIDES = [p for p in PAGES if p.parent.name in {"how-to", "tutorial", "journeys"}]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
NEEDED = ("README.md", "ARCHITECTURE.md", "THREAT_MODEL.md", "CHANGELOG.md", "LICENSE")


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def code_in(text: str) -> str:
    """What stands in code fences and between backticks."""
    fences = re.findall(r"^ *```[^\n]*\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE)
    rest = re.sub(r"^ *```.*?^ *```", "", text, flags=re.DOTALL | re.MULTILINE)
    return "\n".join([*fences, *re.findall(r"`([^`\n]+)`", rest)])


@pytest.mark.parametrize("name", NEEDED)
def test_newcomers_when_they_arrive_find(name: str) -> None:
    assert (ROOT / name).stat().st_size > 0


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_when_written_on_a_page_exist(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = re.findall(r"^(?:\$ )?make ([a-z-]+)", code_in(page.read_text("utf-8")), re.MULTILINE)
    assert set(named) <= targets


def lines_for_toguna(page: Path) -> list[list[str]]:
    """Each `toguna …` in the page's code, as words; lines that go on are joined."""
    code = re.sub(r"\\\n\s*|\$\([^)]*\)", "", code_in(page.read_text("utf-8")))
    found = re.findall(r"(?:^|[(;&|] *|\$ )toguna ([a-z][^|;&<>()#\n]*)", code, re.MULTILINE)
    return [shlex.split(line.replace("'", "").replace("…", " "), comments=True) for line in found]


def what_is_unknown(words: list[str]) -> list[str]:
    """The command, or the options, that the command line does not have."""
    command: click.Command = house
    context = click.Context(house)
    while isinstance(command, click.Group):
        name = words.pop(0) if words else ""
        inner = command.get_command(context, name)
        if inner is None:
            return [] if not name or name.startswith("-") else [name]
        command = inner
    known = {name for p in command.params for name in (*p.opts, *p.secondary_opts)}
    known |= {"-h", "--help"}
    given = [word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)]
    return [word for word in given if word not in known]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_toguna_when_called_on_a_page_has_such_commands_and_options(page: Path) -> None:
    wrong = {" ".join(words): what_is_unknown(list(words)) for words in lines_for_toguna(page)}
    assert not {line: unknown for line, unknown in wrong.items() if unknown}


def test_commands_when_looked_for_stand_in_a_guide() -> None:
    shown = {words[0] for page in [*GUIDES, ROOT / "README.md"] for words in lines_for_toguna(page)}
    assert set(COMMANDS) - shown == {"demo", "kinds"}  # make demo; and kinds is in the reference


@pytest.mark.parametrize("page", GUIDES, ids=name_of)
def test_guide_when_opened_says_for_whom_it_is_and_where_it_ends(page: Path) -> None:
    text = page.read_text("utf-8")
    assert "**For**" in text
    assert "**At the end**" in text


def test_index_when_compared_names_every_page() -> None:
    index = ROOT / "docs" / "README.md"
    text = index.read_text("utf-8")
    named = {(index.parent / link).resolve() for link in re.findall(r"\]\(([^)#\s]+)\)", text)}
    wanted = {p for p in PAGES if p.parent != ROOT and p != index}
    assert not {name_of(page) for page in wanted - named}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_when_followed_lead_to_a_file(page: Path) -> None:
    prose = re.sub(r"^ *```.*?^ *```", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", prose)
    broken = [
        link
        for link in links
        if not re.match(r"[a-z]+:", link) and not (page.parent / link).exists()
    ]
    assert not broken


def test_readme_when_read_names_the_two_commands() -> None:
    code = code_in((ROOT / "README.md").read_text("utf-8"))
    assert "make demo" in code
    assert "make test" in code


def test_makefile_when_asked_for_help_lists_every_target() -> None:
    text = (ROOT / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    assert phony
    explained = set(re.findall(r"^([a-z-]+):.*## ", text, re.MULTILINE))
    assert explained == set(phony[1].split())


def test_map_when_compared_names_every_package() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    packages = [p.parent.name for p in (ROOT / "src" / "toguna").glob("*/__init__.py")]
    folders = [p.name for p in ROOT.iterdir() if p.is_dir() and p.name in {"bench", "docs", "web"}]
    suites = [
        f"tests/{p.name}"
        for p in (ROOT / "tests").iterdir()
        if p.is_dir() and not p.name.startswith(("_", ".")) and any(p.iterdir())
    ]
    missing = [f"{name}/" for name in [*packages, *folders, *suites] if f"{name}/" not in text]
    assert not missing


def test_map_when_followed_leads_to_files() -> None:
    named = re.findall(r"`((?:\w+/)+\w+\.py)`", (ROOT / "ARCHITECTURE.md").read_text("utf-8"))
    places = (ROOT, ROOT / "src" / "toguna")
    assert named
    assert not [name for name in named if not any((place / name).exists() for place in places)]


def test_map_when_read_states_its_invariants() -> None:
    assert (ROOT / "ARCHITECTURE.md").read_text("utf-8").count("Architecture invariant:") >= 5


@pytest.mark.parametrize("page", DECISIONS, ids=name_of)
def test_decision_when_written_has_its_three_parts(page: Path) -> None:
    lines = page.read_text("utf-8").splitlines()
    assert len(lines) <= 40
    assert lines[0].startswith(f"# {page.name[:4]} ")
    assert [line for line in lines if line.startswith("## ")] == [
        "## Context",
        "## Decision",
        "## Consequence",
    ]


def test_decisions_when_numbered_leave_no_gap() -> None:
    assert [page.name[:4] for page in DECISIONS] == [
        f"{i:04}" for i in range(1, len(DECISIONS) + 1)
    ]
