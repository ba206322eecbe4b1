"""The form of opening balances: one row is one balance on the first day of a unit's first year."""

from __future__ import annotations

from importers.layout import Column, Layout
from importers.layout_shared import ASSET, CLAUSE, COUNTERPARTY, ITEM, OWNER, PARTNER, REFERENCE, SOURCE

OPENING = Layout(
    "opening",
    1,
    "Số dư đầu kỳ",
    "opening balances",
    (
        Column(
            "account",
            "TK",
            "code",
            required=True,
            code="account",
            also=("Tài khoản", "Số hiệu tài khoản"),
            help_vi="Tài khoản chi tiết có số dư đầu năm.",
            help_en="The detail account that has a balance.",
            sample="1111",
        ),
        SOURCE,
        CLAUSE,
        ITEM,
        ASSET,
        COUNTERPARTY,
        PARTNER,
        REFERENCE,
        Column(
            "debit",
            "Dư Nợ",
            "amount",
            required=True,
            may_be_empty=True,
            also=("Số dư Nợ", "Dư nợ đầu kỳ"),
            help_vi="Số dư bên Nợ, số đồng chẵn; mỗi dòng chỉ ghi một bên.",
            help_en="Debit balance in whole đồng; a row has one side.",
            sample="4.890.000",
        ),
        Column(
            "credit",
            "Dư Có",
            "amount",
            required=True,
            may_be_empty=True,
            also=("Số dư Có", "Dư có đầu kỳ"),
            help_vi="Số dư bên Có, số đồng chẵn; tổng Dư Nợ phải bằng tổng Dư Có.",
            help_en="Credit balance in whole đồng; total debit must equal total credit.",
            sample="4.890.000",
        ),
        OWNER,
    ),
    control="debit",
    span="year",
)
