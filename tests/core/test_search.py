import pytest

from core.models import DayOverride
from core.search import query, tokens, vector

TEXT = "面向高端装备的高强度抗爆弹性体材料与锂电池固态电解质，编号 JB-2026-Q4-0007，𠮷林大学 TPU 3.5MPa"


def found(typed: str, *texts: str) -> bool:
    DayOverride.objects.get_or_create(date="2026-11-24", defaults={"is_workday": True})
    rows = DayOverride.objects.annotate(words=vector(*((text, "A") for text in texts or (TEXT,))))
    return rows.filter(words=query(typed)).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed",
    ["电池", "锂电", "电解", "弹性体", "抗爆 材料", "材料抗爆",
     "固态电解质", "锂", "JB-2026-Q4-0007", "jb-2026", "tpu", "TP",
     "ＴＰＵ", "0007", "𠮷林"],
)  # fmt: skip
def test_any_two_neighbouring_characters_are_found(typed):
    assert found(typed)


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["池电", "爆抗", "与料", "钠电池", "材料 钠", "jb-2027", "吉林", "pu"])
def test_what_is_not_there_is_not_found(typed):
    assert not found(typed)


@pytest.mark.django_db
def test_several_texts_are_searched_together():
    assert found("电池 抗爆", "锂电池", "抗爆材料")


@pytest.mark.parametrize("typed", ["", "  ", "，。！", "-", "\x00"])
def test_punctuation_alone_asks_for_nothing(typed):
    assert query(typed) is None


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["a' | 'b", "电池 & !锂", "\\'", "a:*b", "电池' --", "<-> ()"])
def test_operators_in_a_search_are_only_punctuation(typed):
    asked = query(typed)
    if asked is not None:
        list(DayOverride.objects.annotate(words=vector((TEXT, "A"))).filter(words=asked))


def test_jieba_words_longer_than_two_characters_are_kept_whole():
    assert "弹性体" in tokens(TEXT).split()
    assert "锂电池" in tokens(TEXT).split()
