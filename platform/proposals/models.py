"""Bids: what a team drafts, what is sealed, the record of the opening, and the answer every bidder gets.

Until its need is opened a bid exists for its own team only: no count, no name, no derived text. The draft
is hidden at rest, the submission is ciphertext for the need's key, the plaintext column stays empty.
"""

import json
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.roles import OPERATING
from core.models import Record
from core.money import MoneyField
from core.sealing import canonical, hide, reveal
from needs.models import Need
from needs.states import NeedStatus
from partners.queries import joined
from proposals.consortium import Participant as Participant
from proposals.states import ADMITTED, LIVE, REVEALED, AnswerReason, OpeningStatus, Outcome, ProposalStatus
from proposals.vetting import Vetting as Vetting
from teams.models import Team
from workflow.models import Tracked


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, user: Any) -> "ProposalQuerySet":
        """Its own consortium always; the zone once the seal is broken; who posts the need once it is admitted."""
        if not user.is_authenticated:
            return self.none()
        beside = Participant.objects.acting(user).taking_part().order_by().values("proposal")
        own = Q(team__in=Team.objects.of(user)) | Q(pk__in=beside)
        if user.has_role(*OPERATING):
            return self.filter(own | Q(status__in=REVEALED))
        posted = Q(need__organisation__in=user.positions) | Q(need__in=joined(user))
        return self.filter(own | Q(posted, status__in=ADMITTED))

    def revealed(self) -> "ProposalQuerySet":
        return self.filter(status__in=REVEALED)

    def of_team(self, user: Any) -> "ProposalQuerySet":
        return self.filter(team__in=Team.objects.of(user)) if user.is_authenticated else self.none()

    def of_consortium(self, user: Any) -> "ProposalQuerySet":
        """Its own bids, and those its organisation takes part in: what was sealed is theirs to keep a receipt of."""
        if not user.is_authenticated:
            return self.none()
        beside = Participant.objects.acting(user).taking_part().order_by().values("proposal")
        return self.filter(Q(team__in=Team.objects.of(user)) | Q(pk__in=beside))

    def waiting_for(self, party: str, user: Any) -> "ProposalQuerySet":
        if party == "office":
            return self.revealed().exclude(status=ProposalStatus.UNREADABLE, vetting__isnull=False)
        if party == "owner":  # one by one only while a rolling listing runs; after that the need carries the to-do
            running = self.filter(need__status__in=(NeedStatus.PUBLISHED, NeedStatus.CLOSED))
            return running.filter(status__in=ADMITTED, need__organisation__in=user.positions)
        return self.of_team(user) if party == "team" else self.none()


class Proposal(Tracked):
    """揭榜方案: one team's bid on one need. Its versions are `Submission`s."""

    need = models.ForeignKey(Need, models.PROTECT, related_name="proposals")
    team = models.ForeignKey(Team, models.PROTECT, related_name="proposals")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    working = models.BinaryField(editable=False)  # the team's working copy, hidden at rest
    working_saved_at = models.DateTimeField(null=True, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)
    content = models.JSONField(null=True, editable=False)  # what was sealed, in the open since the opening
    price = MoneyField(_("报价"), null=True, editable=False)
    opened_at = models.DateTimeField(null=True, editable=False)
    round = models.PositiveSmallIntegerField(default=0, editable=False)  # need.relists when it was handed in
    amendment = models.PositiveSmallIntegerField(default=0, editable=False)  # the amendment of the need it stands by

    objects = ProposalQuerySet.as_manager()

    TOLD_WITH = ("need", "answer")

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ProposalStatus.values), name="proposal_status"),
            models.UniqueConstraint(
                fields=["need", "team"], condition=Q(status__in=LIVE), name="one_live_proposal_per_team_and_need"
            ),
            models.CheckConstraint(
                condition=Q(status__in=REVEALED) | Q(content__isnull=True, price__isnull=True, opened_at__isnull=True),
                name="proposal_content_only_after_opening",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need.title} · {self.team.name}"

    def get_absolute_url(self) -> str:
        return reverse("proposal", args=[self.pk])

    @property
    def title(self) -> str:
        return self.need.title

    @property
    def audit_stream(self) -> str:
        return f"bid:{self.pk}"

    @property
    def is_revealed(self) -> bool:
        return self.status in REVEALED

    @property
    def is_editable(self) -> bool:
        return self.status in (ProposalStatus.DRAFT, ProposalStatus.SUBMITTED) and self.need.takes_bids

    @property
    def is_behind(self) -> bool:
        """Handed in for an older wording of the listing, and not confirmed since: 未确认更正."""
        return self.status in (ProposalStatus.SUBMITTED, *REVEALED) and self.amendment < self.need.amendments

    @property
    def draft(self) -> dict[str, Any]:
        """The working copy, in the clear: for the team's own pages only."""
        return json.loads(reveal(bytes(self.working))) if self.working else {}

    @draft.setter
    def draft(self, content: dict[str, Any]) -> None:
        self.working = hide(canonical(content))

    @property
    def latest(self) -> "Submission | None":
        return self.submissions.order_by("-version").first()

    def may_read_file(self, user: Any, file: Any) -> bool:
        return True  # who may load the proposal may read what was opened with it


class SealedFile(Record):
    """An attachment of a bid, encrypted for the need's key on arrival. Name and hash are in the hidden draft."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="sealed_files")
    path = models.CharField(max_length=120, unique=True)
    size = models.PositiveBigIntegerField()  # of the ciphertext, in bytes


class Submission(Record):
    """One sealed version of a bid. The database refuses it after the deadline and fixes `received_at` itself."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="submissions")
    version = models.PositiveSmallIntegerField()
    ciphertext = models.BinaryField()
    commitment = models.CharField(max_length=64)  # sha-256 of salt and canonical manifest
    received_at = models.DateTimeField(editable=False)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    receipt = models.JSONField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    intact = models.BooleanField(null=True)  # whether the plaintext matched its commitment at the opening

    class Meta:
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "version"], name="submission_version"),
            models.UniqueConstraint(fields=["commitment"], name="submission_commitment"),
        ]


class Confirmation(Record):
    """确认更正: the team stands by its sealed version under the amended listing. In time, like a submission."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="confirmations")
    version = models.PositiveSmallIntegerField()  # of the submission
    amendment = models.PositiveSmallIntegerField()  # of the need
    received_at = models.DateTimeField(editable=False)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    receipt = models.JSONField(null=True)

    class Meta:
        ordering = ["amendment"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "version", "amendment"], name="confirmation_once"),
        ]


class OpeningQuerySet(models.QuerySet["Opening"]):
    def visible_to(self, user: Any) -> "OpeningQuerySet":
        """A finished opening is a public record; one under way is the zone's."""
        if user.is_authenticated and user.has_role(*OPERATING):
            return self
        return self.filter(status=OpeningStatus.OPENED)

    def waiting_for(self, party: str, user: Any) -> "OpeningQuerySet":
        return self.exclude(started_by=user) if party == "office" else self.none()


class Opening(Tracked):
    """开启记录: two different people break the seal of a need; count and Merkle root are fixed and published."""

    need = models.ForeignKey(Need, models.PROTECT, related_name="openings")
    round = models.PositiveSmallIntegerField(default=0)  # need.relists at the time: a listing may run twice
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    witnessed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    witnessed_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    count = models.PositiveIntegerField(null=True)
    merkle_root = models.CharField(max_length=64, blank=True)
    commitments = models.JSONField(default=list)  # sorted, so that the order tells nothing

    objects = OpeningQuerySet.as_manager()

    TOLD_WITH = ("need",)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["need", "round"],
                condition=~Q(status=OpeningStatus.CANCELLED),
                name="one_opening_per_need_and_round",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("started_by")), name="opening_by_two_people"
            ),
            models.CheckConstraint(
                condition=Q(witnessed_by=None, witnessed_at=None)
                | Q(witnessed_by__isnull=False, witnessed_at__isnull=False)
                & ~Q(witnessed_by=F("started_by"))
                & (Q(confirmed_by=None) | ~Q(witnessed_by=F("confirmed_by"))),
                name="opening_witness_is_a_third_person",
            ),
            models.CheckConstraint(
                condition=~Q(status=OpeningStatus.OPENED)
                | Q(confirmed_by__isnull=False, opened_at__isnull=False, count__isnull=False, merkle_root__gt=""),
                name="opening_is_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need.number} {self.need.title}"

    def get_absolute_url(self) -> str:
        return reverse("opening", args=[self.need_id])

    @property
    def audit_stream(self) -> str:
        return f"need:{self.need_id}"

    @property
    def title(self) -> str:
        return self.need.title


class Answer(Record):
    """What the enterprise says to one bidder: drafted on the comparison page, binding when the result is published.

    `told` is what the bidder has read so far. A reserve has its answer before the next one is drafted, and must not
    see that draft.
    """

    proposal = models.OneToOneField(Proposal, models.PROTECT, related_name="answer")
    outcome = models.CharField(_("结果"), max_length=8, choices=Outcome)
    code = models.CharField(_("原因"), max_length=12, choices=AnswerReason)
    sentence = models.CharField(_("答复"), max_length=500)
    rank = models.PositiveSmallIntegerField(_("备选顺序"), null=True)  # 1: the first to take over
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True)
    first_at = models.DateTimeField(null=True, editable=False)  # when the bidder was first told anything
    told = models.JSONField(null=True, editable=False)  # {"outcome", "code", "sentence", "rank"}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(code__gt="", sentence__gt=""), name="answer_has_code_and_sentence"),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.RESERVE, rank__gt=0) | ~Q(outcome=Outcome.RESERVE) & Q(rank__isnull=True),
                name="answer_ranks_reserves",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, told__isnull=True)
                | Q(published_at__isnull=False, told__isnull=False),
                name="answer_told_when_published",
            ),
        ]

    @property
    def public(self) -> "Answer | None":
        """What the bidder has been told, whatever is being drafted meanwhile."""
        return Answer(proposal_id=self.proposal_id, published_at=self.published_at, **self.told) if self.told else None
