"""What does a notice say? Its template is rendered when somebody reads it, in the reader's language."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from django.apps import apps
from django.conf import settings
from django.db import models
from django.template import Context, Engine, Template

from core.text import clean_line, clean_text
from notifications.models import Notice

FOREIGN_LINK = re.compile(r"(?i)\b(https?|ftp|www)(://|\.)")


@dataclass(frozen=True)
class Message:
    title: str
    body: str
    url: str  # below the site's address, or "" where the subject has no page


def template_name(kind: str) -> str:
    return f"notifications/{kind}.txt"


def render(notice: Notice, subject: models.Model | None) -> Message:
    """The notice in the active language. Plain text: pages escape it, mails carry it as it is."""
    url = page_of(notice, subject)
    own = {"subject": subject, "url": urljoin(settings.SITE_URL, url) if url else "", "site": settings.SITE_URL}
    facts = {"by": "", **notice.context, **own}
    title, _newline, body = inert(fill(template_name(notice.kind), facts)).strip().partition("\n")
    return Message(title=clean_line(title), body=clean_text(body).strip(), url=url)


def fill(name: str, facts: dict[str, Any]) -> str:
    """Plain text, so nothing to escape: Django's loader would escape a .txt as if it were a page."""
    template: Template = Engine.get_default().get_template(name)
    return template.render(Context(facts, autoescape=False))


def page_of(notice: Notice, subject: models.Model | None) -> str:
    """The path a notice leads to: its own `link`, or else its subject's page. Never another host."""
    own_page = getattr(subject, "get_absolute_url", lambda: "")
    link = str(notice.context.get("link") or own_page())
    return link if re.match(r"/(?![/\\])", link) else ""


def inert(text: str) -> str:
    """A name like `https://evil.example` must not become a link in a mail that the zone signs; our own links stay."""

    def keep_ours(match: re.Match[str]) -> str:
        ours = re.compile(re.escape(settings.SITE_URL) + r"(?![^/\s])").match(text, match.start())
        return match[0] if ours else match[0].replace("://", ":// ").replace(".", ". ")

    return FOREIGN_LINK.sub(keep_ours, text)


def subjects_of(notices: list[Notice]) -> dict[tuple[str, Any], models.Model]:
    """Every subject, one query for each type however many notices there are.

    A model names in `TOLD_WITH` the relations that the words of its notices, or its address, lead to.
    """
    wanted: dict[str, set[Any]] = {}
    for notice in notices:
        wanted.setdefault(notice.subject_type, set()).add(notice.subject_id)
    found = {}
    for label, ids in wanted.items():
        model = apps.get_model(label)
        rows = model._base_manager.filter(pk__in=ids)
        related = getattr(model, "TOLD_WITH", ())
        for subject in rows.select_related(*related) if related else rows:
            found[label, subject.pk] = subject
    return found


def subject_of(notice: Notice) -> models.Model | None:
    return subjects_of([notice]).get((notice.subject_type, notice.subject_id))
