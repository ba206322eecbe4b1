"""Signing a settlement: the reviewer makes the statement and signs it, the approving officer signs the same one.

Guarantees: only the owner of a key that the book's list of signers knows can sign, in their own name; the statement is
in the book before anybody signs it; who signs second signs the bytes the first one signed, and only while the book
still bears them out; a step that was interrupted between commit and signature is completed by the same person.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger import book as books
from ledger import signatures
from ledger.book import Book
from ledger.errors import UsageProblem
from ledger.findings import Finding
from reports import settlement_gate, settlement_verify, statement
from reports.settlement_state import Case, Step, fold
from reports.settlement_step import Outcome, Taken, Who, taking

Signing = Literal["reviewer", "approver"]
Key = Path | Ed25519PrivateKey | None


class NoKeyError(UsageProblem):
    """A signature without a key."""

    template = "a signature needs the person's own key: add --key FILE"


def sign(
    book: Book,
    unit: str,
    year: str,
    signing: Signing,
    who: Who,
    key: Key,
    *,
    exception: str = "",
    passphrase: str | None = None,
) -> Outcome:
    """Sign a settlement; see `reports.settlement.sign`."""
    wanted: Step = "review" if signing == "reviewer" else "approve"
    with taking(book, unit, year, wanted, who) as step:
        resumed = _is_resumed(step, signing, who.person)
        if resumed:
            step.findings = [f for f in step.findings if f.rule != "S07"]
        private = _key(step.book, key, who.person, passphrase)
        step.findings += _key_findings(step, private, who.person)
        step.findings += settlement_gate.separated(step.case, who.person, signing, exception)
        if step.blocked:
            return step.unchanged()
        if resumed:
            done = step.unchanged()
        else:
            _prepare(step, signing, who.person, exception)
            done = step.done("soát xét" if signing == "reviewer" else "phê duyệt")
        if not step.blocked:
            _tag(step, signing, who.person, private)
        return done


def _is_resumed(step: Taken, signing: Signing, person: str) -> bool:
    """Whether this very step was committed before and only its signature is missing."""
    state, signer = ("reviewed", step.case.reviewer) if signing == "reviewer" else ("approved", step.case.approver)
    if (step.case.state, signer) != (state, person):
        return False
    return step.case.tag(signing) not in {tag.name for tag in step.book.history.tags()}


def _prepare(step: Taken, signing: Signing, person: str, exception: str) -> None:
    figures = step.figures()
    case = replace(step.case, exceptions=(*step.case.exceptions, exception)) if exception else step.case
    if signing == "reviewer":
        step.findings += settlement_gate.complete(step.book, case)
        step.findings += settlement_gate.decided(case, figures)
        made = statement.build(step.book, figures, case, reviewer=person, time=step.change.when.isoformat())
        data = statement.canonical(made)
        step.write("statement.json", data)
        step.event("reviewed", statement=statement.digest(data), exception=exception)
        return
    found = settlement_verify.settlement_problems(step.book, step.case)
    step.findings += [
        Finding("S21", unit=case.unit, period=str(case.year), file=problem.file, value=problem.detail)
        for problem in found
    ]
    step.event("approved", statement=step.case.statement, exception=exception)


def _tag(step: Taken, signing: Signing, person: str, private: Ed25519PrivateKey) -> None:
    after = Book.open(step.book.path)
    case: Case = fold(after.events(step.case.unit), step.case.unit, step.case.year)
    text = statement.message(case, signing, person, case.statement)
    after.history.tag_signed(case.tag(signing), text, private, step.change.when, tagger=person)


def _key(book: Book, key: Key, person: str, passphrase: str | None) -> Ed25519PrivateKey:
    if isinstance(key, Ed25519PrivateKey):
        return key
    if key is not None:
        return signatures.load_private_key(key, passphrase)
    # The keys of a practice book are no secret: anyone can make them from the person's code.
    if book.settings.practice:
        return signatures.practice_key(person)
    raise NoKeyError


def _key_findings(step: Taken, private: Ed25519PrivateKey, person: str) -> list[Finding]:
    """S24 unless the key is this person's on this day, by the list of signers in the book."""
    allowed = step.book.read(books.SIGNERS) or b""
    line, day = signatures.public_key_line(private), step.change.when.date()
    try:
        owner = signatures.signer_of(line, day, allowed)
        why = "" if owner == person else f"{owner} ≠ {person}"
    except signatures.SignatureProblemError as problem:
        why = str(problem)
    place = {"unit": step.case.unit, "period": str(step.case.year)}
    return [Finding("S24", **place, value=person, expected=why)] if why else []  # type: ignore[arg-type]
