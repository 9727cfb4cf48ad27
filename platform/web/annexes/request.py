"""One request to read an annex, for both sides and the zone: what was said, who accepted what, what was read."""

import io
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from annexes import rules
from annexes.models import AnnexRequest, Read
from annexes.papers import agreement_paper
from annexes.queries import acceptance_of, agreement_in_force, has_accepted
from documents.pdf import pdf
from web.access import signed_in
from web.cases import history

SHOWN = 20
REFUSALS = {"refused": "annex.refuse", "revoked": "annex.revoke"}


@signed_in
@require_safe
def annex_request(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = _load(request, pk)
    events = history.of_rows(row.audit_stream, [row.pk])
    action = REFUSALS.get(row.status)
    reads = Read.objects.visible_to(request.user).filter(request=row).select_related("reader", "organisation")
    context = {
        "row": row,
        "need": row.need,
        "owner": rules.is_owner(request.user, row),
        "asks": AnnexRequest.objects.of_team(request.user).filter(pk=row.pk).exists(),
        "reads_now": rules.may_read(request.user, row),
        "held": acceptance_of(row),
        "renewed": row.status == "granted" and not has_accepted(row, agreement_in_force(row.need)),
        "word": history.latest(events, action, row) if action else None,
        "reads": reads[:SHOWN],
        "count": reads.count(),
        "events": events,
    }
    return render(request, "annexes/request.html", context)


@signed_in
@require_safe
def paper(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The accepted agreement as PDF, with who accepted it when."""
    row = _load(request, pk)
    held = acceptance_of(row)
    if held is None:
        raise Http404
    made = agreement_paper(row, held)
    content = io.BytesIO(pdf(made))
    answer = FileResponse(content, as_attachment=True, filename=f"{made.name}.pdf", content_type="application/pdf")
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def _load(request: HttpRequest, pk: UUID) -> AnnexRequest:
    rows = AnnexRequest.objects.visible_to(request.user)
    return get_object_or_404(
        rows.select_related("need__organisation", "need__batch", "team__organisation", "organisation", "created_by"),
        pk=pk,
    )
