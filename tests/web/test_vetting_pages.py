"""The pages of the formal check: what the officer fills in, what the team is told, what the enterprise reads."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

import insider
import world
from makers import MAKERS
from needs.models import Need
from people import Cast
from proposals.models import Vetting
from proposals.vetting_moves import mark
from workflow.actions import perform
from workflow.tasks import tick

pytestmark = pytest.mark.django_db


@pytest.fixture
def need(cast: Cast) -> Need:
    listed = world.listed(cast, within=world.batch(cast, vetting=True))
    world.bid(cast, listed)
    world.bid(cast, listed, team=cast.rival_team, by=cast.rui, price="520000.00")
    world.open_bids(listed, cast)
    return listed


def of(need: Need, team: Any) -> Vetting:
    return Vetting.objects.get(proposal__need=need, proposal__team=team)


def read(user: Any, name: str, *args: Any) -> Any:
    client = Client()
    client.force_login(user)
    return client.get(reverse(name, args=args))


def send(user: Any, row: Vetting, **given: str) -> Any:
    client = Client()
    client.force_login(user)
    return client.post(reverse("vetting", args=[row.pk]), given)


def as_found(row: Vetting) -> dict[str, str]:
    from proposals.vetting_facts import findings

    return {one.item.value: one.verdict for one in findings(row) if one.verdict}


def test_the_officer_saves_and_passes_in_one_breath(cast: Cast, need: Need) -> None:
    row = of(need, cast.team)
    page = read(cast.guan, "vetting", row.pk).content.decode()
    assert "没有单位同时出现在两份方案里" in page
    assert "48.00" in page
    answer = send(cast.guan, row, **as_found(row), papers="met", signature="na", then="pass")
    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.status == "passed"
    assert set(row.marks) == {"papers", "signature"}, "what the platform found is not written down as a person's"


def test_a_mark_without_its_grounds_comes_back_with_everything_typed(cast: Cast, need: Need) -> None:
    row = of(need, cast.team)
    answer = send(cast.guan, row, **{**as_found(row), "sums": "unmet"}, papers="met", then="save")
    page = answer.content.decode()
    assert answer.status_code == 422
    summary = page[page.index('class="errors"') : page.index("</ul>", page.index('class="errors"'))]
    assert "金额勾稽一致的依据" in summary, "which of the twelve"
    assert "请写明依据，揭榜方会看到。" in summary
    row.refresh_from_db()
    assert row.marks == {}


def test_what_is_lacking_leads_to_the_form_that_asks_for_it_with_its_words_there(cast: Cast, need: Need) -> None:
    row = of(need, cast.team)
    given = {**as_found(row), "papers": "unmet", "papers-note": "缺检测报告原件", "signature": "met", "then": "correct"}
    answer = send(cast.guan, row, **given)
    assert answer.url == reverse("move", args=["vetting", row.pk, "correct"])
    client = Client()
    client.force_login(cast.guan)
    assert "证明材料齐全：缺检测报告原件" in client.get(answer.url).content.decode()


@pytest.mark.parametrize(
    ("then", "marks", "why"),
    [
        ("correct", {}, "请先把要补正的项目选为“不符合”并写明依据。"),
        ("refuse", {}, "请先把不通过所依据的项目选为“不符合”并写明依据。"),
        ("correct", {"sums": "unmet", "sums-note": "合计不等于报价"}, "内容、报价和密封的原件不能补。"),
    ],
    ids=["nothing to put right", "nothing to refuse for", "nothing that a paper could put right"],
)
def test_a_way_that_cannot_be_gone_yet_stays_on_the_list_and_keeps_what_was_ticked(
    cast: Cast, need: Need, then: str, marks: dict[str, str], why: str
) -> None:
    row = of(need, cast.team)
    client = Client()
    client.force_login(cast.guan)
    given = {**as_found(row), "papers": "met", "signature": "met", "then": then, **marks}
    page = client.post(reverse("vetting", args=[row.pk]), given, follow=True)
    assert page.redirect_chain == [(row.get_absolute_url(), 302)]
    assert "审查表已保存。" in page.content.decode()
    assert why in page.content.decode()
    row.refresh_from_db()
    assert set(row.marks) == {"papers", "signature", *(["sums"] if marks else [])}


def test_whether_papers_were_asked_for_is_for_a_person_to_say(cast: Cast, need: Need) -> None:
    """The rules of a batch are prose, and may ask for them: the platform does not tick what it cannot know."""
    row = of(need, cast.team)
    page = read(cast.guan, "vetting", row.pk).content.decode()
    assert "批次规则要求证明材料的，请核对附件" in page
    assert "papers" not in as_found(row)


@pytest.mark.parametrize(("status", "looks"), [("passed", "tag-now"), ("failed", "tag-off")])
def test_a_good_end_looks_like_one_and_a_refusal_does_not(cast: Cast, status: str, looks: str) -> None:
    row = MAKERS["vetting"][status](cast)
    page = read(cast.guan, "vetting", row.pk).content.decode()
    [tag] = re.findall(
        rf'<span class="(tag[^"]*)"[^>]*>((?:(?!</span>).)*{row.get_status_display()}\s*)</span>', page, re.S
    )
    assert tag[0] == f"tag {looks}"
    assert ("#check" in tag[1]) == (status == "passed")


def test_only_the_officer_writes_and_only_those_concerned_read(cast: Cast, need: Need) -> None:
    row = of(need, cast.team)
    for who in (cast.alice, cast.rui, cast.charlie):
        assert read(who, "vetting", row.pk).status_code == 404
    for who in (cast.tao, cast.shen, cast.ji):
        assert read(who, "vetting", row.pk).status_code == 200
        assert send(who, row, papers="met").status_code == 403
    assert "没有单位同时出现在两份方案里" not in read(cast.tao, "vetting", row.pk).content.decode()


def test_the_enterprise_sees_who_did_not_pass_and_why_and_nothing_of_their_content(cast: Cast, need: Need) -> None:
    assert read(cast.alice, "need_compare", need.pk).status_code == 302
    failing, other = of(need, cast.rival_team), of(need, cast.team)
    mark(failing, {"papers": ("unmet", "缺原件"), "signature": ("met", "")}, by=cast.guan)
    perform(failing, "refuse", by=cast.guan, data={"code": "papers", "sentence": "第三方检测报告没有提交原件。"})
    insider.execute("UPDATE proposals_vetting SET due_at = now() - interval '1 minute' WHERE id = %s", failing.pk)
    tick()
    world.vet(need, cast)
    assert need.status == "opened"
    page = read(cast.alice, "need_compare", need.pk).content.decode()
    assert "未通过形式审查的方案" in page
    assert cast.rival_team.name in page
    assert "第三方检测报告没有提交原件。" in page
    assert "52.00" not in page
    assert read(cast.alice, "proposal", failing.proposal_id).status_code == 404
    seen = read(cast.alice, "vetting", failing.pk).content.decode()
    assert "第三方检测报告没有提交原件。" in seen
    assert "52.00" not in seen
    assert "没有单位同时出现" not in seen
    assert read(cast.alice, "vetting", other.pk).status_code == 200
    told = read(cast.rui, "proposal", failing.proposal_id).content.decode()
    assert "第三方检测报告没有提交原件。" in told


def test_the_record_gives_the_reason_in_words(cast: Cast, need: Need) -> None:
    row = of(need, cast.team)
    mark(row, {"papers": ("met", ""), "signature": ("unmet", "没有盖章")}, by=cast.guan)
    perform(row, "refuse", by=cast.guan, data={"code": "signature", "sentence": "申请书没有加盖单位公章。"})
    page = read(cast.guan, "vetting", row.pk).content.decode()
    assert "原因：签章有效" in page
    assert "原因：signature" not in page


def test_the_listing_says_that_the_form_is_being_checked_and_not_who_bid(cast: Cast, need: Need) -> None:
    page = Client().get(reverse("listing", args=[need.number])).content.decode()
    assert "管委会正在审查形式" in page
    assert cast.team.name not in page


def test_the_opening_page_lists_the_checks_for_the_zone(cast: Cast, need: Need) -> None:
    page = read(cast.guan, "opening", need.pk).content.decode()
    assert page.count(reverse("vetting", args=[of(need, cast.team).pk])) == 1
    assert cast.rival_team.name in page


def test_on_the_page_of_the_need_an_officer_reads_that_the_check_is_his_and_others_whose_it_is(
    cast: Cast, need: Need
) -> None:
    assert "轮到您了" in read(cast.guan, "need", need.pk).content.decode()
    assert "轮到您了" not in read(cast.alice, "need", need.pk).content.decode()
