"""After a meeting the inviting side writes down what came of it, the other confirms it or says where it is not so."""

import re
from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import insider
import world
from core import clock
from core.models import DayOverride
from core.workdays import add_workdays, end_of_workday
from makers import DATA, MAKERS
from meetings.actions import invite
from meetings.models import Meeting
from notifications.models import Notice
from people import Cast
from workflow.actions import perform
from workflow.machine import Invalid, Refused
from workflow.queries import todo
from workflow.tasks import tick
from wrong_forms import as_

pytestmark = pytest.mark.django_db
SAID = {"result": "followup", "came": "爱丽丝、陶老师", "said": "看了样件，还差一份检测报告。"}


def in_state(cast: Cast, status: str) -> Meeting:
    made: Meeting = MAKERS["meeting"][status](cast)
    return made


def page(user: Any, meeting: Meeting) -> str:
    return as_(user).get(meeting.get_absolute_url()).content.decode()


def let_it_fall_due() -> None:
    insider.execute("UPDATE meetings_meeting SET due_at = now() - interval '1 minute'")
    tick()


def test_minutes_are_written_by_the_inviting_side_and_confirmed_by_the_other(cast: Cast) -> None:
    meeting = in_state(cast, "held")
    assert ("meeting", "写纪要") in {(item.machine.noun, item.action) for item in todo(cast.alice)}
    address = f"/moves/meeting/{meeting.pk}/write/"
    form = as_(cast.alice).get(address).content.decode()
    assert f"揭榜方：{cast.tao.name}" in form, "who came is begun already"
    step = {"next_step": "揭榜方补检测报告", "next_date": f"{clock.today() + timedelta(days=9)}"}
    assert as_(cast.tao).post(address, {**SAID, **step}).status_code == 403
    as_(cast.alice).post(address, {**SAID, **step})
    assert Notice.objects.filter(recipient=cast.tao, kind="meeting.write").exists()
    for reader in (cast.tao, cast.ting, cast.bob, cast.guan):
        assert "还差一份检测报告" in page(reader, meeting)
    assert as_(cast.rui).get(meeting.get_absolute_url()).status_code == 404
    perform(meeting, "confirm", by=cast.ting)
    assert Notice.objects.filter(recipient=cast.alice, kind="meeting.confirm").exists()


def test_what_goes_on_needs_a_next_step_and_a_day(cast: Cast) -> None:
    meeting = in_state(cast, "held")
    with pytest.raises(Invalid) as wrong:
        perform(meeting, "write", by=cast.alice, data=SAID)
    assert set(wrong.value.form.errors) == {"next_step", "next_date"}
    perform(meeting, "write", by=cast.alice, data={**SAID, "result": "none"})
    assert meeting.status == "minuted"


def test_an_objection_stands_beside_the_minutes_until_they_are_mended(cast: Cast) -> None:
    meeting = in_state(cast, "objected")
    assert "报告在附件二第 3 页" in page(cast.alice, meeting)
    assert ("meeting", "修改纪要") in {(item.machine.noun, item.action) for item in todo(cast.alice)}
    form = as_(cast.alice).get(f"/moves/meeting/{meeting.pk}/write/").content.decode()
    assert meeting.said in form, "what was written is there to be mended"
    perform(meeting, "write", by=cast.alice, data={**DATA["write"](), "said": "报告在附件二，已核对。"})
    assert (meeting.status, bool(meeting.objection)) == ("minuted", True), "what was objected to is not wiped away"
    perform(meeting, "confirm", by=cast.tao)
    assert meeting.objection == ""


def test_the_same_minutes_are_no_answer_to_an_objection(cast: Cast) -> None:
    meeting = in_state(cast, "objected")
    with pytest.raises(Invalid, match="没有改动"):
        perform(meeting, "write", by=cast.alice, data={**DATA["write"](), "said": meeting.said})
    assert meeting.status == "objected"


def test_silence_after_mended_minutes_leaves_the_objection_on_record(cast: Cast) -> None:
    meeting = in_state(cast, "objected")
    perform(meeting, "write", by=cast.alice, data={**DATA["write"](), "said": "报告在附件二，已核对。"})
    assert "与异议一并存记" in page(cast.tao, meeting)
    let_it_fall_due()
    meeting.refresh_from_db()
    assert meeting.status == "disputed"
    assert "报告在附件二第 3 页" in page(cast.guan, meeting)
    assert not Notice.objects.filter(kind="meeting.settle").exists()


@pytest.mark.parametrize(
    ("status", "then"), [("held", "unwritten"), ("minuted", "unanswered"), ("objected", "disputed")]
)
def test_silence_ends_it_and_is_named_so(cast: Cast, status: str, then: str) -> None:
    meeting = in_state(cast, status)
    let_it_fall_due()
    meeting.refresh_from_db()
    assert meeting.status == then
    if then == "disputed":
        assert "报告在附件二第 3 页" in page(cast.guan, meeting)


def test_meetings_held_before_there_were_minutes_do_not_wait_for_ever(cast: Cast) -> None:
    meeting = in_state(cast, "held")
    insider.execute("UPDATE meetings_meeting SET due_at = NULL")
    insider.execute(import_module("meetings.migrations.0005_held_is_due").DUE)
    meeting.refresh_from_db()
    assert meeting.due_at
    assert meeting.due_at > clock.now()


def test_a_next_step_is_dated_from_the_day_of_the_meeting(cast: Cast) -> None:
    """The minutes may be written days later: what was agreed on may be done by then."""
    meeting = in_state(cast, "held")
    insider.execute("UPDATE meetings_meeting SET starts_at = now() - interval '10 days'")
    meeting.refresh_from_db()
    step = {**SAID, "next_step": "揭榜方补检测报告"}
    day = clock.day_of(meeting.starts_at)
    with pytest.raises(Invalid, match="对接当天"):
        perform(meeting, "write", by=cast.alice, data={**step, "next_date": day - timedelta(days=1)})
    perform(meeting, "write", by=cast.alice, data={**step, "next_date": day + timedelta(days=2)})
    assert meeting.status == "minuted"


@pytest.mark.parametrize("move", ["decline", "cancel", "postpone"])
def test_a_meeting_whose_time_came_is_neither_called_off_nor_put_off_any_more(cast: Cast, move: str) -> None:
    meeting = in_state(cast, "agreed")
    insider.execute("UPDATE meetings_meeting SET starts_at = now() - interval '1 minute'")
    data = DATA[move]() if move == "postpone" else world.REASON
    with pytest.raises(Refused, match="已经过去"):
        perform(meeting, move, by=cast.tao if move == "decline" else cast.alice, data=data)


def test_another_time_has_to_be_confirmed_anew(cast: Cast) -> None:
    meeting = in_state(cast, "agreed")
    later = clock.now() + timedelta(days=5)
    put_off = {"starts_at": later, "place": "线上会议 8", "reason": "当天要迎检，改一天。"}
    with pytest.raises(Invalid):
        perform(meeting, "postpone", by=cast.alice, data={**put_off, "starts_at": clock.now() - timedelta(hours=1)})
    perform(meeting, "postpone", by=cast.alice, data=put_off)
    assert (meeting.status, meeting.place, meeting.moved) == ("invited", "线上会议 8", 1)
    told = Notice.objects.get(recipient=cast.tao, kind="meeting.postpone")
    assert told.context["reason"] == "当天要迎检，改一天。"


def test_a_meeting_falls_with_its_bid_and_is_not_put_off_after_the_answer(cast: Cast) -> None:
    meeting = in_state(cast, "agreed")
    insider.execute("UPDATE proposals_proposal SET status = 'lapsed' WHERE id = %s", meeting.proposal_id)
    with pytest.raises(Refused, match="不在比选"):
        perform(meeting, "postpone", by=cast.alice, data=DATA["postpone"]())
    tick()
    meeting.refresh_from_db()
    assert meeting.status == "cancelled"
    assert Notice.objects.filter(recipient=cast.tao, kind="meeting.fall").exists()


def test_an_entry_for_the_calendar_moves_with_its_meeting_and_goes_with_it(cast: Cast) -> None:
    meeting = in_state(cast, "agreed")
    address = f"{meeting.get_absolute_url()}meeting.ics"
    answer = as_(cast.tao).get(address)
    first = answer.content.decode()
    assert answer["Content-Type"].startswith("text/calendar")
    assert "STATUS:CONFIRMED" in first
    assert "DTEND:" in first
    assert "TRANSP:OPAQUE" in first
    perform(meeting, "postpone", by=cast.alice, data=DATA["postpone"]())
    second = as_(cast.tao).get(address).content.decode()
    assert "SEQUENCE:1" in second
    assert [line for line in first.split("\r\n") if line.startswith("UID")] == [
        line for line in second.split("\r\n") if line.startswith("UID")
    ]
    perform(meeting, "cancel", by=cast.alice, data=world.REASON)
    last = as_(cast.alice).get(address).content.decode()
    assert "STATUS:CANCELLED" in last
    assert "SEQUENCE:2" in last, "a calendar takes no change that is not newer"
    assert address in page(cast.tao, meeting), "who has it in his calendar finds where to take it out"
    assert as_(cast.rui).get(address).status_code == 404


def test_all_meetings_of_mine_the_next_on_top_and_a_calendar_of_what_i_take_part_in(cast: Cast) -> None:
    in_state(cast, "confirmed")
    ahead = in_state(cast, "agreed")
    for user, title in ((cast.alice, True), (cast.tao, True), (cast.guan, True), (cast.rui, False)):
        shown = as_(user).get("/meetings/").content.decode()
        assert (ahead.get_absolute_url() in shown) is title
    shown = as_(cast.alice).get("/meetings/").content.decode()
    assert shown.index("即将进行") < shown.index("以往")
    for user, entries in ((cast.tao, 1), (cast.guan, 0), (cast.rui, 0)):
        assert as_(user).get("/meetings/calendar.ics").content.decode().count("BEGIN:VEVENT") == entries
    assert "即将进行的对接" in as_(cast.tao).get("/team/intents/").content.decode()
    assert "即将进行的对接" in as_(cast.alice).get("/enterprise/").content.decode()


def test_the_list_asks_no_more_for_three_meetings_than_for_one(cast: Cast) -> None:
    counted = []
    for rows in (1, 3):
        while Meeting.objects.count() < rows:
            in_state(cast, "agreed")
        client = as_(cast.guan)
        with CaptureQueriesContext(connection) as asked:
            client.get("/meetings/")
        counted.append(len(asked))
    assert counted[0] == counted[1]


def test_the_team_is_asked_to_answer_before_the_meeting_begins(cast: Cast) -> None:
    soon = clock.now() + timedelta(hours=2)
    bid = in_state(cast, "invited").proposal
    assert invite(bid, mode="online", starts_at=soon, place="线上", agenda="样件", by=cast.alice).due_at == soon


@pytest.mark.parametrize("hours", [3, 24 * 20])
def test_who_has_not_answered_yet_is_asked_to_by_the_new_time(cast: Cast, hours: int) -> None:
    for year in (clock.today().year, clock.today().year + 1):  # a year is known by its first day
        DayOverride.objects.create(date=date(year, 1, 1), is_workday=False)
    meeting = in_state(cast, "invited")
    insider.execute(
        "UPDATE meetings_meeting SET due_at = now() + interval '30 hours', status_since = now() - interval '9 days'"
    )
    begun = clock.now()
    at = begun + timedelta(hours=hours)
    perform(meeting, "postpone", by=cast.alice, data={**DATA["postpone"](), "starts_at": at})
    meeting.refresh_from_db()
    assert meeting.status_since >= begun
    assert meeting.due_at == min(at, end_of_workday(add_workdays(clock.day_of(meeting.status_since), 3)))


def test_who_was_asked_before_meetings_were_due_at_their_beginning_is_due_then(cast: Cast) -> None:
    meeting = in_state(cast, "invited")
    insider.execute("UPDATE meetings_meeting SET due_at = starts_at + interval '1 day'")
    insider.execute(import_module("meetings.migrations.0006_invited_is_due").DUE)
    meeting.refresh_from_db()
    assert meeting.due_at == meeting.starts_at
    insider.execute("UPDATE meetings_meeting SET due_at = starts_at - interval '1 day'")
    insider.execute(import_module("meetings.migrations.0006_invited_is_due").DUE)
    meeting.refresh_from_db()
    assert meeting.due_at == meeting.starts_at - timedelta(days=1)


def test_a_list_says_in_english_how_many_rows_it_has_and_not_that_they_are_listings(cast: Cast) -> None:
    in_state(cast, "confirmed")
    cast.guan.language = "en"
    cast.guan.save()
    shown = as_(cast.guan).get("/meetings/").content.decode()
    assert re.search(r"<nav class=\"pages\".*?\b1 item\s", shown, re.DOTALL)
    assert "1 listing" not in shown


def test_whoever_mends_the_minutes_reads_what_was_objected_to(cast: Cast) -> None:
    meeting = in_state(cast, "objected")
    form = as_(cast.alice).get(f"/moves/meeting/{meeting.pk}/write/").content.decode()
    assert f"揭榜方的异议：{meeting.objection}" in form


def test_an_agreed_meeting_waits_for_nobody(cast: Cast) -> None:
    said = page(cast.tao, in_state(cast, "agreed"))
    assert "无需办理" in said
    assert "轮到：无需办理" not in said
