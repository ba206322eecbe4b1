"""What is a paper and what is not: told from the bytes, to the end of the file."""

from __future__ import annotations

import random
import time
import zlib

import pytest
import scan_files as made

from importers import papers
from importers.papers import SCAN_BYTES, examine

PAPERS = {"pdf": made.pdf(), "jpeg": made.jpeg(), "png": made.png()}


def codes(data: bytes, name: str = "PC015.pdf") -> list[str]:
    return [finding.rule for finding in examine(data, name).findings]


@pytest.mark.parametrize("kind", PAPERS)
def test_a_sound_paper_passes_and_its_kind_is_told_from_its_bytes(kind: str) -> None:
    assert examine(PAPERS[kind], f"PC015.{kind}") == papers.Paper(kind, ())
    assert codes(PAPERS[kind], "PC015.tiff") == ["J48"]


@pytest.mark.parametrize(
    "data",
    [
        b"GIF89a....",
        b"II*\0",
        b"PK\x03\x04",
        b"<html>",
        b"\0\0\0\x18ftypheic",
        b"\n%PDF-1.7\n" + PAPERS["pdf"],
        b"\xff\xd8",
    ],
)
def test_other_kinds_of_files_are_refused_whatever_their_name(data: bytes) -> None:
    assert codes(data) == ["J41"]


def test_an_empty_file_and_one_beyond_the_limit_are_refused() -> None:
    assert codes(b"") == ["J40"]
    assert codes(PAPERS["pdf"].ljust(SCAN_BYTES + 1)) == ["J43"]


@pytest.mark.parametrize("kind", ["jpeg", "png"])
def test_a_picture_cut_off_anywhere_is_damaged(kind: str) -> None:
    data = PAPERS[kind]
    found = {tuple(codes(data[:cut])) for cut in range(9, len(data))}

    assert found == {("J42",)}


def test_a_pdf_without_its_end_is_damaged() -> None:
    assert codes(PAPERS["pdf"][:-10]) == ["J42"]
    assert codes(PAPERS["pdf"] + b" " * 4000) == ["J42"]


@pytest.mark.parametrize("place", range(12, 60, 7))
def test_a_changed_byte_of_a_png_is_noticed(place: int) -> None:
    data = bytearray(PAPERS["png"])
    data[place] ^= 1

    assert codes(bytes(data), "x.png") == ["J42"]


def test_nothing_stands_behind_the_end_of_a_png() -> None:
    assert codes(PAPERS["png"] + b"PK\x03\x04", "x.png") == ["J42"]


def test_a_png_whose_header_cannot_be_is_damaged() -> None:
    head = PAPERS["png"].index(b"IHDR") + 4
    for place, value in ((8, 3), (9, 5), (10, 1), (11, 1), (12, 2)):
        header = bytearray(PAPERS["png"][head : head + 13])
        header[place] = value
        data = PAPERS["png"][:8] + made.chunk(b"IHDR", bytes(header)) + PAPERS["png"][head + 17 :]
        assert codes(data, "x.png") == ["J42"]


def test_a_png_without_picture_or_with_another_chunk_first_is_damaged() -> None:
    data = PAPERS["png"]
    header, rest = data[:33], data[33:]
    end = made.chunk(b"IEND", b"")

    assert codes(header + end, "x.png") == ["J42"]
    assert codes(data[:8] + made.chunk(b"tEXt", b"a\0b") + data[8:], "x.png") == ["J42"]
    assert codes(header + made.chunk(b"tEXt", b"a\0b") + rest, "x.png") == []


def test_what_a_telephone_appends_to_a_jpeg_is_no_damage() -> None:
    assert codes(PAPERS["jpeg"] + b"\0\0\0\x18ftypmp42", "x.jpg") == []


def test_a_jpeg_without_frame_or_without_picture_is_damaged() -> None:
    start = b"\xff\xd8"
    scan = made.segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\xff\xd9"
    frame = made.segment(0xC0, b"\x08\x00\xf0\x00\xf0\x01\x01\x11\x00")

    assert codes(start + scan, "x.jpg") == ["J42"]
    assert codes(start + frame + b"\xff\xd9", "x.jpg") == ["J42"]
    assert codes(start + frame + b"\xff\xe0\x00\x01" + scan, "x.jpg") == ["J42"]
    assert codes(start + frame + scan, "x.jpg") == []


@pytest.mark.parametrize("size", [(199, 500), (500, 199), (0, 500), (30_001, 300), (15_000, 15_000)])
def test_a_picture_that_nobody_can_read_or_show_is_refused(size: tuple[int, int]) -> None:
    assert codes(made.png(*size), "x.png") == ["J46"]
    assert codes(made.jpeg(*size), "x.jpg") == ["J46"]


def test_a_picture_of_just_the_right_size_passes() -> None:
    assert codes(made.png(200, 30_000), "x.png") == []
    assert codes(made.jpeg(30_000, 5_000), "x.jpg") == []


def test_a_locked_pdf_is_refused() -> None:
    locked = PAPERS["pdf"].replace(b"/Root 1 0 R", b"/Root 1 0 R /Encrypt 9 0 R")

    assert codes(locked) == ["J44"]
    assert codes(locked.replace(b"/Encrypt", b"/Encr#79pt")) == ["J44"]
    assert codes(made.pdf(b"<< /EncryptMetadata false >>")) == []


ACTIVE = {
    "JavaScript": b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>",
    "Launch": b"<< /S /Launch /F (cmd.exe) >>",
    "EmbeddedFiles": b"<< /Names << /EmbeddedFiles 9 0 R >> >>",
    "EmbeddedFile": b"<</Type/EmbeddedFile>>",
    "FileAttachment": b"<< /Subtype /FileAttachment >>",
    "RichMedia": b"<< /Subtype /RichMedia >>",
    "Rendition": b"<< /S /Rendition >>",
    "XFA": b"<< /AcroForm << /XFA 9 0 R >> >>",
    "GoToE": b"<< /S /GoToE >>",
    "SubmitForm": b"<< /S /SubmitForm >>",
    "ImportData": b"<< /S /ImportData >>",
}


@pytest.mark.parametrize("name", ACTIVE)
def test_a_pdf_that_acts_or_carries_files_is_refused_and_the_part_named(name: str) -> None:
    plain = examine(made.pdf(ACTIVE[name]), "x.pdf").findings
    packed = examine(made.pdf(made.object_stream(ACTIVE[name])), "x.pdf").findings

    assert [(f.rule, f.value) for f in plain] == [("J45", name)]
    assert packed == plain


def test_names_written_with_numbers_are_seen_too() -> None:
    script = ACTIVE["JavaScript"].replace(b"/JavaScript", b"/#4aava#53cript")

    assert codes(made.pdf(script)) == ["J45"]
    assert codes(made.pdf(made.object_stream(script))) == ["J45"]
    assert codes(made.pdf(made.object_stream(script, b"/Type /Obj#53tm /N 1 /First 4 "))) == ["J45"]
    assert codes(made.pdf(made.object_stream(script, b"/N 1 /First 4 "))) == ["J45"]


def test_the_text_of_a_page_may_speak_of_scripts() -> None:
    assert codes(made.pdf(text=b"JavaScript, Launch, EmbeddedFile")) == []
    assert codes(made.pdf(b"<< /Title (JavaScriptist /JavaScripts) >>")) == []


def test_what_cannot_be_looked_into_is_refused() -> None:
    script = b"9 0 " + ACTIVE["JavaScript"]
    keys = b"/Type /ObjStm /N 1 /First 4 "
    twice = b"<< %s/Filter [/ASCIIHexDecode /FlateDecode] >>\nstream\n%s\nendstream" % (keys, zlib.compress(script))
    predicted = made.stream(script, keys + b"/DecodeParms << /Predictor 12 >> ")
    damaged = made.stream(script, keys).replace(b"stream\nx", b"stream\n\0")
    cut = b"<< %s/Filter /FlateDecode >>\nstream\n%s\nendstream" % (keys, zlib.compress(script)[:-8])

    assert [codes(made.pdf(each)) for each in (twice, predicted, damaged, cut)] == [["J47"]] * 4


def test_an_object_stream_that_unpacks_without_end_is_refused_quickly() -> None:
    bomb = made.stream(b" " * (70 * 1024 * 1024), b"/Type /ObjStm /N 1 /First 4 ")
    begun = time.perf_counter()

    assert codes(made.pdf(bomb)) == ["J47"]
    assert time.perf_counter() - begun < 5


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"%PDF-1.7\n" + b"stream\n" * 1_000_000 + b"startxref\n%%EOF", "J47"),
        (b"%PDF-1.7\n" + b"/#41" * 1_000_000 + b"startxref\n%%EOF", "J47"),
        (b"\xff\xd8\xff" + b"\xe0\x00\x02\xff" * 1_000_000, "J42"),
        (b"\xff\xd8" + b"\xff" * 4_000_000, "J42"),
        (b"\x89PNG\r\n\x1a\n" + made.chunk(b"IHDR", bytes(13)) + made.chunk(b"tEXt", b"") * 300_000, "J42"),
    ],
    ids=["streams", "escapes", "segments", "fill", "chunks"],
)
def test_a_file_made_to_be_slow_is_refused_in_time(data: bytes, code: str) -> None:
    begun = time.perf_counter()

    assert codes(data) == [code]
    assert time.perf_counter() - begun < 5


def test_no_mutation_of_a_paper_makes_the_examination_fail() -> None:
    """Seeded: bytes changed, cut out and doubled at random; every answer is a paper or a finding with a code."""
    chance = random.Random(20261122)
    outcomes = set()
    for _ in range(3_000):
        data = bytearray(chance.choice([*PAPERS.values(), made.pdf(made.object_stream(ACTIVE["Launch"]))]))
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(data))
            data[at : at + chance.randint(0, 4)] = chance.randbytes(chance.randint(0, 4))
        paper = examine(bytes(data), "x.pdf")
        outcomes.add((paper.type, *(finding.rule for finding in paper.findings)))

    assert all(len(outcome) <= 2 for outcome in outcomes)
    assert len(outcomes) > 8
