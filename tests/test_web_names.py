"""Names beside codes: where they come from, in which language, and what is marked as unverified."""

from __future__ import annotations

from pathlib import Path

import pytest
from web_books import Visitor, house, write_book

from ledger.accounts import PRACTICE_OVERLAY, Chart
from web.pages.names import Name, name_of
from web.pages.places import place_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_book(tmp_path)


@pytest.fixture
def visitor(folder: Path) -> Visitor:
    return Visitor(house(folder))


@pytest.fixture(scope="module")
def chart() -> Chart:
    return Chart.load(PRACTICE_OVERLAY.read_bytes())


def test_the_ledgers_own_names_come_first(visitor: Visitor) -> None:
    names = visitor.get("/BTC/extension/AccountNames/names").json["names"]

    assert names["Assets:112:1121"] == "Tiền gửi Kho bạc"
    assert names["Expenses:612:TM6501"] == "Tiền điện"


def test_english_readers_get_english_names(visitor: Visitor) -> None:
    visitor.get("/language/en")
    names = visitor.get("/BTC/extension/AccountNames/names").json["names"]

    assert names["Assets:112:1121"] == "Treasury deposits"
    assert "Assets" not in names, "the roots are English words themselves"


def test_accounts_above_have_names_too(visitor: Visitor) -> None:
    names = visitor.get("/BTC/extension/AccountNames/names").json["names"]

    assert names["Assets"] == "Tài sản"
    assert names["Assets:112"].startswith("Tiền gửi")
    assert names["Expenses:612"]


def test_what_no_source_confirms_is_said_to_be_so(folder: Path) -> None:
    ledger = folder / "units/BTC/ledger.beancount"
    text = ledger.read_text("utf-8").replace('"Treasury deposits"', '"Treasury deposits"\n  confidence: "unverified"')
    ledger.write_text(text, "utf-8")
    answer = Visitor(house(folder)).get("/BTC/extension/AccountNames/names").json

    assert "Assets:112:1121" in answer["doubtful"]
    assert "Liabilities:331" not in answer["doubtful"]
    assert answer["doubt"] == "mã chưa kiểm chứng với thông tư"


@pytest.mark.parametrize("account", ["Assets:999", "Expenses:612:TM0000", "Nonsense", "Expenses:612:TM", "Assets::"])
def test_an_unknown_account_has_no_name(chart: Chart, account: str) -> None:
    assert name_of(account, "vi", chart) is None


def test_a_budget_item_is_named_as_the_item_and_not_as_its_account(chart: Chart) -> None:
    item, account = name_of("Expenses:612:TM6501", "vi", chart), name_of("Expenses:612", "vi", chart)

    assert item != account
    assert item == Name(item.name, item.verified) if item else False
    assert name_of("Expenses:612:NoItem", "vi", chart) == Name("không theo tiểu mục")


def test_codes_of_the_old_regime_have_that_regimes_names(chart: Chart) -> None:
    old, new = name_of("Expenses:TT107:611", "vi", chart), name_of("Expenses:611", "vi", chart)

    assert old is not None
    assert new is not None
    assert old != new


def test_a_ledger_knows_its_place_by_its_file(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    main, party = place_of(folder / "main.beancount"), place_of(folder / "party.beancount")
    unit = place_of(folder / "units/BTC/checked.beancount")

    assert main is not None
    assert party is not None
    assert unit is not None
    assert [(p.folder, p.unit, p.tree) for p in (main, party, unit)] == [
        (folder, "", "budget"),
        (folder, "", "party"),
        (folder, "BTC", "budget"),
    ]
    assert place_of(tmp_path_factory.mktemp("elsewhere") / "main.beancount") is None
