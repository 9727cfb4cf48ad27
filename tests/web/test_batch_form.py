"""The form of a batch: what it keeps, what it says of what is wrong, and two officers at one batch."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

import world
from core import clock
from forms_on_page import Page
from needs.models import Batch
from people import Cast
from workflow.actions import perform
from workflow.machine import Refused
from wrong_forms import as_, complaints

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


def typed(at: Any) -> str:
    return f"{timezone.localtime(at):%Y-%m-%dT%H:%M}"


def test_what_makes_no_sense_in_the_form_is_said_beside_the_field(cast: Cast) -> None:
    now = clock.now()
    later = {"collects_until": typed(now + timedelta(days=20))}
    of_call, of_contest = {"kind": "call", **later}, {"kind": "contest", "edition": "6", **later}
    filled = {"title": "第四季度", "rules": "密封至截止。"}
    url = "/office/batches/new/"
    for base, cases in (
        ({}, [
            ("opens_at", typed(now + timedelta(days=2)), "常年征集不设征集时间。"),
            ("collects_until", typed(now + timedelta(days=2)), "常年征集不设征集时间。"),
            ("edition", "6", "只有创新挑战赛有届次。"),
            ("window_min", "0 天", "揭榜期下限须大于 0。"),
            ("notice", "字" * 5001, "最多 5000 字"),
        ]),
        (of_call, [
            ("collects_until", "2020-01-01T17:00", "这个时间已经过去，请填将来的时间。"),
            ("collects_until", "2062-01-01T17:00", "最多提前一年安排。请核对年份。"),
            ("collects_until", "下周一", "请填写日期和时间"),
            ("opens_at", "2020-01-01T09:00", "这个时间已经过去，请填将来的时间。"),
        ]),
        ({**of_call, "opens_at": typed(now + timedelta(days=9))}, [
            ("collects_until", typed(now + timedelta(days=8)), "征集截止须晚于征集开始。"),
        ]),
        (of_contest, [("edition", "", "请填写是第几届，例如 6。"), ("edition", "100", "请填写不大于")]),
    ):  # fmt: skip
        assert complaints(as_(cast.guan), url, cases, filled={**filled, **base}) == []


def guide(*rows: tuple[str, str]) -> dict[str, str]:
    sent = {"guide-TOTAL_FORMS": str(len(rows)), "guide-INITIAL_FORMS": "0"}
    for n, (title, text) in enumerate(rows):
        sent |= {f"guide-{n}-title": title, f"guide-{n}-text": text, f"guide-{n}-ORDER": str(len(rows) - n)}
    return sent


FORM = {
    "title": "第六届创新挑战赛", "kind": "contest", "edition": "6", "mode": "market", "sealing": "sealed",
    "bid_form": "short",
    "vetting_days": "3",
    "correcting_days": "3",
    "window": "30 天", "window_min": "15 天", "window_max": "60 天", "screening_days": "3", "approval_days": "10",
    "opening_days": "1", "answer_days": "10", "signing_days": "30", "rules": "公开。", "weights_text": "方案 100",
}  # fmt: skip


STANDING = {**FORM, "kind": "standing", "edition": "", "version": "0"}


def test_the_form_keeps_everything_and_the_rows_of_the_guide_in_their_order(cast: Cast) -> None:
    ends = clock.now() + timedelta(days=20)
    sent = {**FORM, "collects_until": typed(ends), "notice": "通知", **guide(("日程", "二十天"), ("须知", "不收费"))}
    as_(cast.guan).post(reverse("batch_new"), sent)
    batch = Batch.objects.get()
    assert batch.guide == [{"title": "须知", "text": "不收费"}, {"title": "日程", "text": "二十天"}]
    assert (batch.kind, batch.edition, batch.notice, typed(batch.collects_until)) == ("contest", 6, "通知", typed(ends))
    assert batch.weights == [{"name": "方案", "weight": 100}]


def test_a_form_that_comes_without_its_rows_leaves_them(cast: Cast) -> None:
    batch = world.batch(cast, status="draft", guide=[{"title": "须知", "text": "不收费"}])
    sent = {**STANDING, "title": "改名"}
    as_(cast.guan).post(reverse("batch_edit", args=[batch.pk]), sent)
    batch.refresh_from_db()
    assert (batch.title, batch.guide) == ("改名", [{"title": "须知", "text": "不收费"}])


def test_half_a_row_of_the_guide_is_asked_for_and_what_was_typed_comes_back(cast: Cast) -> None:
    for rows, sentence in (
        (("", "只有内容"), "这一段没有标题。"),
        (("只有标题", ""), "“只有标题”还没有内容。"),
    ):
        answer = as_(cast.guan).post(reverse("batch_new"), {**FORM, **guide(rows)})
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
        assert "".join(rows) in answer.content.decode()


def test_a_batch_published_meanwhile_keeps_its_rules_and_the_form_what_was_typed(cast: Cast, monkeypatch: Any) -> None:
    batch = world.batch(cast, status="draft")
    read = Batch.objects.visible_to(cast.guan)
    stale = read.get(pk=batch.pk)
    perform(batch, "open", by=cast.shen)
    monkeypatch.setattr("web.office.batches.get_object_or_404", lambda *a, **k: stale)  # read just before
    sent = {**STANDING, "title": "迟到的改名"}
    answer = as_(cast.guan).post(reverse("batch_edit", args=[batch.pk]), sent)
    assert answer.status_code == 409
    assert "规则冻结" in answer.content.decode()
    assert "迟到的改名" in answer.content.decode()


def test_two_officers_at_one_batch_never_overwrite_each_other_unseen(cast: Cast) -> None:
    guided = {"guide": [{"title": "须知", "text": "不收费"}], "window_min": timedelta(days=15)}
    batch = world.batch(cast, status="draft", **guided)
    address = reverse("batch_edit", args=[batch.pk])
    mine = Page("", as_(cast.guan).get(address).content.decode()).form_with("title")
    theirs = Page("", as_(cast.shen).get(address).content.decode()).form_with("title")
    assert as_(cast.shen).post(address, theirs.data(answer_days="7", notice="面向全区。")).status_code == 302
    answer = as_(cast.guan).post(address, mine.data(title="我改的名称"))
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "刚刚在别处保存过" in text
    told = {
        row.label: ["".join(p.text for p in side) for side in (row.before, row.after)]
        for row in answer.context["theirs"]
    }
    assert told == {
        "批次名称": [batch.title, "我改的名称"],
        "答复时限（工作日）": ["7", "10"],
        "征集通知正文": ["面向全区。", ""],
    }
    batch.refresh_from_db()
    assert (batch.title, batch.answer_days) == (told["批次名称"][0], 7)
    again = Page("", text).form_with("title")
    assert again.data()["title"] == "我改的名称"
    assert as_(cast.guan).post(address, again.data(answer_days="7")).status_code == 302  # seen, and meant
    batch.refresh_from_db()
    assert (batch.title, batch.answer_days, batch.notice) == ("我改的名称", 7, "")


def test_the_same_words_saved_twice_are_no_conflict(cast: Cast) -> None:
    batch = world.batch(cast, status="draft")
    address = reverse("batch_edit", args=[batch.pk])
    sent = {**STANDING, "title": "改名"}
    assert [as_(cast.guan).post(address, sent).status_code for _click in range(2)] == [302, 302]
    batch.refresh_from_db()
    assert (batch.title, batch.revision) == ("改名", 1)


def test_a_form_that_was_wrong_is_still_the_one_that_was_read(cast: Cast) -> None:
    """Correcting a field takes a while: what a colleague saves in between is not swept away with it."""
    batch = world.batch(cast, status="draft")
    address = reverse("batch_edit", args=[batch.pk])
    wrong = as_(cast.guan).post(address, {**STANDING, "window": "很久"})
    assert wrong.status_code == 422
    as_(cast.shen).post(address, {**STANDING, "title": "同事改的"})
    right = Page("", wrong.content.decode()).form_with("title").data(window="30 天")
    assert as_(cast.guan).post(address, right).status_code == 409


@pytest.mark.parametrize("number", ["13800138000", "１３８ ００１３ ８０００", "11010519491231002X"])
def test_what_a_batch_publishes_carries_no_personal_numbers(cast: Cast, number: str) -> None:
    said = "这里有手机号或身份证号，公开内容不能有。请删去。"
    cases = [(name, f"请找{number}", said) for name in ("title", "notice", "contact", "rules")]
    assert (
        complaints(as_(cast.guan), reverse("batch_new"), cases, filled={"title": "第四季度", "rules": "公开。"}) == []
    )
    sent = {**STANDING, **guide(("须知", f"问 {number}"))}
    assert said in as_(cast.guan).post(reverse("batch_new"), sent).content.decode()
    batch = world.batch(cast, status="draft", contact=f"科技部 {number}", guide=[{"title": "须知", "text": number}])
    with pytest.raises(Refused, match="“联系方式”、“参赛须知”里有手机号"):
        perform(batch, "open", by=cast.shen)  # an old draft, or a copy of an old batch
