"""What a form wants in each column and what it refuses there, said by the same declarations that do the checking.

Guarantees: a wrong example stands in the guidance only if the cell's own reader refuses it, under the code that the
reader gives and with the remedy of that code; a new kind of code or a new word shows up here by itself. What is
checked after reading (by the form, by the rules) is listed by code from the same catalogues.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from importers import limits
from importers.cells import NUMBER_CHARACTERS, Bad, read_cell
from importers.cleaning import visible
from importers.judging import catalogue
from importers.layouts import CODE_FORMS, CODE_SAMPLES, Column, Layout
from importers.problems import shown
from importers.tables import Cell, Odd
from ledger.findings import Entry, Finding, Language
from ledger.texts import text
from plugins import rule

WRONG: dict[str, tuple[Cell, ...]] = {
    "number": ("PC*015", "=A1", "P" * (NUMBER_CHARACTERS + 1), date(2026, 2, 1)),
    "text": ("a < b", date(2026, 2, 1)),
    "code": ("6501 - Điện", "65.01", "x", "9" * 21, date(2026, 2, 1)),
    "amount": ("1,234,567", "1.234.567,50", "(1.234.567)", "12.34.567", "một triệu", "9" * 16, Odd("F33", "1234567.5")),
    "count": ("-3", "4,5", "bốn", Odd("F33", "4.5")),
    "litres": ("18.5", "18,555", "1.234", "18 lít", Odd("F33", "18.555")),
    "date": ("03/25/2026", "05/03/26", "31/02/2026", "5-Mar-2026", 46086),
    "month": ("13/2026", "3/26", "2026", date(2026, 3, 15)),
    "year": ("26", "2o26", "1999"),
    "word": ("abc", "1"),
}
"""Cells that people write by mistake, by kind of column; only those that are refused are shown."""

OF_ANY_KIND = (Odd("F23", "#REF!"), Odd("F24", "TRUE"))
"""Cells of a workbook that no column takes."""

NOT_CLEAN = (("F17", "x" * (limits.CELL_CHARACTERS + 1)), ("F18", "dòng 1\ndòng 2"))
"""Texts that are refused in every column before any reader sees them."""

MOST_EXAMPLES, MOST_SHOWN = 4, 25

HOW = {
    "number": "letters, digits and - / . _ ( ), at most {most} characters",
    "text": "one line of text, at most {most} characters, without < and >",
    "amount": "whole đồng: 1.234.567 or 1234567, a minus sign in front of a negative amount",
    "count": "a whole number, not below 0",
    "litres": "a number with a decimal comma and at most two decimals",
    "date": "day/month/year with four digits: 05/03/2026",
    "month": "month/year: 03/2026",
    "year": "four digits: 2026",
    "word": "one of the words of the list",
}
"""How a kind of cell is written (English text)."""

ROWS_TOGETHER = {
    "vouchers": "F32 F40 F41 F42 F43 F44",
    "estimates": "F32 F44 F68 F69 F71 F72 F73 F74 F75 F76 F77 F78 F79 F84",
    "opening": "F44 F80 F81 F82",
    "events": "G01 G02 G03 G04 G05 G06 G11",
    "trips": "G01 G02 G03 G04 G06 G12 G13 G14 G15 G16",
    "dues": "G01 G05 G21 G22 G23 G24 G25 G26 G27 G28 G29 G30 G31 G32",
    "treasury": "G01 G05 G41 G42 G43 G44 G45 G46 G47 G48 G49",
    "commitments": "G03 G04 G71 G72 G73 G74 G75 G76 G77 G78 G79 E12 E13 E14",
    "carryover": "G01 G83 G84 G85 G86 G87 G88 E19 E20",
    "requests": "G91 G92 G93 G94 G95 G96 G97",
    "assets": "G01 G47 G60 G61 G62 G63 G64 G65 G66 G67 G68 G69 G70",
}
"""Form → codes of what is checked between the cells of a row, between rows, and with the books."""

RULES = {"vouchers": "AEINPV", "estimates": "E", "opening": "AV", "requests": "Q", "dues": "D"}
"""Form → families of rules that its rows are judged by."""

_DIGITS = re.compile(r"\[0-9\]\{(\d+)(?:,(\d+))?\}")


@dataclass(frozen=True, slots=True)
class Refused:
    """One code that a column can get."""

    examples: tuple[Cell, ...]
    """Cells that get it; "" is an empty one."""
    code: str
    title: str
    fix: str


@dataclass(frozen=True, slots=True)
class Guide:
    """What there is to know of one column."""

    column: Column
    title: str
    """Heading in the reader's language."""
    needed: str
    help: str
    how: str
    refused: tuple[Refused, ...]


def guides(layout: Layout, language: Language) -> list[Guide]:
    """The columns of a form, in its order."""
    return [
        Guide(
            column=column,
            title=title(column, language),
            needed=needed(column, language),
            help=column.help_vi if language == "vi" else column.help_en,
            how=how(column, language),
            refused=tuple(_refused(column, language)),
        )
        for column in layout.columns
    ]


def title(column: Column, language: Language) -> str:
    """The column's heading in a template."""
    return column.vi if language == "vi" else column.key


def words(column: Column, language: Language) -> list[str]:
    """What may stand in a column of words."""
    return list(column.words) if language == "vi" else list(column.words.values())


def needed(column: Column, language: Language) -> str:
    """Whether the column and its cells must be filled."""
    if not column.required:
        return text("as it applies", language)
    return text("the column must be there", language) if column.may_be_empty else text("required", language)


def how(column: Column, language: Language) -> str:
    """How a cell is written, from what its reader accepts."""
    if column.kind == "word":
        return text("one of:", language) + " " + " · ".join(words(column, language))
    if column.kind == "code":
        return _code(column, language)
    most = {"number": NUMBER_CHARACTERS, "text": limits.CELL_CHARACTERS}.get(column.kind, 0)
    return text(HOW[column.kind], language).format(most=most) if most else text(HOW[column.kind], language)


def wrong_cells(column: Column) -> Iterator[tuple[Cell, Bad]]:
    """Cells that the column's reader refuses, with its answer."""
    for cell in (*WRONG.get(column.kind, ()), *OF_ANY_KIND):
        found = read_cell(cell, column)
        if isinstance(found, Bad):
            yield cell, found


def every_column(language: Language) -> list[Refused]:
    """What no column takes."""
    found: list[tuple[str, Cell]] = [*NOT_CLEAN, *((cell.code, cell) for cell in OF_ANY_KIND)]
    return [_refusal(code, (cell,), "", "", language) for code, cell in found]


def whole_file(layout: Layout) -> list[Entry]:
    """What a file as a whole is refused for, before its cells are looked at."""
    of_cells = {bad.code for column in layout.columns for _, bad in wrong_cells(column)}
    return [entry for entry in catalogue() if entry.category == "reading" and entry.code not in of_cells]


def afterwards(layout: Layout) -> list[Entry]:
    """What is checked once every cell can be read: rows and documents together, and the rules."""
    own, families = ROWS_TOGETHER[layout.form].split(), RULES.get(layout.form, "")
    rules = [entry.code for entry in rule.catalogue() if entry.code[0] in families]
    return [catalogue()[code] for code in (*own, *rules)]


def remedy(entry: Entry, language: Language) -> str:
    """The remedy of a code, if it needs no figures of a finding."""
    fix = entry.fix[language]
    return "" if any(name for _, name, _, _ in string.Formatter().parse(fix)) else fix


def as_text(layout: Layout, language: Language) -> str:
    """The guidance as plain text, for a terminal or beside a CSV template."""
    name = layout.vi if language == "vi" else layout.en
    lines = [f"{name} ({layout.mark})", ""]
    for guide in guides(layout, language):
        lines += [f"{guide.title} — {guide.needed}", f"    {guide.help}", f"    {guide.how}"]
        lines += [f"    {text('Example', language)}: {guide.column.sample}"] if guide.column.sample else []
        lines += [f"    ✗ {one.code}  {refused_as(one, language)}: {one.title}" for one in guide.refused]
        lines.append("")
    lines += [text("Every column", language)]
    lines += [f"    ✗ {one.code}  {refused_as(one, language)}: {one.title}" for one in every_column(language)]
    lines.append("")
    for heading_, entries in (
        ("The file as a whole is refused for", whole_file(layout)),
        ("Checked once every cell can be read", afterwards(layout)),
    ):
        lines += [text(heading_, language), *(f"    {e.code}  {e.title[language]}" for e in entries), ""]
    return "\n".join(lines)


def refused_as(one: Refused, language: Language) -> str:
    """The examples of a refusal in a line."""
    return "  ·  ".join(example(cell, language) for cell in one.examples[:MOST_EXAMPLES])


def example(cell: Cell, language: Language) -> str:
    """A wrong cell as a reader recognises it."""
    if cell == "":
        return text("(empty)", language)
    if isinstance(cell, date):
        return text("a cell that the spreadsheet holds as the day {day}", language).format(day=shown(cell))
    if isinstance(cell, int):
        return text("the number {number}, not formatted as a day", language).format(number=cell)
    return _short(shown(cell))


def _refused(column: Column, language: Language) -> Iterator[Refused]:
    """Every code that filling the column wrongly is known to give, an empty cell first."""
    by_code: dict[str, list[tuple[Cell, Bad]]] = {}
    if column.required and not column.may_be_empty:
        by_code["F30"] = [("", Bad("F30"))]
    for cell, bad in wrong_cells(column):
        if cell not in OF_ANY_KIND:
            by_code.setdefault(bad.code, []).append((cell, bad))
    for code, found in by_code.items():
        examples = tuple(cell for cell, _ in found)
        expected = ", ".join(words(column, language)) if code == column.unknown else found[0][1].expected
        yield _refusal(code, examples, title(column, language), expected, language)


def _refusal(code: str, examples: tuple[Cell, ...], column: str, expected: str, language: Language) -> Refused:
    finding = Finding(code, column=column, value=str(examples[0]), expected=expected)
    return Refused(examples, code, catalogue()[code].title[language], catalogue().fix(finding, language))


def _code(column: Column, language: Language) -> str:
    """A code's form in words, from the expression that checks it."""
    digits = _DIGITS.fullmatch(CODE_FORMS[column.code].pattern)
    sample = CODE_SAMPLES[column.code]
    if digits is None:
        return text("a code such as {sample}", language).format(sample=sample)
    least, most = digits[1], digits[2]
    sentence = text(
        "{least} to {most} digits, such as {sample}" if most else "{least} digits, such as {sample}", language
    )
    return sentence.format(least=least, most=most, sample=sample)


def _short(cell: Cell) -> str:
    written = visible(shown(cell))
    return written if len(written) <= MOST_SHOWN else f"{written[:12]}…"
