"""The coded lists a need is described with (national lists and published forms: domain.md 2.1, 2.3, 2.9)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

MOST_INDICATORS = 40
MOST_KEYWORDS, LONGEST_KEYWORD = 5, 20


class Field(models.TextChoices):
    """国家重点支持的高新技术领域, eight fields."""

    ELECTRONICS = "1", _("电子信息")
    BIOMEDICINE = "2", _("生物与新医药")
    AEROSPACE = "3", _("航空航天")
    MATERIALS = "4", _("新材料")
    SERVICES = "5", _("高技术服务")
    ENERGY = "6", _("新能源与节能")
    ENVIRONMENT = "7", _("资源与环境")
    MANUFACTURING = "8", _("先进制造与自动化")


class Kind(models.TextChoices):
    BREAKTHROUGH = "breakthrough", _("技术攻关")
    TRANSFER = "transfer", _("成果转化")
    PRODUCT = "product", _("产品研发")
    PROCESS = "process", _("工艺改进")
    SUPPORTING = "supporting", _("技术配套")


class Cooperation(models.TextChoices):
    """合作方式."""

    COMMISSIONED = "commissioned", _("委托研发")
    JOINT = "joint", _("合作研发")
    TRANSFER = "transfer", _("技术转让")
    LICENCE = "licence", _("技术许可")
    EQUITY = "equity", _("技术入股")
    CONSULTING = "consulting", _("技术咨询与服务")
    PLATFORM = "platform", _("共建平台")
    TALENT = "talent", _("人才培养与专家顾问")


class Ownership(models.TextChoices):
    """知识产权归属; Civil Code 859–861 applies where the parties say nothing, so we do not let them say nothing."""

    CLIENT = "client", _("归发榜方")
    DEVELOPER = "developer", _("归揭榜方，发榜方免费实施")
    JOINT = "joint", _("双方共有")
    ITEMISED = "itemised", _("按约定分项")
    EXCLUSIVE = "exclusive", _("归揭榜方，发榜方独占许可")


OWNERSHIP_MEANS = {
    Ownership.CLIENT: _("专利申请权和技术秘密都归您。法律默认归研发方，所以必须在合同里写明；报价通常高一些。"),
    Ownership.DEVELOPER: _(
        "委托开发的法律默认（民法典第 859 条）：研发方申请专利，您可以免费实施；他转让申请权时您可以优先受让。"
    ),
    Ownership.JOINT: _(
        "共同申请专利，一方转让时另一方优先受让（民法典第 860 条）。"
        "技术秘密不约定的，双方都可以使用和转让（第 861 条），请约定使用范围和收益。"
    ),
    Ownership.ITEMISED: _("逐项写明哪项归谁，例如配方归发榜方、设备归揭榜方。"),
    Ownership.EXCLUSIVE: _("专利在揭榜方名下，只许您一家使用。合同里要写明领域、地域和年限。"),
}


class Improvements(models.TextChoices):
    """后续改进归属; Civil Code 875: without an agreement the other party has no share in a later improvement."""

    MAKER = "maker", _("谁改进归谁")
    SHARED = "shared", _("改进成果双方共有")
    CLIENT = "client", _("改进成果归发榜方")
    LATER = "later", _("签约时另行约定")


class Activity(models.TextChoices):
    """科技活动类型, as the customary collection form asks it (domain.md 2.1)."""

    BASIC = "basic", _("基础研究")
    APPLIED = "applied", _("应用研究")
    DEVELOPMENT = "development", _("试验发展")
    USE = "use", _("研究与试验发展成果应用")
    SERVICE = "service", _("技术推广与科技服务")
    PRODUCTION = "production", _("生产性活动")


class Engagement(models.TextChoices):
    """合作意向: what else the enterprise would like to do with who can help, first for a short time, then for long."""

    DIAGNOSIS = "diagnosis", _("技术诊断指导")
    TRAINING = "training", _("专题培训")
    ADVISER = "adviser", _("专家顾问")
    TESTING = "testing", _("检验检测")
    JOINT = "joint", _("长期联合开发")
    COMMISSIONED = "commissioned", _("长期委托研发")
    CENTRE = "centre", _("共建研发中心")
    PLACEMENT = "placement", _("学生实习基地")
    RESULTS = "results", _("引进科技成果")


class Funding(models.TextChoices):
    """资金来源."""

    OWN = "own", _("自筹")
    LOAN = "loan", _("贷款")
    FISCAL = "fiscal", _("财政资金")
    OTHER = "other", _("其他")


class Deliverable(models.TextChoices):
    """交付物: what is handed over in the end."""

    SAMPLE = "sample", _("样品或样件")
    PROTOTYPE = "prototype", _("样机或成套装置")
    PROCESS = "process", _("工艺文件或配方")
    DRAWINGS = "drawings", _("图纸和技术资料")
    SOFTWARE = "software", _("软件和源代码")
    REPORT = "report", _("研究报告")
    TEST = "test", _("第三方检测报告")
    RIGHTS = "rights", _("专利或著作权")
    INSTALLATION = "installation", _("安装调试和培训")


class Operator(models.TextChoices):
    AT_LEAST = "ge", "≥"
    AT_MOST = "le", "≤"
    EQUAL = "eq", "="
    RANGE = "range", _("区间")
    QUALITATIVE = "qual", _("定性")


class Source(models.TextChoices):
    ENTERPRISE = "enterprise", _("企业申报")
    VISIT = "visit", _("走访征集")
    CONTEST = "contest", _("大赛征集")
    INCUBATOR = "incubator", _("载体推荐")
    IMPORT = "import", _("批量导入")


class ReturnReason(models.TextChoices):
    """Why a need goes back to the enterprise, or is not accepted: one code, always with a sentence."""

    INDICATORS = "indicators", _("技术指标不够量化")
    PROBLEM = "problem", _("技术难题描述不清")
    BUDGET = "budget", _("投入或周期不合理")
    SECRET = "secret", _("公开部分含敏感信息")
    ACCEPTANCE = "acceptance", _("缺少验收办法")
    DUPLICATE = "duplicate", _("与已有需求重复")
    MATERIAL = "material", _("材料不齐")
    SCOPE = "scope", _("不属于技术需求")
    DIAGNOSIS = "diagnosis", _("转入需求诊断")
    OTHER = "other", _("其他")


class WithdrawReason(models.TextChoices):
    SOLVED = "solved", _("已自行解决")
    PLAN = "plan", _("经营计划调整")
    FUNDS = "funds", _("资金未落实")
    SECRET = "secret", _("涉及商业秘密")
    MERGED = "merged", _("已并入本单位另一项需求")
    OTHER = "other", _("其他")


class BatchKind(models.TextChoices):
    STANDING = "standing", _("常年征集")
    CALL = "call", _("专项征集")
    CONTEST = "contest", _("创新挑战赛")


class Mode(models.TextChoices):
    MARKET = "market", _("市场对接")
    FISCAL = "fiscal", _("立项支持")


MODE_MEANS = {  # domain.md 1.1: what the mode implies for those who take part
    Mode.MARKET: _("资金由企业出，审查从简；企业与团队对接、达成意向后签合同，奖补按合同和到账情况另行申请。"),
    Mode.FISCAL: _("有财政资金支持：需求经论证发榜，方案经评审公示后立项，按任务书和里程碑拨款、验收。"),
}


class Sealing(models.TextChoices):
    SEALED = "sealed", _("密封至截止")
    ROLLING = "rolling", _("随到随送")


SEALING_MEANS = {
    Sealing.SEALED: _("截止、开启之前任何人看不到方案，也不知道有几份。"),
    Sealing.ROLLING: _("方案提交后直接送达发榜方，其他团队看不到。"),
}


class BidForm(models.TextChoices):
    """How much a bid has to say."""

    SHORT = "short", _("简表（一页）")
    FULL = "full", _("揭榜申请书（全表）")


BID_FORM_MEANS = {
    BidForm.SHORT: _("写明概述、逐项指标响应、报价和里程碑、团队，一小时内可以写完。适合市场对接和金额不大的需求。"),
    BidForm.FULL: _("另写国内外现状、创新点、经费预算、投入人月、技术成熟度、风险、预期效益和承诺。适合立项支持。"),
}


TRL = [
    (1, _("1 级 基本原理已明确")),
    (2, _("2 级 应用方案已提出")),
    (3, _("3 级 关键功能已验证")),
    (4, _("4 级 实验室样件通过")),
    (5, _("5 级 模拟环境样件通过")),
    (6, _("6 级 样机在模拟环境通过")),
    (7, _("7 级 样机在真实环境通过")),
    (8, _("8 级 产品定型")),
    (9, _("9 级 产品投入使用")),
]
