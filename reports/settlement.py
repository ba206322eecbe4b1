"""Settlement review, step by step: open, decide, return, sign, documents, seal.

Guarantees: a step is one commit or nothing; it is refused, with every reason, in a state or for a person that the law
and the registers do not allow; each step is an event with person, role, time and the hashes it rests on; decisions
are entries of the settlement's own ledger and never touch the unit's books; what is signed is a canonical statement
in the book, by a signed tag on a commit that holds it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from ledger.book import Book
from ledger.findings import Finding, Language
from reports import decision_file, decisions, settlement_gate, settlement_verify, statement
from reports import documents as papers
from reports.decisions import Decision
from reports.settlement_report import Settlement
from reports.settlement_report import settlement as settled
from reports.settlement_signing import Key, Signing
from reports.settlement_signing import sign as signed
from reports.settlement_state import fold
from reports.settlement_step import Outcome, Taken, Who, taking, year_of
from reports.settlement_verify import problems

__all__ = ["Outcome", "decide", "documents", "open_", "paper", "problems", "return_", "seal", "show", "sign"]


def open_(book: Book, unit: str, year: str, person: str, role: str, at: str | None) -> Outcome:
    """Take a unit's settlement under review: the year must be over and whole, no rule may block.

    After a return, decisions survive for unchanged rows; those that lapsed are named (S23) and left out.
    """
    with taking(book, unit, year, "open", Who(person, role, at)) as step:
        if not step.blocked:
            step.findings += settlement_gate.complete(step.book, step.case)
            step.findings += settlement_gate.uncertified(step.book, step.case)
        if step.blocked:
            return step.unchanged()
        figures = step.figures()
        step.findings += settlement_gate.negative(step.case, figures)
        _write_decisions(step, figures, figures.decisions)
        lapsed = [decision.voucher for decision in figures.lapsed]
        step.event("opened", round=step.case.round, decisions=len(figures.decisions), lapsed=lapsed)
        return step.done("mở xét duyệt quyết toán")


def decide(
    book: Book, unit: str, year: str, data: bytes, filename: str, person: str, role: str, at: str | None
) -> Outcome:
    """Record the decisions of a file; one on a place decided before replaces the earlier one.

    Args:
        book: the book.
        unit: unit code.
        year: fiscal year.
        data: the file, see `reports.decision_file`.
        filename: its name, for findings.
        person: who decides.
        role: in which role.
        at: stated ISO time, practice books only.
    """
    with taking(book, unit, year, "decide", Who(person, role, at)) as step:
        step.findings += settlement_gate.separated(step.case, person, "officer", "")
        if step.blocked:
            return step.unchanged()
        figures = step.figures()
        taken, findings = decision_file.read_decisions(
            data,
            filename,
            decision_file.Reported(unit, figures.facts, figures.form),
            date=step.change.when.date().isoformat(),
            person=person,
            before=figures.decisions,
        )
        step.findings += findings
        if step.blocked:
            return step.unchanged()
        text = _write_decisions(step, figures, taken)
        if not step.change.files:
            return step.unchanged()
        step.findings += settlement_gate.negative(step.case, replace(figures, decisions=tuple(taken)))
        file = statement.digest(data)
        step.write(f"received/decisions-{file[:12]}.csv", data)
        step.event("decided", file=file, decisions=statement.digest(text.encode("utf-8")), count=len(taken))
        return step.done(f"quyết định xét duyệt ({len(taken)})")


def return_(
    book: Book, unit: str, year: str, reason: str, deadline: str, person: str, role: str, at: str | None
) -> Outcome:
    """Send the settlement back to the unit, saying what to mend and until when (ISO date)."""
    with taking(book, unit, year, "return", Who(person, role, at)) as step:
        if not step.blocked:
            step.findings += _return_findings(step, reason.strip(), deadline)
        step.event("returned", reason=reason.strip(), deadline=deadline)
        return step.done("trả lại đơn vị")


def sign(
    book: Book,
    unit: str,
    year: str,
    signing: Signing,
    key: Key,
    person: str,
    role: str,
    at: str | None,
    *,
    exception: str = "",
    passphrase: str | None = None,
) -> Outcome:
    """Sign, as reviewer (who makes the statement) or as approving officer (who signs the same one).

    Args:
        book: the book.
        unit: unit code.
        year: fiscal year.
        signing: reviewer first, then approver.
        key: the person's own key or its file; a practice book knows the keys of its people.
        person: who signs.
        role: in which role.
        at: stated ISO time, practice books only.
        exception: decision that allows one person two roles; recorded, and printed on the documents.
        passphrase: of the key file.

    Raises:
        NoKeyError, BadKeyError: no usable key was given.
    """
    who, allowed = Who(person, role, at), exception.strip()
    return signed(book, unit, year, signing, who, key, exception=allowed, passphrase=passphrase)


def documents(book: Book, unit: str, year: str, person: str, role: str, at: str | None, *, number: str = "") -> Outcome:
    """Write minutes and notice as PDF into the book, with the record and the manifest to make them again."""
    with taking(book, unit, year, "documents", Who(person, role, at)) as step:
        if not step.blocked:
            step.findings += _unproved(step)
        if step.blocked:
            return step.unchanged()
        made = papers.documents(step.book, step.figures(), step.case, number.strip(), step.change.when)
        pdfs = papers.files(made)
        for name, data in pdfs.items():
            step.write(name, data)
        step.write("documents.json", papers.manifest(made, pdfs))
        step.event("documents", number=number.strip(), files={n: statement.digest(d) for n, d in pdfs.items()})
        return step.done("biên bản và thông báo xét duyệt quyết toán")


def seal(book: Book, unit: str, year: str, person: str, role: str, at: str | None) -> Outcome:
    """Close the year's books of this unit for good; everything signed must still hold."""
    with taking(book, unit, year, "seal", Who(person, role, at)) as step:
        if not step.blocked:
            step.findings += _unproved(step)
        step.event("sealed", statement=step.case.statement)
        return step.done("khóa sổ quyết toán")


def show(book: Book, unit: str, year: str) -> Outcome:
    """State, people, signatures, decisions and what they change; refusals of law as findings."""
    number = year_of(year)
    case = fold(book.events(unit), unit, number)
    findings = settlement_gate.place(book, unit, number, book.today())
    if any(finding.rule in {"S01", "S05"} for finding in findings):
        return Outcome(unit, year, case.state, tuple(findings))
    figures = settled(book, unit, number)
    known = {tag.name: tag for tag in book.history.tags()}
    details = {
        "state": case.state,
        "since": case.since,
        "submitters": sorted(case.submitters),
        "reviewer": case.reviewer,
        "approver": case.approver,
        "statement": case.statement,
        "exceptions": list(case.exceptions),
        "returned": [dict(returned) for returned in case.returned],
        "number": case.number,
        "signatures": [name for name in (case.tag("reviewer"), case.tag("approver")) if name in known],
        "reported": figures.reported["17"],
        "reviewed": figures.reviewed["17"],
        "decisions": [_shown(decision) for decision in figures.decisions],
        "lapsed": [_shown(decision) for decision in figures.lapsed],
    }
    return Outcome(unit, year, case.state, tuple(findings), details=details)


def paper(book: Book, unit: str, year: str, which: papers.Paper, language: Language = "en") -> bytes | None:
    """An issued paper as PDF in a language, made from its record; None when none was issued."""
    data = book.read(papers.path(unit, year_of(year)))
    return None if data is None else papers.pdf(papers.read_manifest(data)[0], which, language)


def _write_decisions(step: Taken, figures: Settlement, taken: Sequence[Decision]) -> str:
    text = decisions.render(step.case.unit, step.case.year, figures.facts, taken, figures.form)
    step.write("decisions.beancount", text.encode("utf-8"))
    return text


def _return_findings(step: Taken, reason: str, deadline: str) -> list[Finding]:
    unit, year = step.case.unit, str(step.case.year)
    try:
        in_time = date.fromisoformat(deadline) >= step.change.when.date()
    except ValueError:
        in_time = False
    wrong = []
    if not reason or not decisions.is_clean(reason):
        wrong.append(Finding("S22", unit=unit, period=year, column="reason", value=reason[:80]))
    if not in_time:
        wrong.append(Finding("S22", unit=unit, period=year, column="deadline", value=deadline))
    return wrong


def _unproved(step: Taken) -> list[Finding]:
    """S21 for everything signed that the book does not bear out any more."""
    unit, year = step.case.unit, str(step.case.year)
    found = settlement_verify.settlement_problems(step.book, step.case)
    return [Finding("S21", unit=unit, period=year, file=p.file, value=p.detail) for p in found]


def _shown(decision: Decision) -> dict[str, Any]:
    names = ("action", "line", "voucher", "row", "item", "amount", "reason", "article", "evidence", "person", "date")
    return {name: getattr(decision, name) for name in names}
