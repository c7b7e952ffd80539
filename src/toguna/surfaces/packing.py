"""Whole answers made smaller on the way to a browser (RFC 9110 8.4.1.3, gzip).

Only for people who signed in: their pages may sit behind 50 kB/s. The command line asks for
no encoding and is on the same machine. Streams are never packed, they would stand still in
the packer; and what anybody may read by itself is small. Secrets stand beside nothing that a
stranger chose: the session's answer, which has the request token in it, is public, so it is
sent as it is.
"""

from __future__ import annotations

import asyncio
import gzip
from typing import Final

from toguna.surfaces.endpoints import JSON, Answer

WORTH_IT: Final = 1_000
"""Bytes from which on packing saves more than it costs."""
LEVEL: Final = 4
LARGE: Final = 128 << 10
"""Bytes from which on it is done in a thread: about 2 ms of work."""


async def packed(answer: Answer, accepted: str) -> Answer:
    """The answer, gzipped where that is worth it and ``Accept-Encoding`` names gzip."""
    if answer.type != JSON or len(answer.content) < WORTH_IT:
        return answer
    more = {**answer.more, "vary": "accept-encoding"}
    if not takes_gzip(accepted):
        return answer._replace(more=more)
    content = answer.content
    if len(content) > LARGE:
        small = await asyncio.to_thread(_gzip, content)
    else:
        small = _gzip(content)
    return answer._replace(content=small, more={**more, "content-encoding": "gzip"})


def takes_gzip(accepted: str) -> bool:
    """Whether ``Accept-Encoding`` names gzip with a weight above zero."""
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        if name.strip() == "gzip":
            return weight.replace(" ", "").rstrip("0").rstrip(".") != "q="
    return False


def _gzip(content: bytes) -> bytes:
    # No time in it: the same answer is the same bytes.
    return gzip.compress(content, LEVEL, mtime=0)
