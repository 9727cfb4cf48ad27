"""What is compared of a text: words, pairs of characters, Latin words in a row; passages that can be shown."""

import pytest

from matching.text import LONGEST, LONGEST_PASSAGE, passages, readable, terms


def test_chinese_is_compared_by_words_and_by_every_two_neighbours_so_that_a_new_term_counts():
    found = terms("聚脲防爆涂层")
    assert {"涂层", "·聚脲", "·防爆", "·爆涂"} <= set(found)


def test_english_is_compared_by_words_and_by_two_words_in_a_row():
    found = terms("Solid state batteries with sulfide electrolytes")
    assert {"battery", "electrolyte", "solid state", "sulfide electrolyte"} <= set(found)


def test_a_latin_name_within_chinese_is_a_word_but_no_pair_is_made_across_the_sentence():
    found = terms("采用 PVB 膜片与 SiC 涂层的工艺研究，验证了长期稳定性与可靠性，满足使用要求")
    assert {"pvb", "sic"} <= set(found)
    assert "pvb sic" not in found


def test_numbers_are_no_terms():
    assert terms("150 1000 2021") == []


@pytest.mark.parametrize("text", ["", " \n\t", "。！？", "🧪🚀", "\x00\x00", "12345"])
def test_a_text_without_words_has_no_terms(text):
    assert terms(readable(text)) == []


def test_a_text_without_end_is_read_to_a_limit():
    assert len(readable("材料" * 1_000_000)) == LONGEST


def test_passages_are_the_sentences_and_the_long_ones_are_cut_at_a_comma():
    long = "，".join(["耐高温密封材料在苛刻工况下的失效机理"] * 30) + "。"
    found = passages("第一句。第二句！" + long)
    assert found[:2] == ["第一句。", "第二句！"]
    assert max(map(len, found)) <= LONGEST_PASSAGE
    assert "".join(found[2:]) == long


def test_a_decimal_point_ends_no_passage():
    assert passages("厚度为 0.35 mm 的膜片，收缩率 1.2%。") == ["厚度为 0.35 mm 的膜片，收缩率 1.2%。"]
