"""The state of a settlement: a fold of its events, and which step is allowed in which state.

Guarantees: nothing is stored but events; a step that is not in `STEPS` for the state is refused for everyone; who
handed in, reviewed and approved is read from the events, never from what somebody says.

    not-opened → open ⇄ returned
                 open → reviewed → approved → documented → sealed
                        reviewed → returned
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from ledger.events import Event

State = Literal["not-opened", "open", "returned", "reviewed", "approved", "documented", "sealed"]
Step = Literal["open", "decide", "return", "review", "approve", "documents", "seal"]

STATES: Final[tuple[State, ...]] = (
    "not-opened",
    "open",
    "returned",
    "reviewed",
    "approved",
    "documented",
    "sealed",
)
STEPS: Final[dict[Step, tuple[State, ...]]] = {
    "open": ("not-opened", "returned"),
    "decide": ("open",),
    "return": ("open", "reviewed"),
    "review": ("open",),
    "approve": ("reviewed",),
    "documents": ("approved",),
    "seal": ("documented",),
}
"""Step → states in which it may be taken."""
RIGHTS: Final[dict[Step, str]] = {
    "open": "settle",
    "decide": "settle",
    "return": "settle",
    "review": "review",
    "approve": "approve",
    "documents": "documents",
    "seal": "seal",
}
"""Step → what the register of people must allow (`ledger.units.RIGHTS`)."""
_STATE_AFTER: Final[dict[str, State]] = {
    "settlement.opened": "open",
    "settlement.reopened": "open",
    "settlement.returned": "returned",
    "settlement.reviewed": "reviewed",
    "settlement.approved": "approved",
    "settlement.documents": "documented",
    "settlement.sealed": "sealed",
}


@dataclass(frozen=True, slots=True)
class Case:
    """Where a settlement stands."""

    unit: str
    year: int
    state: State = "not-opened"
    since: str = ""
    """ISO moment of its newest event."""
    round: int = 1
    """How often it was sent up for review: 1, and one more after each return of a reviewed one."""
    submitters: frozenset[str] = frozenset()
    """Everyone who handed in vouchers or opening balances of the year."""
    reviewer: str = ""
    approver: str = ""
    statement: str = ""
    """SHA-256 of the statement that is (being) signed."""
    exceptions: tuple[str, ...] = ()
    """Decisions that allowed one person two roles, as they are printed."""
    returned: tuple[dict[str, Any], ...] = ()
    """Reasons and deadlines of the returns, oldest first."""
    number: str = ""
    """Number of the notice."""

    def tag(self, role: str) -> str:
        """The name of a signature of this round: `settlement/2025/TCT/approver`, later `…/approver-2`."""
        return f"settlement/{self.year}/{self.unit}/{role}" + (f"-{self.round}" if self.round > 1 else "")


def fold(events: Iterable[Event], unit: str, year: int) -> Case:
    """The state after these events (others' events are skipped)."""
    case = Case(unit, year)
    for event in events:
        if event.unit != unit or event.period[:4] != str(year):
            continue
        if event.event == "submission.accepted":
            case = replace(case, submitters=case.submitters | {event.actor})
        elif event.event in _STATE_AFTER:
            case = _after(case, event)
    return case


def _after(case: Case, event: Event) -> Case:
    case = replace(case, state=_STATE_AFTER[event.event], since=event.time)
    exception = str(event.data.get("exception", ""))
    if exception:
        case = replace(case, exceptions=(*case.exceptions, exception))
    if event.event == "settlement.returned":
        again = case.round + (1 if case.reviewer else 0)
        cleared = replace(case, round=again, reviewer="", approver="", statement="", exceptions=())
        return replace(cleared, returned=(*case.returned, dict(event.data)))
    if event.event == "settlement.reviewed":
        return replace(case, reviewer=event.actor, statement=str(event.data["statement"]))
    if event.event == "settlement.approved":
        return replace(case, approver=event.actor)
    if event.event == "settlement.documents":
        return replace(case, number=str(event.data.get("number", "")))
    return case
