"""The desk's pages: the checklist on the need's page, what has changed since the last time, who has the case."""

import re
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

import diagnosing
import world
from audit.models import Event
from diagnoses.actions import give_credit
from diagnoses.codes import Item
from diagnoses.models import Check, Credit
from forms_on_page import Page
from needs.models import Need
from people import Cast
from workflow.actions import perform
from wrong_forms import as_

pytestmark = pytest.mark.django_db
NOTE = "“防腐性能强”没有数值，请写成盐雾小时数。"


@pytest.fixture
def need(cast: Cast) -> Need:
    return diagnosing.submitted(cast)


def text_of(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def ticks(**changes: str) -> dict[str, str]:
    return {**{item.value: "met" for item in Item}, **changes}


def send(client: Client, need: Need, then: str, **typed: str) -> Any:
    return client.post(reverse("need_screening", args=[need.pk]), {**typed, "then": then})


def test_the_list_is_ticked_on_the_needs_page_and_passes_it(cast: Cast, need: Need) -> None:
    guan = as_(cast.guan)
    page = Page(need.get_absolute_url(), text_of(guan, need.get_absolute_url()))
    form = page.form_with("indicators")
    assert form.action == reverse("need_screening", args=[need.pk])
    answer = send(guan, need, "screen", **ticks())
    assert answer.status_code == 302
    need.refresh_from_db()
    assert (need.status, need.handler, need.screened_by) == ("screened", cast.guan, cast.guan)


def test_what_is_still_open_is_kept_and_said(cast: Cast, need: Need) -> None:
    guan = as_(cast.guan)
    answer = guan.post(reverse("need_screening", args=[need.pk]), {"unit": "met", "then": "screen"}, follow=True)
    assert "还不能通过：清单还有没填的：属于技术需求" in answer.content.decode()
    assert Check.objects.get().item == "unit"


def test_not_met_without_a_word_gets_a_sentence_at_its_line_and_keeps_the_ticks(cast: Cast, need: Need) -> None:
    answer = send(as_(cast.guan), need, "screen", **ticks(indicators="unmet"))
    assert answer.status_code == 422
    page = Page("", answer.content.decode())
    assert "请写明哪里不符合" in page.errors["check-indicators-note_error"]
    assert page.summary["#check-indicators-note"].startswith("指标可检测的说明"), "which of the eight"
    assert page.form_with("unit").controls["unit"].values == ["met"]
    assert not Check.objects.exists()


def test_the_return_is_written_by_what_is_not_met(cast: Cast, need: Need) -> None:
    guan = as_(cast.guan)
    answer = send(guan, need, "return", **ticks(indicators="unmet", **{"indicators-note": NOTE}))
    assert answer["Location"] == reverse("move", args=["need", need.pk, "return"])
    form = Page(answer["Location"], text_of(guan, answer["Location"])).form_with("reason")
    assert form.controls["reason"].values == [f"指标可检测：{NOTE}"]
    assert form.data()["code"] == "indicators"
    guan.post(form.action, form.data())
    assert NOTE in text_of(as_(cast.alice), need.get_absolute_url())


def test_the_approver_reads_the_list_and_the_enterprise_does_not(cast: Cast, need: Need) -> None:
    world.screen(need, cast)
    for reader in (cast.shen, cast.ji, cast.gao):
        assert "形式审查清单" in text_of(as_(reader), need.get_absolute_url())
    assert "形式审查清单" not in text_of(as_(cast.alice), need.get_absolute_url())


def test_a_colleagues_case_is_read_and_not_ticked(cast: Cast, need: Need) -> None:
    perform(need, "take", by=cast.guan)
    gao = as_(cast.gao)
    shown = text_of(gao, need.get_absolute_url())
    assert "本件由管经办经办" in shown
    assert "check-unit" not in shown
    answer = send(gao, need, "screen", **ticks())
    assert (answer.status_code, Check.objects.count()) == (409, 0)


def test_what_was_changed_since_the_last_submission_is_counted_and_one_click_away(cast: Cast, need: Need) -> None:
    perform(need, "return", by=cast.guan, data=world.REASON)
    need.problem, need.period_months = "焊缝旁 5 mm 内开裂。", 9
    world.save_need(need, by=cast.alice)
    perform(need, "submit", by=cast.alice)
    shown = text_of(as_(cast.guan), need.get_absolute_url())
    assert "与上次提交相比改了 2 处。" in shown
    assert f"上次退回时要求：{world.REASON['reason']}" in shown
    assert reverse("need_versions", args=[need.pk]) in shown
    assert "与上次提交相比" not in text_of(as_(cast.alice), need.get_absolute_url())


def test_the_list_of_needs_is_narrowed_by_who_has_the_case(cast: Cast) -> None:
    batch = world.batch(cast)
    mine, free = (diagnosing.submitted(cast, within=batch, title=title) for title in ("我的事", "没人办"))
    perform(mine, "take", by=cast.guan)
    guan, address = as_(cast.guan), reverse("office_needs")
    for who, found in (("mine", [mine]), ("nobody", [free]), (str(cast.gao.pk), []), ("", [mine, free])):
        rows = guan.get(f"{address}?handler={who}").context["page"].object_list
        assert set(rows) == set(found), who
    shown = text_of(guan, address)
    assert "管经办" in shown
    assert "还没有人经办" in shown


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_need_and_for_three(
    cast: Cast, rows: int, django_assert_max_num_queries: Any
) -> None:
    batch = world.batch(cast)
    for n in range(rows):
        diagnosing.offered(cast, diagnosing.submitted(cast, within=batch, title=f"需求 {n}"))
    guan = as_(cast.guan)
    with django_assert_max_num_queries(12):
        guan.get(reverse("office_needs"))


def test_a_case_is_given_to_an_agency_and_goes_back_to_its_enterprise_in_one_step(cast: Cast, need: Need) -> None:
    cast.yun  # noqa: B018 - the first mention makes her agency
    guan, address = as_(cast.guan), f"{reverse('need_assign', args=[need.pk])}?duty=diagnosis"
    form = Page(address, text_of(guan, address)).form_with("to")
    assert form.data()["back"]
    sent = form.data(to=f"agency:{cast.agency.pk}", task="到车间看开裂部位。", days="7")
    guan.post(address, sent)
    need.refresh_from_db()
    given = need.assignments.get()
    assert (need.status, given.status, given.days, given.agency) == ("returned", "offered", 7, cast.agency)
    shown = text_of(as_(cast.alice), need.get_absolute_url())
    assert "转入需求诊断" in shown
    assert "已请海岳技术转移有限公司诊断，等其接受" in shown


def test_nothing_half_filled_is_given_away(cast: Cast, need: Need) -> None:
    address = f"{reverse('need_assign', args=[need.pk])}?duty=diagnosis"
    answer = as_(cast.guan).post(address, {"to": "", "task": "", "days": "零"})
    assert answer.status_code == 422
    for sentence in ("请选择服务机构或经办。", "请写明要弄清什么。", "请填写整数天，例如 5。"):
        assert sentence in answer.content.decode()


def test_who_brought_a_need_is_said_by_the_enterprise_once_and_changed_by_an_officer_with_a_reason(cast: Cast) -> None:
    cast.yun  # noqa: B018
    batch = world.batch(cast)
    alice = as_(cast.alice)
    assert "谁介绍您来的" in text_of(alice, reverse("enterprise_need_new"))
    alice.post(reverse("enterprise_need_new"), {"title": "新的需求", "batch": batch.pk, "met": cast.agency.pk})
    assert Credit.objects.get().agency == cast.agency
    need = diagnosing.submitted(cast, within=batch)
    guan, address = as_(cast.guan), reverse("need_credit", args=[need.pk])
    answer = guan.post(address, {"to": f"officer:{cast.gao.pk}", "reason": ""})
    assert (answer.status_code, "请写明依据" in answer.content.decode()) == (422, True)
    guan.post(address, {"to": f"officer:{cast.gao.pk}", "reason": "10 月走访记录"})
    assert need.credit.officer == cast.gao
    guan.post(address, {"to": f"agency:{cast.agency.pk}", "reason": "推荐函"})
    assert Credit.objects.get(need=need).agency == cast.agency
    assert Event.objects.filter(action="need.credit", stream=need.audit_stream).count() == 2
    assert "10 月走访记录" not in text_of(alice, need.get_absolute_url())


def test_every_figure_of_the_credit_ledger_opens_the_needs_it_counts(cast: Cast) -> None:
    given = diagnosing.done(cast)
    listed = world.listed(cast, title="已发榜的需求")
    for need in (listed, given.need):
        give_credit(need, agency=cast.agency, reason="走访", by=cast.guan)
    guan, address = as_(cast.guan), reverse("office_credits")
    rows = guan.get(address).context["rows"]
    assert [(row.name, [n for _what, _label, n in row.figures]) for row in rows] == [(cast.agency.name, [2, 1, 1, 0])]
    links = re.findall(r'href="(/office/ledgers/credits/needs/[^"]+)">(\d+)<', text_of(guan, address))
    assert len(links) == 3
    for href, count in links:
        page = guan.get(href.replace("&amp;", "&")).context["page"]
        assert page.paginator.count == int(count)


def test_the_credit_ledger_is_taken_away_as_excel(cast: Cast) -> None:
    diagnosing.done(cast)
    answer = as_(cast.guan).post(reverse("office_credits"))
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).worksheets[0]
    values = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert ["单位或人员", "类别", "带来需求", "诊断需求", "已发榜", "已签约"] in values
    assert [cast.agency.name, "服务机构", 0, 1, 0, 0] in values
    assert Event.objects.filter(action="report.export", detail__kind="ledger.credits").exists()
