"""A template as a workbook: the sheet to fill in, the guidance, and a filled example.

Guarantees: columns of codes, numbers and words are text, so that no leading zero is lost and no code becomes a day;
columns of words offer their words; each heading explains itself; the example stands too deep in its sheet to be read
in place of the data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from importers import guidance, limits, pages, template
from importers.guidance import Guide, Refused
from importers.layouts import Column, Layout
from importers.pages import BOX, CELL, CODE, LABEL, PLAIN, REMARK, SECTION, TITLE, Look, Page, add
from importers.problems import SEVERITIES
from ledger.findings import Entry, Language
from ledger.texts import text

FORMATS = {"amount": pages.MONEY, "count": pages.MONEY, "date": pages.DAY}
"""How a column of a kind shows what is typed into it; every other one is text."""

GUIDE_WIDTHS = (20, 14, 44, 34, 20, 44, 9, 54)

WIDTHS = {"text": 34, "amount": 17, "date": 13, "word": 20, "number": 15, "month": 11, "year": 11, "litres": 11}

_BORN = "2025-01-01"
_FILL_IN = PatternFill("solid", fgColor="FFF9E5")
_MUST = PatternFill("solid", fgColor="8B1A1A")
_GUIDE_TITLES = (
    "Column",
    "Needed",
    "What to fill in",
    "How it is written",
    "Example",
    "Refused, for example",
    "Code of problem",
    "How to mend it",
)
_STEPS = (
    "This sheet is only to look at; it is not read.",
    "1. Fill in the first sheet: one row for each line of the document, no empty rows, no row of totals.",
    "2. Columns marked * must be filled in every row; a column that you do not need may be deleted.",
    "3. Columns may stand in another order; columns of your own may be added and are not read.",
    "4. Write how many rows there are, and the sum where asked, above the table: a truncated file is noticed then.",
    "5. Paste values only (Paste Special): formulas without a result are refused.",
    "6. Save as an Excel workbook (*.xlsx) or CSV UTF-8 (*.csv) and hand the file in.",
    "7. If the file is refused, everything that is wrong is shown at once, with the cell and the remedy.",
)


def workbook(layout: Layout, language: Language) -> bytes:
    """The workbook's bytes."""
    guides = guidance.guides(layout, language)
    book = pages.empty()
    first = book.create_sheet(_sheet_name(layout, language))
    _guidance(book.create_sheet(text("Guidance", language)), layout, guides, language)
    _example(book.create_sheet(text("Example", language)), layout, language)
    words = _word_lists(book.create_sheet(text("Word lists", language)), layout, language)
    _to_fill_in(first, layout, guides, words, language)
    book.active = 0
    return pages.saved(book, _BORN)


def _sheet_name(layout: Layout, language: Language) -> str:
    return template.named(layout, language)[:31]


def _to_fill_in(
    page: Page, layout: Layout, guides: Sequence[Guide], words: Mapping[str, str], language: Language
) -> None:
    """Titles, mark, control totals, header; the rest of each column is ready to be typed into."""
    labels = template.controls(layout, language)
    header = len(labels) + 4
    pages.set_up(page, _widths(layout, language), frozen=header, colour="B22222")
    for at, column in enumerate(layout.columns, start=1):
        page.column_dimensions[get_column_letter(at)].number_format = FORMATS.get(column.kind, pages.TEXT)
    add(page, (template.named(layout, language), TITLE))
    add(page, (layout.mark, LABEL), (text("the form's code; please leave it", language), REMARK))
    for label in labels:
        add(page, (label, LABEL), ("", PLAIN))
        value = page.cell(page.max_row, 2)
        value.fill, value.border, value.number_format = _FILL_IN, BOX, pages.MONEY
    add(page, (template.reminder(language), REMARK))
    pages.heads(page, template.headings(layout, language))
    pages.tall(page, 1, title=True)
    pages.tall(page, header, 2)
    for at, guide in enumerate(guides, start=1):
        head = page.cell(header, at)
        head.comment = _tip(guide, language)
        if template.must(guide.column):
            head.fill = _MUST
        if guide.column.key in words:
            _drop_down(page, guide.column, f"{head.column_letter}{header + 1}", words[guide.column.key], language)


def _tip(guide: Guide, language: Language) -> Comment:
    """What the heading says when the mouse rests on it."""
    example = f"\n{text('Example', language)}: {guide.column.sample}" if guide.column.sample else ""
    words = f"{guide.title} ({guide.needed})\n{guide.help}\n{guide.how}{example}"
    return Comment(words, "party-ledger", height=150, width=320)


def _drop_down(page: Page, column: Column, first: str, place: str, language: Language) -> None:
    """Offer the words of a column; another text is asked about, the check itself is the reader's."""
    rule: Any = DataValidation(type="list", formula1=place, allow_blank=not template.must(column))
    rule.errorStyle, rule.showErrorMessage = "warning", True
    rule.errorTitle = guidance.title(column, language)[:32]
    rule.error = text("Please choose one of the words of the list.", language)
    page.add_data_validation(rule)
    letter = first.rstrip("0123456789")
    rule.add(f"{first}:{letter}{limits.ROWS}")


def _word_lists(page: Page, layout: Layout, language: Language) -> dict[str, str]:
    """Fill the hidden sheet of words, which may hold commas; returns column key → where its words stand."""
    page.sheet_state = "hidden"
    found = {}
    for at, column in enumerate((one for one in layout.columns if one.kind == "word"), start=1):
        words = guidance.words(column, language)
        for row, word in enumerate(words, start=1):
            page.cell(row, at, word)
        letter = get_column_letter(at)
        found[column.key] = f"'{page.title}'!${letter}$1:${letter}${len(words)}"
    return found


def _guidance(page: Page, layout: Layout, guides: Sequence[Guide], language: Language) -> None:
    """Each column with what is refused in it, then what is refused of the file and of rows together."""
    pages.set_up(page, GUIDE_WIDTHS, colour="2F5597")
    add(page, (f"{text('Guidance', language)}: {template.named(layout, language)} ({layout.mark})", TITLE))
    add(page, (text("Made from the checks themselves: what is refused here is refused there.", language), REMARK))
    pages.tall(page, 1, title=True)
    pages.heads(page, [text(title, language) for title in _GUIDE_TITLES])
    pages.tall(page, 3, 2)
    page.freeze_panes, page.print_title_rows = "B4", "3:3"
    for guide in guides:
        told = (guide.title, guide.needed, guide.help, guide.how, _sample(guide.column, language))
        _block(page, told, guide.refused, language)
    _block(page, (text("Every column", language), "", "", "", ""), guidance.every_column(language), language)
    for heading, entries in (
        ("The file as a whole is refused for", guidance.whole_file(layout)),
        ("Checked once every cell can be read", guidance.afterwards(layout)),
    ):
        _codes(page, text(heading, language), entries, language)


def _block(page: Page, told: Sequence[str], refused: Sequence[Refused], language: Language) -> None:
    """One block of rows: the column once, its refusals one below the other."""
    name = Look(LABEL.font, None, BOX, CELL.alignment)
    start = page.max_row + 1
    tallest = pages.lines(told, GUIDE_WIDTHS)
    for number, one in enumerate(refused):
        left = told if number == 0 else ("",) * len(told)
        right = (guidance.refused_as(one, language), one.code, one.fix)
        looks = (name, CELL, CELL, CELL, CELL, CELL, CODE, CELL)
        add(page, *zip((*left, *right), looks, strict=True))
        own = pages.lines(right, GUIDE_WIDTHS[len(told) :])
        pages.tall(page, start + number, max(own, -(-tallest // len(refused))))
    for at in range(1, len(told) + 1):
        if len(refused) > 1:
            page.merge_cells(start_row=start, end_row=page.max_row, start_column=at, end_column=at)


def _codes(page: Page, heading: str, entries: Sequence[Entry], language: Language) -> None:
    """Codes with what they are and, where it needs no figures, the remedy."""
    page.append([])
    add(page, (heading, SECTION))
    for entry in entries:
        remedy = guidance.remedy(entry, language)
        severity = (text(SEVERITIES[entry.severity], language), CODE)
        add(page, (entry.code, CODE), severity, (entry.title[language], CELL), (remedy, CELL), *[("", CELL)] * 4)
        row = page.max_row
        page.merge_cells(start_row=row, end_row=row, start_column=4, end_column=8)
        widths = (GUIDE_WIDTHS[2], sum(GUIDE_WIDTHS[3:]))
        pages.tall(page, row, pages.lines((entry.title[language], remedy), widths))


def _example(page: Page, layout: Layout, language: Language) -> None:
    """The sheet as it looks filled in, below the rows in which a header is looked for."""
    pages.set_up(page, _widths(layout, language), colour="7F7F7F")
    for number, step in enumerate(_STEPS):
        add(page, (text(step, language), SECTION if number == 0 else PLAIN))
    amount = next((column.sample for column in layout.columns if column.key == layout.control), "")
    stated = dict(zip(template.controls(layout, language), ("1", amount), strict=False))
    for _ in range(limits.TITLE_ROWS + 1 - len(_STEPS)):
        page.append([])
    add(page, (template.named(layout, language), TITLE))
    pages.tall(page, page.max_row, title=True)
    add(page, (layout.mark, LABEL))
    for label, value in stated.items():
        add(page, (label, LABEL), (value, PLAIN))
    pages.heads(page, template.headings(layout, language))
    add(page, *((_sample(column, language), CELL) for column in layout.columns))


def _sample(column: Column, language: Language) -> str:
    """An example in the reader's language: words are translated, everything else is as typed."""
    return column.words.get(column.sample, column.sample) if language == "en" else column.sample


def _widths(layout: Layout, language: Language) -> list[int]:
    titles = template.headings(layout, language)
    return [max(WIDTHS.get(c.kind, 10), min(22, len(name) + 3)) for c, name in zip(layout.columns, titles, strict=True)]
