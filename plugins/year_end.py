"""The closed year in January and February: P04 what the adjustment period takes, P05 advances that go back in time.

Guarantees: a year is judged by the law of that year; one whose provision was not read (an empty table, no entry) is
not judged, and the rule's page says so. A voucher passes when one of the law's cases shows in it; an advance is open as
long as the Treasury has not cleared it or the money is still held.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

import numpy as np

from ledger.findings import Finding
from ledger.money import money
from ledger.regulations import Entry, NotInForceError
from ledger.vietnamese import date_vi
from plugins.columns import Columns, Flags, Row
from plugins.commitments import spelled
from plugins.context import Context
from plugins.execution import USE_ACCOUNTS
from plugins.rule import Checked, rule
from plugins.year_lines import ORDERS, RECEIVED, advance_accounts

ADJUSTMENT = "-13"
"""End of the period whose vouchers are dated 31 December but handed in during January."""
BACK = frozenset({"clearing", "restore"})
"""Treasury operations of an advance that became eligible, and of spending that is taken back."""
VOUCHER = ("unit", "period", "book", "voucher")
POT = ("unit", "source", "clause", "programme")

Key = tuple[str, ...]


@rule("P04")
def january_takes_what_the_law_lists(context: Context) -> Checked:
    """A voucher that uses the closed year's budget in the adjustment period is one of the law's cases."""
    january = _January(context)
    mine = context.mine
    at = mine.firsts(january.spends, *VOUCHER, "budget_year")
    judged, findings = 0, []
    for place, (*voucher, year) in zip(at.tolist(), mine.keys(at, *VOUCHER, "budget_year"), strict=True):
        law = january.law(year)
        if law is None:
            continue
        judged += 1
        signs = ((str(row["evidence"]), str(row["accounts"])) for row in law.rows)
        if not any(tuple(voucher) in january.showing(year, *sign) for sign in signs):
            findings.append(_outside_the_list(context, law, mine.row(place)))
    return Checked(judged, findings)


@rule("P05")
def advances_are_returned_in_time(context: Context) -> Checked:
    """Advances of a closed year are cleared, carried over or paid back before the day of the law."""
    judged, findings = 0, []
    for year in sorted(set(context.mine.coded("budget_year")[1]) - {""}):
        law = _return_law(context, int(year))
        if law is None:
            continue
        entry, limit = law
        if context.today < limit:
            continue
        carried = _carried(context, year)
        for key, amount in sorted(_open_advances(context, year, limit).items()):
            judged += 1
            rest = amount - carried[key]
            place = _last(context, year, key) if rest > 0 else None
            if place is not None:
                findings.append(_not_returned(context, entry, place, limit, amount, rest))
    return Checked(judged, findings)


class _January:
    """The vouchers booked to a year after its end, and which of them show which case of the law."""

    def __init__(self, context: Context) -> None:
        self._context, mine = context, context.mine
        vouchers = mine.equal("entry", "voucher")
        uses = vouchers & mine.starts("code", USE_ACCOUNTS) & mine.equal("side", "C")
        self._late = np.zeros(len(mine), dtype=np.bool_)
        self.spends: Flags = np.zeros(len(mine), dtype=np.bool_)
        """Uses of a closed year's budget that add to what is spent; money given back adds nothing."""
        for year in set(mine.coded("budget_year")[1]) - {""}:
            after = mine.equal("period", f"{year}{ADJUSTMENT}") | mine.where("date", f"{year}-12-31".__lt__)
            self._late |= vouchers & after
            self.spends |= uses & after & mine.equal("budget_year", year)
        self.spends &= (mine.whole("amount") < 0) & context.in_scope
        self._shown: dict[Key, frozenset[Key]] = {}
        self._laws: dict[str, Entry | None] = {}

    def law(self, year: str) -> Entry | None:
        """The list of a closed year; None where it was not read."""
        if year not in self._laws:
            try:
                entry = self._context.regulations.entry("year_end.january", date(int(year), 12, 31))
            except NotInForceError:
                entry = None
            self._laws[year] = entry if entry is not None and entry.rows else None
        return self._laws[year]

    def showing(self, year: str, evidence: str, accounts: str) -> frozenset[Key]:
        """The year's vouchers that show a case by this sign (a word of the column `evidence`)."""
        key = (year, evidence, accounts)
        if key not in self._shown:
            mine = self._context.mine
            rows = self._late & self._rows_with(evidence, f"{year}-12-31", tuple(accounts.split()))
            at = mine.firsts(rows, *VOUCHER)
            self._shown[key] = frozenset(mine.keys(at, *VOUCHER))
        return self._shown[key]

    def _rows_with(self, evidence: str, end: str, accounts: tuple[str, ...]) -> Flags:
        mine = self._context.mine
        if evidence == "document_date":
            return mine.where("document_date", lambda day: "" < day <= end)
        if evidence == "clearing_or_contract":
            return mine.equal("treasury", *BACK) | self._under_contract(end)
        if evidence == "accounts":
            return mine.starts("code", accounts)
        if evidence == "corrects":
            return mine.given("corrects")
        raise ValueError(f"year_end.january has an unknown sign: {evidence}")

    def _under_contract(self, end: str) -> Flags:
        """Rows that name a contract which the unit's register has as signed up to a day."""
        mine, rows = self._context.mine, self._context.registers.rows("commitments")
        signed = {(row.unit, spelled(row.texts["contract"])) for row in rows if "" < row.texts["day"] <= end}
        at = np.flatnonzero(self._late & mine.given("contract"))
        flags = np.zeros(len(mine), dtype=np.bool_)
        flags[at] = [(unit, spelled(contract)) in signed for unit, contract in mine.keys(at, "unit", "contract")]
        return flags


def _outside_the_list(context: Context, law: Entry, row: Row) -> Finding:
    day = row.document_date
    return context.finding(
        "P04",
        row,
        column="document_date",
        value=date_vi(day) if day else "",
        expected=f"≤ 31/12/{row.budget_year}",
        dated_vi=f"có ngày {date_vi(day)}" if day else "không ghi ngày chứng từ",
        dated_en=f"is dated {date_vi(day)}" if day else "has no document date",
        year=row.budget_year,
        amount=abs(int(row.amount)),
        law_vi=law.citation("vi"),
        law_en=law.citation("en"),
    )


def _return_law(context: Context, year: int) -> tuple[Entry, str] | None:
    """The provision of a closed year and the ISO day before which advances are back; None: it was not read."""
    try:
        entry = context.regulations.entry("settlement.advance_return_before", date(year, 12, 31))
    except NotInForceError:
        return None
    return entry, f"{year + 1}-{entry.value}"


def _open_advances(context: Context, year: str, before: str) -> dict[Key, int]:
    """Unit, source, clause and programme → advances of the budget year open at the end of the day before, in đồng.

    The larger of what the Treasury has not cleared (008…1, 012, 013, less what was paid back) and what 3371 holds.
    """
    mine = context.mine
    rows = _of_the_year(context, year) & mine.where("date", lambda day: day < before)
    drawn = rows & advance_accounts(context) & mine.equal("side", "C")
    orders, cash = rows & mine.starts("code", ORDERS), rows & mine.starts("code", RECEIVED)
    back = cash & mine.equal("side", "D") & mine.equal("treasury", "remit")
    treasury = Counter[Key]()
    for flags, sign in ((drawn, -1), (orders, 1), (back, -1)):
        treasury.update(_sums(mine, flags, sign))
    held = _sums(mine, cash, -1)
    return {key: max(treasury[key], held.get(key, 0)) for key in treasury.keys() | held.keys()}


def _sums(mine: Columns, flags: Flags, sign: int) -> dict[Key, int]:
    sums = mine.sums(np.flatnonzero(flags), *POT)
    return {key: sign * amount for key, amount in zip(mine.keys(sums.firsts, *POT), sums.amounts.tolist(), strict=True)}


def _of_the_year(context: Context, year: str) -> Flags:
    return context.mine.equal("budget_year", year) & context.mine.equal("entry", "voucher")


def _carried(context: Context, year: str) -> Counter[Key]:
    """Received money of a closed year that is carried over: decided, or asked for while nothing is decided."""
    table = context.estimates
    table = table[(table["kind"] == "carry-received") & (table["budget_year"] == str(int(year) + 1))]
    decided, asked = Counter[Key](), Counter[Key]()
    for *key, amount in zip(*(table[name] for name in (*POT, "amount")), strict=True):
        decided[tuple(key)] += int(amount)
    for row in context.registers.rows("carryover"):
        if row.period == year and row.texts["form"] == "received":
            asked[row.unit, row.texts["source"], row.texts["clause"], row.texts["programme"]] += row.number("amount")
    return decided | asked


def _last(context: Context, year: str, key: Key) -> int | None:
    """The last posting in scope by which the money came in."""
    mine = context.mine
    rows = _of_the_year(context, year) & context.in_scope
    for name, text in zip(POT, key, strict=True):
        rows = rows & mine.equal(name, text)
    drawn = (advance_accounts(context) | mine.starts("code", RECEIVED)) & mine.equal("side", "C")
    came = rows & drawn & (mine.whole("amount") < 0)
    came |= rows & mine.starts("code", ORDERS) & mine.equal("side", "D") & (mine.whole("amount") > 0)
    places = np.flatnonzero(came)
    return int(places[-1]) if len(places) else None


def _not_returned(context: Context, law: Entry, place: int, limit: str, amount: int, rest: int) -> Finding:
    return context.finding(
        "P05",
        context.mine.row(place),
        column="amount",
        value=money(rest),
        expected="0",
        difference=rest,
        year=str(int(limit[:4]) - 1),
        before=date_vi(limit),
        open=amount,
        carried=amount - rest,
        law_vi=law.citation("vi"),
        law_en=law.citation("en"),
    )
