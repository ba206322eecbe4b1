"""Forms as data: lines, formulas and identities of B01/BCQT."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import form_data
from reports.form_data import BrokenIdentityError, FormError, load_form

FORM = load_form("B01-BCQT")
MEASURED = [(x.measure, x.autonomous) for x in FORM.lines if x.decidable]
AMOUNTS = st.integers(-(10**15), 10**15)


def test_the_form_has_lines_01_to_95_with_both_names() -> None:
    assert [x.line for x in FORM.lines] == [f"{n:02}" for n in range(1, 96)]
    assert all(x.names["vi"] and x.names["en"] for x in FORM.lines)


def test_the_face_says_which_circular_it_follows_and_which_was_not_seen() -> None:
    assert "107/2017" in FORM.follows["vi"]
    assert "chưa đối chiếu với Thông tư 59/2026/TT-BTC" in FORM.follows["vi"]


@given(st.fixed_dictionaries(dict.fromkeys(MEASURED, AMOUNTS)))
def test_the_identities_hold_whatever_is_measured(measures: dict[tuple[str, bool], int]) -> None:
    """Both twins of 04+09 = 15+24+32 and 03+15 = 18+22+23+31, written out by hand."""
    f = FORM.figures(measures)

    assert f["04"] + f["09"] == f["15"] + f["24"] + f["32"]
    assert f["07"] + f["10"] == f["16"] + f["28"] + f["35"]
    assert f["03"] + f["15"] == f["18"] + f["22"] + f["23"] + f["31"]
    assert f["06"] + f["16"] == f["19"] + f["26"] + f["27"] + f["34"]
    assert f["17"] == f["18"] + f["19"]


@given(st.fixed_dictionaries(dict.fromkeys(MEASURED, AMOUNTS)), st.sampled_from(FORM.lines), AMOUNTS)
def test_a_changed_total_is_noticed(measures: dict[tuple[str, bool], int], line: form_data.Line, change: int) -> None:
    if not line.formula or not change:
        return
    figures = FORM.figures(measures)
    figures[line.line] += change

    with pytest.raises(BrokenIdentityError):
        FORM.check(figures)


def test_broken_figures_stop_with_exit_3_and_name_the_identity() -> None:
    figures = FORM.figures({("assigned", True): 100, ("received", True): 80})
    figures["24"] += 1

    with pytest.raises(BrokenIdentityError) as caught:
        FORM.check(figures)

    assert caught.value.exit_code == 3
    assert "04+09" in caught.value.sentence()


@pytest.mark.parametrize("formula", ["05+", "5+6", "05*06", "05 + 06", "__import__"])
def test_a_formula_is_sums_of_line_codes_and_nothing_else(formula: str) -> None:
    with pytest.raises(FormError):
        form_data._terms(formula)


@pytest.mark.parametrize("formula", [((1, "99"),), ((1, "02"), (1, "01"))])
def test_an_unknown_line_and_a_circle_are_refused(formula: tuple[tuple[int, str], ...]) -> None:
    second = replace(FORM.line("02") or FORM.lines[0], formula=((1, "01"),))
    lines = (replace(FORM.lines[0], formula=formula), second, *FORM.lines[2:])

    with pytest.raises(FormError):
        form_data._check_lines("B01", lines)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"lines": []}, "lines"),
        ({"version": 2017}, "version"),
        ({"extra": "x"}, "extra"),
        ({"identities": [{"left": "01"}]}, "identities.0.right"),
        ({"title": {"vi": "a", "fr": "b"}}, "title.fr"),
    ],
)
def test_a_form_file_of_another_shape_is_refused_by_place(change: dict[str, object], place: str) -> None:
    raw = form_data.load_yaml("B01-BCQT") | change

    with pytest.raises(FormError, match=re.escape(place)):
        form_data.form_of("B01-BCQT", raw)
