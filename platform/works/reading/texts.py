"""In which encoding is this text? UTF-8, GB18030 or UTF-16: what Chinese offices and libraries write."""

import codecs
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from django.utils.translation import gettext as _

from works.reading.rows import Unreadable

CHUNK = 256 * 1024
ENOUGH = 20  # so many characters beyond ASCII that were right UTF-8 are no accident: the file is UTF-8, and damaged


def encoding_of(path: Path) -> str:
    """Raises `Unreadable`."""
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.count(0) > len(head) // 5:  # ASCII as UTF-16 without its mark: every other byte is zero
        return "utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"
    line, beyond = _broken(path, "utf-8")
    if not line:
        return "utf-8"
    if beyond < ENOUGH and not _broken(path, "gb18030")[0]:
        return "gb18030"
    if beyond >= ENOUGH:
        raise Unreadable(
            _("第 %(n)s 行附近有损坏的字符。请在原软件里重新导出，或另存为 UTF-8 编码再导入。") % {"n": line}
        )
    raise Unreadable(_("文件的编码认不出来。请在原软件里导出为 UTF-8 编码再导入。"))


def opened(path: Path, encoding: str) -> TextIO:
    """With \\r\\n as \\n. A damaged UTF-16 file shows replacement characters rather than stopping in its middle."""
    return path.open(encoding=encoding, errors="replace" if "16" in encoding else "strict", newline=None)


def lines(path: Path, encoding: str) -> Iterator[tuple[int, str]]:
    """Each line with its number, without its end and without NUL."""
    with opened(path, encoding) as text:
        for number, line in enumerate(text, 1):
            yield number, line.rstrip("\n").replace("\0", "")


def table(path: Path, encoding: str) -> TextIO:
    """For the csv module, which keeps the line ends inside a quoted cell."""
    return io.TextIOWrapper(
        path.open("rb"), encoding=encoding, errors="replace" if "16" in encoding else "strict", newline=""
    )


def _broken(path: Path, encoding: str) -> tuple[int, int]:
    """The line where it is not in this encoding (0: it is), and how many characters beyond ASCII came before."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    line, beyond = 1, 0
    with path.open("rb") as file:
        while True:
            piece = file.read(CHUNK)
            try:
                text = decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as error:
                good = error.object[: error.start].decode(encoding, "replace")
                return line + good.count("\n"), beyond + _wide(good)
            line, beyond = line + text.count("\n"), beyond + _wide(text)
            if not piece:
                return 0, beyond


def _wide(text: str) -> int:
    return 0 if text.isascii() else len(text) - len(text.encode("ascii", "ignore"))
