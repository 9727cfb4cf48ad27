"""What would give too much away in public is marked, what everybody writes is not; numbers of people stop a need."""

from types import SimpleNamespace
from typing import Any

import pytest

import journey
import world
from needs.redaction import WHY, Secret, marks, personal_numbers, spans
from needs.rules import no_personal_numbers
from workflow.actions import perform
from workflow.machine import Refused

OWNER: Any = SimpleNamespace(organisation=SimpleNamespace(name="青岛海岳材料有限公司"), contact_name="艾丽丝")

# A sentence, and what somebody hid in it: (kind, words).
PLANTED: list[tuple[str, list[tuple[str, str]]]] = [
    ("有意者请联系张经理，手机13805321234。", [("person", "张经理"), ("mobile", "13805321234")]),
    ("技术问题找王工，电话0532-88997766。", [("person", "王工"), ("phone", "0532-88997766")]),
    ("资料请发至 tech.li@haiyue-mat.cn。", [("mail", "tech.li@haiyue-mat.cn")]),
    ("负责人身份证号11010519491231002X，可核验。", [("identity", "11010519491231002X")]),
    ("产品供给山东泰衡重工有限公司，用于矿山机械。", [("organisation", "山东泰衡重工有限公司")]),
    ("样品曾委托中科院金属研究所检测。", [("organisation", "中科院金属研究所")]),
    ("与滨海理工大学合作两年，没有突破。", [("organisation", "滨海理工大学")]),
    ("海岳目前的涂层三个月就开裂。", [("organisation", "海岳")]),
    ("青岛海岳材料有限公司拟改造二期产线。", [("organisation", "青岛海岳材料有限公司")]),
    ("介绍滨海理工大学的热处理，经190℃×10h回火。", [("organisation", "滨海理工大学"), ("process", "10h")]),
    ("XJ-200A 型泵的密封件寿命只有半年。", [("product", "XJ-200A")]),
    ("图号：HY2023-0417 的支架焊后变形大。", [("product", "HY2023-0417")]),
    ("现用树脂牌号 KX-77，从日本进口。", [("product", "KX-77")]),
    ("零件号为8807321B的壳体气孔率高。", [("product", "8807321B")]),
    ("目前固化温度128℃，保温45分钟，仍有气泡。", [("process", "128℃"), ("process", "45分钟")]),
    ("焙烧温度由780~820℃控制，产品白度不稳。", [("process", "780~820℃")]),
    ("A、B 组分按质量比 3:1.2 配比。", [("process", "3:1.2")]),
    ("催化剂加入量0.35%，转化率只有六成。", [("process", "0.35%")]),
    ("反应压力2.6MPa时副产物增多。", [("process", "2.6MPa")]),
    ("螺杆转速320rpm，挤出不均匀。", [("process", "320rpm")]),
    ("联系人：李建国，欢迎来厂。", [("person", "李建国")]),
    ("陈志强总监提出的方案已经试过。", [("person", "陈志强总监")]),
    ("这个配方是刘博士留下的。", [("person", "刘博士")]),
    ("加微信haiyue_2020详谈。", [("phone", "微信haiyue_2020")]),
    ("手机１３８０５３２１２３４（同微信）。", [("mobile", "13805321234")]),
    ("拨打 +86 138 0532 1234 咨询。", [("mobile", "+86 138 0532 1234")]),
    ("客服热线400-820-8820。", [("phone", "400-820-8820")]),
    ("供应商瀚澜环境科技集团供货不稳。", [("organisation", "瀚澜环境科技集团")]),
    ("竞争对手是苏州芯屿电子厂。", [("organisation", "苏州芯屿电子厂")]),
    ("艾丽丝负责本项目的对接。", [("person", "艾丽丝")]),
    ("烧结炉温1180℃，氮气流量12L/min。", [("process", "1180℃"), ("process", "12L/min")]),
]

# What needs are full of, and what gives nothing away.
HARMLESS = [
    "拉伸强度不低于25 MPa，按GB/T 528测试。",
    "耐高温150℃、盐雾1000 h、VOC≤100 g/L。",
    "本公司产品在高湿环境下失效，需要新的工艺。",
    "加工精度要求±0.01 mm，施工周期不超过30天。",
    "采用PA66和Q235钢，表面硬度达到HRC58。",
    "希望与高校、科研院所和企业联合攻关。",
    "钢厂废钢渣与矿渣混磨制成环保材料。",
    "符合ISO 9001和IEC 60335-1的要求。",
    "350MW超临界机组低负荷稳燃困难。",
    "降低CO2排放20%以上，PM2.5达标。",
    "人工操作误差大，总成装配效率低。",
    "按照国家标准由第三方检测机构验收。",
    "非异氰酸酯聚氨酯(NIPU)树脂关键技术研究。",
    "全钒液流电池储能关键材料，循环寿命不低于10000次。",
    "高级工程师和相关专业教授优先。",
    "以某化工集团的热电厂为例，选取11家上市公司比较。",
    "中国文化背景下公司的管理，供3所大学参考。",
    "P204萃取后加标，添加回收率为76.37%～102.34%。",
    "离子浓度为3×10-6 mol/L时菌体最多，PM2.5小时浓度超标。",
    "淤泥沉降占总沉降量比例平均值为22.8%。",
]


def said(sentence: str) -> list[tuple[str, str]]:
    from core.personal import NARROW

    plain = sentence.translate(NARROW)
    return [(str(kind), plain[start:end]) for kind, start, end in spans(sentence, OWNER)]


@pytest.mark.parametrize(("sentence", "planted"), PLANTED, ids=lambda one: one if isinstance(one, str) else "")
def test_what_was_planted_is_found(sentence: str, planted: list[tuple[str, str]]) -> None:
    assert [secret for secret in planted if secret not in said(sentence)] == []


@pytest.mark.parametrize("sentence", HARMLESS)
def test_what_everybody_writes_is_not_marked(sentence: str) -> None:
    assert said(sentence) == []


def test_every_kind_says_why() -> None:
    assert set(WHY) == set(Secret)


def test_a_card_number_that_cannot_be_one_is_none() -> None:
    assert said("批次110105194912310021。") == []


@pytest.mark.django_db
def test_a_mark_stands_in_its_sentence_and_only_the_public_part_is_looked_at(cast: Any) -> None:
    secret = "现用牌号 KX-77，固化温度128℃。"
    need = journey.draft(cast, problem=f"涂层开裂。{secret}急需改进。", confidential="联系13805321234，牌号 ZZ-99")
    found = marks(need)
    assert [(mark.field, mark.kind, mark.before, mark.text, mark.after) for mark in found] == [
        ("problem", Secret.PRODUCT, "现用牌号 ", "KX-77", "，固化温度128℃"),
        ("problem", Secret.PROCESS, "现用牌号 KX-77，固化温度", "128℃", ""),
    ]
    assert personal_numbers(need) == []


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["13805321234", "138 0532 1234", "１３８０５３２１２３４", "11010519491231002X"])
def test_a_number_of_a_person_in_public_stops_the_need(cast: Any, number: str) -> None:
    need = journey.draft(cast, goal=f"验收合格后付款，联系{number}。")
    with pytest.raises(Refused, match="预期目标与验收办法"):
        perform(need, "submit", by=cast.alice)
    need.goal, need.confidential = "验收合格后付款。", f"联系{number}"
    need.save()
    assert no_personal_numbers(need) == ""
    perform(need, "submit", by=cast.alice)


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["title", "problem", "present", "conditions", "deliverables_note", "region"])
def test_it_does_not_matter_which_public_field_carries_it(cast: Any, field: str) -> None:
    need = journey.draft(cast, **{field: "问13805321234"})
    assert personal_numbers(need) == [str(need._meta.get_field(field).verbose_name)]


@pytest.mark.django_db
@pytest.mark.parametrize("move", ["screen", "approve", "publish"])
def test_the_zone_cannot_carry_on_what_came_before_the_rule(cast: Any, move: str) -> None:
    need = journey.submitted(cast)
    if move != "screen":
        world.screen(need, cast)
    if move == "publish":
        perform(need, "approve", by=cast.shen)
    import insider

    insider.execute("UPDATE needs_need SET problem = %s WHERE id = %s", "联系13805321234", need.pk)
    need = type(need).objects.get(pk=need.pk)
    by = cast.guan if move == "screen" else cast.shen
    with pytest.raises(Refused, match="手机号"):
        perform(need, move, by=by)


@pytest.mark.django_db
def test_an_amendment_brings_no_number_of_a_person_in_either(cast: Any) -> None:
    import life

    listed = world.listed(cast)
    with pytest.raises(Refused, match="手机号"):
        life.amendment(cast, listed, problem="涂层开裂，联系13805321234。")
    rows = list(listed.indicators.all())
    rows[0].test_method = "问13805321234"
    with pytest.raises(Refused, match="技术指标"):
        life.amendment(cast, listed, rows=rows)
