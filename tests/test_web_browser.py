"""The site in a real browser: names beside codes, the execution page, no script but ours, no host but ours."""

from __future__ import annotations

import json
import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pandas as pd
import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select, WebDriverWait
from waitress.server import BaseWSGIServer
from web_books import house, until_closed, write_book

from reports import execution
from web import allowed, server

pytestmark = pytest.mark.browser

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1366,768",
)
SECONDS = 20
ROWS = [
    ("VPTU", "13", "351", "6501", 100_000_000, 10_000_000, 0, 62_500_000, 27_500_000),
    ("VPTU", "12", "351", "", 50_000_000, 0, 0, 0, 50_000_000),
    ("BTC", "13", "351", "6501", 1_000_000, 0, 0, 1_500_000, -500_000),
]
PAGES = [f"/BTC/{page}/" for page in sorted(allowed.PAGES)] + [
    "/BTC/account/Assets:112:1121/",
    "/BTC/help/",
    "/BTC/query/?query_string=SELECT+account,+sum(number)+GROUP+BY+account",
    "/province/extension/BudgetExecution/",
    "/BTC/extension/BudgetExecution/",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book that is served."""
    return write_book(tmp_path_factory.mktemp("book"))


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[str]:
    """The address of a running site."""
    patch = pytest.MonkeyPatch()
    table = pd.DataFrame(ROWS, columns=execution.COLUMNS)
    patch.setattr(execution, "execution", lambda _book, unit, *_: table if unit is None else table[table.unit == unit])
    running = server.listening(house(folder), "127.0.0.1", 0)
    assert isinstance(running, BaseWSGIServer)
    threading.Thread(target=until_closed, args=(running,), daemon=True).start()
    yield f"http://127.0.0.1:{running.effective_port}"
    running.close()
    patch.undo()


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[webdriver.Chrome]:
    """A fresh Chromium. Without one the tests are skipped on a desk, and fail where everything is to be checked."""
    if CHROMIUM is None or DRIVER is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium and its driver are missing")
        pytest.skip("Chromium and its driver are missing")
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (*FLAGS, f"--user-data-dir={tmp_path / 'profile'}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    yield driver
    driver.quit()


def _until(browser: webdriver.Chrome, condition: Callable[[webdriver.Chrome], object]) -> None:
    WebDriverWait(browser, SECONDS, poll_frequency=0.05).until(condition)


def _until_text(browser: webdriver.Chrome, text: str) -> None:
    _until(browser, lambda page: text in page.find_element(By.TAG_NAME, "body").text)


def _hosts(browser: webdriver.Chrome) -> set[str]:
    """Hosts of all requests that the pages made."""
    found = set()
    for entry in browser.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent" and message["params"].get("documentURL", "").startswith(
            "http"
        ):
            found.add(urlsplit(message["params"]["request"]["url"]).netloc)
    return found - {""}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_works_under_the_policy_and_asks_no_other_host(
    browser: webdriver.Chrome, site: str, language: str
) -> None:
    browser.get(f"{site}/language/{language}")
    for page in PAGES:
        browser.get(site + page)
        _until(browser, lambda page: page.find_elements(By.CSS_SELECTOR, "aside li"))
        assert browser.find_element(By.TAG_NAME, "html").get_attribute("lang") == language
        problems = [entry["message"] for entry in browser.get_log("browser") if entry["level"] != "INFO"]
        assert problems == [], page

    assert _hosts(browser) == {urlsplit(site).netloc}


def test_text_of_a_voucher_runs_no_script(browser: webdriver.Chrome, site: str) -> None:
    browser.get(f"{site}/BTC/journal/")
    _until_text(browser, "<img src=x onerror=alert(1)>")

    assert browser.find_elements(By.CSS_SELECTOR, "article img") == []
    assert browser.get_log("browser") == []


def test_the_policy_stops_a_script_in_the_page(browser: webdriver.Chrome, site: str) -> None:
    browser.get(f"{site}/BTC/journal/")
    browser.execute_script(
        "const s = document.createElement('script'); s.textContent = 'window.ran = true'; document.body.append(s);"
        "const i = document.createElement('img'); i.setAttribute('onerror', 'window.ran = true'); i.src = '/nowhere';"
        "document.body.append(i);"
    )
    _until(browser, lambda page: any("Content Security Policy" in e["message"] for e in page.get_log("browser")))

    assert browser.execute_script("return window.ran") is None


def test_names_stand_beside_codes_and_stay_there_as_one_goes_on(browser: webdriver.Chrome, site: str) -> None:
    browser.get(f"{site}/BTC/trial_balance/?charts=false")
    _until_text(browser, "Tiền gửi Kho bạc")
    tree = browser.find_element(By.TAG_NAME, "article").text
    for line in ("Assets Tài sản", "1121 Tiền gửi Kho bạc", "TM6501 Tiền điện"):
        assert re.search(line.replace(" ", r"\s+"), tree), line

    browser.find_element(By.CSS_SELECTOR, "aside a[href*='/income_statement/']").click()
    _until_text(browser, "Thặng dư (thâm hụt)")
    _until(browser, lambda page: re.search(r"511\s+Doanh thu từ kinh phí", page.find_element(By.TAG_NAME, "body").text))

    browser.find_element(By.CSS_SELECTOR, "aside a[href*='/trial_balance/']").click()
    _until(browser, lambda page: re.search(r"1121\s+Tiền gửi Kho bạc", page.find_element(By.TAG_NAME, "body").text))
    names = browser.find_elements(By.CSS_SELECTOR, "article a .account-name")
    links = browser.find_elements(By.CSS_SELECTOR, "article a:has(.account-name)")
    assert len(names) == len(links) > 5


def test_names_follow_the_readers_language(browser: webdriver.Chrome, site: str) -> None:
    browser.get(f"{site}/BTC/trial_balance/?charts=false")
    _until_text(browser, "Tiền gửi Kho bạc")
    browser.find_element(By.LINK_TEXT, "English").click()
    _until_text(browser, "Treasury deposits")

    assert browser.current_url.startswith(f"{site}/BTC/trial_balance/")
    assert "Tiền gửi Kho bạc" not in browser.find_element(By.TAG_NAME, "body").text


def test_links_that_say_something_else_get_no_name(browser: webdriver.Chrome, site: str) -> None:
    browser.get(f"{site}/BTC/account/Assets:112:1121/")
    _until_text(browser, "Tiền gửi Kho bạc")

    tabs = browser.find_elements(By.CSS_SELECTOR, "article .headerline a")
    assert [tab.text for tab in tabs] == ["Phát sinh (theo tháng)", "Số dư (theo tháng)"]


def test_what_is_refused_is_not_offered(browser: webdriver.Chrome, site: str) -> None:
    browser.get(f"{site}/BTC/trial_balance/")
    _until(browser, lambda page: page.find_elements(By.CSS_SELECTOR, "aside li"))
    shown = [link.get_attribute("href") or "" for link in browser.find_elements(By.CSS_SELECTOR, "aside a")]
    shown = [
        link.get_attribute("href") or ""
        for link in browser.find_elements(By.CSS_SELECTOR, "aside a")
        if link.is_displayed()
    ]

    assert any("/journal/" in address for address in shown)
    assert [a for a in shown if re.search(r"/(editor|import|options|documents)/|#add-transaction|#export", a)] == []


def test_a_vouchers_context_opens_without_its_source(browser: webdriver.Chrome, site: str) -> None:
    browser.get(f"{site}/BTC/journal/")
    _until_text(browser, "Cấp kinh phí")
    browser.find_element(By.CSS_SELECTOR, "article .datecell a").click()
    _until_text(browser, "<book>/units/BTC/2026/2026-03.beancount")

    assert browser.get_log("browser") == []


def test_lines_of_a_unit_open_and_close(browser: webdriver.Chrome, site: str) -> None:
    browser.get(f"{site}/province/extension/BudgetExecution/")
    _until(browser, lambda page: page.find_element(By.CSS_SELECTOR, ".ex-page").get_attribute("data-bound"))
    lines = browser.find_element(By.ID, "ex-VPTU")
    toggle = browser.find_element(By.CSS_SELECTOR, "[aria-controls=ex-VPTU]")

    assert not lines.is_displayed()
    toggle.click()
    assert lines.is_displayed()
    assert toggle.get_attribute("aria-expanded") == "true"
    assert not browser.find_element(By.ID, "ex-BTC").is_displayed()
    browser.find_element(By.CSS_SELECTOR, ".ex-all[data-open=true]").click()
    assert browser.find_element(By.ID, "ex-BTC").is_displayed()
    browser.find_element(By.CSS_SELECTOR, ".ex-all[data-open=false]").click()
    assert not lines.is_displayed()


def test_a_choice_is_shown_at_once_and_leads_on(browser: webdriver.Chrome, site: str) -> None:
    browser.get(f"{site}/province/extension/BudgetExecution/")
    _until(browser, lambda page: page.find_element(By.CSS_SELECTOR, ".ex-page").get_attribute("data-bound"))
    Select(browser.find_element(By.NAME, "unit")).select_by_value("BTC")
    _until(browser, lambda page: "unit=BTC" in page.current_url)
    _until_text(browser, "150,0 %")

    assert browser.find_elements(By.ID, "ex-VPTU") == []
    assert browser.find_element(By.ID, "ex-BTC").is_displayed()
    browser.find_element(By.CSS_SELECTOR, ".ex-line a[href*='/journal/']").click()
    _until_text(browser, "CANARY-BTC")
    assert "Cấp kinh phí" not in browser.find_element(By.TAG_NAME, "article").text


def test_the_page_works_when_reached_from_another_page(browser: webdriver.Chrome, site: str) -> None:
    browser.get(f"{site}/province/trial_balance/?charts=false")
    _until(browser, lambda page: page.find_elements(By.CSS_SELECTOR, "aside a[href*='/extension/']"))
    browser.find_element(By.CSS_SELECTOR, "aside a[href*='/extension/BudgetExecution/']").click()
    _until(
        browser,
        lambda page: any(e.get_attribute("data-bound") for e in page.find_elements(By.CSS_SELECTOR, ".ex-page")),
    )
    browser.find_element(By.CSS_SELECTOR, "[aria-controls=ex-VPTU]").click()

    assert browser.find_element(By.ID, "ex-VPTU").is_displayed()


def test_figures_stand_right_and_the_page_needs_no_sideways_scrolling(browser: webdriver.Chrome, site: str) -> None:
    browser.get(f"{site}/province/extension/BudgetExecution/")
    _until(browser, lambda page: page.find_elements(By.CSS_SELECTOR, ".ex-table td.num"))
    align = browser.execute_script(
        "return [...document.querySelectorAll('.ex-table td.num')].map((c) => getComputedStyle(c).textAlign)"
    )

    assert set(align) == {"right"}
    wide = "const a = document.querySelector('article'); return [a.scrollWidth, a.clientWidth]"
    scroll, client = browser.execute_script(wide)
    assert scroll <= client


@pytest.mark.slow
def test_a_change_of_the_book_is_announced_and_shown(browser: webdriver.Chrome, site: str, folder: Path) -> None:
    browser.get(f"{site}/XA01/journal/")
    _until_text(browser, "Cấp kinh phí")
    month = folder / "units/XA01/2026/2026-03.beancount"
    month.write_text(month.read_text("utf-8").replace("Cấp kinh phí", "Cấp bổ sung kinh phí"), "utf-8")
    _until_text(browser, "Sổ kế toán đã thay đổi. Bấm để tải lại.")
    browser.find_element(By.CSS_SELECTOR, ".notifications li").click()

    _until_text(browser, "Cấp bổ sung kinh phí")
