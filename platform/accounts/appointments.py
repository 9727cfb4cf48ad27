"""The security administrator appoints and ends; nobody appoints himself; three administrators stay apart."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Appointment, Membership, Organisation, User
from accounts.roles import Role, overlap
from accounts.rules import is_secadmin
from audit.actions import record
from audit.labels import name_actions
from core import clock
from notifications.actions import notify
from notifications.kinds import register_kind
from workflow.machine import Refused

MADE = register_kind("appointment.make")
ENDED = register_kind("appointment.end")
name_actions({"appointment.make": gettext_lazy("任命"), "appointment.end": gettext_lazy("免去")})


@transaction.atomic
def appoint(*, user: User, role: str, by: User | None) -> Appointment:
    """Give `user` a zone role. `by=None` only when the zone is founded: see `manage.py found_zone`."""
    if by is not None and (not is_secadmin(by) or by.pk == user.pk):
        raise PermissionDenied
    user = User.objects.select_for_update().get(pk=user.pk)
    if reason := why_not(user, role):
        raise Refused(reason)
    appointment = Appointment.objects.create(user=user, role=role, appointed_by=by)
    event = record(
        "appointment.make", subject=appointment, stream="system", by=by, detail={"person": user.pk, "role": str(role)}
    )
    notify([user], kind=MADE, subject=appointment, context={"role": str(role)}, key=str(event.pk))
    return appointment


@transaction.atomic
def end(appointment: Appointment, *, by: User) -> None:
    if not is_secadmin(by):
        raise PermissionDenied
    # All of them, in one order: two who end each other's appointment at once cannot both succeed.
    secadmins = list(Appointment.objects.select_for_update().filter(role=Role.SECADMIN, until=None).order_by("pk"))
    appointment = Appointment.objects.select_for_update(of=("self",)).select_related("user").get(pk=appointment.pk)
    if appointment.until:
        raise Refused(_("该任命已经免去。"))
    if [row.pk for row in secadmins] == [appointment.pk]:
        raise Refused(_("这是最后一位安全管理员。请先任命另一位，否则再没有人能任免人员。"))
    appointment.until, appointment.ended_by = clock.now(), by
    appointment.save(update_fields=["until", "ended_by"])
    event = record(
        "appointment.end",
        subject=appointment,
        stream="system",
        by=by,
        detail={"person": appointment.user_id, "role": appointment.role},
    )
    context = {"role": appointment.role}
    notify({appointment.user} - {by}, kind=ENDED, subject=appointment, context=context, key=str(event.pk))


def why_not(user: User, role: str) -> str:
    """The reason this person cannot hold this role now, or an empty string."""
    held = set(user.appointments.filter(until=None).values_list("role", flat=True))
    if not user.is_active:
        return _("该账号已停用，不能任命。")
    if role in held:
        return _("%(name)s已经是%(role)s。") % {"name": user.name, "role": Role(role).label}
    if overlap(held, role):
        return _("三员分立：系统管理员、安全管理员、审计管理员不能兼任其他任何角色。请先免去现有角色。")
    outside = Membership.objects.filter(user=user, left_at=None).exclude(organisation__kind=Organisation.Kind.ZONE)
    if other := outside.select_related("organisation").first():
        return _("%(name)s现在是“%(organisation)s”的成员。先离开该单位，才能任命为管委会人员。") % {
            "name": user.name,
            "organisation": other.organisation.name,
        }
    if not Membership.objects.filter(user=user, left_at=None, organisation__kind=Organisation.Kind.ZONE).exists():
        return _("%(name)s还不是管委会的人员。请先由管委会管理员邀请加入。") % {"name": user.name}
    return ""
