"""Verbs that begin a partnership: the enterprise that leads invites, or the zone suggests."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from accounts.models import Organisation
from accounts.queries import managers
from accounts.roles import Role
from accounts.rules import belongs
from audit.labels import name_actions
from needs.models import Need
from needs.similar import similar_to
from notifications.actions import notify
from notifications.kinds import register_kind
from partners import rules
from partners.models import Partnership
from workflow.actions import begin, perform
from workflow.machine import Refused

name_actions({"partnership.create": gettext_lazy("提出联合发榜")})
SUGGESTED = "partnership.suggest"
register_kind(SUGGESTED)
MOST_COMPARED = 20


@transaction.atomic
def invite_partner(need: Need, *, organisation: Organisation, share: Decimal, note: str = "", by: Any) -> Partnership:
    """To post this need together, for a share of its cost. Where the zone has suggested it already, that goes on."""
    need = Need.objects.select_for_update().select_related("organisation").get(pk=need.pk)
    if not belongs(by, need.organisation):
        raise PermissionDenied("Only the enterprise that leads invites")
    if reason := rules.why_not_invited(need, organisation):
        raise Refused(str(reason))
    held = need.partnerships.live().filter(organisation=organisation).first()  # type: ignore[attr-defined]
    asked = {"share": str(share), "note": note}
    if held is not None:  # suggested by the zone, and not answered yet: the invitation says more
        perform(held, "invite", by=by, data=asked, driven=True)
        return held  # type: ignore[no-any-return]
    made = Partnership(need=need, organisation=organisation, headline=need.title, is_disclosed=True)
    begin(made, by=by)
    perform(made, "invite", by=by, data=asked)
    return made


@transaction.atomic
def suggest(need: Need, *, organisations: Iterable[Organisation], note: str, by: Any) -> list[Partnership]:
    """An officer asks enterprises that have submitted the like whether they would join. They read this note alone."""
    if not by.has_role(Role.OFFICER):
        raise PermissionDenied("Suggestions come from the zone")
    if reason := rules.why_not_suggested(need):
        raise Refused(str(reason))
    may = {home.pk for home in suggestible(need, by)}
    made = []
    for home in organisations:
        if home.pk not in may:
            raise Refused(_("“%(name)s”没有相似的在审需求，或已经在联合名单里。") % {"name": home.name})
        with override("zh-hans"):
            headline = _("管委会建议联合发榜")
        row = Partnership(need=need, organisation=home, headline=headline, note=note, suggested_by=by)
        begin(row, by=by)
        notify(managers(home), kind=SUGGESTED, subject=row, key=f"partnership.suggest:{row.pk}")
        made.append(row)
    return made


def suggestible(need: Need, user: Any) -> list[Organisation]:
    """Enterprises with a submitted need like this one that nobody has asked yet."""
    asked = set(need.partnerships.live().values_list("organisation", flat=True))  # type: ignore[attr-defined]
    found = {}
    for match in similar_to(need, to=user, most=MOST_COMPARED):
        home = match.need.organisation
        is_other = home.pk != need.organisation_id and home.pk not in asked
        if is_other and match.need.application_number and not match.need.number:
            found[home.pk] = home
    return list(found.values())
