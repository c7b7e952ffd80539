"""The catalogue: every kind, projection and setting that the installed domains declare.

Built once at start, out of declarations alone. A mistake in a declaration is named here,
before a node opens, not when the first such record arrives.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from toguna.core import never_kept
from toguna.core.domain import Domain, Kind, Projection
from toguna.errors import BadInput, NeverKept, Refused

_KIND = re.compile(r"[a-z][a-z_]*\.[a-z][a-z_]*/[1-9][0-9]*")


class Catalogue:
    """All kinds by name, all projections by table name. Immutable once made."""

    def __init__(self, domains: Iterable[Domain]) -> None:
        """Take the declarations; :class:`BadInput` names the one that cannot stand."""
        self.domains: tuple[Domain, ...] = tuple(sorted(domains, key=lambda d: d.name))
        for domain in self.domains:
            _check_names(domain)
        self.kinds: Mapping[str, Kind] = self._collect_kinds()
        self.projections: Mapping[str, Projection] = self._collect_projections()
        self.by_name: Mapping[str, Domain] = {d.name: d for d in self.domains}
        self.opens: Mapping[str, Projection] = {
            kind: p for p in reversed(list(self.projections.values())) for kind in p.kinds[:1]
        }
        """What lists records of a kind: the first projection whose ``kinds`` begin with it."""
        self._decoders = {
            name: msgspec.json.Decoder(kind.body) for name, kind in self.kinds.items()
        }
        self._fields = {
            name: frozenset(f.encode_name for f in msgspec.structs.fields(kind.body))
            for name, kind in self.kinds.items()
        }

    def _collect_kinds(self) -> dict[str, Kind]:
        kinds: dict[str, Kind] = {}
        for domain in self.domains:
            for kind in domain.kinds:
                if not _KIND.fullmatch(kind.name) or kind.domain != domain.name:
                    raise BadInput(
                        f"kind {kind.name!r} of domain {domain.name!r}",
                        remedy=f"name it {domain.name}.noun/1",
                    )
                if kind.name in kinds:
                    raise BadInput(f"kind {kind.name} is declared twice")
                kinds[kind.name] = kind
        return kinds

    def _collect_projections(self) -> dict[str, Projection]:
        found: dict[str, Projection] = {}
        for domain in self.domains:
            for projection in domain.projections:
                table = projection.table
                names = {c.name for c in table.columns}
                if table.key != ("id",) or not {"id", "audience", "doc"} <= names:
                    raise BadInput(f"projection {table.name} needs id (the key), audience and doc")
                if not table.name.startswith(f"{domain.name}_") or table.name in found:
                    raise BadInput(f"projection {table.name} of {domain.name}: name it after it")
                indexed = {("id",), *(index[:1] for index in table.indexes)}
                if (projection.newest,) not in indexed:
                    raise BadInput(f"projection {table.name}: no index begins with its newest")
                unknown = set(projection.kinds) - set(self.kinds)
                if unknown:
                    raise BadInput(f"projection {table.name} folds unknown {sorted(unknown)}")
                found[table.name] = projection
        for domain in self.domains:
            for need in domain.needs:
                if need.replace(".", "_") not in found:
                    raise BadInput(f"domain {domain.name} needs {need}, which nobody declares")
        return found

    def kind(self, name: str) -> Kind:
        """The kind of this name (``sharing.report`` finds its newest version)."""
        if name in self.kinds:
            return self.kinds[name]
        newest = max(
            (k for k in self.kinds if k.partition("/")[0] == name),
            key=lambda k: int(k.partition("/")[2]),
            default=None,
        )
        if newest is None:
            known = ", ".join(sorted(self.kinds))
            raise BadInput(f"no kind {name[:80]!r}", remedy=f"known here: {known}")
        return self.kinds[newest]

    def author_body(self, kind: Kind, data: bytes) -> msgspec.Struct:
        """Read the body of a draft strictly: an unknown field or a value out of bounds is
        :class:`BadInput` with its place; a field that this house has no place for says so.
        """
        try:
            loose: Any = msgspec.json.decode(data)
        except msgspec.DecodeError as error:
            raise BadInput(f"the body is not JSON: {error}", where=kind.name) from None
        if not isinstance(loose, dict):
            raise BadInput("the body must be a JSON object", where=kind.name)
        if word := never_kept.sent_in(data, loose):
            raise NeverKept(
                f"Toguna keeps no place for {word}",
                remedy="leave it out: what it is for belongs to a court or a hospital, not here",
                where=kind.name,
            )
        unknown = sorted(set(loose) - self._fields[kind.name])
        if unknown:
            allowed = ", ".join(sorted(self._fields[kind.name]))
            raise BadInput(
                f"no such field: {', '.join(unknown)[:200]}",
                remedy=f"the fields are {allowed}",
                where=kind.name,
            )
        return self.decode_body(kind.name, data)

    def decode_body(self, name: str, data: bytes) -> msgspec.Struct:
        """The body of a received record of a known kind; BadInput when it is of another shape."""
        decoder = self._decoders.get(name)
        if decoder is None:
            raise Refused(f"the kind {name[:80]!r} is not understood here")
        try:
            body: msgspec.Struct = decoder.decode(data)
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            raise BadInput(str(error), where=name) from None
        return body


def _check_names(domain: Domain) -> None:
    """A domain that would keep what the house keeps no place for does not come in."""
    found: list[tuple[str, str]] = []
    for kind in domain.kinds:
        found += [(f"{kind.name}: {at}", word) for at, word in never_kept.declared_in(kind.body)]
    for board in domain.boards:
        found += [(f"{board.name}: {at}", word) for at, word in never_kept.declared_in(board.row)]
    names = [kind.name.replace(".", "_").partition("/")[0] for kind in domain.kinds]
    names += [board.name for board in domain.boards]
    names += [layer.name for layer in domain.layers]
    names += list(domain.settings)
    for projection in domain.projections:
        names += [projection.table.name, *(c.name for c in projection.table.columns)]
    found += [(name, word) for name in names if (word := never_kept.never_of_a_record(name))]
    if found:
        where, word = found[0]
        raise NeverKept(
            f"domain {domain.name} declares {where[:120]}: Toguna keeps no place for {word}",
            remedy="leave it out, or uninstall the package that brings it",
            where=f"domain {domain.name}",
        )
