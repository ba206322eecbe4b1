"""The house's manners, held by a test: banned calls with their replacement, sizes, docstrings, no names of hosts."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("ledger", "plugins", "importers", "reports", "web", "cli")
MODULES = sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))
MAX_FUNCTION_LINES, MAX_MODULE_LINES = 60, 400

BANNED = {
    r"(?<![\w.\"'])float\(": ("whole đồng are int", ()),
    r"pd\.read_csv|read_csv\(": ("importers/reading.py reads submissions", ()),
    r"datetime\.now\(|date\.today\(|time\.time\(": ("ledger/clock.py", ("ledger/clock.py",)),
    r"\bpickle\b|yaml\.load\((?!.*_?Strict)|\beval\(": (
        "nothing in a book is executed",
        ("cli/main.py", "web/"),
    ),
    r"(?<![\w.])print\(": ("click.echo in cli, values elsewhere", ("ledger/sample/",)),
    r"TODO|FIXME|XXX": ("no open work in comments", ()),
}


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_module_has_no_banned_call(path: Path) -> None:
    text = path.read_text("utf-8")
    hits = [
        f"{pattern}: use {instead}"
        for pattern, (instead, allowed) in BANNED.items()
        if re.search(pattern, text) and not _name(path).startswith(tuple(allowed) or ("\0",))
    ]

    assert hits == []


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_module_is_short_and_says_what_it_is(path: Path) -> None:
    text = path.read_text("utf-8")
    tree = ast.parse(text)
    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > MAX_FUNCTION_LINES
    ]

    assert ast.get_docstring(tree), "a module says in its first lines what it guarantees"
    assert long == []
    assert len(text.splitlines()) <= MAX_MODULE_LINES or "sample" in path.parts


def test_no_committed_file_names_a_registry_host_or_the_workplace() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    words = re.compile("py" + r"pi\.org|python" + r"hosted|npm" + r"js\.org|deb\.debian" + r"\.org|/wo" + "rk/")
    hits = [
        name
        for name in listed.split("\n")
        if name and (ROOT / name).is_file() and words.search((ROOT / name).read_bytes().decode("utf-8", "replace"))
    ]

    assert hits == []


def test_the_lock_pins_every_package_with_hashes() -> None:
    text = (ROOT / "requirements.lock").read_text("utf-8")
    pinned = re.findall(r"^([a-z0-9._-]+)==\S+ \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", text, re.MULTILINE)

    assert len(pinned) == len(re.findall(r"^[a-z0-9]", text, re.MULTILINE)) > 20
