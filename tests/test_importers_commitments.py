"""The commitments form: handed in, checked against earlier months, the ledger and what is still free."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from register_sheets import codes, send, sheet
from submission_cases import hand_in

from campaigns.works import HEADER
from importers.commitments import chained
from importers.layouts import LAYOUTS
from importers.submission import Submission, problems
from importers.template import blank
from ledger import records
from ledger.book import Book
from ledger.records import Record
from plugins import rule

pytest_plugins = ("submission_fixtures",)


def _contract(number: str, day: str, amount: str, **more: str) -> dict[str, str]:
    cells = {"contract": number, "day": day, "change": "Ký mới", "supplier": "Công ty A", "source": "13"}
    cells |= {"clause": "351", "item": "6955", "budget_year": "2026", "amount": amount, "total": amount.lstrip("-")}
    return cells | more


def _send(book: Path, period: str, *rows: dict[str, str], **command: Any) -> Submission:  # noqa: ANN401 - words of a command
    return send(book, "commitments", "T02", period, *rows, **command)


def _pay(book: Path, period: str, amount: str, contract: str, number: str = "UNC900") -> Submission:
    """One voucher of the 20th that uses the estimate for a contract."""
    header = f"{HEADER.strip()};Số hợp đồng"
    row = f"{number};20/{period[5:]}/2026;Thanh toán;;008212;{amount};13;351;6955;Thực chi;{contract}"
    return hand_in(book, f"{header}\n{row}\n".encode(), "t.csv", unit="T02", period=period)


def _record(change: str, amount: int, day: str, row: int = 2, **more: str) -> Record:
    texts = dict.fromkeys(records.TEXTS["commitments"], "") | {"contract": "HĐ-1", "day": day, "change": change}
    texts |= {"supplier": "Công ty A", "source": "13", "clause": "351", "item": "6955", "budget_year": "2026"} | more
    return Record("T02", day[:7], row, texts, {"amount": amount} | ({"total": 100} if change == "sign" else {}))


def _chained(*rows: Record, paid: int = 0, without: tuple[str, ...] = ()) -> list[tuple[str, int | None]]:
    found = chained(rows, lambda _key, day: paid if day >= "2026-03-10" else 0, without)
    return [(one.rule, one.difference) for one in found]


def test_a_file_is_kept_row_by_row_and_proved(case_copy: Path) -> None:
    outcome = _send(case_copy, "2026-03", _contract("HĐ-9", "05/03/2026", "40.000.000", until="30/06/2026"))
    book = Book.open(case_copy)

    (row,) = records.of_unit(book, "commitments", "T02")["2026-03"]
    assert (outcome.accepted, codes(outcome)) == (True, [])
    assert (row.texts["contract"], row.texts["change"], row.texts["until"]) == ("HĐ-9", "sign", "2026-06-30")
    assert row.numbers == {"amount": 40_000_000, "total": 40_000_000}
    assert list(problems(book)) == []


def test_signing_in_one_file_may_be_raised_on_the_same_day_further_down(case_copy: Path) -> None:
    first = _contract("HĐ-9", "05/03/2026", "40.000.000")
    raised = _contract("HĐ-9", "05/03/2026", "5.000.000", change="Tăng", total="45.000.000")

    assert codes(_send(case_copy, "2026-03", first, raised)) == []
    assert codes(_send(case_copy, "2026-03", raised, first)) == ["G72"]


@pytest.mark.parametrize(("amount", "expected"), [("-30.000.000", []), ("-30.000.001", ["G75"])])
def test_a_reduction_stops_at_what_is_paid_already(case_copy: Path, amount: str, expected: list[str]) -> None:
    _send(case_copy, "2026-05", _contract("HĐ-9", "05/05/2026", "40.000.000"))
    paid = _pay(case_copy, "2026-05", "10.000.000", "HĐ-9")

    outcome = _send(case_copy, "2026-06", _contract("HĐ-9", "05/06/2026", amount, change="Giảm", total=""))

    assert paid.accepted
    assert codes(outcome) == expected


def test_a_reduction_dated_before_the_payment_makes_the_payment_too_much(case_copy: Path) -> None:
    sign = _contract("HĐ-9", "05/05/2026", "40.000.000")
    _send(case_copy, "2026-05", sign)
    _pay(case_copy, "2026-05", "10.000.000", "HĐ-9")

    less = _contract("HĐ-9", "10/05/2026", "-35.000.000", change="Giảm", total="")
    outcome = _send(case_copy, "2026-05", sign, less, replace=True, reason="Thêm phụ lục")

    assert not outcome.accepted
    assert codes(outcome) == ["F63", "E14"]
    assert outcome.findings[1].voucher == "UNC900"


def test_a_payment_names_a_contract_that_was_handed_in_before(case_copy: Path) -> None:
    early = _pay(case_copy, "2026-05", "10.000.000", "HĐ-9")
    _send(case_copy, "2026-05", _contract("HĐ-9", "05/05/2026", "40.000.000"))
    later = _pay(case_copy, "2026-05", "10.000.000", "HĐ-9")

    assert (early.accepted, codes(early)) == (False, ["E13"])
    assert (later.accepted, codes(later)) == (True, [])


def test_a_file_without_a_contract_that_was_paid_is_refused_with_the_voucher(case_copy: Path) -> None:
    _send(case_copy, "2026-05", _contract("HĐ-9", "05/05/2026", "40.000.000"))
    _pay(case_copy, "2026-05", "10.000.000", "HĐ-9")

    other = _contract("HĐ-8", "05/05/2026", "40.000.000")
    outcome = _send(case_copy, "2026-05", other, replace=True, reason="Ghi sai số hợp đồng")

    assert codes(outcome) == ["F63", "E13"]
    assert {one.rule for one in rule.run(rule.context(Book.open(case_copy), "T02"), ["E13", "E14"]).findings} == set()


def test_paying_more_than_the_contract_is_refused(case_copy: Path) -> None:
    _send(case_copy, "2026-05", _contract("HĐ-9", "05/05/2026", "40.000.000"))

    outcome = _pay(case_copy, "2026-05", "40.000.001", "HĐ-9")

    assert (outcome.accepted, codes(outcome)) == (False, ["E14"])
    assert outcome.findings[0].difference == 1


def test_money_that_is_committed_cannot_be_spent_on_something_else(case_copy: Path) -> None:
    _send(case_copy, "2026-05", _contract("HĐ-9", "05/05/2026", "400.000.000"))

    assert _pay(case_copy, "2026-05", "25.000.000", "").accepted
    assert not _pay(case_copy, "2026-06", "1.000.000", "", "UNC901").accepted
    assert _pay(case_copy, "2026-06", "400.000.000", "HĐ-9", "UNC901").accepted


def test_what_unread_rows_may_explain_is_not_concluded(case_copy: Path) -> None:
    broken = _contract("HĐ-9", "05/03/2026", "bốn mươi")
    raised = _contract("HĐ-9", "15/03/2026", "5.000.000", change="Tăng")

    assert codes(_send(case_copy, "2026-03", broken, raised)) == ["F31", "F31"]


def test_rows_of_one_contract_in_order_say_nothing() -> None:
    rows = [_record("sign", 60, "2026-03-01"), _record("increase", 40, "2026-03-05", 3)]

    assert _chained(*rows, _record("close", -90, "2026-03-20", 4), paid=10) == []
    assert _chained(*rows[::-1]) == []


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([_record("increase", 1, "2026-03-01")], [("G72", None)]),
        ([_record("sign", 60, "2026-03-01"), _record("sign", 1, "2026-03-02")], [("G73", None)]),
        ([_record("sign", 60, "2026-03-01"), _record("increase", 1, "2026-03-02", item="6956")], [("G74", None)]),
        ([_record("sign", 60, "2026-03-01"), _record("increase", 1, "2026-03-02", supplier="B")], [("G74", None)]),
        ([_record("sign", 60, "2026-03-01"), _record("decrease", -61, "2026-03-09")], [("G75", -1)]),
        ([_record("sign", 60, "2026-03-01"), _record("decrease", -51, "2026-03-10")], [("G75", -1)]),
        ([_record("sign", 101, "2026-03-01")], [("G76", 1)]),
        ([_record("sign", 60, "2026-03-01"), _record("sign", 41, "2026-03-02", budget_year="2027")], [("G76", 1)]),
        ([_record("sign", 60, "2026-03-01"), _record("sign", 40, "2026-03-02", item="6956")], []),
    ],
)
def test_what_a_row_may_not_say_after_those_before_it(
    rows: list[Record], expected: list[tuple[str, int | None]]
) -> None:
    assert _chained(*rows, paid=10) == expected
    assert _chained(*rows, paid=10, without=("hđ - 1",)) == []


def test_a_refused_row_does_not_count_for_those_after_it() -> None:
    too_much, right = _record("increase", 50, "2026-03-02"), _record("increase", 40, "2026-03-03")

    assert _chained(_record("sign", 60, "2026-03-01"), too_much, right) == [("G76", 10)]


def test_the_template_filled_in_is_accepted(case_copy: Path, tmp_path: Path) -> None:
    layout = LAYOUTS["commitments"]
    path = tmp_path / "cam-ket.xlsx"
    path.write_bytes(blank(layout, "vi", "xlsx"))
    book = openpyxl.load_workbook(path)
    page, cells = book.worksheets[0], _contract("HĐ-9", "05/03/2026", "40000000")
    page.append([cells.get(column.key, "") for column in layout.columns])
    book.save(path)

    outcome = hand_in(case_copy, path.read_bytes(), path.name, unit="T02", period="2026-03", kind="commitments")

    assert (outcome.accepted, codes(outcome)) == (True, [])


def test_the_guidance_explains_every_column() -> None:
    layout = LAYOUTS["commitments"]

    assert all(column.help_vi and column.help_en and column.sample for column in layout.columns)
    assert sheet("commitments", _contract("HĐ-9", "05/03/2026", "1")).count(b"\n") == 2
