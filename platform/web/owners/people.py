"""For which enterprise does this person act here?"""

from django.http import HttpRequest

from accounts.models import Organisation
from web.account.acting import KEY


def enterprise_of(request: HttpRequest) -> Organisation | None:
    """The enterprise chosen in the session while the person still belongs to it, else the first; None without any."""
    own = [o for o in request.user.organisations() if o.kind == Organisation.Kind.ENTERPRISE]  # type: ignore[union-attr]
    chosen = request.session.get(KEY, "")
    return next((o for o in own if str(o.pk) == chosen), own[0] if own else None)
