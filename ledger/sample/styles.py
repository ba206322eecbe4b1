"""How each unit's files look: separator, encoding, headers, order, extra columns, as people really have them.

Guarantees: a style never loses a value (a column that a style leaves out must be empty); text is UTF-8 with or
without BOM, or UTF-16 as Excel's "Unicode Text"; lines end with CRLF as Excel writes them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

Cells = Mapping[str, str]

VOUCHERS = {
    "voucher": "Số chứng từ",
    "date": "Ngày hạch toán",
    "document_date": "Ngày chứng từ",
    "description": "Diễn giải",
    "debit": "TK Nợ",
    "credit": "TK Có",
    "amount": "Số tiền",
    "source": "Nguồn",
    "clause": "Khoản",
    "item": "Tiểu mục",
    "treasury": "Nghiệp vụ KB",
    "budget_year": "Năm ngân sách",
    "counterparty": "Đối tượng",
    "partner": "Đơn vị nội bộ",
    "reference": "Tham chiếu",
    "asset": "Mã tài sản",
    "event": "Sự kiện",
    "corrects": "Chứng từ gốc",
}
ESTIMATES = {
    "decision": "Số quyết định",
    "date": "Ngày",
    "kind": "Loại",
    "unit": "Đơn vị nhận",
    "source": "Nguồn",
    "clause": "Khoản",
    "item": "Tiểu mục hoặc nhóm",
    "amount": "Số tiền",
    "budget_year": "Năm ngân sách",
    "note": "Ghi chú",
}
OPENING = {
    "account": "TK",
    "source": "Nguồn",
    "clause": "Khoản",
    "item": "Tiểu mục",
    "asset": "Mã tài sản",
    "counterparty": "Đối tượng",
    "partner": "Đơn vị nội bộ",
    "reference": "Tham chiếu",
    "debit": "Dư Nợ",
    "credit": "Dư Có",
}
ASSETS = {
    "asset": "Mã tài sản",
    "name": "Tên tài sản",
    "class": "Nhóm tài sản",
    "account": "Tài khoản",
    "in_use": "Ngày đưa vào sử dụng",
    "cost": "Nguyên giá",
    "quantity": "Số lượng",
    "origin": "Nguồn gốc hình thành",
    "place": "Nơi sử dụng",
    "custodian": "Người quản lý",
    "condition": "Tình trạng",
    "source": "Nguồn kinh phí",
}
DUES = {
    "organisation": "Tổ chức đảng",
    "kind": "Loại đảng bộ",
    "level": "Cấp tổ chức",
    "superior": "Tổ chức cấp trên",
    "month": "Tháng",
    "members": "Số đảng viên cuối tháng",
    "exempt": "Số đảng viên được miễn",
    "unpaid": "Số đảng viên chưa đóng",
    "collected": "Đảng phí đã thu",
    "kept": "Trích giữ lại",
    "to_remit": "Phải nộp cấp trên",
    "remitted": "Đã nộp cấp trên",
    "outstanding": "Còn phải nộp",
    "day": "Ngày nộp",
}
EVENTS = {
    "event": "Mã sự kiện",
    "kind": "Loại",
    "name": "Tên đoàn, hội nghị",
    "first_day": "Từ ngày",
    "last_day": "Đến ngày",
    "heads": "Số người",
    "host": "Đơn vị chủ trì",
    "served": "Đơn vị được phục vụ",
    "place": "Địa điểm",
    "document": "Số quyết định, kế hoạch",
    "planned_cost": "Kinh phí dự kiến",
    "note": "Ghi chú",
}
TRIPS = {
    "order": "Số lệnh điều xe",
    "vehicle": "Xe",
    "driver": "Lái xe",
    "day_out": "Ngày đi",
    "day_back": "Ngày về",
    "route": "Hành trình",
    "purpose": "Mục đích",
    "user": "Đơn vị sử dụng",
    "km_out": "Km đi",
    "km_back": "Km về",
    "litres": "Nhiên liệu (lít)",
    "event": "Sự kiện",
}
TREASURY = {
    "account": "Tài khoản",
    "source": "Nguồn",
    "clause": "Khoản",
    "item": "Tiểu mục hoặc nhóm",
    "balance": "Số dư xác nhận",
    "number": "Số xác nhận",
    "day": "Ngày xác nhận",
}
HEADINGS = {
    "vouchers": VOUCHERS,
    "estimates": ESTIMATES,
    "opening": OPENING,
    "assets": ASSETS,
    "dues": DUES,
    "events": EVENTS,
    "trips": TRIPS,
    "treasury": TREASURY,
}

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
    {"amount", "debit", "credit", "cost", "planned_cost", "balance", "km_out", "km_back"}
    | {"collected", "kept", "to_remit", "remitted", "outstanding"}
)
DATES = frozenset({"date", "document_date", "in_use", "day", "first_day", "last_day", "day_out", "day_back"})
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
    keys = list(HEADINGS[form])
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
    """A whole CSV file."""
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
