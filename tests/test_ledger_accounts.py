"""A code means what the chart of its day says; an overlay's mistakes are findings and never accounts."""

from __future__ import annotations

import csv
import io
import unicodedata
from datetime import date
from pathlib import Path

import pytest
from beancount.core import account as beancount_account

from ledger.accounts import CONTRA, FOLDER, PRACTICE_OVERLAY, Account, Chart, regime_of
from ledger.chart_file import DIMENSIONS, OVERLAY_COLUMNS, TREASURY, read_shipped
from ledger.findings import Catalogue, Finding

OLD, NEW = "TT107/2017", "TT24/2024"
FINDINGS = Path(__file__).resolve().parent.parent / "ledger" / "findings.yaml"


@pytest.fixture(scope="module")
def chart() -> Chart:
    return Chart.load(PRACTICE_OVERLAY.read_bytes())


@pytest.fixture(scope="module")
def bare() -> Chart:
    return Chart.load(None)


def found(chart: Chart, code: str, on: str = "2026-03-05") -> Account:
    account = chart.find(code, on)
    assert account is not None, code
    return account


# The chart as shipped.


def test_the_practice_overlay_is_without_findings(chart: Chart, bare: Chart) -> None:
    assert chart.findings == bare.findings == ()


def test_both_circulars_are_there_whole(chart: Chart, bare: Chart) -> None:
    assert len(chart.accounts(OLD, "2024-12-31")) == 192
    assert len(bare.accounts(NEW, "2025-01-01")) == 68
    assert len(chart.accounts(NEW, "2025-01-01")) == 68 + 68
    assert chart.accounts(OLD, "2025-01-01") == chart.accounts(NEW, "2024-12-31") == []


def test_the_regime_changes_on_the_first_of_january_2025() -> None:
    assert regime_of("2024-12-31") == regime_of(2024) == regime_of(date(2018, 1, 1)) == OLD
    assert regime_of("2025-01-01") == regime_of(2025) == regime_of(2026) == NEW


@pytest.mark.parametrize("on", ["2017-12-31", 2017, 1999])
def test_before_the_first_regime_nothing_is_known(chart: Chart, on: str | int) -> None:
    assert regime_of(on) is None
    if isinstance(on, str):
        assert chart.find("111", on) is None


@pytest.mark.parametrize("text", ["05/03/2026", "2026-03", "", "soon"])
def test_a_text_that_is_no_day_is_a_wrong_call_and_not_some_other_day(chart: Chart, text: str) -> None:
    with pytest.raises(ValueError, match="isoformat"):
        chart.find("111", text)


def test_611_and_612_change_their_meaning_and_their_beancount_name(chart: Chart) -> None:
    assert found(chart, "611", "2024-06-01").name_vi == "Chi phí hoạt động"
    assert found(chart, "611").name_vi == "Chi phí hoạt động không giao tự chủ"
    assert found(chart, "612").name_vi == "Chi phí hoạt động giao tự chủ"
    assert found(chart, "61111", "2024-06-01").path == "Expenses:TT107:611:6111:61111"
    assert found(chart, "612").path == "Expenses:612"


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("1111", "Assets:111:1111"),
        ("1121", "Assets:112:1121"),
        ("2113", "Assets:211:2113"),
        ("2141", "Assets:214:2141"),
        ("3371", "Liabilities:337:3371"),
        ("336", "Liabilities:336"),
        ("4211", "Equity:421:4211"),
        ("911", "Equity:911"),
        ("511", "Income:511"),
        ("7111", "Income:711:7111"),
        ("008212", "Equity:OffBalance:008:0082:00821:008212"),
        ("0122", "Equity:OffBalance:012:0122"),
    ],
)
def test_the_beancount_name_has_every_ancestor(chart: Chart, code: str, path: str) -> None:
    account = found(chart, code)

    assert account.path == path
    assert chart.by_path(path) == account


def test_every_name_is_a_valid_beancount_account_and_stands_once(chart: Chart) -> None:
    accounts = [*chart.accounts(OLD, "2020-01-01"), *chart.accounts(NEW, "2026-01-01")]
    paths = [account.path for account in accounts]

    assert [path for path in [*paths, CONTRA] if not beancount_account.is_valid(path)] == []
    assert len(set(paths)) == len(paths)
    assert CONTRA not in paths


def test_the_leaf_of_a_budget_item_is_looked_through(chart: Chart) -> None:
    assert chart.by_path("Expenses:612:TM6501") == chart.by_path("Expenses:612:NoItem") == found(chart, "612")
    assert chart.by_path("Expenses:612:6501") is None
    assert chart.by_path("Expenses:999") is None


@pytest.mark.parametrize(
    ("code", "on", "why"),
    [
        ("1121", "2026-03-05", "ok"),
        ("112", "2026-03-05", "not_leaf"),
        ("00821", "2026-03-05", "not_leaf"),
        ("612", "2026-03-05", "ok"),
        ("6111", "2026-03-05", "other_regime"),
        ("366", "2026-03-05", "other_regime"),
        ("36611", "2024-03-05", "ok"),
        ("135", "2024-03-05", "other_regime"),
        ("999", "2026-03-05", "unknown"),
        ("", "2026-03-05", "unknown"),
        ("111", "2017-03-05", "other_regime"),
        ("1121 ", "2026-03-05", "unknown"),
    ],
)
def test_a_code_is_explained(chart: Chart, code: str, on: str, why: str) -> None:
    assert chart.explain(code, on) == why


def test_without_an_overlay_the_three_digit_account_is_the_leaf(chart: Chart, bare: Chart) -> None:
    assert bare.explain("112", "2026-03-05") == "ok"
    assert bare.explain("1121", "2026-03-05") == "other_regime"
    assert not chart.postable(found(chart, "112"))
    assert chart.postable(found(chart, "1121"))


def test_a_code_is_a_leaf_exactly_when_nothing_stands_below_it(chart: Chart) -> None:
    for regime, day in ((OLD, "2024-01-01"), (NEW, "2026-01-01")):
        accounts = chart.accounts(regime, day)
        parents = {account.parent for account in accounts}
        assert [a.code for a in accounts if a.is_leaf == (a.code in parents)] == []
        assert [a.code for a in accounts if a.parent and not a.code.startswith(a.parent)] == []


def test_the_details_that_the_practice_province_needs_are_leaves(chart: Chart) -> None:
    needed = """
        1111 1112 1121 2111 2112 2113 2118 2131 2135 2141 2142 3321 3322 3323 3324 3335 3337 3338 3341 3348
        3371 3378 3388 1388 4211 4218 008111 008112 008121 008122 008211 008212 008221 008222 0121 0122 0131 0132
        7111 7118 511 611 612 911 336 136 141 331 152 153 811
    """.split()  # noqa: SIM905 - a table of codes is read as one

    assert [code for code in needed if chart.explain(code, "2025-01-01") != "ok"] == []
    assert all(found(chart, code).confidence == "unverified" for code in needed if len(code) > 3)


# What a posting must carry.


@pytest.mark.parametrize(
    ("code", "on", "dimensions"),
    [
        ("008212", "2026-01-01", "source clause item treasury"),
        ("0122", "2026-01-01", "source clause item treasury"),
        ("0132", "2026-01-01", "source clause item treasury"),
        ("009", "2026-01-01", "source clause item treasury"),
        ("3371", "2026-01-01", "source clause item"),
        ("511", "2026-01-01", "source clause item"),
        ("611", "2026-01-01", "source clause item"),
        ("612", "2026-01-01", "source clause item"),
        ("61113", "2024-01-01", "source clause item"),
        ("5111", "2024-01-01", "source clause item"),
        ("3378", "2026-01-01", ""),
        ("5118", "2024-01-01", ""),
        ("1121", "2026-01-01", ""),
        ("336", "2026-01-01", ""),
    ],
)
def test_an_account_says_what_its_postings_carry(chart: Chart, code: str, on: str, dimensions: str) -> None:
    assert found(chart, code, on).dimensions == set(dimensions.split())


@pytest.mark.parametrize(
    ("codes", "allowed"),
    [
        ("008111 008121 008211 008221 0131 0132", "advance clearing restore"),
        ("008112 008122 008212 008222 0121 0122", "actual clearing restore"),
        ("3371", "advance actual clearing restore remit"),
        ("1121 3378 612 511", ""),
    ],
)
def test_an_account_says_which_treasury_values_it_allows(chart: Chart, codes: str, allowed: str) -> None:
    for code in codes.split():
        assert found(chart, code).treasury == set(allowed.split()), code


def test_only_operating_expenses_may_be_without_an_item(chart: Chart) -> None:
    allowed = {a.code for a in chart.accounts(NEW, "2026-01-01") if a.no_item}

    assert allowed == {"611", "612"}
    assert found(chart, "61113", "2024-01-01").no_item


def test_fixed_assets_are_lots_in_a_commodity_of_their_class(chart: Chart, bare: Chart) -> None:
    lots = {a.code for a in chart.accounts(NEW, "2026-01-01") if a.is_lot and a.is_leaf}

    assert lots == {
        "2111",
        "2112",
        "2113",
        "2114",
        "2115",
        "2116",
        "2118",
        "2131",
        "2132",
        "2133",
        "2134",
        "2135",
        "2138",
    }
    assert found(chart, "2113").commodity == "TS2113"
    assert found(chart, "1121").commodity == found(chart, "2141").commodity == "VND"
    assert found(chart, "008212").commodity == "MEMO"
    assert found(bare, "211").commodity == "TS211"


def test_estimates_go_to_the_account_of_their_nature_and_year(chart: Chart, bare: Chart) -> None:
    def code(chart: Chart, *, autonomous: bool, prior: bool = False) -> str:
        account = chart.estimate_account("2026-01-01", autonomous=autonomous, prior=prior)
        assert account is not None
        assert account.takes_estimates
        return account.code

    assert code(chart, autonomous=True) == "00821"
    assert code(chart, autonomous=False) == "00822"
    assert code(chart, autonomous=True, prior=True) == "00811"
    assert code(chart, autonomous=False, prior=True) == "00812"
    assert code(bare, autonomous=True) == "008"
    assert not found(chart, "008").takes_estimates
    assert not found(chart, "008212").takes_estimates
    assert chart.estimate_account("2017-01-01", autonomous=True) is None


def test_names_are_in_both_languages_in_normal_form(chart: Chart) -> None:
    accounts = [*chart.accounts(OLD, "2020-01-01"), *chart.accounts(NEW, "2026-01-01")]

    assert all(
        a.name("vi") and a.name("en") and a.name("vi") == unicodedata.normalize("NFC", a.name("vi")) for a in accounts
    )
    assert found(chart, "3371").name("vi") == "Kinh phí hoạt động bằng tiền"
    assert found(chart, "3371").name("en") == "Operating funds held in cash"


def test_no_code_of_the_new_circular_passes_for_verified(bare: Chart) -> None:
    accounts = bare.accounts(NEW, "2026-01-01")

    assert [a.code for a in accounts if a.verified] == []
    assert all("MEMORY" in a.confidence or "weak source" in a.confidence for a in accounts)
    assert found(bare, "111", "2024-01-01").verified
    assert not found(bare, "1121", "2024-01-01").verified
    assert {a.mark("vi") for a in accounts} == {"mã chưa kiểm chứng với thông tư"}
    assert found(bare, "111", "2024-01-01").mark("vi") == ""


# Overlays of a province.

GOOD = {
    "code": "1123",
    "parent": "112",
    "name_vi": "Tiền gửi khác",
    "name_en": "Other deposits",
    "type": "asset",
    "confidence": "unverified",
    "basis": "Quyết định của tỉnh",
    "valid_from": "2025-01-01",
}


def overlay(*changes: dict[str, str]) -> Chart:
    out = io.StringIO()
    writer = csv.DictWriter(out, OVERLAY_COLUMNS, restval="")
    writer.writeheader()
    writer.writerows({**GOOD, **change} for change in changes)
    return Chart.load(out.getvalue().encode())


def codes(chart: Chart) -> list[tuple[str, int | None, str]]:
    return [(finding.rule, finding.row, finding.column) for finding in chart.findings]


def test_a_detail_account_holds_on_its_days_only() -> None:
    chart = overlay({"valid_from": "2026-01-01", "valid_to": "2026-06-30"})

    assert chart.findings == ()
    assert [chart.explain("1123", day) for day in ("2025-12-31", "2026-01-01", "2026-06-30", "2026-07-01")] == [
        "unknown",
        "ok",
        "ok",
        "unknown",
    ]
    assert [chart.explain("112", day) for day in ("2025-12-31", "2026-01-01", "2026-06-30", "2026-07-01")] == [
        "ok",
        "not_leaf",
        "not_leaf",
        "ok",
    ]


def test_an_account_may_change_its_name_from_a_day_on() -> None:
    chart = overlay({"valid_to": "2025-12-31"}, {"valid_from": "2026-01-01", "name_vi": "Tiền gửi có kỳ hạn"})

    assert chart.findings == ()
    assert found(chart, "1123", "2025-12-31").name_vi == "Tiền gửi khác"
    assert found(chart, "1123", "2026-01-01").name_vi == "Tiền gửi có kỳ hạn"


def test_a_detail_of_a_detail_inherits_what_it_must_carry() -> None:
    chart = overlay(
        {"code": "0082", "parent": "008", "type": "memo"},
        {"code": "00829", "parent": "0082", "type": "memo"},
        {"code": "3379", "parent": "337", "type": "liability", "dimensions": "-", "treasury": "-"},
    )

    assert chart.findings == ()
    assert found(chart, "00829").dimensions == set(DIMENSIONS)
    assert found(chart, "00829").treasury == set(TREASURY) - {"remit"}
    assert found(chart, "3379").dimensions == found(chart, "3379").treasury == frozenset()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"parent": "1199", "code": "11991"}, ("A20", 2, "parent")),
        ({"parent": "", "code": "119"}, ("A20", 2, "parent")),
        ({"code": "366", "parent": "", "type": "liability"}, ("A20", 2, "parent")),
        ({"code": "113", "parent": "112"}, ("A21", 2, "code")),
        ({"code": "1133"}, ("A23", 2, "code")),
        ({"code": "112"}, ("A23", 2, "code")),
        ({"code": "11x"}, ("A25", 2, "code")),
        ({"code": "１１２３"}, ("A25", 2, "code")),
        ({"name_vi": ""}, ("A25", 2, "name_vi")),
        ({"name_en": " "}, ("A25", 2, "name_en")),
        ({"name_vi": unicodedata.normalize("NFD", "Tiền")}, ("A25", 2, "name_vi")),
        ({"type": "assets"}, ("A25", 2, "type")),
        ({"dimensions": "source colour"}, ("A25", 2, "dimensions")),
        ({"dimensions": "source source"}, ("A25", 2, "dimensions")),
        ({"treasury": "later"}, ("A25", 2, "treasury")),
        ({"no_item": "maybe"}, ("A25", 2, "no_item")),
        ({"estimates": "some"}, ("A25", 2, "estimates")),
        ({"lots": "1"}, ("A25", 2, "lots")),
        ({"basis": ""}, ("A25", 2, "basis")),
        ({"valid_from": "01/01/2025"}, ("A25", 2, "valid_from")),
        ({"valid_to": "2025-02-30"}, ("A25", 2, "valid_to")),
        ({"valid_to": "2024-12-31"}, ("A25", 2, "valid_to")),
        ({"type": "liability"}, ("A26", 2, "type")),
        ({"valid_from": "2024-07-01"}, ("A27", 2, "valid_from")),
        ({"valid_from": "2016-01-01", "valid_to": "2016-12-31"}, ("A27", 2, "valid_from")),
    ],
)
def test_a_wrong_row_is_a_finding_at_its_cell(change: dict[str, str], expected: tuple[str, int, str]) -> None:
    chart = overlay(change)

    assert expected in codes(chart)


def test_a_row_standing_twice_and_days_that_overlap_are_told_apart() -> None:
    assert codes(overlay({}, {})) == [("A21", 3, "code")]
    assert codes(overlay({}, {"valid_from": "2026-01-01"})) == [("A22", 3, "valid_from")]


def test_a_parent_must_stand_on_every_day_of_its_detail() -> None:
    child = {"code": "11231", "parent": "1123"}

    assert codes(overlay({"valid_to": "2025-12-31"}, child)) == [("A20", 3, "parent")]
    assert codes(overlay({"valid_to": "2025-12-31"}, {"valid_from": "2026-01-01"}, child)) == []
    assert codes(overlay({"valid_to": "2025-12-31"}, {"valid_from": "2026-01-02"}, child)) == [("A20", 4, "parent")]


def test_a_wrong_row_is_no_account_and_leaves_its_parent_without_postings() -> None:
    chart = overlay({"type": "liability"}, {"code": "11231", "parent": "1123"})

    assert codes(chart) == [("A26", 2, "type")]
    assert chart.find("1123", "2026-01-01") is None
    assert chart.find("11231", "2026-01-01") is None
    assert chart.explain("112", "2026-01-01") == "not_leaf"
    assert chart.explain("113", "2026-01-01") == "ok"


def test_all_wrong_rows_are_named_in_one_run() -> None:
    chart = overlay({"code": "11x"}, {"name_vi": "", "type": "x"}, {"code": "1133"}, {"code": "1124"})

    assert codes(chart) == [("A25", 2, "code"), ("A25", 3, "name_vi"), ("A25", 3, "type"), ("A23", 4, "code")]
    assert chart.explain("1124", "2026-01-01") == "ok"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"code;parent\n",
        b"code,parent,name_vi\n1123,112,x\n",
        ",".join(OVERLAY_COLUMNS).encode() + b"\n\xff\xfe",
        ",".join(OVERLAY_COLUMNS).encode() + b'\n"1123',
    ],
)
def test_with_an_overlay_that_cannot_be_read_no_account_is_known(data: bytes) -> None:
    chart = Chart.load(data)

    assert [finding.rule for finding in chart.findings] == ["A24"]
    assert chart.find("111", "2026-01-01") is None


def test_a_row_with_too_few_cells_is_named() -> None:
    chart = Chart.load(",".join(OVERLAY_COLUMNS).encode() + b"\n1123,112,x\n")

    assert [(f.rule, f.row, f.value, f.expected) for f in chart.findings] == [("A24", 2, "3", "14")]
    assert chart.explain("112", "2026-01-01") == "not_leaf"


def test_an_overlay_saved_with_a_byte_order_mark_is_read() -> None:
    chart = Chart.load(b"\xef\xbb\xbf" + PRACTICE_OVERLAY.read_bytes())

    assert chart.findings == ()
    assert chart.explain("1121", "2026-01-01") == "ok"


def test_every_finding_of_the_chart_has_texts_in_both_languages() -> None:
    catalogue = Catalogue.load(FINDINGS)
    for number in range(20, 28):
        finding = Finding(f"A{number}", column="code", value="1123", expected="112", params={"code": "1123"})
        for language in ("vi", "en"):
            shown = catalogue.render(finding, language)
            assert catalogue.blocks(finding)
            assert "?" not in shown["message"] + shown["fix"]


@pytest.mark.parametrize("name", ["TT107-2017.csv", "TT24-2024.csv"])
def test_a_shipped_chart_with_a_spoilt_cell_is_refused(name: str) -> None:
    data = (FOLDER / name).read_bytes()

    assert read_shipped(data)
    with pytest.raises(ValueError, match="type"):
        read_shipped(data.replace(b",asset,", b",assets,", 1))
    with pytest.raises(ValueError, match="columns"):
        read_shipped(data.replace(b"code,parent", b"parent,code", 1))
