"""The chart of accounts: which account a code means on a day, and what a posting to it must carry.

Guarantees: a code is never read without its regime, which follows from the day; what the chart of that day
does not have is None, never a guess; a leaf is a leaf of the regime and the province's overlay together; rows
of an overlay that are wrong become findings and no accounts, and the account they meant to divide takes no
postings.

Law: Circular 107/2017/TT-BTC to 2024, Circular 24/2024/TT-BTC from 2025; the confidence of each code and name
stands in the data (`ledger/chart/*.csv`), because most codes of the second are known from memory only.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

from ledger import chart_file, regulations
from ledger.chart_file import Row
from ledger.findings import Finding
from ledger.texts import text

FOLDER = Path(__file__).parent / "chart"
PRACTICE_OVERLAY = FOLDER / "province.csv"
"""Detail accounts of the practice province; a book copies them to `registers/chart.csv`."""

CONTRA = "Equity:OffBalance:Contra"
"""Where the other side of every single-entry (memo) posting goes; it has no code."""

_ROOTS = {
    "asset": "Assets",
    "liability": "Liabilities",
    "equity": "Equity",
    "income": "Income",
    "expense": "Expenses",
    "memo": "Equity:OffBalance",
}
# Codes change their meaning between regimes, so the older one has its own branch of account names.
_REGIME_COMPONENT = {"TT107/2017": "TT107"}
_ITEM_LEAF = re.compile(r":(?:TM[0-9]{4}|NoItem)$")

Explanation = Literal["ok", "not_leaf", "other_regime", "unknown"]


@dataclass(frozen=True, slots=True)
class Account:
    """An account as it is on a day."""

    code: str
    parent: str
    """Code of the account above, empty at the top."""
    name_vi: str
    name_en: str
    type: str
    """asset, liability, equity, income, expense or memo (off the balance sheet, single entry)."""
    regime: str
    confidence: str
    """How far code and name were checked (marks of the reference), `unverified` in an overlay."""
    basis: str
    """What an overlay account follows; empty for accounts of the circular."""
    dimensions: frozenset[str]
    """What a posting must carry: of source, clause, item, treasury."""
    treasury: frozenset[str]
    """Treasury values that have a meaning here; empty: a given value means nothing to this account."""
    no_item: bool
    """The item may be missing where the row names an asset or is an issue of stock (leaf `NoItem`)."""
    estimates: str
    """Which estimate decisions are posted here: `current autonomous`, `prior other` …, empty for none."""
    is_lot: bool
    """Fixed assets: one asset is one lot of the account's class commodity."""
    is_leaf: bool
    path: str
    """Full Beancount name, without the leaf of the budget item."""

    @property
    def takes_estimates(self) -> bool:
        """Whether estimate decisions are posted to it, leaf or not."""
        return bool(self.estimates) and (self.is_leaf or self.estimates != "any")

    @property
    def commodity(self) -> str:
        """`VND`; `MEMO` off the balance sheet; the class commodity (`TS2113`) of fixed assets."""
        if self.type == "memo":
            return "MEMO"
        return f"TS{self.code}" if self.is_lot else "VND"

    @property
    def verified(self) -> bool:
        """Whether code and name were both seen in a source; else a page says that they were not."""
        return self.confidence.startswith("VERIFIED")

    def name(self, language: str) -> str:
        """The name in `vi` or `en`."""
        return self.name_en if language == "en" else self.name_vi

    def mark(self, language: str) -> str:
        """What a page says beside a code that was not seen in the circular; empty for one that was."""
        return "" if self.verified else text("code not checked against the circular", language)


@dataclass(frozen=True, slots=True)
class _Edition:
    """The whole chart between two changes."""

    since: str
    regime: str
    accounts: Mapping[str, Account]


class Chart:
    """The accounts of every regime with a province's overlay."""

    def __init__(self, editions: Sequence[_Edition], findings: Iterable[Finding] = ()) -> None:
        self._editions = tuple(editions)
        self._since = [edition.since for edition in editions]
        self._paths = {a.path: a for edition in editions for a in edition.accounts.values()}
        self.findings = tuple(findings)
        """What is wrong with the overlay. Such rows are no accounts; an overlay with findings is not accepted."""

    @classmethod
    def load(cls, overlay_csv: bytes | None, file: str = "registers/chart.csv") -> Chart:
        """The shipped chart with an overlay of detail accounts.

        Args:
            overlay_csv: bytes of a file with the columns of `chart/province.csv`; None: the circulars alone.
            file: how findings call that file.

        Returns:
            The chart; `findings` says what is wrong with the overlay.
        """
        base = _base_rows()
        read = chart_file.Overlay()
        if overlay_csv is not None:
            read = chart_file.read_overlay(overlay_csv, file, base, regime_of)
        if not read.readable:
            return cls([], read.findings)
        rows = [*(row for rows_of in base.values() for row in rows_of), *read.rows]
        days = {row.valid_from for row in rows} | {_shift(row.valid_to, 1) for row in rows if row.valid_to}
        return cls([_edition(day, rows, read.blocked) for day in sorted(days)], read.findings)

    def find(self, code: str, on: str | date) -> Account | None:
        """The account of this code on a day (ISO text or date), or None if the chart of that day has none."""
        edition = self._edition(on)
        return None if edition is None else edition.accounts.get(code)

    def explain(self, code: str, on: str | date) -> Explanation:
        """Why a code can or cannot be posted to on a day."""
        account = self.find(code, on)
        if account is not None:
            return "ok" if account.is_leaf else "not_leaf"
        here = regime_of(on)
        elsewhere = any(e.regime != here and code in e.accounts for e in self._editions)
        return "other_regime" if elsewhere else "unknown"

    def by_path(self, path: str) -> Account | None:
        """The account of a Beancount name (a budget item's leaf at its end ignored), as it is newest."""
        return self._paths.get(path) or self._paths.get(_ITEM_LEAF.sub("", path))

    def accounts(self, regime: str, on: str | date) -> list[Account]:
        """All accounts of a regime on a day, by code; empty where the day belongs to another regime."""
        edition = self._edition(on)
        if edition is None or edition.regime != regime:
            return []
        return [edition.accounts[code] for code in sorted(edition.accounts)]

    def postable(self, account: Account) -> bool:
        """Whether vouchers may be posted to the account."""
        return account.is_leaf

    def estimate_account(self, on: str | date, *, autonomous: bool, prior: bool = False) -> Account | None:
        """Where an estimate decision is posted: by the nature of its source, and for this or the prior year.

        None where the chart of that day has no such account (then no estimate can be taken in).
        """
        edition = self._edition(on)
        wanted = f"{'prior' if prior else 'current'} {'autonomous' if autonomous else 'other'}"
        taking = [a for a in edition.accounts.values() if a.takes_estimates] if edition else []
        return next((a for e in (wanted, "any") for a in taking if a.estimates == e), None)

    def _edition(self, on: str | date) -> _Edition | None:
        place = bisect_right(self._since, _day(on)) - 1
        return self._editions[place] if place >= 0 else None


def regime_of(on: str | date | int) -> str | None:
    """The accounting regime of a day (ISO text or date) or of a fiscal year; None where none is known here."""
    day = f"{on:04d}-01-01" if isinstance(on, int) else _day(on)
    return next((regime for since, regime in reversed(_regimes()) if since <= day), None)


@cache
def _regimes() -> tuple[tuple[str, str], ...]:
    entries = regulations.shipped().parameter("accounting.regime").entries
    return tuple((entry.in_force.isoformat(), str(entry.value)) for entry in entries)


@cache
def _base_rows() -> Mapping[str, list[Row]]:
    """Rows of every circular; each row is valid as long as its regime."""
    regimes = _regimes()
    ends = [_shift(since, -1) for since, _ in regimes[1:]] + [""]
    base = {}
    for (since, regime), end in zip(regimes, ends, strict=True):
        data = (FOLDER / f"{regime.replace('/', '-')}.csv").read_bytes()
        base[regime] = [replace(row, valid_from=since, valid_to=end) for row in chart_file.read_shipped(data)]
    return base


def _edition(day: str, rows: Iterable[Row], blocked: frozenset[str]) -> _Edition:
    valid = {row.code: row for row in rows if row.covers(day)}
    divided = {row.parent for row in valid.values()} | blocked
    regime = regime_of(day) or ""
    accounts: dict[str, Account] = {}
    for code in sorted(valid, key=lambda code: (len(code), code)):
        row = valid[code]
        accounts[code] = _account(row, regime, accounts.get(row.parent), is_leaf=code not in divided)
    return _Edition(day, regime, accounts)


def _account(row: Row, regime: str, above: Account | None, *, is_leaf: bool) -> Account:
    if above is None:
        root = [_ROOTS[row.type], _REGIME_COMPONENT.get(regime, "")]
        stem = ":".join(part for part in root if part)
    else:
        stem = above.path
    return Account(
        code=row.code,
        parent=row.parent,
        name_vi=row.name_vi,
        name_en=row.name_en,
        type=row.type,
        regime=regime,
        confidence=row.confidence,
        basis=row.basis,
        dimensions=_own(row.dimensions, above.dimensions if above else frozenset()),
        treasury=_own(row.treasury, above.treasury if above else frozenset()),
        no_item=row.no_item or (above is not None and above.no_item),
        estimates=row.estimates,
        is_lot=row.lots or (above is not None and above.is_lot),
        is_leaf=is_leaf,
        path=f"{stem}:{row.code}",
    )


def _own(cell: str, inherited: frozenset[str]) -> frozenset[str]:
    """A cell's words; an empty cell inherits, a dash says that there are none."""
    return inherited if not cell else frozenset(cell.split()) - {"-"}


@cache
def _day(on: str | date) -> str:
    """ISO text of a day; a text that is none is a wrong call (ValueError), not some other day."""
    return (date.fromisoformat(on) if isinstance(on, str) else on).isoformat()[:10]


def _shift(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()
