"""Teams are told apart by their works; several works beat one lucky word; nothing breaks on what people write."""

import numpy as np
import pytest

from matching.corpus import Need, Team, Work
from matching.encoders import Remembering, SentenceEncoder
from matching.engine import Engine
from matching.explaining import explain
from matching.profiles import COUNTED, weigh

FIELDS = {
    "密封": "耐高温橡胶密封圈 氟橡胶 压缩永久变形 密封界面 泄漏率 高温老化",
    "电池": "固态电池 硫化物电解质 锂枝晶 界面阻抗 循环寿命 能量密度",
    "视觉": "机器视觉 表面缺陷检测 卷积神经网络 小样本 图像分割 误检率",
    "海水": "海水淡化 反渗透膜 膜污染 脱盐率 能量回收 浓盐水",
    "桥梁": "预应力混凝土 斜拉索 桥梁健康监测 疲劳裂纹 挠度 支座",
    "果蔬": "果蔬保鲜 冷链物流 气调贮藏 乙烯 失重率 货架期",
    "风电": "风力发电机组 叶片覆冰 变桨控制 齿轮箱故障 振动信号 功率曲线",
}


def works(field: str, n: int = 6) -> tuple[Work, ...]:
    words = FIELDS[field].split()
    return tuple(
        Work(
            title=f"{words[k % len(words)]}的研究", abstract="，".join(words[k % 3 : k % 3 + 4]) + "，给出了试验结果。"
        )
        for k in range(n)
    )


@pytest.fixture(scope="module")
def teams():
    return [Team(name, works=works(name)) for name in FIELDS]


def first(engine: Engine, text: str) -> str:
    return str(next(iter(engine.rank([Need("n", text)])))[0].team)


@pytest.mark.parametrize(
    ("text", "team"),
    [
        ("氟橡胶密封圈在高温下泄漏，要求压缩永久变形不大于 15%", "密封"),
        ("求全固态电池界面阻抗的降低办法，循环寿命 1000 次", "电池"),
        ("产线上表面缺陷漏检，误检率需低于 1%", "视觉"),
        ("反渗透膜污染快，脱盐率下降", "海水"),
    ],
)
def test_the_team_whose_works_are_about_it_comes_first(teams, text, team):
    assert first(Engine.of(teams), text) == team


def test_the_same_teams_and_needs_give_the_same_ranking_every_time(teams):
    needs = [Need("n", "膜污染与密封老化")]
    assert list(Engine.of(teams).rank(needs)) == list(Engine.of(teams).rank(needs))


def test_only_so_many_are_given_as_were_asked_for_and_all_of_them_for_nought(teams):
    engine = Engine.of(teams)
    needs = [Need("n", "密封")]
    assert [len(row) for row in engine.rank(needs, top=2)] == [2]
    assert [len(row) for row in engine.rank(needs)] == [len(teams)]


def test_several_supporting_works_beat_one_lucky_hit():
    lucky = Team("一次", works=(*works("电池", 5), Work(title="反渗透膜污染与脱盐率")))
    steady = Team("多次", works=works("海水", 6))
    assert first(Engine.of([lucky, steady, Team("视觉", works=works("视觉"))]), "反渗透膜污染，脱盐率下降") == "多次"


def test_a_team_with_very_many_works_weighs_no_more_than_its_share():
    owners = np.array([0] * 5_000 + [1] * COUNTED)
    weights = weigh(owners, 2)
    assert weights[:5_000].sum() == pytest.approx(COUNTED)
    assert weights[5_000:].sum() == COUNTED


def test_texts_that_nobody_owns_teach_which_words_go_together(teams):
    """ "电极粉化" stands in no work; published needs have it beside words of the battery team."""
    published = [f"固态电池 硫化物电解质 {word} 电极粉化严重" for word in FIELDS["电池"].split()] * 2
    asked = "电极粉化严重"
    plain, taught = Engine.of(teams), Engine.of(teams, background=published)
    score = {name: next(s for s in next(iter(engine.rank([Need("n", asked)]))) if s.team == "电池").score
             for name, engine in (("plain", plain), ("taught", taught))}  # fmt: skip
    assert score["taught"] > score["plain"] + 0.05
    assert first(taught, asked) == "电池"


@pytest.mark.parametrize(
    "odd",
    [
        Team("空", works=()),
        Team("空成果", works=(Work(), Work(title="  "))),
        Team("符号", works=(Work(title="🧪🚀", abstract="\x00\x01"),)),
        Team("长", works=(Work(abstract="密封材料 " * 200_000),)),
        Team("外文", works=(Work(title="Étude des joints en élastomère", abstract="Дисперсия"),)),
    ],
    ids=lambda team: team.id,
)
def test_odd_works_break_nothing_and_do_not_come_first(teams, odd):
    assert first(Engine.of([*teams, odd]), "固态电池界面阻抗") == "电池"


def test_identical_teams_stand_side_by_side_in_the_order_they_came(teams):
    twins = [Team("甲", works=works("电池")), Team("乙", works=works("电池")), *teams[:1]]
    found = next(iter(Engine.of(twins).rank([Need("n", "固态电池")])))
    assert [one.team for one in found][:2] == ["甲", "乙"]
    assert found[0].score == found[1].score


def test_a_need_without_a_word_gives_every_team_nothing(teams):
    assert {one.score for one in next(iter(Engine.of(teams).rank([Need("n", "…")])))} == {0}


def test_no_team_at_all_and_no_need_at_all_give_empty_answers(teams):
    assert list(Engine.of(teams).rank([])) == []
    assert [one.team for one in next(iter(Engine.of([Team("空")]).rank([Need("n", "密封")])))] == ["空"]


def test_a_label_says_more_for_a_better_match(teams):
    engine = Engine.of(teams)
    good, bad = (next(iter(engine.rank([Need("n", text)])))[0] for text in (FIELDS["电池"], "葡萄酒发酵"))
    assert good.chance >= bad.chance
    assert (good.strength, bad.strength) == ("strong", "weak")


def test_the_sentence_encoder_finds_what_is_said_in_another_language():
    encoder = Remembering(SentenceEncoder())
    teams = [
        Team("sea", works=(Work(abstract="Sea water desalination with reverse osmosis membranes"),) * 2),
        Team("cell", works=(Work(abstract="Solid state lithium batteries and their electrolytes"),) * 2),
        Team("eye", works=(Work(abstract="Detecting surface defects in images with neural networks"),) * 2),
    ]
    near = encoder.encode(["用反渗透膜淡化海水"]) @ encoder.encode([team.works[0].abstract for team in teams]).T
    assert int(near.argmax()) == 0


def test_a_text_is_encoded_once_whoever_asks():
    class Counting:
        name, size, asked = "counting", 2, 0

        def encode(self, texts):
            self.asked += len(texts)
            return np.ones((len(texts), 2), np.float32)

    counting = Counting()
    remembering = Remembering(counting)
    remembering.encode(["甲", "乙", "甲"])
    assert remembering.encode(["乙"]).shape == (1, 2)
    assert counting.asked == 2


# ── why ─────────────────────────────────────────────────────────────────────────
def test_a_match_is_explained_by_the_works_and_the_passages_that_meet(teams):
    engine = Engine.of(teams)
    need = Need("n", "本公司产线需要改造。氟橡胶密封圈在高温下泄漏率偏大。")
    found = explain(engine.reader, need, teams[0].works)
    assert found.reasons[0].asked == "氟橡胶密封圈在高温下泄漏率偏大。"
    assert "橡胶" in "".join(found.reasons[0].terms)


def test_a_word_is_named_whole_and_its_parts_are_not(teams):
    sensors = Team("传感", works=tuple(Work(abstract=f"{n}号柔性传感器与传感网络，感器件的温漂。") for n in range(4)))
    need = Need("n", "需要系统方案，涉及传感器、算法。")
    for work in sensors.works:
        terms = explain(Engine.of([*teams, sensors]).reader, need, [work]).reasons[0].terms
        assert terms
        assert not [(part, word) for part in terms for word in terms if part != word and part in word]


def test_passages_are_shown_as_they_were_written_and_a_unit_is_nothing_shared(teams):
    wires = Team("漆包线", works=tuple(Work(abstract=f"改进润滑，铜粉量由 {n} mg 降到 3 mg。") for n in range(4)))
    need = Need("n", "毛毡加润滑，每百米铜粉 8 mg。")
    (reason, *_others) = explain(Engine.of([*teams, wires]).reader, need, wires.works).reasons
    assert reason.asked == "毛毡加润滑，每百米铜粉 8 mg。"
    assert reason.done.startswith("改进润滑，铜粉量由")
    assert "mg" not in reason.terms


def test_what_the_works_do_not_cover_is_said(teams):
    engine = Engine.of(teams)
    found = explain(engine.reader, Need("n", "密封"), teams[0].works, ["压缩永久变形 ≤ 15%", "海水淡化能量回收"])
    assert found.covered == (True, False)


def test_a_team_without_works_has_no_reasons_and_covers_nothing(teams):
    found = explain(Engine.of(teams).reader, Need("n", "密封"), (), ["泄漏率"])
    assert (found.reasons, found.covered) == ((), (False,))
