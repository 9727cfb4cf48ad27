"""Similar needs on the page: beside the form, when a need is handed in, before the screener; and merging two drafts."""

import pytest
from django.urls import reverse

import journey
import world
from audit.queries import timeline
from core import clock
from core.files import files_of, intact
from forms_on_page import Page
from needs.actions import attach
from needs.additions import Question, as_json
from needs.models import Need
from people import Cast
from wrong_forms import as_

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def page(client, address, **headers):
    return client.get(address, headers=headers).content.decode()


def test_the_form_looks_similar_needs_up_and_links_to_them_without_javascript(cast: Cast):
    need, alice = world.need(cast), as_(cast.alice)
    address = reverse("need_similar", args=[need.pk])
    text = page(alice, reverse("need_edit", args=[need.pk]))
    assert f'hx-get="{address}"' in text
    assert f'<a href="{address}">查看相似需求</a>' in text
    assert "没有发现相似的需求。" in page(alice, address)


def test_the_panel_says_what_is_similar_and_why(cast: Cast):
    listed, own = world.listed(cast), world.need(cast)
    text = page(as_(cast.alice), reverse("need_similar", args=[own.pk]), **HTMX)
    assert "<html" not in text
    assert listed.title in text
    assert listed.number in text
    assert "共有：" in text
    assert "指标：拉伸强度、断裂伸长率、施工性能" in text
    assert "相似度 100 %" in text


def test_an_unwritten_draft_is_told_what_to_write_first(cast: Cast):
    text = page(as_(cast.alice), reverse("need_similar", args=[world.need(cast, problem="").pk]), **HTMX)
    assert "写好需求名称和技术难题" in text


def test_handing_in_shows_similar_needs_and_asks_why_this_one_differs(cast: Cast):
    listed, draft = world.listed(cast), journey.draft(cast)
    Need.objects.filter(pk=draft.pk).update(problem=listed.problem, keywords=listed.keywords)
    alice, address = as_(cast.alice), reverse("move", args=["need", draft.pk, "submit"])
    text = page(alice, address)
    assert "有相似的需求" in text
    assert listed.number in text
    form = Page(address, text).form_with("different")
    answer = alice.post(address, form.data())
    assert answer.status_code == 422
    assert "请用一句话写明不同在哪里" in answer.content.decode()
    assert listed.number in answer.content.decode()
    assert alice.post(address, form.data(different="这一项做可浇注的板材。")).status_code == 302
    draft.refresh_from_db()
    assert draft.status == "submitted"
    seen = page(as_(cast.guan), reverse("need_similar", args=[draft.pk]), **HTMX)
    assert "企业说明与相似需求的不同" in seen
    assert "这一项做可浇注的板材。" in seen


def test_handing_in_something_new_asks_nothing(cast: Cast):
    draft = journey.draft(cast)
    text = page(as_(cast.alice), reverse("move", args=["need", draft.pk, "submit"]))
    assert "different" not in text
    assert "有相似的需求" not in text


def test_a_listing_of_others_can_be_followed_from_there(cast: Cast):
    listed = world.listed(cast)
    own = world.need(cast)
    Need.objects.filter(pk=own.pk).update(organisation=cast.other_enterprise)
    text = page(as_(cast.charlie), reverse("need_similar", args=[own.pk]), **HTMX)
    assert f'action="{reverse("listing_follow", args=[listed.number])}"' in text


def test_the_screener_sees_what_others_have_submitted_and_can_change_nothing(cast: Cast):
    submitted, other = world.need(cast, status="submitted"), world.need(cast, status="submitted")
    text = page(as_(cast.guan), reverse("need_similar", args=[submitted.pk]), **HTMX)
    assert other.application_number in text
    assert "<form" not in text
    assert f'hx-get="{reverse("need_similar", args=[submitted.pk])}"' in page(
        as_(cast.guan), submitted.get_absolute_url()
    )


# ── merging ─────────────────────────────────────────────────────────────────────
def merge(cast: Cast, newer: Need, older: Need):
    return as_(cast.alice).post(reverse("need_merge", args=[newer.pk]), {"into": str(older.pk)}, follow=True)


def test_merging_opens_the_older_draft_with_everything_the_newer_one_says(cast: Cast):
    older = world.need(cast, title="抗爆弹性体", problem="涂层开裂。", present="", budget=None, keywords=["弹性体"])
    newer = world.need(cast, title="喷涂弹性体", problem="现场喷涂的涂层剥落。", present="已试过两种配方。")
    newer.indicators.filter(name="拉伸强度").update(value=30)
    answer = merge(cast, newer, older)
    assert answer.redirect_chain[0][0] == reverse("need_edit", args=[older.pk])
    assert "的内容已并到这里" in answer.content.decode()
    older.refresh_from_db()
    newer.refresh_from_db()
    assert older.problem == "涂层开裂。\n\n【并自“喷涂弹性体”】\n现场喷涂的涂层剥落。"
    assert (older.present, older.budget, older.keywords) == ("已试过两种配方。", newer.budget, ["弹性体", "抗爆"])
    assert older.goal == newer.goal
    assert older.title == "抗爆弹性体"
    assert [(row.name, row.value) for row in older.indicators.all() if row.name == "拉伸强度"] == [
        ("拉伸强度", 25), ("拉伸强度", 30),
    ]  # fmt: skip
    assert newer.status == "withdrawn"
    assert newer.problem == "现场喷涂的涂层剥落。"


def test_attachments_go_along_with_bytes_of_their_own(cast: Cast):
    older, newer = world.need(cast), world.need(cast)
    for need in (older, newer):
        attach(need, journey.pdf("两份都有.pdf"), slot="public", by=cast.alice)
    attach(newer, journey.pdf("图纸.pdf"), slot="protected", by=cast.alice)
    answer = merge(cast, newer, older).content.decode()
    assert [(file.slot, file.name) for file in files_of(older).order_by("name")] == [
        ("public", "两份都有.pdf"), ("protected", "图纸.pdf"),
    ]  # fmt: skip
    assert "附件“图纸.pdf”" in answer
    copied, held = files_of(older).get(name="图纸.pdf"), files_of(newer).get(name="图纸.pdf")
    assert (copied.sha256, copied.path != held.path, intact(copied)) == (held.sha256, True, True)


def test_what_waits_for_the_virus_scanner_waits_in_the_copy_and_what_it_found_stays_behind(cast: Cast, settings):
    settings.VIRUS_SCANNER = "tcp://127.0.0.1:9"  # nobody answers there: what is uploaded waits
    older, newer = world.need(cast), world.need(cast)
    for name, slot in (("待查.pdf", "public"), ("有毒.pdf", "protected")):
        attach(newer, journey.pdf(name), slot=slot, by=cast.alice)
    held = files_of(newer).filter(slot="protected")
    held.update(state="rejected", finding="Eicar", judged_at=clock.now())
    answer = merge(cast, newer, older).content.decode()
    [copied] = files_of(older)
    assert (copied.name, copied.state, copied.judged_at) == ("待查.pdf", "quarantine", None)
    assert "附件“有毒.pdf”" in answer.split("留在原草稿的")[1]


def test_answers_of_both_drafts_are_kept_and_the_report_says_which(cast: Cast):
    asked = [Question(f"q{n}", label) for n, label in enumerate(("所属产业链", "新增产值", "现场赛"))]
    batch = world.batch(cast, additions=as_json(asked))
    older = world.need(cast, within=batch, answers={"q0": "新材料"})
    newer = world.need(cast, within=batch, answers={"q0": "高端装备", "q1": "300", "q2": "参加"})
    answer = merge(cast, newer, older).content.decode()
    older.refresh_from_db()
    assert older.answers == {"q0": "新材料", "q1": "300", "q2": "参加"}
    assert "并过来的：新增产值、现场赛" in answer
    assert "所属产业链" in answer.split("留在原草稿的")[1][:60]
    [event] = [one for one in timeline(older.audit_stream) if one.action == "need.merge"]
    assert event.note_data["taken"] == "新增产值、现场赛"


def test_a_question_that_only_the_other_batch_asks_stays_behind(cast: Cast):
    older = world.need(cast, within=world.batch(cast, additions=as_json([Question("qa", "所属产业链")])))
    private = [Question("qb", "所属产业链", public=False), Question("qc", "职称")]
    newer = world.need(
        cast, within=world.batch(cast, additions=as_json(private)), answers={"qb": "某客户", "qc": "高工"}
    )
    answer = merge(cast, newer, older).content.decode()
    older.refresh_from_db()
    assert older.answers == {}  # said to the zone alone, it does not become public
    assert "所属产业链、职称" in answer


def test_what_does_not_fit_together_is_kept_as_typed(cast: Cast):
    older, newer = world.need(cast, problem="甲" * 900), world.need(cast, problem="乙" * 900)
    answer = merge(cast, newer, older)
    older.refresh_from_db()
    assert older.problem == "甲" * 900
    assert "乙" * 900 in dict(older.typed)["problem"]
    assert "最多 1000 字" in answer.content.decode()
    assert "乙" * 900 in answer.content.decode()


def test_a_half_written_draft_loses_nothing_when_it_is_merged(cast: Cast):
    older, newer = world.need(cast), world.need(cast)
    Need.objects.filter(pk=newer.pk).update(
        typed=[["title", "喷涂弹性体"], ["problem", "只在表里的一句。"], ["budget", "五十万"]]
    )
    merge(cast, newer, older)
    older.refresh_from_db()
    assert "只在表里的一句。" in older.problem


def test_a_need_that_was_handed_in_takes_nothing_in(cast: Cast):
    older, newer = world.need(cast, status="submitted"), world.need(cast)
    answer = merge(cast, newer, older)
    assert "已经提交，不能再并入内容" in answer.content.decode()
    newer.refresh_from_db()
    assert newer.status == "draft"


def test_nobody_merges_into_the_draft_of_others(cast: Cast):
    older, newer = world.need(cast), world.need(cast)
    Need.objects.filter(pk=older.pk).update(organisation=cast.other_enterprise)
    assert merge(cast, newer, older).status_code == 404
    for typed in ("", "x", "\x00"):
        assert as_(cast.alice).post(reverse("need_merge", args=[newer.pk]), {"into": typed}).status_code == 404
