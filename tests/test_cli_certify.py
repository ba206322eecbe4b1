"""The commands of certification, as typed: exit codes, what is printed, in both languages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import certification_book as small
import pytest
from certification_book import ACCOUNTANT, CLEAN, HEAD, LATER, MONTH, OFFICER, SIGNED, WARNED

from cli import common


def typed(command: str, book: Path, *words: str, person: str = ACCOUNTANT, at: str = SIGNED) -> tuple[int, str]:
    return common.call([command, str(book), "--unit", "T01", *words, "--as", person, "--at", at])


def as_json(command: str, book: Path, *words: str, person: str = ACCOUNTANT, at: str = SIGNED) -> dict[str, Any]:
    _, output = typed(command, book, *words, "--format", "json", person=person, at=at)
    answer: dict[str, Any] = json.loads(output)
    return answer


def lines(book: Path, *words: str) -> list[dict[str, Any]]:
    code, output = common.call(["status", str(book), "--unit", "T01", "--format", "json", *words])
    assert code == 0
    found: list[dict[str, Any]] = json.loads(output)
    return found


def month(book: Path, period: str = MONTH) -> dict[str, Any]:
    return next(line for line in lines(book) if line["period"] == period)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = small.fresh(tmp_path)
    assert small.hand_in(path, CLEAN).accepted
    return path


def test_the_whole_way_from_a_warning_to_the_office(tmp_path: Path) -> None:
    book = small.fresh(tmp_path)
    small.hand_in(book, WARNED)
    period = ("--period", MONTH)

    assert typed("certify", book, *period)[0] == 1
    code, said = typed("justify", book, *period, "--rule", "F40", "--document", "PC015", "--reason", "Hóa đơn xuất sau")
    assert (code, "✓ Đã giải trình: Hóa đơn xuất sau" in said) == (0, True)
    assert typed("certify", book, *period)[0] == 0
    assert typed("certify", book, *period, person=HEAD)[0] == 0
    done = {name: month(book)[name] for name in ("state", "stage", "certified", "certify_late_days", "justified")}
    expected = {"state": "received", "stage": "certified-head", "certified": "2026-04-14"}
    assert done == {**expected, "certify_late_days": 0, "justified": 1}


def test_json_names_where_the_slot_stands_and_what_was_found(book: Path) -> None:
    refused = as_json("certify", book, "--period", MONTH, person=HEAD)
    done = as_json("certify", book, "--period", MONTH)

    assert (refused["done"], [f["rule"] for f in refused["findings"]]) == (False, ["J22"])
    assert (done["done"], done["findings"]) == (True, [])
    slot = done["slots"][0]
    assert (slot["unit"], slot["period"], slot["kind"]) == ("T01", MONTH, "vouchers")
    assert (slot["stage"], slot["accountant"], slot["head"]) == ("certified-accountant", ACCOUNTANT, "")


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("certify", ("--period", MONTH)),
        ("return", ("--period", MONTH, "--reason", "x", "--until", "2026-05-01")),
        ("extend", ("--period", MONTH, "--until", "2026-05-01", "--document", "1")),
        ("justify", ("--period", MONTH, "--rule", "F40", "--reason", "x")),
    ],
)
def test_a_person_without_the_right_is_a_wrong_call(book: Path, command: str, words: tuple[str, ...]) -> None:
    for person in ("thanh.tra", "nobody", ""):
        code, said = typed(command, book, *words, person=person)
        assert (code, "Traceback" in said) == (2, False)


@pytest.mark.parametrize("words", [(), ("--year", "26"), ("--year", "năm"), ("--period", "March"), ("--kind", "x")])
def test_wrong_words_are_a_wrong_call(book: Path, words: tuple[str, ...]) -> None:
    assert typed("certify", book, *words)[0] == 2


def test_a_quarter_at_once_by_several_periods(book: Path) -> None:
    small.hand_in(book, small.vouchers(small.row("PC101", "05/01/2026")), period="2026-01")

    done = as_json("certify", book, "--period", "2026-01", "--period", MONTH)
    assert [slot["stage"] for slot in done["slots"]] == ["certified-accountant"] * 2
    assert [slot["period"] for slot in as_json("certify", book, "--year", "2026", person=HEAD)["slots"]] == [
        "2026-01",
        MONTH,
    ]


def test_return_and_answer(book: Path) -> None:
    words = ("--period", MONTH, "--reason", "Thiếu bảng kê", "--item", "PC001", "--until", "2026-04-24")
    returned = as_json("return", book, *words, person=OFFICER)

    assert returned["slots"][0]["returned"] == {"reason": "Thiếu bảng kê", "items": ["PC001"], "until": "2026-04-24"}
    assert month(book)["returned"] == returned["slots"][0]["returned"]
    assert (month(book)["stage"], month(book)["state"]) == ("returned", "received")
    shown = common.call(["status", str(book), "--unit", "T01"])[1]
    assert "trả lại, trả lời trước hết ngày 24/04/2026: Thiếu bảng kê" in shown
    assert typed("recheck", book, "--period", MONTH, "--answer", "Đã gửi kèm", at=LATER)[0] == 0
    assert month(book)["returned"] is None


def test_extend_is_respected_and_shown(tmp_path: Path) -> None:
    book = small.fresh(tmp_path)
    small.hand_in(
        book, small.vouchers(small.row("PC201", "05/02/2026")), period="2026-02", at="2026-03-09T08:00:00+07:00"
    )
    before = month(book, "2026-10")

    words = ("--period", "2026-10", "--until", "2026-11-20", "--document", "58-CV/VPTU")
    assert typed("extend", book, *words, person=OFFICER, at="2026-11-09T08:00:00+07:00")[0] == 0

    after = month(book, "2026-10")
    assert (before["state"], before["due"], before["late_days"]) == ("late", "2026-11-10", 6)
    assert (after["state"], after["due"], after["late_days"]) == ("due", "2026-11-20", 0)
    assert after["extension"] == {"what": "submit", "until": "2026-11-20", "document": "58-CV/VPTU"}
    assert "gia hạn đến 20/11/2026 (58-CV/VPTU)" in common.call(["status", str(book), "--unit", "T01"])[1]


def test_status_counts_unit_by_unit(book: Path) -> None:
    small.hand_in(
        book, small.vouchers(small.row("PC101", "05/01/2026")), period="2026-01", at="2026-02-15T08:00:00+07:00"
    )
    typed("certify", book, "--period", MONTH)
    typed("certify", book, "--period", MONTH, person=HEAD)

    # January came 5 days late; 2025 (openings only) and the other months of 2026 never came.
    count = lines(book, "--summary")[0]
    assert count["unit"] == "T01"
    assert (count["on_time"], count["certified_on_time"], count["waiting"]) == (1, 1, 1)
    late = [line["late_days"] for line in lines(book) if line["late_days"]]
    assert (count["late"], count["days"]) == (len(late), sum(late))
    assert month(book, "2026-01")["late_days"] == 5
    assert count["certified_days"] == month(book, "2026-01")["certify_late_days"] == 274


def test_english_is_spoken_on_request(book: Path) -> None:
    code, said = common.call(
        ["certify", str(book), "--unit", "T01", "--period", MONTH, "--as", HEAD, "--at", SIGNED, "--lang", "en"]
    )

    assert code == 1
    assert "has not been certified by the accountant" in said
    assert "Nothing was changed: 1 findings." in said


def test_rules_show_the_pack() -> None:
    code, said = common.call(["rules", "pack"])

    assert (code, len(said.split()[-1])) == (0, 64)
