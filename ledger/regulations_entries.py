"""What the law data are made of: documents, dated entries, parameters. Values only; nothing is read or written here.

Guarantees: an entry knows the documents and the article it stands in, how far it was checked, and the file it was
read from with that file's hash, so that a figure can be followed down to the article and proved later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal, TypeAlias, get_args

from ledger.errors import Refused

Value: TypeAlias = int | str
Row: TypeAlias = Mapping[str, Value]
"""One row of a table: column → text or whole number."""
Kind = Literal["text", "integer", "month_day", "table"]
CellKind = Literal["text", "integer", "month_day"]
Owner = Literal["law", "province", "gap"]
Confidence = Literal["law", "official", "secondary", "unverified", "practice"]

KINDS: tuple[str, ...] = get_args(Kind)
CELL_KINDS: tuple[str, ...] = get_args(CellKind)
OWNERS: tuple[str, ...] = get_args(Owner)
CONFIDENCES: tuple[str, ...] = get_args(Confidence)

OVERLAY = "registers/regulations.yaml"
"""Where a book keeps what its province sets itself."""

_DOUBT: Mapping[str, Mapping[str, str]] = {
    "secondary": {"vi": "chưa kiểm chứng", "en": "unverified"},
    "unverified": {"vi": "chưa kiểm chứng", "en": "unverified"},
    "practice": {"vi": "giá trị thực hành", "en": "practice value"},
}
_FILLED: Mapping[str, str] = {"vi": "tỉnh tự nhập", "en": "entered by the province"}


class RegulationsError(Refused, ValueError):
    """A file of regulations is not of its form; the sentence names file and key."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """What takes the place of a document or of one of its articles."""

    by: str
    """Code of the document that takes its place; empty: it simply ends."""
    on: date
    """First day on which the old one no longer holds."""


@dataclass(frozen=True, slots=True)
class Document:
    """One text of law, regulation or decision."""

    code: str
    vi: str
    en: str
    issued: date | None
    """None: the day was not found."""
    confidence: Confidence
    basis: str
    """Where this is known from: the reference's own mark."""
    file: str
    replaced: Replacement | None = None
    replaced_articles: Mapping[str, Replacement] = field(default_factory=dict)
    """Article (`12.2`) → what replaced that article alone."""

    def name(self, language: str) -> str:
        """Its name in `vi` or `en`."""
        return self.en if language == "en" else self.vi

    def ended(self, article: str = "") -> Replacement | None:
        """What ended the document, or this article of it, whichever came first."""
        own = self.replaced_articles.get(article)
        return min((r for r in (own, self.replaced) if r is not None), key=lambda r: r.on, default=None)


@dataclass(frozen=True, slots=True)
class Entry:
    """One value of a parameter, with its span and its source."""

    value: Value
    """Text, whole number or `MM-DD`; a table has "" here and its content in `rows`."""
    rows: tuple[Row, ...]
    """Rows of a table."""
    empty: bool
    """Nothing is known of the value in this span: a gap that a book may fill."""
    in_force: date
    """First day it applies to."""
    until: date | None
    """Last day it applies to, where the text itself says so; else the next entry ends it."""
    issued: date | None
    """Day of the text; None: not found."""
    known: date
    """Day from which somebody could apply it, usually that of its issue."""
    documents: tuple[Document, ...]
    article: Mapping[str, str] | None
    """None: the article was not seen."""
    confidence: Confidence
    """law: read in the text; official: official news; secondary: elsewhere; unverified: not read; practice: ours."""
    basis: str
    """The reference's own mark."""
    reviewed: date
    file: str
    """Name of the file it was read from; a book's own has the path inside the book."""
    sha256: str
    """Hash of that file."""
    filled: bool = False
    """The province entered it where the law data have a gap."""

    @property
    def own(self) -> bool:
        """Whether it is the province's own."""
        return self.file == OVERLAY

    @property
    def unverified(self) -> bool:
        """Whether it was seen neither in the law nor in official news."""
        return self.confidence in {"secondary", "unverified"}

    def source(self, language: str) -> str:
        """The documents' names in `vi` or `en`."""
        return "; ".join(document.name(language) for document in self.documents)

    def doubts(self, language: str) -> tuple[str, ...]:
        """What a reader must be told of the value: not checked, practice value, entered by the province."""
        doubt = _DOUBT.get(self.confidence)
        said = (doubt[language],) if doubt else ()
        return (*said, _FILLED[language]) if self.filled else said

    def citation(self, language: str) -> str:
        """Article and documents in `vi` or `en`, with the doubts behind them; printed beside a finding."""
        named = ", ".join(
            part for part in ("" if self.article is None else self.article[language], self.source(language)) if part
        )
        return " ".join([named, *(f"({doubt})" for doubt in self.doubts(language))])


@dataclass(frozen=True, slots=True)
class Parameter:
    """One dated parameter."""

    key: str
    title: Mapping[str, str]
    type: Kind
    unit: Mapping[str, str] | None
    """What a whole number counts, e.g. `đồng/người/ngày`."""
    columns: Mapping[str, CellKind]
    """Columns of a table with their types; else empty."""
    owner: Owner
    """`law`: the same everywhere; `province`: a book may set its own; `gap`: law whose text was not found."""
    missing: Mapping[str, str] | None
    """What was not found, for people."""
    entries: tuple[Entry, ...]
    """In order of `in_force`, then `known`."""

    def entry(self, on: date, known: date | None) -> Entry | None:
        """The entry that applies to the day `on` in the knowledge of the day `known` (None: all we know)."""
        latest = None
        for entry in self.entries:
            if entry.in_force <= on and (known is None or entry.known <= known):
                latest = entry
        return latest if latest is None or latest.until is None or on <= latest.until else None

    def last_day(self, entry: Entry, known: date | None = None) -> date | None:
        """The last day an entry applies to; None: open. Before its first day: wholly superseded.

        Args:
            entry: one of this parameter's.
            known: entries that were not known on this day end nothing; None: all we know.
        """
        later = self.entries[self.entries.index(entry) + 1 :]
        ends = [after.in_force - timedelta(days=1) for after in later if known is None or after.known <= known]
        return min([*ends, *([entry.until] if entry.until is not None else [])], default=None)
