"""Reads the files of a rule's case, as a finance person writes them, into what the rules ask.

Guarantees: the headings are Vietnamese, `;` parts the cells, amounts are `1.234.567`, dates `dd/mm/yyyy`; a heading
or word that no form has is refused with the file's name, never passed over. A file that a case does not have is empty.

The form is explained in `plugins/cases/README.md`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from ledger import postings, records
from ledger.accounts import Chart
from ledger.estimates import EstimateLine
from ledger.money import parse_money
from ledger.standing import Standing
from ledger.vouchers import Slot, Voucher, VoucherLine, holdings, post
from plugins.accounts import TREASURY_VI

__all__ = ["CaseFileError", "CaseRegisters", "Moments", "decisions", "moments", "posted", "today"]

VOUCHERS = {
    "Đơn vị": "unit",
    "Kỳ": "period",
    "Sổ": "book",
    "Số chứng từ": "voucher",
    "Ngày": "date",
    "Ngày chứng từ": "document_date",
    "Diễn giải": "description",
    "TK Nợ": "debit",
    "TK Có": "credit",
    "Số tiền": "amount",
    "Nguồn": "source",
    "Khoản": "clause",
    "Tiểu mục": "item",
    "Chương trình": "programme",
    "Nghiệp vụ KB": "treasury",
    "Năm NS": "budget_year",
    "Đối tượng": "counterparty",
    "Đơn vị nội bộ": "partner",
    "Tham chiếu": "reference",
    "Mã tài sản": "asset",
    "Sự kiện": "event",
    "Số hợp đồng": "contract",
    "Chứng từ gốc": "corrects",
    "Người lập": "recorded_by",
    "Người duyệt nội dung": "content_by",
    "Người duyệt chi": "paid_by",
}
DECISIONS = {
    "Số quyết định": "decision",
    "Ngày": "date",
    "Loại": "kind",
    "Đơn vị giao": "assigning_unit",
    "Đơn vị nhận": "unit",
    "Nguồn": "source",
    "Khoản": "clause",
    "Mục hoặc tiểu mục": "item",
    "Chương trình": "programme",
    "Số tiền": "amount",
    "Năm NS": "budget_year",
    "Cấp quyết định": "authority",
    "Nhóm chuyển nguồn": "category",
    "Thu hồi quyết định": "reverses",
}
DECISION_KINDS = {
    "Giao đầu năm": "original",
    "Bổ sung": "supplement",
    "Cắt giảm": "cut",
    "Điều chỉnh": "transfer",
    "Giữ lại": "held",
    "Giải tỏa": "release",
    "Chuyển nguồn": "carry",
    "Chuyển nguồn đã nhận": "carry-received",
    "Tổng giao": "total",
    "Chuyển nguồn đi": "carry-out",
    "Hủy dự toán": "cancel",
}
EVENTS = {"Thời điểm": "time", "Sự kiện": "event", "Đơn vị": "unit", "Kỳ": "period", "Số chứng từ": "voucher"}
SLOT = {"Đơn vị": "unit", "Kỳ": "period", "Dòng": "row"}
"""The first columns of a register; the others have the names that `ledger.records` gives them."""

NAMES = {"events": "register_events.csv"}
"""Registers whose file in a case is not called after them: `events.csv` is what happened to the book."""

_TREASURY = {word: key for key, word in TREASURY_VI.items()}
_LINE = tuple(name for name in VoucherLine._fields if name not in {"row", "amount"})
_PEOPLE = ("recorded_by", "content_by", "paid_by")
_DAY = re.compile(r"[0-9]{2}/[0-9]{2}/[0-9]{4}")

Row = Mapping[str, str]


class CaseFileError(ValueError):
    """A file of a case is not of its form; the sentence names the file."""


class Moments(NamedTuple):
    """What happened to the book of a case, as `Context` has it."""

    seals: Mapping[tuple[str, str], str]
    accepted: Mapping[tuple[str, str], str]
    attached: frozenset[tuple[str, str, str]]


class CaseRegisters:
    """The registers of a case: one file for each kind that it has."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def rows(self, kind: str) -> Sequence[records.Record]:
        """Every row of one kind of register, by unit and period."""
        path = self._folder / NAMES.get(kind, f"{kind}.csv")
        names = (*records.TEXTS[kind], *records.NUMBERS[kind])
        return sorted(
            (_record(kind, row) for row in _rows(path, SLOT | {name: name for name in names})),
            key=lambda row: (row.unit, row.period, row.row),
        )

    def file(self, name: str) -> bytes | None:
        """A file below `registers/`, as the book itself keeps it, where the case has one of that name."""
        path = self._folder / name.removeprefix("registers/")
        return path.read_bytes() if path.is_file() else None

    def standing(self, kind: str, unit: str, period: str) -> Standing:
        """The registers of a case are being handed in on its day: nothing stood there before."""
        return Standing(unit, period, kind)


def today(folder: Path, default: str) -> str:
    """The day on which a case is judged, ISO."""
    path = folder / "today.txt"
    return path.read_text("utf-8").strip() if path.exists() else default


def decisions(path: Path) -> Iterator[EstimateLine]:
    """The estimate decisions of a case."""
    for row in _rows(path, DECISIONS):
        yield EstimateLine(
            decision=row["decision"],
            date=_iso(row["date"]),
            kind=_word(path, DECISION_KINDS, row["kind"]),  # type: ignore[arg-type]
            assigning_unit=row["assigning_unit"],
            unit=row["unit"],
            source=row["source"],
            clause=row["clause"],
            item=row["item"],
            amount=parse_money(row["amount"]),
            budget_year=row["budget_year"],
            submission="",
            row=int(row["row"]),
            **{name: row.get(name, "") for name in ("programme", "authority", "category", "reverses")},
        )


def posted(path: Path, chart: Chart) -> pd.DataFrame:
    """The postings of a case's vouchers, file by file as they would be handed in."""
    held: dict[str, pd.DataFrame] = {}
    rows = _rows(path, VOUCHERS)
    for (unit, period, book), group in groupby(rows, lambda row: (row["unit"], row["period"], row.get("book", ""))):
        before = held.get(unit, postings.empty())
        place = Slot(unit, period, book, f"{unit}-{period}")
        entry = "opening" if period.endswith("-00") else "voucher"
        made = post(_vouchers(list(group)), place, chart, holdings(before), entry=entry)
        held[unit] = postings.concat([before, made])
    return postings.concat(held.values())


def moments(path: Path) -> Moments:
    """What happened: `khóa sổ` (a year), `tiếp nhận` (a period), `đính kèm` (a voucher of a period)."""
    rows = list(_rows(path, EVENTS))
    unknown = {row["event"] for row in rows} - {"khóa sổ", "tiếp nhận", "đính kèm"}
    if unknown:
        raise CaseFileError(f"{path}: unknown event {', '.join(sorted(unknown))}")
    return Moments(
        seals={(r["unit"], r["period"]): r["time"] for r in rows if r["event"] == "khóa sổ"},
        accepted={(r["unit"], f"{r['unit']}-{r['period']}"): r["time"] for r in rows if r["event"] == "tiếp nhận"},
        attached=frozenset((r["unit"], r["period"][:4], r["voucher"]) for r in rows if r["event"] == "đính kèm"),
    )


def _record(kind: str, row: Row) -> records.Record:
    texts = {name: _iso(row.get(name, "")) for name in records.TEXTS[kind]}
    numbers = {name: parse_money(row[name]) for name in records.NUMBERS[kind] if row.get(name)}
    return records.Record(row["unit"], row["period"], int(row["row"]), texts, numbers)


def _vouchers(rows: Sequence[Row]) -> Iterator[Voucher]:
    for number, group in groupby(rows, lambda row: row["voucher"]):
        lines = list(group)
        head = lines[0]
        yield Voucher(
            number=number,
            date=_iso(head["date"]),
            document_date=_iso(head.get("document_date", "")),
            description=head["description"],
            corrects=head.get("corrects", ""),
            lines=tuple(_line(line) for line in lines),
            **{name: head.get(name, "") for name in _PEOPLE},
        )


def _line(row: Row) -> VoucherLine:
    values = {name: row.get(name, "") for name in _LINE}
    values["treasury"] = _TREASURY.get(values["treasury"], values["treasury"])
    return VoucherLine(row=int(row["row"]), amount=parse_money(row["amount"]), **values)


def _rows(path: Path, columns: Mapping[str, str]) -> Iterator[Row]:
    """The rows of a file by the names of their columns; a row's own number where the file does not say it."""
    if not path.exists():
        return
    reader = csv.DictReader(io.StringIO(path.read_text("utf-8")), delimiter=";", strict=True)
    for heading in reader.fieldnames or ():
        _word(path, columns, heading)
    for number, row in enumerate(reader, start=2):
        if None in row or None in row.values():
            raise CaseFileError(f"{path}: row {number} has not as many cells as the heading")
        yield {"row": str(number)} | {columns[name]: value for name, value in row.items()}


def _word(path: Path, words: Mapping[str, str], word: str) -> str:
    if word not in words:
        raise CaseFileError(f"{path}: unknown word {word!r}; known: {', '.join(words)}")
    return words[word]


def _iso(text: str) -> str:
    """A day as data has it; any other text as it is."""
    return "-".join(reversed(text.split("/"))) if _DAY.fullmatch(text) else text
