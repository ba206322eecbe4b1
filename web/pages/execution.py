"""The page "budget execution" inside Fava: estimate, held, committed, spent, available, by unit, source and item.

Guarantees: the figures are those of `reports.execution`, from the book at its newest commit; the overrides that were
used stand below them; a unit's ledger shows that unit only; when the figures cannot be had, the page says why and shows
none. Works under our site and under stock Fava, without inline script.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from fava.ext import FavaExtensionBase, extension_endpoint
from flask import current_app, request, send_file, url_for

from ledger.book import Book
from ledger.budget_index import IndexEntry
from ledger.errors import LedgerError
from ledger.findings import Language
from ledger.money import money
from ledger.texts import text
from ledger.vietnamese import date_vi
from plugins.execution import OF_THE_CLAUSE
from reports import execution, execution_levels
from web import language
from web.pages import execution_view as view
from web.pages.execution_view import Choice, Figures, Group, Line
from web.pages.names import DOUBT, Name
from web.pages.places import Place, place_of

if TYPE_CHECKING:
    from flask import Response

TITLE = "Budget execution"
STYLE = Path(__file__).parent / "execution.css"


class BudgetExecution(FavaExtensionBase):
    """Sidebar entry and page; the table, its picture and its filters are made on the server."""

    has_js_module = True

    @property
    def report_title(self) -> str | None:  # type: ignore[override]
        """The entry in the sidebar, in the reader's language; a ledger outside of a book has no such page."""
        return text(TITLE, language.current()) if place_of(self.ledger.beancount_file_path) else None

    @extension_endpoint
    def style(self) -> Response:
        """The page's stylesheet."""
        return send_file(STYLE, mimetype="text/css", max_age=3600)

    def style_address(self) -> str:
        """Where the stylesheet is; Flask cannot say it, because the route has a part called `endpoint`."""
        own = url_for("extension_report", extension_name=self.name)
        return f"{own.partition('?')[0]}style"

    def page(self) -> Page | Problem:
        """What the template shows for this request."""
        reader = language.current()
        place = place_of(self.ledger.beancount_file_path)
        if place is None:
            return Problem(text("This ledger does not stand in a book.", reader))
        arguments = request.args
        choice = Choice(place.unit or arguments.get("unit", ""), arguments.get("source", ""), arguments.get("year", ""))
        # Under stock Fava nobody has said otherwise.
        open_book = current_app.config.get("OPEN_BOOK", Book.open)
        try:
            return Page.of(open_book(place.folder), place, choice, reader)
        except LedgerError as problem:
            return Problem(problem.sentence(lambda msgid: text(msgid, reader)))


@dataclass(frozen=True, slots=True)
class Problem:
    """Why there are no figures."""

    sentence: str


@dataclass(frozen=True)
class Page:
    """The page's figures and words."""

    book: Book
    place: Place
    reader: Language
    choice: Choice
    years: Sequence[str]
    everything: Sequence[Line]
    """All lines of the scope and year, before the reader's choice."""
    overrides: Sequence[str] = ()
    """A sentence for each override by which something passed."""

    @classmethod
    def of(cls, book: Book, place: Place, choice: Choice, reader: Language) -> Page:
        """The page for one choice; a year the book does not have falls back to the current one.

        Raises:
            LedgerError: the figures cannot be computed.
        """
        years = sorted({name.split("/")[2] for name in book.names("units/") if name.count("/") == 3}, reverse=True)  # noqa: PLR2004 - units/U/year/file
        today = str(book.today().year)
        year = choice.year if choice.year in years else today
        table = execution.execution(book, place.unit or None, place.tree, year)
        choice = Choice(choice.unit, choice.source, year)
        used = execution.allowed(book, place.unit or None, place.tree, year)
        told = [
            sentence
            for sentence, (one, _) in zip(execution_levels.told(used, reader), used, strict=True)
            if choice.unit in {"", one.unit}
        ]
        return cls(book, place, reader, choice, years or [year], view.lines_of(table), told)

    @cached_property
    def lines(self) -> list[Line]:
        """The chosen lines."""
        return view.chosen(self.everything, self.choice)

    @cached_property
    def groups(self) -> list[Group]:
        """The chosen lines by unit and source."""
        return view.grouped(self.lines, self.book.units.tree(self.place.tree, self.book.today().isoformat()))

    @cached_property
    def total(self) -> Figures:
        """The sum of what is shown."""
        return view.total(self.lines)

    @cached_property
    def bars(self) -> Sequence[Group]:
        """What the picture compares: the units, or the sources of the only unit."""
        return self.groups if len(self.groups) != 1 else self.groups[0].groups

    @cached_property
    def scale(self) -> int:
        """The figure of the longest bar."""
        return view.scale(self.bars)

    @property
    def one_unit(self) -> bool:
        """Whether everything shown is one unit's."""
        return len(self.groups) == 1

    @property
    def with_lines(self) -> bool:
        """Whether all lines fit on the page; if not, they are shown unit by unit."""
        return self.one_unit or len(self.lines) <= view.DETAIL_LIMIT

    @property
    def as_of(self) -> str:
        """The day the figures are of, as people write it: today, or the last day of an earlier year."""
        return date_vi(min(self.book.today().isoformat(), f"{self.choice.year}-12-31"))

    def units(self) -> list[str]:
        """Units one may choose."""
        return [group.code for group in view.grouped(self.everything)]

    def sources(self) -> list[str]:
        """Sources one may choose."""
        return sorted({line.source for line in self.everything})

    def say(self, msgid: str) -> str:
        """A text in the reader's language."""
        return text(msgid, self.reader)

    def unit_name(self, code: str) -> str:
        """The name of a unit, empty for one the register does not have."""
        unit = self.book.units.get(code)
        return "" if unit is None else unit.name(self.reader)

    def source_name(self, code: str) -> Name:
        """The name of a source."""
        return self._name(self.book.index.source(code))

    def clause_name(self, code: str) -> Name:
        """The name of a clause (khoản)."""
        return self._name(self.book.index.clause(code))

    def item_name(self, code: str) -> Name:
        """The name of an item or group; an empty code is the whole of source and clause."""
        if code == OF_THE_CLAUSE:
            return Name(self.say("held of the whole clause"))
        if not code:
            return Name(self.say("not divided by item"))
        return self._name(self.book.index.item(code) or self.book.index.group(code))

    def _name(self, entry: IndexEntry | None) -> Name:
        return Name("") if entry is None else Name(entry.name(self.reader), entry.verified)

    @property
    def doubt(self) -> str:
        """What is said of a name that no source confirms."""
        return self.say(DOUBT)

    def share(self, figures: Figures) -> str:
        """Spent of estimate as people write it (`62,5 %`), a dash where there is nothing to compare."""
        if figures.share is None:
            return "–"
        point = "," if self.reader == "vi" else "."
        return f"{figures.share // 10}{point}{figures.share % 10} %"

    @staticmethod
    def money(amount: int) -> str:
        """An amount as people write it; nothing stands for zero."""
        return money(amount) if amount else "–"

    @staticmethod
    def bar(amount: int, whole: int) -> int:
        """Length of a bar in permille."""
        return view.permille(amount, whole)

    def address(self, *, unit: str | None = None, source: str | None = None) -> str:
        """This page with another choice."""
        return url_for(
            "extension_report",
            extension_name=BudgetExecution.__qualname__,
            unit=(self.choice.unit if unit is None else unit) or None,
            source=(self.choice.source if source is None else source) or None,
            year=self.choice.year,
        )

    def ledger_of(self, unit: str) -> str | None:
        """The address of a unit's own ledger, where this site has it open to the reader."""
        if self.place.unit == unit:
            return url_for("index")
        known = any(code == unit for code, _ in current_app.config["LEDGERS"].items())
        return url_for("index", bfile=unit) if known else None

    def vouchers_of(self, line: Line) -> str | None:
        """The vouchers of a line: the unit's journal, filtered by the line's dimensions and the year."""
        ledger = self.ledger_of(line.unit)
        if ledger is None:
            return None
        codes = [("source", line.source), ("clause", line.clause), ("programme", line.programme)]
        codes.append(("item", self._items(line.item)))
        terms = " ".join(f'{key}:"^({code})$"' for key, code in codes if code)
        return f"{ledger}journal/?{urlencode({'filter': f'any({terms})', 'time': self.choice.year})}"

    def _items(self, code: str) -> str:
        """A pattern for the items that an estimate for this item or group covers."""
        below = [entry.code for entry in self.book.index if entry.kind == "item" and entry.parent == code]
        return "|".join([code, *below]) if below else code
