"""Hostile texts, and a sound row of every form to put them into.

Guarantees: the same seed gives the same texts; each of the fixed ones is an attempt that has worked somewhere: a quote
or line break that ends a string, a directive, a formula, markup, a reordered or invisible letter, an endless one.
"""

from __future__ import annotations

import random
from collections.abc import Mapping

from importers.layouts import Layout

CANARY = "party_canary"
"""A module that nobody may import."""

DIRECTIVES = (
    f'plugin "{CANARY}"',
    'option "insert_pythonpath" "TRUE"',
    'option "title" "Another unit"',
    'option "tolerance_multiplier" "100000"',
    'include "/etc/hostname"',
    'include "../T02/ledger.beancount"',
    f'2026-01-01 custom "fava-extension" "{CANARY}"',
    f'2026-01-01 custom "fava-option" "import-config" "{CANARY}.py"',
    '2026-01-01 event "a" "b',
    "2026-01-01 open Assets:Injected",
    '2026-01-01 document Assets:112:1121 "/etc/passwd"',
    '2026-01-01 query "x" "SELECT *"',
    "2026-01-01 balance Assets:112:1121 1 VND",
    "pushtag #x",
    "pushmeta unit:",
)
FORMULAS = (
    "=1+1",
    '=HYPERLINK("http://example.invalid","x")',
    "=cmd|'/C calc'!A0",
    "+1+cmd|'/C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "＝1+1",
    "＠SUM(1)",
    '"=1+1"',
    "'=1+1",
    "{=1+1}",
    "DDE(1;2;3)",
)
MARKUP = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "javascript:alert(1)",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;&#x3c;b&#62;",
    "{{7*7}}",
    "{% include 'x' %}",
    "${7*7}",
    "#{7*7} #let x = 1",
    "]]><!--",
    "data:text/html,<b>",
    "＜script＞",
)
SIGNS = (
    '"',
    '""',
    "'",
    "\\",
    "\\\\",
    '\\"',
    "\\n",
    "\n",
    "\r\n",
    "\r",
    "\x00",
    "\x07",
    "\x1b[31m",
    "\x7f",
    "\x85",
    "\u2028",
    "\u2029",
    "\ufeff",
    "\u200b",
    "\u200d",
    "\u202e",
    "\u2066",
    "\u00a0",
    "\u00ad",
    "\ufffd",
    "\ue000",
    "\U000e0041",
    "e\u0301",
    "\u0323a",
    "x" + "\u0301" * 40,
    "😀👩‍👩‍👧🏳️‍🌈",
    "\U0001f600",
    "１２３",
    "А",
    ";",
    "; comment",
    ",",
    "|",
    "#tag ^link",
    "{ } ( ) [ ]",
    "%s %d {0} {value}",
    "../../etc/passwd",
    "A" * 999,
    "A" * 1_001,
    "ệ" * 1_000,
    " ",
    "NULL",
    "NaN",
    "None",
    "' OR '1'='1",
    "🇻🇳" * 100,
)
FIXED = (*DIRECTIVES, *FORMULAS, *MARKUP, *SIGNS)

_ENDINGS = ('x"\n{}\n2026-01-01 event "a" "b', 'x"\r\n{}\r\n', '"; {}', '\\"\n{}', "Chi tiền\n\n{}\n", "a{}b")
"""How a text tries to leave its string and go on as something else."""


def texts(seed: int, count: int) -> list[str]:
    """The fixed texts, then mixtures of them, `count` together."""
    chance = random.Random(seed)
    made = dict.fromkeys(FIXED)
    made |= dict.fromkeys(ending.format(text) for ending in _ENDINGS for text in DIRECTIVES)
    while len(made) < count:
        made[mixture(chance)] = None
    return list(made)[:count]


def mixture(chance: random.Random) -> str:
    """A few pieces one behind the other."""
    return "".join(chance.choice(PIECES) for _ in range(chance.randint(1, 5)))


_SHORT = 60
PIECES = (
    *(text for text in FIXED if len(text) < _SHORT),
    *("Chi tiền điện ", "Đ", "ự", " ", "  ", "a", "0", "\u1ef1", "ngày 05/03/2026", "€", "中", "ж", "ن", "\U00020000"),
)

_SOUND = {
    "vouchers": "voucher=BC{n} | date=05/03/2026 | description=Thu hộ | debit=1121 | credit=3381 | amount=1.000",
    "estimates": (
        "decision={n}-QĐ/VPTU | date=02/03/2026 | kind=Bổ sung | unit=T01 | source=13 | clause=351 | "
        "amount=1.000.000 | budget_year=2026"
    ),
    "opening": "account=1121 | counterparty=Bên {n} | debit=1.000",
    "assets": (
        "asset=TS-T02-{n} | name=Máy in | class=TT141-5.3 | account=2113 | in_use=20/05/2024 | "
        "cost=48.900.000 | quantity=1 | origin=Mua sắm | place=Tầng 1 | condition=Đang sử dụng"
    ),
    "dues": (
        "organisation=Chi bộ {n} | kind=Khác | level=Chi bộ | month=02/2026 | members=20 | "
        "collected=1.000.000 | kept=700.000 | to_remit=300.000 | remitted=300.000 | outstanding=0 | "
        "day=20/02/2026"
    ),
    "events": (
        "event=HN-T02-{n} | kind=Hội nghị | name=Hội nghị | first_day=05/03/2026 | heads=20 | "
        "last_day=06/03/2026 | host=T02"
    ),
    "trips": (
        "order=LX-{n} | vehicle=37A-{n:05} | driver=Lê Văn Lái | day_out=10/03/2026 | user=T02 | "
        "day_back=11/03/2026 | route=Tỉnh | purpose=Họp | km_out=100 | km_back=200"
    ),
    "commitments": (
        "contract=HĐ-{n}/2026 | day=05/03/2026 | supplier=Công ty {n} | source=13 | clause=351 | budget_year=2026 | "
        "change=Ký mới | amount=1.000 | total=1.000"
    ),
    "carryover": (
        "form=Dự toán còn dư | source=13 | clause=351 | category=Mua sắm, sửa chữa có hợp đồng | amount=1.000 | "
        "contract=HĐ-{n} | contract_day=18/12/2025 | task=Việc {n}"
    ),
    "requests": (
        "line=Nhu cầu chi | source=13 | clause=351 | item=6500 | task=Việc {n} | quantity=2 | price=500 | amount=1.000"
    ),
    "treasury": "account=1121 | balance=1.000 | number=XN-{n} | day=02/04/2026",
}
"""By form the cells of a sound row; the others are empty."""

ALONE = frozenset({"treasury"})
"""Forms in which a second row like the first is a finding of its own."""

SLOTS: Mapping[str, Mapping[str, str]] = {
    "vouchers": {"unit": "T01", "period": "2026-03"},
    "estimates": {"unit": "VPTU", "period": "2026"},
    "opening": {"unit": "MOI", "period": "2026"},
    "assets": {"unit": "T02", "period": "2026"},
    "dues": {"unit": "T02", "period": "2026-Q1"},
    "events": {"unit": "T02", "period": "2026-03"},
    "trips": {"unit": "T02", "period": "2026-03"},
    "treasury": {"unit": "T02", "period": "2026-03"},
    "commitments": {"unit": "T01", "period": "2026-03"},
    "carryover": {"unit": "T01", "period": "2025"},
    "requests": {"unit": "T02", "period": "2027"},
}
"""Where the sound rows can be handed in."""


def row(layout: Layout, number: int) -> dict[str, str]:
    """A sound row of a form by column key; `number` makes its document another one."""
    sound = dict(cell.split("=") for cell in _SOUND[layout.form].split(" | "))
    return {column.key: sound.get(column.key, "").format(n=number) for column in layout.columns}
