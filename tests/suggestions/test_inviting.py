"""Who else invites a team: the enterprise that asks, the agency that diagnosed. And what became of invitations."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied

import diagnosing
import insider
import suggesting
import world
from core import clock
from corpus import tick
from makers import MAKERS
from meetings.actions import invite as meet
from needs.models import Need
from notifications.models import Notice
from notifications.queries import inbox, read
from notifications.rendering import Message
from people import Cast
from rescue import rules
from rescue.actions import invite
from rescue.models import Invite
from suggestions.actions import mark_shown
from suggestions.models import Suggestion
from suggestions.outcomes import asked, funnel, records
from suggestions.queries import suggested
from teams.actions import create_team
from teams.models import Team
from workflow.actions import perform
from workflow.machine import Refused

pytestmark = pytest.mark.django_db


def diagnosed(cast: Cast) -> Need:
    """A listing that Yun's agency had diagnosed."""
    need = diagnosing.done(cast).need
    need.refresh_from_db()
    world.screen(need, cast)
    perform(need, "approve", by=cast.shen)
    world.publish(need, cast)
    need.refresh_from_db()
    return need


def words(notice: Notice) -> Message:
    return read([notice])[0].message


def test_the_enterprise_invites_and_is_told_the_answer_but_not_the_reason(cast: Cast) -> None:
    need = world.listed(cast)
    (row,) = invite(need, [cast.team], message="欢迎来厂里看看。", by=cast.bob)
    assert (row.invited_by, row.organisation) == (cast.bob, cast.enterprise)
    (notice,) = Notice.objects.filter(recipient=cast.tao, kind="invite.create")
    assert "海岳材料有限公司邀请您的团队" in words(notice).title
    perform(row, "decline", by=cast.tao, data={"code": "budget"})
    told = {notice.recipient for notice in Notice.objects.filter(kind="invite.decline")}
    assert told == {cast.alice, cast.bob}
    (letter,) = [one for one in inbox(cast.bob) if one.kind == "invite.decline"]
    assert "榜额偏低" not in words(letter).body
    assert [rules.reads_reason(user, row) for user in (cast.bob, cast.guan, cast.tao)] == [False, True, True]


def test_an_officer_still_speaks_for_the_zone(cast: Cast) -> None:
    (row,) = invite(world.listed(cast), [cast.team], by=cast.guan)
    assert row.organisation is None
    (notice,) = Notice.objects.filter(recipient=cast.tao, kind="invite.create")
    assert "管委会邀请您的团队" in words(notice).title
    perform(row, "decline", by=cast.tao, data={"code": "budget"})
    letter = Notice.objects.get(recipient=cast.guan, kind="invite.decline")
    assert "榜额偏低" in words(letter).body


def test_the_agency_that_diagnosed_it_invites_in_its_own_name(cast: Cast) -> None:
    need = diagnosed(cast)
    (row,) = invite(need, [cast.team], by=cast.yun)
    assert row.organisation == cast.agency
    assert list(Invite.objects.visible_to(cast.yun)) == [row]
    assert list(Invite.objects.visible_to(cast.alice)) == [row]
    other = world.listed(cast)
    with pytest.raises(PermissionDenied):
        invite(other, [cast.team], by=cast.yun)


def test_nobody_else_invites(cast: Cast) -> None:
    need = world.listed(cast)
    for user in (cast.charlie, cast.tao, cast.shen, cast.xu, cast.sysadmin):
        assert not rules.may_invite(user, need)
        with pytest.raises(PermissionDenied):
            invite(need, [cast.team], by=user)


def test_a_team_is_invited_once_whoever_asks(cast: Cast) -> None:
    need = world.listed(cast)
    invite(need, [cast.team], by=cast.guan)
    assert invite(need, [cast.team], by=cast.alice) == []
    assert Notice.objects.filter(recipient=cast.tao, kind="invite.create").count() == 1


def test_what_the_zone_wrote_to_a_team_is_between_the_two(cast: Cast) -> None:
    """That it asked, and the answer, the enterprise sees as well: nobody is asked twice."""
    need = world.listed(cast)
    (theirs,) = invite(need, [cast.team], message="企业资金到位有点慢，请心里有数。", by=cast.guan)
    (own,) = invite(need, [cast.rival_team], message="欢迎来厂里看看。", by=cast.alice)
    for user in (cast.guan, cast.shen, cast.tao):
        assert "资金到位" in suggesting.page(user, "invite", theirs.pk)
    page = suggesting.page(cast.alice, "invite", theirs.pk)
    assert "资金到位" not in page
    assert "管委会" in page
    for user in (cast.alice, cast.guan, cast.rui):
        assert "欢迎来厂" in suggesting.page(user, "invite", own.pk)


def test_the_team_and_the_others_see_their_own_and_strangers_none(cast: Cast) -> None:
    need = world.listed(cast)
    invite(need, [cast.team], by=cast.guan)
    for user in (cast.tao, cast.guan, cast.alice):
        assert Invite.objects.visible_to(user).count() == 1
    for user in (cast.rui, cast.charlie, cast.yun, cast.sysadmin):
        assert not Invite.objects.visible_to(user).exists()


def many(cast: Cast, n: int) -> list[Team]:
    return [create_team(organisation=cast.university, name=f"课题组{k}", by=cast.tao) for k in range(n)]


def test_an_enterprise_invites_ten_a_day_and_is_told_so(cast: Cast) -> None:
    need, found = world.listed(cast), many(cast, rules.MOST_A_DAY + 1)
    assert len(invite(need, found[:9], by=cast.alice)) == 9
    with pytest.raises(Refused, match="一天最多邀请 10 个团队，贵单位今天已经邀请了 9 个"):
        invite(need, found[9:], by=cast.bob)
    assert len(invite(need, found[9:10], by=cast.bob)) == 1
    assert len(invite(need, found[10:], by=cast.guan)) == 1  # the zone is not counted
    insider.execute("UPDATE rescue_invite SET created_at = created_at - interval '1 day'")
    more = create_team(organisation=cast.university, name="又一个", by=cast.tao)
    assert len(invite(need, [more], by=cast.alice)) == 1


def test_a_suspended_enterprise_invites_nobody(cast: Cast) -> None:
    need = world.listed(cast)
    perform(cast.enterprise, "suspend", by=None, driven=True, data=world.REASON)
    with pytest.raises(Refused, match="已暂停"):
        invite(need, [cast.team], by=cast.alice)


def test_teams_of_a_party_are_left_out(cast: Cast) -> None:
    need = diagnosed(cast)
    own = create_team(organisation=cast.enterprise, name="研发部", by=cast.alice)
    theirs = create_team(organisation=cast.agency, name="技术部", by=cast.yun)
    assert invite(need, [own, theirs], by=cast.guan) == []


# ── what became of them ─────────────────────────────────────────────────────────
def test_from_shown_to_signed_each_figure_has_its_records(cast: Cast, teams: dict[str, Team]) -> None:
    since = clock.now()
    need = world.listed(cast)
    tick()
    mark_shown(list(Suggestion.objects.of_need(need)), by=cast.guan)
    shown = Suggestion.objects.of_need(need).count()
    (row,) = invite(need, [cast.team], by=cast.alice)
    counted = {step.key: step.value for step in funnel(since, clock.now())}
    assert counted == {"shown": shown, "invited": 1, "answered": 0, "interested": 0, "met": 0, "signed": 0}
    perform(row, "accept", by=cast.tao)
    bid = world.bid(cast, need)
    world.open_bids(need, cast)
    at = clock.now() + timedelta(days=2)
    talk = meet(bid, mode="onsite", starts_at=at, place="科创中心 3 楼", agenda="请带样件。", by=cast.alice)
    perform(talk, "agree", by=cast.tao)
    assert [step.value for step in funnel(since, clock.now()) if step.key == "met"] == [0], "it is still to come"
    perform(talk, "hold", by=None)
    counted = {step.key: step.value for step in funnel(since, clock.now())}
    assert counted == {"shown": shown, "invited": 1, "answered": 1, "interested": 1, "met": 1, "signed": 0}
    for key, n in counted.items():
        assert records(key, since, clock.now()).count() == n
    assert [one.team for one in records("met", since, clock.now())] == [cast.team]
    assert funnel(clock.now(), clock.now())[0].value == 0
    (match,) = [one for one in suggested(need, cast.alice) if one.team == cast.team]
    assert match.invite == row


@pytest.mark.parametrize(("noun", "n"), [("held", 1), ("none", 1), ("not_held", 0), ("unwritten", 0)])
def test_only_who_really_met_is_counted_as_having_met(cast: Cast, noun: str, n: int) -> None:
    since = clock.now()
    talk = MAKERS["meeting"]["unwritten" if noun == "unwritten" else "held"](cast)
    if noun in ("none", "not_held"):
        perform(talk, "write", by=cast.alice, data={"result": noun, "came": "发榜方", "said": "等了半小时。"})
    need, team, now = talk.proposal.need, talk.proposal.team, clock.now()
    Suggestion.objects.create(need=need, team=team, place=1, score=1, strength="strong", made_at=now, shown_at=now)
    assert [step.value for step in funnel(since, clock.now()) if step.key == "met"] == [n]


def test_a_signed_contract_of_a_suggested_team_is_counted(cast: Cast, teams: dict[str, Team]) -> None:
    since = clock.now()
    contract = world.contract(cast, status="performing")
    now = clock.now()
    Suggestion.objects.create(need=contract.need, team=contract.team, place=1, score=1, strength="strong",
                              made_at=now, shown_at=now)  # fmt: skip
    found = {step.key: (step.value, step.share) for step in funnel(since, clock.now())}
    assert found["signed"] == (1, 1.0)
    assert found["met"] == (1, 1.0)
    assert found["invited"] == (0, 0.0)


def test_who_was_asked_who_answered_and_in_how_many_working_days(cast: Cast) -> None:
    need = world.listed(cast)
    invite(need, [cast.team, cast.rival_team], by=cast.guan)
    perform(Invite.objects.get(team=cast.team), "accept", by=cast.tao)
    found = {row.invite.team: (row.answered_at is not None, row.waits, row.days) for row in asked(need.invites.all())}
    assert found == {cast.team: (True, False, 0), cast.rival_team: (False, True, 0)}


def test_a_year_whose_holidays_are_not_known_yet_counts_calendar_days(cast: Cast) -> None:
    need = world.listed(cast)
    invite(need, [cast.team], by=cast.guan)
    (row,) = need.invites.all()
    row.created_at, row.status_since = datetime(2099, 1, 4, 12, tzinfo=UTC), datetime(2099, 1, 9, 12, tzinfo=UTC)
    row.status = "interested"
    assert [one.days for one in asked([row])] == [5]
