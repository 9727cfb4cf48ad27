"""Before it chooses, an enterprise may ask a bidder to talk; the other bidders learn nothing of it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

import insider
import world
from core import clock
from meetings.actions import invite
from meetings.models import Meeting
from notifications.models import Notice
from people import Cast
from proposals.models import Proposal
from workflow.actions import perform
from workflow.machine import Refused
from workflow.queries import todo
from workflow.tasks import tick
from wrong_forms import as_

pytestmark = pytest.mark.django_db
SAID = {"mode": "onsite", "place": "科创中心 3 楼", "agenda": "请带样件，说明低温指标的检测依据。"}


@pytest.fixture
def bid(cast: Cast) -> Proposal:
    return world.need(cast, status="opened").proposals.get()


def test_the_enterprise_invites_and_the_team_agrees(cast: Cast, bid: Proposal) -> None:
    at = clock.now() + timedelta(days=2)
    answer = as_(cast.alice).post(
        f"/needs/{bid.need_id}/compare/{bid.pk}/meet/", {**SAID, "starts_at": f"{at:%Y-%m-%dT%H:%M}"}
    )
    meeting = Meeting.objects.get()
    assert answer["Location"] == meeting.get_absolute_url()
    assert Notice.objects.filter(recipient=cast.tao, kind="meeting.create").exists()
    assert ("meeting", "确认参加") in {(item.machine.noun, item.action) for item in todo(cast.tao)}
    perform(meeting, "agree", by=cast.tao)
    assert "请带样件" in as_(cast.alice).get(meeting.get_absolute_url()).content.decode()
    for user, status in ((cast.ting, 200), (cast.guan, 200), (cast.rui, 404), (cast.charlie, 404)):
        assert as_(user).get(meeting.get_absolute_url()).status_code == status
    insider.execute("UPDATE meetings_meeting SET starts_at = now() - interval '1 minute'")
    tick()
    meeting.refresh_from_db()
    assert meeting.status == "held"


def test_nobody_is_invited_before_the_opening_after_the_answer_or_into_the_past(cast: Cast, bid: Proposal) -> None:
    later = clock.now() + timedelta(days=2)
    with pytest.raises(Refused, match="已经过去"):
        invite(bid, starts_at=clock.now() - timedelta(hours=1), by=cast.alice, **SAID)
    with pytest.raises(PermissionDenied):
        invite(bid, starts_at=later, by=cast.guan, **SAID)
    sealed = world.bid(cast, world.listed(cast, within=bid.need.batch))
    assert as_(cast.alice).get(f"/needs/{sealed.need_id}/compare/{sealed.pk}/meet/").status_code == 404
    with pytest.raises(Refused, match="不在比选"):
        invite(sealed, starts_at=later, by=cast.alice, **SAID)
    lost = world.need(cast, status="failed", within=bid.need.batch).proposals.get()
    with pytest.raises(Refused, match="不在比选"):
        invite(lost, starts_at=later, by=cast.alice, **SAID)


def test_what_is_wrong_with_an_invitation_is_said_beside_the_field(cast: Cast, bid: Proposal) -> None:
    url = f"/needs/{bid.need_id}/compare/{bid.pk}/meet/"
    answer = as_(cast.alice).post(url, {**SAID, "starts_at": "2020-01-01T10:00"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "这个时间已经过去，请填将来的时间。" in page
    assert "请带样件" in page
