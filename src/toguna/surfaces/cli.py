"""The command line: ``toguna COMMAND``.

Commands are named here and loaded when they are called, so that ``--help`` costs no more
than reading this file. Exit codes: 0 done, 1 refused or not verified, 2 wrong input,
3 engine or network, 130 interrupted (:mod:`toguna.errors`).
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from typing import Final, NamedTuple

import click

from toguna.errors import TogunaError


class Listed(NamedTuple):
    """Where a command's code is, and what it does in one line."""

    module: str
    attribute: str
    short: str


_FOUNDING: Final = "toguna.surfaces.commands_founding"
_CHARTER: Final = "toguna.surfaces.commands_charter"
_RECORDS: Final = "toguna.surfaces.commands_records"
_BOARDS: Final = "toguna.surfaces.commands_boards"
_RELEASES: Final = "toguna.surfaces.commands_releases"
_CARRYING: Final = "toguna.surfaces.commands_carrying"
_PROVING: Final = "toguna.surfaces.commands_proving"
_POSITIONS: Final = "toguna.surfaces.commands_positions"
_PEOPLE: Final = "toguna.surfaces.commands_people"
_CARE: Final = "toguna.surfaces.commands_care"
_EVIDENCE: Final = "toguna.surfaces.commands_evidence"
_INTAKE: Final = "toguna.surfaces.commands_intake"
_SITES: Final = "toguna.surfaces.commands_sites"

COMMANDS: Final = {
    "init": Listed(_FOUNDING, "init", "make a node: keys and empty logs"),
    "card": Listed(_FOUNDING, "card", "write the public card: party, names, keys, addresses"),
    "found": Listed(_FOUNDING, "found", "draft the first charter out of cards"),
    "sign": Listed(_FOUNDING, "sign", "add this party's signatures to a charter"),
    "refuse": Listed(_FOUNDING, "refuse", "say no to a charter, with the reason"),
    "adopt": Listed(_FOUNDING, "adopt", "take a charter once enough have signed"),
    "charter": Listed(_CHARTER, "charter", "show the charter in force and what is proposed"),
    "propose": Listed(_CHARTER, "propose", "draft the next charter: admit, exclude, other rules"),
    "handover": Listed(_CHARTER, "handover", "pass an office to another party"),
    "revoke": Listed(_CHARTER, "revoke", "declare one of our keys stolen or lost"),
    "withdraw": Listed(_CHARTER, "withdraw", "leave the alliance, with notice"),
    "record": Listed(_RECORDS, "record", "write a record, at home or to readers"),
    "list": Listed(_RECORDS, "list_", "list the records of a kind"),
    "show": Listed(_RECORDS, "show", "show one record"),
    "kinds": Listed(_RECORDS, "kinds", "the kinds of records, and their fields"),
    "board": Listed(_BOARDS, "board", "a view that is computed for whoever looks"),
    "waiting": Listed(_BOARDS, "waiting", "what waits for an act of ours"),
    "release": Listed(_RELEASES, "release", "let a record out under a label"),
    "recall": Listed(_RELEASES, "recall", "ask every holder to erase a record of ours"),
    "correct": Listed(_RELEASES, "correct", "replace a report that we released"),
    "receipts": Listed(_RELEASES, "receipts", "who answered our releases and recalls, and how"),
    "serve": Listed(_CARRYING, "serve", "run the node"),
    "sync": Listed(_CARRYING, "sync", "talk to the other parties once"),
    "bundle": Listed(_CARRYING, "bundle", "carry records to a party by hand"),
    "verify": Listed(_PROVING, "verify", "check every hash and signature of a log"),
    "evidence": Listed(_EVIDENCE, "evidence", "records with proofs that a stranger can check"),
    "log": Listed(_PROVING, "log", "write our spine as static files"),
    "positions": Listed(_POSITIONS, "positions", "streams of positions, and what is kept of them"),
    "person": Listed(_PEOPLE, "person", "who works at this node, and in which offices"),
    "backup": Listed(_CARE, "backup", "write a sealed copy of this node"),
    "restore": Listed(_CARE, "restore", "rebuild a node from a backup and its peers"),
    "import": Listed(_CARE, "import_", "bring in outside data"),
    "intake": Listed(_INTAKE, "intake", "bring in STIX or MISP files, without persons"),
    "sites": Listed(_SITES, "sites", "bring protected sites in out of a table"),
    "doctor": Listed(_CARE, "doctor", "the health of this node, in words"),
    "demo": Listed(_CARE, "demo", "three nodes on this machine that share real reports"),
}


class _House(click.Group):
    """The group of all commands, each loaded when it is needed."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        listed = COMMANDS.get(name)
        if listed is None:
            return None
        found = getattr(importlib.import_module(listed.module), listed.attribute)
        assert isinstance(found, click.Command)
        return found

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, listed.short) for name, listed in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, 1)
            hint = f"did you mean {near[0]}?" if near else "see toguna --help"
            raise click.UsageError(f"there is no command {args[0]!r} -- {hint}", ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=_House, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="toguna", message="%(prog)s %(version)s")
def house() -> None:
    """Sovereign nodes that share signed records, with no server in the middle.

    Each command takes --json and --help. Example: toguna init ml --party ml --name Mali
    """


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code. Errors are one line on standard error."""
    spoken = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in spoken
    try:
        # Commands return nothing; what comes back is the code of one that ended early.
        ended = house.main(spoken, prog_name="toguna", standalone_mode=False)
        return ended if isinstance(ended, int) else 0
    except TogunaError as error:
        return _complain(
            error.name, error.what, error.where, error.remedy, error.exit_code, as_json
        )
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        remedy = f"see {context.command_path} --help" if context else ""
        what = error.format_message().rstrip(".")
        return _complain("bad_input", what, "", "" if " -- " in what else remedy, 2, as_json)
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return 130
    except BrokenPipeError:
        # Whoever read our output went away; what was left of it is for nobody.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        place = str(error.filename or "")
        return _complain("engine_failure", error.strerror or str(error), place, "", 3, as_json)


def _complain(name: str, what: str, where: str, remedy: str, code: int, as_json: bool) -> int:
    if as_json:
        import msgspec

        said = {"error": name, "what": what, "where": where, "remedy": remedy}
        click.echo(msgspec.json.encode(said).decode(), err=True)
    else:
        place, advice = f"{where}: " if where else "", f" -- {remedy}" if remedy else ""
        line = f"{place}{what}{advice}".replace("\n", " ")
        click.echo(f"toguna: {line}", err=True)
    return code


def main() -> None:
    """The program's entry point."""
    sys.exit(run())
