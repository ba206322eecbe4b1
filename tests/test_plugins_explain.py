"""Figures are explained by the arithmetic that judges them, down to the document and article of each value of law."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from ledger.findings import LANGUAGES, Finding
from ledger.regulations import NotInForceError, UnknownParameterError, shipped
from plugins import casebook, explain, explain_budget, law_words, questions, rule
from plugins.explain import Step
from plugins.explain_budget import Ceiling

LAW = shipped()
LINE = Ceiling("BTC", "2026", "13", "351", "", "")


def of_case(name: str, code: str) -> tuple[rule.Context, list[Finding]]:
    context = questions.recorded(casebook.context_of(casebook.FOLDER / name))
    return context, [f for f in rule.run(context, only=[code]).findings if f.rule == code]


def all_steps(step: Step) -> Iterator[Step]:
    yield step
    for part in step.inputs:
        yield from all_steps(part)


def named(step: Step, name: str) -> Step:
    return next(part for part in step.inputs if part.figure == name)


# What is free of an estimate.


def test_what_is_free_is_assigned_less_held_less_promised_less_used_at_the_end_of_the_day() -> None:
    context, _ = of_case("E02-fail", "E02")
    before = explain_budget.available(context, LINE, "2026-03-11", "en")
    on_the_day = explain_budget.available(context, LINE, "2026-03-12", "en")
    supplemented = explain_budget.available(context, LINE, "2026-03-20", "en")

    assert on_the_day.value == -200_000
    assert supplemented.value == 19_800_000
    assert isinstance(before.value, int)
    assert before.value > 0
    assert named(supplemented, "assigned to this line").value == 120_000_000
    assert on_the_day.formula.endswith("= 100.000.000 - 0 - 0 - 100.200.000")


@pytest.mark.parametrize("case", ["E02-fail", "E02-fail-committed", "E03-fail", "E02-pass-clearing", "E07-fail"])
def test_the_parts_of_every_figure_add_up_to_it(case: str) -> None:
    context, _ = of_case(case, "E02")
    whole = explain_budget.available(context, Ceiling("BTC", "2026"), "2026-12-31", "vi")
    assigned, held, committed, used = (step.value for step in whole.inputs)

    assert whole.value == assigned - held - committed - used
    for step in whole.inputs:
        assert step.value == sum(part.value for part in step.inputs)


def test_each_decision_contract_and_use_is_named_with_its_number_day_and_row() -> None:
    context, _ = of_case("E02-fail-committed", "E02")
    step = explain_budget.available(context, Ceiling("BTC", "2026"), "2026-12-31", "en")
    figures = [part.figure for part in all_steps(step)]

    assert any(f.startswith("decision ") and "(assigned at the start of the year), row " in f for f in figures)
    assert any(f.startswith("voucher ") and " row " in f and ", item " in f for f in figures)
    assert any(f.startswith("contract ") for f in figures)


def test_what_came_after_the_day_is_no_part_of_it() -> None:
    context, _ = of_case("E02-fail", "E02")
    nothing = explain_budget.available(context, LINE, "2026-01-01", "en")

    assert (nothing.value, [part.inputs for part in nothing.inputs]) == (0, [(), (), (), ()])


def test_an_item_is_explained_by_the_line_that_covers_it() -> None:
    context, _ = of_case("E02-fail-group", "E02")
    group = explain_budget.covering(context, Ceiling("BTC", "2026", "13", "351", "", "6502"), "2026-12-31")
    lines = {(item, day) for item, day in zip(context.estimates["item"], context.estimates["date"], strict=True)}

    assert group.item in {item for item, _ in lines} | {""}
    assert group.item != "6502"


def test_an_item_without_a_line_stays_as_it_was_asked() -> None:
    context, _ = of_case("E01-fail-none", "E01")
    asked = Ceiling("BTC", "2026", "99", "351", "", "6501")

    assert explain_budget.covering(context, asked, "2026-12-31") == asked
    assert explain_budget.available(context, asked, "2026-12-31", "en").value == 0


def test_a_use_that_no_line_covers_is_no_part_of_what_is_free() -> None:
    context, found = of_case("E01-fail-none", "E01")
    whole = explain_budget.available(context, Ceiling("BTC", "2026"), "2026-12-31", "en")

    assert found
    assert not any(str(found[0].voucher) in part.figure for part in named(whole, "used").inputs)


def test_the_scarcest_line_is_the_one_with_least_money_free() -> None:
    context, found = of_case("E02-fail", "E02")

    assert explain_budget.scarcest(context, "BTC", "2026", found[0].on) == LINE
    assert explain_budget.scarcest(context, "BTC", "2031", "2031-01-01") is None


def test_of_several_lines_the_scarcest_is_found() -> None:
    context, _ = of_case("E02-pass-own-line", "E02")
    group, item = (LINE._replace(item=code) for code in ("6500", "6501"))
    day = "2026-01-02"

    assert explain_budget.available(context, item, day, "en").value == 5_000_000
    assert explain_budget.available(context, group, day, "en").value == 3_000_000
    assert explain_budget.scarcest(context, "BTC", "2026", day) == group


# Findings.


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ("E02-fail", "E02"),
        ("E02-fail-group", "E02"),
        ("E02-fail-cut", "E02"),
        ("E03-fail", "E03"),
        ("E07-fail", "E07"),
        ("E08-fail", "E08"),
        ("E09-fail", "E09"),
        ("E10-fail", "E10"),
        ("E11-fail", "E11"),
    ],
)
def test_a_finding_of_budget_control_is_explained_by_the_ceiling_it_speaks_of(case: str, code: str) -> None:
    context, found = of_case(case, code)
    assert found

    for one in found:
        (chain,) = explain_budget.of_finding(context, one, "en")
        assert isinstance(chain.value, int)
        assert named(chain, "assigned to this line").value == one.params["estimate"]
        assert named(chain, "used").value == one.params["spent"]
        assert named(chain, "held back of it").value == one.params["held"]
        # What breaches below have told of already is not said again above; the chain shows all of it.
        assert chain.value < 0 if code != "E11" else chain.value >= 0
        if code in {"E02", "E03"}:
            assert chain.value == -(one.difference or 0)


def test_a_use_without_a_line_is_explained_by_the_lines_that_exist() -> None:
    context, found = of_case("E01-fail-none", "E01")
    (chain,) = explain_budget.of_finding(context, found[0], "en")

    assert chain.figure.startswith("estimate lines of 13-351") or chain.figure.startswith("estimate lines of ")
    assert chain.value == len(chain.inputs)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_finding_says_its_place_its_rule_its_values_of_law_and_its_article(language: str) -> None:
    context, found = of_case("E06-fail-2025", "E06")
    step = explain.finding(context, found[0], language)
    (used,) = [one for one in step.parameters if one.parameter.key == "estimates.adjustment_deadline"]

    assert step.figure.startswith("E06 ")
    assert step.value == rule.catalogue().message(found[0], language)
    assert step.formula == rule.catalogue()["E06"].page["formula"][language]
    assert step.article == rule.catalogue()["E06"].article[language]
    assert used.entry is not None
    assert (used.entry.value, used.entry.documents[0].code) == ("11-15", "L83-2015")
    assert used.on == date(2025, 1, 1)
    assert found[0].expected in {part.value for part in step.inputs}


def test_under_a_day_of_law_a_finding_is_explained_by_the_law_of_that_day() -> None:
    context, _ = of_case("E06-pass-2026", "E06")
    old = replace(context, regulations=LAW.at(law=date(2025, 6, 30)), law_day="2025-06-30")
    late = [f for f in rule.run(old, only=["E06"]).findings if f.rule == "E06"]
    (used,) = explain.of_rule(old, "E06", date(2026, 12, 14), "en").parameters

    assert rule.run(context, only=["E06"]).findings == []
    assert used.entry is not None
    assert used.entry.value == "11-15"
    assert used.on == date(2025, 6, 30)
    assert bool(late) == any(f.expected.endswith("15/11/2026") for f in late)


def test_the_version_shown_is_the_one_that_judged_though_another_holds_on_the_day_itself() -> None:
    """The deadline of a budget year is that of the year's first day, also for a decision of the year after."""
    context, found = of_case("E06-fail-2025", "E06")
    late = replace(found[0], on="2026-01-05")
    (used,) = [one for one in explain.finding(context, late, "en").parameters if one.parameter.key.startswith("estim")]

    assert used.entry is not None
    assert used.entry.value == "11-15"
    assert used.on == date(2025, 1, 1)


def test_of_two_versions_asked_the_one_the_finding_cites_is_shown_else_that_of_its_year() -> None:
    law, key = questions.Recorder(LAW), "estimates.adjustment_deadline"
    old = law.entry(key, date(2025, 1, 1))
    law.entry(key, date(2026, 1, 1))
    day = date(2026, 1, 5)
    citing = Finding("E06", period="2026", params={"law_en": old.citation("en")})

    def shown(finding: Finding | None) -> date:
        (used,) = questions.versions(law, (key,), day, finding)
        return used.on

    assert shown(citing) == date(2025, 1, 1)
    assert shown(Finding("E06", period="2025")) == date(2025, 1, 1)
    assert shown(Finding("E06", period="2026")) == date(2026, 1, 1)
    assert shown(None) == date(2026, 1, 1)


def test_what_a_rule_asked_besides_what_its_page_names_is_shown_too() -> None:
    law = questions.Recorder(LAW)
    law.entry("settlement.circular", date(2026, 1, 1))
    used = questions.versions(law, ("estimates.adjustment_deadline",), date(2026, 1, 5))

    assert [one.parameter.key for one in used] == ["estimates.adjustment_deadline", "settlement.circular"]


def test_without_a_record_the_law_of_the_day_itself_is_shown() -> None:
    context = casebook.context_of(casebook.FOLDER / "E06-pass-2026")
    (used,) = explain.of_rule(context, "E06", date(2026, 7, 1), "en").parameters

    assert (used.entry.value if used.entry else "", used.on) == ("12-15", date(2026, 7, 1))


def test_regulations_that_are_recorded_answer_as_those_they_were_made_of() -> None:
    law = questions.Recorder(LAW.at(known=date(2026, 5, 28)))
    year = date(2025, 12, 31)

    assert law.text("settlement.circular", year) == "TT137/2017"
    assert law.rows("authority.assets", date(2026, 6, 1)) == ()
    with pytest.raises(NotInForceError):
        law.value("settlement.advance_return_before", date(2024, 1, 1))
    assert law.questions() == ["settlement.circular", "authority.assets", "settlement.advance_return_before"]
    assert [(used.on, used.known) for used in law.answers("settlement.circular")] == [(year, date(2026, 5, 28))]
    assert [used.entry for used in law.answers("settlement.advance_return_before")] == [None]
    assert law.answers("settlement.adjustment_period_end") == []


# Values of law.


def test_a_value_is_explained_as_it_was_known_on_two_days() -> None:
    year = date(2025, 12, 31)
    before = explain.parameter(LAW.at(known=date(2026, 5, 28)), "settlement.circular", year, "en")
    after = explain.parameter(LAW.at(known=date(2026, 5, 29)), "settlement.circular", year, "en")

    assert (before.value, before.article) == ("TT137/2017", "Circular 137/2017/TT-BTC (unverified)")
    assert (after.value, after.article) == ("TT59/2026", "Circular 59/2026/TT-BTC (unverified)")
    # As known before the circular, the older one has no end.
    assert "from 01/01/2017; known from 25/12/2017" in "\n".join(explain.lines(before, "en"))


def test_a_value_that_nobody_knew_is_said_to_be_missing() -> None:
    step = explain.parameter(
        LAW.at(known=date(2026, 3, 9)), "settlement.advance_return_before", date(2025, 12, 31), "en"
    )

    assert (step.value, step.article) == ("no value on this day", "")
    assert "as known on 09/03/2026" in "\n".join(explain.lines(step, "en"))
    assert explain.as_json(step, "en")["parameters"][0]["entry"] is None
    with pytest.raises(UnknownParameterError):
        explain.parameter(LAW, "settlement.nothing", date(2026, 1, 1), "en")


def test_a_gap_says_what_was_not_found() -> None:
    step = explain.parameter(LAW, "authority.assets", date(2026, 6, 1), "vi")
    lines = "\n".join(explain.lines(step, "vi"))

    assert step.value == "chưa tìm được"
    assert "Chưa đọc được các điều về thẩm quyền của Nghị định 52/2026/NĐ-CP" in lines


def test_a_table_is_shown_row_by_row() -> None:
    lines = list(explain.lines(explain.parameter(LAW, "authority.assets", date(2024, 6, 1), "vi"), "vi"))

    assert any(
        "Ban Thường vụ Tỉnh ủy (hoặc phân cấp)" in line and "Từ mức (0: không nêu): 500.000.000" in line
        for line in lines
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_of_a_table_has_a_heading(language: str) -> None:
    bare = {
        (parameter.key, column)
        for parameter in LAW
        for column in parameter.columns
        if law_words.heading(parameter, column, language) == column and not column.endswith(("_vi", "_en"))
    }

    assert not bare


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_chain_names_document_article_confidence_both_days_and_the_hash_of_the_file(language: str) -> None:
    step = explain.parameter(LAW, "estimates.adjustment_deadline", date(2026, 6, 1), language)
    record = explain.as_json(step, language)["parameters"][0]["entry"]
    lines = "\n".join(explain.lines(step, language))

    assert record["documents"] == ["L89-2025"]
    assert (record["in_force"], record["known"], record["confidence"]) == ("2026-01-01", "2025-06-25", "law")
    assert record["sha256"] in lines
    assert record["citation"] in lines
    assert "01/01/2026" in lines
    assert "25/06/2025" in lines


# For people.


def test_many_inputs_are_shown_in_part_and_the_rest_as_one_sum() -> None:
    parts = tuple(Step(f"part {number}", number) for number in range(1, 21))
    lines = list(explain.lines(Step("whole", 210, inputs=parts), "en"))

    assert len(lines) == 1 + explain.SHOWN + 1
    assert lines[-1].strip() == "… and 8 more, 132 together"
    assert len(list(explain.lines(Step("whole", 210, inputs=parts), "en", shown=None))) == 21
    words = (*parts[: explain.SHOWN], Step("a word", "x"), Step("another", 1))
    assert list(explain.lines(Step("whole", 0, inputs=words), "en"))[-1].strip() == "… and 2 more"


def test_a_rule_that_was_not_asked_says_why() -> None:
    run = rule.RuleRun("E06", 0, 0, "early", "2026-01-01")

    assert explain.not_asked(run, "en").value == "not asked: in force only from 01/01/2026"
