"""What tests share: the practice province, built once a run by the public commands, and copies of it to break."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

os.environ["BEANCOUNT_DISABLE_LOAD_CACHE"] = "1"
os.environ["PARTY_LEDGER_QUIET"] = "1"

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = Path(sys.executable).with_name("party-ledger")


@dataclass(frozen=True)
class Answer:
    """What a command did."""

    code: int
    out: str
    err: str

    def json(self) -> Any:  # noqa: ANN401 - any JSON value
        return json.loads(self.out)


def party_ledger(*words: str | Path, cwd: Path | None = None) -> Answer:
    """The installed program, as a user types it."""
    done = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, check=False, cwd=cwd)
    return Answer(done.returncode, done.stdout, done.stderr)


def run(*words: str | Path, cwd: Path | None = None) -> Answer:
    """A stock tool."""
    done = subprocess.run([*map(str, words)], capture_output=True, text=True, check=False, cwd=cwd)
    return Answer(done.returncode, done.stdout, done.stderr)


def _built_once(factory: pytest.TempPathFactory, name: str, build: Callable[[Path], None]) -> Path:
    """A folder that the first worker builds and the others wait for."""
    base = factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    folder, done = shared / name, shared / f"{name}.done"
    with FileLock(shared / f"{name}.lock"):
        if not done.exists():
            build(folder)
            done.touch()
    return folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One test that needs the practice province comes first and builds it; the others last, so that nobody waits."""
    waiting = [item for item in items if "practice" in getattr(item, "fixturenames", ())]
    others = [item for item in items if "practice" not in getattr(item, "fixturenames", ())]
    items[:] = [*waiting[:1], *others, *waiting[1:]]


@pytest.fixture(scope="session")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The practice book as `make demo` leaves it. Read only: take `practice_copy` to change something."""

    def build(folder: Path) -> None:
        answer = party_ledger("demo", folder)
        assert answer.code == 0, answer.out + answer.err

    return _built_once(tmp_path_factory, "practice", build)


@pytest.fixture
def practice_copy(practice: Path, tmp_path: Path) -> Path:
    """A copy of the practice book that a test may break."""
    return Path(shutil.copytree(practice, tmp_path / "book", symlinks=True))


@pytest.fixture(scope="session")
def _registers_only(tmp_path_factory: pytest.TempPathFactory) -> Path:
    def build(folder: Path) -> None:
        answer = party_ledger("init", folder, "--sample", "--empty")
        assert answer.code == 0, answer.out + answer.err

    return _built_once(tmp_path_factory, "registers-only", build)


@pytest.fixture
def new_book(_registers_only: Path, tmp_path: Path) -> Path:
    """A practice book with its registers and no files handed in, to fill."""
    return Path(shutil.copytree(_registers_only, tmp_path / "book", symlinks=True))
