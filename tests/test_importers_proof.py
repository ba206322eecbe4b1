"""What was received is compared with the books: a changed file, figure or register line is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from importers.proof import problems
from ledger.book import Book

pytest_plugins = ("submission_fixtures",)


def _tamper(book: Path, name: str, change: Callable[[bytes], bytes | None]) -> list[tuple[str, str, str]]:
    """Commit a change as nobody should, and ask for the problems."""
    with Book.open(book).locked() as newest:
        tampering = newest.change("ke.toan", "accountant")
        changed = change(newest.read(name) or b"")
        if changed is None:
            tampering.delete(name)
        else:
            tampering.write(name, changed)
        tampering.commit("tampering")
    return [(problem.file, problem.voucher, problem.kind) for problem in problems(Book.open(book))]


def _path(book: Path, unit: str, period: str) -> str:
    return next(str(event.data["path"]) for event in Book.open(book).events(unit) if event.period == period)


def test_a_sound_book_has_no_problems(case_book: Path) -> None:
    assert list(problems(Book.open(case_book))) == []


def test_a_received_file_that_was_changed_or_removed_is_named(case_copy: Path) -> None:
    path = _path(case_copy, "T01", "2026-02")

    changed = _tamper(case_copy, path, lambda data: data.replace(b"1.850.000", b"1.850.001"))
    removed = _tamper(case_copy, path, lambda _: None)

    journal = "units/T01/2026/2026-02.beancount"
    assert changed == [(path, "", "received"), (journal, "UNC011", "figures")]
    assert removed == [(path, "", "received"), (path, "", "figures")]


@pytest.mark.parametrize(
    ("name", "changes", "voucher"),
    [
        ("units/T01/2026/2026-02.beancount", {b"1850000 ": b"1850001 "}, "UNC011"),
        (
            "units/T01/2025/2025-opening.beancount",
            {b" 5000000 ": b" 5000001 ", b" -25000000 ": b" -25000001 "},
            "SDDK-2025",
        ),
        ("units/T02/2026/2026-estimates.beancount", {b"450000000 ": b"450000001 "}, "210-QĐ/VPTU"),
    ],
)
def test_a_figure_that_differs_from_what_was_sent_is_named(
    case_copy: Path, name: str, changes: dict[bytes, bytes], voucher: str
) -> None:
    def change(data: bytes) -> bytes:
        for old, new in changes.items():
            assert old in data
            data = data.replace(old, new)
        return data

    assert _tamper(case_copy, name, change) == [(name, voucher, "figures")]


def test_a_journal_that_cannot_be_read_is_named(case_copy: Path) -> None:
    name = "units/T01/2026/2026-02.beancount"

    assert _tamper(case_copy, name, lambda data: data[:-20]) == [(name, "", "figures")]


def test_a_journal_that_is_gone_is_named(case_copy: Path) -> None:
    found = _tamper(case_copy, "units/T01/2026/2026-04.beancount", lambda _: None)

    assert ("units/T01/2026/2026-04.beancount", "", "figures") in found


def test_a_register_line_that_was_changed_is_named(case_copy: Path) -> None:
    found = _tamper(case_copy, "registers/estimates/2026.csv", lambda data: data.replace(b"450000000", b"460000000"))

    assert found == [("units/T02/2026/2026-estimates.beancount", "210-QĐ/VPTU", "figures")]
