"""For which organisation does this person act just now? Chosen in the session, checked against today's memberships."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Organisation
from web.access import signed_in
from web.back import go_back
from web.drafts import identity

KEY = "organisation"


def acting_organisation(request: HttpRequest) -> Organisation | None:
    """The chosen one while the person still belongs to it, else the first; None for whoever belongs nowhere."""
    if not request.user.is_authenticated:
        return None
    return chosen(request, list(request.user.organisations()))


def chosen(request: HttpRequest, own: list[Any]) -> Any:
    """Of the organisations a person belongs to, the one the session names, else the first."""
    wanted = request.session.get(KEY, "")
    return next((o for o in own if str(o.pk) == wanted), own[0] if own else None)


@signed_in
@require_POST
def act_for(request: HttpRequest) -> HttpResponse:
    organisation = get_object_or_404(request.user.organisations(), pk=identity(request.POST.get("organisation")))
    request.session[KEY] = str(organisation.pk)
    messages.success(request, _("现在代表“%(name)s”办理。") % {"name": organisation.name})
    return go_back(request, default="account")
