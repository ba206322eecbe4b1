"""`submit`: hand in a unit's file; it is accepted whole, or every mistake is shown at once."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from cli import common
from importers import limits, places, submission
from importers.difference import RowChange, shown
from importers.patch import patch_of
from importers.request import Submission
from importers.slots import Slot
from ledger.book import Book
from ledger.errors import UsageProblem
from ledger.findings import Language
from ledger.money import MoneyError, money, parse_money
from ledger.texts import text

PASTED = "-"
"""The file name that means standard input."""
PASTED_NAME = "pasted.txt"

SHOWN_CHANGES = 20
"""How many changed cells are printed; the JSON answer and the book have all of them."""


@dataclass(frozen=True)
class _Papers:
    """Files that are written beside the answer."""

    report: Path | None
    corrections: Path | None


@click.command("submit")
@common.book_argument
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--unit", required=True, help="Unit code.")
@click.option("--period", required=True, help="YYYY-MM, YYYY-13 (January's adjustment period), YYYY-Qn or YYYY.")
@click.option("--kind", default="", help="vouchers[/book], estimates, opening or a register (default: vouchers).")
@click.option("--replace", is_flag=True, help="Replace what the slot holds.")
@click.option("--reason", default="", help="Why it is replaced; needed with --replace.")
@click.option("--rows", type=click.IntRange(min=0), default=None, help="Control total: how many rows of data.")
@click.option("--total", default=None, help="Control total: the sum of the amounts in đồng.")
@click.option("--original", type=click.Path(path_type=Path), default=None, help="What a correction file corrects.")
@click.option("--report", type=click.Path(path_type=Path), default=None, help="Write a report (.xlsx .csv .json).")
@click.option("--corrections", type=click.Path(path_type=Path), default=None, help="Write failing rows (.xlsx .csv).")
@click.option("--dry-run", is_flag=True, help="Check everything, change nothing.")
@common.actor_options
@common.format_option("text", "json")
@common.language_option
@common.guarded
def command(
    book: Path,
    file: Path,
    unit: str,
    period: str,
    kind: str,
    replace: bool,
    reason: str,
    rows: int | None,
    total: str | None,
    original: Path | None,
    report: Path | None,
    corrections: Path | None,
    dry_run: bool,
    person: str,
    at: str | None,
    format_: str,
    lang: Language,
) -> None:
    """Hand in FILE (CSV or XLSX, a correction file, or - for rows pasted on standard input) for a unit and period."""
    opened = Book.open(book)
    papers = _papers(report, corrections)
    data, name = _read(file)
    who = common.actor(opened, person, at, "submit", unit)
    slot = Slot.of(unit, period, kind or "vouchers")
    result = submission.submit(
        opened,
        data,
        name,
        unit=unit,
        period=period,
        kind=slot.kind,
        actor=who.person,
        role=who.role,
        at=who.at,
        replace=replace,
        reason=reason,
        rows=rows,
        total=_amount(total),
        original=_read(original)[0] if original else None,
        dry_run=dry_run,
    )
    written = _write(papers, result, slot, opened, day=opened.now(at).date().isoformat(), dry_run=dry_run, lang=lang)
    if corrections is not None and str(corrections) not in written:
        sentence = text("There are no rows to mend one by one: {file} was not written.", lang)
        click.echo(sentence.format(file=corrections), err=True)
    if format_ == "json":
        common.print_json(_answer(result, written, lang))
    else:
        _print(result, written, slot, dry_run=dry_run, language=lang)
    common.finish(blocked=not result.accepted)


def _papers(report: Path | None, corrections: Path | None) -> _Papers:
    """The papers asked for, their formats told by their endings, before anything is handed in."""
    for path, endings in ((report, (".xlsx", ".csv", ".json")), (corrections, (".xlsx", ".csv"))):
        if path is not None and path.suffix.lower() not in endings:
            raise UsageProblem("{file}: the ending must be one of {endings}", file=str(path), endings=" ".join(endings))
    return _Papers(report, corrections)


def _read(file: Path) -> tuple[bytes, str]:
    """A file's bytes and name; of standard input no more than one byte too many."""
    if str(file) == PASTED:
        return sys.stdin.buffer.read(limits.FILE_BYTES + 1), PASTED_NAME
    if not file.is_file():
        raise UsageProblem("There is no file {file}.", file=str(file))
    return file.read_bytes(), file.name


def _amount(total: str | None) -> int | None:
    if total is None:
        return None
    try:
        return parse_money(total)
    except MoneyError:
        raise UsageProblem("{value} is no amount in whole đồng: write 1234567 or 1.234.567", value=total) from None


def _write(
    papers: _Papers, result: Submission, slot: Slot, book: Book, *, day: str, dry_run: bool, lang: Language
) -> list[str]:
    """Write the papers that were asked for; returns the names of those that were written."""
    written = []
    if papers.report is not None:
        from importers.error_report import Report, rendered  # noqa: PLC0415 - only who asks for a report pays for it

        unit = book.units.get(slot.unit)
        asked = Report(
            outcome=result,
            layout=slot.layout,
            unit=slot.unit,
            period=slot.period.text,
            kind=slot.kind,
            day=day,
            language=lang,
            unit_name=_name(unit.name_vi, unit.name_en, lang) if unit else "",
            dry_run=dry_run,
        )
        papers.report.write_bytes(rendered(asked, papers.report.suffix.lower().removeprefix(".")))
        written.append(str(papers.report))
    if papers.corrections is not None and result.form is not None and patch_of(result.form, result.file) is None:
        from importers.correction import correction_file  # noqa: PLC0415 - see above

        format_ = papers.corrections.suffix.lower().removeprefix(".")
        data = correction_file(result.data, result.form, result.findings, lang, format_)  # type: ignore[arg-type]
        if data is not None:
            papers.corrections.write_bytes(data)
            written.append(str(papers.corrections))
    return written


def _name(vi: str, en: str, language: Language) -> str:
    return en if language == "en" else vi


def _answer(result: Submission, written: Sequence[str], language: Language) -> dict[str, Any]:
    """The answer for programs; its keys are a public contract."""
    reported = _reported(result)
    return {
        "accepted": result.accepted,
        "receipt": result.receipt,
        "rows": result.rows,
        "rows_accepted": result.rows - reported,
        "rows_reported": reported,
        "control": result.control.as_dict(),
        "findings": common.rendered(result.findings, language),
        "changes": [_change(change) for change in result.changes],
        "report": list(written),
    }


def _reported(result: Submission) -> int:
    """How many rows of the file cannot be taken as they are."""
    if result.form is None:
        return 0
    return len(places.failing(result.findings, result.form, result.file, common.catalogue()))


def _change(change: RowChange) -> dict[str, Any]:
    return {
        "document": change.document,
        "row_before": change.before,
        "row_after": change.after,
        "column": change.key,
        "old": change.old,
        "new": change.new,
    }


def _print(result: Submission, written: Sequence[str], slot: Slot, *, dry_run: bool, language: Language) -> None:
    loud = [finding for finding in result.findings if not finding.justified]
    common.print_findings(common.rendered(loud, language), language)
    quiet = len(result.findings) - len(loud)
    if quiet:
        click.echo(text("Warnings with a reason, not shown: {count}", language).format(count=money(quiet)))
    _print_changes(result, slot, language)
    _print_control(result, language)
    for name in written:
        click.echo(text("Written: {file}", language).format(file=name))
    if not result.accepted:
        sentence = text("Not accepted: {count} findings. Nothing was changed.", language)
        click.echo(click.style(sentence.format(count=money(len(result.findings))), fg="red", bold=True))
        if not written:
            click.echo(text("For a report, or the failing rows alone: --report F.xlsx, --corrections F.xlsx", language))
    elif dry_run:
        click.echo(text("The file would be accepted: {rows} rows.", language).format(rows=money(result.rows)))
    else:
        known = text("Already handed in; this is its receipt: {receipt}", language)
        new = text("Accepted: {rows} rows. Receipt: {receipt}", language)
        sentence = known if result.unchanged else new
        click.echo(sentence.format(rows=money(result.rows), receipt=result.receipt))


def _print_changes(result: Submission, slot: Slot, language: Language) -> None:
    """What a replacement changes: the first cells, and how many there are."""
    for change in result.changes[:SHOWN_CHANGES]:
        rows = " → ".join(str(row) if row is not None else "—" for row in (change.before, change.after))
        old, new = (shown(value, slot.layout, change.key) or "—" for value in (change.old, change.new))
        click.echo(f"  {change.document} · {text('row', language)} {rows} · {change.column or '—'}: {old} → {new}")
    if result.changes:
        sentence = text("Changes against the version before: {count}, shown: {shown}", language)
        count, first = len(result.changes), min(len(result.changes), SHOWN_CHANGES)
        click.echo(sentence.format(count=money(count), shown=money(first)))


def _print_control(result: Submission, language: Language) -> None:
    """That the stated totals are those of the file."""
    stated, rows, total = result.control
    agree = [(said, has) for said, has in ((stated.rows, rows), (stated.total, total)) if said is not None]
    if agree and all(said == has for said, has in agree):
        sentence = text("The stated control totals agree: {totals}", language)
        click.echo(sentence.format(totals=" · ".join(money(said) for said, _ in agree)))
