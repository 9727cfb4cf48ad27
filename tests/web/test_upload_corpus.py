"""Hostile and honest files through the real door: what is refused leaves nothing, what is kept is never run.

tests/core/test_filetypes.py says why each single kind is refused; here the whole corpus is sent as a browser sends it.
"""

import resource
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

import journey
import upload_corpus as c
from core.files import LARGEST, files_of
from needs.models import Need
from people import Cast

pytestmark = pytest.mark.django_db

File = tuple[str, bytes]
XXE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
PAGES = [("图.png", c.SVG), ("图.png", c.HTML), ("图.jpg", c.HTML), ("报告.pdf", c.HTML), ("报告.pdf", c.SVG),
         ("说明.txt", c.HTML), ("说明.txt", c.SVG), ("数据.csv", c.HTML), ("图.svg", c.SVG), ("页.html", c.HTML),
         ("图.gif", b"GIF89a"), ("图.svg", XXE), ("说明.txt", XXE)]  # fmt: skip
PROGRAMS = [(f"合同.{ending}", program) for ending in ("pdf", "docx", "xls", "png", "zip", "dwg")
            for program in (c.EXE, c.ELF, b"#!/bin/sh\nrm -rf /\n", b"\xca\xfe\xba\xbe" + bytes(50))]  # fmt: skip
NAMES = [("a.exe", c.PDF), ("a.pdf.exe", c.PDF), ("a.lnk", c.PDF), ("a.docm", c.office()), ("合同\u202efdp.exe", c.PDF),
         ("合同\u202exslx.js", c.PDF), ("a", c.PDF), (".pdf", c.PDF), ("名" * 240 + ".pdf", c.PDF), ("a.iso", c.PDF),
         ("a.rar", c.PDF), ("a.7z", c.PDF)]  # fmt: skip
POLYGLOTS = [("a.pdf", c.PDF + c.zipped({"a.class": b"x"})), ("a.gif", c.GIF + c.zipped({"a.js": b"x"})),
             ("a.png", c.png() + c.zipped({"a.class": b"x"})), ("a.pdf", b"/*" + c.PDF + b"*/alert(1)"),
             ("a.zip", c.EXE + c.zipped({"a.txt": b"x"})), ("a.docx", c.PDF), ("a.pdf", c.office())]  # fmt: skip
OBJECT_LINK = c.TEMPLATE_LINK.replace(b"attachedTemplate", b"oleObject")
MACRO_TYPE = b'<Types><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'
DOCUMENTS = [
    ("宏.docx", c.office(more={"word/vbaProject.bin": b"x"})), ("宏.doc", c.ole("WordDocument", "_VBA_PROJECT")),
    ("宏.xls", c.ole("Workbook", "_VBA_PROJECT_CUR")), ("控件.docx", c.office(more={"word/activeX/a.xml": b"x"})),
    ("模板.docx", c.office(more={"word/_rels/settings.xml.rels": c.TEMPLATE_LINK})),
    ("链接.docx", c.office(more={"word/_rels/document.xml.rels": OBJECT_LINK})),
    ("实体.docx", c.office(more={"word/x.xml": XXE})), ("实体.xlsx", c.office("xl", {"xl/sharedStrings.xml": XXE})),
    ("密码.docx", c.ole("EncryptedPackage")), ("程序.docx", c.office(more={"word/embeddings/a.exe": c.EXE})),
    ("类型.docx", c.office(types=MACRO_TYPE)),
]  # fmt: skip
BOMBS = [("平.zip", c.flat_bomb()), ("叠.zip", c.overlapping()), ("谎.zip", c.lying_bomb()), ("重.zip", c.heavy()),
         ("套.zip", c.zipped({"a.zip": c.flat_bomb(8)})), ("平.docx", c.flat_bomb()), ("叠.docx", c.overlapping()),
         ("里.docx", c.office(more={"word/media/x.bin": bytes(25_000_000)})), ("像素.png", c.png(40000, 40000)),
         ("多.zip", c.zipped({f"{n}": b"" for n in range(42_000)}))]  # fmt: skip
PATHS = [("上.zip", c.zipped({"../../etc/passwd": b"x"})), ("绝.zip", c.zipped({"/etc/passwd": b"x"})),
         ("盘.zip", c.zipped({"C:/x": b"x"})), ("链.zip", c.with_link()), ("页.zip", c.zipped({"index.html": b"x"})),
         ("零.zip", c.renamed(c.zipped({"aXb": b"x"}), b"aXb", b"a\0b")), ("程.zip", c.zipped({"a/setup.exe": c.EXE})),
         ("密.zip", c.patched(c.patched(c.zipped({"a": b"x"}), b"PK\1\2", 8, b"\1"), b"PK\3\4", 6, b"\1")),
         ("断.zip", c.zipped({"a": b"x"})[:-5]), ("断.pdf", b"%PDF-1.7 cut off"),
         ("断.docx", c.office()[:-40])]  # fmt: skip
TEXTS = [("零.txt", b"a\0b"), ("屏.csv", b"a\x1b[31m"), ("宽.csv", c.CHINESE.encode("utf-16")), ("空.pdf", b""),
         ("二.txt", b"\xff\x80\xff\x81")]  # fmt: skip
LARGE = [("大一字节.pdf", c.PDF.ljust(LARGEST + 1, b" "))]
HOSTILE: list[File] = [*PAGES, *PROGRAMS, *NAMES, *POLYGLOTS, *DOCUMENTS, *BOMBS, *PATHS, *TEXTS, *LARGE]
HONEST: list[File] = [
    ("报告.pdf", c.PDF), ("报告.PDF", c.PDF), ("图.png", c.png()), ("图.gif", c.GIF), ("图.jpg", c.JPG),
    ("图.jpeg", c.JPG), ("图.webp", c.WEBP), ("说明.txt", c.CHINESE.encode()),
    ("数据.csv", c.CHINESE.encode("gb18030")),
    ("方案.docx", c.office()), ("链接.docx", c.office(more={"word/_rels/document.xml.rels": c.HYPERLINK})),
    ("预算.xlsx", c.office("xl")), ("汇报.pptx", c.office("ppt")), ("旧.doc", c.ole("Root Entry", "WordDocument")),
    ("旧.xls", c.ole("Workbook")), ("旧.ppt", c.ole("PowerPoint Document")), ("金山.wps", c.ole("WordDocument")),
    ("金山.et", c.ole("Workbook")), ("金山.dps", c.ole("PowerPoint Document")), ("图纸.dwg", c.DWG),
    ("图纸.dxf", c.DXF), ("模型.step", c.STEP), ("模型.stp", c.STEP),
    ("材料.zip", c.zipped({"说明/报告.pdf": c.PDF, "数据.csv": b"1,2"})), ("国标码.zip", c.gbk_names()),
    ("宽.zip", c.wide_sizes()), ("一百个汉字" * 20 + ".pdf", c.PDF), ("..\\..\\路径.pdf", c.PDF), ("䶮𠮷😀.pdf", c.PDF),
    ("方向\u202efdp.pdf", c.PDF), ("顶格.pdf", c.PDF[:9] + b" " * (LARGEST - len(c.PDF)) + c.PDF[9:]),
]  # fmt: skip


@pytest.fixture
def need(cast: Cast, settings, tmp_path) -> Need:
    settings.MEDIA_ROOT = tmp_path
    return journey.draft(cast)


def send(client: Client, need: Need, file: File) -> Any:
    upload = SimpleUploadedFile("x", file[1])
    upload._name = file[0]  # past SimpleUploadedFile's own tidying: the door has to cope
    return client.post(reverse("need_files", args=[need.pk, "protected"]), {"upload": upload})


def test_the_corpus_is_as_large_as_it_says():
    assert len(HOSTILE) >= 60
    assert len(HONEST) >= 20


def test_no_hostile_file_comes_in_costs_much_or_leaves_anything(client, cast: Cast, need: Need, tmp_path: Path):
    client.force_login(cast.alice)
    wrong: list[tuple[str, Any]] = []
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for file in HOSTILE:
        started = time.process_time()
        answer = send(client, need, file)
        if answer.status_code != 422 or "field-error" not in answer.content.decode():
            wrong.append((file[0], answer.status_code))
        if (spent := time.process_time() - started) > 5:
            wrong.append((file[0], f"{spent:.1f} s of CPU"))
    assert wrong == []
    assert not files_of(need).exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < 256 * 1024


def test_every_honest_file_comes_in_and_leaves_as_a_download_only(client, cast: Cast, need: Need, monkeypatch):
    monkeypatch.setattr("needs.actions.MOST_FILES", len(HONEST) + 1)
    client.force_login(cast.alice)
    for file in HONEST:
        assert send(client, need, file).status_code == 302, file[0]
    kept = list(files_of(need))
    assert len(kept) == len(HONEST)
    assert not any(set("\u202e/\\\0") & set(file.name) for file in kept)
    for file in kept:
        answer = client.get(reverse("file", args=[file.pk]))
        assert answer["Content-Disposition"].startswith("attachment;")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert len(b"".join(answer.streaming_content)) == file.size


def test_the_same_file_twice_is_kept_once_and_another_of_the_same_name_beside_it(client, cast: Cast, need: Need):
    client.force_login(cast.alice)
    for content in (c.PDF, c.PDF, c.PDF + b" \n"):
        send(client, need, ("报告.pdf", content))
    assert [file.name for file in files_of(need)] == ["报告.pdf", "报告.pdf"]


def test_an_upload_that_breaks_off_leaves_nothing(client, cast: Cast, need: Need, tmp_path: Path):
    """A line that goes dead in the middle: the body ends before its boundary."""
    client.force_login(cast.alice)
    head = b'--A\r\nContent-Disposition: form-data; name="upload"; filename="a.pdf"\r\n\r\n'
    body = head + c.PDF + bytes(1_000_000)
    answer = client.generic(
        "POST", reverse("need_files", args=[need.pk, "protected"]), body, content_type="multipart/form-data; boundary=A"
    )
    assert answer.status_code in (400, 422)
    assert not files_of(need).exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
