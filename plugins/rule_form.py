"""The form of a rule, read strictly: no rule ships without texts, article, page and cases.

Guarantees: everything that is missing, unknown or wrong in a rule's entry in `plugins/rules/*.yaml` is named, all at
once; a document, a parameter or a case that a rule names exists. Findings of other floors keep the shorter form of
`ledger.findings`.

    E06:
      category: estimates
      severity: error            # error | warning | info
      overridable: false         # may a document let it pass?
      since: "2025-01-01"        # from when this registry knew it
      effective: "2026-01-01"    # first day of what is judged; left out: always
      until: "2026-12-31"        # last such day, only where the law itself ends
      article: {vi: …, en: …}
      cites: [{document: L89-2025, article: "55.3"}]   # none only for rules of the book's own making
      confidence: "VERIFIED(S1,S3)"
      title, message, fix: {vi: …, en: …}
      page:
        why, formula, exclusions: {vi: …, en: …}
        example: E06-fail-2026   # the case that is shown
        parameters: [estimates.adjustment_deadline]
        command: "party-ledger check BOOK --unit UNIT"
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from ledger import strict_yaml
from ledger.findings import LANGUAGES, CatalogueError, Entry, Language, is_day
from ledger.regulations import Parameter, Regulations, shipped
from plugins import casebook, page_example, rule

TEXTS = ("article", "title", "message", "fix")
PAGE_TEXTS = ("why", "formula", "exclusions")
NEEDED = frozenset({"category", "severity", "overridable", "since", "cites", "confidence", "page", *TEXTS})
OPTIONAL = frozenset({"effective", "until", "blocks_from"})
PAGE = frozenset({*PAGE_TEXTS, "example", "parameters", "command"})
CITE = frozenset({"document", "article"})
OUTCOMES = ("fail", "pass", "boundary")
"""What every rule has a case of; the name of a case folder says which."""
AROUND = ("before", "after")
"""What a rule has cases of besides, where a day of law divides its judgements."""
FIRST_DAY = date(2025, 1, 1)
"""Books begin here: a value that began earlier has no day before it in any book."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a rule's page says besides its texts."""

    why: Mapping[Language, str]
    formula: Mapping[Language, str]
    exclusions: Mapping[Language, str]
    example: str
    """Name of a case folder."""
    parameters: tuple[str, ...]
    """Keys of the regulations that it asks."""
    command: str


def page(entry: Entry) -> Page:
    """The page of a rule.

    Raises:
        CatalogueError: it has none, or one that is not of its form; the sentence names code and key.
    """
    wrong = list(_page_problems(entry.page))
    if wrong or entry.page is None:
        raise CatalogueError(f"{entry.code}: {'; '.join(wrong)}")
    return Page(**{**entry.page, "parameters": tuple(entry.page["parameters"])})


def problems(entry: Entry, law: Regulations | None = None) -> list[str]:
    """Everything that is missing or wrong in a rule; empty: it may ship."""
    law = law or shipped()
    raw = written()[entry.code]
    found = [
        f"key missing or unknown: {key}" for key in sorted((NEEDED - raw.keys()) | (raw.keys() - NEEDED - OPTIONAL))
    ]
    found += _entry_problems(raw)
    found += _cite_problems(raw.get("cites", []), law)
    found += _page_problems(entry.page)
    if not found:
        found += _named_problems(entry, law)
    return found


def dated(entry: Entry, law: Regulations) -> bool:
    """Whether a day of law divides what the rule judges: its own first or last day, or a change of a parameter."""
    keys = entry.page["parameters"] if entry.page else ()
    return bool(entry.effective or entry.until or any(changes(law.parameter(key)) for key in keys if key in law))


def changes(parameter: Parameter) -> tuple[date, ...]:
    """The days within the life of a book on which the value of a parameter begins or becomes another."""
    days = [
        after.in_force
        for before, after in pairwise(parameter.entries)
        if (before.value, before.rows) != (after.value, after.rows)
    ]
    first = parameter.entries[0].in_force if parameter.entries else FIRST_DAY
    return tuple(day for day in ([first, *days] if first > FIRST_DAY else days) if day >= FIRST_DAY)


def cases(code: str, outcome: str) -> list[Path]:
    """The cases of a rule for one outcome: its word stands in the name, `E02-fail-cut`, `E02-pass-boundary`."""
    word = re.compile(rf"{code}-(?:.*-)?{outcome}(?:-.*)?")
    return [folder for folder in casebook.folders(code) if word.fullmatch(folder.name)]


@cache
def written() -> Mapping[str, Mapping[str, Any]]:
    """Every rule as it is written, by code."""
    return {code: raw for path in rule.CATALOGUES for code, raw in strict_yaml.read(path.read_text("utf-8")).items()}


def _entry_problems(raw: Mapping[str, Any]) -> Iterator[str]:
    for key in TEXTS:
        if key in raw and not _is_text(raw[key]):
            yield f"{key} needs a text in vi and in en"
    for key in ("since", *OPTIONAL):
        if key in raw and not is_day(raw[key]):
            yield f"{key} is no ISO day in quotes"
    if raw.get("category") not in page_example.words()["categories"]:
        yield f"no title for the category {raw.get('category')} in plugins/page_words.yaml"
    if not isinstance(raw.get("overridable"), bool):
        yield "overridable is neither true nor false"
    if not isinstance(raw.get("confidence"), str) or not raw.get("confidence"):
        yield "confidence is not a text"


def _cite_problems(cites: object, law: Regulations) -> Iterator[str]:
    if not isinstance(cites, list):
        yield "cites is not a list"
        return
    for cite in cites:
        if not isinstance(cite, dict) or cite.keys() != CITE or not all(isinstance(v, str) for v in cite.values()):
            yield f"a citation has a document and an article, both texts: {cite}"
        elif cite["document"] not in law.documents:
            yield f"no document {cite['document']} in ledger/regulations/documents"


def _page_problems(raw: object) -> Iterator[str]:
    if not isinstance(raw, dict):
        yield "page is missing"
        return
    for key in sorted(PAGE ^ raw.keys()):
        yield f"page: key missing or unknown: {key}"
    for key in PAGE_TEXTS:
        if key in raw and not _is_text(raw[key]):
            yield f"page: {key} needs a text in vi and in en"
    for key in ("example", "command"):
        if key in raw and not (isinstance(raw[key], str) and raw[key]):
            yield f"page: {key} is not a text"
    keys = raw.get("parameters", [])
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        yield "page: parameters is not a list of keys"


def _named_problems(entry: Entry, law: Regulations) -> Iterator[str]:
    """Parameters and cases that the rule names or needs."""
    told = page(entry)
    for key in told.parameters:
        if key not in law:
            yield f"page: no regulation has the key {key}"
    if told.example not in {folder.name for folder in casebook.folders(entry.code)}:
        yield f"page: no case {told.example} of this rule"
    elif entry.code not in casebook.codes_in(casebook.expected_text(casebook.FOLDER / told.example)):
        yield f"page: the case {told.example} has no finding of this rule"
    if not told.command.startswith("party-ledger "):
        yield "page: command is no command of this program"
    wanted = (*OUTCOMES, *AROUND) if dated(entry, law) else OUTCOMES
    for outcome in wanted:
        if not cases(entry.code, outcome):
            yield f"no case {entry.code}-{outcome}"


def _is_text(raw: object) -> bool:
    return (
        isinstance(raw, dict) and raw.keys() == set(LANGUAGES) and all(isinstance(t, str) and t for t in raw.values())
    )
