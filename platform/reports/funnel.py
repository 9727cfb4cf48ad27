"""How far do needs come? From posted to paid, in numbers that open their records."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum, Value
from django.db.models.fields import IntegerField
from django.utils.translation import gettext as _

from core.money import wan_sum
from needs.models import Batch
from reports.periods import Period, of_all_time, of_year
from reports.stages import BY_KEY, STAGES, Stage
from workflow.machine import Text


@dataclass(frozen=True)
class Figure:
    """One stage counted. The names are those `<c-funnel>` draws."""

    stage: Stage
    value: int
    amount: Decimal | None
    recent: int  # of the last seven days
    conversion: str = ""  # on the way to the next stage
    leak: bool = False
    href: str = ""

    @property
    def key(self) -> str:
        return self.stage.key

    @property
    def label(self) -> Text:
        return self.stage.label

    @property
    def unit(self) -> Text:
        return self.stage.unit

    @property
    def definition(self) -> Text:
        return self.stage.definition

    @property
    def delta(self) -> str:
        return f"+{self.recent}" if self.recent else "0"


@dataclass(frozen=True)
class Funnel:
    period: Period
    figures: tuple[Figure, ...]

    @property
    def as_of(self) -> datetime:
        return self.period.until

    def __getitem__(self, key: str) -> Figure:
        return {figure.key: figure for figure in self.figures}[key]

    @property
    def money(self) -> list[tuple[Text, Decimal]]:
        """意向额, 合同额, 到账额: three figures, never one."""
        return [
            (figure.stage.money_label, figure.amount or Decimal(0))
            for figure in self.figures
            if figure.stage.money_label
        ]

    @property
    def counts(self) -> str:
        """The same sentence without sums."""
        return _(
            "征集 %(collected)s 项，发榜 %(published)s 项，开启方案 %(bids)s 份，达成意向 %(intents)s 项，"
            "签约 %(signed)s 项，完成 %(completed)s 项。"
        ) % {figure.key: figure.value for figure in self.figures}

    @property
    def summary(self) -> str:
        """The sentence officers paste into their reports."""
        counts = {figure.key: figure.value for figure in self.figures}
        sums = {figure.key: wan_sum(figure.amount or Decimal(0)) for figure in self.figures}
        return _(
            "征集 %(collected)s 项，发榜 %(published)s 项，开启方案 %(bids)s 份，"
            "达成意向 %(intents)s 项（意向额 %(hoped)s），"
            "签约 %(signed)s 项（合同额 %(agreed)s），完成 %(completed)s 项，到账 %(paid)s 笔（到账额 %(received)s）。"
        ) % {**counts, "hoped": sums["intents"], "agreed": sums["signed"], "received": sums["paid"]}


def of_batch_in_public(batch: Batch, *, now: datetime) -> Funnel:
    """What everybody may count of one batch: no sums, which could be those of a single contract, and no payments."""
    counted = funnel(of_all_time(now), batch)
    return replace(counted, figures=tuple(replace(f, amount=None) for f in counted.figures if f.key != "paid"))


def records(key: str, since: datetime, until: datetime, batch: Batch | None = None) -> QuerySet:
    """The records behind a number, in the order in which they reached the stage; of one batch, where it is given."""
    stage = BY_KEY[key]
    rows = stage.rows().filter(at__gte=since, at__lt=until).order_by("at", "pk")
    return rows.filter(**{stage.batch: batch}) if batch else rows


def funnel(period: Period | None = None, batch: Batch | None = None) -> Funnel:
    """Every number of the period, in one query."""
    period = period or of_year()
    parts = [_counted(place, stage, period, batch) for place, stage in enumerate(STAGES)]
    counted: dict[int, tuple[Any, ...]] = {place: row for place, *row in parts[0].union(*parts[1:], all=True)}
    figures = [Figure(stage, *counted.get(place, (0, None, 0))) for place, stage in enumerate(STAGES)]
    return Funnel(period, _with_rates(figures))


def _counted(place: int, stage: Stage, period: Period, batch: Batch | None) -> QuerySet:
    return (
        records(stage.key, period.since, period.until, batch)
        .order_by()
        .values(place=Value(place, IntegerField()))
        .annotate(value=Count("pk"), total=Sum("money"), recent=Count("pk", filter=Q(at__gte=period.a_week_ago)))
        .values_list("place", "value", "total", "recent")
    )


# ── from one stage to the next ──────────────────────────────────────────────────
def _with_rates(figures: list[Figure]) -> tuple[Figure, ...]:
    n = {figure.key: figure.value for figure in figures}
    shares = {
        "collected": (n["published"], n["collected"]),
        "bids": (n["intents"], n["published"]),
        "intents": (n["signed"], n["intents"]),
        "signed": (n["completed"], n["signed"]),
    }
    if not n["bids"]:  # still sealed, as far as anybody may know: nothing is lost yet
        del shares["bids"]
    texts = {key: f"{100 * part / whole:.1f} %" for key, (part, whole) in shares.items() if whole}
    if n["published"] and n["bids"]:
        texts["published"] = _("每项 %(n)s 份") % {"n": f"{n['bids'] / n['published']:.1f}"}
    # Where needs are lost; a contract under way is not lost.
    losing = [(part / whole, key) for key, (part, whole) in shares.items() if key != "signed" and part < whole]
    worst = min(losing)[1] if losing else ""
    return tuple(replace(f, conversion=texts.get(f.key, ""), leak=f.key == worst) for f in figures)
