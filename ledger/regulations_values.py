"""Single values of the files of law data, read strictly: records, texts in both languages, days, cells.

Guarantees: what comes back has exactly the type asked for; anything else is refused with its place named.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from ledger.regulations_entries import CONFIDENCES, RegulationsError, Value

LANGUAGES = ("vi", "en")
_MONTH_DAY = re.compile(r"[0-9]{2}-[0-9]{2}")


def scalar(where: str, kind: str, raw: object) -> Value:
    """A value of type text (never empty), integer or month_day."""
    if kind == "integer" and type(raw) is int:
        return raw
    if kind == "text" and isinstance(raw, str) and raw:
        return raw
    # Tried in a year without 29 February, so that the day exists in every year.
    if kind == "month_day" and isinstance(raw, str) and _MONTH_DAY.fullmatch(raw) and _exists(f"2025-{raw}"):
        return raw
    raise RegulationsError("{where}: the value {value} is not of type {kind}", where=where, value=repr(raw), kind=kind)


def cell(where: str, kind: str, raw: object) -> Value:
    """A value in a table; a text may be empty there."""
    return "" if kind == "text" and raw == "" else scalar(where, kind, raw)


def fields(where: str, raw: object, required: set[str], optional: set[str]) -> dict[str, Any]:
    """A record with all required keys and no other than these and the optional ones."""
    if not isinstance(raw, dict):
        raise RegulationsError("{where}: not a record with keys", where=where)
    wrong = (required - set(raw)) | (set(raw) - required - optional)
    if wrong:
        names = ", ".join(sorted(map(str, wrong)))
        raise RegulationsError("{where}: keys missing or unknown: {names}", where=where, names=names)
    return raw


def texts(where: str, name: str, raw: object) -> Mapping[str, str]:
    """A text in Vietnamese and in English."""
    if not isinstance(raw, dict) or set(raw) != set(LANGUAGES):
        raise RegulationsError("{where}: {name} needs a text in vi and in en", where=where, name=name)
    return {language: word(where, name, raw[language]) for language in LANGUAGES}


def word(where: str, name: str, raw: object) -> str:
    """A text that is not empty."""
    if not isinstance(raw, str) or not raw:
        raise RegulationsError("{where}: {name} is not a text", where=where, name=name)
    return raw


def confidence(where: str, raw: object) -> Any:  # noqa: ANN401 - one of the words of `Confidence`
    """One of the words of `Confidence`."""
    if raw not in CONFIDENCES:
        raise RegulationsError("{where}: unknown confidence: {value}", where=where, value=repr(raw))
    return raw


def day(where: str, name: str, raw: object) -> date:
    """A day, not a moment."""
    # A moment (datetime) is a date to isinstance, and is not one here.
    if type(raw) is not date:
        raise RegulationsError("{where}: {name} is not a date", where=where, name=name)
    return raw


def day_or_none(where: str, name: str, raw: object) -> date | None:
    """A day, or null where it was not found."""
    return None if raw is None else day(where, name, raw)


def _exists(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True
