"""A joint need: who is asked what, who reads what when, whose consent counts, and that the shares add up."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

import company
import world
from needs.actions import save_need
from needs.listing import content_hash, public_content
from needs.models import Need
from needs.rules import owners
from notifications.models import Notice
from partners.actions import invite_partner, suggest, suggestible
from partners.models import Partnership
from partners.terms import is_stale, split_of
from people import Cast, join, organisation, person
from workflow.actions import begin, perform
from workflow.machine import Invalid, Refused
from workflow.queries import todo
from workflow.tasks import tick

pytestmark = pytest.mark.django_db


def fresh(row: Partnership) -> Partnership:
    return Partnership.objects.select_related("need", "organisation").get(pk=row.pk)


def reads(user: Any, need: Need) -> bool:
    user.forget_rights()
    return Need.objects.inside(user).filter(pk=need.pk).exists()


# ── consent ─────────────────────────────────────────────────────────────────────
def test_a_joint_need_is_handed_in_once_every_partner_has_consented(cast: Cast):
    row = company.invited(cast)
    with pytest.raises(Refused, match="联合单位还没有同意：澄川装备有限公司"):
        perform(row.need, "submit", by=cast.alice)
    perform(row, "consent", by=cast.charlie)
    perform(row.need, "submit", by=cast.alice)
    assert row.need.status == "submitted"


def test_the_shares_are_a_hundred_and_the_amounts_the_budget_to_the_cent(cast: Cast):
    need = world.need(cast, budget=Decimal("100000.01"))
    company.consented(cast, need, share="33.33")
    split = split_of(need)
    assert (split.given, split.rest) == (Decimal("33.33"), Decimal("66.67"))
    [partner] = split.partners
    assert (partner.amount, split.rest_amount) == (Decimal("33330.00"), Decimal("66670.01"))
    assert partner.amount + split.rest_amount == need.budget


@pytest.mark.parametrize("share", ["0", "-1", "100", "100.5", "30.123", "x", ""])
def test_a_share_is_more_than_nothing_and_leaves_the_lead_a_part(cast: Cast, share: str):
    need = world.need(cast)
    cast.other_enterprise  # noqa: B018
    with pytest.raises(Invalid):
        row = Partnership(need=need, organisation=cast.other_enterprise, headline="x", is_disclosed=True)
        begin(row, by=cast.alice)
        perform(row, "invite", by=cast.alice, data={"share": share})


def test_two_partners_together_cannot_bear_everything(cast: Cast):
    need = world.need(cast)
    company.consented(cast, need, share="60")
    third = organisation("青屿涂装有限公司", manager=person("欧阳"))
    with pytest.raises(Invalid, match="其他联合单位已分摊 60 %，这里要小于 40"):
        invite_partner(need, organisation=third, share=Decimal(40), by=cast.alice)
    invite_partner(need, organisation=third, share=Decimal("39.99"), by=cast.alice)
    assert split_of(need).rest == Decimal("0.01")


@pytest.mark.parametrize("changed", ["budget", "goal", "indicators"])
def test_a_change_of_what_was_agreed_asks_for_consent_again(cast: Cast, changed: str):
    row = company.consented(cast)
    need = Need.objects.get(pk=row.need_id)
    rows = None
    if changed == "indicators":
        rows = world.indicators()
        rows[0].value = Decimal(30)
    else:
        setattr(need, changed, {"budget": Decimal("900000"), "goal": "另一个目标。"}[changed])
    save_need(need, indicators=rows, by=cast.alice)
    row = fresh(row)
    assert is_stale(row)
    with pytest.raises(Refused, match="须重新同意：澄川装备有限公司"):
        perform(row.need, "submit", by=cast.alice)
    perform(row, "consent", by=cast.charlie)
    assert not is_stale(fresh(row))
    perform(row.need, "submit", by=cast.alice)


def test_another_title_does_not_ask_again(cast: Cast):
    row = company.consented(cast)
    need = Need.objects.get(pk=row.need_id)
    need.title = "另一个名称"
    save_need(need, by=cast.alice)
    assert not is_stale(fresh(row))


def test_consent_is_to_what_was_on_the_page(cast: Cast):
    row = company.invited(cast)
    with pytest.raises(Invalid, match="牵头单位刚刚改过内容"):
        perform(row, "consent", by=cast.charlie, data={"terms": "0" * 64})
    assert fresh(row).status == "invited"


def test_another_share_asks_again(cast: Cast):
    row = company.consented(cast)
    perform(row, "ask_again", by=cast.alice, data={"share": "20"})
    assert (row.status, row.share, row.terms, row.consented_by) == ("invited", Decimal(20), "", None)


def test_only_a_manager_consents(cast: Cast):
    colleague = person("同事")
    row = company.invited(cast)
    join(colleague, cast.other_enterprise)
    with pytest.raises(PermissionDenied):
        perform(row, "consent", by=colleague)


# ── who reads ───────────────────────────────────────────────────────────────────
def test_who_is_asked_reads_the_need_until_it_goes(cast: Cast):
    need = world.need(cast)
    assert not reads(cast.charlie, need)
    row = company.invited(cast, need)
    assert reads(cast.charlie, need)
    perform(row, "decline", by=cast.charlie, data=company.GO)
    assert not reads(cast.charlie, need)


def test_a_colleague_reads_it_once_it_is_agreed(cast: Cast):
    colleague, need = person("同事"), world.need(cast)
    row = company.invited(cast, need)
    join(colleague, cast.other_enterprise)
    assert not reads(colleague, need)
    perform(row, "consent", by=cast.charlie)
    assert reads(colleague, need)


def test_partners_are_told_what_the_enterprise_is_told_and_change_nothing(cast: Cast):
    row = company.consented(cast)
    need = row.need
    perform(need, "submit", by=cast.alice)
    assert set(owners(need)) >= {cast.alice, cast.charlie}
    perform(need, "return", by=cast.guan, data=world.REASON)
    assert Notice.objects.filter(recipient=cast.charlie, kind="need.return").count() == 1
    for move in ("submit", "withdraw"):
        with pytest.raises(PermissionDenied):
            perform(need, move, by=cast.charlie, data=world.REASON)


# ── before and after it is handed in ────────────────────────────────────────────
def test_after_submission_nobody_leaves_until_the_zone_returns_the_need(cast: Cast):
    row = company.consented(cast)
    perform(row.need, "submit", by=cast.alice)
    row = fresh(row)
    for move, by in (("leave", cast.charlie), ("remove", cast.alice), ("ask_again", cast.alice)):
        with pytest.raises(Refused, match="需求提交后"):
            perform(row, move, by=by, data={**company.GO, "share": "10"})
    perform(row.need, "return", by=cast.guan, data=world.REASON)
    row = fresh(row)
    perform(row, "leave", by=cast.charlie, data=company.GO)
    assert split_of(row.need).rest == 100


def test_who_left_can_be_asked_again(cast: Cast):
    row = company.consented(cast)
    perform(row, "leave", by=cast.charlie, data=company.GO)
    assert company.invited(cast, row.need).status == "invited"
    with pytest.raises(Refused, match="已经邀请过"):
        company.invited(cast, row.need)


def test_whom_nobody_may_invite(cast: Cast):
    need = world.need(cast)
    unverified = organisation("未核验有限公司", manager=person("未"), status="submitted")
    for home, why in ((cast.enterprise, "不用邀请"), (cast.university, "已通过核验的企业"), (unverified, "已通过核验")):
        with pytest.raises(Refused, match=why):
            invite_partner(need, organisation=home, share=Decimal(30), by=cast.alice)
    with pytest.raises(PermissionDenied):
        invite_partner(need, organisation=cast.other_enterprise, share=Decimal(30), by=cast.charlie)


# ── what is published ───────────────────────────────────────────────────────────
def published(need: Need, cast: Cast) -> Need:
    perform(need, "submit", by=cast.alice)
    world.screen(need, cast)
    perform(need, "approve", by=cast.shen)
    return world.publish_now(need, by=cast.ling, bid_deadline=world.clock.now() + world.timedelta(days=20))


def test_the_listing_names_the_partners_and_not_their_shares(cast: Cast):
    row = company.consented(cast)
    need = published(row.need, cast)
    assert public_content(need)["partners"] == ["澄川装备有限公司"]
    assert need.published_hash == content_hash(need)
    assert "30" not in str(public_content(need)["partners"])
    assert "澄川" in need.search_text


def test_what_was_published_alone_keeps_its_hash(cast: Cast):
    need = world.listed(cast)
    assert "partners" not in public_content(need)
    assert content_hash(need) == need.published_hash


# ── the zone's suggestion ───────────────────────────────────────────────────────
def test_who_is_suggested_learns_nothing_of_the_need_and_the_lead_nothing_of_him(cast: Cast):
    row = company.suggested(cast)
    assert not reads(cast.charlie, row.need)
    assert not Partnership.objects.visible_to(cast.alice).exists()
    [item] = [one for one in todo(cast.charlie) if one.machine.noun == "partnership"]
    assert (item.title, item.number, item.about) == ("管委会建议联合发榜", "", "澄川装备有限公司")
    perform(row, "welcome", by=cast.charlie)
    assert [one.about for one in todo(cast.alice) if one.machine.noun == "partnership"] == ["澄川装备有限公司"]
    assert not reads(cast.charlie, row.need)
    perform(row, "invite", by=cast.alice, data={"share": "30"})
    assert reads(cast.charlie, row.need)
    assert row.headline == row.need.title


def test_a_suggestion_that_is_declined_stays_between_the_zone_and_the_one_asked(cast: Cast):
    row = company.suggested(cast)
    perform(row, "decline", by=cast.charlie, data=company.GO)
    assert not Partnership.objects.visible_to(cast.alice).exists()
    assert not Notice.objects.filter(recipient=cast.alice, kind="partnership.decline").exists()
    assert Notice.objects.filter(recipient=cast.guan, kind="partnership.decline").exists()


def test_the_lead_cannot_take_up_what_it_does_not_know(cast: Cast):
    row = company.suggested(cast)
    with pytest.raises(PermissionDenied):
        perform(row, "invite", by=cast.alice, data={"share": "30"})


def test_an_invitation_of_the_lead_itself_takes_the_place_of_the_suggestion(cast: Cast):
    row = company.suggested(cast)
    assert company.invited(cast, row.need).pk == row.pk
    assert fresh(row).status == "invited"


def test_the_zone_suggests_only_whose_submitted_need_is_similar(cast: Cast):
    need = world.need(cast, status="submitted")
    assert suggestible(need, cast.guan) == []
    with pytest.raises(Refused, match="没有相似的在审需求"):
        suggest(need, organisations=[cast.other_enterprise], note="", by=cast.guan)
    company.like(cast, need)
    assert suggestible(need, cast.guan) == [cast.other_enterprise]
    with pytest.raises(PermissionDenied):
        suggest(need, organisations=[cast.other_enterprise], note="", by=cast.alice)


def test_what_was_never_answered_ends_with_the_need(cast: Cast):
    row = company.suggested(cast)
    perform(row.need, "withdraw", by=cast.alice, data={**world.REASON, "code": "plan"})
    tick()
    assert fresh(row).status == "removed"


def test_a_need_withdrawn_before_it_was_listed_frees_its_partners_and_tells_them(cast: Cast):
    row = company.consented(cast)
    perform(row.need, "withdraw", by=cast.alice, data={**world.REASON, "code": "plan"})
    tick()
    assert fresh(row).status == "removed"
    assert Notice.objects.filter(recipient=cast.charlie, kind="partnership.lapse").count() == 1


def test_a_listing_taken_down_keeps_the_names_it_was_published_with(cast: Cast):
    row = company.consented(cast)
    need = published(row.need, cast)
    perform(need, "take_down", by=cast.ling, data=world.REASON)
    tick()
    assert public_content(need)["partners"] == ["澄川装备有限公司"]


# ── the database ────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "values",
    [{"share": 0}, {"share": Decimal("100.01")}, {"share": None}, {"terms": ""}, {"consented_at": None},
     {"is_disclosed": False}, {"amount": -1}],
)  # fmt: skip
def test_the_database_refuses_what_the_rules_would(cast: Cast, values: dict[str, Any]):
    row = company.consented(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Partnership.objects.filter(pk=row.pk).update(**values)


def test_the_database_knows_no_enterprise_that_is_its_own_partner_or_a_partner_twice(cast: Cast):
    row = company.consented(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Partnership.objects.filter(pk=row.pk).update(organisation=cast.enterprise)
    with pytest.raises(IntegrityError), transaction.atomic():
        Partnership.objects.create(need=row.need, organisation=cast.other_enterprise, headline="x", status="suggested")
