"""Rules on accounts and what a posting must carry: A01-A06, A09, A10.

Guarantees: what passes is posted to a leaf of the regime of its date (with the province's overlay), carries every
dimension the account asks for, and every budget code in it exists in the index of its year. The same wrong code is
reported once per file and column, with the number of rows, so that it does not hide other problems.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from ledger.accounts import Account, regime_of
from ledger.findings import Finding
from plugins.columns import Flags, Row
from plugins.context import Context
from plugins.rule import Checked, rule

FILE = ("unit", "period", "book", "entry")
"""What makes postings one file."""

DIMENSIONS = ("source", "clause", "item", "treasury")
NOT_IN_OPENINGS = ("item", "treasury")
"""A balance is carried by account and source; it has no item and no treasury operation any more. Neither has a payment
order that came in: what it is spent on is known when it is spent."""
ORDERS = ("012", "013")
"""Accounts of payment orders (lệnh chi tiền): received on the debit side, spent on the credit side."""

STOCK = ("152", "153", "154", "155", "156")
"""Stock accounts: an expense that comes from one has no item of its own."""

AUTONOMOUS_EXPENSE = {"611": False, "612": True}
"""Meaning of the expense accounts in the regime below (names seen, codes from memory; before 2025 another one)."""
AUTONOMY_REGIME = "TT24/2024"

ESTIMATE_ROOT = "008"

TREASURY_VI = {
    "advance": "Tạm ứng",
    "actual": "Thực chi",
    "clearing": "Thanh toán tạm ứng",
    "restore": "Khôi phục",
    "remit": "Nộp trả NSNN",
}
"""The words of the form for treasury operations."""


@rule("A01")
def account_exists(context: Context) -> Checked:
    """The code is an account of some regime."""
    return _unknown(context, "A01", "unknown")


@rule("A10")
def account_belongs_to_the_years_regime(context: Context) -> Checked:
    """The code is an account of the regime of the posting date, not only of another one."""
    return _unknown(context, "A10", "other_regime")


@rule("A02")
def account_is_a_leaf(context: Context) -> Checked:
    """Nothing is posted to an account that has detail accounts."""
    wrong = context.resolved.where(lambda account: not account.is_leaf)
    findings = []
    for place, count in context.mine.once(wrong, *FILE, "code", "side"):
        row = context.mine.row(place)
        details = ", ".join(_details(context, row.code, row.date))
        findings.append(context.finding("A02", row, column=_side(row), value=row.code, expected=details, rows=count))
    return Checked(len(context.resolved.places), findings)


@rule("A03")
def dimensions_given(context: Context) -> Checked:
    """Source, clause, item and treasury operation stand where the account asks for them."""
    mine, resolved = context.mine, context.resolved
    without = mine.equal("entry", "opening") | (mine.starts("code", ORDERS) & mine.equal("side", "D"))
    findings: list[Finding] = []
    for name in DIMENSIONS:
        missing = resolved.where(_asks_for(name)) & ~mine.given(name)
        if name in NOT_IN_OPENINGS:
            missing &= ~without
        if name == "item" and missing.any():
            missing &= ~(resolved.where(lambda account: account.no_item) & _needs_no_item(context))
        findings += [
            context.finding("A03", row, column=name, account=row.code)
            for row in mine.rows(mine.firsts(missing, *FILE, "voucher", "row"))
        ]
    return Checked(len(resolved.places), findings)


@rule("A04")
def budget_codes_exist(context: Context) -> Checked:
    """Item, source and clause are codes of the budget index valid on the date."""
    mine, index = context.mine, context.index
    lookups: dict[str, Callable[[str, str], object]] = {
        "source": index.source,
        "clause": index.clause,
        "item": index.item,
    }
    evaluated, findings = 0, []
    for column, look_up in lookups.items():
        used = context.handed_in & mine.given(column)
        evaluated += int(used.sum())
        wrong = mine.where_together(used, partial(_lacks, look_up), column, "date")
        for place, count in mine.once(wrong, *FILE, column):
            row = mine.row(place)
            findings.append(context.finding("A04", row, column=column, value=getattr(row, column), rows=count))
    return Checked(evaluated, findings)


@rule("A05")
def treasury_operation_allowed(context: Context) -> Checked:
    """The treasury operation is one that the account has."""
    mine, resolved = context.mine, context.resolved
    restricted = resolved.where(lambda account: bool(account.treasury)) & mine.given("treasury")
    allowed = np.zeros(len(mine), dtype=np.bool_)
    for word in mine.coded("treasury")[1]:
        allowed |= mine.equal("treasury", word) & resolved.where(_takes(word))
    findings = []
    for row in mine.rows(restricted & ~allowed):
        account = context.chart.find(row.code, row.date)
        words = sorted(account.treasury) if account else []
        findings.append(
            context.finding(
                "A05",
                row,
                column="treasury",
                value=row.treasury,
                expected=", ".join(words),
                account=row.code,
                value_vi=TREASURY_VI.get(row.treasury, row.treasury),
                expected_vi=", ".join(TREASURY_VI[word] for word in words),
            )
        )
    return Checked(int(restricted.sum()), findings)


@rule("A06")
def account_fits_the_autonomy_of_the_source(context: Context) -> Checked:
    """Autonomous money stands on autonomous accounts, other money on the others (611/612, 008..)."""
    mine, resolved, index = context.mine, context.resolved, context.index
    autonomous = resolved.where(lambda account: _autonomy(context, account) is True)
    other = resolved.where(lambda account: _autonomy(context, account) is False)
    wrong = autonomous & mine.where("source", lambda source: index.is_autonomous(source) is False)
    wrong |= other & mine.where("source", lambda source: index.is_autonomous(source) is True)
    findings = []
    for place, count in mine.once(wrong, *FILE, "code", "source"):
        row = mine.row(place)
        findings.append(context.finding("A06", row, column=_side(row), value=row.code, source=row.source, rows=count))
    return Checked(int((autonomous | other).sum()), findings)


@rule("A09")
def units_do_not_debit_the_estimate(context: Context) -> Checked:
    """Nợ 008 comes from the estimate decision alone, so that there is one truth for estimates."""
    mine = context.mine
    memo = context.handed_in & mine.equal("entry", "voucher") & mine.starts("code", (ESTIMATE_ROOT,))
    findings = [
        context.finding("A09", row, column="debit", value=row.code, amount=int(row.amount))
        for row in mine.rows(memo & mine.equal("side", "D"))
    ]
    return Checked(int(memo.sum()), findings)


def _unknown(context: Context, code: str, why: str) -> Checked:
    resolved = context.resolved
    findings = []
    for place, count in context.mine.once(resolved.unknown, *FILE, "code", "side"):
        row = context.mine.row(place)
        if context.chart.explain(row.code, row.date) == why:
            regime = regime_of(row.date) or "?"
            findings.append(context.finding(code, row, column=_side(row), value=row.code, regime=regime, rows=count))
    return Checked(len(resolved.places), findings)


def _lacks(look_up: Callable[[str, str], object], code: str, day: str) -> bool:
    return look_up(code, day) is None


def _side(row: Row) -> str:
    """The column of the form in which the account stands."""
    if row.entry == "opening":
        return "account"
    return "debit" if row.side == "D" else "credit"


def _details(context: Context, code: str, on: str) -> list[str]:
    accounts = context.chart.accounts(regime_of(on) or "", on)
    return [account.code for account in accounts if account.parent == code]


def _asks_for(name: str) -> Callable[[Account], bool]:
    return lambda account: account.is_leaf and name in account.dimensions


def _takes(word: str) -> Callable[[Account], bool]:
    return lambda account: word in account.treasury


def _needs_no_item(context: Context) -> Flags:
    """Which rows stand for wear of a named asset or an issue of stock, which have no budget item.

    The stock account stands in the same row of the file; a one-sided row is judged with its whole voucher.
    """
    mine = context.mine
    at = np.flatnonzero(context.in_scope & mine.given("code"))
    vouchers = mine.groups(at, *FILE, "voucher")
    lines = np.unique(vouchers * (1 << 32) + mine.whole("row")[at], return_inverse=True)[1]
    stock = mine.starts("code", STOCK)[at]
    of_row, of_voucher = np.isin(lines, lines[stock]), np.isin(vouchers, vouchers[stock])
    one_sided = np.bincount(lines, minlength=1)[lines] == 1 if len(at) else stock
    flags = mine.given("asset")
    flags[at] |= of_row | (of_voucher & one_sided)
    return flags


def _autonomy(context: Context, account: Account) -> bool | None:
    """Whether the account holds autonomous money; None where the distinction has no meaning."""
    if account.regime == AUTONOMY_REGIME and account.code[:3] in AUTONOMOUS_EXPENSE:
        return AUTONOMOUS_EXPENSE[account.code[:3]]
    above = context.chart.by_path(account.path.rpartition(":")[0]) if account.type == "memo" else None
    kind = account.estimates or (above.estimates if above else "")
    return kind.endswith("autonomous") if kind.startswith(("current", "prior")) else None
