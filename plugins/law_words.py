"""Law data in words: a value with its unit, an entry with its source, the history of a parameter.

Guarantees: what was not checked, what is a practice value, what the province entered and what was not found is always
said beside the value; the same words are used by the list of parameters, their pages and the explanations.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from ledger import strict_yaml
from ledger.findings import Language, is_day
from ledger.money import money
from ledger.regulations import Entry, Parameter, Value
from ledger.texts import text
from ledger.vietnamese import date_vi

CONFIDENCE: Mapping[str, str] = {
    "law": "read in the law",
    "official": "official news",
    "secondary": "secondary source",
    "unverified": "not checked",
    "practice": "practice value",
}
"""How far a value was checked → the text that says so."""
OWNERS: Mapping[str, str] = {
    "law": "set by law",
    "province": "set by the province",
    "gap": "set by law, text not found in part",
}
_HEADINGS = Path(__file__).with_name("law_columns.yaml")
YEARLY = "2025-"
"""Any year that is no leap year: a month and day exists in every year."""


def cell(kind: str, value: Value) -> str:
    """A value of a type as people read it: `1.234.567`, `15/11`, a word."""
    if kind == "integer":
        return money(int(value))
    if kind == "month_day":
        return date_vi(YEARLY + str(value))[:5]
    return date_vi(str(value)) if is_day(value) else str(value)


def value(parameter: Parameter, entry: Entry, language: Language) -> str:
    """The value of an entry with its unit; of a table the number of rows; what is missing where nothing is known."""
    if entry.empty:
        return text("not found", language)
    if parameter.type == "table":
        return text("table of {count} rows", language).format(count=len(entry.rows))
    said = cell(parameter.type, entry.value)
    return f"{said} {parameter.unit[language]}" if parameter.unit else said


def rows(parameter: Parameter, entry: Entry, language: Language) -> list[str]:
    """The rows of a table, one line each: headings and cells; empty cells and those in the other language left out."""
    other = "_en" if language == "vi" else "_vi"
    kinds = {name: kind for name, kind in parameter.columns.items() if not name.endswith(other)}
    headings = {name: heading(parameter, name, language) for name in kinds}
    return [
        "; ".join(f"{headings[name]}: {cell(kind, row[name])}" for name, kind in kinds.items() if row[name] != "")
        for row in entry.rows
    ]


def heading(parameter: Parameter, column: str, language: Language) -> str:
    """How a column of a table is called; its own name where nobody gave it another."""
    plain = column.removesuffix(f"_{language}")
    named = _headings()
    found = named.get(f"{parameter.key}.{plain}") or named.get(plain)
    return found[language] if found else column


def span(parameter: Parameter, entry: Entry, language: Language, known: date | None = None) -> str:
    """From when to when an entry applies (in the knowledge of a day), and from when it was known."""
    last = parameter.last_day(entry, known)
    begin = date_vi(entry.in_force)
    if last is None:
        said = text("from {begin}", language).format(begin=begin)
    elif last < entry.in_force:
        said = text("from {begin}, replaced for all its days", language).format(begin=begin)
    else:
        said = text("{begin} to {end}", language).format(begin=begin, end=date_vi(last))
    return f"{said}; {text('known from {day}', language).format(day=date_vi(entry.known))}"


def history(parameter: Parameter, language: Language) -> list[str]:
    """Everything that is known of a parameter, line by line."""
    owner = text(OWNERS[parameter.owner], language)
    lines = [f"{parameter.key}  {parameter.title[language]}", f"{parameter.type} · {owner}"]
    if parameter.missing:
        lines.append(f"! {parameter.missing[language]}")
    for entry in reversed(parameter.entries):
        lines += ["", f"{value(parameter, entry, language)}  ({span(parameter, entry, language)})"]
        lines += [f"    - {row}" for row in rows(parameter, entry, language)]
        lines += [
            f"    § {entry.citation(language)}",
            f"    {marks(entry, language)}: {entry.basis}",
            f"    {_filed(entry, language)}",
        ]
    return lines


def marks(entry: Entry, language: Language) -> str:
    """How far an entry was checked, and whether it is the province's own."""
    own = (text("the province's own", language),) if entry.own else ()
    return ", ".join((text(CONFIDENCE[entry.confidence], language), *own))


def entry_json(parameter: Parameter, entry: Entry, language: Language, known: date | None = None) -> dict[str, Any]:
    """An entry as a record (in the knowledge of a day)."""
    last = parameter.last_day(entry, known)
    content: Value | list[Mapping[str, Value]] | None = list(entry.rows) if parameter.type == "table" else entry.value
    return {
        "value": None if entry.empty else content,
        "in_force": str(entry.in_force),
        "last_day": str(last) if last else None,
        "issued": str(entry.issued) if entry.issued else None,
        "known": str(entry.known),
        "documents": [document.code for document in entry.documents],
        "article": entry.article[language] if entry.article else None,
        "citation": entry.citation(language),
        "confidence": entry.confidence,
        "unverified": entry.unverified,
        "basis": entry.basis,
        "reviewed": str(entry.reviewed),
        "own": entry.own,
        "file": entry.file,
        "sha256": entry.sha256,
    }


def parameter_json(parameter: Parameter, language: Language) -> dict[str, Any]:
    """A parameter with its whole history as a record."""
    return {
        "id": parameter.key,
        "title": parameter.title[language],
        "type": parameter.type,
        "unit": parameter.unit[language] if parameter.unit else None,
        "columns": dict(parameter.columns),
        "owner": parameter.owner,
        "missing": parameter.missing[language] if parameter.missing else None,
        "values": [entry_json(parameter, entry, language) for entry in parameter.entries],
    }


@cache
def _headings() -> Mapping[str, Mapping[str, str]]:
    read: Mapping[str, Mapping[str, str]] = strict_yaml.read(_HEADINGS.read_text("utf-8"))
    return read


def _filed(entry: Entry, language: Language) -> str:
    said = text("reviewed {day}; file {file}, SHA-256 {hash}", language)
    return said.format(day=date_vi(entry.reviewed), file=entry.file, hash=entry.sha256[:12])
