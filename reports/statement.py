"""The settlement statement: what is signed, in one canonical form.

Guarantees: the same settlement gives the same bytes (sorted keys, no spaces, NFC as stored, amounts as strings of
whole đồng, nothing but text, lists and mappings); the statement names every file it rests on by its SHA-256, so
that a changed byte is found without trusting any program of ours.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

from ledger.book import Book
from reports import balances, decisions
from reports.questions import span
from reports.settlement_report import Settlement
from reports.settlement_state import Case
from reports.stamp import program, rule_pack

SCHEMA = "party-ledger settlement statement 1"
AT_SIGNING = ("program", "rules", "reviewer", "time", "exceptions", "submitters", "base", "round")
"""Keys that say how it was signed; all others are found again in the book at any later time."""


def path(unit: str, year: int) -> str:
    """Where the statement of a settlement stands in the book."""
    return f"settlements/{year}/{unit}/statement.json"


def canonical(value: Any) -> bytes:  # noqa: ANN401 - any JSON value
    """Canonical JSON: sorted keys, no spaces, UTF-8, no numbers.

    Raises:
        TypeError: a number, None or another type: amounts travel as strings.
    """
    _refuse_numbers(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def digest(data: bytes) -> str:
    """SHA-256, hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def build(book: Book, figures: Settlement, case: Case, *, reviewer: str, time: str) -> dict[str, Any]:
    """The statement of a settlement as this snapshot of the book has it.

    Args:
        book: a snapshot of the book.
        figures: the settlement's figures.
        case: its state.
        reviewer: person who signs first.
        time: ISO moment of the review.
    """
    signing = {
        "program": program(),
        "rules": rule_pack(book),
        "reviewer": reviewer,
        "time": time,
        "exceptions": list(case.exceptions),
        "submitters": sorted(case.submitters),
        "base": book.commit,
        "round": str(case.round),
    }
    return signing | facts_of(book, figures)


def facts_of(book: Book, figures: Settlement) -> dict[str, Any]:
    """The part of a statement that can be found again in the book at any later time."""
    unit, year = figures.unit, figures.year
    names = ("line", "reported", "reviewed")
    lines = [{name: str(getattr(row, name)) for name in names} for row in figures.lines().itertuples()]
    details = figures.details(book.index).drop(columns=["name", "category", "group"])
    text = book.read(decisions.path(unit, year))
    return {
        "schema": SCHEMA,
        "unit": unit,
        "year": str(year),
        "form": {"name": figures.form.form, "version": figures.form.version},
        "files": {name: digest(book.read(name) or b"") for name in files(book, unit, year)},
        "facts": {"count": str(len(figures.facts)), "sha256": digest(canonical(_rows(figures.facts)))},
        "decisions": {"count": str(len(figures.decisions)), "sha256": digest(text or b"")},
        "lines": lines,
        "details": _rows(details),
        "trial_balance": _rows(_trial_balance(book, unit, year)),
    }


def files(book: Book, unit: str, year: int) -> list[str]:
    """Journals of the year and the files they came in as; the generated closing entries are left out."""
    journals = [n for n in book.names(f"units/{unit}/{year}/") if not n.endswith("-closing.beancount")]
    received = [n for n in book.names(f"received/{unit}/") if n.split("/")[2].startswith(str(year))]
    return sorted(journals + received)


def differences(statement: Mapping[str, Any], book: Book, figures: Settlement) -> list[str]:
    """Keys of a statement that the book does not bear out, a changed or missing file by its name."""
    now = facts_of(book, figures)
    found = [key for key in now if key != "files" and statement.get(key) != now[key]]
    signed: Mapping[str, str] = statement.get("files", {})
    found += [name for name, known in signed.items() if now["files"].get(name) != known]
    return sorted(found + [name for name in now["files"] if name not in signed])


def message(case: Case, role: str, person: str, statement_sha256: str) -> str:
    """What a person signs: the tag's text, for people and for programs."""
    return (
        f"Quyết toán {case.year} · {case.unit}\n\n"
        f"unit: {case.unit}\nyear: {case.year}\nround: {case.round}\nrole: {role}\nperson: {person}\n"
        f"statement: sha256:{statement_sha256}\n"
    )


def read_message(text: str) -> dict[str, str]:
    """The fields of a tag's text; {} when it has none."""
    pairs = (line.partition(": ") for line in text.splitlines()[2:])
    return {key: value for key, mark, value in pairs if mark}


def _trial_balance(book: Book, unit: str, year: int) -> pd.DataFrame:
    """Of the year before its closing entries, which are generated and may come later."""
    table = book.postings([unit])
    frame = balances.balances(table[table["entry"] != "closing"], span(str(year)), lambda _: "")
    return frame.drop(columns="name")


def _rows(frame: pd.DataFrame) -> list[dict[str, str]]:
    columns = [str(column) for column in frame.columns]
    values = [[str(x) for x in frame[column]] for column in frame.columns]
    return [dict(zip(columns, row, strict=True)) for row in zip(*values, strict=True)]


def _refuse_numbers(value: Any) -> None:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        for part in value.values():
            _refuse_numbers(part)
    elif isinstance(value, list):
        for part in value:
            _refuse_numbers(part)
    elif not isinstance(value, str):
        raise TypeError(f"{value!r} has no place in a statement: everything is text")
