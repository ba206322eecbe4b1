"""Rows become vouchers; what contradicts itself is told once; hostile text stays text."""

from __future__ import annotations

import csv
import io

import pytest
from beancount.core.data import Transaction
from beancount.parser import parser

from importers.forms import Form, read_form
from importers.layouts import VOUCHERS
from importers.periods import Period
from importers.vouchers import VoucherFile, vouchers_of
from ledger import journal
from ledger.accounts import PRACTICE_OVERLAY, Chart
from ledger.vouchers import Slot, Voucher, post

HEADER = (
    "voucher;date;document_date;description;debit;credit;amount;counterparty;reference;asset;event;corrects;partner;unit"
).replace(";unit", ";Mã đơn vị")
CHART = Chart.load(PRACTICE_OVERLAY.read_bytes())
MARCH = Period.read("2026-03")


def _row(**cells: str) -> str:
    usual = {"voucher": "PC1", "date": "05/03/2026", "description": "Chi tiền", "debit": "1111", "credit": "1121"}
    values = usual | {"amount": "1.000"} | cells
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\n").writerow([values.get(name, "") for name in HEADER.split(";")])
    return out.getvalue()


def _form(*rows: str) -> Form:
    return read_form((HEADER + "\n" + "".join(rows)).encode("utf-8"), "t3.csv", VOUCHERS)


def _read(*rows: str, period: Period = MARCH) -> VoucherFile:
    return vouchers_of(_form(*rows), "t3.csv", "BTC", period)


def _found(read: VoucherFile) -> list[tuple[str, int | None, str]]:
    return [(finding.rule, finding.row, finding.column) for finding in read.findings]


def test_rows_of_one_number_are_one_voucher_in_the_files_order() -> None:
    read = _read(_row(voucher="PC2"), _row(), _row(voucher="PC2", amount="2.000"))

    assert [(v.number, [line.row for line in v.lines]) for v in read.vouchers] == [("PC2", [2, 4]), ("PC1", [3])]
    assert read.findings == ()


def test_documents_may_be_named_on_the_first_row_only() -> None:
    read = _read(_row(document_date="04/03/2026", corrects="PC0"), _row(amount="5"))

    assert (read.vouchers[0].document_date, read.vouchers[0].corrects) == ("2026-03-04", "PC0")
    assert read.findings == ()


@pytest.mark.parametrize(
    ("first", "second", "column"),
    [
        ({"date": "05/03/2026"}, {"date": "06/03/2026"}, "date"),
        ({"description": "a"}, {"description": "b"}, "description"),
        ({"document_date": "04/03/2026"}, {"document_date": "03/03/2026"}, "document_date"),
        ({"corrects": "PC7"}, {"corrects": "PC8"}, "corrects"),
    ],
)
def test_rows_of_a_voucher_that_disagree_leave_it_out(
    first: dict[str, str], second: dict[str, str], column: str
) -> None:
    read = _read(_row(**first), _row(amount="5", **second), _row(voucher="PC2"))

    assert _found(read) == [("F43", 3, column)]
    assert [voucher.number for voucher in read.vouchers] == ["PC2"]


def test_a_row_that_stands_twice_names_the_first() -> None:
    (finding,) = _read(_row(), _row()).findings

    assert (finding.rule, finding.row, finding.expected) == ("F44", 3, "2")


def test_rows_that_differ_in_a_reference_stand_twice_rightly() -> None:
    assert _read(_row(reference="A"), _row(reference="B")).findings == ()


def test_an_unreadable_row_leaves_its_whole_voucher_out() -> None:
    read = _read(_row(amount="x"), _row(amount="5"), _row(voucher="PC2"))

    assert [voucher.number for voucher in read.vouchers] == ["PC2"]


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ({"amount": "0"}, "F32", "amount"),
        ({"debit": "", "credit": ""}, "F41", "debit"),
        ({"credit": "1111"}, "F42", "credit"),
        ({"document_date": "06/03/2026"}, "F40", "document_date"),
    ],
)
def test_rows_that_cannot_be_meant(cells: dict[str, str], code: str, column: str) -> None:
    assert _found(_read(_row(**cells))) == [(code, 2, column)]


def test_a_late_document_is_only_a_remark() -> None:
    assert len(_read(_row(document_date="06/03/2026")).vouchers) == 1


def test_documents_of_january_are_usual_in_the_adjustment_period() -> None:
    row = _row(date="31/12/2025", document_date="20/01/2026")

    assert _read(row, period=Period.read("2025-13")).findings == ()


def test_a_file_of_another_month_is_told_once_and_no_rule_is_asked() -> None:
    read = _read(_row(date="05/04/2026"), _row(voucher="PC2", date="06/05/2026"))

    (finding,) = read.findings
    assert (finding.rule, finding.value, finding.expected) == ("F62", "04/2026, 05/2026", "03/2026")
    assert read.vouchers == ()


def test_single_rows_of_another_month_are_the_rules_business() -> None:
    assert _read(_row(), _row(voucher="PC2", date="05/04/2026")).findings == ()


def test_rows_of_other_units_are_told_once_per_unit() -> None:
    name = "Mã đơn vị"
    read = _read(_row(**{name: "BTC"}), _row(voucher="2", **{name: "TCT"}), _row(voucher="3", **{name: "TCT"}))

    assert [(f.rule, f.value, f.row, f.params["count"]) for f in read.findings] == [("F61", "TCT", 3, 2)]
    assert read.vouchers == ()


HOSTILE = [
    'x"\nplugin "evil"\n2026-01-01 event "a" "b',
    'x" \\',
    "\\",
    '"',
    "'; DROP TABLE x; --",
    'x"\r\ninclude "/etc/passwd"',
    "=cmd|' /C calc'!A0",
    "+1+1",
    "@SUM(A1)",
    "<script>alert(1)</script>",
    "javascript:alert(1)",
    "{{7*7}}",
    "${x}",
    "%s%n",
    "../../etc/passwd",
    "a\x00b",
    "a\x1bb",
    "a\u2028plugin b",
    "a\u202eb",
    "a\u200bb",
    "\ufeffa",
    "a\ud7ffb",
    "; comment",
    "* heading",
    "#tag ^link",
    "2026-01-01 open Assets:X",
    "Assets:111  5 VND",
    "key: value",
    "đ" * 900,
    "e\u0301" * 10,
    "𝕏 ️‍🔥",
]


@pytest.mark.parametrize("field", ["voucher", "description", "counterparty", "reference", "asset", "event", "corrects"])
@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_hostile_text_is_refused_or_stays_text(field: str, text: str) -> None:
    """However a field reads, the journal has one transaction with two postings and nothing else."""
    form = _form(_row(**{field: text}))
    read = _read(_row(**{field: text}))
    if not read.vouchers:
        assert form.findings
        return

    table = post(read.vouchers, Slot("BTC", "2026-03", "", "0123456789ab"), CHART, {})
    entries, errors, options = parser.parse_string(journal.render(table))

    assert errors == []
    assert [type(entry) for entry in entries] == [Transaction]
    assert len(entries[0].postings) == 2
    assert options["plugin"] == options["include"] == []
    assert set(table[field]) == {_value(read.vouchers[0], field)}


def _value(voucher: Voucher, field: str) -> str:
    whole = {"voucher": voucher.number, "description": voucher.description, "corrects": voucher.corrects}
    return whole[field] if field in whole else str(getattr(voucher.lines[0], field))
