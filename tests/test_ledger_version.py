"""The version stands in two places and is one."""

from __future__ import annotations

import tomllib
from importlib import metadata
from pathlib import Path

from ledger.version import VERSION


def test_the_version_is_that_of_the_project_and_of_the_installed_package() -> None:
    project = tomllib.loads((Path(__file__).resolve().parent.parent / "pyproject.toml").read_text("utf-8"))["project"]

    assert project["version"] == VERSION == metadata.version("party-ledger")
