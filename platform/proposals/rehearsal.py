"""The break-glass key in the zone's safe: what it must open, and when somebody last made sure that it does."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import Role
from audit.actions import record
from audit.labels import name_actions
from audit.models import Event
from core import clock
from needs.codes import Sealing
from needs.models import Need
from needs.states import N
from workflow.machine import Refused

REHEARSED = "break_glass.rehearse"
EVERY = timedelta(days=180)
MAY = (Role.OFFICER, Role.REVIEWER, Role.LEADER, Role.INSPECTOR, Role.SYSADMIN, Role.SECADMIN)
name_actions({REHEARSED: gettext_lazy("演练应急密钥")})


@dataclass(frozen=True)
class Rehearsal:
    at: datetime
    opened: int
    of: int

    @property
    def passed(self) -> bool:
        return self.opened == self.of


def keys_under_seal() -> QuerySet[Need]:
    """The listings whose bids nobody has opened yet."""
    sealed = Need.objects.filter(status__in=(N.PUBLISHED, N.CLOSED), batch__sealing=Sealing.SEALED)
    return sealed.exclude(wrapped_key=None).order_by("number")


@transaction.atomic
def record_rehearsal(*, opened: int, of: int, by: User, witness: User) -> Event:
    """Write down that two people of the zone tried the key from the safe. Raises `Refused`."""
    if by == witness or not all(person.has_role(*MAY) for person in (by, witness)):
        raise Refused(_("演练由管委会的两个人完成：一人操作，一人见证。"))
    if not 0 <= opened <= of or not of:
        raise Refused(_("请写明打开了几项、共几项，例如 12/12。"))
    detail: dict[str, Any] = {"opened": opened, "of": of, "witness": str(witness.pk)}
    return record(REHEARSED, subject=by, stream="system", by=by, detail=detail)


def last_rehearsal() -> Rehearsal | None:
    event = Event.objects.filter(action=REHEARSED, stream="system").order_by("-seq").first()
    return Rehearsal(event.at, event.detail["opened"], event.detail["of"]) if event else None


def lacks_rehearsal() -> str:
    """What is wrong with the key in the safe, in a sentence; "" where there is nothing to mend or to open."""
    if not keys_under_seal().exists():
        return ""
    if not settings.BREAK_GLASS_RECIPIENT:
        return _("没有应急密钥：开启密钥一旦丢失，已密封的方案就再也打不开。请按运维手册制作。")
    last = last_rehearsal()
    if last is None or last.at < clock.now() - EVERY:
        return _("应急密钥超过半年没有演练，请两人取出密钥离线试开一次并登记。")
    if not last.passed:
        return _("上次应急密钥演练没有全部打开（%(opened)s/%(of)s 项），请查明原因。") % {
            "opened": last.opened,
            "of": last.of,
        }
    return ""
