"""The form of vehicle trips: one row for each trip order of a month."""

from __future__ import annotations

from importers.layout import Column, Layout
from importers.layout_shared import NOTE, OWNER

_ORDER = (
    Column(
        "order",
        "Số lệnh điều xe",
        "number",
        required=True,
        also=("Lệnh điều xe", "Số lệnh"),
        help_vi="Số lệnh điều xe, không trùng trong năm.",
        help_en="Number of the trip order, unique in the year.",
        sample="LX-041",
    ),
    Column(
        "vehicle",
        "Xe",
        "number",
        required=True,
        also=("Biển số xe", "Biển số", "Biển kiểm soát"),
        help_vi="Biển số hoặc mã tài sản của xe, viết giống nhau ở mọi chuyến.",
        help_en="Number plate or asset code of the vehicle, the same in every trip.",
        sample="37A-002.15",
    ),
    Column(
        "driver",
        "Lái xe",
        "text",
        required=True,
        also=("Người lái xe",),
        help_vi="Họ tên người lái xe.",
        help_en="Name of the driver.",
        sample="Nguyễn Văn Tài",
    ),
    Column(
        "day_out",
        "Ngày đi",
        "date",
        required=True,
        help_vi="Ngày xe đi, dạng ngày/tháng/năm, trong tháng nộp.",
        help_en="Day of leaving, day/month/year, inside the month handed in.",
        sample="10/03/2026",
    ),
    Column(
        "day_back",
        "Ngày về",
        "date",
        required=True,
        help_vi="Ngày xe về, không trước ngày đi.",
        help_en="Day of return, not before the day of leaving.",
        sample="11/03/2026",
    ),
)
_JOURNEY = (
    Column(
        "route",
        "Hành trình",
        "text",
        required=True,
        also=("Lộ trình",),
        help_vi="Nơi đi, nơi đến.",
        help_en="From where to where.",
        sample="Tỉnh ủy - xã Hòa Lam - Tỉnh ủy",
    ),
    Column(
        "purpose",
        "Mục đích",
        "text",
        required=True,
        also=("Nội dung công tác",),
        help_vi="Nội dung công tác của chuyến đi.",
        help_en="What the trip is for.",
        sample="Kiểm tra công tác đảng phí",
    ),
    Column(
        "user",
        "Đơn vị sử dụng",
        "code",
        required=True,
        code="unit",
        also=("Đơn vị dùng xe",),
        help_vi="Mã đơn vị sử dụng xe trong chuyến đi.",
        help_en="Code of the unit that uses the vehicle.",
        sample="UBKT",
    ),
)
_METER = (
    Column(
        "km_out",
        "Km đi",
        "count",
        required=True,
        also=("Số km khi đi", "Đồng hồ km khi đi"),
        help_vi="Số ki-lô-mét trên đồng hồ khi xe đi, số nguyên.",
        help_en="Odometer on leaving, whole kilometres.",
        sample="58.214",
    ),
    Column(
        "km_back",
        "Km về",
        "count",
        required=True,
        also=("Số km khi về", "Đồng hồ km khi về"),
        help_vi="Số ki-lô-mét trên đồng hồ khi xe về, không nhỏ hơn khi đi.",
        help_en="Odometer on return, not below that on leaving.",
        sample="58.377",
    ),
    Column(
        "litres",
        "Nhiên liệu (lít)",
        "litres",
        also=("Số lít nhiên liệu", "Số lít"),
        help_vi="Số lít xăng dầu của chuyến đi, dấu phẩy thập phân, nhiều nhất hai chữ số lẻ: 18,5.",
        help_en="Litres of fuel of the trip, decimal comma, at most two decimals: 18,5.",
        sample="18,5",
    ),
    Column(
        "event",
        "Sự kiện",
        "number",
        also=("Mã sự kiện",),
        help_vi="Mã đoàn hoặc hội nghị mà chuyến đi phục vụ, nếu có.",
        help_en="Code of the delegation or conference the trip serves, if any.",
        sample="HN-2026-03",
    ),
    NOTE,
    OWNER,
)

TRIPS = Layout("trips", 1, "Chuyến xe", "vehicle trips", (*_ORDER, *_JOURNEY, *_METER))
