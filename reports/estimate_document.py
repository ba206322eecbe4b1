"""The decision on estimates as a paper and as a sheet: one record of the register's lines, two forms made from it.

Guarantees: every line of the decision is in the annex, by unit, with its unit's sum, the total and the total in words;
PDF and XLSX are made from the same record, whose hash stands on them; the time in both is that at which the book took
the decision, so the same book gives the same bytes; the layout is ours and the paper says so. What an outside authority
decided is printed as a list of what was assigned, not as a decision of ours. Whole đồng, as text in the record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from ledger import estimates
from ledger.book import Book
from ledger.clock import parse_moment
from ledger.estimates import EstimateLine
from ledger.findings import Finding, Language
from ledger.money import money
from ledger.vietnamese import amount_in_words, date_vi, long_date_vi
from reports import statement, typesetting, workbook
from reports.form_data import load_yaml
from reports.letterhead import bases, letterhead, person
from reports.stamp import Stamp, qr_svg, stamp

SCHEMA: Final = "party-ledger estimate decision 1"
TEMPLATE: Final = "estimate_decision"
SEVERAL: Final = "several"


@dataclass(frozen=True, slots=True)
class Document:
    """A decision ready for print."""

    record: dict[str, Any]
    """What it says; text, lists and mappings only."""
    stamp: Stamp
    when: datetime
    """When the book took the decision."""


def found(book: Book, year: str, decision: str, unit: str = "") -> tuple[list[EstimateLine], list[Finding]]:
    """The lines of a decision in the register, or J78.

    Args:
        book: a snapshot of the book.
        year: budget year.
        decision: its number.
        unit: the unit that handed it in, needed where two units have a decision of one number.
    """
    name = estimates.register_name(year)
    register = estimates.read(book.read(name), name)
    lines = [line for line in register if line.decision == decision and unit in {"", line.assigning_unit}]
    if lines and len({line.assigning_unit for line in lines}) == 1:
        return lines, []
    known = ", ".join(dict.fromkeys(f"{line.decision} ({line.assigning_unit})" for line in register))
    return [], [Finding("J78", unit=unit, period=year, value=decision, expected=known or "—", params={"year": year})]


def document(book: Book, lines: Sequence[EstimateLine]) -> Document:
    """The paper of one decision.

    Args:
        book: a snapshot of the book.
        lines: all lines of one decision of one assigning unit.
    """
    first = lines[0]
    record = _record(book, lines)
    made_of = stamp(book, first.assigning_unit, first.budget_year, statement.canonical(record))
    return Document(record, made_of, _taken(book, first))


def pdf(made: Document, language: Language = "vi") -> bytes:
    """The paper as PDF."""
    return typesetting.pdf(TEMPLATE, view(made, language), made.when)


def xlsx(made: Document, language: Language = "vi") -> bytes:
    """The annex as a workbook."""
    words, record = load_yaml(TEMPLATE)["sheet"], made.record
    columns: Mapping[str, Any] = words["columns"]
    rows = [_cells(columns, group, row, language) for group in record["groups"] for row in group["rows"]]
    total = tuple(int(record["total"]) if key == "amount" else "" for key in columns)
    practice = (words["practice"][language],) if record["practice"] else ()
    sheet = workbook.Sheet(
        name=words["name"][language],
        title=words["title"][language].format(decision=record["decision"]),
        subtitle=(
            _subject(record, language),
            f"{record['place']}, {date_vi(record['day'])}",
            words["currency"][language],
        ),
        headings=tuple(raw[language] for raw in columns.values()),
        kinds=tuple(raw["kind"] for raw in columns.values()),
        widths=tuple(raw["width"] for raw in columns.values()),
        rows=tuple(rows),
        total=total,
        total_label=words["total"][language],
        notes=(
            words["words"][language].format(
                label=_words(record, load_yaml(TEMPLATE), language)["spoken_label"],
                words=amount_in_words(int(record["spoken"])),
            ),
            *practice,
            words["form"][language].format(follows=record["follows"][language]),
            f"{made.stamp.program} · {made.stamp.commit} · {made.stamp.content}",
        ),
    )
    return workbook.workbook(sheet, None, made.when)


def view(made: Document, language: Language) -> dict[str, Any]:
    """The record as the template takes it: amounts as people read them, names in their language."""
    record, words = made.record, load_yaml(TEMPLATE)
    spoken = int(record["spoken"])
    office = _words(record, words, language)
    shown = (
        record
        | office
        | {
            "subject": _subject(record, language),
            "follows": record["follows"][language],
            "bases": record["bases"][language],
            "long_day": long_date_vi(record["day"]) if language == "vi" else date_vi(record["day"]),
            "short_day": date_vi(record["day"]),
            "total": money(int(record["total"])),
            "spoken": money(spoken),
            "words": amount_in_words(spoken),
            "groups": [_group(group, language) for group in record["groups"]],
        }
    )
    title = words["title"][language].format(decision=record["decision"])
    base = {"language": language, "title": title, "record": shown}
    return base | {"stamp": made.stamp.as_dict(), "qr": qr_svg(made.stamp.payload)}


def _words(record: Mapping[str, Any], words: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """First article, what its sum is called, and who signs."""
    place = {"year": record["year"]}
    signature = "signature" if record["office"]["own"] != record["office"]["name"] else "signature_of_others"
    article = "" if record["outside"] else words["first_article"][record["kind"]][language].format(**place)
    label = words["spoken"].get(record["kind"], words["spoken"]["else"])[language]
    return {"article": article, "signature": words[signature][language], "spoken_label": label}


def _record(book: Book, lines: Sequence[EstimateLine]) -> dict[str, Any]:
    first = lines[0]
    kinds = list(dict.fromkeys(line.kind for line in lines))
    outside = all(line.unit == line.assigning_unit for line in lines)
    words = load_yaml(TEMPLATE)
    kind = kinds[0] if len(kinds) == 1 and kinds[0] in words["subject"] else SEVERAL
    return {
        "schema": SCHEMA,
        "practice": "yes" if book.settings.practice else "",
        "place": book.settings.place,
        "year": first.budget_year,
        "decision": first.decision,
        "number": first.decision,
        "day": first.date,
        "kind": kind,
        "several": "yes" if len(kinds) > 1 else "",
        "outside": "yes" if outside else "",
        "office": letterhead(book, first.assigning_unit, first.date),
        "follows": dict(words["follows"]),
        "exceptions": [],
        "bases": {language: [] if outside else _bases(book, first, kind, language) for language in ("vi", "en")},
        "signer": "" if outside else person(book, first.assigning_unit, "head", first.date),
        "groups": _groups(book, lines),
        "total": str(sum(line.amount for line in lines)),
        "spoken": str(_spoken(lines, kind)),
    }


def _spoken(lines: Sequence[EstimateLine], kind: str) -> int:
    """What the decision speaks of: of a transfer what is moved, of a cut how much, else the total."""
    if kind == "transfer":
        return sum(max(line.amount, 0) for line in lines)
    total = sum(line.amount for line in lines)
    return abs(total) if kind == "cut" else total


def _groups(book: Book, lines: Sequence[EstimateLine]) -> list[dict[str, Any]]:
    """The lines by unit, units in the order in which the decision names them."""
    groups: dict[str, list[EstimateLine]] = {}
    for line in lines:
        groups.setdefault(line.unit, []).append(line)
    return [
        {
            "unit": unit,
            "names": _unit_names(book, unit, lines[0].budget_year),
            "total": str(sum(line.amount for line in mine)),
            "rows": [_row(book, line) for line in mine],
        }
        for unit, mine in groups.items()
    ]


def _row(book: Book, line: EstimateLine) -> dict[str, Any]:
    words, year = load_yaml(TEMPLATE), int(line.budget_year)
    entry = book.index.item(line.item, year) or book.index.group(line.item, year)
    names = {language: entry.name(language) if entry else words["whole"][language] for language in ("vi", "en")}
    taken = {
        language: words["takes_back"][language].format(decision=line.reverses) if line.reverses else ""
        for language in ("vi", "en")
    }
    kinds = dict(words["kinds"][line.kind])
    codes = {name: getattr(line, name) for name in ("source", "clause", "item", "programme", "note")}
    return codes | {"names": names, "kinds": kinds, "taken": taken, "amount": str(line.amount)}


def _unit_names(book: Book, unit: str, year: str) -> dict[str, str]:
    row = book.units.get(unit, f"{year}-01-01") or book.units.get(unit)
    return {"vi": row.name_vi, "en": row.name_en} if row else {"vi": unit, "en": unit}


def _bases(book: Book, first: EstimateLine, kind: str, language: Language) -> list[str]:
    """The law, then the outside authority's decisions that are allocated."""
    words = load_yaml(TEMPLATE)
    said = bases(book, words["bases"].get(kind, ()), int(first.budget_year), date.fromisoformat(first.date), language)
    name = estimates.register_name(first.budget_year)
    register = estimates.read(book.read(name), name)
    totals = {x.decision: x.date for x in register if x.kind == "total" and x.assigning_unit == first.assigning_unit}
    office = _unit_names(book, first.assigning_unit, first.budget_year)[language]
    given = [
        words["authority_decision"][language].format(decision=number, day=date_vi(day), name=office)
        for number, day in sorted(totals.items(), key=lambda pair: (pair[1], pair[0]))
        if day <= first.date
    ]
    return [*said, *given]


def _taken(book: Book, first: EstimateLine) -> datetime:
    """When the book took the decision; the book's time where its events do not say."""
    for event in book.events(first.assigning_unit):
        if event.event == "estimates.accepted" and first.decision in event.data.get("decisions", ()):
            return parse_moment(event.time)
    return book.now()


def _subject(record: Mapping[str, Any], language: Language) -> str:
    words = load_yaml(TEMPLATE)
    sentence: str = (
        words["outside"]["subject"][language] if record["outside"] else words["subject"][record["kind"]][language]
    )
    return sentence.format(year=record["year"], decision=record["decision"], day=date_vi(record["day"]))


def _group(group: Mapping[str, Any], language: Language) -> dict[str, Any]:
    rows = [
        dict(row)
        | {"name": row["names"][language], "kind": row["kinds"][language], "amount": money(int(row["amount"]))}
        | {"note": _joined(row["taken"][language], row["note"])}
        for row in group["rows"]
    ]
    return dict(group) | {"name": group["names"][language], "total": money(int(group["total"])), "rows": rows}


def _cells(
    columns: Iterable[str], group: Mapping[str, Any], row: Mapping[str, Any], language: Language
) -> tuple[str | int, ...]:
    values: dict[str, str | int] = {
        "unit": group["unit"],
        "name": group["names"][language],
        "kind": row["kinds"][language],
        "item_name": row["names"][language],
        "amount": int(row["amount"]),
        "note": _joined(row["taken"][language], row["note"]),
    }
    return tuple(values.get(key, row.get(key, "")) for key in columns)


def _joined(*parts: str) -> str:
    return ". ".join(part for part in parts if part)
