"""Who hands over, takes, diagnoses and rewords; and when that is possible."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from accounts.queries import members, office
from accounts.roles import Role
from accounts.rules import belongs
from diagnoses.codes import Duty
from diagnoses.models import Assignment, Rewrite
from diagnoses.states import A, R
from needs.models import Need
from needs.rules import in_his_hands, is_screener
from needs.states import N
from workflow.machine import Text
from workflow.registry import get_machine

ON_THE_DESK = (N.SUBMITTED, N.RETURNED)  # while its words may still become better


# ── who ─────────────────────────────────────────────────────────────────────────
def may_assign(user: Any, need: Need) -> bool:
    """Who handles the case gives it away; the reviewer or the director, where he is not there to do it."""
    if not user.is_authenticated:
        return False
    return user.has_role(Role.REVIEWER, Role.LEADER) or (
        is_screener(user, need) and not _handled_by_another(need, user)
    )


def _handled_by_another(need: Need, user: Any) -> bool:
    return need.handler is not None and need.handler_id != user.pk and need.handler.has_role(Role.OFFICER)


def may_take_back(user: Any, assignment: Assignment) -> bool:
    return user.is_authenticated and (
        (assignment.given_by_id == user.pk and user.is_zone_staff) or may_assign(user, assignment.need)
    )


def is_assignee(user: Any, assignment: Assignment) -> bool:
    if assignment.agency:
        return belongs(user, assignment.agency)
    return bool(user.is_authenticated and assignment.officer_id == user.pk and user.has_role(Role.OFFICER))


def may_diagnose(user: Any, assignment: Assignment) -> bool:
    return assignment.duty == Duty.DIAGNOSIS and is_assignee(user, assignment)


def may_take_over(user: Any, assignment: Assignment) -> bool:
    return assignment.duty == Duty.HANDOVER and is_assignee(user, assignment)


def may_propose(user: Any, need: Need) -> bool:
    """Whoever diagnoses the need now, and the officer whose case it is."""
    if is_screener(user, need) and not in_his_hands(need, user):
        return True
    running = need.assignments.filter(duty=Duty.DIAGNOSIS, status=A.ACCEPTED).select_related("agency", "officer")
    return any(is_assignee(user, one) for one in running)


def is_author(user: Any, rewrite: Rewrite) -> bool:
    if rewrite.assignment is not None:
        return is_assignee(user, rewrite.assignment)
    return bool(rewrite.written_by_id == user.pk and user.is_zone_staff)


def is_owner(user: Any, obj: Assignment | Rewrite) -> bool:
    return belongs(user, obj.need.organisation)


# ── when ────────────────────────────────────────────────────────────────────────
def is_on_the_desk(need: Need) -> Text:
    return "" if need.status in ON_THE_DESK else _("只有待形式审查和退回修改的需求可以诊断。")


def need_is_on_the_desk(obj: Assignment | Rewrite) -> Text:
    return is_on_the_desk(obj.need)


def need_goes_on(assignment: Assignment) -> Text:
    return _("这项需求已经办结。") if assignment.need.status in get_machine("need").finals else ""


def agency_is_verified(assignment: Assignment) -> Text:
    if assignment.agency is None or assignment.agency.is_verified:
        return ""
    return _("“%(name)s”还没有通过核验，或资格已暂停，暂时不能办理。") % {"name": assignment.agency.name}


def log_is_written(assignment: Assignment) -> Text:
    return "" if assignment.entries.exists() else _("请先写至少一条诊断日志，再办结。")


def no_rewrite_is_open(assignment: Assignment) -> Text:
    open_ = assignment.rewrites.filter(status=R.OFFERED).exists()
    return _("改写建议还在等企业答复，答复后再办结；不等了就先撤回建议。") if open_ else ""


# ── whom to tell ────────────────────────────────────────────────────────────────
def assignees(assignment: Assignment) -> Iterable[Any]:
    return members(assignment.agency) if assignment.agency else [assignment.officer]


def zone(obj: Assignment | Rewrite) -> Iterable[Any]:
    """Who gave it, and who handles the case."""
    given_by = obj.given_by if isinstance(obj, Assignment) else None
    here = {user for user in (given_by, obj.need.handler) if user is not None and user.is_zone_staff}
    return here or office(Role.OFFICER)


def owners_of_a_diagnosis(assignment: Assignment) -> Iterable[Any]:
    """What the desks hand to each other is no news for the enterprise."""
    return members(assignment.need.organisation) if assignment.duty == Duty.DIAGNOSIS else ()


def owners(rewrite: Rewrite) -> Iterable[Any]:
    return members(rewrite.need.organisation)


def authors(rewrite: Rewrite) -> Iterable[Any]:
    return assignees(rewrite.assignment) if rewrite.assignment else [rewrite.written_by]


def agencies() -> Any:
    """Whom a need can be given to."""
    return Organisation.objects.verified().filter(kind=Organisation.Kind.AGENCY)
