"""What happens to a need before its approval: checked, handed over, diagnosed, reworded, credited."""

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from accounts.roles import OPERATING
from core.models import Record
from diagnoses.codes import Decision, Duty, How, Item, Verdict
from diagnoses.states import LIVE, AssignmentStatus, RewriteStatus
from needs.models import Need
from workflow.models import Tracked


def _of_need(user: Any) -> Q:
    """For the zone, and for the enterprise whose need it is."""
    if not user.is_authenticated:
        return Q(pk__in=[])
    return ~Q(pk=None) if user.has_role(*OPERATING) else Q(need__organisation__in=user.positions)


class CheckQuerySet(models.QuerySet["Check"]):
    def visible_to(self, user: Any) -> "CheckQuerySet":
        """Between the desks of the zone; the enterprise reads what is said to it."""
        return self if user.is_authenticated and user.has_role(*OPERATING) else self.none()


class Check(Record):
    """One line of the 形式审查清单, for one version of a need: what was submitted anew is checked anew."""

    need = models.ForeignKey(Need, models.CASCADE, related_name="checks")
    version = models.PositiveSmallIntegerField()
    item = models.CharField(max_length=12, choices=Item)
    verdict = models.CharField(max_length=5, choices=Verdict)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    checked_at = models.DateTimeField()

    objects = CheckQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["need", "version", "item"], name="check_once"),
            models.CheckConstraint(condition=Q(item__in=Item.values), name="check_item"),
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="check_verdict"),
            models.CheckConstraint(condition=~Q(verdict=Verdict.UNMET) | Q(note__gt=""), name="check_unmet_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.need_id} {self.item} {self.verdict}"


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def visible_to(self, user: Any) -> "AssignmentQuerySet":
        """The zone; the agency it was given to; the enterprise, but not what the desks hand to each other."""
        if not user.is_authenticated:
            return self.none()
        if user.has_role(*OPERATING):
            return self
        theirs = Q(need__organisation__in=user.positions, duty=Duty.DIAGNOSIS)
        return self.filter(Q(agency__in=user.positions) | theirs)

    def waiting_for(self, party: str, user: Any) -> "AssignmentQuerySet":
        return self.filter(Q(officer=user) | Q(agency__in=user.positions)) if party == "assignee" else self.none()

    def live(self) -> "AssignmentQuerySet":
        return self.filter(status__in=LIVE)

    def of_agencies(self, user: Any) -> "AssignmentQuerySet":
        """What was ever given to an agency this person belongs to."""
        return self.filter(agency__in=user.positions)


class Assignment(Tracked):
    """交办: a need, offered to another officer or to an agency; whoever offers it keeps it until it is accepted."""

    need = models.ForeignKey(Need, models.PROTECT, related_name="assignments")
    duty = models.CharField(_("交办事项"), max_length=10, choices=Duty)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("交给经办")
    )
    agency = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("交给服务机构")
    )
    task = models.CharField(_("交办要求"), max_length=500)
    days = models.PositiveSmallIntegerField(
        _("办理时限（工作日）"), default=5, validators=[MinValueValidator(1), MaxValueValidator(30)]
    )
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False)
    conclusion = models.TextField(_("诊断结论"), max_length=1000, blank=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)

    objects = AssignmentQuerySet.as_manager()

    TOLD_WITH = ("need", "agency", "officer")

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=AssignmentStatus.values), name="assignment_status"),
            models.CheckConstraint(condition=Q(duty__in=Duty.values), name="assignment_duty"),
            models.CheckConstraint(
                condition=Q(officer=None, agency__isnull=False) | Q(officer__isnull=False, agency=None),
                name="assignment_to_one",
            ),
            models.CheckConstraint(
                condition=~Q(duty=Duty.HANDOVER) | Q(officer__isnull=False), name="assignment_handover_to_an_officer"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=(AssignmentStatus.ACCEPTED, AssignmentStatus.DONE, AssignmentStatus.RETURNED))
                | Q(taken_by__isnull=False),
                name="assignment_taken_by_somebody",
            ),
            models.UniqueConstraint(fields=["need", "duty"], condition=Q(status__in=LIVE), name="one_live_assignment"),
        ]

    def __str__(self) -> str:
        return _t("%(kind)s：%(title)s") % {"kind": self.get_duty_display(), "title": self.need.title}

    def get_absolute_url(self) -> str:
        return reverse("assignment", args=[self.pk])

    @property
    def audit_stream(self) -> str:
        return f"need:{self.need_id}"

    @property
    def to(self) -> str:
        """Whom it was given to, by name."""
        return self.agency.name if self.agency else self.officer.name if self.officer else ""

    @property
    def is_running(self) -> bool:
        return self.status == AssignmentStatus.ACCEPTED


class Entry(Record):
    """诊断日志: what was found on one day. Written once (the database sees to it)."""

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="entries")
    on = models.DateField(_("日期"))
    how = models.CharField(_("方式"), max_length=10, choices=How)
    found = models.TextField(_("了解到的情况"), max_length=2000)
    next_step = models.CharField(_("下一步"), max_length=200, blank=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    TOLD_WITH = ("assignment",)

    class Meta:
        ordering = ["-on", "-created_at"]
        constraints = [models.CheckConstraint(condition=Q(how__in=How.values), name="entry_how")]

    def __str__(self) -> str:
        return f"{self.on} {self.get_how_display()}"


class RewriteQuerySet(models.QuerySet["Rewrite"]):
    def visible_to(self, user: Any) -> "RewriteQuerySet":
        """The zone and the enterprise; the agency that wrote it, also when its reading has ended."""
        agencies = user.positions if user.is_authenticated else ()
        return self.filter(_of_need(user) | Q(assignment__agency__in=agencies))

    def waiting_for(self, party: str, user: Any) -> "RewriteQuerySet":
        return self.filter(need__organisation__in=user.positions) if party == "owner" else self.none()


class Rewrite(Tracked):
    """改写建议: new words for some fields of a need; its enterprise takes or leaves them one by one."""

    need = models.ForeignKey(Need, models.PROTECT, related_name="rewrites")
    assignment = models.ForeignKey(Assignment, models.PROTECT, null=True, related_name="rewrites")
    reason = models.CharField(_("为什么这样改"), max_length=500)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    score_before = models.PositiveSmallIntegerField()
    score_after = models.PositiveSmallIntegerField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = RewriteQuerySet.as_manager()

    TOLD_WITH = ("need",)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=RewriteStatus.values), name="rewrite_status"),
            models.UniqueConstraint(fields=["need"], condition=Q(status="offered"), name="one_open_rewrite"),
        ]

    def __str__(self) -> str:
        return self.need.title

    def get_absolute_url(self) -> str:
        return reverse("rewrite", args=[self.pk])

    @property
    def audit_stream(self) -> str:
        return f"need:{self.need_id}"


class Line(Record):
    """One field of a rewrite: `title`, `keywords`, or `indicator:` with the name of the row; values as JSON."""

    rewrite = models.ForeignKey(Rewrite, models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    field = models.CharField(max_length=80)
    before = models.JSONField(null=True)  # what it replaces, as it stood; null: there was no such row
    after = models.JSONField(null=True)  # null: the row goes
    decision = models.CharField(max_length=8, choices=Decision, blank=True, default=Decision.OPEN)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["rewrite", "field"], name="line_once"),
            models.CheckConstraint(condition=Q(decision__in=Decision.values), name="line_decision"),
        ]

    def __str__(self) -> str:
        return self.field


class Credit(Record):
    """来源功劳: who brought this need. One at a time; the log keeps whom it was given to before."""

    need = models.OneToOneField(Need, models.CASCADE, related_name="credit")
    agency = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("服务机构")
    )
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("管委会人员")
    )
    reason = models.CharField(_("依据"), max_length=200, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(officer=None, agency__isnull=False) | Q(officer__isnull=False, agency=None),
                name="credit_to_one",
            ),
        ]

    def __str__(self) -> str:
        return self.to

    @property
    def to(self) -> str:
        return self.agency.name if self.agency else self.officer.name if self.officer else ""
