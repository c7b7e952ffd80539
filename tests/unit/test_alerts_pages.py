"""The page of alerts and questions agrees with what the two domains declare."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from toguna.domains import alerts, questions

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "alerts-and-questions.md"


@pytest.mark.parametrize("domain", [alerts.DOMAIN, questions.DOMAIN], ids=lambda d: d.name)
def test_reference_when_read_names_every_kind_field_list_and_board(domain) -> None:
    page = PAGE.read_text("utf-8")
    for kind in domain.kinds:
        part = page.split(f"### {kind.name}: ", 1)[1].split("\n#", 1)[0]
        told = re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE)
        assert told == [f.encode_name for f in msgspec.structs.fields(kind.body)], kind.name
    for projection in domain.projections:
        assert f"| `{projection.table.name}` |" in page
    for board in domain.boards:
        (line,) = re.findall(rf"^\| `{domain.name}/{board.name}` \|.*$", page, re.MULTILINE)
        assert not [name for name in board.query if f"`{name}`" not in line]
