"""The demonstration's story: reports that three members might share, and what becomes of them.

The items ship as JSON beside the code, one file a member, written by hand so that they can be
read and changed by hand: days as text, places as "latitude, longitude" in degrees. Facts come
from public reports and name their sources; where two sides differ both are kept. What was
invented is marked EXERCICE / EXERCISE in its title and its text. Nobody is named.
"""

from __future__ import annotations

from importlib import resources
from typing import Any, Final, NamedTuple

import msgspec

from toguna.core.geo import parse_degrees
from toguna.core.labels import Label
from toguna.core.time import parse_time
from toguna.domains.sharing import Correction, Report
from toguna.errors import BadInput, TogunaError

PARTIES: Final = {"bf": "Burkina Faso", "ml": "Mali", "ne": "Niger"}
"""The three members of the worked example, id and name."""

KIND: Final = "sharing.report/1"


class PassOn(NamedTuple):
    """A holder gives the record on: who, and to whom."""

    by: str
    to: str


class Item(NamedTuple):
    """One report with the label that its owner would put on it."""

    name: str
    """Its name in the story; unique, and not part of any record."""
    party: str
    """Whose it is."""
    kind: str
    body: Report
    """As its owner knows it: to be recorded at home, and released from there."""
    label: Label
    """To release it under. Without readers it stays at home."""
    sources: tuple[str, ...]
    """Where the facts come from."""
    exercise: bool
    """Whether it was invented."""
    correction: Correction | None = None
    """What its owner later puts right."""
    recall: str | None = None
    """Why its owner later recalls it."""
    pass_on: PassOn | None = None
    """Who later gives it on, as the label allows."""


class Scenario(NamedTuple):
    """The whole story, in the order in which it is told: by member, then as written."""

    items: tuple[Item, ...]

    def of(self, party: str) -> tuple[Item, ...]:
        """What one member records."""
        return tuple(item for item in self.items if item.party == party)

    def released(self) -> tuple[Item, ...]:
        """What leaves a home."""
        return tuple(item for item in self.items if item.label.to)

    def item(self, name: str) -> Item:
        """One item by its name; :class:`BadInput` when there is none."""
        for item in self.items:
            if item.name == name:
                return item
        raise BadInput(f"the scenario has no item {name!r}")


class _Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An item as it stands in the file."""

    name: str
    party: str
    exercise: bool
    sources: tuple[str, ...]
    report: dict[str, Any]
    label: dict[str, Any]
    correct: dict[str, Any] | None = None
    recall: str | None = None
    pass_on: dict[str, str] | None = None


def scenario() -> Scenario:
    """Read the story that ships in the package.

    :raises BadInput: an item is not well-formed; ``where`` names file and item.
    """
    folder = resources.files("toguna") / "scenario"
    items: list[Item] = []
    for party in sorted(PARTIES):
        place = f"scenario/{party}.json"
        try:
            written = msgspec.json.decode(
                (folder / f"{party}.json").read_bytes(), type=list[_Written]
            )
        except msgspec.DecodeError as error:
            raise BadInput(str(error), where=place) from None
        for one in written:
            try:
                items.append(_item(one, party))
            except (TogunaError, msgspec.ValidationError, TypeError) as error:
                raise BadInput(str(error), where=f"{place}: {one.name}") from None
    names = [item.name for item in items]
    if doubled := sorted({name for name in names if names.count(name) > 1}):
        raise BadInput(f"two items are called {', '.join(doubled)}", where="scenario")
    return Scenario(tuple(items))


def _item(written: _Written, party: str) -> Item:
    if written.party != party:
        raise BadInput(f"it belongs to {written.party}", remedy=f"move it to {written.party}.json")
    body = _report(written.report)
    label = dict(written.label)
    if "until" in label:
        label["until"] = parse_time(label["until"])
    correction = None
    if written.correct is not None:
        changes = dict(written.correct)
        why = changes.pop("why")
        after = msgspec.convert(msgspec.to_builtins(body) | changes, Report)
        correction = Correction(report=after, why=why)
    ready = msgspec.convert(label, Label).normalised()
    ready.check(PARTIES, party)
    return Item(
        written.name,
        party,
        KIND,
        body,
        ready,
        written.sources,
        written.exercise,
        correction,
        written.recall,
        PassOn(**written.pass_on) if written.pass_on else None,
    )


def _report(written: dict[str, Any]) -> Report:
    """The body in integers. Days are midnight UTC of the day."""
    fields = dict(written)
    first = fields.pop("from")
    fields["from_us"] = parse_time(first)
    fields["to_us"] = parse_time(fields.pop("to", first))
    if (at := fields.pop("at", None)) is not None:
        fields["lat_e7"], fields["lon_e7"] = parse_degrees(at)
    known = {field.encode_name for field in msgspec.structs.fields(Report)}
    if unknown := sorted(set(fields) - known):
        raise BadInput(f"a report has no field {', '.join(unknown)}")
    return msgspec.convert(fields, Report)
