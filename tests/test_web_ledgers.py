"""The ledgers in memory: found by code, built when asked for, bounded, swapped whole, and broken one at a time."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest
from fava import application, core
from fava.core import FavaLedger
from web_books import Visitor, house, write_book

from ledger.book import Book
from ledger.errors import HandEditedError, LedgerError
from plugins.check import CheckFailedError, RuleError
from web.house_ledger import HouseLedger
from web.ledgers import Ledgers
from web.principal import Principal
from web.shelf import RESERVED, Shelf


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_book(tmp_path)


@pytest.fixture
def ledgers(folder: Path) -> Ledgers:
    return Ledgers(Shelf(folder, Book.view), in_memory=2, check_seconds=0, retry_seconds=0)


def _touch(file: Path, text: str) -> None:
    file.write_text(text, "utf-8")
    later = time.time_ns() + 5_000_000_000
    os.utime(file, ns=(later, later))


def test_fava_asks_its_ledgers_for_what_ours_answer() -> None:
    theirs = {name for name in vars(application._LedgerSlugLoader) if not name.startswith("_")}

    assert theirs - {"ledgers", "ledgers_by_slug"} <= set(dir(Ledgers))
    assert {"load_file", "changed", "watcher", "extensions", "query_shell"} <= set(dir(FavaLedger))


def test_a_ledger_is_found_by_its_code_and_not_by_its_title(folder: Path, ledgers: Ledgers) -> None:
    ledger = folder / "units/BTC/ledger.beancount"
    ledger.write_text(ledger.read_text("utf-8").replace("BTC sổ", "VPTU sổ"), "utf-8")

    assert ledgers["BTC"].beancount_file_path == str(ledger)
    assert ledgers["VPTU"].beancount_file_path == str(folder / "units/VPTU/ledger.beancount")
    for title in ("btc-so", "vptu-so", "toan-tinh", "BTC sổ", "btc"):
        with pytest.raises(KeyError):
            ledgers[title]


def test_the_checked_ledger_is_opened_where_there_is_one(folder: Path) -> None:
    checked = folder / "units/BTC/checked.beancount"
    checked.write_text((folder / "units/BTC/ledger.beancount").read_text("utf-8"), "utf-8")

    assert Shelf(folder, Book.view).volumes()["BTC"].file == checked


def test_the_province_stands_first_and_units_without_books_not_at_all(folder: Path) -> None:
    assert list(Shelf(folder, Book.view).volumes()) == ["province", "party", "VPTU", "BTC", "XA01"]


def test_a_new_unit_appears_without_a_restart(folder: Path) -> None:
    shelf = Shelf(folder, Book.view)
    units = folder / "registers/units.csv"
    _touch(units, units.read_text("utf-8").replace("XA01", "XA09"))
    (folder / "units/XA01").rename(folder / "units/XA09")

    assert "XA09" in shelf.volumes()
    assert "XA01" not in shelf.volumes()


def test_codes_of_the_site_itself_are_never_units() -> None:
    assert all(code.islower() for code in RESERVED)


def test_only_so_many_ledgers_are_kept(ledgers: Ledgers) -> None:
    for code in ("province", "VPTU", "BTC", "VPTU"):
        ledgers[code]

    assert ledgers.loaded() == ["BTC", "VPTU"]


def test_an_unchanged_ledger_is_read_once(ledgers: Ledgers) -> None:
    assert ledgers["BTC"] is ledgers["BTC"]


def test_a_changed_ledger_is_a_new_one_and_the_old_one_stays_whole(folder: Path, ledgers: Ledgers) -> None:
    old = ledgers["BTC"]
    read_at = old.mtime
    month = folder / "units/BTC/2026/2026-03.beancount"
    _touch(month, month.read_text("utf-8").replace("Cấp kinh phí", "Cấp bổ sung"))
    new = ledgers["BTC"]

    assert new is not old
    assert [entry.narration for entry in new.all_entries_by_type.Transaction][-1] == "Cấp bổ sung"
    assert [entry.narration for entry in old.all_entries_by_type.Transaction][-1] == "Cấp kinh phí"
    assert not old.changed()
    assert new.mtime > read_at, "the browser sees by it that there is something new"


def test_a_loaded_ledger_never_reloads_under_its_readers(folder: Path) -> None:
    ledger = HouseLedger(folder / "units/BTC/ledger.beancount")
    entries = ledger.all_entries
    month = folder / "units/BTC/2026/2026-03.beancount"
    _touch(month, month.read_text("utf-8").replace("Cấp kinh phí", "Cấp bổ sung"))

    assert not ledger.changed()
    assert ledger.all_entries is entries
    assert ledger.is_stale()


def test_readers_get_the_old_ledger_while_the_new_one_is_built(
    folder: Path, ledgers: Ledgers, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = ledgers["BTC"]
    started, go_on = threading.Event(), threading.Event()
    load_file = HouseLedger.load_file

    def slow(self: HouseLedger) -> None:
        started.set()
        assert go_on.wait(10)
        load_file(self)

    monkeypatch.setattr(HouseLedger, "load_file", slow)
    month = folder / "units/BTC/2026/2026-03.beancount"
    _touch(month, month.read_text("utf-8"))
    found: list[HouseLedger] = []
    builder = threading.Thread(target=lambda: found.append(ledgers["BTC"]))
    builder.start()
    assert started.wait(10)
    meanwhile = ledgers["BTC"]
    go_on.set()
    builder.join()

    assert meanwhile is old
    assert found[0] is not old


@pytest.mark.parametrize(
    "text",
    [
        'plugin "evil"\n',
        'option "insert_pythonpath" "TRUE"\n',
        '2026-01-01 custom "fava-extension" "evil"\n',
        '2026-01-01 custom "fava-option" "import-config" "evil.py"\n',
        "2026-01-01 * broken\n",
        '2026-03-01 * "unbalanced"\n  Assets:112:1121  1 VND\n  Income:511  -2 VND\n',
        '2026-03-01 * "no such account"\n  Assets:999  1 VND\n  Income:511  -1 VND\n',
        'include "nothing.beancount"\n',
        '2026-01-01 custom "x"\n',
    ],
)
def test_a_ledger_that_does_not_load_cleanly_is_shown_as_broken_and_the_others_as_ever(folder: Path, text: str) -> None:
    (folder / "evil.py").write_text("raise SystemExit('code of the book was run')\n", "utf-8")
    (folder / "units/BTC/evil.py").write_text("raise SystemExit('code of the book was run')\n", "utf-8")
    with (folder / "units/BTC/ledger.beancount").open("a", encoding="utf-8") as file:
        file.write(text)
    visitor = Visitor(house(folder))

    page, script = visitor.get("/BTC/trial_balance/"), visitor.get("/BTC/api/trial_balance")

    assert (page.status_code, script.status_code) == (503, 503)
    assert "Không hiển thị được sổ này" in page.text
    assert "1.234.567" not in page.text
    assert "1234567" not in script.text
    assert str(folder) not in page.text
    assert visitor.get("/VPTU/api/trial_balance").status_code == 200
    assert visitor.get("/province/api/trial_balance").status_code == 200


def _with_rule_error(monkeypatch: pytest.MonkeyPatch, error: object) -> None:
    load_uncached = core.load_uncached

    def loaded(path: str, *, is_encrypted: bool) -> object:
        entries, errors, options = load_uncached(path, is_encrypted=is_encrypted)
        return entries, [*errors, error], options

    monkeypatch.setattr(core, "load_uncached", loaded)


def test_a_finding_of_our_rules_stands_beside_the_figures(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _with_rule_error(monkeypatch, RuleError({"filename": f"{folder}/x", "lineno": 1}, "E02 too much", None, "E02"))
    visitor = Visitor(house(folder))

    assert visitor.get("/BTC/api/trial_balance").status_code == 200
    assert visitor.get("/BTC/api/errors").json["data"][0]["message"] == "E02 too much"


def test_rules_that_could_not_be_run_break_the_ledger(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _with_rule_error(monkeypatch, CheckFailedError({"filename": "x", "lineno": 1}, "not run", None))

    assert Visitor(house(folder)).get("/BTC/api/trial_balance").status_code == 503


def test_an_extension_named_in_an_included_file_is_refused_too(folder: Path) -> None:
    with (folder / "units/BTC/2026/2026-03.beancount").open("a", encoding="utf-8") as file:
        file.write('2026-01-01 custom "fava-extension" "antigravity"\n')

    assert Visitor(house(folder)).get("/BTC/journal/").status_code == 503


def test_a_broken_ledger_that_is_mended_is_shown_again(folder: Path) -> None:
    ledger = folder / "units/BTC/ledger.beancount"
    good = ledger.read_text("utf-8")
    ledger.write_text(good + "2026-01-01 * broken\n", "utf-8")
    visitor = Visitor(house(folder))

    assert visitor.get("/BTC/journal/").status_code == 503
    _touch(ledger, good)
    assert visitor.get("/BTC/journal/").status_code == 200
    _touch(ledger, good + "2026-01-01 * broken\n")
    assert visitor.get("/BTC/journal/").status_code == 503


def test_a_book_edited_by_hand_is_not_believed(folder: Path) -> None:
    def refusing(_: Path) -> Book:
        raise HandEditedError([])

    shelf = Shelf(folder, Book.view)
    shelf._open_book = refusing
    ledgers = Ledgers(shelf)

    with pytest.raises(Exception, match="edited by hand") as caught:
        ledgers["BTC"]
    assert "edited by hand" not in str(caught.value.sentences("vi"))  # type: ignore[attr-defined]


def test_a_register_that_cannot_be_believed_leaves_the_old_list(folder: Path) -> None:
    shelf = Shelf(folder, Book.view)
    before = list(shelf.volumes())

    def refusing(_: Path) -> Book:
        raise HandEditedError([])

    shelf._open_book = refusing
    units = folder / "registers/units.csv"
    _touch(units, units.read_text("utf-8").replace("XA01", "XA09"))

    assert list(shelf.volumes()) == before


def test_a_folder_that_is_no_book_has_no_site(tmp_path: Path) -> None:
    with pytest.raises(LedgerError):
        house(tmp_path)


def test_only_the_readers_own_ledgers_are_named(folder: Path) -> None:
    visitor = Visitor(house(folder, principal_of=lambda _: Principal("an", frozenset({"BTC", "XA01"}))))
    data = visitor.get("/BTC/api/ledger_data").json["data"]

    assert data["other_ledgers"] == [["XA01 · Văn phòng Đảng ủy xã Một", "/XA01/"]]
    assert [address for _, address in data["sidebar_links"]] == ["/language/en"]


def test_a_ledger_is_called_what_the_register_calls_it_in_the_readers_language(folder: Path) -> None:
    visitor = Visitor(house(folder))
    page, data = visitor.get("/BTC/journal/"), visitor.get("/province/api/ledger_data").json["data"]

    assert "<title> - BTC · Ban Tổ chức Tỉnh ủy</title>" in page.text
    assert data["options"]["title"] == "Tỉnh Thử Nghiệm · theo cấp dự toán"
    visitor.get("/language/en")
    assert visitor.get("/party/api/ledger_data").json["data"]["options"]["title"] == "Test province · by Party line"


def test_whoever_sits_at_this_machine_is_named_all(folder: Path) -> None:
    data = Visitor(house(folder)).get("/BTC/api/ledger_data").json["data"]

    assert [address for _, address in data["other_ledgers"]] == ["/province/", "/party/", "/VPTU/", "/XA01/"]
    assert data["sidebar_links"] == [
        ["Toàn tỉnh theo cấp dự toán", "/province/"],
        ["Toàn tỉnh theo hệ thống Đảng", "/party/"],
        ["English", "/language/en"],
    ]
