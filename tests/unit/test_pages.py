"""The pages agree with the house: commands exist, links lead somewhere, the map is whole."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
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
