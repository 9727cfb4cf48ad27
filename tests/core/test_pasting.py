"""What people paste, out of Word and WPS, WeChat, a table: it stays readable and nothing of it is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.pasting import tidied, tidied_line

WORD = (
    "一、主要技术难点\r\n"
    "\uf06c\t现用聚脲涂层在\xa0−20\xa0℃\u200b冲击后开裂，断裂伸长率\uf0a3\u2002200\uff05；\r\n"
    "\uf06c\t配方中\uf061-氨基硅烷用量为1\uff0e5\uff5e2\uff0e0\uff05。\x0b已换过两种固化\xad剂。\r\n"
    "二、主要技术指标\r\n"
    "1、\t拉伸强度\uf0b3２５ ＭＰａ（ＧＢ／Ｔ ５２８）\r\n"
    "（2）\t粒径Ｄ５０＝１．５\uf0b1０．２ \uf06dm  \r\n"
    "\x0c\r\n\r\n\r\n三、其他"
)
WORD_MEANT = (
    "一、主要技术难点\n"
    "● 现用聚脲涂层在 −20 ℃冲击后开裂，断裂伸长率≤ 200%；\n"
    "● 配方中α-氨基硅烷用量为1.5～2.0%。\n"
    "已换过两种固化剂。\n"
    "二、主要技术指标\n"
    "1、拉伸强度≥25 MPa（GB/T 528）\n"
    "（2）粒径D50=1.5±0.2 μm\n"
    "\n三、其他"
)
TABLE = (
    "序号\t指标名称\t要求\t检测方法\n1\t拉伸强度\t≥25 MPa\tGB/T 528\n2\t耐盐雾\t1000 h\t\n\t\t\t\n小计\x07\x07两项\x07"
)
TABLE_MEANT = "序号 | 指标名称 | 要求 | 检测方法\n1 | 拉伸强度 | ≥25 MPa | GB/T 528\n2 | 耐盐雾 | 1000 h\n\n小计 | 两项"
CHAT = "王总[抱拳]我们现在就是涂层开裂[捂脸][捂脸]，\u2068@李工\u2069 数据在这：\n1. 强度18 MPa\n[图片]\n[1]见报告[强]"
CHAT_MEANT = "王总我们现在就是涂层开裂，@李工 数据在这：\n1. 强度18 MPa\n[图片]\n[1]见报告"


@pytest.mark.parametrize(("pasted", "meant"), [(WORD, WORD_MEANT), (TABLE, TABLE_MEANT), (CHAT, CHAT_MEANT)])
def test_a_paste_reads_as_it_was_meant(pasted: str, meant: str) -> None:
    assert tidied(pasted) == meant
    assert tidied(tidied(pasted)) == meant, "once is enough"


@pytest.mark.parametrize(
    ("pasted", "meant"),
    [
        ("• 第一\n○\t第二\n■ 已选 □ 未选", "• 第一\n○ 第二\n■ 已选 □ 未选"),
        ("Ø\t连续运行\nü\t已验证", "● 连续运行\n● 已验证"),
        ("\uf0fe 委托研发\n\uf0a8 技术转让", "☑ 委托研发\n□ 技术转让"),
        ("a)\t方案甲\n12.\t方案乙", "a) 方案甲\n12. 方案乙"),
        ("温度＋２０℃，压力＜５ＭＰａ，转速３０００ｒ／ｍｉｎ", "温度+20℃，压力<5MPa，转速3000r/min"),
        ("产品（一）：甲，乙；丙。“引号”‘单引号’——……", "产品（一）：甲，乙；丙。“引号”‘单引号’——……"),
        ("䶮岛𠮷材料·㗊㚰𫟹", "䶮岛𠮷材料·㗊㚰𫟹"),
        ("m²·s⁻¹ 10⁻³ Ⅲ型 ①②", "m²·s⁻¹ 10⁻³ Ⅲ型 ①②"),
        ("\uf0f1未知符号", "\uf0f1未知符号"),
        ("　　首行缩进的段落。", "首行缩进的段落。"),
        ("[见附件3] [0,1] [疑问]", "[见附件3] [0,1] [疑问]"),
    ],
)
def test_marks_signs_and_letters(pasted: str, meant: str) -> None:
    assert tidied(pasted) == meant


def test_one_line_is_one_line() -> None:
    assert tidied_line("ＰＶＢ\xa0中间膜\r\n（\uf0b3 ２ 型）[微笑]") == "PVB 中间膜 （≥ 2 型）"
    assert tidied_line("欧阳\u3000𠮷") == "欧阳 𠮷"


@given(st.text(st.characters(exclude_categories=("Cc", "Cf", "Cs", "Co", "Zs", "Zl", "Zp"), max_codepoint=0x2FFFF)))
def test_no_letter_is_ever_lost(text: str) -> None:
    """But for the names of faces, the letters and digits that go in come out, wide ones narrow."""
    from core.text import clean_text

    def letters(of: str) -> str:
        return "".join(c for c in of if c.isalnum()).translate({n: n - 0xFEE0 for n in range(0xFF10, 0xFF5B)})

    assert letters(tidied(text)) == letters(clean_text(text)) or "[" in text
