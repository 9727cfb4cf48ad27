import io
import struct
import zipfile

import pytest

import upload_corpus as c
from core.files import FileRefused, check

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def refusal(upload, name: str, content: bytes) -> str:
    with pytest.raises(FileRefused) as refused:
        check(upload(name, content))
    return refused.value.sentence


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("报告.pdf", c.PDF, "application/pdf"),
        ("报告.PDF", c.PDF, "application/pdf"),
        ("a.png", c.png(), "image/png"),
        ("a.gif", c.GIF, "image/gif"),
        ("a.jpg", c.JPG, "image/jpeg"),
        ("a.jpeg", c.JPG, "image/jpeg"),
        ("a.webp", c.WEBP, "image/webp"),
        ("a.txt", c.CHINESE.encode(), "text/plain"),
        ("a.csv", c.CHINESE.encode("utf-8-sig"), "text/csv"),
        ("a.csv", c.CHINESE.encode("gb18030"), "text/csv"),
        ("MZ.csv", b"MZ001,1\r\n", "text/csv"),
        ("a.docx", c.office(), WORD),
        ("a.docx", c.office(more={"word/_rels/document.xml.rels": c.HYPERLINK}), WORD),
        ("a.docx", c.office(more={"word/media/icon.svg": b"<svg/>"}), WORD),
        ("a.xlsx", c.office("xl"), WORD.replace("wordprocessingml.document", "spreadsheetml.sheet")),
        ("a.pptx", c.office("ppt"), WORD.replace("wordprocessingml.document", "presentationml.presentation")),
        ("a.doc", c.ole("Root Entry", "WordDocument"), "application/msword"),
        ("a.xls", c.ole("Workbook"), "application/vnd.ms-excel"),
        ("a.ppt", c.ole("PowerPoint Document"), "application/vnd.ms-powerpoint"),
        ("a.wps", c.ole("WordDocument"), "application/wps-office.wps"),
        ("a.wps", c.office(), "application/wps-office.wps"),
        ("a.et", c.ole("Workbook"), "application/wps-office.et"),
        ("a.dps", c.ole("PowerPoint Document"), "application/wps-office.dps"),
        ("a.dwg", c.DWG, "image/vnd.dwg"),
        ("a.dxf", c.DXF, "image/vnd.dxf"),
        ("a.dxf", b"999\r\nmade by us\r\n" + c.DXF, "image/vnd.dxf"),
        ("a.dxf", b"AutoCAD Binary DXF\r\n\x1a\x00" + bytes(20), "image/vnd.dxf"),
        ("a.step", c.STEP, "model/step"),
        ("a.stp", c.STEP, "model/step"),
        ("a.zip", c.zipped({"说明/报告.pdf": c.PDF, "数据.csv": b"1,2", "读我.md": b"#"}), "application/zip"),
        ("a.zip", c.zipped({}), "application/zip"),
        ("a.zip", c.gbk_names(), "application/zip"),
        ("a.zip", c.zipped({"a.docx": c.office(), "__MACOSX/._a.docx": b"\0\5", "~$a.docx": b"x"}), "application/zip"),
    ],
)
def test_what_the_zone_works_with_comes_in(upload, name, content, kind):
    assert check(upload(name, content)) == kind


@pytest.mark.parametrize("name", ["a.exe", "a.pdf.exe", "a.html", "a.svg", "a.js", "a.sh", "a.docm", "a.xlsm", "a.rar",
                                  "a.7z", "a.iso", "a.lnk", "a", "a.", ".pdf", "报告", "a.pdf\u202e.exe"])  # fmt: skip
@pytest.mark.parametrize("content", [c.PDF, c.HTML, c.EXE])
def test_other_endings_are_refused_with_the_list_of_what_may_come(upload, name, content):
    assert "可以上传的类型：PDF, DOC, DOCX" in refusal(upload, name, content)


@pytest.mark.parametrize("ending", ["pdf", "docx", "doc", "png", "jpg", "zip", "dwg", "step", "txt"])
@pytest.mark.parametrize("content", [c.EXE, c.ELF, b"#!/bin/sh\nrm -rf /\n", b"\xca\xfe\xba\xbe" + bytes(50)])
def test_a_program_under_another_name_is_called_a_program(upload, ending, content):
    assert (
        refusal(upload, f"合同.{ending}", content)
        == f"“合同.{ending}”的内容是可执行程序，改了扩展名也不能上传。请上传文档本身。"
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", c.HTML),
        ("a.pdf", c.png()),
        ("a.pdf", b" " + c.PDF),
        ("a.pdf", b"%PDF-1.7 cut off"),
        ("a.pdf", c.PDF + c.zipped({"a.class": b"x"})),
        ("a.png", c.SVG),
        ("a.png", c.HTML),
        ("a.png", c.png() + c.zipped({"a.class": b"x"})),
        ("a.png", b"\x89PNG\r\n\x1a\n"),
        ("a.gif", b"GIF89a"),
        ("a.gif", c.GIF + c.zipped({"a.class": b"x"})),
        ("a.jpg", c.png()),
        ("a.webp", b"RIFF\x1a\x00\x00\x00WAVE"),
        ("a.txt", c.HTML),
        ("a.txt", b"\xef\xbb\xbf  <html>"),
        ("a.txt", c.SVG),
        ("a.txt", b"text with a NUL \x00"),
        ("a.txt", b"\xff\x80\xff\x81"),
        ("a.csv", "中文".encode("gb18030")[:-1]),
        ("a.csv", b"a\x1b[31m"),
        ("a.docx", c.PDF),
        ("a.docx", c.office("xl")),
        ("a.docx", c.zipped({"word/document.xml": b"<w/>"})),
        ("a.docx", c.zipped({"a.txt": b"x"})),
        ("a.doc", c.ole("Workbook")),
        ("a.doc", c.ole("SummaryInformation")),
        ("a.doc", c.PDF),
        ("a.dwg", b"AC10xx"),
        ("a.dxf", b"  0\nEOF\n"),
        ("a.dxf", c.DXF + b"\x00"),
        ("a.step", b"solid cube"),
        ("a.zip", c.PDF),
    ],
)
def test_content_that_is_not_what_the_name_says_is_refused(upload, name, content):
    kind = name.rpartition(".")[2].upper()
    assert refusal(upload, name, content) == f"“{name}”的内容不是 {kind} 文件。请上传原始文件，不要只改扩展名。"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", c.office(more={"word/vbaProject.bin": b"x"})),
        (
            "a.docx",
            c.office(types=b'<Types><Default ContentType="application/vnd.ms-word.macroEnabled.main"/></Types>'),
        ),
        ("a.xlsx", c.office("xl", {"xl/activeX/activeX1.xml": b"<x/>"})),
        ("a.docx", c.office(more={"word/embeddings/a.exe": b"x"})),
        ("a.doc", c.ole("WordDocument", "Macros", "_VBA_PROJECT")),
        ("a.xls", c.ole("Workbook", "_VBA_PROJECT_CUR")),
        ("a.wps", c.office(more={"word/vbaProject.bin": b"x"})),
    ],
)
def test_a_document_with_macros_is_refused(upload, name, content):
    assert refusal(upload, name, content) == "文档里有宏或控件。请另存为不含宏的文档后上传。"


def test_a_document_that_fetches_its_template_is_refused(upload):
    content = c.office(more={"word/_rels/settings.xml.rels": c.TEMPLATE_LINK})
    assert "打开时会联网读取" in refusal(upload, "a.docx", content)


def test_a_document_with_entities_is_refused(upload):
    entity = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x/>'
    content = c.office(more={"word/settings.xml": entity})
    assert "不允许的 XML 声明" in refusal(upload, "a.docx", content)


def test_a_document_with_a_password_is_refused_because_nobody_can_look_into_it(upload):
    assert "设有密码" in refusal(upload, "a.docx", c.ole("EncryptedPackage"))


def test_text_in_utf_16_is_refused_with_what_to_do(upload):
    assert refusal(upload, "a.csv", c.CHINESE.encode("utf-16")) == "文本的编码是 UTF-16。请另存为 UTF-8 编码后上传。"


@pytest.mark.parametrize(("name", "content"), [
    ("a.png", c.png(40000, 40000)), ("a.gif", c.GIF[:6] + struct.pack("<HH", 65535, 65535) + c.GIF[10:]),
])  # fmt: skip
def test_a_picture_that_would_fill_the_memory_is_refused(upload, name, content):
    assert "图片过大" in refusal(upload, name, content)


ESCAPES = "指向压缩包以外的位置"
BOMB = "压缩包解开后过大"
BROKEN = "压缩包已损坏"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (c.flat_bomb(), BOMB),
        (c.zipped({f"{n}.txt": bytes(4_000_000) for n in range(6)}), BOMB),
        (c.overlapping(), BOMB),
        (c.heavy(), BOMB),
        (c.lying_bomb(), BOMB),
        (c.zipped({"a.docx": c.office(more={"word/media/x.bin": bytes(25_000_000)})}), BOMB),
        (c.zipped({f"{n}": b"" for n in range(2001)}), "文件太多"),
        (c.zipped({"../../etc/passwd": b"x"}), ESCAPES),
        (c.zipped({"/etc/passwd": b"x"}), ESCAPES),
        (c.zipped({"C:/x": b"x"}), ESCAPES),
        (c.renamed(c.zipped({"..Xx": b"x"}), b"..Xx", b"..\\x"), ESCAPES),
        (c.renamed(c.zipped({"aXb": b"x"}), b"aXb", b"a\0b"), ESCAPES),
        (c.with_link(), "是链接"),
        (c.zipped({"a.zip": c.zipped({"b": b"x"})}), "还是压缩包"),
        (c.zipped({"a.dat": c.zipped({"b": b"x"})}), "还是压缩包"),
        (c.zipped({"a.tar.gz": b"\x1f\x8b"}), "还是压缩包"),
        (c.zipped({"a.rar": b"x"}), "还是压缩包"),
        (c.zipped({"dir/setup.exe": b"x"}), "是程序、脚本或网页"),
        (c.zipped({"dir/setup.dat": c.EXE}), "是程序、脚本或网页"),
        (c.zipped({"index.html": b"x"}), "是程序、脚本或网页"),
        (c.zipped({"a.docx": c.office(more={"word/vbaProject.bin": b"x"})}), "文档里有宏"),
        (c.zipped({"a.doc": c.ole("WordDocument", "_VBA_PROJECT")}), "文档里有宏"),
        (c.patched(c.patched(c.zipped({"a": b"x"}), b"PK\1\2", 8, b"\1"), b"PK\3\4", 6, b"\1"), "设有密码"),
        (c.zipped({"a": b"x"}, zipfile.ZIP_BZIP2), BROKEN),
        (c.zipped({"a": b"x"}) + b"tail", BROKEN),
        (c.zipped({"a": b"x"})[:-5], BROKEN),
        (b"PK\x03\x04" + bytes(100) + c.zipped({"a": b"x"}), BROKEN),
        (c.patched(c.zipped({"a": b"x"}), b"PK\5\6", 8, b"\2\0\2\0"), BROKEN),
        (c.patched(c.zipped({"a": b"x"}), b"PK\5\6", 8, b"\2\0"), BROKEN),
        (c.patched(c.zipped({"a": b"x"}), b"PK\5\6", 4, b"\1\0"), BROKEN),
        (c.reaching_into_the_directory(), BROKEN),
        (c.with_bytes_after_the_last_entry(), BROKEN),
        (c.patched(c.zipped({"a": b"x" * 99}), b"PK\1\2", 20, b"\xff\xff\0\0"), BROKEN),
        (c.patched(c.zipped({"a": b"x" * 99}), b"PK\1\2", 24, b"\x64\0\0\0"), BROKEN),
        (c.patched(c.zipped({"a": b"x"}), b"PK\1\2", 42, b"\xff\0\0\0"), BOMB),
        (c.patched(c.zipped({"a": b"x"}), b"PK\3\4", 30, b"b"), BROKEN),
        (c.patched(c.zipped({"a": b"x" * 99}), b"PK\3\4", 31, b"\xff\xff\xff"), BROKEN),
        (b"PK\x03\x04", BROKEN),
    ],
)
def test_an_archive_that_harms_who_unpacks_it_is_refused(upload, content, why):
    assert why in refusal(upload, "a.zip", content)


@pytest.mark.parametrize("content", [c.flat_bomb(), c.overlapping()])
def test_a_bomb_in_the_clothes_of_a_document_is_refused(upload, content):
    assert BOMB in refusal(upload, "a.docx", content)


def test_an_archive_with_wide_sizes_of_small_files_comes_in(upload):
    assert check(upload("a.zip", c.wide_sizes())) == "application/zip"
    with zipfile.ZipFile(io.BytesIO(c.wide_sizes())) as archive:
        assert archive.read("a.txt") == b"text"  # others can read it too


def test_a_document_with_endless_links_is_not_read_to_the_end(upload):
    content = c.office(more={"word/_rels/document.xml.rels": bytes(5_000_000)})
    assert BOMB in refusal(upload, "a.docx", content)


@pytest.mark.parametrize("cut", range(1, 400, 7))
@pytest.mark.parametrize("content", [c.zipped({"a.txt": b"text" * 9, "b.csv": b"1,2"}), c.office()])
def test_no_damage_to_an_archive_is_more_than_a_refusal(upload, content, cut):
    for damaged in (content[:-cut], content[cut:], content[:cut] + b"\xff\xff\xff\xff" + content[cut + 4 :]):
        for name in ("a.zip", "a.docx"):
            try:
                check(upload(name, damaged))
            except FileRefused:
                continue
