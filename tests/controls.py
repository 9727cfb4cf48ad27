"""What a browser would send back of the form of a bid it was shown."""

from html.parser import HTMLParser
from typing import Any

from django.urls import reverse


class Controls(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.select = self.area = ""
        self.inert = 0
        self.feed(html)

    def handle_starttag(self, tag: str, pairs: Any) -> None:
        attrs = dict(pairs)
        name = attrs.get("name", "")
        if tag == "template":
            self.inert += 1
        if self.inert or (attrs.get("type") in ("submit", "file") or tag == "button"):
            return
        if tag == "input" and name and (attrs.get("type") not in ("checkbox", "radio") or "checked" in attrs):
            self.values[name] = attrs.get("value", "on" if attrs.get("type") == "checkbox" else "")
        elif tag == "select":
            self.select, self.values[name] = name, ""
        elif tag == "option" and self.select and "selected" in attrs:
            self.values[self.select] = attrs.get("value", "")
        elif tag == "textarea":
            self.area = name
            self.values[name] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self.inert -= 1
        elif tag == "select":
            self.select = ""
        elif tag == "textarea":
            self.area = ""

    def handle_data(self, data: str) -> None:
        if self.area and not self.inert:
            self.values[self.area] += data.removeprefix("\n") if not self.values[self.area] else data


def form_of(client: Any, proposal: Any) -> dict[str, str]:
    """Every control of the form, untouched."""
    page = client.get(reverse("proposal_edit", args=[proposal.pk]))
    assert page.status_code == 200
    return {k: v for k, v in Controls(page.content.decode()).values.items() if k not in ("csrfmiddlewaretoken", "q")}


def save(client: Any, proposal: Any, data: dict[str, str], then: str = "save") -> Any:
    return client.post(reverse("proposal_edit", args=[proposal.pk]), {**data, "then": then})
