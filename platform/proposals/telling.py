"""Who is told of a bid besides its own people: nobody, but those whom its own organisation wants to know.

A listing has changed: whoever is bidding for it is told, and nobody learns from that that anybody bids.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import ngettext

from core.clock import BEIJING
from needs.models import Need
from notifications.actions import notify, write_to
from notifications.kinds import register_gathered, register_kind
from proposals.consortium import Participant
from proposals.joining import those_beside
from proposals.models import Proposal
from proposals.states import BIDDING, P
from teams.queries import people

OFFICE = {kind: register_kind(f"proposal.office_{kind}") for kind in ("submit", "replace", "withdraw")}
for _kind, _title in {
    "proposal.open": lambda n: ngettext("%(n)s 份方案已开启", "%(n)s 份方案已开启", n) % {"n": n},
    "proposal.vet": lambda n: ngettext("%(n)s 份方案已开启", "%(n)s 份方案已开启", n) % {"n": n},
    "proposal.admit": lambda n: ngettext("%(n)s 份方案通过形式审查", "%(n)s 份方案通过形式审查", n) % {"n": n},
}.items():
    register_gathered(_kind, _title)
KINDS = {kind: register_kind(f"proposal.listing_{kind}") for kind in ("amend", "extend")}


def hold_bids(need: UUID) -> None:
    """Lock the bids in the order in which a submitter does: first the bid, then the need."""
    list(Proposal.objects.select_for_update().filter(need=need, status__in=BIDDING).order_by("pk").values_list("pk"))


def tell_bidders(need: Need, *, kind: str, reason: str, key: str, deadline: datetime | None = None) -> None:
    """The subject is the bid, so that the letter is as sealed as the bid itself (`letters_about_sealed_bids`)."""
    bids = Proposal.objects.filter(need=need, status__in=BIDDING).select_related("team")
    bids.update(due_at=need.bid_deadline)
    Participant.objects.filter(proposal__in=bids, status__in=("invited", "writing")).update(due_at=need.bid_deadline)
    at = deadline.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M") if deadline else ""
    for bid in bids:
        told: dict[str, Any] = {"reason": reason, "deadline": at, "draft": bid.status == P.DRAFT}
        notify(
            {*people(bid.team), *those_beside(bid)}, kind=KINDS[kind], subject=bid, context=told, key=f"{key}:{bid.pk}"
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
