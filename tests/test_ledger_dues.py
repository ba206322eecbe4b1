"""The quarterly report of Party dues B01/ĐP: each line against figures made by hand."""

from __future__ import annotations

from ledger.dues import CODES, b01
from ledger.records import Record


def _row(month: str, name: str, kind: str, level: str, superior: str, *figures: int) -> Record:
    texts = {"month": month, "organisation": name, "kind": kind, "level": level, "superior": superior}
    names = ("members", "collected", "kept", "to_remit", "remitted")
    return Record("XA01", "", 1, texts, dict(zip(names, figures, strict=True)))


def _month(month: str, times: int = 1) -> list[Record]:
    """A commune with two cells under a grassroots committee, an enterprise cell of its own; figures in thousands.

    Cells collect 100 + 60, keep 70 + 42 and pass 30 + 18 on; the grassroots committee keeps 28 of these 48 and the
    commune committee 8 of the 20 it gets; the enterprise cell collects 50, keeps 35 and remits 15 outside.
    """
    return [
        _row(month, "Chi bộ A", "commune", "cell", "Đảng ủy cơ sở", 20, *(n * times for n in (100, 70, 30, 30))),
        _row(month, "Chi bộ B", "commune", "cell", "đảng ủy cơ sở", 11, *(n * times for n in (60, 42, 18, 18))),
        _row(month, "Đảng ủy cơ sở", "commune", "grassroots", "Đảng ủy xã", 31, *(n * times for n in (48, 28, 20, 20))),
        _row(month, "Đảng ủy xã", "commune", "upper", "", 31, *(n * times for n in (20, 8, 12, 12))),
        _row(month, "Chi bộ Công ty", "enterprise", "cell", "", 9, *(n * times for n in (50, 35, 15, 15))),
    ]


ROWS = [row for n in range(1, 7) for row in _month(f"2026-{n:02}", times=n)]


def _lines(year: int, quarter: int) -> dict[str, tuple[int, int, int, int]]:
    return {line.code: (*line[1:], line.total) for line in b01(ROWS, year, quarter)}


def test_the_first_quarter_line_by_line() -> None:
    lines = _lines(2026, 1)

    assert tuple(lines) == CODES
    # January to March weigh 1 + 2 + 3 = 6.
    assert lines["01"] == (31, 9, 0, 40)
    assert lines["02"] == (960, 300, 0, 1260)
    assert [lines[code] for code in ("05", "06", "07")] == [(672, 210, 0, 882), (168, 0, 0, 168), (48, 0, 0, 48)]
    assert lines["04"] == (888, 210, 0, 1098)
    assert lines["12"] == (72, 90, 0, 162)
    assert [lines[code] for code in ("03", "08", "09", "10", "11", "13")] == [
        lines[code] for code in ("02", "04", "05", "06", "07", "12")
    ]


def test_the_second_quarter_adds_up_from_january() -> None:
    first, second = _lines(2026, 1), _lines(2026, 2)

    # April to June weigh 4 + 5 + 6 = 15, the half-year 21.
    assert second["02"] == (2400, 750, 0, 3150)
    assert second["03"] == (3360, 1050, 0, 4410)
    for now, so_far in (("02", "03"), ("04", "08"), ("05", "09"), ("06", "10"), ("07", "11"), ("12", "13")):
        assert second[so_far] == tuple(a + b for a, b in zip(first[so_far], second[now], strict=True))


def test_collected_is_kept_and_remitted_when_everything_was_passed_on() -> None:
    for quarter in (1, 2):
        lines = _lines(2026, quarter)
        assert lines["02"] == tuple(a + b for a, b in zip(lines["04"], lines["12"], strict=True))
        assert lines["03"] == tuple(a + b for a, b in zip(lines["08"], lines["13"], strict=True))
        assert lines["04"] == tuple(sum(parts) for parts in zip(*(lines[c] for c in ("05", "06", "07")), strict=True))


def test_other_years_and_later_months_do_not_count() -> None:
    assert b01([*ROWS, *_month("2025-12", 9), *_month("2026-07", 9)], 2026, 2) == b01(ROWS, 2026, 2)
    assert all(line.total == 0 for line in b01(ROWS, 2025, 4))


def test_an_organisation_of_another_unit_with_the_same_name_is_another_one() -> None:
    other = Record("XA02", "", 1, ROWS[2].texts | {"month": "2026-03"}, {"members": 5, "collected": 7})

    line = next(line for line in b01([*ROWS, other], 2026, 1) if line.code == "02")

    assert line.commune == 960 + 7


def test_column_four_is_the_sum_of_the_three() -> None:
    third = _row("2026-01", "Chi bộ cơ quan", "other", "cell", "", 7, 40, 28, 12, 12)

    line = next(line for line in b01([*ROWS, third], 2026, 1) if line.code == "02")

    assert (line.commune, line.enterprise, line.other, line.total) == (960, 300, 40, 1300)
