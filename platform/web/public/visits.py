"""Who looks at a listing is counted, once a day, and not remembered: rescue/visits.py says how."""

import re
from typing import Any

from allauth.account.adapter import get_adapter
from django.http import HttpRequest

from discovery.search import OPEN
from needs.models import Need
from rescue.visits import saw

MACHINES = re.compile(r"bot|spider|crawl|curl|wget|python|monitor|preview", re.IGNORECASE)


def count_visit(request: HttpRequest, need: Need) -> None:
    """Outsiders only: neither the zone, nor the enterprise itself, nor machines that say they are some."""
    user: Any = request.user
    if request.method != "GET" or need.phase != OPEN:  # type: ignore[attr-defined]
        return
    if user.is_authenticated:
        if not user.is_zone_staff and need.organisation_id not in user.positions:
            saw(need.pk, str(user.pk))
        return
    agent = request.headers.get("User-Agent", "")
    if agent and not MACHINES.search(agent):
        saw(need.pk, f"{get_adapter().get_client_ip(request)} {agent}")
