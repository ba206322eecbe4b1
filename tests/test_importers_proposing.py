"""The office's figures: reasons, units, once assigned; the reviewed workbook comes back; one file is one commit."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import preparation_book as small
import pytest
from preparation_book import figures

from importers.proposing import Proposed, Who, propose
from ledger import proposals
from ledger.book import Book
from reports import export, preparation_tables

WHO = Who(small.OFFICER, "officer", small.REVIEWED)
AS_ASKED = ("T02", "13", "351", "", "500.000.000", "")


def _propose(path: Path, *rows: tuple[str, str, str, str, str, str], **more: bool) -> Proposed:
    return propose(Book.open(path), small.YEAR, figures(*rows), "xet.csv", WHO, **more)


def _codes(done: Proposed) -> list[str]:
    return [finding.rule for finding in done.findings]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (AS_ASKED, []),
        (("T02", "13", "351", "", "0", "Chưa có chương trình"), []),
        (("T02", "13", "351", "", "0", ""), ["J72"]),
        (("T02", "13", "351", "", "499.999.999", ""), ["J72"]),
        (("T02", "13", "351", "", "500.000.001", ""), ["J72"]),
        (("T02", "13", "351", "", "500.000.001", "Thêm biên chế"), []),
        (("T02", "13", "351", "", "-1", "x"), ["G05"]),
        (("T02", "13", "351", "6500", "1.000", ""), ["J79"]),
        (("XA01", "13", "351", "", "300.000.000", ""), ["J70"]),
        (("DN", "13", "351", "", "1.000", ""), ["J70", "J79"]),
        (("T02", "13", "351", "", "mười", ""), ["F31"]),
        (("T02", "", "351", "", "1.000", ""), ["F30"]),
    ],
)
def test_a_figure_is_looked_at(row: tuple[str, str, str, str, str, str], code: list[str]) -> None:
    path = small.book().path

    done = propose(Book.open(path), small.YEAR, figures(row), "xet.csv", WHO, dry_run=True)

    assert _codes(done) == code
    assert done.accepted == (code in ([], ["J79"]))
    assert done.commit == ""
    assert all((finding.file, finding.row) == ("xet.csv", 2) for finding in done.findings)


def test_figures_are_kept_with_their_reason_and_their_file(tmp_path: Path) -> None:
    path = small.fresh(tmp_path)
    done = propose(Book.open(path), small.YEAR, small.REVIEW, "xet.csv", WHO)

    book = Book.open(path)
    kept = {proposal.key: proposal for proposal in proposals.of_year(book, small.YEAR)}
    event = book.events("VPTU")[-1]

    assert (done.accepted, done.lines, done.total) == (True, 4, 1_180_000_000)
    assert (done.commit, event.event, event.actor) == (book.commit, "estimates.proposed", small.OFFICER)
    assert kept["T01", "13", "351", "", ""].amount == 620_000_000
    assert kept["T01", "13", "351", "", ""].reason == "Theo khả năng cân đối"
    assert {proposal.submission for proposal in kept.values()} == {done.receipt}
    assert book.read(event.data["path"]) == small.REVIEW


def test_the_same_file_again_changes_nothing_and_a_later_one_changes_its_own_lines(tmp_path: Path) -> None:
    path = small.fresh(tmp_path)
    first = propose(Book.open(path), small.YEAR, small.REVIEW, "xet.csv", WHO)

    again = propose(Book.open(path), small.YEAR, small.REVIEW, "xet.csv", WHO)
    later = _propose(path, AS_ASKED)

    amounts = {p.key: (p.amount, p.submission) for p in proposals.of_year(Book.open(path), small.YEAR)}
    assert (again.unchanged, again.commit) == (True, "")
    assert amounts["T02", "13", "351", "", ""] == (500_000_000, later.receipt)
    assert amounts["T01", "13", "351", "", ""] == (620_000_000, first.receipt)


def test_an_empty_figure_is_not_reviewed_or_as_asked_where_the_office_says_so(tmp_path: Path) -> None:
    path = small.fresh(tmp_path)
    rows = (AS_ASKED, ("T01", "13", "351", "", "", ""), ("T01", "12", "351", "7000", "", ""))

    done = _propose(path, *rows, dry_run=True)
    asked = _propose(path, *rows, as_asked=True)

    assert (done.lines, done.total) == (1, 500_000_000)
    assert (asked.lines, asked.total) == (2, 1_150_000_000)
    assert done.receipt != asked.receipt


def test_a_line_stands_once_and_one_mistake_refuses_the_file(tmp_path: Path) -> None:
    path = small.fresh(tmp_path)
    before = Book.open(path).commit

    done = _propose(path, AS_ASKED, AS_ASKED, ("T01", "13", "351", "", "650.000.000", ""))

    assert (_codes(done), done.findings[0].expected) == (["J71"], "2")
    assert (done.accepted, Book.open(path).commit) == (False, before)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_reviewed_workbook_comes_back_as_it_is(tmp_path: Path, language: str) -> None:
    path = small.fresh(tmp_path)
    table = preparation_tables.review(Book.open(path), small.YEAR, language=language)  # type: ignore[arg-type]
    file = tmp_path / "review.xlsx"
    file.write_bytes(export.render(table, "xlsx"))
    workbook = openpyxl.load_workbook(file)
    sheet = workbook.worksheets[0]
    heading = next(row for row in sheet.iter_rows() if row[0].value in {"Đơn vị", "Unit"})
    places = {cell.value: cell.column for cell in heading}
    figure = places["Văn phòng đề xuất"] if language == "vi" else places["Proposed"]
    for row in sheet.iter_rows(min_row=heading[0].row + 1):
        if row[0].value == "T02":
            row[figure - 1].value = 500_000_000
    workbook.save(file)

    done = propose(Book.open(path), small.YEAR, file.read_bytes(), file.name, WHO)

    assert (done.accepted, done.findings, done.lines, done.total) == (True, (), 1, 500_000_000)


def test_a_unit_whose_estimate_is_assigned_gets_no_other_proposal(tmp_path: Path) -> None:
    path = small.fresh(tmp_path)
    small.total(path)
    small.decide(path, [("314-QĐ/VPTU", "16/12/2026", "Giao đầu năm", "T02", "13", "351", "", "480000000")])

    assert _codes(_propose(path, AS_ASKED)) == ["J73"]


def test_another_form_is_no_file_of_proposals() -> None:
    data = figures(AS_ASKED, header="a;b;c;d;e;f")

    done = propose(small.book(), small.YEAR, data, "xet.csv", WHO, dry_run=True)

    assert not done.accepted
    assert done.findings
