"""The opening balances form: rows of a file become the one opening voucher of a unit's first year.

Guarantees: the on-balance debit and credit totals are equal to the đồng; each row has one side; the voucher is dated
1 January and numbered SDDK-year.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from importers.forms import Form, Line
from importers.periods import Period
from importers.vouchers import other_row, wrong_owner
from ledger.accounts import Chart
from ledger.findings import Finding
from ledger.money import money
from ledger.vouchers import Voucher, VoucherLine

NUMBER = "SDDK-{year}"
DESCRIPTION = "Số dư đầu kỳ năm {year}"

_TEXTS = ("source", "clause", "item", "asset", "counterparty", "partner", "reference")


@dataclass(frozen=True, slots=True)
class OpeningFile:
    """What a file of opening balances holds."""

    voucher: Voucher | None
    reported: frozenset[int]
    findings: tuple[Finding, ...]


def opening_of(form: Form, file: str, unit: str, period: Period, chart: Chart) -> OpeningFile:
    """The opening voucher of a file.

    Args:
        form: the file as read under the opening layout.
        file: its name, for findings.
        unit: the unit it is handed in for.
        period: the year it opens.
        chart: tells off-balance accounts, whose sums stand alone.
    """
    findings = wrong_owner(form, file, unit)
    reported: set[int] = set()
    seen: dict[object, int] = {}
    for line in form.lines:
        code, column = _problem(line)
        key = (*line.texts.items(), *line.amounts.items())
        expected = ""
        if not code and key in seen:
            code, column, expected = "F44", "account", str(seen[key])
        seen.setdefault(key, line.row)
        if code:
            reported.add(line.row)
            value = line.texts["account"]
            found = Finding(code, file=file, row=line.row, column=form.headings[column], value=value, expected=expected)
            findings.append(replace(found, other=other_row(file, int(expected))) if expected else found)
    if not findings and not form.reported:
        findings += _unbalanced(form, file, period, chart)
    lines = tuple(_line(line) for line in form.lines if line.row not in reported)
    year = str(period.year)
    voucher = Voucher(
        number=NUMBER.format(year=year), date=period.first_day, description=DESCRIPTION.format(year=year), lines=lines
    )
    return OpeningFile(voucher if lines and not findings else None, frozenset(reported), tuple(findings))


def _problem(line: Line) -> tuple[str, str]:
    """F80 both sides filled, F81 none."""
    debit, credit = line.amounts.get("debit", 0), line.amounts.get("credit", 0)
    if debit and credit:
        return "F80", "credit"
    return ("", "") if debit or credit else ("F81", "debit")


def _unbalanced(form: Form, file: str, period: Period, chart: Chart) -> list[Finding]:
    """F82 when the totals of the on-balance accounts differ."""
    debit = credit = 0
    for line in form.lines:
        account = chart.find(line.texts["account"], period.first_day)
        if account is None:
            return []
        if account.type != "memo":
            debit += line.amounts.get("debit", 0)
            credit += line.amounts.get("credit", 0)
    if debit == credit:
        return []
    return [
        Finding(
            "F82",
            file=file,
            column=form.headings["debit"],
            value=money(debit),
            expected=money(credit),
            difference=debit - credit,
        )
    ]


def _line(line: Line) -> VoucherLine:
    side = "debit" if line.amounts.get("debit", 0) else "credit"
    texts = {name: line.texts[name] for name in _TEXTS}
    return VoucherLine(row=line.row, amount=line.amounts[side], **{side: line.texts["account"]}, **texts)
