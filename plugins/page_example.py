"""The worked example of a rule's page: the files of its case as small tables, and what the rule says of them.

Guarantees: what is shown is what the case's files hold and what the rule answers when the page is made, nothing is
written down a second time; columns that are empty are left out, and what is the same in every row stands once above
the table, so that the tables stay narrow.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ledger import records, strict_yaml
from ledger.findings import Finding, Language, is_day
from ledger.vietnamese import date_vi
from plugins import case_files, casebook, rule

ABOVE = ("unit", "period", "source", "clause", "programme", "budget_year", "assigning_unit")
"""Columns that stand above the table where every row has the same."""
PEOPLE = ("recorded_by", "content_by", "paid_by")
WIDE = 10
"""From so many columns on others stand above it, too, where every row has the same."""

_WORDS = Path(__file__).with_name("page_words.yaml")
_NUMBERS = frozenset({"amount", "row", *(name for names in records.NUMBERS.values() for name in names)})
_MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9:]{8})[+][0-9:]+")
_COLUMNS = {
    "estimates.csv": case_files.DECISIONS,
    "events.csv": case_files.EVENTS,
    "vouchers.csv": case_files.VOUCHERS,
}
"""Files whose headings are Vietnamese; those of a register are named as the register names them."""


@cache
def words() -> Mapping[str, Any]:
    """Titles, headings and words of the pages in both languages."""
    read: dict[str, Any] = strict_yaml.read(_WORDS.read_text("utf-8"))
    return read


def example(name: str, code: str, language: Language) -> list[str]:
    """The lines of a rule's worked example, in Markdown.

    Args:
        name: the case folder.
        code: the rule.
        language: of headings, words and findings; descriptions stay as the accountant wrote them.
    """
    folder = casebook.FOLDER / name
    lines = [about(folder, language), ""]
    for file, title in words()["files"].items():
        path = folder / file
        if path.exists() and _read(path):
            lines += [*table(path, title[language], language), ""]
    today = case_files.today(folder, casebook.TODAY)
    labels, found = words()["labels"], findings(folder, code)
    lines += [labels["today"][language].format(day=date_vi(today)), ""]
    answers = [_answer(finding, language) for finding in found] or [labels["silent"][language]]
    return [*lines, *"\n>\n".join(f"> {answer}" for answer in answers).split("\n"), ""]


def about(folder: Path, language: Language) -> str:
    """What a case shows, in one sentence."""
    first, _, rest = (folder / "about.md").read_text("utf-8").partition("\n")
    said = first.partition(" ")[2].partition(" ")[2] if language == "vi" else " ".join(rest.split())
    return said if said.endswith(".") else f"{said}."


@cache
def findings(folder: Path, code: str) -> tuple[Finding, ...]:
    """What the rule alone says of a case; asked once, for both languages."""
    return tuple(rule.run(casebook.context_of(folder), [code]).findings)


def table(path: Path, title: str, language: Language) -> Iterator[str]:
    """A file of a case as a Markdown table with a line above it."""
    rows = [{_key(path, name): cell for name, cell in row.items()} for row in _read(path)]
    filled = [key for key in (rows[0] if rows else {}) if any(row[key] for row in rows)]
    filled = [key for key in filled if key != "row"]
    same = [key for key in filled if len({row[key] for row in rows}) == 1]
    above = [key for key in filled if key in same and key in (*ABOVE, *PEOPLE)]
    for key in sorted(same, key=_NUMBERS.__contains__):
        if len(filled) - len(above) > WIDE and key not in above:
            above.append(key)
    shown = [key for key in filled if key not in above]
    told = ", ".join(f"{_lowered(_heading(key, language))} {cell(key, rows[0][key], language)}" for key in above)
    yield f"*{title}{': ' if told else ''}{told}*"
    yield ""
    own = {_key(path, name): name for name in _headings(path)} if language == "vi" and path.name in _COLUMNS else {}
    yield _line(own.get(key) or _heading(key, language) for key in shown)
    yield _line("---:" if key in _NUMBERS else "---" for key in shown)
    for row in rows:
        yield _line(cell(key, row[key], language) for key in shown)


def _heading(key: str, language: Language) -> str:
    """How a column of a case's file is called."""
    said: str = words()["columns"][key][language]
    return said


def cell(key: str, value: str, language: Language) -> str:
    """A cell as people read it: moments and days, words of the forms, and what the registers keep as codes."""
    moment = _MOMENT.fullmatch(value)
    if moment:
        return f"{date_vi(moment[1])} {moment[2]}"
    if is_day(value):
        return date_vi(value)
    code = words()["codes"].get(key, {}).get(value)
    word: str = code[language] if code else value if language == "vi" else words()["words"].get(value, value)
    return word.replace("|", "/")


def _answer(finding: Finding, language: Language) -> str:
    said = rule.catalogue().message(finding, language)
    voucher = "" if finding.voucher in said else finding.voucher
    return f"{', '.join(part for part in (finding.unit, finding.period, voucher) if part)}: {said}"


def _read(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8")), delimiter=";"))


def _headings(path: Path) -> list[str]:
    return path.read_text("utf-8").partition("\n")[0].split(";")


def _key(path: Path, heading: str) -> str:
    """The name of a column, whichever form the file has."""
    return _COLUMNS.get(path.name, case_files.SLOT).get(heading, heading)


def _lowered(heading: str) -> str:
    return f"{heading[0].lower()}{heading[1:]}"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
