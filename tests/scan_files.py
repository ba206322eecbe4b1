"""Small papers for tests: sound PDF, JPEG and PNG files, and parts to spoil them with."""

from __future__ import annotations

import struct
import zlib

SIDE = 240


def png(width: int = SIDE, height: int = SIDE, grey: int = 200) -> bytes:
    """A picture of one grey."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = (b"\0" + bytes([grey]) * min(width, 5_000)) * min(height, 5_000)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, data) for kind, data in parts)


def chunk(kind: bytes, data: bytes) -> bytes:
    """One PNG chunk with its CRC."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def jpeg(width: int = SIDE, height: int = SIDE, coded: bytes = b"\x12\xff\x00\x34\xff\xd0\x56") -> bytes:
    """The segments of a picture; the coded data have a stuffed byte and a restart marker."""
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    thumbnail = b"Exif\0\0" + b"\xff\xd8\xff\xd9"
    return (
        b"\xff\xd8"
        + segment(0xE1, thumbnail)
        + segment(0xDB, bytes(65))
        + b"\xff"
        + segment(0xC0, frame)
        + segment(0xC4, bytes(20))
        + segment(0xDA, b"\x01\x01\x00\x00\x3f\x00")
        + coded
        + b"\xff\xd9"
    )


def segment(marker: int, data: bytes) -> bytes:
    """One JPEG segment."""
    return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data


def pdf(*extra: bytes, text: bytes = b"page") -> bytes:
    """One page; `extra` are further objects as they stand in the file."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /OpenAction [3 0 R /Fit] >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
        stream(b"BT (%s) Tj ET" % text),
        *extra,
    ]
    body = b"%PDF-1.7\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % (n, each) for n, each in enumerate(objects, start=1))
    return body + b"xref\n0 1\ntrailer << /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(body)


def stream(data: bytes, keys: bytes = b"", *, packed: bool = True) -> bytes:
    """A stream object, packed as most programs do."""
    inside = zlib.compress(data) if packed else data
    how = b"/Filter /FlateDecode " if packed else b""
    return b"<< %s%s/Length %d >>\nstream\n%s\nendstream" % (keys, how, len(inside), inside)


def object_stream(data: bytes, keys: bytes = b"/Type /ObjStm /N 1 /First 4 ") -> bytes:
    """An object stream: objects packed together."""
    return stream(b"9 0 " + data, keys)
