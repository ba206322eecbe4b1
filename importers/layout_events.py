"""The form of events: delegations, conferences and Party congresses of a month, with head counts."""

from __future__ import annotations

from importers.layout import Column, Layout
from importers.layout_shared import NOTE, OWNER

EVENT_KINDS = {"Đoàn": "delegation", "Hội nghị": "conference", "Đại hội": "congress"}

_WHAT = (
    Column(
        "event",
        "Mã sự kiện",
        "number",
        required=True,
        also=("Sự kiện",),
        help_vi="Mã của đoàn hoặc hội nghị, không trùng trong đơn vị; ghi mã này ở cột Sự kiện của chứng từ.",
        help_en="Code of the delegation or conference, unique in the unit; vouchers name it in their event column.",
        sample="HN-2026-03",
    ),
    Column(
        "kind",
        "Loại",
        "word",
        required=True,
        words=EVENT_KINDS,
        unknown="G07",
        also=("Loại sự kiện",),
        help_vi="Đoàn, Hội nghị hoặc Đại hội (đại hội đảng các cấp).",
        help_en="Delegation, conference or Party congress.",
        sample="Hội nghị",
    ),
    Column(
        "name",
        "Tên đoàn, hội nghị",
        "text",
        required=True,
        also=("Tên sự kiện", "Tên"),
        help_vi="Tên đoàn hoặc tên hội nghị.",
        help_en="Name of the delegation or conference.",
        sample="Hội nghị sơ kết công tác quý I",
    ),
    Column(
        "first_day",
        "Từ ngày",
        "date",
        required=True,
        also=("Ngày bắt đầu",),
        help_vi="Ngày đầu tiên, dạng ngày/tháng/năm, trong tháng nộp.",
        help_en="First day, day/month/year, inside the month handed in.",
        sample="26/03/2026",
    ),
    Column(
        "last_day",
        "Đến ngày",
        "date",
        required=True,
        also=("Ngày kết thúc",),
        help_vi="Ngày cuối cùng, không trước ngày đầu; sự kiện một ngày ghi hai ngày giống nhau.",
        help_en="Last day, not before the first; the same day for a one-day event.",
        sample="26/03/2026",
    ),
)
_WHO = (
    Column(
        "heads",
        "Số người",
        "count",
        required=True,
        also=("Số lượt người", "Số đại biểu"),
        help_vi="Số người của đoàn, số người dự hoặc số đại biểu, từ 1 trở lên.",
        help_en="People of the delegation, at the conference, or delegates; at least 1.",
        sample="45",
    ),
    Column(
        "host",
        "Đơn vị chủ trì",
        "code",
        required=True,
        code="unit",
        also=("Đơn vị tổ chức",),
        help_vi="Mã đơn vị chủ trì đón đoàn hoặc tổ chức hội nghị.",
        help_en="Code of the unit that receives the delegation or holds the conference.",
        sample="VPTU",
    ),
    Column(
        "served",
        "Đơn vị được phục vụ",
        "code",
        code="unit",
        help_vi="Mã đơn vị mà sự kiện phục vụ, nếu khác đơn vị chủ trì.",
        help_en="Code of the unit the event serves, if it is not the host.",
        sample="BTC",
    ),
    Column(
        "place",
        "Địa điểm",
        "text",
        also=("Nơi tổ chức",),
        help_vi="Nơi đón đoàn hoặc tổ chức hội nghị.",
        help_en="Where it takes place.",
        sample="Hội trường Tỉnh ủy",
    ),
)
_COST = (
    Column(
        "document",
        "Số quyết định, kế hoạch",
        "number",
        also=("Số kế hoạch", "Số quyết định"),
        help_vi="Số quyết định hoặc kế hoạch làm căn cứ.",
        help_en="Number of the decision or plan it is based on.",
        sample="27-KH/TU",
    ),
    Column(
        "planned_cost",
        "Kinh phí dự kiến",
        "amount",
        also=("Dự toán kinh phí",),
        help_vi="Kinh phí dự kiến, số đồng chẵn; bỏ trống nếu không có.",
        help_en="Planned cost in whole đồng; empty if there is none.",
        sample="18.500.000",
    ),
    NOTE,
    OWNER,
)

EVENTS = Layout(
    "events", 1, "Đoàn và hội nghị", "delegations and conferences", (*_WHAT, *_WHO, *_COST), control="planned_cost"
)
