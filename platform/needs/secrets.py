"""The phrases in which people give away names, numbers and process values, and what only looks like it."""

import re
from collections.abc import Iterator

from core.personal import Span

SENTENCE = re.compile(r"[。；;！!？?\n\r]")

# ── ways to reach people ────────────────────────────────────────────────────────
MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
PHONE = re.compile(
    r"(?<![\dA-Za-z.])(?:0\d{2,3}[- ]?[2-9]\d{6,7}|[（(]0\d{2,3}[)）][- ]?[2-9]\d{6,7}|400[- ]?\d{3}[- ]?\d{4})(?!\d)"
    r"|(?:微信|QQ|qq|Wechat|WeChat|VX|vx)号?[:：为是]?\s*[A-Za-z0-9_-]{5,20}"
)

# ── organisations ───────────────────────────────────────────────────────────────
HAN = "一-鿿"
SUFFIX = re.compile(
    r"(?:股份有限公司|有限责任公司|有限公司|集团公司|总公司|分公司|公司|集团(?!军|成员|化)|研究院|研究所|设计院|科学院|大学(?!生|毕业|教育)|"
    r"学院(?!派)|重点实验室|制造厂|电机厂|机械厂|化工厂|钢铁厂|总厂|分厂|厂(?![商家房区址界内外用矿])|医院(?!感染|管理|内))"
)
# A name ends to the left where a word begins that belongs to no name.
LEFT = re.compile(
    r"[^一-鿿A-Za-z0-9（）()·]|客户|供应商|委托|合作|采购|用户|配套|联合|来自|送往|交给|供给|卖给|供货|依托|参照|背景下|条件下|国内|国外|目前|对手|促进|进入|离开|介绍|抽取|选用|选取|采用|应用|结论|随着|组建|建立|建设|结合|提高|利用|发生|探讨|研究(?!院|所)|我国|年|"
    r"与|和|及|由|向|为|在|从|对|把|将|给|是|的|于|以|被|跟|同|供|找|到|等|或|了|有|请|经|曾|现(?!代)"
)
GENERIC = re.compile(
    r"^(?:本|我|该|各|某|贵|欢迎|来|驻|赴|两家|多家|一家|几家|有关|相关|其他|其它|国内|国外|下游|上游|大型|中小|龙头|上市|同类|知名|专业|第三方|"
    r"外资|国有|民营|跨国|股份|小贷|小额贷款|电力|国家|当代|综合|地区|大|核电|火电|汽车|整车|主机|钢|钢铁|电|热电|水|污水|净水|自来水|石化|化工|制药|药|水泥|纺织|印染|造纸|食品|种业|煤炭|选矿|采矿|仿制|数字|智慧|调查|模拟|现代化|现代|许多|当地|洗煤|电解|烧结|砖|其|铝|铜|铸造|锻造|"
    r"焦化|炼油|炼钢|轮胎|电池|电子|面板|晶圆|封装|代工|组装|加工|工|进|出|建|原|新|老|整|全|分|总|子|母|企业|高|所|科研|医|综合|三甲|"
    r"一|二|三|两|几|多|这|那|此)+(?:家|个|座|所|类)?$"
)
# 某化工集团的电厂, 14所大学, 11家上市公司, 本研究所: somebody, and nobody in particular.
SOMEBODY = re.compile(r"[0-9一二两三四五六七八九十百数几多余][家所个座名位]|(?<!日)本$|[该我贵某各]$")
UNNAMED = re.compile(r"某[^，。,.;；、:：]{0,12}$")
FEWEST = {"厂": 3, "公司": 3, "集团": 2, "大学": 2, "学院": 2, "医院": 2}
PLACES = re.compile(
    r"^(?:中国|北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|"
    r"甘肃|青海|内蒙古|广西|西藏|宁夏|新疆|青岛|济南|烟台|大连|宁波|厦门|深圳|广州|杭州|南京|苏州|武汉|成都|西安|沈阳|长春|哈尔滨|郑州|"
    r"长沙|合肥|南昌|福州|石家庄|太原|无锡|常州|佛山|东莞)(?:省|市)?"
)
FORM = re.compile(r"(?:股份有限公司|有限责任公司|有限公司|集团公司|总公司|公司|集团|研究院|研究所)$")
TRADE = re.compile(
    r"(?:新材料|材料|科技|技术|装备|设备|机械|环境|环保|电子|微电子|电气|生物|医药|制药|能源|新能源|化工|智能|自动化|信息|软件|网络|汽车|"
    r"食品|纺织|橡胶|塑料|塑胶|精密|光电|半导体|航空|船舶|海洋|制造|实业|工业|工程|股份|发展|控股)+$"
)


def organisations(text: str) -> Iterator[Span]:
    """Names that end as names of organisations do, without what stands before them in the sentence."""
    for found in SUFFIX.finditer(text):
        start = found.start()
        before = text[max(0, start - 20) : start]
        cuts = [m.end() for m in LEFT.finditer(before)]
        name = before[cuts[-1] :] if cuts else before
        name = name.lstrip("（）()·")
        if SOMEBODY.search(name) or UNNAMED.search(before):
            continue
        if len(name) < FEWEST.get(found[0], 2) - 1 or not re.search(rf"[{HAN}A-Za-z]", name) or GENERIC.match(name):
            continue
        yield start - len(name), found.end()


def short_names(name: str) -> list[str]:
    """Under which names an organisation is known: whole, without its legal form, and by its own word alone."""
    bare = re.sub(r"[（(][^）)]*[)）]", "", name)
    core = PLACES.sub("", FORM.sub("", bare))
    own = TRADE.sub("", core)
    return [word for word in dict.fromkeys((name, bare, core, own)) if len(word) >= 2 and not GENERIC.match(word)]


# ── persons ─────────────────────────────────────────────────────────────────────
SURNAME = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛范彭郎鲁韦马苗花方俞任袁柳鲍史唐费薛雷贺倪汤"
    "滕殷罗毕郝邬安常乐于傅齐康伍余元顾孟黄穆萧尹姚邵汪祁毛禹狄贝臧戴宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季贾路江童颜郭梅盛林刁钟徐邱骆"
    "高夏蔡田樊胡凌霍虞万柯卢莫房缪解应宗丁宣邓洪包左石崔吉龚程嵇邢裴陆荣翁荀甄家封靳邴松段富巫乌焦巴弓牧隗谷车侯宓全班仰秋仲伊宫"
    "宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍"
    "桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终居衡步都耿满弘匡国文寇广禄阙东殴殳沃利蔚越夔隆师巩"
    "聂晁勾敖融冷訾辛阚那简饶空曾沙养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公岳帅"
)
TITLE = re.compile(
    "总经理|副总经理|副总|总监|经理|董事长|厂长|部长|主任|主管|所长|院长|教授|研究员|工程师|高工|博士|老师|先生|女士|师傅|书记|科长|处长"
)
EDGE = "与和及由的请找问向是为让跟给对系询谢到"  # characters after which a name may begin
ENGINEER = re.compile(r"工(?=$|[^一-鿿]|[的说提认反负和与来在是])|总(?=$|[^一-鿿]|[的说提认反负来])")
NAMED = re.compile(
    rf"(?:联系人|负责人|经办人|技术负责人|项目负责人|对接人|发明人|工艺员|操作工)(?:为|是|[:：])?\s*(?P<name>[{SURNAME}][{HAN}]{{1,2}})(?![{HAN}])"
)
NO_NAME = re.compile(
    r"^(?:高级|高校|相关|专业|全体|国家|公司|项目|工程|技术|生产|安全|任何|应用|有关|方面|常务|都|能|通|向|从|于|别|须|关|解|相|后|和|于)$|"
    r"^(?:高级|相关|专业|全国|国家|公司|安全|高校|通用|方向|任何|应用)"
)
NOT_ENGINEER = "加施手人化竣完职动军民电木焊钳高员分返开停怠包全技美汇"  # 加工, 施工, …, 汇总


def persons(text: str) -> Iterator[Span]:
    for found in TITLE.finditer(text):
        for length in (3, 2, 1):
            start = found.start() - length
            if start >= 0 and _is_name(text[start : found.start()]) and _may_begin(text, start):
                yield start, found.end()
                break
    for found in ENGINEER.finditer(text):
        start = found.start() - 1
        if start >= 0 and text[start] in SURNAME and text[start] not in NOT_ENGINEER and _may_begin(text, start):
            yield start, found.end()
    for found in NAMED.finditer(text):
        if not NO_NAME.match(found["name"]):
            yield found.span("name")


def _is_name(word: str) -> bool:
    return word[0] in SURNAME and bool(re.fullmatch(rf"[{HAN}]+", word)) and not NO_NAME.match(word)


def _may_begin(text: str, start: int) -> bool:
    before = text[start - 1 : start]
    return not before or before in EDGE or not re.match(rf"[{HAN}]", before)


# ── products ────────────────────────────────────────────────────────────────────
NUMBERED = re.compile(
    r"(?:型号|图号|牌号|料号|机型|零件号|件号|批号|代号|货号|项目号|工装号)(?:为|是|[:：])?\s*"
    r"(?P<code>[A-Za-z0-9][A-Za-z0-9./_-]{1,24}[A-Za-z0-9])"
)
CODE = re.compile(
    r"(?<![A-Za-z0-9.+/-])(?P<code>[A-Z]{1,5}(?:-[A-Z]{1,3})?-?\d{2,6}[A-Z]{0,3}(?:[-/]\d{1,4}[A-Z]?)*)(?![A-Za-z0-9+%])"
)
# Standards, grades and quantities that everybody uses.
COMMON = re.compile(
    r"^(?:IL|QT|HT|CGCS|GB|GBT|HG|JB|YY|SY|QB|JT|NY|DL|YB|FZ|ISO|IEC|ASTM|DIN|EN|JIS|SAE|UL|AEC|AMS|MIL|ANSI|IEEE|RFC|CNAS|"
    r"PM|CO|NO|SO|NH|IP|IPX|TRL|HRC|HB|HV|RS|USB|HDMI|DN|PN|AC|DC|SUS|AISI|CTX-M|IVS|PEG|AES|RSA|DEAE|RAW|OP|P|PA|PE|PP|PC|PVC|PPR|PEEK|ABS|HDPE|LDPE|TPU|PBT|PET|"
    r"Q|C|T|H|M|R|F|G|V|X|CR|CRH|COVID|LED|LCD|SOC|FPGA|CPU|GPU|MCU|ARM|BIM|CAD|PLC|LTE|WIFI|"
    r"AA|AL|AZ|TC|TA|TI|INCONEL|HASTELLOY|GH|NI|CU|FE|ZN|MG|SI|LI|PH|VOC|COD|BOD|TOC|NMP|DMF|DMTO|PBAT|PLA|NIPU|PVB)-?\d",
    re.ASCII,
)
STANDARD_BEFORE = re.compile(r"(?:GB|HG|JB|YY|SY|QB|JT|NY|DL|YB|FZ|ISO|IEC|ASTM|DIN|EN|JIS|SAE|UL)(?:/[TZ])?\s*$")


def products(text: str) -> Iterator[Span]:
    for found in NUMBERED.finditer(text):
        if any(c.isdigit() for c in found["code"]):
            yield found.span("code")
    for found in CODE.finditer(text):
        code = found["code"]
        letters = re.match("[A-Z]+", code)
        telling = "-" in code or len(code) - (letters.end() if letters else 0) >= 3
        if telling and not COMMON.match(code) and not STANDARD_BEFORE.search(text[: found.start()]):
            yield found.span("code")


# ── process values ──────────────────────────────────────────────────────────────
NUMBER = r"\d+(?:\.\d+)?"
QUANTITY = re.compile(
    rf"(?<![A-Za-z\d])(?<!\d\.)(?<!\d×)(?<!×10[-−]){NUMBER}(?:\s*(?:~|～|–|—|-|至|到|±)\s*{NUMBER})?\s*"
    r"(?P<unit>℃|°C|摄氏度|度(?!量)|[MkK]?Pa|兆帕|千帕|bar|公斤压力|r/min|rpm|转/分|转每分|m/s|m/min|米/分|L/min|mL/min|mol/L|g/L|"
    r"wt%|vol%|%|min|分钟|小时|h(?![A-Za-z])|秒|目(?![标前的])|V|A|kW|kHz|Hz)"
)
RATIO = re.compile(rf"{NUMBER}\s*[:：]\s*{NUMBER}(?:\s*[:：]\s*{NUMBER})*")
# For per cents and ratios, which stand everywhere, the word must be nearer to the recipe.
SHARE = "配比|配方|投料|加入量|用量|添加量|掺量|掺入|摩尔比|质量比|体积比|物质的量|料比|质量分数|浓度"
PROCESS = re.compile(
    SHARE + "|保温|升温|降温速|加热|冷却|焙烧|烧结|煅烧|固化|硫化|淬火|回火|退火|正火|挤出|注塑|模压|压制|真空度|"
    "反应温度|反应压力|反应时间|釜温|炉温|料温|模温|机头|机筒|螺杆|转速|进给|车速|线速度|停留时间|搅拌|催化剂|pH|流量|"
    "氮气|氩气|干燥|烘干|喷涂|焊接电流|焊接电压|电流密度|预热|恒温|蒸馏|精馏|回流|萃取|发酵|熔炼|浇注|轧制|工艺参数|工序"
)
SHARED = re.compile(SHARE + "|比例|加入|添加(?!回收|水平)|催化剂")
PART_OF = re.compile("占[^，,]{0,8}比例")  # a share of what was found, not of what is mixed
# Where a value is asked for it is an indicator, and is meant to be public.
ASKED = re.compile(
    "[≥≤≧≦><＞＜]|不低于|不小于|不少于|不高于|不大于|不超过|大于|小于|高于|低于|超过|达到|达|耐|提升|提高|降低|缩短|减少|优于|"
    "以上|以下|至少|最高|目标|要求"
)
NEAR = 14
CLAUSE = re.compile(r"[。；;，,！!？?\n]")


def process_values(text: str) -> Iterator[Span]:
    for pattern in (QUANTITY, RATIO):
        for found in pattern.finditer(text):
            clause = CLAUSE.split(text[: found.start()])[-1]
            behind = CLAUSE.split(text[found.end() :])[0]
            is_share = pattern is RATIO or found["unit"].endswith("%")
            near = (SHARED if is_share else PROCESS).search(PART_OF.sub("", clause[-NEAR:]) + behind[:4])
            if near and not ASKED.search(clause[-6:] + behind[:2]):
                yield found.span()
