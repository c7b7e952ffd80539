"""The Go client that reads what we write; it shares no line with us."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

# Debian's package golang-golang-x-mod-dev puts its source into the second of these.
GOPATHS = (os.environ.get("GOPATH", ""), "/usr/share/gocode")
SOURCE = Path(__file__).parent / "gotlog" / "main.go"

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def gotlog(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs the Go client, built once, on a directory."""
    go = shutil.which("go")
    found = [p for p in GOPATHS if p and Path(p, "src/golang.org/x/mod/sumdb/tlog").is_dir()]
    if go is None or not found:
        pytest.skip("skipped: no Go client (Debian: golang-go and golang-golang-x-mod-dev)")
    work = tmp_path_factory.mktemp("gotlog")
    client = work / "gotlog"
    settings = {"GO111MODULE": "off", "GOPATH": found[0], "GOCACHE": str(work / "cache")}
    subprocess.run(
        [go, "build", "-o", client, SOURCE], env=os.environ | settings, check=True, timeout=300
    )

    def run(folder: Path, *indexes: int) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [client, folder, *map(str, indexes)],
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    return run
