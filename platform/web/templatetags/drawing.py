"""What the drawn components compute before they draw: moves, step line, funnel, shared words, page numbers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import template
from django.core.paginator import Page
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

register = template.Library()


@register.filter(is_safe=True)
def strip(text: Any) -> str:
    return text.strip() if hasattr(text, "strip") else text


# ── moves ───────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Drawn:
    label: str | Promise
    url: str
    reason: str | Promise
    enabled: bool
    variant: str
    direct: bool  # made by this very click, without a page in between


@dataclass(frozen=True)
class Moves:
    near: list[Drawn]  # buttons
    far: list[Drawn]  # under the dots

    def __bool__(self) -> bool:
        return bool(self.near or self.far)


@register.filter
def by_weight(offers: Sequence[Any], quiet: Any = False) -> Moves:
    """One primary move: the first that can be made now, else the first that must wait. One more beside it.

    `quiet`: none stands out, for another part of the page leads.
    """
    offers = list(offers or ())
    primaries = [offer for offer in offers if offer.transition.style == "primary"]
    first = next((offer for offer in primaries if offer.enabled), next(iter(primaries), None))
    others = [offer for offer in offers if offer is not first]
    beside = next((offer for offer in others if offer.enabled and offer.transition.style != "danger"), None)
    if len(others) == 1 and others[0].enabled:
        beside = others[0]
    lead = "" if quiet else "primary"
    near = [_drawn(offer, lead if offer is first else "") for offer in (first, beside) if offer]
    return Moves(near, [_drawn(offer) for offer in others if offer is not beside])


def _drawn(offer: Any, variant: str = "") -> Drawn:
    style = "danger" if offer.transition.style == "danger" else "plain"
    direct = getattr(offer, "direct", False)
    return Drawn(offer.transition.label, offer.url, offer.reason, offer.enabled, variant or style, direct)


# ── step line ───────────────────────────────────────────────────────────────────
STEP_WORDS = {"done": _("（已完成）"), "now": _("（当前）"), "ahead": _("（未到）"), "off": _("（已离开流程）")}


@register.filter
def step_word(state: str) -> str:
    """For those who hear the line: the state that others see in the dot."""
    return str(STEP_WORDS.get(state, ""))


@register.filter
def current_step(steps: Sequence[Any]) -> dict[str, Any] | None:
    """Where it stands, and what comes next where it is still on its way: nothing follows a termination."""
    steps = list(steps or ())
    for i, step in enumerate(steps):
        if step.state in ("now", "off"):
            on_its_way = step.state == "now" and i + 1 < len(steps)
            return {"step": step, "number": i + 1, "next": steps[i + 1] if on_its_way else None}
    return None


# ── funnel ──────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Bar:
    stage: Any
    top: float  # of 100, from above
    height: float
    slope: str  # the path from this bar to the next
    other_unit: bool  # 388 次 among 项: not on the same scale, so drawn paler and never above it


@register.filter
def bars(stages: Sequence[Any]) -> list[Bar]:
    """The funnel in a box of 100 × 100 for each stage: a bar, then the slope down to the next one."""
    stages = list(stages or ())
    unit = stages[0].unit if stages else ""
    most = max((float(stage.value) for stage in stages if stage.unit == unit), default=0) or 1
    heights = [min(100.0, max(1.5, round(100 * float(stage.value) / most, 2))) for stage in stages]
    drawn = []
    for i, (stage, height) in enumerate(zip(stages, heights, strict=True)):
        after = heights[i + 1] if i + 1 < len(heights) else None
        slope = "" if after is None else f"M50 {100 - height}L100 {100 - after}V100H50z"
        drawn.append(Bar(stage, 100 - height, height, slope, stage.unit != unit))
    return drawn


# ── two texts that meet ──────────────────────────────────────────────────────────
@register.filter
def marked(text: str, terms: Sequence[str]) -> str:
    """`text` with each of `terms` marked, in whatever case; of two that overlap the longer. A Latin word only whole."""
    words = sorted({term for term in terms or () if term}, key=len, reverse=True)
    if not words:
        return format_html("{}", text)
    parts = re.split(f"({'|'.join(map(_as_a_word, words))})", text, flags=re.IGNORECASE)
    drawn = ((format_html("<mark>{}</mark>", part) if place % 2 else part,) for place, part in enumerate(parts))
    return format_html_join("", "{}", drawn)


def _as_a_word(term: str) -> str:
    letter = "[A-Za-z0-9]"
    before = rf"(?<!{letter})" if re.match(letter, term[0]) else ""
    after = rf"(?!{letter})" if re.match(letter, term[-1]) else ""
    return before + re.escape(term) + after


# ── pages ───────────────────────────────────────────────────────────────────────
@register.filter
def page_numbers(page: Page) -> list[int]:
    """1 … 4 5 6 … 20, with 0 for the gap."""
    last = page.paginator.num_pages
    near = sorted({1, last, *range(max(1, page.number - 1), min(last, page.number + 1) + 1)})
    numbers: list[int] = []
    for number in near:
        if numbers and number - numbers[-1] == 2:
            numbers.append(number - 1)
        elif numbers and number - numbers[-1] > 2:
            numbers.append(0)
        numbers.append(number)
    return numbers
