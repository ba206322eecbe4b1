"""`party-ledger backup` as people type it."""

from __future__ import annotations

import json
from pathlib import Path

import scan_files as made

from cli.common import call
from ledger.scans import ScanStore

pytest_plugins = ("submission_fixtures",)


def test_a_backup_prints_what_it_copied_and_proved(case_copy: Path, tmp_path: Path) -> None:
    scan = tmp_path / "UNC010.pdf"
    scan.write_bytes(made.pdf())
    assert call(["attach", str(case_copy), str(scan), "--unit", "T01", "--period", "2026-02"])[0] == 0
    code, said = call(["backup", str(case_copy), str(tmp_path / "copy")])
    again = json.loads(call(["backup", str(case_copy), str(tmp_path / "copy"), "--format", "json"])[1])

    assert code == 0
    assert "1 bản quét" in said
    assert "đều khớp với sổ" in said
    assert (again["ok"], again["commits"], again["copied"], again["scans"]) == (True, 0, 0, 1)


def test_a_lost_scan_leaves_with_3_and_names_the_way_back(case_copy: Path, tmp_path: Path) -> None:
    scan = tmp_path / "UNC010.pdf"
    scan.write_bytes(made.pdf())
    call(["attach", str(case_copy), str(scan), "--unit", "T01", "--period", "2026-02"])
    call(["backup", str(case_copy), str(tmp_path / "copy")])
    store, copies = ScanStore(case_copy), ScanStore(tmp_path / "copy" / "book.git")
    sha256 = store.all()[0]
    store.path(sha256).unlink()
    endangered = call(["backup", str(case_copy), str(tmp_path / "copy")])
    copies.path(sha256).unlink()
    lost = call(["backup", str(case_copy), str(tmp_path / "copy"), "--lang", "en"])

    assert (endangered[0], f"Sổ đã mất bản quét {sha256}" in endangered[1]) == (3, True)
    assert (lost[0], f"The scan {sha256} is whole neither" in lost[1]) == (3, True)


def test_a_folder_of_something_else_leaves_with_1_and_one_in_the_book_with_2(case_copy: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("x", "utf-8")

    code, said = call(["backup", str(case_copy), str(tmp_path / "mine")])
    assert (code, "không phải là bản sao lưu" in said) == (1, True)
    assert call(["backup", str(case_copy), str(case_copy / "copy")])[0] == 2
