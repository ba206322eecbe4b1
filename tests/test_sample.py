"""The practice province: its files are what the generator makes, and its books are sound by arithmetic alone."""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ledger.accounts import PRACTICE_OVERLAY, Chart
from ledger.budget_index import BudgetIndex
from ledger.sample import generate, province, spoiled
from ledger.units import People, Units

EXPECTED = Path(__file__).parent / "expected"
sys.path.insert(0, str(EXPECTED))

import compute  # noqa: E402 - a script of its own, found by the line above
import handed_in  # noqa: E402
from handed_in import Posting, Province  # noqa: E402

SAMPLE = generate.HERE
LATE_OR_REJECTED = {("UBKT", "2026-10"), ("XA03", "2026-09"), ("XA03", "2026-10"), ("DUUB", "2026-10")}
ON_BUDGET = ("008", "3371", "511", "611", "612")
DECEMBER_31 = "2025-12-31"


@pytest.fixture(scope="module")
def accepted() -> Province:
    return handed_in.load()


@pytest.fixture(scope="module")
def expected() -> dict[str, str]:
    return compute.tables()


def rows_of(content: str) -> list[dict[str, str]]:
    return list(csv.DictReader(content.splitlines()))


def test_the_generator_makes_the_committed_files() -> None:
    assert generate.differences(generate.build()) == []


def test_the_check_of_the_generator_notices_a_changed_a_missing_and_a_foreign_file() -> None:
    files = generate.build()
    name = next(iter(files))
    changed = {**files, name: files[name] + b"x", "submissions/NEW/x.csv": b""}
    del changed["manifest.csv"]
    assert generate.differences(changed) == [
        "submissions/NEW/x.csv: not committed",
        "manifest.csv: not made by the generator",
        f"{name}: differs",
    ]


def test_the_expected_totals_are_what_the_script_computes(expected: dict[str, str]) -> None:
    committed = {name: (EXPECTED / name).read_text("utf-8") for name in expected}
    assert expected == committed


def test_the_files_are_small_enough_to_keep() -> None:
    assert sum(p.stat().st_size for p in SAMPLE.rglob("*") if p.is_file() and p.suffix != ".pyc") < 3_000_000


def test_every_file_stands_in_the_manifest_once_and_in_order_of_time() -> None:
    entries = handed_in.manifest()
    present = {p.relative_to(SAMPLE).as_posix() for p in (SAMPLE / "submissions").rglob("*") if p.is_file()}
    assert Counter(e["file"] for e in entries) == Counter(present)
    assert [int(e["order"]) for e in entries] == list(range(1, len(entries) + 1))
    times = [datetime.fromisoformat(e["at"]) for e in entries]
    assert times == sorted(times)
    assert all(t.utcoffset() == timedelta(hours=7) and 8 <= t.hour < 18 and t.weekday() < 5 for t in times)


def test_each_units_periods_are_complete_but_for_the_late_and_the_rejected() -> None:
    got = {(e["unit"], e["period"]) for e in handed_in.standing() if e["kind"].startswith("vouchers")}
    wanted = {(unit, period) for unit in province.UNITS for period in province.periods()}
    assert wanted - got == LATE_OR_REJECTED
    assert got <= wanted
    openings = {e["unit"] for e in handed_in.standing() if e["kind"] == "opening"}
    assert openings == set(province.UNITS)
    assert [(e["unit"], e["period"]) for e in handed_in.manifest() if e["expect"] == "rejected"] == [
        ("DUUB", "2026-10")
    ]
    assert [(e["unit"], e["period"]) for e in handed_in.manifest() if e["replace"]] == [("BTC", "2026-05")]


def test_periods_come_in_order_within_a_unit() -> None:
    by_unit = defaultdict(list)
    for entry in handed_in.manifest():
        if entry["kind"].startswith("vouchers"):
            by_unit[entry["unit"]].append(entry["period"])
    assert all(periods == sorted(periods) for periods in by_unit.values())


def test_the_registers_are_sound_and_everyone_hands_in_what_they_may() -> None:
    units, findings = Units.read((SAMPLE / "registers/units.csv").read_bytes())
    people, more = People.read((SAMPLE / "registers/people.csv").read_bytes(), units)
    assert findings + more == []
    assert len(units.tree("budget", "2026-11-16")) == 9
    assert len(units.tree("party", "2026-11-16")) == 14
    for entry in handed_in.manifest():
        role = people.role_for(entry["person"], "submit", entry["unit"], entry["at"][:10])
        assert role == "accountant", entry


def test_every_voucher_balances_and_has_one_day_and_one_number(accepted: Province) -> None:
    sums: Counter[tuple[str, str, str]] = Counter()
    days = defaultdict(set)
    for p in accepted.vouchers:
        key = (p.unit, p.period[:4], p.voucher)
        days[key].add((p.date, p.period, p.file))
        sums[key] += 0 if p.account.startswith(handed_in.MEMO) else p.amount
    assert [key for key, amount in sums.items() if amount] == []
    assert [key for key, found in days.items() if len(found) > 1] == []


def test_opening_balances_balance(accepted: Province) -> None:
    for unit in province.UNITS:
        assert sum(p.amount for p in accepted.opening if p.unit == unit) == 0


def test_vouchers_are_dated_in_their_period(accepted: Province) -> None:
    wrong = [p for p in accepted.vouchers if not _in_period(p)]
    assert wrong == []


def test_documents_of_the_adjustment_period_are_of_january_or_were_on_their_way_at_the_years_end() -> None:
    late = []
    for entry in handed_in.standing():
        if entry["period"] == "2025-13":
            rows = [row for _, row in handed_in.read(SAMPLE / entry["file"])]
            assert {handed_in.day(row["document_date"])[:7] for row in rows} <= {"2025-12", "2026-01"}
            days = {handed_in.day(r["document_date"]) for r in rows if r["description"].startswith("Cước bưu chính")}
            late += [entry["unit"] for on in days if on > DECEMBER_31]
    assert late == ["BNC"]


def test_postings_on_budget_accounts_carry_their_dimensions(accepted: Province) -> None:
    for p in accepted.vouchers:
        if p.account.startswith(ON_BUDGET):
            assert p.source, p
            assert p.clause, p
            assert p.item or p.asset, p
        if p.account.startswith(("008", "3371")):
            assert p.item, p
            assert p.treasury in {"advance", "actual", "clearing", "restore"}, p


def test_accounts_are_leaves_and_codes_are_known_to_the_index(accepted: Province) -> None:
    chart, index = Chart.load(PRACTICE_OVERLAY.read_bytes()), BudgetIndex.load()
    for code, date in {(p.account, p.date) for p in [*accepted.vouchers, *accepted.opening]}:
        account = chart.find(code, date)
        assert account is not None, code
        assert account.is_leaf, code
    for p in accepted.vouchers:
        assert not p.item or index.item(p.item, p.date) is not None, p
        assert not p.clause or index.clause(p.clause, p.date) is not None, p


def test_no_estimate_line_is_exceeded_on_any_day(accepted: Province) -> None:
    lines = handed_in.lines_of(accepted.decisions)
    changes: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for d in accepted.decisions:
        more, held = handed_in.effect(d)
        changes[d.unit, d.year, d.source, d.clause, d.item][max(d.date, f"{d.year}-01-01")] += more - held
    for p in handed_in.memo(accepted.vouchers):
        line = handed_in.line_of(lines[p.unit, p.year, p.source, p.clause], p.item)
        assert line is not None, p
        changes[p.unit, p.year, p.source, p.clause, line][p.date] += p.amount
    for key, by_day in changes.items():
        left = 0
        for day in sorted(by_day):
            left += by_day[day]
            assert left >= 0, (key, day, left)


def test_estimate_lines_of_one_pot_never_overlap(accepted: Province) -> None:
    for pot, lines in handed_in.lines_of(accepted.decisions).items():
        assert "" not in lines or len(lines) == 1, pot
        assert not any(line != handed_in.group(line) and handed_in.group(line) in lines for line in lines if line), pot


def test_transfers_sum_to_zero_before_their_deadline_and_carry_is_not_more_than_is_left(
    accepted: Province, expected: dict[str, str]
) -> None:
    deadline = {"2025": "2025-11-15", "2026": "2026-12-15"}
    for d in accepted.decisions:
        if d.kind == "transfer":
            assert sum(o.amount for o in accepted.decisions if o.decision == d.decision) == 0
            assert d.date < deadline[d.year]
    left = {
        (r["unit"], r["source"], r["clause"], r["line"]): int(r["available"])
        for r in rows_of(expected["estimates.csv"])
        if r["year"] == "2025"
    }
    carried = [d for d in accepted.decisions if d.kind == "carry" and d.year == "2026"]
    assert len(carried) == 3
    assert all(d.amount <= left[d.unit, d.source, d.clause, d.item] for d in carried)
    assert any(d.kind == "supplement" and d.date > "2025-09-30" and d.year == "2025" for d in accepted.decisions)
    assert {d.kind for d in accepted.decisions} == {
        "original",
        "supplement",
        "cut",
        "transfer",
        "held",
        "release",
        "carry",
    }


def test_what_the_outside_authority_assigned_is_allocated_to_the_dong(accepted: Province) -> None:
    tree = {"VPTU", "BTC", "BTGDV", "UBKT", "BNC", "TCT", "BAO", "DUCQ", "DUUB"}
    given, allocated = Counter(), Counter()
    for d in accepted.totals:
        if d.year < "2027":
            given[d.year, d.source, d.clause] += d.amount
        assert (d.by, d.unit) == ("VPTU", "VPTU")
    for d in accepted.decisions:
        if d.unit in tree and d.kind in {"original", "supplement"}:
            allocated[d.year, d.source, d.clause] += d.amount
    assert given == allocated
    assert len(given) == 14


def test_persons_contracts_and_a_programme_stand_on_the_vouchers_of_2026() -> None:
    named = defaultdict(set)
    for entry in handed_in.standing():
        for _, row in handed_in.read(SAMPLE / entry["file"]):
            for column in ("Người lập", "Số hợp đồng", "Chương trình"):
                if row.get(column) and entry["kind"].startswith("vouchers"):
                    named[column].add((entry["unit"], entry["period"][:4]))
                    people = (row.get("Người lập", ""), row.get("Người duyệt nội dung", ""), row.get("Người duyệt chi"))
                    assert len({person for person in people if person}) in {0, 3}
    assert named["Người lập"] == {(unit, "2026") for unit in ("VPTU", "UBKT", "TCT", "BAO")}
    assert named["Số hợp đồng"] == {(unit, "2026") for unit in ("VPTU", "TCT", "BAO")}
    assert named["Chương trình"] == {("BTGDV", "2026")}


def test_cash_and_deposits_are_never_below_zero(accepted: Province) -> None:
    for unit in province.UNITS:
        for account in ("1111", "1121"):
            moves = [p for p in [*accepted.opening, *accepted.vouchers] if (p.unit, p.account) == (unit, account)]
            balance = 0
            for p in sorted(moves, key=lambda p: (p.date, p.period, p.amount < 0)):
                balance += p.amount
                assert balance >= 0, p


def test_budget_revenue_and_money_in_advance_agree_with_the_uses_of_the_estimate(accepted: Province) -> None:
    revenue, advance, actual, outstanding = Counter(), Counter(), Counter(), Counter()
    for p in accepted.vouchers:
        key = (p.unit, p.year, p.source, p.clause, p.item)
        revenue[key] -= p.amount if p.account == "511" else 0
        outstanding[key] -= p.amount if p.account == "3371" else 0
        if p.account.startswith("008"):
            (actual if p.account.endswith("2") else advance)[key] -= p.amount
    assert +revenue == +actual
    assert {k: v for k, v in outstanding.items() if v} == {k: v for k, v in advance.items() if v}


def test_no_advance_and_no_payroll_debt_crosses_the_year(accepted: Province) -> None:
    for unit in province.UNITS:
        for account in ("3371", "3341", "3321", "3322", "3323", "3324", "141"):
            moves = (
                p.amount for p in accepted.vouchers if (p.unit, p.account) == (unit, account) and p.date <= DECEMBER_31
            )
            assert sum(moves) == 0, (unit, account)


def test_the_school_clears_its_december_advance_in_january(accepted: Province) -> None:
    advance: Counter[tuple[str, str]] = Counter()
    for p in accepted.vouchers:
        if (p.unit, p.account, p.item) == ("TCT", "008221", "6699"):
            advance[p.period, p.treasury] -= p.amount
    assert advance["2025-12", "advance"] == 42_000_000
    assert advance["2025-12", "clearing"] == -23_750_000
    assert advance["2025-13", "clearing"] == -15_870_000
    assert advance["2025-13", "restore"] == -2_380_000


def test_exactly_one_internal_transfer_does_not_match(expected: dict[str, str]) -> None:
    assert [row["reference"] for row in rows_of(expected["internal.csv"])] == ["DIEN-BNC-2026-10"]


def test_consolidated_internal_balances_are_what_does_not_match_or_stands_outside(expected: dict[str, str]) -> None:
    left = {(r["tree"], r["account"]): int(r["consolidated"]) for r in rows_of(expected["consolidated.csv"])}
    assert left["party", "336"] == 0
    assert left["party", "136"] == 2_170_206
    assert left["budget", "336"] == 0
    assert left["budget", "136"] > left["party", "136"]


def test_assets_agree_with_the_accounts_and_written_off_ones_are_gone(expected: dict[str, str]) -> None:
    cost, wear, booked = Counter(), Counter(), Counter()
    gone = []
    for r in rows_of(expected["assets.csv"]):
        cost[r["unit"]] += int(r["cost"])
        wear[r["unit"]] += int(r["wear"])
        if int(r["cost"]) == 0:
            gone.append(r["asset"])
            assert int(r["wear"]) == 0
        assert 0 <= int(r["wear"]) <= int(r["cost"])
    for r in rows_of(expected["trial_balance.csv"]):
        booked[r["unit"], r["account"][:3]] += int(r["closing"])
    for unit in province.UNITS:
        assert cost[unit] == booked[unit, "211"] + booked[unit, "213"]
        assert wear[unit] == -booked[unit, "214"]
    assert sorted(gone) == ["TS-BAO-003", "TS-TCT-004", "TS-VPTU-007"]


def test_trial_balances_are_in_balance_and_the_form_lines_add_up(expected: dict[str, str]) -> None:
    totals, lines = Counter(), defaultdict(dict)
    for r in rows_of(expected["trial_balance.csv"]):
        totals[r["unit"]] += int(r["closing"])
    assert set(totals.values()) == {0}
    for r in rows_of(expected["settlement_2025.csv"]):
        lines[r["unit"], r["clause"]][int(r["line"])] = int(r["amount"])
    for n in lines.values():
        assert n[4] + n[9] == n[15] + n[24] + n[32]
        assert n[7] + n[10] == n[16] + n[28] + n[35]
        assert n[3] + n[15] == n[18] + n[22] + n[23] + n[31]
        assert min(n.values()) >= 0


def test_the_rejected_file_has_every_mistake_and_the_right_rows_besides() -> None:
    rows = [row for _, row in handed_in.read(SAMPLE / "submissions/DUUB/2026-10-vouchers.csv")]
    assert {row["debit"] for row in rows} >= {"6123", "008212"}
    assert {row["credit"] for row in rows} >= {"008", "008222"}
    assert {row["amount"] for row in rows} >= {"4.125,50", "1,250,000", "-350.000"}
    assert {row["date"] for row in rows} >= {"31/11/2026", "07/09/2026"}
    assert {row["item"] for row in rows} >= {"6598", "65999"}
    assert {row["source"] for row in rows} >= {"99"}
    assert any(row["credit"] == "511" and not row["item"] for row in rows)
    assert len({code for code, _ in spoiled.MISTAKES}) == 21


def test_units_write_their_files_in_different_ways() -> None:
    heads = [(SAMPLE / e["file"]).read_bytes()[:400] for e in handed_in.manifest() if e["file"].endswith(".csv")]
    assert sum(head.startswith(b"\xef\xbb\xbf") and b";" in head for head in heads) > 100
    assert sum(head.startswith(b"\xff\xfe") for head in heads) == 1
    assert sum(b"\t" in head for head in heads) > 20
    assert sum(head.startswith(b"S\xe1\xbb\x91") for head in heads) > 20
    assert sum(b"voucher;" in head for head in heads) > 20
    assert sum(e["file"].endswith(".xlsx") for e in handed_in.manifest()) == 2
    assert sum(e["kind"] == "vouchers/cash" for e in handed_in.manifest()) > 3


def test_what_people_do_besides_handing_in_is_done_by_registered_people_in_order_of_time() -> None:
    with (SAMPLE / "registers/people.csv").open(encoding="utf-8", newline="") as file:
        people = {row["person"] for row in csv.DictReader(file)}
    parts = json.loads((SAMPLE / "acts.json").read_text("utf-8"))
    acts = [act for part in parts.values() for act in part if "person" in act]
    times = [datetime.fromisoformat(act["at"]) for act in acts]

    assert {act["person"] for act in acts} <= people
    assert times == sorted(times)
    assert all(t.utcoffset() == timedelta(hours=7) and 8 <= t.hour < 18 and t.weekday() < 5 for t in times)
    assert {"year-end", "override", "certify", "estimates propose"} <= {act["command"] for act in acts}


def _in_period(p: Posting) -> bool:
    return p.date == DECEMBER_31 if p.period == "2025-13" else p.date[:7] == p.period
