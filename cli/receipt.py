"""`receipt`: show or print the receipt of a submission, or hold a printed one's QR text against the book."""

from __future__ import annotations

from pathlib import Path

import click

from cli import common
from ledger.book import Book
from ledger.errors import UsageProblem
from ledger.findings import Language
from ledger.texts import text
from reports import receipt, receipt_paper
from reports.receipt import Check
from reports.receipt_paper import PAPERS, Paper


@click.command("receipt")
@common.book_argument
@click.argument("number", default="")
@click.option("--check", "printed", default="", help="Text of a QR code, to hold against the book.")
@click.option("--paper", type=click.Choice(PAPERS), default=PAPERS[0], help="Size of the printed sheet.")
@click.option("-o", "output", type=click.Path(path_type=Path), default=None, help="File (or folder) for the PDF.")
@common.format_option("text", "json", "pdf")
@common.language_option
@common.guarded
def command(
    book: Path, number: str, printed: str, paper: Paper, output: Path | None, format_: str, lang: Language
) -> None:
    """Show the receipt NUMBER, print it as PDF, or check the text of a printed one's QR code."""
    if bool(number) == bool(printed):
        raise UsageProblem("Give the number of a receipt, or --check with the text of its QR code.")
    opened = Book.open(book)
    if printed:
        _check(opened, printed, format_, lang)
        return
    found = receipt.find(opened, number)
    if format_ == "pdf" or output is not None:
        if output is None:
            raise UsageProblem("{format} needs a file: add -o FILE.", format="pdf")
        file = output / receipt_paper.file_name(found, lang) if output.is_dir() else output
        file.write_bytes(receipt_paper.pdf(opened, found, lang, paper))
        click.echo(text("Written: {file}", lang).format(file=file))
    elif format_ == "json":
        common.print_json(found.as_dict())
    else:
        _print(opened, found, lang)


def _print(book: Book, found: receipt.Receipt, language: Language) -> None:
    shown = receipt_paper.lines(book, found, language)
    click.echo(click.style(text("Receipt {number}", language).format(number=found.number), bold=True))
    width = max(len(line.label) for line in shown)
    for line in shown:
        click.echo(f"  {line.label:<{width}}  {line.value}")
    click.echo(f"  {'QR':<{width}}  {found.payload}")
    if found.stage:
        click.echo(text("Where it stands now: {stage}.", language).format(stage=text(found.stage, language)))
    if found.replaced_by:
        said = text("Another version has been accepted since; its receipt is {number}.", language)
        click.echo(said.format(number=found.replaced_by))


def _check(book: Book, printed: str, format_: str, language: Language) -> None:
    checked = receipt.check(book, printed)
    ok = not checked.differences and not checked.problems
    if format_ == "json":
        parts = [part._asdict() for part in checked.differences]
        found = [problem.as_dict() for problem in checked.problems]
        shown = checked.receipt.as_dict()
        common.print_json({"ok": ok, "receipt": shown, "differences": parts, "problems": found})
    else:
        _say(book, checked, language)
    if checked.problems:
        raise click.exceptions.Exit(3)
    common.finish(blocked=not ok)


def _say(book: Book, checked: Check, language: Language) -> None:
    labels = {line.key: line.label for line in receipt_paper.lines(book, checked.receipt, language)}
    for part in checked.differences:
        said = text("✗ {what}: printed {printed}, in the book {book}", language)
        click.echo(said.format(what=labels[part.what], printed=part.printed, book=part.book))
    for problem in checked.problems:
        click.echo(f"✗ {problem.kind:<10} {problem.file}  {problem.detail}")
    if checked.problems:
        click.echo(text("The book itself does not hold at this receipt: run party-ledger verify.", language))
    elif checked.differences:
        click.echo(text("The printed receipt is not the one of this book.", language))
    else:
        said = text("The printed receipt is genuine: this book holds {number} as it was given.", language)
        click.echo(click.style(said.format(number=checked.receipt.number), fg="green", bold=True))
        _print(book, checked.receipt, language)
