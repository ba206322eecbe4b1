"""Files that mean harm are refused fast and in little memory, in a process that imports only what reading needs."""

from __future__ import annotations

import io
import json
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

MOST_SECONDS, MOST_MEGABYTES = 2.0, 256
BUSY = 3
"""What the issue asks for; a machine that runs the whole suite counts more processor time for the same work."""

GUARD_MEGABYTES = 1_024
"""Address space of the child: a bomb that goes off ends there, not in the machine."""

# The most memory stands in /proc: what `getrusage` tells of a child begins with the memory of its parent.
CHILD = """
import resource, sys, time
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]) << 20,) * 2)
from importers.reading import read
import json
names = frozenset(("so chung tu", "so tien", "dien giai"))
data = open(sys.argv[1], "rb").read()
wall, cpu = time.perf_counter(), time.process_time()
table = read(data, "bomb", names, names)
cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
status = open("/proc/self/status").read()
heavy = sorted({"openpyxl", "pandas", "pydantic", "beancount", "fava"} & set(sys.modules))
print(json.dumps({
    "rules": [f.rule for f in table.findings], "values": [f.value for f in table.findings], "rows": len(table.records),
    "cpu": cpu, "wall": wall, "megabytes": int(status.partition("VmHWM:")[2].split()[0]) / 1024, "heavy": heavy,
}))
"""

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEAD = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>Số chứng từ</t></is></c>'
    '<c r="B1" t="inlineStr"><is><t>Số tiền</t></is></c></row>'
)
PARTS = {
    "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="r"><sheets><sheet name="T3" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/s.xml"/>'
    '<Relationship Id="r2" Type="x/sharedStrings" Target="texts.xml"/></Relationships>',
    "xl/texts.xml": "<sst/>",
}
SHEET = "xl/worksheets/s.xml"
MEGABYTE = 1 << 20


def _archive(level: int = 1, **parts: str | bytes) -> bytes:
    """A workbook with this sheet and these shared texts, packed at a level (1 packs less than 400 times)."""
    named = {{"sheet": SHEET, "texts": "xl/texts.xml"}.get(name, name): part for name, part in parts.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, part in (PARTS | named).items():
            archive.writestr(name, part)
    return out.getvalue()


def _sheet(rows: str, before: str = "") -> str:
    return f'{before}<worksheet xmlns="{MAIN}"><sheetData>{HEAD}{rows}</sheetData></worksheet>'


def _noise(count: int) -> list[str]:
    """Texts that do not compress to nothing, so that the ratio alone does not refuse them."""
    made = random.Random(1)
    return [f"{made.getrandbits(60):x}" for _ in range(count)]


def _billion_laughs() -> bytes:
    steps = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<!DOCTYPE worksheet [<!ENTITY l0 "ha ha ha">{steps}]>'
    return _archive(sheet=_sheet('<row r="2"><c r="A2" t="str"><v>&l9;</v></c></row>', doctype))


def _external_entity() -> bytes:
    doctype = '<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    return _archive(sheet=_sheet('<row r="2"><c r="A2" t="str"><v>&x;</v></c></row>', doctype))


def _members() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for n in range(100_000):
            archive.writestr(zipfile.ZipInfo(f"{n}"), b"")
    return out.getvalue()


def _rich_text() -> str:
    return "<sst><si>" + "".join(f"<r><t>{text}</t></r>" for text in _noise(100_000)) + "</si></sst>"


def _empty_runs() -> str:
    return "<sst><si>" + "".join(f'<r a="{n * 7919}"/>' for n in range(1_100_000)) + "</si></sst>"


def _wide_row(cells: int) -> str:
    return '<row r="2">' + "".join(f"<c><v>{n}</v></c>" for n in range(cells)) + "</row>"


BOMBS: dict[str, tuple[Callable[[], bytes], str]] = {
    "50 MB CSV": (lambda: b"So chung tu;So tien\n" + b"PC1;1\n" * (50 * MEGABYTE // 6), "F02"),
    "50 MB XLSX": (lambda: _archive(sheet=_sheet("")) + b"\0" * 50 * MEGABYTE, "F02"),
    "20 MB of one CSV cell": (lambda: b"So chung tu;So tien\n" + b"x" * 19 * MEGABYTE, "F11"),
    "20 MB of one quoted CSV cell": (lambda: b'So chung tu;So tien\n"' + b"x\n" * 9 * MEGABYTE, "F11"),
    "20 MB of separators": (lambda: b"So chung tu;So tien\n" + b";" * 19 * MEGABYTE, "F10"),
    "20 MB of blank rows": (lambda: b"So chung tu;So tien\n" + b"\n" * 19 * MEGABYTE, "F10"),
    "20 MB header of separators": (lambda: b"So chung tu;So tien" + b";" * 19 * MEGABYTE, "F10"),
    "20 MB of quotes": (lambda: b"So chung tu;So tien\n" + b'""' * 9 * MEGABYTE, "F11"),
    "20 MB of NUL": (lambda: b"So chung tu;So tien\n" + b"\0" * 19 * MEGABYTE, "F11"),
    "ratio": (lambda: _archive(9, sheet=b"0" * (100 * MEGABYTE)), "F13"),
    "ratio in texts": (lambda: _archive(9, texts=b"0" * (30 * MEGABYTE), sheet=_sheet("")), "F13"),
    "100 MB that are no XML": (lambda: _archive(sheet=b"0" * (100 * MEGABYTE)), "F12"),
    "one endless tag": (lambda: _archive(sheet=b"<worksheet a='" + b"0" * (100 * MEGABYTE)), "F12"),
    "one endless remark": (lambda: _archive(texts=b"<sst><!--" + b" > <" * (9 * MEGABYTE), sheet=_sheet("")), "F12"),
    "too much to unpack": (lambda: _archive(sheet=b"0" * (129 * MEGABYTE)), "F13"),
    "100,000 members": (_members, "F13"),
    "billion laughs": (_billion_laughs, "F12"),
    "external entity": (_external_entity, "F12"),
    "deep nesting": (lambda: _archive(sheet=_sheet("".join(f"<e{n}>" for n in range(200_000)))), "F12"),
    "deep nesting in a value": (
        lambda: _archive(sheet=_sheet('<row r="2"><c r="A2"><v>' + "".join(f"<v a='{n}'>" for n in range(200_000)))),
        "F12",
    ),
    "quadratic shared text": (lambda: _archive(texts=_rich_text(), sheet=_sheet("")), "F10"),
    "shared texts of nothing": (lambda: _archive(texts=_empty_runs(), sheet=_sheet("")), "F13"),
    "one endless cell": (
        lambda: _archive(sheet=_sheet(f'<row r="2"><c r="A2" t="inlineStr"><is><t>{"".join(_noise(200_000))}')),
        "F10",
    ),
    "one endless number": (
        lambda: _archive(sheet=_sheet(f'<row r="2"><c r="A2"><v>{"".join(_noise(200_000))}</v></c></row>')),
        "F10",
    ),
    "a number with a huge exponent": (
        lambda: _archive(sheet=_sheet('<row r="2"><c r="A2"><v>1E+999999999</v></c></row>')),
        "F12",
    ),
    "1,000,000 columns": (lambda: _archive(sheet=_sheet(_wide_row(1_000_000))), "F10"),
    "a row number beyond the sheet": (
        lambda: _archive(sheet=_sheet('<row r="99999999999"><c><v>1</v></c></row>')),
        "F12",
    ),
    "the last row twice": (
        lambda: _archive(sheet=_sheet('<row r="1048576"/><row r="1048576"/>')),
        "F12",
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_in_two_seconds_and_256_megabytes(name: str, tmp_path: Path) -> None:
    make, rule = BOMBS[name]
    bomb = tmp_path / "bomb"
    bomb.write_bytes(make())

    command = [sys.executable, "-c", CHILD, str(bomb), str(GUARD_MEGABYTES)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode == 0, done.stderr[-500:]
    outcome = json.loads(done.stdout)
    assert (outcome["rules"], outcome["rows"], outcome["heavy"]) == ([rule], 0, [])
    assert outcome["megabytes"] < MOST_MEGABYTES, outcome
    assert outcome["cpu"] < MOST_SECONDS * BUSY, outcome


def test_a_huge_dimension_is_no_bomb_and_costs_nothing(tmp_path: Path) -> None:
    xml = _sheet('<row r="2"><c r="A2" t="str"><v>PC1</v></c></row>').replace(
        "<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>'
    )
    bomb = tmp_path / "bomb"
    bomb.write_bytes(_archive(sheet=xml))

    done = subprocess.run([sys.executable, "-c", CHILD, str(bomb), "400"], capture_output=True, text=True, check=True)

    outcome = json.loads(done.stdout)
    assert (outcome["rules"], outcome["rows"]) == ([], 1)
    assert outcome["cpu"] < 1
