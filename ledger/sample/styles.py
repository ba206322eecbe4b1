"""How each unit's files look: separator, encoding, headers, order, extra columns, as people really have them.

Guarantees: a style never loses a value (a column that a style leaves out must be empty); text is UTF-8 with or
without BOM, or UTF-16 as Excel's "Unicode Text"; lines end with CRLF as Excel writes them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ledger.sample.headings import HEADINGS, LATER

Cells = Mapping[str, str]

ENGLISH = {
    "Tạm ứng": "advance",
    "Thực chi": "actual",
    "Thanh toán tạm ứng": "clearing",
    "Khôi phục": "restore",
    "Giao đầu năm": "original",
    "Bổ sung": "supplement",
    "Chuyển nguồn": "carry",
}
"""Words of the one unit that writes English."""

AMOUNTS = frozenset(
    {"amount", "debit", "credit", "cost", "planned_cost", "balance", "km_out", "km_back", "total", "price"}
    | {"collected", "kept", "to_remit", "remitted", "outstanding"}
)
DATES = frozenset(
    {"date", "document_date", "in_use", "day", "first_day", "last_day", "day_out", "day_back", "until"}
    | {"contract_day", "decision_day"}
)
STT, NOTE, ASSET_NAME = "STT", "Ghi chú", "Tên tài sản"


@dataclass(frozen=True)
class Style:
    """One unit's habits. `order` lists the columns that come first; the rest follow; `without` are left out."""

    separator: str = ";"
    encoding: str = "utf-8-sig"
    order: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    numbered: bool = False
    notes: bool = False
    english: bool = False
    dots: bool = True
    budget_year: bool = False
    later: frozenset[str] = frozenset()
    """Which of the LATER columns the file has."""


STYLES = {
    "VPTU": Style(),
    "BTC": Style(numbered=True, notes=True),
    "BTGDV": Style(
        order=("date", "document_date", "voucher", "description", "amount", "debit", "credit"), without=("budget_year",)
    ),
    "UBKT": Style(separator=",", encoding="utf-8"),
    "BNC": Style(numbered=True, without=("budget_year",)),
    "TCT": Style(
        order=(
            "voucher",
            "document_date",
            "date",
            "description",
            "debit",
            "credit",
            "amount",
            "item",
            "clause",
            "source",
        ),
        notes=True,
        budget_year=True,
    ),
    "BAO": Style(separator="\t", budget_year=True),
    "DUCQ": Style(separator=","),
    "DUUB": Style(),
    "XA01": Style(numbered=True, without=("budget_year",)),
    "XA02": Style(encoding="utf-8", dots=False),
    "XA03": Style(separator="\t", encoding="utf-8", without=("budget_year",)),
    "XA04": Style(english=True),
}
UNICODE_TEXT = Style(separator="\t", encoding="utf-16", dots=False)
"""What Excel's "Unicode Text" gives."""


def columns(style: Style, form: str) -> list[str]:
    """The form's column keys in the order of the style."""
    keys = [key for key in HEADINGS[form] if key not in LATER.get(form, ()) or key in style.later]
    first = [key for key in style.order if key in keys]
    return [
        key for key in [*first, *(k for k in keys if k not in first)] if key not in style.without or form != "vouchers"
    ]


def header(style: Style, form: str) -> list[str]:
    """The header row, extra columns included."""
    keys = columns(style, form)
    names = keys if style.english else [HEADINGS[form][key] for key in keys]
    names = [STT, *names] if style.numbered else list(names)
    if form == "opening":
        return [*names, ASSET_NAME]
    return [*names, NOTE] if style.notes and form == "vouchers" else names


def line(style: Style, form: str, number: int, cells: Cells) -> list[str]:
    """One data row in the style. Amounts come as digits, dates as ISO.

    Raises:
        ValueError: a column that the style leaves out has a value.
    """
    keys = columns(style, form)
    lost = [key for key, value in cells.items() if value and key not in keys and key != "extra"]
    if lost:
        raise ValueError(f"the style has no column for {lost}")
    values = [_cell(style, form, key, cells.get(key, "")) for key in keys]
    values = [str(number), *values] if style.numbered else values
    if form == "opening" or (style.notes and form == "vouchers"):
        values.append(cells.get("extra", ""))
    return values


def render(style: Style, form: str, rows: Sequence[Cells]) -> bytes:
    """A whole CSV file; with those of the LATER columns that a row fills."""
    style = with_later(style, form, rows)
    return render_lines(
        style, [header(style, form), *(line(style, form, n, row) for n, row in enumerate(rows, start=1))]
    )


def render_lines(style: Style, lines: Sequence[Sequence[str]]) -> bytes:
    """Lines of cells as a CSV file."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=style.separator, lineterminator="\r\n").writerows(lines)
    if style.encoding == "utf-16":
        return b"\xff\xfe" + out.getvalue().encode("utf-16-le")
    return out.getvalue().encode(style.encoding)


def with_later(style: Style, form: str, rows: Sequence[Cells]) -> Style:
    """The style with those of the LATER columns that a row fills."""
    filled = {key for key in LATER.get(form, ()) for row in rows if row.get(key)}
    return replace(style, later=frozenset(filled))


def plain(style: Style) -> Style:
    """The style with amounts as bare digits."""
    return replace(style, dots=False)


def _cell(style: Style, form: str, key: str, value: str) -> str:
    if key in DATES and value:
        year, month, day = value.split("-")
        return f"{day}/{month}/{year}"
    if key == "month":
        return f"{value[5:]}/{value[:4]}"
    if key in AMOUNTS and value and not (form == "vouchers" and key in {"debit", "credit"}):
        return f"{int(value):,}".replace(",", ".") if style.dots else value
    return ENGLISH.get(value, value) if style.english else value
