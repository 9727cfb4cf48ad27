"""方案形式审查: an opened bid is looked at for its form before it is compared, and fails only for a coded reason."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction

import insider
import world
from core.files import files_of
from decisions.actions import answer, decide
from decisions.queries import why_not_decide
from journey import PDF
from needs.models import Need
from notifications.models import Notice
from people import Cast
from proposals.models import Proposal, Vetting
from proposals.queries import comparable, rejected
from proposals.tasks import decrypt_opened, retry
from proposals.vetting import Item
from proposals.vetting_facts import findings
from proposals.vetting_moves import mark
from workflow.actions import perform
from workflow.machine import Refused
from workflow.queries import todo
from workflow.tasks import tick

pytestmark = pytest.mark.django_db
FAILS: dict[str, Any] = {"papers": ("unmet", "缺第三方检测报告原件"), "signature": ("met", "")}
WHY: dict[str, Any] = {"code": "papers", "sentence": "榜单要求的第三方检测报告没有提交。"}


@pytest.fixture
def need(cast: Cast) -> Need:
    """Two bids, opened by two people, in a batch that has them vetted."""
    listed = world.listed(cast, within=world.batch(cast, vetting=True))
    world.bid(cast, listed)
    world.bid(cast, listed, team=cast.rival_team, by=cast.rui, price="520000.00")
    world.open_bids(listed, cast)
    return listed


def of(need: Need, cast: Cast) -> Vetting:
    return Vetting.objects.get(proposal__need=need, proposal__team=cast.team)


def rivals(need: Need, cast: Cast) -> Vetting:
    return Vetting.objects.get(proposal__need=need, proposal__team=cast.rival_team)


def passed(vetting: Vetting, cast: Cast) -> None:
    mark(vetting, world.VOUCHED, by=cast.guan)
    perform(vetting, "pass", by=cast.guan)


def refused(vetting: Vetting, cast: Cast) -> None:
    mark(vetting, FAILS, by=cast.guan)
    perform(vetting, "refuse", by=cast.guan, data=WHY)


def run_out(vetting: Vetting) -> None:
    insider.execute("UPDATE proposals_vetting SET due_at = now() - interval '1 minute' WHERE id = %s", vetting.pk)
    tick()
    vetting.refresh_from_db()


def test_a_sealed_batch_has_its_bids_vetted_and_a_rolling_one_says_so(cast: Cast) -> None:
    from needs.actions import start_batch

    assert start_batch(by=cast.guan, title="密封").vetting
    assert not start_batch(by=cast.guan, title="随到随送", sealing="rolling").vetting
    assert start_batch(by=cast.guan, title="随到随送", sealing="rolling", vetting=True).vetting


def test_the_enterprise_reads_no_bid_before_it_passed_and_only_those_that_did(cast: Cast, need: Need) -> None:
    assert need.status == "vetting"
    assert not Proposal.objects.visible_to(cast.alice).filter(need=need).exists()
    assert Proposal.objects.visible_to(cast.guan).filter(need=need).count() == 2
    assert not Vetting.objects.visible_to(cast.alice).exists()
    assert not Vetting.objects.visible_to(cast.rui).filter(proposal__team=cast.team).exists()
    passed(of(need, cast), cast)
    need.refresh_from_db()
    assert need.status == "vetting", "the other is still looked at"
    refused(rivals(need, cast), cast)
    run_out(rivals(need, cast))
    need.refresh_from_db()
    assert need.status == "opened"
    assert [bid.team for bid in comparable(need, cast.alice)] == [cast.team]
    assert [bid.team for bid in comparable(need, cast.guan)] == [cast.team]
    [row] = rejected(need)
    assert (row.proposal.team, row.code, row.sentence) == (cast.rival_team, "papers", WHY["sentence"])
    assert row in Vetting.objects.visible_to(cast.alice)


def test_what_the_platform_can_see_is_ticked_with_what_it_goes_by(cast: Cast, need: Need) -> None:
    found = {row.item: row for row in findings(of(need, cast))}
    assert {item for item, row in found.items() if row.verdict == "met"} == {
        Item.SUBJECT, Item.RELATION, Item.SINGLE, Item.INTACT, Item.COMPLETE, Item.SUMS, Item.PERIOD
    }  # fmt: skip
    assert {item for item, row in found.items() if row.verdict == "na"} == {Item.PLEDGE, Item.CONSORTIUM, Item.FILES}
    assert {item for item, row in found.items() if not row.verdict} == {Item.PAPERS, Item.SIGNATURE}
    assert cast.university.uscc in found[Item.SUBJECT].evidence
    assert "48" in found[Item.SUMS].evidence


def broken(need: Need, cast: Cast, **changes: Any) -> dict[Item, str]:
    bid = Proposal.objects.get(need=need, team=cast.team)
    changed = {**(bid.content or {}), **changes}
    insider.execute("UPDATE proposals_proposal SET content = %s::jsonb WHERE id = %s", json.dumps(changed), bid.pk)
    return {row.item: row.verdict for row in findings(of(need, cast))}


def test_sums_that_do_not_add_up_and_months_beyond_the_period_are_found(cast: Cast, need: Need) -> None:
    assert broken(need, cast, price="470000.00")[Item.SUMS] == "unmet"
    assert broken(need, cast, period_months=9)[Item.PERIOD] == "unmet"
    assert broken(need, cast, summary="")[Item.COMPLETE] == "unmet"
    assert broken(need, cast, price="480000.00", period_months=24)[Item.PERIOD] == "met", "for the enterprise to weigh"


def test_an_organisation_in_two_bids_is_found_in_both(cast: Cast, need: Need) -> None:
    home = {"id": str(cast.rival_team.organisation_id), "name": "对手单位"}
    row = {"organisation": home, "share": "1.00", "confirmed_at": "2026-11-01T00:00:00+08:00"}
    assert broken(need, cast, participants=[row])[Item.SINGLE] == "unmet"
    theirs = {row.item: row for row in findings(rivals(need, cast))}[Item.SINGLE]
    assert theirs.verdict == "unmet"
    assert cast.team.name in theirs.evidence


def joined_by_rui(need: Need, cast: Cast) -> None:
    """Tao's bid as it would have been sealed with Rui's organisation beside it, which leads a bid of its own."""
    home = {"id": str(cast.rival_team.organisation_id), "name": cast.rival_team.organisation.name}
    row = {"organisation": home, "share": "1.00", "confirmed_at": "2026-11-01T00:00:00+08:00"}
    bid = need.proposals.get(team=cast.team)
    content = json.dumps({**bid.content, "participants": [row]})
    insider.execute("UPDATE proposals_proposal SET content = %s WHERE id = %s", content, bid.pk)


ALLOWED: dict[str, Any] = {**world.VOUCHED, "single": ("met", "参加单位已书面声明退出另一份，附件已核。")}


def test_of_two_bids_that_share_an_organisation_one_may_stand_and_never_both(cast: Cast, need: Need) -> None:
    joined_by_rui(need, cast)
    for vetting in (of(need, cast), rivals(need, cast)):
        with pytest.raises(Refused, match="一家单位一份方案"):
            passed(vetting, cast)
    first, second = of(need, cast), rivals(need, cast)
    mark(first, ALLOWED, by=cast.guan)
    perform(first, "pass", by=cast.guan)
    mark(second, ALLOWED, by=cast.guan)
    with pytest.raises(Refused, match="只能有一份方案参加比选"):
        perform(second, "pass", by=cast.guan)
    refused(second, cast)
    run_out(second)
    assert second.status == "failed"


def test_the_second_is_refused_as_well_when_a_reviewer_rules_for_it(cast: Cast, need: Need) -> None:
    joined_by_rui(need, cast)
    first, second = of(need, cast), rivals(need, cast)
    refused(second, cast)
    perform(second, "object", by=cast.rui, data={"objection": "报告在附件二第 3 页，请复核。"})
    mark(first, ALLOWED, by=cast.guan)
    perform(first, "pass", by=cast.guan)
    with pytest.raises(Refused, match="只能有一份方案参加比选"):
        perform(second, "overturn", by=cast.shen, data={"ruling": "附件二确有检测报告，异议成立。"})
    second.refresh_from_db()
    assert second.status == "objected"


def test_who_takes_part_how_in_which_other_bid_is_said_to_the_zone(cast: Cast, need: Need) -> None:
    joined_by_rui(need, cast)
    seen = {row.item: row for row in findings(of(need, cast))}[Item.SINGLE].evidence
    assert f"{cast.rival_team.organisation.name}牵头" in seen
    assert cast.rival_team.name in seen
    assert "形式审查中" in seen


def test_an_organisation_that_lost_its_verification_is_found(cast: Cast, need: Need) -> None:
    insider.execute("UPDATE accounts_organisation SET status = 'suspended' WHERE id = %s", cast.team.organisation_id)
    assert {row.item: row.verdict for row in findings(of(need, cast))}[Item.SUBJECT] == "unmet"


def test_nothing_passes_while_something_is_open_or_unmet(cast: Cast, need: Need) -> None:
    vetting = of(need, cast)
    with pytest.raises(Refused, match="证明材料齐全"):
        perform(vetting, "pass", by=cast.guan)
    mark(vetting, FAILS, by=cast.guan)
    with pytest.raises(Refused, match="不符合的项目：证明材料齐全"):
        perform(vetting, "pass", by=cast.guan)
    with pytest.raises(PermissionDenied):
        mark(vetting, world.VOUCHED, by=cast.alice)


def test_a_person_overrules_the_platform_only_with_a_word(cast: Cast, need: Need) -> None:
    vetting = of(need, cast)
    with pytest.raises(Refused, match="金额勾稽一致"):
        mark(vetting, {"sums": ("unmet", "")}, by=cast.guan)
    found = mark(vetting, {"sums": ("unmet", "第二个里程碑金额写成了万元")}, by=cast.guan)
    assert next(row for row in found if row.item == "sums").verdict == "unmet"
    found = mark(vetting, {"sums": ("", "")}, by=cast.guan)
    assert next(row for row in found if row.item == "sums").verdict == "met"


def test_only_form_is_put_right_once_and_beside_the_sealed_bid(cast: Cast, need: Need) -> None:
    vetting = of(need, cast)
    mark(vetting, {"sums": ("unmet", "合计不等于报价")}, by=cast.guan)
    with pytest.raises(Refused, match="没有可以补正的项目"):
        perform(vetting, "correct", by=cast.guan, data={"asked": "请把里程碑金额改成与报价一致。"})
    mark(vetting, {"sums": ("", ""), **FAILS}, by=cast.guan)
    perform(vetting, "correct", by=cast.guan, data={"asked": "请补交第三方检测报告原件的扫描件。"})
    assert Notice.objects.filter(kind="vetting.correct", recipient=cast.tao).exists()
    assert any(row.pk == vetting.pk for row in todo(cast.tao))
    sealed = vetting.proposal.content
    with pytest.raises(PermissionDenied):
        perform(vetting, "supplement", by=cast.ting, data={"reply": "已补交扫描件。"})
    paper = SimpleUploadedFile("报告.pdf", PDF, content_type="application/pdf")
    perform(vetting, "supplement", by=cast.tao, data={"reply": "已补交扫描件。"}, files={"paper": paper})
    vetting.proposal.refresh_from_db()
    assert vetting.proposal.content == sealed
    [kept] = files_of(vetting, "supplement")
    assert (kept.name, vetting.may_read_file(cast.tao, kept), vetting.may_read_file(cast.alice, kept)) == (
        "报告.pdf", True, False
    )  # fmt: skip
    with pytest.raises(Refused, match="只能要求补正一次"):
        perform(vetting, "correct", by=cast.guan, data={"asked": "请再补交一份检测报告原件。"})
    passed(vetting, cast)
    assert vetting.may_read_file(cast.alice, kept)


def test_who_does_not_put_it_right_in_time_is_told_and_may_object(cast: Cast, need: Need) -> None:
    vetting = of(need, cast)
    mark(vetting, FAILS, by=cast.guan)
    perform(vetting, "correct", by=cast.guan, data={"asked": "请补交第三方检测报告原件的扫描件。"})
    run_out(vetting)
    assert (vetting.status, vetting.code) == ("refused", "late")
    assert Notice.objects.filter(kind="vetting.run_out", recipient=cast.tao).exists()
    perform(vetting, "object", by=cast.tao, data={"objection": "平台当日停机维护，材料传不上去。"})
    assert vetting.status == "objected"


def test_an_objection_is_ruled_by_another_person_and_once(cast: Cast, need: Need) -> None:
    vetting = of(need, cast)
    refused(vetting, cast)
    perform(vetting, "object", by=cast.tao, data={"objection": "报告在附件二第 3 页，请复核。"})
    ruling = {"ruling": "附件二第 3 页确有检测报告，异议成立。"}
    for who in (cast.guan, cast.gao, cast.alice, cast.tao):
        with pytest.raises(PermissionDenied):
            perform(vetting, "overturn", by=who, data=ruling)
    perform(vetting, "overturn", by=cast.shen, data=ruling)
    assert (vetting.status, vetting.proposal.status, vetting.ruled_by) == ("passed", "opened", cast.shen)


def test_who_found_it_wanting_does_not_rule_on_the_objection(cast: Cast, need: Need) -> None:
    vetting = of(need, cast)
    refused(vetting, cast)
    perform(vetting, "object", by=cast.tao, data={"objection": "报告在附件二第 3 页，请复核。"})
    insider.execute("UPDATE proposals_vetting SET checked_by_id = %s WHERE id = %s", cast.shen.pk, vetting.pk)
    with pytest.raises(Refused, match="另一人复核"):
        perform(vetting, "uphold", by=cast.shen, data={"ruling": "维持原结论，报告不是原件。"})
    perform(vetting, "uphold", by=cast.ling, data={"ruling": "维持原结论，报告不是原件。"})
    assert (vetting.status, vetting.proposal.status) == ("failed", "rejected")
    assert Notice.objects.filter(kind="proposal.reject", recipient=cast.tao).exists()


def test_a_need_none_of_whose_bids_passes_is_listed_again_and_they_may_bid_again(cast: Cast, need: Need) -> None:
    for vetting in (of(need, cast), rivals(need, cast)):
        refused(vetting, cast)
        run_out(vetting)
    need.refresh_from_db()
    assert need.status == "no_bid"
    told = Notice.objects.filter(kind="need.none_pass")
    assert set(told.values_list("recipient__name", flat=True)) >= {cast.alice.name, cast.shen.name}
    perform(need, "relist", by=cast.ling)
    world.publish_now(need, by=cast.ling, bid_deadline=world.clock.now() + timedelta(days=20))
    again = world.bid(cast, need)
    assert (again.round, again.status) == (1, "submitted")
    world.open_bids(need, cast)
    assert need.status == "vetting"
    assert Vetting.objects.filter(proposal=again, status="checking").exists()
    passed(Vetting.objects.get(proposal=again), cast)
    need.refresh_from_db()
    assert need.status == "opened"
    assert not rejected(need).exists()


def test_a_bid_nobody_can_read_is_kept_and_fails_for_that_reason_or_is_read_after_all(cast: Cast) -> None:
    listed = world.listed(cast, within=world.batch(cast, vetting=True))
    spoilt = world.bid(cast, listed)
    kept = bytes(spoilt.submissions.get().ciphertext)
    insider.spoil(spoilt)
    world.open_bids(listed, cast)
    vetting = Vetting.objects.get(proposal=spoilt)
    assert listed.status == "vetting"
    mark(vetting, world.VOUCHED | {"intact": ("met", "听起来没有问题"), "complete": ("met", "看过纸质件"),
         "sums": ("met", "看过纸质件"), "period": ("met", "看过纸质件")}, by=cast.guan)  # fmt: skip
    with pytest.raises(Refused, match="读不出"):
        perform(vetting, "pass", by=cast.guan)
    insider.execute("UPDATE proposals_submission SET ciphertext = %s WHERE proposal_id = %s", kept, spoilt.pk)
    retry(spoilt.pk)
    vetting.refresh_from_db()
    assert (vetting.proposal.status, vetting.status) == ("vetting", "checking")
    perform(vetting, "pass", by=cast.guan)
    listed.refresh_from_db()
    assert listed.status == "opened"


def test_an_unreadable_bid_fails_with_its_code(cast: Cast) -> None:
    listed = world.listed(cast, within=world.batch(cast, vetting=True))
    spoilt = world.bid(cast, listed)
    insider.spoil(spoilt)
    world.open_bids(listed, cast)
    vetting = Vetting.objects.get(proposal=spoilt)
    perform(vetting, "refuse", by=cast.guan, data={"code": "intact", "sentence": "密文损坏，备份中也没有原件。"})
    run_out(vetting)
    spoilt.refresh_from_db()
    listed.refresh_from_db()
    assert (spoilt.status, listed.status) == ("rejected", "no_bid")


def test_a_rolling_batch_looks_at_each_bid_on_its_own(cast: Cast) -> None:
    listed = world.listed(cast, within=world.batch(cast, sealing="rolling", vetting=True))
    first = world.bid(cast, listed)
    decrypt_opened()
    passed(Vetting.objects.get(proposal=first), cast)
    listed.refresh_from_db()
    first.refresh_from_db()
    assert (listed.status, first.status) == ("published", "opened")
    assert Notice.objects.filter(kind="proposal.admit", recipient=cast.alice).exists()
    second = world.bid(cast, listed, team=cast.rival_team, by=cast.rui)
    decrypt_opened()
    answer(first, outcome="select", code="fit", sentence="指标响应最好。", by=cast.alice)
    assert "形式审查中" in why_not_decide(listed)
    refused(Vetting.objects.get(proposal=second), cast)
    run_out(Vetting.objects.get(proposal=second))
    assert decide(listed, by=cast.alice).status == "decided"


def test_a_rolling_window_that_ends_waits_for_the_last_check(cast: Cast) -> None:
    listed = world.listed(cast, within=world.batch(cast, sealing="rolling", vetting=True))
    only = world.bid(cast, listed)
    decrypt_opened()
    world.close(listed)
    decrypt_opened()
    listed.refresh_from_db()
    assert listed.status == "vetting"
    passed(Vetting.objects.get(proposal=only), cast)
    listed.refresh_from_db()
    assert listed.status == "opened"


def test_the_enterprise_is_told_once_of_a_sealed_need_and_how_many(cast: Cast, need: Need) -> None:
    told = Notice.objects.filter(
        recipient=cast.alice, kind__in=("need.vet", "need.open", "proposal.vet", "proposal.open")
    )
    assert [(row.kind, row.context["count"]) for row in told] == [("need.vet", 2)]
    world.vet(need, cast)
    [compared] = Notice.objects.filter(recipient=cast.alice, kind__in=("need.compare", "proposal.admit"))
    assert (compared.kind, compared.context["count"]) == ("need.compare", 2)


def test_the_database_lets_no_bid_past_its_check_and_keeps_what_was_found(cast: Cast, need: Need) -> None:
    vetting = of(need, cast)
    with pytest.raises(DatabaseError, match="before its formal check"), transaction.atomic():
        Proposal.objects.filter(pk=vetting.proposal_id).update(status="opened")
        transaction.get_connection().check_constraints()
    with pytest.raises(DatabaseError, match="without a formal check"), transaction.atomic():
        Proposal.objects.filter(pk=vetting.proposal_id).update(status="rejected")
        transaction.get_connection().check_constraints()
    passed(vetting, cast)
    with pytest.raises(DatabaseError, match="kept as it was"), transaction.atomic():
        Vetting.objects.filter(pk=vetting.pk).update(sentence="后来改的")
