"""What a partner consents to: budget, goal, indicators and its share. Another word in it, and it is asked again."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from core.sealing import canonical
from needs.models import Need, plain
from partners.models import WHOLE, Partnership, part_of
from partners.states import P


def terms_hash(partnership: Partnership) -> str:
    need = partnership.need
    said = {
        "budget": None if need.budget is None else str(need.budget),
        "goal": need.goal,
        "indicators": [
            {"name": i.name, "requirement": i.requirement, "test_method": i.test_method, "hard": i.is_hard}
            for i in need.indicators.all()
        ],
        "share": None if partnership.share is None else f"{partnership.share:.2f}",
    }
    return hashlib.sha256(canonical(said)).hexdigest()


def is_stale(partnership: Partnership) -> bool:
    """Consented, but to other words than stand there now."""
    return partnership.status == P.CONSENTED and partnership.terms != terms_hash(partnership)


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
