"""The rules' pages: every rule in one form, as a chapter of the manual in Vietnamese and English (Markdown).

Guarantees: a page is made from the rule's own texts, the regulations and its cases, and from nothing else, so that it
cannot say what the program does not do; both languages have the same pages in the same order; the same program gives
the same bytes.

    party-ledger rules manual --lang vi -o docs/vi/quy-tac.md
"""

from __future__ import annotations

from collections.abc import Iterator

from ledger.findings import Entry, Language
from ledger.regulations import Entry as Value
from ledger.regulations import Parameter, Regulations, Row, shipped
from ledger.vietnamese import date_vi
from plugins import casebook, law_words, page_example, rule
from plugins.page_example import words
from plugins.rule_form import Page, cases, page

CHAPTERS: dict[Language, str] = {"vi": "docs/vi/quy-tac.md", "en": "docs/en/rules.md"}
"""Where the chapters stand in the repository."""

_PRECISE = ("boundary", "before", "after", "fail", "pass")
"""What a case shows, the most telling first."""
_MARKS = {
    "read": ("VERIFIED(", "VERIFIED-L", "VERIFIED-N"),
    "secondary": ("VERIFIED-S", "secondary", "grade C"),
    "practice": ("practice",),
    "own": ("rule of the book", "rule of this", "design of this", "this book's own"),
    "unverified": ("unverified", "MEMORY", "NOT FOUND", "not seen", "not read", "not collected", "not looked"),
}
"""Words of the reference's marks, by what they mean to a reader."""
_FEW_ROWS = 12
"""Rows of a table of the regulations that are shown; of a longer one, how many it has."""


def chapter(language: Language) -> str:
    """The whole chapter: an introduction, the list of the rules, and a page of each, family by family.

    Raises:
        CatalogueError: a rule has no page of its form.
        RuleFailedError: a rule could not be run on its example.
    """
    families = _families()
    lines = [f"# {words()['title'][language]}", ""]
    for sentence in words()["introduction"]:
        lines += [sentence[language], ""]
    lines += [*_list(families, language), ""]
    for title, entries in families:
        lines += [f"## {title[language]}", ""]
        for entry in entries:
            lines += [*rule_page(entry, language), ""]
    return "\n".join(_single(lines)).rstrip("\n") + "\n"


def rule_page(entry: Entry, language: Language, law: Regulations | None = None) -> Iterator[str]:
    """The page of one rule, line by line.

    Args:
        entry: of the catalogue.
        language: of the page.
        law: the regulations whose values are shown; None: the shipped ones.
    """
    told = page(entry)
    yield f"### {entry.code} · {entry.title[language]}"
    yield ""
    yield f"*{_standing(entry, language)}*"
    yield ""
    for label, said in _paragraphs(entry, told, language):
        yield f"**{_label(label, language)}** {said}"
        yield ""
    yield from _values(told, law or shipped(), language)
    first, *rest = page_example.example(told.example, entry.code, language)
    yield f"**{_label('example', language)}** {first}"
    yield from rest
    yield f"**{_label('fix', language)}** {_remedy(entry, told, language)}"
    yield ""
    yield f"**{_label('command', language)}** `{told.command}`"
    yield ""
    yield f"**{_label('cases', language)}** {_cases(entry, language)}"


def _families() -> list[tuple[dict[Language, str], list[Entry]]]:
    """The families in the order of the words' file, each with its rules by code."""
    categories = words()["categories"]
    entries = sorted(rule.catalogue(), key=lambda entry: entry.code)
    found = [(title, [entry for entry in entries if entry.category == name]) for name, title in categories.items()]
    return [(title, own) for title, own in found if own]


def _list(families: list[tuple[dict[Language, str], list[Entry]]], language: Language) -> Iterator[str]:
    yield f"| {_label('code', language)} | {_label('found', language)} | {_label('weight', language)} |"
    yield "| --- | --- | --- |"
    for _, entries in families:
        for entry in entries:
            yield f"| {entry.code} | {entry.title[language]} | {_severity(entry, language)} |"


def _paragraphs(entry: Entry, told: Page, language: Language) -> Iterator[tuple[str, str]]:
    yield "why", told.why[language]
    yield "article", f"{entry.article[language]}. {_cited(entry, language)}{_trust(entry.confidence, language)}"
    yield "formula", told.formula[language]
    yield "exclusions", told.exclusions[language]


def _standing(entry: Entry, language: Language) -> str:
    """Weight, whether a document may let it pass, and from when to when it holds."""
    parts = [_severity(entry, language)]
    if entry.severity == "error":
        parts.append(_label("overridable" if entry.overridable else "final", language))
    if entry.effective:
        parts.append(_label("effective", language).format(day=date_vi(entry.effective)))
    if entry.until:
        parts.append(_label("until", language).format(day=date_vi(entry.until)))
    parts.append(_label("since", language).format(day=date_vi(entry.since)))
    return _sentence(" · ".join(parts))


def _severity(entry: Entry, language: Language) -> str:
    return _label(entry.severity, language)


def _cited(entry: Entry, language: Language) -> str:
    """Which of the cited documents were replaced, by what and when."""
    documents, said = shipped().documents, ""
    for code in dict.fromkeys(cite["document"] for cite in entry.cites):
        ended = documents[code].replaced
        if ended is not None and ended.by:
            sentence = _label("replaced", language)
            names = (documents[code].name(language), documents[ended.by].name(language))
            said += sentence.format(document=names[0], by=names[1], day=date_vi(ended.on.isoformat())) + " "
    return said


def _trust(mark: str, language: Language) -> str:
    """How far the sources were checked, in words: everything that the reference's marks say, the best first."""
    found = [name for name, signs in _MARKS.items() if any(sign in mark for sign in signs)]
    if "grade C" in mark:
        found.remove("read")
    if "unverified" in found and len(found) > 1:
        found = [name.replace("unverified", "partly") for name in found]
    said = ", ".join(_label(name, language) for name in found or ["unverified"])
    return _label("checked", language).format(how=said)


def _values(told: Page, law: Regulations, language: Language) -> Iterator[str]:
    """The parameters that the rule asks, each with its dated values."""
    if not told.parameters:
        return
    yield f"**{_label('values', language)}**"
    yield ""
    for key in told.parameters:
        parameter = law.parameter(key)
        yield f"- {parameter.title[language]} (`{key}`)"
        if parameter.missing:
            yield f"  - {_label('missing', language)} {parameter.missing[language]}"
        rows: tuple[Row, ...] = ()
        for entry in parameter.entries:
            yield from _value(parameter, entry, rows, language)
            rows = entry.rows
    yield ""


def _value(parameter: Parameter, entry: Value, before: tuple[Row, ...], language: Language) -> Iterator[str]:
    """One dated value: the figure, from when to when, where it stands and how far it was checked.

    The rows of a table follow, unless they are those of the value before.
    """
    said = law_words.value(parameter, entry, language)
    trust = "" if entry.doubts(language) else f" ({law_words.marks(entry, language)})"
    yield f"  - **{said}** · {law_words.span(parameter, entry, language)} · {entry.citation(language)}{trust}"
    if entry.rows and entry.rows == before:
        yield f"    - {_label('same', language)}"
    elif entry.rows and len(parameter.columns) == 1:
        yield f"    - {', '.join(_row(parameter, row, language).partition(': ')[2] for row in entry.rows)}"
    elif 0 < len(entry.rows) <= _FEW_ROWS:
        for row in entry.rows:
            yield f"    - {_row(parameter, row, language)}"


def _row(parameter: Parameter, row: Row, language: Language) -> str:
    """A row of a table as people read it; empty cells are left out.

    Where rows have titles in both languages, their number and title say all; the other cells are codes for the rules.
    """
    columns = parameter.columns
    title = f"title_{language}"
    if title in columns:
        return " · ".join(str(row[name]) for name in ("number", title) if name in columns)
    return "; ".join(
        f"{law_words.heading(parameter, name, language)}: {_row_cell(name, kind, row[name], language)}"
        for name, kind in columns.items()
        if row[name] != ""
    )


def _row_cell(name: str, kind: str, value: int | str, language: Language) -> str:
    return page_example.cell(name, value, language) if isinstance(value, str) else law_words.cell(kind, value)


def _remedy(entry: Entry, told: Page, language: Language) -> str:
    """How to mend the example."""
    found = page_example.findings(casebook.FOLDER / told.example, entry.code)
    return rule.catalogue().fix(found[0], language) if found else entry.fix[language]


def _cases(entry: Entry, language: Language) -> str:
    """The names of the rule's cases, by what they show; one that shows two things stands once."""
    kinds = {folder.name: kind for kind in reversed(_PRECISE) for folder in cases(entry.code, kind)}
    told = (
        (kind, [f"`{name}`" for name, own in sorted(kinds.items()) if own == kind])
        for kind in ("fail", "pass", "boundary", "before", "after")
    )
    return _sentence("; ".join(f"{_label(kind, language)} {', '.join(names)}" for kind, names in told if names))


def _label(name: str, language: Language) -> str:
    said: str = words()["labels"][name][language]
    return said


def _sentence(said: str) -> str:
    return f"{said[0].upper()}{said[1:]}."


def _single(lines: list[str]) -> Iterator[str]:
    """The lines with never more than one empty line in a row."""
    before = None
    for line in lines:
        if line or before:
            yield line
        before = line
