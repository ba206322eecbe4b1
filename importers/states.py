"""The way of a submission from the unit to the office: which step is allowed in which state, for whom, until when.

Guarantees: the state is a fold of the slot's events (`ledger.standing`); a step that is not in `STEPS` for the state,
or that the register of people does not allow, is refused for everyone, with a finding that says why.

    draft → checked → certified-accountant → certified-head (received)
              ⇅ returned: from any state after `checked`; ended by another file or by an answer
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from importers.slots import Slot
from ledger import deadlines
from ledger.book import Book
from ledger.findings import LANGUAGES, Finding
from ledger.standing import STAGES, Stage, Standing, standing, standings
from ledger.texts import text
from ledger.units import RIGHTS as RIGHTS_OF_ROLES
from ledger.vietnamese import date_vi

__all__ = [
    "MONTHS",
    "RIGHTS",
    "STAGES",
    "STEPS",
    "Stage",
    "Standing",
    "Step",
    "next_deadline",
    "obstacles",
    "standing",
    "standings",
]

Step = Literal["certify-accountant", "certify-head", "recheck", "justify", "return", "extend"]

STEPS: Final[dict[Step, tuple[Stage, ...]]] = {
    "certify-accountant": ("checked",),
    "certify-head": ("certified-accountant",),
    "recheck": ("checked", "returned"),
    "justify": ("checked", "returned"),
    "return": ("checked", "certified-accountant", "certified-head"),
    "extend": ("draft", "checked", "certified-accountant", "returned"),
}
"""Step → states in which it may be taken."""
RIGHTS: Final[dict[Step, str]] = {
    "certify-accountant": "certify",
    "certify-head": "certify",
    "recheck": "submit",
    "justify": "justify",
    "return": "return",
    "extend": "extend",
}
"""Step → what the register of people must allow (`ledger.units.RIGHTS`)."""
SIGNING: Final[dict[str, Step]] = {
    "accountant": "certify-accountant",
    "chief_accountant": "certify-accountant",
    "head": "certify-head",
}
"""Role → the certification that it gives."""
WORDS: Final[dict[Step, str]] = {
    "certify-accountant": "certify as accountant",
    "certify-head": "certify as head",
    "recheck": "check again",
    "justify": "justify a warning",
    "return": "return a submission",
    "extend": "extend a deadline",
}
"""Step → msgid of its words."""
MONTHS = 12


def obstacles(book: Book, at: Standing, step: Step, person: str, role: str, day: str) -> list[Finding]:
    """Why a step cannot be taken: by the state, by the register of people, by what the person did before.

    Args:
        book: the book.
        at: where the slot stands.
        step: what is wanted.
        person: who wants it.
        role: in which role.
        day: ISO day of the step.

    Returns:
        J20 nothing handed in, J21 certified already, J22 head before accountant, J23 one person twice, J24 returned,
        J26 the year is sealed, J27 no right, J36 not in this state.
    """
    found = [finding for finding in (_sealed(at), _state(book, at, step)) if finding]
    if step == "certify-head" and at.stage == "certified-accountant" and person == at.accountant:
        found.append(of(at, "J23", value=person, params={"name": book.people.name(person)}))
    if not allowed(book, at.unit, step, person, role, day):
        found.append(of(at, "J27", value=person or "?", params=_words(step=(WORDS[step],)) | {"role": role}))
    return found


def allowed(book: Book, unit: str, step: Step, person: str, role: str, day: str) -> bool:
    """Whether the register lets this person take the step for the unit in this role."""
    if step == "recheck":
        # Anyone may run the rules; what they say is not that person's word.
        return True
    signing = step.startswith("certify")
    return role in roles(book, unit, RIGHTS[step], person, day) and (not signing or SIGNING[role] == step)


def roles(book: Book, unit: str, right: str, person: str, day: str) -> list[str]:
    """Every role in which a person has the right for the unit on an ISO day, in the register's order."""
    held = [row.role for row in book.people.get(person, day) if row.covers(unit)]
    return [role for role in held if right in RIGHTS_OF_ROLES.get(role, frozenset())]


def of(
    at: Standing, code: str, *, value: str = "", expected: str = "", params: Mapping[str, str | int] | None = None
) -> Finding:
    """A finding about a slot."""
    words = {"kind": at.kind, "receipt": at.receipt} | dict(params or {})
    return Finding(code, unit=at.unit, period=at.period, value=value, expected=expected, params=words)


def next_deadline(book: Book, slot: Slot) -> tuple[str, str]:
    """What is due next once the slot's file is in, and until which ISO day.

    Returns:
        ("certify", day) until both people have certified; after that ("submit", day) of the unit's next period of the
        same length; ("", "") where no rule gives a day.
    """
    at = standing(book.events(slot.unit), slot.unit, slot.period.text, slot.kind)
    if at.stage != "certified-head":
        due = deadlines.deadlines(book.regulations, at).certify
        return ("certify", due) if due else ("", "")
    following = next_period(slot.period.text)
    due = deadlines.submit_due(book.regulations, following) if following else None
    return ("submit", due) if due else ("", "")


def next_period(period: str) -> str:
    """The period after a month or quarter; the adjustment period comes after no other; "" for a year."""
    year, part = int(period[:4]), period[5:]
    if not part or part == deadlines.CLOSING:
        return ""
    if part.startswith("Q"):
        number = int(part[1:])
        return f"{year}-Q{number + 1}" if number < MONTHS // deadlines.MONTHS_OF_A_QUARTER else f"{year + 1}-Q1"
    return f"{year}-{int(part) + 1:02}" if int(part) < MONTHS else f"{year + 1}-01"


def _sealed(at: Standing) -> Finding | None:
    return of(at, "J26", value=at.period[:4]) if at.sealed else None


def _state(book: Book, at: Standing, step: Step) -> Finding | None:
    """Why the state does not allow the step, None when it does."""
    if at.stage in STEPS[step]:
        return None
    if at.stage == "draft":
        return of(at, "J20", value=at.kind)
    if step.startswith("certify"):
        return _certification(book, at, step)
    words = _words(state=(at.stage,), allowed=STEPS[step], step=(WORDS[step],))
    return of(at, "J36", value=at.stage, expected=", ".join(STEPS[step]), params=words)


def _certification(book: Book, at: Standing, step: Step) -> Finding:
    if at.stage == "returned":
        last = at.returns[-1]
        return of(at, "J24", value=last.reason, expected=date_vi(last.until))
    if step == "certify-head" and at.stage == "checked":
        return of(at, "J22", value=at.receipt)
    who, when = (at.accountant, at.accountant_at) if step == "certify-accountant" else (at.head, at.head_at)
    return of(at, "J21", value=book.people.name(who), params={"day": date_vi(when[:10])})


def _words(**named: Iterable[str]) -> dict[str, str | int]:
    """Words of the machine in both languages, for the texts of findings."""
    return {
        f"{name}_{language}": ", ".join(text(word, language) for word in words)
        for language in LANGUAGES
        for name, words in ((key, tuple(value)) for key, value in named.items())
    }
