"""Hostile text in every field of every form, from the file to everything that shows it.

Guarantees: each row with a hostile text is either in the book with exactly that text (as it was recorded to be
cleaned) or named by a finding; no other row moves; nothing of it becomes a directive, a formula or markup anywhere.
"""

from __future__ import annotations

import csv
import io
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from submission_cases import hand_in

from campaigns import outputs
from campaigns.payloads import ALONE, CANARY, SLOTS, row, texts
from campaigns.provinces import Tally, copy_of, province, unsound
from importers.judging import catalogue
from importers.layouts import LAYOUTS, Layout
from importers.slots import Slot
from importers.submission import Submission
from ledger import records
from ledger.book import Book

Pair = tuple[str, str]
"""A column and a hostile text for it."""

FREE = frozenset({"text", "number"})
"""Kinds of columns that take people's words."""

_LIKELIER = 3
_TRIES = 8
"""Rows that are sound alone may contradict each other (two vouchers of one number); so often they are taken out."""


def every_field(seed: int, count: int, only: str = "") -> Iterator[Tally]:
    """All of `count` texts in every column of every form, or of one."""
    found = texts(seed, count)
    with province() as book:
        for layout in LAYOUTS.values():
            if only in {"", layout.form}:
                yield _form(book, layout, [[(column.key, text) for text in found] for column in layout.columns], seed)


def some_fields(book: Path, layout: Layout, seed: int, count: int) -> Tally:
    """In one form, `count` texts, each in a column that chance takes; those that fit once more as a workbook."""
    chance = random.Random(f"{seed} {layout.form}")
    drawn = _drawn(chance, layout, texts(seed, 3 * count), count)
    fit_a_workbook = [pair for pair in drawn if not ILLEGAL_CHARACTERS_RE.search(pair[1])]
    return _form(book, layout, [drawn, fit_a_workbook[: len(fit_a_workbook) // 2 * 2 - 1]], seed)


def _drawn(chance: random.Random, layout: Layout, found: Sequence[str], count: int) -> list[Pair]:
    """Texts for columns that chance takes, more of them for those that take any text."""
    columns = [column.key for column in layout.columns]
    columns += _LIKELIER * [column.key for column in layout.columns if column.kind in FREE]
    return [(chance.choice(columns), chance.choice(found)) for _ in range(count)]


def _form(book: Path, layout: Layout, batches: Sequence[Sequence[Pair]], seed: int) -> Tally:
    tally = Tally(f"hostile texts in {layout.form}")
    accepted = 0
    for pairs in batches:
        with copy_of(book) as copy:
            taken, problems = _handed_in(copy, layout, list(pairs))
        accepted += taken
        tally.points += len(pairs)
        tally.wrong += [f"{problem}; again: hostile --only {layout.form} --seed {seed}" for problem in problems]
    tally.notes.append(f"{accepted} accepted")
    return tally


def _handed_in(copy: Path, layout: Layout, pairs: list[Pair]) -> tuple[int, list[str]]:
    """Hand in a file with these texts, then again without the refused rows: (rows in the book, problems)."""
    slot = Slot.of(SLOTS[layout.form]["unit"], SLOTS[layout.form]["period"], layout.form)
    first = _submit(copy, layout, pairs, dry_run=True)
    problems = [*_accounted(first, pairs, layout), *outputs.of_file(first, slot)]
    kept = _sound_rows(copy, layout, pairs, first)
    if not kept:
        return 0, problems
    outcome = _submit(copy, layout, kept, dry_run=False)
    problems += [*_stored(copy, slot, outcome, kept), *outputs.of_book(copy, slot.unit)]
    problems += [problem for problem in [unsound(copy, thorough=True)] if problem]
    if CANARY in sys.modules:
        problems.append("the canary ran")
    return len(kept), problems


def _sound_rows(book: Path, layout: Layout, pairs: list[Pair], first: Submission) -> list[Pair]:
    """Those of the rows that the book takes together; of a form whose rows contradict each other, one."""
    if layout.form in ALONE:
        read = {line.row for line in first.form.lines} if first.form else set()
        alone = ([pair] for at, pair in enumerate(pairs, start=2) if at in read)
        return next((one for one in alone if _submit(book, layout, one, dry_run=True).accepted), [])
    outcome = first
    for _ in range(_TRIES):
        if outcome.accepted or not pairs:
            break
        refused = _refused(outcome)
        pairs = [pair for at, pair in enumerate(pairs, start=2) if at not in refused]
        outcome = _submit(book, layout, pairs, dry_run=True)
    return pairs if outcome.accepted else []


def _submit(book: Path, layout: Layout, pairs: Sequence[Pair], *, dry_run: bool) -> Submission:
    rows = [row(layout, number) | {key: text} for number, (key, text) in enumerate(pairs, start=1)]
    if layout.form == "opening":
        # What the other rows come to, so that the totals are equal.
        total = sum(1_000 for cells in rows if cells["debit"] == "1.000")
        rows.append(row(layout, 0) | {"account": "4218", "debit": "", "credit": str(total), "counterparty": ""})
    name, data = _container(layout, rows)
    return hand_in(book, data, name, kind=layout.form, dry_run=dry_run, **SLOTS[layout.form])


def _container(layout: Layout, rows: Sequence[Mapping[str, str]]) -> tuple[str, bytes]:
    """The file: a workbook where every text can stand in one and their number is odd, else CSV."""
    lines = [[column.vi for column in layout.columns], *(list(cells.values()) for cells in rows)]
    if len(rows) % 2 and not any(ILLEGAL_CHARACTERS_RE.search(cell) for line in lines for cell in line):
        return '"><x>.xlsx', _workbook(lines)
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(lines)
    return '"><x>.csv', b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def _workbook(lines: Sequence[Sequence[str]]) -> bytes:
    """A workbook of text cells, also where a text looks like a formula."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row_number, line in enumerate(lines, start=1):
        for column_number, text in enumerate(line, start=1):
            cell = sheet.cell(row_number, column_number, text)
            cell.data_type = "s"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _refused(outcome: Submission) -> set[int]:
    """Rows that a blocking finding names; all of them if one names none."""
    blocking = [finding for finding in outcome.findings if catalogue().blocks(finding)]
    rows = {finding.row for finding in blocking if finding.row}
    return rows or set(range(outcome.rows + 2))


def _accounted(outcome: Submission, pairs: Sequence[Pair], layout: Layout) -> Iterator[str]:
    """Rows in = rows read + rows reported; every row whose text cannot be kept is reported by its own number."""
    form = outcome.form
    expected = len(pairs) + (layout.form == "opening")
    if form is None or not form.usable or form.rows != expected:
        yield f"{form.rows if form else 0} rows of {expected} are accounted for: {[f.rule for f in outcome.findings]}"
        return
    lines = {line.row: line for line in form.lines}
    changed = {(change.row, change.column) for change in form.table.changes}
    for at, (key, sent) in enumerate(pairs, start=2):
        column = next(column for column in layout.columns if column.key == key)
        if at not in lines or column.kind not in FREE:
            continue
        if lines[at].texts[key] != sent.strip() and (at, form.headings[key]) not in changed:
            yield f"{key}: {sent!r} became {lines[at].texts[key]!r} without a word"


def _stored(book: Path, slot: Slot, outcome: Submission, pairs: Sequence[Pair]) -> Iterator[str]:
    """What the book holds of the rows is what was read of them."""
    if not outcome.accepted or outcome.form is None:
        yield f"refused after it would have been accepted: {[f.rule for f in outcome.findings]}"
        return
    opened, lines = Book.open(book), {line.row: line for line in outcome.form.lines}
    if slot.kind in records.KINDS:
        stored = records.read(slot.kind, opened.read(slot.journal), slot.unit, slot.period.text)
        held = {found.row: found.texts for found in stored}
    elif slot.kind == "estimates":
        frame = opened.estimates()
        mine = frame[frame["submission"] == opened.events(slot.unit)[-1].data["submission"]]
        held = {int(found["row"]): found for found in mine.to_dict("records")}
    else:
        frame = opened.postings([slot.unit])
        held = {int(found["row"]): found for found in frame[frame["period"] == slot.ledger_period].to_dict("records")}
    for at, (key, _) in enumerate(pairs, start=2):
        column = next(column for column in slot.layout.columns if column.key == key)
        if at not in held:
            yield f"row {at} is not in the book"
        elif column.kind in FREE and held[at].get(key, lines[at].texts[key]) != lines[at].texts[key]:
            yield f"{key}: {lines[at].texts[key]!r} is {held[at][key]!r} in the book"
