"""What browser tests are given: an alliance that runs, desks at which people sit, pictures.

``alliance``        ml, bf and ne, running; shared by all tests of a worker, so that a test uses
                    titles of its own and stops nobody
``fresh_alliance``  another one for a test that stops nodes
``desk``            ``desk("ml", office="duty", lang="fr", theme="sun", width=1280)``: a page
``watch``           ``watch.allow(pattern)`` for errors that a test causes on purpose
``shot``            ``shot(page, name)`` keeps a picture in artefacts/

A test fails when a page asked anybody but its node, or wrote an error that it did not allow.
"""

from __future__ import annotations

import pytest

from tests.browser.desks import Desks, Watch, browsing, chromium, need_page, shoot
from tests.browser.house import founded


@pytest.fixture(scope="session")
def alliance():
    chromium()
    with founded() as nodes:
        yield nodes


@pytest.fixture
def fresh_alliance():
    chromium()
    with founded() as nodes:
        yield nodes


@pytest.fixture(scope="module")
def browser():
    # One a module: Playwright's event loop stays in the thread, and other tests want their own.
    with browsing() as one:
        yield one


@pytest.fixture
def watch():
    watching = Watch()
    yield watching
    watching.check()


@pytest.fixture
def desk(browser, alliance, watch):
    need_page()
    desks = Desks(browser, alliance, watch)
    yield desks
    desks.close()


@pytest.fixture
def shot():
    return shoot
