"""The page behind every lifecycle button: what it shows of what is acted on, and what it says of a wrong answer."""

import re
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

import consortium
import journey
import world
from makers import MAKERS
from people import Cast
from proposals.actions import attach
from web.templatetags.fields import error_list
from workflow.actions import perform
from workflow.registry import machines
from wrong_forms import as_

pytestmark = pytest.mark.django_db


def act_on(row: Any, name: str, by: Any) -> str:
    answer = as_(by).get(reverse("move", args=[row._meta.model_name, row.pk, name]))
    assert answer.status_code == 200
    return answer.content.decode()


# ── what is acted on ────────────────────────────────────────────────────────────
def test_who_puts_something_right_reads_what_was_asked(cast: Cast) -> None:
    row = MAKERS["vetting"]["correcting"](cast)
    assert row.asked in act_on(row, "supplement", cast.tao)


@pytest.mark.parametrize("move", ["overturn", "uphold"])
def test_who_rules_on_an_objection_reads_it_and_what_it_objects_to(cast: Cast, move: str) -> None:
    row = MAKERS["vetting"]["objected"](cast)
    page = act_on(row, move, cast.shen)
    assert row.objection in page
    assert row.sentence in page
    assert "证明材料齐全" in page


def test_who_objects_reads_what_to(cast: Cast) -> None:
    row = MAKERS["vetting"]["refused"](cast)
    assert row.sentence in act_on(row, "object", cast.tao)


def test_a_participant_reads_its_part_and_the_terms_it_binds_itself_to_before_it_confirms(cast: Cast) -> None:
    page = act_on(consortium.writing(cast), "confirm", cast.charlie)
    for said in ("负责中试放大和第三方送检。", "12.00 万元", "查经理", "48.00 万元", "10 个月", "成果双方共有。"):
        assert said in page, said


@pytest.mark.parametrize("move", ["submit", "replace"])
def test_a_leader_reads_what_a_bid_comes_to_before_it_is_sealed(
    cast: Cast, settings: Any, tmp_path: Any, move: str
) -> None:
    settings.MEDIA_ROOT = tmp_path
    bid = world.draft(cast, world.listed(cast))
    if move == "replace":
        perform(bid, "submit", by=cast.tao)
    attach(bid, SimpleUploadedFile("检测报告.pdf", journey.PDF), by=cast.tao)
    page = act_on(bid, move, cast.tao)
    for said in ("48.00 万元", "10 个月", "已答 3 / 3 项", "2 个，合计 48.00 万元", "1 个：检测报告.pdf"):
        assert said in page, said


# ── what is wrong ───────────────────────────────────────────────────────────────
class Priced(forms.Form):
    price = forms.CharField(label="价格")


def test_only_a_line_of_a_table_is_called_a_line() -> None:
    alone = Priced({"price": ""})
    alone.row = "对接会议"
    lines = forms.formset_factory(Priced)({"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2", "form-1-price": "3"})
    assert [error["row"] for error in error_list(alone, lines)] == [0, 1]


def test_a_wrong_answer_to_a_move_is_not_said_of_the_line_of_a_table(cast: Cast) -> None:
    meeting = MAKERS["meeting"]["agreed"](cast)
    past = {"starts_at": "2020-01-06T09:00", "place": "三楼会议室", "reason": "当天要迎检，另约时间。"}
    answer = as_(cast.alice).post(reverse("move", args=["meeting", meeting.pk, "postpone"]), past)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "这个时间已经过去" in page
    assert re.search(r"第\s.*?行：", page) is None


def test_every_choice_a_move_asks_for_has_its_words_in_the_record_as_well() -> None:
    """The record is read without the object the form was made for."""
    asked = [
        (machine.noun, move.name, field)
        for machine in machines()
        for move in machine.transitions
        for field in (move.asks.base_fields.values() if move.asks else ())
    ]
    wordless = [name for *name, field in asked if type(field) is forms.ChoiceField and not field.choices]
    assert wordless == []
