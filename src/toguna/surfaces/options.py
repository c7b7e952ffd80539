"""Options that many commands share, and how a command speaks: text, or JSON with ``--json``."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import click

from toguna.core.time import parse_time
from toguna.errors import BadInput, EngineFailure, TogunaError

_F = TypeVar("_F", bound=Callable[..., Any])
MAX_FILE_BYTES = 64 << 20


class Moment(click.ParamType):  # type: ignore[type-arg]
    """A time as RFC 3339 or a date; what arrives in a command is microseconds."""

    name = "time"

    def convert(
        self, value: Any, _param: click.Parameter | None, _ctx: click.Context | None
    ) -> int:
        """Microseconds since the epoch; BadInput says how a time is written."""
        return value if isinstance(value, int) else parse_time(value)


MOMENT = Moment()
FOLDER = click.Path(path_type=Path)


def folder(command: _F) -> _F:
    """The argument DIR: the node's folder."""
    return click.argument("folder", metavar="DIR", type=FOLDER)(command)


def spoken(command: _F) -> _F:
    """The option --json."""
    return click.option("as_json", "--json", is_flag=True, help="Answer as one JSON value.")(
        command
    )


def moved(command: _F) -> _F:
    """The option --at."""
    return click.option(
        "at_us", "--at", type=MOMENT, metavar="TIME", help="Act at this time (exercise nodes only)."
    )(command)


def acting(command: _F) -> _F:
    """The option --office."""
    return click.option(
        "--office", default="duty", show_default=True, help="The office that acts."
    )(command)


def rooted(command: _F) -> _F:
    """The options by which a command finds the root key."""
    command = click.option(
        "passphrase_file",
        "--passphrase-file",
        type=FOLDER,
        help="File whose first line opens the sealed root key.",
    )(command)
    return click.option(
        "root_key", "--root-key", type=FOLDER, help="The root key, where it is not in DIR/keys."
    )(command)


def labelled(command: _F) -> _F:
    """The options that make a label."""
    for option in reversed(
        (
            click.option("--to", help="Readers, like bf,ne."),
            click.option("--onward", help="To whom a reader may pass it on, like ne."),
            click.option("--no-onward", is_flag=True, help="Nobody passes it on (so by default)."),
            click.option("--purpose", help="What it may be used for, in words."),
            click.option("--until", type=MOMENT, metavar="TIME", help="The end of the release."),
            click.option("--keep-days", type=int, help="Days that a reader may keep it."),
            click.option("--precision-m", type=int, help="Places no finer than so many metres."),
            click.option("--shield-source", is_flag=True, help="Take the source out."),
            click.option("--handling", help="Our own marking."),
        )
    ):
        command = option(command)
    return command


def label_of(given: dict[str, Any]) -> dict[str, Any]:
    """The label that the options of :func:`labelled` say, as the API takes it."""
    onward = parties(given["onward"])
    if onward and given["no_onward"]:
        raise BadInput("--onward and --no-onward exclude one another")
    label = {
        "to": parties(given["to"]),
        "onward": onward,
        "purpose": given["purpose"],
        "until": given["until"],
        "keep_days": given["keep_days"],
        "precision_m": given["precision_m"],
        "source_shield": given["shield_source"],
        "handling": given["handling"],
    }
    return {k: v for k, v in label.items() if v is not None and v is not False and v != []}


def parties(text: str | None) -> list[str]:
    """``bf,ne`` as a sorted list, each once."""
    return sorted({p.strip() for p in (text or "").split(",") if p.strip()})


def say(value: Any, text: str, as_json: bool) -> None:
    """A command's answer: the value as JSON, or the text for people."""
    if as_json:
        import msgspec

        click.echo(msgspec.json.encode(value).decode())
    else:
        click.echo(text)


def read_bytes(path: Path, what: str) -> bytes:
    """A file, or standard input for ``-``. BadInput names what could not be read."""
    try:
        if str(path) == "-":
            data = sys.stdin.buffer.read(MAX_FILE_BYTES + 1)
        else:
            with path.open("rb") as file:
                data = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise BadInput(
            f"{what} cannot be read: {error.strerror}", where=str(path), remedy="check the path"
        ) from None
    if len(data) > MAX_FILE_BYTES:
        raise BadInput(f"{what} has more than {MAX_FILE_BYTES:,} bytes", where=str(path))
    return data


@contextlib.contextmanager
def naming(path: Path, meant: str = "") -> Iterator[None]:
    """What is wrong with a file is said with its name, which stands before the place in it.

    ``meant`` is what the file is called where its name is not known. A failure of storage or
    network is none of the file's.
    """
    try:
        yield
    except EngineFailure:
        raise
    except TogunaError as error:
        inside = error.where not in ("", meant, str(path))
        where = f"{path}: {error.where}" if inside else str(path)
        raise type(error)(error.what, where=where, remedy=error.remedy) from None


def write_whole(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Write a file so that it is there whole or not at all."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with fresh.open("wb") as file:
            fresh.chmod(mode)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as error:
        raise EngineFailure(f"cannot be written: {error.strerror}", where=str(path)) from error
    finally:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)


def read_passphrase(path: Path | None) -> str | None:
    """The first line of the file; None without one. BadInput when it is empty."""
    if path is None:
        return None
    first = read_bytes(path, "the passphrase file").split(b"\n")[0].rstrip(b"\r")
    try:
        passphrase = first.decode("utf-8")
    except UnicodeDecodeError:
        raise BadInput("the passphrase is not UTF-8 text", where=str(path)) from None
    if not passphrase.strip():
        raise BadInput("the passphrase file is empty", where=str(path))
    return passphrase


def is_for_owner_alone(path: Path) -> bool:
    """Whether nobody but its owner may read the file."""
    return not path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
