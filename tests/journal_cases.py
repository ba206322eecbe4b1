"""Posting tables and Beancount's answer to a text, for the tests of the journal."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

os.environ["BEANCOUNT_DISABLE_LOAD_CACHE"] = "1"

import pandas as pd
from beancount import loader

from ledger import journal, postings

CONTRA = "Equity:OffBalance:Contra"
MEMO_ACCOUNT = "Equity:OffBalance:008:0082:00821:008212"


def head(**more: str) -> dict[str, Any]:
    """What the postings of one voucher share."""
    return {
        "unit": "BTC",
        "period": "2026-03",
        "entry": "voucher",
        "voucher": "PC015",
        "date": "2026-03-05",
        "description": "Chi tiền điện tháng 3/2026",
        "submission": "3f2a9c0d11ee",
    } | more


def posting(account: str, amount: int, side: str = "", **more: object) -> dict[str, Any]:
    """One posting in đồng (in MEMO below the memo root), on the side of its sign unless it is said."""
    return {
        "account": account,
        "code": journal_code(account),
        "side": side or ("D" if amount >= 0 else "C"),
        "amount": amount,
        "quantity": amount,
        "commodity": "MEMO" if account.startswith("Equity:OffBalance:") else "VND",
    } | more


def lot(account: str, quantity: int, cost: int, date: str, asset: str, **more: object) -> dict[str, Any]:
    """One asset that comes in (1) or goes out (-1) at its cost."""
    row = posting(account, quantity * cost, "D" if quantity > 0 else "C", **more)
    return row | {"quantity": quantity, "commodity": f"TS{row['code']}", "lot_date": date, "asset": asset}


def journal_code(account: str) -> str:
    """The last component of digits, written independently of the program."""
    digits = [part for part in account.split(":") if part.isdecimal()]
    return digits[-1] if digits else ""


def sample() -> pd.DataFrame:
    """A voucher of each kind: with memo, red, a lot that comes and one that goes, opening and estimate."""
    dims = {"source": "13", "clause": "351", "item": "6501", "budget_year": "2026", "treasury": "actual"}
    electricity = head(book="cash", document_date="2026-03-04")
    red = head(voucher="PC016", date="2026-03-06", description='Ghi "đỏ" PC015 \\ sai', corrects="PC015")
    bought = head(voucher="TS01", date="2026-03-07", description="Mua máy tính")
    left = head(voucher="TS02", date="2026-03-08", description="Điều chuyển máy in")
    decision = head(voucher="", entry="estimate", period="2026", date="2026-01-02", description="Giao dự toán")
    decision |= {"decision": "12-QĐ/VPTU", "kind": "original"}
    return postings.frame(
        [
            electricity | posting("Expenses:612:TM6501", 1_234_567, row=2, **dims),
            electricity | posting("Liabilities:331", -1_234_567, row=2, counterparty="Công ty Điện lực"),
            electricity | posting(MEMO_ACCOUNT, -1_234_567, row=3, **dims),
            electricity | posting(CONTRA, 1_234_567, row=3),
            red | posting("Expenses:612:TM6501", -567, "D", row=4, **dims),
            red | posting("Liabilities:331", 567, "C", row=4),
            bought | lot("Assets:211:2113", 1, 15_000_000, "2026-03-07", "TS-BTC-001", row=5),
            bought | posting("Assets:112:1121", -15_000_000, row=5),
            left | lot("Assets:211:2113", -1, 9_000_000, "2025-01-01", "TS-BTC-000", row=6),
            left | posting("Assets:214:2141", 9_000_000, row=6, asset="TS-BTC-000", partner="TCT", reference="ĐC 01"),
            decision | posting(MEMO_ACCOUNT, 50_000_000, source="13", clause="351", budget_year="2026"),
            decision | posting(CONTRA, -50_000_000),
        ]
    )


def loaded(text: str, booking: str = "NONE", accounts: Iterable[str] | None = None) -> tuple[pd.DataFrame, list[Any]]:
    """Rows and errors of Beancount's own loader: a file with opens that includes the text."""
    used = sorted(set(journal.read(text)["account"] if accounts is None else accounts))
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "journal.beancount").write_bytes(text.encode("utf-8"))
        top = Path(folder) / "top.beancount"
        opens = [f'0001-01-01 open {account} "{booking}"\n' for account in used]
        top.write_text("".join(opens) + 'include "journal.beancount"\n', "utf-8")
        entries, errors, _ = loader.load_file(str(top))
    return journal.from_entries(entries), errors
