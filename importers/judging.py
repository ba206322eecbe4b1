"""The rules on what is being handed in, together with all that the unit has booked and will have to stand by.

Guarantees: the same rules as in `check`; a later period that a submission would break is named, one that was wrong
before is not held against it. Where part of the file could not be read, rules that add up several vouchers are left
out: what they would say could be a consequence of the unread part alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd

from importers.forms import Form
from importers.layouts import VOUCHERS
from importers.slots import Slot
from ledger import findings as ground
from ledger.book import Book
from ledger.findings import Catalogue, Finding
from plugins import rule

CATALOGUES = tuple(sorted(Path(__file__).parent.glob("findings*.yaml")))
"""Texts of this floor: of files and slots (F), of register forms (G), of handing in and vouching for it (J)."""

NEED_THE_WHOLE_FILE = frozenset({"A08", "A12", "E14", "I02", "I04", "P02", "P06", "Q03", "V03", "V06"})
"""Rules that follow assets, money, partners and corrected vouchers, or add up, from one row to another."""


@cache
def catalogue() -> Catalogue:
    """Texts and severity of every finding that a submission can get."""
    return Catalogue.load(Path(ground.__file__).with_name("findings.yaml"), *rule.CATALOGUES, *CATALOGUES)


def blocking(findings: Iterable[Finding]) -> bool:
    """Whether any finding stops the submission."""
    return any(catalogue().blocks(finding) for finding in findings)


def warnings_among(findings: Iterable[Finding]) -> int:
    """How many of them somebody will have to correct or justify."""
    return sum(catalogue().severity(finding) == "warning" for finding in findings)


def judge(
    book: Book, slot: Slot, table: pd.DataFrame, form: Form, file: str, *, partial: bool, day: str = ""
) -> list[Finding]:
    """What the rules say of these postings in their slot, and of later periods because of them.

    Args:
        book: the book as it is.
        slot: where the postings go; what stands there now is left out.
        table: the postings that are handed in.
        form: the file, for the headings its findings name.
        file: its name.
        partial: whether rows of the file could not be read.
        day: ISO day on which it is handed in, for rules that begin to block on a day; empty: the book's day.

    Returns:
        Findings of the file's own rows; F63 and the findings behind it where a later period would break.
    """
    periods = {slot.ledger_period, *_later(book, slot)}
    place = (slot.unit, slot.ledger_period, slot.book)
    only = sorted(rule.rules().keys() - NEED_THE_WHOLE_FILE) if partial else None
    asked = rule.context(book, slot.unit, extra=table, replace_slot=place, periods=periods, file=file, day=day)
    found = rule.run(asked, only).findings
    own = [with_heading(finding, form) for finding in found if finding.file == file]
    if partial:
        return own
    others = [finding for finding in found if finding.file != file]
    # What two places say of each other (a number used in both) is told at the submitter's own row alone.
    told = {(finding.rule, finding.voucher) for finding in own if finding.voucher}
    others = [finding for finding in others if (finding.rule, finding.voucher) not in told]
    broken = new_errors(others, lambda: rule.run(rule.context(book, slot.unit, periods=periods, day=day)).findings)
    return own + consequences(broken, slot)


def new_errors(findings: Collection[Finding], before: Callable[[], list[Finding]]) -> list[Finding]:
    """Those findings that block and were not there before; `before` is asked only if there are any that block."""
    errors = [finding for finding in findings if catalogue().blocks(finding)]
    if not errors:
        return []
    known = {key(finding) for finding in before()}
    fresh = {key(finding): finding for finding in errors if key(finding) not in known}
    return list(fresh.values())


def consequences(broken: Collection[Finding], slot: Slot) -> list[Finding]:
    """F63, the parent, then the findings in other periods or units that it stands for."""
    if not broken:
        return []
    counts = Counter(" ".join(part for part in (f.unit, f.period) if part) for f in broken)
    where = ", ".join(f"{place} ({count})" for place, count in sorted(counts.items()))
    place = Finding("F63", unit=slot.unit, period=slot.period.text, value=where[:300], other=where[:300])
    parent = replace(place, params={"count": len(broken)})
    return [parent, *broken]


def _later(book: Book, slot: Slot) -> set[str]:
    table = book.postings([slot.unit])
    later = table["entry"].isin(["voucher", "opening"]) & (table["period"] > slot.ledger_period)
    return set(table.loc[later, "period"])


def with_heading(finding: Finding, form: Form) -> Finding:
    """Rules name columns by key; the submitter knows them by heading."""
    names = {column.key: column.vi for column in (*VOUCHERS.columns, *form.layout.columns)} | dict(form.headings)
    return replace(finding, column=names.get(finding.column, finding.column))


def key(finding: Finding) -> tuple[object, ...]:
    """What makes two findings the same."""
    return (finding.rule, finding.unit, finding.period, finding.voucher, finding.row, finding.column, finding.value)
