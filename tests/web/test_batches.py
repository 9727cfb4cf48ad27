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
from wrong_forms import as_

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
