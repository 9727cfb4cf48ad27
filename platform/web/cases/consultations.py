"""What one partner is asked about an amendment: its terms before and after, what it bears, its answer."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from changes.models import Consultation
from web.access import signed_in
from web.cases.history import of_rows


@signed_in
@require_safe
def consultation(request: HttpRequest, pk: UUID) -> HttpResponse:
    rows = Consultation.objects.visible_to(request.user)
    related = ("change__need__organisation", "change__proposed_by", "partnership__organisation", "answered_by")
    row = get_object_or_404(rows.select_related(*related), pk=pk)
    context = {
        "row": row,
        "change": row.change,
        "need": row.change.need,
        "asked": row.partnership.organisation_id in request.user.positions,
        "events": of_rows(row.audit_stream, [row.pk]),
    }
    return render(request, "changes/consultation.html", context)
