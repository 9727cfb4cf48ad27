"""How templates write what belongs to people."""

from django import template
from django.utils.translation import gettext_lazy as _

from accounts import phones

register = template.Library()


@register.filter
def phone(number: str | None) -> str:
    """138 0013 8000"""
    return phones.show(number) or "—"


# In the order in which they give themselves away: each also claims to be those that come after it.
BROWSERS = {
    "MicroMessenger": _("微信"),
    "DingTalk": _("钉钉"),
    "Edg/": "Edge",
    "Firefox/": "Firefox",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
SYSTEMS = {
    "HarmonyOS": "HarmonyOS",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


@register.filter
def device(agent: str) -> str:
    """“Chrome · Windows”: what a person recognises of the line a browser sends; the line itself where nothing is."""
    said = [next((name for mark, name in names.items() if mark in agent), "") for names in (BROWSERS, SYSTEMS)]
    return " · ".join(str(name) for name in said if name) or agent[:60]
