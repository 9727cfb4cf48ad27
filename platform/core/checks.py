"""A database that cannot read Chinese, or an unknown year ahead, is found before a user finds it."""

from datetime import date, timedelta
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Caution
from django.db import connections

from core import clock, workdays

AHEAD = timedelta(days=45)


@register(Tags.database)
def database_reads_chinese(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Where LC_CTYPE is C, trigrams of Chinese are empty: every similarity is 0 and full text keeps whole sentences."""
    return [message for alias in databases or [] if (message := unreadable(similarity(alias)))]


def similarity(alias: str) -> float | None:
    """How alike PostgreSQL finds two Chinese terms; None before the extension is there (the first migrate)."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
        if cursor.fetchone() is None:
            return None
        cursor.execute("SELECT similarity('人工智能', '人工智能算法')")
        return cursor.fetchone()[0]


def unreadable(alike: float | None) -> Error | None:
    if alike is None or alike > 0.3:
        return None
    return Error(
        f"PostgreSQL cannot read Chinese: similarity('人工智能', '人工智能算法') is {alike}.",
        hint="Create the cluster with initdb --encoding=UTF8 --locale=C.UTF-8 --locale-provider=builtin"
        " --builtin-locale=C.UTF-8; docs/operations.md tells how to move the data.",
        id="core.E001",
    )


@register(Tags.database)
def the_year_ahead_is_known(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Terms that start now end then; without the year's holidays they cannot be counted."""
    if not databases:
        return []
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT to_regclass('core_dayoverride')")
        if cursor.fetchone()[0] is None:
            return []
    return [message] if (message := unknown_year(clock.today() + AHEAD)) else []


def unknown_year(day: date) -> Caution | None:
    try:
        workdays.is_workday(day)
    except workdays.MissingYear as missing:
        return Caution(str(missing), id="core.W001")
    return None
