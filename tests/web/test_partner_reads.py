"""What a partner reads of the listing it posts with others: amendments, bids once open, the contract."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

import company
import life
import world
from changes.models import Change
from contracts.actions import draft_contract
from contracts.models import Contract
from decisions.actions import answer
from needs.actions import save_need
from needs.states import N
from partners.models import Partnership
from people import Cast
from proposals.actions import start_proposal
from proposals.models import Proposal
from teams.actions import create_team
from workflow.actions import perform
from workflow.machine import Refused
from wrong_forms import as_

pytestmark = pytest.mark.django_db
NO = "榜额增加后，本年度预算不够分摊。"


def page(user: Any, name: str, *args: Any) -> Any:
    return as_(user).get(reverse(name, args=args))


def text(answer: Any) -> str:
    return str(answer.content.decode())


# ── the amendment ───────────────────────────────────────────────────────────────
def test_the_partner_sees_what_changes_and_what_it_would_bear_and_agrees(cast: Cast) -> None:
    row = company.posted(cast)
    asked = company.amendment(cast, row.need).consultations.get()
    shown = text(page(cast.charlie, "consultation", asked.pk))
    for said in ("15.00 万元", "18.00 万元", "同意更正", "不同意更正"):
        assert said in shown
    move = reverse("move", args=["consultation", asked.pk, "agree"])
    assert "批准之前，仍按原来的内容" in text(as_(cast.charlie).get(move))
    as_(cast.charlie).post(move)
    assert Change.objects.get().status == "proposed"


def test_the_officer_sees_who_is_waited_for(cast: Cast) -> None:
    row, third = company.posted_with_two(cast)
    change = company.amendment(cast, row.need)
    perform(change.consultations.get(partnership=row), "agree", by=cast.charlie)
    shown = text(page(cast.guan, "change", change.pk))
    assert shown.index(row.organisation.name) < shown.index("同意更正")
    assert "待答复" in shown
    assert third.organisation.name in shown
    assert "征求联合单位" in text(page(cast.guan, "need", row.need_id))


def test_a_refusal_without_a_reason_loses_nothing_and_the_reason_is_shown_to_whoever_posts(cast: Cast) -> None:
    row = company.posted(cast)
    asked = company.amendment(cast, row.need).consultations.get()
    move = reverse("move", args=["consultation", asked.pk, "object"])
    again = as_(cast.charlie).post(move, {"reason": "不够"})
    assert (again.status_code, "至少写 5 个字" in text(again), "不够" in text(again)) == (422, True, True)
    as_(cast.charlie).post(move, {"reason": NO})
    for user in (cast.alice, cast.charlie, cast.guan):
        shown = text(page(user, "change", asked.change_id))
        assert NO in shown
        assert "联合单位不同意" in shown


def test_before_publishing_the_partner_sees_what_was_changed_since_it_consented(cast: Cast) -> None:
    row = company.consented(cast)
    row.need.budget = Decimal("600000")
    save_need(row.need, by=cast.alice)
    shown = text(page(cast.charlie, "partnership", row.pk))
    assert "同意之后改了什么" in shown
    for said in ("分摊金额", "<ins>18.00</ins>", "重新同意"):
        assert said in shown


# ── bids ────────────────────────────────────────────────────────────────────────
def test_a_partner_reads_no_bid_and_no_number_of_bids_before_the_opening(cast: Cast) -> None:
    row = company.posted(cast)
    bid = world.bid(cast, row.need)
    assert not Proposal.objects.visible_to(cast.charlie).exists()
    assert page(cast.charlie, "proposal", bid.pk).status_code == 404
    assert page(cast.charlie, "need_compare", row.need_id).status_code == 302
    for name, pk in (("need", row.need_id), ("partnership", row.pk)):
        shown = text(page(cast.charlie, name, pk))
        assert reverse("need_compare", args=[row.need_id]) not in shown
        assert cast.team.name not in shown


def test_after_the_opening_a_partner_reads_the_bids_as_the_lead_does_and_answers_none(cast: Cast) -> None:
    row = company.posted(cast, status="opened")
    shown = text(page(cast.charlie, "need_compare", row.need_id))
    for said in (cast.team.name, "48.00 万元", "联合单位看到的方案和附件与牵头单位一样，只能查看"):
        assert said in shown
    assert "保存答复" not in shown
    bid = row.need.proposals.get()
    assert page(cast.charlie, "proposal", bid.pk).status_code == 200
    assert as_(cast.charlie).post(reverse("need_compare", args=[row.need_id]), {}).status_code == 403
    for name in ("need_conclude", "need_intent"):
        assert page(cast.charlie, name, row.need_id).status_code in (302, 403, 404)
    assert page(cast.rui, "proposal", bid.pk).status_code == 404


def test_a_draft_answer_of_the_lead_stays_with_the_lead(cast: Cast) -> None:
    row = company.posted(cast, status="opened")
    bid = row.need.proposals.get()
    answer(bid, outcome="refuse", code="price", sentence="报价超出预算。", by=cast.alice)
    assert "报价超出预算。" in text(page(cast.alice, "need_compare", row.need_id))
    assert "报价超出预算。" not in text(page(cast.charlie, "need_compare", row.need_id))


def test_who_has_left_the_draft_reads_nothing_of_what_comes_of_it(cast: Cast) -> None:
    row = company.consented(cast)
    perform(row, "leave", by=cast.charlie, data=company.GO)
    world.bring(row.need, cast, "opened")
    assert not Proposal.objects.visible_to(cast.charlie).exists()


def test_the_team_of_a_partner_cannot_bid(cast: Cast) -> None:
    row = company.posted(cast)
    own = create_team(organisation=row.organisation, name="澄川研发组", by=cast.charlie)
    with pytest.raises(Refused, match="联合发榜单位自己的团队"):
        start_proposal(need=row.need, team=own, by=cast.charlie)


# ── the contract ────────────────────────────────────────────────────────────────
def test_a_partner_reads_where_the_signed_contract_stands_and_its_part(cast: Cast) -> None:
    row = company.posted(cast, status="contracted")
    contract = Contract.objects.get()
    shown = text(page(cast.charlie, "partnership", row.pk))
    for said in ("合同进展", contract.number, "48.00 万元", "30 % · 14.40 万元", contract.milestones.first().title):
        assert said in shown
    assert contract.confidentiality not in shown
    assert page(cast.charlie, "contract", contract.pk).status_code == 404


def test_an_unsigned_contract_is_none_of_its_business(cast: Cast) -> None:
    row = company.posted(cast, status="intended")
    draft_contract(row.need.intents.get(), by=cast.alice)
    assert Partnership.objects.get(pk=row.pk).need.status == N.INTENDED
    assert "合同进展" not in text(page(cast.charlie, "partnership", row.pk))
    assert not Contract.objects.standing_for(cast.charlie).exists()


def test_the_contract_and_the_listing_name_the_partners(cast: Cast) -> None:
    row = company.posted(cast, status="contracted")
    contract = Contract.objects.get()
    for user in (cast.alice, cast.tao, cast.guan):
        assert f"联合发榜单位：{row.organisation.name}" in text(page(user, "contract", contract.pk))
    assert row.organisation.name in text(Client().get(reverse("listing", args=[row.need.number])))


def test_nobody_without_a_part_in_it_reads_the_consultation(cast: Cast) -> None:
    asked = life_of(cast)
    for user in (cast.tao, cast.rui, cast.wei):
        assert page(user, "consultation", asked.pk).status_code == 404
    with pytest.raises(PermissionDenied):
        perform(asked, "agree", by=cast.alice)


def life_of(cast: Cast) -> Any:
    row = company.posted(cast)
    return life.amendment(cast, row.need, budget=Decimal("600000")).consultations.get()
