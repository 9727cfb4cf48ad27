"""A Chinese need finds English works of its subject, and the other way round, although they share no words."""

from dataclasses import replace

import pytest

from matching import encoders
from matching.corpus import Need, Team, Work
from matching.engine import Engine
from matching.explaining import explain
from matching.support import Support
from matching.text import CHINESE as HAN
from matching.text import LATIN as LETTERS
from matching.text import NO_LANGUAGE, language

CHINESE = {
    "密封": ("耐高温橡胶密封圈的压缩永久变形", "氟橡胶密封界面的泄漏率", "橡胶密封件高温老化"),
    "电池": ("硫化物固态电解质的界面阻抗", "锂枝晶生长与循环寿命", "固态电池能量密度"),
    "海水": ("反渗透膜污染与清洗", "海水淡化能量回收", "脱盐率与浓盐水排放"),
    "桥梁": ("斜拉索疲劳裂纹监测", "预应力混凝土挠度", "桥梁支座健康监测"),
}
LATIN = {
    "rice": ("Marker-assisted breeding of heat-tolerant rice", "Drought resistance genes in rice"),
    "fans": ("Aerodynamic noise of axial fans and its control", "Blade optimization for quiet household fans"),
    "cancer": ("Monoclonal antibodies for cancer therapy", "Antibody-drug conjugates targeting solid tumours"),
    "fabric": ("Fabric defect detection with convolutional networks", "Automatic inspection of textiles"),
}
NEEDS = {
    "rice": "培育耐高温、抗旱的水稻品种",
    "fans": "降低家用风机的气动噪声",
    "cancer": "抗肿瘤抗体药物",
    "fabric": "面料缺陷自动检测",
}


def teams(works: dict[str, tuple[str, ...]]) -> list[Team]:
    return [Team(name, works=tuple(Work(title=title) for title in titles)) for name, titles in works.items()]


@pytest.fixture(scope="module")
def encoder():
    found = encoders.chosen(lexical=False)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def engine(encoder):
    return Engine.of(teams(CHINESE | LATIN), encoder=encoder)


def first(engine: Engine, needs: dict[str, str]) -> dict[str, object]:
    return dict(zip(needs, (found[0].team for found in engine.rank(list(needs.values()))), strict=True))


def test_chinese_needs_find_english_works(engine):
    assert first(engine, NEEDS) == {name: name for name in NEEDS}
    assert first(replace(engine, abroad=None), NEEDS) != {name: name for name in NEEDS}


def test_an_english_need_finds_chinese_works(engine):
    needs = {"电池": "Solid-state electrolytes for lithium batteries", "海水": "Fouling of reverse osmosis membranes"}
    assert first(engine, needs) == {name: name for name in needs}


def test_works_in_the_language_of_the_need_are_still_compared_by_words(engine):
    needs = {"密封": "氟橡胶密封圈在高温下泄漏", "桥梁": "斜拉索疲劳裂纹"}
    assert first(engine, needs) == {name: name for name in needs}


def test_the_reason_shows_both_passages_and_the_label_is_of_what_they_mean(engine):
    support, works = Support.of(engine.reader, teams(CHINESE | LATIN)), teams(LATIN)[0].works
    why = explain(engine.reader, Need("n", NEEDS["rice"]), works)
    assert [(one.by_meaning, one.terms, one.asked) for one in why.reasons][:1] == [(True, (), NEEDS["rice"])]
    assert why.reasons[0].done in {work.title for work in works}
    assert support.label("strong", support.near(why)) in ("medium", "strong")
    strange = explain(engine.reader, Need("n", "公司内部会计制度"), works)
    assert support.label("strong", support.near(strange)) == "weak"


def test_without_the_encoder_nothing_is_said_of_meaning(engine, tmp_path):
    engine.save(tmp_path)
    alone = Engine.load(tmp_path)
    assert alone.lacks == engine.reader.encoder_name
    assert explain(alone.reader, Need("n", NEEDS["rice"]), teams(LATIN)[0].works).reasons == ()
    assert len(next(alone.rank([NEEDS["rice"]]))) == len(CHINESE | LATIN)


def test_what_was_saved_finds_the_same(engine, encoder, tmp_path):
    engine.save(tmp_path)
    loaded = Engine.load(tmp_path, encoder)
    assert list(loaded.rank(list(NEEDS.values()))) == list(engine.rank(list(NEEDS.values())))


def test_a_team_that_came_later_is_found_and_one_that_left_or_turned_elsewhere_is_not(engine, encoder, tmp_path):
    later = engine.update(
        teams({"wind": ("Offshore wind farm maintenance",), "rice": ("Steel slag cement",)}), ["fans"]
    )
    assert first(later, {"wind": "海上风电场运维"}) == {"wind": "wind"}
    assert {one.team for one in next(later.rank([NEEDS["fans"]]))} == {*CHINESE, *LATIN, "wind"} - {"fans"}
    scores = {one.team: one.score for one in next(later.rank([NEEDS["rice"]]))}
    before = {one.team: one.score for one in next(engine.rank([NEEDS["rice"]]))}
    assert scores["rice"] < before["rice"] / 2
    later.save(tmp_path)
    assert list(Engine.load(tmp_path, encoder).rank([NEEDS["cancer"]])) == list(later.rank([NEEDS["cancer"]]))


def test_where_all_speak_one_language_nothing_is_kept_for_it(encoder):
    assert Engine.of(teams(CHINESE), encoder=encoder).abroad is None
    assert Engine.of(teams(LATIN), encoder=encoder).abroad is None
    assert Engine.of(teams(LATIN), background=list(NEEDS.values()), encoder=encoder).abroad is not None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("基于YOLOv8与Transformer的缺陷检测", HAN),
        ("Detection of 甲醇 in air with a sensor", LETTERS),
        ("DMTO&PP 装置急冷水水质改善", HAN),
        ("300 MW", LETTERS),
        ("2024 — 12345", NO_LANGUAGE),
        ("", NO_LANGUAGE),
    ],
)
def test_names_and_formulas_do_not_make_a_text_foreign(text, found):
    assert language(text) == found


def test_a_text_without_a_letter_is_near_to_nobody_abroad(engine):
    with_it, without = (next(one.rank(["12345 678"])) for one in (engine, replace(engine, abroad=None)))
    assert with_it == without


def test_two_languages_that_share_their_fields_still_meet(encoder):
    """A Chinese team and an English one for each subject: their works belong together, and that is no chance."""
    of_both = {f"zh {name}": (need, f"{need}的方法") for name, need in NEEDS.items()}
    engine = Engine.of(teams(of_both | LATIN), encoder=encoder)
    for name, need in NEEDS.items():
        places = [one.team for one in next(engine.rank([need]))]
        assert next(one for one in places if one in LATIN) == name


def test_an_encoder_that_was_away_leaves_no_works_of_teams_that_changed(engine, encoder, tmp_path):
    engine.save(tmp_path)
    away = Engine.load(tmp_path).update(teams({"rice": ("水泥掺合料",)}))
    away.save(tmp_path)
    back = Engine.load(tmp_path, encoder)
    before, after = ({one.team: one.score for one in next(e.rank([NEEDS["rice"]]))} for e in (engine, back))
    assert after["rice"] < before["rice"] / 2


def test_few_teams_with_nothing_in_common_support_no_label(encoder):
    few = teams({"密封": CHINESE["密封"], "rice": LATIN["rice"], "桥梁": CHINESE["桥梁"]})
    engine = Engine.of(few, encoder=encoder)
    support = Support.of(engine.reader, few)
    nothing = explain(engine.reader, Need("n", "公司内部会计制度"), few[1].works)
    assert (nothing.reasons, support.near(nothing)) == ((), 0)
    assert support.label("strong", 0) == "weak"
