"""For which organisation does this person act just now? Chosen in the session, checked against today's memberships."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import Organisation
from web.access import signed_in
from web.back import go_back

KEY = "organisation"


def acting_organisation(request: HttpRequest) -> Organisation | None:
    """The chosen one while the person still belongs to it, else the first; None for whoever belongs nowhere."""
    if not request.user.is_authenticated:
        return None
    return chosen(request, list(request.user.organisations()))


def chosen(request: HttpRequest, own: list[Organisation]) -> Organisation | None:
    """Of the organisations a person belongs to, the one the session names, else the first."""
    wanted = request.session.get(KEY, "")
    return next((o for o in own if str(o.pk) == wanted), own[0] if own else None)


@signed_in
@require_POST
def act_for(request: HttpRequest) -> HttpResponse:
    wanted = request.POST.get("organisation", "")
    organisation = next((one for one in request.user.organisations() if str(one.pk) == wanted), None)
    if organisation is None:
        raise Http404
    request.session[KEY] = str(organisation.pk)
    messages.success(request, _("现在代表“%(name)s”办理。") % {"name": organisation.name})
    return go_back(request, default="account")
