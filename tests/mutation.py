"""`make mutation`: breaks every rule in turn and prints which named test fails; exit 1 where nobody notices.

First each rule is switched off in a process of its own in which the suite's own tests of that rule run, then each is
broken in the ways of `mutations.BREAKS`, and last every comparison in the rules' modules is moved by one (`<` becomes
`<=` …), judged by the cases. The last list is for reading: a comparison may be moved without a difference in law.
"""

from __future__ import annotations

import ast
import copy
import importlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import click
import mutations
import pytest

from plugins import rule

ROOT = Path(__file__).resolve().parent.parent
SWITCH = "PARTY_LEDGER_TEST_WITHOUT_RULE"
WORKERS = int(os.environ.get("WORKERS", "2"))
MOVED: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
_FAILED = re.compile(r"^FAILED (\S+::[^\s\[]+(?:\[[^\]]*\])?)", re.MULTILINE)


def pytest_configure() -> None:
    """As a plugin of pytest (`-p mutation`): the rule named by the environment is switched off."""
    code = os.environ.get(SWITCH)
    if code:
        rule.rules()
        rule._REGISTRY[code] = lambda _: rule.Checked(0, [])


def main() -> int:
    """Run everything; the number of rules that were broken unnoticed decides."""
    codes, unnoticed = sorted(rule.rules()), 0
    ill = [test for code in codes if (test := mutations.noticed_by(code))]
    if ill:
        click.echo(f"These fail before anything is broken, mend them first: {', '.join(ill)}")
        return 1
    with ThreadPoolExecutor(WORKERS) as pool:
        for code, failed in zip(codes, pool.map(_without, codes), strict=True):
            unnoticed += not failed
            click.echo(f"{code}  off        {failed[0] if failed else 'NOBODY NOTICES'}")
    for name, broken in mutations.BREAKS.items():
        for code in codes:
            with pytest.MonkeyPatch.context() as patch:
                broken(patch, code)
                test = mutations.noticed_by(code)
            unnoticed += not test
            click.echo(f"{code}  {name:<10} {test or 'NOBODY NOTICES'}")
    moved = [(place, test) for module in rule.MODULES for place, test in _moved(module)]
    for place, test in moved:
        click.echo(f"{place:<42} {test or 'no case notices (look whether the law does)'}")
    caught = sum(bool(test) for _, test in moved)
    click.echo(f"{len(codes)} rules, {len(mutations.BREAKS) + 1} ways to break each: {unnoticed} unnoticed.")
    click.echo(f"{len(moved)} comparisons moved by one: {caught} noticed by a case.")
    return min(unnoticed, 1)


def _without(code: str) -> list[str]:
    """The tests that fail when a rule is off, in a fresh process."""
    command = [sys.executable, "-m", "pytest", "-q", "-n0", "-x", "-p", "mutation", "-p", "no:cacheprovider"]
    tests = ["tests/test_plugins_cases.py", "-k", f"{code}- and exactly"]
    environment = os.environ | {SWITCH: code, "PYTHONPATH": str(ROOT / "tests")}
    ran = subprocess.run([*command, *tests], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return _FAILED.findall(ran.stdout)


def _moved(name: str) -> Iterator[tuple[str, str]]:
    """Each comparison of a rules' module moved by one: its place, and the test that notices."""
    module = importlib.import_module(f"plugins.{name}")
    path = Path(str(module.__file__))
    tree = ast.parse(path.read_text("utf-8"))
    codes = [code for code, function in rule.rules().items() if function.__module__ == module.__name__]
    places = [
        (place, operator)
        for place, node in enumerate(ast.walk(tree))
        if isinstance(node, ast.Compare)
        for operator, kind in enumerate(node.ops)
        if type(kind) in MOVED
    ]
    for place, operator in places:
        changed = copy.deepcopy(tree)
        node = list(ast.walk(changed))[place]
        assert isinstance(node, ast.Compare)
        node.ops[operator] = MOVED[type(node.ops[operator])]()
        where = f"{path.name}:{node.lineno} {ast.unparse(node)}"
        yield where, _noticed(module, changed, codes)


def _noticed(module: ModuleType, tree: ast.Module, codes: list[str]) -> str:
    """Run a changed module in the place of the true one; which of its rules' cases notices."""
    with pytest.MonkeyPatch.context() as patch:
        for code in codes:
            patch.delitem(rule._REGISTRY, code)
        changed = ModuleType(module.__name__)
        changed.__file__ = module.__file__
        patch.setitem(sys.modules, module.__name__, changed)
        mutations.forget()
        try:
            exec(compile(tree, str(module.__file__), "exec"), changed.__dict__)  # noqa: S102 - our own code, changed
        except Exception as problem:  # noqa: BLE001 - whatever it is, the change was noticed
            test = f"it does not load: {problem}"
        else:
            test = next((test for code in codes if (test := mutations.noticed_by(code))), "")
        for code in codes:
            rule._REGISTRY.pop(code, None)
    mutations.forget()
    return test


if __name__ == "__main__":
    sys.exit(main())
