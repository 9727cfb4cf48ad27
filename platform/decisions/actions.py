"""Verbs on answers and decisions: drafting an answer, answering at once, deciding, a reserve that takes over."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.labels import name_actions
from decisions.models import Decision, Inquiry
from decisions.queries import ANSWERABLE, chooses, open_decision, why_not_decide
from decisions.rules import why_not_inquire
from decisions.states import Kind
from needs.models import Need
from notifications.actions import notify
from notifications.kinds import register_kind
from proposals import rules
from proposals.models import Answer, Proposal
from proposals.states import AnswerReason, Outcome, P
from workflow.actions import begin, perform
from workflow.machine import Refused

PROPOSED = register_kind("decision.create")
TAKEN_OVER = register_kind("decision.takeover")
INQUIRED = register_kind("inquiry.create")
name_actions({"decision.create": gettext_lazy("提出决定"), "inquiry.create": gettext_lazy("追问")})


# ── answering ───────────────────────────────────────────────────────────────────
@transaction.atomic
def answer(proposal: Proposal, *, outcome: str, code: str, sentence: str, by: Any, rank: int | None = None) -> Answer:
    """Draft what this bidder will be told. Nothing is sent before the result is published.

    `rank` is the place of a reserve, the first being 1; without one it comes last.
    """
    proposal = Proposal.objects.select_for_update().select_related("need__organisation").get(pk=proposal.pk)
    if not rules.is_owner(by, proposal):
        raise PermissionDenied(_("答复方案"))
    if proposal.status not in ANSWERABLE:
        raise Refused(_("这份方案已经答复，结果不能再改。"))
    if open_decision(proposal.need):
        raise Refused(DECIDED_ALREADY)
    place = _place(proposal, rank) if outcome == Outcome.RESERVE else None
    said = {"outcome": outcome, "code": code, "sentence": sentence, "rank": place, "answered_by": by}
    row, _created = Answer.objects.update_or_create(proposal=proposal, defaults=said)
    return row


DECIDED_ALREADY = gettext_lazy("已有一个决定等待确认或公布，答复不能再改。要改请先撤回决定。")


def _place(proposal: Proposal, rank: int | None) -> int:
    others = Answer.objects.filter(
        proposal__need=proposal.need_id, proposal__status__in=ANSWERABLE, outcome=Outcome.RESERVE
    ).exclude(proposal=proposal)
    held = Answer.objects.filter(proposal=proposal).values_list("rank", flat=True).first()
    return rank or held or (others.aggregate(last=Max("rank"))["last"] or 0) + 1


@transaction.atomic
def reply_now(proposal: Proposal, *, by: Any) -> Proposal:
    """In a rolling batch a bid that will not be chosen is answered at once, not at the end."""
    proposal = (
        Proposal.objects.select_for_update().select_related("need__batch", "need__organisation").get(pk=proposal.pk)
    )
    if not rules.is_owner(by, proposal):
        raise PermissionDenied(_("答复方案"))
    if proposal.need.batch.sealed:
        raise Refused(_("密封批次的结果统一公布。"))
    if open_decision(proposal.need):
        raise Refused(DECIDED_ALREADY)
    if not hasattr(proposal, "answer") or proposal.answer.outcome != Outcome.REFUSE:
        raise Refused(_("请先写明不选的原因和一句话。"))
    perform(proposal, "refuse", by=by, driven=True)
    return proposal


# ── deciding ────────────────────────────────────────────────────────────────────
@transaction.atomic
def decide(need: Need, *, by: Any, code: str = "", reason: str = "") -> Decision:
    """Record the choice that the drafted answers make; bidders learn of it when it is published.

    `code` and `reason` say why none is chosen, and only then. Where the batch asks for two people, a second one of the
    enterprise has to approve it first.
    """
    need = Need.objects.select_for_update(of=("self",)).select_related("organisation", "batch").get(pk=need.pk)
    if not rules.owns_need(by, need):
        raise PermissionDenied(_("决定"))
    if open_decision(need):
        raise Refused(_("已有一个决定等待确认或公布。"))
    if why := why_not_decide(need):
        raise Refused(why)
    if chooses(need):
        code = reason = ""
    elif not (code and reason):
        raise Refused(_("没有选定任何方案，请写明原因和公开说明。"))
    decision = Decision(need=need, code=code, reason=reason, decided_by=by)
    begin(decision, by=by, detail={"code": code} if code else None)
    if need.batch.two_deciders:
        told = set(rules.owners_of(need)) - {by}
        notify(told, kind=PROPOSED, subject=decision, key=f"decision:{decision.pk}:create")
    else:
        perform(decision, "record", by=by, driven=True)
    return decision


def take_over(need: Need, *, by: Any) -> Decision | None:
    """The chosen team will not sign: the first reserve is next, in the order that was decided and published.

    Recorded as a decision that the enterprise has to publish; it may take it back and choose anew instead.
    """
    ranked = need.proposals.filter(status=P.RESERVE, answer__outcome=Outcome.RESERVE)
    first = ranked.select_related("answer").order_by("answer__rank", "answer__published_at", "pk").first()
    if first is None or open_decision(need):
        return None
    first.answer.outcome, first.answer.code, first.answer.rank = Outcome.SELECT, AnswerReason.ORDER, None
    first.answer.sentence = TAKES_OVER
    first.answer.save(update_fields=["outcome", "code", "rank", "sentence"])
    decision = Decision(need=need, kind=Kind.TAKEOVER)
    begin(decision, by=by)
    perform(decision, "record", by=None, driven=True)
    notify(set(rules.owners_of(need)), kind=TAKEN_OVER, subject=decision, key=f"decision:{decision.pk}:takeover")
    return decision


TAKES_OVER = "首选揭榜方未能签约，按公布的备选顺序，由您的方案递补。"


# ── asking back ─────────────────────────────────────────────────────────────────
@transaction.atomic
def inquire(proposal: Proposal, *, text: str, by: Any) -> Inquiry:
    """The one question of a bidder about its answer."""
    held = (
        Proposal.objects.select_for_update(of=("self",))
        .select_related("need__organisation", "team")
        .get(pk=proposal.pk)
    )
    if not rules.is_bidder(by, held):
        raise PermissionDenied(_("追问"))
    if reason := why_not_inquire(held):
        raise Refused(str(reason))
    inquiry = Inquiry(proposal=held, text=text, asked_by=by)
    begin(inquiry, by=by)
    notify(set(rules.owners(held)), kind=INQUIRED, subject=inquiry, key=f"inquiry:{inquiry.pk}:create")
    return inquiry
