"""Who may do what in the zone: the roles are code, and the page that explains them is drawn from here."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    OFFICER = "officer", _("经办")
    REVIEWER = "reviewer", _("审核")
    LEADER = "leader", _("领导")
    INSPECTOR = "inspector", _("纪检")
    FINANCE = "finance", _("财务")
    SYSADMIN = "sysadmin", _("系统管理员")
    SECADMIN = "secadmin", _("安全管理员")
    AUDITOR = "auditor", _("审计管理员")


ADMINISTRATORS = (Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR)
OPERATING = tuple(role for role in Role if role not in ADMINISTRATORS)

CAPABILITIES: dict[Role, tuple[Promise, ...]] = {
    Role.OFFICER: (
        _("核验单位：通过、退回并写明理由"),
        _("形式审查需求，编排批次，组织发榜"),
        _("揭榜截止后，与另一位工作人员共同开启方案"),
        _("跟进对接、意向、合同和里程碑"),
    ),
    Role.REVIEWER: (
        _("复核经办的形式审查结果，同意或退回"),
        _("揭榜截止后，与另一位工作人员共同开启方案"),
        _("暂停、恢复单位的办事资格"),
    ),
    Role.LEADER: (
        _("批准发榜、终止和例外事项"),
        _("查看漏斗、滞留清单和各组办理时限"),
    ),
    Role.INSPECTOR: (
        _("查看每一件事的全部经过和开启记录"),
        _("只监督，不经办，不修改任何内容"),
    ),
    Role.FINANCE: (
        _("核对合同金额、付款计划和付款凭证"),
        _("查看资金类台账"),
    ),
    Role.SYSADMIN: (
        _("维护工作日历、运行参数和未送达的通知"),
        _("看不到未开启的方案，不能任命人员"),
    ),
    Role.SECADMIN: (
        _("任命和免去管委会人员的角色，不能任命自己"),
        _("不参与任何业务办理"),
    ),
    Role.AUDITOR: (
        _("查看和导出全部审计记录，核对存证"),
        _("只读，不能修改任何内容，不参与任何业务办理"),
    ),
}


def overlap(held: set[str], new: str) -> bool:
    """三员分立: an administrator holds that one role and nothing else, and nobody else becomes one."""
    return bool(held - {new}) and (new in ADMINISTRATORS or bool(held & set(ADMINISTRATORS)))
