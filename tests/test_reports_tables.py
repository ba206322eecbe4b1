"""The reports as tables: columns of the contract, stamp, notes, figures of the rooms beside."""

from __future__ import annotations

import csv
import io

import pytest
import settlement_book as small
import settlement_cases as cases

from ledger.book import Book
from reports import execution, export, tables
from reports.questions import UnknownPeriodError, UnknownUnitError


@pytest.fixture(scope="module")
def book() -> Book:
    return Book.open(small.stages()["decide"])


def rows(table: export.Table) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(export.render(table, "csv").decode())))


def test_the_trial_balance_has_the_contract_s_columns_and_adds_up(book: Book) -> None:
    found = rows(tables.trial_balance(book, "T01", period="2025"))

    assert list(found[0]) == ["account", "name", "opening", "debit", "credit", "closing"]
    assert {row["account"]: row["closing"] for row in found} == {
        "Expenses:612:TM6501": "18500000",
        "Expenses:612:TM6699": "4000000",
        "Expenses:612:TM7761": "8000000",
        "Income:511": "-30500000",
    }


def test_without_a_unit_it_is_consolidated(book: Book) -> None:
    assert rows(tables.trial_balance(book)) == rows(tables.trial_balance(book, "T01"))
    assert tables.trial_balance(book, tree="party").stamp.unit == "party"


def test_execution_has_the_contract_s_columns_and_a_picture(book: Book) -> None:
    table = tables.execution(book, None, "budget", "2025")

    assert rows(table) == [
        {
            "unit": "T01",
            "source": "13",
            "clause": "351",
            "item": "",
            "estimate": "50000000",
            "held": "0",
            "committed": "0",
            "spent": "30500000",
            "available": "19500000",
        }
    ]
    assert [(bar.name, bar.whole, bar.part) for bar in table.bars] == [("T01", 50_000_000, 30_500_000)]


def test_execution_of_a_month_is_the_state_at_its_end(book: Book) -> None:
    assert rows(tables.execution(book, "T01", period="2025-08"))[0]["spent"] == "32000000"
    assert rows(tables.execution(book, "T01", period="2025-07"))[0]["spent"] == "0"
    assert len(execution.execution(book, "T01", year="2026")) == 0


def test_the_settlement_has_every_line_reported_and_reviewed(book: Book) -> None:
    found = rows(tables.settlement(book, "T01", "2025"))

    assert list(found[0]) == ["line", "name", "reported", "reviewed", "difference"]
    assert [row["line"] for row in found] == [f"{n:02}" for n in range(1, 96)]
    by_hand = {row["line"]: row for row in cases.expected("rejected-item", "B01.csv")}
    for row in found:
        expected = by_hand.get(row["line"], {"reported": "0", "reviewed": "0"})
        assert (row["reported"], row["reviewed"]) == (expected["reported"], expected["reviewed"])
        assert int(row["difference"]) == int(row["reviewed"]) - int(row["reported"])


def test_the_detail_form_adds_up_to_line_17(book: Book) -> None:
    table = tables.settlement(book, "T01", "2025", "F01-01")

    assert sum(int(row["reviewed"]) for row in rows(table)) == 28_000_000
    assert {row["nature"] for row in rows(table)} == {"tự chủ"}
    assert {row["group"] for row in rows(table)} == {"6500", "6650", "7750"}


def test_the_checks_agree_in_every_worked_case(book: Book) -> None:
    found = rows(tables.checks(book, "T01", "2025"))

    assert [row["check"] for row in found] == ["revenue", "expenses", "received", "assigned", "negative"]
    assert {row["difference"] for row in found} == {"0"}


def test_every_report_is_stamped_and_says_that_the_book_is_for_practice(book: Book) -> None:
    made = [
        tables.trial_balance(book, "T01"),
        tables.execution(book),
        tables.settlement(book, "T01", "2025"),
        tables.settlement(book, "T01", "2025", "F01-01"),
        tables.checks(book, "T01", "2025"),
    ]
    for table in made:
        assert table.stamp.commit == book.commit
        assert len(table.stamp.content) == len(table.stamp.rules) == 64
        assert "thực hành" in table.notes[0]
    assert len({table.stamp.content for table in made}) == len(made)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_titles_and_headings_are_in_the_reader_s_language(book: Book, language: str) -> None:
    table = tables.execution(book, language=language)  # type: ignore[arg-type]

    assert ("Còn lại" in [c.title for c in table.columns]) == (language == "vi")
    assert all(column.title for column in table.columns)


@pytest.mark.parametrize("format_", export.FORMATS)
def test_every_report_leaves_in_every_format(book: Book, format_: str) -> None:
    for table in (tables.execution(book), tables.settlement(book, "T01", "2025")):
        assert export.render(table, format_)


def test_an_unknown_unit_or_period_is_refused_with_exit_1(book: Book) -> None:
    with pytest.raises(UnknownUnitError) as unit:
        tables.trial_balance(book, "T99")
    with pytest.raises(UnknownPeriodError) as period:
        tables.execution(book, "T01", period="2027")

    assert (unit.value.exit_code, period.value.exit_code) == (1, 1)
