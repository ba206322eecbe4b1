"""Expiry is seen before it comes: values that end, documents that were replaced, values nobody looks at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from ledger.findings import LANGUAGES, Entry
from ledger.regulations import Document, Parameter, Regulations, Replacement, shipped
from plugins import expiring, rule
from plugins.expiring import Notice, watch

DEADLINE = "estimates.adjustment_deadline"
LAW = shipped()
TODAY = date(2026, 11, 22)


def with_documents(changed: Mapping[str, Document], keys: tuple[str, ...] = (DEADLINE,)) -> Regulations:
    """Some of the shipped parameters, as if these documents were others."""
    documents = {**LAW.documents, **changed}
    return Regulations([_resting(LAW.parameter(key), documents) for key in keys], documents.values())


def _resting(parameter: Parameter, documents: Mapping[str, Document]) -> Parameter:
    entries = tuple(
        replace(entry, documents=tuple(documents[document.code] for document in entry.documents))
        for entry in parameter.entries
    )
    return replace(parameter, entries=entries)


def repealed(code: str, on: date, by: str = "") -> dict[str, Document]:
    return {code: replace(LAW.documents[code], replaced=Replacement(by, on))}


def some_rule(code: str = "E06") -> Entry:
    return rule.catalogue()[code]


def kinds(notices: list[Notice]) -> list[tuple[str, str, str]]:
    return [(notice.kind, notice.of, notice.code) for notice in notices]


def test_a_repealed_document_flags_the_value_and_the_rule_that_still_rest_on_it() -> None:
    law = with_documents(repealed("L89-2025", date(2026, 12, 1)))
    alone = replace(some_rule(), cites=({"document": "L89-2025", "article": "55.3"},))
    notices = watch(law, [alone], TODAY)

    assert kinds(notices) == [("document", "parameter", DEADLINE), ("document", "rule", "E06")]
    assert {notice.day for notice in notices} == {date(2026, 12, 1)}
    assert notices[0].sentence("vi") == ("căn cứ Luật Ngân sách nhà nước 89/2025/QH15 hết hiệu lực từ ngày 01/12/2026")


def test_one_repealed_article_flags_only_what_rests_on_that_article() -> None:
    article = {"L89-2025": replace(LAW.documents["L89-2025"], replaced_articles={"55.3": Replacement("", TODAY)})}
    other = {"L89-2025": replace(LAW.documents["L89-2025"], replaced_articles={"12.2": Replacement("", TODAY)})}
    cites = ({"document": "L89-2025", "article": "55.3"},)
    one = replace(some_rule(), cites=cites)

    assert kinds(watch(with_documents(article), [one], TODAY)) == [
        ("document", "parameter", DEADLINE),
        ("document", "rule", "E06"),
    ]
    assert watch(with_documents(other), [one], TODAY) == []


def test_what_is_repealed_beyond_the_days_watched_is_not_said_yet() -> None:
    law = with_documents(repealed("L89-2025", TODAY + timedelta(days=91)))

    assert watch(law, [], TODAY) == []
    assert kinds(watch(law, [], TODAY, within=91)) == [("document", "parameter", DEADLINE)]


def test_what_rests_on_the_replacement_too_or_ends_before_it_is_sound() -> None:
    both = replace(
        some_rule(), cites=({"document": "L83-2015", "article": "53.3"}, {"document": "L89-2025", "article": "55.3"})
    )
    ended = replace(some_rule(), cites=({"document": "L83-2015", "article": "53.3"},), until="2025-12-31")
    still = replace(ended, until="2026-01-01")
    law = with_documents({})

    assert watch(law, [both, ended], TODAY) == []
    (notice,) = watch(law, [still], TODAY)
    assert (notice.kind, notice.day, notice.by) == ("document", date(2026, 1, 1), LAW.documents["L89-2025"])
    assert "(replaced by State Budget Law 89/2025/QH15)" in notice.sentence("en")


def test_a_value_that_is_replaced_soon_is_said_and_one_replaced_long_ago_is_not() -> None:
    law = with_documents({})

    assert kinds(watch(law, [], date(2025, 10, 1))) == []
    (notice,) = watch(law, [], date(2025, 10, 2))
    assert (notice.kind, notice.day) == ("replaced", date(2026, 1, 1))
    assert kinds(watch(law, [], date(2026, 1, 1))) == []


def test_a_value_that_ends_without_another_and_a_rule_that_ends_are_said() -> None:
    parameter = LAW.parameter(DEADLINE)
    last = replace(parameter.entries[-1], until=date(2026, 12, 31))
    ending = Regulations([replace(parameter, entries=(*parameter.entries[:-1], last))], LAW.documents.values())
    notices = watch(ending, [replace(some_rule(), until="2026-12-30")], TODAY)

    assert kinds(notices) == [("ends", "rule", "E06"), ("ends", "parameter", DEADLINE)]
    assert notices[1].day == date(2026, 12, 31)
    assert watch(ending, [], date(2027, 1, 1)) == []


def test_a_value_after_which_nothing_is_known_ends() -> None:
    law = with_documents({}, ("authority.assets",))
    (notice,) = [one for one in watch(law, [], date(2026, 1, 15)) if one.kind != "document"]

    assert (notice.kind, notice.code, notice.day) == ("ends", "authority.assets", date(2026, 2, 1))
    assert [one for one in watch(law, [], date(2026, 3, 1)) if one.kind == "ends"] == []


def test_a_value_that_another_took_the_place_of_for_all_its_days_is_not_looked_at() -> None:
    parameter = LAW.parameter(DEADLINE)
    old = replace(parameter.entries[0], known=date(2015, 1, 1), reviewed=date(2020, 1, 1))
    new = replace(parameter.entries[0], documents=(LAW.documents["L89-2025"],))
    law = Regulations([replace(parameter, entries=(old, new))], LAW.documents.values())
    ended = replace(old, documents=(replace(LAW.documents["L83-2015"], replaced=Replacement("", date(2010, 1, 1))),))
    long_gone = Regulations([replace(parameter, entries=(ended, new))], LAW.documents.values())

    assert watch(law, [], TODAY) == []
    assert watch(long_gone, [], TODAY) == []


def test_a_gap_nobody_has_looked_at_for_more_than_a_year_is_said_too() -> None:
    law = with_documents({}, ("authority.assets",))
    notices = watch(law, [], date(2028, 1, 1))

    assert ("review", "parameter", "authority.assets") in kinds(notices)


def test_a_value_nobody_has_looked_at_for_more_than_a_year_is_said() -> None:
    law = with_documents({})
    reviewed = LAW.parameter(DEADLINE).entries[-1].reviewed
    year = timedelta(days=expiring.REVIEW_DAYS)

    assert watch(law, [], reviewed + year) == []
    assert kinds(watch(law, [], reviewed + year + timedelta(days=1))) == [("review", "parameter", DEADLINE)]


def test_every_notice_has_a_sentence_in_both_languages() -> None:
    for kind in expiring.TEXTS:
        for language in LANGUAGES:
            notice = Notice(kind, "rule", "E06", TODAY, LAW.documents["L83-2015"], LAW.documents["L89-2025"])
            assert "22/11/2026" in notice.sentence(language)


def test_the_shipped_law_data_rest_on_nothing_that_no_longer_holds_today() -> None:
    assert [notice for notice in watch(LAW, [], TODAY, within=0) if notice.kind != "replaced"] == []
