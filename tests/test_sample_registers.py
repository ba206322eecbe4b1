"""The register forms of the practice province agree with its vouchers, read independently of the generator."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "expected"))
import handed_in
from handed_in import Posting, Province

from importers.forms import Form, read_form
from importers.layouts import LAYOUTS
from ledger import records
from ledger.dues import b01
from ledger.records import Record

SAMPLE = handed_in.SAMPLE
PLANTED = ("BAO", "2026-06", 450_000)


@pytest.fixture(scope="module")
def accepted() -> Province:
    return handed_in.load()


def _entries(kind: str) -> Iterator[tuple[dict[str, str], Form]]:
    for entry in handed_in.manifest():
        if entry["kind"] == kind:
            yield entry, read_form((SAMPLE / entry["file"]).read_bytes(), entry["file"], LAYOUTS[kind])


def _records(kind: str) -> list[Record]:
    return [
        Record(entry["unit"], entry["period"], line.row, line.texts, line.amounts)
        for entry, form in _entries(kind)
        for line in form.lines
    ]


def _until(postings: list[Posting], unit: str, month: str) -> list[Posting]:
    """A unit's postings up to a month's end, without those of the adjustment period."""
    return [p for p in postings if p.unit == unit and p.date[:7] <= month and not p.period.endswith("-13")]


def test_every_register_form_is_handed_in_and_reads_without_a_complaint() -> None:
    counts = Counter(entry["kind"] for entry in handed_in.manifest())

    assert {kind: counts[kind] for kind in records.KINDS} == {
        "assets": 3,
        "dues": 12,
        "events": 13,
        "trips": 5,
        "treasury": 4,
        "commitments": 4,
        "carryover": 2,
        "requests": 8,
    }
    for kind in records.KINDS:
        for entry, form in _entries(kind):
            assert {finding.rule for finding in form.findings} <= {"F21"}, entry["file"]
            assert form.lines, entry["file"]


def test_the_treasury_confirms_the_deposits_of_the_books_but_for_one_planted_difference(accepted: Province) -> None:
    differences = {}
    for row in _records("treasury"):
        if row.texts["account"] == "1121":
            booked = [*accepted.opening, *_until(accepted.vouchers, row.unit, row.period)]
            balance = sum(p.amount for p in booked if p.unit == row.unit and p.account == "1121")
            differences[row.unit, row.period] = row.number("balance") - balance

    assert {key: value for key, value in differences.items() if value} == {PLANTED[:2]: PLANTED[2]}
    assert len(differences) == 4


def test_the_treasury_confirms_what_is_left_of_every_estimate(accepted: Province) -> None:
    for unit, period in {(row.unit, row.period) for row in _records("treasury")}:
        left: Counter[tuple[str, str]] = Counter()
        for d in accepted.decisions:
            if (d.unit, d.year) == (unit, period[:4]) and d.date[:7] <= period and d.kind not in {"held", "release"}:
                left[d.source, d.clause] += d.amount
        for p in _until(accepted.vouchers, unit, period):
            if p.account.startswith("0082") and p.date[:4] == period[:4]:
                left[p.source, p.clause] += p.amount
        confirmed = {
            (row.texts["source"], row.texts["clause"]): row.number("balance")
            for row in _records("treasury")
            if (row.unit, row.period) == (unit, period) and row.texts["account"] == "008"
        }
        assert confirmed == dict(left), (unit, period)


def test_what_committees_collect_and_remit_is_what_their_vouchers_say(accepted: Province) -> None:
    owed: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for p in accepted.vouchers:
        if p.account in {"7118", "336"} and p.partner in {"", "VPTU"} and p.unit != "VPTU":
            name = {"7118": "kept", "336": "to_remit" if p.side == "credit" else "remitted"}[p.account]
            owed[p.unit, p.date[:7]][name] += abs(p.amount)
    committees = [row for row in _records("dues") if not row.texts["superior"]]
    for row in committees:
        books = owed[row.unit, row.texts["month"]]
        figures = {name: row.number(name) for name in ("kept", "to_remit", "remitted")}
        assert figures == {name: books[name] for name in figures}, (row.unit, row.texts["month"])
    assert len(committees) == 36


def test_what_organisations_remit_is_what_their_committee_collects() -> None:
    rows = _records("dues")
    for unit, month in {(row.unit, row.texts["month"]) for row in rows}:
        mine = [row for row in rows if (row.unit, row.texts["month"]) == (unit, month)]
        below: Counter[str] = Counter()
        for row in mine:
            below[row.texts["superior"]] += row.number("remitted") if row.texts["superior"] else 0
        collected = {row.texts["organisation"]: row.number("collected") for row in mine}
        assert +below == {name: collected[name] for name in +below}
        assert len(+below) == (2 if unit == "XA01" else 1)


def test_the_dues_report_of_a_quarter_counts_each_dong_once() -> None:
    rows = _records("dues")
    lines = {line.code: line for line in b01(rows, 2026, 3)}
    of_year = [row for row in rows if row.period.startswith("2026")]
    superiors = {row.texts["superior"] for row in of_year}
    lowest = [row for row in of_year if row.texts["organisation"] not in superiors]

    assert lines["03"].total == sum(row.number("collected") for row in lowest)
    owed_at_both_ends = sum(
        (1 if row.texts["month"] == "2026-09" else -1) * row.number("outstanding")
        for row in rows
        if row.texts["month"] in {"2025-12", "2026-09"}
    )
    assert lines["03"].total == lines["08"].total + lines["13"].total + owed_at_both_ends
    assert lines["02"].enterprise == 0 < lines["02"].commune


def test_the_list_of_assets_is_what_the_vouchers_left_at_the_end_of_2025(accepted: Province) -> None:
    booked: dict[tuple[str, str], int] = defaultdict(int)
    for p in [*accepted.opening, *accepted.vouchers]:
        if p.account.startswith(("211", "213")) and p.date <= "2025-12-31":
            booked[p.unit, p.asset] += p.amount
    listed = {(row.unit, row.texts["asset"]): row.number("cost") for row in _records("assets")}

    units = {"TCT", "BAO", "VPTU"}
    assert listed == {key: cost for key, cost in booked.items() if cost and key[0] in units}
