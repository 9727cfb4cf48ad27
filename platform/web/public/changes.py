"""What has changed in a listing since it was published, word by word, why and when: for everybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from changes.models import Change
from discovery.search import listings
from needs.models import Need
from web.access import public


@public
@require_safe
def listing_changes(request: HttpRequest, number: str) -> HttpResponse:
    need = get_object_or_404(listings().select_related("organisation", "batch"), number=number)
    return render(request, "public/listing_changes.html", {"need": need, "changes": list(of_listing(need))[::-1]})


def of_listing(need: Need) -> list[Change]:
    """Amendments and extensions, oldest first. None was made where none is counted: no query then."""
    if not (need.amendments or need.extensions):
        return []
    rows = Change.objects.public().filter(need=need)
    return list(rows.only("kind", "reason", "before", "after", "old_deadline", "new_deadline", "approved_at"))
