"""Files that go wrong: DUUB's October 2026, refused, and BTC's May 2026, handed in again with a right figure.

Guarantees: `MISTAKES` lists every mistake that `spoil` puts in, in the order of the rows it touches.
"""

from __future__ import annotations

Line = dict[str, str]

WRONG_MONTH, WRONG_AMOUNT = ("BTC", "2026-05"), 540_000
"""The unit and month whose first file has one bill too high by this much."""
REASON = "Nhập sai số tiền hóa đơn văn phòng phẩm quý II; đã đối chiếu lại với hóa đơn gốc"
"""Why that file was replaced."""


def too_high(rows: list[Line]) -> list[Line]:
    """The month as first handed in: the stationery bill of the quarter (both of its rows share one amount)."""
    place = next(n for n, row in enumerate(rows) if row["item"] == "6551" and row["credit"] == "331")
    wrong = dict(rows[place], amount=str(int(rows[place]["amount"]) + WRONG_AMOUNT))
    return [*rows[:place], wrong, *rows[place + 1 :]]


def spoil(rows: list[Line], used_before: str) -> list[Line]:
    """The month with every mistake of `MISTAKES`.

    Args:
        rows: the right file.
        used_before: a voucher number of an earlier month.
    """
    spoiled = [dict(row) for row in rows]
    for place, change in _changes(spoiled, used_before):
        place.update(change)
    return [*spoiled, *_extra()]


MISTAKES = (
    ("V01", "BL: a voucher that does not balance, one side of a pair is missing"),
    ("A04", "BL: a budget item that the index does not have (6598)"),
    ("A03", "RDT: a row without its budget item"),
    ("A04", "RDT: an unknown source (99)"),
    ("A02", "RDT: an account that has detail accounts (008)"),
    ("A06", "RDT: autonomous money on the account of other money"),
    ("F31", "UNC: an amount with commas (1,250,000)"),
    ("V02", "GNT: a voucher dated in another month"),
    ("I01", "UNC: an internal debt paid without its reference"),
    ("A01", "RDT: an account that no regime has (6123)"),
    ("F33", "RDT: an amount with decimals (4.125,50)"),
    ("F30", "RDT: a row without a description"),
    ("F45", "RDT: a budget item typed with five digits (65999)"),
    ("F38", "RDT: a treasury operation nobody knows"),
    ("V04", "PT: a voucher number used in September"),
    ("F36", "GNT: a day that does not exist (31/11/2026)"),
    ("V03", "NVK900: a red entry that does not say what it corrects"),
    ("A09", "NVK901: the estimate debited by the unit itself"),
    ("I03", "PT900: a partner that is no unit (XA99)"),
    ("A07", "NVK902: an asset written off without its code"),
    ("E01", "RDT900: a purchase without an estimate line"),
    ("E02", "RDT901: a conference over the estimate"),
)
"""The finding that each mistake should bring, and what it is; in the order of the vouchers.

V03 is told only once the whole file can be read: until then the corrected voucher may stand in an unread row.
"""


def _changes(rows: list[Line], used_before: str) -> list[tuple[Line, Line]]:
    def row(number: int, debit: str, credit: str) -> Line:
        return [r for r in rows if (r["debit"], r["credit"]) == (debit, credit)][number]

    memo = [r for r in rows if r["credit"] == "008212"]
    last_memo = memo[-1]
    dues = [r for r in rows if r["credit"] == "7118" or (r["credit"] == "336" and r["debit"] == "1111")]
    return [
        (row(0, "3341", "3321"), {"credit": ""}),
        (row(1, "612", "3341"), {"item": "6598"}),
        (row(0, "1121", "511"), {"item": ""}),
        (memo[0], {"source": "99"}),
        (memo[1], {"credit": "008"}),
        (memo[2], {"credit": "008222"}),
        (row(0, "3341", "1121"), {"raw_amount": "1,250,000"}),
        (row(0, "1121", "1111"), {"date": "2026-09-07", "document_date": "2026-09-07"}),
        (row(0, "336", "1121"), {"reference": ""}),
        (row(0, "612", "511"), {"debit": "6123"}),
        (row(1, "612", "511"), {"raw_amount": "4.125,50"}),
        (row(0, "3321", "511"), {"description": ""}),
        (row(0, "3322", "511"), {"item": "65999"}),
        (last_memo, {"treasury": "Đã chi rồi"}),
        *((place, {"voucher": used_before}) for place in dues),
        (rows[-1], {"date": "2026-11-31"}),
    ]


def _extra() -> list[Line]:
    common = {"date": "2026-10-29", "document_date": "2026-10-29"}
    recurrent = common | {"source": "13", "clause": "351"}
    other = common | {"source": "12", "clause": "351"}
    bought = other | {"voucher": "RDT900", "description": "Mua máy chủ và thiết bị lưu trữ", "item": "6956"}
    bought |= {"amount": "1450000000"}
    met = other | {
        "voucher": "RDT901",
        "description": "Hội nghị tổng kết mở rộng",
        "item": "6699",
        "amount": "60000000",
    }
    paid = {"treasury": "Thực chi", "credit": "008222"}
    return [
        recurrent | _entry("NVK900", "Giảm tiền báo", "612", "511", "-350000") | {"item": "7851"},
        recurrent | _entry("NVK901", "Nhận dự toán bổ sung", "008212", "", "50000000") | {"item": "6001"} | _actual(),
        common
        | _entry("PT900", "Đảng phí phải nộp", "1111", "336", "1500000")
        | {"partner": "XA99", "reference": "DP-X"},
        common | _entry("NVK902", "Thanh lý máy in", "2141", "2113", "12500000"),
        bought | {"debit": "2113", "credit": "511", "asset": "TS-DUUB-003"},
        bought | paid,
        met | {"debit": "611", "credit": "511"},
        met | paid,
    ]


def _entry(voucher: str, description: str, debit: str, credit: str, amount: str) -> Line:
    return {"voucher": voucher, "description": description, "debit": debit, "credit": credit, "amount": amount}


def _actual() -> Line:
    return {"treasury": "Thực chi"}
