"""/enterprises/<uuid>/: how an enterprise answers those who bid for its listings. The figures open what they count."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.models import Organisation
from core import clock
from decisions.answering import answer_record
from discovery.search import listings
from needs.models import Need
from web.access import public


@public
@require_safe
def enterprise(request: HttpRequest, pk: UUID) -> HttpResponse:
    posted = Need.objects.listed().order_by().values("organisation")
    row = get_object_or_404(Organisation.objects.filter(pk__in=posted), pk=pk)
    context = {
        "enterprise": row,
        "record": answer_record(row),
        "as_of": clock.now(),
        "open": Need.objects.taking_bids().filter(organisation=row, pk__in=listings().values("pk"))[:10],
    }
    return render(request, "public/enterprise.html", context)
