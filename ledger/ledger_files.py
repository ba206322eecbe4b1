"""The generated ledgers: what stock Beancount and Fava open. Options, opens with names, explicit sorted includes.

Guarantees: `units/U/ledger.beancount` runs no code, so stock Beancount proves it; every account that a posting uses
is opened with its official code, its names in both languages and the one commodity that it may hold; the accounts
above it are open too, so that a tree can show their names; the same postings give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import pandas as pd

from ledger import regulations
from ledger.accounts import CONTRA, Chart
from ledger.budget_index import BudgetIndex
from ledger.journal_form import MEMO_ROOT, quote

TREES: Final = {"budget": "theo cây đơn vị dự toán", "party": "theo hệ thống tổ chức đảng"}

_ITEM, _NO_ITEM = "TM", "NoItem"
_EPOCH: Final = "2000-01-01"
"""Date of lines that Beancount wants dated and that mean no day."""

_FIXED_NAMES: Final = {
    MEMO_ROOT.rstrip(":"): ("Tài khoản ngoài bảng", "Off-balance accounts"),
    CONTRA: ("Đối ứng kỹ thuật của tài khoản ngoài bảng", "Technical contra of memo accounts"),
    _NO_ITEM: ("Không theo tiểu mục", "Without a budget item"),
    "VND": ("Đồng Việt Nam", "Vietnamese đồng"),
    "MEMO": ("Ghi đơn ngoài bảng", "Off-balance, single entry"),
}
_FAVA: Final = (
    ("fava-extension", "web.pages.execution"),
    ("fava-extension", "web.pages.names"),
    ("fava-option", "locale", "vi"),
    ("fava-option", "show-accounts-with-zero-balance", "false"),
    ("fava-option", "collapse-pattern", "^Equity:OffBalance$"),
)
_FIRST_PAGE: Final = ("fava-option", "default-page", "extension/BudgetExecution/")


def unit_ledger(title: str, table: pd.DataFrame, includes: Iterable[str], chart: Chart, index: BudgetIndex) -> str:
    """Write `units/U/ledger.beancount`.

    An account is open from the first day of its regime, or from the unit's first posting if that is earlier.

    Args:
        title: shown by Beancount and Fava.
        table: all postings of the unit.
        includes: journal files, relative to the unit's folder.
        chart: names, regimes and commodities of accounts.
        index: names of budget items.

    Raises:
        JournalError: a name cannot stand in a Beancount file.
    """
    first = str(table["date"].min()) if len(table) else _EPOCH
    held = table.groupby("account")["commodity"].min().to_dict() if len(table) else {}
    blocks = [_options(title), _commodities(first, set(held.values()), chart)]
    for account in sorted(with_ancestors(map(str, held))):
        known = chart.by_path(account)
        since = min(first, _first_day(known.regime)) if known else first
        commodity = (known.commodity if known else held[account]) if account in held else ""
        line = f"{since} open {account} {commodity}".rstrip()
        blocks.append([line, *_meta(describe(account, chart, index))])
    blocks.append([f"include {quote(name)}" for name in sorted(includes)])
    return _text(blocks)


def checked_ledger(title: str) -> str:
    """Write `units/U/checked.beancount`: the same ledger, with our rules as Beancount errors and our pages in Fava."""
    return _text([_options(title), ['plugin "plugins.check"'], ['include "ledger.beancount"'], _fava(_FAVA)])


def province_ledger(tree: str, province: str) -> str:
    """Write `main.beancount` (tree `budget`) or `party.beancount` (tree `party`).

    It has no money of its own: `plugins.consolidate` brings in the units of its tree.
    """
    plugin = f'plugin "plugins.consolidate" {quote(tree)}'
    return _text([_options(f"{province} · {TREES[tree]}"), [plugin], _fava((*_FAVA, _FIRST_PAGE))])


def _options(title: str) -> list[str]:
    """Whole đồng, also where a ledger has no figure yet to show it by."""
    return [
        f'option "title" {quote(title)}',
        'option "operating_currency" "VND"',
        'option "display_precision" "VND:1"',
        'option "display_precision" "MEMO:1"',
    ]


def _commodities(since: str, used: set[str], chart: Chart) -> list[str]:
    """Declare the commodities; an asset class has the names of its account."""
    lines = []
    for commodity in sorted({"VND", "MEMO", *used}):
        names = _FIXED_NAMES.get(commodity)
        if names is None:
            owner = chart.find(commodity.removeprefix("TS"), since)
            names = (owner.name_vi, owner.name_en) if owner else ("", "")
        lines += [f"{since} commodity {commodity}", *_meta({"name_vi": names[0], "name_en": names[1]})]
    return lines


def with_ancestors(accounts: Iterable[str]) -> Iterator[str]:
    """Every account and those above it, two components at least, each once."""
    found: set[str] = set()
    for account in accounts:
        parts = account.split(":")
        found.update(":".join(parts[:length]) for length in range(2, len(parts) + 1))
    yield from found


def describe(account: str, chart: Chart, index: BudgetIndex) -> dict[str, str]:
    """Code, names, regime and confidence of an account; a budget item's leaf has the names of the item."""
    known = chart.by_path(account)
    meta = {"code": known.code, "regime": known.regime, "confidence": known.confidence} if known else {}
    leaf = account.rpartition(":")[2]
    fixed = _FIXED_NAMES.get(account) or _FIXED_NAMES.get(leaf)
    item = index.item(leaf.removeprefix(_ITEM)) if leaf.startswith(_ITEM) else None
    if item is not None:
        return meta | {
            "item": item.code,
            "name_vi": item.name_vi,
            "name_en": item.name_en,
            "confidence": item.confidence,
        }
    if fixed:
        return meta | {"name_vi": fixed[0], "name_en": fixed[1]}
    return meta | {"name_vi": known.name_vi, "name_en": known.name_en} if known else meta


def _first_day(regime: str) -> str:
    """First day of an accounting regime, ISO."""
    entries = regulations.shipped().parameter("accounting.regime").entries
    return min(entry.in_force.isoformat() for entry in entries if entry.value == regime)


def _meta(values: Mapping[str, str]) -> list[str]:
    return [f"  {key}: {quote(value)}" for key, value in values.items() if value]


def _fava(lines: Iterable[tuple[str, ...]]) -> list[str]:
    return [" ".join([f"{_EPOCH} custom", *map(quote, line)]) for line in lines]


def _text(blocks: Iterable[list[str]]) -> str:
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"
