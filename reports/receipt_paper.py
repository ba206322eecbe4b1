"""The receipt as people read it: lines of text, and one sheet A5 or A4 to print and keep with the voucher file.

Guarantees: every figure and name is the receipt's own, as the book had it when the submission came in; the same
receipt gives the same bytes with the same program and libraries; the QR code on the sheet says what `receipt.check`
reads. Whole đồng, days as dd/mm/yyyy, Vietnam's time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal, NamedTuple

from ledger import deadlines
from ledger.book import Book
from ledger.findings import Language
from ledger.money import money
from ledger.vietnamese import date_vi
from reports.form_data import load_yaml
from reports.receipt import Receipt

Paper = Literal["a5", "a4"]
PAPERS: Final[tuple[Paper, ...]] = ("a5", "a4")
_GROUP = 8
"""Digits of a hash that stand together."""


class Line(NamedTuple):
    """One line of a receipt."""

    key: str
    label: str
    value: str


def lines(book: Book, receipt: Receipt, language: Language) -> list[Line]:
    """What a receipt says, in the order of `reports/forms/receipt.yaml`, without the lines that have nothing to say.

    Args:
        book: the book, for names of units and people.
        receipt: the receipt.
        language: of labels and names.
    """
    said = dict(_said(book, receipt, language))
    labels = load_yaml("receipt")["labels"]
    return [Line(key, labels[key][language], said[key]) for key in labels if said.get(key)]


def pdf(book: Book, receipt: Receipt, language: Language = "vi", paper: Paper = "a5") -> bytes:
    """The sheet as PDF."""
    # The compiler is loaded by whoever prints, not by whoever asks for a number.
    from reports import typesetting  # noqa: PLC0415

    return typesetting.pdf("receipt", view(book, receipt, language, paper), receipt.when)


def view(book: Book, receipt: Receipt, language: Language, paper: Paper) -> dict[str, Any]:
    """The receipt as its template takes it."""
    from reports.stamp import program, qr_svg  # noqa: PLC0415 - as above

    words = load_yaml("receipt")
    root = book.units.get(book.units.root(receipt.facts["time"][:10]))
    shown = lines(book, receipt, language)
    return {
        "language": language,
        "paper": paper,
        "title": f"{words['title'][language]} {receipt.number}",
        "practice": "yes" if book.settings.practice else "",
        "office": (root.name_vi if language == "vi" else root.name_en) if root else "",
        "place": book.settings.place,
        "day": date_vi(receipt.facts["time"][:10]),
        "number": receipt.number,
        "certify": "yes" if receipt.facts.get("next_deadline") else "",
        "lines": [line._asdict() for line in shown if line.key not in words["hashes"]],
        "hashes": [{**line._asdict(), "value": _grouped(line.value)} for line in shown if line.key in words["hashes"]],
        "payload": receipt.payload,
        "program": program(),
        "qr": qr_svg(receipt.payload),
    }


def file_name(receipt: Receipt, language: Language) -> str:
    """What the sheet is called when nobody says otherwise."""
    name: str = load_yaml("receipt")["file"][language]
    return name.format(number=receipt.number)


def _said(book: Book, receipt: Receipt, language: Language) -> Iterator[tuple[str, str]]:
    """Every line that a receipt can have; those with nothing to say are empty."""
    facts, words = receipt.facts, load_yaml("receipt")
    kind, _, month_book = str(facts["kind"]).partition("/")
    row = book.units.get(facts["unit"], facts["time"][:10]) or book.units.get(facts["unit"])
    name = (row.name_vi if language == "vi" else row.name_en) if row else ""
    form = words["forms"].get(kind, {}).get(language, kind)
    form = form[:1].upper() + form[1:]
    yield "unit", f"{name} ({facts['unit']})" if name else facts["unit"]
    yield "period", _period(facts["period"], language)
    yield "form", f"{form} ({facts['layout']})"
    yield "book", month_book
    yield "file", facts["file"]
    yield "parts", ", ".join(part["file"] for part in facts.get("parts", ()))
    yield "rows", money(facts["rows"])
    yield "total", _phrase("amount", language, amount=money(facts["debit_total"])) if facts["debit_total"] else ""
    yield "stated", _stated(facts, language)
    yield "time", receipt.when.strftime("%H:%M:%S %d/%m/%Y")
    yield "actor", _actor(book, facts, language)
    yield "due", _due(book, facts, language)
    yield "next", _next(facts, language)
    yield "warnings", money(facts["warnings"]) if "warnings" in facts else ""
    yield "replaces", facts["replaces"]
    yield "changes", _changes(facts, language)
    yield "reason", facts.get("reason", "")
    yield from {"sha256": facts["sha256"], "content": facts["content"], "receipt": receipt.sha256}.items()
    yield from {"commit": receipt.commit, "rules": facts.get("rule_pack", "")}.items()


def _phrase(key: str, language: Language, **values: str | int) -> str:
    phrase: str = load_yaml("receipt")["phrases"][key][language]
    return phrase.format(**values)


def _period(period: str, language: Language) -> str:
    year, _, part = period.partition("-")
    kind = "year" if not part else "closing" if part == deadlines.CLOSING else "quarter" if "Q" in part else "month"
    name: str = load_yaml("receipt")["periods"][kind][language]
    return name.format(year=year, part=part.removeprefix("Q"))


def _stated(facts: Mapping[str, Any], language: Language) -> str:
    """The control totals; a file whose totals do not agree is never accepted."""
    stated = facts.get("stated") or {}
    parts = [
        _phrase(f"stated_{name}", language, **{name: money(stated[name])})
        for name in ("rows", "total")
        if stated.get(name) is not None
    ]
    return f"{', '.join(parts)} ({_phrase('agrees', language)})" if parts else ""


def _actor(book: Book, facts: Mapping[str, Any], language: Language) -> str:
    roles = load_yaml("receipt")["roles"]
    role = roles.get(facts["role"], {}).get(language, facts["role"])
    known = any(row.person == facts["actor"] for row in book.people.rows)
    name = book.people.name(facts["actor"]) if known else _phrase("console", language)
    return f"{name} ({role})"


def _due(book: Book, facts: Mapping[str, Any], language: Language) -> str:
    """The day it was due and by how much it is late; receipts of older books leave it to the rule of their day.

    Of a replacement only the day is said: in time or late was the first file.
    """
    due = facts["due"] if "due" in facts else deadlines.submit_due(book.regulations, facts["period"]) or ""
    late = facts.get("late_days", deadlines.days_late(due or None, facts["time"]) if not facts["replaces"] else 0)
    if not due:
        return ""
    phrase = "late" if late else "due" if facts["replaces"] else "in_time"
    return _phrase(phrase, language, day=date_vi(due), days=money(late))


def _next(facts: Mapping[str, Any], language: Language) -> str:
    following = facts.get("next_deadline") or {}
    return _phrase(following["what"], language, day=date_vi(following["until"])) if following else ""


def _changes(facts: Mapping[str, Any], language: Language) -> str:
    changes = facts.get("changes") or {}
    counts = {name: money(changes[name]) for name in ("added", "changed", "removed") if name in changes}
    return _phrase("changes", language, **counts) if counts else ""


def _grouped(digest: str) -> str:
    """A hash in groups, so that a person can compare it."""
    return " ".join(digest[at : at + _GROUP] for at in range(0, len(digest), _GROUP))
