"""A joint need of Alice's enterprise with Charlie's, as far along as a test needs it, by the people it takes."""

from decimal import Decimal
from typing import Any

import life
import world
from changes.models import Change, Consultation
from needs.actions import save_need, start_need
from needs.models import Need
from partners.actions import invite_partner, suggest
from partners.models import Partnership
from people import Cast, organisation, person
from workflow.actions import perform

NOTE = "有企业的需求与贵单位相近，是否愿意联合发榜？"
THIRD = "青屿涂装有限公司"
GO = {"reason": "本年度预算已安排完，暂不参加。"}


def like(cast: Cast, need: Need, **said: Any) -> Need:
    """Charlie's enterprise has submitted the like, in the same words but for `said`."""
    cast.charlie.forget_rights()
    names = ("title", "field", "keywords", "problem", "goal", "period_months", "cooperation", "ownership")
    said = {**{name: getattr(need, name) for name in names}, **said}
    made = start_need(
        organisation=cast.other_enterprise,
        batch=need.batch,
        by=cast.charlie,
        **said,
        contact_name="查理",
        contact_phone="0532-88888888",
    )
    save_need(made, indicators=world.indicators(), by=cast.charlie)
    perform(made, "submit", by=cast.charlie)
    return made


def suggested(cast: Cast, need: Need | None = None, *, note: str = NOTE, **said: Any) -> Partnership:
    """By the zone, while the need was in review; Alice has taken it back since."""
    need = need or world.need(cast, status="submitted")
    like(cast, need, **said)
    [made] = suggest(need, organisations=[cast.other_enterprise], note=note, by=cast.guan)
    perform(need, "recall", by=cast.alice)
    return _fresh(made)


def invited(cast: Cast, need: Need | None = None, *, share: str = "30", note: str = "") -> Partnership:
    cast.charlie.forget_rights()
    made = invite_partner(
        need or world.need(cast), organisation=cast.other_enterprise, share=Decimal(share), note=note, by=cast.alice
    )
    return _fresh(made)


def consented(cast: Cast, need: Need | None = None, *, share: str = "30") -> Partnership:
    made = invited(cast, need, share=share)
    perform(made, "consent", by=cast.charlie)
    return _fresh(made)


def posted(cast: Cast, *, status: str = "published", share: str = "30", **fields: Any) -> Partnership:
    """With Charlie's enterprise, as far along as `status`."""
    made = consented(cast, world.need(cast, **fields), share=share)
    world.bring(made.need, cast, status)
    return _fresh(made)


def posted_with_two(cast: Cast) -> tuple[Partnership, Partnership]:
    """Published together with Charlie's enterprise (30 %) and a third one (20 %)."""
    made = consented(cast)
    third = invite_partner(
        made.need, organisation=organisation(THIRD, manager=person("欧阳")), share=Decimal(20), by=cast.alice
    )
    perform(third, "consent", by=manager_of(third))
    world.bring(made.need, cast, "published")
    return _fresh(made), _fresh(third)


def manager_of(made: Partnership) -> Any:
    return made.organisation.memberships.get().user


def amendment(cast: Cast, of: Need | None = None, *, status: str = "consulting") -> Change:
    """Of the budget, to which Charlie's enterprise has consented."""
    made = life.amendment(cast, of or posted(cast).need, budget=Decimal("600000"))
    if status == "objected":
        perform(made.consultations.get(), "object", by=cast.charlie, data=GO)
        made.refresh_from_db()
    return made


def consultation(cast: Cast, *, status: str = "asked") -> Consultation:
    change = amendment(cast)
    made = change.consultations.get()
    if status in ("agreed", "objected"):
        perform(made, {"agreed": "agree", "objected": "object"}[status], by=cast.charlie, data=GO)
    if status == "lapsed":
        perform(change, "withdraw", by=cast.alice)
        perform(made, "lapse", by=None)
    return Consultation.objects.get(pk=made.pk)


def partnership(cast: Cast, *, status: str) -> Partnership:
    first = {"suggested": suggested, "willing": suggested, "invited": invited, "declined": invited}
    made = first.get(status, consented)(cast)
    moves = {"willing": "welcome", "declined": "decline", "left": "leave", "removed": "remove"}
    if status in moves:
        by = cast.alice if status == "removed" else cast.charlie
        perform(made, moves[status], by=by, data=GO)
    return _fresh(made)


def _fresh(made: Partnership) -> Partnership:
    """As a request would load it: the need as it stands now."""
    return Partnership.objects.select_related("need__organisation", "organisation").get(pk=made.pk)
