"""When a rule begins to block in this province: `registers/phase_in.csv`, a warning before the day, an error from it.

Guarantees: only rows that are right in every cell give a day; a wrong row is a finding and the rule blocks as the
program's own catalogue says (fail closed). Rules without which the books could not be kept never wait.

    rule,blocks_from,document
    E02,2027-01-01,15-QĐ/VPTU
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from ledger import registers
from ledger.findings import Finding, is_day

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ledger.book import Book
    from ledger.findings import Catalogue

FILE = "registers/phase_in.csv"
COLUMNS = ("rule", "blocks_from", "document")
NEVER_WAIT = frozenset(
    {"A01", "A02", "A03", "A05", "A07", "A08", "A11", "A12", "C01", "E20", "E21", "I03", "P01", "V01", "V02", "V04"}
)
"""Rules whose breach no ledger can hold: no account to post to, no balance, a lot that is not there, a sealed year,
money that would stand in two budget years (more carried over than is left, a line used after it was closed).

An unknown contract (E13) and an allocation beyond its total (E16) may wait: a province first has to enter the contracts
and the totals that these rules ask for."""


def days(book: Book) -> Mapping[str, str]:
    """Code of a rule → ISO day from which it blocks, as this province has set it."""
    return _read(book.read(FILE))[0]


def register_findings(book: Book) -> list[Finding]:
    """What is wrong with the province's file.

    Returns:
        U01, U02 its form, U14 no such rule, U15 no day, U16 the rule never blocks, U17 it never waits, U18 no document,
        U19 the rule stands twice.
    """
    return list(_read(book.read(FILE))[1])


@lru_cache(maxsize=8)
def _read(data: bytes | None) -> tuple[dict[str, str], tuple[Finding, ...]]:
    from plugins.rule import catalogue  # noqa: PLC0415 - what runs the rules reads this file first

    if data is None:
        return {}, ()
    rows, findings = registers.read(data, COLUMNS, FILE)
    known = catalogue()
    found: dict[str, str] = {}
    for number, row in rows:
        problem = _problem(row, known, found)
        if problem is None:
            found[row["rule"]] = row["blocks_from"]
        else:
            code, column = problem
            findings.append(Finding(code, file=FILE, row=number, column=column, value=row[column] or row["rule"]))
    return found, tuple(findings)


def _problem(row: registers.Row, known: Catalogue, before: Mapping[str, str]) -> tuple[str, str] | None:
    """The first thing wrong with a row: (code of the finding, column)."""
    rule = row["rule"]
    if rule not in known:
        return "U14", "rule"
    if known[rule].severity != "error":
        return "U16", "rule"
    if rule in NEVER_WAIT:
        return "U17", "rule"
    if rule in before:
        return "U19", "rule"
    if not is_day(row["blocks_from"]):
        return "U15", "blocks_from"
    return None if row["document"].strip() else ("U18", "document")
