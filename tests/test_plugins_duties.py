"""Three duties, three persons: on the voucher, and in the book that vouches for it; account and item besides."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from ledger import postings
from ledger.book import PEOPLE
from ledger.standing import Standing
from plugins import casebook, rule
from plugins.context import Context
from plugins.duties import person
from plugins.registers import NoRegisters

BASE = casebook.context_of(casebook.FOLDER / "V01-pass")
PERSONS = b"""person,name,role,units,public_key,valid_from,valid_to
hoa,Nguy\xe1\xbb\x85n Th\xe1\xbb\x8b Hoa,accountant,BTC,,2024-01-01,
minh,L\xc3\xaa Quang Minh,head,BTC,,2024-01-01,
"""
HOA, BINH, MINH = "Nguyễn Thị Hoa", "Trần Văn Bình", "Lê Quang Minh"


class Desk(NoRegisters):
    """A book in which somebody handed the file in and somebody certified it."""

    def __init__(self, submitter: str, head: str) -> None:
        self._submitter, self._head = submitter, head

    def file(self, name: str) -> bytes | None:
        return PERSONS if name == PEOPLE else None

    def standing(self, kind: str, unit: str, period: str) -> Standing:
        if kind != "vouchers/cash":
            return Standing(unit, period, kind)
        return Standing(unit, period, kind, submitter=self._submitter, head=self._head)


def _voucher(recorded: str, content: str, paid: str, day: str = "2026-03-05", **more: Any) -> dict[str, Any]:  # noqa: ANN401 - a column
    names = {"recorded_by": recorded, "content_by": content, "paid_by": paid}
    common = {"unit": "BTC", "period": day[:7], "book": "cash", "entry": "voucher", "voucher": "PC001", "date": day}
    return common | names | {"code": "1111", "side": "C", "amount": -100, "commodity": "VND", "row": 2} | more


def _context(*rows: dict[str, Any], submitter: str = "", head: str = "") -> Context:
    return replace(BASE, postings=postings.frame(rows), registers=Desk(submitter, head))


def _duties(context: Context) -> list[tuple[str, str]]:
    found = rule.run(context, ["V08"]).findings
    return [(one.voucher, str(one.params["duties_en"])) for one in found]


@pytest.mark.parametrize("names", list(product(["", "A", "B", "C"], repeat=3)))
def test_every_way_to_fill_three_places_is_judged(names: tuple[str, str, str]) -> None:
    given = [name for name in names if name]

    found = _duties(_context(_voucher(*names)))

    assert bool(found) == (len(set(given)) < len(given))
    assert len(found) <= 1


def test_names_are_compared_as_people_read_them() -> None:
    assert person("  NGUYỄN  Thị Hoa ") == person("Nguye\u0302\u0303n Thi\u0323 Hoa")
    assert person("Nguyễn Thị Hoa") != person("Nguyễn Thị Hòa")


def test_who_hands_the_file_in_has_not_approved_the_payment() -> None:
    voucher = _voucher(BINH, MINH, "nguyễn thị hoa")

    assert _duties(_context(voucher, submitter="hoa")) == [
        ("PC001", "approver of the payment and person who handed the file in")
    ]
    assert _duties(_context(_voucher(HOA, BINH, MINH), submitter="hoa")) == []


def test_the_head_who_certifies_has_not_recorded_the_voucher() -> None:
    assert _duties(_context(_voucher(MINH, BINH, HOA), head="minh")) == [("PC001", "recorder and head who certified")]
    assert _duties(_context(_voucher(HOA, BINH, MINH), head="minh")) == []
    assert _duties(_context(_voucher(MINH, BINH, HOA), head="khong.ai")) == []


def test_vouchers_without_names_are_counted_as_not_looked_at() -> None:
    ran = rule.run(_context(_voucher("", "", ""), submitter="hoa", head="minh"), ["V08"]).rules[0]

    assert (ran.evaluated, ran.failed) == (0, 0)


def test_a_payment_of_money_without_an_estimate_names_its_persons_too() -> None:
    paid = _voucher("", "", "", day="2026-12-01")
    got = _voucher("", "", "", day="2026-12-02", voucher="PT001", side="D", amount=100)

    found = rule.run(_context(paid, got), ["V09"]).findings

    assert [(one.voucher, one.value) for one in found] == [("PC001", "100")]


def test_a_name_on_another_row_of_the_same_number_in_another_book_does_not_count() -> None:
    here = _voucher("", BINH, MINH, day="2026-12-01")
    there = _voucher(HOA, BINH, MINH, day="2026-12-01", book="bank")

    found = rule.run(_context(here, there), ["V09"]).findings

    assert [(one.column, one.params["duties_en"]) for one in found] == [("recorded_by", "recorder")]


@pytest.mark.parametrize(
    ("debit", "item", "fits"),
    [
        ("2113", "6955", True),
        ("2113", "6912", False),
        ("2131", "7053", True),
        ("2131", "6501", False),
        ("3341", "6001", True),
        ("3341", "6301", True),
        ("3321", "6301", True),
        ("3321", "6501", False),
        ("612", "6912", True),
        ("2141", "6912", True),
    ],
)
def test_only_pairs_of_the_table_are_compared(debit: str, item: str, fits: bool) -> None:
    day = {"day": "2026-12-05"}
    booked = _voucher("", "", "", **day, code=debit, side="D", amount=100)
    use = _voucher("", "", "", **day, code="008212", commodity="MEMO", item=item, treasury="actual", row=3)

    found = rule.run(_context(booked, use), ["A13"]).findings

    assert [one.row for one in found] == ([] if fits else [3])


def test_an_item_is_told_once_for_a_voucher_and_the_others_are_not() -> None:
    day = {"day": "2026-12-05"}
    booked = _voucher("", "", "", **day, code="2113", side="D", amount=300)
    memo = {"code": "008212", "commodity": "MEMO", "treasury": "actual"}
    uses = [
        _voucher("", "", "", **day, **memo, item=item, row=row) for row, item in enumerate(["6912", "6912", "6955"], 3)
    ]

    found = rule.run(_context(booked, *uses), ["A13"])

    assert [(one.row, one.value) for one in found.findings] == [(3, "6912")]
    assert found.rules[0].evaluated == 3
