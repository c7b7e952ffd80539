"""A power cut while twenty people write: what was acknowledged is there afterwards, and once.

Real processes, real sessions, SIGKILL in the middle. Whoever got no answer asks again under the
same id, as the page does, and cannot write twice either.
"""

from __future__ import annotations

import threading
from collections import Counter
from uuid import uuid4

import httpx
import pytest

from tests.browser.house import PASSWORD, founded, until
from tests.unit.cli_house import REPORT, done

PEOPLE = 20
EACH = 15


class Writer:
    """Somebody at a desk: writes one report after the other, and repeats what got no answer."""

    def __init__(self, node, name):
        self.node = node
        self.name = name
        self.acknowledged = {}
        self.repeated = 0
        self.refused = []
        self._http = httpx.Client(base_url=node.url, trust_env=False, timeout=20)
        said = {"person": name, "password": PASSWORD}
        answer = self._http.post("/api/sign-in/password", json=said, headers={"origin": node.url})
        self._headers = {"origin": node.url, "toguna-csrf": answer.json()["csrf"]}

    def write_all(self):
        for k in range(EACH):
            self._write(f"{self.name} {k:02}")
        self._http.close()

    def _write(self, title):
        said = {"body": {**REPORT, "title": title}, "once": str(uuid4())}
        while True:
            try:
                answer = self._http.post("/api/sharing/report", json=said, headers=self._headers)
            except httpx.TransportError:
                self.repeated += 1
                self.node.back.wait(60)
                continue
            if answer.status_code != 200:
                self.refused.append(answer.text)
                return
            (self.acknowledged[title],) = answer.json()["addresses"]
            return


@pytest.fixture(scope="module")
def nodes():
    with founded(("ml", "bf")) as alliance:
        yield alliance


def test_what_was_acknowledged_outlives_a_power_cut_and_stands_once(nodes):
    ml = nodes["ml"]
    ml.back = threading.Event()
    ml.back.set()
    for k in range(PEOPLE):
        offices = [{"office": "duty", "until_us": None}]
        name = f"writer-{k:02}"
        said = {"id": name, "name": name, "offices": offices, "password": PASSWORD}
        ml.post("/api/people", said, "keeper")
    writers = [Writer(ml, f"writer-{k:02}") for k in range(PEOPLE)]
    threads = [threading.Thread(target=w.write_all) for w in writers]
    for thread in threads:
        thread.start()

    def acknowledged():
        return sum(len(w.acknowledged) for w in writers)

    for share in (1, 2):
        until("enough was written", lambda n=share: acknowledged() >= n * PEOPLE * EACH // 3, 60)
        ml.back.clear()
        ml.kill()
        before = {title: at for w in writers for title, at in list(w.acknowledged.items())}
        ml.start()
        ml.wait()
        listed = {row["title"]: row["address"] for row in rows(ml)}
        assert before.items() <= listed.items(), "something acknowledged is not there"
        ml.back.set()
    for thread in threads:
        thread.join(120)
    assert not any(thread.is_alive() for thread in threads)
    assert not [text for w in writers for text in w.refused]
    assert sum(w.repeated for w in writers) >= PEOPLE, "nobody was cut off: nothing was tried"

    wanted = {title: at for w in writers for title, at in w.acknowledged.items()}
    assert len(wanted) == PEOPLE * EACH
    assert Counter(row["title"] for row in rows(ml)) == Counter(list(wanted))
    assert {row["title"]: row["address"] for row in rows(ml)} == wanted
    ml.stop()
    done("verify", ml.folder)


def rows(node):
    found, after = [], None
    while True:
        page = node.get("/api/sharing/report", limit=1_000, after=after)
        found += page["items"]
        after = page["next"]
        if not after:
            return found
