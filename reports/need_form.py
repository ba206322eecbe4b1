"""DT01-TCĐ: what a grassroots organisation needs, its own receipts, and what the State budget is asked to pay.

Guarantees: every row of the accepted request is in the form; State budget = need - retained dues - other receipts, to
the đồng, also where it comes out below nought; PDF and XLSX are made from one record whose hash stands on them. The
reference gives the form's name and formula only: the layout is ours and the form says so on its face.

Law: Guidance 21-HD/VPTW, form DT01-TCĐ (secondary source, unverified).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from ledger import records
from ledger.book import Book
from ledger.clock import parse_moment
from ledger.errors import Refused
from ledger.findings import Language
from ledger.money import money
from ledger.records import Record
from ledger.standing import Standing, standings
from ledger.vietnamese import amount_in_words, date_vi, long_date_vi
from plugins.preparation import KIND, NEED
from reports import statement, typesetting, workbook
from reports.form_data import load_yaml
from reports.letterhead import letterhead, person
from reports.preparation import RECEIPTS
from reports.questions import UnknownUnitError
from reports.stamp import Stamp, qr_svg, stamp

SCHEMA: Final = "party-ledger DT01-TCĐ 1"
TEMPLATE: Final = "need_form"
PARTS: Final = (NEED, *RECEIPTS)


class NoRequestError(Refused):
    """The unit has handed in no request for the year, so there is nothing to print."""

    template = "{unit} has handed in no estimate request for {year}"

    def __init__(self, unit: str, year: str) -> None:
        super().__init__(unit=unit, year=year)


@dataclass(frozen=True, slots=True)
class NeedForm:
    """The form ready for print."""

    record: dict[str, Any]
    stamp: Stamp
    when: datetime
    """When the book took the request."""


def need_form(book: Book, unit: str, year: str) -> NeedForm:
    """The form of a unit as this snapshot of the book has it.

    Raises:
        UnknownUnitError: the register has no such unit.
        NoRequestError: no request was accepted for the year.
    """
    if not book.units.known(unit):
        raise UnknownUnitError(unit)
    rows = records.read(KIND, book.read(records.name(KIND, unit, year)), unit, year)
    if not rows:
        raise NoRequestError(unit, year)
    at = standings(book.events(unit), unit).get((year, KIND), Standing(unit, year, KIND))
    when = parse_moment(at.accepted) if at.accepted else book.now()
    record = _record(book, unit, year, rows, when)
    return NeedForm(record, stamp(book, unit, year, statement.canonical(record)), when)


def pdf(made: NeedForm, language: Language = "vi") -> bytes:
    """The form as PDF."""
    return typesetting.pdf(TEMPLATE, view(made, language), made.when)


def view(made: NeedForm, language: Language) -> dict[str, Any]:
    """The record as the template takes it."""
    record, words = made.record, load_yaml(TEMPLATE)
    state = int(record["state"])
    day = record["day"]
    shown = record | {
        "heading": words["heading"][language].format(year=record["year"]),
        "unit_name": record["names"][language],
        "follows": record["follows"][language],
        "long_day": long_date_vi(day) if language == "vi" else date_vi(day),
        "parts": [_part(part, words, language) for part in record["parts"]],
        "state_mark": words["state"]["mark"],
        "state_name": words["state"][language],
        "state": money(state),
        "words": amount_in_words(state),
        "surplus": words["surplus"][language] if state < 0 else "",
        "signature": words["signature"][language],
        "accountant": words["accountant"][language],
    }
    title = words["title"][language].format(unit=record["unit"], year=record["year"])
    base = {"language": language, "title": title, "record": shown}
    return base | {"stamp": made.stamp.as_dict(), "qr": qr_svg(made.stamp.payload)}


def xlsx(made: NeedForm, language: Language = "vi") -> bytes:
    """The form as a workbook."""
    words, record = load_yaml(TEMPLATE), made.record
    sheet_words, columns = words["sheet"], words["sheet"]["columns"]
    practice = (sheet_words["practice"][language],) if record["practice"] else ()
    state = int(record["state"])
    sheet = workbook.Sheet(
        name=sheet_words["name"][language],
        title=words["heading"][language].format(year=record["year"]),
        subtitle=(f"{record['unit']} · {record['names'][language]}", sheet_words["currency"][language]),
        headings=tuple(raw[language] for raw in columns.values()),
        kinds=tuple(raw["kind"] for raw in columns.values()),
        widths=tuple(raw["width"] for raw in columns.values()),
        rows=tuple(_cells(record, words, language)),
        total=("", "", "", "", state, ""),
        total_label=f"{words['state']['mark']}. {words['state'][language]}",
        notes=(
            sheet_words["words"][language].format(words=amount_in_words(state)),
            *practice,
            sheet_words["form"][language].format(follows=record["follows"][language]),
            f"{made.stamp.program} · {made.stamp.commit} · {made.stamp.content}",
        ),
    )
    return workbook.workbook(sheet, None, made.when)


def _record(book: Book, unit: str, year: str, rows: tuple[Record, ...], when: datetime) -> dict[str, Any]:
    day = when.date().isoformat()
    row = book.units.get(unit, f"{year}-01-01") or book.units.get(unit)
    parts = [_sum([r for r in rows if r.texts["line"] == part], part) for part in PARTS]
    need, *receipts = (int(part["total"]) for part in parts)
    return {
        "schema": SCHEMA,
        "practice": "yes" if book.settings.practice else "",
        "place": book.settings.place,
        "year": year,
        "unit": unit,
        "names": {"vi": row.name_vi, "en": row.name_en} if row else {"vi": unit, "en": unit},
        "chapter": row.chapter if row else "",
        "office": letterhead(book, unit, day),
        "day": day,
        "follows": dict(load_yaml(TEMPLATE)["follows"]),
        "exceptions": [],
        "people": {"head": person(book, unit, "head", day), "accountant": _accountant(book, unit, day)},
        "parts": parts,
        "state": str(need - sum(receipts)),
    }


def _accountant(book: Book, unit: str, day: str) -> str:
    return person(book, unit, "chief_accountant", day) or person(book, unit, "accountant", day)


def _sum(rows: list[Record], part: str) -> dict[str, Any]:
    return {
        "part": part,
        "total": str(sum(row.number("amount") for row in rows)),
        "rows": [
            {name: row.texts[name] for name in ("task", "source", "clause", "item", "programme", "norm", "basis")}
            | {name: str(row.numbers[name]) if name in row.numbers else "" for name in ("quantity", "price", "amount")}
            for row in rows
        ],
    }


def _code(row: Mapping[str, str]) -> str:
    return "-".join(row[name] for name in ("source", "clause", "item", "programme") if row[name])


def _basis(row: Mapping[str, str]) -> str:
    return "; ".join(part for part in (row["basis"], row["norm"]) if part)


def _part(part: Mapping[str, Any], words: Mapping[str, Any], language: Language) -> dict[str, Any]:
    name = words["parts"][part["part"]]
    rows = [
        {"task": row["task"], "code": _code(row), "basis": _basis(row)}
        | {key: money(int(row[key])) if row[key] else "" for key in ("quantity", "price", "amount")}
        for row in part["rows"]
    ]
    return {"mark": name["mark"], "name": name[language], "total": money(int(part["total"])), "rows": rows}


def _cells(record: Mapping[str, Any], words: Mapping[str, Any], language: Language) -> list[tuple[str | int, ...]]:
    cells: list[tuple[str | int, ...]] = []
    for part in record["parts"]:
        name = words["parts"][part["part"]]
        cells.append((f"{name['mark']}. {name[language]}", "", "", "", int(part["total"]), ""))
        for number, row in enumerate(part["rows"], start=1):
            figures = [int(row[key]) if row[key] else "" for key in ("quantity", "price", "amount")]
            cells.append((f"{number}. {row['task']}", _code(row), *figures, _basis(row)))
    return cells
