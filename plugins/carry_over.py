"""Carrying over: E19 the category and its papers, E20 never more than is left, E21 a closed line stays as it is.

Guarantees: requests (the register `carryover`) and decisions (`carry`, `carry-received`) are judged alike, by the law
of the closed year; what is left is that of `plugins.year_lines`. A unit whose closed year the book does not hold has
nothing to be compared with: its decisions are not judged by E20, its requests are refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from ledger import records
from ledger.estimates import register_name
from ledger.findings import Finding
from ledger.money import money
from ledger.records import Record
from ledger.regulations import Entry, NotInForceError
from plugins.carried import REGISTER, Carried, decisions_of, requests_of, stands, year_lines
from plugins.carry_evidence import Claim, Lack, Law
from plugins.columns import rows_of
from plugins.context import Context, Slot
from plugins.execution import ENDED, NO_LINE
from plugins.rule import Checked, rule
from plugins.year_lines import YearLine, YearLines

FORM_WORDS = {"estimate": ("dự toán còn dư", "the estimate left"), "received": ("kinh phí đã nhận", "money received")}


@rule("E19")
def carried_by_category_and_evidence(context: Context) -> Checked:
    """Each amount carried over has a category of the closed year's law, and the papers that the category needs."""
    if context.scope_periods:
        # Vouchers change neither a category nor its papers.
        return Checked(0, [])
    laws: dict[str, Law | None] = {}
    asked, judged = context.remember(requests_of), 0
    findings: list[Finding] = []
    proved = _proved(context, asked, laws)
    standing = [one for one in context.remember(decisions_of) if stands(context, one)]
    for one in [*asked, *standing]:
        law = _law(context, one.year, laws)
        if law is None:
            continue
        judged += 1
        findings += _of_a_request(context, one, law) if not one.decided else _of_a_decision(context, one, law, proved)
    return Checked(judged, findings)


@rule("E20")
def no_more_carried_than_is_left(context: Context) -> Checked:
    """What is asked for of a line, and what was decided, is at most what is left of it."""
    lines = context.remember(year_lines)
    judged, findings = 0, []
    for carried in (context.remember(requests_of), context.remember(decisions_of)):
        for (line, form), group in _by_line(lines, carried).items():
            first = group[-1]
            if first.decided and (first.unit, first.year) not in lines.known:
                continue
            judged += 1
            total = sum(one.amount for one in group)
            left = line.left if form == "estimate" else line.received
            if total > max(left, 0) and line.wanted:
                findings.append(_too_much(context, first, line, total, max(left, 0)))
    return Checked(judged, findings)


@rule("E21")
def closed_lines_stay_closed(context: Context) -> Checked:
    """Carried out, cancelled, spent and still held make the estimate of every line that a year-end run has closed."""
    lines = context.remember(year_lines)
    closed = [line for line in lines if line.ended]
    return Checked(
        len(closed), [_reopened(context, lines, line) for line in closed if line.wanted and line.left != line.ended]
    )


def _law(context: Context, year: str, laws: dict[str, Law | None]) -> Law | None:
    if year not in laws:
        laws[year] = Law.of(context.regulations, year)
    return laws[year]


def _proved(context: Context, asked: Iterable[Carried], laws: dict[str, Law | None]) -> set[tuple[str, ...]]:
    """(unit, year, form, place, category) of the requests that have all their papers."""
    found = set[tuple[str, ...]]()
    for one in asked:
        law = _law(context, one.year, laws)
        claim = Claim.of(one.row)
        if law is not None and not any(law.lacking(claim, context.index)):
            found.add((one.unit, one.year, one.form, *one.place, one.category))
    return found


def _of_a_request(context: Context, one: Carried, law: Law) -> Iterator[Finding]:
    claim = Claim.of(one.row)
    for lack in law.lacking(claim, context.index):
        yield _lacking(context, one, law, lack)


def _of_a_decision(context: Context, one: Carried, law: Law, proved: set[tuple[str, ...]]) -> Iterator[Finding]:
    """A category that the law has, behind which a request with its papers stands; only told before it was demanded."""
    demand = _demand(context, one.day)
    waits = "" if demand is None or demand.value else demand.citation("vi")
    if one.category and one.category not in law.categories:
        count = len(law.categories)
        vi = f"luật của năm {one.year} ({count} nhóm) không có nhóm này"
        en = f"the law of {one.year} ({count} categories) has no such category"
        yield _lacking(context, one, law, Lack("category", one.category, vi, en))
    elif not one.category:
        lack = Lack("category", "", "chưa ghi nhóm chuyển nguồn", "no category is stated")
        yield _lacking(context, one, law, lack, allowed=waits)
    elif (one.unit, one.year, one.form, *one.place, one.category) not in proved:
        vi = "không có đề nghị chuyển nguồn đủ chứng cứ của đơn vị cho dòng này"
        en = "no request of the unit with its papers stands behind this line"
        yield _lacking(context, one, law, Lack("category", one.category, vi, en), allowed=waits)


def _demand(context: Context, day: str) -> Entry | None:
    try:
        return context.regulations.entry("year_end.category_demand", date.fromisoformat(day))
    except NotInForceError:
        return None


def _by_line(lines: YearLines, carried: Iterable[Carried]) -> dict[tuple[YearLine, str], list[Carried]]:
    """What is carried of each line, by what is carried (estimate or money)."""
    groups: dict[tuple[YearLine, str], list[Carried]] = {}
    for one in carried:
        groups.setdefault((lines.covering(one.unit, one.year, one.place), one.form), []).append(one)
    return groups


def _lacking(context: Context, one: Carried, law: Law, lack: Lack, *, allowed: str = "") -> Finding:
    name_vi, name_en = law.names.get(one.category, (one.category or "—",) * 2)
    return _at(
        context,
        "E19",
        one,
        column=lack.column,
        value=lack.value,
        allowed=allowed,
        params={
            "amount": one.amount,
            "year": one.year,
            "lack_vi": lack.vi,
            "lack_en": lack.en,
            "category_vi": name_vi,
            "category_en": name_en,
            "law_vi": law.vi,
            "law_en": law.en,
        },
    )


def _too_much(context: Context, one: Carried, line: YearLine, total: int, left: int) -> Finding:
    vi, en = FORM_WORDS[one.form]
    return _at(
        context,
        "E20",
        one,
        column="amount",
        value=money(total),
        expected=f"≤ {money(left)}",
        difference=total - left,
        params={
            "line": _shown(line),
            "year": one.year,
            "form_vi": vi,
            "form_en": en,
            "total": total,
            "left": left,
            "estimate": line.estimate,
            "held": line.held,
            "spent": line.spent,
        },
    )


def _reopened(context: Context, lines: YearLines, line: YearLine) -> Finding:
    """At the newest use of the line in scope; where nothing is used, at the decision that closed it."""
    unit, year = line.line[:2]
    params: dict[str, str | int] = {
        "line": _shown(line),
        "year": year,
        "estimate": line.estimate,
        "held": line.held,
        "spent": line.spent,
        "carried": line.carried_out,
        "cancelled": line.cancelled,
    }
    difference = line.ended - line.left
    uses = lines.uses(line.line)
    wanted = uses[context.in_scope[uses]]
    if len(wanted):
        use = context.mine.row(int(wanted[-1]))
        return context.finding(
            "E21", use, column="amount", value=money(-int(use.amount)), expected="0", difference=difference, **params
        )
    table = context.decisions
    closing = table[(table["unit"] == unit) & (table["budget_year"] == year) & table["kind"].isin(ENDED)]
    row = next(rows_of(closing.iloc[[-1]]))
    place = (row.source, row.clause, row.programme, row.item)
    one = Carried(unit, year, "estimate", place, int(row.amount), "", row.date, row)
    return _at(context, "E21", one, column="amount", expected="0", difference=difference, params=params)


def _shown(line: YearLine) -> str:
    return "-".join(part for part in line.line[2:] if part not in {"", NO_LINE})


def _at(
    context: Context,
    code: str,
    one: Carried,
    *,
    column: str,
    value: str = "",
    expected: str = "",
    difference: int | None = None,
    allowed: str = "",
    params: Mapping[str, str | int],
) -> Finding:
    """A finding at the row of a request or of a decision."""
    row, more = one.row, dict(params)
    if isinstance(row, Record):
        slot, file = Slot(row.unit, row.period, ""), records.name(REGISTER, row.unit, row.period)
        period = row.period
    else:
        slot, file = Slot(row.assigning_unit, row.budget_year, ""), register_name(row.budget_year)
        period = row.budget_year
        more["decision"] = row.decision
    return Finding(
        rule=code,
        unit=one.unit,
        period=period,
        file=context.files.get(slot, file),
        row=int(row.row) or None,
        column=column,
        value=value or (money(one.amount) if column == "amount" else ""),
        expected=expected,
        difference=difference,
        on=one.day,
        allowed=allowed,
        params=more,
    )
