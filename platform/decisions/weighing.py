"""Verbs of whoever compares: judging a promise, noting something down, the shortlist. All of it private."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from decisions.comparing import computed
from decisions.models import Judgement, Note, Shortlisting
from decisions.queries import ANSWERABLE
from decisions.states import Verdict
from needs.models import Indicator
from proposals import rules
from proposals.content import answer_to
from proposals.models import Proposal
from workflow.machine import Refused


@transaction.atomic
def judge(proposal: Proposal, indicator: Indicator, *, verdict: str, note: str = "", by: Any) -> Judgement | None:
    """What `by` makes of this promise; an empty verdict leaves it to the number again.

    Raises `Refused` where the number is overruled without a note.
    """
    held = _weighed(proposal, by)
    by_number = computed(indicator, answer_to(held.content or {}, indicator).value)
    if not verdict:
        Judgement.objects.filter(proposal=held, indicator=indicator).delete()
        return None
    if by_number not in (Verdict.UNCLEAR, verdict) and not note:
        raise Refused(_("“%(name)s”的判定与数值比较的结果不同，请写明依据。") % {"name": indicator.name})
    values = {"verdict": verdict, "note": note, "judged_by": by}
    return Judgement.objects.update_or_create(proposal=held, indicator=indicator, defaults=values)[0]


@transaction.atomic
def write_note(proposal: Proposal, *, text: str, by: Any) -> Note:
    """The same words by the same person a second time are the same note."""
    held = _weighed(proposal, by)
    return Note.objects.filter(proposal=held, text=text, author=by).first() or Note.objects.create(
        proposal=held, text=text, author=by
    )


@transaction.atomic
def shortlist(proposal: Proposal, *, listed: bool, by: Any) -> None:
    held = _weighed(proposal, by)
    if listed:
        Shortlisting.objects.get_or_create(proposal=held, defaults={"by": by})
    else:
        Shortlisting.objects.filter(proposal=held).delete()


def _weighed(proposal: Proposal, by: Any) -> Proposal:
    held = Proposal.objects.select_for_update(of=("self",)).select_related("need__organisation").get(pk=proposal.pk)
    if not rules.is_owner(by, held):
        raise PermissionDenied(_("比选方案"))
    if held.status not in ANSWERABLE:
        raise Refused(_("这份方案已经答复，比选记录不能再改。"))
    return held
