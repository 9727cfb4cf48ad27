"""The documents of the zone: one wording as Word and PDF, filled with the facts, replaceable by one role."""

import io
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from docx import Document as read_word

import company
import journey
from audit.models import Event
from documents.actions import replace_wording
from documents.kinds import FIELDS, FIRST_WORDING, Kind
from documents.markup import Block, blocks, unknown_fields
from documents.pdf import pdf
from documents.queries import Document, NotIssued, chinese_date, document
from documents.word import word
from needs.models import Need
from workflow.actions import perform
from workflow.machine import Refused

pytestmark = pytest.mark.django_db
RETURN = {"code": "indicators", "reason": "“防腐性能强”请改成耐温、盐雾小时数等可检测的数值。"}


def words(made: Document) -> str:
    return "\n".join(block.text for block in made.blocks)


def returned(cast: Any) -> Need:
    need = journey.submitted(cast)
    perform(need, "return", by=cast.guan, data=RETURN)
    return need


# ── the wording ─────────────────────────────────────────────────────────────────
def test_a_template_reads_as_officers_write() -> None:
    text = "# 通知\n各单位：\n一、范围\n（一）对象\n正文。\n{指标表}\n> 管委会"
    table = (("指标", "要求"), ("强度", "≥ 25 MPa"))
    kinds = [block.kind for block in blocks(text, {}, table)]
    assert kinds == ["title", "addressed", "first", "second", "paragraph", "table", "right"]


def test_a_fact_is_only_a_fact_whatever_it_contains() -> None:
    made = blocks("# {甲}\n{乙}", {"甲": "{乙}", "乙": "第一段\n#[转义] $x$ {丙}"})
    assert made == [Block("title", "{乙}"), Block("paragraph", "第一段"), Block("paragraph", "#[转义] $x$ {丙}")]


@pytest.mark.parametrize("kind", Kind.values)
def test_the_first_wordings_name_only_facts_there_are(kind: str) -> None:
    assert unknown_fields(FIRST_WORDING[kind], FIELDS[kind]) == []


def test_the_date_is_written_as_the_standard_asks() -> None:
    from datetime import date

    assert chinese_date(date(2026, 3, 5)) == "2026年3月5日"


# ── the facts ───────────────────────────────────────────────────────────────────
def test_a_returned_need_is_told_why_in_the_words_of_the_screener(cast: Any) -> None:
    need = returned(cast)
    text = words(document(Kind.RETURN, need))
    for fact in (need.title, need.application_number, need.organisation.name, "技术指标不够量化", RETURN["reason"]):
        assert fact in text
    assert "{" not in text


def test_there_is_no_notice_of_what_has_not_happened(cast: Any) -> None:
    need = journey.submitted(cast)
    for kind in (Kind.ACCEPTANCE, Kind.RETURN, Kind.LISTING):
        with pytest.raises(NotIssued):
            document(kind, need)


def test_an_announcement_says_what_the_listing_says_and_nothing_confidential(cast: Any) -> None:
    need = journey.published(cast, confidential="机密配方 KX-77")
    made = document(Kind.LISTING, need)
    assert need.number in words(made)
    assert ("拉伸强度", "≥ 25 MPa", "GB/T 528", "硬指标") in next(b for b in made.blocks if b.kind == "table").rows
    assert "KX-77" not in words(made)
    assert b"KX-77" not in word(made)


@pytest.mark.parametrize("text", [None, "# 公告\n由{发榜方}发布。"])
def test_an_announcement_names_the_partners_whatever_its_wording(cast: Any, text: str | None) -> None:
    row = company.posted(cast)
    made = document(Kind.LISTING, row.need, text=text)
    assert f"{row.need.organisation.name}（牵头单位）；联合发榜单位：{row.organisation.name}" in words(made)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_documents_are_chinese_whatever_the_reader_s_language(cast: Any, language: str) -> None:
    from django.utils.translation import override

    need = returned(cast)
    with override(language):
        assert "技术需求退回修改通知书" in words(document(Kind.RETURN, need))
        assert "技术指标不够量化" in words(document(Kind.RETURN, need))


# ── the files ───────────────────────────────────────────────────────────────────
def test_word_has_the_type_and_measures_of_the_standard(cast: Any) -> None:
    made = read_word(io.BytesIO(word(document(Kind.LISTING, journey.published(cast, title="䶮岛𠮷材料")))))
    section = made.sections[0]
    assert [round(side.mm) for side in (section.top_margin, section.left_margin, section.page_width)] == [37, 28, 210]
    assert made.paragraphs[0].text == "䶮岛𠮷材料榜单公告"
    faces = {p.runs[0]._element.rPr.rFonts.get("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}eastAsia")
             for p in made.paragraphs if p.runs}  # fmt: skip
    assert faces == {"方正小标宋简体", "仿宋_GB2312", "黑体"}
    assert made.tables[0].rows[1].cells[1].text == "≥ 25 MPa"


def test_pdf_carries_its_fonts_and_its_watermark(cast: Any) -> None:
    made = document(Kind.LISTING, journey.published(cast))
    plain, marked = pdf(made), pdf(made, watermark="弹性体课题组 陶教授 2026-11-25 10:00")
    for data in (plain, marked):
        assert data.startswith(b"%PDF-")
        assert b"NotoSerifSC" in data
        assert b"/FontFile3" in data or b"/FontFile2" in data or b"ObjStm" in data
    assert len(marked) > len(plain)


def test_the_files_open_for_those_they_concern(client: Client, cast: Any) -> None:
    need = returned(cast)
    address = f"/needs/{need.pk}/documents/return.docx"
    assert client.get(address).status_code == 302
    for reader, status in ((cast.alice, 200), (cast.guan, 200), (cast.charlie, 404), (cast.tao, 404)):
        client.force_login(reader)
        answer = client.get(address)
        assert answer.status_code == status
    client.force_login(cast.alice)
    answer = client.get(address)
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
    page = client.get(f"/needs/{need.pk}/").content.decode()
    assert f"/needs/{need.pk}/documents/return.pdf" in page
    assert "acceptance.pdf" not in page


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_announcement_and_call_are_for_everyone(client: Client, cast: Any, form: str) -> None:
    need = journey.published(cast)
    for address in (f"/listings/{need.number}/announcement.{form}", f"/batches/{need.batch.pk}/call.{form}"):
        answer = client.get(address)
        assert answer.status_code == 200
    assert client.get(f"/listings/{need.number}/announcement.exe").status_code == 404
    assert f"/listings/{need.number}/announcement.pdf" in client.get(f"/listings/{need.number}/").content.decode()
    draft = journey.batch(cast, opened=False)
    assert client.get(f"/batches/{draft.pk}/call.{form}").status_code == 404


# ── replacing ───────────────────────────────────────────────────────────────────
def test_the_system_administrator_words_a_document_and_nobody_else(cast: Any) -> None:
    need = returned(cast)
    for other in (cast.guan, cast.ling, cast.secadmin, cast.alice):
        with pytest.raises(PermissionDenied):
            replace_wording(Kind.RETURN, "# 别的", by=other)
    replace_wording(Kind.RETURN, "# 退回单\n{需求名称}：{具体说明}", by=cast.sysadmin)
    assert words(document(Kind.RETURN, need)) == f"退回单\n{need.title}：{RETURN['reason']}"
    assert Event.objects.filter(action="wording.replace", actor=str(cast.sysadmin.pk)).count() == 1
    replace_wording(Kind.RETURN, "", by=cast.sysadmin)
    assert "退回修改通知书" in words(document(Kind.RETURN, need))


def test_a_wording_with_a_fact_that_is_not_there_is_refused_in_a_sentence(cast: Any) -> None:
    with pytest.raises(Refused, match="没有这些字段：榜额"):
        replace_wording(Kind.RETURN, "# 退回单\n{榜额}", by=cast.sysadmin)
    with pytest.raises(Refused, match="缺少标题"):
        replace_wording(Kind.RETURN, "没有标题", by=cast.sysadmin)


def test_the_page_tries_keeps_and_restores(client: Client, cast: Any) -> None:
    need = returned(cast)
    client.force_login(cast.sysadmin)
    assert "平台自带" in client.get("/office/wordings/").content.decode()
    wrong = client.post("/office/wordings/return/", {"text": "# 单\n{榜额}", "then": "save"})
    assert wrong.status_code == 422
    assert "# 单" in wrong.content.decode()
    personal = client.post("/office/wordings/return/", {"text": "# 单\n联系 13800138000", "then": "save"})
    assert personal.status_code == 422
    assert "这里有手机号或身份证号，公开内容不能有。请删去。" in personal.content.decode()
    tried = client.post("/office/wordings/return/", {"text": "# 单\n{需求名称}", "then": "try"})
    assert b"".join(tried.streaming_content).startswith(b"%PDF-")
    assert "退回修改通知书" in words(document(Kind.RETURN, need))
    client.post("/office/wordings/return/", {"text": "# 单\n{需求名称}", "then": "save"})
    assert words(document(Kind.RETURN, need)) == f"单\n{need.title}"
    client.post("/office/wordings/return/", {"text": "# 单", "then": "restore"})
    assert "退回修改通知书" in words(document(Kind.RETURN, need))
    client.force_login(cast.guan)
    assert client.get("/office/wordings/").status_code == 403
