"""Who may not bid for a need, because of what it has to do with it (domain.md 1.6)."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from accounts.queries import managers
from custody.rules import has_a_keeper, holds_a_share
from diagnoses.models import Assignment
from diagnoses.states import A
from needs import insiders
from needs.models import Need
from partners.models import Partnership
from partners.states import PartnershipStatus
from teams.models import Team
from workflow.machine import Text

# Of a team, of a house one wants to join, of a bidder whom others check: it says not who keeps a share of the key.
HANDLES = _("与本榜单办理有关的单位和人员，不能揭这项榜。")


def why_team_conflicted(need: Need, team: Team) -> Text:
    """The same of a team: its organisation, and whoever works in it for another one."""
    return why_conflicted(need, team.organisation) or (HANDLES if has_a_keeper(need, team) else "")


def why_conflicted(need: Need, organisation: Organisation) -> Text:
    """Who posts a need, or has ever seen its inside for the one who posts it, does not bid for it."""
    if organisation.pk == need.organisation_id:
        return _("发榜单位自己的团队不能揭本单位的榜。")
    if Partnership.objects.filter(need=need, status=PartnershipStatus.CONSENTED, organisation=organisation).exists():
        return _("联合发榜单位自己的团队不能揭这项榜。")
    taken = Assignment.objects.filter(need=need, agency=organisation, status__in=(A.ACCEPTED, A.DONE, A.RETURNED))
    inside = Q(pk__in=[])
    for one in managers(organisation):
        inside |= insiders.invited(one)
    if taken.exists() or Need.objects.filter(inside, pk=need.pk).exists():
        return _("参与过这项需求诊断或联合发榜的单位，不能揭这项榜。")
    if holds_a_share(need, organisation):
        return HANDLES
    return ""
