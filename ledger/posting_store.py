"""The cache of posting tables: reading the text must not be the price of every question.

Guarantees: a table is what the text says, or there is none. A cached one is used only if it was made by this
program from exactly this text and its own bytes are untouched (hashes of both stand in front of it); anything else
found in the cache is passed over and made again; a cache that cannot be written is no harm. The strict reader reads
the text; one that is not canonical is left to Beancount, and its rows must be such that a canonical journal could
hold them; one that Beancount refuses stops everything: no figure from a journal that cannot be read.
"""

from __future__ import annotations

import hashlib
import io
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Final

import pandas as pd
from pyarrow.feather import read_table

from ledger.durable import Disk
from ledger.errors import IntegrityError
from ledger.journal import JournalError, NotAJournalError, NotCanonicalError, read, read_with_beancount, render
from ledger.journal_form import MAGIC
from ledger.postings import SCHEMA, TEXT, WHOLE, check, from_arrow, from_columns
from ledger.version import VERSION

_MADE_BY: Final = repr((VERSION, pd.__version__, MAGIC, SCHEMA)).encode()
"""Program, form and columns: a table made by others has another file name and another seal."""
_ROWS_IN_MEMORY: Final = 500_000
"""About 200 MB."""
_WORTH_A_FILE: Final = 30_000
"""Bytes of text below which the strict reader is as fast as a file (measured: about 3 ms)."""


class UnreadableJournalError(IntegrityError):
    """A journal is neither canonical nor anything that Beancount makes our rows of."""

    template = "{file} cannot be read as a journal: {why}"

    def __init__(self, file: str, why: str) -> None:
        super().__init__(file=file, why=why)


class PostingStore:
    """Posting tables by the content of their journal: in memory, else as Arrow files in a folder.

    Arrow, not Parquet: thirty columns of a month's few hundred rows cost Parquet more than reading the text anew.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, name: str, text: bytes) -> pd.DataFrame:
        """Return the postings of one journal file.

        Args:
            name: of the file, for the sentence of an error.
            text: its content.

        Raises:
            UnreadableJournalError: neither we nor Beancount can read it without errors; names file and line.
        """
        made_from = content_id(_MADE_BY + text)
        table = _memory.get(made_from)
        if table is None:
            table = self._from_file(name, made_from, text) if len(text) >= _WORTH_A_FILE else _parse(name, text)
            _memory.put(made_from, table)
        # A shallow copy: whoever changes it changes a copy of his own, never the table in memory.
        return table.copy(deep=False)

    def _from_file(self, name: str, made_from: str, text: bytes) -> pd.DataFrame:
        path = self._folder / f"{made_from}.postings"
        table = _load(path, made_from)
        if table is None:
            table = _parse(name, text)
            _save(path, made_from, table)
        return table


def content_id(data: bytes) -> str:
    """Return the identity of a content: its SHA-256."""
    return hashlib.sha256(data).hexdigest()


class _Memory:
    """The tables used last, by the hash of their text; shared by all stores, as a text has one table only."""

    def __init__(self, rows: int) -> None:
        self._limit = rows
        self._rows = 0
        self._tables: OrderedDict[str, pd.DataFrame] = OrderedDict()
        self._lock = Lock()

    def get(self, made_from: str) -> pd.DataFrame | None:
        """Return a table, if it is still here."""
        with self._lock:
            table = self._tables.get(made_from)
            if table is not None:
                self._tables.move_to_end(made_from)
            return table

    def put(self, made_from: str, table: pd.DataFrame) -> None:
        """Keep a table; those not used for longest make room."""
        with self._lock:
            if made_from not in self._tables:
                self._tables[made_from] = table
                self._rows += len(table)
            while self._rows > self._limit:
                self._rows -= len(self._tables.popitem(last=False)[1])


_memory = _Memory(_ROWS_IN_MEMORY)


def _parse(name: str, text: bytes) -> pd.DataFrame:
    try:
        lines = text.decode("utf-8")
    except UnicodeDecodeError as problem:
        line = text.count(b"\n", 0, problem.start) + 1
        raise UnreadableJournalError(name, f"line {line}: not UTF-8") from problem
    try:
        return read(lines)
    except NotCanonicalError:
        return _parse_with_beancount(name, lines)


def _parse_with_beancount(name: str, lines: str) -> pd.DataFrame:
    try:
        return read(render(read_with_beancount(lines)))
    except (NotAJournalError, JournalError) as problem:
        raise UnreadableJournalError(name, str(problem)) from problem


def _load(path: Path, made_from: str) -> pd.DataFrame | None:
    """Return a cached table, or None; bytes that were not written by `_save` never reach the Arrow reader."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    seal, _, body = data.partition(b"\n")
    if seal != _seal(made_from, body):
        return None
    # Column by column: the library's own way to a frame takes twice as long for tables of this many columns.
    found = read_table(io.BytesIO(body))  # type: ignore[no-untyped-call]
    columns = {name: found[name] for name in found.column_names}
    texts = {name: from_arrow(column) for name, column in columns.items() if SCHEMA.get(name) == TEXT}
    whole = {name: column.to_numpy() for name, column in columns.items() if SCHEMA.get(name) == WHOLE}
    table = from_columns(texts | whole, found.num_rows)
    check(table)
    return table


def _save(path: Path, made_from: str, table: pd.DataFrame) -> None:
    """Write a table under a seal over its own bytes and its text; a cache that cannot be written is no loss."""
    buffer = io.BytesIO()
    table.to_feather(buffer, compression="lz4")
    body = buffer.getvalue()
    disk = Disk()
    with suppress(OSError):
        disk.make_folders(path.parent)
        disk.write(path, _seal(made_from, body) + b"\n" + body, sync_folder=False)


def _seal(made_from: str, body: bytes) -> bytes:
    return f"{made_from} {content_id(body)}".encode()
