"""附加项: what a batch asks besides is answered before a need is handed in, public only where the batch says so."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction

import world
from needs.actions import change_batch, clone_batch, save_need
from needs.additions import AnswerKind, Question, answers, as_json, questions, unanswered
from needs.listing import content_hash, public_content, search_words
from needs.models import Batch, Need
from needs.versions import changes
from people import Cast
from reports.fsck import look
from workflow.actions import perform
from workflow.machine import Refused

pytestmark = pytest.mark.django_db
CHAIN = Question("qchain", "所属产业链", AnswerKind.CHOICE, choices=("新材料", "高端装备"))
VALUE = Question("qvalue", "预计新增产值", AnswerKind.NUMBER, unit="万元")
STAGE = Question("qstage", "是否参加现场赛", AnswerKind.YES_NO)
WHOM = Question("qwhom", "希望对接的单位", AnswerKind.LONG, required=False, public=False)
ASKED = as_json([CHAIN, VALUE, STAGE, WHOM])
SAID = {"qchain": "新材料", "qvalue": "300", "qstage": False, "qwhom": "某大学课题组"}


def asking(cast: Cast, asked: list[dict[str, Any]] = ASKED, **fields: Any) -> Batch:
    return world.batch(cast, additions=asked, **fields)


def test_questions_come_back_as_they_were_asked(cast: Cast) -> None:
    batch = asking(cast)
    batch.refresh_from_db()
    assert questions(batch) == [CHAIN, VALUE, STAGE, WHOM]


@pytest.mark.parametrize("kind", AnswerKind.values)
def test_every_kind_of_answer_is_told_apart_from_what_is_none(kind: str) -> None:
    question = Question("q1", "问题", kind, choices=("甲", "乙"))
    right = {"short": "一句话", "long": "几\n行", "choice": "甲", "number": "-0.5", "yesno": False}
    wrong = {"short": "长" * 101, "long": 7, "choice": "丙", "number": "三百", "yesno": "是"}
    assert question.fits(right[kind])
    assert not question.fits(wrong[kind])


def test_nothing_is_handed_in_before_every_required_question_has_its_answer(cast: Cast) -> None:
    need = world.need(cast, within=asking(cast))
    with pytest.raises(Refused, match="批次附加项还缺：所属产业链、预计新增产值、是否参加现场赛。"):
        perform(need, "submit", by=cast.alice)
    need.answers = {**SAID, "qchain": "丝绸"}
    del need.answers["qwhom"]
    save_need(need, by=cast.alice)
    assert unanswered(need) == [CHAIN]
    need.answers = {**need.answers, "qchain": "新材料"}
    save_need(need, by=cast.alice)
    perform(need, "submit", by=cast.alice)


def test_the_public_part_has_the_public_answers_and_no_word_of_the_others(cast: Cast) -> None:
    need = world.need(cast, within=asking(cast), answers=SAID)
    told = public_content(need)["additions"]
    assert [(row["label"], row["value"]) for row in told] == [
        ("所属产业链", "新材料"), ("预计新增产值", "300"), ("是否参加现场赛", False),
    ]  # fmt: skip
    assert "课题组" not in str(public_content(need)) + search_words(need)
    assert [answer.text for answer in answers(need)] == ["新材料", "300 万元", "否", "某大学课题组"]


def test_a_need_of_a_batch_without_questions_is_hashed_as_before_there_were_any(cast: Cast) -> None:
    assert "additions" not in public_content(world.need(cast, within=world.batch(cast)))


def test_what_was_approved_includes_the_answers_and_they_are_locked_with_the_rest(cast: Cast) -> None:
    need = world.need(cast, within=asking(cast), status="published", answers=SAID)
    need = Need.objects.select_related("batch").get(pk=need.pk)
    assert need.published_hash == content_hash(need)
    for change in ({**SAID, "qstage": True}, {}):
        with pytest.raises(DatabaseError, match="answers are locked"), transaction.atomic():
            Need.objects.filter(pk=need.pk).update(answers=change)
    assert [str(finding) for finding in look() if finding.invariant in ("listings", "rules")] == []


def test_a_version_keeps_the_answers_and_two_are_compared_by_question(cast: Cast) -> None:
    need = world.need(cast, within=asking(cast), status="returned", answers=SAID)
    need.answers = {"qchain": "高端装备", "qvalue": "300", "qstage": True, "qwhom": "另一所大学"}
    save_need(need, by=cast.alice)
    perform(need, "submit", by=cast.alice)
    older, newer = (version.content for version in need.versions.all())
    found = {
        change.label: ("".join(p.text for p in change.before), "".join(p.text for p in change.after))
        for change in changes(older, newer)
    }
    assert found == {"所属产业链": ("新材料", "高端装备"), "是否参加现场赛": ("否", "是")}


# ── to another batch ────────────────────────────────────────────────────────────
def test_a_draft_that_changes_its_batch_keeps_what_is_asked_there_and_says_what_falls_away(cast: Cast) -> None:
    need = world.need(cast, within=asking(cast), answers=SAID)
    other = asking(
        cast,
        as_json(
            [
                Question("qother", "所属产业链", AnswerKind.CHOICE, choices=("新材料", "其他")),  # by its words
                Question("qvalue", "三年产值", AnswerKind.NUMBER, unit="万元"),  # by its key
                Question("qstage", "是否参加现场赛", AnswerKind.SHORT),  # of another kind
            ]
        ),
    )
    fallen = change_batch(need, other, by=cast.alice)
    assert need.answers == {"qother": "新材料", "qvalue": "300"}
    assert fallen == [STAGE, WHOM]
    need.refresh_from_db()
    assert (need.batch, need.answers["qvalue"]) == (other, "300")


def test_a_choice_that_is_not_offered_there_falls_away(cast: Cast) -> None:
    need = world.need(cast, within=asking(cast), answers=SAID)
    other = asking(cast, as_json([Question("qchain", "所属产业链", AnswerKind.CHOICE, choices=("甲", "乙"))]))
    assert CHAIN in change_batch(need, other, by=cast.alice)
    assert need.answers == {}


def test_a_copied_batch_asks_the_same_questions(cast: Cast) -> None:
    need = world.need(cast, within=asking(cast), answers=SAID)
    copy = clone_batch(need.batch, by=cast.guan)
    perform(copy, "open", by=cast.shen)
    assert change_batch(need, copy, by=cast.alice) == []
    assert need.answers == SAID


def test_what_was_typed_wrong_goes_along_under_its_new_name(cast: Cast) -> None:
    need = world.need(cast, within=asking(cast), answers=SAID)
    need.typed = [["title", "名称"], [VALUE.field, "三百"], [STAGE.field, "yes"]]
    save_need(need, by=cast.alice)
    other = asking(cast, as_json([Question("qnew", "预计新增产值", AnswerKind.NUMBER, unit="万元")]))
    change_batch(need, other, by=cast.alice)
    assert need.typed == [["title", "名称"], ["answer-qnew", "三百"]]
