"""A watermark across every page of a PDF that somebody else made.

It is drawn by a process of its own, with little time and memory: a hostile file ends that process, never the server.
"""

import re
import resource
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).parent
MOST_PAGES = 400
SECONDS = 40
MEMORY = 3 * 1024**3
NO_SUCH_PAGE = re.compile(r"page (\d+) does not exist")


def stamped(data: bytes, watermark: str) -> bytes | None:
    """The file with `watermark` on every page; None where it cannot be read (locked, broken, too long)."""
    from documents.pdf import fonts

    with TemporaryDirectory() as name:
        folder = Path(name)
        for layout in ("stamp.typ", "watermark.typ"):
            shutil.copy(HERE / layout, folder)
        (folder / "in.pdf").write_bytes(data)
        command = [sys.executable, "-I", __file__, name, fonts()]
        try:
            done = subprocess.run(command, input=watermark.encode(), capture_output=True, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            return None
        made = folder / "out.pdf"
        return made.read_bytes() if done.returncode == 0 and made.exists() else None


def _draw(folder: Path, fonts: str, watermark: str) -> None:
    """Ask for one page too many: the answer says how many there are."""
    import typst

    pages = MOST_PAGES + 1
    for _attempt in range(2):
        try:
            made = typst.compile(
                str(folder / "stamp.typ"),
                sys_inputs={"pages": str(pages), "watermark": watermark},
                font_paths=[fonts],
                ignore_system_fonts=True,
            )
        except typst.TypstError as error:
            found = NO_SUCH_PAGE.search(str(error))
            if not found or found[1] == "1":
                raise
            pages = int(found[1]) - 1
        else:
            if pages > MOST_PAGES:
                raise ValueError("too many pages")
            (folder / "out.pdf").write_bytes(made)
            return


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    _draw(Path(sys.argv[1]), sys.argv[2], sys.stdin.buffer.read().decode())
