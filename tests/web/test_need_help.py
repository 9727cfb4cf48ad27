"""Help while a need is written: rows out of a pasted text, how clear it is by now, the one next question."""

from typing import Any

import pytest
from django.test import Client

import journey
from needs.models import Need
from workflow.actions import perform

PASTED = "1. 拉伸强度不低于 25 MPa（GB/T 528）；\n2. 耐盐雾 1000 h\n力争成本降低15%"


@pytest.fixture
def alice(client: Client, cast: Any) -> Client:
    client.force_login(cast.alice)
    return client


def read(client: Client, need: Need, pasted: str, **typed: str) -> Any:
    data = {"title": need.title, "version": str(need.revision), "pasted": pasted, "then": "read", **typed}
    return client.post(f"/needs/{need.pk}/edit/", data, follow=True)


def test_a_pasted_text_becomes_rows_of_the_draft_and_what_was_typed_beside_it_is_kept(alice: Client, cast: Any) -> None:
    need = journey.draft(cast)
    need.indicators.all().delete()
    page = read(alice, need, PASTED, problem="涂层在冲击下开裂。").content.decode()
    assert [str(i) for i in need.indicators.all()] == ["拉伸强度 ≥ 25 MPa", "耐盐雾 ≥ 1000 h", "成本降低 ≥ 15 %"]
    assert [i.test_method for i in need.indicators.all()] == ["GB/T 528", "", ""]
    assert [i.is_hard for i in need.indicators.all()] == [True, True, False]
    assert "从文字里拆出 3 项指标" in page
    assert "方向是推测的：耐盐雾。" in page
    assert Need.objects.get(pk=need.pk).problem == "涂层在冲击下开裂。"


def test_the_same_text_twice_adds_nothing(alice: Client, cast: Any) -> None:
    need = journey.draft(cast)
    need.indicators.all().delete()
    read(alice, need, PASTED)
    need = Need.objects.get(pk=need.pk)
    forms = alice.get(f"/needs/{need.pk}/edit/").context["sheet"].rows.forms
    rows = {field.html_name: str(field.value() or "") for form in forms for field in form if form["name"].value()}
    total = {"indicators-TOTAL_FORMS": str(len(forms)), "indicators-INITIAL_FORMS": "0"}
    page = read(alice, need, PASTED, **rows, **total)
    assert need.indicators.count() == 3
    assert "这段文字里的指标都已经在表里。" in page.content.decode()


def test_a_row_without_a_unit_is_shown_with_what_is_missing(alice: Client, cast: Any) -> None:
    need = journey.draft(cast)
    need.indicators.all().delete()
    page = read(alice, need, "介电损耗 ≤ 0.002").content.decode()
    assert "介电损耗缺少单位" in page
    assert 'value="0.002"' in page


def test_a_text_that_states_nothing_comes_back_with_a_sentence(alice: Client, cast: Any) -> None:
    need = journey.draft(cast)
    before = need.indicators.count()
    answer = read(alice, need, "希望性能大幅提升，达到国内领先水平，为企业创造更多价值和更好的效益。")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "没有从这段文字里认出指标" in page
    assert "希望性能大幅提升" in page
    assert need.indicators.count() <= before


def test_the_draft_asks_the_one_thing_that_would_help_most(alice: Client, cast: Any) -> None:
    need = journey.draft(cast)
    need.indicators.all().delete()
    page = alice.get(f"/needs/{need.pk}/edit/").content.decode()
    assert "做到多少算成功？把最要紧的两三项写成数值和单位。" in page
    assert "做到多少算成功" in alice.get(f"/needs/{need.pk}/check/").content.decode()


def test_the_screener_sees_how_clear_a_need_is_and_the_public_does_not(client: Client, cast: Any) -> None:
    need = journey.draft(cast)
    perform(need, "submit", by=cast.alice)
    client.force_login(cast.guan)
    page = client.get(f"/needs/{need.pk}/").content.decode()
    assert 'id="clarity"' in page
    assert "逐项得分" in page
