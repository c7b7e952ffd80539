"""pymerkle on SQLite: entries a second, appended in bulk (a batch at once) and singly.

``pymerkle_append.py FOLDER BATCHES BATCH SINGLE`` prints one JSON object of lists.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from pymerkle import SqliteTree

folder, batches, batch, single = Path(sys.argv[1]), *map(int, sys.argv[2:])
tree = SqliteTree(str(folder / "pymerkle.db"))
found = {"bulk": [], "bulk_wall": [], "single": [], "single_wall": []}


def timed(name: str, count: int, work: Callable[[], object]) -> None:
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    found[name].append(count / (time.process_time() - cpu))
    found[f"{name}_wall"].append(count / (time.perf_counter() - wall))


for _ in range(batches):
    entries = [os.urandom(1_000) for _ in range(batch)]
    timed("bulk", batch, lambda entries=entries: (tree.append_entries(entries), tree.get_root()))
for _ in range(single):
    entry = os.urandom(1_000)
    timed("single", 1, lambda entry=entry: (tree.append_entry(entry), tree.get_root()))
print(json.dumps(found))
