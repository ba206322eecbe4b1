"""Findings are values: what is wrong, where, why, how to mend it, and the article that says so.

Guarantees: a code has texts in Vietnamese and English or it cannot be shown at all; the same code never changes
its meaning; a finding carries the figures it speaks of as whole đồng, never as formatted text.

Each floor keeps the texts of its own codes in a catalogue file (`ledger/findings.yaml`, `plugins/rules.yaml`,
`importers/findings.yaml`, `reports/findings.yaml`); `Catalogue.load` merges the ones it is given.
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import yaml

from ledger.money import money

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
            for code, raw in yaml.load(path.read_text("utf-8"), Loader=_StrictLoader).items():  # noqa: S506 - a SafeLoader
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

    def blocks(self, finding: Finding) -> bool:
        """Whether this finding stops the work (severity error)."""
        return self[finding.rule].severity == "error"

    def message(self, finding: Finding, language: Language = "vi") -> str:
        """The sentence that says what is wrong, with the figures of this finding."""
        return _fill(self[finding.rule].message[language], finding)

    def fix(self, finding: Finding, language: Language = "vi") -> str:
        """The sentence that says what to do about it."""
        return _fill(self[finding.rule].fix[language], finding)

    def render(self, finding: Finding, language: Language = "vi") -> dict[str, Any]:
        """The finding as every door shows it; the keys are a public contract."""
        entry = self[finding.rule]
        return {
            "rule": finding.rule,
            "severity": entry.severity,
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
            "message": self.message(finding, language),
            "fix": self.fix(finding, language),
            "article": entry.article[language],
        }


class _StrictLoader(yaml.SafeLoader):
    """YAML that refuses a key standing twice instead of keeping the last."""


def _mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    result: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in result:
            raise CatalogueError(f"line {key_node.start_mark.line + 1}: key {key} stands twice")
        result[key] = loader.construct_object(value_node, deep=True)
    return result


_StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)

_KEYS = {"category", "severity", "overridable", "since", "article", "confidence", "title", "message", "fix"}


def _entry(where: str, code: str, raw: Mapping[str, Any]) -> Entry:
    if set(raw) != _KEYS:
        raise CatalogueError(f"{where}: {code}: keys missing or unknown: {sorted(_KEYS ^ set(raw))}")
    for key in ("article", "title", "message", "fix"):
        if set(raw[key]) != set(LANGUAGES) or not all(isinstance(t, str) and t for t in raw[key].values()):
            raise CatalogueError(f"{where}: {code}: {key} needs a text in vi and in en")
    if raw["severity"] not in {"error", "warning", "info"}:
        raise CatalogueError(f"{where}: {code}: unknown severity {raw['severity']}")
    return Entry(code=code, **{**raw, "since": str(raw["since"])})


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
