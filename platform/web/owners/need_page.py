"""The page of the form of a need, however one came to it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from audit.queries import timeline
from needs.clarity import clarity
from needs.models import Batch, Need
from needs.redaction import marks
from needs.states import N
from web.cases import history
from web.drafts import received
from web.owners.gaps import outside, parts
from web.owners.indicator_form import PastedForm
from web.owners.sheet import Sheet
from web.owners.slots import both_slots
from web.steps import step_of


def load(request: HttpRequest, pk: UUID) -> Need:
    rows = Need.objects.owned_by(request.user).select_related("organisation", "batch").prefetch_related("indicators")
    return get_object_or_404(rows, pk=pk)


def checklist(need: Need, sheet: Sheet) -> dict[str, Any]:
    sections, beyond = parts(sheet), outside(need)
    count = len(beyond) + sum(len(section.gaps) for section in sections)
    return {
        "parts": sections,
        "outside": beyond,
        "gap_count": count,
        "clarity": clarity(need),
        "marks": marks(need),
    }


def page(
    request: HttpRequest,
    need: Need,
    sheet: Sheet,
    *,
    status: int = 200,
    wrong_slot: str = "",
    file_errors: Sequence[str] = (),
    **more: Any,
) -> HttpResponse:
    slots = both_slots(need, wrong_slot, file_errors)
    checked = checklist(need, sheet)
    asked = "private" if wrong_slot else request.POST.get("step") or request.GET.get("step", "")
    context = {
        "need": need,
        "sheet": sheet,
        "received": received(request, need.pk),
        "returned": history.last_word(need, timeline(need.audit_stream)) if need.status == N.RETURNED else None,
        "batches": [batch for batch in Batch.objects.open() if batch != need.batch],
        "pasted": PastedForm(),
        **slots,
        "beside": [sheet.rows, sheet.answers, *(slot["form"] for slot in slots["slots"])],  # for the summary of errors
        **checked,
        "step": step_of(asked, checked["parts"]),
        **more,
    }
    return render(request, "needs/edit.html", context, status=status)
