"""What one cell of an indicator may hold: what people type, and what Excel gives."""

from decimal import Decimal

import pytest

from web.owners.indicator_form import IndicatorForm, IndicatorRows, cells


def row(**typed):
    data = {"name": "拉伸强度", "operator": "ge", "value": "", "unit": "", "test_method": "", "weight": "hard", **typed}
    form = IndicatorForm(data)
    form.is_valid()
    return form


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"value": "25", "unit": "MPa"}, "拉伸强度 ≥ 25 MPa"),
        ({"value": "２５．５", "unit": "MPa"}, "拉伸强度 ≥ 25.5 MPa"),
        ({"value": "1,200", "unit": "次"}, "拉伸强度 ≥ 1200 次"),
        ({"value": "≤25", "unit": "MPa"}, "拉伸强度 ≤ 25 MPa"),
        ({"value": ">=25 MPa"}, "拉伸强度 ≥ 25 MPa"),
        ({"value": "25MPa"}, "拉伸强度 ≥ 25 MPa"),
        ({"value": "25 MPa", "unit": "MPa"}, "拉伸强度 ≥ 25 MPa"),
        ({"value": "600 m²/kg"}, "拉伸强度 ≥ 600 m²/kg"),
        ({"value": "-20", "unit": "℃"}, "拉伸强度 ≥ -20 ℃"),
        ({"value": "−20", "unit": "℃"}, "拉伸强度 ≥ -20 ℃"),
        ({"value": "20–30", "unit": "℃", "operator": "range"}, "拉伸强度 20–30 ℃"),
        ({"value": "20~30℃", "operator": "range"}, "拉伸强度 20–30 ℃"),
        ({"value": "-40 至 -20", "unit": "℃", "operator": "range"}, "拉伸强度 -40–-20 ℃"),
        ({"value": "0.85", "unit": "无量纲", "operator": "eq"}, "拉伸强度 = 0.85 无量纲"),
        ({"value": "无气泡", "operator": "qual"}, "拉伸强度 无气泡"),
    ],
)
def test_a_cell_is_read_as_it_was_meant(typed, said):
    form = row(**typed)
    assert form.errors == {}
    assert str(form.indicator()) == said


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"value": "25"}, "unit", "拉伸强度缺少单位。请填写单位，例如 MPa。没有单位的填“无量纲”。"),
        ({"value": ""}, "value", "拉伸强度没有数值。请填写，例如 25；不能量化的，把“要求”改为“定性”。"),
        ({"value": "很高"}, "value", "“很高”不是数值。请填写数字，例如 25；不能量化的，把“要求”改为“定性”。"),
        ({"value": "20-30", "unit": "℃"}, "value", "“20-30”是区间。请把“要求”改为“区间”，或只写一个数值。"),
        ({"value": "20", "unit": "℃", "operator": "range"}, "value", "拉伸强度是区间，请写下限和上限，例如 20–30。"),
        ({"value": "30-20", "unit": "℃", "operator": "range"}, "value", "拉伸强度的上限要大于下限，例如 20–30。"),
        ({"value": "0.1234567", "unit": "m"}, "value", "“0.1234567”位数太多：整数最多 14 位，小数最多 6 位。"),
        ({"operator": "qual"}, "value", "拉伸强度没有写要求。请写明怎样算达到，例如“无气泡、无裂纹”。"),
        ({"name": "", "value": "25", "unit": "MPa"}, "name", "这一行没有指标名称。请填写，例如“拉伸强度”。"),
        ({"name": "强" * 61, "value": "25", "unit": "MPa"}, "name", "最多 60 字，现在 61 字。"),
    ],
)
def test_a_cell_that_cannot_be_read_is_explained_where_it_stands(typed, field, sentence):
    if typed.get("operator") == "qual":
        typed = {"unit": "–", **typed}
    form = row(**typed)
    assert list(form.errors) == [field]
    assert form.errors[field][0].startswith(sentence)


def test_a_row_nobody_wrote_in_is_no_row():
    form = row(name=" ")
    assert form.is_blank
    assert form.errors == {}


@pytest.mark.parametrize(
    "typed", [{"value": "25", "unit": "MPa"}, {"value": "20–30", "unit": "℃", "operator": "range"}]
)
def test_a_stored_indicator_is_shown_as_it_can_be_typed_again(typed):
    first = row(**typed).indicator()
    first.value, first.value_max = (v and Decimal(v) for v in (first.value, first.value_max))
    again = IndicatorForm({key: str(value) for key, value in cells(first).items()})
    assert again.is_valid()
    assert str(again.indicator()) == str(first)


def test_there_is_room_for_forty_indicators():
    data = {"indicators-TOTAL_FORMS": "41", "indicators-INITIAL_FORMS": "0"}
    for place in range(41):
        data |= {
            f"indicators-{place}-{k}": v
            for k, v in {"name": "甲", "operator": "ge", "value": "1", "unit": "个"}.items()
        }
    rows = IndicatorRows(data, prefix="indicators")
    assert not rows.is_valid()
    assert rows.non_form_errors() == ["最多 40 项指标。请合并或删去次要的。"]
