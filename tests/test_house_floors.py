"""The house keeps its floors: a floor imports only floors below it, and neighbours do not know each other."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAY_IMPORT = {
    "ledger": {"ledger"},
    "plugins": {"plugins", "ledger"},
    "importers": {"importers", "plugins", "ledger"},
    "reports": {"reports", "plugins", "ledger"},
    "web": {"web", "reports", "importers", "plugins", "ledger"},
    "cli": {"cli", "reports", "importers", "plugins", "ledger"},
}
SERVE = ("cli/serve.py", "web")
"""The one door that opens the other: the command that starts the web server."""


def _modules() -> list[Path]:
    return sorted(path for floor in MAY_IMPORT for path in (ROOT / floor).rglob("*.py"))


def _imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names.add((node.module or "").split(".")[0])
    return names & set(MAY_IMPORT)


@pytest.mark.parametrize("path", _modules(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_imports_only_floors_below(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    extra = {SERVE[1]} if name == SERVE[0] else set()

    assert _imported(path) <= MAY_IMPORT[name.split("/")[0]] | extra


def test_the_check_itself_notices_a_wrong_import(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text("def f():\n    from cli import main\n    import reports.status\n", "utf-8")

    assert _imported(wrong) == {"cli", "reports"}
