"""The page behind every lifecycle button: what it shows of what is acted on, and what it says of a wrong answer."""

import re

import pytest
from django import forms
from django.urls import reverse

from makers import MAKERS
from people import Cast
from web.templatetags.fields import error_list
from workflow.registry import machines
from wrong_forms import as_

pytestmark = pytest.mark.django_db


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
