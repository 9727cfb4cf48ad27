"""The words on collection forms and which answer of ours they ask for; ticked boxes and their codes.

Collected from the forms that provinces, zones and contests publish (domain.md 2.1, 2.2).
"""

import re
from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import override

from needs.codes import Activity, Cooperation, Deliverable, Engagement, Field, Funding, Improvements, Kind, Ownership
from needs.industries import DIVISIONS

LONGEST = 60  # characters of a label, with its hints
INDICATORS, ABOUT = "indicators", "about"
LABELS = {
    "title": (
        "需求名称 技术需求名称 技术难题名称 难题名称 项目名称 课题名称 榜单名称 需求题目 需求项目名称 "
        "企业需求名称 攻关项目名称 题目 攻关任务名称"
    ),
    "kind": "需求类型 需求类别 技术需求类型 技术需求类别",
    "field": "技术领域 所属领域 所属技术领域 需求技术所属领域 技术需求所属领域 行业领域 需求领域 高新技术领域",
    "industry": "应用行业 所属行业 国民经济行业 行业分类 所属国民经济行业",
    "activity": "科技活动类型",
    "keywords": "关键词 关键字",
    "region": "所在地区 所在地域 所在地 所属地区 需求所在地",
    "problem": (
        "要解决的技术难题 技术难题 主要技术难点 技术难点 主要问题 需解决的主要问题 需要解决的主要问题 "
        "要解决的问题 拟解决的问题 拟解决的技术难题 拟解决的关键技术问题 需解决的技术难题 难题描述 "
        "问题描述 需求描述 技术需求描述 需求概述 概述 技术需求概述 需求内容 技术需求内容 需求背景 "
        "项目背景 需求简介 主要研究内容 研究内容 技术难题描述 需求说明 具体需求 需求具体描述 技术需求简介 "
        "难题简介 技术需求"
    ),
    "present": (
        "现有基础与现状 现有基础 现有条件 已有基础 前期研究基础 前期工作基础 研究基础 企业现状 研究现状 "
        "技术现状 国内外现状 现有技术水平 已开展的工作 前期工作 已具备的条件 现有研究基础 企业现有基础 "
        "前期基础 现状"
    ),
    "goal": (
        "预期目标与验收办法 预期目标 技术目标 目标 预期效果 拟达到的目标 项目目标 验收标准 验收办法 "
        "验收方式 预期效益 预期成果 预期经济效益 预期社会效益 经济社会效益 预期达到的目标 考核方式"
    ),
    INDICATORS: (
        "技术指标 主要技术指标 技术关键 主要指标 考核指标 关键技术指标 性能指标 拟达到的技术指标 技术参数 "
        "主要技术参数 预期技术指标 具体技术指标 技术指标要求 主要性能指标 核心指标 主要技术经济指标 "
        "关键指标 期望达到的技术指标"
    ),
    "deliverables": "交付物 成果形式 预期成果形式 成果交付形式 交付成果 交付形式",
    "deliverables_note": "交付物说明",
    "budget": (
        "拟投入资金 拟投入资金总额 资金需求 投入预算 预算 榜额 悬赏金额 项目总投入 拟投入经费 意向金额 "
        "资金需求总额 拟投入总额 拟投入金额 研发预算 项目预算 经费预算 拟出资金额 榜单金额 揭榜金额 "
        "拟支付金额 计划投入 计划投入资金 意向投入 投入资金"
    ),
    "funding": "资金来源 经费来源",
    "period_months": (
        "期望周期 需求时限 完成时限 研发周期 项目周期 期望完成时间 实施期限 项目期限 完成期限 攻关周期 "
        "攻关期限 实施周期 期限 需求期限 时限要求 完成时间 起止时间 起止年限 合作期限"
    ),
    "cooperation": (
        "合作方式 技术需求解决方式 需求解决方式 解决方式 拟合作方式 合作模式 拟采取的合作方式 期望合作方式 意向合作方式"
    ),
    "engagements": "合作意向 短期合作意向 长期合作意向 短期 长期 短期合作 长期合作",
    "ownership": "知识产权归属 成果归属 知识产权 知识产权约定",
    "improvements": "后续改进归属 后续改进",
    "conditions": (
        "对揭榜方的要求 揭榜条件 对合作方的要求 合作单位要求 揭榜方要求 揭榜要求 对揭榜单位的要求 "
        "对合作单位的要求 揭榜方条件 揭榜单位要求"
    ),
    "trl_now": "现有技术成熟度 当前技术成熟度 技术成熟度现状",
    "trl_target": "目标技术成熟度 预期技术成熟度",
    "confidential": "非公开说明 保密内容 不公开内容 非公开内容 保密说明",
    "contact_name": "联系人 项目联系人 企业联系人 需求联系人 技术联系人 联系人姓名 联系人及职务",
    "contact_phone": "联系电话 手机 手机号 手机号码 移动电话 固定电话 电话 联系方式 联系人电话 联系手机",
    ABOUT: (
        "机构全称 单位名称 企业名称 需求单位 需求单位名称 企业全称 发榜单位 发榜企业 申报单位 单位全称 "
        "公司名称 归口管理部门 通讯地址 地址 单位地址 企业地址 注册地址 所在区域 网址 电子信箱 电子邮箱 "
        "邮箱 联系邮箱 法人代表 法定代表人 邮政编码 邮编 传真 机构属性 机构简介 企业简介 单位简介 "
        "企业概况 统一社会信用代码 组织机构代码 注册资本 注册资金 成立时间 成立日期 人员规模 职工人数 "
        "企业人数 员工人数 研发人员 企业性质 单位性质 企业类型 企业规模 主要产品 主营业务 主营产品 "
        "上年度营收 上年度营业收入 年销售收入 营业收入 资质荣誉 企业资质 资质 职务 职称 填报日期 填表日期 "
        "申报日期 填表人 填报人 编号 序号 推荐单位 主管部门 名称 企业基本情况"
    ),
}
GROUP_WORDS = (
    "企业概况 企业基本情况 单位基本情况 基本情况 企业信息 单位信息 需求信息 需求基本信息 技术需求信息 "
    "需求情况 技术需求情况 合作意向 联系信息 联系方式 需求描述 概述 备注 基本信息 发榜信息 资金与合作 "
    "合作与资金 难题 单位与联系人 非公开部分"
)
GROUPS = frozenset(GROUP_WORDS.split())
FIELDS = {word: name for name, words in LABELS.items() for word in words.split()}
NUMBERED = re.compile(r"^[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）、.．]\s*|^[①-⑳●◆■★*＊]\s*")
HINT = re.compile(r"[（(【\[][^）)】\]]*[）)】\]]")
TITLE = re.compile(r"(?:征集|申报|登记|调查|信息|需求|汇总)表|^附件\s*\d*[：:]?$")


def plain_label(text: str) -> str:
    """一、主要技术难点（1000字以内）*： is 主要技术难点."""
    word = NUMBERED.sub("", re.sub(r"\s+", "", text))
    word = HINT.sub("", word)
    return NUMBERED.sub("", word.strip("*＊:：")).strip("*＊:：")


def field_of(text: str) -> str:
    """The answer this label asks for; nothing where we do not know it."""
    return FIELDS.get(plain_label(text), "") if len(text) <= LONGEST else ""


def is_group(text: str) -> bool:
    return plain_label(text) in GROUPS


def is_heading(text: str) -> bool:
    """The name of the form, a heading of it, how to fill it in: none of it is an answer."""
    if text.startswith(("填表说明", "填报说明", "填写说明")):
        return True
    return is_group(text) or ("\n" not in text and len(text) <= LONGEST and bool(TITLE.search(text)))


# ── boxes ───────────────────────────────────────────────────────────────────────
OPEN, TICKS = "□☐○", "☑☒✔✓√■▣●◉"
TICKED = re.compile(f"[{TICKS}]")
SYNONYMS: dict[str, dict[str, str]] = {
    "cooperation": {
        "委托开发": "commissioned", "委托研究": "commissioned", "联合研发": "joint", "合作开发": "joint",
        "联合开发": "joint", "联合攻关": "joint", "转让": "transfer", "许可": "licence", "入股": "equity",
        "咨询": "consulting", "技术服务": "consulting", "共建": "platform", "人才": "talent", "顾问": "talent",
    },
    "field": {
        "电子": "1", "信息技术": "1", "光机电": "8", "生物": "2", "医药": "2", "医疗": "2", "材料": "4", "能源": "6",
        "节能": "6", "环境": "7", "环保": "7", "装备": "8", "智能制造": "8", "先进制造": "8", "自动化": "8",
        "航空": "3", "航天": "3", "服务": "5",
    },
    "engagements": {
        "联合开发": "joint", "委托研发": "commissioned", "诊断": "diagnosis", "培训": "training", "顾问": "adviser",
        "研发中心": "centre", "实习": "placement", "成果": "results", "检测": "testing",
    },
    "funding": {"自有": "own", "银行": "loan", "政府": "fiscal", "财政": "fiscal"},
    "deliverables": {
        "样品": "sample", "样件": "sample", "样机": "prototype", "装置": "prototype", "设备": "prototype",
        "工艺": "process", "配方": "process", "图纸": "drawings", "软件": "software", "源代码": "software",
        "检测报告": "test", "研究报告": "report", "专利": "rights", "著作权": "rights", "培训": "installation",
    },
    "ownership": {
        "归甲方": "client", "归企业": "client", "归需求方": "client", "归乙方": "developer", "共有": "joint",
        "共享": "joint", "共同所有": "joint", "独占": "exclusive", "另行约定": "itemised", "按约定": "itemised",
    },
    "improvements": {"共有": "shared", "归发榜方": "client", "另行约定": "later"},
    "kind": {"攻关": "breakthrough", "转化": "transfer", "新产品": "product", "工艺": "process", "配套": "supporting"},
    "activity": {"应用基础": "basic", "开发": "development", "推广": "service"},
}  # fmt: skip
CODES: dict[str, type[TextChoices]] = {
    "cooperation": Cooperation, "field": Field, "engagements": Engagement, "funding": Funding, "kind": Kind,
    "deliverables": Deliverable, "ownership": Ownership, "improvements": Improvements, "activity": Activity,
}  # fmt: skip


def chosen(text: str) -> list[str]:
    """The words that are ticked; where there are no boxes, everything that is named."""
    if any(box in text for box in OPEN) or TICKED.search(text):
        if not any(box in text for box in OPEN) and not re.search(rf"(?:^|[\s、，,；;])[{TICKS}]", text):
            words = re.findall(rf"([^\s、，,；;{TICKS}]+)\s*[（(]?[{TICKS}]", text)  # 委托研发√ 技术转让
        else:
            words = re.findall(rf"[{TICKS}]\s*([^{OPEN}{TICKS}]+)", text)
    else:
        words = re.split(r"[、，,；;\n/]+", text)
    return [word for one in words if (word := one.strip(" \n、，,；;。（）()"))]


def names_of(codes: type[TextChoices]) -> dict[str, str]:
    """Label: code, as the forms of the zone say it and as the reader's language does."""
    with override("zh-hans"):
        told = {str(label): str(code) for code, label in codes.choices}
    return told | {str(label): str(code) for code, label in codes.choices}


def codes_of(name: str, text: str) -> tuple[list[str], list[str]]:
    """The codes that are chosen, and the words that are no code of ours."""
    known = names_of(CODES[name])
    found, unknown = list[str](), list[str]()
    for word in chosen(text):
        code = known.get(word) or _like(word, known) or _like(word, SYNONYMS.get(name, {}))
        if code:
            found.append(code)
        else:
            unknown.append(word)
    return list(dict.fromkeys(found)), unknown


def _like(word: str, known: Mapping[str, str]) -> str:
    return next((code for label, code in known.items() if label in word or (len(word) > 2 and word in label)), "")


def division_of(text: str) -> str:
    """The industry by its two digits, or by its name."""
    for word in chosen(text):
        if found := re.match(r"[A-T]?\s*(\d{2})", word):
            return found[1] if found[1] in DIVISIONS else ""
        with override("zh-hans"):
            names = {str(label): code for code, label in DIVISIONS.items()}
        if code := names.get(word) or _like(word, names):
            return code
    return ""
