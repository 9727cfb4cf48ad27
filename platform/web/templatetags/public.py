"""How the public pages name what they show."""

from django import template

from core.text import listed
from discovery.search import PHASES
from needs.codes import Cooperation
from needs.models import Need

register = template.Library()


@register.filter
def phase_label(phase: str) -> str:
    return str(PHASES.get(phase, ""))


@register.filter
def cooperation_labels(need: Need) -> str:
    labels = dict(Cooperation.choices)
    return listed(labels[key] for key in need.cooperation if key in labels)
