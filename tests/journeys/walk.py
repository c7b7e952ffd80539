"""Walks through a page: runs its commands in a fresh folder and ends whatever it started."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from tests.journeys.page import PATIENCE_S, Step, compare, own_ports, ports_named, read_page

HERE = Path(__file__).resolve().parent
PAUSE_S = 0.2
"""Between two tries of a block that waits."""


class Mismatch(Exception):
    """What a command printed is not what the page says; the message names file and line."""


class Walk:
    """One walk through one page. A context manager: at its end nothing of it runs any more."""

    def __init__(self, page: Path, folder: Path, limit_s: float) -> None:
        self.page = page
        self.folder = folder
        self.ends_at = time.monotonic() + limit_s
        self.ports = dict(zip(ports_named(page), _free_ports(len(ports_named(page))), strict=True))
        self.known: dict[str, str] = {}
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.spent_s: list[tuple[float, int, str]] = []
        home = folder / ".home"
        home.mkdir()
        self._environment = {
            "PATH": os.pathsep.join(
                (str(Path(sys.executable).parent), str(HERE), os.environ.get("PATH", os.defpath))
            ),
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "COLUMNS": "100",
            "TZ": "UTC",
        }

    def __enter__(self) -> Walk:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.running.values():
            process.terminate()
        for process in self.running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=10)
            _end_session(process)

    def go(self) -> None:
        """All steps in order; Mismatch at the first that is not as the page says."""
        for step in read_page(self.page):
            begin = time.monotonic()
            self._take(step)
            self.spent_s.append((time.monotonic() - begin, step.line, step.command))

    def _take(self, step: Step) -> None:
        step = step._replace(
            command=own_ports(step.command, self.ports),
            expected=tuple((n, own_ports(line, self.ports)) for n, line in step.expected),
        )
        if step.file:
            (self.folder / step.file).write_text(step.command, "utf-8")
        elif step.background:
            self._start(step)
        else:
            self._run(step)

    def _run(self, step: Step) -> None:
        patience = time.monotonic() + (step.until_s or 0)
        while True:
            code, printed = self._command(step)
            outcome = compare(step.expected, printed, self.known)
            if code == step.exit_code and outcome.failed_line is None:
                self.known |= outcome.taken
                return
            if time.monotonic() >= patience:
                raise self._mismatch(step, outcome.failed_line, printed, f"exit {code}")
            time.sleep(PAUSE_S)

    def _command(self, step: Step) -> tuple[int, str]:
        left = self.ends_at - time.monotonic()
        process = subprocess.Popen(
            ["bash", "-c", step.command],
            cwd=self.folder,
            env=self._environment | self.known,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            out, _ = process.communicate(timeout=max(left, 0.1))
        except subprocess.TimeoutExpired:
            raise self._mismatch(step, None, "", "the page's time was over") from None
        finally:
            _end_session(process)
        return process.returncode, out.decode("utf-8", "replace")

    def _start(self, step: Step) -> None:
        log = self.folder / f"{step.background}.log"
        with log.open("wb") as file:
            process = subprocess.Popen(
                ["bash", "-c", f"exec {step.command}"],
                cwd=self.folder,
                env=self._environment | self.known,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        # A page may start a node again under its name: the one before is kept to be ended too.
        self.running[f"{step.background}/{process.pid}"] = process
        self.known[step.background] = str(process.pid)
        # Whoever waits for its end with `tail --pid` must not see a zombie.
        threading.Thread(target=process.wait, daemon=True).start()
        patience = time.monotonic() + PATIENCE_S
        while True:
            printed = log.read_text("utf-8", "replace")
            outcome = compare((*step.expected, (step.line, "...")), printed, self.known)
            if outcome.failed_line is None:
                self.known |= outcome.taken
                return
            if process.poll() is not None or time.monotonic() >= patience:
                end = "still running" if process.poll() is None else f"exit {process.returncode}"
                raise self._mismatch(step, outcome.failed_line, printed, end)
            time.sleep(PAUSE_S / 4)

    def _mismatch(self, step: Step, line: int | None, printed: str, end: str) -> Mismatch:
        said = "\n".join(f"    {text}" for _, text in step.expected)
        got = "\n".join(f"    {text}" for text in printed.splitlines())
        wanted = f"exit {step.exit_code}" if not step.background else "running"
        logs = "".join(
            f"\n  last of {path.name}:\n"
            + "\n".join(
                f"    {text}" for text in path.read_text("utf-8", "replace").splitlines()[-8:]
            )
            for path in sorted(self.folder.glob("*.log"))
        )
        return Mismatch(
            f"{self.page.name}:{line or step.line}: not as the page says\n"
            f"  $ {step.command}\n  expected ({wanted}):\n{said}\n  printed ({end}):\n{got}{logs}"
        )


def _end_session(process: subprocess.Popen[bytes]) -> None:
    """End what a command of ours left running, by the id of the session that we gave it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _free_ports(count: int) -> list[int]:
    """Loopback ports below those that the system gives away by itself."""
    found: list[int] = []
    rng = random.SystemRandom()
    while len(found) < count:
        port = rng.randrange(20_000, 30_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            if port not in found:
                found.append(port)
    return found
