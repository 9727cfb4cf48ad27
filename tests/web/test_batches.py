"""The pages of batches: the public list and page, the proof of the rules; the office's list, form, look and copy."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import calls
import journey
import world
from core import clock
from needs.models import Batch
from people import Cast
from workflow.actions import perform
from wrong_forms import as_, complaints

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    cache.clear()


def page(client: Client, batch: Batch) -> str:
    return client.get(batch.get_absolute_url()).content.decode()


def typed(at: Any) -> str:
    return f"{timezone.localtime(at):%Y-%m-%dT%H:%M}"


# ── for everybody ───────────────────────────────────────────────────────────────
def test_the_list_tells_open_coming_under_way_and_past_apart_by_the_clock(cast: Cast) -> None:
    now = clock.now()
    made = {
        "open": [world.batch(cast, title="常年"), calls.call(cast, title="正在征集的专项")],
        "coming": [calls.call(cast, title="要来的专项", opens_at=now + timedelta(days=3))],
        "running": [calls.call(cast, title="刚截止的专项"), world.batch(cast, title="办结中", status="closed")],
        "past": [world.batch(cast, title="存档的", status="archived")],
    }
    calls.let_the_window_end(made["running"][0])  # no tick has run
    world.batch(cast, title="筹备中的", status="draft")
    answer = Client().get(reverse("batch_list"))
    shown = {key: {row["batch"] for row in rows} for key, _title, _means, rows in answer.context["groups"]}
    assert shown == {key: set(rows) for key, rows in made.items()}
    assert "筹备中的" not in answer.content.decode()


def test_without_batches_the_list_says_what_will_be_there() -> None:
    assert "还没有公布过批次" in Client().get(reverse("batch_list")).content.decode()


def test_a_bidder_reads_everything_a_batch_promises(cast: Cast) -> None:
    ends = clock.now() + timedelta(days=20)
    batch = calls.call(
        cast,
        title="第六届创新挑战赛",
        kind="contest",
        edition=6,
        collects_until=ends,
        mode="fiscal",
        notice="面向全区企业征集难题。",
        guide=[{"title": "参赛须知", "text": "不收任何费用。"}],
        contact="科技创新部 0532-88880000",
        reward_max=5_000_000,
        weights=[{"name": "技术方案与路线", "weight": 60}, {"name": "报价合理性", "weight": 40}],
        screening_days=2,
    )
    need = world.listed(cast, within=batch)
    text = page(Client(), batch)
    for said in (
        "创新挑战赛（第 6 届）", "征集中", typed(ends).replace("T", "（")[:10], "面向全区企业征集难题。", "参赛须知",
        "不收任何费用。", "科技创新部 0532-88880000", "500.00 万元", "技术方案与路线", "60", "各环节时限", "2 个工作日",
        "有财政资金支持", "截止、开启之前任何人看不到方案", batch.frozen_hash, "sha256sum", need.title, need.number,
        "规则数据（JSON）",
    ):  # fmt: skip
        assert said in text, said
    for kept in ("复制为新批次", "办理记录", "修改批次", "结束批次"):
        assert kept not in text
    labels = [str(step.label) for step in Client().get(batch.get_absolute_url()).context["line"]]
    assert labels == ["公布规则", "征集开始", "征集截止", "最迟批准", "结束", "归档"]


def test_anybody_can_check_the_fingerprint_of_the_rules(cast: Cast) -> None:
    batch = calls.call(cast)
    answer = Client().get(reverse("batch_rules", args=[batch.pk]))
    assert hashlib.sha256(answer.content).hexdigest() == batch.frozen_hash
    assert answer["Content-Disposition"].startswith("attachment")


def test_an_archived_batch_stays_public_and_offers_nothing(cast: Cast) -> None:
    batch = world.batch(cast, status="archived", title="往期")
    assert "已归档" in page(Client(), batch)
    assert "提交需求" not in page(Client(), batch)


def test_the_pages_people_come_from_lead_to_the_batches(cast: Cast) -> None:
    need = world.listed(cast)
    assert need.batch.get_absolute_url() in Client().get(need.public_url).content.decode()
    for name in ("home", "how_to", "listing_list"):
        assert reverse("batch_list") in Client().get(reverse(name)).content.decode(), name


# ── at the office ───────────────────────────────────────────────────────────────
def test_the_office_narrows_its_batches_by_kind_and_state_and_counts_them(cast: Cast) -> None:
    world.batch(cast), world.batch(cast, status="draft"), calls.call(cast), calls.call(cast, opens_at=None)
    client = as_(cast.guan)
    everything = client.get(reverse("office_batches"))
    assert {key: n for key, _label, n in everything.context["tabs"] if n} == {"": 4, "open": 3, "draft": 1}
    shown = client.get(reverse("office_batches"), {"kind": "call", "status": "open"})
    assert len(shown.context["rows"]) == 2
    assert {key: n for key, _label, n in shown.context["tabs"] if n} == {"": 2, "open": 2}
    assert "没有符合条件的批次" in client.get(reverse("office_batches"), {"kind": "contest"}).content.decode()
    assert len(client.get(reverse("office_batches"), {"kind": "x", "status": "y"}).context["rows"]) == 4


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
    "window": "30 天", "window_min": "15 天", "window_max": "60 天", "screening_days": "3", "approval_days": "10",
    "opening_days": "1", "answer_days": "10", "signing_days": "30", "rules": "公开。", "weights_text": "方案 100",
}  # fmt: skip


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
    sent = {**FORM, "kind": "standing", "edition": "", "title": "改名"}
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
    sent = {**FORM, "kind": "standing", "edition": "", "title": "迟到的改名"}
    answer = as_(cast.guan).post(reverse("batch_edit", args=[batch.pk]), sent)
    assert answer.status_code == 409
    assert "规则冻结" in answer.content.decode()
    assert "迟到的改名" in answer.content.decode()


def test_defaults_that_are_only_usual_are_called_so(cast: Cast) -> None:
    text = as_(cast.guan).get(reverse("batch_new")).content.decode()
    assert "默认值 3 个工作日" in text
    assert "默认值 30 天" in text
    assert "技术方案与路线 30" in text


def test_before_it_opens_the_writers_see_what_the_enterprises_will_see(cast: Cast) -> None:
    batch = world.batch(cast, status="draft", notice="草拟的通知")
    for user in (cast.guan, cast.shen):
        text = as_(user).get(reverse("batch_preview", args=[batch.pk])).content.decode()
        assert "草拟的通知" in text
        assert "公布后，企业和团队看到的就是下面这样" in text
        assert "公布批次" not in text
    assert as_(cast.alice).get(reverse("batch_preview", args=[batch.pk])).status_code == 403


def test_a_copy_opens_in_the_form(cast: Cast) -> None:
    batch = calls.call(cast, title="第六届创新挑战赛", kind="contest", edition=6)
    answer = as_(cast.guan).post(reverse("batch_clone", args=[batch.pk]), follow=True)
    copy = Batch.objects.exclude(pk=batch.pk).get()
    assert answer.redirect_chain == [(reverse("batch_edit", args=[copy.pk]), 302)]
    assert "第七届创新挑战赛" in answer.content.decode()
    assert "由已有批次复制" in page(as_(cast.guan), copy)


def test_an_enterprise_chooses_among_the_batches_that_take_needs(cast: Cast) -> None:
    ended, coming = calls.call(cast), calls.call(cast, opens_at=clock.now() + timedelta(days=2))
    calls.let_the_window_end(ended)
    standing = journey.batch(cast)
    answer = as_(cast.alice).get(reverse("enterprise_need_new"))
    assert set(answer.context["batches"]) == {standing, coming}
    assert answer.context["form"].initial["batch"] == standing  # what takes needs now is proposed first
    assert typed(coming.collects_until).replace("T", " ") in answer.content.decode()
