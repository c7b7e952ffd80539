"""The stores over which the contract of the engines is run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conformance.tables import ALL
from tests.postgres import fresh_schema, postgres_server, postgres_url  # noqa: F401
from toguna.engines import Engine
from toguna.engines.opening import open_engine

ENGINES = ("memory", "sqlite", "postgres")
DURABLE = ("sqlite", "postgres")


class Store(NamedTuple):
    """One place for tables: ``url`` and ``folder`` for ``open_engine``."""

    kind: str
    url: str
    folder: Path

    def open(self) -> Engine:
        """Open it, again or for the first time; the caller closes it."""
        return open_engine(self.url, self.folder)


def _store(kind: str, folder: Path, request: pytest.FixtureRequest) -> Store:
    if kind == "postgres":
        return Store(kind, request.getfixturevalue("postgres_url"), folder)
    return Store(kind, "memory:" if kind == "memory" else "sqlite", folder)


@pytest.fixture(params=DURABLE)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """A store that outlives its process."""
    return _store(request.param, tmp_path, request)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An open engine with nothing in it."""
    opened = _store(request.param, tmp_path, request).open()
    yield opened
    opened.close()


@pytest.fixture
def opened(store: Store) -> Iterator[Callable[[], Engine]]:
    """Opens the store; what is still open at the end is closed."""
    engines: list[Engine] = []

    def opening() -> Engine:
        engines.append(store.open())
        return engines[-1]

    yield opening
    for engine in engines:
        engine.close()


@pytest.fixture
def tables(engine: Engine) -> Engine:
    """An open engine with the contract's tables declared."""
    engine.declare(ALL)
    return engine
