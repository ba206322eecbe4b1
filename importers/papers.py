"""Is this file a paper that can be kept as evidence: a whole PDF, JPEG or PNG that a person can read, and nothing more.

Guarantees: the kind is told from the bytes, never from the name; a file that passes begins and ends as its kind does,
is not cut off in between, and is within the limits below; a PDF that is locked, that can act by itself (scripts,
programs, media) or that carries other files is refused, also where the sign of it stands in a compressed part, and a
part that cannot be looked into is refused too. The contents are never drawn or run here. It is no virus scanner.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from ledger.findings import Finding

SCAN_BYTES = 20 * 1024 * 1024
"""Largest paper: some forty pages at 200 dpi in grey."""
SHORTEST_SIDE, LONGEST_SIDE = 200, 30_000
"""Pixels. Below the first nobody can read a voucher; above the second viewers fail."""
PIXELS = 150_000_000
"""Most pixels of a picture: A3 at 600 dpi has 70 million."""

_PDF, _JPEG, _PNG = b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
_ENDINGS = {"pdf": (".pdf",), "jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"), "png": (".png",)}


class Paper(NamedTuple):
    """What a file turned out to be."""

    type: str
    """pdf, jpeg, png; "" when it is none of them."""
    findings: tuple[Finding, ...]


def examine(data: bytes, file: str) -> Paper:
    """Look at a file.

    Args:
        data: its bytes; of a file beyond `SCAN_BYTES` the first `SCAN_BYTES` + 1 are enough.
        file: its name, for the findings.

    Returns:
        J40 empty, J41 no paper, J42 damaged, J43 too large, J44 locked, J45 active or carrying files, J46 size in
        pixels, J47 cannot be looked into, J48 (information) the name says another kind.
    """
    if not data:
        return Paper("", (Finding("J40", file=file),))
    kind = next((kind for kind, sign in (("pdf", _PDF), ("jpeg", _JPEG), ("png", _PNG)) if data.startswith(sign)), "")
    if not kind:
        return Paper("", (Finding("J41", file=file, value=data[:8].hex(" ")),))
    if len(data) > SCAN_BYTES:
        return Paper(kind, (Finding("J43", file=file, params={"limit": SCAN_BYTES // 1024 // 1024}),))
    found = list(_EXAMINERS[kind](data, file))
    if not found and not file.lower().endswith(_ENDINGS[kind]):
        found = [Finding("J48", file=file, value=kind.upper())]
    return Paper(kind, tuple(found))


# PDF. Names may be written with #xx for any letter, and objects may stand in compressed object streams.

_TAIL = 2048
"""Where the end of a PDF is looked for."""
_STREAMS, _ESCAPES, _HEAD, _INFLATED = 50_000, 200_000, 2048, 64 * 1024 * 1024
"""Most streams, most #xx, most bytes of a stream's dictionary and of unpacked object streams that are looked at."""
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_END_OF_NAME = rb"(?![^\x00\t\n\f\r ()<>\[\]{}/%])"
_LOCKED = re.compile(rb"/Encrypt" + _END_OF_NAME)
_ACTIVE = re.compile(
    rb"/(JavaScript|Launch|EmbeddedFiles?|FileAttachment|RichMedia|Rendition|XFA|GoToE|SubmitForm|ImportData)"
    + _END_OF_NAME
)
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_FILTER = re.compile(rb"/Filter\s*(?:\[\s*)?/FlateDecode\s*(?:\]|/(?!\w*Decode)|>>|$)")


def _pdf(data: bytes, file: str) -> Iterator[Finding]:
    tail = data[-_TAIL:]
    if b"%%EOF" not in tail or b"startxref" not in tail:
        yield Finding("J42", file=file, value="%%EOF")
        return
    objects, looked_into = _packed_objects(data)
    texts = [_plain(part) for part in (data, *objects)]
    if _LOCKED.search(texts[0] or b""):
        yield Finding("J44", file=file)
        return
    active = {name.decode("ascii") for text in texts for name in _ACTIVE.findall(text or b"")}
    if active:
        yield Finding("J45", file=file, value=", ".join(sorted(active)))
    elif None in texts or not looked_into:
        yield Finding("J47", file=file)


def _plain(data: bytes) -> bytes | None:
    """The same with every #xx of a name written out; None where there are more than any real file has."""
    text, count = _ESCAPED.subn(lambda found: bytes([int(found[1], 16)]), data, _ESCAPES)
    return text if count < _ESCAPES else None


def _packed_objects(data: bytes) -> tuple[list[bytes], bool]:
    """What stands in a PDF's object streams, and whether all of them could be looked into."""
    unpacked: list[bytes] = []
    room = _INFLATED
    for count, found in enumerate(_STREAM.finditer(data)):
        if count == _STREAMS:
            return unpacked, False
        head = data[max(0, found.start() - _HEAD) : found.start()]
        head = _plain(head[head.rfind(b"obj") :]) or b""
        # Readers find object streams by their place, so their two keys count as much as their type.
        if b"/ObjStm" not in head and b"/First" not in head:
            continue
        body = data[found.end() : data.find(b"endstream", found.end())]
        text = _unpacked(head, body, room)
        if text is None:
            return unpacked, False
        unpacked.append(text)
        room -= len(text)
    return unpacked, True


def _unpacked(head: bytes, body: bytes, room: int) -> bytes | None:
    """The text of one object stream; None where it is packed in another way, damaged, or larger than the room."""
    if b"/Filter" not in head:
        return body
    if not _FILTER.search(head) or b"/Predictor" in head:
        return None
    unpacking = zlib.decompressobj()
    try:
        text = unpacking.decompress(body, max(room, 1))
    except zlib.error:
        return None
    return text if unpacking.eof else None


# JPEG: segments with their lengths, coded data between SOS and the next marker, EOI at the end of the picture.

_SEGMENTS = 100_000
_FILL = re.compile(rb"\xff+")
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""A marker inside coded data; FF 00 and restart markers belong to the data."""
_SOS, _EOI = 0xDA, 0xD9
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})


def _jpeg(data: bytes, file: str) -> Iterator[Finding]:
    size, why = _jpeg_size(data)
    if why or size is None:
        yield Finding("J42", file=file, value=why or "SOF")
    else:
        yield from _pixels(size, file)


def _jpeg_size(data: bytes) -> tuple[tuple[int, int] | None, str]:
    """(width, height) of a whole JPEG, or the marker at which it fails. What a phone appends is not looked at."""
    at, size, drawn = 2, None, False
    for _ in range(_SEGMENTS):
        fill = _FILL.match(data, at)
        if fill is None or fill.end() >= len(data):
            return size, "EOI"
        marker, at = data[fill.end()], fill.end() + 1
        if marker == _EOI:
            return size, "" if drawn else "SOS"
        if marker in _ALONE:
            continue
        length = int.from_bytes(data[at : at + 2], "big")
        if length < 2 or at + length > len(data):  # noqa: PLR2004 - the length counts its own two bytes
            return size, f"{marker:02X}"
        if marker in _FRAMES and size is None:
            height, width = (int.from_bytes(data[at + n : at + n + 2], "big") for n in (3, 5))
            size = (width, height)
        at += length
        if marker == _SOS:
            coded = _MARKER.search(data, at)
            if coded is None or size is None:
                return size, "EOI" if size else "SOF"
            at, drawn = coded.start(), True
    return size, "EOI"


# PNG: chunks, each with its CRC; IHDR first, IDAT inside, IEND last and nothing behind it.

_CHUNKS = 200_000
_IHDR_BYTES = 13
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
"""Kind of colour → bits that it may have."""


def _png(data: bytes, file: str) -> Iterator[Finding]:
    at, kinds, header = len(_PNG), set[bytes](), b""
    for _ in range(_CHUNKS):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        end = at + 12 + length
        crc = data[end - 4 : end]
        if end > len(data) or zlib.crc32(data[at + 4 : end - 4]).to_bytes(4, "big") != crc:
            break
        header = header or data[at + 8 : end - 4]
        if not kinds and (kind, length) != (b"IHDR", _IHDR_BYTES):
            break
        kinds.add(kind)
        at = end
        if kind == b"IEND":
            break
    if at != len(data) or not {b"IHDR", b"IDAT", b"IEND"} <= kinds or not _sound_header(header):
        yield Finding("J42", file=file, value=f"byte {at}")
        return
    yield from _pixels((int.from_bytes(header[:4], "big"), int.from_bytes(header[4:8], "big")), file)


def _sound_header(header: bytes) -> bool:
    depth, colour, packing, filtering, interlace = header[8:]
    return depth in _DEPTHS.get(colour, ()) and (packing, filtering) == (0, 0) and interlace in {0, 1}


def _pixels(size: tuple[int, int], file: str) -> Iterator[Finding]:
    width, height = size
    if min(size) < SHORTEST_SIDE or max(size) > LONGEST_SIDE or width * height > PIXELS:
        yield Finding("J46", file=file, value=f"{width} × {height}", expected=f"{SHORTEST_SIDE} – {LONGEST_SIDE}")


_EXAMINERS = {"pdf": _pdf, "jpeg": _jpeg, "png": _png}
