"""Proof of settlements: does the book still bear out what was signed, and are the signatures the right people's?

Guarantees: every settlement that was reviewed or later is examined: statement (hash, canonical form, files, figures,
decisions), signatures (key, person, name, text, commit that holds the statement), papers (hash, and made again from
their record with the same program); each thing that does not hold is one problem at one file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from ledger import book as books
from ledger import tags
from ledger.book import Book
from ledger.errors import IntegrityError
from ledger.findings import Language
from ledger.verify import Problem
from reports import decisions, documents, statement
from reports.form_data import load_yaml
from reports.settlement_report import Settlement
from reports.settlement_report import settlement as settled
from reports.settlement_state import STATES, Case, fold

SIGNED_FROM = STATES.index("reviewed")
_SIGNERS = {"reviewer": "reviewer", "approver": "approver"}


def problems(book: Book) -> Iterable[Problem]:
    """Everything that does not hold in any settlement of the book; a check for `ledger.verify.examine`."""
    found: list[Problem] = []
    for case in cases(book):
        try:
            found += settlement_problems(book, case)
        except IntegrityError as problem:
            found.append(Problem(f"settlements/{case.year}/{case.unit}", "", "damaged", str(problem)))
    return found + _strange_tags(book)


def cases(book: Book) -> Iterator[Case]:
    """Every settlement that has events, and every one that has a statement in the book."""
    events = book.events()
    keys = {(e.unit, e.period[:4]) for e in events if e.event.startswith("settlement.")}
    keys |= {(n.split("/")[2], n.split("/")[1]) for n in book.names("settlements/") if n.count("/") > 2}  # noqa: PLR2004
    for unit, year in sorted(keys):
        yield fold([event for event in events if event.unit == unit], unit, int(year))


def settlement_problems(book: Book, case: Case) -> list[Problem]:
    """Everything that does not hold in one settlement."""
    figures = settled(book, case.unit, case.year)
    found = _decision_problems(book, case, figures)
    if STATES.index(case.state) < SIGNED_FROM:
        return found
    found += _statement_problems(book, case, figures)
    found += _signature_problems(book, case)
    if case.state in {"documented", "sealed"}:
        found += _document_problems(book, case)
    return found


def paper_of(book: Book, payload: str) -> str:
    """What the QR code of a paper leads to: the file of the record it was made from; "" when the book has none.

    Args:
        book: a snapshot of the book.
        payload: the text of the code, as a reader shows it.
    """
    for case in cases(book):
        name = documents.path(case.unit, case.year)
        data = book.read(name)
        if data is not None and documents.read_manifest(data)[0].stamp.payload == payload.strip().upper():
            return name
    return ""


def _decision_problems(book: Book, case: Case, figures: Settlement) -> list[Problem]:
    """The file must render to itself over today's facts, except while the unit mends its books."""
    file = decisions.path(case.unit, case.year)
    text = book.read(file)
    if text is None or case.state in {"not-opened", "open", "returned"}:
        return []
    try:
        decisions.checked(text.decode("utf-8"), case.unit, case.year, figures.facts, figures.form)
    except (IntegrityError, UnicodeDecodeError) as problem:
        return [Problem(file, "", "figures", str(problem))]
    return []


def _statement_problems(book: Book, case: Case, figures: Settlement) -> list[Problem]:
    file = statement.path(case.unit, case.year)
    data = book.read(file)
    if data is None:
        return [Problem(file, "", "missing", "no statement")]
    if statement.digest(data) != case.statement:
        return [Problem(file, "", "figures", "not the statement that was reviewed")]
    signed = json.loads(data)
    if statement.canonical(signed) != data:
        return [Problem(file, "", "figures", "not canonical")]
    return [
        Problem(name if "/" in name else file, "", "figures", f"not as signed: {name}")
        for name in statement.differences(signed, book, figures)
    ]


def _signature_problems(book: Book, case: Case) -> list[Problem]:
    found = []
    known = {tag.name: tag for tag in book.history.tags()}
    needed = {"reviewer": case.reviewer}
    if case.approver:
        needed["approver"] = case.approver
    for role, person in needed.items():
        name = case.tag(role)
        why = "no signature" if name not in known else _wrong(book, case, known[name], role, person)
        if why:
            found.append(Problem(name, "", "signature", why))
    if case.approver and case.approver == case.reviewer and not case.exceptions:
        found.append(Problem(case.tag("approver"), "", "signature", "one person signed twice"))
    return found


def _wrong(book: Book, case: Case, tag: tags.Tag, role: str, person: str) -> str:
    """Why a signature does not do; empty when it does."""
    check = tags.verify(tag, book.read(books.SIGNERS) or b"")
    if check.person != person:
        return check.why or f"signed by {check.person}, not by {person}"
    if tag.message.strip() != statement.message(case, role, person, case.statement).strip():
        return "the signed text is another one"
    file = statement.path(case.unit, case.year)
    held = book.history.read(file, tag.commit)
    if held is None or statement.digest(held) != case.statement:
        return "the signed commit does not hold the statement"
    return ""


def _document_problems(book: Book, case: Case) -> list[Problem]:
    file = documents.path(case.unit, case.year)
    folder = file.rpartition("/")[0]
    try:
        made, hashes = documents.read_manifest(book.read(file) or b"")
    except (ValueError, KeyError, TypeError):
        return [Problem(file, "", "damaged", "no manifest")]
    found = [
        Problem(f"{folder}/{name}", "", "figures", "not the paper that was issued")
        for name, known in hashes.items()
        if statement.digest(book.read(f"{folder}/{name}") or b"") != known
    ]
    if made.record.get("statement") != case.statement:
        found.append(Problem(file, "", "figures", "made from another statement"))
    if made.stamp.content != statement.digest(statement.canonical(made.record)):
        found.append(Problem(file, "", "figures", "the record is not the one whose hash is printed"))
    elif made.repeatable:
        found += [Problem(f"{folder}/{name}", "", "figures", why) for name, why in _remade(made, hashes)]
    return found


def _remade(made: documents.Documents, hashes: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Papers that come out differently when they are made again from their record."""
    names = load_yaml("documents")["files"]
    languages: tuple[Language, ...] = ("vi", "en")
    for paper in documents.PAPERS:
        for language in languages:
            name = names[paper][language]
            if name in hashes and statement.digest(documents.pdf(made, paper, language)) != hashes[name]:
                yield name, "made again it is another file"


def _strange_tags(book: Book) -> list[Problem]:
    """Signatures that no event of the book knows of."""
    expected = set()
    for case in cases(book):
        for number in range(1, case.round + 1):
            suffix = f"-{number}" if number > 1 else ""
            expected |= {f"settlement/{case.year}/{case.unit}/{role}{suffix}" for role in _SIGNERS}
    return [
        Problem(tag.name, "", "signature", "no settlement knows of this signature")
        for tag in book.history.tags()
        if tag.name not in expected
    ]
