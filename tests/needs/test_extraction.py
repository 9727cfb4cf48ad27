"""What people paste becomes rows they only have to confirm; what is no indicator stays what it is."""

from decimal import Decimal

import pytest

from needs.extraction import propose

GE, LE, RANGE, QUAL = "ge", "le", "range", "qual"


def read(text: str) -> list[tuple[str, str, str, str]]:
    """(name, operator, value or low–high, unit) of every row."""
    rows = []
    for row in propose(text, qualitative=False):
        value = f"{row.value:f}" if row.value_max is None else f"{row.value:f}–{row.value_max:f}"
        rows.append((row.name, row.operator, value, row.unit))
    return rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("拉伸强度不低于 25 MPa", [("拉伸强度", GE, "25", "MPa")]),
        ("断裂伸长率≥300%", [("断裂伸长率", GE, "300", "%")]),
        ("误检率低于1％", [("误检率", LE, "1", "%")]),
        ("单台设备成本控制在50万元以内", [("单台设备成本", LE, "50", "万元")]),
        ("使用寿命15年以上", [("使用寿命", GE, "15", "年")]),
        ("循环次数达到 2000 次", [("循环次数", GE, "2000", "次")]),
        ("整机重量不超过1,200kg，续航时间≥8小时", [("整机重量", LE, "1200", "kg"), ("续航时间", GE, "8", "小时")]),
        ("检出率 ９９％ 以上", [("检出率", GE, "99", "%")]),
        ("冲击强度≥20 kJ/m²", [("冲击强度", GE, "20", "kJ/m²")]),
        ("检测速度≥30米/分钟", [("检测速度", GE, "30", "米/分钟")]),
        ("热导率应大于 0.5 W/(m·K)", [("热导率", GE, "0.5", "W/(m·K)")]),
        ("噪声≤65dB(A)", [("噪声", LE, "65", "dB(A)")]),
    ],
)
def test_a_sign_or_its_word_says_the_direction(text: str, rows: list[tuple[str, str, str, str]]) -> None:
    assert read(text) == rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("工作温度-40℃~85℃", [("工作温度", RANGE, "-40–85", "℃")]),
        ("固含量：45%-50%", [("固含量", RANGE, "45–50", "%")]),
        ("粒径D50为 1.5±0.2 μm", [("粒径D50", RANGE, "1.3–1.7", "μm")]),
        ("厚度在 20 至 30 μm 之间", [("厚度", RANGE, "20–30", "μm")]),
        ("定位精度±0.01mm", [("定位精度", LE, "0.01", "mm")]),
    ],
)
def test_two_ends_make_a_range_and_a_tolerance_is_an_upper_bound(text: str, rows: list[tuple[str, ...]]) -> None:
    assert read(text) == rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("电导率≥1×10^-3 S/cm", [("电导率", GE, "0.001", "S/cm")]),
        ("漏率<1×10⁻⁹ Pa·m³/s", [("漏率", LE, "0.000000001", "Pa·m³/s")]),
        ("体积电阻率大于1.0×10¹²Ω·cm", [("体积电阻率", GE, "1000000000000", "Ω·cm")]),
    ],
)
def test_powers_of_ten_are_numbers(text: str, rows: list[tuple[str, ...]]) -> None:
    assert [
        (name, operator, f"{Decimal(value).normalize():f}", unit) for name, operator, value, unit in read(text)
    ] == rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("设计效率提升40%，成本降低15%", [("设计效率提升", GE, "40", "%"), ("成本降低", GE, "15", "%")]),
        ("缩短换型时间60%", [("换型时间缩短", GE, "60", "%")]),
        ("将良品率由85%提高到95%以上", [("良品率", GE, "95", "%")]),
        ("能耗降至300kWh/t以下", [("能耗", LE, "300", "kWh/t")]),
    ],
)
def test_a_gain_is_at_least_that_much_and_a_level_is_the_level(text: str, rows: list[tuple[str, ...]]) -> None:
    assert read(text) == rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("压缩永久变形不大于25%", [("压缩永久变形", LE, "25", "%")]),
        ("压缩强度 20 MPa 以上", [("压缩强度", GE, "20", "MPa")]),
        ("升温速率不低于5℃/min", [("升温速率", GE, "5", "℃/min")]),
        ("高温下强度下降不超过5%", [("高温下强度下降", LE, "5", "%")]),
        ("降低成本不少于15%", [("成本降低", GE, "15", "%")]),
    ],
)
def test_what_is_called_compression_is_no_reduction_and_a_written_limit_stands(text: str, rows: list[tuple]) -> None:
    assert read(text) == rows


def test_a_standard_in_brackets_belongs_to_its_own_indicator() -> None:
    """The example the form itself shows."""
    rows = propose("拉伸强度不低于 25 MPa（GB/T 528），耐盐雾 1000 h，成本降低 15%。")
    assert [(row.name, row.test_method) for row in rows] == [("拉伸强度", "GB/T 528"), ("耐盐雾", ""), ("成本降低", "")]
    rows = propose("压缩永久变形≤25%（GB/T 7759.1，70℃×72 h），拉伸强度≥8 MPa（GB/T 528）")
    assert [(row.name, row.test_method) for row in rows] == [
        ("压缩永久变形", "GB/T 7759.1"),
        ("拉伸强度", "GB/T 528"),
    ]


def test_a_standard_at_one_end_of_a_sentence_holds_for_all_of_it() -> None:
    for text in ("按 GB/T 528 测试，拉伸强度≥25MPa，伸长率≥300%", "拉伸强度≥25MPa，伸长率≥300%，按 GB/T 528 测试"):
        assert [row.test_method for row in propose(text)] == ["GB/T 528", "GB/T 528"]


def test_a_list_is_read_line_by_line_and_each_indicator_once() -> None:
    text = "主要技术指标：\n1. 氨氮≤5mg/L；\n2、COD≤50mg/L\n（3）出水浊度小于1NTU\n● 氨氮≤5mg/L"
    assert read(text) == [("氨氮", LE, "5", "mg/L"), ("COD", LE, "50", "mg/L"), ("出水浊度", LE, "1", "NTU")]


def test_respectively_gives_each_name_its_value() -> None:
    assert read("抗拉强度和屈服强度分别不低于 400 MPa、300 MPa") == [
        ("抗拉强度", GE, "400", "MPa"),
        ("屈服强度", GE, "300", "MPa"),
    ]
    assert read("长和宽分别不超过400、300mm") == [("长", LE, "400", "mm"), ("宽", LE, "300", "mm")]


def test_a_name_may_go_on_behind_the_number() -> None:
    assert read("支持1000路并发") == [("支持并发", GE, "1000", "路")]
    assert read("要求涂层在300℃下连续工作500小时不开裂") == [("涂层在300℃下连续工作不开裂", GE, "500", "小时")]


@pytest.mark.parametrize(
    ("text", "method"),
    [
        ("拉伸强度≥25MPa（GB/T 528）", "GB/T 528"),
        ("断裂伸长率≥300%，按 GB/T 528-2009 测试", "GB/T 528-2009"),
        ("阻燃等级不低于 1 级，符合ASTM D635", "ASTM D635"),
        ("在-20℃条件下，冲击强度≥20 kJ/m²", "在-20℃条件下"),
    ],
)
def test_a_standard_or_a_condition_becomes_the_test_method(text: str, method: str) -> None:
    (row,) = propose(text, qualitative=False)
    assert row.test_method == method


def test_where_the_text_has_no_sign_the_direction_is_a_guess_and_says_so() -> None:
    heat, noise = propose("耐高温 150℃；噪声 60 dB")
    assert (heat.operator, heat.guessed, noise.operator, noise.guessed) == (GE, True, LE, True)
    (sure,) = propose("耐高温不低于 150℃")
    assert not sure.guessed


def test_what_is_hoped_for_is_soft() -> None:
    must, hope = propose("能量密度≥250 Wh/kg；力争循环寿命达到 3000 次")
    assert (must.is_hard, hope.is_hard, hope.name) == (True, False, "循环寿命")


def test_short_lines_without_a_number_stay_words_and_prose_does_not_become_rows() -> None:
    rows = propose("1. 外观：无气泡、无裂纹\n2. 可常温喷涂\n本项目拟研究复杂工况下材料的失效机理并提出改进方法")
    assert [(row.name, row.operator, row.text) for row in rows] == [
        ("外观", QUAL, "无气泡、无裂纹"),
        ("可常温喷涂", QUAL, "可常温喷涂"),
    ]
    assert propose("可常温喷涂", qualitative=False) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "我公司成立于2005年，现有员工300人，年产值2亿元。",
        "300MW级燃机机组",
        "联系电话 0532-88880000，邮箱 a1@b2.com",
        "项目预算 50 万元，合同期限 12 个月，2026 年 12 月 31 日前完成",
        "第六届中国创新挑战赛（青岛）2022",
        "≥",
        "25 MPa",
        "𠮷䶮" * 5000,
    ],
)
def test_numbers_that_measure_nothing_are_left_alone(text: str) -> None:
    assert read(text) == []


def test_a_row_without_a_unit_is_kept_as_words_where_a_number_needs_one() -> None:
    (row,) = propose("介电常数 2.8~3.2")
    assert (row.operator, row.unit) == (RANGE, "")
    assert row.indicator().text == "介电常数 2.8~3.2"


@pytest.mark.parametrize("text", ["漏率<1×10⁻⁹ Pa·m³/s", "分子数≥1×10^20 个", "电阻≥123456789012345 Ω"])
def test_a_number_the_database_cannot_keep_exactly_is_kept_in_its_words(text: str) -> None:
    (row,) = propose(text, qualitative=False)
    assert (row.indicator().operator, row.indicator().text) == (QUAL, text)


@pytest.mark.parametrize("text", ["a1" * 10_000, "≥" * 20_000, "达到" * 10_000, "1 " * 10_000])
def test_no_text_keeps_a_process_busy(text: str) -> None:
    """Each of these ran for half a minute before a part had a longest length."""
    assert read(text) == []


def test_a_huge_text_gives_a_bounded_answer() -> None:
    assert len(propose("指标甲≥1 mm；" * 100_000)) == 1
    assert len(propose("".join(f"指标{n}号≥{n + 1} mm；" for n in range(500)))) == 60
