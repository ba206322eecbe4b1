"""A command imports what it needs: handing in a CSV file waits for no library of spreadsheets, papers or Beancount."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from submission_cases import FOLDER

pytest_plugins = ("submission_fixtures",)

HEAVY = ("openpyxl", "typst", "segno", "fava", "flask", "beancount", "babel", "pydantic", "cryptography")
PROGRAM = """
import json, sys
from cli.common import call
code, said = call(sys.argv[1:])
print(json.dumps([code, said, sorted({name.partition(".")[0] for name in sys.modules})]))
"""


def test_handing_in_a_csv_file_imports_no_heavy_library(case_copy: Path) -> None:
    file = FOLDER / "01-excel-semicolon" / "input.csv"
    command = ["submit", str(case_copy), str(file), "--unit", "T01", "--period", "2026-03"]
    ran = subprocess.run([sys.executable, "-c", PROGRAM, *command], capture_output=True, text=True, check=True)
    code, said, modules = json.loads(ran.stdout)

    assert code == 0, said
    assert "pandas" in modules
    assert [name for name in HEAVY if name in modules] == []
