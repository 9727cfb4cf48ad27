"""A list of works as a page draws it: tabs by kind, a search, a year; the same inside a team and in public."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from core.search import asked
from web.teams.work_forms import FilterForm
from works.codes import Kind
from works.models import Work

PAGE = 50
ALL = ""


@dataclass(frozen=True)
class Tab:
    key: str
    label: Any
    count: int
    here: bool


@dataclass(frozen=True)
class Listed:
    page: Page
    tabs: list[Tab]
    form: FilterForm
    text: str
    kind: str
    chosen: QuerySet[Work]
    total: int  # without any filter

    @property
    def is_filtered(self) -> bool:
        return bool(self.text or self.kind or self.form.data.get("year"))


def listed(request: HttpRequest, works: QuerySet[Work], *, all_label: Any) -> Listed:
    """Three queries: what there is by kind and year, how many are left, the rows of one page."""
    text = asked(request.GET.get("q"))
    kind = request.GET.get("kind", ALL)
    kind = kind if kind in Kind.values else ALL
    groups = works.order_by().values_list("kind", "year").annotate(n=Count("pk"))
    counts = dict.fromkeys(Kind.values, 0)
    years = set()
    for one, year, n in groups:
        counts[one] += n
        years.add(year)
    form = FilterForm(request.GET, years=sorted((year for year in years if year), reverse=True))
    year = form.cleaned_data.get("year") if form.is_valid() else None
    chosen = works.saying(text) if text else works  # type: ignore[attr-defined]
    chosen = chosen.filter(**{"kind": kind} if kind else {}, **{"year": year} if year else {})
    total = sum(counts.values())
    tabs = [Tab(ALL, all_label, total, not kind)]
    tabs += [Tab(key, Kind(key).label, n, key == kind) for key, n in counts.items() if n or key == kind]
    page = Paginator(chosen.defer("abstract", "words"), PAGE).get_page(request.GET.get("page"))
    return Listed(page, tabs, form, text, kind, chosen, total)
