"""What changed in a need from one version to another, side by side, for its enterprise and for the zone."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from needs.models import Version
from needs.versions import changes
from web.access import signed_in
from web.cases.needs import inside


@signed_in
@require_safe
def versions(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = inside(request, pk)
    kept = list(Version.objects.visible_to(request.user).filter(need=row).select_related("made_by"))
    older, newer = _pair(kept, request)
    context = {
        "need": row,
        "versions": kept,
        "older": older,
        "newer": newer,
        "changes": changes(older.content, newer.content) if older and newer else [],
    }
    return render(request, "needs/versions.html", context)


def _pair(kept: list[Version], request: HttpRequest) -> tuple[Version | None, Version | None]:
    """The two that were asked for, else the last two."""
    by_number = {str(version.number): version for version in kept}
    newer = by_number.get(request.GET.get("new", ""), kept[-1] if kept else None)
    before = [version for version in kept if newer and version.number < newer.number]
    return by_number.get(request.GET.get("old", ""), before[-1] if before else None), newer
