"""A whole working day in the browser with nobody outside: no request leaves the node.

It runs twice. Once here, where Chromium resolves no name but localhost and each request is looked
at. And once in a network namespace that has a loopback and no route to anywhere, nodes, browser
and test together; where the kernel gives no such namespace, that one is skipped and says so.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.browser.desks import Desks, chromium, need_page
from tests.browser.house import PASSWORD, until
from tests.browser.screens import screens
from tests.conftest import ROOT
from tests.unit.pictures_house import with_everything

ALONE = "TOGUNA_TEST_NO_ROUTE"
UNSHARE = ("unshare", "--net", "--map-root-user")
ISOLATED = "ip link set lo up && exec "


def may_be_alone() -> str:
    """Why no network namespace can be made here; empty when one can."""
    if not (shutil.which("unshare") and shutil.which("ip")):
        return "no unshare and ip: apt-get install util-linux iproute2"
    tried = subprocess.run(
        [*UNSHARE, "sh", "-c", "ip link set lo up"], check=False, capture_output=True, text=True
    )
    return tried.stderr.strip() if tried.returncode else ""


def test_a_day_at_the_desk_in_a_namespace_without_a_route():
    chromium()
    need_page()
    if why := may_be_alone():
        pytest.skip(f"no network namespace here ({why}); the day with blocked egress was run")
    inner = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly"]
    day = f"{__file__}::test_a_day_at_the_desk_asks_nobody_else"
    ran = subprocess.run(
        [*UNSHARE, "sh", "-c", ISOLATED + '"$@"', "sh", *inner, day],
        cwd=ROOT, env={**os.environ, ALONE: "1"}, check=False, capture_output=True, text=True,
        timeout=240,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout[-4_000:]
    assert re.search(r"\b1 passed\b", ran.stdout), ran.stdout[-2_000:]


def test_a_day_at_the_desk_asks_nobody_else(desk: Desks, alliance, shot, tmp_path):
    if os.environ.get(ALONE):
        with pytest.raises(OSError, match="unreachable"), socket.socket() as outside:
            outside.connect(("192.0.2.1", 80))
    ml, bf = alliance["ml"], alliance["bf"]
    page = desk.context(ml, workers=True).new_page()
    page.goto(ml.url + "/desk/")
    enter(page, "ml-duty")
    see_the_map(page)
    write_a_report(page, "Sans dehors")
    send_from_the_field(page, tmp_path, "Sans dehors, du terrain")
    until("both are at home", lambda: _has(ml, "Sans dehors", "Sans dehors, du terrain"))
    hear_from(page, bf, "Sans dehors, de bf")
    for screen in screens():
        page.goto(f"{ml.url}/desk/#/{screen.name}")
        expect(page.locator("toguna-desk")).to_be_visible()
        page.wait_for_timeout(150)
    page.get_by_role("button", name="Switch to English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto(f"{ml.url}/desk/#/")
    page.locator("toguna-map canvas.maplibregl-canvas").wait_for()
    page.wait_for_timeout(500)
    shot(page, f"no-outside{'-no-route' if os.environ.get(ALONE) else ''}")
    page.get_by_role("button", name="My account").click()
    page.get_by_role("button", name="Sign out").click()
    page.locator("toguna-sign-in").wait_for()


def enter(page, person):
    form = page.locator("toguna-sign-in")
    form.locator("input[name=person]").fill(person)
    form.locator("input[name=password]").fill(PASSWORD)
    form.locator("button.main").click()
    page.locator("toguna-desk").wait_for()


def see_the_map(page):
    page.locator("toguna-map canvas.maplibregl-canvas").wait_for()
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")


def write_a_report(page, title):
    page.evaluate("location.hash = '#/write/sharing.report'")
    form = page.locator("toguna-report-form")
    for name, value in (("category", "movement"), ("grade", "B"), ("credibility", "2")):
        form.locator(f"select[name={name}]").select_option(value)
    for name, value in (("title", title), ("text", "EXERCICE"), ("from", "2026-11-01")):
        form.locator(f"[name={name}]").fill(value)
    form.locator("input[name=place]").fill("16.27, -0.04")
    form.locator("button[type=submit]").click()
    expect(page.locator("toguna-panel")).to_contain_text(title)


def send_from_the_field(page, folder, title):
    picture = folder / "photo.jpg"
    picture.write_bytes(with_everything("JPEG"))
    page.evaluate("location.hash = '#/field'")
    form = page.locator("toguna-field-report")
    form.locator("select[name=category]").select_option("hazard")
    form.locator("input[name=title]").fill(title)
    form.locator("toguna-field-photos input").set_input_files(picture)
    form.locator("toguna-field-photos img").wait_for()
    form.locator("form button.main").click()
    expect(form.locator("[data-sent]").first).to_contain_text(title)


def hear_from(page, node, title):
    body = {
        "title": title, "text": "EXERCICE", "category": "movement", "grade": "B",
        "credibility": 2, "from_us": 1_795_392_000_000_000, "to_us": 1_795_392_000_000_000,
    }  # fmt: skip
    node.post("/api/sharing/report", {"body": body, "label": {"to": ["ml"]}})
    page.evaluate("location.hash = '#/'")
    expect(page.locator("toguna-changed")).to_contain_text(title, timeout=20_000)


def _has(node, *titles):
    return set(titles) <= set(node.titles())
