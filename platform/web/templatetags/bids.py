"""What the pages of moves say of a bid and of a part of it: `{% bid_at_a_glance proposal as bid %}`."""

from typing import Any

from django import template

from needs.codes import Ownership
from proposals import joining
from proposals.consortium import Participant
from proposals.content import answer_to, money, total
from proposals.models import Proposal

register = template.Library()


@register.simple_tag
def bid_at_a_glance(proposal: Proposal) -> dict[str, Any]:
    """What the working copy comes to, as it would be sealed now."""
    content = joining.with_participants(proposal, proposal.draft)
    answers = [answer_to(content, row) for row in proposal.need.indicators.all()]
    milestones = content.get("milestones") or []
    return {
        "price": money(content.get("price")),
        "months": content.get("period_months"),
        "asked": len(answers),
        "answered": sum(answer.is_said for answer in answers),
        "milestones": len(milestones),
        "planned": total(milestones),
        "ownership": dict(Ownership.choices).get(content.get("ownership", ""), ""),
        "rights": content.get("rights", ""),
        "participants": [row["organisation"]["name"] for row in content.get("participants") or []],
        "files": [row["name"] for row in content.get("files") or []],
    }


@register.simple_tag
def part_of(participant: Participant) -> dict[str, Any]:
    return joining.part_of(participant)
