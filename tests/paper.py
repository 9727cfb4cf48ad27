"""Collection forms as companies send them in: Word tables in the layouts that zones and provinces hand out."""

import io
from typing import Any

from docx import Document
from docx.oxml import parse_xml

from documents.collection_form import INDICATORS, blank_form, rows

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def saved(made: Any) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def table(made: Any, lines: list[list[str]]) -> Any:
    laid = made.add_table(rows=0, cols=max(map(len, lines)), style="Table Grid")
    for line in lines:
        cells = laid.add_row().cells
        for cell, text in zip(cells, line, strict=False):
            cell.text = text
        if len(line) < len(cells):  # the last answer reaches to the edge
            cells[len(line) - 1].merge(cells[-1]).text = line[-1]
    return laid


def hebei() -> bytes:
    """河北省重大技术需求征集表: labels and values in turn across four columns."""
    made = Document()
    made.add_heading("河北省重大技术需求征集表", 1)
    laid = table(
        made,
        [
            ["机构全称*", "海岳新材料有限公司", "归口管理部门", "高新区科技局"],
            ["通讯地址*", "火炬路 9 号", "法人代表*", "王海"],
            ["联系人*", "欧阳𠮷", "手机*", "13800000000"],
            ["技术需求名称*（≤100）", "低温抗爆聚脲弹性体"],
            ["需求时限*", "2026年1月至2027年6月"],
            [
                "概述*",
                "①主要问题：现用聚脲涂层在−20\xa0℃冲击后开裂，断裂伸长率\uf0a3 200％。\n"
                "②技术关键（关键技术、主要指标）：拉伸强度不低于 25 MPa（GB/T 528）；断裂伸长率≥300%\n"
                "③预期目标（创新性、经济社会效益）：替代进口，年节约 200 万元。",
            ],
            ["关键字*（1–5个）", "聚脲；抗爆；弹性体"],
            ["拟投入资金总额（万元）", "80", "资金来源", "☑自筹 □贷款"],
            ["技术需求解决方式*", "□独立研发 ☑委托研发 ☑合作研发 □其他"],
            ["合作意向单位", "青岛科技大学"],
            ["科技活动类型*", "○基础研究 ○应用研究 ●试验发展"],
            ["需求技术所属领域", "√新材料及应用　现代农业　海洋"],
            ["应用行业", "橡胶和塑料制品业"],
            ["形式审核意见", ""],
        ],
    )
    laid.cell(0, 0).paragraphs[0].runs[0].bold = True
    return saved(made)


def zone() -> bytes:
    """企业需求申报表: a first column of headings merged downwards, tables of indicators with columns of their own."""
    made = Document()
    made.add_paragraph("附件1")
    made.add_paragraph("企业技术需求申报表")
    laid = table(
        made,
        [
            ["企业概况", "名称", "海岳新材料有限公司"],
            ["", "资质荣誉", "☑高新技术企业 □专精特新“小巨人”"],
            ["", "联系人及职务", "李工（技术部长）"],
            ["", "手机", "0532-88880000"],
            ["需求描述", "需求名称", "瓦线横切机结构优化"],
            ["", "主要技术难点", "高速运行时机架振动大。\n切断精度波动。"],
            ["", "主要研究内容", "结构优化与减振。"],
            ["合作意向", "短期", "☑技术诊断指导 □专题培训"],
            ["", "长期", "□联合开发 ☑委托研发"],
            ["", "意向专家", "有：机械学院陈教授"],
        ],
    )
    for first, last in ((0, 3), (4, 6), (7, 9)):
        text = laid.cell(first, 0).text
        laid.cell(first, 0).merge(laid.cell(last, 0)).text = text
    made.add_paragraph("主要技术指标")
    table(
        made,
        [
            ["序号", "指标名称", "指标值", "单位", "检测方法"],
            ["1", "切断精度", "≤1", "mm", "连续 500 张抽检"],
            ["2", "设计车速", "不低于250", "m/min", "现场测速"],
            ["3", "外观", "无毛刺", "", "目测"],
            ["4", "工作温度", "-10～40", "℃", ""],
        ],
    )
    return saved(made)


def letter() -> bytes:
    """No table at all: headings and what is written below them."""
    made = Document()
    for line in (
        "技术需求征集表", "一、需求名称", "PVB 中间膜稳定性提升", "二、主要技术难点（500字以内）",
        "批次间厚度和粘结力波动，", "缺少系统试验条件。", "三、拟达到的技术指标", "厚度偏差 ≤ 0.02 mm（GB/T 32020）",
        "雾度不高于 0.4%", "四、合作方式：技术咨询、共建研发平台", "五、研发周期：一年半",
        "六、项目预算：面议", "联系人：赵工　", "联系电话：0532-88881111", "以上内容由技术部王晓䶮整理。",
    ):  # fmt: skip
        made.add_paragraph(line)
    return saved(made)


def side_by_side() -> bytes:
    """Labels in one row, their values in the next."""
    made = Document()
    table(
        made,
        [
            ["需求名称", "技术领域", "拟投入资金（万元）", "期望周期（月）"],
            ["低噪风机设计", "先进制造与自动化", "45", "8"],
            ["技术难题", "整机噪声偏高，主要来自风机气动噪声。"],
        ],
    )
    return saved(made)


def with_controls() -> bytes:
    """As Word's own forms are: answers in content controls, an old check box, a deletion that is still tracked."""
    made = Document()
    laid = table(made, [["需求名称", ""], ["技术难题", ""], ["资金来源", ""]])
    fill = (
        f"<w:p {W}><w:sdt><w:sdtPr/><w:sdtContent><w:r><w:t>石英缺陷在线检测</w:t></w:r></w:sdtContent></w:sdt></w:p>",
        f"<w:p {W}><w:del><w:r><w:delText>旧的说法</w:delText></w:r></w:del><w:ins><w:r><w:t>透明反光，漏检率高</w:t>"
        '<w:br/><w:t>需要在线识别</w:t></w:r></w:ins><w:r><w:sym w:font="Symbol" w:char="F0B3"/></w:r></w:p>',
        f"<w:p {W}><w:r><w:fldChar><w:ffData><w:checkBox><w:checked/></w:checkBox></w:ffData></w:fldChar></w:r>"
        "<w:r><w:t>自筹 </w:t></w:r><w:r><w:fldChar><w:ffData><w:checkBox><w:checked w:val='0'/></w:checkBox>"
        "</w:ffData></w:fldChar></w:r><w:r><w:t>贷款</w:t></w:r></w:p>",
    )
    for row, xml in enumerate(fill):
        cell = laid.cell(row, 1)._tc
        cell.remove(cell.p_lst[0])
        cell.append(parse_xml(xml))
    return saved(made)


ANSWERS = {
    "需求名称": "䶮岛𠮷材料中试",
    "需求类型": "工艺改进",
    "技术领域": "新材料",
    "应用行业": "29 橡胶和塑料制品业",
    "要解决的技术难题": "现用聚脲涂层 −20 ℃ 冲击后开裂。\n已换过两种固化剂。",
    "现有基础与现状": "有 2 t/d 中试线。",
    "预期目标与验收办法": "样品送第三方检测达到指标。",
    "关键词": "聚脲、抗爆",
    "科技活动类型": "试验发展",
    "交付物": "样品或样件",
    "交付物说明": "样品 3 组",
    "拟投入资金": "48.5",
    "资金来源": "自筹",
    "期望周期": "12",
    "合作方式": "合作研发",
    "知识产权归属": "归揭榜方，发榜方免费实施",
    "后续改进归属": "改进成果双方共有",
    "合作意向": "共建研发中心",
    "对揭榜方的要求": "具备小试条件。",
    "联系人": "艾工",
    "联系电话": "0532-88880000",
    "所在地区": "青岛",
    "现有技术成熟度": "3",
    "目标技术成熟度": "6 级",
    "非公开说明": "配方 A-7 不公开。",
}
MEASURED = [
    ("拉伸强度", "≥25", "MPa", "GB/T 528", "硬指标"),
    ("固化时间", "不高于 30", "min", "", "软指标"),
    ("外观", "无气泡", "", "目测", ""),
]


def ours() -> bytes:
    """The blank form of the platform, filled in as its notes say."""
    made = Document(io.BytesIO(blank_form()))
    main, measured = made.tables
    for row, (label, boxes) in zip(main.rows, rows(), strict=True):
        answer = ANSWERS.get(label.partition("（")[0])
        if answer and boxes:
            row.cells[1].text = boxes.replace(f"□{answer}", f"☑{answer}", 1)
        elif answer:
            row.cells[1].text = answer
    for row, line in zip(measured.rows[1:], MEASURED, strict=False):
        for cell, text in zip(row.cells, line, strict=True):
            cell.text = text
    assert len(INDICATORS) == len(MEASURED[0])
    return saved(made)
