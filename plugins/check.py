"""Beancount plugin for a unit's `checked.beancount`: the rules' blocking findings as Beancount errors.

Guarantees: what bean-check and Fava report is what `party-ledger check --unit` reports with severity error, found by
the same rules over the postings that Beancount loaded; the entries pass unchanged. Rules that could not be run are an
error of their own (fail closed): no error at all means that every rule ran and none blocks.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple, get_args

import pandas as pd
from beancount.core import data

from ledger.book import Book
from ledger.errors import LedgerError
from ledger.findings import Finding, Language
from ledger.journal import NotAJournalError, from_entries
from ledger.texts import text
from plugins.rule import RuleFailedError, catalogue, context, rules, run

__plugins__ = ("check_unit",)

MAX_ERRORS = 500
"""Errors shown one by one; Fava writes every error into every page."""


class RuleError(NamedTuple):
    """A blocking finding, in Beancount's shape of an error."""

    source: data.Meta
    message: str
    entry: data.Directive | None
    code: str


class CheckFailedError(NamedTuple):
    """Why the rules could not be run, or not all findings be shown; a ledger with this has not been checked."""

    source: data.Meta
    message: str
    entry: data.Directive | None = None


Problem = RuleError | CheckFailedError


def check_unit(
    entries: data.Directives, options_map: dict[str, Any], config: str | None = None
) -> tuple[data.Directives, list[Problem]]:
    """Run all rules for the unit whose folder the ledger stands in.

    Args:
        entries: as loaded and booked by Beancount.
        options_map: names the ledger file, `BOOK/units/UNIT/checked.beancount`.
        config: language of the messages, `vi` (default) or `en`.
    """
    ledger = Path(str(options_map["filename"])).resolve()
    language: Language = "en" if config == "en" else "vi"
    if config is not None and config not in get_args(Language):
        why = text("{language} is no language: write vi or en", language).format(language=config)
        return entries, [_failed(ledger, why, language)]
    try:
        book = Book.view(ledger.parents[2])
        registers = {str((book.path / name).resolve()) for name in book.names("registers/")}
        # The rules look at units and estimates too: Fava shall notice when these change.
        options_map["include"] = sorted({*options_map.get("include", []), *registers})
        findings = _blocking(from_entries(entries), book, ledger)
    except NotAJournalError as problem:
        return entries, [_failed(ledger, str(problem), language)]
    except LedgerError as problem:
        return entries, [_failed(ledger, problem.sentence(lambda msgid: text(msgid, language)), language)]
    places = _places(entries) if findings else {}
    errors: list[Problem] = [_error(finding, places, ledger, language) for finding in findings[:MAX_ERRORS]]
    if len(findings) > MAX_ERRORS:
        more = text("{count} more findings are not shown", language).format(count=len(findings) - MAX_ERRORS)
        errors.append(CheckFailedError(data.new_metadata(str(ledger), 1), more))
    return entries, errors


def _blocking(table: pd.DataFrame, book: Book, ledger: Path) -> list[Finding]:
    unit = ledger.parent.name
    ran = run(context(book, unit, own=table))
    missing = rules().keys() - {line.id for line in ran.rules}
    if missing:
        raise RuleFailedError(", ".join(sorted(missing)), "it did not run")
    return [finding for finding in ran.findings if catalogue().blocks(finding)]


Place = tuple[str, str, int]
"""Number of the voucher or decision, period and row, as metadata and findings have them."""


def _places(entries: data.Directives) -> dict[Place, tuple[data.Meta, data.Transaction]]:
    """Where each posting stands in the text; row 0 stands for the voucher itself."""
    places: dict[Place, tuple[data.Meta, data.Transaction]] = {}
    for entry in entries:
        if isinstance(entry, data.Transaction):
            voucher = str(entry.meta.get("voucher") or entry.meta.get("decision", ""))
            period = str(entry.meta.get("period", ""))
            places.setdefault((voucher, period, 0), (entry.meta, entry))
            for posting in entry.postings:
                meta = posting.meta or entry.meta
                places.setdefault((voucher, period, int(meta.get("row", 0))), (meta, entry))
    return places


def _error(finding: Finding, places: dict[Place, Any], ledger: Path, language: Language) -> RuleError:
    voucher = (finding.voucher or str(finding.params.get("decision", "")), finding.period)
    meta, entry = places.get((*voucher, finding.row or 0)) or places.get((*voucher, 0)) or (None, None)
    where = data.new_metadata(meta["filename"], meta["lineno"]) if meta else data.new_metadata(str(ledger), 1)
    message = f"{finding.rule} {catalogue().message(finding, language)}"
    return RuleError(where, message, entry, finding.rule)


def _failed(ledger: Path, why: str, language: Language) -> CheckFailedError:
    message = text("the rules could not be run: {why}", language).format(why=why)
    return CheckFailedError(data.new_metadata(str(ledger), 1), message)
