"""A process that commits until it is killed, and says so after each commit.

``python committing.py URL FOLDER [hold]``; with ``hold`` it only keeps the store open.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from toguna.core.table import Column, Table
from toguna.engines.opening import open_engine

STEPS = Table("steps", (Column("n", "int"), Column("body", "bytes")), ("n",))
HEAD = Table("head", (Column("name", "text"), Column("n", "int")), ("name",))
ROWS_A_COMMIT = 3


def main(url: str, folder: str, *rest: str) -> None:
    engine = open_engine(url, Path(folder))
    engine.declare((STEPS, HEAD))
    print("open", flush=True)
    if rest:
        time.sleep(600)
    with engine.read() as r:
        done = r.count(STEPS) // ROWS_A_COMMIT
    while True:
        with engine.write() as w:
            first = done * ROWS_A_COMMIT
            w.add(STEPS, [(first + i, b"x" * 2_000) for i in range(ROWS_A_COMMIT)])
            done += 1
            w.put(HEAD, [("head", done)])
        print(done, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
