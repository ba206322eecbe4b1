"""Watch over expiry: values that end soon, documents that no longer hold, values nobody has looked at for a year.

Guarantees: a value or a rule that still counts on days after its document (or the very article) was replaced is named,
unless it rests on the replacement too; nothing is changed. Pure: (law data, rules, day) → notices.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from ledger.findings import Entry as Rule
from ledger.findings import Language
from ledger.regulations import Document, Entry, Parameter, Regulations, Replacement
from ledger.texts import text
from ledger.vietnamese import date_vi

WITHIN = 90
"""Days ahead that are watched."""
REVIEW_DAYS = 365
"""A value is looked at again within so many days."""
_ARTICLE = re.compile(r"[0-9]+(?:\.[0-9]+)*(?:\([^)]+\))?")

TEXTS = {
    "ends": "ends on {day}; nothing is known for the days after it",
    "replaced": "is replaced from {day}",
    "document": "rests on {document}, which no longer holds from {day}{by}",
    "review": "was last looked at on {day}, more than a year ago",
}


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to look at."""

    kind: str
    """ends, replaced, document or review."""
    of: str
    """`parameter` or `rule`."""
    code: str
    """Key of the parameter or code of the rule."""
    day: date
    """Last day of a value that ends; first day of its replacement; first day without the document; day of review."""
    document: Document | None = None
    by: Document | None = None
    """What replaced the document, where that is known."""

    def sentence(self, language: Language) -> str:
        """What people read."""
        by = ""
        if self.by is not None:
            by = text(" (replaced by {document})", language).format(document=self.by.name(language))
        name = self.document.name(language) if self.document else ""
        return text(TEXTS[self.kind], language).format(day=date_vi(self.day), document=name, by=by)


def watch(law: Regulations, rules: Iterable[Rule], on: date, within: int = WITHIN) -> list[Notice]:
    """What must be looked at, by day.

    Args:
        law: the law data, a province's own included.
        rules: the catalogue of rules.
        on: the day of the question.
        within: how many days ahead.
    """
    until = on + timedelta(days=within)
    found = [notice for parameter in law for notice in _of_parameter(law, parameter, on, until)]
    found += [notice for rule in rules for notice in _of_rule(law, rule, on, until)]
    return sorted(found, key=lambda notice: (notice.day, notice.of, notice.code, notice.kind))


def _of_parameter(law: Regulations, parameter: Parameter, on: date, until: date) -> Iterator[Notice]:
    for entry in parameter.entries:
        last = parameter.last_day(entry)
        if last is not None and last < entry.in_force:
            continue
        yield from _outlived(law, parameter, entry, last, until)
        if entry.in_force > on or (last is not None and last < on):
            continue
        if last is not None and last <= until:
            after = parameter.entry(last + timedelta(days=1), None)
            if after is None or after.empty:
                yield Notice("ends", "parameter", parameter.key, last)
            else:
                yield Notice("replaced", "parameter", parameter.key, after.in_force)
        if entry.reviewed + timedelta(days=REVIEW_DAYS) < on:
            yield Notice("review", "parameter", parameter.key, entry.reviewed)


def _outlived(law: Regulations, parameter: Parameter, entry: Entry, last: date | None, until: date) -> Iterator[Notice]:
    codes = {document.code for document in entry.documents}
    articles = _ARTICLE.findall(entry.article["en"]) if entry.article else []
    for document in entry.documents:
        end = _first(document.ended(article) for article in articles or [""])
        if end is not None and end.on <= until and (last is None or last >= end.on) and end.by not in codes:
            yield _without(law.documents, "parameter", parameter.key, document, end)


def _of_rule(law: Regulations, rule: Rule, on: date, until: date) -> Iterator[Notice]:
    last = date.fromisoformat(rule.until) if rule.until else None
    if last is not None and on <= last <= until:
        yield Notice("ends", "rule", rule.code, last)
    codes = {cite["document"] for cite in rule.cites}
    for cite in rule.cites:
        document = law.documents.get(cite["document"])
        end = document.ended(str(cite.get("article") or "")) if document is not None else None
        if document is None or end is None or end.on > until or end.by in codes:
            continue
        if last is None or last >= end.on:
            yield _without(law.documents, "rule", rule.code, document, end)


def _without(documents: Mapping[str, Document], of: str, code: str, document: Document, end: Replacement) -> Notice:
    return Notice("document", of, code, end.on, document, documents.get(end.by))


def _first(ends: Iterable[Replacement | None]) -> Replacement | None:
    return min((end for end in ends if end is not None), key=lambda end: end.on, default=None)
