"""Reads about what has been decided and what is still in the way."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from core.text import listed
from decisions.models import Decision
from decisions.states import ASK_WITHIN, OPEN
from needs.models import Need
from needs.states import N
from proposals.models import Answer, Proposal
from proposals.queries import being_vetted
from proposals.states import Outcome, P

ANSWERABLE = (P.OPENED, P.RESERVE, P.UNREADABLE)
BY_RESULT = ("-answer__outcome", "answer__rank", "pk")  # select, reserve in their order, refuse


def open_decision(need: Need) -> Decision | None:
    return (
        Decision.objects.filter(need=need, status__in=OPEN)
        .select_related("decided_by", "approved_by", "need__organisation", "need__batch")
        .first()
    )


def answerable(need: Need) -> QuerySet[Proposal]:
    """The bids whose answer is part of the next decision."""
    return need.proposals.filter(status__in=ANSWERABLE).order_by("pk")


def to_tell(decision: Decision) -> list[tuple[Proposal, Answer]]:
    """The bids that this decision answers once it is published, each with its answer; the chosen one first."""
    found = answerable(decision.need).exclude(answer=None).select_related("team__organisation", "answer", "need")
    return [(bid, bid.answer) for bid in found.order_by(*BY_RESULT)]


IS_FRESH = Q(
    status__in=(P.SELECTED, P.RESERVE, P.NOT_SELECTED),
    answer__told__isnull=False,
    answer__published_at__gt=Now() - ASK_WITHIN,
)  # answered, still to be asked back about, and no contract yet


def chooses(need: Need) -> bool:
    """Whether one of the drafted answers selects."""
    return Answer.objects.filter(proposal__in=answerable(need), outcome=Outcome.SELECT).exists()


def why_not_decide(need: Need) -> str:
    """Why the outcome is not whole yet, or "". The answer guarantee lives here and in the database."""
    if need.status not in (N.OPENED, *((N.PUBLISHED, N.CLOSED) if not need.batch.sealed else ())):
        return _("现在不是公布结果的时候。")
    if need.proposals.filter(status=P.SUBMITTED).exists():
        return _("还有方案正在解密送达，稍候片刻。")
    drafted = _drafted(need)
    if why := _why_not_together(drafted):
        return why
    if checked := being_vetted(need).count():
        return _("还有 %(count)s 份方案在形式审查中，审查结束后再决定。") % {"count": checked}
    if waiting := sum(row.outcome is None and row.status != P.RESERVE for row in drafted):
        return _("还有 %(count)s 份方案没有答复。每份方案都要有结果、原因和一句话。") % {"count": waiting}
    return _why_not_these(need, [row.outcome for row in drafted])


def only_one(chosen: list[str]) -> str:
    """What is said where several teams are to be chosen, or ""."""
    if len(chosen) < 2:
        return ""
    return _("%(teams)s都写成了选定：只能选定一份方案，其余可列为备选。") % {"teams": listed(chosen)}


@dataclass(frozen=True)
class Drafted:
    """One bid that waits for the decision, with what is drafted to it."""

    team: str
    status: str
    outcome: str | None
    rank: int | None


def _drafted(need: Need) -> list[Drafted]:
    rows = answerable(need).values_list("team__name", "status", "answer__outcome", "answer__rank")
    return [Drafted(*row) for row in rows]


def _why_not_together(drafted: list[Drafted]) -> str:
    """What two of the drafted answers cannot both say, however many are still to come."""
    if why := only_one([row.team for row in drafted if row.outcome == Outcome.SELECT]):
        return why
    ranks = [row.rank for row in drafted if row.outcome == Outcome.RESERVE]
    return _("备选的顺序有重复，请逐份改成 1、2、3。") if len(ranks) != len(set(ranks)) else ""


def _why_not_these(need: Need, outcomes: list[str | None]) -> str:
    if Outcome.SELECT not in outcomes:
        if Outcome.RESERVE in outcomes:
            return _("没有选定方案时不能保留备选。")
        if need.status == N.PUBLISHED:
            return _("揭榜期内没有选定方案，可逐份答复，待截止后再公布。")
    return ""
