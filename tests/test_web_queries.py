"""Questions in BQL: what is answered, what is refused, and that nothing is written."""

from __future__ import annotations

import csv
import inspect
import io
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlencode

import pytest
from beanquery import shell
from fava.core import query_shell
from fava.helpers import FavaAPIError
from hypothesis import given
from hypothesis import strategies as st
from web_books import Visitor, house, tree_hash, write_book

from web.queries import QUERY_LENGTH, NotAQuestionError, csv_bytes, parsed

COMMANDS = sorted(name[3:] for name, _ in inspect.getmembers(shell.BQLShell) if name.startswith("do_"))

ANSWERED = [
    "SELECT account, sum(number) GROUP BY account",
    "select account where account ~ '112';",
    "BALANCES FROM year = 2026",
    "JOURNAL 'Assets:112:1121'",
    "PRINT",
]
REFUSED = [
    "",
    "   ",
    ";",
    "CREATE TABLE x (a int)",
    "CREATE TABLE x USING 'beancount:/etc/passwd'",
    "create table x as select account",
    "INSERT INTO postings VALUES (1)",
    "DELETE FROM postings",
    "ATTACH 'x'",
    "EXPLAIN SELECT account",
    "explain select account",
    "SELECT",
    "?",
    "!ls",
    "SELECT " + "(" * 1500 + "1" + ")" * 1500,
    "SELECT '" + "a" * QUERY_LENGTH + "'",
    "\x00SELECT account",
    "ＳＥＬＥＣＴ account",
    *(f".{name} main.beancount" for name in COMMANDS),
    *(f"{name} main.beancount" for name in COMMANDS),
    *(f".{name.upper()} main.beancount" for name in COMMANDS),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_book(tmp_path)


@pytest.fixture
def visitor(folder: Path) -> Visitor:
    return Visitor(house(folder))


def test_the_shell_still_has_the_commands_that_this_guard_is_for() -> None:
    assert {"output", "reload", "run", "set", "history"} <= set(COMMANDS)
    assert "open(arg" in inspect.getsource(shell.DispatchingShell.do_output)


def test_fava_runs_queries_through_the_object_we_replace() -> None:
    for method in (
        query_shell.QueryShell.execute_query_serialised,
        query_shell.QueryShell.query_to_file,
    ):
        assert "self.shell.run(entries, quer" in inspect.getsource(method)


@pytest.mark.parametrize("question", ANSWERED)
def test_a_question_is_answered(visitor: Visitor, question: str) -> None:
    answer = visitor.get("/BTC/api/query?" + _string(question))

    assert answer.status_code == 200
    assert answer.json["data"]["t"] == "table"


@pytest.mark.parametrize("text", REFUSED)
def test_anything_else_is_refused_and_nothing_is_written(
    folder: Path, visitor: Visitor, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.chdir(folder)
    before = tree_hash(folder)

    for address in ("/BTC/api/query?", "/BTC/download-query/query_result.csv?"):
        assert visitor.get(address + _string(text)).status_code >= 400

    assert tree_hash(folder) == before


def test_what_stands_behind_a_question_is_not_run(folder: Path, visitor: Visitor) -> None:
    before = tree_hash(folder)
    visitor.get("/BTC/api/query?" + _string(f"SELECT account; .output {folder}/main.beancount"))
    visitor.get("/BTC/api/query?" + _string(f"SELECT account\n.output {folder}/main.beancount"))

    assert tree_hash(folder) == before


def test_a_saved_query_is_held_to_the_same_rule(folder: Path) -> None:
    with (folder / "units/BTC/ledger.beancount").open("a", encoding="utf-8") as file:
        file.write('2026-01-01 query "good" "SELECT account"\n')
        file.write('2026-01-01 query "bad" ".output main.beancount"\n')
    visitor = Visitor(house(folder))

    assert visitor.get("/BTC/api/query?" + _string('run "good"')).status_code == 200
    assert visitor.get("/BTC/api/query?" + _string("run good;")).status_code == 200
    assert visitor.get("/BTC/api/query?" + _string("run bad")).status_code == 500
    assert visitor.get("/BTC/download-query/query_result.csv?" + _string("run bad")).status_code == 500
    assert visitor.get("/BTC/api/query?" + _string("run nothing")).status_code == 500


def test_a_wrong_column_is_said_in_a_sentence(visitor: Visitor) -> None:
    answer = visitor.get("/BTC/api/query?" + _string("SELECT no_such_column"))

    assert "no_such_column" in answer.json["error"]


def test_a_downloaded_table_has_no_formulas(folder: Path) -> None:
    month = folder / "units/BTC/2026/2026-03.beancount"
    month.write_text(month.read_text("utf-8").replace("Cấp kinh phí", "=HYPERLINK(1)"), "utf-8")
    answer = Visitor(house(folder)).get(
        "/BTC/download-query/query_result.csv?" + _string("SELECT narration, number WHERE number < 0")
    )
    cells = [cell for row in csv.reader(io.StringIO(answer.text)) for cell in row]

    assert "'=HYPERLINK(1)" in cells
    assert "-5000000" in cells
    assert answer.headers["Content-Disposition"].startswith("attachment")


@given(st.lists(st.lists(st.text() | st.integers() | st.decimals(allow_nan=False), min_size=1), min_size=1))
def test_no_text_of_any_table_is_a_formula_and_no_number_changes(rows: list[list[str | int | Decimal]]) -> None:
    read = list(csv.reader(io.StringIO(csv_bytes(["x"], rows).decode("utf-8", "surrogatepass"), newline="")))

    for before, after in zip(rows, read[1:], strict=True):
        for value, cell in zip(before, after, strict=True):
            if isinstance(value, str):
                assert cell in {value, f"'{value}"}
                assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
            else:
                assert Decimal(cell) == value


def test_a_large_sum_keeps_its_last_digit(folder: Path) -> None:
    month = folder / "units/BTC/2026/2026-03.beancount"
    month.write_text(month.read_text("utf-8").replace("5000000", "9007199254740993"), "utf-8")
    answer = Visitor(house(folder)).get(
        "/BTC/download-query/query_result.csv?" + _string("SELECT number WHERE account ~ 'Income'")
    )

    assert answer.text.split() == ["number", "-9007199254740993"]


@given(st.text(max_size=300))
def test_no_text_is_anything_but_a_question_or_an_error(text: str) -> None:
    try:
        tree = parsed(text)
    except FavaAPIError:
        return
    assert type(tree).__name__ in {"Select", "Balances", "Journal", "Print"}


def test_too_long_a_question_is_not_even_parsed() -> None:
    with pytest.raises(NotAQuestionError):
        parsed("SELECT account" + " " * QUERY_LENGTH)


def _string(question: str) -> str:
    return urlencode({"query_string": question})
