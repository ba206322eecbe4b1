"""How the files of the practice province were made: `python -m ledger.sample.generate [--check]`.

Guarantees: the same scenario tables give the same files, on every machine; `--check` writes nothing and says which
committed files differ (XLSX files are compared cell by cell, since compression differs between machines).

Read next: `province` puts two years together from `recipes`, `months`, `internal` and `stories`; `styles` gives each
unit its own way of writing files; `handing_in` says who hands in what and when; `register_files` adds what is not
money. `scenario/*.csv` holds the figures.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path

from ledger.sample import handing_in, labels, opening, plan, province, register_files, spoiled, styles, workbook
from ledger.sample.entries import UnitBook, Voucher
from ledger.sample.handing_in import Handing
from ledger.sample.headings import ESTIMATES
from ledger.sample.styles import STYLES

HERE = Path(__file__).parent
FOLDER = "submissions"

UNICODE_TEXT = frozenset({("XA02", "2025-11")})
XLSX = {("XA01", "2026-03"): "", ("DUUB", "2026-06"): "ĐẢNG ỦY ỦY BAN NHÂN DÂN TỈNH - BẢNG KÊ CHỨNG TỪ THÁNG 6/2026"}
REJECTED = ("DUUB", "2026-10")

Files = dict[str, bytes]


def build() -> Files:
    """Every generated file by its name below `ledger/sample`."""
    books = province.books()
    labels.put(books)
    files: Files = {}
    handings: list[Handing] = []
    for unit, book in books.items():
        _opening(unit, files, handings)
        for period in province.periods():
            _month(book, period, files, handings)
    _estimates(files, handings)
    for made in register_files.files(books):
        name = f"{FOLDER}/{made.unit}/{made.period}-{made.kind}.csv"
        files[name] = styles.render(STYLES[made.unit], made.kind, made.rows)
        handings.append(Handing(made.unit, made.period, made.kind, name, made.at))
    files["manifest.csv"] = _table(handing_in.COLUMNS, handing_in.manifest(handings))
    return files


def main(arguments: list[str] | None = None) -> int:
    """Write the files, or compare them; returns the exit code."""
    parser = argparse.ArgumentParser(description="Make the files of the practice province.")
    parser.add_argument("--check", action="store_true", help="compare with the committed files, write nothing")
    files = build()
    if parser.parse_args(arguments).check:
        problems = differences(files)
        sys.stdout.write("".join(f"{problem}\n" for problem in problems) or f"{len(files)} files as committed\n")
        return 1 if problems else 0
    for name in _present():
        if name not in files:
            (HERE / name).unlink()
    for name, data in files.items():
        target = HERE / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    sys.stdout.write(f"{len(files)} files, {sum(map(len, files.values()))} bytes\n")
    return 0


def differences(files: Files) -> list[str]:
    """What differs between these files and the committed ones."""
    present = _present()
    problems = [f"{name}: not committed" for name in files if name not in present]
    problems += [f"{name}: not made by the generator" for name in present if name not in files]
    for name in sorted(present & files.keys()):
        if not _same(name, files[name], (HERE / name).read_bytes()):
            problems.append(f"{name}: differs")
    return problems


def _present() -> set[str]:
    made = (path for path in (HERE / FOLDER).rglob("*") if path.is_file())
    names = {path.relative_to(HERE).as_posix() for path in made}
    return names | ({"manifest.csv"} if (HERE / "manifest.csv").is_file() else set())


def _same(name: str, new: bytes, old: bytes) -> bool:
    return _parts(new) == _parts(old) if name.endswith(".xlsx") else new == old


def _parts(data: bytes) -> dict[str, bytes]:
    """The sheets of a workbook: other parts name the version of the library that wrote them."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if "sheet" in name or "Strings" in name}


def _opening(unit: str, files: Files, handings: list[Handing]) -> None:
    rows = []
    for balance in opening.balances(unit, plan.assets()):
        cells = {key: str(value or "") for key, value in asdict(balance).items()}
        rows.append(cells | {"extra": cells.pop("note")})
    name = f"{FOLDER}/{unit}/2025-opening.csv"
    files[name] = styles.render(STYLES[unit], "opening", rows)
    handings.append(Handing(unit, "2025", "opening", name, handing_in.opening_time(unit)))


def _estimates(files: Files, handings: list[Handing]) -> None:
    decisions: dict[str, list[dict[str, str]]] = {}
    for row in plan.table("decisions.csv"):
        name = f"{FOLDER}/{row['by']}/{row['budget_year']}-estimates-{row['file']}.csv"
        decisions.setdefault(name, []).append(row)
    for name, rows in decisions.items():
        by = rows[0]["by"]
        cells = [{key: row[key] for key in ESTIMATES} for row in rows]
        files[name] = styles.render(STYLES[by], "estimates", cells)
        handings.append(Handing(by, rows[0]["budget_year"], "estimates", name, f"{rows[0]['at']}+07:00"))


def _month(book: UnitBook, period: str, files: Files, handings: list[Handing]) -> None:
    slot = (book.unit, period)
    for second in ("cash", ""):
        rows = list(_rows(book, period, second))
        if not rows or (slot in province.MISSING and slot != REJECTED):
            continue
        kind = f"vouchers/{second}" if second else "vouchers"
        name = f"{FOLDER}/{book.unit}/{period}-{kind.replace('/', '-')}"
        at = handing_in.month_time(book.unit, period, minute=0 if second else 12)
        if slot == REJECTED:
            _rejected(book, rows, files, handings)
            continue
        if slot == spoiled.WRONG_MONTH:
            first = f"{name}-lan1.csv"
            files[first] = styles.render(STYLES[book.unit], "vouchers", spoiled.too_high(rows))
            handings.append(Handing(book.unit, period, kind, first, at))
            at = handing_in.moment(date(2026, 6, 9), 0, *slot, "again")
        name, files_data = _file(slot, name, rows)
        files[name] = files_data
        again = {"replace": "yes", "reason": spoiled.REASON} if slot == spoiled.WRONG_MONTH else {}
        handings.append(Handing(*slot, kind, name, at, **again))


def _file(slot: tuple[str, str], name: str, rows: list[dict[str, str]]) -> tuple[str, bytes]:
    if slot in XLSX:
        title = XLSX[slot]
        return f"{name}.xlsx", workbook.render(rows, title=title, typed_numbers=bool(title))
    style = styles.UNICODE_TEXT if slot in UNICODE_TEXT else STYLES[slot[0]]
    return f"{name}.csv", styles.render(style, "vouchers", rows)


def _rejected(book: UnitBook, rows: list[dict[str, str]], files: Files, handings: list[Handing]) -> None:
    """The file that is refused; amounts that are no amounts are written as the accountant typed them."""
    before = next(v.number for v in book.vouchers if v.period == "2026-09" and v.prefix == "PT")
    style = STYLES[book.unit]
    keys = styles.columns(style, "vouchers")
    lines = [styles.header(style, "vouchers")]
    for number, row in enumerate(spoiled.spoil(rows, before), start=1):
        raw = row.pop("raw_amount", "")
        line = styles.line(style, "vouchers", number, row)
        if raw:
            line[keys.index("amount")] = raw
        lines.append(line)
    name = f"{FOLDER}/{book.unit}/{REJECTED[1]}-vouchers.csv"
    files[name] = styles.render_lines(style, lines)
    at = handing_in.moment(date(2026, 11, 10), 0, *REJECTED)
    handings.append(Handing(*REJECTED, "vouchers", name, at, expect="rejected"))


def _rows(book: UnitBook, period: str, second: str) -> Iterator[dict[str, str]]:
    style = STYLES[book.unit]
    for voucher in book.vouchers:
        if voucher.period == period and voucher.book == second:
            head = _head(voucher, with_year=style.budget_year) | labels.people(book.unit, voucher.day)
            for row in voucher.rows:
                cells = {key: str(value or "") for key, value in asdict(row).items()}
                if not row.source:
                    yield cells | head | {"budget_year": ""}
                else:
                    yield cells | head


def _head(voucher: Voucher, *, with_year: bool) -> dict[str, str]:
    return {
        "voucher": voucher.number,
        "date": voucher.day.isoformat(),
        "document_date": voucher.document.isoformat(),
        "description": voucher.text,
        "event": voucher.event,
        "corrects": voucher.corrects.number if voucher.corrects else "",
        "budget_year": str(voucher.day.year) if with_year else "",
    }


def _table(columns: tuple[str, ...], rows: list[dict[str, str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8")


if __name__ == "__main__":
    sys.exit(main())
