"""Names beside codes: every account a person sees in Fava says what it is, in the reader's language.

Guarantees: a name comes from the ledger's own `open` metadata, else from the chart or the budget index, else there
is none; nothing is made up, what no source confirms is marked as such, and the code always stays in view.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from fava.ext import FavaExtensionBase, extension_endpoint
from flask import jsonify

from ledger.accounts import Chart
from ledger.book import CHART
from ledger.budget_index import BudgetIndex
from ledger.findings import Language
from ledger.texts import text
from web import language
from web.pages.places import place_of

if TYPE_CHECKING:
    from flask import Response

ITEM_PREFIX, NO_ITEM = "TM", "NoItem"

ROOTS = {
    "Assets": "Asset",
    "Liabilities": "Liability",
    "Equity": "Net assets",
    "Income": "Income",
    "Expenses": "Expense",
    "Equity:OffBalance": "Off balance sheet",
    NO_ITEM: "without a budget item",
}
"""Texts for the parts of an account name that are no codes."""


DOUBT = "code not checked against the circular"
"""Said of a code or name that no source of ours confirms."""


@dataclass(frozen=True, slots=True)
class Name:
    """What an account is called, and whether code and name were seen in a source."""

    name: str
    verified: bool = True


class AccountNames(FavaExtensionBase):
    """Has no page of its own: its script writes the names beside the codes on all others."""

    has_js_module = True

    @extension_endpoint
    def names(self) -> Response:
        """Every account of this ledger and all accounts above them: their names, and which of them are in doubt."""
        reader = language.current()
        table = self.table(reader)
        return jsonify(
            names={account: name.name for account, name in table.items()},
            doubtful=[account for account, name in table.items() if not name.verified],
            doubt=text(DOUBT, reader),
        )

    def table(self, reader: Language) -> dict[str, Name]:
        """Account → name, in account order."""
        accounts = self.ledger.accounts
        chart = self._chart()
        found = {}
        for account in sorted({above for name in accounts for above in _with_parents(name)}):
            meta = accounts[account].meta if account in accounts else {}
            written = meta.get(f"name_{reader}")
            name = Name(str(written), _is_verified(meta)) if written else name_of(account, reader, chart)
            if name is not None:
                found[account] = name
        return found

    def _chart(self) -> Chart:
        place = place_of(self.ledger.beancount_file_path)
        overlay = None if place is None else place.folder / CHART
        return _chart(overlay.read_bytes() if overlay is not None and overlay.is_file() else None)


def name_of(account: str, reader: Language, chart: Chart) -> Name | None:
    """The name of an account that the ledger itself does not name, or None."""
    if ":" not in account and reader == "en":
        return None  # the roots of Beancount are English words themselves
    if account in ROOTS:
        return Name(text(ROOTS[account], reader))
    leaf = account.rpartition(":")[2]
    if leaf == NO_ITEM:
        return Name(text(ROOTS[NO_ITEM], reader))
    if leaf.startswith(ITEM_PREFIX):
        item = BudgetIndex.load().item(leaf.removeprefix(ITEM_PREFIX))
        return None if item is None else Name(item.name(reader), item.verified)
    entry = chart.by_path(account)
    return None if entry is None else Name(entry.name(reader), entry.verified)


def _is_verified(meta: Mapping[str, object]) -> bool:
    return str(meta.get("confidence") or "VERIFIED").startswith("VERIFIED")


def _with_parents(account: str) -> Iterator[str]:
    while account:
        yield account
        account = account.rpartition(":")[0]


@cache
def _chart(overlay: bytes | None) -> Chart:
    return Chart.load(overlay)
