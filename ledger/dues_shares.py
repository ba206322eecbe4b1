"""Which part of its dues a Party organisation keeps on a day: the province's own chain first, then the law's table.

Guarantees: a share is asked for one organisation and one month; where neither the province nor the law says it, the
answer is a `Gap` that names the empty table and nothing is concluded. Shares are hundredths of a percent.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ledger.findings import Language
from ledger.norms import Gap, found
from ledger.records import Record
from ledger.regulations import Entry, Regulations, Row

CHAIN, SHARES = "dues.chain", "dues.shares"
PERCENT = 100
"""Hundredths of a percent in a percent."""
_CHAIN_CELLS = ("organisation", "unit", "level", "kind")
"""Cells of the province's chain, the one that counts most first."""


class Share(NamedTuple):
    """What is kept of what was received."""

    least: int
    """Hundredths of a percent."""
    most: int
    entry: Entry

    def shown(self) -> str:
        """`70 %`, `30–50 %`, `33,33 %`."""
        both = dict.fromkeys(_percent(value) for value in (self.least, self.most))
        return f"{'–'.join(both)} %"

    def citation(self, language: Language) -> str:
        """Article and document, with its doubts."""
        return self.entry.citation(language)


def share(regulations: Regulations, row: Record, above: str) -> Share | Gap:
    """What the organisation of a row keeps of that month's dues.

    Args:
        regulations: the law data, with the province's own.
        row: a row of the register of dues.
        above: level of the organisation it remits to; empty: outside the file.
    """
    on = f"{row.texts['month']}-01"
    own = found(regulations, CHAIN, on)
    chosen = _most_named(own.rows, row) if own else None
    if own and chosen:
        return Share(int(chosen["keep"]), int(chosen["keep"]), own)
    law = found(regulations, SHARES, on)
    for one in law.rows if law else ():
        if law and _is_of(one, row, above, regulations, on):
            return Share(int(one["least"]) * PERCENT, int(one["most"]) * PERCENT, law)
    return Gap(SHARES)


def residential(regulations: Regulations, organisation: str, on: str) -> bool:
    """Whether an organisation is by its name a cell of a residential area: `Chi bộ thôn Đông`, `Chi bộ khu phố 3`."""
    entry = found(regulations, "dues.residential_words", on)
    name = organisation.casefold()
    return any(name.startswith(f"chi bộ {row['word']} ") for row in (entry.rows if entry else ()))


def _most_named(rows: Iterable[Row], row: Record) -> Row | None:
    """The row of the chain that names the organisation most closely, or None."""
    is_of = {"organisation": row.texts["organisation"].casefold(), "unit": row.unit}
    is_of |= {name: row.texts[name] for name in ("level", "kind")}
    fitting = [
        one for one in rows if all(str(one[name]).casefold() in {"", is_of[name].casefold()} for name in _CHAIN_CELLS)
    ]
    return max(fitting, key=lambda one: tuple(bool(one[name]) for name in _CHAIN_CELLS), default=None)


def _is_of(one: Row, row: Record, above: str, regulations: Regulations, on: str) -> bool:
    """Whether a row of the law's table speaks of this organisation."""
    asked = {"kind": row.texts["kind"], "level": row.texts["level"], "above": above}
    if any(one[name] not in {"", value} for name, value in asked.items()):
        return False
    return one["residential"] != "yes" or residential(regulations, row.texts["organisation"], on)


def _percent(value: int) -> str:
    whole, rest = divmod(value, PERCENT)
    return f"{whole},{rest:02}".rstrip("0") if rest else str(whole)
