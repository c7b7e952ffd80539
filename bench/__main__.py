"""``python -m bench [NAME…] [--json] [--write]``: run the benchmarks, print their rows."""

from __future__ import annotations

import argparse
import gc
import importlib
import pkgutil
import sys
import time

import msgspec

import bench
from bench import _page
from bench._rows import FULL, TINY, Row, say


def names() -> list[str]:
    """Every benchmark: the modules of this folder, but for those with an underscore."""
    return [m.name for m in pkgutil.iter_modules(bench.__path__) if m.name[0] != "_"]


def main(arguments: list[str] | None = None) -> int:
    """Run what is asked for. 0 when it ran, whatever the numbers are; 2 for a wrong name."""
    known = names()
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(known)}")
    parser.add_argument("--json", action="store_true", help="rows as a JSON array")
    parser.add_argument("--write", action="store_true", help="write the page, as a run of all does")
    parser.add_argument("--tiny", action="store_true", help="only to see that it runs")
    asked = parser.parse_args(arguments)
    if wrong := [name for name in asked.names if name not in known]:
        say(f"no benchmark {', '.join(wrong)}: there are {', '.join(known)}")
        return 2
    rows: list[Row] = []
    pages: dict[str, tuple[str, str, list[Row]]] = {}
    for name in asked.names or known:
        benchmark = importlib.import_module(f"bench.{name}")
        say(f"{name}: {benchmark.SUMMARY}")
        began, before = time.perf_counter(), len(rows)
        gc.collect()
        gc.freeze()  # what one benchmark leaves behind does not weigh on the next
        for row in benchmark.run(TINY if asked.tiny else FULL):
            rows.append(row)
            if not asked.json:
                print(_page.line(row), flush=True)
        pages[name] = (benchmark.SUMMARY, benchmark.BOUNDS, rows[before:])
        say(f"  {time.perf_counter() - began:.0f} s")
    if asked.json:
        print(msgspec.json.format(msgspec.json.encode(rows), indent=2).decode())
    if asked.write or not (asked.names or asked.tiny):
        _page.write(pages)
    return 0


if __name__ == "__main__":
    sys.exit(main())
