"""Imports at the desk (B8): what would come in, what stays out and why, and never whose it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.sight import assert_usable
from tests.unit.intake_house import TRACES, as_bytes, misp, stix


def drop(page: Page, file: Path, value: Any) -> None:
    file.write_bytes(value if isinstance(value, bytes) else as_bytes(value))
    page.locator("toguna-imports input[name=file]").set_input_files(file)


def everything(page: Page) -> str:
    """All text of the page, through its shadow trees."""
    return str(
        page.evaluate(
            """() => {
              const out = []
              const walk = (root) => {
                for (const node of root.childNodes) {
                  if (node.nodeType === 3) out.push(node.textContent)
                  if (node.shadowRoot) walk(node.shadowRoot)
                  walk(node)
                }
              }
              walk(document)
              return out.join(' ')
            }"""
        )
    )


@pytest.mark.parametrize(
    ("lang", "theme", "width", "made", "kept"),
    [("fr", "sun", 1280, stix, 3), ("en", "dark", 390, misp, 4)],
)
def test_file_when_dropped_shows_what_stays_out_and_nothing_of_it(
    desk, alliance, shot, tmp_path, lang, theme, width, made, kept
) -> None:
    before = len(alliance["ml"].titles())
    page = desk("ml", "analyst", lang=lang, theme=theme, width=width, path="#/imports")
    drop(page, tmp_path / "fichier.json", made())
    screen = page.locator("toguna-imports")
    expect(screen.locator("[data-new]")).to_have_attribute("data-new", "20")
    expect(screen.locator("[data-kept-out]")).to_have_attribute("data-kept-out", str(kept))
    expect(screen.locator("[data-quarantine] tbody tr")).to_have_count(kept)
    expect(screen.locator("[data-reports] tr")).to_have_count(20)
    assert not [trace for trace in TRACES if trace in everything(page)]
    assert_usable(page)
    shot(page, f"imports-preview-{lang}-{theme}-{width}")
    assert len(alliance["ml"].titles()) == before  # a preview writes nothing
    screen.locator("[data-accept]").click()
    expect(screen.locator(".notice.good")).to_contain_text("ml/home/")
    assert len(alliance["ml"].titles()) == before + 20
    assert not [trace for trace in TRACES if trace in everything(page)]
    assert not alliance["bf"].get("/api/intake/import")["items"]


def test_file_when_it_is_no_such_file_says_so_and_another_can_be_chosen(desk, tmp_path) -> None:
    page = desk("ml", "analyst", path="#/imports")
    drop(page, tmp_path / "odd.json", b'{"type":"indicator"}')
    expect(page.locator("toguna-imports [role=alert]")).to_contain_text("STIX")
    drop(page, tmp_path / "good.json", stix(events=1))
    expect(page.locator("toguna-imports [data-new]")).to_have_attribute("data-new", "1")
    expect(page.locator("toguna-imports [role=alert]")).to_have_count(0)
