"""The form of the files of law data, read strictly: documents, parameters, their entries, spans and sources.

Guarantees: a file is taken whole or refused with file and key named; no key is missing, unknown or there twice; a
value has the type its parameter declares, a row of a table all its columns and no other; a value that is not there
says what was not found; entries stand in order, without gap and without overlap, and name documents that exist.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from datetime import timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from ledger import strict_yaml
from ledger.regulations_entries import (
    CELL_KINDS,
    KINDS,
    OWNERS,
    Document,
    Entry,
    Parameter,
    RegulationsError,
    Replacement,
    Row,
    Value,
)
from ledger.regulations_values import cell, confidence, day, day_or_none, fields, scalar, texts, word

DOCUMENTS = "documents"
"""Key under which a book's own file brings its own documents."""
_KEY = re.compile(r"[a-z][a-z_]*(?:\.[a-z][a-z_0-9]*)+")
_COLUMN = re.compile(r"[a-z][a-z_]*")
_CODE = re.compile(r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*")

_PARAMETER = {"title", "type", "owner", "values"}
_MAY = {"unit", "columns", "missing"}
_ENTRY = {"value", "in_force", "issued", "known", "document", "article", "confidence", "basis", "reviewed"}
_ENTRY_MAY = {"until"}
_DOCUMENT = {"vi", "en", "issued", "confidence", "basis"}
_DOCUMENT_MAY = {"replaced_by", "replaced_on", "replaced_articles"}


class File(NamedTuple):
    """One file's content, as read."""

    name: str
    sha256: str
    keys: Mapping[Any, Any]


class Shape(NamedTuple):
    """What the values of one parameter must look like."""

    kind: str
    columns: Mapping[str, str]
    may_lack: bool
    """Whether the parameter says what was not found, so that a value may be empty."""


def open_file(data: bytes, name: str) -> File:
    """The keys of one file.

    Args:
        data: YAML text in UTF-8.
        name: how messages call the file.

    Raises:
        RegulationsError: it is not YAML of keys, or a key stands twice.
    """
    try:
        raw = strict_yaml.read(data.decode("utf-8"))
    except strict_yaml.RepeatedKeyError as error:
        raise RegulationsError("{where}: {key} stands twice", where=name, key=error.key) from None
    except (UnicodeDecodeError, strict_yaml.YAMLError) as error:
        raise RegulationsError("{where}: not a YAML file in UTF-8: {why}", where=name, why=str(error)) from None
    if not isinstance(raw, dict):
        raise RegulationsError("{where}: not a record with keys", where=name)
    return File(name, hashlib.sha256(data).hexdigest(), raw)


def documents(file: File) -> list[Document]:
    """The documents that a file describes, by code.

    Raises:
        RegulationsError: anything that is not exactly of the form; the sentence names file and code.
    """
    return [_document(f"{file.name}: {code}", code, raw, file.name) for code, raw in file.keys.items()]


def parameters(file: File, known: Mapping[str, Document]) -> list[Parameter]:
    """The parameters of a file.

    Args:
        file: its keys.
        known: the documents that an entry may name, by code.

    Raises:
        RegulationsError: anything that is not exactly of the form; the sentence names file and key.
    """
    return [_parameter(f"{file.name}: {key}", key, raw, file, known) for key, raw in file.keys.items()]


def check_spans(where: str, entries: Collection[Entry]) -> None:
    """Entries stand in order of `in_force`, then `known`, without gap and without overlap.

    Raises:
        RegulationsError: they do not.
    """
    for entry in entries:
        if entry.until is not None and entry.until < entry.in_force:
            raise RegulationsError("{where}: ends before it begins: {day}", where=where, day=str(entry.in_force))
    for before, after in pairwise(entries):
        day = str(after.in_force)
        if (before.in_force, before.known) > (after.in_force, after.known):
            raise RegulationsError("{where}: out of order (by in_force, then known): {day}", where=where, day=day)
        if (before.in_force, before.known) == (after.in_force, after.known):
            sentence = "{where}: overlap: two entries begin and are known alike: {day}"
            raise RegulationsError(sentence, where=where, day=day)
        if before.until is None:
            continue
        end = str(before.until)
        if after.in_force > before.until + timedelta(days=1):
            raise RegulationsError("{where}: gap: nothing between {end} and {day}", where=where, end=end, day=day)
        if after.in_force <= before.until and after.known <= before.known:
            sentence = "{where}: overlap: {day} begins before {end} has passed"
            raise RegulationsError(sentence, where=where, end=end, day=day)


def _document(where: str, code: object, raw: object, file: str) -> Document:
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise RegulationsError("{where}: a document's code is capitals and digits joined by hyphens", where=where)
    given = fields(where, raw, _DOCUMENT, _DOCUMENT_MAY)
    articles = given.get("replaced_articles") or {}
    if not isinstance(articles, dict):
        raise RegulationsError("{where}: not a record with keys", where=where)
    by, on = given.get("replaced_by"), given.get("replaced_on")
    return Document(
        code=code,
        vi=word(where, "vi", given["vi"]),
        en=word(where, "en", given["en"]),
        issued=day_or_none(where, "issued", given["issued"]),
        confidence=confidence(where, given["confidence"]),
        basis=word(where, "basis", given["basis"]),
        file=file,
        replaced=None if by is None and on is None else _replacement(where, {"replaced_by": by, "replaced_on": on}),
        replaced_articles={
            word(where, "article", article): _replacement(where, one) for article, one in articles.items()
        },
    )


def _replacement(where: str, raw: object) -> Replacement:
    given = fields(where, raw, {"replaced_by", "replaced_on"}, set())
    by = "" if given["replaced_by"] is None else word(where, "replaced_by", given["replaced_by"])
    return Replacement(by, day(where, "replaced_on", given["replaced_on"]))


def _parameter(where: str, key: object, raw: object, file: File, known: Mapping[str, Document]) -> Parameter:
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise RegulationsError("{where}: a key is words joined by dots", where=where)
    given = fields(where, raw, _PARAMETER, _MAY)
    kind, owner, values = given["type"], given["owner"], given["values"]
    if kind not in KINDS or owner not in OWNERS:
        raise RegulationsError("{where}: unknown type or owner", where=where)
    missing = texts(where, "missing", given["missing"]) if "missing" in given else None
    shape = Shape(kind, _columns(where, kind, given), missing is not None)
    if not isinstance(values, list):
        raise RegulationsError("{where}: values is not a list", where=where)
    if missing is None and (owner == "gap" or not values):
        raise RegulationsError("{where}: nothing says what was not found (missing)", where=where)
    entries = tuple(_entry(where, shape, value, file, known) for value in values)
    check_spans(where, entries)
    return Parameter(
        key=key,
        title=texts(where, "title", given["title"]),
        type=kind,
        unit=texts(where, "unit", given["unit"]) if "unit" in given else None,
        columns=shape.columns,  # type: ignore[arg-type] # each was held against CELL_KINDS
        owner=owner,
        missing=missing,
        entries=entries,
    )


def _columns(where: str, kind: str, given: Mapping[str, Any]) -> Mapping[str, str]:
    """The columns of a table; other types have none, and texts and days have no unit."""
    out_of_place = {"columns"} if kind != "table" else set()
    out_of_place |= {"unit"} if kind not in {"integer", "table"} else set()
    lacking = {"columns"} if kind == "table" else set()
    wrong = (out_of_place & set(given)) | (lacking - set(given))
    if wrong:
        names = ", ".join(sorted(wrong))
        raise RegulationsError("{where}: keys missing or unknown: {names}", where=where, names=names)
    columns = given.get("columns", {})
    if kind == "table" and (not isinstance(columns, dict) or not columns):
        raise RegulationsError("{where}: not a record with keys", where=where)
    for name, kind_of_cell in columns.items():
        if not isinstance(name, str) or not _COLUMN.fullmatch(name) or kind_of_cell not in CELL_KINDS:
            raise RegulationsError("{where}: {name} is no column with a type", where=where, name=str(name))
    return dict(columns)


def _entry(where: str, shape: Shape, raw: object, file: File, known: Mapping[str, Document]) -> Entry:
    given = fields(where, raw, _ENTRY, _ENTRY_MAY)
    issued, first = day_or_none(where, "issued", given["issued"]), day(where, "known", given["known"])
    if issued is not None and first < issued:
        raise RegulationsError("{where}: known before it was issued: {day}", where=where, day=str(first))
    value, rows = _value(where, shape, given["value"])
    return Entry(
        value=value,
        rows=rows,
        empty=given["value"] in (None, []),
        in_force=day(where, "in_force", given["in_force"]),
        until=day(where, "until", given["until"]) if "until" in given else None,
        issued=issued,
        known=first,
        documents=_named(where, given["document"], known),
        article=None if given["article"] is None else texts(where, "article", given["article"]),
        confidence=confidence(where, given["confidence"]),
        basis=word(where, "basis", given["basis"]),
        reviewed=day(where, "reviewed", given["reviewed"]),
        file=file.name,
        sha256=file.sha256,
    )


def _named(where: str, raw: object, known: Mapping[str, Document]) -> tuple[Document, ...]:
    """The documents of an entry: one code, or a list where several texts make one value."""
    found = []
    for code in raw if isinstance(raw, list) and raw else [raw]:
        if not isinstance(code, str) or code not in known:
            raise RegulationsError("{where}: no document has the code {code}", where=where, code=str(code))
        found.append(known[code])
    return tuple(found)


def _value(where: str, shape: Shape, raw: object) -> tuple[Value, tuple[Row, ...]]:
    """What `Entry.value` and `Entry.rows` hold; nothing where nothing is known and the parameter says so."""
    nothing: object = [] if shape.kind == "table" else None
    if raw == nothing and type(raw) is type(nothing):
        if not shape.may_lack:
            raise RegulationsError("{where}: nothing says what was not found (missing)", where=where)
        return "", ()
    if shape.kind != "table":
        return scalar(where, shape.kind, raw), ()
    if not isinstance(raw, list):
        raise RegulationsError("{where}: the value {value} is not of type {kind}", where=where, value="?", kind="table")
    return "", tuple(_row(where, shape.columns, row) for row in raw)


def _row(where: str, columns: Mapping[str, str], raw: object) -> Row:
    cells = fields(where, raw, set(columns), set())
    return {name: cell(f"{where}: {name}", kind, cells[name]) for name, kind in columns.items()}
