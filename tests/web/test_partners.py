"""Posting a need together, on the page: inviting, consenting, the zone's suggestion, what the public reads."""

import pytest
from django.urls import reverse

import company
import world
from forms_on_page import Page
from needs.actions import save_need
from needs.models import Need
from partners.models import Partnership
from people import Cast
from workflow.actions import perform
from wrong_forms import as_

pytestmark = pytest.mark.django_db


def partners_page(need: Need) -> str:
    return reverse("need_partners", args=[need.pk])


def invite(cast: Cast, need: Need, **typed: str):
    return as_(cast.alice).post(partners_page(need), {"partner": cast.other_enterprise.uscc, "share": "30", **typed})


def text_of(user, address: str) -> str:
    return as_(user).get(address).content.decode()


# ── inviting ────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("by", ["uscc", "name"])
def test_a_partner_is_invited_by_its_code_or_its_name(cast: Cast, by: str):
    need = world.need(cast)
    assert invite(cast, need, partner=getattr(cast.other_enterprise, by)).status_code == 302
    row = Partnership.objects.get()
    assert (row.organisation, row.share, row.status) == (cast.other_enterprise, 30, "invited")
    text = text_of(cast.alice, partners_page(need))
    assert "澄川装备有限公司" in text
    assert "70 %" in text
    assert "35.00 万元" in text
    assert "15.00 万元" in text
    assert "联合单位还没有同意：澄川装备有限公司" in text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"partner": "没有这家公司"}, "没有找到这家企业"),
        ({"partner": ""}, "请填写对方的统一社会信用代码或名称"),
        ({"share": "100"}, "牵头单位也要承担一部分"),
        ({"share": "三十"}, "请填写数字，例如 30。"),
    ],
)
def test_a_wrong_invitation_comes_back_with_a_sentence_and_what_was_typed(cast: Cast, typed, said):
    answer = invite(cast, world.need(cast), note="贵我两家问题相同。", **typed)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "贵我两家问题相同。" in answer.content.decode()
    assert not Partnership.objects.exists()


def test_the_lead_does_not_invite_itself_nor_anybody_twice(cast: Cast):
    need = world.need(cast)
    answer = invite(cast, need, partner=cast.enterprise.uscc)
    assert (answer.status_code, "牵头单位自己不用邀请" in answer.content.decode()) == (409, True)
    invite(cast, need)
    answer = invite(cast, need)
    assert (answer.status_code, "已经邀请过" in answer.content.decode()) == (409, True)


def test_after_submission_nobody_is_invited(cast: Cast):
    need = world.need(cast, status="submitted")
    answer = invite(cast, need)
    assert (answer.status_code, "需求提交后" in answer.content.decode()) == (409, True)


# ── the partner ─────────────────────────────────────────────────────────────────
def test_the_partner_reads_the_terms_and_consents_to_them(cast: Cast):
    row = company.invited(cast)
    page = text_of(cast.charlie, row.get_absolute_url())
    assert "30 %" in page
    assert "15.00 万元" in page
    assert "断裂伸长率" in page
    assert row.need.confidential in text_of(cast.charlie, row.need.get_absolute_url())
    address = reverse("move", args=["partnership", row.pk, "consent"])
    form = Page(address, text_of(cast.charlie, address)).form_with("terms")
    need = Need.objects.get(pk=row.need_id)
    need.goal = "另一个目标。"
    save_need(need, by=cast.alice)
    answer = as_(cast.charlie).post(address, form.data())
    assert (answer.status_code, "牵头单位刚刚改过内容" in answer.content.decode()) == (422, True)
    again = Page(address, answer.content.decode()).form_with("terms")
    assert as_(cast.charlie).post(address, again.data()).status_code == 302
    assert Partnership.objects.get().status == "consented"


def test_a_change_after_consent_is_said_to_both(cast: Cast):
    row = company.consented(cast)
    need = Need.objects.get(pk=row.need_id)
    need.goal = "另一个目标。"
    save_need(need, by=cast.alice)
    assert "改动后待重新同意" in text_of(cast.alice, partners_page(need))
    assert "请看过现在的内容后重新同意" in text_of(cast.charlie, row.get_absolute_url())


def test_a_partner_sees_the_shares_and_cannot_invite(cast: Cast):
    row = company.consented(cast)
    page = text_of(cast.charlie, partners_page(row.need))
    assert "70 %" in page
    assert 'name="partner"' not in page
    assert as_(cast.charlie).post(partners_page(row.need), {"partner": "x"}).status_code == 404
    assert as_(cast.wei).get(partners_page(row.need)).status_code == 404


def test_the_partner_finds_the_joint_need_among_its_own(cast: Cast):
    row = company.consented(cast)
    page = text_of(cast.charlie, reverse("enterprise_needs"))
    assert "参加联合发榜的需求" in page
    assert row.get_absolute_url() in page
    assert "参加联合发榜的需求" not in text_of(cast.alice, reverse("enterprise_needs"))


# ── the zone ────────────────────────────────────────────────────────────────────
def test_an_officer_suggests_and_the_enterprise_reads_only_the_note(cast: Cast):
    need = world.need(cast, status="submitted")
    company.like(cast, need)
    address = reverse("need_suggest", args=[need.pk])
    assert address in text_of(cast.guan, need.get_absolute_url())
    form = Page(address, text_of(cast.guan, address)).form_with("enterprises")
    data = {**form.data(), "enterprises": [str(cast.other_enterprise.pk)], "note": "是否愿意联合？"}
    assert as_(cast.guan).post(address, data).status_code == 302
    row = Partnership.objects.get()
    page = text_of(cast.charlie, row.get_absolute_url())
    assert "是否愿意联合？" in page
    assert "双方都不知道对方是谁" in page
    assert need.title not in page
    assert "海岳材料" not in page
    assert as_(cast.charlie).get(need.get_absolute_url()).status_code == 404
    assert as_(cast.alice).get(row.get_absolute_url()).status_code == 404


def test_without_a_similar_need_there_is_nobody_to_suggest(cast: Cast):
    need = world.need(cast, status="submitted")
    address = reverse("need_suggest", args=[need.pk])
    assert "没有可以建议的企业" in text_of(cast.guan, address)
    answer = as_(cast.guan).post(address, {"enterprises": str(cast.other_enterprise.pk), "note": "x"})
    assert answer.status_code == 422


# ── the public ──────────────────────────────────────────────────────────────────
def test_the_listing_names_the_partners_and_no_shares(cast: Cast):
    row = company.consented(cast, share="31.7")
    need = row.need
    perform(need, "submit", by=cast.alice)
    world.screen(need, cast)
    perform(need, "approve", by=cast.shen)
    world.publish_now(need, by=cast.ling, bid_deadline=world.clock.now() + world.timedelta(days=20))
    page = text_of(None, need.public_url)
    assert "联合发榜单位" in page
    assert "澄川装备有限公司" in page
    assert "31.7" not in page
    assert "联合发榜单位" not in text_of(None, world.listed(cast).public_url)
    assert "31.7 %" in text_of(cast.charlie, need.get_absolute_url())
