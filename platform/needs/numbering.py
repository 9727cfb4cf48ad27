"""Human-readable numbers: JB-申-2026-0131 for an application, JB-2026-Q4-0001 for a listing (domain.md 2.2, 2.3)."""

from datetime import datetime

from django.utils import timezone

from core.numbers import next_number


def application_number(at: datetime) -> str:
    year = timezone.localtime(at).year
    return f"JB-申-{year}-{next_number(f'application:{year}'):04d}"


def listing_number(at: datetime) -> str:
    day = timezone.localtime(at)
    period = f"{day.year}-Q{(day.month - 1) // 3 + 1}"
    return f"JB-{period}-{next_number(f'listing:{period}'):04d}"
