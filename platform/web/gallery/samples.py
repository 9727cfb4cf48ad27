"""What the gallery shows in the components."""

from datetime import timedelta
from typing import Any

from django.utils import timezone


def samples() -> dict[str, Any]:
    now = timezone.now()
    return {
        "now": now,
        "soon": now + timedelta(days=6, hours=4, minutes=12),
        "late": now - timedelta(days=5),
        "lamps": ("green", "blue", "yellow", "red"),
    }
