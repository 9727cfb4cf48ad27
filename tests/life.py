"""What becomes of a published listing while it runs: amended, extended, asked about, shown to teams."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from changes.actions import propose_amendment, propose_extension
from changes.models import Change
from needs.models import Indicator, Need
from people import Cast
from proposals.telling import tell_announced
from questions.actions import ask
from questions.models import Question
from rescue.actions import invite
from rescue.models import Invite
from teams.models import Team
from workflow.actions import perform


def amendment(cast: Cast, of: Need, *, by: Any = None, rows: list[Indicator] | None = None, **fields: Any) -> Change:
    """Proposed by Alice unless said otherwise; by default with another problem and the same indicators."""
    reads = Need.objects.select_related("batch", "organisation").get(pk=of.pk)
    for name, value in (fields or {"problem": "现有涂层在零下二十度强冲击下开裂。"}).items():
        setattr(reads, name, value)
    rows = list(of.indicators.all()) if rows is None else rows
    return propose_amendment(reads, indicators=rows, reason="补充了低温工况，原文漏写。", by=by or cast.alice)


def harder(of: Need) -> list[Indicator]:
    """The same indicators, the first of them harder to reach."""
    first, *rest = of.indicators.all()
    first.value = Decimal("30")
    return [first, *rest]


def amend(cast: Cast, of: Need, **given: Any) -> Change:
    return approved(cast, amendment(cast, of, **given))


def extension(
    cast: Cast, of: Need, *, days: int = 10, by: Any = None, reason: str = "多家团队反映样品周期长，延长时间。"
) -> Change:
    later = of.bid_deadline + timedelta(days=days)
    return propose_extension(of, new_deadline=later, reason=reason, by=by or cast.guan)


def extend(cast: Cast, of: Need, **given: Any) -> Change:
    return approved(cast, extension(cast, of, **given))


def approved(cast: Cast, change: Change) -> Change:
    perform(change, "approve", by=cast.ling)
    tell_announced()
    change.need.refresh_from_db()
    return change


def question(cast: Cast, of: Need, *, by: Any = None, text: str = "样片的基材由谁提供，尺寸有没有要求？") -> Question:
    """Asked by Tao unless said otherwise."""
    return ask(of, text=text, by=by or cast.tao)


def answered(cast: Cast, of: Need, **given: Any) -> Question:
    made = question(cast, of, **given)
    perform(made, "answer", by=cast.alice, data={"answer": "基材由我方提供，尺寸 300 mm × 300 mm。"})
    return made


def invitation(cast: Cast, of: Need, *, team: Team | None = None, message: str = "") -> Invite:
    return invite(of, [team or cast.team], message=message, by=cast.guan)[0]
