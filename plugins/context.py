"""What rules may ask: the books of some units at one moment, and which findings are wanted.

Guarantees: a `Context` is a value; a book, or a book as it would be with a submission in it, gives the same context
in every door, so that `submit`, `check`, `bean-check` and Fava judge alike. Reads the book, writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar

import numpy as np
import pandas as pd

from ledger import postings
from ledger.findings import Finding
from plugins import phase_in
from plugins.columns import Columns, Flags, Places, Row, first_of
from plugins.registers import BookRegisters, NoRegisters, Registers

if TYPE_CHECKING:
    from ledger.accounts import Account, Chart
    from ledger.book import Book
    from ledger.budget_index import BudgetIndex
    from ledger.records import Record
    from ledger.regulations import Regulations
    from ledger.units import Units

Tree = Literal["budget", "party"]
T = TypeVar("T")

COLUMN_WORDS = {
    "date": ("ngày hạch toán", "posting date"),
    "document_date": ("ngày chứng từ", "document date"),
    "source": ("nguồn kinh phí", "source"),
    "clause": ("khoản", "clause"),
    "item": ("tiểu mục", "item"),
    "treasury": ("nghiệp vụ kho bạc", "treasury operation"),
    "partner": ("đơn vị nội bộ", "partner unit"),
    "reference": ("số tham chiếu", "reference"),
}
"""Columns of the forms as the texts of findings name them, in Vietnamese and English."""

HANDED_IN = ("voucher", "opening")
"""Entries that people hand in row by row; the program makes the others itself."""


class Slot(NamedTuple):
    """Where a submission goes."""

    unit: str
    period: str
    book: str


class Resolved(NamedTuple):
    """What the chart says of the account of each row that a person handed in, on the row's date."""

    flags: Flags
    """The rows in question, among all of `Context.mine`."""
    places: Places
    """The same rows by number."""
    accounts: Sequence[Account | None]
    """Each account that occurs, once per code and date."""
    which: Places
    """For each place, the number of its account in `accounts`."""

    def where(self, test: Callable[[Account], bool]) -> Flags:
        """Rows of `Context.mine` whose account passes the test; False where the chart has no such account."""
        return self._spread([a is not None and test(a) for a in self.accounts])

    @property
    def unknown(self) -> Flags:
        """Rows of `Context.mine` whose account the chart does not have on their date."""
        return self._spread([a is None for a in self.accounts])

    def _spread(self, answers: list[bool]) -> Flags:
        flags = np.zeros(len(self.flags), dtype=np.bool_)
        flags[self.places] = np.array(answers, dtype=np.bool_)[self.which]
        return flags


@dataclass(frozen=True, eq=False)
class Context:
    """Everything rules may ask. Tables are never changed by a rule."""

    postings: pd.DataFrame
    """Postings of the units in question, in the schema of `ledger.postings`, all periods."""
    units: Units
    chart: Chart
    index: BudgetIndex
    regulations: Regulations
    estimates: pd.DataFrame
    """Estimate decisions, one row per line (columns: see `Book.estimates`)."""
    scope_unit: str | None = None
    """Only findings of this unit are wanted; None: of every unit in `postings`."""
    scope_periods: frozenset[str] = frozenset()
    """Only findings of these periods are wanted; empty: of all. Earlier periods still count in balances."""
    today: str = ""
    """The book's day, ISO; for a submission, the day on which it is handed in."""
    law_day: str = ""
    """ISO day whose law is applied to everything; empty: to each thing the law of its own day."""
    known_day: str = ""
    """ISO day whose knowledge of the law is used; empty: all that is known."""
    phase_in: Mapping[str, str] = field(default_factory=dict)
    """Code of a rule → ISO day from which it blocks in this province (registers/phase_in.csv)."""
    tree: Tree = "budget"
    read: frozenset[str] = frozenset()
    """Units whose books `postings` holds, those without a posting included; empty: those that occur in it."""
    files: Mapping[Slot, str] = field(default_factory=dict)
    """Slots that are just being handed in, with the file's name as the submitter knows it."""
    seals: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(unit, year) → moment at which the year was sealed."""
    accepted: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(unit, submission) → moment at which it was last accepted."""
    attached: frozenset[tuple[str, str, str]] = frozenset()
    """(unit, fiscal year, voucher) of the vouchers that have a scan."""
    registers: Registers = field(default_factory=NoRegisters)
    """What stands in the registers besides money: commitments, events, assets, dues …"""
    _made: dict[Callable[[Context], Any], Any] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def mine(self) -> Columns:
        """Postings of the unit in scope (of all units when every one is), of all periods."""
        table = self.postings
        return Columns(table if self.scope_unit is None else table[table["unit"] == self.scope_unit])

    @cached_property
    def in_scope(self) -> Flags:
        """Rows of `mine` that findings are wanted for."""
        if not self.scope_periods:
            return np.ones(len(self.mine), dtype=np.bool_)
        return self.mine.equal("period", *self.scope_periods)

    @cached_property
    def handed_in(self) -> Flags:
        """Rows in scope that a person handed in, without the technical contra of memo accounts."""
        mine = self.mine
        contra = mine.equal("code", "") & mine.given("account")
        return self.in_scope & mine.equal("entry", *HANDED_IN) & ~contra

    @cached_property
    def resolved(self) -> Resolved:
        """The rows handed in, with their accounts looked up in the chart, each code and date once."""
        places = np.flatnonzero(self.handed_in)
        which = self.mine.groups(places, "code", "date")
        pairs = self.mine.keys(places[first_of(which)], "code", "date")
        return Resolved(self.handed_in, places, [self.chart.find(*pair) for pair in pairs], which)

    @cached_property
    def decisions(self) -> pd.DataFrame:
        """Estimate decisions for the unit in scope (for all units when every one is)."""
        table = self.estimates
        return table if self.scope_unit is None else table[table["unit"] == self.scope_unit]

    def remember(self, make: Callable[[Context], T]) -> T:
        """What a function of this context gives; made once, for the several rules that need it."""
        if make not in self._made:
            self._made[make] = make(self)
        made: T = self._made[make]
        return made

    def finding(
        self,
        code: str,
        posting: Row,
        *,
        column: str = "",
        value: str = "",
        expected: str = "",
        difference: int | None = None,
        **params: str | int,
    ) -> Finding:
        """A finding at the place of a posting; further keywords are values for the texts."""
        if column in COLUMN_WORDS:
            params["column_vi"], params["column_en"] = COLUMN_WORDS[column]
        return Finding(
            rule=code,
            unit=posting.unit,
            period=posting.period,
            file=self.file_of(posting),
            row=int(posting.row) or None,
            column=column,
            value=value,
            expected=expected,
            difference=difference,
            voucher=posting.voucher,
            on=posting.date,
            params=params,
        )

    def file_of(self, posting: Row) -> str:
        """The file a posting stands in: the submitter's own while it is handed in, else the journal's path."""
        slot = Slot(posting.unit, posting.period, posting.book)
        return self.files.get(slot) or journal_path(posting.unit, posting.period, posting.book, posting.entry)


class _History(NamedTuple):
    """What the events of a book say, as `Context` has it."""

    seals: Mapping[tuple[str, str], str]
    accepted: Mapping[tuple[str, str], str]
    attached: frozenset[tuple[str, str, str]]


def context(
    book: Book,
    unit: str | None = None,
    tree: Tree = "budget",
    extra: pd.DataFrame | None = None,
    replace_slot: tuple[str, str, str] | None = None,
    *,
    periods: Collection[str] = (),
    file: str = "",
    estimates: pd.DataFrame | None = None,
    own: pd.DataFrame | None = None,
    day: str = "",
    given: Mapping[tuple[str, str, str], Sequence[Record]] | None = None,
    law: date | None = None,
    known: date | None = None,
) -> Context:
    """The context of a book, or of a book as it would be with a submission in it.

    Args:
        book: a snapshot of the book.
        unit: findings of this unit only, read with the partners it names; None: the units of the tree.
        tree: which tree the consolidation follows.
        extra: postings that are just being handed in.
        replace_slot: (unit, period, book) that `extra` fills; what stands there now is left out.
        periods: periods that findings are wanted for; empty: all. A submission passes its own and the later ones.
        file: name of the file that is handed in, for its findings.
        estimates: estimate decisions instead of the book's (a decision that is just being handed in included).
        own: the unit's postings instead of what its journal says (Beancount has loaded them already).
        day: ISO day on which the submission is handed in; empty: the book's day.
        given: (kind, unit, period) → rows of a register that are just being handed in.
        law: the day whose law is applied to everything; None: to each thing the law of its own day.
        known: the day whose knowledge is used, the book opened as of it and its today; None: all that is known.

    Raises:
        IntegrityError: a journal cannot be read.
    """
    slot = Slot(*replace_slot) if replace_slot else None
    today = (known or book.today()).isoformat()
    units = [unit] if unit is not None else members(book.units, tree, today)
    table = _with(book.postings(units) if own is None else own, slot, extra)
    partners = [] if unit is None else _partners(book, unit, table)
    return Context(
        postings=postings.concat([table, book.postings(partners)]) if partners else table,
        units=book.units,
        chart=book.chart,
        index=book.index,
        regulations=book.regulations.at(law, known),
        estimates=book.estimates() if estimates is None else estimates,
        scope_unit=unit,
        scope_periods=frozenset(periods),
        today=day or today,
        law_day=law.isoformat() if law else "",
        known_day=known.isoformat() if known else "",
        phase_in=phase_in.days(book),
        tree=tree,
        read=frozenset([*units, *partners]),
        files={slot: file} if slot else {},
        registers=BookRegisters(book, given),
        **_history(book, unit)._asdict(),
    )


def members(units: Units, tree: Tree, on: str) -> list[str]:
    """Codes of all units that stood in the tree on some day up to `on`, those of merged units included."""
    days = sorted({row.valid_from for row in units if row.valid_from <= on} | {on})
    return list(dict.fromkeys(code for day in days for code in units.tree(tree, day)))


def journal_path(unit: str, period: str, book: str, entry: str) -> str:
    """Where the canonical journal keeps a posting: `units/BTC/2026/2026-03.cash.beancount`."""
    name = {"opening": f"{period[:4]}-opening", "estimate": f"{period[:4]}-estimates"}.get(entry, period)
    return f"units/{unit}/{period[:4]}/{name}{'.' + book if book else ''}.beancount"


def _partners(book: Book, unit: str, table: pd.DataFrame) -> list[str]:
    """The units that a unit's postings name, whose books are needed to match both sides."""
    return sorted(code for code in set(table["partner"].unique()) - {"", unit} if book.units.known(code))


def _with(table: pd.DataFrame, slot: Slot | None, extra: pd.DataFrame | None) -> pd.DataFrame:
    if slot is not None:
        gone = (table["unit"] == slot.unit) & (table["period"] == slot.period) & (table["book"] == slot.book)
        table = table[~gone]
    return postings.concat([table] if extra is None else [table, extra])


def _history(book: Book, unit: str | None) -> _History:
    """Seals that hold now, when each submission was last accepted, which vouchers have a scan; folds of the events."""
    attached: set[tuple[str, str, str]] = set()
    seals: dict[tuple[str, str], str] = {}
    accepted: dict[tuple[str, str], str] = {}
    for event in book.events(unit):
        if event.event == "settlement.sealed":
            seals[event.unit, event.period[:4]] = event.time
        elif event.event == "settlement.reopened":
            seals.pop((event.unit, event.period[:4]), None)
        elif event.event in {"submission.accepted", "estimates.accepted"}:
            accepted[event.unit, str(event.data.get("submission", ""))] = event.time
        elif event.event == "voucher.attached":
            attached.add((event.unit, event.period[:4], str(event.data.get("voucher", ""))))
    return _History(seals, accepted, frozenset(attached))
