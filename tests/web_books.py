"""A small book folder written by hand, for the tests of the web floor; it is no Git book, `Book.view` opens it."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote_to_bytes

from waitress.server import BaseWSGIServer
from werkzeug.test import Client, TestResponse

from ledger.book import Book
from web import fava_house
from web.fence import Fence
from web.ledgers import Ledgers
from web.principal import PrincipalHook, at_this_machine
from web.shelf import Shelf

HOSTILE = "<img src=x onerror=alert(1)>"

SETTINGS = """format = 1
name_vi = "Tỉnh Thử Nghiệm"
name_en = "Test province"
place = "Thử Nghiệm"
practice = true
today = "2026-11-16"
"""

UNITS = """unit,name_vi,name_en,kind,level,chapter,settles_to,reports_to,served_by,successor,valid_from,valid_to
VPTU,Văn phòng Tỉnh ủy,Office of the Provincial Party Committee,office,I,509,,,,,2020-01-01,
BTC,Ban Tổ chức Tỉnh ủy,Organisation Commission,committee,II,509,VPTU,VPTU,VPTU,,2020-01-01,
XA01,Văn phòng Đảng ủy xã Một,Party office of commune One,commune_office,I,809,@XA01,VPTU,,,2025-07-01,
DNIN,Xí nghiệp in,Printing enterprise,enterprise,,509,,VPTU,,,2020-01-01,
"""

OPENS = """2025-01-01 open Assets:112:1121 VND
  name_vi: "Tiền gửi Kho bạc"
  name_en: "Treasury deposits"
2025-01-01 open Liabilities:331 VND
  name_vi: "Phải trả cho người bán"
  name_en: "Payable to suppliers"
2025-01-01 open Income:511 VND
  name_vi: "Doanh thu từ kinh phí NSNN cấp"
  name_en: "Income from the state budget"
2025-01-01 open Expenses:612:TM6501 VND
  name_vi: "Tiền điện"
  name_en: "Electricity"
"""

MONTH = """
2026-03-05 * "{text}"
  unit: "{unit}"
  voucher: "PC015"
  Expenses:612:TM6501  1234567 VND
    source: "13"
    clause: "351"
    item: "6501"
  Assets:112:1121  -1234567 VND

2026-03-09 * "Cấp kinh phí"
  unit: "{unit}"
  voucher: "BC001"
  Assets:112:1121  5000000 VND
  Income:511  -5000000 VND
"""


def write_book(folder: Path) -> Path:
    """Write the book; returns its folder."""
    for unit in ("VPTU", "BTC", "XA01"):
        path = folder / "units" / unit / "2026" / "2026-03.beancount"
        path.parent.mkdir(parents=True)
        text = f"CANARY-{unit} {HOSTILE}" if unit == "BTC" else f"CANARY-{unit} tiền điện"
        path.write_text(MONTH.format(unit=unit, text=text), "utf-8")
        _ledger(folder / "units" / unit / "ledger.beancount", f"{unit} sổ", ["2026/2026-03.beancount"])
    _ledger(folder / "main.beancount", "Toàn tỉnh", ["units/VPTU/2026/2026-03.beancount"])
    _ledger(folder / "party.beancount", "Toàn tỉnh", ["units/VPTU/2026/2026-03.beancount"])
    (folder / "book.toml").write_text(SETTINGS, "utf-8")
    (folder / "registers").mkdir()
    (folder / "registers" / "units.csv").write_text(UNITS, "utf-8")
    return folder


def house(folder: Path, *, principal_of: PrincipalHook = at_this_machine, in_memory: int = 12) -> Fence:
    """The application for a folder, looking at the files on every request."""

    def ledgers(shelf: Shelf) -> Ledgers:
        return Ledgers(shelf, in_memory=in_memory, check_seconds=0, retry_seconds=0)

    return fava_house.create(folder, principal_of=principal_of, open_book=Book.view, ledgers=ledgers)


class Visitor:
    """A reader at this machine."""

    def __init__(self, app: Fence) -> None:
        self._client = Client(app)

    def ask(
        self, method: str, path: str, *, host: str = "127.0.0.1:5000", address: str = "127.0.0.1", **headers: str
    ) -> TestResponse:
        """Send a request; header names are written with `_` for `-`."""
        path, _, query = path.partition("?")
        # As a server hands them on: decoded once, the Host header as it was sent.
        raw = {"PATH_INFO": unquote_to_bytes(path).decode("latin-1"), "QUERY_STRING": query}
        return self._client.open(
            method=method,
            headers={name.replace("_", "-"): value for name, value in headers.items()},
            environ_overrides={"REMOTE_ADDR": address, "HTTP_HOST": host, **raw},
        )

    def get(self, path: str, **options: str) -> TestResponse:
        """Read an address."""
        return self.ask("GET", path, **options)


def until_closed(server: BaseWSGIServer) -> None:
    """Run a server in a thread of a test, until the test closes its socket under it."""
    with suppress(OSError):
        server.run()


def tree_hash(folder: Path) -> str:
    """A hash of all names and bytes below a folder."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        digest.update(f"{path.relative_to(folder)}\0".encode())
        digest.update(path.read_bytes() if path.is_file() else b"")
    return digest.hexdigest()


def _ledger(file: Path, title: str, includes: list[str]) -> None:
    lines = [f'option "title" "{title}"', 'option "operating_currency" "VND"', *(f'include "{i}"' for i in includes)]
    file.write_text("\n".join(lines) + "\n" + OPENS, "utf-8")
