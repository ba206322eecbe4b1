"""Register files: small UTF-8 CSV tables with dated rows, read strictly and written in one canonical form.

Guarantees: every row of the file is either in the result or named by a finding; a register that reads back after
`write` gives the same rows; dates are ISO, an empty `valid_to` means "still in force".
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence

from ledger.findings import Finding

_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")

Row = dict[str, str]


def read(data: bytes, columns: Sequence[str], file: str) -> tuple[list[tuple[int, Row]], list[Finding]]:
    """Read a register.

    Args:
        data: the file.
        columns: the exact header expected, in order.
        file: name shown in findings.

    Returns:
        (row number as in Excel, row) for every well-formed line, and findings (U01 header, U02 ragged line).
    """
    try:
        lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as problem:
        return [], [Finding("U01", file=file, value=str(problem), expected=",".join(columns))]
    if not lines or lines[0] != list(columns):
        got = ",".join(lines[0]) if lines else ""
        return [], [Finding("U01", file=file, row=1, value=got, expected=",".join(columns))]
    rows: list[tuple[int, Row]] = []
    findings: list[Finding] = []
    for number, cells in enumerate(lines[1:], start=2):
        if len(cells) != len(columns):
            findings.append(Finding("U02", file=file, row=number, value=str(len(cells)), expected=str(len(columns))))
            continue
        rows.append((number, dict(zip(columns, cells, strict=True))))
    return rows, findings


def write(rows: Iterable[Mapping[str, str]], columns: Sequence[str]) -> bytes:
    """The canonical form: UTF-8, comma, LF, header first, quotes only where needed."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([row[column] for column in columns] for row in rows)
    return out.getvalue().encode("utf-8")


def in_force(valid_from: str, valid_to: str, on: str) -> bool:
    """Whether a dated row holds on an ISO date; both ends belong to it."""
    return valid_from <= on and (not valid_to or on <= valid_to)


def date_findings(rows: Iterable[tuple[int, Row]], file: str) -> list[Finding]:
    """U03 for every row whose dates are no ISO dates or stand in the wrong order."""
    findings = []
    for number, row in rows:
        start, end = row["valid_from"], row["valid_to"]
        good = _DATE.fullmatch(start) and (not end or (_DATE.fullmatch(end) and start <= end))
        if not good:
            findings.append(Finding("U03", file=file, row=number, column="valid_from", value=f"{start}..{end}"))
    return findings


def overlap_findings(rows: Iterable[tuple[int, Row]], key: Sequence[str], file: str) -> list[Finding]:
    """U04 for every row whose dates overlap an earlier row of the same key."""
    seen: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    findings = []
    for number, row in rows:
        spans = seen.setdefault(tuple(row[k] for k in key), [])
        start, end = row["valid_from"], row["valid_to"] or "9999-12-31"
        if any(start <= other_end and other_start <= end for other_start, other_end in spans):
            findings.append(Finding("U04", file=file, row=number, value=" ".join(row[k] for k in key)))
        spans.append((start, end))
    return findings
