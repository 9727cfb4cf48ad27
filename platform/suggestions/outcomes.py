"""What became of suggestions: shown, invited, answered, met, signed; what was called unsuitable; who answers."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contracts.models import SIGNED, Contract
from core import clock, workdays
from core.workdays import MissingYear
from meetings.models import MET, Intent, Meeting, MeetingResult
from rescue.models import Invite
from rescue.states import ANSWERED, InviteStatus
from suggestions.models import Judgement, Suggestion
from suggestions.states import CODES, Strength

Text = str | Promise
PAIR = {"need": OuterRef("need"), "team": OuterRef("team")}


def _invited(*statuses: str) -> Q:
    rows = Invite.objects.filter(**PAIR)
    return Q(Exists(rows.filter(status__in=statuses) if statuses else rows))


def _met() -> Q:
    """A meeting that came about, as far as is known, or an intent: of the bid only need and team are asked."""
    talked = Meeting.objects.filter(proposal__need=OuterRef("need"), proposal__team=OuterRef("team"))
    agreed = Intent.objects.filter(need=OuterRef("need"), proposal__team=OuterRef("team"))
    return Q(Exists(talked.filter(status__in=MET).exclude(result=MeetingResult.NOT_HELD))) | Q(Exists(agreed))


def _signed() -> Q:
    return Q(Exists(Contract.objects.filter(status__in=SIGNED, **PAIR)))


STEPS: dict[str, tuple[Text, Callable[[], Q]]] = {
    "shown": (_("推荐被看到"), lambda: Q()),
    "invited": (_("已邀请"), _invited),
    "answered": (_("已回复"), lambda: _invited(*ANSWERED)),
    "interested": (pgettext_lazy("invite", "有兴趣"), lambda: _invited(InviteStatus.INTERESTED)),
    "met": (_("已对接或达成意向"), _met),
    "signed": (_("已签约"), _signed),
}


@dataclass(frozen=True)
class Step:
    """`value` pairs of a need and a team have come so far; `records(key, …)` are the rows behind it."""

    key: str
    label: Text
    value: int
    share: float | None = None  # of those shown, 0 to 1


def records(key: str, since: datetime, until: datetime) -> QuerySet[Suggestion]:
    """Of the pairs first shown in [since, until), those that have come so far until now, as they were shown."""
    rows = Suggestion.objects.filter(STEPS[key][1](), shown_at__gte=since, shown_at__lt=until)
    return rows.select_related("need__organisation", "team__organisation").order_by("shown_at", "pk")


def funnel(since: datetime, until: datetime) -> list[Step]:
    """A pair may meet without having been invited: each share is of what was shown, not of the step before."""
    reached = {key: Count("pk", filter=made()) for key, (_label, made) in STEPS.items() if key != "shown"}
    counts = records("shown", since, until).order_by().aggregate(shown=Count("pk"), **reached)
    shown = counts["shown"]
    return [
        Step(key, STEPS[key][0], n, n / shown if shown else None) for key, n in ((key, counts[key]) for key in STEPS)
    ]


# ── called unsuitable ───────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Share:
    """Of the `shown` suggestions of one strength, how many either side called unsuitable and did not take back."""

    strength: str
    label: Text
    shown: int
    judged: int
    codes: tuple[tuple[str, Text, int], ...] = ()  # side, what was said, how often

    @property
    def share(self) -> float | None:
        return self.judged / self.shown if self.shown else None


def unsuitable(since: datetime, until: datetime) -> list[Share]:
    shown = Counter(records("shown", since, until).order_by().values_list("strength", flat=True))
    pairs = records("shown", since, until).filter(Exists(Judgement.objects.standing().filter(**PAIR)))
    judged = Counter(pairs.order_by().values_list("strength", flat=True))
    said = Judgement.objects.standing().filter(
        Exists(Suggestion.objects.filter(shown_at__gte=since, shown_at__lt=until, **PAIR))
    )
    codes = Counter(said.values_list("strength", "side", "code"))
    return [
        Share(
            strength.value,
            strength.label,
            shown[strength],
            judged[strength],
            tuple(
                (side, CODES[side](code).label, n) for (held, side, code), n in codes.most_common() if held == strength
            ),
        )
        for strength in Strength
    ]


# ── who answers ─────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Asked:
    """One invitation, when it was answered, and how many working days that took, or it has been waiting."""

    invite: Invite
    answered_at: datetime | None
    days: int

    @property
    def waits(self) -> bool:
        return self.invite.status == InviteStatus.SENT


def asked(invites: Iterable[Invite]) -> list[Asked]:
    """Call it within `workdays.one_calendar()`: the calendar is read once for all of them."""
    today = clock.today()
    return [_asked(row, today) for row in invites]


def _asked(row: Invite, today: date) -> Asked:
    since, at = clock.day_of(row.created_at), row.status_since if row.status in ANSWERED else None
    until = today if row.status == InviteStatus.SENT else clock.day_of(row.status_since)
    try:
        return Asked(row, at, workdays.workdays_between(since, until))
    except MissingYear:  # its holidays are not known yet; the clocks of the cases shout about it
        return Asked(row, at, (until - since).days)
