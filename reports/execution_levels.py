"""Budget execution above the line: sums by clause, source, unit and programme, and the overrides that were used.

Guarantees: every sum is the sum of the lines of the report; a sum that would repeat a single line is left out where it
stands among them; an override is named with its document, cap and person beside what it let pass.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal

import pandas as pd

from ledger.findings import Finding, Language
from ledger.money import money
from ledger.overrides import Override
from ledger.texts import text
from ledger.vietnamese import date_vi
from plugins.rule import catalogue
from reports.execution import FIGURES, PROGRAMME

Level = Literal["line", "clause", "source", "unit", "programme"]
LEVELS: Final[dict[str, tuple[str, ...]]] = {
    "clause": ("unit", "source", "clause"),
    "source": ("unit", "source"),
    "unit": ("unit",),
    "programme": ("unit", "programme"),
}
"""The columns that make a level above the line."""
OVERRIDES = "overrides"
"""Column that a table has where an override was used: the documents, for the lines of the ceiling."""

Row = dict[str, str | int]


def totals(lines: pd.DataFrame, level: str) -> pd.DataFrame:
    """The figures of each ceiling of a level: its columns, then the figures."""
    names = [name for name in LEVELS[level] if name in lines]
    if level == PROGRAMME:
        lines = lines[lines[PROGRAMME] != ""] if PROGRAMME in lines else lines.iloc[:0].assign(**{PROGRAMME: ""})
        names = list(LEVELS[level])
    figures = [name for name in FIGURES if name in lines]
    return lines.groupby(names)[figures].sum().reset_index()


def sums_between(lines: pd.DataFrame, language: Language) -> list[tuple[int, Row]]:
    """The sums that stand among the lines: (place before which each stands, its cells), in order.

    A clause, source or unit with a single part below it has no sum of its own; programmes stand behind the last line.
    """
    found = list(_sums(lines, language))
    if PROGRAMME in lines:
        said = text("sum of the programme", language)
        found += [(len(lines), row | {"item": said}) for row in _rows(totals(lines, PROGRAMME))]
    return found


def with_documents(lines: pd.DataFrame, used: Sequence[tuple[Override, Finding]]) -> pd.DataFrame:
    """The lines with the documents of the overrides used on each line's ceilings; as they are where none was."""
    if not used:
        return lines
    documents = [
        "; ".join(dict.fromkeys(override.document for override, _ in used if _covers(override, row)))
        for row in _rows(lines)
    ]
    return lines.assign(**{OVERRIDES: documents})


def told(used: Sequence[tuple[Override, Finding]], language: Language) -> list[str]:
    """A sentence for each override used: what passed, by which document, up to what, by whom."""
    sentence = text(
        "Override {number}: {rule} {unit} {ceiling}, {excess} đồng on {day} (cap {cap}, until {until}), by {document}, "
        "{person}: {reason}",
        language,
    )
    return [
        sentence.format(
            number=one.number,
            rule=f"{one.rule} ({catalogue()[one.rule].title[language]})",
            unit=one.unit,
            ceiling="-".join(part for part in one.ceiling[2:] if part) or one.budget_year,
            excess=money(finding.difference or 0),
            day=date_vi(finding.on),
            cap=money(one.cap),
            until=date_vi(one.expires),
            document=one.document,
            person=one.person,
            reason=one.reason,
        )
        for one, finding in used
    ]


def _sums(lines: pd.DataFrame, language: Language) -> Iterator[tuple[int, Row]]:
    """Clause, source and unit sums behind their last line, the narrowest first."""
    figures = [name for name in FIGURES if name in lines]
    said = {
        "clause": text("sum of the clause", language),
        "source": text("sum of the source", language),
        "unit": text("sum of the unit", language),
    }
    rows = _rows(lines)
    for place, row in enumerate(rows, start=1):
        after = rows[place] if place < len(rows) else None
        for level, name_of_the_sum in said.items():
            key = LEVELS[level]
            if after is not None and all(after[name] == row[name] for name in key):
                break
            below = [other for other in rows if all(other[name] == row[name] for name in key)]
            if _parts(below, level) > 1:
                named: Row = {name: row[name] for name in key}
                sums: Row = {name: sum(int(other[name]) for other in below) for name in figures}
                yield place, named | {"item": name_of_the_sum} | sums


def _rows(lines: pd.DataFrame) -> list[Row]:
    return [{str(name): value for name, value in row.items()} for row in lines.to_dict("records")]


def _parts(rows: Sequence[Row], level: str) -> int:
    below = {"clause": ("programme", "item"), "source": ("clause",), "unit": ("source",)}[level]
    return len({tuple(row.get(name, "") for name in below) for row in rows})


def _covers(override: Override, row: Row) -> bool:
    """Whether a line belongs to the ceiling of an override."""
    if row["unit"] != override.unit:
        return False
    if override.rule == "E10":
        return row.get(PROGRAMME, "") == override.item
    asked = {"source": override.source, "clause": override.clause}
    if any(value and row[name] != value for name, value in asked.items()):
        return False
    of_a_line = override.rule in {"E02", "E03", "E12", "E14"}
    return not of_a_line or row["item"] == override.item
