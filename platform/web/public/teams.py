"""/teams/<uuid>/: what a team shows of its work to everybody."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from web.access import public
from web.teams.work_lists import listed
from works.models import Work
from works.queries import with_public_works


@public
@require_safe
def team(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = get_object_or_404(with_public_works().select_related("organisation"), pk=pk)
    found = listed(request, Work.objects.public().filter(team=row), all_label=_("全部"))
    return render(request, "public/team.html", {"team": row, "found": found})
