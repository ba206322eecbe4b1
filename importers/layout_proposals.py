"""The form in which the office's figures come back: the review as a workbook, or a list of its own.

Not a form that units hand in, so it stands outside `layouts.LAYOUTS`; headings are those of the review
(`reports/forms/tables.yaml`), so that the reviewed workbook can be handed back as it is.
"""

from __future__ import annotations

from dataclasses import replace

from importers.layout import Column, Layout
from importers.layout_shared import CLAUSE, ITEM_OR_GROUP, PROGRAMME, SOURCE

PROPOSALS = Layout(
    "proposals",
    1,
    "Số Văn phòng đề xuất",
    "the office's proposals",
    (
        Column(
            "unit",
            "Đơn vị",
            "code",
            required=True,
            code="unit",
            also=("Mã đơn vị", "Đơn vị nhận"),
            help_vi="Mã đơn vị được giao.",
            help_en="Code of the unit that is to receive it.",
            sample="BTC",
        ),
        replace(SOURCE, required=True),
        replace(CLAUSE, required=True),
        replace(ITEM_OR_GROUP, also=(*ITEM_OR_GROUP.also, "Mục, tiểu mục")),
        replace(PROGRAMME, later=False),
        Column(
            "amount",
            "Văn phòng đề xuất",
            "amount",
            required=True,
            may_be_empty=True,
            also=("Số đề xuất", "Đề xuất", "proposed"),
            help_vi="Số Văn phòng đề xuất giao, số đồng chẵn; bỏ trống là chưa xét, 0 là không giao.",
            help_en="What the office proposes, whole đồng; empty: not yet reviewed, 0: nothing is assigned.",
            sample="180.000.000",
        ),
        Column(
            "reason",
            "Lý do điều chỉnh",
            "text",
            also=("Lý do",),
            help_vi="Lý do khi số đề xuất khác số đơn vị đề nghị.",
            help_en="Why, where it is not what the unit asked for.",
            sample="Chưa có chương trình công tác được duyệt",
        ),
    ),
    control="amount",
    span="year",
)
