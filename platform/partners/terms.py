"""What a partner consents to: the terms of the need and its share. Another word in them, and it is asked again.

The terms are what binds who pays: budget, goal, indicators, period, form of cooperation, whose the results are, what is
delivered. Title, problem, keywords and the like may be put better without asking anybody.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.money import wan
from core.sealing import canonical
from needs.listing import indicator_rows
from needs.models import Need, plain
from needs.versions import Change, changes, compared
from partners.models import WHOLE, Partnership, part_of
from partners.states import P

TERMS = (
    "budget", "goal", "period_months", "cooperation", "ownership", "improvements", "deliverables", "deliverables_note",
)  # fmt: skip
FIRST = ("budget", "goal", "indicators", "share")  # what was hashed before the words themselves were kept

Words = dict[str, Any]


def terms_in(content: Mapping[str, Any]) -> Words:
    """Of a `needs.listing.public_content`, what a partner consents to."""
    return {**{name: content.get(name) or None for name in TERMS}, "indicators": content["indicators"]}


def terms_of(need: Need) -> Words:
    """Of the need as it stands, without asking for what is not in the terms."""
    said = {name: getattr(need, name) for name in TERMS}
    said["budget"] = None if need.budget is None else f"{need.budget:.2f}"
    return terms_in({**said, "indicators": indicator_rows(need.indicators.all())})


def present(partnership: Partnership) -> Words:
    """What consent would be given to now."""
    share = None if partnership.share is None else f"{partnership.share:.2f}"
    return {**terms_of(partnership.need), "share": share}


def terms_hash(words: Words) -> str:
    return hashlib.sha256(canonical(words)).hexdigest()


def is_stale(partnership: Partnership) -> bool:
    """Consented, but to other words than stand there now."""
    if partnership.status != P.CONSENTED:
        return False
    words = present(partnership)
    if partnership.agreed is None:
        words = {**{name: words[name] for name in FIRST}, "goal": words["goal"] or ""}
    return partnership.terms != terms_hash(words)


def since_consent(partnership: Partnership) -> list[Change]:
    """Term by term, what was consented to and what stands there now. Nothing where those words were not kept."""
    return differences(partnership.agreed, present(partnership)) if partnership.agreed else []


def differences(older: Words, newer: Words) -> list[Change]:
    found = changes(older, newer)
    if older["share"] != newer["share"]:
        found.append(compared(_("分摊比例"), *(f"{plain(Decimal(one['share']))} %" for one in (older, newer))))
    amounts = [_amount(one) for one in (older, newer)]
    if amounts[0] != amounts[1]:
        found.append(compared(_("分摊金额"), *amounts))
    return found


def amount_in(words: Words) -> Decimal | None:
    """What the share comes to under these words."""
    budget, share = words["budget"], words["share"]
    return part_of(None if budget is None else Decimal(budget), None if share is None else Decimal(share))


def _amount(words: Words) -> str:
    amount = amount_in(words)
    return _("按合同额分摊") if amount is None else wan(amount)


@dataclass(frozen=True)
class Split:
    """Who bears what. The enterprise that leads bears the rest, so that shares and amounts always add up."""

    need: Need
    partners: tuple[Partnership, ...]

    @property
    def given(self) -> Decimal:
        return sum((one.share or Decimal(0) for one in self.partners), Decimal(0))

    @property
    def rest(self) -> Decimal:
        return WHOLE - self.given

    @property
    def rest_text(self) -> str:
        return f"{plain(self.rest)} %"

    @property
    def rest_amount(self) -> Decimal | None:
        if self.need.budget is None:
            return None
        return self.need.budget - sum((part_of(self.need.budget, one.share) or 0 for one in self.partners), Decimal(0))


def split_of(need: Need, partners: Iterable[Partnership] | None = None) -> Split:
    rows = need.partnerships.sharing() if partners is None else partners  # type: ignore[attr-defined]
    return Split(need, tuple(rows))
