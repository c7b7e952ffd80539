"""pymerkle: inclusion proofs verified a second, and what one proof weighs.

``pymerkle_verify.py ENTRIES PROOFS`` prints one JSON object.
"""

import json
import os
import sys
import time

from pymerkle import InmemoryTree, verify_inclusion

entries, proofs = map(int, sys.argv[1:])
tree = InmemoryTree()
kept = [os.urandom(1_000) for _ in range(entries)]
for entry in kept:
    tree.append_entry(entry)
root = tree.get_root()
places = [1 + i * entries // proofs for i in range(proofs)]
made = [(kept[i - 1], tree.prove_inclusion(i)) for i in places]
cpu, wall = time.process_time(), time.perf_counter()
for entry, proof in made:
    verify_inclusion(tree.hash_buff(entry), root, proof)
cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
print(json.dumps({"verify": [proofs / cpu], "verify_wall": [proofs / wall]}))
