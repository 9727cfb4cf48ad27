"""An index is kept in a folder: whole or not at all, for many readers; and one team is exchanged in it."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from matching import learning, profiles, storing
from matching.corpus import Need, Team, Work
from matching.engine import Engine
from matching.learning import Texts
from matching.nearest import Nearest, shortened
from matching.profiles import Evidence
from matching.storing import Unusable

FIELDS = {
    "密封": "耐高温橡胶密封圈 氟橡胶 压缩永久变形 密封界面 泄漏率 高温老化",
    "电池": "固态电池 硫化物电解质 锂枝晶 界面阻抗 循环寿命 能量密度",
    "视觉": "机器视觉 表面缺陷检测 卷积神经网络 小样本 图像分割 误检率",
    "海水": "海水淡化 反渗透膜 膜污染 脱盐率 能量回收 浓盐水",
    "桥梁": "预应力混凝土 斜拉索 桥梁健康监测 疲劳裂纹 挠度 支座",
}
NEEDS = [Need("n1", "氟橡胶密封圈在高温下泄漏"), Need("n2", "膜污染与界面阻抗"), Need("n3", "斜拉索疲劳裂纹")]
BACKGROUND = ["固态电池 界面阻抗 电极粉化", "反渗透膜 膜污染 结垢", "疲劳裂纹 斜拉索 风振"] * 3


def team(field: str, n: int = 6, name: str = "") -> Team:
    words = FIELDS[field].split()
    return Team(
        name or field,
        works=tuple(
            Work(title=f"{words[k % 6]}的研究", abstract="，".join(words[k % 3 : k % 3 + 4]) + "。") for k in range(n)
        ),
    )


class Encoding:
    """Counts a few characters: enough of an encoder to see whether it was asked."""

    name, size = "counting", 4

    def encode(self, texts):
        return np.array([[text.count(one) for one in "膜电封裂"] for text in texts], np.float32) + 0.1


@pytest.fixture
def engine():
    return Engine.of([team(name) for name in FIELDS], background=BACKGROUND)


def ranking(engine: Engine) -> list[list[tuple[object, float]]]:
    return [[(one.team, one.score) for one in found] for found in engine.rank(NEEDS)]


# ── kept ────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("encoder", [None, Encoding()], ids=["words", "meaning"])
def test_what_was_saved_ranks_like_what_was_learnt(tmp_path, encoder):
    learnt = Engine.of([team(name) for name in FIELDS], background=BACKGROUND, encoder=encoder)
    learnt.save(tmp_path / "index", note={"change": 17})
    found = Engine.load(tmp_path / "index", encoder)
    assert list(found.rank(NEEDS)) == list(learnt.rank(NEEDS))
    assert (found.note, found.lacks, found.stale) == ({"change": 17}, "", 0)


def test_ids_come_back_as_they_were_numbers_as_numbers(tmp_path):
    Engine.of([team("密封", name="7"), Team(7, works=team("电池").works)]).save(tmp_path)
    assert Engine.load(tmp_path).ids == ["7", 7]


def test_large_tables_are_mapped_and_shared_and_linked_when_saved_again(tmp_path, engine, monkeypatch):
    monkeypatch.setattr(storing, "MAPPED", 1)
    engine.save(tmp_path)
    loaded = Engine.load(tmp_path)
    first = storing.current(tmp_path)
    assert isinstance(loaded.profiles.sums, np.memmap)
    loaded.update([team("密封", 3)]).save(tmp_path)
    second = storing.current(tmp_path)
    words = [(tmp_path / edition / "words.npy").stat().st_ino for edition in (first, second)]
    sums = [(tmp_path / edition / "sums.npy").stat().st_ino for edition in (first, second)]
    assert words[0] == words[1]
    assert sums[0] != sums[1]


def test_a_reader_keeps_what_it_has_when_newer_editions_come(tmp_path, engine, monkeypatch):
    monkeypatch.setattr(storing, "MAPPED", 1)
    engine.save(tmp_path)
    old = Engine.load(tmp_path)
    before = ranking(old)
    for n in (1, 2, 3):
        engine.update([team("密封", n)]).save(tmp_path)
    assert ranking(old) == before
    assert ranking(Engine.load(tmp_path)) != before
    assert len(list(tmp_path.glob("edition-*"))) == 2


def test_a_save_that_fails_leaves_the_old_index_and_nothing_else(tmp_path, engine, monkeypatch):
    engine.save(tmp_path)
    before = sorted(tmp_path.iterdir())
    monkeypatch.setattr(storing, "_stamp", lambda path: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        engine.save(tmp_path)
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(("weight", "lacks"), [(0.5, "counting"), (0.0, "")])
def test_an_encoder_that_is_not_here_is_named_and_words_alone_are_compared(tmp_path, monkeypatch, weight, lacks):
    monkeypatch.setattr("matching.learning.MEANINGS", (weight,))
    Engine.of([team(name) for name in FIELDS], encoder=Encoding()).save(tmp_path)
    found = Engine.load(tmp_path)
    assert found.lacks == lacks
    assert next(found.rank([NEEDS[0]]))[0].team == "密封"
    updated = found.update([team("桥梁", 2)])
    updated.save(tmp_path)
    assert Engine.load(tmp_path, Encoding()).lacks == ""


def damaged(edition: Path, how: str) -> None:
    about = json.loads((edition / "engine.json").read_text())
    match how:
        case "cut":
            (edition / "sums.npy").write_bytes((edition / "sums.npy").read_bytes()[:-8])
        case "turned":
            whole = bytearray((edition / "words.npy").read_bytes())
            whole[-3] ^= 1
            (edition / "words.npy").write_bytes(whole)
        case "lost":
            (edition / "ids.json").unlink()
        case "newer":
            (edition / "engine.json").write_text(json.dumps({**about, "version": 99}))
        case "other":
            (edition / "engine.json").write_text('{"format": "a shopping list"}')
        case "half":
            (edition / "engine.json").write_text("{")


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("cut", "sums.npy 已损坏"),
        ("turned", "words.npy 已损坏"),
        ("lost", "缺少 .*ids.json"),
        ("newer", "版本是 99"),
        ("other", "不是匹配索引"),
        ("half", "已损坏"),
    ],
)
def test_a_damaged_folder_is_refused_with_a_sentence(tmp_path, engine, how, said):
    engine.save(tmp_path)
    damaged(tmp_path / storing.current(tmp_path), how)
    with pytest.raises(Unusable, match=said):
        Engine.load(tmp_path)


def test_a_folder_that_is_not_there_is_said_so(tmp_path):
    with pytest.raises(Unusable, match="不存在"):
        Engine.load(tmp_path / "nowhere")
    assert storing.current(tmp_path / "nowhere") == ""


def test_no_code_is_in_the_folder(tmp_path, engine):
    engine.save(tmp_path)
    edition = tmp_path / storing.current(tmp_path)
    assert {path.suffix for path in edition.iterdir()} == {".npy", ".json"}
    for path in edition.glob("*.npy"):
        np.load(path, allow_pickle=False)


# ── followed ────────────────────────────────────────────────────────────────────
def anew(engine: Engine, teams: list[Team]) -> Engine:
    """Learnt from all of these teams again, in the space of that engine."""
    texts = Texts(teams)
    works, owners = engine.reader.read(list(texts)), texts.owners
    sums = np.zeros((len(teams), engine.space.size), np.float32)
    learning.sums_up(sums, engine.space, works, owners, profiles.weigh(owners, len(teams)))
    places = engine.space.place(works)
    evidence = Evidence(sums, np.bincount(owners, minlength=len(teams)), places, owners, engine.evidence.background)
    return replace(
        engine,
        ids=[one.id for one in teams],
        evidence=evidence,
        profiles=profiles.learn(evidence),
        nearest=Nearest.of([shortened(works.words)], owners, len(engine.reader.lexicon.keys)),
    )


def test_changed_new_and_removed_teams_rank_as_if_all_had_been_learnt_anew(engine):
    more = Team("新", works=(*team("密封", 2).works, *team("桥梁", 9).works))
    teams = [team("电池"), team("视觉", 3), team("海水"), team("桥梁", 20), more]
    updated = engine.update([team("视觉", 3), team("桥梁", 20), more], ["密封"])
    assert updated.ids == [one.id for one in teams]
    np.testing.assert_allclose(
        updated.scores([need.whole for need in NEEDS]), anew(engine, teams).scores([n.whole for n in NEEDS]), atol=2e-5
    )


def test_many_small_changes_come_to_the_same_as_one(engine):
    step = engine
    for n in range(1, 6):
        step = step.update([team("密封", n)], [])
    once = engine.update([team("密封", 5)])
    np.testing.assert_allclose(step.scores(["密封 膜污染"]), once.scores(["密封 膜污染"]), atol=2e-5)
    assert engine.stale == 0
    assert once.stale == pytest.approx(1 / engine.learnt)  # one work of six less
    assert step.stale == pytest.approx(9 / engine.learnt)  # five went, one came, four times


def test_a_team_that_left_is_gone_and_one_that_never_was_does_not_matter(engine):
    updated = engine.update([], ["密封", "谁"])
    assert "密封" not in {one.team for one in next(updated.rank(NEEDS))}
    assert len(updated.ids) == len(FIELDS) - 1


def test_a_team_both_changed_and_removed_stays_as_it_is_now(engine):
    assert set(engine.update([team("密封", 2)], ["密封"]).ids) == set(FIELDS)


def test_a_team_that_took_its_works_out_stays_and_matches_nothing(engine):
    updated = engine.update([Team("密封")])
    works = updated.reader.read([need.whole for need in NEEDS]).words
    assert not updated.nearest.scores(works, len(FIELDS))[:, updated.ids.index("密封")].any()
    assert next(updated.rank([NEEDS[0]]))[0].score < next(engine.rank([NEEDS[0]]))[0].score / 2


def test_all_teams_can_leave_and_others_come(engine):
    empty = engine.update([], list(FIELDS))
    assert [list(found) for found in empty.rank(NEEDS)] == [[], [], []]
    assert next(empty.update([team("密封")]).rank(NEEDS))[0].team == "密封"


def test_where_the_background_is_large_a_change_leaves_it_attributed_as_it_was(engine, monkeypatch):
    monkeypatch.setattr("matching.engine.AGAIN", 0)
    updated = engine.update([team("密封"), team("桥梁", name="新")])
    assert updated.profiles.lent is not None
    np.testing.assert_array_equal(updated.profiles.lent[: len(FIELDS)], engine.profiles.lent)
    assert not updated.profiles.lent[-1].any()
    assert next(updated.rank(NEEDS))[0].team in {"密封", "新"}


def test_a_work_that_is_held_out_does_not_speak_for_its_own_team():
    alone = Engine.of(
        [Team("一", works=(Work(title="氟橡胶密封圈"),)), Team("二", works=(Work(title="氟橡胶密封圈"),))]
    )
    works = alone.reader.read(["氟橡胶密封圈"] * 2).words
    held = alone.nearest.scores(works, 2, but=np.array([0, 1]))
    assert held.argmax(axis=1).tolist() == [1, 0]
    assert held.min() == 0


# ── asked ───────────────────────────────────────────────────────────────────────
def test_a_bare_text_is_ranked_like_a_need(engine):
    assert next(engine.rank([NEEDS[0].text])) == next(engine.rank([NEEDS[0]]))


def test_the_best_are_the_first_of_all_also_among_equals():
    twins = Engine.of([team("电池", name=f"{n}") for n in range(9)] + [team("密封")])
    whole = next(twins.rank(["固态电池"]))
    for top in (1, 3, 8, 9, 10, 99):
        assert next(twins.rank(["固态电池"], top)) == whole[:top]
    assert [one.team for one in whole[:9]] == [f"{n}" for n in range(9)]
