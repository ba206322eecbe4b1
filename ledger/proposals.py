"""What the office proposes to assign, line by line, before the decision: one register for each budget year.

Guarantees: a line (unit, source, clause, item or group, programme) stands once; the register reads back exactly what
was written or is named as damaged; a figure of nought is a proposal too, a line that is not there is none. Whole đồng.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, NamedTuple

from ledger.errors import IntegrityError

if TYPE_CHECKING:
    from ledger.book import Book

FOLDER: Final = "registers/proposals/"
_WHOLE = re.compile(r"0|[1-9][0-9]*", re.ASCII)

Key = tuple[str, str, str, str, str]
"""Unit, source, clause, item or group ("" for the whole), programme ("" for none)."""


class DamagedProposalsError(IntegrityError):
    """A register of proposals that this program did not write."""

    template = "the register {file} is damaged at row {row}: {why}"

    def __init__(self, file: str, row: int, why: str) -> None:
        super().__init__(file=file, row=str(row), why=why)


class Proposal(NamedTuple):
    """What the office proposes for one line."""

    unit: str
    source: str
    clause: str
    item: str
    programme: str
    amount: int
    """Whole đồng, 0 or more."""
    reason: str
    """Why it is not what the unit asked for; empty where it is."""
    submission: str
    """Receipt of the file that brought it."""
    row: int
    """Row in that file as Excel shows it."""

    @property
    def key(self) -> Key:
        """The line it is about."""
        return self[:5]


def name(year: str) -> str:
    """Where a budget year's proposals stand: `registers/proposals/2027.csv`."""
    return f"{FOLDER}{year}.csv"


def of_year(book: Book, year: str) -> tuple[Proposal, ...]:
    """The proposals of a budget year, by line.

    Raises:
        DamagedProposalsError: the register is not what `write` writes.
    """
    return read(book.read(name(year)), name(year))


def merged(before: Iterable[Proposal], new: Iterable[Proposal]) -> tuple[Proposal, ...]:
    """Both, by line; of a line that both have the new one counts."""
    lines = {proposal.key: proposal for proposal in (*before, *new)}
    return tuple(lines[key] for key in sorted(lines))


def write(proposals: Iterable[Proposal]) -> bytes:
    """The register in its canonical form: UTF-8, comma, LF, header first, by line."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(Proposal._fields)
    writer.writerows(sorted(proposals))
    return out.getvalue().encode("utf-8")


def read(data: bytes | None, file: str) -> tuple[Proposal, ...]:
    """The proposals of a register; no file has none.

    Raises:
        DamagedProposalsError: the file is not what `write` writes; names the row.
    """
    if data is None:
        return ()
    try:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as problem:
        raise DamagedProposalsError(file, 1, str(problem)) from None
    if not rows or tuple(rows[0]) != Proposal._fields:
        raise DamagedProposalsError(file, 1, "header")
    found = tuple(_proposal(cells, number, file) for number, cells in enumerate(rows[1:], start=2))
    if write(found) != data or len({proposal.key for proposal in found}) != len(found):
        raise DamagedProposalsError(file, 1, "not in canonical form")
    return found


def _proposal(cells: list[str], number: int, file: str) -> Proposal:
    if len(cells) != len(Proposal._fields):
        raise DamagedProposalsError(file, number, f"{len(cells)} cells")
    values = dict(zip(Proposal._fields, cells, strict=True))
    amount, row = values.pop("amount"), values.pop("row")
    wrong = next((value for value in (amount, row) if not _WHOLE.fullmatch(value)), None)
    if wrong is not None:
        raise DamagedProposalsError(file, number, wrong)
    return Proposal(**values, amount=int(amount), row=int(row))
