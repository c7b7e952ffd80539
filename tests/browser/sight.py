"""Whether everybody can use a page: axe-core on all of it, open shadow trees included."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.conftest import ROOT

_AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
_GRAVE = ("serious", "critical")
_RUN = """async () => {
  const found = await axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    resultTypes: ['violations'],
  });
  return found.violations.map(({id, impact, help, nodes}) => ({
    id, impact, help,
    nodes: nodes.slice(0, 5).map(node => node.target.flat().join(' > ') + ': ' +
      node.failureSummary.replace(/\\s+/g, ' ').slice(0, 240)),
  }));
}"""


@cache
def _axe() -> str:
    if not _AXE.exists():
        pytest.skip("axe-core is not here: make web")
    return _AXE.read_text("utf-8")


def findings(page: Page) -> list[dict[str, Any]]:
    """What axe-core calls serious or critical on the page as it is now."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(_axe())
    found: list[dict[str, Any]] = page.evaluate(_RUN)
    return [one for one in found if one["impact"] in _GRAVE]


def assert_usable(page: Page) -> None:
    """AssertionError with each serious finding and where it is; and when the page is wider
    than its window.
    """
    grave = findings(page)
    assert not grave, "\n".join(f"{f['id']}: {f['help']}: {f['nodes']}" for f in grave)
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{wide} px wider than the window"
