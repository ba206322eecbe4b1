"""Rule on account and item: A13, what the estimate is used for fits the account it is booked on.

Guarantees: only pairs that the province's table names are compared, and only in vouchers whose debit accounts all
stand in it, so that the item of one line is never held against the account of another; whole vouchers, a warning.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from ledger.findings import Finding
from ledger.regulations import Entry
from plugins.columns import Flags, Whole, totals
from plugins.context import Context
from plugins.dated import by_day
from plugins.estimate_days import uses_of
from plugins.rule import Checked, rule

FITTING = "accounts.items"
"""Regulation: prefix of an account → groups or items of the budget index that fit it."""

VOUCHER = ("unit", "period", "book", "voucher")
BESIDE = ("3371",)
"""Debit accounts that say nothing of the purpose: the advance that a payment clears."""

Pairs = frozenset[tuple[str, str]]
"""(prefix of an account, group or item)."""


@rule("A13")
def item_fits_the_account(context: Context) -> Checked:
    """The item of a use is one that fits the accounts the voucher debits."""
    mine = context.mine
    asked = context.in_scope & mine.equal("entry", "voucher")
    count = 0
    findings: list[Finding] = []
    for entry, flags in by_day(mine, asked, partial(context.regulations.entry, FITTING)):
        pairs = frozenset((str(row["account"]), str(row["group"])) for row in entry.rows)
        judged, wrong = _judged(context, flags, pairs)
        count += int(judged.sum())
        findings += [_misfit(context, place, pairs, entry) for place, _ in mine.once(wrong, *VOUCHER, "item")]
    return Checked(count, findings)


def _judged(context: Context, asked: Flags, pairs: Pairs) -> tuple[Flags, Flags]:
    """(uses in vouchers whose debit accounts all stand in the table, those of them whose item fits none of these)."""
    mine = context.mine
    debit = asked & mine.equal("side", "D") & ~mine.equal("commodity", "MEMO") & ~mine.starts("code", BESIDE)
    uses = asked & context.remember(uses_of) & mine.given("item")
    at = np.flatnonzero(debit | uses)
    vouchers = mine.groups(at, *VOUCHER)
    accounts = np.where(debit[at], _bits(context, pairs, "code")[at], 0)
    debited = np.zeros(int(vouchers.max(initial=-1)) + 1, dtype=np.int64)
    np.bitwise_or.at(debited, vouchers, accounts)
    strange = totals(vouchers, (debit[at] & (accounts == 0)).astype(np.int64)) > 0
    judged, wrong = np.zeros((2, len(mine)), dtype=np.bool_)
    judged[at] = uses[at] & (debited[vouchers] > 0) & ~strange[vouchers]
    wrong[at] = judged[at] & (_bits(context, pairs, "item")[at] & debited[vouchers] == 0)
    return judged, wrong


def _bits(context: Context, pairs: Pairs, name: str) -> Whole:
    """One bit for each account of the table: which of them a row's account is, or which of them its item fits."""
    codes, texts = context.mine.coded(name)
    prefixes = sorted({account for account, _ in pairs})
    fitting = [_accounts_of(text, pairs) if name == "code" else _fitting(context, text, pairs) for text in texts]
    bits = [sum(1 << prefixes.index(account) for account in accounts) for accounts in fitting]
    return np.array(bits or [0], dtype=np.int64)[codes]


def _accounts_of(code: str, pairs: Pairs) -> set[str]:
    """The accounts of the table that a code belongs to."""
    return {account for account, _ in pairs if code.startswith(account)}


def _fitting(context: Context, item: str, pairs: Pairs) -> set[str]:
    """The accounts of the table that an item fits, by itself or by its group."""
    return {account for account, group in pairs if group in {item, context.index.group_of(item)}}


def _misfit(context: Context, place: int, pairs: Pairs, entry: Entry) -> Finding:
    """At the use whose item fits no account that the voucher debits."""
    mine, row = context.mine, context.mine.row(place)
    same = np.logical_and.reduce([mine.equal(name, getattr(row, name)) for name in VOUCHER])
    codes = sorted(set(mine.texts("code", np.flatnonzero(same & mine.equal("side", "D")))))
    accounts = [code for code in codes if _accounts_of(code, pairs)]
    groups = sorted({group for account, group in pairs if any(code.startswith(account) for code in accounts)})
    return context.finding(
        "A13",
        row,
        column="item",
        value=row.item,
        expected=", ".join(groups),
        accounts=", ".join(accounts),
        item=row.item,
        law_vi=entry.citation("vi"),
        law_en=entry.citation("en"),
    )
