from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from core.money import LARGEST, MoneyField, WanField, wan, wan_sum


def sentence(written: str) -> str:
    with pytest.raises(ValidationError) as refused:
        WanField().clean(written)
    return refused.value.messages[0]


@pytest.mark.parametrize(
    ("yuan", "shown"),
    [
        ("485000", "48.50 万元"),
        ("485000.00", "48.50 万元"),
        ("0", "0.00 万元"),
        ("0.01", "0.000001 万元"),
        ("12345.67", "1.234567 万元"),
        ("100000000", "10000.00 万元"),
        ("-485000", "-48.50 万元"),
        (str(LARGEST), "99999999.999999 万元"),
    ],
)
def test_money_is_shown_in_wan_with_two_places_or_as_many_as_it_has(yuan, shown):
    assert wan(Decimal(yuan)) == shown


@pytest.mark.parametrize(
    ("yuan", "shown"),
    [("3323040", "332.30 万元"), ("3323050", "332.31 万元"), ("485000.00", "48.50 万元"), ("0", "0.00 万元"),
     ("1000000000000", "100000000.00 万元")],
)  # fmt: skip
def test_a_sum_over_many_records_is_said_to_two_places(yuan, shown):
    assert wan_sum(Decimal(yuan)) == shown
    with translation.override("en"):
        assert wan_sum(Decimal("3323040")) == "CNY 3,323,040.00"


def test_an_english_reader_sees_the_same_amount_in_yuan():
    with translation.override("en"):
        assert wan(Decimal("485000")) == "CNY 485,000.00"


def test_an_unknown_amount_is_a_dash():
    assert wan(None) == "—"


def test_a_float_is_never_money():
    with pytest.raises(TypeError):
        wan(48.5)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        MoneyField().get_prep_value(48.5)


def test_money_with_a_third_decimal_is_not_rounded_but_refused():
    assert MoneyField().get_prep_value(Decimal("1.10")) == Decimal("1.10")
    with pytest.raises(ValueError, match="分"):
        MoneyField().get_prep_value(Decimal("1.005"))


@pytest.mark.parametrize(
    "written",
    ["48.5", "48.50", " 48.5 ", "48.50万", "48.5 万元", "４８．５", "４８．５０ 万元", "¥48.5", "￥48.5", "+48.5",
     "048.5", "48.5000000000"],
)  # fmt: skip
def test_people_may_write_an_amount_as_they_are_used_to(written):
    assert WanField().clean(written) == Decimal("485000.00")


@pytest.mark.parametrize("written", ["1200", "1,200", "1，200.00 万元", "１，２００"])
def test_thousands_may_be_separated(written):
    assert WanField().clean(written) == Decimal("12000000.00")


def test_the_smallest_amount_is_one_fen():
    assert WanField().clean("0.000001") == Decimal("0.01")
    assert sentence("0.0000001") == "金额最小到分，所以万元后面最多 6 位小数，例如 48.123456。"


@pytest.mark.parametrize(
    "written", ["abc", "1e5", "NaN", "Infinity", "--5", "1,20", "1.2.3", ".", "四十八", "٣", "48.5万万"]
)
def test_what_is_no_amount_is_refused_with_an_example(written):
    assert sentence(written) == f"“{written}”不是金额。请填写以万元为单位的数字，例如 48.50。"


@pytest.mark.parametrize("written", ["-3", "−3", "-0.000001", "－3 万元"])
def test_a_negative_amount_is_refused(written):
    assert sentence(written) == "金额不能为负数。请填写 0 或更大的数字，例如 48.50。"


def test_an_amount_in_yuan_is_not_silently_read_as_wan():
    assert sentence("485000元") == "这里以万元为单位。请把元换算成万元，例如 485000 元写作 48.50。"


def test_an_amount_the_database_cannot_hold_is_refused():
    assert WanField().clean("99999999.999999") == LARGEST
    assert sentence("100000000") == "金额太大。请核对单位是否为万元：最多填写 99999999.999999 万元。"


def test_an_empty_amount_is_asked_for_or_left_out():
    assert sentence("") == "请填写金额，以万元为单位，例如 48.50。"
    assert WanField(required=False).clean("") is None


def test_a_form_shows_the_stored_amount_in_wan_and_the_typed_one_as_typed():
    assert WanField().prepare_value(Decimal("485000.00")) == "48.50"
    assert WanField().prepare_value("48,5o") == "48,5o"


def test_the_same_amount_written_otherwise_is_no_change():
    field = WanField()
    assert not field.has_changed(Decimal("485000.00"), "４８．５ 万元")
    assert field.has_changed(Decimal("485000.00"), "48.6")
    assert field.has_changed(Decimal("485000.00"), "abc")


def test_a_model_form_asks_for_wan():
    assert isinstance(MoneyField().formfield(), WanField)
