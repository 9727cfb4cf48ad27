"""A diagnosis by an agency: read from the acceptance to the end, written down for good, visible to both sides."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

import diagnosing
import world
from accounts.actions import leave
from core import clock
from diagnoses.actions import offer, write_entry
from diagnoses.models import Assignment, Entry, Rewrite
from needs.models import Need
from notifications.models import Notice
from people import Cast, join, organisation, person
from workflow.actions import perform
from workflow.machine import Refused
from workflow.queries import todo
from workflow.tasks import tick

pytestmark = pytest.mark.django_db


def reads(user: object, need: Need) -> bool:
    user.forget_rights()  # type: ignore[attr-defined]
    return Need.objects.inside(user).filter(pk=need.pk).exists()


def test_reading_begins_with_the_acceptance_and_ends_with_the_assignment(cast: Cast) -> None:
    given = diagnosing.offered(cast)
    assert not reads(cast.yun, given.need)
    perform(given, "accept", by=cast.yun)
    assert reads(cast.yun, given.need)
    diagnosing.entry(cast, given)
    perform(given, "finish", by=cast.yun, data=diagnosing.CONCLUSION)
    assert not reads(cast.yun, given.need)
    assert Assignment.objects.visible_to(cast.yun).get() == given  # what it wrote stays


@pytest.mark.parametrize(("move", "who"), [("give_back", "yun"), ("withdraw", "guan")])
def test_whichever_way_it_ends_the_reading_ends(cast: Cast, move: str, who: str) -> None:
    given = diagnosing.accepted(cast)
    data = diagnosing.DECLINE if move == "give_back" else diagnosing.TAKE_BACK
    perform(given, move, by=getattr(cast, who), data=data)
    assert not reads(cast.yun, given.need)


def test_who_has_left_the_agency_reads_nothing_and_a_colleague_does(cast: Cast) -> None:
    given = diagnosing.accepted(cast)
    colleague = person("同事")
    membership = join(colleague, cast.agency)
    assert reads(colleague, given.need)
    leave(membership, by=colleague)
    assert not reads(colleague, given.need)
    assert not Assignment.objects.visible_to(colleague).exists()


def test_a_suspended_agency_neither_reads_nor_writes(cast: Cast) -> None:
    given = diagnosing.accepted(cast)
    perform(cast.agency, "suspend", by=None, driven=True, data=world.REASON)
    assert not reads(cast.yun, given.need)
    with pytest.raises(Refused, match="资格已暂停"):
        diagnosing.entry(cast, given)


def test_an_agency_without_the_case_learns_nothing(cast: Cast) -> None:
    given = diagnosing.accepted(cast)
    other = person("别家")
    organisation("另一家技术转移公司", manager=other, kind="agency")
    assert not reads(other, given.need)
    assert not Assignment.objects.visible_to(other).exists()
    with pytest.raises(PermissionDenied):
        diagnosing.entry(cast, given, by=other)


def test_the_enterprise_sees_the_diagnosis_and_not_what_the_desks_hand_to_each_other(cast: Cast) -> None:
    need = diagnosing.submitted(cast)
    given, handed = diagnosing.accepted(cast, need), diagnosing.handover(cast, need)
    assert list(Assignment.objects.visible_to(cast.alice)) == [given]
    assert set(Assignment.objects.visible_to(cast.ji)) == {given, handed}
    assert not Assignment.objects.visible_to(cast.charlie).exists()


def test_an_unverified_agency_cannot_be_asked_and_none_where_the_words_are_settled(cast: Cast) -> None:
    fresh = organisation("新机构", manager=person("新"), kind="agency", status="submitted")
    need = diagnosing.submitted(cast)
    for wrong in (fresh, cast.university):
        with pytest.raises(Refused, match="不是已核验的服务机构"):
            diagnosing.offered(cast, need, agency=wrong)
    with pytest.raises(Refused, match="只有待形式审查和退回修改"):
        diagnosing.offered(cast, world.need(cast, status="screened"), by=cast.shen)


def test_a_day_to_answer_and_then_the_days_that_were_given(cast: Cast) -> None:
    given = diagnosing.offered(cast, days=10)
    assert [item.machine.noun for item in todo(cast.yun)] == ["assignment"]
    first = given.due_at
    perform(given, "accept", by=cast.yun)
    assert given.due_at - first > timedelta(days=9)
    assert [item.status for item in todo(cast.yun)] == ["accepted"]
    assert {n.recipient for n in Notice.objects.filter(kind="assignment.accept")} == {cast.guan, cast.alice}


def test_a_log_only_grows(cast: Cast) -> None:
    given = diagnosing.accepted(cast)
    written = diagnosing.entry(cast, given)
    for change in (lambda: Entry.objects.update(found="没有开裂"), written.delete):
        with pytest.raises(IntegrityError, match="stays as it was written"), transaction.atomic():
            change()
    with pytest.raises(Refused, match="今天或以前"):
        write_entry(given, on=clock.today() + timedelta(days=1), how="call", found="明天的事", by=cast.yun)
    assert {n.recipient for n in Notice.objects.filter(kind="assignment.log")} == {cast.guan, cast.alice}


def test_nothing_is_finished_without_a_log_or_with_a_proposal_unanswered(cast: Cast) -> None:
    given = diagnosing.accepted(cast)
    with pytest.raises(Refused, match="至少一条诊断日志"):
        perform(given, "finish", by=cast.yun, data=diagnosing.CONCLUSION)
    diagnosing.entry(cast, given)
    made = diagnosing.rewrite(cast, given)
    with pytest.raises(Refused, match="还在等企业答复"):
        perform(given, "finish", by=cast.yun, data=diagnosing.CONCLUSION)
    perform(made, "withdraw", by=cast.yun)
    perform(given, "finish", by=cast.yun, data=diagnosing.CONCLUSION)
    with pytest.raises(Refused, match="不能再写日志"):
        diagnosing.entry(cast, given)


def test_an_officer_may_diagnose_too(cast: Cast) -> None:
    given = diagnosing.accepted(cast, officer=cast.gao)
    diagnosing.entry(cast, given, by=cast.gao)
    with pytest.raises(PermissionDenied):
        diagnosing.entry(cast, given, by=cast.guan)


def test_when_the_need_goes_on_the_assignment_ends_by_itself(cast: Cast) -> None:
    given = diagnosing.accepted(cast)
    offered = diagnosing.rewrite(cast, given)
    world.screen(given.need, cast)
    assert not reads(cast.yun, given.need)  # at once, whether or not a tick has run
    tick()
    given.refresh_from_db()
    assert (given.status, Rewrite.objects.get(pk=offered.pk).status) == ("withdrawn", "withdrawn")
    assert Notice.objects.filter(recipient=cast.yun, kind="assignment.void").exists()


def test_whoever_gives_the_case_to_an_agency_first_has_taken_it(cast: Cast) -> None:
    given = diagnosing.offered(cast)
    given.need.refresh_from_db()
    assert given.need.handler == cast.guan
    with pytest.raises(PermissionDenied):
        offer(given.need, duty="handover", officer=cast.gao, task="请接手", by=cast.gao)
