"""One table, five ways out: text for a terminal, CSV, JSON, XLSX, PDF.

Guarantees: every form shows the same figures; amounts leave as whole đồng (plain ASCII digits in CSV and JSON,
numbers in XLSX, `1.234.567` where people read); a text from people is never a formula, in CSV and XLSX alike
(reliability H14); the same table gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

import pandas as pd

from ledger.errors import UsageProblem
from ledger.findings import Language
from ledger.money import money
from ledger.spreadsheets import guarded
from reports import typesetting, workbook
from reports.stamp import Stamp, qr_svg

Kind = Literal["text", "code", "money"]
FORMATS: Final = ("text", "csv", "json", "xlsx", "pdf")


class UnknownFormatError(UsageProblem):
    """A format that no table is written in."""

    template = "{format} is not a format: text, csv, json, xlsx or pdf is needed"

    def __init__(self, format_: str) -> None:
        super().__init__(format=format_)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    key: str
    """Name in CSV and JSON."""
    title: str
    """Heading for people, in their language."""
    kind: Kind = "text"
    """`money`: whole đồng; `code`: a code that must stay text; `text`: anything else."""
    width: int = 12
    """In characters, for XLSX; PDF shares the page in these proportions."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the picture: how much of a whole is used."""

    name: str
    whole: int
    part: int

    @property
    def permille(self) -> int:
        """Part of the whole in thousandths; 0 of nothing is 0."""
        return self.part * 1000 // self.whole if self.whole > 0 else 0


@dataclass(frozen=True)
class Table:
    """A table with all that is printed around it."""

    name: str
    """File and sheet name, ASCII."""
    title: str
    subtitle: tuple[str, ...]
    columns: tuple[Column, ...]
    frame: pd.DataFrame
    """Holds exactly the columns' keys; money columns are int64, or Int64 where a figure may be absent (not nought)."""
    stamp: Stamp
    when: datetime
    """The book's time, aware: the time in the file."""
    notes: tuple[str, ...] = ()
    total: tuple[str, ...] = ()
    """Keys of the columns that are summed up in a last line for people (not in CSV and JSON)."""
    bars: tuple[Bar, ...] = ()
    bars_title: str = ""
    sums: tuple[tuple[int, Mapping[str, str | int]], ...] = ()
    """Sums that stand among the rows for people (not in CSV and JSON): the row before which each stands, its cells."""
    labels: dict[str, str] = field(default_factory=dict)
    """Words around the figures: `total`, and for the picture `unit`, `estimate`, `spent`."""

    def rows(self) -> list[list[str | int]]:
        """The cells, money as int; "" where a figure is absent."""
        money_keys = {column.key for column in self.columns if column.kind == "money"}
        keys = [column.key for column in self.columns]
        columns = [
            ["" if x is pd.NA else int(x) for x in self.frame[key]]
            if key in money_keys
            else [str(x) for x in self.frame[key]]
            for key in keys
        ]
        return [list(row) for row in zip(*columns, strict=True)]

    def totals(self) -> list[str | int]:
        """The last line for people: sums under the columns in `total`, else empty; [] without totals."""
        if not self.total:
            return []
        return [self._sum(c.key) if c.key in self.total else "" for c in self.columns]

    def lines(self) -> list[tuple[list[str | int], bool]]:
        """The rows for people, and whether each is a sum of others."""
        between: dict[int, list[list[str | int]]] = {}
        for place, cells in self.sums:
            between.setdefault(place, []).append([cells.get(column.key, "") for column in self.columns])
        found: list[tuple[list[str | int], bool]] = []
        for place, row in enumerate([*self.rows(), None]):
            found += [(cells, True) for cells in between.get(place, ())]
            found += [(row, False)] if row is not None else []
        return found

    def _sum(self, key: str) -> int | str:
        """The sum of the figures that are there; "" where every one of them is absent."""
        figures = self.frame[key]
        return "" if len(figures) and figures.isna().all() else int(figures.sum())


def render(table: Table, format_: str, language: Language = "vi") -> bytes:
    """The table in a format.

    Raises:
        UnknownFormatError: not one of `FORMATS`.
    """
    if format_ == "pdf":
        return _pdf(table, language)
    makers: dict[str, Callable[[Table], bytes]] = {"text": _text, "csv": _csv, "json": _json, "xlsx": _xlsx}
    if format_ not in makers:
        raise UnknownFormatError(format_)
    return makers[format_](table)


def records(table: Table) -> list[dict[str, str | int]]:
    """The rows as JSON has them."""
    keys = [column.key for column in table.columns]
    return [dict(zip(keys, row, strict=True)) for row in table.rows()]


def _csv(table: Table) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([column.key for column in table.columns])
    writer.writerows([guarded(cell) for cell in row] for row in table.rows())
    return out.getvalue().encode("utf-8")


def _json(table: Table) -> bytes:
    return (json.dumps(records(table), ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _text(table: Table) -> bytes:
    shown = [[c.title for c in table.columns], *(_shown(row) for row, _ in table.lines())]
    if table.total:
        shown.append(_total_line(table))
    widths = [max(len(row[i]) for row in shown) for i in range(len(table.columns))]
    lines = [table.title, *table.subtitle, ""]
    for row in shown:
        cells = [
            cell.rjust(width) if column.kind == "money" else cell.ljust(width)
            for cell, width, column in zip(row, widths, table.columns, strict=True)
        ]
        lines.append("  ".join(cells).rstrip())
    return ("\n".join([*lines, *(["", *table.notes] if table.notes else [])]) + "\n").encode("utf-8")


def _shown(row: Sequence[str | int]) -> list[str]:
    return [money(cell) if isinstance(cell, int) else cell for cell in row]


def _total_line(table: Table) -> list[str]:
    shown = _shown(table.totals())
    place = next((i for i, c in enumerate(table.columns) if c.kind != "money"), None)
    if place is not None:
        shown[place] = table.labels.get("total", "")
    return shown


def _xlsx(table: Table) -> bytes:
    sheet = workbook.Sheet(
        name=table.name,
        title=table.title,
        subtitle=table.subtitle,
        headings=tuple(column.title for column in table.columns),
        kinds=tuple(column.kind for column in table.columns),
        widths=tuple(column.width for column in table.columns),
        rows=tuple(tuple(row) for row, _ in table.lines()),
        sums=frozenset(place for place, (_, is_sum) in enumerate(table.lines()) if is_sum),
        total=tuple(table.totals()),
        total_label=table.labels.get("total", ""),
        notes=(*table.notes, f"{table.stamp.program} · {table.stamp.commit} · {table.stamp.content}"),
    )
    bars = tuple((bar.name, bar.whole, bar.part) for bar in table.bars)
    labels = tuple(table.labels.get(key, key) for key in ("unit", "estimate", "spent"))
    chart = workbook.Chart(table.bars_title, (labels[0], labels[1], labels[2]), bars) if bars else None
    return workbook.workbook(sheet, chart, table.when)


def _pdf(table: Table, language: Language) -> bytes:
    data: dict[str, Any] = {
        "language": language,
        "title": table.title,
        "subtitle": list(table.subtitle),
        "columns": [{"title": c.title, "kind": c.kind, "width": c.width} for c in table.columns],
        "rows": [_shown(row) for row, _ in table.lines()],
        "sums": [is_sum for _, is_sum in table.lines()],
        "total": _total_line(table) if table.total else [],
        "notes": list(table.notes),
        "bars_title": table.bars_title,
        "bars": [
            {"name": bar.name, "permille": bar.permille, "label": f"{money(bar.part)} / {money(bar.whole)}"}
            for bar in table.bars
        ],
        "stamp": table.stamp.as_dict(),
        "qr": qr_svg(table.stamp.payload),
    }
    return typesetting.pdf("table", data, table.when)
