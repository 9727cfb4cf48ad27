"""首问负责: whoever takes a case first handles it until another has accepted it."""

import pytest
from django.core.exceptions import PermissionDenied

import diagnosing
import world
from accounts.appointments import end
from needs.models import Need
from notifications.models import Notice
from people import Cast
from workflow.actions import perform
from workflow.machine import Invalid, Refused
from workflow.queries import todo

pytestmark = pytest.mark.django_db


@pytest.fixture
def need(cast: Cast) -> Need:
    made = diagnosing.submitted(cast)
    perform(made, "take", by=cast.guan)
    return made


def waiting(user: object) -> set[tuple[str, str]]:
    return {(item.machine.noun, item.status) for item in todo(user)}


def test_a_case_that_is_taken_waits_for_one_officer_and_not_for_the_others(cast: Cast) -> None:
    need = diagnosing.submitted(cast)
    assert ("need", "submitted") in waiting(cast.guan) & waiting(cast.gao)
    perform(need, "take", by=cast.guan)
    assert ("need", "submitted") in waiting(cast.guan)
    assert waiting(cast.gao) == set()


def test_the_others_can_neither_pass_it_nor_send_it_back(cast: Cast, need: Need) -> None:
    world.tick_all(need, by=cast.guan)
    for move in ("screen", "return", "reject"):
        with pytest.raises(Refused, match="本件由管经办经办"):
            perform(need, move, by=cast.gao, data=world.REASON)
    with pytest.raises(Refused, match="已有人经办"):
        perform(need, "take", by=cast.gao)


def test_whoever_sends_it_back_first_has_taken_it(cast: Cast) -> None:
    need = diagnosing.submitted(cast)
    perform(need, "return", by=cast.gao, data=world.REASON)
    assert need.handler == cast.gao


def test_the_first_keeps_the_case_until_the_handover_is_accepted(cast: Cast, need: Need) -> None:
    given = diagnosing.handover(cast, need)
    need.refresh_from_db()
    assert need.handler == cast.guan
    assert ("assignment", "offered") in waiting(cast.gao)
    assert given.due_at is not None
    perform(given, "take_over", by=cast.gao)
    need.refresh_from_db()
    assert (need.handler, given.status) == (cast.gao, "done")
    world.screen(need, cast, by=cast.gao)


def test_a_handover_that_is_declined_leaves_the_case_where_it_was(cast: Cast, need: Need) -> None:
    given = diagnosing.handover(cast, need)
    with pytest.raises(Invalid, match="至少写 10 个字"):
        perform(given, "decline", by=cast.gao, data={"code": "busy", "reason": "忙"})
    perform(given, "decline", by=cast.gao, data=diagnosing.DECLINE)
    need.refresh_from_db()
    assert need.handler == cast.guan
    assert Notice.objects.filter(recipient=cast.guan, kind="assignment.decline").exists()


def test_only_who_handles_a_case_gives_it_away_or_the_desk_above(cast: Cast, need: Need) -> None:
    for stranger in (cast.gao, cast.alice, cast.ji, cast.yun):
        with pytest.raises(PermissionDenied):
            diagnosing.offered(cast, need, duty="handover", officer=cast.gao, by=stranger)
    diagnosing.offered(cast, need, duty="handover", officer=cast.gao, by=cast.ling)
    with pytest.raises(Refused, match="已经有一项同样的交办"):
        diagnosing.handover(cast, need)


def test_a_case_is_not_given_to_who_has_it_or_to_who_is_no_officer(cast: Cast, need: Need) -> None:
    with pytest.raises(Refused, match="现在就由管经办经办"):
        diagnosing.offered(cast, need, duty="handover", officer=cast.guan)
    with pytest.raises(Refused, match="现在不是经办"):
        diagnosing.offered(cast, need, duty="handover", officer=cast.ji)


def test_the_case_of_an_officer_who_has_left_is_everybodys_again(cast: Cast, need: Need) -> None:
    end(cast.guan.appointments.get(), by=cast.secadmin)
    need.refresh_from_db()
    assert ("need", "submitted") in waiting(cast.gao)
    perform(need, "take", by=cast.gao)
    assert need.handler == cast.gao


def test_what_comes_back_to_the_desk_is_told_to_who_handles_it(cast: Cast, need: Need) -> None:
    perform(need, "recall", by=cast.alice)
    Notice.objects.all().delete()
    perform(need, "submit", by=cast.alice)
    assert {notice.recipient for notice in Notice.objects.filter(kind="need.submit")} == {cast.guan}
