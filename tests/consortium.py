"""A bid of several organisations: Tao's team leads, Charlie's organisation takes part."""

from typing import Any

import world
from people import Cast
from proposals.consortium import Participant
from proposals.joining import invite_participant, save_section
from proposals.models import Proposal
from workflow.actions import perform

SECTION: dict[str, Any] = {
    "statement": "负责中试放大和第三方送检。",
    "share": "120000.00",
    "people": [{"name": "查经理", "title": "工程师", "role": "中试", "months": "4"}],
}


def invited(cast: Cast, bid: Proposal | None = None, *, note: str = "请承担中试。") -> Participant:
    cast.charlie.forget_rights()
    bid = bid or world.draft(cast, world.listed(cast))
    return fresh(invite_participant(bid, organisation=cast.other_enterprise, note=note, by=cast.tao))


def writing(cast: Cast, bid: Proposal | None = None, **section: Any) -> Participant:
    """Taking part, its section complete but not confirmed."""
    row = invited(cast, bid)
    perform(row, "take_part", by=cast.charlie)
    save_section(fresh(row), {**SECTION, **section}, by=cast.charlie)
    return fresh(row)


def confirmed(cast: Cast, bid: Proposal | None = None, **section: Any) -> Participant:
    row = writing(cast, bid, **section)
    perform(row, "confirm", by=cast.charlie)
    return fresh(row)


def participant(cast: Cast, *, status: str) -> Participant:
    first = {"invited": invited, "declined": invited, "writing": writing}
    row = first.get(status, confirmed)(cast)
    moves = {"declined": ("decline", cast.charlie), "left": ("leave", cast.charlie), "removed": ("remove", cast.tao)}
    if status in moves:
        name, by = moves[status]
        perform(row, name, by=by)
    return fresh(row)


def fresh(row: Participant) -> Participant:
    """As a request would load it."""
    related = ("proposal__need__batch", "proposal__need__organisation", "proposal__team__organisation", "organisation")
    return Participant.objects.select_related(*related).get(pk=row.pk)
