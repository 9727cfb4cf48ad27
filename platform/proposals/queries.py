"""Reads over bids that join or decide what is still sealed."""

from datetime import timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat, Now

from needs.codes import Sealing
from needs.models import Need
from needs.states import BEFORE_OPENING, JUST_OPENED
from notifications.models import Delivery
from proposals.consortium import Participant
from proposals.models import Opening, Proposal, Vetting
from proposals.states import ADMITTED, SEALED, UNDER_WAY, OpeningStatus, P

A_WHILE = timedelta(minutes=10)  # a thousand bids are read within it


def sealed_streams() -> set[str]:
    """The audit streams whose very existence is still secret (settings.AUDIT_SEALED_STREAMS)."""
    return {f"bid:{pk}" for pk in Proposal.objects.filter(status__in=SEALED).values_list("pk", flat=True)}


def sealed_stream_names() -> Any:
    """The same for the database to leave out: whoever looks at a log must not wait for them to be read one by one."""
    sealed = Proposal.objects.filter(status__in=SEALED).order_by()
    return sealed.annotate(stream=Concat(Value("bid:"), Cast("pk", TextField()), output_field=TextField())).values(
        "stream"
    )


def letters_about_sealed_bids() -> QuerySet[Delivery]:
    """What is told to bidders only: whoever saw such a letter would know that there is a bid, and whose."""
    sealed = Proposal.objects.filter(status__in=SEALED)
    about = Q(notice__subject_type=Proposal._meta.label_lower, notice__subject_id__in=sealed.values("pk"))
    beside = Participant.objects.order_by().values("pk")  # of a bid that is open, too: who declined stays untold
    about |= Q(notice__subject_type=Participant._meta.label_lower, notice__subject_id__in=beside)
    return Delivery.objects.filter(about)


def awaiting_decryption() -> QuerySet[Proposal]:
    """Bids the opener may read now: their need was opened by two people, or never was sealed."""
    # The need's own status, not an opening record alone: the record of a first round says nothing of a second one.
    opened = Q(need__status__in=JUST_OPENED, need__batch__sealing=Sealing.SEALED)
    rolling = Q(need__batch__sealing=Sealing.ROLLING, need__status__in=(*BEFORE_OPENING, *JUST_OPENED))
    return Proposal.objects.filter(opened | rolling, status=P.SUBMITTED).order_by("pk")


def still_unread() -> QuerySet[Proposal]:
    """Bids of an opening that was recorded a while ago and that the opener has not brought into the open."""
    opened = Opening.objects.filter(status=OpeningStatus.OPENED, opened_at__lt=Now() - A_WHILE)
    recorded = opened.filter(need=OuterRef("need"), round=OuterRef("need__relists"))
    return awaiting_decryption().filter(Exists(recorded), need__batch__sealing=Sealing.SEALED)


def being_vetted(need: Need) -> QuerySet[Vetting]:
    """The formal checks of bids on `need` that are not over yet."""
    return Vetting.objects.filter(proposal__need=need, status__in=UNDER_WAY)


def vettings_of(need: Need) -> QuerySet[Vetting]:
    """The formal checks of the running round of the listing, those that wait first."""
    found = Vetting.objects.filter(proposal__need=need, proposal__round=need.relists)
    return found.select_related("proposal__team__organisation").order_by("status_since", "pk")


def rejected(need: Need) -> QuerySet[Vetting]:
    """What did not pass in the running round of the listing, and why."""
    return vettings_of(need).filter(proposal__status=P.REJECTED).order_by("proposal__team__name")


def comparable(need: Need, user: Any) -> QuerySet[Proposal]:
    """The opened bids of `need` as `user` may compare them, cheapest first."""
    return (
        Proposal.objects.visible_to(user)
        .filter(need=need, status__in=ADMITTED)
        .select_related("team__organisation", "team__leader", "answer", "need__organisation", "need__batch")
        .order_by(F("price").asc(nulls_last=True), "team__name")
    )


def opening_of(need: Need) -> Opening | None:
    return (
        Opening.objects.filter(need=need, round=need.relists)
        .exclude(status=OpeningStatus.CANCELLED)
        .select_related("started_by", "confirmed_by")
        .first()
    )
