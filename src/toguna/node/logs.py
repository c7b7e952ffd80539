"""Structured logs: one JSON object a line, on stderr.

Until :func:`configure` is called only warnings come out, so that a command that opens a node
for a moment writes nothing but its answer. No line holds a body, a key or a query.
"""

from __future__ import annotations

import logging
import sys
from typing import Any, Final

import structlog

_PROCESSORS: Final[tuple[structlog.types.Processor, ...]] = (
    structlog.stdlib.filter_by_level,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    structlog.processors.JSONRenderer(sort_keys=True),
)


def logger(name: str) -> Any:
    """The logger of this name; its calls take an event and facts as keywords."""
    return structlog.wrap_logger(
        logging.getLogger(name),
        processors=_PROCESSORS,
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def configure(level: str = "info") -> None:
    """From now on write everything from this level on (debug, info, warning or error)."""
    least = logging.getLevelNamesMapping()[level.upper()]
    logging.basicConfig(stream=sys.stderr, format="%(message)s", level=logging.WARNING, force=True)
    logging.getLogger("toguna").setLevel(least)
