"""What a rule asked of the law data, so that an explanation shows the version that judged, and no other.

Guarantees: regulations that are recorded answer exactly as those they were made of; every question is kept with the day
asked about and its answer, "nothing" included.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from ledger.findings import LANGUAGES, Finding
from ledger.regulations import Entry, Parameter, Regulations

if TYPE_CHECKING:
    from plugins.context import Context


@dataclass(frozen=True, slots=True)
class Used:
    """One value of law that a figure rests on, as it was asked."""

    parameter: Parameter
    entry: Entry | None
    """None: no value covers the day, or none was known then."""
    on: date
    """The day whose law was asked."""
    known: date | None
    """The day whose knowledge was used; None: all that is known."""


class Recorder(Regulations):
    """Regulations that remember what they were asked."""

    def __init__(self, law: Regulations) -> None:
        super().__init__(law, law.documents.values(), law.law_day, law.known_day)
        self._asked: dict[tuple[str, date], Used] = {}

    def found(self, key: str, on: date, known: date | None = None) -> Entry | None:
        """The answer of the regulations, kept."""
        entry = super().found(key, on, known)
        day = self.law_day or on
        self._asked.setdefault((key, day), Used(self.parameter(key), entry, day, self.known_day))
        return entry

    def questions(self) -> list[str]:
        """What was asked, in order of the first question."""
        return list(dict.fromkeys(key for key, _ in self._asked))

    def answers(self, key: str) -> list[Used]:
        """The answers about one parameter, by the day asked about."""
        return sorted((used for (of, _), used in self._asked.items() if of == key), key=lambda used: used.on)


def recorded(context: Context) -> Context:
    """The same books, with law data that remember what rules ask."""
    return replace(context, regulations=Recorder(context.regulations))


def asked(law: Regulations, key: str, on: date) -> Used:
    """What a question to the regulations finds."""
    return Used(law.parameter(key), Regulations.found(law, key, on), law.law_day or on, law.known_day)


def versions(law: Regulations, keys: tuple[str, ...], on: date, finding: Finding | None = None) -> tuple[Used, ...]:
    """The version of each value of law that a rule used.

    Args:
        law: recorded regulations after the rule has run; others are asked now.
        keys: what the rule's page says that it asks; what it asked besides follows.
        on: the day of what is judged.
        finding: what the rule found; a version that it cites is the one.
    """
    others = [key for key in law.questions() if key not in keys] if isinstance(law, Recorder) else []
    return tuple(_version(law, key, on, finding) for key in (*keys, *others) if key in law)


def _version(law: Regulations, key: str, on: date, finding: Finding | None) -> Used:
    answers = law.answers(key) if isinstance(law, Recorder) else []
    if not answers:
        return asked(law, key, on)
    cited = [used for used in answers if finding is not None and _cites(finding, used)]
    year = finding.period[:4] if finding is not None else ""
    choices = cited or answers
    of_year = [used for used in choices if str(used.on.year) == year]
    upto = [used for used in of_year or choices if used.on <= on]
    return next((used for used in choices if used.on == on), (upto or of_year or choices)[-1])


def _cites(finding: Finding, used: Used) -> bool:
    """Whether the finding's own figures name where the value stands."""
    if used.entry is None:
        return False
    said = {used.entry.citation(language) for language in LANGUAGES}
    return any(str(value) in said for value in finding.params.values())
