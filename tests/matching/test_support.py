"""A label asks for more than a score: team and need must share telling words, more than strangers usually do."""

from matching.corpus import Need, Team, Work
from matching.engine import Engine
from matching.explaining import explain
from matching.support import LEAST, USUAL, Support, nearness

FIELDS = {
    "密封": "耐高温橡胶密封圈 氟橡胶 压缩永久变形 密封界面 泄漏率 高温老化",
    "电池": "固态电池 硫化物电解质 锂枝晶 界面阻抗 循环寿命 能量密度",
    "视觉": "机器视觉 表面缺陷检测 卷积神经网络 小样本 图像分割 误检率",
    "海水": "海水淡化 反渗透膜 膜污染 脱盐率 能量回收 浓盐水",
    "桥梁": "预应力混凝土 斜拉索 桥梁健康监测 疲劳裂纹 挠度 支座",
    "育种": "小麦 赤霉病 抗性 育种 分子标记 田间鉴定",
    "语音": "语音合成 声码器 韵律 方言 端到端 说话人",
    "风机": "风机 叶片 气动噪声 尾缘 失速 风洞",
}


def team(field: str) -> Team:
    words = FIELDS[field].split()
    return Team(field, works=tuple(Work(f"{words[k % 6]}研究", "，".join(words[k % 3 : k % 3 + 4])) for k in range(6)))


TEAMS = [team(field) for field in FIELDS]
NOBODYS = "百蕊草种子休眠期长，出苗率低，寄生关系不清。"


def test_a_need_that_nobody_can_solve_has_a_strong_score_and_no_label():
    """Published needs are background: attributed to whoever is there, however far. That is what this is for."""
    engine = Engine.of(TEAMS, background=[NOBODYS, *(["固态电池界面阻抗"] * 3)])
    support = Support.of(engine.reader, TEAMS)
    (best, *_rest) = next(engine.rank([NOBODYS]))
    works = next(one for one in TEAMS if one.id == best.team).works
    near = nearness([one.near for one in explain(engine.reader, Need("n", NOBODYS), works).reasons if one.terms])
    assert support.label("strong", near) == "weak"


def test_what_meets_keeps_its_label_and_no_label_gets_better():
    engine = Engine.of(TEAMS)
    support = Support.of(engine.reader, TEAMS)
    need = Need("n", "固态电池的界面阻抗高，锂枝晶刺穿硫化物电解质。")
    near = nearness([one.near for one in explain(engine.reader, need, TEAMS[1].works).reasons])
    assert support.label("strong", near) == "strong"
    assert support.label("weak", near) == "weak"
    assert support.label("strong", (support.medium + support.strong) / 2) == "medium"


def test_two_works_count_and_a_third_does_not():
    assert nearness([0.1, 0.4, 0.3]) == 0.7
    assert nearness([]) == 0


def test_bars_are_never_next_to_nothing_and_few_teams_get_the_usual_ones():
    engine = Engine.of(TEAMS)
    support = Support.of(engine.reader, TEAMS)
    assert (support.medium, support.strong) >= LEAST
    assert Support.of(engine.reader, TEAMS[:2]) == Support(*USUAL)
    assert Support.of(engine.reader, [Team("leer"), Team("auch leer")]) == Support(*USUAL)
