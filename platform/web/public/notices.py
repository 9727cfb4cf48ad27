"""公告: what the zone must tell everybody: openings, withdrawals, changes, listings nobody bid on. From the records."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from changes.models import Change
from discovery.search import STRANGER
from needs.codes import Sealing
from needs.models import Need
from needs.states import N
from proposals.models import Opening, Proposal
from proposals.states import OpeningStatus

OPENING, NO_BID, WITHDRAWN, AMENDED, EXTENDED = "opening", "no_bid", "withdrawn", "amend", "extend"
KINDS = {
    OPENING: _("开启公告"),
    NO_BID: _("流榜公告"),
    WITHDRAWN: _("撤榜公告"),
    AMENDED: _("更正公告"),
    EXTENDED: _("延期公告"),
}
SHOWN = ("notice_kind", "notice_at", "listing_number", "listing_title", "bids", "words")


@dataclass(frozen=True)
class Notice:
    kind: str
    at: datetime
    number: str
    title: str
    count: int | None
    words: str

    @property
    def label(self) -> str | Promise:
        return KINDS[self.kind]


class Notices:
    """A sliceable list, newest first, for a page or for the home page's five."""

    def __init__(self) -> None:
        self.rows = (
            _openings()
            .union(_withdrawals(), _rolling_without_bids(), _changes(), all=True)
            .order_by("-notice_at", "listing_number")
        )

    def count(self) -> int:
        return self.rows.count()

    __len__ = count

    def __getitem__(self, part: slice) -> list[Notice]:
        return [Notice(*row) for row in self.rows[part]]


def notices() -> Notices:
    return Notices()


def _openings() -> QuerySet:
    """An opening that found nothing is the notice that nobody bid."""
    kind = Case(When(count=0, then=Value(NO_BID)), default=Value(OPENING), output_field=CharField())
    rows = Opening.objects.visible_to(STRANGER).filter(status=OpeningStatus.OPENED)
    return _row(rows, kind, F("opened_at"), "need__", F("count"), Value("", CharField()))


def _withdrawals() -> QuerySet:
    rows = Need.objects.visible_to(STRANGER).filter(status=N.WITHDRAWN, number__isnull=False)
    return _row(rows, Value(WITHDRAWN, CharField()), F("ended_at"), "", _none(), Cast("public_note", CharField()))


def _rolling_without_bids() -> QuerySet:
    """A rolling window has no opening: that nobody came is its state, and stays one when it is ended for that."""
    bids = Proposal.objects.revealed().filter(need=OuterRef("pk"))
    never_opened = Q(status=N.NO_BID) | (Q(status=N.FAILED) & ~Exists(bids))
    rows = Need.objects.visible_to(STRANGER).filter(never_opened, batch__sealing=Sealing.ROLLING, number__isnull=False)
    return _row(rows, Value(NO_BID, CharField()), F("status_since"), "", _none(), Value("", CharField()))


def _changes() -> QuerySet:
    """更正 and 延期, by the names of their kinds."""
    kind, words = Cast("kind", CharField()), Cast("reason", CharField())
    return _row(Change.objects.public(), kind, F("approved_at"), "need__", _none(), words)


def _none() -> Any:
    return Cast(Value(None), IntegerField())


def _row(rows: QuerySet, kind: Any, at: Any, need: str, count: Any, words: Any) -> QuerySet:
    number, title = F(f"{need}number"), F(f"{need}title")
    columns = {
        "notice_kind": kind,
        "notice_at": at,
        "listing_number": number,
        "listing_title": title,
        "bids": count,
        "words": words,
    }
    return rows.order_by().annotate(**columns).values_list(*SHOWN)
