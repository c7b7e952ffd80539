"""Walk the house: what STYLE asks of every file, every name and every page, checked here.

Nothing is exempt by name. A rule that hurts is changed here, for all, with a decision record.
"""

from __future__ import annotations

import ast
import importlib
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from toguna.core.never_kept import forbidden_in

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "toguna"
FILE_LINES = 400
FUNCTION_LINES = 60  # the guide is 40; this is where it stops
PAGE_LINES = 40  # of a decision record

NOT_OURS = {"node_modules", "dist", "build", "demo", "__pycache__"}
TEXT = {".py", ".md", ".toml", ".ts", ".css", ".html", ".json", ".go", ".cedar", ".sh", ".lock"}
CODE = {".py", ".ts", ".go", ".sh"}
VAGUE = {"manager", "handler", "service", "utils", "helpers", "util", "helper"}


def walk(folder: Path = ROOT) -> Iterator[Path]:
    """Every file of the repository that people write or that tools lock."""
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            hidden = path.name.startswith(".") and path.name != ".ci"
            if not (hidden or path.name in NOT_OURS or path.name.endswith(".egg-info")):
                yield from walk(path)
        elif path.suffix in TEXT or path.name in {"Makefile", "run", ".gitignore"}:
            yield path


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def files() -> tuple[Path, ...]:
    return tuple(walk())


@cache
def modules() -> tuple[tuple[Path, ast.Module], ...]:
    found = [p for p in files() if p.suffix == ".py" and PACKAGE in p.parents]
    return tuple((p, ast.parse(p.read_text("utf-8"), str(p))) for p in found)


def public(tree: ast.AST, prefix: str = "") -> Iterator[tuple[str, ast.AST]]:
    """Public classes and functions of a module, and of its public classes."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            if node.name.startswith("_"):
                continue
            yield f"{prefix}{node.name}", node
            if isinstance(node, ast.ClassDef):
                yield from public(node, f"{prefix}{node.name}.")


def decorated(node: ast.AST, names: set[str]) -> bool:
    marks = getattr(node, "decorator_list", [])
    return any(ast.unparse(mark).split(".")[-1].split("(")[0] in names for mark in marks)


def test_files_when_counted_are_short() -> None:
    long = {
        relative(p): n
        for p in files()
        if p.suffix in CODE | {".md"} and (n := len(p.read_text("utf-8").splitlines())) > FILE_LINES
    }
    assert not long, f"more than {FILE_LINES} lines, split them: {long}"


def test_functions_when_counted_are_short() -> None:
    long = {}
    for path, tree in modules():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                doc = node.body[0] if ast.get_docstring(node) else None
                said = (doc.end_lineno or 0) - doc.lineno + 1 if doc else 0
                lines = (node.end_lineno or 0) - node.lineno + 1 - said
                if lines > FUNCTION_LINES:
                    long[f"{relative(path)}:{node.lineno} {node.name}"] = lines
    assert not long, f"more than {FUNCTION_LINES} lines of code (the guide is 40): {long}"


def test_public_names_when_read_explain_themselves() -> None:
    silent = []
    for path, tree in modules():
        if not ast.get_docstring(tree):
            silent.append(f"{relative(path)}: the module")
        for name, node in public(tree):
            if decorated(node, {"overload", "override", "setter"}):
                continue
            if not ast.get_docstring(node):  # type: ignore[arg-type]
                silent.append(f"{relative(path)}: {name}")
    assert not silent, "no docstring: " + ", ".join(silent)


def test_public_functions_when_read_have_typed_returns() -> None:
    untyped = [
        f"{relative(path)}: {name}"
        for path, tree in modules()
        for name, node in public(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns is None
    ]
    assert not untyped, "no return type: " + ", ".join(untyped)


def test_names_when_given_say_what_a_thing_is() -> None:
    vague = [relative(p) for p, _ in modules() if p.stem in VAGUE or p.parent.name in VAGUE]
    for path, tree in modules():
        for name, node in public(tree):
            words = re.findall(r"[A-Z][a-z]+", name.split(".")[-1])
            if isinstance(node, ast.ClassDef) and words and words[-1].lower() in VAGUE:
                vague.append(f"{relative(path)}: {name}")
    assert not vague, "names of the alliance instead, please: " + ", ".join(vague)


def field_names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Names under which a value can be kept: attributes, parameters, columns."""
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.lineno, node.target.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.attr
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "Column":
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant):
                yield node.lineno, str(first.value)


@pytest.mark.parametrize("name", ["imei", "suspect_name", "riskScore", "the_watch_list"])
def test_forbidden_words_when_hidden_in_a_name_are_found(name: str) -> None:
    assert forbidden_in(name)


@pytest.mark.parametrize("name", ["target", "telephone", "score", "list", "key_fingerprint"])
def test_forbidden_words_when_absent_are_not_seen(name: str) -> None:
    assert forbidden_in(name) is None


def test_schema_when_walked_has_no_place_for_misuse() -> None:
    found = [
        f"{relative(path)}:{line} {name} ({word})"
        for path, tree in modules()
        for line, name in field_names(tree)
        if (word := forbidden_in(name))
    ]
    assert not found, "Toguna keeps no such thing: " + ", ".join(found)


MACHINE_PATH = re.compile(
    r"(?<![\w}\])])/(?:root|Users|home/[a-z]+|work/[a-z]+|var/folders|mnt/[a-z]+)/|[A-Z]:\\Users"
)


def test_files_when_read_name_no_machine() -> None:
    found = [
        f"{relative(p)}:{number}"
        for p in files()
        for number, line in enumerate(p.read_text("utf-8", "replace").splitlines(), 1)
        if MACHINE_PATH.search(line)
    ]
    assert not found, "paths of one machine: " + ", ".join(found)


def test_lock_files_when_read_name_no_host() -> None:
    locks = [p for p in files() if p.suffix == ".lock" or p.stem.endswith("-lock")]
    assert ROOT / "requirements.lock" in locks
    host = re.compile(r"https?:|index-url|find-links|\"resolved\"", re.IGNORECASE)
    found = [relative(p) for p in locks if host.search(p.read_text("utf-8"))]
    assert not found


def test_requirements_when_locked_are_pinned_with_digests() -> None:
    for path in ROOT.glob("requirements*.lock"):
        wanted = re.findall(r"^[a-z0-9].*$", path.read_text("utf-8"), re.MULTILINE)
        assert wanted, path.name
        for line in wanted:
            assert "==" in line, f"{path.name}: {line}"
            assert line.endswith("\\"), f"{path.name}: no digest for {line}"


def test_dependencies_when_declared_are_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    for wanted in project["project"]["dependencies"] + project["build-system"]["requires"]:
        name = re.split(r"[<>=\[!~ ]", wanted)[0]
        assert re.search(rf"^{re.escape(name)}==", lock, re.MULTILINE), f"{name}: run `make lock`"


def entry_points() -> list[tuple[str, str]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    groups = [project["scripts"], *project["entry-points"].values()]
    return sorted(pair for group in groups for pair in group.items())


@pytest.mark.parametrize(("name", "where"), entry_points())
def test_entry_points_when_followed_lead_somewhere(name: str, where: str) -> None:
    module, _, attribute = where.partition(":")
    stem = ROOT / "src" / module.replace(".", "/")
    if not (stem.with_suffix(".py").exists() or (stem / "__init__.py").exists()):
        pytest.skip(f"{module} is not built yet")
    assert hasattr(importlib.import_module(module), attribute), name


def test_package_when_installed_is_typed() -> None:
    assert (PACKAGE / "py.typed").exists()
