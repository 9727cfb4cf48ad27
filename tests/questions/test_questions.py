"""Questions about a listing: one answer for everybody, and an asker whom no page names."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

import life
import world
from audit.models import Event
from core import clock
from discovery.actions import follow
from needs.actions import publish_now
from notifications.models import Delivery, Notice
from people import Cast
from questions.models import Question
from questions.rules import LAST_CALL
from web.office.oversight import shown_letters
from workflow.actions import perform
from workflow.machine import Invalid, Refused
from workflow.queries import todo
from wrong_forms import as_

pytestmark = pytest.mark.django_db
ANSWER = {"answer": "基材由我方提供，尺寸 300 mm × 300 mm。"}


def text(answer: Any) -> str:
    return str(answer.content.decode())


def public(need: Any, name: str = "listing") -> str:
    return text(Client().get(reverse(name, args=[need.number])))


def test_question_and_answer_are_public_once_it_is_answered(cast: Cast) -> None:
    need = world.listed(cast)
    asked = life.question(cast, need)
    assert asked.text not in public(need)
    assert asked.text not in public(need, "listing_questions")
    perform(asked, "answer", by=cast.alice, data=ANSWER)
    for page in (public(need), public(need, "listing_questions")):
        assert asked.text in page
        assert ANSWER["answer"] in page


def test_it_waits_with_the_enterprise_for_three_working_days(cast: Cast) -> None:
    need = world.listed(cast)
    asked = life.question(cast, need)
    (item,) = [one for one in todo(cast.alice) if one.machine.noun == "question"]
    assert item.action == "答复提问"
    assert timedelta(days=2) < asked.due_at - clock.now() < timedelta(days=12)
    assert asked.text in text(as_(cast.alice).get(need.get_absolute_url()))


def test_no_page_names_the_asker(cast: Cast) -> None:
    need = world.listed(cast)
    waiting, done = life.question(cast, need), life.answered(cast, need, text="样片最少要做几件，多大尺寸？")
    names = (cast.tao.name, cast.tao.email, str(cast.tao.pk), "滨海理工大学", "弹性体课题组")
    looks = [public(need), public(need, "listing_questions")]
    pages = [need.get_absolute_url(), *(row.get_absolute_url() for row in (waiting, done))]
    pages += [reverse(name, args=[need.number]) for name in ("listing", "listing_questions")]
    office = [reverse(name) for name in ("office_home", "office_todo", "office_cold", "office_funnel")]
    Delivery.objects.update(dead=True, attempts=9, last_error="550 mailbox full")
    for who in (cast.alice, cast.guan, cast.shen, cast.charlie):
        looks += [text(as_(who).get(page)) for page in pages]
    looks += [text(as_(cast.guan).get(page)) for page in office]
    looks.append(text(as_(cast.alice).get(reverse("inbox"))))
    looks.append(text(as_(cast.alice).get(reverse("enterprise_home"))))
    for look in looks:
        assert [name for name in names if name in re.sub(r'data-owner="[^"]*"', "", look)] == []
    assert not shown_letters().filter(recipient=cast.tao, notice__kind__contains="question").exists()


def test_only_the_audit_knows(cast: Cast) -> None:
    need = world.listed(cast)
    asked = life.question(cast, need)
    assert Event.objects.get(action="question.create").actor == str(cast.tao.pk)
    assert not Event.objects.filter(stream=need.audit_stream, action__startswith="question.").exists()
    assert Event.objects.get(action="question.create").stream == f"question:{asked.pk}"


def test_asker_and_followers_get_the_same_letter(cast: Cast) -> None:
    need = world.listed(cast)
    follow(need, by=cast.charlie)
    life.answered(cast, need)
    told = Notice.objects.filter(kind="question.answer.followed")
    assert set(told.values_list("recipient", flat=True)) == {cast.tao.pk, cast.charlie.pk}
    assert set(told.values_list("subject_type", flat=True)) == {"needs.need"}
    assert Notice.objects.filter(kind="question.create", recipient=cast.alice).exists()


def test_who_asks(cast: Cast) -> None:
    need = world.listed(cast)
    for who in (cast.tao, cast.charlie, cast.rui):
        life.question(cast, need, by=who)
    for who in (cast.alice, cast.wei, cast.guan, cast.ji, cast.sysadmin):
        with pytest.raises(PermissionDenied):
            life.question(cast, need, by=who)
    assert as_(cast.alice).get(reverse("listing_ask", args=[need.number])).status_code == 403
    assert "/account/login/" in Client().get(reverse("listing_ask", args=[need.number]))["Location"]


def test_asking_ends_seventy_two_hours_before_the_deadline(cast: Cast) -> None:
    need = world.need(cast, status="approved")
    publish_now(need, by=cast.ling, bid_deadline=clock.now() + LAST_CALL - timedelta(minutes=1))
    with pytest.raises(Refused, match="截止前 72 小时"):
        life.question(cast, need)
    assert "截止前 72 小时起不再接受提问。" in public(need)
    answer = as_(cast.tao).get(reverse("listing_ask", args=[need.number]))
    assert answer["Location"] == reverse("listing_questions", args=[need.number])


def test_the_form_asks_for_a_question_and_gives_back_what_was_typed(cast: Cast) -> None:
    need, tao = world.listed(cast), as_(cast.tao)
    page = reverse("listing_ask", args=[need.number])
    answer = tao.post(page, {"text": "尺寸？"})
    assert answer.status_code == 422
    assert "请至少写 10 个字" in text(answer)
    assert "尺寸？" in text(answer)
    for _twice in range(2):
        tao.post(page, {"text": "样片的基材由谁提供，尺寸有没有要求？"})
    assert Question.objects.count() == 1
    assert "样片的基材由谁提供" in text(tao.get(page))


@pytest.mark.parametrize("number", ["13800138000", "138-0013-8000", "１３８００１３８０００", "11010519491231002X"])
def test_neither_question_nor_answer_carries_a_personal_number(cast: Cast, number: str) -> None:
    need, said = world.listed(cast), "这里有手机号或身份证号，公开内容不能有。请删去。"
    answer = as_(cast.tao).post(
        reverse("listing_ask", args=[need.number]), {"text": f"可以直接打电话 {number} 给您吗？"}
    )
    assert (answer.status_code, Question.objects.count()) == (422, 0)
    assert said in text(answer)
    question = life.question(cast, need)
    for move in ("answer", "decline"):
        with pytest.raises(Invalid) as refused:
            perform(question, move, by=cast.alice, data={"answer": f"细节请打 {number} 找张工。"})
        assert refused.value.form.errors["answer"] == [said]
    perform(
        question,
        "answer",
        by=cast.alice,
        data={"answer": "办公电话 0532-88880000，样片 13800 片，编号 2026112900138。"},
    )


def test_a_declined_question_says_why_and_a_hidden_one_only_that_it_is(cast: Cast) -> None:
    need = world.listed(cast)
    declined, abusive = life.question(cast, need), life.question(cast, need, text="你们单位的人是不是都不懂技术？")
    perform(declined, "decline", by=cast.alice, data={"answer": "涉及产线参数，签订保密协议后提供。"})
    perform(abusive, "hide", by=cast.guan, data={"code": "abuse"})
    page = public(need, "listing_questions")
    assert "不便答复" in page
    assert "签订保密协议后提供" in page
    assert abusive.text not in page
    assert "一个问题已隐藏：辱骂或人身攻击" in page
    assert as_(cast.charlie).get(abusive.get_absolute_url()).status_code == 404


def test_what_nobody_answered_in_time_is_said_so(cast: Cast) -> None:
    need = world.listed(cast)
    asked = life.question(cast, need)
    world.close(need)
    perform(asked, "close", by=None)
    assert "发榜方在截止前没有答复。" in public(need, "listing_questions")


def test_nobody_edits_what_was_said(cast: Cast) -> None:
    asked = life.answered(cast, world.listed(cast))
    for change in ({"text": "x"}, {"answer": "x"}, {"asker": cast.rui}):
        with pytest.raises(DatabaseError, match="kept as it was said"), transaction.atomic():
            Question.objects.filter(pk=asked.pk).update(**change)
    with pytest.raises(DatabaseError, match="kept as it was said"), transaction.atomic():
        Question.objects.filter(pk=asked.pk).delete()


def test_one_person_asks_five_at_a_time(cast: Cast) -> None:
    need = world.listed(cast)
    for n in range(5):
        life.question(cast, need, text=f"第 {n} 个问题：基材由谁提供？")
    with pytest.raises(Refused, match="还有 5 个问题待答复"):
        life.question(cast, need, text="第六个问题：基材由谁提供？")


def test_what_one_has_asked_is_in_the_own_data_and_in_nobody_elses(cast: Cast) -> None:
    life.question(cast, world.listed(cast))
    mine, others = (text(as_(who).post(reverse("personal_data"))) for who in (cast.tao, cast.rui))
    assert "样片的基材由谁提供" in mine
    assert "样片的基材由谁提供" not in others
