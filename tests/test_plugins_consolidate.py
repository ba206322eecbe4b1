"""Consolidation: the identity, the eliminations, and stock Beancount's own sums over the province's ledger."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from pathlib import Path

import pandas as pd
import plugin_books
import pytest
from beancount import loader
from beancount.core import data
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import postings
from ledger.book import Book
from ledger.units import Units
from plugins import casebook, consolidate
from plugins.columns import Columns
from plugins.consolidate import consolidate_tables
from plugins.context import Tree
from plugins.internal import match

UNITS = Units.read((casebook.FOLDER / "units.csv").read_bytes())[0]
CASES = ["C01-pass", "A12-pass", "E02-pass-clearing", "I02-fail"]


def _internal(unit: str, partner: str, amount: int, **more: str) -> list[dict[str, str | int]]:
    """Both postings of one internal transfer in one unit's books."""
    common = {
        "unit": unit,
        "period": "2026-03",
        "entry": "voucher",
        "date": "2026-03-05",
        "description": "Chi hộ",
        "commodity": "VND",
        "partner": partner,
        "reference": "R1",
        **more,
    }
    ours = {"account": "Assets:136", "code": "136", "side": "D", "amount": amount, "quantity": amount}
    cash = {"account": "Assets:112:1121", "code": "1121", "side": "C", "amount": -amount, "quantity": -amount}
    return [common | ours, common | cash]


def _loaded_sums(ledger: Path) -> dict[tuple[str, str], int]:
    entries, errors, _ = loader.load_file(str(ledger))
    assert errors == []
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    for entry in entries:
        if isinstance(entry, data.Transaction):
            for posting in entry.postings:
                sums[posting.account, posting.units.currency] += int(posting.units.number)
    return {key: amount for key, amount in sums.items() if amount}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("tree", ["budget", "party"])
def test_stock_beancount_sums_the_provinces_ledger_to_the_consolidated_balance(
    name: str, tree: consolidate.Tree, tmp_path: Path
) -> None:
    book = plugin_books.book_of_case(tmp_path, name)
    table = consolidate.consolidate(Book.view(book), tree).consolidated
    table["commodity"] = table["commodity"].where(table["commodity"] == "MEMO", "VND")
    ours = table.groupby(["account", "commodity"])["amount"].sum()

    sums = _loaded_sums(book / ("main.beancount" if tree == "budget" else "party.beancount"))

    assert sums == {key: int(amount) for key, amount in ours.items() if amount}


def test_a_matched_pair_is_taken_out_by_an_entry_that_names_both_vouchers(tmp_path: Path) -> None:
    book = plugin_books.book_of_case(tmp_path, "C01-pass")
    entries, errors, _ = loader.load_file(str(book / "main.beancount"))
    found = [e for e in entries if isinstance(e, data.Transaction) and "loai-tru" in e.tags]

    assert errors == []
    assert [e.narration for e in found] == ["Loại trừ nội bộ ĐC-01: BTC BC01 ↔ VPTU UNC01"]
    assert {p.account: int(p.units.number) for p in found[0].postings} == {
        "Liabilities:336": 5_000_000,
        "Assets:136": -5_000_000,
    }
    assert found[0].meta["voucher_left"] == "BC01"
    assert found[0].meta["voucher_right"] == "UNC01"


def test_what_does_not_match_stays_in_the_figures_on_a_line_of_its_own(tmp_path: Path) -> None:
    book = plugin_books.book_of_case(tmp_path, "C01-pass")
    made = consolidate.consolidate(Book.view(book))
    entries = loader.load_file(str(book / "main.beancount"))[0]
    lines = [
        (p.account, int(p.units.number), p.meta["partner"])
        for e in entries
        if isinstance(e, data.Transaction)
        for p in e.postings
        if p.meta.get("reference") == "ĐC-02"
    ]

    assert made.unmatched[["unit", "voucher", "amount"]].to_numpy().tolist() == [["BTC", "BC02", -700_000]]
    assert lines == [("Liabilities:336", -700_000, "VPTU")]
    assert int(made.consolidated.query("account == 'Liabilities:336'")["amount"].sum()) == -700_000


def test_every_account_of_the_provinces_ledger_is_opened_with_code_and_both_names(tmp_path: Path) -> None:
    book = plugin_books.book_of_case(tmp_path, "A03-pass")
    entries = loader.load_file(str(book / "main.beancount"))[0]
    opens = {e.account: e.meta for e in entries if isinstance(e, data.Open)}

    assert opens["Assets:214:2141"]["code"] == "2141"
    assert opens["Expenses:612:TM6501"]["name_vi"] == "Tiền điện"
    assert opens["Expenses:612:TM6501"]["name_en"] == "Electricity"
    assert all({"name_vi", "name_en"} <= meta.keys() for meta in opens.values())
    assert "Expenses:612" in opens


def test_one_summary_per_unit_period_and_month_says_whose_it_is(tmp_path: Path) -> None:
    book = plugin_books.book_of_case(tmp_path, "C01-pass")
    entries = loader.load_file(str(book / "main.beancount"))[0]
    heads = [
        (e.meta["unit"], e.meta["period"], e.date)
        for e in entries
        if isinstance(e, data.Transaction) and "unit" in e.meta
    ]

    assert heads == [
        ("VPTU", "2025-00", dt.date(2025, 1, 1)),
        ("BTC", "2026-03", dt.date(2026, 3, 5)),
        ("VPTU", "2026-03", dt.date(2026, 3, 5)),
    ]


def test_the_units_files_and_registers_are_watched(tmp_path: Path) -> None:
    book = plugin_books.book_of_case(tmp_path, "C01-pass")
    options = loader.load_file(str(book / "main.beancount"))[2]

    assert str(book / "units/BTC/2026/2026-03.beancount") in options["include"]
    assert str(book / "registers/units.csv") in options["include"]
    assert str(book / "main.beancount") in options["include"]


def test_a_unit_that_cannot_be_read_leaves_no_figure_at_all(tmp_path: Path) -> None:
    book = plugin_books.book_of_case(tmp_path, "C01-pass")
    (book / "units/BTC/2026/2026-03.beancount").write_text('2026-03-05 * "x"\n  Assets:136  1 VND\n', "utf-8")
    entries, errors, _ = loader.load_file(str(book / "main.beancount"))

    assert [e for e in entries if isinstance(e, data.Transaction)] == []
    assert len(errors) == 1
    assert "BTC" in errors[0].message
    assert isinstance(errors[0], consolidate.ConsolidationError)


def test_an_unknown_tree_is_an_error_and_gives_no_figure(tmp_path: Path) -> None:
    book = plugin_books.book_of_case(tmp_path, "C01-pass")
    main = book / "main.beancount"
    main.write_text(main.read_text("utf-8").replace('"budget"', '"family"'), "utf-8")
    entries, errors, _ = loader.load_file(str(main))

    assert [e for e in entries if isinstance(e, data.Transaction)] == []
    assert "family" in errors[0].message


def test_a_folder_that_is_no_book_is_an_error(tmp_path: Path) -> None:
    main = tmp_path / "main.beancount"
    main.write_text('plugin "plugins.consolidate" "budget"\n', "utf-8")

    assert len(loader.load_file(str(main))[1]) == 1


def test_a_broken_identity_leaves_no_figure_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = plugin_books.book_of_case(tmp_path, "C01-pass")
    monkeypatch.setattr(consolidate, "consolidate_tables", _forgetful)
    entries, errors, _ = loader.load_file(str(book / "main.beancount"))

    assert [e for e in entries if isinstance(e, data.Transaction)] == []
    assert errors[0].message.startswith("C01: ")


def _forgetful(postings: pd.DataFrame, units: Units, tree: Tree, on: str) -> consolidate.Consolidation:
    made = consolidate_tables(postings, units, tree, on)
    made.__dict__["sums"] = made.sums[made.sums["unit"] != "BTC"]
    return made


def test_a_unit_merged_into_another_keeps_its_past_figures() -> None:
    header = (casebook.FOLDER / "units.csv").read_text("utf-8").split("\n")[0]
    rows = [
        "VPTU,a,a,office,I,509,,,,,2024-01-01,",
        "BTC,b,b,committee,III,509,VPTU,VPTU,,BTC2,2024-01-01,2025-06-30",
        "BTC2,c,c,committee,III,509,VPTU,VPTU,,,2025-07-01,",
    ]
    units = Units.read(("\n".join([header, *rows]) + "\n").encode())[0]
    table = postings.frame(_internal("BTC", "VPTU", 5, date="2025-03-05", period="2025-03"))

    made = consolidate.consolidate_tables(table, units, "budget", "2026-11-16")

    assert "BTC" in made.units
    assert len(made.postings) == 2


def test_later_postings_do_not_count() -> None:
    table = postings.frame(
        _internal("BTC", "VPTU", 5) + _internal("VPTU", "BTC", -5, date="2026-04-01", period="2026-04")
    )
    march = consolidate.consolidate_tables(table, UNITS, "budget", "2026-03-31")
    april = consolidate.consolidate_tables(table, UNITS, "budget", "2026-04-30")

    assert len(march.unmatched) == 1
    assert march.eliminations.empty
    assert april.unmatched.empty
    assert april.eliminations["date"].tolist() == ["2026-04-01", "2026-04-01"]


def test_the_budget_tree_leaves_a_commune_and_its_transfers_outside() -> None:
    table = postings.frame(_internal("VPTU", "XA01", 5) + _internal("XA01", "VPTU", -5))
    budget = consolidate.consolidate_tables(table, UNITS, "budget", "2026-11-16")
    party = consolidate.consolidate_tables(table, UNITS, "party", "2026-11-16")

    assert set(budget.postings["unit"]) == {"VPTU"}
    assert budget.eliminations.empty
    assert budget.unmatched.empty
    assert len(party.eliminations) == 2


transfers = st.lists(
    st.tuples(
        st.sampled_from(["VPTU", "BTC", "BNC", "XA01"]),
        st.sampled_from(["VPTU", "BTC", "BNC", "DNIN", "", "?"]),
        st.integers(-3, 3).filter(bool),
        st.sampled_from(["R1", "R2", ""]),
        st.sampled_from(["2026-03-05", "2026-03-06", "2026-04-01"]),
    ),
    max_size=25,
)


@settings(deadline=None, max_examples=25)
@given(transfers)
def test_consolidated_is_always_units_less_eliminated(drawn: list[tuple[str, str, int, str, str]]) -> None:
    table = _table(drawn)
    for tree in ("budget", "party"):
        made = consolidate.consolidate_tables(table, UNITS, tree, "2026-11-16")  # type: ignore[arg-type]
        identity = made.identity(table)

        assert not identity["difference"].any()
        assert int(made.eliminations["amount"].sum()) == 0
        assert int(identity["consolidated"].sum()) == 0


@settings(deadline=None, max_examples=60)
@given(transfers)
def test_pairs_are_opposite_name_each_other_and_leave_nothing_that_could_match(
    drawn: list[tuple[str, str, int, str, str]],
) -> None:
    table = _table(drawn)
    found = match(Columns(table), ["VPTU", "BTC", "BNC", "XA01"])
    used = [place for pair in found.pairs for place in (pair.left, pair.right)]
    open_keys = {(s.unit, s.partner, s.reference, s.amount) for s in found.unmatched if s.reference}

    assert len(used) == len(set(used))
    for pair in found.pairs:
        left, right = table.iloc[pair.left], table.iloc[pair.right]
        assert (left["unit"], left["partner"]) == (right["partner"], right["unit"])
        assert left["reference"] == right["reference"] != ""
        assert left["amount"] == -right["amount"]
        assert pair.date == max(left["date"], right["date"])
    assert not any((p, u, r, -a) in open_keys for u, p, r, a in open_keys)


def test_sides_without_a_reference_are_never_matched() -> None:
    table = postings.frame(_internal("BTC", "VPTU", 5, reference="") + _internal("VPTU", "BTC", -5, reference=""))

    assert match(Columns(table), ["VPTU", "BTC"]).pairs == []


def test_within_a_reference_the_oldest_sides_are_matched_first() -> None:
    table = postings.frame(
        _internal("BTC", "VPTU", 5, date="2026-03-09", voucher="late")
        + _internal("BTC", "VPTU", 5, date="2026-03-01", voucher="early")
        + _internal("VPTU", "BTC", -5, date="2026-03-10", voucher="one")
    )
    found = match(Columns(table), ["VPTU", "BTC"])

    assert [(table["voucher"][p.left], table["voucher"][p.right]) for p in found.pairs] == [("early", "one")]
    assert [table["voucher"][side.place] for side in found.unmatched] == ["late"]


def _table(drawn: list[tuple[str, str, int, str, str]]) -> pd.DataFrame:
    rows = []
    for number, (unit, partner, amount, reference, day) in enumerate(drawn):
        rows += _internal(unit, partner, amount, reference=reference, date=day, period=day[:7], voucher=f"CT{number}")
    return postings.frame(rows)
