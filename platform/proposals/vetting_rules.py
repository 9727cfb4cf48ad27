"""Who looks at the form of a bid, who rules on an objection, when, and whom to tell."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.queries import office
from accounts.roles import Role
from core.text import listed
from proposals.joining import those_beside
from proposals.models import Vetting
from proposals.states import P
from proposals.vetting import CURABLE
from proposals.vetting_facts import findings, still_open, twice, unmet
from teams.queries import people
from teams.rules import leads
from workflow.machine import Text

COMPARED = (P.OPENED, P.RESERVE, P.SELECTED, P.CONTRACTED)


def is_checker(user: Any, vetting: Vetting) -> bool:
    return user.is_authenticated and user.has_role(Role.OFFICER)


def is_reviewer(user: Any, vetting: Vetting) -> bool:
    return user.is_authenticated and user.has_role(Role.REVIEWER, Role.LEADER)


def is_leader(user: Any, vetting: Vetting) -> bool:
    """Only the leader commits the team."""
    return leads(user, vetting.proposal.team)


def another_person(vetting: Vetting, user: Any) -> Text:
    return _("须由没有作出原结论的另一人复核。") if user is not None and vetting.checked_by_id == user.pk else ""


def is_in_order(vetting: Vetting) -> Text:
    found = findings(vetting)
    if rows := unmet(found):
        return _t("不符合的项目：%(items)s。") % {"items": listed(row.item.label for row in rows)}
    if rows := still_open(found):
        return _t("还没有审查的项目：%(items)s。") % {"items": listed(row.item.label for row in rows)}
    return why_not_single(vetting) or is_readable(vetting)


def why_not_single(vetting: Vetting) -> Text:
    """An organisation is compared in one bid. Who may stay is for the zone to say; that both stay, nobody may."""
    for other, hows in twice(vetting.proposal):
        if other.status in COMPARED:
            return _t("%(who)s的方案“%(team)s”已通过形式审查。一家单位在一项榜单里只能有一份方案参加比选。") % {
                "who": listed(hows),
                "team": other.team.name,
            }
    return ""


def is_readable(vetting: Vetting) -> Text:
    return "" if vetting.proposal.status == P.VETTING else _("这份方案还读不出，恢复原件重新读取后才能通过。")


def is_overtaken(vetting: Vetting) -> Text:
    return _("方案还在形式审查中。") if vetting.proposal.status in (P.VETTING, P.UNREADABLE) else ""


def something_is_unmet(vetting: Vetting) -> Text:
    return "" if unmet(findings(vetting)) else _("请先把不通过所依据的项目选为“不符合”并写明依据。")


def something_can_be_put_right(vetting: Vetting) -> Text:
    if vetting.asked_at:
        return _("只能要求补正一次，已经要求过。")
    rows = unmet(findings(vetting))
    if not rows:
        return _("请先把要补正的项目选为“不符合”并写明依据。")
    if any(row.item in CURABLE for row in rows):
        return ""
    return _("没有可以补正的项目：内容、报价和密封的原件不能补。")


# ── whom to tell ────────────────────────────────────────────────────────────────
def bidders(vetting: Vetting) -> Iterable[Any]:
    return {*people(vetting.proposal.team), *those_beside(vetting.proposal)}


def checkers(vetting: Vetting) -> Iterable[Any]:
    return [vetting.checked_by] if vetting.checked_by else office(Role.OFFICER)


def reviewers(vetting: Vetting) -> Iterable[Any]:
    return {*office(Role.REVIEWER, Role.LEADER)} - {vetting.checked_by}
