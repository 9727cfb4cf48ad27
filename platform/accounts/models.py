"""Organisations first, persons second: who they are, who belongs where, who holds which role in the zone."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Lower, Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.managers import UserManager
from accounts.roles import ADMINISTRATORS, Role
from core.models import Record
from workflow.models import Tracked


@dataclass(frozen=True)
class Place:
    """One organisation a person belongs to today, as far as menus need to know it."""

    pk: UUID
    name: str
    kind: str
    role: str


class User(AbstractBaseUser, Record):
    """One person. Rights come from memberships and appointments, read afresh on every request."""

    email = models.EmailField(_("邮箱"), unique=True, null=True, blank=True)
    phone = models.CharField(_("手机号"), max_length=16, null=True, blank=True)  # E.164
    phone_verified = models.BooleanField(default=False)
    name = models.CharField(_("姓名"), max_length=100)
    name_sort = models.CharField(max_length=255, editable=False)
    language = models.CharField(_("界面语言"), max_length=16, default="zh-hans")
    is_active = models.BooleanField(_("可以登录"), default=True)
    is_demo = models.BooleanField(default=False, editable=False)
    date_joined = models.DateTimeField(db_default=Now(), editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name_sort", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(email__isnull=False) | Q(phone__isnull=False), name="accounts_user_can_be_reached"
            ),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="accounts_user_email_lower"),
            models.CheckConstraint(condition=Q(phone__regex=r"^\+[1-9][0-9]{5,14}$"), name="accounts_user_phone_e164"),
            models.CheckConstraint(condition=~Q(name=""), name="accounts_user_has_a_name"),
            # A number that nobody confirmed belongs to nobody: typing a stranger's number must not lock him out.
            models.UniqueConstraint(fields=["phone"], condition=Q(phone_verified=True), name="accounts_phone_once"),
            models.CheckConstraint(
                condition=Q(phone_verified=False) | Q(phone__isnull=False), name="accounts_verified_phone_exists"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    @cached_property
    def roles(self) -> frozenset[str]:
        """The zone roles held now. Cached on the instance, which lives as long as one request."""
        return frozenset(self.appointments.filter(until=None).values_list("role", flat=True))

    @cached_property
    def places(self) -> list[Place]:
        """Where this person belongs today, by name."""
        now = self.memberships.filter(left_at=None).order_by("organisation__name_sort", "organisation")
        return [Place(*row) for row in now.values_list(*PLACE)]

    @cached_property
    def positions(self) -> dict[UUID, str]:
        """Organisation → membership role, of today."""
        return {place.pk: place.role for place in self.places}

    def forget_rights(self) -> None:
        """Read roles and positions again: after an appointment or a membership changed in this very request."""
        for name in ("roles", "places", "positions"):
            self.__dict__.pop(name, None)

    @property
    def is_zone_staff(self) -> bool:
        return bool(self.roles)

    def has_role(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)

    @property
    def audit_role(self) -> str:
        """In what capacity this person acts, as the audit chain keeps it."""
        return "+".join(sorted(self.roles))[:40] or ("member" if self.positions else "")

    def organisations(self) -> "models.QuerySet[Organisation]":
        return Organisation.objects.filter(pk__in=self.positions).order_by("name_sort", "id")


PLACE = ("organisation_id", "organisation__name", "organisation__kind", "role")


class Appointment(Record):
    """One person holds one zone role for a time. Ended, never deleted."""

    user = models.ForeignKey(User, models.PROTECT, related_name="appointments", verbose_name=_("人员"))
    role = models.CharField(_("角色"), max_length=16, choices=Role)
    duty = models.GeneratedField(  # equal for all operating roles, different for each administrator
        expression=models.Case(
            *(models.When(role=role, then=models.Value(n)) for n, role in enumerate(ADMINISTRATORS, start=1)),
            default=models.Value(0),
        ),
        output_field=models.IntegerField(),
        db_persist=True,
    )
    appointed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("任命人"))
    since = models.DateTimeField(_("任命时间"), db_default=Now())
    until = models.DateTimeField(_("免去时间"), null=True, blank=True)
    ended_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("免去人")
    )

    class Meta:
        ordering = ["since", "id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "role"], condition=Q(until=None), name="accounts_appointment_once"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="accounts_appointment_role"),
            models.CheckConstraint(condition=~Q(appointed_by=F("user")), name="accounts_nobody_appoints_himself"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="accounts_appointment_ends_later"
            ),
            # 三员分立: at no instant does an administrator hold a second duty.
            ExclusionConstraint(
                name="accounts_administrators_apart",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("duty", RangeOperators.NOT_EQUAL),
                    (
                        Func("since", "until", function="TSTZRANGE", output_field=DateTimeRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def visible_to(self, user: Any) -> "OrganisationQuerySet":
        """The zone sees every organisation, a member his own."""
        if not user.is_authenticated:
            return self.none()
        return self if user.is_zone_staff else self.filter(pk__in=user.positions)

    def verified(self) -> "OrganisationQuerySet":
        return self.filter(status=Organisation.Status.VERIFIED)

    def waiting_for(self, party: str, user: Any) -> "OrganisationQuerySet":
        if party == "office":
            return self
        managed = [pk for pk, role in user.positions.items() if role == Membership.Role.MANAGER]
        return self.filter(pk__in=managed) if party == "owner" else self.none()


class Organisation(Tracked):
    class Kind(models.TextChoices):
        ENTERPRISE = "enterprise", _("企业")
        UNIVERSITY = "university", _("高等院校")
        INSTITUTE = "institute", _("科研院所")
        AGENCY = "agency", _("服务机构")
        ZONE = "zone", _("管委会")

    class Status(models.TextChoices):
        DRAFT = "draft", _("待提交")
        SUBMITTED = "submitted", _("核验中")
        VERIFIED = "verified", _("已核验")
        RETURNED = "returned", _("已退回")
        SUSPENDED = "suspended", _("已暂停")

    kind = models.CharField(_("单位类型"), max_length=16, choices=Kind)
    name = models.CharField(_("单位名称"), max_length=120)
    name_sort = models.CharField(max_length=255, editable=False)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18)
    region = models.CharField(_("所在地区"), max_length=60, blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    contact = models.CharField(_("联系人"), max_length=60, blank=True)
    contact_phone = models.CharField(_("联系电话"), max_length=30, blank=True)
    intro = models.TextField(_("单位简介"), max_length=2000, blank=True)
    bids_email = models.EmailField(_("科研管理部门邮箱"), blank=True)  # told of our own bids; nobody else learns of it
    is_demo = models.BooleanField(_("演示数据"), default=False, editable=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name_sort", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["draft", "submitted", "verified", "returned", "suspended"]),
                name="accounts_organisation_status",
            ),
            models.CheckConstraint(condition=Q(uscc__regex=r"^[0-9A-HJ-NPQRTUWXY]{18}$"), name="accounts_uscc_shape"),
            models.CheckConstraint(condition=~Q(name=""), name="accounts_organisation_has_a_name"),
            # A stranger's draft must not block the real organisation: only a verified one owns its code.
            models.UniqueConstraint(
                fields=["uscc"], condition=Q(status__in=["verified", "suspended"]), name="accounts_uscc_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organisation", args=[self.pk])

    @property
    def audit_stream(self) -> str:
        return f"org:{self.pk}"

    @property
    def title(self) -> str:
        return self.name

    @property
    def is_verified(self) -> bool:
        return self.status == self.Status.VERIFIED

    def members(self) -> "models.QuerySet[Membership]":
        return self.memberships.filter(left_at=None).select_related("user").order_by("role", "user__name_sort")

    def may_read_file(self, user: Any, file: Any) -> bool:
        return bool(user.is_authenticated and (user.is_zone_staff or self.pk in user.positions))


class Membership(Record):
    """One person in one organisation, from a day to a day. Ended, never deleted."""

    class Role(models.TextChoices):
        MANAGER = "manager", _("管理员")
        MEMBER = "member", _("成员")

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships", verbose_name=_("人员"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships", verbose_name=_("单位"))
    role = models.CharField(_("身份"), max_length=16, choices=Role, default=Role.MEMBER)
    joined_at = models.DateTimeField(_("加入时间"), db_default=Now())
    left_at = models.DateTimeField(_("离开时间"), null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["joined_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"], condition=Q(left_at=None), name="accounts_membership_once"
            ),
            models.CheckConstraint(condition=Q(role__in=["manager", "member"]), name="accounts_membership_role"),
            models.CheckConstraint(
                condition=Q(left_at=None, ended_by=None) | Q(left_at__isnull=False, ended_by__isnull=False),
                name="accounts_membership_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.organisation_id}"

    @property
    def is_manager(self) -> bool:
        return self.role == self.Role.MANAGER


class Invitation(Record):
    """A link sent to one address. Only the digest of its token is kept; it works once, for seven days."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="invitations")
    email = models.EmailField(_("邮箱"), blank=True)
    phone = models.CharField(_("手机号"), max_length=16, blank=True)
    role = models.CharField(_("身份"), max_length=16, choices=Membership.Role, default=Membership.Role.MEMBER)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField(_("有效期至"))
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(email="") & ~Q(phone="")) | (~Q(email="") & Q(phone="")),
                name="accounts_invitation_address",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False, revoked_at=None),
                name="accounts_invitation_used_once",
            ),
        ]

    def __str__(self) -> str:
        return self.email or self.phone

    def is_open(self, now: datetime) -> bool:
        return self.accepted_at is None and self.revoked_at is None and now < self.expires_at


class JoinRequest(Record):
    """A person asks to belong to a verified organisation; one of its managers answers."""

    TOLD_WITH = ("organisation",)

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="join_requests")
    user = models.ForeignKey(User, models.PROTECT, related_name="join_requests")
    message = models.CharField(_("说明"), max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    approved = models.BooleanField(null=True, blank=True)
    reason = models.CharField(_("理由"), max_length=200, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"], condition=Q(decided_at=None), name="accounts_join_request_once"
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, approved=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False, approved__isnull=False),
                name="accounts_join_request_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.organisation_id}"

    def get_absolute_url(self) -> str:
        return self.organisation.get_absolute_url()
