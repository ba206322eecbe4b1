"""A unit's settlement as tables: B01/BCQT lines, F01-01/BCQT detail, the decisions between reported and reviewed.

Guarantees: reported comes from the unit's books alone, reviewed is reported plus the decisions that still fit
the books, through the same formulas; difference = reviewed - reported on every line; the identities of the form hold
for both or nothing is given out. Whole đồng.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from ledger.book import Book
from ledger.budget_index import BudgetIndex
from ledger.findings import Language
from reports import decisions, settlement_figures
from reports.decisions import Decision
from reports.form_data import Figures, Form
from reports.questions import asked_units, span
from reports.settlement_figures import Basis

LINE_COLUMNS = ["line", "name", "reported", "reviewed", "difference"]
DETAIL_COLUMNS = ["nature", "category", "clause", "group", "item", "name", "reported", "reviewed", "difference"]
"""`nature` is autonomous or other; category (loại) and group (mục) follow from clause and item."""


@dataclass(frozen=True)
class Settlement:
    """The figures of one unit and year."""

    unit: str
    year: int
    form: Form
    facts: pd.DataFrame
    """Reported facts, see `reports.settlement_figures`."""
    decisions: tuple[Decision, ...]
    """Those that still fit the books."""
    lapsed: tuple[Decision, ...] = ()
    """Those whose row was changed since."""

    @cached_property
    def reviewed_facts(self) -> pd.DataFrame:
        """The facts with the decisions' effects."""
        return decisions.reviewed(self.facts, self.decisions, self.form)

    @cached_property
    def reported(self) -> Figures:
        """Line → whole đồng, as the unit's books say."""
        return self.form.figures(settlement_figures.measures(self.facts))

    @cached_property
    def reviewed(self) -> Figures:
        """Line → whole đồng, after the decisions."""
        return self.form.figures(settlement_figures.measures(self.reviewed_facts))

    def lines(self, language: Language = "vi", section: str = "") -> pd.DataFrame:
        """B01/BCQT: columns `LINE_COLUMNS`, every line of the form (or of one section), nought included."""
        rows = [
            (x.line, x.names[language], self.reported[x.line], self.reviewed[x.line])
            for x in self.form.lines
            if section in {"", x.section}
        ]
        table = pd.DataFrame(rows, columns=LINE_COLUMNS[:-1])
        return table.assign(difference=table["reviewed"] - table["reported"])

    def details(self, index: BudgetIndex, language: Language = "vi") -> pd.DataFrame:
        """F01-01/BCQT: columns `DETAIL_COLUMNS`, by nature, clause and item."""
        keys = ["autonomous", "clause", "item"]
        pair = [settlement_figures.details(facts) for facts in (self.facts, self.reviewed_facts)]
        both = pair[0].merge(pair[1], on=keys, how="outer", suffixes=("_reported", "_reviewed"))
        both = both.sort_values(keys, ascending=[False, True, True], ignore_index=True)
        rows = []
        for row in both.itertuples(index=False):
            clause, item = str(row.clause), str(row.item)
            before, after = (0 if pd.isna(x) else int(x) for x in row[-2:])
            entry = index.item(item)
            place = (index.category_of(clause) or "", clause, index.group_of(item) or "", item)
            name = entry.name(language) if entry is not None else ""
            nature = "autonomous" if row.autonomous else "other"
            rows.append((nature, *place, name, before, after, after - before))
        return pd.DataFrame(rows, columns=DETAIL_COLUMNS)


def settlement(book: Book, unit: str, year: int) -> Settlement:
    """The settlement of a unit and year as this snapshot of the book has it.

    Raises:
        UnknownUnitError, UnknownPeriodError: asked for what the book cannot know.
        UnknownNatureError: a source whose nature is not known.
        BrokenIdentityError: figures that cannot all be true (on first use of them).
        DecisionsDamagedError: the decisions file cannot be read.
    """
    asked_units(book, unit, "budget")
    span(str(year), book.today().isoformat())
    basis = Basis.of(book.chart, book.index, book.regulations, year)
    facts = settlement_figures.facts(book.postings([unit]), book.estimates(), basis, unit, year)
    file = decisions.path(unit, year)
    text = book.read(file)
    taken = decisions.read(text.decode("utf-8"), file) if text is not None else []
    kept, lapsed = decisions.survivors(taken, facts)
    return Settlement(unit, year, basis.form, facts, tuple(kept), tuple(lapsed))
