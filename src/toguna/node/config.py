"""A node's configuration: one TOML file, ``toguna.toml``, in the node's folder.

Every setting is declared once, in :data:`SETTINGS` (and a domain's own in its declaration).
Reading, the file that ``toguna init`` writes and the test of the reference page follow from
that. A key that nobody declared is refused with its line and the nearest known key, for a
misspelt setting that is silently ignored is worse than none.

Secrets do not stand here: keys are files of their own, and a passphrase is never stored.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

from toguna.core.catalogue import Catalogue
from toguna.core.charter import check_party, check_text
from toguna.errors import BadInput, EngineFailure, Unknown

FILE: Final = "toguna.toml"
LEVELS: Final = ("debug", "info", "warning", "error")
_MAX_BYTES: Final = 65_536
_ORIGIN: Final = re.compile(r"https?://([a-z0-9.-]{1,253}|\[[0-9a-f:]+\])(:[0-9]{1,5})?/?")
_ISSUER: Final = re.compile(
    r"(https://[a-z0-9.-]+(:[0-9]{1,5})?|http://(localhost|127\.0\.0\.1)(:[0-9]{1,5})?)"
    r"(/[A-Za-z0-9/._~-]*)?"
)
_BOUNDS: Final = {
    "people.idle_minutes": (5, 1440),
    "people.longest_minutes": (5, 10_080),
    # The floor of OWASP for argon2id; the ceiling keeps a node with little memory alive.
    "people.password_kib": (19_456, 1_048_576),
    "people.password_passes": (2, 20),
    "files.quota_mb": (1, 1_048_576),
    "positions.keep_days": (1, 3_650),
    "positions.every_s": (1, 3_600),
    "positions.stale_minutes": (1, 1_440),
    "positions.ask_every_s": (1, 60),
}


class Setting(NamedTuple):
    """One declared setting: where it stands (``serve.listen``), its default, its meaning."""

    place: str
    default: Any
    meaning: str


SETTINGS: Final = (
    Setting("party", "", "Whose node this is: the party's id, as in the charter."),
    Setting("name", "", "The party's name for people."),
    Setting("store", "sqlite", "Where records are kept: sqlite, sqlite:PATH or postgresql://..."),
    Setting("exercise", False, "Whether --at may move the clock for one command."),
    Setting("serve.listen", "127.0.0.1:8101", "Address and port on which the node answers."),
    Setting("serve.addresses", [], "Addresses for the others, as the party's card says them."),
    Setting("serve.origin", "", "Where people reach the desk, like https://desk.example.org."),
    Setting("serve.proxies", [], "Proxies whose X-Forwarded headers are believed, by address."),
    Setting("people.idle_minutes", 480, "Minutes of silence after which a session ends."),
    Setting("people.longest_minutes", 960, "Minutes after which a session ends in any case."),
    Setting("people.password_kib", 65536, "Memory for one password check by argon2id, in KiB."),
    Setting("people.password_passes", 3, "Passes of argon2id over that memory."),
    Setting("oidc.issuer", "", "An identity provider through which people may sign in."),
    Setting("oidc.client_id", "", "The name of this node at that provider."),
    Setting("oidc.client_secret_file", "", "A file with the secret for it, read at the start."),
    Setting("oidc.claim", "preferred_username", "The claim that holds a person's id here."),
    Setting("files.quota_mb", 4096, "Megabytes that the pictures of reports may take."),
    Setting("positions.keep_days", 30, "Days that hourly files of our position streams are kept."),
    Setting("positions.every_s", 10, "Seconds between two positions of an object in these files."),
    Setting("positions.stale_minutes", 15, "Minutes of silence after which an object is dropped."),
    Setting("positions.ask_every_s", 1, "Seconds between two frames of one stream of a peer."),
    Setting("log.level", "info", "How much the node writes: debug, info, warning or error."),
    Setting("backup.warn_after_days", 7, "Age in days from which doctor warns of a backup."),
)
"""Every setting but two families: ``peers`` (party = address) and ``domains`` (below)."""

_PEERS: Final = "peers"
_DOMAINS: Final = "domains"


class Desk(NamedTuple):
    """What is set for people who sign in; ``serve.*``, ``people.*`` and ``oidc.*``."""

    exercise: bool = False
    origin: str = ""
    proxies: tuple[str, ...] = ()
    idle_minutes: int = 480
    longest_minutes: int = 960
    password_kib: int = 65_536
    password_passes: int = 3
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_claim: str = "preferred_username"
    files_quota_mb: int = 4096
    map_folder: Path | None = None
    """Where the member lays files for the map; None: the node has no folder."""


class Moving(NamedTuple):
    """What is set for streams of positions, ``positions.*``. Without a folder none are kept."""

    folder: Path | None = None
    keep_days: int = 30
    every_s: int = 10
    stale_minutes: int = 15
    ask_every_s: int = 1


class Config(NamedTuple):
    """What the file says. ``peers`` are addresses by party, ``settings`` those of domains."""

    party: str
    name: str
    store: str
    exercise: bool
    listen: str
    addresses: tuple[str, ...]
    log_level: str
    backup_warn_days: int
    peers: dict[str, str]
    settings: dict[str, str]
    desk: Desk
    oidc_client_secret_file: str
    positions: Moving


def read_config(folder: Path, catalogue: Catalogue) -> Config:
    """The configuration of the node in ``folder``.

    :raises Unknown: the folder holds no node.
    :raises BadInput: not TOML, an unknown key or a value of the wrong kind, with its line.
    """
    path = folder / FILE
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise BadInput(f"more than {_MAX_BYTES:,} bytes", where=str(path))
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise Unknown(
            "there is no node here", where=str(folder), remedy="make one with toguna init"
        ) from None
    except UnicodeDecodeError:
        raise BadInput("the file is not UTF-8 text", where=str(path)) from None
    except OSError as error:
        raise EngineFailure(f"cannot be read: {error.strerror}", where=str(path)) from None
    return parse_config(text, catalogue, str(path))


def parse_config(text: str, catalogue: Catalogue, where: str = FILE) -> Config:
    """The configuration in this text; see :func:`read_config`."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"not TOML: {error}", where=where) from None
    reading = _Reading(text, where, {s.place: s for s in SETTINGS}, catalogue)
    values = reading.values(found)
    peers = {k.partition(".")[2]: str(v) for k, v in values.items() if k.startswith("peers.")}
    settings = {k.rpartition(".")[2]: str(v) for k, v in values.items() if k.startswith("domains.")}
    return Config(
        party=values["party"],
        name=values["name"],
        store=values["store"],
        exercise=values["exercise"],
        listen=values["serve.listen"],
        addresses=tuple(values["serve.addresses"]),
        log_level=values["log.level"],
        backup_warn_days=values["backup.warn_after_days"],
        peers=peers,
        settings=settings,
        desk=_desk_of(values),
        oidc_client_secret_file=values["oidc.client_secret_file"],
        positions=Moving(**{name: values[f"positions.{name}"] for name in Moving._fields[1:]}),
    )


def _desk_of(values: Mapping[str, Any]) -> Desk:
    return Desk(
        exercise=values["exercise"],
        origin=values["serve.origin"].rstrip("/"),
        proxies=tuple(values["serve.proxies"]),
        idle_minutes=values["people.idle_minutes"],
        longest_minutes=values["people.longest_minutes"],
        password_kib=values["people.password_kib"],
        password_passes=values["people.password_passes"],
        oidc_issuer=values["oidc.issuer"].rstrip("/"),
        oidc_client_id=values["oidc.client_id"],
        oidc_claim=values["oidc.claim"],
        files_quota_mb=values["files.quota_mb"],
    )


class _Reading:
    """One reading of one file; knows the lines, so that each message names its place."""

    def __init__(
        self, text: str, where: str, declared: Mapping[str, Setting], catalogue: Catalogue
    ) -> None:
        self._text = text
        self._where = where
        self._declared = declared
        self._domains = {d.name: d.settings for d in catalogue.domains}

    def values(self, found: Mapping[str, Any]) -> dict[str, Any]:
        """Every setting by its place: what the file says, else the default."""
        values = {place: setting.default for place, setting in self._declared.items()}
        for key, value in found.items():
            if not isinstance(value, dict):
                values[key] = self._plain(key, value)
            elif key == _PEERS:
                values |= {f"{_PEERS}.{p}": self._peer(p, v) for p, v in value.items()}
            elif key == _DOMAINS:
                values |= self._of_domains(value)
            else:
                values |= {f"{key}.{k}": self._plain(f"{key}.{k}", v) for k, v in value.items()}
        self._check(values)
        return values

    def _plain(self, place: str, value: Any) -> Any:
        setting = self._declared.get(place)
        if setting is None:
            raise self._unknown(place, [*self._declared, _PEERS, _DOMAINS])
        wanted = type(setting.default)
        texts = wanted is not list or all(isinstance(v, str) for v in value or ())
        if type(value) is not wanted or not texts:
            words = {str: "text", bool: "true or false", int: "a whole number", list: "texts"}
            raise self._bad(place, f"{place} is {words.get(wanted, wanted.__name__)}")
        return value

    def _peer(self, party: str, value: Any) -> str:
        place = f"{_PEERS}.{party}"
        check_party(party, self._at(place))
        if not isinstance(value, str) or not value.startswith(("http://", "https://")):
            raise self._bad(place, "a peer's address begins with http:// or https://")
        return value.rstrip("/")

    def _of_domains(self, tables: Mapping[str, Any]) -> dict[str, str]:
        values: dict[str, str] = {}
        known = [f"{_DOMAINS}.{d}.{name}" for d, names in self._domains.items() for name in names]
        for domain, table in tables.items():
            if domain not in self._domains or not isinstance(table, dict):
                raise self._unknown(
                    f"{_DOMAINS}.{domain}", [f"{_DOMAINS}.{d}" for d in self._domains]
                )
            for name, value in table.items():
                place = f"{_DOMAINS}.{domain}.{name}"
                if place not in known:
                    raise self._unknown(place, known)
                if not isinstance(value, str):
                    raise self._bad(place, f"{place} is text")
                values[place] = value
        return values

    def _check(self, values: Mapping[str, Any]) -> None:
        check_party(values["party"], self._at("party"))
        check_text(values["name"], 80, self._at("name"))
        if values["log.level"] not in LEVELS:
            raise self._bad("log.level", f"one of {', '.join(LEVELS)}")
        if not 1 <= values["backup.warn_after_days"] <= 3650:
            raise self._bad("backup.warn_after_days", "from 1 to 3650 days")
        split_listen(values["serve.listen"], self._at("serve.listen"))
        for place, (least, most) in _BOUNDS.items():
            if not least <= values[place] <= most:
                raise self._bad(place, f"from {least:,} to {most:,}")
        origin = values["serve.origin"]
        if origin and not _ORIGIN.fullmatch(origin):
            raise self._bad("serve.origin", "like https://desk.example.org, without a path")
        issuer = values["oidc.issuer"]
        if issuer and not _ISSUER.fullmatch(issuer):
            raise self._bad("oidc.issuer", "like https://id.example.org; http:// on this machine")
        if issuer and not (origin and values["oidc.client_id"]):
            raise self._bad("oidc.issuer", "needs oidc.client_id and serve.origin beside it")

    def _unknown(self, place: str, known: list[str]) -> BadInput:
        near = difflib.get_close_matches(place, known, 1, 0.4) or [
            k for k in known if k.rpartition(".")[2] == place.rpartition(".")[2]
        ]
        remedy = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
        return BadInput(f"there is no setting {place[:80]}", where=self._at(place), remedy=remedy)

    def _bad(self, place: str, what: str) -> BadInput:
        return BadInput(what, where=self._at(place))

    def _at(self, place: str) -> str:
        """``toguna.toml:12``, the line on which a setting stands."""
        table, _, key = place.rpartition(".")
        inside = ""
        for number, line in enumerate(self._text.splitlines(), 1):
            bare = line.strip()
            if bare.startswith("["):
                inside = bare.strip("[] ")
                if inside == place:
                    return f"{self._where}:{number}"
            elif inside == table and bare.partition("=")[0].strip().strip("\"'") == key:
                return f"{self._where}:{number}"
        return self._where


def split_listen(text: str, where: str = "--listen") -> tuple[str, int]:
    """Host and port of ``127.0.0.1:8101``; ``[::1]:8101`` for IPv6. BadInput otherwise."""
    host, colon, port = text.rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdigit() or int(port) > 65_535:
        raise BadInput(f"{text[:60]!r} is not HOST:PORT", where=where, remedy="like 127.0.0.1:8101")
    return host.strip("[]"), int(port)


# Writing ---------------------------------------------------------------------------------


def write_config(folder: Path, values: Mapping[str, Any], catalogue: Catalogue) -> None:
    """Write the file of a new node: every setting with its meaning; ``values`` by place.

    :raises BadInput: what would be written could not be read back.
    """
    text = render_config(values, catalogue)
    parse_config(text, catalogue)
    path = folder / FILE
    path.write_text(text, "utf-8")
    path.chmod(0o600)  # a PostgreSQL URL may hold a password


def render_config(values: Mapping[str, Any], catalogue: Catalogue) -> str:
    """The file as text, for :func:`write_config`."""
    lines = ["# Toguna: one node. docs/reference/configuration.md explains every setting."]
    table = ""
    for setting in SETTINGS:
        inside, _, key = setting.place.rpartition(".")
        if inside != table:
            table = inside
            lines += ["", f"[{table}]"]
        value = values.get(setting.place, setting.default)
        lines += [f"# {setting.meaning}", f"{key} = {_toml(value)}"]
    lines += ["", "# Where the other parties answer: party = address.", f"[{_PEERS}]"]
    peers = cast("Mapping[str, str]", values.get(_PEERS, {}))
    lines += [f"{party} = {_toml(address)}" for party, address in sorted(peers.items())]
    for domain in catalogue.domains:
        if domain.settings:
            lines += ["", f"[{_DOMAINS}.{domain.name}]"]
            for name, default in domain.settings.items():
                place = f"{_DOMAINS}.{domain.name}.{name}"
                lines.append(f"{name} = {_toml(values.get(place, default))}")
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(_toml(v) for v in value)}]"
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in escaped) + '"'
