"""Tell people: rows now, in the caller's transaction; letters later, by the relay."""

import logging
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction

from core import clock
from notifications.models import Delivery, Notice

if TYPE_CHECKING:
    from accounts.models import User

log = logging.getLogger(__name__)


def one_by_one(some: Iterable[Any], tell: Callable[[Any], bool]) -> int:
    """How many were told, each in a transaction of his own, which `tell` opens.

    One that fails is written into the log and tried again in the next round, and keeps nobody else from his.
    """
    return sum(_told(one, tell) for one in some)


def _told(one: Any, tell: Callable[[Any], bool]) -> bool:
    try:
        return tell(one)
    except Exception:
        log.exception("telling %s failed", getattr(one, "pk", one))
        return False


@transaction.atomic
def notify(
    users: "Iterable[User]", *, kind: str, subject: models.Model, context: dict[str, Any] | None = None, key: str
) -> None:
    """One inbox row for each active user, and one mail for each who has an address.

    `key` names the event, so that the same event told twice reaches each person once. `context` is plain
    JSON: a sentence in somebody's language does not belong there, the template says it in the reader's.
    """
    people = {user.pk: user for user in users if user.is_active}
    Notice.objects.bulk_create(
        [
            Notice(
                recipient=user,
                kind=kind,
                subject_type=subject._meta.label_lower,
                subject_id=subject.pk,
                context=context or {},
                key=key,
            )
            for user in people.values()
        ],
        ignore_conflicts=True,
    )
    reached = Notice.objects.filter(recipient__in=people, key=key).values_list("pk", "recipient_id")
    Delivery.objects.bulk_create(
        [
            Delivery(notice_id=notice, recipient_id=user, channel=Delivery.Channel.MAIL, key=f"mail:{user}:{key}")
            for notice, user in reached
            if people[user].email
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def write_to(
    address: str,
    *,
    language: str,
    kind: str,
    subject: models.Model,
    context: dict[str, Any] | None = None,
    key: str,
) -> None:
    """A letter to somebody who is no user yet. `context["link"]` is the path it shows; what it carries
    (a token, perhaps) is erased once the letter has left."""
    notice = Notice(
        address=address,
        language=language,
        kind=kind,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        context=context or {},
        key=key,
    )
    Notice.objects.bulk_create([notice], ignore_conflicts=True)
    written = Notice.objects.get(address=address, key=key)
    letter = Delivery(notice=written, channel=Delivery.Channel.MAIL, key=f"mail:{address}:{key}")
    Delivery.objects.bulk_create([letter], ignore_conflicts=True)


def mark_read(notice: Notice, by: "User") -> None:
    if notice.recipient_id != by.pk:
        raise PermissionDenied("A notice is read by its recipient")
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=clock.now())


def mark_all_read(by: "User") -> int:
    return Notice.objects.filter(recipient=by, read_at=None).update(read_at=clock.now())


def retry(delivery: Delivery, by: "User") -> None:
    """Give a dead letter another full round of attempts."""
    if not by.is_zone_staff:
        raise PermissionDenied("Dead letters are the zone's matter")
    Delivery.objects.filter(pk=delivery.pk, dead=True).update(dead=False, attempts=0, due_at=clock.now(), retried_by=by)
