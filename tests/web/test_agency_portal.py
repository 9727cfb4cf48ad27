"""The agency at work: its desk, the case it has accepted, the log, the rewrite, and what the others see of it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

import diagnosing
from core import clock
from diagnoses.models import Entry, Rewrite
from forms_on_page import Page
from needs.models import Need
from people import Cast
from workflow.actions import perform
from wrong_forms import as_

pytestmark = pytest.mark.django_db


def text_of(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_an_agencys_people_arrive_at_their_own_desk(cast: Cast) -> None:
    given = diagnosing.offered(cast)
    yun = as_(cast.yun)
    assert yun.get(reverse("start"), follow=True).redirect_chain[-1][0] == reverse("agency_home")
    page = yun.get(reverse("agency_home"))
    assert [row.obj for row in page.context["offered"]] == [given]
    assert "服务机构工作台" in page.content.decode()


def test_before_it_accepts_it_reads_the_task_and_not_the_need(cast: Cast) -> None:
    given = diagnosing.offered(cast)
    yun = as_(cast.yun)
    shown = text_of(yun, given.get_absolute_url())
    assert diagnosing.TASK in shown
    assert "接受之后可以看需求全文" in shown
    assert "张工" not in shown
    assert yun.get(given.need.get_absolute_url()).status_code == 404
    yun.post(reverse("move", args=["assignment", given.pk, "accept"]))
    assert "内部配方代号" in text_of(yun, given.need.get_absolute_url())
    assert "张工" in text_of(yun, given.get_absolute_url())


def test_after_the_end_its_own_work_stays_and_the_need_is_closed(cast: Cast) -> None:
    given = diagnosing.done(cast)
    yun = as_(cast.yun)
    shown = text_of(yun, given.get_absolute_url())
    assert "三块样板都在焊缝旁" in shown
    assert "不再对贵机构开放" in shown
    assert "13800000000" not in shown
    assert yun.get(given.need.get_absolute_url()).status_code == 404


def test_an_entry_is_written_on_the_page_and_wrong_ones_come_back(cast: Cast) -> None:
    given = diagnosing.accepted(cast)
    yun, address = as_(cast.yun), reverse("assignment_log", args=[given.pk])
    answer = yun.post(address, {"on": "2099-01-01", "how": "", "found": "在焊缝旁开裂"})
    page = Page(address, answer.content.decode())
    assert answer.status_code == 422
    assert "今天或以前" in page.errors["id_on_error"]
    assert page.form_with("found").controls["found"].values == ["在焊缝旁开裂"]
    yun.post(address, {"on": f"{clock.today()}", "how": "call", "found": "在焊缝旁开裂", "next_step": ""})
    assert Entry.objects.get().written_by == cast.yun
    for reader in (cast.alice, cast.guan, cast.ji):
        assert "在焊缝旁开裂" in text_of(as_(reader), given.get_absolute_url())


def test_why_an_agency_declined_is_the_zones_to_know(cast: Cast) -> None:
    given = diagnosing.offered(cast)
    perform(given, "decline", by=cast.yun, data=diagnosing.DECLINE)
    said = diagnosing.DECLINE["reason"]
    for address in (given.get_absolute_url(), given.need.get_absolute_url()):
        assert said not in text_of(as_(cast.alice), address)
        assert said in text_of(as_(cast.guan), address)


def test_words_are_proposed_in_the_fields_of_the_need(cast: Cast) -> None:
    given = diagnosing.accepted(cast)
    yun, address = as_(cast.yun), reverse("need_rewrite", args=[given.need_id])
    form = Page(address, text_of(yun, address)).form_with("problem")
    assert form.controls["problem"].values == [given.need.problem]
    unchanged = yun.post(address, form.data(reason="把指标写实。"))
    assert (unchanged.status_code, "还没有改动任何内容" in unchanged.content.decode()) == (409, True)
    wrong = yun.post(address, form.data(problem="焊缝旁开裂", period_months="一年", reason=""))
    assert wrong.status_code == 422
    assert "期望周期请填写整数月" in wrong.content.decode()
    assert "焊缝旁开裂" in wrong.content.decode()
    yun.post(address, form.data(problem="焊缝旁开裂", reason="把指标写实。", **{"indicators-0-value": "28"}))
    made = Rewrite.objects.get()
    assert [line.field for line in made.lines.all()] == ["problem", "indicator:拉伸强度"]


@pytest.fixture
def proposed(cast: Cast) -> Rewrite:
    return diagnosing.rewrite(cast)


def test_the_enterprise_finds_the_proposal_and_answers_line_by_line(cast: Cast, proposed: Rewrite) -> None:
    alice, address = as_(cast.alice), proposed.get_absolute_url()
    assert "有一份改写建议等您答复" in text_of(alice, proposed.need.get_absolute_url())
    led = alice.get(proposed.need.get_absolute_url()).context["offers"]
    assert [offer.url for offer in led if offer.transition.style == "primary"] == [address]
    form = Page(address, text_of(alice, address)).form_with(str(proposed.lines.first().pk))
    half = alice.post(address, {str(proposed.lines.first().pk): "accepted"})
    assert (half.status_code, "请选择采纳或不采纳" in half.content.decode()) == (422, True)
    answers = {str(pk): one for pk, one in diagnosing.answers(proposed, "problem").items()}
    answer = alice.post(address, {**form.data(), **answers}, follow=True)
    assert "已采纳 3 处，写进了需求。" in answer.content.decode()
    need = Need.objects.get(pk=proposed.need_id)
    assert (need.status, "焊缝旁" in need.problem) == ("returned", False)


def test_all_of_it_is_taken_with_one_button(cast: Cast, proposed: Rewrite) -> None:
    as_(cast.alice).post(proposed.get_absolute_url(), {"all": "accepted"})
    proposed.refresh_from_db()
    assert (proposed.status, proposed.lines.filter(decision="accepted").count()) == ("settled", 4)


def test_an_answer_that_comes_too_late_is_told_so(cast: Cast, proposed: Rewrite) -> None:
    perform(proposed, "withdraw", by=cast.yun)
    answer = as_(cast.alice).post(proposed.get_absolute_url(), {"all": "accepted"})
    assert answer.status_code == 409
    assert "不用再答复" in answer.content.decode()


def test_nobody_else_answers_or_even_finds_it(cast: Cast, proposed: Rewrite) -> None:
    for who, status in (("yun", 403), ("guan", 403), ("charlie", 404), ("tao", 404)):
        answer = as_(getattr(cast, who)).post(proposed.get_absolute_url(), {"all": "accepted"})
        assert answer.status_code == status, who


def test_who_belongs_to_no_agency_is_told_what_this_desk_is(cast: Cast) -> None:
    assert "您所在的单位不是服务机构" in text_of(as_(cast.alice), reverse("agency_home"))


def test_the_list_of_assignments_is_searched(cast: Cast) -> None:
    given: Any = diagnosing.accepted(cast)
    yun, address = as_(cast.yun), reverse("agency_assignments")
    for query, n in (("", 1), ("?q=弹性体", 1), ("?q=没有", 0), ("?status=accepted", 1), ("?status=done", 0)):
        assert yun.get(address + query).context["page"].paginator.count == n, query
    assert given.need.title in text_of(yun, address)
