"""Two ways to write one place are one place; two places that look alike are two."""

import pytest

from core.regions import HOME, TABLE, WHOLE, place


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


def test_the_table_names_every_province_and_no_city_twice() -> None:
    assert len(TABLE) == 34
    assert len(HOME) == sum(len(cities) for cities in TABLE.values())
    assert {"北京", "上海", "天津", "重庆", "香港", "澳门"} == WHOLE
