"""Tables that leave the house as Excel: who took what is written down, in the audit chain and on the sheet."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import record
from core import clock
from reports.ledgers import Column
from reports.workbook import XLSX, workbook
from web.account.acting import acting_organisation
from web.downloads import download


def export(
    request: HttpRequest,
    *,
    kind: str,
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Any],
    count: int,
    sums: Sequence[Any] = (),
    filters: str = "",
) -> HttpResponse:
    """The rows as a workbook: exactly what the page shows, all pages of it."""
    now = timezone.localtime(clock.now())
    head = [
        _("%(house)s　%(filters)s") % {"house": _house(request), "filters": filters},
        _("截至 %(at)s　共 %(count)s 行　金额单位：万元") % {"at": f"{now:%Y-%m-%d %H:%M}", "count": count},
        _("制表人：%(name)s") % {"name": request.user.name},  # type: ignore[union-attr]
    ]
    data = workbook(title, columns, rows, sums=sums, head=head)
    record(
        "report.export",
        subject=request.user,  # type: ignore[arg-type]
        stream="system",
        by=request.user,  # type: ignore[arg-type]
        detail={"kind": kind, "rows": count},
        note={"filters": filters} if filters else None,
    )
    return download(data, f"{title}-{now:%Y%m%d}.xlsx", XLSX)


def _house(request: HttpRequest) -> str:
    """Whose sheet it is: the zone's, or that of the organisation its maker acts for."""
    own = None if request.user.is_zone_staff else acting_organisation(request)  # type: ignore[union-attr]
    return own.name if own else _("%(zone)s管委会") % {"zone": settings.ZONE_NAME}
