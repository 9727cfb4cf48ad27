"""Which column is which? Headings in Chinese and English, as people and CNKI, Wanfang, WoS and Scopus write them."""

import re
import unicodedata

WORDS = {
    "title": (
        "标题 题名 题目 论文题目 论文名称 论文标题 名称 成果名称 专利名称 发明名称 项目名称 课题名称 "
        "合同名称 设备名称 仪器名称 篇名 文献标题 文献题名 中文题名 title ti name articletitle "
        "documenttitle papertitle"
    ),
    "kind": (
        "类别 类型 种类 成果类型 成果类别 文献类型 文献类别 来源库 kind type dt documenttype "
        "publicationtype itemtype srcdatabase"
    ),
    "abstract": (
        "摘要 中文摘要 论文摘要 专利摘要 简介 内容 内容简介 主要内容 成果简介 项目简介 说明 描述 abstract "
        "ab summary description"
    ),
    "keywords": ("关键词 关键字 主题词 中文关键词 keywords keyword kw de authorkeywords tags 标签"),
    "year": (
        "年份 年 年度 发表年份 发表年度 发表年 发表时间 发表日期 出版年 出版年份 出版时间 出版日期 申请日 "
        "申请日期 申请年份 授权日 授权日期 授权公告日 公开日 公开公告日 公告日 签订日期 签订时间 签订年份 "
        "起始年 起始时间 立项年度 立项时间 立项年份 完成时间 完成年份 登记时间 购置时间 购置年份 year py "
        "date pubyear publicationyear publicationdate pubtime"
    ),
    "authors": (
        "作者 全部作者 所有作者 作者姓名 第一作者 发明人 发明设计人 设计人 完成人 主要完成人 负责人 "
        "项目负责人 成员 authors author au inventors inventor creators creator 人员"
    ),
    "venue": (
        "来源 文献来源 出处 刊名 期刊 期刊名称 期刊名 刊物 刊物名称 发表刊物 发表期刊 出版物 会议名称 "
        "会议 专利权人 申请人 权利人 授权单位 项目来源 资助机构 合作单位 委托单位 生产厂家 型号 "
        "刊物或来源 venue source journal so sourcetitle publicationname booktitle publisher"
    ),
    "number": (
        "编号 doi doi号 专利号 申请号 专利申请号 公开号 公开公告号 授权公告号 授权号 申请专利号 项目编号 "
        "课题编号 项目号 合同编号 合同号 登记号 登记编号 成果登记号 标准号 资产编号 number no id patentno "
        "patentnumber projectno"
    ),
    "url": ("链接 网址 地址 网站 全文链接 url link links di_url"),
    "trl": ("技术成熟度 成熟度 技术成熟度等级 trl"),
    "amount": ("合同额 合同金额 金额 成交金额 经费 amount amountwan"),
    "visibility": ("公开范围 可见范围 是否公开 公开 visibility"),
}
COLUMNS = {word: column for column, words in WORDS.items() for word in words.split()}
BRACKETS = re.compile(r"[(\[（【].*?[)\]）】]")
MARKS = re.compile(r"[\s*:：_/\-–—.·]+")


def column_of(heading: object) -> str:
    """The column of a work that a heading names; empty for one we do not keep. CNKI writes Title-题名."""
    said = unicodedata.normalize("NFKC", str(heading or "")).casefold().strip()
    said = said.lstrip("\ufeff")
    for part in (BRACKETS.sub("", said), said, *said.split("-")):
        if found := COLUMNS.get(MARKS.sub("", part)):
            return found
    return ""
