"""`init`: make a book; with `--sample` the practice province, its files handed in by its people."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from cli import common
from ledger import book as books
from ledger import clock, registers, signatures
from ledger.accounts import PRACTICE_OVERLAY
from ledger.book import Settings
from ledger.clock import Clock
from ledger.create import create
from ledger.errors import IntegrityError
from ledger.findings import Language
from ledger.texts import text
from ledger.units import PEOPLE_COLUMNS, UNIT_COLUMNS, Person

SAMPLE = common.ROOT / "ledger" / "sample"
PRACTICE = Settings(
    format=books.FORMAT,
    name_vi="Tỉnh Sông Lam (thực hành)",
    name_en="Sông Lam Province (practice)",
    place="Sông Lam",
    practice=True,
    today="2026-11-16",
)
PRACTICE_BEGIN = "2024-12-02T08:00:00+07:00"


@dataclass(frozen=True, slots=True)
class Handing:
    """One line of the practice province's manifest: who hands in what, when, and what becomes of it."""

    unit: str
    period: str
    kind: str
    file: Path
    person: str
    at: str
    expect: str
    replace: bool
    reason: str


@click.command("init")
@common.book_argument
@click.option("--sample", is_flag=True, help="Write the practice province, all its files handed in.")
@click.option("--empty", is_flag=True, help="With --sample: registers only, no files handed in.")
@click.option("--name-vi", default="", help="Name of the province, Vietnamese.")
@click.option("--name-en", default="", help="Name of the province, English.")
@click.option("--place", default="", help="Where documents are dated.")
@click.option("--units", type=click.Path(path_type=Path, exists=True), help="Register of units (CSV).")
@click.option("--people", type=click.Path(path_type=Path, exists=True), help="Register of people (CSV).")
@common.language_option
@common.guarded
def command(
    book: Path,
    sample: bool,
    empty: bool,
    name_vi: str,
    name_en: str,
    place: str,
    units: Path | None,
    people: Path | None,
    lang: Language,
) -> None:
    """Make a new book in an empty folder."""
    if sample:
        practice_book(book)
        count = 0 if empty else hand_in_everything(book, lang)
        done = text("The practice province stands in {book}: {count} files handed in.", lang)
        click.echo(done.format(book=book, count=count))
        return
    if not (name_vi and units and people):
        raise click.UsageError("--sample, or --name-vi, --units and --people")
    settings = Settings(books.FORMAT, name_vi, name_en or name_vi, place or name_vi, practice=False, today="")
    files = {books.UNITS: units.read_bytes(), books.PEOPLE: people.read_bytes()}
    create(book, settings, files, actor="console", role="operator", when=Clock.system().now())
    click.echo(text("The book stands in {book}.", lang).format(book=book))


def practice_book(path: Path) -> None:
    """The practice province's registers, with its people's practice keys, as a book without vouchers."""
    people, _ = registers.read((SAMPLE / "registers/people.csv").read_bytes(), PEOPLE_COLUMNS, "people.csv")
    keys = {row["person"]: signatures.practice_key(row["person"]) for _, row in people}
    rows = [row | {"public_key": signatures.public_key_line(keys[row["person"]])} for _, row in people]
    files = {
        books.UNITS: registers.write(_rows("registers/units.csv", UNIT_COLUMNS), UNIT_COLUMNS),
        books.PEOPLE: registers.write(rows, PEOPLE_COLUMNS),
        books.CHART: PRACTICE_OVERLAY.read_bytes(),
        books.REGULATIONS: (SAMPLE / "registers/regulations.yaml").read_bytes(),
        books.SIGNERS: signatures.allowed_signers([Person(**row) for row in rows]),
    }
    create(path, PRACTICE, files, actor="console", role="operator", when=clock.parse_moment(PRACTICE_BEGIN))


def manifest() -> Iterator[Handing]:
    """What the practice province's people hand in, in order of time."""
    for row in csv.DictReader(io.StringIO((SAMPLE / "manifest.csv").read_text("utf-8"))):
        yield Handing(
            unit=row["unit"],
            period=row["period"],
            kind=row["kind"],
            file=SAMPLE / row["file"],
            person=row["person"],
            at=row["at"],
            expect=row["expect"],
            replace=row["replace"] in {"yes", "true", "1"},
            reason=row["reason"],
        )


def hand_in_everything(path: Path, language: Language, since: str = "", until: str = "") -> int:
    """The files of the manifest through the public `submit` command, each as its named person; how many they were.

    Args:
        path: the practice book.
        language: of the progress bar.
        since: ISO date of the first day wanted, empty for the beginning.
        until: ISO date before which files are wanted, empty for all.

    Raises:
        IntegrityError: a file met another fate than the manifest expects.
    """
    todo = [handing for handing in manifest() if since <= handing.at[:10] < (until or "9999")]
    label = text("Handing in", language)
    with click.progressbar(length=len(todo), label=label, file=sys.stderr, hidden=common.quiet()) as bar:
        for handing in todo:
            _hand_in(path, handing)
            bar.update(1)
    return len(todo)


def _hand_in(path: Path, handing: Handing) -> None:
    arguments = ["submit", str(path), str(handing.file), "--unit", handing.unit, "--period", handing.period]
    arguments += ["--kind", handing.kind, "--as", handing.person, "--at", handing.at, "--format", "json"]
    code, output = common.call([*arguments, *(["--replace", "--reason", handing.reason] if handing.replace else [])])
    if code != (0 if handing.expect == "accepted" else 1):
        raise IntegrityError(
            "{file}: expected {expect}, exit {code}: {output}",
            file=handing.file.name,
            expect=handing.expect,
            code=code,
            output=output,
        )


def _rows(name: str, columns: tuple[str, ...]) -> list[dict[str, str]]:
    rows, findings = registers.read((SAMPLE / name).read_bytes(), columns, name)
    if findings:
        raise IntegrityError("{name}: {findings}", name=name, findings=str(findings))
    return [row for _, row in rows]
