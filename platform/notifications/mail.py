"""How is a notice written as a mail? Plain text, one recipient, in the recipient's language, with one link."""

import hashlib
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation

from core.text import clean_line
from notifications.kinds import stop_path
from notifications.models import Delivery, Notice
from notifications.rendering import fill, inert, render, subject_of

LANGUAGES = {code for code, _name in settings.LANGUAGES}


def message_id(key: str) -> str:
    """The same for every attempt, so that a repeat collapses in the mail client; says nothing about the key."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{host}>"


def compose(delivery: Delivery) -> EmailMessage:
    user, notice = delivery.recipient, delivery.notice
    language = user.language if user else notice.language
    with translation.override(language if language in LANGUAGES else settings.LANGUAGE_CODE):
        message = render(notice, subject_of(notice))
        link, stop = urljoin(settings.SITE_URL, message.url), stop_address(notice)
        facts = {
            "name": inert(clean_line(user.name)) if user else "",
            "message": message,
            "link": link,
            "site": settings.SITE_URL,
            "stop": stop,
        }
        body = fill("notifications/mail.txt", facts)
    return EmailMessage(
        subject=message.title,
        body=body.strip() + "\n",
        to=[(user.email or "") if user else notice.address],
        headers={"Message-ID": message_id(delivery.key), "Auto-Submitted": "auto-generated", **one_click(stop)},
    )


def stop_address(notice: Notice) -> str:
    path = stop_path(notice)
    return urljoin(settings.SITE_URL, path) if path else ""


def one_click(address: str) -> dict[str, str]:
    """RFC 8058: the mail program's own button sends the POST, so nobody has to report what he once asked for."""
    if not address:
        return {}
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
