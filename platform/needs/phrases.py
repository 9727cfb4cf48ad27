"""The phrases indicators are written in: quantities, signs and their words, standards, what is no indicator at all."""

import re

from needs.codes import Operator

NUMBER = r"[-+−]?\d+(?:[,，]\d{3})*(?:\.\d+)?"
POWER = r"(?:\s*[×x*]\s*10\^?(?P<{0}>[-−]?\d{{1,2}}|[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]{{1,3}}))?"
TO = r"\s*(?:~|～|–|—|-|至|到)\s*"
CHINESE_UNITS = (
    "个百分点|千瓦时|毫安时|平方米|立方米|百分点|毫米|厘米|微米|纳米|公里|千米|毫升|毫克|千克|公斤|分钟|小时|毫秒|"
    "微秒|个月|赫兹|千瓦|兆瓦|兆帕|千帕|分贝|摄氏度|元|吨|亩|次|秒|天|年|月|米|升|克|度|伏|安|瓦|帕|倍|人|台|套|件|"
    "项|种|篇|级|层|转|帧|张|条|点|路|株|片|批|枚|例|辆|组|位"
)
LATIN_UNIT = r"[A-Za-zμµΩ℃°％%‰Å][A-Za-zμµΩ℃°％%‰Å·./²³⁻¹^*()\d-]*"
UNIT = rf"(?:{LATIN_UNIT}|[千万亿百]?(?:{CHINESE_UNITS}))(?:[/·](?:{LATIN_UNIT}|{CHINESE_UNITS}))*"
VALUE = rf"(?P<value>{NUMBER}){POWER.format('power')}\s*(?P<unit>{UNIT})?"

AT_LEAST = (
    "≥", "≧", ">=", "＞=", "＞", ">", "不低于", "不小于", "不少于", "不短于", "不下于", "大于等于", "大于", "高于",
    "超过", "多于", "至少", "最低", "达到", "可达", "达", "优于",
)  # fmt: skip
AT_MOST = (
    "≤", "≦", "<=", "＜=", "＜", "<", "不高于", "不大于", "不超过", "不多于", "不长于", "小于等于", "小于", "低于",
    "少于", "至多", "最高", "最多", "控制在", "限制在", "不超",
)  # fmt: skip
EQUAL = ("=", "＝", "等于", "为", "：", ":")
SIGNS = {
    **dict.fromkeys(AT_LEAST, Operator.AT_LEAST),
    **dict.fromkeys(AT_MOST, Operator.AT_MOST),
    **dict.fromkeys(EQUAL, Operator.EQUAL),
}
SIGN = "|".join(re.escape(sign) for sign in sorted(SIGNS, key=len, reverse=True))
ABOVE, BELOW = r"(?:及|或)?以上|起", r"(?:及|或)?以[下内]"
SUFFIX = rf"\s*(?P<above>{ABOVE})?(?P<below>{BELOW})?(?:左右)?(?P<tail>.*)"
UP = "提升|提高|增加|增长|延长|增强|扩大|提|升"
DOWN = "缩短|降低|减少|下降|压缩|节约|节省|减轻|缩小|降|减"
# 压缩永久变形, 升温速率, 增强纤维含量: what begins like a gain and is the name of a quantity.
NO_GAIN = (
    r"(?!压缩(?:强度|模量|永久|形?变|应[力变]|率|比|回弹|性能|机|空气|量)|升(?:温|压|力|降|华)|增强(?:材料|纤维|相|体)|"
    r"降(?:噪|解|阻|粘|黏|尘|水|温|压)|减(?:震|振|速|阻|水|薄|压)|提(?:取|纯|拉)|增长率)"
)
CHANGE = rf"(?P<verb>{UP}|{DOWN})"
SMALLER_IS_BETTER = re.compile(
    "误差|偏差|能耗|损耗|耗|噪[声音]|时延|延时|延迟|响应时间|成本|孔隙|粗糙度|泄漏|渗漏|缺陷|故障率|失效率|事故率|不良率|"
    "误[报检判]率|漏[报检判]率|排放|残[留余]|杂质|含水|VOC|波动|翘曲|变形|收缩率|重量|质量损失|磨损|挥发|停机|丢包|功耗|浊度|COD|氨氮"
)

STANDARD = re.compile(
    r"[（(\[]?\s*(?:按照?|依据|根据|参照|采用|执行|符合|测试方法[：:]?|检测方法[：:]?)?\s*"
    r"(?P<code>(?:GB(?:/[TZ])?|HG/T|JB/T|YY/T|SY/T|QB/T|JT/T|NY/T|DL/T|YB/T|FZ/T|ISO|IEC|ASTM|DIN|EN|JIS|SAE|UL|AEC-Q)"
    r"[\s-]*[A-Z]?\d[\dA-Za-z.:—–-]*)\s*(?:标准)?(?:测试|检测|试验|测定|执行|规定)?\s*[)）\]]?"
)
SOFT = re.compile("力争|争取|期望|希望|最好|优先|宜|加分")
LEADS = re.compile(
    r"^\s*(?:[（(]?\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3}|[a-zA-Z])\s*[)）.、．](?!\d)|[①-⑳●•·▪■◆*＊]|[-–—](?=\s))\s*"
)
# What stands before or behind the name and is none of it.
FILLER = re.compile(
    r"^(?:其中|要求|需要|需|应|须|使(?!用)|将|把|实现|达到|保证|确保|(?:主要|技术|考核|性能)+(?:指标|参数)(?:[：:]|要求|为)?)+\s*"
)
TRAIL = re.compile(r"(?:由\s*\S*\d\S*|从\s*\S*\d\S*|应|须|需|要求?|可|能够?|均|都|的|在|约|大约)+$")
# Quantities that describe the company or the deal, not what is to be reached.
NOT_MEASURED = re.compile(
    "成立|员工|职工|注册|占地|产值|营收|营业|销售|收入|利润|预算|经费|投入|投资|资金|金额|榜额|周期$|工期|期限|合同|现有|拥有|"
    "专利|论文|人民币|电话|手机|传真|邮箱|邮编|编号|日期|截至|目前|现在|去年|每年$|近|荣获|面积$"
)
CONDITION = re.compile(r"^(?:在|当|于|经)\S.*(?:下|时|后|中|内|h|小时|℃)$")
BREAKS = re.compile(r"[。；;！!？?\n\r\t|]+")
PARTS = re.compile(r"(?<!\d)[，,、]|[，,、](?!\d{3}(?!\d))")
