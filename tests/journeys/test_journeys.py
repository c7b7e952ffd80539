"""The journeys and the tutorial are walked through, command by command, with whole nodes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.journeys.page import read_page
from tests.journeys.walk import Walk

HERE = Path(__file__).resolve().parent
TUTORIAL = HERE.parents[1] / "docs" / "tutorial"
PAGES = [*sorted(HERE.glob("*.md")), *sorted(TUTORIAL.glob("*.md"))]
LIMIT_S = 150.0


@pytest.mark.timeout(LIMIT_S + 30)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_journey_when_walked_is_as_the_page_says(page: Path, tmp_path: Path) -> None:
    with Walk(page, tmp_path, LIMIT_S) as walk:
        walk.go()
    if os.environ.get("TOGUNA_JOURNEY_TIMES"):
        for spent_s, line, command in walk.spent_s:
            print(f"{spent_s:6.2f} s  {page.name}:{line}  {command.splitlines()[0][:90]}")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_journey_when_opened_has_commands(page: Path) -> None:
    assert read_page(page)
