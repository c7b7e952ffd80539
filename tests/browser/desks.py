"""Pages of a real browser, watched: what leaves the node, what errs, and who is signed in."""

from __future__ import annotations

import os
import re
import shutil
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright

from tests.browser.house import Alliance, Person, Served
from tests.conftest import ROOT
from toguna.surfaces.desk import BUILT, INDEX

ARTEFACTS: Final = ROOT / "artefacts"
PHONE: Final = 600
"""Narrower than this many pixels, a page is that of a phone: touched, not pointed at."""

LOCALES: Final = {"fr": "fr-FR", "en": "en-GB"}
SLOWEST_MS: Final = 20_000
"""How long a page may take over one thing: nothing is timed here, and machines are busy."""
# WebGL without a graphics card; nothing of Chromium's own that calls home; no name resolves.
ARGUMENTS: Final = (
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-pings",
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)
# A refusal is an answer, and the browser calls each an error; only a page's parts must be there.
_REFUSAL: Final = re.compile(r"Failed to load resource: .* status of 4\d\d ")

expect.set_options(timeout=SLOWEST_MS)


def chromium() -> str:
    """Where Chromium is; skips the test without it."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("no chromium: apt-get install chromium")
    return path


def need_page() -> None:
    """Skips the test while the page is not built."""
    if not (BUILT / INDEX).exists():
        pytest.skip("the page is not built: make web")


@contextmanager
def browsing(*more: str) -> Iterator[Browser]:
    """A browser while this lasts. It keeps nothing: each context is a fresh profile."""
    path = chromium()
    os.environ["PW_EXPERIMENTAL_SERVICE_WORKER_NETWORK_EVENTS"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS, *more])
        try:
            yield browser
        finally:
            browser.close()


class Watch:
    """What the pages of one test did that they must not. ``allow`` names what a test expects."""

    def __init__(self) -> None:
        self.foreign: list[str] = []
        self.errors: list[str] = []
        self._allowed: list[re.Pattern[str]] = []

    def allow(self, pattern: str) -> None:
        """Errors that contain this are the test's own doing."""
        self._allowed.append(re.compile(pattern))

    def over(self, context: BrowserContext, *origins: str) -> None:
        """Watch every page and worker of the context, which may ask these origins alone."""

        def asked(request: Request) -> None:
            parts = urlsplit(request.url)
            place = f"{parts.scheme}://{parts.netloc}"
            if parts.scheme not in ("data", "blob", "about") and place not in origins:
                self.foreign.append(request.url)

        def stopped(request: Request) -> None:
            # What the page's own policy stops never left; that it was tried is an error there.
            if request.failure == "csp" and request.url in self.foreign:
                self.foreign.remove(request.url)

        context.on("request", asked)
        context.on("requestfailed", stopped)
        context.on("weberror", lambda error: self.errors.append(f"uncaught: {error.error}"))
        context.on("console", self._said)

    def _said(self, message: Any) -> None:
        if message.type != "error":
            return
        place = str(message.location.get("url", ""))
        if _REFUSAL.match(message.text) and ("/api/" in place or place.endswith("/favicon.ico")):
            return  # the icon is asked for by the browser itself
        self.errors.append(f"{message.text} ({place})")

    def check(self) -> None:
        """AssertionError with all that was seen and not expected."""
        errors = [e for e in self.errors if not any(p.search(e) for p in self._allowed)]
        assert not self.foreign, f"asked of somebody else: {self.foreign}"
        assert not errors, f"errors in the page: {errors}"


# What web/src/house/signing.ts keeps: one key for each person, that cannot be read out.
_KEEP_KEY: Final = """
async ({owner, id, d, x}) => {
  const jwk = {kty: 'OKP', crv: 'Ed25519', x, ext: true};
  const [privateKey, publicKey] = await Promise.all([
    crypto.subtle.importKey('jwk', {...jwk, d}, 'Ed25519', false, ['sign']),
    crypto.subtle.importKey('jwk', jwk, 'Ed25519', true, ['verify']),
  ]);
  const padded = x.replaceAll('-', '+').replaceAll('_', '/') + '=';
  const key = {id, public: padded, device: 'test', made_us: Date.now() * 1000,
    pair: {privateKey, publicKey}};
  await new Promise((done, failed) => {
    const opening = indexedDB.open('toguna-keys', 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore('keys');
    opening.onerror = () => failed(opening.error);
    opening.onsuccess = () => {
      const doing = opening.result.transaction('keys', 'readwrite');
      doing.objectStore('keys').put(key, owner);
      doing.oncomplete = () => { opening.result.close(); done(); };
      doing.onabort = () => failed(doing.error);
    };
  });
}
"""


class Desks:
    """The fixture ``desk``: called, it answers a page on /desk/ with somebody signed in."""

    def __init__(self, browser: Browser, alliance: Alliance, watch: Watch) -> None:
        self.browser = browser
        self.alliance = alliance
        self.watch = watch
        self._contexts: list[BrowserContext] = []

    def __call__(
        self,
        party: str,
        office: str = "duty",
        lang: str = "fr",
        theme: str = "sun",
        width: int = 1280,
        *,
        alliance: Alliance | None = None,
        path: str = "",
        fresh: bool = False,
        **more: Any,
    ) -> Page:
        """``path`` is what follows /desk/, such as ``#/field``. ``fresh`` gives a session of its
        own, for a test that ends it. ``more`` goes to :meth:`context`.
        """
        node = (alliance or self.alliance)[party]
        context = self.context(node, lang=lang, theme=theme, width=width, **more)
        page = context.new_page()
        self.seat(page, node, node.sign_in(office) if fresh else node.person(office))
        page.goto(f"{node.url}/desk/{path}")
        page.locator("toguna-desk").wait_for(state="attached")
        return page

    def seat(self, page: Page, node: Served, person: Person) -> None:
        """Give the page's profile this person's session and key, without the form."""
        name, value = person.cookie
        cookie = {"name": name, "value": value, "url": node.url, "httpOnly": True}
        # With an end it outlives the browser, as on a phone that is never quite closed.
        ends = time.time() + 86_400
        page.context.add_cookies([{**cookie, "sameSite": "Strict", "expires": ends}])
        page.goto(f"{node.url}/healthz")
        text = {"d": person.seed, "x": person.public}
        coded = {k: urlsafe_b64encode(v).decode().rstrip("=") for k, v in text.items()}
        page.evaluate(_KEEP_KEY, {"owner": f"{node.party}/{person.id}", "id": person.key, **coded})

    def context(
        self,
        node: Served,
        *,
        lang: str = "fr",
        theme: str = "sun",
        width: int = 1280,
        workers: bool = False,
        profile: Path | None = None,
        **more: Any,
    ) -> BrowserContext:
        """A fresh profile in which nobody is signed in yet; or the one that lies in ``profile``,
        as it was left. ``workers`` lets the page have its service worker.
        """
        phone = width < PHONE
        options: dict[str, Any] = {
            "locale": LOCALES[lang],
            "timezone_id": "UTC",
            "viewport": {"width": width, "height": 844 if phone else 900},
            "has_touch": phone,
            "color_scheme": "dark" if theme == "dark" else "light",
            "service_workers": "allow" if workers else "block",
            **more,
        }
        if profile is None:
            context = self.browser.new_context(**options)
        else:
            context = self.browser.browser_type.launch_persistent_context(
                profile, executable_path=chromium(), args=[*ARGUMENTS], **options
            )
        context.set_default_timeout(SLOWEST_MS)
        context.add_init_script(
            f"if (location.origin === '{node.url}') {{"
            f"localStorage['toguna.language'] ??= '{lang}';"
            f"localStorage['toguna.theme'] ??= '{theme}'; }}"
        )
        self.watch.over(context, node.url)
        self._contexts.append(context)
        return context

    def close(self) -> None:
        """Close every page."""
        for context in self._contexts:
            context.close()


def shoot(page: Page, name: str) -> Path:
    """Keep what the page shows now as ``artefacts/NAME.png``."""
    ARTEFACTS.mkdir(exist_ok=True)
    path = ARTEFACTS / f"{name}.png"
    page.screenshot(path=path, animations="disabled")
    return path
