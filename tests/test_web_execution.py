"""The page of budget execution: its sums, its shares, its choices, its links, and what it does without figures."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from web_books import Visitor, house, write_book

from ledger.errors import Refused
from reports import execution
from web.pages import execution_view as view
from web.pages.execution_view import Choice, Figures, Line

ADDRESS = "extension/BudgetExecution/"
ROWS = [
    ("VPTU", "13", "351", "6000", 900, 0, 0, 600, 300),
    ("VPTU", "13", "351", "6501", 100_000_000, 10_000_000, 5_000_000, 62_500_000, 22_500_000),
    ("VPTU", "12", "351", "", 50, 0, 0, 0, 50),
    ("BTC", "13", "351", "6501", 1_000, 0, 0, 1_500, -500),
    ("BTC", "14", "351", "6000", 0, 0, 0, 0, 0),
]
figures = st.builds(Figures, *(st.integers(min_value=-(10**15), max_value=10**15) for _ in range(5)))
lines = st.lists(
    st.builds(
        Line,
        st.sampled_from(["VPTU", "BTC", "XA01"]),
        st.sampled_from(["12", "13"]),
        st.just("351"),
        st.sampled_from(["", "6000", "6501"]),
        figures,
    )
)


class Reported:
    """Stands for `reports.execution.execution` and notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str | None, str, str]] = []

    def __call__(self, _: object, unit: str | None, tree: str, year: str) -> pd.DataFrame:
        self.asked.append((unit, tree, year))
        table = pd.DataFrame(ROWS, columns=execution.COLUMNS)
        return table if unit is None else table[table["unit"] == unit]


@pytest.fixture
def reported(monkeypatch: pytest.MonkeyPatch) -> Reported:
    stand_in = Reported()
    monkeypatch.setattr(execution, "execution", stand_in)
    return stand_in


@pytest.fixture
def visitor(tmp_path: Path, reported: Reported) -> Visitor:  # noqa: ARG001 - the figures it will show
    return Visitor(house(write_book(tmp_path)))


def _text(page: str) -> str:
    """What a person reads, without tags."""
    article = page[page.index("<article>") : page.index("</article>")]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", article))


def _rows(page: str, kind: str) -> list[list[str]]:
    found = re.findall(rf'<tr class="{kind}">(.*?)</tr>', page, re.DOTALL)
    return [re.findall(r'<td class="num[^"]*">(.*?)</td>', row, re.DOTALL) for row in found]


def test_figures_are_those_of_the_report_grouped_with_sums(visitor: Visitor) -> None:
    page = visitor.get(f"/province/{ADDRESS}").text

    assert _rows(page, "ex-unit") == [
        ["100.000.950", "10.000.000", "5.000.000", "62.500.600", "22.500.350"],
        ["1.000", "–", "–", "1.500", "-500"],
    ]
    assert "Tổng cộng" in _text(page)
    assert "100.001.950" in _text(page)
    assert "62,5 %" in _text(page)
    assert "150,0 %" in _text(page)
    assert "Tình hình thực hiện dự toán năm 2026" in _text(page)
    assert "Đến hết ngày 16/11/2026" in _text(page)


def test_names_stand_beside_the_codes(visitor: Visitor) -> None:
    text = _text(visitor.get(f"/province/{ADDRESS}").text)

    for name in ("VPTU Văn phòng Tỉnh ủy", "BTC Ban Tổ chức Tỉnh ủy", "6501 Tiền điện", "không chia theo tiểu mục"):
        assert name in text


def test_the_page_is_english_for_an_english_reader(visitor: Visitor) -> None:
    visitor.get("/language/en")
    page = visitor.get(f"/province/{ADDRESS}").text

    assert "Budget execution 2026" in _text(page)
    assert "62.5 %" in _text(page)
    assert "Organisation Commission" in _text(page)
    assert '"report_title":"Budget execution"' in page


def test_the_page_has_no_inline_script_or_style_or_handler(visitor: Visitor) -> None:
    page = visitor.get(f"/province/{ADDRESS}").text

    assert re.findall(r"<script(?![^>]*(src=|application/json))", page) == []
    assert re.findall(r"\son\w+=", page[: page.index('id="ledger-data"')]) == []
    assert "<style" not in page
    assert " style=" not in page


@pytest.mark.parametrize(
    ("query", "units"),
    [("", ["VPTU", "BTC"]), ("?unit=BTC", ["BTC"]), ("?source=12", ["VPTU"]), ("?unit=BTC&source=12", [])],
)
def test_a_choice_shows_its_lines_only(visitor: Visitor, query: str, units: list[str]) -> None:
    page = visitor.get(f"/province/{ADDRESS}{query}").text

    assert re.findall(r'id="ex-(\w+)" class="ex-lines"', page) == units
    assert ("Không có dự toán" in page) == (units == [])


def test_the_year_is_asked_of_the_report_and_an_unknown_one_is_this_year(visitor: Visitor, reported: Reported) -> None:
    for year in ("2026", "1999", "x", ""):
        visitor.get(f"/province/{ADDRESS}?year={year}")
    visitor.get(f"/party/{ADDRESS}")

    assert reported.asked == [*[(None, "budget", "2026")] * 4, (None, "party", "2026")]


def test_a_units_ledger_shows_that_unit_whatever_is_asked(visitor: Visitor, reported: Reported) -> None:
    page = visitor.get(f"/BTC/{ADDRESS}?unit=VPTU").text

    assert reported.asked == [("BTC", "budget", "2026")]
    assert re.findall(r'id="ex-(\w+)" class="ex-lines"', page) == ["BTC"]
    assert "VPTU" not in _text(page)


def test_a_unit_leads_to_its_ledger_and_a_figure_to_its_vouchers(visitor: Visitor) -> None:
    page = visitor.get(f"/province/{ADDRESS}").text

    assert '<a href="/BTC/" data-remote' in page
    link = next(link for link in re.findall(r'href="(/BTC/journal/[^"]*)"', page))
    answer = visitor.get(link.replace("&amp;", "&").replace("/journal/", "/api/journal"))
    assert [entry["meta"]["voucher"] for entry in answer.json["data"] if entry["t"] == "Transaction"] == ["PC015"]


def test_an_estimate_for_a_group_leads_to_the_vouchers_of_its_items(visitor: Visitor) -> None:
    page = visitor.get(f"/province/{ADDRESS}").text
    links = [link for link in re.findall(r'href="(/VPTU/journal/[^"]*)"', page) if "6000" in link]

    assert any("6001" in link for link in links)
    assert all("6501" not in link for link in links)


def test_without_figures_the_page_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> Any:  # noqa: ANN401 - it never returns
        raise Refused("no figures today")

    monkeypatch.setattr(execution, "execution", refused)
    answer = Visitor(house(write_book(tmp_path))).get(f"/province/{ADDRESS}?lang=en")
    assert answer.status_code == 302
    visitor = Visitor(house(tmp_path))
    visitor.get("/language/en")
    page = visitor.get(f"/province/{ADDRESS}").text

    assert "no figures today" in _text(page)
    assert 'role="alert"' in page


def test_a_large_province_gets_its_lines_unit_by_unit(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "DETAIL_LIMIT", 2)
    everything = visitor.get(f"/province/{ADDRESS}").text
    one = visitor.get(f"/province/{ADDRESS}?unit=BTC").text

    assert "ex-line" not in everything.replace("ex-lines", "")
    assert 'class="ex-toggle" href="' in everything
    assert '<tr class="ex-line">' in one


@given(lines)
def test_sums_agree_on_every_level(sample: list[Line]) -> None:
    groups = view.grouped(sample, ["VPTU"])

    assert sum((group.figures for group in groups), Figures()) == view.total(sample)
    for group in groups:
        assert sum((source.figures for source in group.groups), Figures()) == group.figures
        assert view.total([line for source in group.groups for line in source.lines]) == group.figures
    assert sorted(map(repr, sample)) == sorted(
        repr(line) for group in groups for source in group.groups for line in source.lines
    )


@given(lines)
def test_a_group_appears_once_and_the_given_order_comes_first(sample: list[Line]) -> None:
    codes = [group.code for group in view.grouped(sample, ["XA01", "VPTU"])]

    assert codes == [code for code in ("XA01", "VPTU", "BTC") if any(line.unit == code for line in sample)]


@given(figures)
def test_a_share_is_exact_to_the_permille_or_absent(sample: Figures) -> None:
    if sample.estimate <= 0:
        assert sample.share is None
    else:
        assert sample.share is not None
        assert abs(2 * (sample.share * sample.estimate - sample.spent * 1000)) <= sample.estimate


@given(st.integers(-(10**18), 10**18), st.integers(1, 10**18))
def test_a_bar_is_never_longer_than_its_place(amount: int, whole: int) -> None:
    assert 0 <= view.permille(amount, whole) <= view.FULL


def test_a_choice_of_nothing_is_everything() -> None:
    sample = view.lines_of(pd.DataFrame(ROWS, columns=execution.COLUMNS))

    assert view.chosen(sample, Choice()) == sample
    assert view.scale([]) == 1
