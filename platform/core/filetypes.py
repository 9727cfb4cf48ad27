"""What is in this file? Decided by its content, against a list of what the zone needs; its name must agree."""

import codecs
import re
import struct
from collections.abc import Callable
from pathlib import PurePosixPath
from tempfile import SpooledTemporaryFile
from typing import IO

from django.utils.translation import gettext as _

from core import zips
from core.refusals import FileRefused

CHUNK = 256 * 1024
PIXELS = 100_000_000
IN_WORDS = "PDF, DOC, DOCX, XLS, XLSX, PPT, PPTX, WPS, ET, DPS, PNG, JPG, GIF, WEBP, TXT, CSV, ZIP, DWG, DXF, STEP"

OOXML = "application/vnd.openxmlformats-officedocument."
CONTENT_TYPES = {
    "pdf": "application/pdf",
    "docx": OOXML + "wordprocessingml.document",
    "xlsx": OOXML + "spreadsheetml.sheet",
    "pptx": OOXML + "presentationml.presentation",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
    "wps": "application/wps-office.wps",
    "et": "application/wps-office.et",
    "dps": "application/wps-office.dps",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "txt": "text/plain",
    "csv": "text/csv",
    "zip": "application/zip",
    "dwg": "image/vnd.dwg",
    "dxf": "image/vnd.dxf",
    "step": "model/step",
    "stp": "model/step",
}
PROGRAMS = (b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xfe\xed\xfa", b"\xca\xfe\xba\xbe", b"#!")
RUNNING = """
exe dll com scr msi msix bat cmd ps1 psm1 vbs vbe js jse mjs wsf wsh hta lnk reg jar class apk dex app dmg pkg deb rpm
sh bash run py pyw rb pl php html htm xhtml mht mhtml svg svgz xsl swf chm iso img vhd cpl scf url
docm dotm xlsm xltm xlam pptm potm ppam
"""
RUNS = frozenset(RUNNING.split())
ARCHIVES = frozenset({"zip", "7z", "rar", "tar", "gz", "tgz", "bz2", "xz", "zst", "cab", "arj", "lzh", "z"})
PACKED = (b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"MSCF")
PAGE = re.compile(rb"\s*(<!doctype\s+html|<html|<script|<svg|<\?php|<\?xml|<iframe|<body)", re.IGNORECASE)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OFFICE = {  # family: the folder of its new format, the streams of its old one, the names it may carry
    "word": ("word/", ("WordDocument",), {"docx", "doc", "wps"}),
    "excel": ("xl/", ("Workbook", "Book"), {"xlsx", "xls", "et"}),
    "powerpoint": ("ppt/", ("PowerPoint Document",), {"pptx", "ppt", "dps"}),
}


def content_type(file: IO[bytes], name: str, size: int) -> str:
    """The content type of an allowed file, or `FileRefused`."""
    ending = extension(name)
    if ending not in CONTENT_TYPES:
        raise FileRefused(_("不能上传“%(name)s”。可以上传的类型：%(types)s。") % {"name": name[:80], "types": IN_WORDS})
    file.seek(0)
    head = file.read(4096)
    if is_program(head):
        raise FileRefused(
            _("“%(name)s”的内容是可执行程序，改了扩展名也不能上传。请上传文档本身。") % {"name": name[:80]}
        )
    if not CHECKS[ending](file, head, size, ending):
        raise FileRefused(
            _("“%(name)s”的内容不是 %(type)s 文件。请上传原始文件，不要只改扩展名。")
            % {"name": name[:80], "type": ending.upper()}
        )
    return CONTENT_TYPES[ending]


def is_program(head: bytes) -> bool:
    # A table may well begin with the letters MZ; a Windows program has zero bytes right after them.
    return head.startswith(PROGRAMS) or (head.startswith(b"MZ") and b"\0" in head[:128])


def extension(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).suffix.lstrip(".").lower()


# ── one check for each family: True when the content is what the name says ──────
def _pdf(file: IO[bytes], head: bytes, size: int, ending: str) -> bool:
    file.seek(max(0, size - 2048))
    return head.startswith(b"%PDF-") and b"%%EOF" in file.read() and not zips.ends_as_zip(file, size)


def _image(file: IO[bytes], head: bytes, size: int, ending: str) -> bool:
    width = height = 0
    match ending:
        case "png":
            right = head.startswith(b"\x89PNG\r\n\x1a\n") and head[12:16] == b"IHDR" and len(head) >= 24
            width, height = struct.unpack_from(">II", head, 16) if right else (0, 0)
        case "gif":
            right = head[:6] in {b"GIF87a", b"GIF89a"} and len(head) >= 10
            width, height = struct.unpack_from("<HH", head, 6) if right else (0, 0)
        case "webp":
            right = head[:4] == b"RIFF" and head[8:12] == b"WEBP"
        case _:
            right = head.startswith(b"\xff\xd8\xff")
    if width * height > PIXELS:
        raise FileRefused(
            _("图片过大（%(width)s × %(height)s 像素）。请缩小后上传。") % {"width": width, "height": height}
        )
    return right and not zips.ends_as_zip(file, size)


def _text(file: IO[bytes], head: bytes, size: int, ending: str) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileRefused(_("文本的编码是 UTF-16。请另存为 UTF-8 编码后上传。"))
    return not PAGE.match(head.removeprefix(b"\xef\xbb\xbf")) and any(
        _decodes(file, encoding) for encoding in ("utf-8-sig", "gb18030")
    )


def _decodes(file: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    file.seek(0)
    try:
        while piece := file.read(CHUNK):
            if re.search(r"[\x00-\x08\x0b\x0e-\x1f\x7f]", decoder.decode(piece)):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _drawing(file: IO[bytes], head: bytes, size: int, ending: str) -> bool:
    match ending:
        case "dwg":
            return bool(re.match(rb"AC10\d\d", head))
        case "dxf" if not head.startswith(b"AutoCAD Binary DXF\r\n\x1a"):
            return bool(re.match(rb"(\s*999\r?\n[^\n]*\n)*\s*0\r?\n\s*SECTION\r?\n", head)) and _text(
                file, head, size, ending
            )
        case "dxf":
            return True
    return bool(re.match(rb"\s*ISO-10303-21;", head))


def _old_office(file: IO[bytes], head: bytes, size: int, ending: str) -> bool:
    if head.startswith(zips.LOCAL) and ending in {"wps", "et", "dps"}:
        return _new_office(file, head, size, ending)  # WPS writes both formats under its own names
    if not head.startswith(OLE):
        return False
    streams = next(streams for _folder, streams, endings in OFFICE.values() if ending in endings)
    if _names(file, "_VBA_PROJECT", "_VBA_PROJECT_CUR"):
        raise macros()
    return _names(file, *streams)


def _names(file: IO[bytes], *streams: str) -> bool:
    """Whether the directory of an OLE file names one of these streams. Names are UTF-16, padded to 64 bytes."""
    wanted = [stream.encode("utf-16-le") + b"\0\0" for stream in streams]
    file.seek(0)
    before = b""
    while piece := file.read(CHUNK):
        if any(name in before + piece for name in wanted):
            return True
        before = piece[-128:]
    return False


def _new_office(file: IO[bytes], head: bytes, size: int, ending: str) -> bool:
    if head.startswith(OLE):
        raise FileRefused(_("文档设有密码或是旧格式。请去掉密码，另存为 DOCX、XLSX 或 PPTX 后上传。"))
    if not head.startswith(zips.LOCAL):
        return False
    found = zips.entries(file, size)
    folder = next(folder for folder, _streams, endings in OFFICE.values() if ending in endings)
    names = {entry.name for entry in found}
    if "[Content_Types].xml" not in names or not any(name.startswith(folder) for name in names):
        return False
    for entry in found:
        _judge_part(file, entry)
    return True


LINKED = re.compile(rb'<Relationship\b[^>]*(attachedTemplate|oleObject|/frame|subDocument)"[^>]*>', re.IGNORECASE)
LARGEST_RELATIONS = 4 * 1024 * 1024


def _judge_part(file: IO[bytes], entry: zips.Entry) -> None:
    """A part of an Office document: no macros, nothing fetched from elsewhere on opening, no entities."""
    name = entry.name.lower()
    if name.endswith("vbaproject.bin") or "/activex/" in name or extension(name) in RUNS - {"svg"}:
        raise macros()
    telling = name.endswith(".rels") or name == "[content_types].xml"
    if telling and entry.unpacked > LARGEST_RELATIONS:
        raise zips.bomb()
    kept = b""
    for piece in zips.content(file, entry):
        if telling or not kept:
            kept += piece
    if name.endswith((".xml", ".rels", ".vml")) and re.search(rb"<!(DOCTYPE|ENTITY)", kept[:8192]):
        raise FileRefused(_("文档里有不允许的 XML 声明。请用 Office 或 WPS 另存一份后上传。"))
    if name == "[content_types].xml" and b"macroenabled" in kept.lower():
        raise macros()
    if name.endswith(".rels") and any(b'"External"' in link[0] for link in LINKED.finditer(kept)):
        raise FileRefused(_("文档链接了外部的模板或对象，打开时会联网读取。请断开链接后另存一份上传。"))


def macros() -> FileRefused:
    return FileRefused(_("文档里有宏或控件。请另存为不含宏的文档后上传。"))


def _zip(file: IO[bytes], head: bytes, size: int, ending: str) -> bool:
    if not head.startswith((zips.LOCAL, zips.END)):
        return False
    for entry in zips.entries(file, size):
        if not entry.is_folder:
            _judge_packed(file, entry)
    return True


def _judge_packed(file: IO[bytes], entry: zips.Entry) -> None:
    """A file inside a zip: anything but programs, pages and further archives; Office documents are looked into."""
    base = entry.name.rsplit("/", 1)[-1]
    # What macOS and Office leave behind carries the endings of documents and is none: ._报告.docx, ~$报告.docx
    ending = "" if base.startswith(("._", "~$")) else extension(base)
    shown = {"name": entry.name[-80:]}
    if ending in RUNS:
        raise FileRefused(_("压缩包里的“%(name)s”是程序、脚本或网页，不能上传。请删去后重新打包。") % shown)
    office = any(ending in endings for _folder, _streams, endings in OFFICE.values())
    with SpooledTemporaryFile(max_size=CHUNK) as inside:
        head = b""
        for piece in zips.content(file, entry):
            head = head or piece
            if office:
                inside.write(piece)
        if is_program(head):
            raise FileRefused(_("压缩包里的“%(name)s”是程序、脚本或网页，不能上传。请删去后重新打包。") % shown)
        if office:
            content_type(inside, entry.name, entry.unpacked)
        elif ending in ARCHIVES or head.startswith(PACKED):
            raise FileRefused(_("压缩包里的“%(name)s”还是压缩包，无法检查。请解开后重新打包。") % shown)


Check = Callable[[IO[bytes], bytes, int, str], bool]
CHECKS: dict[str, Check] = {
    "pdf": _pdf,
    **dict.fromkeys(["png", "jpg", "jpeg", "gif", "webp"], _image),
    **dict.fromkeys(["txt", "csv"], _text),
    **dict.fromkeys(["dwg", "dxf", "step", "stp"], _drawing),
    **dict.fromkeys(["doc", "xls", "ppt", "wps", "et", "dps"], _old_office),
    **dict.fromkeys(["docx", "xlsx", "pptx"], _new_office),
    "zip": _zip,
}
