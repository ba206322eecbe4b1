"""The form of treasury confirmations: what the State Treasury confirms at a month's end, one row a balance.

The rows are those of the reconciliation sheets of estimate and of deposit account (01-SDKP/ĐVDT, 02-SDKP/ĐVDT; from
memory, numbers may have changed): remaining estimate by source and clause, and the balance of each deposit account.
"""

from __future__ import annotations

from dataclasses import replace

from importers.layout import Column, Layout
from importers.layout_shared import CLAUSE, ITEM_OR_GROUP, NOTE, OWNER, SOURCE

TREASURY = Layout(
    "treasury",
    1,
    "Xác nhận số dư của Kho bạc",
    "treasury confirmations",
    (
        Column(
            "account",
            "Tài khoản",
            "code",
            required=True,
            code="account",
            also=("TK", "Số hiệu tài khoản"),
            help_vi="Tài khoản kế toán của đơn vị được đối chiếu: 112…, 008…, 009, 012, 013.",
            help_en="The unit's account that is reconciled: 112…, 008…, 009, 012, 013.",
            sample="1121",
        ),
        replace(
            SOURCE,
            help_vi="Mã tính chất nguồn kinh phí, 2 chữ số; bắt buộc với 008, 009, 012, 013, bỏ trống với 112.",
            help_en="Source, 2 digits; needed with 008, 009, 012 and 013, empty with 112.",
        ),
        replace(
            CLAUSE,
            help_vi="Mã khoản, 3 chữ số; bắt buộc với 008, 009, 012, 013, bỏ trống với 112.",
            help_en="Clause, 3 digits; needed with 008, 009, 012 and 013, empty with 112.",
        ),
        replace(
            ITEM_OR_GROUP,
            help_vi="Mã tiểu mục hoặc mục nếu Kho bạc xác nhận chi tiết; bỏ trống là cả nguồn và khoản.",
            help_en="Item or group if the Treasury confirms it in detail; empty means the whole source and clause.",
        ),
        Column(
            "balance",
            "Số dư xác nhận",
            "amount",
            required=True,
            also=("Dự toán còn lại", "Số còn lại", "Số dư"),
            help_vi="Số dư hoặc dự toán còn lại đến cuối tháng do Kho bạc xác nhận, số đồng chẵn.",
            help_en="Balance or remaining estimate at the end of the month as confirmed, whole đồng.",
            sample="12.450.000",
        ),
        Column(
            "number",
            "Số xác nhận",
            "number",
            required=True,
            also=("Số bản xác nhận", "Số văn bản"),
            help_vi="Số của bản xác nhận.",
            help_en="Number of the confirmation.",
            sample="XN-03/2026",
        ),
        Column(
            "day",
            "Ngày xác nhận",
            "date",
            required=True,
            help_vi="Ngày Kho bạc xác nhận, không trước tháng đối chiếu.",
            help_en="Day of the confirmation, not before the month that is reconciled.",
            sample="02/04/2026",
        ),
        NOTE,
        OWNER,
    ),
    control="balance",
)
