"""Small books for the end of a year: a context made by hand, and the province of the cases with an officer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from submission_cases import hand_in

from importers import carrying
from importers.carrying import Outcome
from importers.judging import catalogue
from importers.run_decisions import Asked
from importers.submission import Submission
from ledger import estimates, postings
from ledger.accounts import PRACTICE_OVERLAY, Chart
from ledger.book import Book
from ledger.budget_index import BudgetIndex
from ledger.estimates import EstimateLine
from ledger.findings import LANGUAGES
from ledger.records import TEXTS, Record
from ledger.regulations import shipped
from ledger.units import Units
from plugins import rule

CHART, INDEX = Chart.load(PRACTICE_OVERLAY.read_bytes()), BudgetIndex.load()
UNITS = Units.read((Path(rule.__file__).parent / "cases" / "units.csv").read_bytes())[0]
DAY = "2026-02-12"

HEAD = "Hình thức;Nguồn;Khoản;Tiểu mục hoặc nhóm;Số tiền;Nhóm chuyển nguồn;Số hợp đồng;Ngày hợp đồng;Nội dung, nhiệm vụ"
AUTONOMY = "Dự toán còn dư;13;351;;{amount};Kinh phí tự chủ;;;Kinh phí tự chủ"
CONTRACT = "Dự toán còn dư;13;351;;{amount};Mua sắm, sửa chữa có hợp đồng;HĐ-1;31/12/2025;Sửa nhà"


class Registers:
    """Requests, and no other register."""

    def __init__(self, rows: Sequence[Record]) -> None:
        self._rows = rows

    def rows(self, kind: str) -> Sequence[Record]:
        return self._rows if kind == "carryover" else ()

    def file(self, name: str) -> bytes | None:
        del name
        return None


def use(amount: int, **values: str) -> dict[str, Any]:
    """A posting that uses the estimate of BTC in 2025."""
    common = {"unit": "BTC", "period": "2025-05", "entry": "voucher", "voucher": "V1", "date": "2025-05-05", "row": 2}
    common |= {"source": "13", "clause": "351", "item": "6501", "budget_year": "2025", "treasury": "actual"}
    figure = {"code": "008212", "account": "Equity:OffBalance:008", "side": "C", "commodity": "MEMO"}
    return common | figure | {"amount": -amount, "quantity": -amount} | values


def decision(kind: str, amount: int, number: str = "01", year: str = "2025", **values: str) -> EstimateLine:
    """A line of a decision for BTC."""
    words: dict[str, Any] = {"source": "13", "clause": "351", "item": "", "date": f"{year}-01-02"} | values
    return EstimateLine(
        decision=number,
        kind=kind,  # type: ignore[arg-type] # a word of Kind
        assigning_unit="VPTU",
        unit="BTC",
        amount=amount,
        budget_year=year,
        submission="",
        row=2,
        **words,
    )


def request(amount: int, category: str = "autonomy", row: int = 2, **values: str) -> Record:
    """A row of a request of BTC for 2025."""
    texts = dict.fromkeys(TEXTS["carryover"], "") | {"form": "estimate", "source": "13", "clause": "351"}
    return Record(
        "BTC", "2025", row, texts | {"category": category, "task": "Chuyển tiếp"} | values, {"amount": amount}
    )


def context(
    rows: Iterable[dict[str, Any]] = (),
    decisions: Iterable[EstimateLine] = (),
    requests: Sequence[Record] = (),
    **more: Any,  # noqa: ANN401 - fields of the context
) -> rule.Context:
    """The books of BTC, made by hand."""
    given: dict[str, Any] = {
        "postings": postings.frame(list(rows)),
        "units": UNITS,
        "chart": CHART,
        "index": INDEX,
        "regulations": shipped(),
        "estimates": estimates.frame(decisions),
        "today": "2026-11-16",
        "registers": Registers(requests),
    }
    return rule.Context(**(given | more))


def add_officer(path: Path) -> Path:
    """The province of the cases with an officer who may close years."""
    with Book.open(path).locked() as book:
        change = book.change("dieu.hanh", "operator", None)
        people = book.read("registers/people.csv") or b""
        change.write("registers/people.csv", people + "can.bo,Đỗ Thu Hà,officer,*,,2024-01-01,\n".encode())
        change.commit("people")
    return path


def ask(path: Path, *rows: str, unit: str = "T01", year: str = "2025", **command: Any) -> Submission:  # noqa: ANN401
    """Hand in a request to carry over."""
    data = ("\ufeff" + "\n".join([HEAD, *rows]) + "\n").encode()
    return hand_in(path, data, "cn.csv", unit=unit, period=year, kind="carryover", **command)


def asked(number: str, day: str = DAY, **more: Any) -> Asked:  # noqa: ANN401 - fields of `Asked`
    return Asked(number, day, "can.bo", "officer", **more)


def close(path: Path, number: str = "19-QĐ/VPTU", *units: str, year: str = "2025", **more: Any) -> Outcome:  # noqa: ANN401
    """Close the year of T01 (or of these units) by a decision."""
    day = more.pop("day", DAY)
    return carrying.close(Book.open(path), year, units or ("T01",), asked(number, day, **more))


def codes(done: Outcome | Submission) -> list[str]:
    """The codes of what was found, each of which people can read in both languages."""
    for finding in done.findings:
        for language in LANGUAGES:
            shown = catalogue().render(finding, language)
            assert not {"?", "None"} & set(re.findall(r"\?|None", shown["message"] + shown["fix"])), shown
    return [finding.rule for finding in done.findings]
