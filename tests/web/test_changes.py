"""Amending, extending and taking down by their pages; what everybody reads of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

import life
import world
from changes.models import Change
from core import clock
from forms_on_page import Page
from needs.additions import Question, as_json
from needs.models import Need
from people import Cast
from workflow.actions import perform
from wrong_forms import as_

pytestmark = pytest.mark.django_db


def text(answer: Any) -> str:
    return str(answer.content.decode())


def form_of(client: Client, page: str, field: str) -> Any:
    return Page(page, text(client.get(page))).form_with(field)


def amend_page(need: Need) -> str:
    return reverse("need_change", args=[need.pk, "amend"])


def public(need: Need, name: str = "listing") -> str:
    return text(Client().get(reverse(name, args=[need.number])))


def test_the_form_carries_the_listing_and_sends_what_was_changed(cast: Cast) -> None:
    need, alice = world.listed(cast), as_(cast.alice)
    form = form_of(alice, amend_page(need), "problem")
    sent = form.data(reason="补充了低温工况，原文漏写。", **{"indicators-0-value": "30"})
    answer = alice.post(form.action, sent)
    change = Change.objects.get()
    assert answer["Location"] == change.get_absolute_url()
    assert [found.label for found in change.differences] == ["指标：拉伸强度"]
    shown = text(alice.get(change.get_absolute_url()))
    assert "硬指标有变" in shown
    assert "<ins>30</ins>" in shown


def test_the_batchs_own_public_answers_are_amended_with_the_rest(cast: Cast) -> None:
    asked = [Question("qchain", "所属产业链"), Question("qwhom", "希望对接的单位", public=False)]
    batch = world.batch(cast, additions=as_json(asked))
    need, alice = world.listed(cast, within=batch, answers={"qchain": "新材料", "qwhom": "某大学"}), as_(cast.alice)
    form = form_of(alice, amend_page(need), "answer-qchain")
    assert "answer-qwhom" not in text(alice.get(amend_page(need)))
    empty = alice.post(form.action, form.data(reason="产业链填错了，应为高端装备。", **{"answer-qchain": ""}))
    assert (empty.status_code, "产业链填错了，应为高端装备。" in text(empty)) == (422, True)
    sent = {"answer-qchain": "高端装备", "answer-qwhom": "x"}
    alice.post(form.action, form.data(reason="产业链填错了，应为高端装备。", **sent))
    change = Change.objects.get()
    assert "高端装备" in text(alice.get(change.get_absolute_url()))
    life.approved(cast, change)
    need.refresh_from_db()
    assert need.answers == {"qchain": "高端装备", "qwhom": "某大学"}
    assert "高端装备" in public(need)


def test_sent_unchanged_it_is_refused_with_a_sentence_and_nothing_typed_is_lost(cast: Cast) -> None:
    need, alice = world.listed(cast), as_(cast.alice)
    form = form_of(alice, amend_page(need), "problem")
    answer = alice.post(form.action, form.data(reason="补充了低温工况，原文漏写。"))
    assert answer.status_code == 409
    assert "内容没有改动" in text(answer)
    assert "补充了低温工况，原文漏写。" in text(answer)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reason": "太短"}, "说明太短"),
        ({"reason": "补充了低温工况，详情请打 13800138000。"}, "这里有手机号或身份证号，公开内容不能有。请删去。"),
        ({"problem": "", "reason": "补充了低温工况，原文漏写。"}, "请写要解决的技术难题。"),
        ({"indicators-0-value": "很强", "reason": "补充了低温工况，原文漏写。"}, "不是数值"),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_comes_back(cast: Cast, changes: dict[str, str], sentence: str) -> None:
    need, alice = world.listed(cast), as_(cast.alice)
    form = form_of(alice, amend_page(need), "problem")
    answer = alice.post(form.action, form.data(title="改过的名称", **changes))
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert "改过的名称" in text(answer)
    assert not Change.objects.exists()


def test_a_form_drawn_from_an_older_wording_is_stale_once(cast: Cast) -> None:
    need, alice = world.listed(cast), as_(cast.alice)
    form = form_of(alice, amend_page(need), "problem")
    life.amend(cast, need)
    sent = form.data(goal="形成低温喷涂工艺。", reason="补充了低温工况，原文漏写。")
    answer = alice.post(form.action, sent)
    assert answer.status_code == 409
    assert "再提交一次就以您写的为准" in text(answer)
    again = Page(form.action, text(answer)).form_with("problem")
    assert alice.post(form.action, again.data()).status_code == 302


def test_everybody_reads_what_changed_and_why(cast: Cast) -> None:
    need = world.listed(cast)
    assert "更正" not in public(need).split("<main")[1].split("技术指标")[0]
    assert "没有更正，也没有延期" in public(need, "listing_changes")
    first = life.amend(cast, need, rows=life.harder(need))
    need.refresh_from_db()
    life.extend(cast, need, days=3)
    assert "更正 1 次" in public(need)
    assert "延期 1 次" in public(need)
    record = public(need, "listing_changes")
    assert first.reason in record
    assert "<ins>30</ins>" in record
    assert "揭榜截止时间由" in record
    notices = text(Client().get(reverse("notice_list")))
    assert "更正公告" in notices
    assert "延期公告" in notices
    for name in (cast.alice.name, cast.guan.name, cast.ling.name):
        assert name not in record


def test_what_waits_or_was_refused_is_not_public(cast: Cast) -> None:
    need = world.listed(cast)
    change = life.amendment(cast, need, title="尚未公开的名称")
    for page in (public(need), public(need, "listing_changes")):
        assert "尚未公开的名称" not in page
    assert as_(cast.charlie).get(change.get_absolute_url()).status_code == 404
    perform(change, "refuse", by=cast.shen, data={"reason": "更正内容与原榜单无关，请另行申报。"})
    assert "更正内容与原榜单无关" in text(as_(cast.alice).get(change.get_absolute_url()))
    assert "更正内容与原榜单无关" not in public(need)


def test_an_extension_by_its_page_and_its_limits(cast: Cast) -> None:
    need, guan = world.listed(cast), as_(cast.guan)
    page = reverse("need_change", args=[need.pk, "extend"])
    for at, sentence in (
        (need.bid_deadline - timedelta(days=1), "须晚于现在的截止时间"),
        (clock.now() + timedelta(days=80), "超过了本批次揭榜期的上限"),
    ):
        sent = {"new_deadline": f"{at.astimezone(clock.BEIJING):%Y-%m-%dT%H:%M}", "reason": "多家团队反映样品周期长。"}
        answer = guan.post(page, sent)
        assert answer.status_code == 422
        assert sentence in text(answer)
    later = (need.bid_deadline + timedelta(days=5)).astimezone(clock.BEIJING)
    guan.post(page, {"new_deadline": f"{later:%Y-%m-%dT%H:%M}", "reason": "多家团队反映样品周期长，延期。"})
    change = Change.objects.get()
    as_(cast.ling).post(reverse("move", args=["change", change.pk, "approve"]))
    need.refresh_from_db()
    assert f"{need.bid_deadline.astimezone(clock.BEIJING):%Y%m%d%H%M}" == f"{later:%Y%m%d%H%M}"
    assert f"{need.bid_deadline:%Y%m%dT%H%M}" in text(Client().get(reverse("listing_deadlines")))


def test_a_take_down_is_asked_for_and_its_reason_stands_on_the_listing(cast: Cast) -> None:
    need, alice = world.listed(cast), as_(cast.alice)
    page = reverse("need_change", args=[need.pk, "take_down"])
    assert alice.post(page, {"reason": "企业经营计划调整，本项暂缓。"}).status_code == 422
    alice.post(page, {"code": "plan", "reason": "企业经营计划调整，本项暂缓。"})
    as_(cast.ling).post(reverse("move", args=["change", Change.objects.get().pk, "approve"]))
    assert "已撤榜" in public(need)
    assert "企业经营计划调整，本项暂缓。" in public(need)


def test_the_team_confirms_from_the_page_of_its_bid_and_keeps_a_receipt(cast: Cast) -> None:
    need = world.listed(cast)
    bid = world.bid(cast, need)
    life.amend(cast, need)
    tao = as_(cast.tao)
    assert "榜单有更正，请在截止前确认。" in text(tao.get(bid.get_absolute_url()))
    tao.post(reverse("move", args=["proposal", bid.pk, "confirm"]))
    shown = text(tao.get(bid.get_absolute_url()))
    assert "榜单有更正，请在截止前确认。" not in shown
    kept = reverse("proposal_confirmation", args=[bid.pk, bid.confirmations.get().pk])
    assert kept in shown
    assert tao.get(kept).json()["format"] == "jiebang.confirmation/1"
    assert as_(cast.rui).get(kept).status_code == 404


def test_the_chooser_sees_which_bid_did_not_confirm(cast: Cast) -> None:
    need = world.listed(cast)
    world.bid(cast, need)
    other = world.bid(cast, need, team=cast.rival_team, by=cast.rui)
    life.amend(cast, need)
    perform(other, "confirm", by=cast.rui)
    need.refresh_from_db()
    world.open_bids(need, cast)
    assert text(as_(cast.alice).get(reverse("need_compare", args=[need.pk]))).count("未确认更正") == 1


def test_the_page_of_the_need_says_what_may_be_asked_and_what_waits(cast: Cast) -> None:
    need = world.listed(cast)
    page = need.get_absolute_url()
    assert amend_page(need) in text(as_(cast.alice).get(page))
    assert amend_page(need) in text(as_(cast.guan).get(page))
    assert amend_page(need) not in text(as_(cast.shen).get(page))
    change = life.amendment(cast, need)
    assert "申请：待审批" in text(as_(cast.shen).get(page))
    assert change.get_absolute_url() in text(as_(cast.shen).get(page))
    assert amend_page(need) not in text(as_(cast.alice).get(page))
    assert as_(cast.alice).get(amend_page(need))["Location"] == change.get_absolute_url()
    assert "变更申请" in text(as_(cast.shen).get(reverse("office_todo")))
