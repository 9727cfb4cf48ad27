"""What the pages of suggestions say of indicators."""

from collections.abc import Sequence

from django import template

from needs.models import Indicator

register = template.Library()


@register.filter
def named(covered: Sequence[tuple[Indicator, bool]], found: bool) -> list[str]:
    """The names of the indicators that the works speak of; with False those they do not."""
    return [indicator.name for indicator, is_covered in covered if is_covered == found]
