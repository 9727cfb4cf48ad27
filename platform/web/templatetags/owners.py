"""What the pages of an enterprise say about its needs, bids and contracts."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.template import Context

from decisions.queries import to_tell
from discovery.models import Follow
from needs.codes import Cooperation, Engagement, Funding
from needs.merging import why_not_merged
from needs.models import Need, labels_of
from needs.similar import Match

register = template.Library()
register.simple_tag(to_tell, name="answers_of")


@register.inclusion_tag("needs/similar_rows.html", takes_context=True)
def similar_rows(context: Context, matches: Sequence[Match], need: Need, deciding: bool = False) -> dict[str, Any]:
    """Similar needs, each with why; `deciding`: with what may be done about it, while this one is a draft."""
    user = context["request"].user
    watched = set(Follow.objects.visible_to(user).values_list("need_id", flat=True)) if deciding and matches else set()
    rows = [
        {
            "match": match,
            "own": match.need.organisation_id == need.organisation_id,
            "href": match.need.public_url or match.need.get_absolute_url(),
            "takes_in": deciding and not why_not_merged(need, match.need),
            "following": match.need.pk in watched,
        }
        for match in matches
    ]
    return {"rows": rows, "need": need, "deciding": deciding}


@register.filter
def cooperation_names(need: Need) -> str:
    """委托研发、合作研发"""
    return labels_of(Cooperation, need.cooperation) or "—"


@register.filter
def funding_names(need: Need) -> str:
    """自筹、贷款"""
    return labels_of(Funding, need.funding)


@register.filter
def engagement_names(need: Need) -> str:
    """技术诊断指导、共建研发中心"""
    return labels_of(Engagement, need.engagements)
