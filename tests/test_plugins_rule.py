"""Running rules: all of them, counted, and never a silent pass; what a context is made of."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import plugin_books
import pytest

from ledger import estimates, postings
from ledger.book import Book
from ledger.findings import Catalogue, Finding
from plugins import casebook, rule
from plugins.context import journal_path, members


def _case(name: str) -> rule.Context:
    return casebook.context_of(casebook.FOLDER / name)


def _codes(context: rule.Context) -> list[str]:
    return [finding.rule for finding in rule.run(context).findings]


def test_every_run_lists_every_rule_with_its_counts() -> None:
    ran = rule.run(_case("E02-fail"))
    counts = {line.id: (line.evaluated, line.failed) for line in ran.rules}

    assert list(counts) == sorted(entry.code for entry in rule.catalogue())
    assert counts["E02"] == (1, 1)
    assert counts["E01"] == (3, 0)
    assert counts["V01"] == (5, 0)
    assert counts["A08"] == (0, 0)


def test_only_the_rules_asked_for_are_run() -> None:
    ran = rule.run(_case("E02-fail"), ["V01", "E02"])

    assert [line.id for line in ran.rules] == ["E02", "V01"]


def test_a_code_that_is_no_rule_stops_the_run() -> None:
    with pytest.raises(rule.RuleFailedError, match="Z99"):
        rule.run(_case("V01-pass"), ["V01", "Z99"])


def test_a_rule_that_raises_stops_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: rule.Context) -> rule.Checked:
        raise KeyError("x")

    monkeypatch.setitem(rule._REGISTRY, "V02", broken)
    with pytest.raises(rule.RuleFailedError, match="V02") as caught:
        rule.run(_case("V01-pass"))

    assert caught.value.exit_code == 3


def test_a_rule_that_answers_for_another_stops_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(rule._REGISTRY, "V02", lambda _: rule.Checked(1, [Finding("V01")]))
    with pytest.raises(rule.RuleFailedError, match="V02"):
        rule.run(_case("V01-pass"))


def test_a_rule_without_texts_stops_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(rule._REGISTRY, "V99", lambda _: rule.Checked(0, []))
    with pytest.raises(rule.RuleFailedError, match="V99"):
        rule.rules()


def test_texts_without_a_rule_stop_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    rule.rules()
    monkeypatch.delitem(rule._REGISTRY, "V01")
    with pytest.raises(rule.RuleFailedError, match="V01"):
        rule.run(_case("V01-pass"))


def test_a_code_is_given_once() -> None:
    rule.rules()
    with pytest.raises(ValueError, match="V01"):
        rule.rule("V01")(lambda _: rule.Checked(0, []))


def test_the_catalogue_stands_alone_and_says_how_far_each_article_was_checked() -> None:
    entries = list(Catalogue.load(*rule.CATALOGUES))  # type: ignore[call-overload]

    assert all(entry.confidence for entry in entries)
    assert {entry.severity for entry in entries} == {"error", "warning", "info"}


def test_findings_of_another_unit_are_not_wanted() -> None:
    everyone = _case("A08-fail")

    assert _codes(replace(everyone, scope_unit="BTC")) == ["A08", "A08"]
    assert _codes(replace(everyone, scope_unit="VPTU")) == []


def test_earlier_periods_count_but_are_not_reported() -> None:
    everything = _case("V04-fail")
    march = replace(everything, scope_periods=frozenset({"2026-03"}))
    february = replace(everything, scope_periods=frozenset({"2026-02"}))

    assert [(f.period, f.voucher) for f in rule.run(march).findings] == [
        ("2026-03", "PT001"),
        ("2026-03", "PT002"),
        ("2026-03", "PT002"),
    ]
    assert [(f.period, f.voucher) for f in rule.run(february).findings] == [("2026-02", "PT001")]


def test_a_line_that_was_exceeded_before_still_blocks_what_is_handed_in_later() -> None:
    context = _case("E02-fail")
    table = context.postings
    late = table["voucher"] == "RDT03"
    table = table.assign(period=table["period"].where(~late, "2026-04"), date=table["date"].where(~late, "2026-04-02"))
    decisions = context.estimates[context.estimates["kind"] == "original"]
    april = replace(context, postings=table, estimates=decisions, scope_periods=frozenset({"2026-04"}))

    assert [(f.rule, f.voucher, f.difference) for f in rule.run(april).findings] == [("E02", "RDT03", 1_200_000)]


def test_findings_stand_in_order_of_unit_period_file_and_row() -> None:
    found = rule.run(_case("A03-fail")).findings

    assert [(f.row, f.rule, f.column) for f in found] == [
        (2, "A03", "item"),
        (2, "A03", "source"),
        (3, "A03", "clause"),
        (3, "A03", "treasury"),
    ]


@pytest.mark.parametrize(
    ("place", "path"),
    [
        (("BTC", "2026-03", "", "voucher"), "units/BTC/2026/2026-03.beancount"),
        (("BTC", "2026-03", "cash", "voucher"), "units/BTC/2026/2026-03.cash.beancount"),
        (("BTC", "2025-13", "", "voucher"), "units/BTC/2025/2025-13.beancount"),
        (("BTC", "2025-00", "", "opening"), "units/BTC/2025/2025-opening.beancount"),
        (("BTC", "2026", "", "estimate"), "units/BTC/2026/2026-estimates.beancount"),
        (("BTC", "2025-closing", "", "closing"), "units/BTC/2025/2025-closing.beancount"),
    ],
)
def test_a_posting_is_found_in_its_journal(place: tuple[str, str, str, str], path: str) -> None:
    assert journal_path(*place) == path


def test_units_that_left_the_tree_are_still_members() -> None:
    units = _case("V01-pass").units

    assert members(units, "budget", "2026-11-16") == ["VPTU", "BTC", "BNC", "MOI"]
    assert members(units, "budget", "2025-01-01") == ["VPTU", "BTC", "BNC"]
    assert "XA01" in members(units, "party", "2026-11-16")


class TestContextOfABook:
    def test_a_submission_takes_the_place_of_what_stood_in_its_slot(self, tmp_path: Path) -> None:
        book = Book.view(plugin_books.book_of_case(tmp_path, "V04-fail"))
        table = book.postings(["BTC"])
        extra = table[(table["period"] == "2026-03") & (table["voucher"] == "PT002") & (table["book"] == "")]
        context = rule.context(
            book, "BTC", extra=extra, replace_slot=("BTC", "2026-03", ""), periods=["2026-03"], file="thang3.csv"
        )
        found = rule.run(context).findings

        assert len(context.postings) == len(table) - 2
        assert [(f.voucher, f.file) for f in found] == [
            ("PT002", "thang3.csv"),
            ("PT002", "units/BTC/2026/2026-03.kb.beancount"),
        ]

    def test_a_unit_is_judged_with_the_books_of_the_partners_it_names(self, tmp_path: Path) -> None:
        book = Book.view(plugin_books.book_of_case(tmp_path, "I02-pass"))
        context = rule.context(book, "BTC")

        assert context.read == {"BTC", "VPTU"}
        assert _codes(context) == []

    def test_a_partner_without_a_single_posting_is_a_missing_side(self, tmp_path: Path) -> None:
        book = Book.view(plugin_books.book_of_case(tmp_path, "I02-fail"))
        found = rule.run(rule.context(book, "VPTU")).findings

        assert [(f.rule, f.params["partner"], f.params["theirs"]) for f in found] == [
            ("I02", "BTC", -4_500_000),
            ("I02", "BNC", 0),
        ]

    def test_the_whole_tree_is_judged_when_no_unit_is_named(self, tmp_path: Path) -> None:
        book = Book.view(plugin_books.book_of_case(tmp_path, "C01-pass"))
        ran = rule.run(rule.context(book))

        assert next(line for line in ran.rules if line.id == "C01").evaluated > 0
        assert [f.rule for f in ran.findings] == ["I02"]

    def test_decisions_that_are_just_handed_in_count(self, tmp_path: Path) -> None:
        book = Book.view(plugin_books.book_of_case(tmp_path, "E02-fail"))
        more = estimates.frame(
            [
                estimates.EstimateLine(
                    decision="29-QĐ/VPTU",
                    date="2026-03-11",
                    kind="supplement",
                    assigning_unit="VPTU",
                    unit="BTC",
                    source="13",
                    clause="351",
                    item="",
                    amount=200_000,
                    budget_year="2026",
                    submission="",
                    row=2,
                )
            ]
        )
        table = pd.concat([book.estimates(), more], ignore_index=True)

        assert _codes(rule.context(book, "BTC")) == ["E02"]
        assert "E02" not in _codes(rule.context(book, "BTC", estimates=table))

    def test_seals_and_acceptances_are_folds_of_the_events(self, tmp_path: Path) -> None:
        book = plugin_books.book_of_case(tmp_path, "P01-fail")
        moments = [
            ("2026-02-09T09:00:00+07:00", "submission.accepted", "2025-13", {"submission": "BTC-2025-13"}),
            ("2026-04-15T09:00:00+07:00", "settlement.sealed", "2025", {}),
        ]
        plugin_books.write_events(book, "BTC", moments)
        sealed = rule.context(Book.view(book), "BTC")
        plugin_books.write_events(
            book, "BTC", [*moments, ("2026-05-04T09:00:00+07:00", "settlement.reopened", "2025", {})]
        )
        reopened = rule.context(Book.view(book), "BTC")

        assert [f.period for f in rule.run(sealed, ["P01"]).findings] == ["2025-12"]
        assert rule.run(reopened, ["P01"]).findings == []

    def test_what_a_sealed_year_once_held_cannot_be_handed_in_again(self, tmp_path: Path) -> None:
        folder = plugin_books.book_of_case(tmp_path, "P01-pass")
        accepted = ("2026-02-09T09:00:00+07:00", "submission.accepted", "2025-13", {"submission": "BTC-2025-13"})
        sealed = ("2026-04-15T09:00:00+07:00", "settlement.sealed", "2025", {})
        plugin_books.write_events(folder, "BTC", [accepted, sealed])
        book = Book.view(folder)
        table = book.postings(["BTC"])
        again = table[table["period"] == "2025-13"]
        slot = ("BTC", "2025-13", "")

        assert rule.run(rule.context(book, "BTC"), ["P01"]).findings == []
        assert len(rule.run(rule.context(book, "BTC", extra=again, replace_slot=slot), ["P01"]).findings) == 1


def test_money_and_memo_balance_each_for_itself() -> None:
    context = _case("V01-pass")
    table = context.postings[context.postings["voucher"] == "PT001"].reset_index(drop=True)
    table["commodity"] = ["VND", "MEMO"]

    assert [f.difference for f in rule.run(replace(context, postings=table), ["V01"]).findings] == [
        1_500_000,
        -1_500_000,
    ]


def test_an_empty_book_passes_every_rule() -> None:
    context = replace(_case("V01-pass"), postings=postings.empty())

    assert all((line.evaluated, line.failed) == (0, 0) for line in rule.run(context).rules)


class TestTwoClocks:
    @pytest.fixture(autouse=True)
    def of_2026(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """V01 as if it were law in 2026 only, and known since June 2026."""
        entries = {entry.code: entry for entry in rule.catalogue()}
        span = {"effective": "2026-01-01", "until": "2026-12-31", "since": "2026-06-01"}
        entries["V01"] = replace(entries["V01"], **span)
        monkeypatch.setattr(rule, "catalogue", lambda: Catalogue(entries))

    @pytest.mark.parametrize(
        ("day", "found"), [("2025-12-31", 0), ("2026-01-01", 1), ("2026-12-31", 1), ("2027-01-01", 0), ("", 1)]
    )
    def test_a_finding_about_a_day_on_which_the_rule_was_not_law_is_not_raised(
        self, monkeypatch: pytest.MonkeyPatch, day: str, found: int
    ) -> None:
        monkeypatch.setitem(rule._REGISTRY, "V01", lambda _: rule.Checked(7, [Finding("V01", on=day)]))
        ran = rule.run(_case("V01-pass"), ["V01"])

        assert ran.rules == [rule.RuleRun("V01", 7, found)]
        assert len(ran.findings) == found

    @pytest.mark.parametrize(
        ("clocks", "expected"),
        [
            ({"law_day": "2025-12-31"}, rule.RuleRun("V01", 0, 0, "early", "2026-01-01")),
            ({"law_day": "2026-01-01"}, rule.RuleRun("V01", 2, 1)),
            ({"law_day": "2026-12-31"}, rule.RuleRun("V01", 2, 1)),
            ({"law_day": "2027-01-01"}, rule.RuleRun("V01", 0, 0, "late", "2026-12-31")),
            ({"known_day": "2026-05-31"}, rule.RuleRun("V01", 0, 0, "unknown", "2026-06-01")),
            ({"known_day": "2026-06-01"}, rule.RuleRun("V01", 2, 1)),
        ],
    )
    def test_a_rule_that_was_not_law_or_not_known_is_listed_as_skipped(
        self, clocks: dict[str, str], expected: rule.RuleRun
    ) -> None:
        ran = rule.run(replace(_case("V01-boundary"), **clocks), ["V01"])  # type: ignore[arg-type]

        assert ran.rules == [expected]
        assert len(ran.findings) == expected.failed

    def test_why_a_rule_was_skipped_is_said_in_both_languages(self) -> None:
        skipped = rule.RuleRun("V01", 0, 0, "late", "2026-12-31")

        assert skipped.why("vi") == "không xét: chỉ có hiệu lực đến hết ngày 31/12/2026"
        assert skipped.why("en") == "not asked: in force only until 31/12/2026"
        assert rule.RuleRun("V01", 1, 0).why("vi") == ""

    def test_under_a_wanted_day_of_law_everything_is_judged_by_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(rule._REGISTRY, "V01", lambda _: rule.Checked(1, [Finding("V01", on="2024-05-05")]))

        assert len(rule.run(replace(_case("V01-pass"), law_day="2026-05-05"), ["V01"]).findings) == 1
        assert len(rule.run(_case("V01-pass"), ["V01"]).findings) == 0
