"""The fence: what is asked from outside, of what, by whom, and what comes back with every answer."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest
from web_books import Visitor, house, tree_hash, write_book

from web import allowed, fence
from web.fava_house import create_app
from web.principal import Principal


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_book(tmp_path)


@pytest.fixture
def visitor(folder: Path) -> Visitor:
    return Visitor(house(folder))


def _every_address() -> list[tuple[str, str]]:
    """Every method and address of Fava's own map, with arguments that exist."""
    values = {
        "bfile": "BTC",
        "name": "Assets:112:1121",
        "report_name": "journal",
        "extension_name": "BudgetExecution",
        "endpoint": "style",
        "aggregation_key": "account",
        "page_slug": "filters",
        "result_format": "csv",
        "filename": "app.css",
    }
    found = []
    for rule in create_app([]).url_map.iter_rules():
        address = re.sub(r"<(?:[^<>]*:)?(\w+)>", lambda match: values[match[1]], rule.rule)
        found += [(method, address) for method in sorted(rule.methods or ())]
    return found


def test_fava_has_exactly_the_endpoints_that_were_looked_at() -> None:
    known = allowed.ENDPOINTS | allowed.REFUSED | set(allowed.ARGUMENTS)
    found = {rule.endpoint for rule in create_app([]).url_map.iter_rules()}

    assert found - known == set(), "new in this release: decide, then put each into one of the lists"
    assert known - found == {"house_static"}, "gone in this release"


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH", "get", ""])
def test_the_list_itself_is_for_reading_only(method: str) -> None:
    assert not allowed.is_allowed(method, "index", {})
    assert allowed.is_allowed("GET", "index", {})
    assert not allowed.is_allowed("GET", "anything_new", {})
    assert not allowed.is_allowed("GET", "report", {})


def test_the_two_lists_do_not_overlap() -> None:
    assert not allowed.REFUSED & (allowed.ENDPOINTS | set(allowed.ARGUMENTS))


@pytest.mark.parametrize(("method", "address"), _every_address())
def test_nothing_but_reading_gets_through(visitor: Visitor, method: str, address: str) -> None:
    answer = visitor.ask(method, address)

    assert method == "GET" or answer.status_code == 403


@pytest.mark.parametrize(
    "address",
    [
        "/BTC/api/source?filename=/etc/hostname",
        "/BTC/api/source_slice?entry_hash=x",
        "/BTC/api/extract?filename=/etc/hostname&importer=x",
        "/BTC/api/imports",
        "/BTC/api/options",
        "/BTC/api/documents",
        "/BTC/api/narrations",
        "/BTC/api/anything_new",
        "/BTC/options/",
        "/BTC/editor/",
        "/BTC/import/",
        "/BTC/documents/",
        "/BTC/document/?filename=/etc/hostname",
        "/BTC/statement/?entry_hash=x&key=y",
        "/BTC/download-journal/",
        "/BTC/download-query/query_result.xlsx?query_string=select+account",
        "/BTC/extension/FavaExtTest/",
        "/BTC/extension/AccountNames/table",
        "/BTC/extension/BudgetExecution/page",
        "/BTC/extension_js_module/Other.js",
        "/jump?time=2026",
    ],
)
def test_what_shows_files_paths_or_code_is_refused(visitor: Visitor, address: str) -> None:
    answer = visitor.get(address)

    assert answer.status_code in {403, 404}
    assert socket.gethostname() not in answer.text


@pytest.mark.parametrize(
    "address",
    [
        *(f"/BTC/{page}/" for page in sorted(allowed.PAGES)),
        "/BTC/account/Assets:112:1121/",
        "/BTC/holdings/by_account/",
        "/BTC/help/",
        "/BTC/api/trial_balance",
        "/BTC/api/income_statement",
        "/BTC/api/balance_sheet",
        "/BTC/api/journal_page?page=1&order=desc",
        "/BTC/api/account_report?a=Assets:112:1121",
        "/BTC/api/statistics",
        "/BTC/api/ledger_data",
        "/BTC/api/changed",
        "/BTC/api/errors",
        "/BTC/api/query?query_string=select+account",
        "/BTC/download-query/query_result.csv?query_string=select+account",
        "/BTC/extension/AccountNames/names",
        "/BTC/extension/BudgetExecution/style",
        "/BTC/extension_js_module/AccountNames.js",
        "/static/app.css",
        "/house/house.css",
    ],
)
def test_what_the_menu_leads_to_is_open(visitor: Visitor, address: str) -> None:
    assert visitor.get(address).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost@evil", "", "127.0.0.1:5000:1"])
def test_another_name_for_this_machine_is_refused(visitor: Visitor, host: str) -> None:
    assert visitor.get("/BTC/journal/", host=host).status_code == 421


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:5000", "[::1]:8080", "LOCALHOST"])
def test_this_machines_own_names_are_accepted(visitor: Visitor, host: str) -> None:
    assert visitor.get("/BTC/journal/", host=host).status_code == 200


@pytest.mark.parametrize("address", ["192.168.1.7", "10.0.0.1", "::ffff:8.8.8.8", "", "not-an-address"])
def test_another_machine_is_refused(visitor: Visitor, address: str) -> None:
    assert visitor.get("/BTC/journal/", address=address).status_code == 403


@pytest.mark.parametrize(
    "path",
    ["/VPTU/../BTC/journal/", "//BTC/journal/", "/BTC\\journal/", "/BTC/journal/%00", "/BTC/./journal/", "/%ff/"],
)
def test_a_strange_path_leads_nowhere(visitor: Visitor, path: str) -> None:
    assert visitor.get(path).status_code in {308, 404}
    assert "CANARY" not in visitor.get(path).text


def test_an_endless_query_is_refused(visitor: Visitor) -> None:
    assert visitor.get("/BTC/journal/?filter=" + "a" * 9000).status_code == 414


def test_another_sites_script_cannot_fetch_but_its_link_leads_here(visitor: Visitor) -> None:
    fetched = visitor.get("/BTC/api/journal", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="no-cors")
    followed = visitor.get("/BTC/journal/", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate")

    assert (fetched.status_code, followed.status_code) == (403, 200)


@pytest.mark.parametrize(
    "address", ["/BTC/journal/", "/BTC/api/journal", "/static/app.js", "/nowhere/", "/BTC/editor/", "/", "/language/en"]
)
def test_every_answer_carries_the_headers(visitor: Visitor, address: str) -> None:
    answer = visitor.get(address)

    for name, value in fence.HEADERS.items():
        if name != "Cache-Control":
            assert answer.headers.getlist(name) == [value]
    assert len(answer.headers.getlist("Cache-Control")) == 1


def test_the_policy_allows_no_script_in_a_page(visitor: Visitor) -> None:
    policy = visitor.get("/BTC/journal/").headers["Content-Security-Policy"]
    directives = dict(part.split(" ", 1) for part in policy.split("; "))

    assert directives["script-src"] == "'self'"
    assert directives["default-src"] == "'none'"
    assert directives["frame-ancestors"] == "'none'"


def test_pages_are_not_kept_by_browsers_but_fava_s_own_files_are(visitor: Visitor) -> None:
    assert visitor.get("/BTC/journal/").headers["Cache-Control"] == "no-store"
    assert visitor.get("/static/app.js").headers["Cache-Control"] == fence.STATIC_CACHE


def test_the_start_is_the_province(visitor: Visitor) -> None:
    answer = visitor.get("/")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/province/")


def test_vietnamese_comes_first_and_english_is_one_click_away(visitor: Visitor) -> None:
    assert '<html lang="vi">' in visitor.get("/BTC/journal/").text

    switched = visitor.get("/language/en", Referer="http://127.0.0.1:5000/BTC/journal/?time=2026")

    assert switched.headers["Location"] == "/BTC/journal/?time=2026"
    assert '<html lang="en">' in visitor.get("/BTC/journal/").text

    back = visitor.get("/BTC/journal/?time=2026&lang=vi")

    assert back.headers["Location"] == "/BTC/journal/?time=2026"
    assert '<html lang="vi">' in visitor.get("/BTC/journal/").text


def test_switching_the_language_never_leads_to_another_site(visitor: Visitor) -> None:
    for referrer in ("https://evil.example/x", "http://127.0.0.1:5000//evil.example", "x", "http://127.0.0.1:5000"):
        assert visitor.get("/language/en", Referer=referrer).headers["Location"] == "/"
    assert visitor.get("/language/xx").status_code == 404
    assert visitor.get("//evil.example/?lang=en").status_code == 404


def test_the_language_cookie_is_out_of_reach_of_script(visitor: Visitor) -> None:
    cookie = visitor.get("/language/en").headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_unknown_and_forbidden_ledgers_get_the_same_answer(folder: Path) -> None:
    visitor = Visitor(house(folder, principal_of=lambda _: Principal("an", frozenset({"BTC"}))))

    forbidden, unknown = visitor.get("/VPTU/journal/"), visitor.get("/NOPE/journal/")

    assert forbidden.status_code == unknown.status_code == 404
    assert forbidden.data == unknown.data
    assert visitor.get("/BTC/journal/").status_code == 200


def test_a_reader_sees_nothing_of_other_units_anywhere(folder: Path) -> None:
    visitor = Visitor(house(folder, principal_of=lambda _: Principal("an", frozenset({"BTC"}))))
    addresses = [
        "/BTC/journal/",
        "/BTC/api/ledger_data",
        "/BTC/api/journal",
        "/BTC/api/errors",
        "/BTC/api/query?query_string=select+*",
        "/VPTU/api/journal",
        "/btc/api/journal",
        "/province/api/journal",
    ]
    for address in addresses:
        text = visitor.get(address).text
        assert "CANARY-VPTU" not in text
        assert "CANARY-XA01" not in text
        assert "VPTU" not in text
    assert "CANARY-BTC" in visitor.get("/BTC/api/journal").text


def test_nobody_known_sees_nothing(folder: Path) -> None:
    visitor = Visitor(house(folder, principal_of=lambda _: None))

    for address in ("/", "/BTC/journal/", "/static/app.js", "/language/en"):
        assert visitor.get(address).status_code == 403


def test_a_fence_that_fails_lets_nobody_through(folder: Path) -> None:
    def failing(_: object) -> Principal:
        raise RuntimeError("no register of people")

    answer = Visitor(house(folder, principal_of=failing)).get("/BTC/journal/")

    assert answer.status_code == 500
    assert "CANARY" not in answer.text
    assert "register of people" not in answer.text
    assert answer.headers["Content-Security-Policy"]


def test_scripts_get_refusals_as_json(visitor: Visitor) -> None:
    answer = visitor.get("/BTC/api/options")

    assert answer.is_json
    assert "sổ kế toán chỉ để đọc" in answer.json["error"]


def test_the_book_is_untouched_by_everything_asked(folder: Path, visitor: Visitor) -> None:
    before = tree_hash(folder)
    for method, address in _every_address():
        visitor.ask(method, address)
        visitor.ask(method, f"{address}?query_string=.output%20main.beancount&filename=main.beancount")

    assert tree_hash(folder) == before
