"""A custodian who cannot come and cannot say so: one reports it, another attests it; proving his key he is back."""

import pytest
from django.core.exceptions import PermissionDenied

import keeping
import world
from custody.models import Custodian
from custody.rules import left, may_report, why_not_attest
from needs.models import Need
from notifications.models import Notice
from people import Cast
from proposals.actions import begin_opening
from proposals.tasks import decrypt_opened
from workflow.actions import perform
from workflow.machine import Refused
from workflow.queries import todo
from workflow.tasks import tick
from wrong_forms import as_

pytestmark = pytest.mark.django_db


@pytest.fixture
def listed(cast: Cast) -> Need:
    return keeping.listed(cast)


def seat(need: Need, n: int) -> Custodian:
    return keeping.sitting(need)[n - 1]


def opening_of(cast: Cast, need: Need):
    world.bid(cast, need)
    world.close(need)
    return begin_opening(need, by=cast.guan)


def absent(cast: Cast, row: Custodian) -> None:
    keeping.report(row, by=cast.guan)
    perform(row, "attest", by=cast.ji)


def test_one_reports_and_another_attests_of_whom_one_is_an_inspector(cast: Cast, listed: Need) -> None:
    outside = seat(listed, 3)
    keeping.report(outside, by=cast.guan)
    assert Notice.objects.filter(recipient=cast.yun, kind="custodian.report").exists()
    assert left(listed) == 3, "a report is no more than a report"
    assert ("custodian", "reported") in {(item.machine.noun, item.status) for item in todo(cast.ji)}
    for who, why in ((cast.guan, "另一人"), (cast.gao, "纪检"), (cast.ling, "纪检")):
        with pytest.raises(Refused, match=why):
            perform(outside, "attest", by=who)
    with pytest.raises(PermissionDenied):
        perform(outside, "attest", by=cast.yun)
    perform(outside, "attest", by=cast.ji)
    assert left(listed) == 2
    page = as_(cast.shen).get(outside.get_absolute_url()).content.decode()
    assert "三次电话" in page
    assert cast.guan.name in page


def test_where_the_inspector_himself_is_missing_a_leader_is_one_of_the_two(cast: Cast, listed: Need) -> None:
    inspector = seat(listed, 2)
    keeping.report(inspector, by=cast.guan)
    with pytest.raises(Refused, match="领导"):
        perform(inspector, "attest", by=cast.shen)
    with pytest.raises(PermissionDenied):
        perform(inspector, "attest", by=cast.ji)
    perform(inspector, "attest", by=cast.ling)
    assert inspector.status == "absent"


def test_nobody_reports_himself_gone_or_before_there_is_a_share(cast: Cast, listed: Need) -> None:
    with pytest.raises(PermissionDenied):
        keeping.report(seat(listed, 2), by=cast.ji)
    early = keeping.approved(cast, within=listed.batch)
    with pytest.raises(Refused, match="更换保管人"):
        keeping.report(seat(early, 3), by=cast.guan)


@pytest.mark.parametrize("attested", [False, True])
def test_who_proves_his_key_is_back_whatever_was_said_of_him(cast: Cast, listed: Need, attested: bool) -> None:
    outside = seat(listed, 3)
    keeping.report(outside, by=cast.guan)
    if attested:
        perform(outside, "attest", by=cast.ji)
    assert "试成功，报告即失效" in as_(cast.yun).get(outside.get_absolute_url()).content.decode()
    keeping.prove(outside)
    outside.refresh_from_db()
    assert (outside.status, outside.absence, outside.reported_by) == ("proved", "", None)


def test_without_him_the_two_others_open(cast: Cast, listed: Need) -> None:
    absent(cast, seat(listed, 3))
    opening = opening_of(cast, listed)
    assert seat(listed, 3).status == "absent", "whoever is gone is not called"
    for n in (1, 2):
        keeping.bring(seat(listed, n))
    decrypt_opened()
    perform(opening, "confirm", by=cast.shen)
    decrypt_opened()
    assert listed.proposals.get().status == "opened"
    assert {row.status for row in keeping.sitting(listed)} == {"released"}


def test_who_comes_back_while_the_opening_waits_is_called_to_it_and_brings_his_share(cast: Cast, listed: Need) -> None:
    absent(cast, seat(listed, 3))
    opening = opening_of(cast, listed)
    keeping.prove(seat(listed, 3))
    tick()
    late = seat(listed, 3)
    assert late.status == "called"
    assert late.ticket
    for n in (1, 3):
        keeping.bring(seat(listed, n))
    decrypt_opened()
    perform(opening, "confirm", by=cast.shen)


def test_one_report_at_the_opening_keeps_nobody_from_bringing_his_share(cast: Cast, listed: Need) -> None:
    opening_of(cast, listed)
    outside = seat(listed, 3)
    old = outside.ticket
    keeping.report(outside, by=cast.shen)
    assert outside.ticket == old
    assert "交出份额" in as_(cast.yun).get(outside.get_absolute_url()).content.decode()
    keeping.bring(outside)
    decrypt_opened()
    outside.refresh_from_db()
    assert (outside.status, outside.absence, outside.reported_by) == ("accepted", "", None)


def test_who_was_only_reported_is_called_to_the_opening_and_the_report_stays(cast: Cast, listed: Need) -> None:
    keeping.report(seat(listed, 3), by=cast.guan)
    opening = opening_of(cast, listed)
    outside = seat(listed, 3)
    assert outside.status == "reported"
    assert outside.ticket
    assert Notice.objects.filter(recipient=cast.yun, kind="custodian.call_reported").exists()
    perform(opening, "cancel", by=cast.guan, data=world.REASON)
    outside.refresh_from_db()
    assert (outside.status, outside.ticket) == ("reported", "")
    with pytest.raises(Refused, match="没有等您交出"):
        keeping.bring(outside)
    begin_opening(listed, by=cast.guan)
    keeping.bring(outside)


def test_a_report_before_the_call_of_a_late_comer_does_not_hide_him(cast: Cast, listed: Need) -> None:
    absent(cast, seat(listed, 3))
    opening_of(cast, listed)
    keeping.prove(seat(listed, 3))
    keeping.report(seat(listed, 3), by=cast.guan)
    tick()
    assert seat(listed, 3).ticket
    with pytest.raises(Refused, match="已经请他"):
        perform(seat(listed, 3), "call_reported", by=None)
    keeping.bring(seat(listed, 3))


def test_the_second_report_takes_the_ticket_away_until_he_proves_his_key(cast: Cast, listed: Need) -> None:
    opening_of(cast, listed)
    outside = seat(listed, 3)
    old = outside.ticket
    absent(cast, outside)
    assert outside.ticket == ""
    with pytest.raises(Refused):
        keeping.bring(outside)
    keeping.prove(outside)
    tick()
    outside.refresh_from_db()
    assert outside.ticket not in ("", old)


def test_what_two_people_said_no_one_of_them_takes_back(cast: Cast, listed: Need) -> None:
    outside = seat(listed, 3)
    keeping.report(outside, by=cast.guan)
    perform(outside, "retract", by=cast.gao)
    absent(cast, outside)
    with pytest.raises(Refused):
        perform(outside, "retract", by=cast.guan)
    assert outside.status == "absent"


def test_nobody_is_released_while_his_share_is_needed(cast: Cast, listed: Need) -> None:
    with pytest.raises(Refused, match="还要用"):
        perform(seat(listed, 3), "release", by=None)


def test_a_report_is_on_the_list_of_everybody_who_may_attest_it_and_of_nobody_else(cast: Cast, listed: Need) -> None:
    """Also where the only inspector, or the only leader, made it himself: then any second person will do."""
    for n, reporter in ((3, cast.guan), (3, cast.ji), (2, cast.guan), (2, cast.ling)):
        row = seat(listed, n)
        keeping.report(row, by=reporter)
        waits = {p for p in cast.everyone().values() if row.pk in {item.pk for item in todo(p)}}
        assert waits == {p for p in cast.everyone().values() if may_report(p, row) and not why_not_attest(row, p)}
        assert waits
        perform(row, "retract", by=reporter)
