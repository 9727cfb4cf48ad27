"""The next page a party goes to where the next step is more than a button of the lifecycle."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from contracts.models import Contract, ContractStatus
from custody.rules import NAMING, may_name, why_not_dealt
from decisions.models import Decision
from meetings.models import Intent, IntentStatus
from needs.keeping import is_dealt
from needs.models import Need
from needs.states import EDITABLE, N
from proposals.rules import may_open
from workflow.machine import Transition
from workflow.queries import Offer

Text = str | Promise


@dataclass(frozen=True)
class NextStep:
    label: Text
    url: str
    primary: bool = True


class Page(Offer):
    """A page to go to, drawn among the moves: always a link, for a form would post nothing to it."""

    @property
    def direct(self) -> bool:
        return False


PAGES: dict[str, tuple[str, Text]] = {
    N.OPENED: ("need_compare", _("比选方案")),
    N.SELECTED: ("need_intent", _("登记意向")),
}


def of_owner(need: Need) -> NextStep | None:
    """Where the enterprise goes next with this need, without looking further than its row."""
    if need.status in EDITABLE:
        return NextStep(
            _("修改需求") if need.status == N.RETURNED else _("继续填写"), reverse("need_edit", args=[need.pk])
        )
    if need.status in PAGES:
        name, label = PAGES[need.status]
        return NextStep(label, reverse(name, args=[need.pk]))
    if not need.batch.sealed and need.status in (N.PUBLISHED, N.CLOSED):
        return NextStep(_("查看方案"), reverse("need_compare", args=[need.pk]), primary=False)
    return None


def of_office(need: Need, user: Any) -> NextStep | None:
    """The zone's one step that has a page of its own: two people open the bids there."""
    if need.status == N.CLOSED and need.batch.sealed and may_open(user, need):
        return NextStep(_("开启方案"), reverse("opening", args=[need.pk]))
    if need.status in NAMING and is_dealt(need) and may_name(user, need):
        return NextStep(_("密钥保管人"), reverse("need_custodians", args=[need.pk]), primary=bool(why_not_dealt(need)))
    if need.status == N.VETTING and user.has_role(Role.OFFICER):
        return NextStep(_("方案形式审查"), reverse("opening", args=[need.pk]) + "#vettings")
    return None


def may_hold_bids(need: Need) -> bool:
    """Whether there is a page of bids to look at: after the opening, or from publishing on where nothing is sealed."""
    early = not need.batch.sealed and need.status in (N.PUBLISHED, N.CLOSED)
    return early or (need.is_opened and need.status != N.VETTING)


def after_selection(need: Need) -> tuple[Intent | None, Contract | None]:
    """The intent and the contract this need has come to, if any."""
    intent = need.intents.exclude(status__in=(IntentStatus.ABANDONED, IntentStatus.EXPIRED)).first()
    contract = need.contracts.exclude(status=ContractStatus.REFUSED).first()
    return intent, contract


def towards_contract(need: Need, intent: Intent | None, contract: Contract | None) -> NextStep | None:
    """The enterprise's way from a choice to a contract."""
    if contract is not None:
        drafting = contract.status == ContractStatus.DRAFTING
        return NextStep(_("继续起草合同") if drafting else _("查看合同"), contract.get_absolute_url(), primary=drafting)
    if intent is not None:
        agreed = intent.status == IntentStatus.AGREED
        return NextStep(_("起草合同") if agreed else _("查看意向"), intent.get_absolute_url(), primary=agreed)
    return of_owner(need)


def of_decision(decision: Decision) -> NextStep:
    """Once it is decided nothing is left to compare: to confirm it, or to publish it."""
    return NextStep(_("查看决定"), decision.get_absolute_url())


def led_by(step: NextStep | None, offers: list[Offer]) -> list[Offer]:
    """The moves a reader has, with the page he goes to next in front of them; what is ready to be done stays first."""
    if step is None:
        return offers
    ready = any(offer.enabled and offer.transition.style == "primary" for offer in offers)
    style = "primary" if step.primary and not ready else "plain"
    return [Page(Transition(name="", source=(), target="", label=step.label, style=style), "", step.url), *offers]


def is_party(user: Any, need: Need) -> bool:
    return need.organisation_id in user.positions
