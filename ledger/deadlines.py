"""Until when a file is due and until when two people have to vouch for it, by the province's own rules.

Guarantees: a day that no rule gives is None and nothing is late by it; an extension that the office granted, or the
deadline of a return, stands in the place of the rule's day; lateness is counted in calendar days and refuses nothing.

The decree has no days between unit and office: `submission.due`, `submission.due_closing` and
`submission.certify_due` are values of the province (ledger/regulations/submission.yaml, registers/regulations.yaml),
and so is `preparation.request_due` (ledger/regulations/preparation.yaml).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from ledger.regulations import NotInForceError

if TYPE_CHECKING:
    from ledger.regulations import Regulations
    from ledger.standing import Standing

CLOSING = "13"
REQUESTS = "requests"
MONTHS_OF_A_QUARTER = 3


class Deadlines(NamedTuple):
    """ISO days, None where no rule gives one."""

    submit: str | None
    certify: str | None


def submit_due(regulations: Regulations, period: str, kind: str = "") -> str | None:
    """The day, ISO, on which a period's file is due: a month, a quarter (`2026-Q1`) or the adjustment period.

    A request for the estimate of a year (kind `requests`) is due in the year before it. None for any other whole year
    (openings, assets, estimates) and where the province has no rule.
    """
    year, part = int(period[:4]), period[5:]
    if not part and kind != REQUESTS:
        return None
    try:
        if not part:
            return regulations.day("preparation.request_due", year - 1, date(year - 1, 1, 1)).isoformat()
        if part == CLOSING:
            return regulations.day("submission.due_closing", year + 1, date(year, 12, 31)).isoformat()
        month = int(part[1:]) * MONTHS_OF_A_QUARTER if part.startswith("Q") else int(part)
        day = regulations.integer("submission.due", date(year, month, 1))
    except NotInForceError:
        return None
    return date(year + month // 12, month % 12 + 1, day).isoformat()


def deadlines(regulations: Regulations, standing: Standing) -> Deadlines:
    """Both days of a slot, with what the office granted or set when it sent the file back."""
    granted = {extension.what: extension.until for extension in standing.extensions}
    submit = granted.get("submit") or submit_due(regulations, standing.period, standing.kind)
    if "certify" in granted:
        return Deadlines(submit, granted["certify"])
    last = standing.returns[-1].until if standing.returns else ""
    begin = max(submit or "", last)
    return Deadlines(submit, certify_due(regulations, begin) if begin else None)


def certify_due(regulations: Regulations, due: str) -> str | None:
    """The day, ISO, until which both people have certified, for a file that is due on `due`."""
    try:
        days = regulations.integer("submission.certify_due", date.fromisoformat(due))
    except NotInForceError:
        return None
    return (date.fromisoformat(due) + timedelta(days=days)).isoformat()


def days_late(due: str | None, done: str) -> int:
    """Calendar days from the due day to the ISO day (or moment) on which it was done; 0 when in time or without one."""
    if due is None or done[:10] <= due:
        return 0
    return (date.fromisoformat(done[:10]) - date.fromisoformat(due)).days


def submission_late(regulations: Regulations, standing: Standing, on: str) -> int:
    """Days by which the slot's file was late, or is late on this ISO day.

    Counted are the first file against its due day, and every answer to a return against the return's deadline.
    """
    due = deadlines(regulations, standing).submit
    first = days_late(due, standing.first or on)
    return max([first, *(days_late(back.until, back.answered or on) for back in standing.returns)])


def handing_in_late(regulations: Regulations, standing: Standing, on: str) -> int:
    """Days by which a file handed in on this day is late: the first one, or the answer to a return; 0 for others."""
    if standing.stage == "returned":
        return days_late(standing.returns[-1].until, on)
    return days_late(deadlines(regulations, standing).submit, on) if standing.stage == "draft" else 0


def certification_late(regulations: Regulations, standing: Standing, on: str) -> int:
    """Days by which the head's certification was late, or is late on this ISO day; 0 where there is nothing to sign."""
    if not standing.head_at and (standing.sealed or not standing.filled):
        return 0
    return days_late(deadlines(regulations, standing).certify, standing.head_at or on)
