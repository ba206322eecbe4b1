"""How fast a journal of 10,000 vouchers is written and read: our strict reader, our cache, Beancount's own loader.

Run: .venv/bin/python benchmarks/journal.py [vouchers]
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["BEANCOUNT_DISABLE_LOAD_CACHE"] = "1"

from beancount import loader

from ledger import journal, posting_store, postings
from ledger.posting_store import PostingStore

ROUNDS = 5
MEMO = "Equity:OffBalance:008:0082:00821:008212"


def table(vouchers: int) -> Any:  # noqa: ANN401 - a frame
    """Electricity bills with their budget postings: four postings each, every one with its dimensions."""
    rows = []
    for number in range(vouchers):
        amount = 1_000 + number
        head = {"unit": "BTC", "period": "2026-03", "entry": "voucher", "voucher": f"PC{number:05}"}
        head |= {"date": f"2026-03-{1 + number * 28 // vouchers:02}", "description": f"Chi tiền điện lần {number}"}
        head |= {"submission": "3f2a9c0d11ee", "document_date": "2026-03-01", "row": number + 2}
        dims = {"source": "13", "clause": "351", "item": "6501", "budget_year": "2026", "treasury": "actual"}
        for account, sign, more in (
            ("Expenses:612:TM6501", 1, dims | {"code": "612", "counterparty": "Công ty Điện lực"}),
            ("Liabilities:331", -1, {"code": "331"}),
            (MEMO, -1, dims | {"code": "008212", "commodity": "MEMO"}),
            ("Equity:OffBalance:Contra", 1, {"commodity": "MEMO"}),
        ):
            figure = {"account": account, "amount": sign * amount, "quantity": sign * amount, "commodity": "VND"}
            rows.append(head | figure | {"side": "D" if sign > 0 else "C"} | more)
    return postings.frame(rows)


def best(work: Callable[[], object]) -> float:
    """Shortest of a few runs, in seconds: the one least disturbed by the machine's other work."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    """Measure and print."""
    rows = table(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
    text = journal.render(rows)
    data = text.encode("utf-8")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "journal.beancount").write_bytes(data)
        top = folder / "top.beancount"
        opens = "".join(f"2020-01-01 open {account}\n" for account in sorted(set(rows["account"])))
        top.write_text(opens + 'include "journal.beancount"\n', "utf-8")
        store = PostingStore(folder / "cache")
        store.read("journal", data)

        def from_file() -> None:
            posting_store._memory = posting_store._Memory(0)  # noqa: SLF001 - nothing shall be in memory
            store.read("journal", data)

        loading, reading = best(lambda: loader.load_file(str(top))), best(lambda: journal.read(text))
        print(f"{len(rows)} postings, {len(data)} bytes")
        print(f"write, read back and compare  {best(lambda: journal.render(rows)):.3f} s")
        print(f"Beancount's loader            {loading:.3f} s")
        print(f"strict reader                 {reading:.3f} s, {loading / reading:.1f} times as fast")
        print(f"cached file                   {best(from_file):.3f} s")


if __name__ == "__main__":
    main()
