"""Who may invite, consent, leave; and what keeps a joint need from being handed in."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.queries import managers, members
from accounts.roles import Role
from accounts.rules import belongs, manages
from core.text import listed
from needs.models import Need
from needs.states import N
from partners.models import Partnership
from partners.states import LIVE, P
from partners.terms import is_stale, split_of
from workflow.machine import Text

CLOSED = _("需求提交后，联合单位和分摊不能再变。要变的，请先撤回修改，或请管委会退回。")


# ── who ─────────────────────────────────────────────────────────────────────────
def leads(user: Any, partnership: Partnership) -> bool:
    return belongs(user, partnership.need.organisation) and partnership.is_disclosed


def decides(user: Any, partnership: Partnership) -> bool:
    """A manager speaks for the enterprise where money is promised."""
    return manages(user, partnership.organisation)


def is_officer(user: Any, partnership: Partnership) -> bool:
    return bool(user.is_authenticated and user.has_role(Role.OFFICER))


# ── when ────────────────────────────────────────────────────────────────────────
def need_is_open(partnership: Partnership) -> Text:
    return "" if partnership.need.is_editable else CLOSED


def is_verified(partnership: Partnership) -> Text:
    return "" if partnership.organisation.is_verified else _("本单位尚未通过核验，核验通过后才能同意。")


def consent_is_asked(partnership: Partnership) -> Text:
    if partnership.status == P.CONSENTED and not is_stale(partnership):
        return _("已经同意，内容没有变化。")
    return ""


def why_not_agreed(need: Need) -> Text:
    """The first reason why the partners of this need are not at one."""
    rows = list(need.partnerships.sharing().select_related("organisation", "need"))  # type: ignore[attr-defined]
    if open_ := [row.organisation.name for row in rows if row.status != P.CONSENTED]:
        return _("联合单位还没有同意：%(names)s。可以等对方答复，或取消邀请。") % {"names": listed(open_)}
    if stale := [row.organisation.name for row in rows if is_stale(row)]:
        return _("对方同意过的条款后来改过，须重新同意：%(names)s。") % {"names": listed(stale)}
    if rows and split_of(need, rows).rest <= 0:
        return _("分摊比例合计须为 100 %，牵头单位也要承担一部分。")
    return ""


def why_not_invited(need: Need, organisation: Any) -> Text:
    if not need.is_editable:
        return _("需求提交后不能再邀请联合单位。请先撤回修改。")
    if organisation.pk == need.organisation_id:
        return _("牵头单位自己不用邀请。")
    if organisation.kind != organisation.Kind.ENTERPRISE or not organisation.is_verified:
        return _("只能邀请已通过核验的企业。")
    if need.partnerships.filter(organisation=organisation, status__in=LIVE, is_disclosed=True).exists():  # type: ignore[attr-defined]
        return _("已经邀请过“%(name)s”。") % {"name": organisation.name}
    return ""


def why_not_suggested(need: Need) -> Text:
    if need.status in (N.SUBMITTED, N.SCREENED, N.RETURNED) and need.application_number:
        return ""
    return _("只有提交过、还没有发榜的需求，才能建议联合。")


# ── whom to tell ────────────────────────────────────────────────────────────────
def lead(partnership: Partnership) -> Iterable[Any]:
    return members(partnership.need.organisation) if partnership.is_disclosed else ()


def deciders(partnership: Partnership) -> Iterable[Any]:
    return managers(partnership.organisation)


def suggester(partnership: Partnership) -> Iterable[Any]:
    return [partnership.suggested_by] if partnership.suggested_by else ()
