"""The document as PDF/A in the look of GB/T 9704-2012, in Chinese fonts of a wheel: none of the machine is needed."""

import json
from dataclasses import asdict
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import typst
from django.utils.timezone import localdate

from documents.queries import Document

LAYOUT = Path(__file__).with_name("layout.typ")


@cache
def fonts() -> str:
    spec = find_spec("pylopdf_fonts_zh_cn")
    if spec is None or spec.origin is None:
        raise RuntimeError("The package pylopdf-fonts-zh-cn is not installed.")
    return str(Path(spec.origin).parent)


def pdf(document: Document, *, watermark: str = "") -> bytes:
    """`watermark` runs across every page: who reads, and when. The text reaches the layout as data, never as code."""
    content = {
        "title": document.title,
        "date": dict(zip(("year", "month", "day"), localdate(document.at).timetuple()[:3], strict=True)),
        "blocks": [asdict(block) for block in document.blocks],
        "watermark": watermark,
    }
    return typst.compile(  # type: ignore[no-any-return]
        str(LAYOUT),
        sys_inputs={"document": json.dumps(content, ensure_ascii=False)},
        font_paths=[fonts()],
        ignore_system_fonts=True,
        pdf_standards="a-2b",
    )
