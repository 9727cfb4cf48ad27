import pytest

from core.text import clean_line, clean_text, sort_key


@pytest.mark.parametrize("name", ["䶮", "𠮷野家", "买买提·艾合买提", "王𬎆", "Müller-Lüdenscheidt", "👩‍🔬"])
def test_rare_names_stay_as_they_are(name):
    assert clean_line(name) == name
    assert clean_text(name) == name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  张 \t 三\r\n", "张 三"),
        ("a\x00b\x07c", "abc"),
        ("报告\u202efdp.exe", "报告fdp.exe"),
        ("\ufeff\u200b张三", "张三"),
        ("u\u0308", "ü"),
        ("一\u2028二", "一 二"),
        ("\ud800张", "张"),
        ("全角\u3000空格", "全角 空格"),
    ],
)
def test_a_line_loses_what_cannot_be_seen(typed, kept):
    assert clean_line(typed) == kept


def test_a_text_keeps_its_lines():
    assert clean_text("一\r\n二\r三\n\t四\x00") == "一\n二\n三\n\t四"


def test_names_sort_by_sound():
    names = ["张三", "李四", "王五", "阿里", "䶮公司", "𠮷利", "重庆", "长沙"]
    assert sorted(names, key=sort_key) == ["阿里", "长沙", "重庆", "𠮷利", "李四", "王五", "䶮公司", "张三"]


def test_homophones_keep_one_order_whatever_order_they_come_in():
    assert sorted(["李莉", "李丽"], key=sort_key) == sorted(["李丽", "李莉"], key=sort_key)


def test_a_sort_key_fits_its_column():
    assert len(sort_key("长" * 500)) == 255
