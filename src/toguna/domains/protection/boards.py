"""What protection computes for whoever looks: who has taken a site in, whether lists are used,
and how cases stand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct

from toguna.core.board import number
from toguna.core.domain import Board, View, Waiting
from toguna.core.folding import doc_of, docs, in_order
from toguna.core.time import DAY_US
from toguna.domains.protection import lists, tables
from toguna.domains.protection.rules import case_state

ACK_US: Final = DAY_US
"""A member that has not taken a site in after a day stands in red before its notifier."""
STALE_US: Final = 90 * DAY_US
SMALLEST: Final = 10
"""A cell of a table with fewer cases than this shows "<10"."""
TAKE_IN: Final = "protection.take_in"
RENEW: Final = "protection.renew"
UNSEEN: Final = "protection.not_taken_in"
UNUSED: Final = "protection.list_not_used"
CASE: Final = "protection.case"


class Taken(Struct, omit_defaults=True, kw_only=True):
    """Whether one member has taken a site in: taken_in, waiting, or late (a day has passed)."""

    party: str
    state: str
    at: int | None = None


class Protected(Struct, omit_defaults=True, kw_only=True):
    """One site or movement, and who has taken it in."""

    address: str
    at: int
    party: str
    kind: str
    category: str
    name: str
    state: str
    """active, ended, or stale: it wants to be renewed, and is protected all the same."""
    buffer_m: int
    until_us: int | None = None
    members: list[Taken]


def board_sites(view: View, query: Mapping[str, str]) -> Iterator[Protected]:
    """Sites and movements, the newest first."""
    limit = number(query, "limit", 1_000, 1, 100_000)
    seen: dict[str, dict[str, int]] = {}
    for doc in docs(view, tables.SEEN):
        seen.setdefault(doc["about"], {}).setdefault(doc["party"], doc["at"])
    found = docs(view, tables.SITES) + docs(view, tables.MOVEMENTS)
    spines = [doc for doc in found if "/spine/" in doc["address"]]
    for doc in sorted(spines, key=in_order, reverse=True)[:limit]:
        taken = [
            _taken(doc, p, seen.get(doc["address"], {}).get(p), view.now_us) for p in doc["to"]
        ]
        state = doc["state"] if doc["state"] == tables.ENDED else _freshness(doc, view.now_us)
        yield msgspec.convert(doc | {"members": taken, "state": state}, Protected)


def _taken(doc: dict[str, Any], party: str, at: int | None, now_us: int) -> Taken:
    if at is not None:
        return Taken(party=party, state="taken_in", at=at)
    return Taken(party=party, state="late" if now_us - doc["at"] > ACK_US else "waiting")


def _freshness(doc: dict[str, Any], now_us: int) -> str:
    """Stale: 90 days without a word of its notifier, or beyond the time that it named."""
    last = max(doc["at"], doc.get("renewed_us", 0))
    over = doc.get("until_us") is not None and now_us >= doc["until_us"]
    return "stale" if over or now_us - last > STALE_US else tables.ACTIVE


class Used(Struct, omit_defaults=True, kw_only=True):
    """How a member used our list in its plan checks."""

    party: str
    plans: int
    """The highest number that it gave a plan."""
    used: int
    """Plans checked against the list that it should have had then, or a newer one."""
    unchecked: list[int]
    """Plans that went on without a check, by their number."""
    missing: list[int]
    """Numbers of which nothing came, the first hundred."""
    false: list[int]
    """Checks whose digest is of no list of ours."""
    version: int
    """The list that it should use now."""
    newest_version: int
    """The newest that it has used."""
    newest_us: int | None = None
    """When it last checked."""
    alarm: bool


def board_uses(view: View, query: Mapping[str, str]) -> Iterator[Used]:
    """How every member uses the list of the one who looks."""
    looker = view.looker
    found: dict[str, list[dict[str, Any]]] = {}
    for doc in docs(view, tables.USES):
        if looker in doc["to"]:
            found.setdefault(doc["party"], []).append(doc)
    told = {p for doc in docs(view, tables.CHANGES, party=looker) for p in doc["to"]}
    for party in sorted({*found, *told}):
        yield _used(view, looker, party, found.get(party, []))


def _used(view: View, notifier: str, party: str, uses: Sequence[dict[str, Any]]) -> Used:
    acts = lists.acts_of(view, notifier, party)
    digests = [lists.digest([a["address"] for a in acts[:k]]) for k in range(len(acts) + 1)]
    good, unchecked, false = set(), [], []
    for use in uses:
        if not use["checked"]:
            unchecked.append(use["number"])
        elif use["version"] > len(acts) or digests[use["version"]] != use["digest"]:
            false.append(use["number"])
        else:
            good.add(use["number"])
    plans = max((use["number"] for use in uses), default=0)
    told = {use["number"] for use in uses}
    missing = [k for k in range(1, plans + 1) if k not in told][:100]
    return Used(
        party=party,
        plans=plans,
        used=len(good),
        unchecked=sorted(unchecked),
        missing=missing,
        false=sorted(false),
        version=len(acts),
        newest_version=max((u["version"] for u in uses if u["number"] in good), default=0),
        newest_us=max((u["at"] for u in uses), default=None),
        alarm=len(good) < plans,
    )


class CaseShown(Struct, omit_defaults=True, kw_only=True):
    """One case as it stands."""

    address: str
    at: int
    party: str
    """Whose node took it in."""
    title: str
    place_name: str
    from_us: int
    filed_by: str
    alleged: str | None = None
    unit: str | None = None
    civilians: int | None = None
    category: str
    filed_category: str
    """What it was filed as."""
    state: str
    open: bool
    established: bool | None = None
    downgrades: int
    steps: list[dict[str, Any]]


def board_cases(view: View, query: Mapping[str, str]) -> Iterator[CaseShown]:
    """Cases with their steps, open ones first, the oldest of them first."""
    shown = [msgspec.convert(case, CaseShown) for case in _cases(view)]
    yield from sorted(shown, key=lambda c: (not c.open, c.from_us, c.address))


def _cases(view: View) -> Iterator[dict[str, Any]]:
    """Every case once: at home only where no release of it is seen as well."""
    steps: dict[str, list[dict[str, Any]]] = {}
    for step in docs(view, tables.STEPS):
        steps.setdefault(step["about"], []).append(step)
    for row in view.rows(tables.CASES):
        case = doc_of(row)
        own = sorted(steps.get(case["address"], []), key=in_order)
        told = [
            {k: s.get(k) for k in ("address", "at", "party", "office", "step", "text")} for s in own
        ]
        yield case | case_state(case, own) | {"filed_category": case["category"], "steps": told}


class Harm(Struct, kw_only=True):
    """What is counted for one member's forces. Exact totals are public."""

    alleged: str
    """The member; "" where it is not known."""
    filed: int
    open: int
    established: int
    not_established: int
    downgrades: int
    remedies: int
    oldest_open_us: int | None
    by_category: dict[str, str]
    """Cases by what they are held to be; a number below ten shows as "<10"."""


def board_harm(view: View, query: Mapping[str, str]) -> Iterator[Harm]:
    """Counts for each member's forces, the most open cases first."""
    by: dict[str, list[dict[str, Any]]] = {}
    for case in _cases(view):
        by.setdefault(case.get("alleged") or "", []).append(case)
    rows = [_harm(party, cases) for party, cases in by.items()]
    yield from sorted(rows, key=lambda r: (-r.open, r.alleged))


def _harm(party: str, cases: Sequence[dict[str, Any]]) -> Harm:
    categories: dict[str, int] = {}
    for case in cases:
        categories[case["category"]] = categories.get(case["category"], 0) + 1
    still = [case for case in cases if case["open"]]
    return Harm(
        alleged=party,
        filed=len(cases),
        open=len(still),
        established=sum(case["established"] is True for case in cases),
        not_established=sum(case["established"] is False for case in cases),
        downgrades=sum(case["downgrades"] for case in cases),
        remedies=sum(any(s["step"] == "remedy_done" for s in case["steps"]) for case in cases),
        oldest_open_us=min((case["from_us"] for case in still), default=None),
        by_category={name: cell(count) for name, count in sorted(categories.items())},
    )


def cell(count: int) -> str:
    """A number of a table as it may be shown."""
    return str(count) if count >= SMALLEST or count == 0 else f"<{SMALLEST}"


def waits(view: View) -> Iterator[Waiting]:
    """Sites to take in, lists to renew, members that are silent or do not use them, cases."""
    for thing in board_sites(view, {}):
        for member in thing.members:
            if member.party == view.party and member.state != "taken_in" and thing.state != "ended":
                due = thing.at + ACK_US
                yield Waiting(TAKE_IN, thing.address, thing.party, thing.name, thing.at, due,
                              "urgent", ("duty", "j3", "protection"))  # fmt: skip
        late = [m.party for m in thing.members if m.state == "late"]
        if thing.party == view.party and thing.state != "ended":
            if late:
                title = f"{thing.name} ({', '.join(late)})"
                yield Waiting(UNSEEN, thing.address, view.party, title, thing.at, None, "urgent",
                              ("liaison", "protection"))  # fmt: skip
            if thing.state == "stale":
                yield Waiting(RENEW, thing.address, view.party, thing.name, thing.at, None,
                              "routine", ("liaison", "protection"))  # fmt: skip
    for used in board_uses(view, {}):
        if used.alarm:
            title = f"{used.party}: {used.used}/{used.plans}"
            yield Waiting(UNUSED, "", used.party, title, used.newest_us or 0, None, "urgent",
                          ("liaison", "protection"))  # fmt: skip
    for case in board_cases(view, {}):
        if case.open and case.state == "filed" and "/spine/" in case.address:
            yield Waiting(CASE, case.address, case.party, case.title, case.at, None, "routine",
                          ("protection", "legal"))  # fmt: skip


BOARDS: Final = (
    Board(
        "sites", "Sites protégés et accusés", "Protected sites, and who has taken them in",
        Protected, board_sites, {"limit": "how many at most, 1,000 unless said"},
    ),
    Board("uses", "Usage de notre liste", "Use of our list", Used, board_uses),
    Board("cases", "Dommages aux civils", "Civilian-harm cases", CaseShown, board_cases),
    Board("harm", "Dommages aux civils, par membre", "Civilian harm, by member", Harm, board_harm),
)  # fmt: skip
"""What protection computes for whoever looks."""
