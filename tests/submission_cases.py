"""The golden cases of submissions: one folder a case, and the small province they are handed in to.

A case folder has `README.md` (what it shows), `expected.json` (the command and its outcome) and the file as sent:
`input.csv`, `input.xlsx`, … byte for byte, or `input.make.json`, a recipe for what is not readable as text (workbooks,
archives, very large files). Province and history stand in `tests/cases/submissions/_book`.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from importers import submission
from importers.submission import Submission
from ledger import create
from ledger.accounts import PRACTICE_OVERLAY
from ledger.book import Book, Settings
from ledger.clock import parse_moment

FOLDER = Path(__file__).resolve().parent / "cases" / "submissions"
BOOK = FOLDER / "_book"
TODAY = "2026-11-16"


@dataclass(frozen=True)
class Case:
    """One folder."""

    folder: Path

    @property
    def expected(self) -> dict[str, Any]:
        """Command and outcome."""
        expected: dict[str, Any] = json.loads((self.folder / "expected.json").read_text("utf-8"))
        return expected

    def file(self) -> tuple[bytes, str]:
        """The file as sent, and its name."""
        found = next(path for path in sorted(self.folder.iterdir()) if path.name.startswith("input"))
        if found.name != "input.make.json":
            return found.read_bytes(), found.name
        recipe = json.loads(found.read_text("utf-8"))
        return MAKERS[recipe["make"]](recipe), recipe["name"]

    def hand_in(self, book: Path, *, dry_run: bool = False) -> Submission:
        """Hand it in to a book."""
        data, name = self.file()
        return hand_in(book, data, name, dry_run=dry_run, **self.expected["command"])


def cases() -> list[Case]:
    """All cases, in the order of their folders."""
    return [Case(path) for path in sorted(FOLDER.iterdir()) if path.is_dir() and not path.name.startswith("_")]


def hand_in(book: Path, data: bytes, name: str, **command: Any) -> Submission:  # noqa: ANN401 - words of a command
    """One submission by the unit's accountant."""
    return submission.submit(Book.open(book), data, name, actor="ke.toan", role="accountant", **command)


def make_book(path: Path) -> Path:
    """The province of the cases with its history: openings, estimates, some months, a sealed year."""
    registers = {f"registers/{name}.csv": (BOOK / f"{name}.csv").read_bytes() for name in ("units", "people")}
    registers["registers/chart.csv"] = PRACTICE_OVERLAY.read_bytes()
    registers["registers/regulations.yaml"] = (BOOK / "regulations.yaml").read_bytes()
    settings = Settings(1, "Tỉnh thử nghiệm", "Test province", "Nơi thử", practice=True, today=TODAY)
    when = parse_moment("2025-01-02T08:00:00+07:00")
    create.create(path, settings, registers, actor="dieu.hanh", role="operator", when=when)
    for step in json.loads((BOOK / "history.json").read_text("utf-8")):
        if "event" in step:
            _event(path, **step)
            continue
        name = step.pop("file")
        done = hand_in(path, (BOOK / name).read_bytes(), name, **step)
        assert done.accepted, (name, done.findings)
    return path


def _event(path: Path, event: str, unit: str, period: str, at: str) -> None:
    with Book.open(path).locked() as book:
        change = book.change("lanh.dao", "approver", at)
        change.event(event, unit=unit, period=period)
        change.commit(f"{unit} {period}: {event}")


def _xlsx(recipe: dict[str, Any]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in recipe["sheets"].items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append([_cell(cell) for cell in row])
        if title in recipe.get("hidden", []):
            sheet.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(cell: Any) -> Any:  # noqa: ANN401 - what a spreadsheet cell can hold
    return date.fromisoformat(cell["date"]) if isinstance(cell, dict) else cell


def _hex(recipe: dict[str, Any]) -> bytes:
    return bytes.fromhex("".join(recipe["hex"])) + recipe.get("then", "").encode(recipe.get("codec", "utf-8"))


def _repeat(recipe: dict[str, Any]) -> bytes:
    rows = (recipe["row"].format(n=n) for n in range(1, recipe["times"] + 1))
    return (recipe["head"] + "".join(rows)).encode("utf-8")


def _zip(recipe: dict[str, Any]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, size in recipe["members"].items():
            archive.writestr(name, b"0" * size)
    return out.getvalue()


MAKERS = {"xlsx": _xlsx, "hex": _hex, "repeat": _repeat, "zip": _zip}
