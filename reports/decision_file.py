"""A reviewer's decisions as a CSV file: read whole, every problem shown at once.

Guarantees: each row becomes exactly one decision or at least one finding (S12-S18, S27); a decision on a voucher
names an existing budget posting of the settlement year and never takes more than the posting holds; amounts are
whole đồng read by allow-list. Nothing is guessed: two possible rows are a finding, not a choice.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from ledger.findings import Finding
from ledger.money import MoneyError, parse_money
from ledger.vietnamese import fold
from reports.decisions import ACTIONS, TITLES, Action, Decision, fingerprints, is_clean
from reports.form_data import Form

COLUMNS = {
    "voucher": "Số chứng từ",
    "row": "Dòng",
    "line": "Mã số",
    "action": "Quyết định",
    "amount": "Số tiền",
    "reason": "Lý do",
    "article": "Căn cứ",
    "evidence": "Minh chứng",
    "note": "Ghi chú",
    "source": "Nguồn",
    "clause": "Khoản",
    "item": "Tiểu mục",
}
"""Field → Vietnamese header; the English header is the field's own name."""
REQUIRED = ("voucher", "action", "amount", "reason", "article")
EXPLAINED = frozenset({"adjusted", "rejected", "pending"})
"""Actions that need a reason and an article."""
MAX_BYTES = 5_000_000

_HEADERS = {fold(text): field for field, vi in COLUMNS.items() for text in (vi, field)}
_ACTIONS: dict[str, Action] = {fold(t): a for a in ACTIONS for t in (a, TITLES[a])}


@dataclass(frozen=True, slots=True)
class Reported:
    """What the decisions are about."""

    unit: str
    facts: pd.DataFrame
    """Facts of the settlement, see `reports.settlement_figures`."""
    form: Form


def read_decisions(
    data: bytes, file: str, reported: Reported, *, date: str, person: str, before: Iterable[Decision] = ()
) -> tuple[list[Decision], list[Finding]]:
    """Read a file of decisions and join it to those taken before.

    Args:
        data: CSV, `,` or `;`, UTF-8, headers in Vietnamese or English in any order.
        file: its name, for findings.
        reported: the settlement decided on.
        date: ISO date of the decisions.
        person: who decides.
        before: decisions in force; one on the same place is replaced by the new one.

    Returns:
        All decisions in force afterwards, and the findings; with findings nothing may be recorded.
    """
    rows, findings = read_rows(data, file)
    reader = _Reader(reported, file)
    new: list[Decision] = []
    for number, row in rows:
        decision, problems = reader.decision(number, row)
        findings += problems
        if decision is not None:
            new.append(replace(decision, date=date, person=person))
    findings += _doubles(new, file)
    replaced = {_subject(decision) for decision in new}
    joined = [decision for decision in before if _subject(decision) not in replaced] + new
    return joined, findings + _too_much(joined, reported, file)


def read_rows(data: bytes, file: str) -> tuple[list[tuple[int, dict[str, str]]], list[Finding]]:
    """The file's rows as (row as in Excel, field → text), or the finding S12 when its form is wrong."""
    if len(data) > MAX_BYTES:
        return [], [Finding("S12", file=file, value=f"{len(data)} bytes", expected=f"≤ {MAX_BYTES} bytes")]
    try:
        text = unicodedata.normalize("NFC", data.decode("utf-8-sig"))
        first = text.split("\n", 1)[0]
        delimiter = ";" if first.count(";") > first.count(",") else ","
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except (UnicodeDecodeError, csv.Error) as problem:
        return [], [Finding("S12", file=file, value=str(problem), expected="CSV, UTF-8")]
    header = [_HEADERS.get(fold(cell), "") for cell in lines[0]] if lines else []
    missing = [COLUMNS[field] for field in REQUIRED if field not in header]
    twice = [COLUMNS[field] for field, count in Counter(filter(None, header)).items() if count > 1]
    ragged = [n for n, line in enumerate(lines, start=1) if line and len(line) != len(header)]
    if missing or twice or ragged or len(lines) < 2:  # noqa: PLR2004 - a header and one row at least
        where = ragged[0] if ragged else 1
        return [], [Finding("S12", file=file, row=where, value=", ".join(twice), expected=", ".join(missing))]
    return [
        (number, {field: cell.strip() for field, cell in zip(header, line, strict=True) if field})
        for number, line in enumerate(lines[1:], start=2)
        if any(cell.strip() for cell in line)
    ], []


class _Reader:
    """Turns one row into one decision, or findings."""

    def __init__(self, reported: Reported, file: str) -> None:
        self._unit, self._form, self._file = reported.unit, reported.form, file
        facts = reported.facts.assign(fingerprint=fingerprints(reported.facts))
        settled = facts[(facts["measure"] == "settled") & (facts["voucher"] != "")]
        self._settled: dict[str, list[dict[str, object]]] = defaultdict(list)
        for fact in settled.to_dict("records"):
            self._settled[str(fact["voucher"])].append({str(k): v for k, v in fact.items()})

    def decision(self, number: int, row: Mapping[str, str]) -> tuple[Decision | None, list[Finding]]:
        found = self._text_findings(number, row)
        action = _ACTIONS.get(fold(row["action"]))
        if action is None:
            allowed = ", ".join(f"{TITLES[a]} ({a})" for a in ACTIONS)
            found.append(self._finding("S16", number, "action", row["action"], allowed))
        try:
            amount = parse_money(row["amount"])
        except MoneyError:
            amount = 0
        if amount == 0 or (amount < 0 and action != "adjusted"):
            found.append(self._finding("S15", number, "amount", row["amount"], "1.234.567"))
        for field in ("reason", "article"):
            if action in EXPLAINED and not row[field]:
                found.append(self._finding("S18", number, field, "", COLUMNS[field]))
        if found or action is None:
            return None, found
        texts: Any = {field: row.get(field, "") for field in ("reason", "article", "evidence", "note")}
        base = Decision(action=action, line=row.get("line", ""), amount=amount, **texts)
        return self._on_voucher(number, row, base) if row["voucher"] else self._on_line(number, row, base)

    def _on_voucher(self, number: int, row: Mapping[str, str], base: Decision) -> tuple[Decision | None, list[Finding]]:
        facts = self._settled.get(row["voucher"], [])
        if row.get("row", ""):
            facts = [fact for fact in facts if str(fact["row"]) == row["row"]]
        if not facts:
            wanted = " · ".join(filter(None, (row["voucher"], row.get("row", ""))))
            return None, [self._finding("S13", number, "voucher", wanted, self._rows(row["voucher"]))]
        if len(facts) > 1:
            return None, [self._finding("S14", number, "row", row["voucher"], self._rows(row["voucher"]))]
        fact = facts[0]
        line = self._form.line_of("settled", bool(fact["autonomous"]))
        if base.line not in {"", line}:
            return None, [self._finding("S17", number, "line", base.line, line)]
        names = ("voucher", "period", "source", "clause", "item", "fingerprint")
        texts: Any = {name: str(fact[name]) for name in names}
        return replace(base, line=line, row=int(str(fact["row"])), **texts), []

    def _on_line(self, number: int, row: Mapping[str, str], base: Decision) -> tuple[Decision | None, list[Finding]]:
        line = self._form.line(base.line)
        allowed = ", ".join(x.line for x in self._form.lines if x.decidable)
        if line is None or not line.decidable:
            return None, [self._finding("S17", number, "line", base.line, allowed)]
        if base.action != "adjusted":
            return None, [self._finding("S16", number, "action", TITLES[base.action], TITLES["adjusted"])]
        places: Any = {field: row.get(field, "") for field in ("source", "clause", "item")}
        missing = [COLUMNS[field] for field, text in places.items() if line.measure == "settled" and not text]
        if missing:
            return None, [self._finding("S18", number, "item", "", ", ".join(missing))]
        return replace(base, **places), []

    def _rows(self, voucher: str) -> str:
        return ", ".join(str(fact["row"]) for fact in self._settled.get(voucher, []))

    def _text_findings(self, number: int, row: Mapping[str, str]) -> list[Finding]:
        return [
            self._finding("S30", number, field, text[:80].encode("unicode_escape").decode(), "")
            for field, text in row.items()
            if not is_clean(text)
        ]

    def _finding(self, code: str, number: int, field: str, value: str, expected: str) -> Finding:
        return Finding(
            code,
            unit=self._unit,
            file=self._file,
            row=number,
            column=COLUMNS[field],
            value=value,
            expected=expected,
        )


def _subject(decision: Decision) -> tuple[str, ...]:
    """What a later decision on the same place replaces."""
    if decision.fingerprint:
        return (decision.fingerprint, decision.action)
    return (decision.line, decision.source, decision.clause, decision.item)


def _doubles(new: list[Decision], file: str) -> list[Finding]:
    counts = Counter(_subject(decision) for decision in new)
    twice = [decision for decision in new if counts[_subject(decision)] > 1]
    return [Finding("S27", file=file, value=decision.voucher or decision.line) for decision in twice[:1]]


def _too_much(joined: list[Decision], reported: Reported, file: str) -> list[Finding]:
    """S15 where the decisions on one row take away more than the row has."""
    amounts = dict(zip(fingerprints(reported.facts), reported.facts["amount"], strict=True))
    taken: dict[str, int] = defaultdict(int)
    by_row: dict[str, Decision] = {}
    for decision in joined:
        if decision.fingerprint:
            taken[decision.fingerprint] += decision.amount if decision.action == "pending" else -decision.effect
            by_row[decision.fingerprint] = decision
    findings = []
    for fingerprint, amount in taken.items():
        held, decision = int(amounts.get(fingerprint, 0)), by_row[fingerprint]
        if amount > held or (decision.action == "approved" and decision.amount > held):
            params: dict[str, str | int] = {"row_amount": held}
            findings.append(
                Finding(
                    "S19",
                    unit=reported.unit,
                    file=file,
                    voucher=decision.voucher,
                    difference=amount - held,
                    params=params,
                )
            )
    return findings
