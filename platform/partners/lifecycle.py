"""The lifecycle of a partnership: suggested by the zone or invited, consented to, left before the need is handed in."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.parties import NOBODY, OWNER, PARTNER
from core import clock
from needs.models import Need
from needs.states import LISTED, N
from partners import asks, rules
from partners.models import WHOLE, Partnership
from partners.states import LIVE, P
from partners.terms import Words, amount_in, present, split_of, terms_hash
from workflow.machine import Machine, Refused, Transition, Wait
from workflow.registry import register


# ── effects ─────────────────────────────────────────────────────────────────────
def _disclose(partnership: Partnership, *, by: Any, data: dict[str, Any]) -> None:
    partnership.is_disclosed = True


def _offer(partnership: Partnership, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    """Shares are given out under the lock of the need: two at once cannot give out more than there is."""
    need = Need.objects.select_for_update().get(pk=partnership.need_id)
    others = need.partnerships.sharing().exclude(pk=partnership.pk)  # type: ignore[attr-defined]
    if split_of(need, others).given + data["share"] >= WHOLE:
        raise Refused(_("分摊比例合计不能超过 100 %，牵头单位也要承担一部分。"))
    partnership.headline, partnership.share, partnership.note = need.title, data["share"], data["note"]
    partnership.is_disclosed, partnership.invited_by = True, by
    partnership.terms, partnership.amount, partnership.consented_by, partnership.consented_at = "", None, None, None
    partnership.agreed = None
    return {"share": f"{data['share']:.2f}"}


def _consent(partnership: Partnership, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    return _bind(partnership, present(partnership), by=by, at=clock.now())


def _renew(partnership: Partnership, *, by: Any, data: dict[str, Any]) -> dict[str, Any]:
    """Consent given to the words of an amendment, which the listing has just taken on."""
    return _bind(partnership, data["words"], by=data["consented_by"], at=data["consented_at"])


def _bind(partnership: Partnership, words: Words, *, by: Any, at: datetime) -> dict[str, Any]:
    partnership.consented_by, partnership.consented_at, partnership.agreed = by, at, words
    partnership.terms, partnership.amount = terms_hash(words), amount_in(words)
    return {"terms": partnership.terms, "share": f"{partnership.share:.2f}"}


def overtaken() -> QuerySet[Partnership]:
    """Never answered, and the need has gone on; or it has ended before anybody outside knew of it."""
    ended = (N.WITHDRAWN, N.REJECTED)
    unanswered = Q(status__in=(P.SUGGESTED, P.WILLING, P.INVITED), need__status__in=(*LISTED, *ended))
    return Partnership.objects.filter(unanswered | Q(status__in=LIVE, need__status__in=ended, need__number=None))


def may_invite(user: Any, partnership: Partnership) -> bool:
    if not rules.leads(user, partnership):
        return False
    return partnership.status != P.SUGGESTED or partnership.suggested_by_id is None


partnership_machine = register(
    Machine(
        noun="partnership",
        label=_("联合发榜"),
        model=Partnership,
        states=P,
        initial=P.SUGGESTED,
        title="headline",
        about="organisation__name",
        path=(P.INVITED, P.CONSENTED),
        waits={
            P.SUGGESTED: Wait(whose=PARTNER, days=10, then=_("愿意的，由牵头单位邀请并提出分摊比例")),
            P.WILLING: Wait(whose=OWNER, days=10, then=_("邀请后对方看到需求内容和分摊比例")),
            P.INVITED: Wait(whose=PARTNER, days=10, then=_("都同意后由牵头单位提交需求"), action=_("答复联合邀请")),
            P.CONSENTED: Wait(whose=NOBODY, then=_("内容或分摊改动后须重新同意")),
        },
        finals=(P.DECLINED, P.LEFT, P.REMOVED),
        transitions=(
            Transition(
                name="welcome",
                source=(P.SUGGESTED,),
                target=P.WILLING,
                label=_("愿意联合"),
                style="primary",
                allow=rules.decides,
                effect=_disclose,
                notify=(rules.lead, rules.suggester),
                confirm=_("贵单位名称会告诉牵头单位，由它向您发出邀请。这一步不承诺费用。"),
            ),
            Transition(
                name="invite",
                source=(P.SUGGESTED, P.WILLING),
                target=P.INVITED,
                label=_("邀请联合发榜"),
                style="primary",
                allow=may_invite,
                require=(rules.need_is_open,),
                asks=asks.ShareForm,
                effect=_offer,
                notify=(rules.deciders,),
            ),
            Transition(
                name="consent",
                source=(P.INVITED, P.CONSENTED),
                target=P.CONSENTED,
                label=_("同意联合发榜"),
                style="primary",
                allow=rules.decides,
                require=(rules.is_verified, rules.need_is_open, rules.consent_is_asked),
                asks=asks.ConsentForm,
                effect=_consent,
                notify=(rules.lead,),
                confirm=_("同意后，本单位按所列比例分摊费用，发榜时公开列名为联合发榜单位。选定和签约由牵头单位办理。"),
            ),
            Transition(
                name="renew",
                source=(P.CONSENTED,),
                target=P.CONSENTED,
                label=_("随更正续订"),
                driven=True,
                effect=_renew,
            ),
            Transition(
                name="ask_again",
                source=(P.INVITED, P.CONSENTED),
                target=P.INVITED,
                label=_("调整分摊，重新征求同意"),
                allow=rules.leads,
                require=(rules.need_is_open,),
                asks=asks.ShareForm,
                effect=_offer,
                notify=(rules.deciders,),
            ),
            Transition(
                name="decline",
                source=(P.SUGGESTED, P.INVITED),
                target=P.DECLINED,
                label=_("不参加"),
                allow=rules.decides,
                asks=asks.GoForm,
                notify=(rules.lead, rules.suggester),
            ),
            Transition(
                name="leave",
                source=(P.WILLING, P.CONSENTED),
                target=P.LEFT,
                label=_("退出联合"),
                style="danger",
                allow=rules.decides,
                require=(rules.need_is_open,),
                asks=asks.GoForm,
                notify=(rules.lead,),
                confirm=_("退出后，您分摊的部分由牵头单位另行安排。"),
            ),
            Transition(
                name="remove",
                source=(P.WILLING, P.INVITED, P.CONSENTED),
                target=P.REMOVED,
                label=_("取消联合"),
                style="danger",
                allow=rules.leads,
                require=(rules.need_is_open,),
                asks=asks.GoForm,
                notify=(rules.deciders,),
            ),
            Transition(
                name="take_back",
                source=(P.SUGGESTED,),
                target=P.REMOVED,
                label=_("收回建议"),
                allow=rules.is_officer,
                notify=(rules.deciders,),
            ),
            Transition(
                name="lapse",
                source=LIVE,
                target=P.REMOVED,
                label=_("随需求结束"),
                auto=overtaken,
                notify=(rules.deciders,),
            ),
        ),
    )
)
