"""What there is to look at: every screen that a folder of web/src registers, and by whom."""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from tests.conftest import ROOT
from toguna.errors import TogunaError

_SCREEN: Final = re.compile(r"\bscreen\(\{(.*?)\}\)", re.DOTALL)
_NAME: Final = re.compile(r"name: '([\w-]+)'")
_OFFICES: Final = re.compile(r"offices: \['([\w-]+)'")


class Screen(NamedTuple):
    """A screen at ``#/name``; ``office`` is one that sees it."""

    name: str
    office: str


def screens() -> list[Screen]:
    """The registered screens, and the desk itself (the map)."""
    found = {"": Screen("", "duty")}
    for path in sorted((ROOT / "web" / "src").glob("*/*.ts")):
        for declared in _SCREEN.findall(path.read_text("utf-8")):
            name, office = _NAME.search(declared), _OFFICES.search(declared)
            if name:
                found[name[1]] = Screen(name[1], office[1] if office else "duty")
    return list(found.values())


class Filled:
    """Bodies with the same text in each free text field, whatever the kind."""

    def __init__(self, text: str, now_us: int) -> None:
        self._text = text
        self._now_us = now_us
        self._known: dict[str, Any] = {}

    def body(self, fields: dict[str, Any]) -> Any:
        """A body of the kind with this schema: all that it asks for, and all free text."""
        self._known = fields.get("$defs", {})
        return self._value(fields, "")

    def _value(self, schema: dict[str, Any], name: str) -> Any:
        if "$ref" in schema:
            return self._value(self._known[schema["$ref"].rpartition("/")[2]], name)
        if "anyOf" in schema:
            return self._value(_real(schema), name)
        if "enum" in schema or "const" in schema:
            return schema.get("const", schema.get("enum", [None])[0])
        match schema.get("type"):
            case "object":
                needed = schema.get("required", ())
                fields = schema.get("properties", {}).items()
                return {k: self._value(f, k) for k, f in fields if k in needed or _is_free(f)}
            case "array" if "prefixItems" in schema:
                return [self._value(one, name) for one in schema["prefixItems"]]
            case "array":
                item = schema.get("items") or {"type": "string"}
                return [self._value(item, name)] * max(schema.get("minItems", 0), 1)
            case "integer":
                return self._integer(schema, name)
            case "boolean":
                return False
        return _PATTERNS.get(schema.get("pattern", ""), self._text[: schema.get("maxLength")])

    def _integer(self, schema: dict[str, Any], name: str) -> int:
        if name.endswith("_us"):
            later = name.startswith(("due", "until", "to", "end", "ends"))
            return self._now_us + (86_400_000_000 if later else 0)
        return int(max(schema.get("minimum", 0), min(schema.get("maximum", 2), 2)))


_PATTERNS: Final = {
    "^[0-9a-f]{64}$": "a" * 64,
    "^[a-z][a-z0-9_-]*$": "duty",
    "^[^/]{1,64}/(home|spine)/[0-9]{1,13}$": "bf/spine/0",
}


def _real(schema: dict[str, Any]) -> dict[str, Any]:
    options: list[dict[str, Any]] = schema.get("anyOf", [schema])
    return next((one for one in options if one.get("type") != "null"), schema)


def _is_free(field: dict[str, Any]) -> bool:
    one = _real(field)
    return one.get("type") == "string" and not {"enum", "pattern", "format"} & set(one)


_UNDOING: Final = re.compile(r"\.(recall|end|close|unlink|deleted|refused|rescind|revocation)/")


def write_all_kinds(node: Any, reader: str, text: str, now_us: int) -> dict[str, str]:
    """Let ``node`` write, for ``reader`` where it may, one record of each kind that takes such a
    body and undoes nothing; their addresses. About what: whatever of the earlier ones it can be.
    """
    written: dict[str, str] = {}
    for kind in node.get("/api/kinds")["kinds"]:
        if not _UNDOING.search(kind["name"]):
            body = Filled(text, now_us).body(kind["fields"])
            if address := _written(node, kind["path"], body, reader, list(written.values())):
                written[kind["name"]] = address
    return written


def _written(node: Any, path: str, body: Any, reader: str, abouts: list[str]) -> str:
    """The address of such a record; empty when the node takes none, whatever we change."""
    asked: dict[str, Any] = {"body": body, "label": {"to": [reader]}}
    offices = ["legal", "commander"]
    office = "duty"
    while True:
        try:
            return str(node.post(path, asked, office)["addresses"][0])
        except TogunaError as error:
            if error.where == "about" and abouts:
                asked["about"] = abouts.pop()
            elif ("may not write" in error.what or "is signed by" in error.what) and offices:
                office = offices.pop()
            elif "home" in error.what and asked["label"]["to"]:
                asked["label"] = {}
            else:
                return ""
