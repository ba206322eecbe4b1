"""Vouchers become postings: sides, red entries, memo accounts, lots and the year's closing."""

from __future__ import annotations

import pandas as pd
import pytest

from ledger.accounts import PRACTICE_OVERLAY, Chart
from ledger.closing import closing
from ledger.postings import TableError
from ledger.vouchers import Lot, Slot, Voucher, VoucherLine, holdings, post

CHART = Chart.load(PRACTICE_OVERLAY.read_bytes())
SLOT = Slot("BTC", "2026-03", "", "0123456789ab")
DIMENSIONS = {"source": "13", "clause": "351", "item": "6501"}


def _post(*lines: VoucherLine, held: dict[str, Lot] | None = None, date: str = "2026-03-05") -> pd.DataFrame:
    voucher = Voucher(number="PC01", date=date, description="Chi tiền điện", lines=lines)
    return post([voucher], SLOT, CHART, held or {})


def test_a_pair_becomes_a_debit_and_a_credit() -> None:
    table = _post(VoucherLine(row=2, debit="612", credit="1121", amount=500, **DIMENSIONS))

    assert list(table["account"]) == ["Expenses:612:TM6501", "Assets:112:1121"]
    assert list(table["amount"]) == [500, -500]
    assert list(table["side"]) == ["D", "C"]
    assert list(table["item"]) == ["6501", ""]
    assert list(table["budget_year"]) == ["2026", ""]


def test_a_red_entry_stays_on_its_own_side() -> None:
    table = _post(VoucherLine(row=2, debit="612", credit="1121", amount=-500, **DIMENSIONS))

    assert list(zip(table["side"], table["amount"], strict=True)) == [("D", -500), ("C", 500)]


def test_an_off_balance_account_is_kept_in_memo_against_the_contra() -> None:
    table = _post(VoucherLine(row=2, credit="008212", amount=500, treasury="actual", **DIMENSIONS))

    assert list(table["account"]) == ["Equity:OffBalance:008:0082:00821:008212", "Equity:OffBalance:Contra"]
    assert list(table["commodity"]) == ["MEMO", "MEMO"]
    assert list(table["amount"]) == [-500, 500]
    assert list(table["treasury"]) == ["actual", ""]


def test_an_unknown_account_has_no_path_and_loses_nothing_else() -> None:
    table = _post(VoucherLine(row=2, debit="999", credit="1121", amount=500, **DIMENSIONS))

    assert list(table["account"]) == ["", "Assets:112:1121"]
    assert list(table["code"]) == ["999", "1121"]
    assert list(table["item"]) == ["6501", ""]


def test_an_asset_is_one_lot_that_leaves_with_the_date_it_came_in() -> None:
    bought = _post(VoucherLine(row=2, debit="2113", credit="1121", amount=15_000_000, asset="TS-1"))
    held = holdings(bought)
    left = _post(VoucherLine(row=2, debit="2141", credit="2113", amount=15_000_000, asset="TS-1"), held=held)

    assert held == {"TS-1": Lot("Assets:211:2113", 15_000_000, "2026-03-05")}
    assert (bought["commodity"][0], int(bought["quantity"][0])) == ("TS2113", 1)
    assert (left["account"][1], int(left["quantity"][1]), left["lot_date"][1]) == ("Assets:211:2113", -1, "2026-03-05")
    assert left["account"][0] == "Assets:214:2141"


def test_wear_without_an_item_goes_to_its_own_leaf() -> None:
    table = _post(VoucherLine(row=2, debit="612", credit="2141", amount=7, asset="TS-1", source="13", clause="351"))

    assert list(table["account"]) == ["Expenses:612:NoItem", "Assets:214:2141"]
    assert list(table["asset"]) == ["TS-1", "TS-1"]


@pytest.mark.parametrize("amount", [1.0, "5", 10**16, True])
def test_an_amount_is_whole_dong_and_nothing_else(amount: object) -> None:
    with pytest.raises(TableError):
        _post(VoucherLine(row=2, debit="612", amount=amount))  # type: ignore[arg-type]


def test_vouchers_posted_together_are_posted_as_each_alone() -> None:
    """Columns are made for all lines at once; no line may change what another becomes."""
    lines = [
        VoucherLine(row=2, debit="612", credit="1121", amount=-500, **DIMENSIONS),
        VoucherLine(row=3, debit="2113", credit="511", amount=9, asset="TS-1", source="13", clause="351", item="6912"),
        VoucherLine(row=4, credit="008212", amount=500, treasury="actual", budget_year="2025", **DIMENSIONS),
        VoucherLine(row=5, debit="999", amount=7, partner="VPTU", reference="A-1", event="HN-1"),
        VoucherLine(row=6, debit="214", credit="2113", amount=9, asset="TS-1", counterparty="Trường Chính trị"),
        VoucherLine(row=7, credit="331", amount=3, **DIMENSIONS),
    ]
    days = ("2026-03-05", "2026-03-04", "2024-12-31", "2026-03-06", "2026-03-07", "2026-03-05")
    vouchers = [
        Voucher(f"PC{number}", day, f"Việc {number}", (line,), document_date=day, corrects="PC0" if number else "")
        for number, (line, day) in enumerate(zip(lines, days, strict=True))
    ]
    held: dict[str, Lot] = {}
    alone = []
    for voucher in vouchers:
        alone.append(post([voucher], SLOT, CHART, held))
        held |= holdings(alone[-1])

    pd.testing.assert_frame_equal(post(vouchers, SLOT, CHART, {}), pd.concat(alone, ignore_index=True))
    assert set(alone[4]["lot_date"]) == {"", "2026-03-04"}


def test_no_vouchers_and_vouchers_without_lines_are_no_postings() -> None:
    assert len(post([], SLOT, CHART, {})) == len(_post()) == 0


def test_closing_clears_income_and_expense_into_the_result() -> None:
    table = pd.concat(
        [
            _post(VoucherLine(row=2, debit="1121", credit="511", amount=900, **DIMENSIONS)),
            _post(VoucherLine(row=3, debit="612", credit="1121", amount=650, **DIMENSIONS)),
            _post(VoucherLine(row=4, debit="612", credit="1121", amount=-50, **DIMENSIONS)),
        ],
        ignore_index=True,
    )
    ends = closing(table, "BTC", "2026", CHART)
    total = pd.concat([table, ends]).groupby("account")["amount"].sum()

    assert total["Income:511"] == total["Expenses:612:TM6501"] == 0
    assert total["Equity:911"] == 0
    assert total["Equity:421:4211"] == -300
    assert set(ends["date"]) == {"2026-12-31"}
    assert ends.groupby("voucher")["amount"].sum().tolist() == [0, 0, 0]


def test_closing_of_a_year_without_turnover_is_empty() -> None:
    assert len(closing(_post(), "BTC", "2026", CHART)) == 0
