"""Budget execution: what was assigned, held back, committed, spent, ended and is left, by estimate line.

Guarantees: the arithmetic is that of the rules that control the budget (`plugins.execution`, `plugins.commitments`), so
that the report cannot disagree with a refusal; available = estimate - held - committed - spent - ended on every line;
money spent without a line stands on a line of its own with a negative rest, never hidden. Whole đồng.
"""

from __future__ import annotations

import pandas as pd

from ledger.book import Book
from ledger.budget_index import BudgetIndex
from ledger.findings import Finding
from ledger.overrides import FILE, Override
from ledger.records import FOLDER
from ledger.units import Tree
from plugins import overrides, rule
from plugins.commitments import KIND
from plugins.estimate_days import commitments_of
from plugins.execution import ASSIGNED, HELD, LINE, NO_LINE, charged, standing, uses
from plugins.execution import ENDED as ENDING
from reports.questions import asked_units, span

COLUMNS = ["unit", "source", "clause", "item", "estimate", "held", "committed", "spent", "available"]
"""`item` is the estimate line: a tiểu mục, a mục, "" for the whole source and clause, `*` for what is held of a whole
clause whose estimate is divided."""
PROGRAMME, ENDED = "programme", "ended"
"""Columns that a table has only where one of its lines fills them: the target programme, after the clause; what left a
closed year, carried over or cancelled, after `spent`."""
FIGURES = ["estimate", "held", "committed", "spent", ENDED, "available"]
_ADDED = ["estimate", "held", "committed", "spent", ENDED]
_ORDER = ["unit", "source", "clause", PROGRAMME, "item", *FIGURES]


def execution(
    book: Book, unit: str | None = None, tree: Tree = "budget", year: str = "", as_of: str = ""
) -> pd.DataFrame:
    """Budget execution of a unit, or of every unit of a tree.

    Args:
        book: a snapshot of the book.
        unit: unit code; None: all units of the tree.
        tree: which tree.
        year: budget year; "" for the year of `as_of`.
        as_of: ISO date up to which decisions and uses count; "" for the book's day (or the end of an earlier year).

    Returns:
        Columns `COLUMNS`, with `programme` and `ended` where a line fills them, by unit, source, clause, programme and
        item.

    Raises:
        UnknownUnitError, UnknownPeriodError: asked for what the book cannot know.
    """
    asked, last = _asked(book, year, as_of)
    units = asked_units(book, unit, tree)
    estimates = book.estimates()
    estimates = estimates[estimates["unit"].isin(units)]
    return table(book.postings(units), estimates, book.index, asked, last, _committed(book, unit, tree))


def table(
    postings: pd.DataFrame,
    estimates: pd.DataFrame,
    index: BudgetIndex,
    year: str,
    as_of: str,
    committed: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Budget execution of any posting table and estimate decisions; see `execution`.

    `committed`: what each day does to what is promised by contract, as `plugins.estimate_days.commitments_of` gives it.
    """
    known = estimates[(estimates["budget_year"] == year) & (estimates["date"] <= as_of)]
    used = postings[(postings["budget_year"] == year) & (postings["date"] <= as_of)]
    # A total is handed on by other decisions, and money noted as received is spent from elsewhere: neither is a line.
    kinds = ASSIGNED | HELD.keys() | ENDING
    given = standing(known, index).rename(columns={"assigned": "estimate"})
    given = given[given["kind"].isin(kinds)]
    spent = charged(uses(used), known, index).rename(columns={"used": "spent"})
    parts = [_filled(given), _filled(spent)]
    if committed is not None:
        promised = committed[(committed["budget_year"] == year) & (committed["date"] <= as_of)]
        parts.append(_filled(promised))
    both = pd.concat([_on_their_items(part) for part in parts], ignore_index=True)
    sums = both.groupby(LINE)[_ADDED].sum().reset_index().rename(columns={"line": "item"})
    sums["available"] = sums["estimate"] - sums["held"] - sums["committed"] - sums["spent"] - sums[ENDED]
    ordered = sums.sort_values(["unit", "source", "clause", PROGRAMME, "item"], ignore_index=True)
    return ordered[[name for name in _ORDER if name in COLUMNS or _in_use(ordered, name)]]


def by_unit(lines: pd.DataFrame) -> pd.DataFrame:
    """The same figures per unit, for the picture: columns unit, estimate, spent, available."""
    sums = lines.groupby("unit")[["estimate", "spent", "available"]].sum()
    return sums.reset_index()


def allowed(
    book: Book, unit: str | None = None, tree: Tree = "budget", year: str = "", as_of: str = ""
) -> list[tuple[Override, Finding]]:
    """The overrides by which something passed in the figures of `execution`, each with what passed, by number."""
    if book.read(FILE) is None:
        return []
    asked, last = _asked(book, year, as_of)
    context = rule.context(book, unit, tree)
    found = rule.run(context, sorted(overrides.OF_THE_CEILING)).findings
    pairs = overrides.used(found, context)
    return [(one, finding) for one, finding in pairs if one.budget_year == asked and finding.on <= last]


def _asked(book: Book, year: str, as_of: str) -> tuple[str, str]:
    """Budget year, and the last day that counts."""
    today = book.today().isoformat()
    asked = year or (as_of or today)[:4]
    return asked, as_of or min(today, span(asked, today).last)


def _committed(book: Book, unit: str | None, tree: Tree) -> pd.DataFrame | None:
    """What is promised by contract; None where the book has no contract."""
    if not book.names(f"{FOLDER}{KIND}/"):
        return None
    return commitments_of(rule.context(book, unit, tree))


def _filled(part: pd.DataFrame) -> pd.DataFrame:
    """One part of the figures with nought in the columns of the others."""
    return part.assign(**{name: 0 for name in _ADDED if name not in part})[[*LINE, "item", *_ADDED]]


def _on_their_items(part: pd.DataFrame) -> pd.DataFrame:
    """What no line covers, on the item that it names."""
    return part.assign(line=part["line"].where(part["line"] != NO_LINE, part["item"]))


def _in_use(table: pd.DataFrame, name: str) -> bool:
    return bool((table[name] != (0 if name == ENDED else "")).any())
