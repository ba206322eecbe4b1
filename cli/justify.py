"""`justify`: the unit says why a warning may stand; it stays quiet while its row is unchanged."""

from __future__ import annotations

from pathlib import Path

import click

from cli import common, steps
from importers.justifying import Reason, justify
from importers.papers import SCAN_BYTES
from importers.slots import Slot
from ledger.book import Book
from ledger.errors import UsageProblem
from ledger.findings import Language


@click.command("justify")
@click.option("--rule", required=True, help="Code of the warning.")
@click.option("--document", default="", help="Number of the document; none for a warning about the whole file.")
@click.option("--row", type=int, default=None, help="Only the warning at this row.")
@click.option("--reason", required=True, help="Why it may stand.")
@click.option("--until", default="", help="Last ISO day on which the reason holds.")
@click.option("--attachment", type=click.Path(path_type=Path), default=None, help="A paper: PDF, JPEG or PNG.")
@steps.one
@common.guarded
def command(
    book: Path,
    unit: str,
    period: str,
    kind: str,
    rule: str,
    document: str,
    row: int | None,
    reason: str,
    until: str,
    attachment: Path | None,
    person: str,
    at: str | None,
    lang: Language,
    format_: str,
) -> None:
    """Justify a warning of a submission instead of correcting it."""
    opened = Book.open(book)
    slot = Slot.of(unit, period, kind)
    who = common.actor(opened, person, at, "justify", unit)
    given = Reason(rule, document, reason, row, until, _paper(attachment), attachment.name if attachment else "")
    steps.answer(justify(opened, slot, who.person, who.role, given, who.at), format_, lang)


def _paper(path: Path | None) -> bytes | None:
    """The first bytes of a paper, one more than the largest that is taken."""
    if path is None:
        return None
    if not path.is_file():
        raise UsageProblem("There is no file {file}.", file=str(path))
    with path.open("rb") as file:
        return file.read(SCAN_BYTES + 1)
