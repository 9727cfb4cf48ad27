"""Who posts a need with whom, as each reader may know it."""

from typing import Any

from accounts.roles import OPERATING
from needs.models import Need
from partners.models import Partnership
from partners.states import SHARING
from partners.terms import is_stale, split_of


def together(need: Need, user: Any) -> dict[str, Any]:
    """Who leads, and the zone, also see who is only asked; partners see with whom they share."""
    leading = need.organisation_id in user.positions or user.has_role(*OPERATING)
    rows = Partnership.objects.visible_to(user).live() if leading else Partnership.objects.sharing()
    found = list(rows.filter(need=need).select_related("organisation"))
    for row in found:
        row.need = need  # with the indicators that are read already
    sharing = [row for row in found if row.status in SHARING]
    return {
        "partner_rows": [{"row": row, "stale": is_stale(row)} for row in found],
        "split": split_of(need, sharing),
        "joint": bool(sharing),
    }
