"""The vouchers form: rows of a file become vouchers, with what is wrong in their form.

Guarantees: rows with one voucher number are one voucher and agree in date, documents and description; a voucher with
a row that cannot be read, or rows that contradict each other, is left out of what rules look at, so that one mistake
is told once. Balance, accounts, dimensions, estimates and numbers used twice are the rules' business (V, A, E, I).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter

from importers.forms import Form, Line
from importers.periods import ADJUSTMENT, Period
from ledger.findings import Finding
from ledger.vietnamese import date_vi
from ledger.vouchers import Voucher, VoucherLine

SHARED = ("date", "document_date", "description", "corrects", "recorded_by", "content_by", "paid_by")
"""What belongs to the voucher, not to its row; the first row that has it says it for all."""

_ALWAYS_GIVEN = frozenset({"date", "description"})
_SHARED = itemgetter(*SHARED)
_LINE_TEXTS = itemgetter(*VoucherLine._fields[2:])
"""What a line has besides its row and its amount, in its order."""


@dataclass(frozen=True, slots=True)
class VoucherFile:
    """What a file of vouchers holds."""

    vouchers: tuple[Voucher, ...]
    """The sound ones, in the file's order."""
    reported: frozenset[int]
    """Rows of the form's lines that a finding refuses."""
    findings: tuple[Finding, ...]


def vouchers_of(form: Form, file: str, unit: str, period: Period) -> VoucherFile:
    """The vouchers of a file.

    Args:
        form: the file as read under the vouchers layout.
        file: its name, for findings.
        unit: the unit it is handed in for.
        period: the period it is handed in for.
    """
    root = [*wrong_owner(form, file, unit), *_wrong_period(form, file, period)]
    check = _Check(form, file, period)
    for line in form.lines:
        check.row(line)
    groups: dict[str, list[Line]] = {}
    for line in form.lines:
        groups.setdefault(line.texts["voucher"], []).append(line)
    for lines in groups.values():
        check.voucher(lines)
    broken = form.broken | {line.texts["voucher"] for line in form.lines if line.row in check.reported}
    sound = () if root else tuple(_voucher(n, lines) for n, lines in groups.items() if n not in broken)
    return VoucherFile(sound, frozenset(check.reported), (*root, *check.findings))


def wrong_owner(form: Form, file: str, unit: str) -> list[Finding]:
    """F61 once per other unit that the file's own unit column names."""
    others = [line for line in form.lines if line.texts.get("owner", "") not in {"", unit}]
    counts = Counter(line.texts["owner"] for line in others)
    return [
        Finding(
            "F61",
            file=file,
            row=next(line.row for line in others if line.texts["owner"] == owner),
            column=form.headings["owner"],
            value=owner,
            expected=unit,
            params={"count": count},
        )
        for owner, count in counts.items()
    ]


def _wrong_period(form: Form, file: str, period: Period) -> list[Finding]:
    """F62 when every row is dated outside the period: then the period is wrong, not the rows."""
    dates = [line.texts["date"] for line in form.lines]
    if not dates or any(period.first_day <= date <= period.last_day for date in dates):
        return []
    months = sorted({f"{date[5:7]}/{date[:4]}" for date in dates})
    expected = date_vi(period.last_day) if period.month == ADJUSTMENT else f"{period.month:02}/{period.year}"
    return [
        Finding(
            "F62",
            file=file,
            row=form.lines[0].row,
            column=form.headings["date"],
            value=", ".join(months[:6]),
            expected=expected,
            params={"count": len(dates)},
        )
    ]


class _Check:
    """Finds what is wrong with rows and with what they say together."""

    def __init__(self, form: Form, file: str, period: Period) -> None:
        self._form, self._file = form, file
        self._late_documents = period.month == ADJUSTMENT
        self.reported: set[int] = set()
        self.findings: list[Finding] = []

    def row(self, line: Line) -> None:
        """F32 no amount, F40 document after the posting, F41 no account, F42 one account on both sides."""
        texts = line.texts
        if line.amounts["amount"] == 0:
            self._refuse("F32", line, "amount", "0")
        if not texts["debit"] and not texts["credit"]:
            self._refuse("F41", line, "debit", "")
        elif texts["debit"] == texts["credit"]:
            self._refuse("F42", line, "credit", texts["credit"])
        if texts["document_date"] > texts["date"] and not self._late_documents:
            shown = date_vi(texts["document_date"])
            self._note("F40", line, "document_date", shown, f"≤ {date_vi(texts['date'])}")

    def voucher(self, lines: Sequence[Line]) -> None:
        """F43 rows that contradict the voucher's first row, F44 rows that stand twice."""
        if len(lines) == 1:
            return
        agreed = len({_SHARED(line.texts) for line in lines}) == 1
        for name in () if agreed else SHARED:
            first = next((line.texts[name] for line in lines if line.texts[name]), "")
            for line in lines:
                given = line.texts[name]
                if given != first and (given or name in _ALWAYS_GIVEN):
                    self._refuse("F43", line, name, _shown(name, given), _shown(name, first))
        seen: dict[object, int] = {}
        for line in lines:
            key = (*line.texts.values(), *line.amounts.items())
            if key in seen:
                other = other_row(self._file, seen[key])
                self._refuse("F44", line, "voucher", line.texts["voucher"], str(seen[key]), other)
            seen.setdefault(key, line.row)

    def _refuse(self, code: str, line: Line, column: str, value: str, expected: str = "", other: str = "") -> None:
        self.reported.add(line.row)
        self._note(code, line, column, value, expected, other)

    def _note(self, code: str, line: Line, column: str, value: str, expected: str, other: str = "") -> None:
        self.findings.append(
            Finding(
                code,
                file=self._file,
                row=line.row,
                column=self._form.headings.get(column, column),
                value=value,
                expected=expected,
                voucher=line.texts["voucher"],
                other=other,
            )
        )


def other_row(file: str, row: int) -> str:
    """Another row of the same file, as the other side of a finding."""
    return f"{file} · dòng/row {row}"


def _shown(name: str, value: str) -> str:
    return date_vi(value) if name.endswith("date") and value else value


def _voucher(number: str, lines: Iterable[Line]) -> Voucher:
    lines = list(lines)
    first = lines[0].texts
    shared = {name: first[name] or next((ln.texts[name] for ln in lines if ln.texts[name]), "") for name in SHARED}
    return Voucher(
        number=number,
        lines=tuple(VoucherLine._make((line.row, line.amounts["amount"], *_LINE_TEXTS(line.texts))) for line in lines),
        **shared,
    )
