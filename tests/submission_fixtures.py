"""Fixtures of the tests that hand in files: the province of the cases, whole and as a copy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from submission_cases import make_book


@pytest.fixture(scope="session")
def case_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The province of the cases. Read only: take `case_copy` to change something."""
    return make_book(tmp_path_factory.mktemp("cases") / "book")


@pytest.fixture
def case_copy(case_book: Path, tmp_path: Path) -> Path:
    """A copy of the province that a test may change."""
    return Path(shutil.copytree(case_book, tmp_path / "book", symlinks=True))
