"""Minutes and notice of a settlement: one record of figures, two papers made from it.

Guarantees: both papers come from the same record, whose hash stands on every page; amounts in the record are
whole đồng as text; the same record gives the same PDF byte for byte with the program version it names; legal bases
are those known on the day of the paper; a form whose circular was not seen says so on its face.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from ledger.book import Book
from ledger.findings import Language
from ledger.money import money
from ledger.regulations import NotInForceError
from ledger.vietnamese import amount_in_words, date_vi, long_date_vi
from reports import execution, settlement_checks, statement, typesetting
from reports.decisions import Decision
from reports.form_data import load_yaml
from reports.settlement_figures import Basis
from reports.settlement_report import Settlement
from reports.settlement_state import Case
from reports.stamp import Stamp, program, qr_svg, stamp, tools

Paper = Literal["minutes", "notice"]
PAPERS: Final[tuple[Paper, ...]] = ("minutes", "notice")
SCHEMA = "party-ledger settlement documents 1"
SECTION = "A.I"
"""The section of B01/BCQT that the papers show; the book has no data for the others."""
OFFICE_PREFIX = "Văn phòng "


@dataclass(frozen=True, slots=True)
class Documents:
    """The papers of a settlement."""

    record: dict[str, Any]
    """What they say; text, lists and mappings only."""
    stamp: Stamp
    when: datetime
    tools: str
    """Libraries they were made with: with others the same record may give other bytes."""

    @property
    def repeatable(self) -> bool:
        """Whether this program makes the same bytes of them again."""
        return (self.stamp.program, self.tools) == (program(), tools())


def path(unit: str, year: int) -> str:
    """Where the record and the manifest of the papers stand in the book."""
    return f"settlements/{year}/{unit}/documents.json"


def documents(book: Book, figures: Settlement, case: Case, number: str, when: datetime) -> Documents:
    """The papers of a settlement as this snapshot of the book has it.

    Args:
        book: a snapshot of the book.
        figures: the settlement's figures.
        case: its state, approved.
        number: number of the notice, as the registry gave it.
        when: day and time of the papers, aware.
    """
    record = _record(book, figures, case, number, when)
    made_of = stamp(book, case.unit, str(case.year), statement.canonical(record))
    return Documents(record, made_of, when, tools())


def files(made: Documents, language: Language = "vi") -> dict[str, bytes]:
    """The papers as PDF, by file name."""
    names = load_yaml("documents")["files"]
    return {names[paper][language]: pdf(made, paper, language) for paper in PAPERS}


def pdf(made: Documents, paper: Paper, language: Language = "vi") -> bytes:
    """One paper as PDF."""
    return typesetting.pdf(paper, view(made, paper, language), made.when)


def manifest(made: Documents, pdfs: Mapping[str, bytes]) -> bytes:
    """Record, stamp and the hashes of the papers: what it takes to make them again and compare."""
    return statement.canonical(
        {
            "schema": SCHEMA,
            "record": made.record,
            "stamp": made.stamp.as_dict(),
            "when": made.when.isoformat(),
            "tools": made.tools,
            "files": {name: statement.digest(data) for name, data in pdfs.items()},
        }
    )


def read_manifest(data: bytes) -> tuple[Documents, dict[str, str]]:
    """The papers a manifest tells of, and the SHA-256 of each file.

    Raises:
        ValueError, KeyError, TypeError: not a manifest of ours.
    """
    raw = json.loads(data)
    made = Documents(raw["record"], Stamp(**raw["stamp"]), datetime.fromisoformat(raw["when"]), str(raw["tools"]))
    return made, dict(raw["files"])


def view(made: Documents, paper: Paper, language: Language) -> dict[str, Any]:
    """The record as a template takes it: amounts as people read them, names in their language."""
    record, words = made.record, load_yaml("documents")
    title = words["title"][paper][language].format(year=record["year"], unit=record["unit"])
    shown = record | {
        "unit_name": record[f"unit_name_{language}"],
        "follows": record["follows"][language],
        "bases": record["bases"][language],
        "day": date_vi(record["day"]),
        "long_day": long_date_vi(record["day"]) if language == "vi" else date_vi(record["day"]),
        "lines": [
            _amounts(row) | {"name": row["names"][language], "level": int(row["level"])} for row in record["lines"]
        ],
        "natures": [_nature(part, language) for part in record["natures"]],
        "decisions": [_decision(row, language) for row in record["decisions"]],
        "checks": [_amounts(row) | {"name": row["names"][language]} for row in record["checks"]],
        "overrides": [_override(row) for row in record.get("overrides", ())],
        "total": _amounts(record["total"]),
        "rejected": money(int(record["rejected"])),
        "payable": money(int(record["payable"])),
        "words": {key: amount_in_words(int(amount)) if amount else "" for key, amount in _worded(record).items()},
        **{key: [_person(p, language) for p in record[key]] for key in ("unit_people", "reviewing", "approving")},
    }
    base = {"language": language, "title": title, "record": shown}
    return base | {"stamp": made.stamp.as_dict(), "qr": qr_svg(made.stamp.payload)}


def _record(book: Book, figures: Settlement, case: Case, number: str, when: datetime) -> dict[str, Any]:
    day = when.date()
    row, root = book.units.get(case.unit), book.units.get(book.units.root(day.isoformat()))
    if row is None or root is None:
        raise LookupError(case.unit)
    signed = json.loads(book.read(statement.path(case.unit, case.year)) or b"{}")
    above = root.name_vi.removeprefix(OFFICE_PREFIX)
    return {
        "schema": SCHEMA,
        "practice": "yes" if book.settings.practice else "",
        "year": str(case.year),
        "unit": row.unit,
        "unit_name_vi": row.name_vi,
        "unit_name_en": row.name_en,
        "chapter": row.chapter,
        "office": {"code": root.unit, "name": root.name_vi, "above": above, "own": OFFICE_PREFIX.strip()},
        "place": book.settings.place,
        "number": number,
        "day": day.isoformat(),
        "follows": dict(figures.form.follows),
        "bases": {language: _bases(book, figures, day, language) for language in ("vi", "en")},
        "exceptions": list(case.exceptions),
        "returned": [{k: str(r[k]) for k in ("reason", "deadline")} for r in case.returned],
        "overrides": _overrides(book, case),
        "statement": case.statement,
        "signed_at": str(signed.get("time", "")),
        **_figures(book, figures),
        **_people(book, case, day),
    }


def _overrides(book: Book, case: Case) -> list[dict[str, str]]:
    """The decisions by which something passed that budget control would have stopped, each with what passed."""
    return [
        {
            "document": one.document,
            "granted_on": one.granted_on,
            "rule": one.rule,
            "line": "-".join(part for part in (one.source, one.clause, one.item) if part),
            "cap": str(one.cap),
            "passed": str(found.difference or 0),
            "on": found.on,
            "reason": one.reason,
        }
        for one, found in execution.allowed(book, case.unit, year=str(case.year))
    ]


def _figures(book: Book, figures: Settlement) -> dict[str, Any]:
    rejected = sum(d.amount for d in figures.decisions if d.action == "rejected")
    lines = [
        {"line": x.line, "level": str(x.level), "names": dict(x.names)}
        | _pair(figures.reported[x.line], figures.reviewed[x.line])
        for x in figures.form.lines
        if x.section == SECTION
    ]
    counts = {a: str(sum(d.action == a for d in figures.decisions)) for a in ("rejected", "adjusted")}
    return {
        "lines": lines,
        "natures": _natures(book, figures),
        "decisions": [_decision_record(d, figures) for d in figures.decisions if d.action != "approved"],
        "checks": _checks(book, figures),
        "counts": counts | {"all": str(len(figures.decisions))},
        "total": _pair(figures.reported["17"], figures.reviewed["17"]),
        "rejected": str(rejected),
        "payable": str(figures.reviewed["23"] + figures.reviewed["27"]),
    }


def _pair(reported: int, reviewed: int) -> dict[str, str]:
    return {"reported": str(reported), "reviewed": str(reviewed), "difference": str(reviewed - reported)}


def _natures(book: Book, figures: Settlement) -> list[dict[str, Any]]:
    """F01-01 rows under their nature, with the nature's sums."""
    tables = {language: figures.details(book.index, language) for language in ("vi", "en")}
    found = []
    for nature in ("autonomous", "other"):
        vi, en = (tables[language][tables[language]["nature"] == nature] for language in ("vi", "en"))
        rows: list[dict[str, Any]] = [
            {name: str(getattr(row, name)) for name in ("category", "clause", "group", "item")}
            | _pair(int(str(row.reported)), int(str(row.reviewed)))
            for row in vi.itertuples()
        ]
        for entry, *names in zip(rows, vi["name"], en["name"], strict=True):
            entry["names"] = dict(zip(("vi", "en"), map(str, names), strict=True))
        sums = _pair(int(vi["reported"].sum()), int(vi["reviewed"].sum()))
        if rows:
            found.append({"nature": nature, "rows": rows, **sums})
    return found


def _checks(book: Book, figures: Settlement) -> list[dict[str, Any]]:
    basis = Basis.of(book.chart, book.index, book.regulations, figures.year)
    other = settlement_checks.books_of(book.postings([figures.unit]), basis, figures.unit, figures.year)
    table = settlement_checks.checks(figures, other)
    names = {key: dict(texts["name"]) for key, texts in load_yaml("checks").items()}
    return [
        {"names": names[str(row.check)]}
        | {key: str(getattr(row, key)) for key in ("settlement", "books", "difference")}
        for row in table.itertuples()
    ]


def _decision_record(decision: Decision, figures: Settlement) -> dict[str, str]:
    facts = figures.facts
    rows = facts[(facts["voucher"] == decision.voucher) & (facts["row"] == decision.row) & (facts["voucher"] != "")]
    names = ("action", "voucher", "line", "item", "reason", "article", "evidence")
    return {name: getattr(decision, name) for name in names} | {
        "row": str(decision.row or ""),
        "amount": str(-decision.amount if decision.action == "rejected" else decision.amount),
        "day": str(rows["date"].iloc[0]) if len(rows) else "",
        "description": str(rows["description"].iloc[0]) if len(rows) else "",
    }


def _people(book: Book, case: Case, day: date) -> dict[str, Any]:
    on = day.isoformat()
    rows = [r for r in book.people.rows if case.unit in r.units.split() and r.valid_from <= on <= (r.valid_to or on)]
    unit_people = [
        {"role": role, "name": row.name, "tag": ""}
        for role in ("chief_accountant", "head")
        for row in rows
        if row.role == role
    ]
    signers = {"reviewing": ("reviewer", case.reviewer), "approving": ("approver", case.approver)}
    return {"unit_people": unit_people} | {
        key: [{"role": role, "name": book.people.name(person), "tag": case.tag(role)}]
        for key, (role, person) in signers.items()
    }


def _bases(book: Book, figures: Settlement, day: date, language: Language) -> list[str]:
    words = load_yaml("documents")
    found: list[str] = []
    for key in words["bases"]:
        try:
            entry = book.regulations.entry(key, date(figures.year, 12, 31), day)
        except NotInForceError:
            continue
        article = entry.article[language] if entry.article is not None else ""
        # Within a sentence only "Điều" keeps its capital.
        article = article[0].lower() + article[1:] if article.startswith(("Khoản", "Điểm")) else article
        found.append(entry.source(language) + (f" ({article})" if article else ""))
    given = figures.facts[figures.facts["decision"] != ""]
    days = dict(zip(given["decision"], given["date"], strict=True))
    numbers = ", ".join(f"{number} ({date_vi(on)})" for number, on in sorted(days.items(), key=lambda x: (x[1], x[0])))
    if numbers:
        found.append(words["decisions"][language].format(numbers=numbers))
    return list(dict.fromkeys(found))


def _worded(record: Mapping[str, Any]) -> dict[str, str]:
    """Amounts that are also written in words; "" for those that are nought and not spoken of."""
    return {
        "reported": record["total"]["reported"],
        "reviewed": record["total"]["reviewed"],
        "rejected": "" if record["rejected"] == "0" else record["rejected"],
        "payable": "" if record["payable"] == "0" else record["payable"],
    }


def _amounts(row: Mapping[str, Any]) -> dict[str, Any]:
    names: Iterable[str] = {"reported", "reviewed", "difference", "settlement", "books"} & row.keys()
    return dict(row) | {name: money(int(row[name])) for name in names}


def _nature(part: Mapping[str, Any], language: Language) -> dict[str, Any]:
    rows = [_amounts(row) | {"name": row["names"][language]} for row in part["rows"]]
    return _amounts(part) | {"name": load_yaml("documents")["natures"][part["nature"]][language], "rows": rows}


def _decision(row: Mapping[str, str], language: Language) -> dict[str, str]:
    shown = dict(row) | {"amount": money(int(row["amount"]))}
    shown["action"] = load_yaml("documents")["actions"][row["action"]][language]
    shown["day"] = date_vi(row["day"]) if row["day"] else ""
    return shown


def _override(row: Mapping[str, str]) -> dict[str, str]:
    days = {name: date_vi(row[name]) for name in ("granted_on", "on")}
    return dict(row) | days | {name: money(int(row[name])) for name in ("cap", "passed")}


def _person(person: Mapping[str, str], language: Language) -> dict[str, str]:
    words = load_yaml("documents")
    signature = words["signed"][language].format(tag=person["tag"]) if person["tag"] else ""
    return {"name": person["name"], "title": words["titles"][person["role"]][language], "signature": signature}
