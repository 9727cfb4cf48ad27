"""Who is told of a bid besides its own people: nobody, but those whom its own organisation wants to know.

A listing has changed: whoever is bidding for it is told, and nobody learns from that that anybody bids.
"""

import logging
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import ngettext

from core import clock
from needs.models import Need
from notifications.actions import notify, write_to
from notifications.kinds import register_gathered, register_kind
from proposals.announcing import Announcement
from proposals.consortium import Participant
from proposals.joining import those_beside
from proposals.models import Proposal
from proposals.states import BIDDING, P
from teams.queries import people

log = logging.getLogger(__name__)
OFFICE = {kind: register_kind(f"proposal.office_{kind}") for kind in ("submit", "replace", "withdraw")}
for _kind, _title in {
    "proposal.open": lambda n: ngettext("%(n)s 份方案已开启", "%(n)s 份方案已开启", n) % {"n": n},
    "proposal.vet": lambda n: ngettext("%(n)s 份方案已开启", "%(n)s 份方案已开启", n) % {"n": n},
    "proposal.admit": lambda n: ngettext("%(n)s 份方案通过形式审查", "%(n)s 份方案通过形式审查", n) % {"n": n},
}.items():
    register_gathered(_kind, _title)
KINDS = {kind: register_kind(f"proposal.listing_{kind}") for kind in ("amend", "extend")}


def announce(need: Need, *, kind: str, reason: str, key: str, deadline: datetime | None = None) -> None:
    """To be told to whoever bids, by the worker within seconds: nothing here depends on how many they are."""
    Announcement.objects.create(need=need, kind=kind, key=key, reason=reason, deadline=deadline)


def tell_announced() -> int:
    """Tell what is still to be told; returns how many announcements that were."""
    done = 0
    for pk in list(Announcement.objects.filter(told_at=None).order_by("created_at").values_list("pk", flat=True)):
        try:
            done += _told(pk)
        except Exception:  # one that fails must not keep those behind it from theirs; it is tried again
            log.exception("announcement %s could not be told", pk)
    return done


@transaction.atomic
def _told(pk: Any) -> bool:
    held = Announcement.objects.select_for_update(skip_locked=True, of=("self",))
    row = held.select_related("need").filter(pk=pk, told_at=None).first()
    if row is None:
        return False
    _tell_bidders(row)
    Announcement.objects.filter(pk=pk).update(told_at=clock.now())
    return True


def _tell_bidders(row: Announcement) -> None:
    """The subject is the bid, so that the letter is as sealed as the bid itself (`letters_about_sealed_bids`)."""
    bids = Proposal.objects.filter(need=row.need, status__in=BIDDING).select_related("team").order_by("pk")
    waiting = bids.filter(status__in=(P.DRAFT, P.SUBMITTED))  # an opened one has another clock by now
    waiting.update(due_at=row.need.bid_deadline)
    beside = Participant.objects.filter(proposal__in=waiting.values("pk"), status__in=("invited", "writing"))
    beside.update(due_at=row.need.bid_deadline)
    at = clock.in_figures(row.deadline)
    for bid in bids:
        told: dict[str, Any] = {"reason": row.reason, "deadline": at, "draft": bid.status == P.DRAFT}
        notify(
            {*people(bid.team), *those_beside(bid)},
            kind=KINDS[row.kind],
            subject=bid,
            context=told,
            key=f"{row.key}:{bid.pk}",
        )


def tell_offices(proposal: Proposal, kind: str, *, key: str) -> None:
    """A word to the research office of each organisation that bids and wants it: number, team and time, no more.

    It stays inside that organisation: an address it gave itself, in a letter as sealed as the bid.
    """
    beside = [
        row.organisation for row in proposal.participants.filter(status="confirmed").select_related("organisation")
    ]
    for home in (proposal.team.organisation, *beside):
        if home.bids_email:
            write_to(
                home.bids_email,
                language="zh-hans",
                kind=OFFICE[kind],
                subject=proposal,
                context={"link": home.get_absolute_url()},
                key=f"office:{kind}:{key}:{home.pk}",
            )
