"""The site on the practice province: every unit opens, every account has its name, the figures are the report's."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from conftest import party_ledger
from web_books import Visitor, tree_hash

from ledger.money import money
from web import fava_house
from web.house_ledger import HouseLedger

pytestmark = pytest.mark.slow

UNITS = ("VPTU", "BTC", "BTGDV", "UBKT", "BNC", "TCT", "BAO", "DUCQ", "DUUB", "XA01", "XA02", "XA03", "XA04")


@pytest.fixture(scope="module")
def visitor(practice: Path) -> Visitor:
    return Visitor(fava_house.create(practice))


def _execution(practice: Path, *words: str) -> list[dict[str, str]]:
    answer = party_ledger("report", "execution", practice, "--period", "2026", "--format", "csv", *words)
    assert answer.code == 0, answer.err
    return list(csv.DictReader(io.StringIO(answer.out)))


@pytest.mark.parametrize("code", ["province", "party", *UNITS])
def test_every_ledger_opens_and_has_figures(visitor: Visitor, code: str) -> None:
    for page in ("trial_balance", "income_statement", "balance_sheet", "journal"):
        assert visitor.get(f"/{code}/{page}/").status_code == 200
    tree = visitor.get(f"/{code}/api/trial_balance").json["data"]["trees"][0]
    assert tree["children"]


def test_a_unit_without_books_has_no_ledger(visitor: Visitor) -> None:
    assert visitor.get("/DNIN/").status_code == 404


@pytest.mark.parametrize("code", ["province", "TCT", "XA01"])
def test_every_account_has_a_name_in_both_languages(visitor: Visitor, code: str) -> None:
    accounts = visitor.get(f"/{code}/api/ledger_data").json["data"]["accounts"]
    for language in ("vi", "en"):
        visitor.get(f"/language/{language}")
        names = visitor.get(f"/{code}/extension/AccountNames/names").json["names"]
        assert [account for account in accounts if not names.get(account)] == []
    visitor.get("/language/vi")


def test_the_execution_page_shows_the_reports_figures(practice: Path, visitor: Visitor) -> None:
    rows = _execution(practice)
    page = visitor.get("/province/extension/BudgetExecution/?year=2026").text
    for unit in {row["unit"] for row in rows}:
        of_unit = [row for row in rows if row["unit"] == unit]
        sums = [sum(int(row[column]) for row in of_unit) for column in ("estimate", "spent", "available")]
        block = page[page.index(f'aria-controls="ex-{unit}"') :]
        shown = re.findall(r'<td class="num[^"]*">([\d.–-]+)</td>', block)[:5]
        assert [shown[0], shown[3], shown[4]] == [money(amount) for amount in sums]


def test_a_unit_s_own_page_is_its_part_of_the_report(practice: Path, visitor: Visitor) -> None:
    rows = _execution(practice, "--unit", "TCT")
    page = visitor.get("/TCT/extension/BudgetExecution/?year=2026").text

    assert page.count('<tr class="ex-line">') == len(rows)


def test_reading_the_site_leaves_the_book_as_it_is(practice: Path, visitor: Visitor) -> None:
    before = tree_hash(practice)
    for code in ("province", "TCT"):
        for page in ("trial_balance/", "journal/", "extension/BudgetExecution/", "api/journal", "api/errors"):
            visitor.get(f"/{code}/{page}")

    assert tree_hash(practice) == before


def test_a_book_edited_by_hand_shows_no_figure(practice_copy: Path) -> None:
    visitor = Visitor(fava_house.create(practice_copy))
    month = practice_copy / "units/TCT/2026/2026-03.beancount"
    month.write_text(month.read_text("utf-8").replace("VND", "VND ", 1), "utf-8")
    answer = visitor.get("/TCT/trial_balance/")

    assert answer.status_code == 503
    assert "2026-03.beancount" in answer.text


def test_a_planted_wrong_voucher_is_named_in_the_unit_s_errors(practice_copy: Path) -> None:
    month = practice_copy / "units/TCT/2026/2026-03.beancount"
    text = month.read_text("utf-8")
    date = re.search(r"^2026-03-(\d\d) \*", text, re.MULTILINE)
    assert date is not None
    month.write_text(text.replace(date[0], "2026-05-31 *", 1), "utf-8")
    ledger = HouseLedger(practice_copy / "units/TCT/checked.beancount")

    assert ledger.errors
