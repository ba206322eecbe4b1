"""The house around Fava: every seam it relies on, the escaped journal, no paths, the Vietnamese catalogue."""

from __future__ import annotations

import io
import os
import re
import string
from pathlib import Path

import fava
import jinja2
import pytest
from babel.messages import mofile, pofile
from babel.messages.catalog import Catalog
from beancount import loader
from fava.application import create_app
from web_books import HOSTILE, Visitor, house, write_book

from ledger.book import Book
from web import fava_house
from web.fava_house import TEMPLATE_CHANGES, TRANSLATIONS, ChangingLoader, PickledLedgerError, SeamMovedError

MESSAGES = TRANSLATIONS / "vi" / "LC_MESSAGES" / "messages.po"
TEMPLATE = Path(fava.__file__).parent / "translations" / "messages.pot"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_book(tmp_path)


@pytest.fixture
def visitor(folder: Path) -> Visitor:
    return Visitor(house(folder))


def _catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return pofile.read_po(file, locale="vi")


@pytest.mark.parametrize("template", TEMPLATE_CHANGES)
def test_favas_templates_still_have_what_we_change(template: str) -> None:
    inner = create_app([]).jinja_env.loader
    assert inner is not None
    environment = jinja2.Environment(loader=ChangingLoader(inner), autoescape=True)
    source, _, _ = environment.loader.get_source(environment, template)  # type: ignore[union-attr]

    for expected, ours in TEMPLATE_CHANGES[template].items():
        assert ours in source
        assert source.replace(ours, "").count(expected) == 0


@pytest.mark.parametrize("template", TEMPLATE_CHANGES)
def test_a_changed_template_stops_the_program(template: str) -> None:
    for source in ("nothing of what we know", "".join(TEMPLATE_CHANGES[template]) * 2):
        environment = jinja2.Environment(loader=ChangingLoader(jinja2.DictLoader({template: source})), autoescape=True)
        with pytest.raises(SeamMovedError):
            environment.get_template(template)


@pytest.mark.parametrize("seam", ["babel", "get_ledger_data", "json.dumps_function"])
def test_a_moved_seam_stops_the_program(folder: Path, monkeypatch: pytest.MonkeyPatch, seam: str) -> None:
    def moved(*args: object, **options: object) -> object:
        app = create_app(*args, **options)  # type: ignore[arg-type]
        app.extensions.pop(seam, None)
        app.jinja_env.globals.pop(seam, None)
        app.jinja_env.policies.pop(seam, None)
        return app

    monkeypatch.setattr(fava_house, "create_app", moved)
    with pytest.raises(SeamMovedError):
        house(folder)


def test_a_hostile_text_is_text_in_the_journal(visitor: Visitor) -> None:
    for address in ("/BTC/api/journal_page?page=1&order=desc", "/BTC/api/account_report?a=Assets:112:1121"):
        journal = visitor.get(address).json["data"]["journal"]
        assert HOSTILE not in journal
        assert "&lt;img src=x onerror=alert(1)&gt;" in journal
        assert "&amp;lt;" not in journal
        assert "<span class='description'>" in journal


def test_hostile_metadata_and_notes_are_text_too(folder: Path) -> None:
    with (folder / "units/BTC/2026/2026-03.beancount").open("a", encoding="utf-8") as file:
        file.write(
            f'\n2026-04-01 note Assets:112:1121 "{HOSTILE}"\n'
            f'2026-04-02 custom "x" "{HOSTILE}"\n'
            f'2026-04-03 * "{HOSTILE}" "{HOSTILE}"\n'
            f"  key: \"' onmouseover='alert(1)\"\n"
            f'  other: "{HOSTILE}"\n'
            f"  link: \"https://x/' onclick='alert(1)\"\n"
            "  Assets:112:1121  1 VND\n  Income:511  -1 VND\n"
        )
    journal = Visitor(house(folder)).get("/BTC/api/journal_page?page=1&order=desc").json["data"]["journal"]

    assert "<img" not in journal
    assert not re.search(r"<[^>]*'\s*on(mouseover|click)='", journal)


def test_hostile_text_in_a_page_cannot_end_its_data(folder: Path) -> None:
    ledger = folder / "units/BTC/ledger.beancount"
    ledger.write_text(ledger.read_text("utf-8").replace("Tiền điện", "</script><script>alert(1)</script>"), "utf-8")
    page = Visitor(house(folder)).get("/BTC/journal/").text

    assert "<script>alert" not in page
    assert "alert(1)" in page, "it stands in the page's data, escaped"


def test_no_answer_names_a_path_of_this_machine(folder: Path, visitor: Visitor) -> None:
    addresses = [
        "/BTC/journal/",
        "/BTC/api/ledger_data",
        "/BTC/api/journal",
        "/BTC/api/errors",
        "/BTC/api/query?query_string=select+filename,+account",
        "/BTC/download-query/query_result.csv?query_string=select+account,+date",
        "/BTC/extension/BudgetExecution/",
    ]
    for address in addresses:
        assert str(folder) not in visitor.get(address).text, address
    assert "<book>/units/BTC/2026" in visitor.get("/BTC/api/journal").json["data"][-1]["meta"]["filename"]


def test_a_cell_of_a_downloaded_table_names_no_path(folder: Path, visitor: Visitor) -> None:
    answer = visitor.get("/BTC/download-query/query_result.csv?query_string=select+filename")

    assert str(folder) not in answer.text


def test_a_planted_load_cache_stops_the_program(folder: Path) -> None:
    (folder / "units" / ".main.beancount.picklecache").write_bytes(b"x")

    with pytest.raises(PickledLedgerError):
        house(folder)


def test_the_load_cache_is_off_whatever_was_imported_first(folder: Path) -> None:
    house(folder)

    assert os.environ["BEANCOUNT_DISABLE_LOAD_CACHE"] == "1"
    assert loader._load_file.__code__.co_qualname.startswith("delete_cache_function")


def test_pages_and_data_are_vietnamese(visitor: Visitor) -> None:
    page = visitor.get("/BTC/income_statement/").text

    assert '"Journal":"S\\u1ed5 nh\\u1eadt k\\u00fd"' in page
    labels = [chart["label"] for chart in visitor.get("/BTC/api/income_statement").json["data"]["charts"]]
    assert labels == ["Thặng dư (thâm hụt)", "Doanh thu, thu nhập (Theo tháng)", "Chi phí (Theo tháng)"]


def test_english_is_favas_own(visitor: Visitor) -> None:
    visitor.get("/language/en")

    assert '"translations">{}' in visitor.get("/BTC/income_statement/").text.replace("\n", "")


def test_every_message_of_fava_has_vietnamese() -> None:
    theirs = {message.id for message in _catalogue(TEMPLATE) if message.id}
    ours = {message.id: message for message in _catalogue(MESSAGES) if message.id}

    assert set(ours) == theirs
    assert len(theirs) == 148
    assert [id_ for id_, message in ours.items() if not message.string or message.fuzzy] == []


def test_the_vietnamese_keeps_places_and_lines() -> None:
    for message in _catalogue(MESSAGES):
        places = re.compile(r"%\(\w+\)s")
        assert sorted(places.findall(str(message.id))) == sorted(places.findall(str(message.string)))
        assert str(message.id).count("\n") == str(message.string).count("\n") or not message.id


def test_the_vietnamese_is_no_english_left_behind() -> None:
    same = {m.id for m in _catalogue(MESSAGES) if m.id and m.id == m.string}
    plain = {
        m.id
        for m in _catalogue(MESSAGES)
        if m.id and len(str(m.string)) > 12 and not set(str(m.string)) - set(string.printable)
    }

    assert same == set()
    assert plain == set()


def test_the_compiled_catalogue_is_that_of_the_text() -> None:
    out = io.BytesIO()
    mofile.write_mo(out, _catalogue(MESSAGES))

    assert MESSAGES.with_suffix(".mo").read_bytes() == out.getvalue(), (
        "run: pybabel compile -l vi -i web/translations/vi/LC_MESSAGES/messages.po "
        "-o web/translations/vi/LC_MESSAGES/messages.mo"
    )


def test_money_is_whole_and_grouped_as_the_forms_print_it(visitor: Visitor) -> None:
    data = visitor.get("/BTC/api/ledger_data").json["data"]

    assert data["fava_options"]["locale"] == "vi"
    assert data["precisions"]["VND"] == 0
    journal = visitor.get("/BTC/api/account_report?a=Assets:112:1121").json["data"]["journal"]
    assert "5000000" not in journal
    assert "<span class='num'>-5.000.000 VND</span>" in journal, "postings too"


def test_the_province_opens_on_its_budget_execution_and_a_unit_on_its_statement(visitor: Visitor) -> None:
    assert visitor.get("/province/").headers["Location"] == "/province/extension/BudgetExecution/"
    assert visitor.get("/BTC/").headers["Location"] == "/BTC/income_statement/"


def test_an_error_of_the_program_says_so_and_shows_nothing_else(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("fava.core.FilteredLedger.paginate_journal", broken)
    answer = visitor.get("/BTC/api/journal_page?page=1&order=desc")

    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Chương trình gặp lỗi" in answer.json["error"]


def test_a_book_opened_as_a_folder_needs_no_git(folder: Path) -> None:
    assert Book.view(folder).commit == ""
