"""Which listings does a search find, and how many would each further choice show? Pages, feeds and alerts all ask here.

A facet counts what its values would show with every other filter still on; its own choices add up (4 or 8).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, CharField, DateTimeField, F, Func, Q, QuerySet, Value, When
from django.db.models.functions import Now
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.search import asked
from core.search import query as search_query
from needs.codes import Cooperation, Field
from needs.industries import DIVISIONS
from needs.models import Need
from needs.states import N

STRANGER = AnonymousUser()  # public pages show everyone what a stranger may see
MOST_CHOICES = 20  # of one facet in a URL
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
    When(status__in=(N.PUBLISHED, N.CLOSED, N.VETTING, N.OPENED, N.APPROVED, N.SCHEDULED), then=Value(WAITING)),
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
    many: bool = False  # one listing has several of the choices
    largest: bool = False  # too many choices to draw: those with most listings, biggest first


FACETS = (
    Facet("status", _("状态"), PHASE, lambda keys: Q(phase__in=keys), PHASES),
    Facet("due", _("截止时间"), DUE, lambda keys: CLOSES_THIS_WEEK, {"week": _("本周截止")}),
    Facet("field", _("技术领域"), F("field"), lambda keys: Q(field__in=keys), dict(Field.choices)),
    Facet(
        "industry",
        _("应用行业"),
        F("industry"),
        lambda keys: Q(industry__in=keys),
        {code: format_lazy("{} {}", code, label) for code, label in DIVISIONS.items()},
        largest=True,
    ),
    Facet("reward", _("榜额"), REWARD, lambda keys: Q(bracket__in=keys), {key: row[0] for key, row in REWARDS.items()}),
    Facet(
        "cooperation",
        _("合作方式"),
        F("cooperation"),
        lambda keys: Q(cooperation__overlap=keys),
        dict(Cooperation.choices),
        many=True,
    ),
    Facet("region", _("地区"), F("region"), lambda keys: Q(region__in=keys), largest=True),
)
MANY = {facet.name for facet in FACETS if facet.many}
AHEAD = Case(When(IS_OPEN, then=F("bid_deadline")))  # open ones first, the nearest deadline on top
ORDERS = {
    "closing": (AHEAD.asc(nulls_last=True), F("bid_deadline").desc(nulls_last=True), F("pk").asc(nulls_last=True)),
    "newest": (F("published_at").desc(nulls_last=True), F("pk").asc(nulls_last=True)),
    "reward": (
        F("budget").desc(nulls_last=True),
        F("published_at").desc(nulls_last=True),
        F("pk").asc(nulls_last=True),
    ),
}


def listings() -> QuerySet[Need]:
    """Every listing with a public page, and where it is in its public life."""
    return Need.objects.visible_to(STRANGER).listed().annotate(phase=PHASE)


@dataclass(frozen=True)
class Criteria:
    """What one search asks for, as it stands in an address or in a saved search. Unknown values are left aside."""

    text: str
    chosen: dict[str, list[str]]
    sort: str

    @classmethod
    def read(cls, values: Mapping[str, list[str]]) -> "Criteria":
        last = {name: given[-1] for name, given in values.items() if given}
        sort = last.get("sort", "")
        return cls(
            text=asked(last.get("q")),
            chosen={facet.name: _known(facet, values.get(facet.name, [])) for facet in FACETS},
            sort=sort if sort in SORTS else "closing",
        )

    # ── written down again ──
    def values(self, **changes: Any) -> dict[str, Any]:
        """Only what differs from a search for everything."""
        held = {"q": self.text, **self.chosen, "sort": self.sort if self.sort != "closing" else "", **changes}
        return {name: value for name, value in held.items() if value}

    def address(self, **changes: Any) -> str:
        """The query string, with some values changed; always back to the first page."""
        return "?" + urlencode(self.values(**changes), doseq=True)

    @property
    def kept(self) -> dict[str, list[str]]:
        """As a saved search holds it: `read` gives the same criteria back."""
        return {name: value if isinstance(value, list) else [value] for name, value in self.values().items()}

    @property
    def labels(self) -> list[Text]:
        """The conditions as people read them."""
        words: list[Text] = [f"“{self.text}”"] if self.text else []
        return words + [
            facet.labels[key] if facet.labels else key for facet in FACETS for key in self.chosen[facet.name]
        ]

    # ── what it finds ──
    @property
    def said(self) -> QuerySet[Need]:
        """Every listing with these words, before any facet narrows them."""
        found = listings().annotate(bracket=REWARD)
        if not self.text:
            return found
        words = search_query(self.text)
        return found.filter(search=words) if words is not None else found.none()

    @property
    def rows(self) -> QuerySet[Need]:
        found = self.said
        for facet in FACETS:
            if self.chosen[facet.name]:
                found = found.filter(facet.among(self.chosen[facet.name]))
        return found.order_by(*ORDERS[self.sort])

    def answer(self, *, page: int, size: int) -> "Answer":
        """Every facet's counts, the total, and one page. One query, which reads the listings once."""
        columns = {f"in_{facet.name}": facet.bucket for facet in FACETS}
        orders = {f"by_{n}": order.expression for n, order in enumerate(ORDERS[self.sort])}
        try:
            found, params = self.said.order_by().values(key=F("pk"), **columns, **orders).query.sql_with_params()
        except EmptyResultSet:
            return Answer({name: {} for name in self.chosen}, 0, [])
        parts = [self._page(page, size), self._total(), *map(self._counted, self._alike)]
        sql = f"WITH found AS MATERIALIZED ({found}) " + " UNION ALL ".join(part for part, _given in parts)
        with connection.cursor() as cursor:
            cursor.execute(sql, [*params, *(one for _part, given in parts for one in given)])
            return _read(cursor.fetchall(), self.chosen)

    # Pieces of SQL over `found`. Every name in them is one of FACETS; what was asked for is a parameter.
    def _page(self, page: int, size: int) -> tuple[str, list[Any]]:
        tests, given = self._tests(FACETS)
        ways = ["DESC" if order.descending else "ASC" for order in ORDERS[self.sort]]
        order = ", ".join(f"by_{n} {way} NULLS LAST" for n, way in enumerate(ways))
        rows = f"SELECT key FROM found WHERE {tests} ORDER BY {order} LIMIT %s OFFSET %s"  # noqa: S608
        part = f"SELECT 'page', key::varchar, row_number() OVER () FROM ({rows}) AS page"  # noqa: S608
        return part, [*given, size, (page - 1) * size]

    def _total(self) -> tuple[str, list[Any]]:
        tests, given = self._tests(FACETS)
        return f"SELECT 'total', '', count(*) FROM found WHERE {tests}", given  # noqa: S608

    @property
    def _alike(self) -> list[list[Facet]]:
        """Facets that count the same listings: all those where nothing is chosen, and each of the others by itself."""
        free = [facet for facet in FACETS if not self.chosen[facet.name]]
        return [*([free] if free else []), *([facet] for facet in FACETS if facet not in free)]

    def _counted(self, facets: list[Facet]) -> tuple[str, list[Any]]:
        """All of them in one reading: a grouping set each, told apart by the bit that GROUPING() leaves at nought."""
        columns = [f"in_{facet.name}" for facet in facets]
        which = f"CASE GROUPING({', '.join(columns)})"
        bits = [2 ** len(facets) - 1 - 2 ** (len(facets) - 1 - n) for n in range(len(facets))]
        name, choice = which, which
        for bit, facet, column in zip(bits, facets, columns, strict=True):
            name += f" WHEN {bit} THEN '{facet.name}'"
            choice += f" WHEN {bit} THEN " + (f"array_to_string({column}, ',')" if facet.many else f"{column}::varchar")
        tests, given = self._tests([facet for facet in FACETS if facet.name not in {one.name for one in facets}])
        sets = ", ".join(f"({column})" for column in columns)
        part = f"SELECT {name} END, {choice} END, count(*) FROM found WHERE {tests} GROUP BY GROUPING SETS ({sets})"  # noqa: S608
        return part, given

    def _tests(self, facets: Iterable[Facet]) -> tuple[str, list[Any]]:
        on = [facet for facet in facets if self.chosen[facet.name]]
        tests = " AND ".join(f"in_{facet.name} {'&&' if facet.many else '= ANY'} (%s::varchar[])" for facet in on)
        return tests or "true", [self.chosen[facet.name] for facet in on]


@dataclass(frozen=True)
class Answer:
    """`counts` by facet and choice, how many there are in all, and the keys of one page in their order."""

    counts: dict[str, dict[str, int]]
    total: int
    page: list[UUID]


def _read(rows: list[tuple[str, str, int]], chosen: dict[str, list[str]]) -> Answer:
    counts: dict[str, dict[str, int]] = {name: {} for name in ("page", "total", *chosen)}
    for name, value, n in rows:
        for one in (value or "").split(",") if name in MANY else (value,):
            counts[name][one] = counts[name].get(one, 0) + n
    page = counts.pop("page")
    return Answer(counts, counts.pop("total")[""], [UUID(key) for key in sorted(page, key=lambda key: page[key])])


def _known(facet: Facet, values: list[str]) -> list[str]:
    values = [value[:60] for value in dict.fromkeys(values) if value][:MOST_CHOICES]
    return [value for value in values if facet.labels is None or value in facet.labels]
