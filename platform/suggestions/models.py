"""Which teams may solve a need, and why: rows that the worker makes, and what people say of them.

A row is always a little late. Whoever shows some asks `showable()`, which looks at what holds now.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from accounts.roles import OPERATING
from core.models import Record
from diagnoses.codes import Duty
from diagnoses.models import Assignment
from diagnoses.states import A
from needs.models import Need
from needs.states import LISTED
from partners.models import Partnership
from partners.states import SHARING
from rescue.parties import named
from suggestions.states import GOOD, NeedCode, Side, Strength, TeamCode
from teams.models import Team, TeamMember


def diagnosed(user: Any) -> Any:
    """The needs this person diagnosed or diagnoses: for an agency before the listing only while it does."""
    rows = Assignment.objects.filter(duty=Duty.DIAGNOSIS)
    begun = Q(status=A.ACCEPTED) | Q(status=A.DONE, need__status__in=LISTED)
    own = Q(officer=user) | Q(agency__in=user.positions, agency__status="verified")
    return rows.filter(begun, own).order_by().values("need")


def _of_need(user: Any) -> Q:
    return Q(need__organisation__in=user.positions) | Q(need__in=diagnosed(user))


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    def visible_to(self, user: Any) -> "SuggestionQuerySet":
        """The zone; who asks, and who diagnosed it; of a team its people, once everybody can read the listing."""
        if not user.is_authenticated:
            return self.none()
        if user.has_role(*OPERATING):
            return self
        own = Q(team__in=Team.objects.of(user), need__number__isnull=False, need__status__in=LISTED)
        return self.filter(_of_need(user) | own)

    def showable(self) -> "SuggestionQuerySet":
        """What still holds: matched teams that are no party to the need, and that nobody has called unsuitable."""
        standing = Judgement.objects.standing().filter(need=OuterRef("need"), team=OuterRef("team"))
        matched = Team.objects.matchable().values("pk")
        return self.filter(~Exists(standing), ~parties(), is_current=True, team__in=matched)

    def of_need(self, need: Need) -> "SuggestionQuerySet":
        return self.filter(need=need).order_by("place")

    def for_teams(self, teams: Any) -> "SuggestionQuerySet":
        return self.filter(team__in=teams).order_by("-score", "pk")

    def good(self) -> "SuggestionQuerySet":
        return self.filter(strength__in=GOOD)


def parties() -> Q:
    """Teams of whoever posts the need, has seen its inside for him, or keeps a share of its key: they could not bid
    (`proposals.conflicts`). Teams in which people of the enterprise work are not suggested to it either."""
    home = OuterRef("team__organisation")
    posts = Partnership.objects.filter(need=OuterRef("need"), organisation=home, status__in=SHARING)
    seen = Assignment.objects.filter(need=OuterRef("need"), agency=home, status__in=(A.ACCEPTED, A.DONE, A.RETURNED))
    own = Membership.objects.filter(organisation=OuterRef(OuterRef("need__organisation")), left_at=None)
    staff = TeamMember.objects.now().filter(team=OuterRef("team"), user__in=own.values("user"))
    found = Q(team__organisation=F("need__organisation")) | Q(Exists(posts)) | Q(Exists(seen)) | Q(Exists(staff))
    for people in named(OuterRef(OuterRef("need"))):
        of_house = Membership.objects.filter(organisation=home, left_at=None, user__in=people)
        in_team = TeamMember.objects.now().filter(team=OuterRef("team"), user__in=people)
        found |= Q(Exists(of_house)) | Q(Exists(in_team))
    return found


class Suggestion(Record):
    """One team for one need, as the worker last computed it.

    `factors`: [{"key", "value" (−1 to 1), "weight", "said": {…}}]; `suggestions.factors` makes sentences of them.
    `reasons`: [{"work": uuid or null (the team's own words), "title", "asked", "done", "terms": […]}], best first.
    `covered`: [{"indicator": uuid, "covered": bool}].
    """

    need = models.ForeignKey(Need, models.CASCADE, related_name="suggestions")
    team = models.ForeignKey(Team, models.CASCADE, related_name="suggestions")
    place = models.PositiveSmallIntegerField()  # 1 is best, when it was made
    score = models.FloatField()  # of the engine, moved by the factors
    near = models.FloatField(
        default=0
    )  # what need and works share (`matching.support`): no label is better than that allows
    strength = models.CharField(_("匹配程度"), max_length=6, choices=Strength)
    factors = models.JSONField(default=list)
    reasons = models.JSONField(default=list)
    covered = models.JSONField(default=list)
    made_at = models.DateTimeField()
    # Among the best of its need, when it was last ranked. One that fell out is kept only if it was shown: for the
    # figures, and without its reasons.
    is_current = models.BooleanField(default=True)
    told_at = models.DateTimeField(null=True)  # when the team's leader read of it in a digest
    shown_at = models.DateTimeField(null=True)  # when somebody who could invite first saw it
    # What the explanation was made from: the need's text and the team's change number.
    read = models.CharField(max_length=64, editable=False)

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        ordering = ["need", "place"]
        indexes = [
            models.Index(fields=["team", "-score"], name="suggestion_of_team"),
            models.Index(fields=["shown_at"], name="suggestion_shown", condition=Q(shown_at__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["need", "team"], name="suggestion_once"),
            models.CheckConstraint(condition=Q(strength__in=Strength.values), name="suggestion_strength"),
            models.CheckConstraint(condition=Q(place__gte=1), name="suggestion_place"),
        ]

    def __str__(self) -> str:
        return f"{self.need_id} ← {self.team_id} ({self.strength})"


class JudgementQuerySet(models.QuerySet["Judgement"]):
    def visible_to(self, user: Any) -> "JudgementQuerySet":
        """The zone, and each side its own: what an enterprise thinks of a team is not told to the team."""
        if not user.is_authenticated:
            return self.none()
        if user.has_role(*OPERATING):
            return self
        return self.filter(Q(_of_need(user), side=Side.NEED) | Q(side=Side.TEAM, team__in=Team.objects.of(user)))

    def standing(self) -> "JudgementQuerySet":
        return self.filter(withdrawn_at=None)


class Judgement(Record):
    """不合适，因为…: said by the side of the need, or by the team. Taken back, never deleted."""

    need = models.ForeignKey(Need, models.CASCADE, related_name="judgements")
    team = models.ForeignKey(Team, models.PROTECT, related_name="judgements")
    side = models.CharField(max_length=4, choices=Side)
    code = models.CharField(_("原因"), max_length=8)
    words = models.CharField(_("说明"), max_length=300, blank=True)
    strength = models.CharField(max_length=6, choices=Strength, blank=True)  # of the suggestion, when it was judged
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = JudgementQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["need", "team", "side"], condition=Q(withdrawn_at=None), name="judgement_once"
            ),
            models.CheckConstraint(
                condition=Q(side=Side.NEED, code__in=NeedCode.values) | Q(side=Side.TEAM, code__in=TeamCode.values),
                name="judgement_code_of_its_side",
            ),
            models.CheckConstraint(condition=~Q(code="other") | ~Q(words=""), name="judgement_other_says_why"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="judgement_withdrawn_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need_id} {self.team_id} {self.code}"

    @property
    def audit_stream(self) -> str:
        """A case of its own, so that neither side reads what the other said."""
        return f"match:{self.pk}"

    @property
    def code_label(self) -> str:
        return str((NeedCode if self.side == Side.NEED else TeamCode)(self.code).label)


class Index(models.Model):
    """The one row that says what was learnt last, and how far teams have been followed."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    folder = models.CharField(max_length=80, blank=True)  # the edition that counts; empty: nothing is learnt yet
    followed = models.BigIntegerField(default=0)  # change number of the teams (`teams.changes`)
    encoder = models.CharField(max_length=60, blank=True)  # empty: words alone
    learnt_at = models.DateTimeField(null=True)  # all of it
    folded_at = models.DateTimeField(null=True)  # the last changes
    seconds = models.FloatField(default=0)  # of a processor, that learning took
    size = models.BigIntegerField(default=0)  # bytes of the folder
    teams = models.PositiveIntegerField(default=0)
    works = models.PositiveIntegerField(default=0)
    needs = models.PositiveIntegerField(default=0)  # whose texts were background
    encoding = models.PositiveIntegerField(default=0)  # texts that are not encoded yet
    wanted_at = models.DateTimeField(null=True)  # somebody asked to learn anew
    rest_until = models.DateTimeField(null=True)  # the worker does not follow teams before: it has other work, too
    failed_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="suggestions_index_is_one")]

    def __str__(self) -> str:
        return self.folder


class Following(models.Model):
    """Of one need: which of its words were ranked last, against which state of the teams."""

    need = models.OneToOneField(Need, models.CASCADE, primary_key=True, related_name="+")
    text = models.CharField(max_length=64)  # sha-256 of what is read of it
    revision = models.PositiveIntegerField(null=True)  # how often it had been saved and amended; empty: look again
    followed = models.BigIntegerField()
    ranked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.need_id}: {self.followed}"


class DigestQuerySet(models.QuerySet["Digest"]):
    def visible_to(self, user: Any) -> "DigestQuerySet":
        return self.filter(user=user) if user.is_authenticated else self.none()


class Digest(Record):
    """Whether one person is told weekly of listings that fit the teams he leads; without a row he is."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    is_on = models.BooleanField(_("每周提醒适合的榜单"), default=True)
    told_at = models.DateTimeField(null=True)  # the last time there was something to tell

    objects = DigestQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.user_id}: {self.is_on}"
