"""Law as dated data: what a parameter was worth on a day, and what was known of it on another day.

Guarantees: no figure of law stands in code; a value carries the document, the article and how far it was
checked; a file with an unknown key, a wrong type, a gap or an overlap is refused whole, naming file and key;
a question about a day that no entry covers is an error and never answered with a neighbour's value.

Two clocks: `on` is the day the law is asked about, `known` the day whose knowledge is used. A circular issued
in May 2026 for the year 2025 answers questions about 2025 only from May 2026 on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from pathlib import Path

from ledger.errors import Refused
from ledger.regulations_file import Entry, Parameter, RegulationsError, Value, parse

__all__ = [
    "FOLDER",
    "Entry",
    "NotInForceError",
    "Parameter",
    "Regulations",
    "RegulationsError",
    "UnknownParameterError",
    "Value",
    "shipped",
]

FOLDER = Path(__file__).parent / "regulations"
"""The shipped files, one per area."""
OVERLAY = "registers/regulations.yaml"
"""Where a book keeps what its province sets itself."""


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
    """All parameters of the shipped files, some of them replaced by a province's own."""

    def __init__(self, parameters: Iterable[Parameter]) -> None:
        self._parameters = {parameter.key: parameter for parameter in parameters}

    @classmethod
    def load(cls, overlay: bytes | None = None, folder: Path = FOLDER) -> Regulations:
        """Read the shipped files, and a book's own file over them.

        Args:
            overlay: a YAML file that replaces whole parameters whose owner is `province`.
            folder: where the shipped files are.

        Raises:
            RegulationsError: a file is not of its form, a key stands in two files, or the overlay replaces
                what is law or what nobody asks for.
        """
        parameters: dict[str, Parameter] = {}
        for path in sorted(folder.glob("*.yaml")):
            for parameter in parse(path.read_bytes(), path.name):
                if parameter.key in parameters:
                    raise RegulationsError("{where}: {key} stands twice", where=path.name, key=parameter.key)
                parameters[parameter.key] = parameter
        for parameter in parse(overlay, OVERLAY) if overlay is not None else ():
            shipped = parameters.get(parameter.key)
            if shipped is None or shipped.owner != "province" or shipped.type != parameter.type:
                sentence = "{where}: {key} is not for a province to set"
                raise RegulationsError(sentence, where=OVERLAY, key=parameter.key)
            parameters[parameter.key] = parameter
        return cls(parameters.values())

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self._parameters.values())

    def parameter(self, key: str) -> Parameter:
        """The whole parameter with its history.

        Raises:
            UnknownParameterError: nothing has this key.
        """
        try:
            return self._parameters[key]
        except KeyError:
            raise UnknownParameterError(key) from None

    def entry(self, key: str, on: date, known: date | None = None) -> Entry:
        """The value in force with its source.

        Raises:
            UnknownParameterError: nothing has this key.
            NotInForceError: no entry covers the day, or none was known.
        """
        entry = self.parameter(key).entry(on, known)
        if entry is None:
            raise NotInForceError(key, on, known)
        return entry

    def value(self, key: str, on: date, known: date | None = None) -> Value:
        """The value in force on a day (see `entry` for the errors)."""
        return self.entry(key, on, known).value

    def text(self, key: str, on: date, known: date | None = None) -> str:
        """A value of type text."""
        return str(self._typed(key, "text", on, known))

    def integer(self, key: str, on: date, known: date | None = None) -> int:
        """A value of type integer; the parameter's title says the unit."""
        return int(self._typed(key, "integer", on, known))

    def day(self, key: str, year: int, on: date, known: date | None = None) -> date:
        """A value of type month and day (`11-15`) as a date of the given year."""
        month, day = str(self._typed(key, "month_day", on, known)).split("-")
        return date(year, int(month), int(day))

    def _typed(self, key: str, kind: str, on: date, known: date | None) -> Value:
        if self.parameter(key).type != kind:
            raise TypeError(f"{key} is of type {self.parameter(key).type}, not {kind}")
        return self.value(key, on, known)


@cache
def shipped() -> Regulations:
    """The shipped regulations, read once."""
    return Regulations.load()
