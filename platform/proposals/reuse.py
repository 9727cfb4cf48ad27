"""What has been written before, taken into a draft: from the team's profile, from its own organisation's earlier bids.

Only what is still empty is filled: nothing that stands in the draft is ever written over. A bid that was withdrawn is
taken up whole by the next one of the same team for the same listing, as its first content.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from needs.models import Need
from proposals.actions import save_draft
from proposals.content import TEXTS, asked_of
from proposals.models import Proposal
from proposals.states import P
from teams.models import Team
from teams.rules import in_team
from workflow.machine import Refused

# What stays true from one bid to the next; what answers this one listing is written for it.
TAKEN: dict[str, tuple[str | Promise, tuple[str, ...]]] = {
    "members": (gettext_lazy("团队成员"), ("members",)),
    **{name: (TEXTS[name][0], (name,)) for name in ("basis", "background", "approach", "risk", "guarantee")},
    "rights": (gettext_lazy("知识产权"), ("ownership", "rights")),
}
MOST_EARLIER = 20
# Sealed for the other bid, or a person's word on it: uploaded and given again.
NOT_AGAIN = ("files", "sealed", "typed", "pledged")


@dataclass(frozen=True)
class Source:
    """Where something can be taken from, and which parts it has to offer."""

    key: str  # "team", or the id of a bid
    title: str
    content: dict[str, Any]
    at: Any = None

    @property
    def parts(self) -> list[tuple[str, str | Promise]]:
        return [(key, label) for key, (label, names) in TAKEN.items() if any(self.content.get(n) for n in names)]


def earlier(proposal: Proposal, user: Any) -> QuerySet[Proposal]:
    """The bids this person may take from: of teams he works in, and of the same organisation."""
    rows = Proposal.objects.of_team(user).filter(team__organisation=proposal.team.organisation_id)
    return rows.exclude(pk=proposal.pk).select_related("need", "team").order_by("-created_at")


def sources(proposal: Proposal, user: Any) -> list[Source]:
    found = [Source("team", proposal.team.name, profile(proposal.team))]
    for row in earlier(proposal, user)[:MOST_EARLIER]:
        content = row.content if row.content is not None else row.draft
        found.append(Source(str(row.pk), f"{row.need.number} {row.need.title}", content, row.created_at))
    return [source for source in found if source.parts]


def profile(team: Team) -> dict[str, Any]:
    """The team as a bid would say it: its people, and what it has done before."""
    people = [{"name": place.user.name, "title": "", "role": place.role_in_team} for place in team.people()]
    return {"members": people, "basis": team.basis or team.intro}


@transaction.atomic
def take(
    proposal: Proposal, source: Source, parts: Iterable[str], *, by: Any, revision: int | None
) -> tuple[list[str], list[str]]:
    """Fill what is empty from `source`; gives the labels of what was taken and of what was left as it stood."""
    draft = proposal.draft
    if draft.get("typed"):
        raise Refused(_("工作稿里有填写错误，请先改正标出的地方，再带入。"))
    taken: list[str] = []
    left: list[str] = []
    known = {*asked_of(proposal.need).texts, "ownership"}
    for part in (key for key in TAKEN if key in set(parts)):
        label, names = TAKEN[part]
        changed = _people(draft, source) if part == "members" else _texts(draft, source, set(names) & known)
        (taken if changed else left).append(str(label))
        draft |= changed
    kept = {name: value for name, value in draft.items() if name not in ("files", "sealed")}
    save_draft(proposal, kept, by=by, revision=revision)
    return taken, left


# ── after a bid was withdrawn ───────────────────────────────────────────────────
def withdrawn(need: Need, user: Any) -> list[Proposal]:
    """What this person's teams have withdrawn from this listing, of each team the last that says something."""
    rows = Proposal.objects.of_team(user).filter(need=need, status=P.WITHDRAWN).select_related("team")
    last: dict[Any, Proposal] = {}
    for row in rows.order_by("-created_at"):
        if any(said for name, said in row.draft.items() if name != "members"):  # those are there from the start
            last.setdefault(row.team_id, row)
    return list(last.values())


def take_up(proposal: Proposal, earlier: Proposal, *, by: Any) -> Proposal:
    """Begin a draft that is still empty with all that a withdrawn bid of the same team for the same listing said."""
    same = (earlier.need_id, earlier.team_id) == (proposal.need_id, proposal.team_id)
    if not (same and earlier.status == P.WITHDRAWN and in_team(by, earlier.team)):
        raise PermissionDenied(_("用以前写过的"))
    if proposal.draft:
        raise Refused(_("新的方案已经开始写，没有带入撤回的方案。"))
    content = {name: value for name, value in earlier.draft.items() if name not in NOT_AGAIN}
    return save_draft(proposal, content, by=by)


def _texts(draft: dict[str, Any], source: Source, names: set[str]) -> dict[str, Any]:
    return {name: source.content[name] for name in names if source.content.get(name) and not draft.get(name)}


def _people(draft: dict[str, Any], source: Source) -> dict[str, Any]:
    """Who is not there yet is added, and a title that is missing is filled in."""
    given = {row.get("name"): row for row in source.content.get("members") or [] if row.get("name")}
    here = draft.get("members") or []
    rows = [{**row, "title": row.get("title") or given.get(row.get("name"), {}).get("title", "")} for row in here]
    rows += [row for name, row in given.items() if name not in {one.get("name") for one in here}]
    return {"members": rows} if rows != here else {}
