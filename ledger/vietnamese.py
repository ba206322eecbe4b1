"""Vietnamese text: normal form, dates, and amounts in words.

Guarantees: `words` reads every 64-bit integer, `parse_words` reads exactly what `words` writes and nothing else; all
texts that come out are in Unicode normal form C.

The reading is the northern one of administrative papers: `linh` for missing tens, `mốt`, `tư` and `lăm` after the
tens, `nghìn`, `tỷ`. What stands above a `tỷ` is read as a number of its own: `một nghìn hai trăm tỷ`, `ba tỷ tỷ`.
"""

from __future__ import annotations

import unicodedata
from datetime import date

INT64_MIN = -(2**63)
INT64_MAX = 2**63 - 1

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_AFTER_TEN = {5: "lăm"}
_AFTER_TENS = {1: "mốt", 4: "tư", 5: "lăm"}
_MOST_WORDS = 60
"""More words than any 64-bit integer has."""
_MINUS = "âm"
_BILLION = 10**9
_BILLION_WORD = "tỷ"
_SMALL_UNITS = ((10**6, "triệu"), (10**3, "nghìn"), (1, ""))


class WordsError(ValueError):
    """The text is no amount in words as this program writes it."""


def nfc(s: str) -> str:
    """The text in Unicode normal form C, in which all text of the books is kept."""
    return unicodedata.normalize("NFC", s)


def fold(s: str) -> str:
    """For comparing headings: lower case, without diacritics (đ becomes d), single spaces."""
    plain = unicodedata.normalize("NFD", s.casefold().replace("đ", "d"))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def words(n: int) -> str:
    """An amount in Vietnamese words, without a unit and in lower case.

    Args:
        n: any 64-bit integer.

    Returns:
        For example `một triệu hai trăm ba mươi tư nghìn năm trăm sáu mươi bảy`.

    Raises:
        ValueError: the number does not fit in 64 bits.
    """
    if not INT64_MIN <= n <= INT64_MAX:
        raise ValueError(f"not a 64-bit integer: {n}")
    if n == 0:
        return _DIGITS[0]
    return " ".join(([_MINUS] if n < 0 else []) + _number(abs(n)))


def amount_in_words(n: int) -> str:
    """An amount as it stands on a form: `Một triệu hai trăm nghìn đồng`."""
    sentence = f"{words(n)} đồng"
    return sentence[0].upper() + sentence[1:]


def parse_words(s: str) -> int:
    """The number that `words` writes as this text.

    Raises:
        WordsError: `words` writes this text for no number.
    """
    parts = nfc(s).split(" ")
    negative = parts[0] == _MINUS
    try:
        n = _read_number(parts[1:] if negative else parts) if len(parts) <= _MOST_WORDS else INT64_MAX + 1
    except (KeyError, IndexError):
        raise WordsError(f"not an amount in words: {s!r}") from None
    n = -n if negative else n
    # Reading is lenient where writing is not (`hai mươi bốn`); only the written form counts.
    if not INT64_MIN <= n <= INT64_MAX or words(n) != nfc(s):
        raise WordsError(f"not an amount in words: {s!r}")
    return n


def date_vi(day: str | date) -> str:
    """`2026-03-05` as `05/03/2026`.

    Raises:
        ValueError: the text is no date in ISO form.
    """
    return f"{_date(day):%d/%m/%Y}"


def long_date_vi(day: str | date) -> str:
    """`2026-03-05` as `ngày 05 tháng 3 năm 2026`; days below 10 and the months 1 and 2 take a zero in front.

    Law: Decree 30/2020/NĐ-CP, appendix I, on the date of an administrative paper (from memory).
    """
    d = _date(day)
    month = f"{d.month:02d}" if d.month in {1, 2} else str(d.month)
    return f"ngày {d.day:02d} tháng {month} năm {d.year}"


def _date(day: str | date) -> date:
    return date.fromisoformat(day) if isinstance(day, str) else day


def _number(n: int) -> list[str]:
    """Words of a positive number: what is above a billion, `tỷ`, the rest."""
    high, low = divmod(n, _BILLION)
    parts = [*_number(high), _BILLION_WORD] if high else []
    for size, name in _SMALL_UNITS:
        group = low // size % 1000
        if group:
            parts += _group(group, full=bool(parts))
            parts += [name] if name else []
    return parts


def _group(n: int, *, full: bool) -> list[str]:
    """Words of 1 to 999; `full`: something stands before, so missing hundreds are read too."""
    hundreds, rest = divmod(n, 100)
    tens, ones = divmod(rest, 10)
    parts = [_DIGITS[hundreds], "trăm"] if hundreds or full else []
    if tens == 0:
        if ones:
            parts += ["linh"] if parts else []
            parts.append(_DIGITS[ones])
    elif tens == 1:
        parts.append("mười")
        parts += [_AFTER_TEN.get(ones, _DIGITS[ones])] if ones else []
    else:
        parts += [_DIGITS[tens], "mươi"]
        parts += [_AFTER_TENS.get(ones, _DIGITS[ones])] if ones else []
    return parts


_VALUES = {word: value for value, word in enumerate(_DIGITS)} | {w: v for v, w in _AFTER_TENS.items()}


def _read_number(parts: list[str]) -> int:
    if _BILLION_WORD in parts:
        place = len(parts) - 1 - parts[::-1].index(_BILLION_WORD)
        return _read_number(parts[:place]) * _BILLION + _read_low(parts[place + 1 :])
    return _read_low(parts)


def _read_low(parts: list[str]) -> int:
    """Groups of three digits up to below a billion; nothing reads as zero."""
    total = 0
    for size, name in _SMALL_UNITS:
        if name in parts:
            place = parts.index(name)
            total += _read_group(parts[:place]) * size
            parts = parts[place + 1 :]
    return total + (_read_group(parts) if parts else 0)


def _read_group(parts: list[str]) -> int:
    total = 0
    for word in parts:
        if word == "trăm":
            total *= 100
        elif word == "mươi":
            # The digit before it was added as ones.
            total += total % 10 * 9
        elif word == "mười":
            total += 10
        elif word != "linh":
            total += _VALUES[word]
    return total
