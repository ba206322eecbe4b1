"""What a file says of itself: whose it is and for which period, from its titles, its unit column and its dates.

Guarantees: a word is taken only if the file says it once and says nothing else; "" where it does not. Doors that know
unit and period ask for them and never guess: this is for tools that hand over a file and nothing more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from importers.forms import Form
from importers.layout import CODE_FORMS
from importers.tables import heading

UNIT_LABELS = frozenset({"don vi", "ma don vi", "unit"})
PERIOD_LABELS = frozenset({"ky", "ky bao cao", "ky ke toan", "thang", "quy", "nam", "period"})

_PERIOD = re.compile(r"20[0-9]{2}(?:-(?:0[1-9]|1[0-3]|Q[1-4]))?")
_MONTH = re.compile(r"(0?[1-9]|1[0-2])/(20[0-9]{2})")


def unit(form: Form) -> str:
    """Code of the one unit that the titles and the unit column name; "" when none or several."""
    named = {word for word in _titled(form, UNIT_LABELS) if CODE_FORMS["unit"].fullmatch(word)}
    named |= {line.texts.get("owner", "") for line in form.lines} - {""}
    return named.pop() if len(named) == 1 else ""


def period(form: Form) -> str:
    """The period that the titles name, else the one in which all rows fall; "" when none or several."""
    named = {_as_period(word) for word in _titled(form, PERIOD_LABELS)} - {""}
    if not named:
        column = "budget_year" if form.layout.form == "estimates" else "date"
        length = len("2026") if column == "budget_year" else len("2026-03")
        named = {line.texts.get(column, "")[:length] for line in form.lines} - {""}
    return named.pop() if len(named) == 1 else ""


def _titled(form: Form, labels: frozenset[str]) -> Iterator[str]:
    """What stands behind a label in the titles: in its own cell after a colon, or in the next cell."""
    for cells in form.table.titles:
        words = [str(cell).strip() for cell in cells]
        for at, word in enumerate(words):
            label, colon, rest = word.partition(":")
            if heading(label) not in labels:
                continue
            yield rest.strip() if colon and rest.strip() else next((next_ for next_ in words[at + 1 :] if next_), "")


def _as_period(word: str) -> str:
    month = _MONTH.fullmatch(word)
    if month:
        return f"{month[2]}-{int(month[1]):02}"
    return word if _PERIOD.fullmatch(word) else ""
