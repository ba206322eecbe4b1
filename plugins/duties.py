"""Rules on persons: V08 three duties on a voucher are three persons, V09 a payment names all three.

Guarantees: names are the same person when they read the same (composed letters, capitals and spaces aside), and only
then; a name that is missing is never counted as somebody else's; a document that combines two duties is told with the
finding, it does not hide it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import combinations
from typing import NamedTuple

import numpy as np

from ledger.book import PEOPLE
from ledger.findings import Finding
from ledger.money import money
from ledger.regulations import Entry
from ledger.units import People
from ledger.vietnamese import nfc
from plugins.columns import Places, Row, Whole, first_of, totals
from plugins.context import Context
from plugins.dated import by_day
from plugins.execution import USE_ACCOUNTS
from plugins.periods import MONEY
from plugins.rule import Checked, rule

REQUIRED, COMBINED = "duties.required_from", "duties.combined"
"""Regulations: from which payment (whole đồng) all three are named, and who may do two duties by which document."""

DUTIES = ("recorded_by", "content_by", "paid_by")
"""Columns of the three persons on a voucher."""

WORDS = {
    "recorded_by": ("người lập", "recorder"),
    "content_by": ("người duyệt nội dung", "approver of the content"),
    "paid_by": ("người duyệt chi", "approver of the payment"),
    "submitter": ("người nộp tệp", "person who handed the file in"),
    "head": ("thủ trưởng xác nhận", "head who certified"),
}
"""What people call who does what, in Vietnamese and English."""

VOUCHER = ("unit", "period", "book", "voucher")
AGAINST = (("submitter", "paid_by"), ("head", "recorded_by"))
"""Whoever vouches for a file in the book, and the duty on its vouchers that he must not have done besides."""


class Clash(NamedTuple):
    """One person in more than one duty of a voucher."""

    place: int
    """The voucher's first row in `Context.mine`."""
    duties: tuple[str, ...]
    """Keys of `WORDS`."""
    name: str


@rule("V08")
def three_duties_are_three_persons(context: Context) -> Checked:
    """Recorder, approver of the content and approver of the payment differ, wherever they are named."""
    at = _named(context)
    clashes = sorted([*_on_the_voucher(context, at), *_in_the_book(context, at)])
    return Checked(len(at), [_finding(context, clash) for clash in clashes])


@rule("V09")
def payment_names_its_persons(context: Context) -> Checked:
    """A voucher that pays names all three persons, from the day and the amount that the province set."""
    mine, count = context.mine, 0
    paying = context.in_scope & mine.equal("entry", "voucher") & mine.equal("side", "C")
    paying &= mine.starts("code", (*USE_ACCOUNTS, *MONEY))
    findings: list[Finding] = []
    for entry, flags in by_day(mine, paying, partial(context.regulations.entry, REQUIRED)):
        at = np.flatnonzero(flags)
        groups = mine.groups(at, *VOUCHER)
        firsts, amounts = at[first_of(groups)], _paid(context, at, groups)
        asked = (amounts > 0) & (amounts >= int(entry.value))
        count += int(asked.sum())
        lacking = asked & ~np.logical_and.reduce([mine.given(duty)[firsts] for duty in DUTIES])
        for place, amount in zip(firsts[lacking].tolist(), amounts[lacking].tolist(), strict=True):
            findings.append(_lacking(context, place, amount, entry))
    return Checked(count, findings)


def person(name: str) -> str:
    """A name as it is compared: composed letters, without regard to capitals and spaces."""
    return " ".join(nfc(name).casefold().split())


def _named(context: Context) -> Places:
    """The first row of each voucher in scope that names anybody."""
    mine = context.mine
    named = [mine.given(duty) for duty in DUTIES]
    flags = context.handed_in & mine.equal("entry", "voucher")
    flags &= np.add.reduce([flag.astype(np.int8) for flag in named]) > 0
    return mine.firsts(flags, *VOUCHER) if flags.any() else np.zeros(0, dtype=np.intp)


def _on_the_voucher(context: Context, at: Places) -> Iterator[Clash]:
    """Vouchers with one name in two or three places, all places of one name told together."""
    mine = context.mine
    numbers: dict[str, int] = {}
    codes = []
    for duty in DUTIES:
        places, texts = mine.coded(duty)
        of = [numbers.setdefault(person(text), len(numbers)) if text else -1 for text in texts]
        codes.append(np.array(of or [-1], dtype=np.intp)[places[at]])
    same = {(one, other): (codes[one] == codes[other]) & (codes[one] >= 0) for one, other in combinations(range(3), 2)}
    wrong = np.logical_or.reduce(list(same.values()))
    for row in np.flatnonzero(wrong).tolist():
        duties = sorted({duty for pair, flags in same.items() if flags[row] for duty in pair})
        place = int(at[row])
        yield Clash(place, tuple(DUTIES[duty] for duty in duties), getattr(mine.row(place), DUTIES[duties[0]]))


def _in_the_book(context: Context, at: Places) -> Iterator[Clash]:
    """Vouchers whose file was handed in by who approved the payment, or certified by who recorded them."""
    names = _people(context)
    if names is None or not len(at):
        return
    mine = context.mine
    groups = mine.groups(at, "unit", "period", "book")
    for slot, place in enumerate(at[first_of(groups)].tolist()):
        unit, period, book = (mine.texts(name, np.array([place]))[0] for name in ("unit", "period", "book"))
        standing = context.registers.standing(f"vouchers/{book}" if book else "vouchers", unit, period)
        rows = at[groups == slot]
        for who, duty in AGAINST:
            code = getattr(standing, who)
            name = names.name(code) if code else ""
            texts = mine.texts(duty, rows) if name else []
            for row, text in zip(rows.tolist(), texts, strict=False):
                if text and person(text) == person(name):
                    yield Clash(row, (duty, who), text)


def _people(context: Context) -> People | None:
    data = context.registers.file(PEOPLE)
    return People.read(data, context.units)[0] if data is not None else None


def _paid(context: Context, at: Places, groups: Places) -> Whole:
    """What each voucher pays, whole đồng: what it uses of the estimate or takes out of money, the larger of both."""
    mine = context.mine
    budget = mine.starts("code", USE_ACCOUNTS)[at]
    amounts = -mine.whole("amount")[at]
    return np.maximum(totals(groups, np.where(budget, amounts, 0)), totals(groups, np.where(budget, 0, amounts)))


def _finding(context: Context, clash: Clash) -> Finding:
    """V08 at the voucher's first row; allowed where a document combines these duties."""
    row = context.mine.row(clash.place)
    named = [WORDS[duty] for duty in clash.duties]
    found = context.finding(
        "V08",
        row,
        column=clash.duties[0],
        value=clash.name,
        duties_vi=", vừa là ".join(vi for vi, _ in named),
        duties_en=" and ".join(en for _, en in named),
    )
    return replace(found, allowed=_document(context, row, clash.duties))


def _document(context: Context, row: Row, duties: tuple[str, ...]) -> str:
    """The document by which one person may do these duties in the unit on the voucher's day, or ""."""
    wanted = {_STANDS_FOR.get(duty, duty) for duty in duties}
    for given in context.regulations.rows(COMBINED, date.fromisoformat(row.date)):
        first, last = str(given["from"]), str(given["to"])
        if given["unit"] == row.unit and first <= row.date <= last and wanted <= set(str(given["roles"]).split()):
            return str(given["document"])
    return ""


def _lacking(context: Context, place: int, amount: int, entry: Entry) -> Finding:
    """V09 at the voucher's first row that pays."""
    row = context.mine.row(place)
    missing = [duty for duty in DUTIES if not getattr(row, duty)]
    return context.finding(
        "V09",
        row,
        column=missing[0],
        value=money(amount),
        duties_vi=", ".join(WORDS[duty][0] for duty in missing),
        duties_en=", ".join(WORDS[duty][1] for duty in missing),
        law_vi=entry.citation("vi"),
        law_en=entry.citation("en"),
    )


_STANDS_FOR = {"submitter": "recorded_by", "head": "paid_by"}
"""Whose duty somebody in the book stands for, where a document combines duties."""
