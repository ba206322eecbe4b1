"""Rows become the opening voucher: one side a row, equal totals, assets as lots."""

from __future__ import annotations

import pytest

from importers.forms import read_form
from importers.layouts import OPENING
from importers.opening import OpeningFile, opening_of
from importers.periods import Period
from ledger.accounts import PRACTICE_OVERLAY, Chart

CHART = Chart.load(PRACTICE_OVERLAY.read_bytes())


def _read(*rows: str) -> OpeningFile:
    text = "\n".join(["account;asset;debit;credit;Đơn vị", *rows])
    form = read_form(text.encode("utf-8"), "sddk.csv", OPENING)
    return opening_of(form, "sddk.csv", "BTC", Period.read("2025"), CHART)


def _found(read: OpeningFile) -> list[tuple[str, int | None, str]]:
    return [(finding.rule, finding.row, finding.column) for finding in read.findings]


def test_balances_become_one_voucher_of_the_first_of_january() -> None:
    voucher = _read("1111;;5.000;0;BTC", "2112;TS-1;7.000;;BTC", "4211;;;12.000;BTC").voucher

    assert voucher is not None
    assert (voucher.number, voucher.date) == ("SDDK-2025", "2025-01-01")
    assert [(ln.row, ln.debit, ln.credit, ln.amount, ln.asset) for ln in voucher.lines] == [
        (2, "1111", "", 5000, ""),
        (3, "2112", "", 7000, "TS-1"),
        (4, "", "4211", 12000, ""),
    ]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (["1111;;5;5;", "4211;;;5;"], [("F80", 2, "credit")]),
        (["1111;;;;", "4211;;0;0;"], [("F81", 2, "debit"), ("F81", 3, "debit")]),
        (["1111;;5;;", "1111;;5;;", "4211;;;10;"], [("F44", 3, "account")]),
        (["1111;;5;;", "4211;;;4;"], [("F82", None, "debit")]),
        (["1111;;5;;TCT", "4211;;;5;TCT"], [("F61", 2, "Đơn vị")]),
    ],
)
def test_what_an_opening_cannot_say(rows: list[str], found: list[tuple[str, int | None, str]]) -> None:
    read = _read(*rows)

    assert _found(read) == found
    assert read.voucher is None


def test_off_balance_accounts_need_no_other_side() -> None:
    assert _read("1111;;5;;", "4211;;;5;", "002;;9;;").findings == ()


def test_an_unknown_account_is_left_to_the_rules() -> None:
    assert _read("1119;;5;;", "4211;;;4;").findings == ()


def test_unread_rows_do_not_make_the_opening_unbalanced() -> None:
    assert _read("1111;;x;;", "4211;;;4;").findings == ()
