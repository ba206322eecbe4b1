"""An XLSX archive as sheets of exact cells, streamed: what a limit forbids is never built.

Guarantees: nothing is unpacked before the archive's directory has passed every limit; a part is read to its end or to
the first limit, in small pieces; a document type declaration (and with it every entity) is refused.
"""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import NamedTuple
from xml.parsers import expat

from importers import limits
from importers.xlsx_cells import Styles
from importers.xlsx_parts import (
    Attributes,
    BeyondLimitError,
    DamagedError,
    Elements,
    Reader,
    SheetReader,
    SparseRow,
    StringsReader,
)

_CHUNK = 1 << 16
_TAG_BYTES = 1 << 20
"""Longest single tag or remark: the parser begins each of them anew with every piece it gets."""

_ENTRY = b"PK\x01\x02"
"""What begins every entry of an archive's directory."""

_MAIN, _MAIN_RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_SHEETS = "xl/worksheets/"
_PACKED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})

DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    expat.ExpatError,
    KeyError,
    ValueError,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
)
"""What the standard library raises on damaged archives (`ValueError` covers bad numbers and names)."""


class NotAWorkbookError(Exception):
    """An archive of another kind."""


class Sheet(NamedTuple):
    """A visible sheet."""

    title: str
    part: str


class Workbook:
    """An opened archive whose directory has passed every limit."""

    def __init__(self, data: bytes) -> None:
        """Look at the directory.

        Raises:
            BeyondLimitError: F13.
            NotAWorkbookError: another kind of archive.
            DAMAGE: it cannot be opened.
        """
        entries = data.count(_ENTRY)
        _limit("F13", "members", entries, limits.ARCHIVE_MEMBERS)
        self._archive = zipfile.ZipFile(io.BytesIO(data))
        members = self._archive.infolist()
        for what, found, most in _sizes(members):
            _limit("F13", what, found, most)
        if _MAIN not in {member.filename for member in members}:
            raise NotAWorkbookError
        odd = next((member.filename for member in members if member.compress_type not in _PACKED), "")
        if odd:
            raise DamagedError(odd)
        self._targets: dict[str, tuple[str, str]] = {}
        self._strings: list[str] | None = None
        self._styles: Styles | None = None
        self.sheets = self._visible()

    def rows(self, sheet: Sheet) -> Iterator[tuple[int, SparseRow]]:
        """The rows of a sheet that the file names, with their numbers, ascending; a row may be empty."""
        if self._strings is None or self._styles is None:
            self._strings, self._styles = self._read_strings(), self._read_styles()
        reader = SheetReader(self._strings, self._styles)
        for _ in self._parse(sheet.part, reader):
            yield from reader.rows
            reader.rows.clear()
        yield from reader.rows

    def _visible(self) -> list[Sheet]:
        """The visible sheets that are tables, in the workbook's order."""
        relations, book = Elements("Relationship"), Elements("sheet", "workbookPr")
        self._read(_MAIN_RELATIONS, relations)
        self._read(_MAIN, book)
        for _, relation in relations.found:
            if relation.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/xl", relation["Target"])).lstrip("/")
                self._targets[relation["Id"]] = relation.get("Type", "").rpartition("/")[2], target
        self._from_1904 = any(p.get("date1904") in {"1", "true"} for name, p in book.found if name == "workbookPr")
        made_of = [
            (sheet, *self._targets.get(_relation(sheet), ("", ""))) for name, sheet in book.found if name == "sheet"
        ]
        return [
            Sheet(sheet["name"], target)
            for sheet, kind, target in made_of
            if kind == "worksheet" and sheet.get("state", "visible") == "visible"
        ]

    def _read_strings(self) -> list[str]:
        reader = StringsReader()
        self._read_optional("sharedStrings", reader)
        return reader.strings

    def _read_styles(self) -> Styles:
        formats = Elements("numFmt", "cellXfs", "xf", "cellStyleXfs")
        self._read_optional("styles", formats)
        return Styles.of(formats.found, from_1904=self._from_1904)

    def _read_optional(self, kind: str, reader: Reader) -> None:
        part = next((target for found, target in self._targets.values() if found == kind), "")
        if part:
            self._read(part, reader)

    def _read(self, part: str, reader: Reader) -> None:
        for _ in self._parse(part, reader):
            pass

    def _parse(self, part: str, reader: Reader) -> Iterator[None]:
        """Feed a part to a reader, piece by piece."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _no_doctype
        parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
        parser.CharacterDataHandler = reader.text
        try:
            with self._archive.open(part) as stream:
                fed = 0
                while chunk := stream.read(_CHUNK):
                    parser.Parse(chunk, False)  # noqa: FBT003 - signature of the library
                    fed += len(chunk)
                    _check_progress(fed, parser.CurrentByteIndex)
                    yield
                parser.Parse(b"", True)  # noqa: FBT003 - signature of the library
        except (DamagedError, ValueError) as problem:
            raise DamagedError(f"{part}: {problem}") from problem


def _limit(code: str, what: str, found: int, most: int) -> None:
    if found > most:
        raise BeyondLimitError(code, what, found, most)


def _sizes(members: list[zipfile.ZipInfo]) -> Iterator[tuple[str, int, int]]:
    """(what, found, limit) of everything about an archive that has a limit."""
    yield "bytes", sum(member.file_size for member in members), limits.UNPACKED_BYTES
    for member in members:
        if not member.filename.startswith(_SHEETS):
            yield "bytes", member.file_size, limits.UNPACKED_PART_BYTES
        if member.file_size > limits.RATIO_FREE_BYTES:
            yield "ratio", member.file_size // max(member.compress_size, 1), limits.UNPACKED_RATIO


def _relation(sheet: Attributes) -> str:
    return next((value for name, value in sheet.items() if name.endswith(":id")), "")


def _check_progress(fed: int, at: int) -> None:
    if fed - at > _TAG_BYTES:
        raise DamagedError(f"byte {at}")


def _no_doctype(*_: object) -> None:
    raise DamagedError("DOCTYPE")
