"""One word or one URL says where a node keeps its tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from toguna.engines.memory import MemoryEngine
from toguna.engines.opening import DATABASE, open_engine
from toguna.engines.sqlite import SqliteEngine
from toguna.errors import BadInput, Unknown


@pytest.mark.parametrize(
    ("store", "name"), [("sqlite", DATABASE), ("", DATABASE), ("sqlite:other.db", "other.db")]
)
def test_sqlite_is_a_file_in_the_folder(tmp_path: Path, store: str, name: str) -> None:
    with pytest.raises(Unknown):
        open_engine(store, tmp_path, create=False)
    engine = open_engine(store, tmp_path)
    assert isinstance(engine, SqliteEngine)
    assert (tmp_path / name).exists()
    engine.close()


def test_sqlite_takes_an_absolute_path_without_a_folder(tmp_path: Path) -> None:
    open_engine(f"sqlite:{tmp_path / 'a.db'}", None).close()
    assert (tmp_path / "a.db").exists()


def test_memory_needs_no_folder() -> None:
    assert isinstance(open_engine("memory:", None), MemoryEngine)


@pytest.mark.parametrize("store", ["mysql://root:hush@host/db", "postgresql:hush", "hush:x"])
def test_an_unknown_store_is_refused_and_not_quoted(tmp_path: Path, store: str) -> None:
    with pytest.raises(BadInput) as caught:
        open_engine(store, tmp_path)
    assert "hush" not in str(caught.value)


def test_sqlite_without_a_folder_is_refused() -> None:
    with pytest.raises(BadInput, match="folder"):
        open_engine("sqlite", None)
