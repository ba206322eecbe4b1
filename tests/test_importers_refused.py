"""A refused file is kept beside its findings in the cache, and the slot is shown as rejected until it comes in."""

from __future__ import annotations

import json
from pathlib import Path

from conftest import ROOT, party_ledger, run

SPOILED = ROOT / "ledger/sample/submissions/DUUB/2026-10-vouchers.csv"


def test_a_refused_file_is_kept_whole_with_its_findings(new_book: Path) -> None:
    answer = party_ledger("submit", new_book, SPOILED, "--unit", "DUUB", "--period", "2026-10", "--format", "json")
    folder = new_book / ".cache/rejected/DUUB"
    note = json.loads(next(folder.glob("2026-10-*.json")).read_text("utf-8"))

    assert answer.code == 1
    assert next(folder.glob("2026-10-*.file")).read_bytes() == SPOILED.read_bytes()
    assert len(note["findings"]) == len(answer.json()["findings"]) > 5
    assert run("git", "-C", new_book, "status", "--porcelain").out == ""
    slots = party_ledger("status", new_book, "--unit", "DUUB", "--format", "json").json()
    assert {s["state"] for s in slots if s["period"] == "2026-10"} == {"rejected"}


def test_a_dry_run_keeps_nothing(new_book: Path) -> None:
    words = ["--unit", "DUUB", "--period", "2026-10", "--dry-run"]

    assert party_ledger("submit", new_book, SPOILED, *words).code == 1
    assert not (new_book / ".cache/rejected").exists()
