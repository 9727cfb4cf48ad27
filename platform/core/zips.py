"""Is this zip archive what it says, and harmless to unpack?

The central directory is walked by hand: `zipfile` before 3.11.8 reads bombs whose entries overlap, and trusts
the sizes it is told. Nothing is written to disk, and nothing is inflated past what the archive declares.
"""

import stat
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _

from core.refusals import FileRefused

ENTRIES = 2_000
UNPACKED = 300 * 1024 * 1024
RATIO = 100  # of the whole archive, once it unpacks to more than SMALL; deflate itself ends at 1032
SMALL = 20 * 1024 * 1024
CHUNK = 64 * 1024

END, ENTRY, LOCAL = b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04"
STORED, DEFLATED = 0, 8
ENCRYPTED, UTF8 = 0x1, 0x800
ZIP64_EXTRA = 0x0001
UNKNOWN = 0xFFFFFFFF


@dataclass(frozen=True)
class Entry:
    name: str
    raw_name: bytes
    flags: int
    method: int
    packed: int
    unpacked: int
    mode: int
    offset: int

    @property
    def is_folder(self) -> bool:
        return self.name.endswith("/")


def broken() -> FileRefused:
    return FileRefused(_("压缩包已损坏，或不是标准的 zip 格式。请重新打包后上传。"))


def bomb() -> FileRefused:
    return FileRefused(_("压缩包解开后过大，可能有问题。请只打包需要的文件，解开后不超过 300 MB。"))


def entries(file: IO[bytes], size: int) -> list[Entry]:
    """Every entry, after the structure as a whole was found sound."""
    start, length, count = _directory(file, size)
    if count > ENTRIES:
        raise FileRefused(_("压缩包里的文件太多。请控制在 %(most)s 个以内，或分几个压缩包上传。") % {"most": ENTRIES})
    file.seek(start)
    found = list(_parse(file.read(length), count))
    for entry in found:
        _judge(entry)
    total, packed = sum(e.unpacked for e in found), sum(e.packed for e in found)
    if total > UNPACKED or (total > SMALL and total > RATIO * max(packed, 1)):
        raise bomb()
    _refuse_overlaps(file, found, start)
    return found


def content(file: IO[bytes], entry: Entry) -> Iterator[bytes]:
    """The entry's bytes, refused as soon as they are more, or in the end other, than the directory declares."""
    file.seek(entry.offset + 26)
    name_length, extra_length = struct.unpack("<HH", file.read(4))
    file.seek(entry.offset + 30 + name_length + extra_length)
    position, left, given = file.tell(), entry.packed, 0
    inflater = zlib.decompressobj(-15) if entry.method == DEFLATED else None
    while left:
        file.seek(position)  # the caller may read elsewhere between two pieces
        piece = file.read(min(CHUNK, left))
        if not piece:
            raise broken()
        position, left = position + len(piece), left - len(piece)
        for part in _inflate(inflater, piece) if inflater else [piece]:
            given += len(part)
            if given > entry.unpacked:
                raise bomb()
            yield part
    if given != entry.unpacked or (inflater and not inflater.eof):
        raise broken()


def _inflate(inflater: "zlib._Decompress", piece: bytes) -> Iterator[bytes]:
    try:
        while piece:
            yield inflater.decompress(piece, CHUNK)
            piece = inflater.unconsumed_tail
    except zlib.error:
        raise broken() from None


def ends_as_zip(file: IO[bytes], size: int) -> bool:
    """Whether an unpacker would open these bytes, whatever they begin with."""
    return _end(file, size) is not None


def _end(file: IO[bytes], size: int) -> tuple[int, bytes] | None:
    """Where the end record stands: the one whose comment reaches exactly to the end of the file."""
    reach = min(size, 22 + 0xFFFF)
    file.seek(size - reach)
    tail = file.read(reach)
    at = tail.rfind(END)
    while at >= 0:
        record = tail[at : at + 22]
        if len(record) == 22 and at + 22 + struct.unpack_from("<H", record, 20)[0] == len(tail):
            return size - reach + at, record
        at = tail.rfind(END, 0, at)
    return None


def _directory(file: IO[bytes], size: int) -> tuple[int, int, int]:
    end = _end(file, size)
    if end is None:
        raise broken()
    at, record = end
    disk, first_disk, here, count, length, start = struct.unpack_from("<HHHHII", record, 4)
    # Bytes before the archive or a directory elsewhere: two programs would see two different archives.
    if disk or first_disk or here != count or start + length != at:
        raise broken()
    return start, length, count


def _parse(directory: bytes, count: int) -> Iterator[Entry]:
    at = 0
    for _number in range(count):
        if directory[at : at + 4] != ENTRY or len(directory) < at + 46:
            raise broken()
        flags, method = struct.unpack_from("<HH", directory, at + 8)
        packed, unpacked, name_length, extra_length, comment_length = struct.unpack_from("<IIHHH", directory, at + 20)
        attributes, offset = struct.unpack_from("<II", directory, at + 38)
        raw_name = directory[at + 46 : at + 46 + name_length]
        extra = directory[at + 46 + name_length : at + 46 + name_length + extra_length]
        packed, unpacked, offset = _zip64(extra, packed, unpacked, offset)
        name = _readable(raw_name, flags)
        yield Entry(name, raw_name, flags, method, packed, unpacked, attributes >> 16, offset)
        at += 46 + name_length + extra_length + comment_length
    if at != len(directory):
        raise broken()


def _zip64(extra: bytes, packed: int, unpacked: int, offset: int) -> tuple[int, int, int]:
    """Some programs write 64-bit sizes for small files too."""
    at = 0
    while at + 4 <= len(extra):
        tag, length = struct.unpack_from("<HH", extra, at)
        if tag == ZIP64_EXTRA:
            wide = list(struct.unpack_from(f"<{min(length, len(extra) - at - 4) // 8}Q", extra, at + 4))
            unpacked = wide.pop(0) if unpacked == UNKNOWN and wide else unpacked
            packed = wide.pop(0) if packed == UNKNOWN and wide else packed
            offset = wide.pop(0) if offset == UNKNOWN and wide else offset
        at += 4 + length
    return packed, unpacked, offset


def _readable(raw: bytes, flags: int) -> str:
    for encoding in ("utf-8",) if flags & UTF8 else ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("cp437")


def _judge(entry: Entry) -> None:
    parts = entry.name.replace("\\", "/").split("/")
    if ".." in parts or parts[0] == "" or ":" in parts[0] or "\0" in entry.name:
        raise FileRefused(_("压缩包里的“%(name)s”指向压缩包以外的位置。请重新打包后上传。") % {"name": entry.name[:80]})
    if stat.S_ISLNK(entry.mode):
        raise FileRefused(_("压缩包里的“%(name)s”是链接。请打包文件本身。") % {"name": entry.name[:80]})
    if entry.flags & ENCRYPTED:
        raise FileRefused(_("压缩包设有密码，无法检查内容。请去掉密码后重新打包。"))
    if entry.method not in {STORED, DEFLATED} or (entry.method == STORED and entry.packed != entry.unpacked):
        raise broken()


def _refuse_overlaps(file: IO[bytes], found: list[Entry], directory: int) -> None:
    """Each entry owns its bytes: the cheap bomb lets thousands of entries share one kernel."""
    end = 0
    for entry in sorted(found, key=lambda e: e.offset):
        if entry.offset < end or entry.offset + 30 > directory:
            raise bomb()
        file.seek(entry.offset)
        header = file.read(30)
        name_length, extra_length = struct.unpack_from("<HH", header, 26)
        if header[:4] != LOCAL or file.read(name_length) != entry.raw_name:
            raise broken()
        end = entry.offset + 30 + name_length + extra_length + entry.packed
        if end > directory:
            raise broken()
