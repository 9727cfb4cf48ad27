"""Files of works as they come from CNKI, Wanfang, EndNote, Web of Science and people; honest ones and hostile ones."""

import io
from typing import Any

from openpyxl import Workbook

import upload_corpus as c

CNKI_ENDNOTE = """%0 Journal Article
%A 王芳
%A 李强
%+ 滨海理工大学;
%T 喷涂聚脲弹性体抗爆性能研究
%J 高分子学报
%D 2021
%N 03
%K 聚脲;弹性体;抗爆
%X 研究了涂层在爆炸下的响应。
第二段。
%P 1-10
%@ 1000-3304
%W CNKI

%0 Patent
%A 王芳
%T 一种高强度抗爆弹性体及其制备方法
%D 2020-05-01
%@ CN110123456A
"""
CNKI_NOTEEXPRESS = """{Reference Type}: Journal Article
{Title}: 钒电池离子膜
{Author}: 苏敏;赵磊;
{Journal}: 储能科学
{Year}: 2019
{Keywords}: 钒电池;离子膜
{Abstract}: 摘要。
{ISBN/ISSN}: 2095-4239
{URL}: https://kns.cnki.net/x

{Reference Type}: Patent
{Title}: 一种离子膜
{Inventor}: 苏敏
{Application Number}: CN201910123456.7
"""
REFWORKS = """RT Dissertation/Thesis
A1 赵磊
T1 储能电池热失控
JF 海岱大学
YR 2018
K1 储能;热失控
AB 摘要
SN 1000-0000
DO 10.1234/ABC

RT Journal Article
T1 没有结束标记的一篇
"""
RIS = """TY  - JOUR
TI  - Blast response of polyurea
AU  - Wang, Fang
AU  - Li, Qiang
PY  - 2020/05/01/
AB  - first line
 goes on
DO  - https://doi.org/10.1000/XyZ
UR  - javascript:alert(1)
KW  - blast
TY  - CPAPER
T1  - The one above had no end
ER  - 
"""
BIBTEX = r"""% of a reference manager
@string{gao = "高分子学报"}
@article{a, title={{PVDF} m\"{o}bius \& na\"ive $\alpha$-phase}, author={M{\"u}ller, J. and 王芳}, journal=gao,
  year=2020, number=3, doi={10.1/x}}
@article{b, title={braces {do not match, year=2020}

@inproceedings{c, title = {好的一篇 😀}, year = {2021}
}
@article{a, title={The same key again}, year=2019}
@patent{d, title={一种方法}, number={ZL 2019 1 0123456.7}, year={2020}}
@misc{e}
"""
TABLE = """成果登记表,,,,,,
题名*,类别,年份,合同额（万元）,关键词,技术成熟度,网址
"一种,泵",发明专利,2020年5月,,泵；阀,,
,,,,,,
横向合同一,技术开发合同,2021,48.5,,,www.example.cn
成套装备,成果,二〇二〇,,,6级,http://example.cn/c
🚀,外星,2020,,,,
"""
JSONL = """{"title": "A", "year": 2020, "keywords": ["x", "y"]}
not json
[1]
{"abstract": "only an abstract"}
{}
"""
XML = """<?xml version="1.0"?><xml><records><record><ref-type name="Journal Article">17</ref-type>
<titles><title><style>好题名</style></title></titles><contributors><authors><author><style>王芳</style></author>
</authors></contributors><dates><year>2020</year></dates></record></records></xml>"""
XXE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><records><record>&e;</record></records></xml>'


def book(*rows: list[Any]) -> bytes:
    made = Workbook()
    for row in rows:
        made.active.append(row)
    held = io.BytesIO()
    made.save(held)
    return held.getvalue()


# What each of them is, and what the sentence has to say.
HOSTILE: list[tuple[str, bytes, str]] = [
    ("旧.xls", b"\xd0\xcf\x11\xe0" + bytes(600), "旧版 Excel"),
    ("知网.xls", b"<html><body><table></table></body></html>", "网页文件"),
    ("炸弹.xlsx", c.flat_bomb(), ""),
    ("叠.xlsx", c.overlapping(), ""),
    ("断.xlsx", book(["题名"], ["甲"])[:-60], ""),
    ("字.xlsx", c.office("word"), ""),
    ("实体.xlsx", c.office("xl", {"xl/sharedStrings.xml": XXE.encode()}), ""),
    ("实体.xml", XXE.encode(), "EndNote"),
    ("程序.csv", c.EXE, "可执行程序"),
    ("乱.csv", bytes(range(128, 256)) * 9, "编码"),
    ("坏.csv", "题名\n".encode() + "喷涂聚脲弹性体的抗爆性能研究与验证一二三四五".encode() + b"\xe5\xff\n", "第 2 行"),
    ("无头.csv", "姓名,电话\n张三,1\n".encode(), "表头"),
    ("空.csv", "题名\n".encode(), "没有一项"),
    ("引号.csv", '题名\n"没有成对\n'.encode() + b"x" * 2_100_000, "第"),
    ("多.jsonl", b'{"title": "x"}\n' * 100_001, "100000"),
    ("图.png", c.png(), "认不出"),
    ("无.txt", "随便写的几句话。\n没有表头。\n".encode(), "表头"),
]
