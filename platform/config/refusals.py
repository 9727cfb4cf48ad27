"""What a deployment must not be started with. The settings raise the first of these; no flag turns it off."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

LOCAL = {"", "127.0.0.1", "localhost", "::1"}
GUESSABLE = {"", "jiebang", "postgres", "password", "secret", "changeme", "change-me", "admin", "123456", "root"}


def refusals(settings: dict[str, Any]) -> Iterator[str]:
    """One sentence for each reason not to start; `settings` is the settings module's namespace."""
    database = settings["DATABASES"]["default"]
    is_elsewhere = database["HOST"] not in LOCAL
    if not settings["HTTPS"] and not is_elsewhere:
        return  # `make run`, `make test`: everything on this machine
    if settings["DEMO"]:
        yield "DEMO=1 opens accounts with published passwords: it is for `make run`, never for a deployment."
    if settings["DEBUG"]:
        yield "DEBUG=1 shows the program's inside to anybody: never in a deployment."
    if not settings["HTTPS"]:
        yield "SITE_URL must start with https:// where the database is on another machine."
    if is_weak(settings["SECRET_KEY"]):
        yield "SECRET_KEY is short or well known. Make one: openssl rand -base64 48"
    if is_elsewhere and database["PASSWORD"] in GUESSABLE:
        yield "The password in DATABASE_URL is empty or the first one anybody tries."
    broker = urlsplit(settings["VALKEY_URL"])
    if broker.hostname not in LOCAL and (broker.password or "") in GUESSABLE:
        yield "The password in VALKEY_URL is empty or the first one anybody tries."


def is_weak(secret: str) -> bool:
    return len(secret) < 50 or len(set(secret)) < 12 or secret.startswith("django-insecure-")
