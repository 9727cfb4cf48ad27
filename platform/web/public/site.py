"""What machines ask for: robots.txt, security.txt, and whether the platform is well."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import redis
from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.roles import Role
from audit.models import Checkpoint
from core import clock
from notifications.queries import oldest_pending_age
from proposals.queries import still_unread
from web.access import public

log = logging.getLogger(__name__)

PRIVATE = (
    "account",
    "enterprise",
    "team",
    "office",
    "inbox",
    "moves",
    "go",
    "needs",
    "proposals",
    "intents",
    "contracts",
    "files",
    "watching",
    "stop",
)
SLOW_MAIL = timedelta(minutes=5)
OLD_CHECKPOINT = timedelta(minutes=30)
HALF_A_YEAR = timedelta(days=180)


@public
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: /{name}/" for name in PRIVATE), "Allow: /"]
    lines.append(f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@public
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """RFC 9116: whom to tell about a weakness."""
    lines = [
        f"Contact: {settings.SECURITY_CONTACT}",
        f"Expires: {(timezone.now() + HALF_A_YEAR).strftime('%Y-%m-%dT00:00:00Z')}",
        "Preferred-Languages: zh, en",
        f"Canonical: {settings.SITE_URL}{reverse('security')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@public
@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """`ok`, `degraded` (works, but somebody should look) or, with a 503, `down`. The reasons are for administrators."""
    checks = {name: _ask(check) for name, check in CHECKS.items()}
    down = not (checks["database"]["ok"] and checks["valkey"]["ok"])
    status = "down" if down else "ok" if all(check["ok"] for check in checks.values()) else "degraded"
    answer: dict[str, Any] = {"status": status}
    if checks["database"]["ok"] and request.user.is_authenticated and request.user.has_role(Role.SYSADMIN):
        answer["checks"] = checks
    return JsonResponse(answer, status=503 if down else 200)


# ── what is asked ───────────────────────────────────────────────────────────────
def _ask(check: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return check()
    except (Error, redis.RedisError, OSError) as error:
        log.error("health: %s", error)
        return {"ok": False, "error": type(error).__name__}


def database() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return {"ok": True}


def valkey() -> dict[str, Any]:
    with redis.Redis.from_url(settings.VALKEY_URL, socket_timeout=2, socket_connect_timeout=2) as client:
        return {"ok": bool(client.ping())}


def outbox() -> dict[str, Any]:
    age = oldest_pending_age()
    return {"ok": age < SLOW_MAIL, "oldest_pending_seconds": int(age.total_seconds())}


def last_checkpoint() -> dict[str, Any]:
    at: datetime | None = Checkpoint.objects.order_by("-number").values_list("at", flat=True).first()
    return {"ok": at is not None and clock.now() - at < OLD_CHECKPOINT, "at": at.isoformat() if at else None}


def openings() -> dict[str, Any]:
    unread = still_unread().count()
    return {"ok": not unread, "unread": unread}


CHECKS = {
    "database": database,
    "valkey": valkey,
    "outbox": outbox,
    "checkpoint": last_checkpoint,
    "openings": openings,
}
