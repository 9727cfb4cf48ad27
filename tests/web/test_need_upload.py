"""A collection form filled in on paper is uploaded: the draft, the report of what was read, what is refused."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

import journey
import paper
import upload_corpus
from core.files import files_of
from documents.collection_form import blank_form
from forms_on_page import Page
from needs.models import Need
from people import Cast
from wrong_forms import as_

pytestmark = pytest.mark.django_db
UPLOAD = "/enterprise/needs/upload/"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def send(client: Client, data: bytes, batch: Any, *, name: str = "征集表.docx", **more: Any) -> Any:
    file = SimpleUploadedFile(name, data)
    return client.post(UPLOAD, {"file": file, "batch": batch.pk, **more}, follow=True)


def test_our_own_form_comes_back_as_the_need_it_describes(cast: Cast) -> None:
    batch = journey.batch(cast)
    answer = send(as_(cast.alice), paper.ours(), batch)
    need = Need.objects.get()
    assert answer.request["PATH_INFO"] == f"/needs/{need.pk}/read/"
    assert (need.title, need.kind, need.field, need.industry) == ("䶮岛𠮷材料中试", "process", "4", "29")
    assert (need.budget, need.period_months, need.keywords) == (Decimal("485000"), 12, ["聚脲", "抗爆"])
    assert (need.cooperation, need.ownership, need.improvements) == (["joint"], "developer", "shared")
    assert (need.funding, need.engagements, need.activity) == (["own"], ["centre"], "development")
    assert (need.deliverables, need.deliverables_note) == (["sample"], "样品 3 组")
    assert (need.trl_now, need.trl_target) == (3, 6)
    assert (need.contact_name, need.contact_phone, need.region) == ("艾工", "0532-88880000", "青岛")
    assert need.confidential == "配方 A-7 不公开。"
    assert [(str(i), i.test_method, i.is_hard) for i in need.indicators.all()] == [
        ("拉伸强度 ≥ 25 MPa", "GB/T 528", True),
        ("固化时间 ≤ 30 min", "", False),
        ("外观 无气泡", "目测", True),
    ]
    assert need.typed == []
    assert need.organisation == cast.enterprise
    assert "全部读懂了。" in answer.content.decode()
    assert (files_of(need).get().name, files_of(need).get().slot) == ("征集表.docx", "protected")


def test_what_has_no_place_is_told_kept_in_the_note_and_stays_in_the_attached_form(cast: Cast) -> None:
    answer = send(as_(cast.alice), paper.hebei(), journey.batch(cast))
    need, page = Need.objects.get(), answer.content.decode()
    assert need.title == "低温抗爆聚脲弹性体"
    assert need.problem == "现用聚脲涂层在−20 ℃冲击后开裂，断裂伸长率≤ 200%。"
    assert (need.cooperation, need.period_months, need.budget) == (["commissioned", "joint"], 18, Decimal("800000"))
    assert "合作意向单位" in page
    assert "青岛科技大学" in page
    assert "单位信息以平台登记的为准" in page
    assert "合作意向单位：青岛科技大学" in need.confidential
    assert files_of(need).get().slot == "protected"


def test_what_is_wrong_in_it_is_marked_in_the_draft_as_it_was_written(cast: Cast) -> None:
    made = paper.saved(
        paper_with(**{"需求名称": "长" * 120, "拟投入资金": "自筹100万元，贷款50万元", "期望周期": "尽快"})
    )
    alice = as_(cast.alice)
    answer = send(alice, made, journey.batch(cast))
    need = Need.objects.get()
    assert "有几处要改" in answer.content.decode()
    shown = Page("/", alice.get(f"/needs/{need.pk}/edit/").content.decode())
    assert "自筹100万元，贷款50万元" in shown.text or "自筹100万元" in str(shown.form_with("budget").controls["budget"])
    assert "不是金额" in shown.errors["id_budget_error"]
    assert "请填写整数月" in shown.errors["id_period_months_error"]
    assert "最多 100 字" in shown.errors["id_title_error"]
    assert shown.form_with("title").controls["title"].values == ["长" * 120]


def paper_with(**answers: str) -> Any:
    from docx import Document

    made = Document()
    paper.table(made, [[label, text] for label, text in answers.items()])
    return made


def test_sent_twice_it_makes_one_draft_and_what_was_written_meanwhile_stays(cast: Cast) -> None:
    batch, alice, key = journey.batch(cast), as_(cast.alice), str(uuid4())
    send(alice, paper.hebei(), batch, key=key)
    need = Need.objects.get()
    alice.post(f"/needs/{need.pk}/edit/", {"version": str(need.revision), "problem": "核对时改过。"})
    send(alice, paper.hebei(), batch, key=key)
    assert Need.objects.get().problem == "核对时改过。"
    assert files_of(need).count() == 1


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("征集表.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "另存为 .docx"),
        ("征集表.wps", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "另存为 .docx"),
        ("征集表.pdf", journey.PDF, "请上传 .docx 格式的征集表。"),
        ("征集表.docx", b"", "空"),
        ("征集表.docx", b"PK\x03\x04" + b"x" * 200, "。"),
        ("征集表.docx", upload_corpus.EXE, "。"),
        ("征集表.docx", upload_corpus.overlapping(), "。"),
        ("征集表.docx", blank_form(), "没有从这个文件里读到需求"),
        ("征集表.docx", b"PK" + b"0" * (11 * 1024 * 1024), "超过了单个文件 10 MB 的上限"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_beside_its_control(
    cast: Cast, name: str, data: bytes, said: str
) -> None:
    answer = send(as_(cast.alice), data, journey.batch(cast), name=name)
    shown = Page(UPLOAD, answer.content.decode())
    assert answer.status_code == 422
    assert said in shown.errors["id_paper_file_error"]
    assert not Need.objects.exists()


def test_the_blank_form_is_handed_out_and_the_page_leads_to_it(cast: Cast) -> None:
    journey.batch(cast)
    alice = as_(cast.alice)
    page = alice.get("/enterprise/needs/new/").content.decode()
    assert 'href="/enterprise/needs/form.docx"' in page
    answer = alice.get("/enterprise/needs/form.docx")
    assert answer.content[:2] == b"PK"
    assert "attachment" in answer["Content-Disposition"]


def test_who_belongs_to_no_enterprise_makes_no_draft(cast: Cast) -> None:
    assert send(as_(cast.tao), paper.hebei(), journey.batch(cast)).status_code == 422
    assert not Need.objects.exists()


def test_the_report_is_for_who_sent_the_form(cast: Cast) -> None:
    send(as_(cast.alice), paper.hebei(), journey.batch(cast))
    need = Need.objects.get()
    assert as_(cast.charlie).get(f"/needs/{need.pk}/read/").status_code == 404
    assert as_(cast.bob).get(f"/needs/{need.pk}/read/")["Location"] == f"/needs/{need.pk}/edit/"
