"""Search over the listings as anybody sees them: words, facets with counts, sorting. Two queries a page.

A facet counts what its values would show with every other filter still on; its own choices add up (4 or 8).
The database groups what the words found once, by all facets together; each facet is counted from these groups.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Page, Paginator
from django.db.models import Case, CharField, Count, DateTimeField, F, Func, Q, QuerySet, Value, When
from django.db.models.functions import Now
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.search import asked
from core.search import query as search_query
from needs.codes import Cooperation, Field
from needs.models import Need
from needs.states import N

STRANGER = AnonymousUser()  # public pages show everyone what a stranger may see
PER_PAGE = 20
MOST_CHOICES = 20  # of one facet in a URL
REGIONS_SHOWN = 12
WAN = Decimal(10000)
Text = str | Promise

OPEN, WAITING, DONE = "open", "waiting", "done"
PHASES: dict[str, Text] = {OPEN: _("正在揭榜"), WAITING: _("已截止，等待结果"), DONE: _("已有结果")}
REWARDS: dict[str, tuple[Text, Decimal | None, Decimal | None]] = {
    "0-50": (_("50 万元以下"), None, 50 * WAN),
    "50-100": (_("50–100 万元"), 50 * WAN, 100 * WAN),
    "100-300": (_("100–300 万元"), 100 * WAN, 300 * WAN),
    "300-": (_("300 万元及以上"), 300 * WAN, None),
    "open": (_("面议"), None, None),
}
SORTS: dict[str, Text] = {"closing": _("最快截止"), "newest": _("最新发榜"), "reward": _("榜额最高")}

BEIJING = "AT TIME ZONE 'Asia/Shanghai'"
END_OF_WEEK = Func(  # midnight after the coming Sunday
    template=f"(date_trunc('week', now() {BEIJING}) + interval '7 days') {BEIJING}",
    output_field=DateTimeField(),
)
IS_OPEN = Q(status=N.PUBLISHED, bid_deadline__gt=Now())
CLOSES_THIS_WEEK = IS_OPEN & Q(bid_deadline__lt=END_OF_WEEK)
DUE = Case(When(CLOSES_THIS_WEEK, then=Value("week")), output_field=CharField())
PHASE = Case(
    When(IS_OPEN, then=Value(OPEN)),
    When(status__in=(N.PUBLISHED, N.CLOSED, N.OPENED, N.APPROVED, N.SCHEDULED), then=Value(WAITING)),
    default=Value(DONE),
    output_field=CharField(),
)


def _reward_is(key: str) -> Q:
    _label, low, high = REWARDS[key]
    if key == "open":
        return Q(budget__isnull=True)
    found = Q(budget__isnull=False)
    if low is not None:
        found &= Q(budget__gte=low)
    return found & Q(budget__lt=high) if high is not None else found


REWARD = Case(*(When(_reward_is(key), then=Value(key)) for key in REWARDS), output_field=CharField())


@dataclass(frozen=True)
class Facet:
    name: str  # in the URL
    title: Text
    bucket: Any  # the expression whose values are the choices
    among: Callable[[list[str]], Q]
    labels: dict[str, Text] | None = None  # None: the value is its own label
    many: bool = False  # a row has a list of values


FACETS = (
    Facet("status", _("状态"), PHASE, lambda keys: Q(phase__in=keys), PHASES),
    Facet("due", _("截止时间"), DUE, lambda keys: CLOSES_THIS_WEEK, {"week": _("本周截止")}),
    Facet("field", _("技术领域"), F("field"), lambda keys: Q(field__in=keys), dict(Field.choices)),
    Facet("reward", _("榜额"), REWARD, lambda keys: Q(bracket__in=keys), {key: row[0] for key, row in REWARDS.items()}),
    Facet(
        "cooperation",
        _("合作方式"),
        F("cooperation"),
        lambda keys: Q(cooperation__overlap=keys),
        dict(Cooperation.choices),
        many=True,
    ),
    Facet("region", _("地区"), F("region"), lambda keys: Q(region__in=keys)),
)


def listings() -> QuerySet[Need]:
    """Every listing with a public page, and where it is in its public life."""
    return Need.objects.visible_to(STRANGER).listed().annotate(phase=PHASE)


@dataclass(frozen=True)
class Option:
    """As `<c-facet>` draws it."""

    label: Text
    count: int
    href: str
    active: bool


@dataclass(frozen=True)
class Group:
    facet: Facet
    options: list[Option]

    @property
    def chosen(self) -> bool:
        return any(option.active for option in self.options)


class Search:
    """What one address asks for, and what it finds."""

    def __init__(self, params: QueryDict) -> None:
        self.text = asked(params.get("q"))
        self.sort = params.get("sort") if params.get("sort") in SORTS else "closing"
        self.chosen = {facet.name: _known(facet, params.getlist(facet.name)) for facet in FACETS}
        self.number = params.get("page", "1")
        found = listings().annotate(bracket=REWARD)
        words = search_query(self.text) if self.text else None
        if self.text:
            found = found.filter(search=words) if words is not None else found.none()
        self.found = found
        self.counts = self._count()

    # ── what is found ──
    def _narrowed(self) -> QuerySet[Need]:
        rows = self.found
        for facet in FACETS:
            if self.chosen[facet.name]:
                rows = rows.filter(facet.among(self.chosen[facet.name]))
        return rows

    def _count(self) -> dict[str, Counter[str]]:
        """Every facet's counts and the total, in one query."""
        counts: dict[str, Counter[str]] = {name: Counter() for name in ("total", *self.chosen)}
        wanted = {name: set(values) for name, values in self.chosen.items() if values}
        for *values, n in self._groups():
            held = {facet.name: value if facet.many else (value,) for facet, value in zip(FACETS, values, strict=True)}
            missed = [name for name, keys in wanted.items() if keys.isdisjoint(held[name])]
            if len(missed) > 1:
                continue
            counts["total"][""] += 0 if missed else n
            for name in missed or held:
                for key in held[name]:
                    counts[name][key] += n
        return counts

    def _groups(self) -> QuerySet:
        buckets = {f"in_{facet.name}": facet.bucket for facet in FACETS}
        return self.found.order_by().values(**buckets).annotate(n=Count("pk")).values_list(*buckets, "n")

    @property
    def total(self) -> int:
        return self.counts["total"][""]

    @property
    def page(self) -> Page:
        rows = self._narrowed().select_related("organisation").only(*SHOWN).order_by(*_order(str(self.sort)))
        paginator = Paginator(rows, PER_PAGE)
        paginator.count = self.total  # type: ignore[misc]
        return paginator.get_page(self.number)

    # ── where else one can go from here ──
    def address(self, **changes: Any) -> str:
        """This search with some values changed; always back to the first page."""
        parts = self._parts | {name: _part(name, value) for name, value in changes.items()}
        return "?" + "&".join(part for part in parts.values() if part)

    @cached_property
    def _parts(self) -> dict[str, str]:
        values = {"q": self.text, **self.chosen, "sort": self.sort if self.sort != "closing" else ""}
        return {name: _part(name, value) for name, value in values.items()}

    @cached_property
    def groups(self) -> list[Group]:
        return [group for facet in FACETS if (group := self._group(facet)).options]

    def _group(self, facet: Facet) -> Group:
        counts, chosen = self.counts[facet.name], self.chosen[facet.name]
        keys = list(facet.labels) if facet.labels else _largest(counts, chosen)
        return Group(
            facet,
            [
                Option(
                    label=facet.labels[key] if facet.labels else key,
                    count=counts.get(key, 0),
                    href=self.address(**{facet.name: _toggled(chosen, key)}),
                    active=key in chosen,
                )
                for key in keys
                if counts.get(key) or key in chosen
            ],
        )

    @property
    def chips(self) -> list[tuple[Text, str]]:
        """Each active filter, and the address without it."""
        chips = [(f"“{self.text}”", self.address(q=""))] if self.text else []
        return chips + [(o.label, o.href) for group in self.groups for o in group.options if o.active]

    @property
    def sorts(self) -> list[Option]:
        return [Option(label, 0, self.address(sort=key), key == self.sort) for key, label in SORTS.items()]

    @property
    def kept(self) -> Iterable[tuple[str, str]]:
        """What the search form carries along, so that a new word keeps the filters."""
        pairs = [(name, value) for name, values in self.chosen.items() for value in values]
        return [*pairs, ("sort", str(self.sort))] if self.sort != "closing" else pairs


SHOWN = (
    "number", "title", "field", "region", "budget", "cooperation", "status", "bid_deadline", "published_at",
    "source_note", "organisation__name",
)  # fmt: skip


def _part(name: str, value: Any) -> str:
    return urlencode({name: value}, doseq=True) if value else ""


def _order(sort: str) -> list[Any]:
    if sort == "newest":
        return [F("published_at").desc(), "pk"]
    if sort == "reward":
        return [F("budget").desc(nulls_last=True), F("published_at").desc(), "pk"]
    ahead = Case(When(IS_OPEN, then=F("bid_deadline")))  # open ones first, the nearest deadline on top
    return [ahead.asc(nulls_last=True), F("bid_deadline").desc(nulls_last=True), "pk"]


def _known(facet: Facet, values: list[str]) -> list[str]:
    known = [asked(value) for value in dict.fromkeys(values[:MOST_CHOICES])]
    return [value for value in known if value and (facet.labels is None or value in facet.labels)]


def _toggled(chosen: list[str], key: str) -> list[str]:
    return [one for one in chosen if one != key] if key in chosen else [*chosen, key]


def _largest(counts: Counter[str], chosen: list[str]) -> list[str]:
    named = sorted((key for key in counts if key), key=lambda key: (-counts[key], key))[:REGIONS_SHOWN]
    return named + [key for key in chosen if key not in named]
