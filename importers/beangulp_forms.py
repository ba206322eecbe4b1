"""Our forms for stock import tools: `beangulp` programs (identify, extract, archive) and Fava's import page.

Guarantees: a file is recognised by its content, never by its name; what is extracted is exactly what handing it in
would post, by the same reader, rules, posting and journal writer, read by Beancount's own parser; a file with a finding
that blocks gives nothing, and one sentence for each; an entry is left out only if the ledger has the same voucher of
the same unit with the same content, never because it looks like another; no file is passed over for its size.

    CONFIG = importers("/srv/book")        # a configuration of one's own; `importers.import_config` is a ready one
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path

import pandas as pd
from beancount.core import data
from beangulp import identify
from beangulp.exceptions import Error
from beangulp.importer import Importer

from importers import booking, file_words, limits, submission
from importers.diagnosis import ZIP
from importers.estimates import decisions_of
from importers.forms import Form, read_form
from importers.judging import catalogue
from importers.layouts import LAYOUTS, Layout
from importers.opening import opening_of
from importers.periods import Period
from importers.slots import SHORT, Slot, content_of, versions
from importers.vouchers import vouchers_of
from ledger import estimates
from ledger.book import Book
from ledger.errors import LedgerError
from ledger.findings import Finding
from ledger.journal import render
from ledger.journal_beancount import transactions
from ledger.journal_form import HEADER_KEYS, POSTING_KEYS
from ledger.texts import UnknownTextError, text

FILED_UNDER = "Equity:Received"
"""Where a tool that files documents by account puts ours, by unit; no posting ever stands there."""

NO_ROWS = "F22"
_HEAD_BYTES = 64 * 1024
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_WHERE_IT_STOOD = frozenset({"submission", "row"})
"""Metadata that says which file brought an entry; two files may bring the same one."""


class NothingExtractedError(Error):
    """A file of ours from which nothing can be taken; the sentences say why, in Vietnamese and English."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self.sentences = tuple(sentences)
        # The library's own function carries no types.
        super().__init__("\n".join(self.sentences))  # type: ignore[no-untyped-call]


def importers(book: Path | str, unit: str = "", period: str = "") -> list[FormImporter]:
    """One importer for each form, for the `CONFIG` of an import configuration.

    Args:
        book: the book's folder: its units, chart, registers and what it holds already.
        unit: for files that do not say whose they are.
        period: for files that do not say when; `2026-03`, `2026-Q1` or `2026`.
    """
    take_large_files()
    return [FormImporter(layout, Path(book), unit, period) for layout in LAYOUTS.values()]


def take_large_files() -> None:
    """Let the tools show us files above their own limit of 8 MiB, which they pass over with a word or none.

    Ours is `importers.limits.FILE_BYTES`, and a file beyond it is refused by name (F02).
    """
    identify.FILE_TOO_LARGE_THRESHOLD = sys.maxsize
    if page := sys.modules.get("fava.core.ingest"):
        vars(page)["_FILE_TOO_LARGE_THRESHOLD"] = sys.maxsize


class FormImporter(Importer):
    """One form. Unit and period are those given here, else those that the file itself says."""

    def __init__(self, layout: Layout, book: Path, unit: str = "", period: str = "") -> None:
        """Take the form and the book; a period that is none is a wrong call (`BadPeriodError`)."""
        self.layout, self.book = layout, book
        self._unit, self._period = unit, Period.read(period).text if period else ""

    @property
    def name(self) -> str:
        """Unique among the importers of one configuration."""
        return ".".join(("party-ledger", self.layout.form, *filter(None, (self._unit, self._period))))

    def identify(self, filepath: str) -> bool:
        """Whether the file is this form, told by its header: what is wrong below it is a matter of `extract`."""
        form = read_form(_head(_content(filepath)), Path(filepath).name, self.layout)
        return form.usable or NO_ROWS in {finding.rule for finding in form.findings}

    def account(self, filepath: str) -> str:
        """The place to file it under: the unit's, if that can be told."""
        unit, _ = self._slot_words(filepath)
        return f"{FILED_UNDER}:{_component(unit)}" if unit else FILED_UNDER

    def date(self, filepath: str) -> date | None:
        """The last day of its period."""
        _, period = self._slot_words(filepath)
        return date.fromisoformat(Period.read(period).last_day) if period else None

    def filename(self, filepath: str) -> str:
        """A name made of form and content, like that of a received file in the book."""
        _, period = self._slot_words(filepath)
        digest = hashlib.sha256(_content(filepath)).hexdigest()[:SHORT]
        container = self._form(filepath).table.container or "csv"
        return "-".join(filter(None, (period, self.layout.form, digest))) + f".{container}"

    def extract(self, filepath: str, existing: data.Entries) -> data.Entries:
        """The transactions of a file, without those that `existing` holds already.

        Forms without postings (registers of what is not money) are checked and give none.

        Raises:
            NothingExtractedError: unit or period cannot be told, or a finding blocks.
        """
        slot = self._slot(filepath)
        try:
            book = Book.open(self.book)
            outcome = self._checked(book, slot, filepath)
        except LedgerError as problem:
            raise NothingExtractedError([f"{problem.sentence(_vietnamese)} / {problem.sentence()}"]) from problem
        if not outcome.accepted or outcome.form is None:
            raise NothingExtractedError(_reasons(Path(filepath).name, outcome.findings))
        entries: data.Entries = [
            _placed(entry, filepath)
            for table in _tables(book, slot, outcome.form, outcome.file)
            for entry in transactions(render(table))
        ]
        self.deduplicate(entries, existing)
        return entries

    def deduplicate(self, entries: data.Entries, existing: data.Entries) -> None:
        """Take out of `entries` what `existing` holds, and what stands twice among them: by identity alone."""
        known = {identity(entry) for entry in existing if isinstance(entry, data.Transaction) and "unit" in entry.meta}
        ours = {identity(entry): entry for entry in entries if isinstance(entry, data.Transaction)}
        entries[:] = [entry for key, entry in ours.items() if key not in known]

    def _form(self, filepath: str) -> Form:
        state = Path(filepath).stat()
        return _read(filepath, self.layout.form, state.st_mtime_ns, state.st_size)

    def _slot_words(self, filepath: str) -> tuple[str, str]:
        """Unit and period, "" for what cannot be told."""
        form = self._form(filepath)
        return self._unit or file_words.unit(form), self._period or file_words.period(form)

    def _slot(self, filepath: str) -> Slot:
        unit, period = self._slot_words(filepath)
        missing = [sentence for word, sentence in ((unit, NO_UNIT), (period, NO_PERIOD)) if not word]
        name = Path(filepath).name
        if missing and any(catalogue().blocks(finding) for finding in self._form(filepath).findings):
            # Rows that cannot be read are why nothing can be told from them.
            raise NothingExtractedError(_reasons(name, self._form(filepath).findings))
        if missing:
            raise NothingExtractedError(_both(sentence, file=name) for sentence in missing)
        return Slot.of(unit, period, self.layout.form)

    def _checked(self, book: Book, slot: Slot, filepath: str) -> submission.Submission:
        """What would become of the file if it were handed in now, also where its slot is filled."""
        filled = slot.kind != "estimates" and bool(versions(book.events(slot.unit), slot))
        return submission.submit(
            book,
            _content(filepath),
            Path(filepath).name,
            unit=slot.unit,
            period=slot.period.text,
            kind=slot.kind,
            actor=self.name,
            role="import",
            replace=filled,
            reason=self.name if filled else "",
            dry_run=True,
        )


NO_UNIT = "{file}: whose file it is cannot be told: it needs a column Mã đơn vị or a title Đơn vị: …"
NO_PERIOD = "{file}: its period cannot be told: it needs dates of one period or a title Kỳ: …"
NOTHING = "{file}: nothing was extracted, because of {count} errors."


def identity(entry: data.Transaction) -> str:
    """What a voucher says, as SHA-256 (hex): unit, number, date, texts, accounts, figures; not which file says it."""
    head = [entry.date.isoformat(), entry.narration, _meta(entry.meta, (key.name for key in HEADER_KEYS))]
    keys = [key.name for key in POSTING_KEYS]
    lines = sorted(
        [posting.account, str(posting.units), _cost(posting), _meta(posting.meta or {}, keys)]
        for posting in entry.postings
    )
    return hashlib.sha256(json.dumps([head, lines], ensure_ascii=False).encode("utf-8")).hexdigest()


def _meta(meta: data.Meta, names: Iterable[str]) -> str:
    return json.dumps([str(meta.get(name, "")) for name in names if name not in _WHERE_IT_STOOD], ensure_ascii=False)


def _cost(posting: data.Posting) -> str:
    cost = posting.cost
    return "" if cost is None else json.dumps([str(part) for part in cost], ensure_ascii=False)


@lru_cache(maxsize=2 * len(LAYOUTS))
def _read(filepath: str, form: str, _changed: int, _size: int) -> Form:
    """A file under a form; time and size of its last change are part of the key."""
    return read_form(_content(filepath), Path(filepath).name, LAYOUTS[form])


def _head(content: bytes) -> bytes:
    """Enough of a file to know its form: of a large text the first whole records."""
    if len(content) <= _HEAD_BYTES or content.startswith((ZIP, *_UTF_16)):
        return content
    end = content.rfind(b"\n", 0, _HEAD_BYTES)
    while end > 0 and content.count(b'"', 0, end) % 2:
        end = content.rfind(b"\n", 0, end)
    return content[: end + 1]


def _content(filepath: str) -> bytes:
    """The file, or so much of it that it is seen to be too large."""
    with Path(filepath).open("rb") as file:
        return file.read(limits.FILE_BYTES + 1)


def _tables(book: Book, slot: Slot, form: Form, file: str) -> Iterator[pd.DataFrame]:
    """The postings that the file makes, by journal."""
    content = content_of(form)
    if slot.kind == "vouchers":
        found = vouchers_of(form, file, slot.unit, slot.period)
        yield booking.posted(book, slot, found.vouchers, content)
    elif slot.kind == "opening":
        voucher = opening_of(form, file, slot.unit, slot.period, book.chart).voucher
        yield booking.posted(book, slot, [voucher] if voucher else [], content)
    elif slot.kind == "estimates":
        today = book.today().isoformat()
        read = decisions_of(form, file, slot.unit, slot.period, book.units, today)
        lines = [replace(line, submission=content[:SHORT]) for line in read.lines]
        for unit in sorted({line.unit for line in lines}):
            yield estimates.postings(lines, unit, str(slot.period.year), book.chart, book.index)


def _placed(entry: data.Transaction, filepath: str) -> data.Transaction:
    """The entry, with the file and row that it came from as its place."""
    rows = [int(posting.meta["row"]) for posting in entry.postings if posting.meta and "row" in posting.meta]
    meta = {**entry.meta, "filename": filepath, "lineno": min(rows, default=0)}
    return entry._replace(meta=meta)


def _reasons(file: str, findings: Sequence[Finding]) -> Iterator[str]:
    errors = [finding for finding in findings if catalogue().blocks(finding)]
    yield _both(NOTHING, file=file, count=str(len(errors)))
    for finding in errors:
        place = " · ".join(filter(None, (finding.rule, f"{finding.row or ''}", finding.column)))
        yield f"{place}: {catalogue().message(finding, 'vi')} / {catalogue().message(finding, 'en')}"


def _both(msgid: str, **values: str) -> str:
    return f"{_vietnamese(msgid).format(**values)} / {msgid.format(**values)}"


def _vietnamese(msgid: str) -> str:
    """A sentence in Vietnamese; one that has none is still said, in English."""
    try:
        return text(msgid, "vi")
    except UnknownTextError:
        return msgid


def _component(unit: str) -> str:
    """A unit's code as a component of an account's name."""
    return unit.upper().replace(".", "-").replace("_", "-")
