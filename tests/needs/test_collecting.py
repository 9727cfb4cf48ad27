"""The customary collection form, in the layouts it comes in: every answer under its name, and nothing thrown away."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from docx import Document

import paper
from core.docx import Paragraph, blocks
from core.refusals import FileRefused
from documents.collection_form import LINE, blank_form
from needs.collecting import COLUMNS, Collected, collected
from needs.labels import LABELS, chosen, codes_of, division_of, field_of, is_heading, plain_label
from needs.periods import months_of


def read(data: bytes) -> Collected:
    return collected(io.BytesIO(data), len(data))


def said(form: Collected, name: str) -> list[str]:
    return [one.text for one in form.answers.get(name, [])]


def everything(form: Collected) -> str:
    """All that was read, wherever it went."""
    parts = [one.text for told in form.answers.values() for one in told]
    parts += [f"{row.name}{row.said}{row.text}{row.test_method}" for row in form.indicators]
    parts += ["".join(row.values()) for row in form.cells]
    return "\n".join([*parts, *(f"{one.label}{one.text}" for one in [*form.about, *form.left])])


def texts(data: bytes) -> Iterator[str]:
    for block in blocks(io.BytesIO(data), len(data)):
        yield from [block.text] if isinstance(block, Paragraph) else (cell for row in block.rows for cell in row)


HEADS = {word for words in COLUMNS.values() for word in words} | {"形式审核意见"}


def test_a_province_s_form_with_its_answers_across_four_columns() -> None:
    form = read(paper.hebei())
    assert said(form, "title") == ["低温抗爆聚脲弹性体"]
    assert said(form, "problem") == ["现用聚脲涂层在−20 ℃冲击后开裂，断裂伸长率≤ 200%。"]
    assert said(form, "goal") == ["替代进口，年节约 200 万元。"]
    assert [(row.name, row.operator, str(row.value)) for row in form.indicators] == [
        ("拉伸强度", "ge", "25"),
        ("断裂伸长率", "ge", "300"),
    ]
    assert said(form, "budget") == ["80"]
    assert months_of(said(form, "period_months")[0]) == 18
    assert codes_of("cooperation", said(form, "cooperation")[0]) == (["commissioned", "joint"], [])
    assert codes_of("funding", said(form, "funding")[0]) == (["own"], [])
    assert codes_of("activity", said(form, "activity")[0]) == (["development"], [])
    assert codes_of("field", said(form, "field")[0])[0] == ["4"]
    assert division_of(said(form, "industry")[0]) == "29"
    assert (said(form, "contact_name"), said(form, "contact_phone")) == (["欧阳𠮷"], ["13800000000"])
    assert {one.label for one in form.about} >= {"机构全称", "归口管理部门", "通讯地址", "法人代表"}
    assert [(one.label, one.text) for one in form.left] == [("合作意向单位", "青岛科技大学")]


def test_a_zone_s_form_with_merged_headings_and_a_table_of_indicators() -> None:
    form = read(paper.zone())
    assert said(form, "title") == ["瓦线横切机结构优化"]
    assert said(form, "problem") == ["高速运行时机架振动大。\n切断精度波动。", "结构优化与减振。"]
    assert [(row["name"], row["value"], row["unit"]) for row in form.cells] == [
        ("切断精度", "≤1", "mm"), ("设计车速", "不低于250", "m/min"), ("外观", "无毛刺", ""),
        ("工作温度", "-10～40", "℃"),
    ]  # fmt: skip
    assert [codes_of("engagements", text)[0] for text in said(form, "engagements")] == [["diagnosis"], ["commissioned"]]
    assert [(one.label, one.text) for one in form.left] == [("意向专家", "有：机械学院陈教授")]


def test_a_form_that_is_only_text() -> None:
    form = read(paper.letter())
    assert said(form, "title") == ["PVB 中间膜稳定性提升"]
    assert said(form, "problem") == ["批次间厚度和粘结力波动，\n缺少系统试验条件。"]
    assert [row.name for row in form.indicators] == ["厚度偏差", "雾度"]
    assert codes_of("cooperation", said(form, "cooperation")[0])[0] == ["consulting", "platform"]
    assert months_of(said(form, "period_months")[0]) == 18
    assert said(form, "contact_phone") == ["0532-88881111\n以上内容由技术部王晓䶮整理。"]


def test_labels_above_their_answers() -> None:
    form = read(paper.side_by_side())
    assert (said(form, "title"), said(form, "budget"), said(form, "period_months")) == (["低噪风机设计"], ["45"], ["8"])
    assert said(form, "problem") == ["整机噪声偏高，主要来自风机气动噪声。"]


def test_content_controls_check_boxes_and_tracked_changes() -> None:
    form = read(paper.with_controls())
    assert said(form, "title") == ["石英缺陷在线检测"]
    assert said(form, "problem") == ["透明反光，漏检率高\n需要在线识别≥"]
    assert codes_of("funding", said(form, "funding")[0]) == (["own"], [])


def test_the_platform_s_own_form_reads_back_answer_by_answer() -> None:
    form = read(paper.ours())
    assert form.left == []
    assert form.about == []
    assert set(form.answers) == set(LABELS) - {"indicators", "about"}
    assert said(form, "problem") == [paper.ANSWERS["要解决的技术难题"]]
    for name, code in (("ownership", "developer"), ("improvements", "shared"), ("kind", "process"), ("field", "4")):
        assert codes_of(name, said(form, name)[0]) == ([code], []), name
    assert [row["name"] for row in form.cells] == ["拉伸强度", "固化时间", "外观"]


def test_the_blank_form_says_nothing() -> None:
    form = read(blank_form())
    assert form.is_empty
    assert form.left == []


def test_the_blank_form_is_laid_out_alike_for_every_word_processor() -> None:
    """Word goes by the cells, LibreOffice by the grid; a table at the very end is dissolved on its way through .doc."""
    made = Document(io.BytesIO(blank_form()))
    assert made.element.body[-2].tag.endswith("}p")
    for table in made.tables:
        for row in table.rows:
            whole = len({cell._tc for cell in row.cells}) == len(table.columns)  # the heading of a part is one cell
            assert not whole or [cell.width for cell in row.cells] == [column.width for column in table.columns]
            assert row._tr.xpath("./w:trPr/w:cantSplit")
    boxes = [cell.text.split("\n") for row in made.tables[0].rows for cell in row.cells[1:] if "□" in cell.text]
    assert len(boxes) == 9
    for line in (line for lines in boxes for line in lines):
        assert line.startswith("□"), "a choice is cut in two"
        assert len(line) <= LINE


def test_our_form_comes_back_however_often_it_was_saved_and_in_whatever_pieces_it_was_typed() -> None:
    first = paper.ours()
    made = Document(io.BytesIO(first))
    for cell in (cell for table in made.tables for row in table.rows for cell in row.cells):
        for paragraph in cell.paragraphs:
            text = paragraph.text
            paragraph.clear()
            for piece in (text[: len(text) // 2], text[len(text) // 2 :]):  # as a word processor cuts what is corrected
                paragraph.add_run(piece).bold = True
    again = paper.saved(Document(io.BytesIO(paper.saved(made))))
    assert vars(read(again)) == vars(read(first))


@pytest.mark.parametrize("make", [paper.hebei, paper.zone, paper.letter, paper.side_by_side, paper.with_controls])
def test_no_word_of_a_form_is_lost(make: Any) -> None:
    """Whatever stands in the document is an answer, a fact of the organisation, left over, or a label of the form."""
    data = make()
    kept = everything(read(data))
    for text in texts(data):
        for line in text.split("\n"):
            answer = line.partition("：")[2] if field_of(line.partition("：")[0]) else line
            if field_of(answer) or is_heading(answer) or plain_label(answer) in HEADS or "□" in answer:
                continue
            lost = [word for word in re.findall(r"\w{2,}", answer) if word not in kept]
            assert lost == [], line


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("12", 12), ("12个月", 12), ("18 个月以内", 18), ("1年", 12), ("一年半", 18), ("半年", 6), ("两年内", 24),
        ("2026年1月至2027年6月", 18), ("2026-2027年", 12), ("2026.3—2026.12", 10), ("尽快", None),
        ("2027年至2026年", None),        ("2026年12月底前", None),
    ],
)  # fmt: skip
def test_a_period_as_people_write_it(text: str, months: int | None) -> None:
    assert months_of(text) == months


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("☑委托研发 □合作研发", ["委托研发"]),
        ("□ 委托研发　■ 合作研发", ["合作研发"]),
        ("委托研发√ 技术转让", ["委托研发"]),
        ("√委托研发、技术转让", ["委托研发、技术转让"]),
        ("委托研发（√） 合作研发（ ）", ["委托研发"]),
        ("委托研发、技术转让", ["委托研发", "技术转让"]),
        ("□委托研发 □合作研发", []),
    ],
)
def test_a_box_is_ticked_in_many_ways(text: str, words: list[str]) -> None:
    assert chosen(text) == words


def test_a_label_is_known_under_its_numbers_hints_and_stars() -> None:
    for label in ("一、主要技术难点（1000字以内）*：", "2.主要技术难点", "①主要技术难点", "主 要 技 术 难 点"):
        assert field_of(label) == "problem", label
    assert field_of("主要技术难点是配方") == ""


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("word/document.xml", b"<w:x>" + b" " * (60 * 1024 * 1024))
    return out.getvalue()


def entities() -> bytes:
    out = io.BytesIO()
    lines = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    xml = f'<!DOCTYPE x [<!ENTITY e0 "ha">{lines}]><x>&e11;</x>'
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("word/document.xml", xml)
    return out.getvalue()


@pytest.mark.parametrize("data", [b"", b"PK", b"not a zip", bomb(), entities(), paper.hebei()[:-200]])
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(FileRefused) as refused:
        read(data)
    assert str(refused.value).endswith("。")
