"""Which category of the law an amount is carried over under, and which of its papers are lacking.

Guarantees: categories, days and authorities are those of the law of the closed year (`year_end.*` of the regulations);
a category that this law does not have is never passed; each lacking paper is told once, at its own column.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from ledger.budget_index import BudgetIndex
from ledger.records import Record
from ledger.regulations import NotInForceError, Regulations
from ledger.vietnamese import date_vi


class Claim(NamedTuple):
    """What is said of an amount that is to be carried over; empty texts: nothing."""

    year: str
    """The closed year."""
    category: str
    source: str
    contract: str
    contract_day: str
    decision: str
    decision_day: str
    authority: str

    @classmethod
    def of(cls, row: Record) -> Claim:
        """What a row of a request says."""
        names = ("category", "source", "contract", "contract_day", "decision", "decision_day", "authority")
        return cls(row.period, *(row.texts[name] for name in names))


class Lack(NamedTuple):
    """One thing that is not there."""

    column: str
    value: str
    vi: str
    en: str


class Category(NamedTuple):
    """A category of the law of a year; the words of the last four are explained in `year_end.carry_over`."""

    category: str
    vi: str
    en: str
    contract: str
    document: str
    authority: str
    source: str


class Law(NamedTuple):
    """What the law of a closed year says of carrying over."""

    year: str
    categories: dict[str, Category]
    contract_until: str
    """ISO day."""
    late_after: str
    """ISO day after which an added estimate may be carried over."""
    authorities: dict[str, tuple[str, str]]
    names: dict[str, tuple[str, str]]
    """Title of every category of any year's law, in Vietnamese and English."""
    vi: str
    """Article and document."""
    en: str

    @classmethod
    def of(cls, regulations: Regulations, year: str) -> Law | None:
        """The law of a closed year; None for a year that the law data do not reach."""
        end = date(int(year), 12, 31)
        try:
            entry = regulations.entry("year_end.carry_over", end)
            until = regulations.day("year_end.contract_until", end.year, end)
            late = regulations.day("estimates.late_supplement_after", end.year, end)
            authorities = regulations.rows("year_end.authorities", end)
        except NotInForceError:
            return None
        words = ("category", "title_vi", "title_en", "contract", "document", "authority", "source")
        return cls(
            year,
            {str(row["category"]): Category(*(str(row[word]) for word in words)) for row in entry.rows},
            until.isoformat(),
            late.isoformat(),
            {str(row["authority"]): (str(row["title_vi"]), str(row["title_en"])) for row in authorities},
            {
                str(row["category"]): (str(row["title_vi"]), str(row["title_en"]))
                for known in (*regulations.parameter("year_end.carry_over").entries, entry)
                for row in known.rows
            },
            entry.citation("vi"),
            entry.citation("en"),
        )

    def lacking(self, claim: Claim, index: BudgetIndex) -> Iterator[Lack]:
        """Everything that the claim's category needs and the claim does not have."""
        category = self.categories.get(claim.category)
        if category is None:
            yield self._unknown(claim)
            return
        yield from self._contract(claim, category)
        yield from self._document(claim, category)
        yield from self._authority(claim, category)
        yield from self._funding(claim, category, index)

    def _unknown(self, claim: Claim) -> Lack:
        if not claim.category:
            return Lack("category", "", "chưa ghi nhóm chuyển nguồn", "no category is stated")
        count = len(self.categories)
        return Lack(
            "category",
            claim.category,
            f"luật của năm {self.year} ({count} nhóm) không có nhóm này",
            f"the law of {self.year} ({count} categories) has no such category",
        )

    def _contract(self, claim: Claim, category: Category) -> Iterator[Lack]:
        """A contract signed in time, or, where the law takes it, bidding completed in time."""
        if not category.contract:
            return
        bid = category.contract == "signed_or_bid"
        signed = claim.contract and claim.contract_day
        chosen = bid and claim.decision and claim.decision_day
        until, day = self.contract_until, date_vi(self.contract_until)
        if (signed and claim.contract_day <= until) or (chosen and claim.decision_day <= until):
            return
        column = "contract_day" if signed else "decision_day" if chosen else "contract"
        shown = date_vi(getattr(claim, column)) if column.endswith("_day") else claim.contract
        more_vi = " hoặc quyết định kết quả đấu thầu" if bid else ""
        more_en = " or a decision on the result of bidding" if bid else ""
        vi, en = f"cần hợp đồng{more_vi} đến ngày {day}", f"a contract{more_en} of {day} at the latest is needed"
        yield Lack(column, shown, vi, en)

    def _document(self, claim: Claim, category: Category) -> Iterator[Lack]:
        """A document with its day; of a late supplement one of the closed year after the law's day."""
        if not category.document:
            return
        if not (claim.decision and claim.decision_day):
            column = "decision_day" if claim.decision else "decision"
            vi, en = "cần số và ngày của văn bản làm căn cứ", "number and day of the document it rests on are needed"
            yield Lack(column, claim.decision, vi, en)
            return
        late = self.late_after < claim.decision_day <= f"{self.year}-12-31"
        if category.document == "late" and not late:
            after, end = date_vi(self.late_after), f"31/12/{self.year}"
            vi = f"quyết định bổ sung phải sau ngày {after} và đến ngày {end}"
            en = f"the estimate must have been added after {after} and by {end}"
            yield Lack("decision_day", date_vi(claim.decision_day), vi, en)

    def _authority(self, claim: Claim, category: Category) -> Iterator[Lack]:
        """One of the authorities that the law names."""
        allowed = category.authority.split()
        if not allowed or claim.authority in allowed:
            return
        known = [self.authorities[word] for word in allowed if word in self.authorities]
        vi, en = (" hoặc ".join(name[0] for name in known), " or ".join(name[1] for name in known))
        said = self.authorities.get(claim.authority, (claim.authority, ""))[0]
        yield Lack("authority", said, f"cấp quyết định phải là {vi}", f"it must have been decided by {en}")

    @staticmethod
    def _funding(claim: Claim, category: Category, index: BudgetIndex) -> Iterator[Lack]:
        """The source of funding that the category speaks of."""
        entry = index.source(claim.source)
        own_pot = entry is not None and entry.own_pot
        if category.source == "autonomous" and not (entry is not None and entry.autonomous and not own_pot):
            vi, en = "nguồn phải là kinh phí giao tự chủ", "the source must be autonomous funding"
            yield Lack("source", claim.source, vi, en)
        documented = category.source == "salary_or_document" and claim.decision and claim.decision_day
        if category.source.startswith("salary") and not own_pot and not documented:
            vi, en = "nguồn phải là nguồn cải cách tiền lương", "the source must be the salary-reform source"
            if category.source == "salary_or_document":
                vi += ", hoặc ghi văn bản về chính sách lương, phụ cấp, an sinh xã hội"
                en += ", or the document on salary, allowances or social security must be stated"
            yield Lack("source", claim.source, vi, en)
