"""The register of estimate decisions, and the Nợ 008 entries that follow from it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger import estimates, journal, vietnamese
from ledger.accounts import CONTRA, PRACTICE_OVERLAY, Chart
from ledger.budget_index import BudgetIndex
from ledger.estimates import DamagedRegisterError, EstimateLine, EstimateLineError

CHART = Chart.load(PRACTICE_OVERLAY.read_bytes())
INDEX = BudgetIndex.load()
NAME = estimates.register_name("2026")


def _line(**values: Any) -> EstimateLine:  # noqa: ANN401 - values of a line
    given_: dict[str, Any] = {
        "decision": "12-QĐ/VPTU",
        "date": "2026-02-03",
        "kind": "original",
        "assigning_unit": "VPTU",
        "unit": "BTC",
        "source": "13",
        "clause": "351",
        "item": "",
        "amount": 1_000_000,
        "budget_year": "2026",
        "submission": "0123456789ab",
        "row": 2,
    }
    return EstimateLine(**(given_ | values))


def test_the_register_reads_back_what_was_written() -> None:
    lines = (_line(), _line(note='hội nghị, "sơ kết"', row=3, amount=-5, kind="cut"))

    assert estimates.read(estimates.write(lines), NAME) == lines
    assert estimates.read(None, NAME) == ()


_LETTERS = st.characters(categories=["L", "N", "P"], exclude_characters="<>")
_TEXT = st.text(_LETTERS, min_size=1, max_size=9).map(vietnamese.nfc).filter(lambda text: not journal.forbidden(text))
_LINES = st.builds(lambda d, n, a: _line(decision=d, note=n, amount=a), _TEXT, _TEXT, st.integers(-(10**15), 10**15))


@given(st.lists(_LINES, max_size=5))
def test_any_lines_come_back(lines: list[EstimateLine]) -> None:
    assert list(estimates.read(estimates.write(lines), NAME)) == lines


@pytest.mark.parametrize(
    ("damage", "row"),
    [
        (lambda data: data[:-1], 1),
        (lambda data: data.replace(b"1000000", b"1000000.0"), 2),
        (lambda data: data.replace(b"1000000", b"01000000"), 1),
        (lambda data: data.replace(b"original", b"gift"), 2),
        (lambda data: data.replace(b"2026-02-03", b"03/02/2026"), 2),
        (lambda data: data.replace(b",351,", b",351"), 2),
        (lambda data: data.replace(b"decision,date", b"date,decision"), 1),
        (lambda data: data + b"\xff", 1),
        (lambda data: data.replace("QĐ".encode(), b"<b>"), 2),
        (lambda data: data.replace(b"\n", b"\r\n"), 1),
    ],
)
def test_a_register_that_was_tampered_with_stops_everything(damage: Any, row: int) -> None:  # noqa: ANN401 - a function
    with pytest.raises(DamagedRegisterError) as problem:
        estimates.read(damage(estimates.write([_line()])), NAME)

    assert problem.value.values["row"] == str(row)
    assert problem.value.exit_code == 3


def test_a_line_takes_no_fraction_and_no_unknown_kind() -> None:
    for wrong in ({"amount": 1.5}, {"amount": "5"}, {"kind": "gift"}, {"budget_year": "26"}, {"unit": ""}):
        with pytest.raises(EstimateLineError):
            _line(**wrong)


def test_a_decision_debits_the_account_of_its_sources_nature() -> None:
    table = estimates.postings([_line(), _line(source="12", row=3)], "BTC", "2026", CHART, INDEX)

    assert list(table["account"]) == [
        "Equity:OffBalance:008:0082:00821",
        CONTRA,
        "Equity:OffBalance:008:0082:00822",
        CONTRA,
    ]
    assert list(table["amount"]) == [1_000_000, -1_000_000, 1_000_000, -1_000_000]
    assert list(table["side"]) == ["D", "C", "D", "C"]
    assert set(table["entry"]) == {"estimate"}
    assert set(table["commodity"]) == {"MEMO"}
    assert list(table["source"]) == ["13", "", "12", ""]


@pytest.mark.parametrize(
    ("kind", "amount", "posted"),
    [
        ("original", 5, [5]),
        ("supplement", 5, [5]),
        ("cut", -5, [-5]),
        ("transfer", -5, [-5]),
        ("transfer", 5, [5]),
        ("carry", 5, [5]),
        ("held", 5, []),
        ("release", 5, []),
        ("carry-received", 5, []),
    ],
)
def test_what_each_kind_posts_on_the_debit_side(kind: str, amount: int, posted: list[int]) -> None:
    table = estimates.postings([_line(kind=kind, amount=amount)], "BTC", "2026", CHART, INDEX)

    assert list(table.loc[table["side"] == "D", "amount"]) == posted


def test_a_decision_before_its_year_takes_effect_on_the_first_of_january() -> None:
    table = estimates.postings([_line(date="2025-12-22")], "BTC", "2026", CHART, INDEX)

    assert set(table["date"]) == {"2026-01-01"}
    assert set(table["document_date"]) == {"2025-12-22"}


def test_only_the_units_own_year_is_posted_in_order_of_date() -> None:
    lines = [
        _line(row=2, date="2026-05-01"),
        _line(row=3, date="2026-02-01"),
        _line(row=4, unit="TCT"),
        _line(row=5, budget_year="2025"),
    ]

    table = estimates.postings(lines, "BTC", "2026", CHART, INDEX)

    assert list(table["row"]) == [3, 3, 2, 2]


def test_the_entries_are_a_canonical_journal() -> None:
    lines = [_line(), _line(kind="cut", amount=-5, decision="13-QĐ/VPTU", row=3), _line(item="6500", row=4)]
    table = estimates.postings(lines, "BTC", "2026", CHART, INDEX)

    text = journal.render(table)

    assert journal.read(text).equals(journal.read_with_beancount(text))
    assert 'kind: "cut"' in text


def test_a_source_that_nobody_knows_gets_no_account() -> None:
    line = _line(source="77")

    assert estimates.account_code(line, CHART, INDEX) == ""
    assert list(estimates.postings([line], "BTC", "2026", CHART, INDEX)["account"]) == ["", CONTRA]


def test_without_detail_accounts_the_estimate_stands_on_008_itself() -> None:
    assert estimates.account_code(_line(), Chart.load(None), INDEX) == "008"


def test_the_frame_has_the_registers_columns_and_types() -> None:
    table = estimates.frame([_line()])

    assert list(table.columns) == list(estimates.COLUMNS)
    assert {str(table[name].dtype) for name in ("amount", "row")} == {"int64"}
    assert list(estimates.frame([]).columns) == list(estimates.COLUMNS)
