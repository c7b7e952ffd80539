"""What every test may lean on: the shared folder, the slow marker, hypothesis profiles."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
SLOW = os.environ.get("TOGUNA_SLOW") == "1"

_COMMON = {
    "deadline": None,
    "print_blob": True,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large],
}
settings.register_profile("quick", max_examples=100, **_COMMON)
settings.register_profile("slow", max_examples=1000, **_COMMON)
settings.load_profile("slow" if SLOW else "quick")


def shared(*parts: str) -> Path:
    """A path below ../shared; skips the calling test, or its module, when it is missing."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        what = "/".join(("..", "shared", *parts)) if SHARED.exists() else "../shared"
        pytest.skip(f"skipped: no {what}", allow_module_level=True)
    return path


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The folder ../shared beside the repository; the test is skipped without it."""
    return shared()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what is marked slow, unless TOGUNA_SLOW=1 asks for it."""
    if SLOW:
        return
    skip = pytest.mark.skip(reason="slow: set TOGUNA_SLOW=1 or run `make test-all`")
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(skip)
