"""`attach`: put scans to vouchers by their number, or list what is attached and what is missing."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from cli import common
from importers import attaching
from importers.attaching import Attached, File, Row
from ledger.book import Book
from ledger.errors import UsageProblem
from ledger.findings import Language
from ledger.money import money
from ledger.scans import Scan, ScanStore
from ledger.texts import text
from ledger.vietnamese import date_vi

SHOWN = 12
"""Digits of a hash that people see."""
KIB = 1024


@click.command("attach")
@common.book_argument
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--unit", required=True, help="Unit code.")
@click.option("--period", required=True, help="YYYY-MM or YYYY-13 (January's adjustment period).")
@click.option("--voucher", default="", help="Voucher number of all the files (default: by their names).")
@click.option("--list", "listing", is_flag=True, help="What is attached, what is missing.")
@click.option("--dry-run", is_flag=True, help="Look at everything, change nothing.")
@common.actor_options
@common.format_option("text", "json")
@common.language_option
@common.guarded
def command(
    book: Path,
    files: tuple[Path, ...],
    unit: str,
    period: str,
    voucher: str,
    listing: bool,
    dry_run: bool,
    person: str,
    at: str | None,
    format_: str,
    lang: Language,
) -> None:
    """Attach scans (PDF, JPEG, PNG) to a unit's vouchers: PC015.pdf, PC015-2.jpg are scans of voucher PC015."""
    opened = Book.open(book)
    if listing == bool(files):
        raise UsageProblem("Name the files to attach, or ask for --list.")
    if listing:
        _list(opened, unit, period, format_, lang)
        return
    who = common.actor(opened, person, at, "submit", unit)
    result = _too_many(files) or attaching.attach(
        opened,
        [_read(file) for file in files],
        unit=unit,
        period=period,
        voucher=voucher,
        actor=who.person,
        role=who.role,
        at=who.at,
        dry_run=dry_run,
    )
    findings = common.rendered(result.findings, lang)
    if format_ == "json":
        scans = [asdict(scan) for scan in result.scans]
        common.print_json({"accepted": result.accepted, "scans": scans, "findings": findings})
    else:
        _print(result, findings, lang, dry_run=dry_run)
    common.finish(blocked=not result.accepted)


def _too_many(files: tuple[Path, ...]) -> Attached | None:
    """The refusal of more than goes into memory at once, before any of it is read."""
    for file in files:
        if not file.is_file():
            raise UsageProblem("There is no file {file}.", file=str(file))
    found = attaching.too_many([min(file.stat().st_size, attaching.SCAN_BYTES + 1) for file in files])
    return Attached(accepted=False, scans=(), findings=tuple(found)) if found else None


def _read(path: Path) -> File:
    with path.open("rb") as file:
        return File(path.name, file.read(attaching.SCAN_BYTES + 1))


def _print(result: Attached, findings: list[dict[str, Any]], language: Language, *, dry_run: bool) -> None:
    common.print_findings(findings, language)
    if not result.accepted:
        sentence = text("Nothing was attached: {count} findings. Nothing was changed.", language)
        click.echo(click.style(sentence.format(count=money(len(findings))), fg="red", bold=True))
        return
    for scan in result.scans:
        click.echo(f"  {scan.voucher:<12} {_scan(scan)}")
    msgid = "Attached: {count} scans."
    if dry_run:
        msgid = "{count} scans would be attached."
    elif result.unchanged:
        msgid = "All {count} scans were attached before; nothing was changed."
    click.echo(text(msgid, language).format(count=money(len(result.scans))))


def _list(book: Book, unit: str, period: str, format_: str, language: Language) -> None:
    rows = attaching.overview(book, unit, period)
    left = attaching.left_over(book, unit, period[:4])
    orphans = len(ScanStore(book.path).orphans(book.events()))
    missing = [row.voucher for row in rows if row.missing]
    if format_ == "json":
        listed = [
            row._asdict() | {"scans": [asdict(scan) for scan in row.scans], "missing": row.missing} for row in rows
        ]
        others = {"left_over": [asdict(scan) for scan in left], "orphans": orphans}
        common.print_json({"unit": unit, "period": period, "vouchers": listed, "missing": missing, **others})
        return
    for row in rows:
        _print_row(row, language)
    counts = {"count": money(len(rows)), "scans": money(sum(len(row.scans) for row in rows))}
    sentence = text("{unit} {period}: {count} vouchers, {scans} scans, {missing} without the scan they need.", language)
    click.echo(sentence.format(unit=unit, period=period, missing=money(len(missing)), **counts))
    for scan in left:
        said = text("A scan of a voucher that the book no longer holds: {scan}", language)
        click.echo(said.format(scan=f"{scan.voucher} ({scan.period}) {_scan(scan)}"))
    if orphans:
        said = text("Files in the store that no event names (left by an interrupted command): {count}", language)
        click.echo(said.format(count=money(orphans)))


def _print_row(row: Row, language: Language) -> None:
    mark = click.style("!", fg="yellow", bold=True) if row.missing else "✓" if row.scans else "·"
    remark = f"  {text('scan missing', language)}" if row.missing else ""
    click.echo(f"{mark} {row.voucher:<12} {date_vi(row.date)} {money(row.amount):>16}  {row.description}{remark}")
    for scan in row.scans:
        click.echo(f"      {_scan(scan)}")


def _scan(scan: Scan) -> str:
    size = money(-(-scan.size // KIB))
    return f"{scan.name}  {scan.type.upper()}  {size} KiB  {date_vi(scan.time[:10])}  {scan.sha256[:SHOWN]}"
