"""Profiles: the rules and words with which an alliance of one kind begins.

A profile is copied into the first charter and has no power afterwards: what binds is what
the parties signed. Each names its rules, the office that stands for the whole alliance, and
its words for the places where a screen says "member", "exercise" or "call for help".

``aes`` follows the Charter of the Alliance of Sahel States (17 articles): accession by
unanimity, withdrawal with six months' notice, mutual assistance. The others are for
cross-border parks, epidemic response, disaster relief, power pools and customs unions.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from toguna.core.charter import Rules
from toguna.errors import BadInput


class Profile(NamedTuple):
    """A named beginning: ``chair`` is the office that the first party holds at the founding.

    ``words`` maps a neutral word to the profile's own, for screens.
    """

    name: str
    title: str
    rules: Rules
    chair: str
    words: Mapping[str, str]


def _words(**words: str) -> Mapping[str, str]:
    return MappingProxyType(words)


_ALL: Final = (
    Profile(
        "aes",
        "Alliance of states",
        Rules(
            accession="unanimity",
            amendment="unanimity",
            assistance_hours=24,
            exclusion="unanimity",
            read_receipts=True,
            recall_hours=24,
            signs={"decide": ("commander", "j3", "presidency")},
            withdrawal_months=6,
        ),
        "presidency",
        _words(
            alliance="alliance",
            call="call for mutual assistance",
            common_body="unified force",
            event="incident",
            member="member state",
            task="operation",
        ),
    ),
    Profile(
        "park",
        "Cross-border park",
        Rules(
            accession="2/3",
            amendment="2/3",
            assistance_hours=24,
            exclusion="2/3",
            read_receipts=False,
            recall_hours=72,
            signs={},
            withdrawal_months=3,
        ),
        "chair",
        _words(
            alliance="park agreement",
            call="call for rangers",
            common_body="joint warden team",
            event="sighting",
            member="park authority",
            task="survey",
        ),
    ),
    Profile(
        "health",
        "Epidemic response",
        Rules(
            accession="majority",
            amendment="2/3",
            assistance_hours=12,
            exclusion="2/3",
            read_receipts=True,
            recall_hours=24,
            signs={},
            withdrawal_months=1,
        ),
        "coordination",
        _words(
            alliance="health network",
            call="call for laboratory or staff",
            common_body="joint response team",
            event="signal",
            member="health authority",
            task="investigation",
        ),
    ),
    Profile(
        "relief",
        "Disaster relief",
        Rules(
            accession="majority",
            amendment="majority",
            assistance_hours=6,
            exclusion="2/3",
            read_receipts=True,
            recall_hours=24,
            signs={},
            withdrawal_months=1,
        ),
        "coordination",
        _words(
            alliance="relief network",
            call="call for relief",
            common_body="coordination cell",
            event="situation report",
            member="organisation",
            task="relief action",
        ),
    ),
    Profile(
        "powerpool",
        "Power pool",
        Rules(
            accession="unanimity",
            amendment="2/3",
            assistance_hours=1,
            exclusion="2/3",
            read_receipts=True,
            recall_hours=48,
            signs={},
            withdrawal_months=12,
        ),
        "chair",
        _words(
            alliance="power pool",
            call="call for reserve",
            common_body="coordination centre",
            event="outage",
            member="utility",
            task="exchange schedule",
        ),
    ),
    Profile(
        "customs",
        "Customs union",
        Rules(
            accession="unanimity",
            amendment="2/3",
            assistance_hours=48,
            exclusion="unanimity",
            read_receipts=True,
            recall_hours=72,
            signs={},
            withdrawal_months=12,
        ),
        "chair",
        _words(
            alliance="customs union",
            call="request for verification",
            common_body="joint committee",
            event="declaration",
            member="customs authority",
            task="inspection",
        ),
    ),
)

PROFILES: Final[Mapping[str, Profile]] = MappingProxyType({p.name: p for p in _ALL})
"""Every profile by its name."""


def profile(name: str) -> Profile:
    """The profile called ``name``; BadInput lists those that there are."""
    found = PROFILES.get(name)
    if found is None:
        raise BadInput(f"no profile {name[:40]!r}", remedy=f"one of {', '.join(sorted(PROFILES))}")
    return found
