"""One unit's vouchers while the province is made up: rows, vouchers, and what is open between months.

Guarantees: numbers follow the order of time within a unit, year and kind of voucher; rows are written as the
accountant writes them (a debit/credit pair, or one side of an off-balance account).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

AUTONOMOUS = "13"

ADVANCE, ACTUAL = "Tạm ứng", "Thực chi"
CLEARING, RESTORE = "Thanh toán tạm ứng", "Khôi phục"


@dataclass(frozen=True)
class Row:
    """One row of a vouchers file."""

    debit: str
    credit: str
    amount: int
    source: str = ""
    clause: str = ""
    item: str = ""
    treasury: str = ""
    counterparty: str = ""
    partner: str = ""
    reference: str = ""
    asset: str = ""
    programme: str = ""
    contract: str = ""


@dataclass(eq=False)
class Voucher:
    """Rows of one voucher. `number` stands once the unit's vouchers are numbered."""

    prefix: str
    day: date
    document: date
    text: str
    rows: list[Row]
    period: str
    corrects: Voucher | None = None
    event: str = ""
    book: str = ""
    number: str = ""


@dataclass(frozen=True)
class Fund:
    """Where money comes from: source and clause decide the accounts."""

    source: str
    clause: str

    @property
    def expense(self) -> str:
        """612 for autonomous funding, 611 otherwise (meaning under TT 24/2024)."""
        return "612" if self.source == AUTONOMOUS else "611"

    @property
    def advance(self) -> str:
        """Off-balance account of advances drawn on this year's estimate."""
        return "008211" if self.source == AUTONOMOUS else "008221"

    @property
    def actual(self) -> str:
        """Off-balance account of actual payments on this year's estimate."""
        return "008212" if self.source == AUTONOMOUS else "008222"

    def row(self, debit: str, credit: str, amount: int, item: str, template: Row | None = None) -> Row:
        """A row with this fund's dimensions; further columns from the template."""
        start = template or Row("", "", 0)
        return replace(
            start, debit=debit, credit=credit, amount=amount, source=self.source, clause=self.clause, item=item
        )

    def use(self, amount: int, item: str, *, advance: bool = False, treasury: str = "") -> Row:
        """The off-balance row of a use of the estimate."""
        account = self.advance if advance else self.actual
        kind = treasury or (ADVANCE if advance else ACTUAL)
        return Row("", account, amount, self.source, self.clause, item, kind)


@dataclass
class Payable:
    """A supplier's bill to be paid next month."""

    fund: Fund
    item: str
    amount: int
    supplier: str
    text: str


@dataclass
class UnitBook:
    """The vouchers of one unit so far, and what is still open."""

    unit: str
    clause: str
    vouchers: list[Voucher] = field(default_factory=list)
    held_in_cash: dict[tuple[Fund, str], int] = field(default_factory=dict)
    """Advances drawn and not yet spent, by fund and item."""
    payables: list[Payable] = field(default_factory=list)
    union_fee: int = 0
    """Trade union fee accrued and not yet paid (paid quarterly)."""

    @property
    def fund(self) -> Fund:
        """The unit's autonomous funding."""
        return Fund(AUTONOMOUS, self.clause)

    def other(self, clause: str = "") -> Fund:
        """The unit's non-autonomous funding."""
        return Fund("12", clause or self.clause)

    def add(
        self, prefix: str, day: date, text: str, rows: list[Row], *, document: date | None = None, event: str = ""
    ) -> Voucher:
        """Book a voucher in the month of its day."""
        made = Voucher(prefix, day, document or day, text, rows, f"{day:%Y-%m}", event=event)
        self.vouchers.append(made)
        return made

    def add_late(self, prefix: str, year: int, document: date, text: str, rows: list[Row]) -> Voucher:
        """Book a voucher of January's adjustment period on the closed year's last day."""
        made = Voucher(prefix, date(year, 12, 31), document, text, rows, f"{year}-13")
        self.vouchers.append(made)
        return made

    def find(self, period: str, item: str, *, prefix: str = "RDT") -> Voucher:
        """The first voucher of a period and kind that has this item."""
        return next(
            v
            for v in self.vouchers
            if v.period == period and v.prefix == prefix and any(r.item == item for r in v.rows)
        )

    def number(self) -> None:
        """Put the vouchers in order of time and give each its number."""
        self.vouchers.sort(key=lambda v: (v.day, v.period))
        counts: dict[tuple[str, int], int] = {}
        for voucher in self.vouchers:
            key = (voucher.prefix, voucher.day.year)
            counts[key] = counts.get(key, 0) + 1
            voucher.number = f"{voucher.prefix}{counts[key]:03}"
