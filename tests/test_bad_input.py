"""Bad input from outside: each a finding or one clear sentence, the right exit code, and the book unchanged."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import PROGRAM, ROOT, Answer, party_ledger, run

SAMPLE = ROOT / "ledger/sample/submissions"
HEADER = "Số chứng từ;Ngày hạch toán;Diễn giải;TK Nợ;TK Có;Số tiền;Nguồn;Khoản;Tiểu mục;Nghiệp vụ KB\r\n"
PAID = (
    "{n};05/01/2025;Tiền điện tháng 1;612;511;{a};13;351;6501;\r\n"
    "{n};05/01/2025;Tiền điện tháng 1;;008212;{m};13;351;6501;Thực chi\r\n"
)


def _paid(number: str, amount: str, memo: str = "") -> str:
    return PAID.format(n=number, a=amount, m=memo or amount)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A book in which BTC has its estimate of 2025 and its opening balances; no test here may change it."""
    folder = tmp_path_factory.mktemp("bad-input") / "book"
    assert party_ledger("init", folder, "--sample", "--empty").code == 0
    for name in ("2025-estimates-01.csv", "2025-estimates-02.csv"):
        words = ["--unit", "VPTU", "--period", "2025", "--kind", "estimates"]
        answer = party_ledger(
            "submit", folder, SAMPLE / "VPTU" / name, *words, "--as", "hoa.vptu", "--at", "2025-01-02T08:00:00"
        )
        assert answer.code == 0, answer.out
    yield folder
    assert run("git", "-C", folder, "fsck", "--strict").code == 0


def _state(book: Path) -> tuple[str, str]:
    return run("git", "-C", book, "rev-parse", "HEAD").out, run("git", "-C", book, "status", "--porcelain").out


def _submit(book: Path, file: Path, unit: str = "BTC", period: str = "2025-01", *more: str) -> Answer:
    before = _state(book)
    answer = party_ledger("submit", book, file, "--unit", unit, "--period", period, "--format", "json", *more)
    assert _state(book) == before == (before[0], "")
    assert "Traceback" not in answer.out + answer.err
    return answer


def _codes(answer: Answer) -> set[str]:
    value = answer.json()
    assert value["accepted"] is False
    assert value["receipt"] is None
    for finding in value["findings"]:
        assert finding["message"]
        assert finding["fix"]
        assert finding["article"]
    return {finding["rule"] for finding in value["findings"] if finding["severity"] == "error"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (HEADER + _paid("A1", "1.000.000", "1.000.001"), None),
        (
            HEADER + "A1;05/01/2025;Không cân;612;;1.000;13;351;6501;\r\nA1;05/01/2025;Không cân;;1121;999;;;;\r\n",
            "V01",
        ),
        (HEADER + _paid("A1", "1.000").replace(";612;", ";999;"), "A01"),
        (HEADER + _paid("A1", "1.000").replace(";612;", ";6111;"), "A10"),
        (HEADER + _paid("A1", "1.000").replace(";511;", ";112;"), "A02"),
        (HEADER + _paid("A1", "1.000").replace(";6501;", ";;"), "A03"),
        (HEADER + _paid("A1", "1.000").replace(";6501;", ";9999;"), "A04"),
        (HEADER + _paid("A1", "1.000").replace(";13;351", ";14;351"), "E01"),
        (HEADER + _paid("A1", "99.000.000.000"), "E02"),
        (HEADER + _paid("A1", "1.000") + _paid("A2", "1.000").replace("05/01/2025", "05/02/2025"), "V02"),
        (HEADER + _paid("A1", "1.000").replace("05/01/2025", "05/02/2025"), "F62"),
    ],
)
def test_a_wrong_voucher_is_refused_by_name(book: Path, tmp_path: Path, text: str, code: str | None) -> None:
    file = tmp_path / "vouchers.csv"
    file.write_bytes(b"\xef\xbb\xbf" + text.encode())
    answer = _submit(book, file, "BTC", "2025-01", "--dry-run")
    if code is None:
        assert answer.json()["accepted"] is True
    else:
        assert answer.code == 1
        assert code in _codes(answer)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.csv", b""),
        ("header-only.csv", HEADER.encode()),
        ("prose.csv", "Kính gửi Văn phòng Tỉnh ủy".encode()),
        ("binary.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"),
        ("legacy.csv", (HEADER + _paid("A1", "1.000")).encode("utf-8").replace("Số".encode(), b"S\xe8\xff")),
        ("old.xls", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512)),
        ("estimates.csv", (SAMPLE / "VPTU/2025-estimates-01.csv").read_bytes()),
    ],
)
def test_a_file_of_the_wrong_form_is_refused(book: Path, tmp_path: Path, name: str, data: bytes) -> None:
    file = tmp_path / name
    file.write_bytes(data)
    answer = _submit(book, file)

    assert answer.code == 1
    assert _codes(answer)


@pytest.mark.parametrize(
    ("unit", "period"), [("ZZZ", "2025-01"), ("DNIN", "2025-01"), ("BTC", "2019-01"), ("BTC", "2027-01")]
)
def test_an_unknown_unit_or_period_is_a_finding(book: Path, unit: str, period: str) -> None:
    answer = _submit(book, next(SAMPLE.glob("BTC/2025-01*")), unit, period)

    assert answer.code == 1
    assert _codes(answer)


@pytest.mark.parametrize("period", ["01-2025", "january", ""])
def test_a_malformed_period_is_wrong_usage(book: Path, period: str) -> None:
    answer = _submit(book, next(SAMPLE.glob("BTC/2025-01*")), "BTC", period)

    assert answer.code == 2
    assert answer.err


def test_a_folder_that_is_no_book_is_wrong_usage(tmp_path: Path) -> None:
    for command in (["status"], ["check"], ["verify"], ["report", "execution"]):
        answer = party_ledger(*command, tmp_path)

        assert answer.code == 2
        assert len(answer.err.strip().splitlines()) == 1


def test_someone_without_the_right_is_told_so(book: Path) -> None:
    answer = _submit(book, next(SAMPLE.glob("BTC/2025-01*")), "BTC", "2025-01", "--as", "nga.tct")

    assert answer.code == 2
    assert "nga.tct" in answer.err


def test_a_full_disk_is_one_sentence_and_the_book_is_as_before(book: Path) -> None:
    before = _state(book)

    def no_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (256, 256))

    file = next(SAMPLE.glob("BTC/2025-opening*"))
    words = ["submit", str(book), str(file), "--unit", "BTC", "--period", "2025", "--kind", "opening"]
    words += ["--as", "ngoc.vptu", "--at", "2025-01-10T08:00:00"]
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [PROGRAM, *words],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=no_room,
        env=env,
    )

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert _state(book) == before
    assert before[1] == ""


def test_a_killed_submission_is_completed_and_not_taken_for_a_hand_edit(new_book: Path) -> None:
    file = SAMPLE / "VPTU/2025-estimates-01.csv"
    words = ["submit", str(new_book), str(file), "--unit", "VPTU", "--period", "2025", "--kind", "estimates"]
    words += ["--as", "hoa.vptu", "--at", "2024-12-11T09:20:00"]
    before = _state(new_book)[0]
    code = (
        "import sys, os\nfrom ledger.worktree import Worktree\n"
        "Worktree.publish = lambda *a, **k: os._exit(9)\n"
        "from cli.main import main\nmain(sys.argv[1:])\n"
    )
    killed = subprocess.run(
        [PROGRAM.with_name("python"), "-c", code, *words], capture_output=True, text=True, check=False
    )
    assert killed.returncode == 9

    assert party_ledger("status", new_book).code == 0
    assert party_ledger("verify", new_book).code == 0
    assert _state(new_book)[0] != before
    assert _state(new_book)[1] == ""
