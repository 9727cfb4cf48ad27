"""A search as a page draws it: rows, facets with counts, chips, sorting, the address of each. Two queries a page."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import QueryDict

from discovery.search import FACETS, SORTS, Answer, Criteria, Facet, Text, listings

PER_PAGE = 20
LARGEST_SHOWN = 12
SHOWN = (
    "number", "title", "field", "region", "budget", "cooperation", "status", "bid_deadline", "published_at",
    "source_note", "organisation__name",
)  # fmt: skip


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
        self.criteria = Criteria.read(dict(params.lists()))
        self.number = params.get("page", "1")

    @property
    def text(self) -> str:
        return self.criteria.text

    # ── what is found ──
    @cached_property
    def answer(self) -> Answer:
        """Of the page that was asked for, or of the last one where that lies beyond it."""
        asked = int(self.number) if self.number.isdecimal() and len(self.number) < 7 else 1
        found = self.criteria.answer(page=max(asked, 1), size=PER_PAGE)
        last = max(1, -(-found.total // PER_PAGE))
        return found if asked <= last else self.criteria.answer(page=last, size=PER_PAGE)

    @property
    def total(self) -> int:
        return self.answer.total

    @cached_property
    def page(self) -> Page:
        paginator = Paginator(range(self.total), PER_PAGE)
        place = paginator.get_page(self.number)
        found = listings().select_related("organisation").only(*SHOWN).in_bulk(self.answer.page)
        return Page([found[key] for key in self.answer.page if key in found], place.number, paginator)

    # ── where else one can go from here ──
    def address(self, **changes: Any) -> str:
        return self.criteria.address(**changes)

    @cached_property
    def groups(self) -> list[Group]:
        return [group for facet in FACETS if (group := self._group(facet)).options]

    def _group(self, facet: Facet) -> Group:
        counts, chosen = self.answer.counts[facet.name], self.criteria.chosen[facet.name]
        keys = _largest(counts, chosen) if facet.largest or not facet.labels else list(facet.labels)
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
        return [Option(label, 0, self.address(sort=key), key == self.criteria.sort) for key, label in SORTS.items()]

    @property
    def kept(self) -> Iterable[tuple[str, str]]:
        """What the search form carries along, so that a new word keeps the filters."""
        pairs = [(name, value) for name, values in self.criteria.chosen.items() for value in values]
        return [*pairs, ("sort", self.criteria.sort)] if self.criteria.sort != "closing" else pairs


def _toggled(chosen: list[str], key: str) -> list[str]:
    return [one for one in chosen if one != key] if key in chosen else [*chosen, key]


def _largest(counts: dict[str, int], chosen: list[str]) -> list[str]:
    named = sorted((key for key in counts if key), key=lambda key: (-counts[key], key))[:LARGEST_SHOWN]
    return named + [key for key in chosen if key not in named]
