"""Render, parse, compare: hostile texts from the bytes of a file to Beancount's own parser and back.

Guarantees: a voucher whose texts can be kept comes out of stock Beancount with exactly the texts that the reader gave;
those are the texts that were sent, composed and without what cannot be seen, and every such change is recorded; a row
whose text cannot be kept is named; nothing but our transactions comes out.
"""

from __future__ import annotations

import csv
import io
import random
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from campaigns.payloads import FIXED, mixture, row
from campaigns.provinces import Tally, province
from importers import booking
from importers.forms import Form, read_form
from importers.layouts import VOUCHERS
from importers.periods import Period
from importers.slots import Slot
from importers.vouchers import vouchers_of
from ledger import journal
from ledger.book import Book
from ledger.journal_beancount import read_with_beancount

BATCH = 200
TEXTS = ("description", "counterparty", "reference", "event", "corrects")
FILE, UNIT, PERIOD = "t.csv", "T01", "2026-03"

_UNSEEN = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u200b-\u200f\u2060\u3164\ufe00-\ufe0f\ufeff\uffa0]")
_SPACE = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_ENCODINGS = ("utf-8-sig", "utf-8", "utf-16")


def round_trips(seed: int, count: int) -> Tally:
    """`count` vouchers with hostile texts in all their fields, in files of `BATCH`."""
    chance = random.Random(seed)
    tally = Tally("render, parse, compare")
    kept = 0
    with province() as path:
        book = Book.open(path)
        for number in range(-(-count // BATCH)):
            sent = [_voucher(chance, at) for at in range(min(BATCH, count - number * BATCH))]
            form = read_form(_file(sent, chance), FILE, VOUCHERS)
            problems = [*_read_as_sent(form, sent), *_back_as_read(book, form)]
            kept += len(form.lines)
            tally.points += len(sent)
            tally.wrong += [f"{problem}; again: texts --seed {seed}, file {number}" for problem in problems]
    tally.notes.append(f"{kept} kept, the others named")
    return tally


def _voucher(chance: random.Random, at: int) -> dict[str, str]:
    """A sound voucher whose texts are hostile; most of them can be kept, so that much comes to the end."""
    cells = row(VOUCHERS, at)
    for key in TEXTS:
        if chance.random() < _OFTEN[key]:
            cells[key] = mixture(chance) if chance.random() < _OFTEN["mixture"] else chance.choice(FIXED)
    return cells


_OFTEN = {"description": 0.9, "counterparty": 0.3, "reference": 0.1, "event": 0.1, "corrects": 0.05, "mixture": 0.8}
"""How likely a field is hostile, and how likely the text is a mixture."""


def _file(sent: Sequence[Mapping[str, str]], chance: random.Random) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=chance.choice(";,\t"), lineterminator="\r\n")
    writer.writerow([column.vi for column in VOUCHERS.columns])
    writer.writerows([cells[column.key] for column in VOUCHERS.columns] for cells in sent)
    return out.getvalue().encode(chance.choice(_ENCODINGS))


def _read_as_sent(form: Form, sent: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """Every row is read or named, and what is read is what was sent, composed and without what cannot be seen."""
    if form.rows != len(sent):
        yield f"{form.rows} rows of {len(sent)} are accounted for: {[f.rule for f in form.findings]}"
        return
    named = {finding.row for finding in form.findings}
    changed = {(change.row, change.column): change.after for change in form.table.changes}
    lines = {line.row: line for line in form.lines}
    for at, cells in enumerate(sent, start=2):
        if at not in lines:
            if at not in named:
                yield f"row {at} is neither read nor named: {cells}"
            continue
        for key in TEXTS:
            got = lines[at].texts[key]
            if got == cells[key].strip():
                continue
            if changed.get((at, form.headings[key])) != got or _alike(got) != _alike(_seen(cells[key])):
                yield f"{key}: {cells[key]!r} became {got!r}"


def _seen(text: str) -> str:
    return unicodedata.normalize("NFC", _SPACE.sub(" ", _UNSEEN.sub("", text)).strip())


def _alike(text: str) -> str:
    """The one letter of another alphabet among our pieces, which is read as the Latin one it was meant to be."""
    return text.replace("\u0410", "A")


def _back_as_read(book: Book, form: Form) -> Iterator[str]:
    """The journal of the sound vouchers, read by strict reader and stock Beancount, has the texts of the rows."""
    slot = Slot.of(UNIT, PERIOD, "vouchers")
    vouchers = vouchers_of(form, FILE, UNIT, Period.read(PERIOD)).vouchers
    table = booking.posted(book, slot, vouchers, "0" * 64)
    text = journal.render(table)
    lines = {line.row: line.texts for line in form.lines}
    for name, back in (("the strict reader", journal.read(text)), ("stock Beancount", read_with_beancount(text))):
        if not back.equals(journal.ordered(table)):
            yield f"{name} gives other postings"
        if back["voucher"].nunique() != len(vouchers):
            yield f"{name} gives {back['voucher'].nunique()} vouchers of {len(vouchers)}"
        yield from (f"{name}: {problem}" for problem in _other_texts(back, lines))


def _other_texts(back: pd.DataFrame, lines: Mapping[int, Mapping[str, str]]) -> Iterator[str]:
    columns = [back[key].tolist() for key in ("row", *TEXTS)]
    for number, *found in zip(*columns, strict=True):
        expected = [lines[number][key] for key in TEXTS]
        if found != expected:
            yield f"row {number}: {expected} became {found}"
