"""Bids of several organisations: one part confirmed while another is still asked, and one that Tao is asked into."""

from typing import Any

from accounts.models import Organisation
from demo.people import Cast
from proposals.joining import invite_participant, save_section
from proposals.models import Proposal
from workflow.actions import perform

NOTE = "我们牵头配方与机理，请贵单位承担中试放大和长期考核，经费份额可以商量。"


def bid_together(cast: Cast, ours: Proposal, theirs: Proposal) -> None:
    """`ours` is led by the first team, `theirs` by the second."""
    (tao, own), _second, (su, third), (_tian, fourth) = cast.teams[:4]
    row = invite_participant(ours, organisation=third.organisation, note=NOTE, by=tao)
    perform(row, "take_part", by=su)
    save_section(row, _section(su.name), by=su)
    perform(row, "confirm", by=su)
    invite_participant(ours, organisation=fourth.organisation, note=NOTE, by=tao)
    _asked(theirs, own.organisation)


def _asked(bid: Proposal, home: Organisation) -> None:
    invite_participant(bid, organisation=home, note=NOTE, by=bid.team.leader)


def _section(name: str) -> dict[str, Any]:
    return {
        "statement": "承担中试放大、长期考核和第三方送检，交付中试报告和考核数据。",
        "share": "120000.00",
        "people": [{"name": name, "title": "研究员", "role": "中试与考核", "months": "4"}],
    }
