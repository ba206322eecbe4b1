"""Stock import tools take our forms: by content, by our own posting, and with exact identity."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from datetime import date
from pathlib import Path

import beangulp
import pytest
from beancount import loader
from beancount.core import data
from beancount.parser import parser, printer
from click.testing import CliRunner
from submission_cases import BOOK, hand_in

from campaigns.works import EVENTS
from importers import file_words, import_config, limits
from importers.beangulp_forms import FormImporter, NothingExtractedError, identity, importers
from importers.forms import read_form
from importers.layouts import LAYOUTS, VOUCHERS
from importers.periods import BadPeriodError
from ledger.book import Book

pytest_plugins = ("submission_fixtures",)

HEADER = "Số chứng từ;Ngày hạch toán;Diễn giải;TK Nợ;TK Có;Số tiền;Nguồn;Khoản;Tiểu mục;Nghiệp vụ KB;Mã đơn vị\r\n"
_ROW = "{n};05/03/2026;{text};"
BILL = f"{_ROW}612;511;{{a}};13;351;6501;;T01\r\n{_ROW};008212;{{a}};13;351;6501;Thực chi;T01\r\n"
SLOT = {"unit": "T01", "period": "2026-03"}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of downloads under names that say nothing."""
    folder = tmp_path_factory.mktemp("downloads")
    (folder / "a").write_bytes(_bills(1_000_000))
    (folder / "b.txt").write_bytes((BOOK / "estimates-2026.csv").read_bytes().replace(b"210-Q", b"310-Q"))
    (folder / "c.dat").write_bytes(
        "Đơn vị: MOI\r\nKỳ: 2026\r\n".encode() + (BOOK / "opening-T01.csv").read_bytes().removeprefix(b"\xef\xbb\xbf")
    )
    (folder / "d.csv").write_bytes(_bills(1_000_000).replace(b"1000000", b"1.0"))
    (folder / "other.csv").write_bytes(b"Date,Payee,Amount\n2026-03-05,EVN,12\n")
    (folder / "vouchers.csv").write_bytes(b"%PDF-1.7\n")
    return folder


def _bills(*amounts: int, text: str = "Chi tiền điện") -> bytes:
    rows = (BILL.format(n=f"UNC02{at}", a=amount, text=text) for at, amount in enumerate(amounts))
    return (HEADER + "".join(rows)).encode()


def _importer(book: Path, form: str = "vouchers", **words: str) -> FormImporter:
    return FormImporter(LAYOUTS[form], book, **words)


def _write(folder: Path, content: bytes, name: str = "download") -> str:
    path = folder / name
    path.write_bytes(content)
    return str(path)


def test_a_form_is_recognised_by_its_content_and_by_one_importer_only(case_book: Path, files: Path) -> None:
    found = {
        path.name: [importer.layout.form for importer in importers(case_book) if importer.identify(str(path))]
        for path in files.iterdir()
    }

    assert found == {
        "a": ["vouchers"],
        "b.txt": ["estimates"],
        "c.dat": ["opening"],
        "d.csv": ["vouchers"],
        "other.csv": [],
        "vouchers.csv": [],
    }


def test_every_form_has_an_importer_of_its_own_name(case_book: Path) -> None:
    made = importers(case_book, "T01", "2026-03")

    assert len({importer.name for importer in made}) == len(made) == len(LAYOUTS)
    assert made[0].name == "party-ledger.vouchers.T01.2026-03"


def test_a_document_is_filed_by_unit_period_form_and_content(case_book: Path, files: Path) -> None:
    path = str(files / "a")
    importer = _importer(case_book)

    assert importer.account(path) == "Equity:Received:T01"
    assert importer.date(path) == date(2026, 3, 31)
    name = importer.filename(path)
    assert name.startswith("2026-03-vouchers-")
    assert name.endswith(".csv")
    assert importer.filename(_write(files.parent, (files / "a").read_bytes(), "again")) == name


def test_what_is_extracted_is_what_handing_in_posts(case_copy: Path, tmp_path: Path) -> None:
    path = _write(tmp_path, _bills(1_000_000, 2_345_678))
    extracted = _importer(case_copy).extract(path, [])

    assert hand_in(case_copy, Path(path).read_bytes(), "t3.csv", **SLOT).accepted
    booked, errors, _ = loader.load_file(str(case_copy / "units/T01/ledger.beancount"))

    assert errors == []
    march = [entry for entry in booked if isinstance(entry, data.Transaction) and entry.date == date(2026, 3, 5)]
    assert [identity(entry) for entry in extracted] == [identity(entry) for entry in march]
    assert [entry.meta["submission"] for entry in extracted] == [entry.meta["submission"] for entry in march]
    assert [(entry.meta["filename"], entry.meta["lineno"]) for entry in extracted] == [(path, 2), (path, 4)]


def test_an_asset_that_leaves_goes_with_the_cost_and_day_it_came_with(case_book: Path, tmp_path: Path) -> None:
    path = _write(tmp_path, (BOOK / "T01-2026-04.csv").read_bytes())

    (entry,) = _importer(case_book, unit="T01").extract(path, [])
    (cost,) = [posting.cost for posting in entry.postings if posting.cost]

    assert (cost.number, cost.date, cost.label) == (18_000_000, date(2026, 2, 12), "TS-T01-002")


def test_estimates_become_the_entries_of_every_unit_that_receives(case_book: Path, files: Path) -> None:
    entries = _importer(case_book, "estimates", unit="VPTU").extract(str(files / "b.txt"), [])

    assert sorted({entry.meta["unit"] for entry in entries}) == ["T01", "T02"]
    assert sum(p.units.number for e in entries for p in e.postings if p.units.number > 0) == 1_100_000_000


def test_titles_say_whose_and_which_year_an_opening_is(case_book: Path, files: Path) -> None:
    path = str(files / "c.dat")
    (entry,) = _importer(case_book, "opening").extract(path, [])

    assert (entry.meta["unit"], entry.meta["period"], entry.meta["voucher"]) == ("MOI", "2026-00", "SDDK-2026")


def test_exact_identity_and_not_likeness_decides_what_is_left_out(case_copy: Path, tmp_path: Path) -> None:
    assert hand_in(case_copy, _bills(1_000_000, 5_000_000), "t3.csv", **SLOT).accepted
    existing, _, _ = loader.load_file(str(case_copy / "units/T01/ledger.beancount"))
    importer = _importer(case_copy)

    same = importer.extract(_write(tmp_path, _bills(1_000_000, 5_000_000)), existing)
    near = importer.extract(_write(tmp_path, _bills(1_040_000, 5_000_000)), existing)
    reworded = importer.extract(_write(tmp_path, _bills(1_000_000, 5_000_000, text="Chi tiền nước")), existing)

    assert same == []
    assert [(entry.meta["voucher"], entry.postings[0].units.number) for entry in near] == [("UNC020", 1_040_000)]
    assert [entry.meta["voucher"] for entry in reworded] == ["UNC020", "UNC021"]


def test_a_like_payment_in_another_file_of_the_same_run_is_kept(case_book: Path, tmp_path: Path) -> None:
    importer = _importer(case_book)
    first = importer.extract(_write(tmp_path, _bills(1_000_000), "one"), [])
    second = importer.extract(_write(tmp_path, _bills(1_010_000), "two"), [])
    twice = importer.extract(_write(tmp_path, _bills(1_000_000), "three"), [])

    importer.deduplicate(second, first)
    importer.deduplicate(twice, [*first, *second])

    assert (len(second), len(twice)) == (1, 0)


def test_a_file_with_findings_gives_nothing_and_says_why_in_both_languages(case_book: Path, files: Path) -> None:
    with pytest.raises(NothingExtractedError) as problem:
        _importer(case_book).extract(str(files / "d.csv"), [])

    first, *reasons = problem.value.sentences
    assert first == (
        "d.csv: không lấy ra bút toán nào vì có 2 lỗi. / d.csv: nothing was extracted, because of 2 errors."
    )
    assert [reason.split(":")[0] for reason in reasons] == ["F33 · 2 · Số tiền", "F33 · 3 · Số tiền"]
    assert all(" / " in reason for reason in reasons)


def test_the_rules_are_asked_too(case_book: Path, tmp_path: Path) -> None:
    with pytest.raises(NothingExtractedError, match="E02"):
        _importer(case_book).extract(_write(tmp_path, _bills(900_000_000)), [])


def test_a_file_that_does_not_say_whose_or_when_is_asked_for_both(case_book: Path, tmp_path: Path) -> None:
    april = BILL.format(n="UNC030", a=1000, text="Chi").replace("05/03", "05/04").replace(";T01", ";T02")
    path = _write(tmp_path, _bills(1_000_000) + april.encode())

    with pytest.raises(NothingExtractedError) as problem:
        _importer(case_book).extract(path, [])

    assert len(problem.value.sentences) == 2
    assert (_importer(case_book).account(path), _importer(case_book).date(path)) == ("Equity:Received", None)


def test_a_folder_without_a_book_is_one_sentence_in_both_languages(tmp_path: Path, files: Path) -> None:
    with pytest.raises(NothingExtractedError) as problem:
        _importer(tmp_path).extract(str(files / "a"), [])

    (sentence,) = problem.value.sentences
    assert "is not a book" in sentence
    assert "không phải" in sentence


def test_a_period_that_is_none_is_a_wrong_call(case_book: Path) -> None:
    with pytest.raises(BadPeriodError):
        _importer(case_book, period="March")


def test_an_empty_form_is_recognised_and_refused_by_name(case_book: Path, tmp_path: Path) -> None:
    path = _write(tmp_path, HEADER.encode())

    assert _importer(case_book).identify(path)
    with pytest.raises(NothingExtractedError, match="F22"):
        _importer(case_book, unit="T01", period="2026-03").extract(path, [])


def test_a_register_is_checked_and_has_no_entries(case_book: Path, tmp_path: Path) -> None:
    importer = _importer(case_book, "events", period="2026-03", unit="T02")

    assert importer.extract(_write(tmp_path, EVENTS.data), []) == []
    with pytest.raises(NothingExtractedError, match="F36"):
        importer.extract(_write(tmp_path, EVENTS.data.replace(b"05/03/2026", b"13/13/2026")), [])


def test_what_is_extracted_can_be_printed_and_parsed_again(case_book: Path, tmp_path: Path) -> None:
    hostile = 'nói ""có"" \\ plugin ""x"" ; 2026-01-01 open Assets:X'
    path = _write(tmp_path, _bills(1_000_000, text=f'"{hostile}"'))
    entries = _importer(case_book).extract(path, [])

    back, errors, _ = parser.parse_string("".join(map(printer.format_entry, entries)))

    assert errors == []
    assert [entry.narration for entry in back] == [hostile.replace('""', '"')] == [e.narration for e in entries]


def test_a_file_above_eight_mebibytes_is_not_passed_over(case_book: Path, tmp_path: Path) -> None:
    extra = [f"Ghi thêm {at}" for at in range(88)]
    rows = [";".join([HEADER.strip(), *extra]), "BC1;05/03/2026;Thu hộ;1121;3381;1000;;;;;T01;" + "x" * 100_000]
    rows[1] += ";" + ";".join("x" * 100_000 for _ in extra[1:])
    content = "\r\n".join(rows)
    path = _write(tmp_path, content.encode())
    assert len(content) > 8 * 1024 * 1024

    answer = CliRunner().invoke(beangulp.Ingest(importers(case_book)).cli, ["extract", path])

    assert answer.exit_code == 0, answer.output
    assert "SKIP" not in answer.stderr
    assert answer.stdout.count('voucher: "BC1"') == 1


def test_a_file_beyond_our_own_limit_is_recognised_and_refused_by_name(
    case_book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _write(tmp_path, _bills(*range(1_000, 1_800)))
    monkeypatch.setattr(limits, "FILE_BYTES", 100_000)
    importer = _importer(case_book, unit="T01", period="2026-03")

    assert importer.identify(path)
    with pytest.raises(NothingExtractedError, match="F02"):
        importer.extract(path, [])


def _command(book: Path, *words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The beangulp command with our configuration, as a user starts it."""
    env = {**os.environ, "PARTY_LEDGER_BOOK": str(book)}
    program = [sys.executable, "-m", "importers.import_config", *words]
    return subprocess.run(program, capture_output=True, text=True, check=False, env=env, cwd=cwd or book)


def test_the_beangulp_command_identifies_and_extracts(case_copy: Path, files: Path) -> None:
    identified = _command(case_copy, "identify", str(files))
    extracted = _command(case_copy, "extract", "-e", "units/T01/ledger.beancount", str(files))

    assert identified.returncode == 0
    assert identified.stdout.count("OK") == 4, identified.stdout + identified.stderr
    assert 'voucher: "UNC020"' in extracted.stdout
    assert "duplicate" not in extracted.stdout
    assert (extracted.returncode, "Traceback" in extracted.stderr) == (1, False)
    assert "F33" in extracted.stderr


def test_the_beangulp_command_archives_by_unit_and_period(case_book: Path, files: Path, tmp_path: Path) -> None:
    path = _write(tmp_path, (files / "a").read_bytes())
    filed = tmp_path / "filed"
    filed.mkdir()

    answer = CliRunner().invoke(beangulp.Ingest(importers(case_book)).cli, ["archive", "-o", str(filed), path])

    assert answer.exit_code == 0, answer.output
    (moved,) = (found for found in filed.rglob("*") if found.is_file())
    assert moved.relative_to(filed).as_posix().startswith("Equity/Received/T01/2026-03-31.2026-03-vouchers-")
    assert moved.read_bytes() == (files / "a").read_bytes()


def test_favas_own_import_module_takes_the_configuration(
    case_copy: Path, files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fava.core import FavaLedger  # noqa: PLC0415 - slow to import, one test needs it

    monkeypatch.setenv("PARTY_LEDGER_BOOK", str(case_copy))
    assert hand_in(case_copy, _bills(1_000_000), "t3.csv", **SLOT).accepted
    main = tmp_path / "own.beancount"
    main.write_text(
        # Stock Beancount stops at an include that declares a precision its top file does not declare.
        'option "display_precision" "VND:1"\noption "display_precision" "MEMO:1"\n'
        f'2000-01-01 custom "fava-option" "import-config" "{import_config.__file__}"\n'
        f'2000-01-01 custom "fava-option" "import-dirs" "{files}"\n'
        f'include "{case_copy}/units/T01/ledger.beancount"\n',
        "utf-8",
    )

    ledger = FavaLedger(str(main))
    known = {info.basename: [i.importer_name for i in info.importers] for info in ledger.ingest.import_data()}
    again = ledger.ingest.extract(str(files / "a"), "party-ledger.vouchers")
    other = _write(tmp_path, _bills(1_040_000))
    new = ledger.ingest.extract(other, "party-ledger.vouchers")

    assert ledger.ingest.errors == ()
    assert {name for name, names in known.items() if names} == {"a", "b.txt", "c.dat", "d.csv"}
    assert again == []
    assert [entry.meta["voucher"] for entry in new] == ["UNC020"]


def test_the_configuration_finds_the_book_above_the_current_folder(
    case_book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PARTY_LEDGER_BOOK", raising=False)
    monkeypatch.chdir(case_book / "units/T01")

    made = runpy.run_path(str(import_config.__file__))

    assert {importer.book for importer in made["CONFIG"]} == {case_book}
    assert made["HOOKS"] == []


@pytest.mark.parametrize(
    ("titles", "unit", "period"),
    [
        ("Mã đơn vị: T02\r\n", "", "2026-03"),
        ("Đơn vị: Ban Tổ chức\r\n", "T01", "2026-03"),
        ("Kỳ báo cáo;03/2026\r\n", "T01", "2026-03"),
        ("Period: 2026-13\r\n", "T01", "2026-13"),
        ("Kỳ: hai tháng\r\n", "T01", "2026-03"),
    ],
)
def test_what_titles_say_must_agree_with_the_rows(titles: str, unit: str, period: str) -> None:
    form = read_form(titles.encode() + _bills(1_000), "t.csv", VOUCHERS)

    assert (file_words.unit(form), file_words.period(form)) == (unit, period)


def test_a_crashed_book_is_completed_before_its_figures_are_used(case_copy: Path, files: Path) -> None:
    assert _importer(case_copy).extract(str(files / "a"), [])
    assert Book.open(case_copy).history.hand_edits() == []
