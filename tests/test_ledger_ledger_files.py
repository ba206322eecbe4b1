"""The generated ledgers load in stock Beancount without an error, name every account, and run no code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from beancount import loader
from beancount.core import data
from journal_cases import CONTRA, head, lot, posting, sample

from ledger import journal, ledger_files, postings
from ledger.accounts import PRACTICE_OVERLAY, Chart
from ledger.budget_index import BudgetIndex
from ledger.journal import JournalError

BEAN_CHECK = Path(sys.executable).with_name("bean-check")
CHART = Chart.load(PRACTICE_OVERLAY.read_bytes())
INDEX = BudgetIndex.load()
TITLE = 'BTC · Ban "Tổ chức" Tỉnh ủy'


def year() -> pd.DataFrame:
    """The sample, with the asset that leaves it coming in first."""
    came = head(entry="opening", period="2025", voucher="SDDK-2025", date="2025-01-01", description="Số dư đầu kỳ")
    rows = [came | lot("Assets:211:2113", 1, 9_000_000, "2025-01-01", "TS-BTC-000")]
    rows.append(came | posting("Equity:421:4211", -9_000_000))
    return postings.concat([postings.frame(rows), sample()])


def write(folder: Path, table: pd.DataFrame) -> Path:
    """A unit's folder with one journal per year."""
    includes = []
    for name, rows in table.groupby(table["date"].str[:4]):
        file = folder / str(name) / f"{name}.beancount"
        file.parent.mkdir(parents=True)
        file.write_text(journal.render(rows.reset_index(drop=True)), "utf-8")
        includes.append(f"{name}/{name}.beancount")
    ledger = folder / "ledger.beancount"
    ledger.write_text(ledger_files.unit_ledger(TITLE, table, reversed(includes), CHART, INDEX), "utf-8")
    return ledger


def opens(ledger: Path) -> dict[str, data.Open]:
    entries, errors, _ = loader.load_file(str(ledger))
    assert errors == []
    return {entry.account: entry for entry in entries if isinstance(entry, data.Open)}


@pytest.mark.parametrize("table", [year(), postings.empty()], ids=["a year", "nothing yet"])
def test_stock_bean_check_accepts_a_units_ledger(table: pd.DataFrame, tmp_path: Path) -> None:
    done = subprocess.run([BEAN_CHECK, write(tmp_path, table)], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_units_ledger_holds_its_postings_and_nothing_else(tmp_path: Path) -> None:
    entries, errors, options = loader.load_file(str(write(tmp_path, year())))

    assert errors == []
    assert options["title"] == TITLE
    assert options["operating_currency"] == ["VND"]
    assert options["plugin"] == []
    pd.testing.assert_frame_equal(journal.from_entries(entries), journal.ordered(year()))
    assert {type(entry) for entry in entries} == {data.Commodity, data.Open, data.Transaction}


def test_money_is_shown_without_decimals_even_in_an_empty_ledger(tmp_path: Path) -> None:
    _, _, options = loader.load_file(str(write(tmp_path, postings.empty())))

    assert options["display_precision"] == {"VND": 1, "MEMO": 1}


def test_every_account_is_open_from_its_regimes_first_day_with_names_and_its_commodity(tmp_path: Path) -> None:
    found = opens(write(tmp_path, year()))

    assert set(year()["account"]) <= set(found)
    assert {str(entry.date) for entry in found.values()} == {"2025-01-01"}
    assert all(entry.meta["name_vi"] and entry.meta["name_en"] for entry in found.values())
    assert {name: found[name].currencies for name in ("Liabilities:331", "Assets:211:2113", CONTRA)} == {
        "Liabilities:331": ["VND"],
        "Assets:211:2113": ["TS2113"],
        CONTRA: ["MEMO"],
    }
    assert found["Liabilities:331"].meta["code"] == "331"
    assert found["Liabilities:331"].meta["regime"] == "TT24/2024"
    assert found["Liabilities:331"].meta["confidence"]


def test_a_budget_items_leaf_has_the_names_of_the_item_and_the_code_of_its_account(tmp_path: Path) -> None:
    meta = opens(write(tmp_path, year()))["Expenses:612:TM6501"].meta
    item = INDEX.item("6501")

    assert item is not None
    assert (meta["code"], meta["item"], meta["name_vi"], meta["name_en"]) == ("612", "6501", item.name_vi, item.name_en)


def test_the_accounts_above_are_open_too_and_hold_nothing(tmp_path: Path) -> None:
    found = opens(write(tmp_path, year()))

    assert found["Assets:211"].meta["code"] == "211"
    assert not found["Assets:211"].currencies
    assert found["Equity:OffBalance"].meta["name_vi"] == "Tài khoản ngoài bảng"


def test_postings_before_the_regime_open_their_accounts_earlier(tmp_path: Path) -> None:
    early = head(date="2017-12-31", period="2017-12")
    rows = [early | posting("Assets:TT107:112:1121", 5), early | posting("Liabilities:TT107:331", -5)]

    found = opens(write(tmp_path, postings.frame(rows)))

    assert {str(entry.date) for entry in found.values()} == {"2017-12-31"}


def test_beancount_refuses_money_in_an_asset_account_and_an_asset_that_is_not_held(tmp_path: Path) -> None:
    money = [head(voucher="X") | posting("Assets:211:2113", 5), head(voucher="X") | posting("Assets:112:1121", -5)]
    twice = [head(voucher="Y") | lot("Assets:211:2113", -1, 1, "2025-01-01", "TS-BTC-009")]
    twice.append(head(voucher="Y") | posting("Assets:112:1121", 1))

    _, constraint, _ = loader.load_file(str(write(tmp_path / "a", postings.concat([year(), postings.frame(money)]))))
    _, not_held, _ = loader.load_file(str(write(tmp_path / "b", postings.concat([year(), postings.frame(twice)]))))

    assert ["Invalid currency" in error.message for error in constraint] == [True]
    assert "No position matches" in not_held[0].message


def test_includes_stand_one_by_one_in_order_and_the_same_postings_give_the_same_bytes(tmp_path: Path) -> None:
    first, again = write(tmp_path / "a", year()), write(tmp_path / "b", year())
    lines = [line for line in first.read_text("utf-8").split("\n") if line.startswith("include")]

    assert lines == ['include "2025/2025.beancount"', 'include "2026/2026.beancount"']
    assert first.read_bytes() == again.read_bytes()


def test_the_checked_twin_adds_our_rules_and_our_pages_only() -> None:
    text = ledger_files.checked_ledger(TITLE)

    assert 'plugin "plugins.check"\n' in text
    assert 'include "ledger.beancount"\n' in text
    assert text.count("plugin ") == 1
    assert 'custom "fava-extension" "web.pages.execution"' in text


@pytest.mark.parametrize(("tree", "words"), [("budget", "đơn vị dự toán"), ("party", "tổ chức đảng")])
def test_a_province_ledger_names_its_tree_and_has_no_money_of_its_own(tree: str, words: str) -> None:
    entries, errors, options = loader.load_string(
        ledger_files.province_ledger(tree, 'Tỉnh "Sông Lam"').replace('plugin "plugins.consolidate"', "; plugin")
    )

    assert f'plugin "plugins.consolidate" "{tree}"\n' in ledger_files.province_ledger(tree, "Tỉnh Sông Lam")
    assert errors == []
    assert options["title"].startswith('Tỉnh "Sông Lam" · ')
    assert words in options["title"]
    assert {type(entry) for entry in entries} == {data.Custom}
    assert [entry for entry in entries if not entry.values] == []  # noqa: PD011 - a directive, not a frame


def test_a_title_cannot_bring_in_a_line_of_its_own() -> None:
    with pytest.raises(JournalError):
        ledger_files.checked_ledger('BTC"\nplugin "os')
