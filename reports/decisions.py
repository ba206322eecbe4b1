"""Settlement decisions: what the reviewer approves, adjusts, rejects or leaves pending, as Beancount entries.

Guarantees: the file is plain Beancount that stock `bean-check` accepts, in the memo commodity QT, so no total
in đồng is touched and no unit ledger includes it; what is read back renders to the same bytes or is refused
(`DecisionsDamagedError`, exit 3); for every line, reported = approved + adjusted + rejected + pending.

The reviewed figures are the reported facts plus one fact per decision, summed by the same formulas.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any, Final, Literal, get_args

import pandas as pd
from beancount.core.data import Transaction
from beancount.parser import parser

from ledger.errors import IntegrityError
from reports.form_data import Form
from reports.settlement_figures import FACTS

Action = Literal["approved", "adjusted", "rejected", "pending"]
ACTIONS: Final[tuple[Action, ...]] = get_args(Action)

HEADER = "; party-ledger decisions 1"
BUCKETS = ("Reported", "Approved", "Adjusted", "Rejected", "Pending")
MAX_TEXT = 500
"""Longest reason, article, evidence or note, in characters."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f<>\u2028\u2029]")


class DecisionsDamagedError(IntegrityError):
    """The decisions file is not what this program wrote."""

    template = "{file} is not in its canonical form: decisions are changed by `settle decide` only"

    def __init__(self, file: str) -> None:
        super().__init__(file=file)


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision on a voucher's row, or on a whole line (then voucher is "" and row 0)."""

    action: Action
    line: str
    """Line (mã số) of B01/BCQT that it changes."""
    amount: int
    """Whole đồng: how much is approved, rejected or left pending; for `adjusted` the signed change."""
    voucher: str = ""
    row: int = 0
    """Row in the submitted file of the budget posting decided on."""
    period: str = ""
    source: str = ""
    clause: str = ""
    item: str = ""
    reason: str = ""
    article: str = ""
    evidence: str = ""
    note: str = ""
    date: str = ""
    person: str = ""
    fingerprint: str = ""
    """Hash of the row decided on; a row that changed since has another one and the decision lapses."""

    @property
    def effect(self) -> int:
        """What the decision adds to the reported figure, whole đồng."""
        return {"rejected": -self.amount, "adjusted": self.amount}.get(self.action, 0)

    @property
    def place(self) -> tuple[str, str, str, str]:
        """What is decided on: two decisions on one place of the same action are one too many."""
        return (self.line, self.fingerprint, self.action, f"{self.source}/{self.clause}/{self.item}")


def path(unit: str, year: int) -> str:
    """Where the decisions of a settlement stand in the book."""
    return f"settlements/{year}/{unit}/decisions.beancount"


def is_clean(text: str) -> bool:
    """Whether a text may stand in the file: one line, no control or angle characters, not too long."""
    return not _CONTROL.search(text) and len(text) <= MAX_TEXT


def fingerprints(facts: pd.DataFrame) -> list[str]:
    """A hash per fact over what makes it the same row: everything but its place in the file."""
    names = ("unit", "period", "voucher", "date", "code", "source", "clause", "item", "description")
    columns = [facts[name].tolist() for name in names] + [[str(x) for x in facts["amount"]]]
    rows = zip(*columns, strict=True)
    return [hashlib.sha256(json.dumps(row, ensure_ascii=False).encode()).hexdigest()[:16] for row in rows]


def reviewed(facts: pd.DataFrame, decisions: Iterable[Decision], form: Form) -> pd.DataFrame:
    """The facts with one more fact per decision that changes a figure."""
    rows = []
    for decision in decisions:
        line = form.line(decision.line)
        if line is None or not decision.effect:
            continue
        texts = {name: getattr(decision, name) for name in ("source", "clause", "item", "period", "voucher")}
        fixed = {"measure": line.measure, "autonomous": line.autonomous, "amount": decision.effect}
        rows.append(dict.fromkeys(FACTS, "") | texts | fixed | {"row": decision.row, "description": decision.reason})
    return pd.concat([facts, pd.DataFrame(rows, columns=FACTS)], ignore_index=True) if rows else facts


def survivors(decisions: Iterable[Decision], facts: pd.DataFrame) -> tuple[list[Decision], list[Decision]]:
    """Decisions whose row is still there (with its row number of today), and those that lapsed."""
    rows = dict(zip(fingerprints(facts), facts["row"], strict=True))
    kept, lapsed = [], []
    for decision in decisions:
        if not decision.fingerprint:
            kept.append(decision)
        elif decision.fingerprint in rows:
            kept.append(replace(decision, row=int(rows[decision.fingerprint])))
        else:
            lapsed.append(decision)
    return kept, lapsed


def render(unit: str, year: int, facts: pd.DataFrame, decisions: Iterable[Decision], form: Form) -> str:
    """The canonical file: opens, one entry per reported place, one entry per decision in the order given."""
    opening = f"{year}-12-31"
    lines = [x for x in form.lines if x.decidable]
    parts = [
        f'{HEADER}\noption "title" "{_quoted(f"{unit} · {year}")}"\noption "operating_currency" "QT"',
        "\n".join(f"{opening} open Equity:QT:{bucket}:L{x.line} QT" for x in lines for bucket in BUCKETS),
    ]
    parts += [_reported_entry(opening, *place) for place in _reported(facts, form)]
    parts += [_decision_entry(decision) for decision in decisions]
    return "\n\n".join(parts) + "\n"


def read(text: str, file: str) -> list[Decision]:
    """The decisions of a file, in its order.

    Raises:
        DecisionsDamagedError: Beancount's parser finds an error, or an entry is not of our form.
    """
    entries, errors, _ = parser.parse_string(text)
    if errors or not text.startswith(HEADER):
        raise DecisionsDamagedError(file)
    found = sorted((e for e in entries if isinstance(e, Transaction)), key=lambda e: int(e.meta["lineno"]))
    try:
        return [_decision(e) for e in found if e.meta["kind"] == "decision"]
    except (KeyError, ValueError, TypeError, IndexError):
        raise DecisionsDamagedError(file) from None


def checked(text: str, unit: str, year: int, facts: pd.DataFrame, form: Form) -> list[Decision]:
    """The decisions of a file that must stand for exactly these reported facts.

    Raises:
        DecisionsDamagedError: the file does not render to itself.
    """
    decisions = read(text, path(unit, year))
    if render(unit, year, facts, decisions, form) != text:
        raise DecisionsDamagedError(path(unit, year))
    return decisions


def _reported(facts: pd.DataFrame, form: Form) -> Iterator[tuple[str, str, str, str, int]]:
    """(line, source, clause, item, amount) of every reported place that is not nought."""
    for line in form.lines:
        rows = facts[(facts["measure"] == line.measure) & (facts["autonomous"] == line.autonomous)]
        keys = ["source", "clause", "item"]
        for key, amount in rows.groupby(keys)["amount"].sum().items():
            source, clause, item = map(str, key)  # type: ignore[call-overload]
            if amount and line.decidable:
                yield line.line, source, clause, item, int(amount)


def _reported_entry(day: str, line: str, source: str, clause: str, item: str, amount: int) -> str:
    meta = {"kind": "reported", "line": line, "source": source, "clause": clause, "item": item}
    return _entry(day, f"Mã số {line}: số báo cáo", meta, ("Approved", "Reported"), line, amount)


def _decision_entry(decision: Decision) -> str:
    meta = {"kind": "decision"} | {
        field.name: getattr(decision, field.name) for field in fields(Decision) if field.name != "date"
    }
    meta["amount"] = str(decision.amount)
    title = f"{TITLES[decision.action]} {decision.voucher}".rstrip()
    amount = 0 if decision.action == "approved" else decision.amount
    return _entry(decision.date, title, meta, _PAIRS[decision.action], decision.line, amount)


TITLES = {"approved": "Chấp nhận", "adjusted": "Điều chỉnh", "rejected": "Xuất toán", "pending": "Chờ xử lý"}
"""Narration of an entry; the language of the records is Vietnamese."""
_PAIRS: Final[dict[Action, tuple[str, str]]] = {
    "approved": ("Approved", "Reported"),
    "adjusted": ("Approved", "Adjusted"),
    "rejected": ("Rejected", "Approved"),
    "pending": ("Pending", "Approved"),
}
"""Where a decision's amount goes and where it comes from; what is approved stands in Approved already."""


def _entry(day: str, title: str, meta: dict[str, Any], pair: tuple[str, str], line: str, amount: int) -> str:
    rows = [f'{day} * "{_quoted(title)}"']
    rows += [f'  {key}: "{_quoted(str(value))}"' for key, value in meta.items() if value not in {"", 0}]
    rows += [f"  Equity:QT:{pair[0]}:L{line}  {amount} QT", f"  Equity:QT:{pair[1]}:L{line}  {-amount} QT"]
    return "\n".join(rows)


def _decision(entry: Transaction) -> Decision:
    texts: dict[str, Any] = {f.name: entry.meta.get(f.name, "") for f in fields(Decision)}
    if texts["action"] not in ACTIONS:
        raise ValueError(texts["action"])
    numbers = {"amount": int(texts["amount"]), "row": int(texts["row"] or "0")}
    return Decision(**(texts | numbers | {"date": entry.date.isoformat()}))


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
