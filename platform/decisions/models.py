"""决定: which bid an enterprise chooses, which are kept in reserve, or that none will do. Recorded, then published."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.roles import OPERATING
from core.models import Record
from decisions.states import OPEN, DecisionStatus, InquiryStatus, Kind, RejectReason, Verdict
from needs.models import Indicator, Need
from proposals.models import Proposal
from proposals.states import REVEALED
from teams.models import Team
from workflow.models import Tracked


class DecisionQuerySet(models.QuerySet["Decision"]):
    def visible_to(self, user: Any) -> "DecisionQuerySet":
        """The enterprise; the zone, which sees that there is one and until when, and what it says once it is told."""
        if not user.is_authenticated:
            return self.none()
        return self if user.has_role(*OPERATING) else self.filter(need__organisation__in=user.positions)

    def waiting_for(self, party: str, user: Any) -> "DecisionQuerySet":
        """A decision that a second person has to approve never waits for the first."""
        if party != "owner":
            return self.none()
        rows = self.filter(need__organisation__in=user.positions)
        return rows.exclude(status=DecisionStatus.PROPOSED, decided_by=user)


class Decision(Tracked):
    """What each bidder will be told is in the answers of the bids; none of them may change while this is open."""

    need = models.ForeignKey(Need, models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.CHOICE, editable=False)
    code = models.CharField(_("原因"), max_length=12, choices=RejectReason, blank=True)  # where none is chosen
    reason = models.CharField(_("公开说明"), max_length=300, blank=True)
    decided_by = models.ForeignKey(  # nobody, where a reserve takes over in the order that was published
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    decided_at = models.DateTimeField(null=True, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)

    objects = DecisionQuerySet.as_manager()

    TOLD_WITH = ("need",)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=DecisionStatus.values), name="decision_status"),
            models.UniqueConstraint(fields=["need"], condition=Q(status__in=OPEN), name="one_open_decision_per_need"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("decided_by")), name="decision_by_two_people"
            ),
            models.CheckConstraint(
                condition=Q(code="", reason="") | ~Q(code="") & ~Q(reason="") & Q(kind=Kind.CHOICE),
                name="decision_rejects_all_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=False) | Q(kind=Kind.TAKEOVER), name="decision_of_somebody"
            ),
            models.CheckConstraint(
                condition=~Q(status=DecisionStatus.PUBLISHED)
                | Q(decided_at__isnull=False, published_at__isnull=False, published_at__gte=F("decided_at")),
                name="decision_recorded_then_published",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.need.title}"

    def get_absolute_url(self) -> str:
        return reverse("decision", args=[self.pk])

    @property
    def title(self) -> str:
        return self.need.title

    @property
    def audit_stream(self) -> str:
        return f"need:{self.need_id}"

    @property
    def is_open(self) -> bool:
        return self.status in OPEN


class OwnQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Any:
        """The enterprise's own people: no bidder, no partner, not the zone."""
        return self.filter(proposal__need__organisation__in=user.positions) if user.is_authenticated else self.none()


class Judgement(Record):
    """判定: what a person of the enterprise makes of one promise, where there is no number or in spite of it."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="judgements")
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="judgements")
    verdict = models.CharField(_("判定"), max_length=8, choices=Verdict)
    note = models.CharField(_("依据"), max_length=200, blank=True)
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = OwnQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "indicator"], name="one_judgement_per_promise")]

    def __str__(self) -> str:
        return f"{self.indicator} · {self.get_verdict_display()}"


class Note(Record):
    """比选备注: what the people of an enterprise write down about a bid for each other. Added to, never changed."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="notes")
    text = models.CharField(_("备注"), max_length=500)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = OwnQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]

    def __str__(self) -> str:
        return self.text[:40]


class Shortlisting(Record):
    """入围: a bid the enterprise looks at more closely. Nobody else learns of it."""

    proposal = models.OneToOneField(Proposal, models.CASCADE, related_name="shortlisting")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = OwnQuerySet.as_manager()


class InquiryQuerySet(models.QuerySet["Inquiry"]):
    def visible_to(self, user: Any) -> "InquiryQuerySet":
        """The team that asks, the enterprise that answers, and the zone, which sees when nobody does."""
        if not user.is_authenticated:
            return self.none()
        if user.has_role(*OPERATING):
            return self
        return self.filter(
            Q(proposal__need__organisation__in=user.positions) | Q(proposal__team__in=Team.objects.of(user))
        )

    def waiting_for(self, party: str, user: Any) -> "InquiryQuerySet":
        rows = self.filter(proposal__status__in=REVEALED)
        return rows.filter(proposal__need__organisation__in=user.positions) if party == "owner" else self.none()


class Inquiry(Tracked):
    """追问: the one question a bidder may ask back about its answer. One for each bid: the database sees to it."""

    proposal = models.OneToOneField(Proposal, models.PROTECT, related_name="inquiry")
    text = models.CharField(_("追问"), max_length=500)
    reply = models.CharField(_("回复"), max_length=1000, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    replied_at = models.DateTimeField(null=True, editable=False)
    reminders = models.PositiveSmallIntegerField(default=0, editable=False)  # 1: the enterprise; 2: the zone too

    objects = InquiryQuerySet.as_manager()

    TOLD_WITH = ("proposal__need",)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=InquiryStatus.values), name="inquiry_status"),
            models.CheckConstraint(condition=~Q(text=""), name="inquiry_asks_something"),
            models.CheckConstraint(
                condition=~Q(status=InquiryStatus.REPLIED)
                | ~Q(reply="") & Q(replied_by__isnull=False, replied_at__isnull=False),
                name="inquiry_replied_in_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal.need.title} · {self.proposal.team.name}"

    def get_absolute_url(self) -> str:
        return reverse("inquiry", args=[self.pk])

    @property
    def title(self) -> str:
        return self.proposal.need.title

    @property
    def audit_stream(self) -> str:
        return f"bid:{self.proposal_id}"
