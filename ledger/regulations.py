"""Law as dated data: what a parameter was worth on a day, and what was known of it on another day.

Guarantees: no figure of law stands in code; a value carries the document, the article and how far it was
checked; a file with an unknown key, a wrong type, a gap or an overlap is refused whole, naming file and key;
a question about a day that no entry covers is an error and never answered with a neighbour's value.

Two clocks: `on` is the day the law is asked about, `known` the day whose knowledge is used. A circular issued
in May 2026 for the year 2025 answers questions about 2025 only from May 2026 on. `at` fixes either clock for every
question that is asked afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path

from ledger.errors import Refused
from ledger.regulations_entries import (
    OVERLAY,
    Document,
    Entry,
    Parameter,
    RegulationsError,
    Replacement,
    Row,
    Value,
)
from ledger.regulations_file import DOCUMENTS, documents, open_file, parameters
from ledger.regulations_overlay import laid_over

__all__ = [
    "FOLDER",
    "OVERLAY",
    "Document",
    "Entry",
    "NotInForceError",
    "Parameter",
    "Regulations",
    "RegulationsError",
    "Replacement",
    "Row",
    "UnknownParameterError",
    "Value",
    "shipped",
]

FOLDER = Path(__file__).parent / "regulations"
"""The shipped files, one per area, and the documents they name in `documents/`."""


class UnknownParameterError(LookupError):
    """No file has a parameter of this name: a mistake in the program."""

    def __init__(self, key: str) -> None:
        super().__init__(f"no regulation has the key {key}")


class NotInForceError(Refused, LookupError):
    """The parameter has no value on that day, or none was known then: the books go no further than the law data."""

    def __init__(self, key: str, on: date, known: date | None) -> None:
        if known is None:
            super().__init__("The law data have no value of {key} for {day}", key=key, day=str(on))
        else:
            sentence = "The law data have no value of {key} for {day} that was known on {known}"
            super().__init__(sentence, key=key, day=str(on), known=str(known))
        self.key, self.on, self.known = key, on, known


class Regulations:
    """All parameters of the shipped files, some of them replaced or filled in by a province's own."""

    def __init__(
        self,
        parameters: Iterable[Parameter],
        documents: Iterable[Document] = (),
        law: date | None = None,
        known: date | None = None,
    ) -> None:
        self._parameters = {parameter.key: parameter for parameter in parameters}
        self.documents: Mapping[str, Document] = {document.code: document for document in documents}
        """The documents that values rest on, by code."""
        self.law_day, self.known_day = law, known
        """The clocks fixed by `at`; None: each question's own."""

    @classmethod
    def load(cls, overlay: bytes | None = None, folder: Path = FOLDER) -> Regulations:
        """Read the shipped files, and a book's own file over them.

        Args:
            overlay: a YAML file that replaces parameters whose owner is `province` and fills those of owner `gap`;
                its own documents stand under the key `documents`.
            folder: where the shipped files are.

        Raises:
            RegulationsError: a file is not of its form, a key stands in two files, or the overlay replaces
                what is law or what nobody asks for.
        """
        texts = _documents(folder)
        found: dict[str, Parameter] = {}
        for path in sorted(folder.glob("*.yaml")):
            for parameter in parameters(open_file(path.read_bytes(), path.name), texts):
                if parameter.key in found:
                    raise RegulationsError("{where}: {key} stands twice", where=path.name, key=parameter.key)
                found[parameter.key] = parameter
        if overlay is not None:
            found, texts = laid_over(overlay, found, texts)
        return cls(found.values(), texts.values())

    def at(self, law: date | None = None, known: date | None = None) -> Regulations:
        """The same regulations under two clocks.

        Args:
            law: the day whose law answers every question, whatever day it asks about; None: as asked.
            known: nothing issued after this day answers; None: all we know.
        """
        if (law, known) == (self.law_day, self.known_day):
            return self
        return Regulations(self._parameters.values(), self.documents.values(), law, known)

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self._parameters.values())

    def __contains__(self, key: str) -> bool:
        return key in self._parameters

    def parameter(self, key: str) -> Parameter:
        """The whole parameter with its history.

        Raises:
            UnknownParameterError: nothing has this key.
        """
        try:
            return self._parameters[key]
        except KeyError:
            raise UnknownParameterError(key) from None

    def found(self, key: str, on: date, known: date | None = None) -> Entry | None:
        """The entry that answers a question, one of which nothing is known too; None: there is none.

        Raises:
            UnknownParameterError: nothing has this key.
        """
        return self.parameter(key).entry(self.law_day or on, self._knowledge(known))

    def entry(self, key: str, on: date, known: date | None = None) -> Entry:
        """The value in force with its source; of a table, the rows.

        Raises:
            UnknownParameterError: nothing has this key.
            NotInForceError: no entry covers the day, none was known, or nothing is known of the value.
        """
        entry = self.found(key, on, known)
        if entry is None or entry.empty:
            raise NotInForceError(key, self.law_day or on, self._knowledge(known))
        return entry

    def value(self, key: str, on: date, known: date | None = None) -> Value:
        """The value in force on a day (see `entry` for the errors)."""
        return self.entry(key, on, known).value

    def text(self, key: str, on: date, known: date | None = None) -> str:
        """A value of type text."""
        return str(self._typed(key, "text", on, known))

    def integer(self, key: str, on: date, known: date | None = None) -> int:
        """A value of type integer; the parameter's unit or title says what it counts."""
        return int(self._typed(key, "integer", on, known))

    def day(self, key: str, year: int, on: date, known: date | None = None) -> date:
        """A value of type month and day (`11-15`) as a date of the given year."""
        month, day = str(self._typed(key, "month_day", on, known)).split("-")
        return date(year, int(month), int(day))

    def rows(self, key: str, on: date, known: date | None = None) -> tuple[Row, ...]:
        """The rows of a table; none where the parameter says that its content was not found (see `missing`).

        Raises:
            UnknownParameterError: nothing has this key.
            NotInForceError: no entry covers the day, and the parameter says of no gap.
        """
        parameter = self._of_type(key, "table")
        entry = self.found(key, on, known)
        if entry is None and parameter.missing is None:
            raise NotInForceError(key, self.law_day or on, self._knowledge(known))
        return () if entry is None else entry.rows

    def missing(self, key: str, language: str) -> str:
        """What was not found of a parameter, in `vi` or `en`; empty: nothing is said."""
        missing = self.parameter(key).missing
        return missing[language] if missing else ""

    def _knowledge(self, asked: date | None) -> date | None:
        """The earlier of the day asked with and the day fixed: nobody knows more than was known."""
        return min((day for day in (asked, self.known_day) if day is not None), default=None)

    def _typed(self, key: str, kind: str, on: date, known: date | None) -> Value:
        self._of_type(key, kind)
        return self.value(key, on, known)

    def _of_type(self, key: str, kind: str) -> Parameter:
        parameter = self.parameter(key)
        if parameter.type != kind:
            raise TypeError(f"{key} is of type {parameter.type}, not {kind}")
        return parameter


@cache
def shipped() -> Regulations:
    """The shipped regulations, read once."""
    return Regulations.load()


def _documents(folder: Path) -> dict[str, Document]:
    found: dict[str, Document] = {}
    for path in sorted((folder / DOCUMENTS).glob("*.yaml")):
        for document in documents(open_file(path.read_bytes(), f"{DOCUMENTS}/{path.name}")):
            if document.code in found:
                raise RegulationsError("{where}: {key} stands twice", where=path.name, key=document.code)
            found[document.code] = document
    return found
