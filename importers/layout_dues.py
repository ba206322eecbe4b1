"""The form of Party dues: one row for each Party organisation and month of a quarter.

The columns are those of part II of the ledger S01/ĐP (attached to official letter 141-CV/VPTW/nb, 17/03/2011, seen in a
secondary source); kind and level of the organisation are what the quarterly report B01/ĐP is split by.
"""

from __future__ import annotations

from importers.layout import Column, Layout
from importers.layout_shared import NOTE, OWNER

DUES_KINDS = {"Xã, phường": "commune", "Doanh nghiệp": "enterprise", "Khác": "other"}
"""The three columns of B01/ĐP."""

LEVELS = {"Chi bộ": "cell", "Đảng ủy cơ sở": "grassroots", "Cấp trên cơ sở": "upper"}
"""The levels at which dues are kept, lines 05 to 07 of B01/ĐP."""

_ORGANISATION = (
    Column(
        "organisation",
        "Tổ chức đảng",
        "text",
        required=True,
        also=("Tên tổ chức đảng", "Tên chi bộ, đảng bộ"),
        help_vi="Tên tổ chức đảng, viết giống nhau ở mọi tháng; mỗi tổ chức một dòng mỗi tháng.",
        help_en="Name of the Party organisation, the same in every month; one row for each month.",
        sample="Chi bộ thôn Đông",
    ),
    Column(
        "kind",
        "Loại đảng bộ",
        "word",
        required=True,
        words=DUES_KINDS,
        unknown="G07",
        help_vi="Cột của báo cáo B01/ĐP: xã, phường; doanh nghiệp; khác.",
        help_en="The column of report B01/ĐP: commune or ward; enterprise; other.",
        sample="Xã, phường",
    ),
    Column(
        "level",
        "Cấp tổ chức",
        "word",
        required=True,
        words=LEVELS,
        unknown="G07",
        help_vi="Cấp giữ lại đảng phí: chi bộ, đảng ủy cơ sở hay cấp trên cơ sở.",
        help_en="The level that keeps dues: cell, grassroots committee or above the grassroots.",
        sample="Chi bộ",
    ),
    Column(
        "superior",
        "Tổ chức cấp trên",
        "text",
        also=("Trực thuộc",),
        help_vi="Tên tổ chức cấp trên có trong tệp mà tổ chức này nộp đảng phí lên; bỏ trống nếu nộp ra ngoài tệp.",
        help_en="The organisation of this file that it remits to; empty if it remits to one outside the file.",
        sample="Đảng ủy xã Hòa Lam",
    ),
    Column(
        "month",
        "Tháng",
        "month",
        required=True,
        help_vi="Tháng và năm, dạng 03/2026, trong quý nộp.",
        help_en="Month and year, written 03/2026, inside the quarter handed in.",
        sample="03/2026",
    ),
)
_MEMBERS = (
    Column(
        "members",
        "Số đảng viên cuối tháng",
        "count",
        required=True,
        also=("Tổng số đảng viên",),
        help_vi="Tổng số đảng viên đến cuối tháng.",
        help_en="Members at the end of the month.",
        sample="28",
    ),
    Column(
        "exempt",
        "Số đảng viên được miễn",
        "count",
        required=True,
        may_be_empty=True,
        also=("Được miễn",),
        help_vi="Số đảng viên được miễn đóng đảng phí trong tháng; bỏ trống là 0.",
        help_en="Members exempt from dues this month; empty is 0.",
        sample="2",
    ),
    Column(
        "unpaid",
        "Số đảng viên chưa đóng",
        "count",
        required=True,
        may_be_empty=True,
        also=("Chưa đóng",),
        help_vi="Số đảng viên chưa đóng đến cuối tháng; bỏ trống là 0.",
        help_en="Members who have not paid by the end of the month; empty is 0.",
        sample="1",
    ),
)
_MONEY = (
    Column(
        "collected",
        "Đảng phí đã thu",
        "amount",
        required=True,
        also=("Đã thu",),
        help_vi="Đảng phí thu được trong tháng: của đảng viên, hoặc do cấp dưới nộp lên; số đồng chẵn.",
        help_en="Dues received in the month, from members or from organisations below; whole đồng.",
        sample="1.260.000",
    ),
    Column(
        "kept",
        "Trích giữ lại",
        "amount",
        required=True,
        help_vi="Phần được giữ lại; đã thu = giữ lại + phải nộp.",
        help_en="The part that is kept; collected = kept + to remit.",
        sample="882.000",
    ),
    Column(
        "to_remit",
        "Phải nộp cấp trên",
        "amount",
        required=True,
        also=("Phải nộp",),
        help_vi="Phần phải nộp lên cấp trên của tháng này.",
        help_en="The part of this month that goes to the level above.",
        sample="378.000",
    ),
    Column(
        "remitted",
        "Đã nộp cấp trên",
        "amount",
        required=True,
        also=("Đã nộp",),
        help_vi="Số đã nộp lên cấp trên trong tháng; 0 nếu chưa nộp.",
        help_en="What was remitted in the month; 0 if nothing was.",
        sample="378.000",
    ),
    Column(
        "outstanding",
        "Còn phải nộp",
        "amount",
        required=True,
        also=("Chưa nộp", "Còn phải nộp cấp trên"),
        help_vi="Còn phải nộp cuối tháng = còn lại tháng trước + phải nộp - đã nộp.",
        help_en="Still to remit at the end of the month = that of the month before + to remit - remitted.",
        sample="0",
    ),
    Column(
        "day",
        "Ngày nộp",
        "date",
        help_vi="Ngày nộp lên cấp trên; bắt buộc khi đã nộp khác 0.",
        help_en="Day on which it was remitted; needed when anything was.",
        sample="28/03/2026",
    ),
    NOTE,
    OWNER,
)

DUES = Layout(
    "dues",
    1,
    "Thu, nộp đảng phí",
    "Party dues",
    (*_ORGANISATION, *_MEMBERS, *_MONEY),
    control="collected",
    span="quarter",
)
