"""The rule pack: the same everywhere, another as soon as anything that judges is another."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from plugins import rule_pack as packs
from plugins.rule_pack import program_pack, rule_pack

ROOT = Path(__file__).resolve().parent.parent
FILES = {
    "plugins/vouchers.py": "def balances(): return True\n",
    "plugins/rules/vouchers.yaml": "V01:\n  severity: error\n",
    "importers/findings.yaml": "F01: {vi: rỗng}\n",
    "importers/layouts.py": "VERSION = 1\n",
    "ledger/regulations/submission.yaml": "value: 10\n",
    "ledger/regulations/documents/budget.yaml": "issued: 2015-06-25\n",
    "ledger/chart/TT24-2024.csv": "111,Tiền mặt\n",
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        put(tmp_path, name, text)
    return tmp_path


def put(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8"))


def pack(root: Path, release: str = "1.0") -> str:
    program_pack.cache_clear()
    return program_pack(root, release)


def test_it_is_a_sha256_and_the_same_in_every_process_and_folder() -> None:
    words = [sys.executable, "-c", "from plugins.rule_pack import rule_pack; print(rule_pack())"]
    answers = {
        subprocess.run(
            words, cwd=folder, env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout.strip()
        for seed, folder in (("1", ROOT), ("2", Path.home()))
    }

    assert len(answers) == 1
    assert len(answers.pop()) == 64


@pytest.mark.parametrize("name", FILES)
def test_any_file_that_judges_is_part_of_it(tree: Path, name: str) -> None:
    before = pack(tree)

    put(tree, name, FILES[name].replace("1", "2") + "# changed\n")

    assert pack(tree) != before


@pytest.mark.parametrize(
    "change",
    [
        lambda root: put(root, "plugins/norms.py", "new rule\n"),
        lambda root: (root / "plugins/vouchers.py").unlink(),
        lambda root: (root / "plugins/vouchers.py").rename(root / "plugins/other.py"),
    ],
    ids=["added", "removed", "renamed"],
)
def test_files_that_come_go_or_change_their_name_change_it(tree: Path, change: Callable[[Path], object]) -> None:
    before = pack(tree)

    change(tree)

    assert pack(tree) != before


def test_the_program_s_version_is_part_of_it(tree: Path) -> None:
    assert pack(tree) != pack(tree, "1.1")


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "reports/status.py",
        "ledger/locale/vi.po",
        "ledger/sample/plan.py",
        "plugins/__pycache__/vouchers.py",
        "plugins/notes.txt",
        "plugins/cases/V01-fail/vouchers.csv",
        "plugins/page_words.yaml",
    ],
)
def test_what_does_not_judge_is_no_part_of_it(tree: Path, name: str) -> None:
    before = pack(tree)

    put(tree, name, "something\n")

    assert pack(tree) == before


def test_line_ends_do_not_count(tree: Path) -> None:
    before = pack(tree)
    for name, text in FILES.items():
        put(tree, name, text.replace("\n", "\r\n"))

    assert pack(tree) == before


def test_the_province_s_own_rules_are_part_of_its_pack() -> None:
    def of(**files: bytes) -> str:
        return rule_pack(SimpleNamespace(read=lambda name: files.get(name.rpartition("/")[2])))  # type: ignore[arg-type]

    law = {"regulations.yaml": b"a", "phase_in.csv": b"b"}
    assert of() == rule_pack()
    assert len({of(), of(**law), of(**{"regulations.yaml": b"a"}), of(**(law | {"phase_in.csv": b"c"}))}) == 4


def test_it_names_only_folders_and_files_that_exist() -> None:
    assert all((packs.ROOT / floor).is_dir() for floor in packs.JUDGES)
    assert all((packs.ROOT / "plugins" / name).is_file() for name in packs.ONLY_TELLING)
