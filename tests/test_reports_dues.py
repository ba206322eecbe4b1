"""Party dues on paper: S01/ĐP with its totals, B01/ĐP with its identities, one organisation counted once."""

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import pytest
from register_sheets import dues as form_row
from register_sheets import send

from ledger import dues as figures
from ledger.book import Book
from ledger.dues import Line
from reports import dues, export
from reports.dues import Asked, NoDuesError
from reports.form_data import BrokenIdentityError

pytest_plugins = ("submission_fixtures",)

Q1 = Asked("XA01", "party", "2026-Q1")


@pytest.fixture(scope="module")
def book(case_book: Path) -> Book:
    """The province of the cases: XA01 has handed in two quarters."""
    return Book.open(case_book)


def _above(book: Path, remitted: int) -> None:
    """The office's file lists the committee of XA01 under its own; it collects what the committee remitted."""
    listed = form_row(
        "ĐẢNG ỦY XÃ THỬ", "03/2026", 0, remitted, 1_530_000 - remitted, level="Cấp trên cơ sở", superior="Tỉnh ủy"
    )
    listed |= {"collected": "3060000", "kept": "1530000", "to_remit": "1530000"}
    own = form_row("Tỉnh ủy", "03/2026", 0, 0, 0, level="Cấp trên cơ sở")
    own |= {"collected": str(remitted), "kept": str(remitted), "to_remit": "0"}
    outcome = send(book, "dues", "VPTU", "2026-Q1", listed, own)
    assert outcome.accepted, outcome.findings


def test_the_ledger_adds_up_months_to_quarters_and_the_year(book: Book) -> None:
    table = dues.s01(book, Asked("XA01", "party", "2026"))
    east = table.frame[table.frame["organisation"] == "Chi bộ thôn Đông"]

    assert list(east["month"]) == [
        *("01/2026", "02/2026", "03/2026", "Quý 1/2026", "07/2026", "08/2026", "09/2026", "Quý 3/2026", "Năm 2026")
    ]
    assert list(east["collected"]) == [*[1_600_000] * 3, 4_800_000, *[1_600_000] * 3, 4_800_000, 9_600_000]
    assert list(east["members"]) == [32] * 9
    assert list(east["day"])[:4] == ["26/01/2026", "26/02/2026", "26/03/2026", ""]


def test_what_is_outstanding_is_that_of_the_end_and_not_a_sum(book: Book) -> None:
    frame = dues.s01(book, Q1).frame
    committee = frame[frame["organisation"] == "Đảng ủy xã Thử"]

    assert list(committee["outstanding"]) == [510_000, 1_020_000, 120_000, 120_000]
    assert frame["organisation"].iloc[0] == "Đảng ủy xã Thử"


def test_the_report_gives_the_lines_that_the_ledger_of_dues_reckons(book: Book) -> None:
    table = dues.b01(book, Q1)
    found = {row["line"]: row for row in export.records(table)}

    assert tuple(found) == figures.CODES
    assert (found["01"]["commune"], found["01"]["measure"]) == (60, "người")
    # Three months of 1.600.000 + 1.800.000 from two cells; 70 % and half of the rest are kept.
    assert found["02"]["total"] == found["03"]["total"] == 10_200_000
    assert [found[code]["total"] for code in ("05", "06", "07", "04")] == [7_140_000, 0, 1_530_000, 8_670_000]
    assert found["12"]["total"] == 1_410_000
    assert "120.000" in str(found["02"]["note"])


def test_a_later_quarter_adds_to_the_one_before(book: Book) -> None:
    found = {row["line"]: row for row in export.records(dues.b01(book, Asked("XA01", "party", "2026-Q3")))}

    assert (found["02"]["total"], found["03"]["total"]) == (10_200_000, 20_400_000)


def test_an_organisation_in_two_files_counts_once(case_copy: Path) -> None:
    _above(case_copy, 1_410_000)
    both = {r["line"]: r for r in export.records(dues.b01(Book.open(case_copy), Asked(None, "party", "2026-Q1")))}

    assert both["01"]["total"] == 60
    assert both["02"]["total"] == 10_200_000
    assert both["07"]["total"] == 1_530_000 + 1_410_000
    assert both["12"]["total"] == 0
    assert both["02"]["note"] == "chưa nộp tăng (+), giảm (-) 120.000"


def test_what_is_on_its_way_between_two_levels_is_told(case_copy: Path) -> None:
    _above(case_copy, 1_400_000)
    table = dues.b01(Book.open(case_copy), Asked(None, "party", "2026-Q1"), "en")

    assert "10.000" in str(export.records(table)[1]["note"])
    assert any("VPTU, XA01" in note for note in table.notes)


def test_figures_that_cannot_be_true_are_not_given_out() -> None:
    lines = [Line(code, 0, 0, 0) for code in figures.CODES]
    dues.check(lines, None, 0)

    for code, left in (("05", "04"), ("09", "08"), ("02", "03"), ("12", "13"), ("04", "04")):
        wrong = [line._replace(commune=1) if line.code == code else line for line in lines]
        with pytest.raises(BrokenIdentityError, match=left):
            dues.check(wrong, None, 0)
    with pytest.raises(BrokenIdentityError, match="02"):
        dues.check(lines, None, 1)
    before = [line._replace(other=5) if line.code == "03" else line for line in lines]
    with pytest.raises(BrokenIdentityError, match="03"):
        dues.check(lines, before, 0)


def test_a_period_without_dues_gives_no_empty_table(book: Book) -> None:
    for period in ("2026-Q2", "2025-Q4"):
        with pytest.raises(NoDuesError, match=period):
            dues.b01(book, Asked("XA01", "party", period))
    with pytest.raises(NoDuesError):
        dues.s01(book, Asked("T01", "party", "2026"))


@pytest.mark.parametrize(("language", "words"), [("vi", "chưa kiểm chứng"), ("en", "not verified")])
def test_the_page_says_that_the_form_was_not_verified(book: Book, language: str, words: str) -> None:
    for table in (dues.s01(book, Q1, language), dues.b01(book, Q1, language)):  # type: ignore[arg-type] # a language
        assert any(words in note for note in table.notes)
        assert "ĐP" in table.title


def test_every_format_has_the_same_figures(book: Book) -> None:
    for table in (dues.s01(book, Q1), dues.b01(book, Q1)):
        rows = json.loads(export.render(table, "json"))
        sheet = openpyxl.load_workbook(io.BytesIO(export.render(table, "xlsx"))).worksheets[0]
        cells = {cell for line in sheet.iter_rows(values_only=True) for cell in line}
        shown = export.render(table, "text").decode()
        for column in ("collected", "total"):
            amounts = [row[column] for row in rows if column in row]
            assert set(amounts) <= cells
            assert all(f"{amount:,}".replace(",", ".") in shown for amount in amounts)
        assert export.render(table, "pdf").startswith(b"%PDF")
        assert export.render(table, "csv").decode().count("\n") == len(rows) + 1
