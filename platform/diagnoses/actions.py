"""Verbs of the diagnosis: hand over, write the log, propose and decide a rewrite, give credit."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation
from accounts.queries import members
from accounts.roles import Role
from accounts.rules import belongs
from audit.actions import record
from audit.labels import name_actions
from core import clock
from core.text import clean_line, clean_text
from diagnoses import rules
from diagnoses.codes import Duty
from diagnoses.models import Assignment, Credit, Entry
from needs.models import Need
from needs.rules import is_not_taken, is_owner, is_screener
from needs.states import N
from notifications.actions import notify
from notifications.kinds import register_kind
from workflow.actions import begin, perform
from workflow.machine import Refused
from workflow.registry import get_machine

name_actions(
    {
        "assignment.log": gettext_lazy("写诊断日志"),
        "need.credit": gettext_lazy("登记来源"),
    }
)
OFFERED, LOGGED = register_kind("assignment.create"), register_kind("assignment.log")


@transaction.atomic
def offer(
    need: Need,
    *,
    duty: str,
    officer: Any = None,
    agency: Organisation | None = None,
    task: str,
    days: int = 5,
    by: Any,
) -> Assignment:
    """Put a need to another officer or to an agency. Whoever handles it keeps it until it is accepted."""
    locked = Need.objects.select_for_update(of=("self",)).select_related("handler", "organisation").get(pk=need.pk)
    if not rules.may_assign(by, locked):
        raise PermissionDenied("Only who handles a case gives it away")
    _may_be_offered(locked, duty, officer, agency)
    if locked.assignments.live().filter(duty=duty).exists():
        raise Refused(_("已经有一项同样的交办在等对方办理。要换人，请先收回。"))
    if locked.status == N.SUBMITTED and is_screener(by, locked) and not is_not_taken(locked):
        perform(locked, "take", by=by)
    made = Assignment(
        need=locked, duty=duty, officer=officer, agency=agency, task=clean_line(task), days=days, given_by=by
    )
    try:
        with transaction.atomic():
            begin(made, by=by, detail={"duty": duty, "to": "agency" if agency else "officer"})
    except IntegrityError as error:
        raise Refused(_("刚刚已经有人交办了，请刷新再看。")) from error
    people = set(rules.assignees(made)) - {by}
    notify(people, kind=OFFERED, subject=made, context={"duty": duty, "task": made.task}, key=f"offer:{made.pk}")
    return made


def _may_be_offered(need: Need, duty: str, officer: Any, agency: Organisation | None) -> None:
    if duty == Duty.DIAGNOSIS and (sentence := rules.is_on_the_desk(need)):
        raise Refused(str(sentence))
    if need.status in (N.DRAFT, *get_machine("need").finals):
        raise Refused(_("需求现在是“%(state)s”，不能交办。") % {"state": need.get_status_display()})
    if agency is not None and not rules.agencies().filter(pk=agency.pk).exists():
        raise Refused(_("“%(name)s”不是已核验的服务机构，请另选一家。") % {"name": agency.name})
    if officer is not None and not officer.has_role(Role.OFFICER):
        raise Refused(_("%(name)s现在不是经办，请另选一位。") % {"name": officer.name})
    if duty == Duty.HANDOVER and officer is not None and officer.pk == need.handler_id:
        raise Refused(_("这件事现在就由%(name)s经办。") % {"name": officer.name})


@transaction.atomic
def write_entry(assignment: Assignment, *, on: date, how: str, found: str, next_step: str = "", by: Any) -> Entry:
    """What was found on one day. It stays as it was written; what turns out otherwise is another entry."""
    locked = Assignment.objects.select_for_update(of=("self",)).select_related("need", "agency").get(pk=assignment.pk)
    if not rules.may_diagnose(by, locked):
        raise PermissionDenied("The log is written by who diagnoses")
    if not locked.is_running:
        raise Refused(_("任务现在是“%(state)s”，不能再写日志。") % {"state": locked.get_status_display()})
    if sentence := rules.agency_is_verified(locked):
        raise Refused(str(sentence))
    if on > clock.today():
        raise Refused(_("日志只写已经做过的事，请把日期改为今天或以前。"))
    made = Entry.objects.create(
        assignment=locked, on=on, how=how, found=clean_text(found), next_step=clean_line(next_step), written_by=by
    )
    record("assignment.log", subject=locked, stream=locked.audit_stream, by=by, detail={"entry": str(made.pk)})
    people = {*rules.zone(locked), *members(locked.need.organisation)} - {by}
    notify(people, kind=LOGGED, subject=locked, context={}, key=f"log:{made.pk}")
    return made


@transaction.atomic
def give_credit(
    need: Need, *, agency: Organisation | None = None, officer: Any = None, reason: str = "", by: Any
) -> Credit | None:
    """来源功劳: to one, or to nobody. The enterprise says it while it writes, afterwards the zone with a reason."""
    locked = Need.objects.select_for_update().get(pk=need.pk)
    if not may_credit(by, locked):
        raise PermissionDenied("Credit is given by the enterprise, or by an officer")
    if not is_owner(by, locked) and not clean_line(reason):
        raise Refused(_("请写明依据，例如走访记录或推荐函。"))
    held = Credit.objects.filter(need=locked).first()
    if held and (held.agency, held.officer, held.reason) == (agency, officer, clean_line(reason)):
        return held
    Credit.objects.filter(need=locked).delete()
    made = None
    if agency or officer:
        made = Credit.objects.create(
            need=locked, agency=agency, officer=officer, reason=clean_line(reason), given_by=by, given_at=clock.now()
        )
    to = {"agency": str(agency.pk)} if agency else {"officer": str(officer.pk)} if officer else {}
    note = {"reason": clean_line(reason)} if reason else None
    record("need.credit", subject=locked, stream=locked.audit_stream, by=by, detail=to, note=note)
    return made


def may_credit(user: Any, need: Need) -> bool:
    """Its enterprise until it is published, once; then whom it came from is the officers' to say."""
    if is_screener(user, need):
        return need.application_number is not None or need.source == "import"
    return belongs(user, need.organisation) and need.is_editable and not hasattr(need, "credit")
