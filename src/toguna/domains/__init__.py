"""Families of record kinds; each declares itself, and none knows another.

A domain is found by the entry point ``toguna.domains``, whether it ships here or in somebody
else's package; what ships here is found without one, too.
"""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points

from toguna.core.domain import Domain
from toguna.domains import (
    alerts,
    assistance,
    borders,
    disputes,
    intake,
    operations,
    protection,
    questions,
    sharing,
)
from toguna.errors import BadInput

GROUP = "toguna.domains"
"""The entry point group by which other packages bring their domains in."""

_BUILT_IN = tuple(
    room.DOMAIN
    for room in (
        alerts,
        assistance,
        borders,
        disputes,
        intake,
        operations,
        protection,
        questions,
        sharing,
    )
)


def load_domains() -> list[Domain]:
    """The domains that ship here and those of installed packages, sorted by name.

    :raises BadInput: an entry point cannot be loaded, is no :class:`Domain`, or brings a
        second domain of one name; the message names it.
    """
    found = {domain.name: domain for domain in _BUILT_IN}
    for point in sorted(entry_points(group=GROUP), key=lambda p: p.name):
        domain = _load(point)
        if found.setdefault(domain.name, domain) is not domain:
            raise BadInput(
                f"a second domain is called {domain.name!r}",
                remedy="uninstall one of the two packages",
                where=_place(point),
            )
    return [found[name] for name in sorted(found)]


def _load(point: EntryPoint) -> Domain:
    try:
        domain = point.load()
    # Somebody else's code runs here while it is imported: anything may come out of it.
    except Exception as error:
        raise BadInput(
            f"it cannot be loaded: {type(error).__name__}: {error}",
            remedy="repair or uninstall the package that brings it",
            where=_place(point),
        ) from error
    if not isinstance(domain, Domain):
        raise BadInput(
            f"{point.value} is a {type(domain).__name__}, not a Domain",
            remedy="let the entry point name the domain's declaration",
            where=_place(point),
        )
    return domain


def _place(point: EntryPoint) -> str:
    return f"entry point {GROUP}: {point.name} = {point.value}"
