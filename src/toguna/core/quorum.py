"""How many of n must say yes: the words that a charter's rules may use.

``unanimity``, ``majority`` (more than half), a fraction such as ``2/3`` (rounded up), or a
plain number. Nothing else counts as a rule, so a misspelt word is refused when it is written.
"""

from __future__ import annotations

import re

from toguna.errors import BadInput

_FRACTION = re.compile(r"([1-9])/([1-9])")
_NUMBER = re.compile(r"[1-9]\d?")


def needed(rule: str, voters: int) -> int:
    """How many yes of ``voters`` the rule asks for, at least 1. BadInput for unknown words."""
    if rule == "unanimity":
        return max(1, voters)
    if rule == "majority":
        return voters // 2 + 1
    fraction = _FRACTION.fullmatch(rule)
    if fraction is not None and int(fraction[1]) <= int(fraction[2]):
        return max(1, -(-voters * int(fraction[1]) // int(fraction[2])))
    if _NUMBER.fullmatch(rule):
        return int(rule)
    raise BadInput(
        f"{rule[:40]!r} is not a quorum", remedy='write "unanimity", "majority", "2/3" or a number'
    )


def check(rule: str, voters: int, where: str) -> None:
    """BadInput when the rule is unknown, or asks for more voters than there are."""
    if needed(rule, voters) > voters:
        raise BadInput(f"a quorum of {rule} among {voters} members cannot be met", where=where)
