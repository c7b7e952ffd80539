"""A process that seals until it kills itself at a given step of the storage.

``python -m tests.conformance.sealing STORE FOLDER STEP`` opens Mali's node, seals two batches
and says ``sealed ADDRESS SIZE ROOT`` after each; then it begins a third and sends itself
SIGKILL at the STEP-th write to the store (-1: never). The commit counts as the last write.
A line that was printed is a promise.
"""

from __future__ import annotations

import os
import random
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.alliance import CATALOGUE, Clock, Seeds, draft, report
from toguna.core.table import Table, Transaction
from toguna.engines import Engine
from toguna.engines.opening import open_engine
from toguna.node.node import Node, Parts

PARTIES = ("bf", "ml", "ne")


class Dying:
    """An engine whose process dies at the n-th write of a transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.left = -1

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        with self._engine.write() as tx:
            yield DyingTransaction(tx, self)  # type: ignore[misc]
            self.tick()

    def tick(self) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class DyingTransaction:
    """Counts what is written."""

    def __init__(self, tx: Transaction, dying: Dying) -> None:
        self._tx, self._dying = tx, dying

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._tx, name)
        if name not in ("put", "add", "delete", "swap", "clear"):
            return method

        def counted(table: Table, *arguments: Any) -> Any:
            result = method(table, *arguments)
            self._dying.tick()
            return result

        return counted


def open_mali(engine: Engine, documents: Sequence[bytes] = ()) -> Node:
    """Mali's node with keys that are the same in every process."""
    rng = random.Random(7)
    seeds = {p: Seeds(p, rng) for p in PARTIES}
    node = Node(Parts(engine, seeds["ml"].keys(), CATALOGUE, Clock(), os.urandom, {}))
    if documents:
        node.learn(documents)
    return node


def seal(node: Node, title: str) -> None:
    """One batch of three: one at home, two released to different readers."""
    address = node.submit(
        [
            draft(report(title)),
            draft_to(title, "bf"),
            draft_to(title, "bf", "ne"),
        ],
        "duty",
    )[1]
    print(f"sealed {address} {node.spine.size} {node.spine.edge.root().hex()}", flush=True)


def draft_to(title: str, *readers: str) -> Any:
    """A report that is released as it stands."""
    return draft(report(title), to=readers)


def main() -> None:
    """See the module."""
    store, folder, step = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    dying = Dying(open_engine(store, folder))
    node = open_mali(dying)  # type: ignore[arg-type]
    seal(node, "un")
    seal(node, "deux")
    dying.left = step
    seal(node, "trois")
    print("end", flush=True)


if __name__ == "__main__":
    main()
