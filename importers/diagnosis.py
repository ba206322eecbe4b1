"""What a file is, told from its bytes before anything reads it: the first and cheapest diagnosis.

Guarantees: a file's name is never asked; an encoding is UTF-8 or UTF-16 by its own mark; bytes that are neither are
not read here: old code pages (Windows-1258, TCVN3) carry no mark and need a proof (`importers/legacy.py`). A file that
ends in the middle of a letter or of an archive is said to be cut off.
"""

from __future__ import annotations

from importers import limits
from ledger.findings import Finding

ZIP = b"PK\x03\x04"

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WORD = "WordDocument".encode("utf-16-le")
_OTHER_KINDS = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7-Zip"),
    (b"\x1f\x8b", "GZIP"),
    (b"{\\rtf", "RTF (Word)"),
    (b"PK\x05\x06", "ZIP"),
)
_MARKUP = (b"<!doctype", b"<html", b"<table", b"<?xml", b"<svg", b"mime-version:")
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8", "UTF-8 (BOM)"),
    (b"\xff\xfe\x00\x00", "", "UTF-32"),
    (b"\x00\x00\xfe\xff", "", "UTF-32"),
    (b"\xff\xfe", "utf-16-le", "UTF-16 LE"),
    (b"\xfe\xff", "utf-16-be", "UTF-16 BE"),
    (b"", "utf-8", "UTF-8"),
)
_END_OF_ARCHIVE = b"PK\x05\x06"
_END_BYTES = 22 + 65_535
"""The record that ends an archive, with the longest remark behind it."""

_ENDS_EARLY = frozenset({"unexpected end of data", "truncated data"})
_BLANK = b"\x00\xef\xbb\xbf\xff\xfe \t\r\n"


def diagnose(data: bytes, file: str) -> Finding | None:
    """Why a file cannot be a table at all, or None.

    Returns:
        F01 empty, F02 too large, F03 another kind of file, F04 the old Excel format, F12 locked with a password,
        F93 an archive that was cut off.
    """
    if len(data) > limits.FILE_BYTES:
        return Finding("F02", file=file, params={"bytes": len(data), "limit": limits.FILE_BYTES})
    if not data.strip(_BLANK):
        return Finding("F01", file=file, value=str(len(data)))
    if data.startswith(_OLE):
        return _compound_file(data, file)
    kind = next((kind for magic, kind in _OTHER_KINDS if data.startswith(magic)), "")
    if data[:512].lstrip(_BLANK).lower().startswith(_MARKUP):
        kind = "HTML/XML"
    if data.startswith(ZIP) and _END_OF_ARCHIVE not in data[-_END_BYTES:]:
        return Finding("F93", file=file, value="XLSX", params={"bytes": len(data)})
    return Finding("F03", file=file, value=kind) if kind else None


def decode(data: bytes, file: str) -> tuple[str, str] | Finding:
    """The text and the name of its encoding; F93 when the file ends within a letter, F05 for other encodings."""
    mark, codec, name = next(known for known in _MARKS if data.startswith(known[0]))
    place = ""
    try:
        if codec:
            return data[len(mark) :].decode(codec), name
    except UnicodeDecodeError as problem:
        before = data[len(mark) : len(mark) + problem.start]
        if problem.reason in _ENDS_EARLY and not before.isascii():
            return Finding("F93", file=file, value=name, params={"bytes": len(data)})
        place = f", byte {problem.start + len(mark)}"
    return Finding("F05", file=file, value=name + place, expected="UTF-8, UTF-16 (BOM), XLSX")


def _compound_file(data: bytes, file: str) -> Finding:
    """Office's old container: Excel 97-2003, Word 97-2003, or a new workbook under a password."""
    if _ENCRYPTED in data:
        return Finding("F12", file=file, value="EncryptedPackage")
    return Finding("F03", file=file, value="Word") if _WORD in data else Finding("F04", file=file, value="XLS")
