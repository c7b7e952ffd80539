"""Where a node keeps its tables, said in one word or one URL."""

from __future__ import annotations

from pathlib import Path

from toguna.engines import Engine
from toguna.errors import BadInput

DATABASE = "toguna.db"
"""Name of the SQLite file in a node's folder."""


def open_engine(store: str, folder: Path | None, *, create: bool = True) -> Engine:
    """The engine for ``store``; nothing is loaded that is not asked for.

    * ``sqlite`` (or empty): the file ``toguna.db`` in ``folder``
    * ``sqlite:PATH``: that file; a relative path counts from ``folder``
    * ``memory:``: nothing outlives the process
    * ``postgresql://…``: that database; ``?schema=NAME`` names the node's schema

    With ``create=False`` a store that is not there is :class:`~toguna.errors.Unknown`, so
    that a node whose data was lost does not begin again from nothing.
    :class:`~toguna.errors.BadInput` for anything else.
    """
    scheme, _, rest = store.partition(":")
    if scheme == "memory" and not rest:
        from toguna.engines.memory import MemoryEngine

        return MemoryEngine()
    if scheme in ("postgresql", "postgres") and rest.startswith("//"):
        from toguna.engines.postgres import PostgresEngine

        return PostgresEngine(store, create=create)
    if scheme not in ("", "sqlite"):
        raise BadInput(
            "unknown kind of store",
            remedy="give sqlite, sqlite:PATH, memory: or postgresql://...",
        )
    if folder is None and not Path(rest).is_absolute():
        raise BadInput("a SQLite store needs a folder")
    from toguna.engines.sqlite import SqliteEngine

    return SqliteEngine((folder or Path()) / (rest or DATABASE), create=create)
