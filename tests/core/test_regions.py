"""Two ways to write one place are one place; two places that look alike are two."""

import pytest

from core.regions import HOME, TABLE, WHOLE, is_one, place


@pytest.mark.parametrize(
    "written",
    [
        "青岛",
        "青岛市",
        "山东青岛",
        "山东省青岛市",
        "山东青岛高新区",
        "山东省 青岛市 黄岛区",
        "中国·山东·青岛",
        "青岛高新区",
    ],
)
def test_one_place_however_it_is_written(written: str) -> None:
    assert place(written) == ("山东", "青岛")


@pytest.mark.parametrize(
    ("written", "province", "city"),
    [
        ("山东省", "山东", ""),
        ("北京市海淀区", "北京", "北京"),
        ("北京市朝阳区", "北京", "北京"),
        ("辽宁省朝阳市", "辽宁", "朝阳"),
        ("朝阳", "辽宁", "朝阳"),
        ("朝阳区", "", ""),
        ("吉林", "吉林", ""),
        ("吉林市", "吉林", "吉林"),
        ("吉林省吉林市", "吉林", "吉林"),
        ("吉林长春", "吉林", "长春"),
        ("海南省海口市", "海南", "海口"),
        ("青海省海南州", "青海", "海南"),
        ("海南藏族自治州", "青海", "海南"),
        ("海南州共和县", "青海", "海南"),
        ("海南", "海南", ""),
        ("海南文昌", "海南", "文昌"),
        ("琼海市", "海南", "琼海"),
        ("海南省澄迈县", "海南", ""),
        ("海南区", "", ""),
        ("中国（上海）自由贸易试验区", "上海", "上海"),
        ("中国(山东)自由贸易试验区", "山东", ""),
        ("青岛【高新区】", "山东", "青岛"),
        ("内蒙古自治区包头市", "内蒙古", "包头"),
        ("新疆维吾尔自治区乌鲁木齐市", "新疆", "乌鲁木齐"),
        ("广西壮族自治区柳州市", "广西", "柳州"),
        ("香港特别行政区", "香港", "香港"),
        ("江苏省苏州工业园区", "江苏", "苏州"),
        ("江苏昆山", "江苏", ""),
        ("山东省青州市", "山东", ""),
        ("硅谷", "", ""),
        ("", "", ""),
    ],
)
def test_places_that_look_alike_are_told_apart(written: str, province: str, city: str) -> None:
    assert place(written) == (province, city)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("昆山高新区", "昆山高新区", True),
        ("义乌", " 义乌 ", True),
        ("江苏昆山", "江苏·昆山", True),
        ("西咸新区", "西咸（新区）", True),
        ("昆山高新区", "昆山", False),
        ("山东省", "山东省", False),
        ("内蒙古自治区", "内蒙古自治区", False),
        ("中国", "中国", False),
        ("", "", False),
    ],
)
def test_two_lines_alike_are_one_place_also_where_the_table_lacks_it(one: str, other: str, same: bool) -> None:
    """Not of a whole province: who lies in one is not therefore near."""
    assert is_one(one, other) is same


def test_the_table_names_every_province_and_no_city_twice() -> None:
    assert len(TABLE) == 34
    assert len(HOME) == sum(len(cities) for cities in TABLE.values())
    assert {"北京", "上海", "天津", "重庆", "香港", "澳门"} == WHOLE
