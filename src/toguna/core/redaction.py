"""Taking words out of a text, so that they leave no trace but the place where they stood."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

TAKEN_OUT: Final = "…"
"""Stands in a text where words were taken out. One character: no text grows too long."""


def without(text: str, names: Iterable[str]) -> str:
    """``text`` with every whole-word mention of ``names`` taken out, longest first.

    Capitals make no difference, nor does how many blanks stand between the words of a name.
    """
    for name in sorted({n.strip() for n in names} - {""}, key=lambda n: (-len(n), n)):
        pattern = r"\s+".join(map(re.escape, name.split()))
        text = re.sub(rf"(?<!\w){pattern}(?!\w)", TAKEN_OUT, text, flags=re.IGNORECASE)
    return text
