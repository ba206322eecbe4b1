"""What stands in the way of a step of a settlement: place, state, rights, completeness, separation of duties.

Guarantees: all obstacles are named at once, each as a finding with its article; who settles with whom follows the
law of the fiscal year and the budget tree, never a list in code. Nothing here changes a book.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ledger.book import Book
from ledger.findings import LANGUAGES, Finding
from ledger.texts import text
from ledger.units import OUTSIDE, Unit
from ledger.vietnamese import date_vi
from plugins.rule import catalogue, context, run
from reports import status
from reports.settlement_figures import CutOff
from reports.settlement_report import Settlement
from reports.settlement_state import RIGHTS, STEPS, Case, Step

SHOWN = 12
"""How many months, vouchers or codes are named in one sentence."""


def place(book: Book, unit: str, year: int, on: date) -> list[Finding]:
    """Whether this unit's year is settled here at all.

    Returns:
        S01 unknown unit, S05 keeps no books, S04 settles outside the province, S03 or S29 the office's own books,
        S02 the year is not over, S28 its adjustment period is not over.
    """
    row = book.units.get(unit, f"{year}-12-31") or book.units.get(unit)
    period = str(year)
    if row is None:
        known = sorted({r.unit for r in book.units if r.settles_to and not r.settles_to.startswith(OUTSIDE)})
        return [Finding("S01", unit=unit, period=period, value=unit, expected=", ".join(known))]
    if not row.keeps_books:
        return [Finding("S05", unit=unit, period=period, value=row.name_vi, params={"name_en": row.name_en})]
    if row.settles_to.startswith(OUTSIDE):
        return [Finding("S04", unit=unit, period=period, value=row.name_vi, params={"name_en": row.name_en})]
    return [_own_books(book, row, year)] if not row.settles_to else _too_early(book, unit, year, on)


def step(book: Book, case: Case, wanted: Step, person: str, on: date) -> list[Finding]:
    """Whether the state allows the step and the register allows the person.

    Returns:
        S07 not in this state, S08 no right.
    """
    found = []
    if case.state not in STEPS[wanted]:
        words: dict[str, str | int] = {
            f"{name}_{language}": ", ".join(text(state, language) for state in states)
            for language in LANGUAGES
            for name, states in (("state", (case.state,)), ("allowed", STEPS[wanted]))
        }
        allowed = ", ".join(STEPS[wanted])
        found.append(_finding(case, "S07", value=case.state, expected=allowed, params=words | {"step": wanted}))
    right = RIGHTS[wanted]
    if not book.people.role_for(person, right, case.unit, on.isoformat()):
        found.append(_finding(case, "S08", value=person, params={"step": wanted, "right": right}))
    return found


def complete(book: Book, case: Case) -> list[Finding]:
    """Whether the unit's year is whole: S06 months missing, S20 rules that block."""
    found = []
    missing = status.missing_months(book, case.unit, case.year)
    if missing:
        found.append(_finding(case, "S06", value=", ".join(missing[:SHOWN]), difference=-len(missing)))
    periods = {f"{case.year}-{month:02}" for month in range(1, 14)} | {f"{case.year}-00", str(case.year)}
    result = run(context(book, case.unit, periods=periods))
    blocking = [f for f in result.findings if catalogue().blocks(f) and f.unit == case.unit]
    if blocking:
        codes = sorted({f.rule for f in blocking})
        found.append(_finding(case, "S20", value=", ".join(codes[:SHOWN]), difference=len(blocking)))
    return found


def uncertified(book: Book, case: Case) -> list[Finding]:
    """S31, a warning: months of the year that accountant and head have not both certified."""
    months = status.uncertified_months(book, case.unit, case.year)
    return [_finding(case, "S31", value=", ".join(months), difference=len(months))] if months else []


def separated(case: Case, person: str, role: str, exception: str) -> list[Finding]:
    """S10 when the person has already another part in this settlement and no decision allows it.

    Args:
        case: where the settlement stands.
        person: who is about to act.
        role: officer, reviewer or approver.
        exception: number and date of the decision that allows one person two roles; printed on the document.
    """
    if exception:
        return []
    return [
        _finding(
            case,
            "S10",
            value=person,
            expected=part,
            params={f"{name}_{lang}": text(word, lang) for lang in LANGUAGES for name, word in words},
        )
        for part, people in (("submitter", case.submitters), ("reviewer", {case.reviewer}))
        for words in ((("part", part), ("role", role)),)
        if person in people and part != role
    ]


def decided(case: Case, figures: Settlement) -> list[Finding]:
    """Whether a settlement is ready to be signed: S11 pending decisions, S23 lapsed ones, S25 negative lines.

    S25 is a warning: a negative line is shown to whoever signs.
    """
    found = []
    pending = [d.voucher or d.line for d in figures.decisions if d.action == "pending"]
    if pending:
        found.append(_finding(case, "S11", value=", ".join(pending[:SHOWN]), difference=len(pending)))
    return found + lapsed(case, figures) + negative(case, figures)


def lapsed(case: Case, figures: Settlement) -> list[Finding]:
    """S23: decisions whose row was changed since."""
    names = [d.voucher for d in figures.lapsed]
    return [_finding(case, "S23", value=", ".join(names[:SHOWN]), difference=len(names))] if names else []


def negative(case: Case, figures: Settlement) -> list[Finding]:
    """S25 for every line that is below nought after the decisions; sums of such a line are not named again."""
    return [
        _finding(case, "S25", value=line, difference=amount, column="reviewed")
        for line, amount in figures.form.negative(figures.reviewed).items()
    ]


def _too_early(book: Book, unit: str, year: int, on: date) -> list[Finding]:
    period = str(year)
    if on.year <= year:
        return [Finding("S02", unit=unit, period=period, value=period)]
    ends = CutOff.of(book.regulations, year).adjustment_ends
    if on.isoformat() <= ends:
        return [Finding("S28", unit=unit, period=period, value=period, expected=date_vi(ends))]
    return []


def _own_books(book: Book, row: Unit, year: int) -> Finding:
    entry = book.regulations.entry("review.own_books", date(year, 12, 31))
    code = "S03" if entry.value == "own_head" else "S29"
    law: dict[str, str | int] = {"law_vi": entry.citation("vi"), "law_en": entry.citation("en")}
    return Finding(code, unit=row.unit, period=str(year), value=row.name_vi, params=law | {"name_en": row.name_en})


def _finding(
    case: Case,
    code: str,
    *,
    value: str = "",
    expected: str = "",
    difference: int | None = None,
    column: str = "",
    params: Mapping[str, str | int] | None = None,
) -> Finding:
    return Finding(
        code,
        unit=case.unit,
        period=str(case.year),
        column=column,
        value=value,
        expected=expected,
        difference=difference,
        params=params or {},
    )
