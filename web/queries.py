"""Questions in BQL, and nothing but questions.

Guarantees: query text never reaches beanquery's interactive shell, whose commands can write files (hazard H1): it
is parsed, only SELECT, BALANCES, JOURNAL and PRINT go on, and what is executed is the parsed tree, on a connection
of its own, so that two readers never meet; no cell of a downloaded table is a formula (hazard H14).
"""

from __future__ import annotations

import csv
import io
import re
import shlex
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import beanquery
from beanquery import CompilationError, ParseError, numberify, parser
from fava.core.query_shell import (
    FavaShellError,
    QueryCompilationError,
    QueryNotFoundError,
    QueryParseError,
    QueryShell,
)

from ledger.texts import text
from web import language
from web.pages.places import BOOK, place_of

if TYPE_CHECKING:
    from beanquery import Cursor
    from fava.beans.abc import Directive
    from fava.core import FavaLedger

QUERY_LENGTH = 4000
"""Longest question, in characters: no sensible one comes near, and the parser recurses on nesting."""

FORMATS = frozenset({"csv"})
"""File formats a result may be downloaded in."""

# beanquery carries no types; the names of its own that are called here are listed once.
_connect: Any = beanquery.connect
_parse: Any = parser.parse
_numberify: Any = numberify.numberify_results
_QUESTIONS = (parser.ast.Select, parser.ast.Balances, parser.ast.Journal, parser.ast.Print)
_RUN = re.compile(r"\.?run\s+(?P<name>.+?)[;\s]*", re.IGNORECASE | re.DOTALL)
_FORMULA = re.compile(r"[=+\-@\t\r＝＋－＠]")


class NotAQuestionError(FavaShellError):
    """The text is no question of the four kinds, or longer than any."""

    def __init__(self) -> None:
        super().__init__(
            text("Only SELECT, BALANCES, JOURNAL and PRINT queries are answered here.", language.current())
        )


class Questions:
    """Stands where Fava has its BQL shell, and answers questions only."""

    def __init__(self, ledger: FavaLedger) -> None:
        self._ledger = ledger

    def run(self, entries: Sequence[Directive], query: str) -> Cursor:
        """Answer a question about some entries of the ledger.

        Raises:
            NotAQuestionError: another statement, a shell command, or a text longer than any question.
            QueryParseError, QueryCompilationError: the text cannot be understood, or names what does not exist.
            QueryNotFoundError: `run NAME` of a query the ledger does not hold.
        """
        question = parsed(self._named(query))
        ledger = self._ledger
        connection = _connect("beancount:", entries=entries, errors=ledger.errors, options=ledger.options)
        try:
            answer: Cursor = connection.execute(question)
        except CompilationError as problem:
            raise QueryCompilationError(problem) from problem
        return answer

    def _named(self, query: str) -> str:
        match = _RUN.fullmatch(query.strip())
        if match is None:
            return query
        name = _unquoted(match["name"])
        for entry in self._ledger.all_entries_by_type.Query:
            if entry.name == name:
                return str(entry.query_string)
        raise QueryNotFoundError(name)


class GuardedQueries(QueryShell):
    """Fava's query module without its shell."""

    def __init__(self, ledger: FavaLedger) -> None:
        super().__init__(ledger)
        self.shell: Any = Questions(ledger)

    def query_to_file(
        self, entries: Sequence[Directive], query_string: str, result_format: str
    ) -> tuple[str, io.BytesIO]:
        """The answer as CSV: exact numbers (Fava would pass them through floats), no formulas, no server paths."""
        if result_format not in FORMATS:
            raise NotAQuestionError
        cursor = self.shell.run(entries, query_string)
        columns, rows = _numberify(cursor.description, cursor.fetchall())
        data = csv_bytes([column.name for column in columns], rows)
        place = place_of(self.ledger.beancount_file_path)
        hidden = data if place is None else data.replace(f"{place.folder}/".encode(), BOOK.encode())
        return "query_result", io.BytesIO(hidden)


def parsed(question: str) -> Any:  # noqa: ANN401 - beanquery's syntax tree has no type of its own
    """The syntax tree of a question.

    Raises:
        NotAQuestionError, QueryParseError: see `Questions.run`.
    """
    if not question.strip() or len(question) > QUERY_LENGTH:
        raise NotAQuestionError
    try:
        tree = _parse(question)
    except ParseError as problem:
        raise QueryParseError(problem) from problem
    except RecursionError as problem:
        raise NotAQuestionError from problem
    if not isinstance(tree, _QUESTIONS):
        raise NotAQuestionError
    return tree


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV file in which text that a spreadsheet would execute starts with an apostrophe; numbers stay numbers."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([_cell(value) for value in row] for row in (header, *rows))
    return out.getvalue().encode("utf-8")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return format(value, "f")
    text_ = str(value)
    return f"'{text_}" if _FORMULA.match(text_) and not isinstance(value, int) else text_


def _unquoted(name: str) -> str:
    try:
        parts = shlex.split(name)
    except ValueError:
        return name
    return parts[0] if len(parts) == 1 else name
