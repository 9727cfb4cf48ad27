"""A table of needs that somebody has sent: held for an hour for that person alone, and given back marked."""

from typing import Any
from uuid import uuid4

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from needs.importing import Row
from needs.sheets import marked
from reports.workbook import XLSX
from web.downloads import download

KEPT = 3600  # seconds between the look at a table and what is done with it
TABLES = (".xlsx", ".csv")


def is_table(name: str) -> bool:
    """Whether it has rows beside which something can be written."""
    return name.lower().endswith(TABLES)


def keep(request: HttpRequest, name: str, data: bytes, **facts: Any) -> str:
    """Under a token that only this person can use. `facts`: what the table was looked at with."""
    token = str(uuid4())
    cache.set(_key(request, token), {"name": name, "data": data, **facts}, KEPT)
    return token


def kept(request: HttpRequest, token: object) -> dict[str, Any] | None:
    held: dict[str, Any] | None = cache.get(_key(request, token))
    return held


def forget(request: HttpRequest, token: object) -> None:
    cache.delete(_key(request, token))


def _key(request: HttpRequest, token: object) -> str:
    return f"needs-table:{request.user.pk}:{str(token)[:36]}"


def given_back(held: dict[str, Any], rows: list[Row]) -> HttpResponse:
    """The table with what is wrong beside each row."""
    return download(marked(held["name"], held["data"], rows), _("需求表（检查结果）.xlsx"), XLSX)
