"""The main job from outside: the practice province, judged by stock tools and by an independent calculation."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
from beancount import loader
from beancount.core import convert, data, inventory
from conftest import PROGRAM, ROOT, party_ledger, run

UNITS = [
    "VPTU",
    "BTC",
    "BTGDV",
    "UBKT",
    "BNC",
    "TCT",
    "BAO",
    "DUCQ",
    "DUUB",
    "XA01",
    "XA02",
    "XA03",
    "XA04",
]
BIN = Path(sys.executable).parent


def _stock_sums(path: Path) -> dict[str, Decimal]:
    """Closing balance at cost of every account that is not memo, by stock Beancount alone."""
    entries, errors, _ = loader.load_file(str(path))
    assert errors == []
    held: dict[str, inventory.Inventory] = defaultdict(inventory.Inventory)
    for entry in data.filter_txns(entries):
        for posting in entry.postings:
            held[posting.account].add_position(posting)
    sums = {}
    for account, positions in held.items():
        at_cost = positions.reduce(convert.get_cost)
        total = at_cost.get_currency_units("VND").number
        if not account.startswith("Equity:OffBalance") and not at_cost.is_empty():
            sums[account] = total
    return {account: total for account, total in sums.items() if total}


def _closing(book: Path, *options: str) -> dict[str, int]:
    answer = party_ledger("report", "trial-balance", book, *options, "--format", "csv")
    assert answer.code == 0, answer.err
    rows = list(csv.DictReader(io.StringIO(answer.out)))
    for row in rows:
        assert int(row["closing"]) == int(row["opening"]) + int(row["debit"]) - int(row["credit"])
    return {row["account"]: int(row["closing"]) for row in rows if int(row["closing"])}


@pytest.mark.parametrize(
    "name", ["main", "party", *(f"units/{unit}/{kind}" for unit in UNITS for kind in ("ledger", "checked"))]
)
def test_bean_check_accepts_every_ledger(practice: Path, name: str) -> None:
    answer = run(BIN / "bean-check", practice / f"{name}.beancount")

    assert (answer.code, answer.out + answer.err) == (0, "")


@pytest.mark.parametrize("unit", UNITS)
def test_our_trial_balance_equals_stock_beancount_at_cost(practice: Path, unit: str) -> None:
    assert _closing(practice, "--unit", unit) == _stock_sums(practice / f"units/{unit}/ledger.beancount")


@pytest.mark.parametrize(("tree", "name"), [("budget", "main"), ("party", "party")])
def test_the_consolidated_trial_balance_equals_stock_beancount(practice: Path, tree: str, name: str) -> None:
    assert _closing(practice, "--tree", tree) == _stock_sums(practice / f"{name}.beancount")


def test_consolidated_is_the_sum_of_the_units_less_what_was_eliminated(practice: Path) -> None:
    units: dict[str, int] = defaultdict(int)
    for unit in UNITS:
        for account, amount in _closing(practice, "--unit", unit).items():
            units[account] += amount
    consolidated = _closing(practice, "--tree", "party")
    differing = {a for a in units | consolidated if units.get(a, 0) != consolidated.get(a, 0)}

    assert differing <= {"Assets:136", "Liabilities:336"}
    assert abs(consolidated.get("Assets:136", 0)) < abs(units["Assets:136"])


def test_git_finds_the_repository_sound_and_the_view_clean(practice: Path) -> None:
    assert run("git", "-C", practice, "fsck", "--strict").code == 0
    assert run("git", "-C", practice, "status", "--porcelain").out == ""


@pytest.mark.parametrize("role", ["reviewer", "approver"])
def test_stock_git_accepts_the_signed_approvals(practice: Path, role: str) -> None:
    answer = run("git", "-C", practice, "verify-tag", f"settlement/2025/TCT/{role}")

    assert answer.code == 0, answer.err
    assert 'Good "git" signature' in answer.err


def test_verify_finds_the_practice_book_sound(practice: Path) -> None:
    answer = party_ledger("verify", practice, "--format", "json")

    assert (answer.code, answer.json()) == (0, {"ok": True, "problems": []})


def test_a_voucher_edited_by_hand_is_named(practice_copy: Path) -> None:
    journal = practice_copy / "units/BTC/2026/2026-03.beancount"
    text = journal.read_text("utf-8")
    number = text.split('voucher: "')[1].split('"')[0]
    head, _, tail = text.partition('voucher: "')
    amount_line = next(line for line in tail.splitlines() if line.endswith(" VND"))
    figure = amount_line.split()[-2]
    other = str(int(figure) + 1).rjust(len(figure))
    journal.write_text(head + 'voucher: "' + tail.replace(amount_line, amount_line.replace(figure, other), 1), "utf-8")

    answer = party_ledger("verify", practice_copy, "--format", "json")
    found = {(p["file"], p["voucher"], p["kind"]) for p in answer.json()["problems"]}

    assert answer.code == 3
    assert found == {("units/BTC/2026/2026-03.beancount", number, "changed")}
    assert party_ledger("status", practice_copy).code == 3


def _commit_quietly(book: Path, file: str, old: str, new: str) -> None:
    """What someone with access to the repository and stock git can do."""
    path = book / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    done = run("git", "-C", book, "-c", "user.name=x", "-c", "user.email=x@y", "commit", "-qam", "quiet")
    assert done.code == 0, done.err


def test_a_voucher_changed_and_committed_with_stock_git_is_named(practice_copy: Path) -> None:
    file = "units/BTC/2026/2026-03.beancount"
    figure = next(
        line.split()[-2].lstrip("-")
        for line in (practice_copy / file).read_text("utf-8").splitlines()
        if line.endswith(" VND")
    )
    _commit_quietly(practice_copy, file, f"{figure} VND", f"{int(figure) + 1} VND")

    answer = party_ledger("verify", practice_copy, "--format", "json")

    assert answer.code == 3
    assert {(p["file"], p["kind"]) for p in answer.json()["problems"]} == {(file, "figures")}
    assert all(p["voucher"] for p in answer.json()["problems"])


def test_an_event_changed_and_committed_with_stock_git_is_named(practice_copy: Path) -> None:
    file = "events/2026/BTC.jsonl"
    _commit_quietly(practice_copy, file, '"role":"accountant"', '"role":"operator"')

    answer = party_ledger("verify", practice_copy, "--format", "json")

    assert answer.code == 3
    assert {"chain", "shrunk"} <= {p["kind"] for p in answer.json()["problems"] if p["file"] == file}


def test_the_same_file_again_gives_the_same_receipt_and_no_commit(practice_copy: Path) -> None:
    before = run("git", "-C", practice_copy, "rev-parse", "HEAD").out
    sent = ROOT / "ledger/sample/submissions/BTC"
    file = next(path for path in sorted(sent.iterdir()) if path.name.startswith("2026-03"))
    answers = [
        party_ledger("submit", practice_copy, file, "--unit", "BTC", "--period", "2026-03", "--format", "json")
        for _ in range(2)
    ]

    assert [answer.code for answer in answers] == [0, 0]
    assert answers[0].json()["receipt"] == answers[1].json()["receipt"] is not None
    assert run("git", "-C", practice_copy, "rev-parse", "HEAD").out == before


def test_status_names_the_late_and_the_refused(practice: Path) -> None:
    slots = party_ledger("status", practice, "--format", "json").json()
    states = {(slot["unit"], slot["period"]): slot["state"] for slot in slots}

    assert states["BTC", "2026-09"] == "received"
    assert sum(1 for state in states.values() if state == "late") >= 2
    assert states["DUUB", "2026-10"] == "rejected"


def test_check_lists_every_rule_and_nothing_blocks(practice: Path) -> None:
    answer = party_ledger("check", practice, "--tree", "party", "--format", "json")
    rules = {rule["id"]: rule for rule in answer.json()["rules"]}

    assert answer.code == 0
    assert {"V01", "V02", "A01", "A02", "A03", "E01", "E02", "I02", "C01"} <= set(rules)
    assert rules["V01"]["evaluated"] > 1000


def test_the_independent_calculation_agrees_with_the_trial_balances(practice: Path) -> None:
    done = run(sys.executable, "-I", ROOT / "tests/expected/compute.py", "--check")
    assert done.code == 0, done.out + done.err
    with (ROOT / "tests/expected/closing.csv").open(encoding="utf-8", newline="") as file:
        expected: dict[str, dict[str, int]] = defaultdict(dict)
        for row in csv.DictReader(file):
            expected[row["unit"]][row["code"]] = int(row["closing"])
    for unit in UNITS:
        by_code: dict[str, int] = defaultdict(int)
        for account, amount in _closing(practice, "--unit", unit).items():
            by_code[[part for part in account.split(":") if part.isdigit()][-1]] += amount
        assert {code: total for code, total in by_code.items() if total} == expected[unit]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["status", "NOWHERE"], 2),
        (["submit", "BOOK", "nofile.csv", "--unit", "BTC", "--period", "2026-03"], 2),
        (["report", "trial-balance", "BOOK", "--unit", "ZZZ"], 1),
        (["report", "trial-balance", "BOOK", "--period", "1999"], 1),
        (["report", "trial-balance", "BOOK", "--period", "March"], 2),
        (["check", "BOOK", "--unit", "ZZZ"], 1),
        (["frobnicate"], 2),
    ],
)
def test_wrong_calls_end_in_a_sentence_and_the_right_code(practice: Path, words: list[str], code: int) -> None:
    answer = party_ledger(*[str(practice) if word == "BOOK" else word for word in words])

    assert answer.code == code
    assert "Traceback" not in answer.out + answer.err
    assert answer.out + answer.err != ""


def test_as_of_opens_the_book_as_it_was_known(practice: Path) -> None:
    slots = json.loads(party_ledger("status", practice, "--as-of", "2025-06-01", "--format", "json").out)

    assert all(slot["received"] is None or slot["received"] < "2025-06-02" for slot in slots)
    assert any(slot["received"] for slot in slots)


def test_the_program_is_the_installed_one() -> None:
    assert PROGRAM.is_file()
