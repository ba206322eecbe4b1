"""Findings are values: what is wrong, where, why, how to mend it, and the article that says so.

Guarantees: a code has texts in Vietnamese and English or it cannot be shown at all; the same code never changes
its meaning; a finding carries the figures it speaks of as whole đồng, never as formatted text.

Each floor keeps the texts of its own codes in a catalogue file (`ledger/findings.yaml`, `plugins/rules/*.yaml`,
`importers/findings.yaml`, `reports/findings.yaml`); `Catalogue.load` merges the ones it is given.
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

from ledger import strict_yaml
from ledger.money import money
from ledger.vietnamese import date_vi

Severity = Literal["error", "warning", "info"]
Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = ("vi", "en")


class UnknownCodeError(LookupError):
    """A finding names a code that no catalogue explains."""

    def __init__(self, code: str) -> None:
        super().__init__(f"no catalogue has texts for the finding code {code}")


class CatalogueError(ValueError):
    """A catalogue file is not of its form; the sentence names file, code and key."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem (or remark) at one place. Texts are made from the catalogue when it is shown."""

    rule: str
    """Stable code, e.g. `E02`."""
    unit: str = ""
    period: str = ""
    file: str = ""
    """Name of the file as the submitter knows it, or the path inside the book."""
    row: int | None = None
    """Row as Excel shows it (the header is row 1)."""
    column: str = ""
    value: str = ""
    expected: str = ""
    difference: int | None = None
    """In whole đồng (or in rows, where the code counts rows)."""
    voucher: str = ""
    other: str = ""
    """The other side, where a finding is about two places: unit, period, document, row, figure, as people read it."""
    justified: str = ""
    """Why this warning may stand: the submitter's reason, while the row is unchanged; empty: nobody has said."""
    blocks_from: str = ""
    """ISO day from which this blocks, while it is only a warning until then; empty: as the catalogue says."""
    on: str = ""
    """ISO day of what is judged (posting, decision, contract …): the day whose law it is judged by."""
    allowed: str = ""
    """Why an error does not block here: the document of an override, or the province's own setting of a ceiling."""
    params: Mapping[str, str | int] = field(default_factory=dict)
    """Further values for the texts; integers are shown as `1.234.567` unless the text says `{name:d}`."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a catalogue knows of one code."""

    code: str
    category: str
    severity: Severity
    overridable: bool
    since: str
    article: Mapping[Language, str]
    confidence: str
    title: Mapping[Language, str]
    message: Mapping[Language, str]
    fix: Mapping[Language, str]
    blocks_from: str = ""
    """ISO day from which an error blocks, before it is a warning; empty: at once."""
    effective: str = ""
    """First ISO day of what is judged that the rule speaks of (law time); empty: always."""
    until: str = ""
    """Last such day; empty: still in force."""
    cites: tuple[Mapping[str, str], ...] = ()
    """Articles the rule rests on: `document` (a code of the regulations' documents) and `article`."""
    page: Mapping[str, Any] | None = None
    """What the rule's page says besides: see `plugins.pages`; findings that are no rules have none."""


class Catalogue:
    """Texts, severity and article of every code, read from YAML files."""

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self._entries = dict(entries)

    @classmethod
    def load(cls, *paths: Path) -> Catalogue:
        """Read and merge catalogue files.

        Raises:
            CatalogueError: a key is missing, unknown or of the wrong type, or a code stands twice.
        """
        entries: dict[str, Entry] = {}
        for path in paths:
            for code, raw in _read(path).items():
                if code in entries:
                    raise CatalogueError(f"{path.name}: code {code} stands twice")
                entries[code] = _entry(path.name, code, raw)
        return cls(entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())

    def __contains__(self, code: str) -> bool:
        return code in self._entries

    def __getitem__(self, code: str) -> Entry:
        try:
            return self._entries[code]
        except KeyError:
            raise UnknownCodeError(code) from None

    def on(self, day: str, own: Mapping[str, str] | None = None) -> Catalogue:
        """This catalogue as it holds on a day: errors whose day of blocking has not come are warnings.

        Args:
            day: the book's day, ISO.
            own: code → ISO day from which it blocks in this province, in the place of the catalogue's own day.

        Returns:
            A catalogue in which `Entry.blocks_from` stands only at what does not block yet.
        """
        chosen = own or {}
        return Catalogue({e.code: _on(e, day, chosen.get(e.code, e.blocks_from)) for e in self})

    def dated(self, finding: Finding) -> Finding:
        """The finding with the day from which it blocks, where this catalogue (made by `on`) has it still waiting."""
        waits = self[finding.rule].blocks_from
        return replace(finding, blocks_from=waits) if waits else finding

    def severity(self, finding: Finding) -> Severity:
        """How heavy this finding weighs: the catalogue's word; a warning while it does not block yet, or is allowed."""
        severity = self[finding.rule].severity
        return "warning" if severity == "error" and (finding.blocks_from or finding.allowed) else severity

    def blocks(self, finding: Finding) -> bool:
        """Whether this finding stops the work (severity error)."""
        return self.severity(finding) == "error"

    def message(self, finding: Finding, language: Language = "vi") -> str:
        """The sentence that says what is wrong, with the figures of this finding."""
        said = _fill(self[finding.rule].message[language], finding)
        if finding.allowed:
            said += " " + _ALLOWED[language].format(document=finding.allowed)
        if not finding.blocks_from:
            return said
        before, day = date.fromisoformat(finding.blocks_from) - timedelta(days=1), finding.blocks_from
        return f"{said} " + _WAITING[language].format(before=date_vi(before.isoformat()), day=date_vi(day))

    def fix(self, finding: Finding, language: Language = "vi") -> str:
        """The sentence that says what to do about it."""
        return _fill(self[finding.rule].fix[language], finding)

    def render(self, finding: Finding, language: Language = "vi") -> dict[str, Any]:
        """The finding as every door shows it; the keys are a public contract."""
        entry = self[finding.rule]
        return {
            "rule": finding.rule,
            "severity": self.severity(finding),
            "unit": finding.unit,
            "period": finding.period,
            "file": finding.file,
            "row": finding.row,
            "column": finding.column,
            "voucher": finding.voucher,
            "value": finding.value,
            "expected": finding.expected,
            "difference": finding.difference,
            "other": finding.other,
            "justified": finding.justified,
            "on": finding.on,
            "allowed": finding.allowed,
            "message": self.message(finding, language),
            "fix": self.fix(finding, language),
            "article": entry.article[language],
        }


def is_day(text: object) -> bool:
    """Whether something is the text of an ISO day, `2026-12-31`."""
    try:
        return isinstance(text, str) and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _read(path: Path) -> dict[str, Any]:
    """The codes of one file; one that stands twice, or a key in it, is refused."""
    try:
        read: dict[str, Any] = strict_yaml.read(path.read_text("utf-8"))
    except strict_yaml.RepeatedKeyError as problem:
        raise CatalogueError(f"{path.name}: {problem}") from None
    return read


_WAITING: Mapping[Language, str] = {
    "vi": "(Cảnh báo đến hết ngày {before}, chặn từ ngày {day}.)",
    "en": "(A warning until {before}, blocking from {day}.)",
}
"""What a message adds while its rule does not block yet."""

_ALLOWED: Mapping[Language, str] = {
    "vi": "(Không chặn, theo: {document}.)",
    "en": "(Does not block, by: {document}.)",
}
"""What a message adds where a document or the province's setting lets an error pass."""

_KEYS = {"category", "severity", "overridable", "since", "article", "confidence", "title", "message", "fix"}
_MAY_LACK = {"blocks_from", "effective", "until", "cites", "page"}


def _on(entry: Entry, day: str, blocks_from: str) -> Entry:
    waits = entry.severity == "error" and day < blocks_from
    return replace(entry, severity="warning", blocks_from=blocks_from) if waits else replace(entry, blocks_from="")


def _entry(where: str, code: str, raw: Mapping[str, Any]) -> Entry:
    if set(raw) - _MAY_LACK != _KEYS:
        raise CatalogueError(f"{where}: {code}: keys missing or unknown: {sorted(_KEYS ^ (set(raw) - _MAY_LACK))}")
    for key in ("article", "title", "message", "fix"):
        if set(raw[key]) != set(LANGUAGES) or not all(isinstance(t, str) and t for t in raw[key].values()):
            raise CatalogueError(f"{where}: {code}: {key} needs a text in vi and in en")
    if raw["severity"] not in {"error", "warning", "info"}:
        raise CatalogueError(f"{where}: {code}: unknown severity {raw['severity']}")
    if not is_day(raw.get("blocks_from", "2025-01-01")):
        raise CatalogueError(f"{where}: {code}: blocks_from is no ISO day")
    cites = tuple(raw.get("cites", ()))
    return Entry(code=code, **{**raw, "since": str(raw["since"]), "cites": cites})


class _Formatter(string.Formatter):
    """Shows whole đồng as `1.234.567`; `{row:d}` keeps a plain number; an unknown name is shown as `?`."""

    def get_value(self, key: int | str, args: Any, kwargs: Any) -> Any:  # noqa: ANN401 - signature of the library
        return super().get_value(key, args, kwargs) if isinstance(key, int) else kwargs.get(key, "?")

    def format_field(self, value: Any, format_spec: str) -> str:  # noqa: ANN401 - signature of the library
        if isinstance(value, int) and not format_spec:
            return money(value)
        return str(value) if format_spec == "d" else super().format_field(value, format_spec)


def _fill(text: str, finding: Finding) -> str:
    values: dict[str, Any] = {
        "unit": finding.unit,
        "period": finding.period,
        "file": finding.file,
        "row": finding.row if finding.row is None else str(finding.row),
        "column": finding.column,
        "value": finding.value,
        "expected": finding.expected,
        "difference": finding.difference,
        "voucher": finding.voucher,
        "other": finding.other,
        **finding.params,
    }
    return _Formatter().vformat(text, (), values)
