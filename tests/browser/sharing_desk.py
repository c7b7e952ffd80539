"""What people do with reports at the desk, in the words of a test: write, release, sign, recall."""

from __future__ import annotations

import json
from typing import Any, Final

from playwright.sync_api import BrowserContext, Locator, Page, expect

SOURCE: Final = "Poste 14"
PLACE: Final = "Ansongo"
LAT_E7: Final = 156_600_000
LON_E7: Final = 5_000_000
DAY: Final = "2026-03-31"
FROM_US: Final = 1_774_915_200_000_000
DAY_US: Final = 86_400_000_000

# What a page hears, streams that never end included: read off beside the page's own reading.
_LISTEN: Final = """
window.__heard = [];
const asked = window.fetch;
window.fetch = async (...given) => {
  const answer = await asked(...given);
  const url = new URL(answer.url || location.href);
  if (answer.body && url.pathname.startsWith('/api/')) {
    const entry = {path: url.pathname + url.search, text: ''};
    window.__heard.push(entry);
    answer.clone().body.pipeThrough(new TextDecoderStream()).pipeTo(
      new WritableStream({write(text) { entry.text += text; }})).catch(() => undefined);
  }
  return answer;
};
"""


def listening(context: BrowserContext) -> None:
    """Keep all that the pages of this context are told from now on."""
    context.add_init_script(_LISTEN)


def heard(page: Page) -> list[dict[str, str]]:
    """What the page was told: ``path`` and ``text`` of each answer, oldest first."""
    found: list[dict[str, str]] = page.evaluate("window.__heard")
    return found


def body(title: str, **more: Any) -> dict[str, Any]:
    """A report's body, as the node takes it; None takes a field out."""
    first: dict[str, Any] = {
        "category": "attack", "credibility": 2, "deaths_best": 9, "from_us": FROM_US, "grade": "B",
        "lat_e7": LAT_E7, "lon_e7": LON_E7, "text": f"{title}. Le bac est coupé.", "title": title,
        "to_us": FROM_US + DAY_US - 1,
    }  # fmt: skip
    return {name: value for name, value in {**first, **more}.items() if value is not None}


def write_at_home(node: Any, title: str, **more: Any) -> str:
    """A report in the home journal; its address."""
    return str(node.post("/api/sharing/report", {"body": body(title, **more)})["addresses"][0])


def release(node: Any, home: str, *to: str, **label: Any) -> str:
    """Release by the node's own key; the new address."""
    said = {"address": home, "label": {"to": sorted(to), **label}}
    return str(node.post("/api/release", said)["address"])


def has(node: Any, address: str) -> bool:
    """Whether this node lists the report."""
    return bool(node.get("/api/sharing/report", address=address)["items"])


def form(page: Page) -> Locator:
    """The report's form."""
    return page.locator("toguna-report-form")


def fill(page: Page, title: str, **more: str) -> None:
    """Type a whole report."""
    typed = {
        "title": title, "text": f"Vers midi, tirs sur le marché de {PLACE}, selon {SOURCE}.",
        "from": DAY, "place": "15.6600, 0.5000", "place_name": PLACE, "deaths_best": "9",
        "source": SOURCE,
    }  # fmt: skip
    chosen = {"category": "attack", "grade": "B", "credibility": "2"}
    for name, value in chosen.items():
        form(page).locator(f"[name={name}]").select_option(value)
    for name, value in {**typed, **more}.items():
        form(page).locator(f"[name={name}]").fill(value)


def choose(page: Page, *readers: str) -> None:
    """Tick readers in the release dialog."""
    for reader in readers:
        page.locator(f"toguna-release-dialog input[name=reader][value={reader}]").check()


def read_bytes(page: Page) -> dict[str, dict[str, Any]]:
    """Go on to the exact bytes; by readers, what the record before the signature says."""
    page.locator("toguna-release-dialog [data-next]").click()
    expect(page.locator("toguna-release-dialog [data-sign]")).to_be_visible()
    shown = page.locator("toguna-release-dialog pre[data-bytes]")
    return {
        str(one.get_attribute("data-bytes")): json.loads(str(one.text_content()))
        for one in shown.all()
    }


def sign_release(page: Page) -> None:
    """Sign what the release dialog shows."""
    page.locator("toguna-release-dialog [data-sign]").click()
    expect(page.locator("toguna-release-dialog")).to_have_count(0)


def sign(page: Page) -> None:
    """Sign what the signing dialog shows."""
    page.locator("toguna-signing-dialog [data-sign]").click()
    expect(page.locator("toguna-signing-dialog")).to_have_count(0)


def act(page: Page, name: str) -> None:
    """An action of the open record, also one of those behind "more"."""
    button = page.locator(f"toguna-record [data-action='{name}']")
    more = page.locator("toguna-record [data-more]")
    expect(button).to_have_count(1)
    if not button.is_visible():
        more.click()
    button.click()


def open_record(page: Page, url: str, address: str) -> None:
    """Open a record and wait until it is read."""
    page.goto(f"{url}/desk/#/record/{address}")
    expect(page.locator("toguna-record h2")).to_be_visible()


def state_of(page: Page, address: str, party: str) -> Locator:
    """The line of a reader among the receipts of one release."""
    return page.locator(f"toguna-readers [data-entry='{address}'] tr[data-party={party}]").first
