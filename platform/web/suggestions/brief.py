"""On the page of a need: how many teams could solve it, and the way to them."""

from typing import Any

from django.db.models import Count, Q

from needs.models import Need
from suggestions import rules
from suggestions.models import Suggestion
from suggestions.states import Strength


def in_brief(need: Need, user: Any) -> dict[str, int] | None:
    """How many match strongly, and middling; None for whoever does not look for solvers of this need."""
    if need.application_number is None or not rules.may_look(user, need):
        return None
    rows = Suggestion.objects.visible_to(user).of_need(need).showable().order_by()  # type: ignore[attr-defined]
    return rows.aggregate(
        strong=Count("pk", filter=Q(strength=Strength.STRONG)), medium=Count("pk", filter=Q(strength=Strength.MEDIUM))
    )
