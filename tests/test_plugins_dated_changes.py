"""Every dated change of the law data, on its day and on the day before; the list says which case or rule it concerns.

`tests/expected/dated_changes.csv` was compared line by line with the reference. A value of law that changes without a
line there, or a change that `plugins/cases/README.md` does not name, fails here.
"""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta
from pathlib import Path

from ledger.regulations import Parameter, shipped
from plugins import casebook, rule, rule_form

ROOT = Path(__file__).resolve().parent.parent
EXPECTED = Path(__file__).parent / "expected" / "dated_changes.csv"
LONG = 100
"""So much of a table is compared; its own tests compare the rest."""
COLUMNS = ("parameter", "day", "before", "from then on")


def test_every_value_of_law_changes_on_its_day_and_not_before() -> None:
    rows = [
        (parameter.key, str(day), _value(parameter, day - timedelta(days=1)), _value(parameter, day))
        for parameter in shipped()
        for day in rule_form.changes(parameter)
    ]
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([COLUMNS, *sorted(rows)])

    assert out.getvalue() == EXPECTED.read_text("utf-8")


def test_every_change_of_law_stands_in_the_list_of_dated_changes() -> None:
    listed = (casebook.FOLDER / "README.md").read_text("utf-8")
    missing = [p.key for p in shipped() if rule_form.changes(p) and f"`{p.key}`" not in listed]

    assert missing == []


def test_every_rule_that_such_a_change_divides_stands_in_the_list() -> None:
    listed = (casebook.FOLDER / "README.md").read_text("utf-8")
    missing = [e.code for e in rule.catalogue() if rule_form.dated(e, shipped()) and f"`{e.code}-after" not in listed]

    assert missing == []


def test_the_list_names_only_cases_and_tests_that_exist() -> None:
    listed = (casebook.FOLDER / "README.md").read_text("utf-8").partition("Dated changes of the law")[2]
    cases = re.findall(r"`([A-Z][0-9]{2}-[a-z0-9-]+)`", listed)
    files = re.findall(r"`(tests/[a-z_./]+)`", listed)

    assert cases
    assert [name for name in cases if not (casebook.FOLDER / name).is_dir()] == []
    assert [name for name in files if not (ROOT / name).is_file()] == []


def _value(parameter: Parameter, day: date) -> str:
    entry = parameter.entry(day, None)
    if entry is None or entry.empty:
        return "nothing"
    if parameter.type != "table":
        return str(entry.value)
    rows = " / ".join(" ".join(str(row[name]) for name in parameter.columns) for row in entry.rows)
    return rows if len(rows) <= LONG else f"{len(entry.rows)} rows: {rows[:LONG]}…"
