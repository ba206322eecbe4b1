"""Commitments: every random life of two contracts relieves each đồng exactly once; the rules speak where they must."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import estimates, postings, records
from ledger.overrides import COLUMNS as OVERRIDES
from ledger.overrides import FILE
from ledger.records import Record
from plugins import casebook, commitments, rule
from plugins.context import Context
from plugins.day_sums import Day
from plugins.estimate_days import days_of
from plugins.registers import NoRegisters

BASE = casebook.context_of(casebook.FOLDER / "V01-pass")
ASSIGNED = 1_000
FIRST = date(2026, 1, 5)
KEY = ("BTC", "2026", "13", "351", "6950", "", "HĐ-1")

Step = tuple[str, int, int]
"""What, which contract (0 or 1), a number from which the amount follows."""

steps = st.lists(
    st.tuples(
        st.sampled_from(["increase", "advance", "clear", "pay", "restore", "decrease", "close", "other"]),
        st.integers(0, 1),
        st.integers(1, 200),
    ),
    max_size=25,
)


class Rows(NoRegisters):
    """A register of commitments, and of overrides."""

    def __init__(self, rows: Sequence[Record], overrides: str = "") -> None:
        self._rows, self._overrides = rows, overrides

    def rows(self, kind: str) -> Sequence[Record]:
        return self._rows if kind == commitments.KIND else ()

    def file(self, name: str) -> bytes | None:
        return self._overrides.encode() if name == FILE and self._overrides else None


@dataclass
class Contract:
    """A contract as its parties see it."""

    number: str
    value: int = 0
    advanced: int = 0
    paid: int = 0
    open_: bool = True

    @property
    def left(self) -> int:
        """What is promised and not handed over."""
        return self.value - self.advanced - self.paid if self.open_ else 0


@dataclass
class Life:
    """What happens in a drawn sequence: rows of the register, uses, and what must be free after each day."""

    contracts: list[Contract] = field(default_factory=lambda: [Contract("HĐ-1"), Contract("HĐ-2")])
    rows: list[Record] = field(default_factory=list)
    uses: list[dict[str, Any]] = field(default_factory=list)
    other: int = 0
    free: list[int] = field(default_factory=list)

    @property
    def day(self) -> str:
        """The day of the next step."""
        return (FIRST + timedelta(days=len(self.free))).isoformat()

    def register(self, contract: Contract, change: str, amount: int) -> None:
        """A row of the register."""
        contract.value += amount
        contract.open_ = change != "close" and (contract.open_ or change != "decrease")
        self.rows.append(_row(contract.number, self.day, change, amount, len(self.rows) + 2))

    def use(self, contract: Contract | None, account: str, treasury: str, amount: int) -> None:
        """A use of the estimate."""
        self.uses.append(_use(self.day, account, treasury, amount, contract.number if contract else ""))

    def ends(self) -> None:
        """The day is over: what was assigned is spent, promised or free."""
        spent = self.other + sum(one.advanced + one.paid for one in self.contracts)
        self.free.append(ASSIGNED - spent - sum(one.left for one in self.contracts))


def _row(contract: str, day: str, change: str, amount: int, row: int, **more: str) -> Record:
    texts = dict.fromkeys(records.TEXTS["commitments"], "") | {"contract": contract, "day": day, "change": change}
    texts |= {"supplier": "Công ty", "source": "13", "clause": "351", "item": "6950", "budget_year": "2026"} | more
    return Record("BTC", day[:7], row, texts, {"amount": amount})


def _use(day: str, account: str, treasury: str, amount: int, contract: str, **more: str) -> dict[str, Any]:
    common = {"unit": "BTC", "period": day[:7], "entry": "voucher", "voucher": f"R{day}", "date": day, "row": 2}
    figure = {"commodity": "MEMO", "amount": -amount, "quantity": -amount, "side": "C", "code": account}
    where = {"source": "13", "clause": "351", "item": "6955", "budget_year": "2026", "account": "Equity:OffBalance"}
    return common | figure | where | {"treasury": treasury, "contract": contract} | more


def _take(life: Life, what: str, contract: Contract, number: int) -> None:
    """One step, as far as the contract allows it."""
    left, paid, advanced = contract.left, contract.paid, contract.advanced
    if what == "increase":
        life.register(contract, "increase" if contract.open_ else "sign", number)
    elif what == "advance" and left:
        contract.advanced += min(number, left)
        life.use(contract, "008211", "advance", min(number, left))
    elif what == "clear" and advanced:
        amount = min(number, advanced)
        contract.advanced, contract.paid = advanced - amount, paid + amount
        life.use(contract, "008211", "clearing", -amount)
        life.use(contract, "008212", "actual", amount)
    elif what == "pay" and left:
        contract.paid += min(number, left)
        life.use(contract, "008212", "actual", min(number, left))
    elif what == "restore" and paid:
        contract.paid -= min(number, paid)
        life.use(contract, "008212", "restore", -min(number, paid))
    elif what in {"decrease", "close"} and contract.open_:
        amount = left if what == "close" else min(number, left)
        life.register(contract, what, -amount)
    elif what == "other":
        life.other += number
        life.use(None, "008212", "actual", number)


def _lived(drawn: Sequence[Step]) -> Life:
    life = Life()
    for contract in life.contracts:
        life.register(contract, "sign", 100)
    life.ends()
    for what, which, number in drawn:
        _take(life, what, life.contracts[which], number)
        life.ends()
    return life


def _context(life: Life) -> Context:
    return _of(life.rows, life.uses)


def _of(rows: Sequence[Record], uses: Sequence[dict[str, Any]], **more: Any) -> Context:  # noqa: ANN401 - a context's own
    assigned = estimates.EstimateLine(
        "1-QĐ", "2026-01-02", "original", "VPTU", "BTC", "13", "351", "6950", ASSIGNED, "2026", submission="", row=2
    )
    table = postings.frame(uses)
    return replace(BASE, postings=table, estimates=estimates.frame([assigned]), registers=Rows(rows), **more)


def _days(context: Context) -> list[Day]:
    """The days of the only estimate line."""
    days = days_of(context)
    return list(days.of(list(days.keys).index(("BTC", "2026", "13", "351", "", "6950"))))


@settings(max_examples=60, deadline=None)
@given(steps)
def test_every_dong_is_spent_promised_or_free_and_counted_once(drawn: list[Step]) -> None:
    life = _lived(drawn)
    days = {one.date: one.assigned - one.held - one.used - one.committed for one in _days(_context(life))}

    found, last = [], ASSIGNED
    for number in range(len(life.free)):
        last = days.get((FIRST + timedelta(days=number)).isoformat(), last)
        found.append(last)
    assert found == life.free


@settings(max_examples=25, deadline=None)
@given(steps)
def test_what_is_left_of_each_contract_is_what_its_parties_say(drawn: list[Step]) -> None:
    life = _lived(drawn)

    left = commitments.outstanding(_context(life), "2026-12-31")

    assert left == {(*KEY[:-1], one.number): one.left for one in life.contracts if one.left}


@settings(max_examples=15, deadline=None)
@given(steps)
def test_the_order_in_which_books_hold_postings_changes_nothing(drawn: list[Step]) -> None:
    life = _lived(drawn)

    forward = commitments.balances(_context(life))
    backward = commitments.balances(_of(life.rows, life.uses[::-1]))

    assert forward.equals(backward)


def test_paying_what_was_promised_leaves_as_much_free_as_before() -> None:
    before, after = _lived([]), _lived([("advance", 0, 40), ("clear", 0, 40), ("pay", 0, 60), ("close", 0, 1)])

    assert before.free == [ASSIGNED - 200]
    assert after.free == [ASSIGNED - 200] * 5


def test_a_closed_contract_keeps_nothing_even_if_money_is_restored_later() -> None:
    life = _lived([("pay", 0, 100), ("close", 0, 1), ("restore", 0, 30)])

    days = [one for one in _days(_context(life)) if one.date == "2026-01-08"]

    assert [(one.used, one.committed) for one in days] == [(70, 100)]


def test_a_contract_is_the_same_however_its_number_is_spaced_and_capitalised() -> None:
    rows = [_row("HĐ-1", "2026-01-05", "sign", 100, 2), _row("hđ - 1", "2026-02-05", "increase", 50, 2)]
    uses = [_use("2026-02-06", "008212", "actual", 120, "hđ-1")]

    assert commitments.outstanding(_of(rows, uses), "2026-12-31") == {KEY: 30}
    assert commitments.outstanding(_of(rows, uses), "2026-02-05") == {KEY: 150}
    assert commitments.outstanding(_of(rows, uses), "2026-01-04") == {}


def test_a_use_stands_on_the_line_of_its_item_then_its_group_then_the_whole() -> None:
    rows = [_row("HĐ-1", "2026-01-05", "sign", 100, row, item=item) for row, item in enumerate(["6955", "6950", ""], 2)]
    uses = [_use("2026-02-06", "008212", "actual", 10, "HĐ-1", item=item) for item in ("6955", "6956", "7053")]

    relieved = commitments.movements(_of(rows, uses)).query("relieved > 0")

    assert list(relieved["item"]) == ["", "6950", "6955"]


def test_another_budget_year_or_programme_is_another_line_of_the_contract() -> None:
    rows = [_row("HĐ-1", "2026-01-05", "sign", 100, 2)]
    uses = [
        _use("2026-02-06", "008212", "actual", 10, "HĐ-1", budget_year="2025"),
        _use("2026-02-06", "008212", "actual", 10, "HĐ-1", programme="0510"),
    ]
    asked = _of(rows, uses)

    assert commitments.outstanding(asked, "2026-12-31") == {KEY: 100}
    assert [found.rule for found in rule.run(asked, ["E14"]).findings] == ["E14", "E14"]


def test_findings_are_those_of_the_periods_asked_for() -> None:
    rows = [_row("HĐ-1", "2026-01-05", "sign", 1_001, 2), _row("HĐ-2", "2026-02-05", "sign", 1, 2)]
    uses = [_use("2026-01-06", "008212", "actual", 1_002, "HĐ-1"), _use("2026-02-06", "008212", "actual", 1, "HĐ-9")]

    def found(*periods: str) -> list[tuple[str, str]]:
        asked = _of(rows, uses, scope_periods=frozenset(periods))
        return [(one.rule, one.period) for one in rule.run(asked, ["E12", "E13", "E14"]).findings]

    assert found("2026-01") == [("E12", "2026-01"), ("E14", "2026-01")]
    assert found("2026-02") == [("E12", "2026-02"), ("E13", "2026-02")]
    assert found("2026-03") == []


def test_an_override_lets_no_more_pass_than_its_cap_however_late_it_is_passed() -> None:
    rows = [_row("HĐ-1", "2026-01-05", "sign", 100, 2)]
    uses = [_use(f"2026-02-0{day}", "008212", "actual", amount, "HĐ-1") for day, amount in ((1, 105), (2, 4), (3, 2))]
    granted = "2026-001,E14,BTC,2026,13,351,6950,10,15-QĐ,approver,a.b,2026-01-06,2026-12-31,Phát sinh"
    asked = _of(rows, uses)
    with_override = replace(asked, registers=Rows(rows, f"{','.join(OVERRIDES)}\n{granted}\n"))

    def told(context: Context) -> list[tuple[str, int | None, bool]]:
        return [(one.on, one.difference, bool(one.allowed)) for one in rule.run(context, ["E14"]).findings]

    assert told(asked) == [("2026-02-01", 5, False)]
    assert told(with_override) == [("2026-02-01", 5, True), ("2026-02-03", 11, False)]


def test_only_the_unit_asked_for_is_looked_at() -> None:
    rows = [_row("HĐ-1", "2026-01-05", "sign", 1_001, 2)]

    assert rule.run(_of(rows, [], scope_unit="BNC"), ["E12"]).rules[0][:3] == ("E12", 0, 0)
    assert rule.run(_of(rows, [], scope_unit="BTC"), ["E12"]).rules[0][:3] == ("E12", 1, 1)
