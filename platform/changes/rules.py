"""Who proposes a change of a listing, who decides it, and when either is possible."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.queries import managers, members, office
from accounts.roles import Role
from accounts.rules import belongs, manages
from changes.models import Change, Consultation
from changes.states import C, Kind, S
from core import clock
from core.text import listed
from needs import joint
from needs.models import Need
from needs.states import N
from partners.models import Partnership
from partners.states import P
from workflow.machine import Text

DOWN_FROM = (N.PUBLISHED, N.CLOSED, N.NO_BID)


# ── who ─────────────────────────────────────────────────────────────────────────
def may_propose(user: Any, need: Need) -> bool:
    """The enterprise for its own listing, or a case officer on its behalf."""
    return belongs(user, need.organisation) or (user.is_authenticated and user.has_role(Role.OFFICER))


def decides(user: Any, change: Change) -> bool:
    """A reviewer or the director; an extension, or the end of a listing, the director alone."""
    if not user.is_authenticated:
        return False
    roles = (Role.REVIEWER, Role.LEADER) if change.kind == Kind.AMEND else (Role.LEADER,)
    return bool(user.has_role(*roles))


def is_proposers_side(user: Any, change: Change) -> bool:
    """Whoever proposed it; a proposal of the enterprise is any of its people's to take back."""
    ours = belongs(change.proposed_by, change.need.organisation) and belongs(user, change.need.organisation)
    return bool(ours or user.pk == change.proposed_by_id)


def answers(user: Any, consultation: Consultation) -> bool:
    """A manager speaks for the enterprise where money is promised."""
    return manages(user, consultation.partnership.organisation)


def another_person(change: Change, user: Any) -> Text:
    return _("提出和批准须由不同的人办理。") if user is not None and change.proposed_by_id == user.pk else ""


# ── when ────────────────────────────────────────────────────────────────────────
def why_not(need: Need, kind: str) -> Text:
    """Why this listing cannot be changed in this way now, or an empty string."""
    if kind == Kind.TAKE_DOWN:
        return "" if need.status in DOWN_FROM else _("榜单现在不能撤榜：方案已经开启，或榜单已经结束。")
    if not need.takes_bids:
        return _("揭榜已截止。更正和延期只能在揭榜截止前办理。")
    if kind == Kind.EXTEND:
        return _extendable(need)
    return ""


def _extendable(need: Need) -> Text:
    if need.extensions:
        return _("每项榜单只能延期一次，这一项已经延期过。")
    latest = need.latest_deadline
    if latest is not None and need.bid_deadline is not None and latest <= need.bid_deadline:
        return _("揭榜期已到本批次的上限，不能再延。")
    return ""


def why_not_until(need: Need, at: datetime) -> Text:
    """Why an extension cannot go to this instant, or an empty string."""
    if need.bid_deadline is not None and at <= need.bid_deadline:
        return _("新的截止时间须晚于现在的截止时间。")
    if need.latest_deadline is not None and at > need.latest_deadline:
        return _("超过了本批次揭榜期的上限，请往前调。")
    return ""


def still_possible(change: Change) -> Text:
    return why_not(change.need, change.kind)


def deadline_is_fitting(change: Change) -> Text:
    """An extension is approved days after it was proposed: meanwhile its new deadline must not have passed."""
    if change.kind == Kind.EXTEND and change.new_deadline is not None and clock.now() >= change.new_deadline:
        return _("申请的新截止时间已经过去，请重新提出。")
    return ""


def partners_agree(change: Change) -> Text:
    """No enterprise is bound to words it has not consented to, and whoever says nothing has not consented."""
    agreed = set(change.consultations.filter(status=S.AGREED).values_list("partnership", flat=True))
    missing = [row.organisation.name for row in concerned_partners(change) if row.pk not in agreed]
    if not missing:
        return ""
    return _("更正动了联合单位同意过的条款，还要等它们同意：%(names)s。") % {"names": listed(missing)}


def concerned_partners(change: Change) -> list[Partnership]:
    """Whose terms an amendment touches. The terms are those of the need: of all partners or of none."""
    if change.kind != Kind.AMEND or not change.touches_terms:
        return []
    rows = Partnership.objects.filter(need=change.need_id, status=P.CONSENTED)
    return list(rows.select_related("organisation").order_by("organisation__name_sort"))


def is_asked(consultation: Consultation) -> Text:
    return "" if consultation.change.status == C.CONSULTING else _("这项更正已经不再征求意见。")


# ── whom to tell ────────────────────────────────────────────────────────────────
def deciders(change: Change) -> Iterable[Any]:
    return office(Role.LEADER, *((Role.REVIEWER,) if change.kind == Kind.AMEND else ()))


def concerned(change: Change) -> Iterable[Any]:
    """Whoever posts the listing, and the officer who proposed it."""
    return {*members(change.need.organisation), *joint.people(change.need), change.proposed_by}


def partners_of(change: Change) -> Iterable[Any]:
    return joint.people(change.need)


def asked_managers(consultation: Consultation) -> Iterable[Any]:
    return managers(consultation.partnership.organisation)


def proposers(consultation: Consultation) -> Iterable[Any]:
    """Who waits for the answer."""
    change = consultation.change
    return {*members(change.need.organisation), change.proposed_by}
