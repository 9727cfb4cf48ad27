"""What people do about organisations that is no move of the lifecycle: register, describe, join, leave, hand over.

Each verb takes the organisation's lock first, so that "at least one manager" cannot be broken by two at once.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import JoinRequest, Membership, Organisation, User
from accounts.queries import managers
from accounts.rules import manages
from audit.actions import record
from audit.labels import name_actions
from core import clock
from core.files import files_of, store
from core.models import StoredFile
from core.text import clean_line, sort_key
from notifications.actions import notify
from notifications.kinds import register_kind
from workflow.actions import begin
from workflow.machine import Refused

Role = Membership.Role
FROZEN = ("kind", "name", "uscc")  # what the zone has vouched for
MOST_FILES = 10
DESCRIBED = ("region", "address", "contact", "contact_phone", "intro", "bids_email")

ASKED = register_kind("join.ask")
DECIDED = register_kind("join.decide")
REMOVED = register_kind("membership.remove")
RANKED = register_kind("membership.role")
name_actions(
    {
        "organisation.edit": gettext_lazy("修改单位资料"),
        "organisation.evidence": gettext_lazy("上传证明材料"),
        "organisation.join_ask": gettext_lazy("申请加入"),
        "organisation.join_decide": gettext_lazy("答复加入申请"),
        "membership.role": gettext_lazy("更改成员身份"),
        "membership.leave": gettext_lazy("离开单位"),
        "membership.remove": gettext_lazy("移出成员"),
        "user.edit": gettext_lazy("修改姓名"),
    }
)


@transaction.atomic
def register_organisation(
    *, kind: str, name: str, uscc: str, by: User, is_demo: bool = False, **described: str
) -> Organisation:
    """A new organisation in draft, with the person who registers it as its first manager."""
    _no_zone_staff(by)
    name = clean_line(name)
    organisation = Organisation(kind=kind, name=name, name_sort=sort_key(name), uscc=uscc, is_demo=is_demo, **described)
    begin(organisation, by=by)
    Membership.objects.create(user=by, organisation=organisation, role=Role.MANAGER)
    by.forget_rights()
    return organisation


@transaction.atomic
def edit_organisation(organisation: Organisation, *, by: User, **fields: str) -> None:
    """Change the description; name, kind and credit code only until the zone has vouched for them."""
    organisation = _lock(organisation)
    if not manages(by, organisation):
        raise PermissionDenied
    open_to_change = organisation.status in (Organisation.Status.DRAFT, Organisation.Status.RETURNED)
    allowed = (*FROZEN, *DESCRIBED) if open_to_change else DESCRIBED
    if refused := set(fields) - set(allowed):
        raise Refused(
            _("单位名称、类型和信用代码核验后不能自行修改。如有变更，请联系管委会。")
            if refused <= set(FROZEN)
            else str(refused)
        )
    if "name" in fields:
        fields["name"] = clean_line(fields["name"])
        organisation.name_sort = sort_key(fields["name"])
    changed = sorted(key for key, value in fields.items() if getattr(organisation, key) != value)
    for key in changed:
        setattr(organisation, key, fields[key])
    if changed:
        organisation.save(update_fields=[*changed, "name_sort"])
        _record("organisation.edit", organisation, by, {"fields": ",".join(changed)}, {k: fields[k] for k in changed})


@transaction.atomic
def add_evidence(organisation: Organisation, *, upload: File, by: User) -> StoredFile:
    """A licence or certificate for the zone to look at."""
    organisation = _lock(organisation)
    if not manages(by, organisation):
        raise PermissionDenied
    if files_of(organisation, "evidence").count() >= MOST_FILES:
        raise Refused(_("证明材料最多 %(most)s 份。") % {"most": MOST_FILES})
    stored = store(upload, subject=organisation, slot="evidence", by=by)
    _record("organisation.evidence", organisation, by, {"file": stored.pk, "sha256": stored.sha256})
    return stored


@transaction.atomic
def change_profile(user: User, *, name: str, by: User) -> None:
    if user.pk != by.pk:
        raise PermissionDenied
    user.name = clean_line(name)
    user.name_sort = sort_key(user.name)
    user.save(update_fields=["name", "name_sort"])
    record("user.edit", subject=user, stream="system", by=by, note={"name": user.name})


@transaction.atomic
def ask_to_join(organisation: Organisation, *, message: str = "", by: User) -> JoinRequest:
    """For whoever works in an organisation that is already here: one of its managers must agree."""
    organisation = _lock(organisation)
    _no_zone_staff(by)
    if not organisation.is_verified:
        raise Refused(_("该单位还没有通过核验，暂时不能申请加入。"))
    if _membership(organisation, by):
        raise Refused(_("您已经是“%(name)s”的成员。") % {"name": organisation.name})
    request, new = JoinRequest.objects.get_or_create(
        organisation=organisation, user=by, decided_at=None, defaults={"message": clean_line(message)}
    )
    if new:
        event = _record("organisation.join_ask", organisation, by, {"request": request.pk}, {"message": message})
        notify(managers(organisation), kind=ASKED, subject=request, context={"by": by.name}, key=str(event.pk))
    return request


@transaction.atomic
def decide_join(request: JoinRequest, *, approve: bool, reason: str = "", by: User) -> JoinRequest:
    organisation = _lock(request.organisation)
    request = JoinRequest.objects.select_for_update().get(pk=request.pk)
    if not manages(by, organisation) or by.pk == request.user_id:
        raise PermissionDenied
    if request.decided_at:
        raise Refused(_("这份申请刚刚已有人处理过。"))
    if not approve and not reason.strip():
        raise Refused(_("请写明不同意的理由，对方会看到。"))
    if approve:
        enrol(organisation, request.user, Role.MEMBER)
    request.decided_at, request.decided_by = clock.now(), by
    request.approved, request.reason = approve, clean_line(reason)
    request.save()
    event = _record(
        "organisation.join_decide",
        organisation,
        by,
        {"request": request.pk, "approved": int(approve)},
        {"reason": reason},
    )
    context = {"approved": approve, "reason": request.reason}
    notify([request.user], kind=DECIDED, subject=request, context=context, key=str(event.pk))
    return request


@transaction.atomic
def change_role(membership: Membership, *, role: str, by: User) -> None:
    organisation, membership = _lock_both(membership)
    if not manages(by, organisation):
        raise PermissionDenied
    if membership.role == role:
        return
    if membership.is_manager:
        _somebody_else_manages(membership)
    membership.role = Role(role)
    membership.save(update_fields=["role"])
    event = _record("membership.role", organisation, by, {"member": membership.user_id, "role": str(role)})
    notify({membership.user} - {by}, kind=RANKED, subject=organisation, context={"role": str(role)}, key=str(event.pk))
    by.forget_rights()


def leave(membership: Membership, *, by: User) -> None:
    """One's own goodbye."""
    if membership.user_id != by.pk:
        raise PermissionDenied
    _end(membership, by=by, action="membership.leave")


@transaction.atomic
def remove(membership: Membership, *, by: User) -> None:
    """A manager ends somebody else's membership; the rights are gone with the next request."""
    if not manages(by, membership.organisation) or membership.user_id == by.pk:
        raise PermissionDenied
    event = _end(membership, by=by, action="membership.remove")
    notify([membership.user], kind=REMOVED, subject=membership.organisation, key=str(event.pk))


@transaction.atomic
def _end(membership: Membership, *, by: User, action: str) -> Any:
    organisation, membership = _lock_both(membership)
    if organisation.kind == Organisation.Kind.ZONE and membership.user.appointments.filter(until=None).exists():
        raise Refused(_("%(name)s还担任管委会的角色。请先由安全管理员免去。") % {"name": membership.user.name})
    if membership.is_manager:
        _somebody_else_manages(membership)
    membership.left_at, membership.ended_by = clock.now(), by
    membership.save(update_fields=["left_at", "ended_by"])
    by.forget_rights()
    return _record(action, organisation, by, {"member": membership.user_id})


def enrol(organisation: Organisation, user: User, role: str) -> Membership:
    """Only for verbs that hold the organisation's lock: an approved request, an accepted invitation."""
    if organisation.kind != Organisation.Kind.ZONE:
        _no_zone_staff(user)
    user.forget_rights()
    return Membership.objects.create(organisation=organisation, user=user, role=role)


def _lock(organisation: Organisation) -> Organisation:
    return Organisation.objects.select_for_update().get(pk=organisation.pk)


def _lock_both(membership: Membership) -> tuple[Organisation, Membership]:
    organisation = _lock(membership.organisation)
    membership = Membership.objects.select_for_update(of=("self",)).select_related("user").get(pk=membership.pk)
    if membership.left_at:
        raise Refused(_("%(name)s已经不在该单位。") % {"name": membership.user.name})
    return organisation, membership


def _membership(organisation: Organisation, user: User) -> Membership | None:
    return Membership.objects.filter(organisation=organisation, user=user, left_at=None).first()


def _somebody_else_manages(membership: Membership) -> None:
    others = Membership.objects.filter(
        organisation_id=membership.organisation_id, role=Role.MANAGER, left_at=None, user__is_active=True
    )
    if not others.exclude(pk=membership.pk).exists():
        raise Refused(_("这是该单位唯一的管理员。请先把另一位成员设为管理员，再办理。"))


def _no_zone_staff(user: User) -> None:
    if user.appointments.filter(until=None).exists():
        raise Refused(_("管委会工作人员不能同时是发榜或揭榜单位的成员。"))


def _record(
    action: str, organisation: Organisation, by: User, detail: dict[str, Any], note: dict[str, Any] | None = None
) -> Any:
    return record(action, subject=organisation, stream=organisation.audit_stream, by=by, detail=detail, note=note)
