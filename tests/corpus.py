"""Teams with works in fields that share few words, and needs for them: a little world the engine can learn."""

from typing import Any

import world
from needs.actions import save_need
from needs.models import Indicator, Need
from people import Cast, organisation, person
from suggestions import following, learning
from teams.actions import create_team
from teams.models import Team
from works.actions import add_work
from works.models import Work

FIELDS = {
    "elastomer": (
        ("喷涂聚脲弹性体的抗爆性能", "聚脲弹性体涂层在爆炸冲击下的拉伸强度、断裂伸长率和抗爆防护。"),
        ("高强度聚脲涂层配方", "聚脲与扩链剂改性，拉伸强度 28 MPa，断裂伸长率 400%，可常温喷涂。"),
        ("抗爆涂层的喷涂工艺", "弹性体喷涂设备参数，常温施工，涂层在强冲击下不开裂。"),
        ("弹性体材料的动态力学", "霍普金森压杆测试弹性体高应变率下的力学响应。"),
    ),
    "vision": (
        ("表面缺陷的机器视觉检测", "卷积神经网络识别划痕和气泡，漏检率低，适合在线检测。"),
        ("工业相机标定方法", "结构光相机与机械臂手眼标定，定位误差小。"),
        ("小样本图像分割", "少量标注图像训练分割网络，识别缺陷区域。"),
        ("视觉引导抓取", "三维视觉识别散乱工件，机器人抓取节拍短。"),
    ),
    "battery": (
        ("固态电池硫化物电解质", "硫化物电解质界面阻抗低，抑制锂枝晶，循环寿命长。"),
        ("磷酸铁锂正极液相制备", "水热法合成磷酸铁锂，放电比容量高，碳包覆均匀。"),
        ("钒电池离子膜", "离子传导膜选择性高，能量效率好，储能系统示范。"),
        ("电池热失控预警", "监测电池温度和电压，提前预警热失控。"),
    ),
    "water": (
        ("反渗透膜污染控制", "海水淡化反渗透膜的污染机理与清洗。"),
        ("黑臭水体生物膜治理", "一体化生物膜反应器处理黑臭水体，出水氨氮低。"),
        ("高盐废水蒸发结晶", "高盐废水零排放，蒸发结晶回收盐分。"),
        ("污水脱氮除磷", "活性污泥法脱氮除磷，总氮达标。"),
    ),
}
# Texts of other fields, so that the words of a field are rare, as they are among real teams.
OTHERS = {
    "甲": "小麦赤霉病抗性育种 桥梁拉索疲劳监测 语音合成声码器 心电信号去噪 稀土永磁矫顽力 城轨列车受流 茶叶发酵菌群 "
    "混凝土碳化寿命 光纤光栅传感 无人机编队避障 页岩气压裂裂缝 中药指纹图谱",
    "乙": "卫星姿态控制 奶牛乳腺炎诊断 铝合金搅拌摩擦焊 区块链存证 地热井固井 风机叶片气动噪声 纺织品阻燃整理 "
    "激光熔覆修复 骨科植入物涂层 港口起重机调度 煤泥浮选药剂 玻璃窑炉余热",
}


def work(team: Team, title: str, abstract: str, *, by: Any, **fields: Any) -> Work:
    facts = {"kind": "paper", "year": 2024, "visibility": "matching", "keywords": [], **fields}
    return add_work(team, title=title, abstract=abstract, by=by, **facts)


def fill(team: Team, field: str, *, by: Any) -> Team:
    for title, abstract in FIELDS[field]:
        work(team, title, abstract, by=by)
    return team


def another(name: str, field: str, *, home: Any = None, by: Any = None) -> Team:
    """A team of a university of its own, or of `home`, with the works of a field."""
    if home is None:
        by = person(f"{name}负责人")
        home = organisation(f"{name}大学", manager=by, kind="university")
        by.forget_rights()
    return fill(create_team(organisation=home, name=name, by=by), field, by=by)


def teams(cast: Cast) -> dict[str, Team]:
    """Tao's knows elastomers, Rui's machine vision; two more at homes of their own."""
    return {
        "elastomer": fill(cast.team, "elastomer", by=cast.tao),
        "vision": fill(cast.rival_team, "vision", by=cast.rui),
        "battery": another("储能所", "battery"),
        "water": another("水处理中心", "water"),
        **{name: _others(name) for name in OTHERS},
    }


def _others(name: str) -> Team:
    leader = person(f"{name}负责人")
    home = organisation(f"{name}大学", manager=leader, kind="university")
    leader.forget_rights()
    team = create_team(organisation=home, name=f"综合组{name}", by=leader)
    for topic in OTHERS[name].split():
        work(team, f"{topic}研究", f"关于{topic}的方法与试验。", by=leader)
    return team


def need_for(cast: Cast, title: str, problem: str, indicator: str, *, status: str = "published") -> Need:
    """Of Alice's, about something else than the needs of `world`, indicators included."""
    words = {"title": title, "problem": problem, "goal": f"{title}达到要求。", "keywords": []}
    made = world.need(cast, **words)
    save_need(made, indicators=[Indicator(name=indicator, value=1, unit="%")], by=cast.alice)
    world.bring(made, cast, status)
    return made


def tick(times: int = 1) -> int:
    """The worker comes by, without the pauses it makes for its other work."""
    changed = 0
    for _n in range(times):
        row = learning.index()
        row.rest_until = None
        row.save(update_fields=["rest_until"])
        changed += following.carry_on()
    return changed


def names(need: Need) -> list[str]:
    """The teams that are suggested and may be shown, in their order."""
    from suggestions.models import Suggestion

    return [row.team.name for row in Suggestion.objects.showable().of_need(need).select_related("team")]
