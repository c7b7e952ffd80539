"""record, list, show, kinds: writing records and looking at them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from toguna.core import canonical
from toguna.core.geo import format_degrees
from toguna.errors import BadInput, Refused, TogunaError
from toguna.surfaces import words
from toguna.surfaces.client import Client, kind_path, read_json, record_path
from toguna.surfaces.options import (
    FOLDER,
    acting,
    folder,
    label_of,
    labelled,
    moved,
    read_bytes,
    say,
    spoken,
)

_NOT_SHOWN = ("id", "next")


@click.command(
    epilog="Example: toguna record ml sharing.report --file report.json --to bf --precision-m 10000"
)
@folder
@click.argument("kind")
@click.option("--file", "file", type=FOLDER, required=True, help="The body as JSON; - reads it.")
@click.option("--about", help="The address of the record that it is about.")
@click.option("--ref", "refs", multiple=True, help="The address of a record that it rests on.")
@click.option("--flash", is_flag=True, help="Goes out ahead of everything else.")
@labelled
@acting
@moved
@spoken
def record(
    folder: Path,
    kind: str,
    file: Path,
    about: str | None,
    refs: tuple[str, ...],
    flash: bool,
    office: str,
    at_us: int | None,
    as_json: bool,
    **label: Any,
) -> None:
    """Write a record of KIND and print its address.

    Without --to it stays at home. With --to it is written at home and then released under
    the label: two addresses, first the one at home, then the one that the readers see.
    """
    body = read_json(read_bytes(file, "the body"), str(file))
    wanted = label_of(label)
    with Client(folder, at_us) as client:
        declared = client.catalogue.kind(kind)
        item: dict[str, Any] = {"body": body, "office": office, "flash": flash}
        if about:
            item["about"] = about
        if refs:
            item["refs"] = list(refs)
        at_home = "to" in wanted and declared.release is not None
        if not at_home:
            item["label"] = wanted
        said = client.post(kind_path(client, kind), item, office)
        addresses = list(said["addresses"])
        if at_home:
            asked = {"address": addresses[0], "label": wanted, "office": office, "flash": flash}
            addresses.append(_released(client, asked, office))
        say({"addresses": addresses}, "\n".join(addresses), as_json)


def _released(client: Client, asked: dict[str, Any], office: str) -> str:
    """Release what was just written; a refusal says where it stands meanwhile."""
    try:
        return str(client.post("/api/release", asked, office)["address"])
    except TogunaError as error:
        home = asked["address"]
        error.remedy = f"it stands at home as {home}: toguna release DIR {home} --to ..."
        raise


@click.command("list", epilog="Example: toguna list bf sharing.report --where category=attack")
@folder
@click.argument("kind")
@click.option("--as", "office", default="duty", show_default=True, help="The office that looks.")
@click.option("--view", metavar="PARTY", help="Show what this party may see of what we hold.")
@click.option("--where", multiple=True, metavar="COLUMN=VALUE", help="Only these rows.")
@click.option("--limit", default=100, show_default=True, help="Rows at most; 0 for all.")
@moved
@spoken
def list_(
    folder: Path,
    kind: str,
    office: str,
    view: str | None,
    where: tuple[str, ...],
    limit: int,
    at_us: int | None,
    as_json: bool,
) -> None:
    """List the records of KIND, newest first."""
    if limit < 0:
        raise BadInput("--limit is not negative")
    filters = dict(_filters(where))
    with Client(folder, at_us) as client:
        rows: list[dict[str, Any]] = []
        after: str | None = None
        while True:
            page = 1_000 if not limit else min(1_000, limit - len(rows))
            query = {"limit": page, "after": after, "as": office, "view": view, **filters}
            said = client.get(kind_path(client, kind), **query)
            rows += said["items"]
            after = said.get("next")
            if after is None or (limit and len(rows) >= limit):
                break
        text = words.table([_row(row) for row in rows]) if rows else words.NOTHING
        say({"items": rows, "next": after}, text, as_json)


def _filters(given: tuple[str, ...]) -> list[tuple[str, str]]:
    pairs = []
    for text in given:
        column, equals, value = text.partition("=")
        if not equals or not column:
            raise BadInput(f"{text[:40]!r} is not COLUMN=VALUE", where="--where")
        pairs.append((column, value))
    return pairs


def _row(row: dict[str, Any]) -> tuple[str, ...]:
    """The four cells that a list shows of any kind: address, time, what, where."""
    inner = row.get("record")
    body = inner.get("body", {}) if isinstance(inner, dict) else row
    at = row.get("from_us") or row.get("date_end_us") or row.get("at")
    if at is None and isinstance(inner, dict):
        at = inner.get("at")
    what = next((body[k] for k in ("title", "text", "why", "state", "dyad") if body.get(k)), "")
    if row.get("gone"):
        what = f"gone: {row['gone']}"
    when = words.moment(at) if isinstance(at, int) else str(at or "-")
    return (str(row.get("address", "")), when, words.shortened(str(what)), _place(row))


def _place(row: dict[str, Any]) -> str:
    """A point with its radius, or the name of what is no point."""
    if row.get("lat_e7") is not None and row.get("lon_e7") is not None:
        point = format_degrees(row["lat_e7"], row["lon_e7"])
        return f"{point} ±{row['radius_m']:,} m" if row.get("radius_m") else point
    named = (row.get(k) for k in ("place_name", "where_text", "adm_1", "country"))
    return str(next((n for n in named if n), "-"))


@click.command(epilog="Example: toguna show bf ml/spine/17")
@folder
@click.argument("address")
@click.option("--as", "office", default="duty", show_default=True, help="The office that looks.")
@click.option("--raw", is_flag=True, help="Print the very bytes of the record.")
@moved
@spoken
def show(
    folder: Path, address: str, office: str, raw: bool, at_us: int | None, as_json: bool
) -> None:
    """Show one record: what it says, whose it is, its label, and whether it still counts."""
    with Client(folder, at_us) as client:
        said = client.get(record_path(address), **{"as": office})
        if raw:
            click.echo(_raw(said))
            return
        say(said, shown_text(said), as_json)


def _raw(said: dict[str, Any]) -> str:
    """The record's exact bytes: it is canonical, so writing it again gives the same ones."""
    if not said.get("record"):
        raise Refused(f"nothing is left of it: {said.get('gone') or said.get('refused')}")
    return canonical.encode(said["record"]).decode()


def shown_text(said: dict[str, Any]) -> str:
    """One record for people."""
    entry = said.get("record") or {}
    by = entry.get("by", {})
    lines = [
        words.fields(
            {
                "address": said.get("address"),
                "kind": entry.get("kind"),
                "by": f"{by.get('party')} {by.get('office')}" if by else "",
                "written": words.moment(entry.get("at")) if entry else "",
                "received": words.moment(said.get("received_us")),
                "readers": said.get("readers"),
                "about": entry.get("about"),
                "refs": entry.get("refs"),
                "gone": said.get("gone"),
                "does not count": said.get("refused"),
            }
        )
    ]
    if label := {k: v for k, v in entry.get("label", {}).items() if k != "to"}:
        if "until" in label:
            label["until"] = words.moment(label["until"])
        lines += ["", "label", words.fields(label)]
    if body := entry.get("body"):
        lines += ["", words.fields({k: _value(k, v) for k, v in body.items()})]
    return "\n".join(lines)


def _value(name: str, value: Any) -> Any:
    if name.endswith("_us") and isinstance(value, int):
        return words.moment(value)
    if isinstance(value, dict):
        return "; ".join(f"{k} {_value(k, v)}" for k, v in value.items())
    return value


@click.command(epilog="Example: toguna kinds ml sharing.report")
@folder
@click.argument("kind", required=False)
@spoken
def kinds(folder: Path, kind: str | None, as_json: bool) -> None:
    """List the kinds of records that this node understands; with KIND, its fields."""
    with Client(folder) as client:
        if kind is not None:
            client.catalogue.kind(kind)
        said = client.get("/api/kinds")
        found = said["kinds"]
        if kind is not None:
            name = client.catalogue.kind(kind).name
            one = next(k for k in found if k["name"] == name)
            say(one, f"{name}: {one['title_en']}\n\n{_fields_text(client, name)}", as_json)
            return
        rows = [(k["name"], k.get("act") or "-", k["title_fr"], k["title_en"]) for k in found]
        say(said, words.table(rows, ("kind", "act", "français", "English")), as_json)


def _fields_text(client: Client, name: str) -> str:
    import msgspec

    declared = client.catalogue.kinds[name]
    schema = msgspec.json.schema(declared.body)
    parts = schema["$defs"][declared.body.__name__]
    needed = set(parts.get("required", ()))
    rows = []
    for field, about in parts["properties"].items():
        must = "needed" if field in needed else ""
        rows.append((field, must, words.shortened(_type_words(about), 70)))
    return words.table(rows, ("field", "", "values"))


def _type_words(about: dict[str, Any]) -> str:
    if "enum" in about:
        return " | ".join(map(str, about["enum"]))
    if "anyOf" in about:
        return " or ".join(_type_words(a) for a in about["anyOf"])
    if "$ref" in about:
        return str(about["$ref"]).rpartition("/")[2]
    bounds = [f"{k} {about[k]}" for k in ("minimum", "maximum", "maxLength") if k in about]
    return " ".join([str(about.get("type", "")), *bounds])
